# Penalties beyond ridge and mean: their language, their options, and what
# they leave in the model.
load helper

# fails STATUS MESSAGE ARG...: mtl-train says so in one line and writes nothing.
fails() {
	local want=$1 message=$2
	shift 2
	run --separate-stderr mtl-train "$@"
	[ "$status" -eq "$want" ]
	[ -z "$output" ]
	[ "${stderr_lines[0]}" = "mtl-train: $message" ]
	[ "$want" -eq 1 ] || [ "${#stderr_lines[@]}" -le 2 ]
}

# Four tasks of numbers in two pairs, 5 features.
four() {
	mtl-gen --tasks 4 --structure cluster:2 -n 30 --features 5 --seed 3 \
		>four.csv
}

# python with W, P, ... of a model: tests/fitted.py
fitted() {
	PYTHONPATH=$ROOT/tests "$python" -c "
import numpy as np
from fitted import *
$1"
}

@test "mtl-train: the parts of a sum add up to the coefficients" {
	four
	for m in dirty rmtfl augment robust; do
		mtl-train -q -m $m --lambda 0.02 four.csv >m.csv
		fitted '
m = Model("m.csv")
assert len(m.P) == 2 and all(np.any(P) for P in m.P)
near(sum(m.P), m.W, 1e-12)'
	done
	mtl-train -q -m l21 --lambda 0.02 four.csv >m.csv
	run ! grep ^part m.csv
}

@test "mtl-train: zeros of a part are left out" {
	four
	mtl-train -q -p 'l1:0.05 + l2:0.1' four.csv >m.csv
	run ! grep -E '^part.*,-?0$' m.csv
	fitted '
m = Model("m.csv")
assert 0 < np.sum(m.P[0] != 0) < m.P[0].size
assert np.all(m.P[1] != 0)'
}

@test "mtl-predict: a model needs not all parts, but none of a stranger" {
	four
	mtl-train -q -m dirty --lambda 0.02 four.csv >whole.csv
	grep -v '^part,1' whole.csv >m.csv
	mtl-predict -q -m whole.csv four.csv >a.csv
	mtl-predict -q --trust-edited -m m.csv four.csv | cmp - a.csv
	for bad in 0 3 01 1.image ''; do
		sed "s/^part,2/part,$bad/" whole.csv >m.csv
		line=$(grep -n "^part,$bad," m.csv | head -n 1)
		run --separate-stderr mtl-predict --trust-edited -m m.csv four.csv
		[ "$status" -eq 1 ]
		[ "$stderr" = "mtl-predict: m.csv:${line%%:*}: part '$bad' is no component of the model's penalty" ]
	done
	sed -E 's/^(meta,penalty,,,,).*/\1l2:1/' whole.csv >m.csv
	line=$(grep -n ^part m.csv | head -n 1)
	run --separate-stderr mtl-predict --trust-edited -m m.csv four.csv
	[ "$stderr" = "mtl-predict: m.csv:${line%%:*}: part '1' is no component of the model's penalty" ]
	{ cat whole.csv | grep -v ^end; grep ^part whole.csv | tail -n 1; } >m.csv
	run --separate-stderr mtl-predict --trust-edited -m m.csv four.csv
	[ "$status" -eq 1 ]
	[ "$stderr" = "mtl-predict: m.csv:$(grep -c '' m.csv): this weight comes twice" ]
}

@test "mtl-train: the relation is (W'W)^1/2 over its trace" {
	four
	mtl-gen --tasks 3 --kind classification --classes 3 -n 60 --features 4 \
		--seed 2 >classes.csv
	mtl-train -q -m relation --lambda 0.1 four.csv >a.csv
	mtl-train -q -p 'l1:0.01 + relation:0.05' four.csv >b.csv
	mtl-train -q -m relation --lambda 0.01 classes.csv >c.csv
	mtl-train -q -m relation --lambda 0.01 --multiclass ovr \
		--where task=t1 --ignore task classes.csv >d.csv
	mtl-train -q -m relation --lambda 0.1 --scale-target four.csv >e.csv
	fitted '
for name in "abcde":
    m = Model(name + ".csv")
    W = m.scale[:, None] * (m.P[1] if m.P else m.W)
    if name == "e": # the fit divided each target by its deviation
        W = W / np.array([float(m.task[t, "scale"]) for t, c in m.columns])
    U, s, V = np.linalg.svd(W, full_matrices=False)
    near(m.relation, V.T @ np.diag(s) @ V / s.sum(), 1e-12)
    near(np.trace(m.relation), 1, 1e-12)
assert len(Model("c.csv").columns) == 9
assert Model("d.csv").columns == [("y", k) for k in "012"]'
}

@test "mtl-train: a relation of nothing is not written" {
	four
	mtl-train -q -p 'relation:1e9 + l1:0.05' four.csv | grep ^coef
	mtl-train -q -p 'relation:1e9,trace:1e9' four.csv >m.csv
	run ! grep -E '^(coef|relation)' m.csv
	mtl-train -q -p 'relation:0,l2:0.1' four.csv >m.csv
	run ! grep ^relation m.csv
}

@test "mtl-train: clusters of tasks are those that the rows were made of" {
	for seed in 1 2 3 4; do
		mtl-gen --tasks 8 --structure cluster:2 --relatedness 0.98 \
			-n 40 --features 12 --seed $seed |
			mtl-train -q -m cluster --lambda 0.01 |
			grep ^cluster >clusters
		for t in 1 2 3 4 5 6 7 8; do
			echo "cluster,,t$t,,,$(((t + 1) % 2 + 1))"
		done | sed 's/,3$/,1/' | cmp - clusters
	done
}

@test "mtl-train: clusters of nothing are not written" {
	four
	mtl-train -q -p 'cluster:0' four.csv >m.csv
	run ! grep ^cluster m.csv
	printf 'x,y\n1,1\n2,1\n' >constant.csv
	mtl-train -q -p 'cluster:1' constant.csv >m.csv
	run ! grep -E '^(cluster|coef)' m.csv
}

@test "mtl-predict: relations and clusters of a stranger are refused" {
	four
	mtl-train -q -m relation --lambda 0.1 four.csv | grep -v ^end >m.csv
	n=$(($(grep -c '' m.csv) + 1))
	refused() { # RECORD MESSAGE
		{ cat m.csv; printf '%s\n' "$1"; } >bad.csv
		run --separate-stderr mtl-predict --trust-edited -m bad.csv \
			four.csv
		[ "$status" -eq 1 ]
		[ "$stderr" = "mtl-predict: bad.csv:$n: $2" ]
	}
	refused relation,t4,t4,,,1 "this weight comes twice"
	refused relation,t1,t2,,,1 "the later column comes first"
	refused relation,t5,t1,,,1 "unknown task 't5'"
	refused relation,t2,t1,,k,1 "the task has no column of class 'k'"
	refused cluster,,t1,,,nan "'nan' is not a number"
	for k in 0 1.5 5 -1 1e300; do
		refused cluster,,t1,,,$k "'$k' is not a cluster 1, 2, ..."
	done
	n=$((n + 1))
	refused $'cluster,,t1,,,1\ncluster,,t1,,,1' \
		"this column's cluster comes twice"
	refused $'graph,t2,t1,,,1\ngraph,t2,t1,,,1' "this edge comes twice"
	n=$((n - 1))
	refused graph,t1,t1,,,1 "an edge from a column to itself"
	refused graph,t2,t1,,,-1 "'-1' is less than 0"
	refused graph,t1,,,,1 "unknown task ''"
	refused coef,,t1,,x1,1 "record 'coef' out of order"
}
