load helper

@test "lib/learn: the terms' values, gradients, duals and proxes are those of their formulas" {
	run test-prox
	[ "$output" = "" ]
	[ "$status" -eq 0 ]
}
