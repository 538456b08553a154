# Screening and working sets save work and change no model. test-noscreen is
# mtl-train without them (make numeric).
load helper

# Tasks of 10 features out of many, below each other and side by side.
tables() {
	mtl-gen --tasks 4 --structure sparse:10 -n 40 --features 150 --seed 1 \
		>long.csv
	mtl-gen --targets 4 --kind regression -n 60 --features 200 \
		--informative 10 --noise 5 --seed 1 >wide.csv
	mtl-gen --tasks 3 --kind classification --classes 3 -n 60 \
		--features 40 --seed 2 >classes.csv
	awk -F, -v OFS=, 'NR > 1 { $NF = int(exp($NF / 10)) } { print }' \
		long.csv >counts.csv
}

# both ARGUMENT...: with.csv and without.csv, and what -v says of them
both() {
	mtl-train -q -v --strict -e 1e-10 "$@" >with.csv 2>with.err
	test-noscreen -q -v --strict -e 1e-10 "$@" >without.csv 2>without.err
	grep -q ', 0% screened' without.err
}

# The same optimum and the same features in each column, at least one.
same_model() {
	for f in with without; do
		sed -n 's/^meta,objective,,,,//p' $f.csv
		grep '^coef' $f.csv | cut -d, -f1-5 >$f.support
	done | awk '{ v[NR] = $1 } END { d = v[1] - v[2]
		exit !(NR == 2 && d * d <= 1e-18 * v[1] * v[1]) }'
	[ -s with.support ]
	cmp with.support without.support
}

screened() {
	sed -n 's/.*, \([0-9.]*\)% screened.*/\1/p' with.err
}

@test "mtl-train: norms of rows rule features out, and find the same model" {
	tables
	for f in long wide; do
		for p in l1 l21 l1inf l1,l2:0.1 l21,l2:0.1 l1,l21 l1,l1inf \
			l1inf,l21 l1,l1inf,l21,l2:0.1; do
			for x in 0.2x 0.05x; do
				both -p $p --lambda $x $f.csv
				same_model
				awk -v s="$(screened)" 'BEGIN { exit !(s > 0) }'
			done
		done
	done
	# Modalities of different weights, rows of different weights.
	both -p l1,l21 --lambda 0.1x --modality-weight x=3 --normalize tasks \
		--no-intercept long.csv
	same_model
	awk -F, -v OFS=, 'NR > 1 { $3 = NR % 4 } { print }' long.csv |
		sed '1s/x1,/w,/' >weighted.csv
	both -p l21 --lambda 0.1x --no-standardize --weight w weighted.csv
	same_model
}

@test "mtl-train: working sets find the same model where nothing is ruled out" {
	tables
	for f in long wide; do
		for p in l2:0.1,chain:0.05,l21 l1,fused:0.01,l21 mean:0.1,l1 \
			same,l1; do
			for x in 0.3x 0.05x; do
				both -p $p --lambda $x $f.csv
				same_model
			done
		done
	done
}

@test "mtl-train: other losses have the same model with working sets" {
	tables
	for p in l1 l21 l1inf l1,l21 l2:0.01,chain:0.05,l21; do
		both -p $p --lambda 0.1x classes.csv
		same_model
		both -p $p --lambda 0.1x --multiclass ovr classes.csv
		same_model
		both -p $p --lambda 0.1x --loss huber long.csv
		same_model
		both -p $p --lambda 0.1x --loss poisson counts.csv
		same_model
	done
}

@test "mtl-train: a path's lambdas are chosen the same without screening" {
	tables
	for p in l21 l1; do
		mtl-train -q -p $p --path 12 -k 3 -e 1e-8 long.csv >with.csv
		test-noscreen -q -p $p --path 12 -k 3 -e 1e-8 long.csv \
			>without.csv
		cmp <(grep ^meta,lambda with.csv) \
			<(grep ^meta,lambda without.csv)
		same_model
	done
}
