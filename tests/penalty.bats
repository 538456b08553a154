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

@test "mtl-predict: an unknown task gets the part that the tasks share" {
	# Features far from 0: the intercepts must not take what parts differ by.
	mtl-gen --tasks 5 --relatedness 0.5 --sizes 20:60 --features 4 \
		--seed 4 | awk -F, -v OFS=, 'NR > 1 { $3 += 1000; $4 -= 50 }
		{ print }' >train.csv
	{ head -n 1 train.csv; grep ,t1, train.csv | sed s/,t1,/,new,/; } |
		awk -F, -v OFS=, 'NR == 2 { $4 = "" } { print }' >new.csv
	for how in augment data-shared adaptive 'augment --no-intercept'; do
		mtl-train -q --lambda 0.01,0.05 -m $how train.csv >m.csv
		run --separate-stderr mtl-predict -q -m m.csv new.csv
		[ "$status" -eq 0 ]
		[ "$stderr" = "mtl-predict: warning: $(($(grep -c '' new.csv) - 1)) rows of tasks that the model does not know, the first 'new' (new.csv:2), are predicted by its part that all tasks share" ]
		echo "$output" >p.csv
		fitted '
m = Model("m.csv")
S = m.P[0]
assert np.any(S) and np.all(np.ptp(S, axis=1) == 0) and np.any(m.P[1])
X, z = [], []
for r in csv.DictReader(open("new.csv")):
    X.append([float(r[f]) if r[f] else m.mean[j]
              for j, f in enumerate(m.features)])
z = [float(r["yhat"]) for r in csv.DictReader(open("p.csv"))]
at = m.mean if m.meta["intercept"] == "free" else 0 * m.mean
b = np.mean(m.b + at @ m.W)
near(z, b + (np.array(X) - at) @ S[:, 0], 1e-9)'
	done
	cut -d, -f1,3- new.csv >untold.csv
	run --separate-stderr mtl-predict -q -m m.csv untold.csv
	[[ "$stderr" == "mtl-predict: warning: no column says the rows' tasks (--task names it): "*" rows are predicted by the model's part that all tasks share" ]]
	run --separate-stderr mtl-predict -m m.csv --unknown-task error new.csv
	[ "$status" -eq 1 ]
}

@test "mtl-predict: the shared part is that of the commonest classes" {
	# t1 has classes 0 1 2, t2 and t3 have 1 and 2 only.
	mtl-gen --tasks 3 --kind classification --classes 3 -n 80 \
		--features 3 --seed 5 | awk -F, '!(/,t[23],/ && $6 == 0)' \
		>train.csv
	mtl-train -q -p 'same,l2:0.01 + l1:0.02' train.csv >m.csv
	sed 's/,t1,/,new,/' train.csv | grep -v ',t[23],' >new.csv
	mtl-predict -q -m m.csv --decision new.csv 2>err >p.csv
	fitted '
m = Model("m.csv")
assert len(m.columns) == 7
X = np.array([[float(r[f]) for f in m.features]
              for r in csv.DictReader(open("new.csv"))])
for k in "12":
    z = [float(r["z:" + k]) for r in csv.DictReader(open("p.csv"))]
    b = np.mean([(m.b + m.mean @ m.W)[m.column(t, k)] for t in ("t2", "t3")])
    near(z, b + (X - m.mean) @ m.P[0][:, m.column("t2", k)], 1e-9)'
}
