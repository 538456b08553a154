load helper

# The driver works in the test's own empty directory.
@test "lib/base: numbers, draws, names, records and output files keep their word" {
	run test-base
	[ "$output" = "" ]
	[ "$status" -eq 0 ]
	[ -z "$(find . -name '*.tmp-*')" ]
}
