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

@test "mtl-train: a share of lambda is that of the term, or of a norm beside it, or refused" {
	mtl-gen --tasks 3 -n 30 --features 4 --seed 1 >t.csv
	lambdas() {
		mtl-train -q "$@" t.csv | sed -n 's/^meta,lambda,,,,//p'
	}
	read -r l1 <<<"$(lambdas -p l1:1x)"
	read -r l21 <<<"$(lambdas -p l21:1x)"
	[ "$(lambdas -m enet --lambda 1x)" = "$l1 $l1" ]
	[ "$(lambdas -p l1:0,chain:1x,l21:1x)" = "0 $l21 $l21" ]
	[ "$(lambdas -p 'same,l2:1x + l1:1x')" = "$l1 $l1" ]
	[ "$(lambdas -p 'l2:1x,l21:1x + l1:1x')" = "$l21 $l21 $l1" ]
	for p in l2:0.1x mean:0.1,l2:0.1x fused:0.1x,l1:0.1 relation:0.1x \
		'fused:0.1x + l2:0.1' l1:0.1,l2:0.1x; do
		run --separate-stderr mtl-train -q -p "$p" t.csv
		[ "$status" -eq 2 ]
		[[ "${stderr_lines[0]}" == "mtl-train: a share of lambda: "*" has no lambda_max, nor has a term beside it" ]]
	done
}

@test "mtl-train: Newton's method reaches 1e-10 where the Hessian is singular" {
	# Every class column of every task may move by the same vector.
	for seed in 1 7 11; do
		mtl-gen --tasks 3 --kind classification --classes 3 -n 60 \
			--features 3 --seed $seed |
			mtl-train -q -p chain:0.01 -e 1e-10 --strict >m.csv
	done
}
