# What is minimised, and how well: optima found in other ways, certificates
# that hold, lambdas that mean what they say.
load helper

@test "mtl-train: a refusal that cross-validation would meet first is a message" {
	# t2 lacks class 2; what is refused depends on the data
	mtl-gen --tasks 2 --kind classification --classes 3 -n 60 --seed 1 |
		awk -F, '!(/,t2,/ && $NF == 2)' >t.csv
	for lambda in '' --lambda=0.1x --lambda=0.1; do
		run --separate-stderr mtl-train -q -p same,task $lambda t.csv
		[ "$status" -eq 2 ]
		[ -z "$output" ]
		[ "${stderr_lines[0]}" = "mtl-train: same,task wants the same classes in every task" ]
	done
}
