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
		[ "$stderr" = "mtl-predict: warning: $(($(grep -c '' new.csv) - 1)) rows of tasks that the model does not know, the first 'new' (new.csv:2), are predicted by the model's part that all tasks share" ]
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

@test "mtl-train --graph: tasks are drawn towards their neighbours" {
	four
	printf 'b,weight,a\nt3,2,t1\nt2,0.5,t4\nt1,0,t2\n' >g.csv
	mtl-train -q -p graph:0.1,l2:0.02 --graph g.csv -e 1e-10 four.csv >m.csv
	fitted '
m = Model("m.csv")
assert m.graph == {(0, 2): 2, (1, 3): 0.5}, m.graph
L = np.zeros((4, 4))
for (a, b), v in m.graph.items():
    e = np.eye(4)[a] - np.eye(4)[b]
    L += v * np.outer(e, e)
H = 0.1 * L + 0.02 * np.eye(4)
near(m.scale[:, None] * m.W, quadratic(m, table("four.csv", m), H), 1e-6)'
	mtl-train -q -p graph:0.1,l2:0.02 --graph - -e 1e-10 four.csv <g.csv |
		cmp - m.csv
	tr , ';' <g.csv >g.txt
	tr , ';' <four.csv >four.txt
	mtl-train -q -p graph:0.1,l2:0.02 --graph g.txt -d ';' -e 1e-10 \
		four.txt | cmp - m.csv
}

@test "mtl-train --graph ties columns of the same class" {
	mtl-gen --tasks 3 --kind classification --classes 3 -n 40 \
		--features 3 --seed 5 >c.csv
	printf 'a,b,weight\nt3,t1,1\nt2,t3,2\n' >g.csv
	mtl-train -q -p graph:0.1,l2:0.02 --graph g.csv c.csv >m.csv
	fitted '
m = Model("m.csv")
want = {}
for k in "012":
    want[m.column("t1", k), m.column("t3", k)] = 1
    want[m.column("t2", k), m.column("t3", k)] = 2
assert m.graph == want, m.graph'
	# Under ovr each class of a single task is a task.
	grep -v ',t[23],' c.csv | cut -d, -f3- >one.csv
	printf 'a,b,weight\n0,2,3\n' >g.csv
	mtl-train -q -p graph:1e4,l2:0.02 --multiclass ovr --graph g.csv \
		one.csv >m.csv
	fitted '
m = Model("m.csv")
assert m.graph == {(0, 2): 3}
near(m.W[:, 0], m.W[:, 2], 1e-3)
assert np.max(np.abs(m.W[:, 0] - m.W[:, 1])) > 0.1'
}

@test "mtl-train --graph, --task-order: tasks of wide tables are NAME of y:NAME" {
	mtl-gen --targets 3 --kind regression -n 50 --features 4 \
		--informative 4 --seed 1 >wide.csv
	printf 'a,b,weight\nt1,t3,1\nt2,t3,2\n' >g.csv
	mtl-train -q -m graph --lambda 1 --graph g.csv wide.csv >m.csv
	grep ^graph m.csv | cmp - <(printf 'graph,t3,t1,,,1\ngraph,t3,t2,,,2\n')
	mtl-train -q -p chain:1,l2:0.1 --task-order t1,t3,t2 -e 1e-10 wide.csv \
		>a.csv
	mtl-train -q -p graph:1,l2:0.1 -e 1e-10 wide.csv \
		--graph <(printf 'a,b,weight\nt1,t3,1\nt2,t3,1\n') >b.csv
	fitted 'near(Model("a.csv").W, Model("b.csv").W, 1e-8)'
}

@test "mtl-train --graph: what is no graph is refused by line" {
	four
	refused() { # TEXT MESSAGE
		printf "$1" >g.csv
		fails 1 "$2" -m graph --lambda 0.1 --graph g.csv four.csv
	}
	refused '' "g.csv: empty input"
	refused 'a,b\nt1,t2\n' "g.csv: the columns of a graph are a, b and weight"
	refused 'a,b,w\nt1,t2,1\n' "g.csv: the columns of a graph are a, b and weight"
	refused 'a,b,weight,x\nt1,t2,1,1\n' "g.csv: the columns of a graph are a, b and weight"
	refused 'a,b,weight\nt1,t2,1\nt1,t2\n' "g.csv:3: 2 cells, but the header has 3"
	refused 'a,b,weight\nt1,t2,1\nt1,t22,1\n' "g.csv:3: column 'b': there is no task 't22' (did you mean 't2'?)"
	refused 'a,b,weight\nnorth,t2,1\n' "g.csv:2: column 'a': there is no task 'north'"
	for bad in x '' nan 1e999; do
		refused "a,b,weight\nt1,t2,$bad\n" "g.csv:2: column 'weight': '$bad' is not a number from 0 up"
	done
	refused 'a,b,weight\nt1,t2,-1\n' "g.csv:2: column 'weight': '-1' is not a number from 0 up"
	refused 'a,b,weight\nt1,t1,1\n' "g.csv:2: column 'b': an edge from 't1' to itself"
	refused 'a,b,weight\nt1,t2,1\nt2,t3,1\nt2,t1,1\n' "g.csv:4: the edge 't2', 't1' comes twice (first in line 2)"
	fails 2 "--graph: the file's name is empty" \
		-m graph --lambda 0.1 --graph '' four.csv
	fails 1 "none.csv: No such file or directory" \
		-m graph --lambda 0.1 --graph none.csv four.csv
	fails 2 "the graph and the rows cannot both come from standard input" \
		-m graph --lambda 0.1 --graph -
	fails 2 "the term graph wants the edges between tasks (--graph)" \
		-m graph --lambda 0.1 four.csv
}

@test "mtl-train: an option that no term of the penalty uses is refused" {
	four
	printf 'a,b,weight\nt1,t2,1\n' >g.csv
	fails 2 "--graph is for the term graph, which the penalty has not" \
		-m mean --lambda 0.1 --graph g.csv four.csv
	fails 2 "--clusters is for the term cluster, which the penalty has not" \
		-m trace --lambda 0.1 --clusters 2 four.csv
	fails 2 "--eta is for the term cluster, which the penalty has not" \
		-p l1:0.1 --eta 1 four.csv
	fails 2 "--task-order is for the term chain or fused, which the penalty has not" \
		--lambda 0.1 --task-order t1,t2,t3,t4 four.csv
	fails 2 "--modality-weight does not go with the term trace" \
		-m sparse-trace --lambda 0.1 --modality-weight x=2 four.csv
	fails 2 "--clusters: '0' is not a whole number of at least 1" \
		-m cluster --lambda 0.1 --clusters 0 four.csv
	fails 2 "--eta: '0' is not a number from 1e-300 to 1e+300" \
		-m cluster --lambda 0.1 --eta 0 four.csv
}

@test "mtl-train --task-order is the order of chain and fused" {
	four
	mtl-train -q -p chain:0.1,l2:0.02 --task-order t3,t1,t4,t2 -e 1e-10 \
		four.csv >m.csv
	grep -q '^meta,task-order,,,,"t3,t1,t4,t2"$' m.csv
	fitted '
m = Model("m.csv")
L = np.zeros((4, 4))
for a, b in ((2, 0), (0, 3), (3, 1)):
    e = np.eye(4)[a] - np.eye(4)[b]
    L += np.outer(e, e)
H = 0.1 * L + 0.02 * np.eye(4)
near(m.scale[:, None] * m.W, quadratic(m, table("four.csv", m), H), 1e-6)'
	# The same as rows that come in that order.
	{ head -n 1 four.csv; for t in t3 t1 t4 t2; do grep ,$t, four.csv
		done; } >sorted.csv
	mtl-train -q -m fused --lambda 0.02 --task-order t3,t1,t4,t2 -e 1e-9 \
		four.csv >a.csv
	mtl-train -q -m fused --lambda 0.02 -e 1e-9 sorted.csv >b.csv
	mtl-train -q -m fused --lambda 0.02 -e 1e-9 four.csv >c.csv
	fitted '
a, b, c = (Model(k + ".csv") for k in "abc")
order = [b.columns.index(k) for k in a.columns]
near(a.W, b.W[:, order], 1e-5)
assert np.max(np.abs(a.W - c.W)) > 1e-3'
}

@test "mtl-train --task-order takes each task once" {
	four
	order() {
		fails 2 "--task-order: $2" -m temporal --lambda 0.1 \
			--task-order "$1" four.csv
	}
	order t1,t2,t3 "the task 't4' is missing"
	order t2 "the task 't1' is missing"
	order t1,t2,t3,t4,t5 "there is no task 't5' (did you mean 't1'?)"
	order t1,t2,,t4 "there is no task ''"
	order t1,t2,t3,t4,t1 "the task 't1' comes twice"
}

@test "mtl-train --clusters, --eta: the penalty by its definition" {
	mtl-gen --tasks 6 --structure cluster:3 --relatedness 0.97 -n 40 \
		--features 8 --seed 7 >six.csv
	for k in 1 2 3 9; do
		for eta in 0.2 1 30; do
			mtl-train -q -p cluster:0.03 --clusters $k --eta $eta \
				six.csv >m-$k-$eta.csv
		done
	done
	mtl-train -q -m cluster --lambda 0.03 six.csv >default.csv
	diff <(grep -v '^meta,method\|^end' default.csv) \
		<(grep -v '^meta,method\|^end' m-2-1.csv)
	fitted '
from scipy.optimize import minimize
for k in 1, 2, 3, 9:
    for eta in 0.2, 1, 30:
        m = Model("m-%d-%g.csv" % (k, eta))
        assert m.meta["clusters"] == str(k)
        assert float(m.meta["eta"]) == eta
        s = np.linalg.svd(m.scale[:, None] * m.W, compute_uv=False)
        kk = min(k, len(s))
        # least over the spectrum of M
        best = minimize(lambda g: np.sum(s * s / (eta + g)),
            np.full(len(s), kk / len(s)), method="SLSQP",
            bounds=[(0, 1)] * len(s), options={"ftol": 1e-14, "maxiter": 1000},
            constraints={"type": "eq", "fun": lambda g: g.sum() - kk})
        assert best.success
        tasks = table("six.csv", m)
        n = sum(len(y) for X, y in tasks.values())
        loss = sum(np.sum((y - X @ m.W[:, c] - m.b[c]) ** 2)
            for c, (X, y) in enumerate(tasks.values())) / (2 * n)
        want = loss + 0.03 * eta * (1 + eta) / 2 * best.fun
        near(float(m.meta["objective"]), want, 1e-8)'
}

@test "mtl-train --clusters: tasks are dealt to the clusters of the rows" {
	for seed in 1 2 3; do
		mtl-gen --tasks 9 --structure cluster:3 --relatedness 0.98 \
			-n 40 --features 12 --seed $seed |
			mtl-train -q -m cluster --clusters 3 --lambda 0.01 |
			grep ^cluster >clusters
		for t in 0 1 2 3 4 5 6 7 8; do
			echo "cluster,,t$((t + 1)),,,$((t % 3 + 1))"
		done | cmp - clusters
	done
	# More clusters than tasks: each its own.
	mtl-gen --tasks 3 -n 40 --features 12 --seed 1 |
		mtl-train -q -m cluster --clusters 5 --lambda 0.01 |
		grep ^cluster | cut -d, -f6 | cmp - <(printf '1\n2\n3\n')
}

# Two modalities, one task of numbers.
two() {
	mtl-gen --modalities image:4,text:6 --kind regression -n 50 --seed 2 \
		>two.csv
}

@test "mtl-train --modality-weight penalises a modality so many times" {
	two
	# As if its columns were smaller: by v for l1, by sqrt(v) for l2.
	for v in 4 0.25; do
		mtl-train -q -p l2:0.1 --modality-weight image=$v,text=9 \
			--no-standardize -e 1e-10 two.csv >a.csv
		mtl-train -q -p l1:0.1 --modality-weight image=$v,text=3 \
			--no-standardize -e 1e-10 two.csv >b.csv
		"$python" -c "
import csv, sys
rows = list(csv.reader(open('two.csv')))
for name, by in (('a2.csv', ($v ** 0.5, 3)), ('b2.csv', ($v, 3))):
    out = csv.writer(open(name, 'w'))
    out.writerow(rows[0])
    for r in rows[1:]:
        out.writerow([repr(float(x) / by[h[0] == 't'])
            if h[:2] in ('im', 'te') else x for h, x in zip(rows[0], r)])"
		mtl-train -q -p l2:0.1 --no-standardize -e 1e-10 a2.csv >am.csv
		mtl-train -q -p l1:0.1 --no-standardize -e 1e-10 b2.csv >bm.csv
		fitted "
v = $v
for a, b, by in (('a', 'am', (v ** 0.5, 3)), ('b', 'bm', (v, 3))):
    a, b = Model(a + '.csv'), Model(b + '.csv')
    div = np.array([by[f[0] == 't'] for f in a.features])
    near(a.W, b.W / div[:, None], 1e-5)
    near(float(a.meta['objective']), float(b.meta['objective']), 1e-8)
    assert np.all(a.scale == 1)
assert a.meta['modality-weight'] == 'image=$v,text=3'"
	done
}

@test "mtl-train --modality-weight: bad ones are refused" {
	two
	weight() {
		fails 2 "--modality-weight: $2" -m lasso --lambda 0.1 \
			--modality-weight "$1" two.csv
	}
	weight imag=2 "there is no modality 'imag' (did you mean 'image'?)"
	weight image=2,audio=1 "there is no modality 'audio'"
	for bad in image image= image=x image=0 image=-1 =image ''; do
		weight "$bad" "'$bad' is not a modality, '=' and a number above 0"
	done
	weight image=1,image=2 "the modality 'image' comes twice"
}

@test "mtl-train --block-scale: each modality has the total variance 1" {
	two
	mtl-train -q --method ridge --lambda 0.1 --block-scale -e 1e-10 two.csv \
		>a.csv
	mtl-train -q --method ridge --lambda 0.1 --block-scale \
		--no-standardize -e 1e-10 two.csv >b.csv
	grep -qx 'meta,block-scale,,,,yes' a.csv
	fitted '
a, b = Model("a.csv"), Model("b.csv")
X = np.vstack([x for x, y in table("two.csv", a).values()])
m = np.array([f[0] == "t" for f in a.features])
sd = X.std(0)
near(a.scale, sd * np.sqrt(np.where(m, m.sum(), (~m).sum())), 1e-12)
near(b.scale, np.sqrt(np.where(m, np.sum(sd[m] ** 2), np.sum(sd[~m] ** 2))),
    1e-12)
for k in a, b:
    near(k.scale[:, None] * k.W,
        quadratic(k, table("two.csv", k), 0.1 * np.eye(1)), 1e-8)'
	# A modality that does not vary is left alone.
	awk -F, -v OFS=, 'NR > 1 { $2 = $3 = $4 = $5 = 7 } { print }' two.csv |
		mtl-train -q -m ridge --lambda 0.1 --block-scale >m.csv
	[ "$(grep -c '^feature,scale,,,image:.*,0$' m.csv)" -eq 4 ]
}

@test "mtl-train: augment is mean with other lambdas" {
	four
	mtl-train -q -m augment --lambda 0.3 -e 1e-12 four.csv >a.csv
	mtl-train -q -p mean:0.24,l2:0.06 -e 1e-12 four.csv >b.csv
	fitted '
a, b = Model("a.csv"), Model("b.csv")
near(a.W, b.W, 1e-6)
near(a.b, b.b, 1e-6)
near(float(a.meta["objective"]), float(b.meta["objective"]), 1e-9)'
}

@test "mtl-train: terms without a joint operator are offered as a sum" {
	four
	offers() { # PENALTY TERMS TERM
		fails 2 "penalty '$1': no joint proximal operator of $2 and $3 is known; the sum '$2 + $3' is" \
			-p "$1" four.csv
		mtl-train -q -p "$2 + $3" --lambda 0.1 four.csv >m.csv
	}
	offers trace,l1 trace l1
	offers l21,task l21 task
	offers l1,l21,block l1,l21 block
	offers cluster,l21 cluster l21
	offers trace:0.1,relation:0.2,l1inf:1 trace,relation l1inf
	fails 2 "penalty 'l1,l1': the term l1 stands twice in a component" \
		-p l1,l1 four.csv
	fails 2 "penalty 'same:1 + l1': same takes no weight or lambda" \
		-p 'same:1 + l1' four.csv
	fails 2 "penalty 'l1 +': there is no term '' (--list shows them)" \
		-p 'l1 +' four.csv
	fails 2 "penalty 'l1:-1': lambda '-1' is not a number from 0 up" \
		-p l1:-1 four.csv
	fails 2 "penalty 'l1*x': the weight 'x' is not a number from 0 up" \
		-p 'l1*x' four.csv
}

@test "mtl-train: a sum may be written with blanks, weights and exponents" {
	four
	mtl-train -q -p 'trace:1e-1+l1*2:0.5e-1' four.csv >a.csv
	mtl-train -q -p ' trace:0.1 + l1:0.1 ' four.csv >b.csv
	cmp a.csv b.csv
	grep -qx 'meta,penalty,,,,trace:0.1 + l1:0.1' a.csv
}

@test "mtl-train --list: columns stand below their heads" {
	mtl-train --list >list.txt
	"$python" -c "
methods, terms = [b.splitlines()
    for b in open('list.txt').read().split('\n\n')[1:]]
assert len(methods) == 26 and len(terms) == 16
for lines, heads in ((methods, 'method penalty is source'),
                     (terms, 'term Omega(W) ties')):
    at = [(' ' + lines[0]).index(' ' + h) for h in heads.split()]
    for line in lines[1:]:
        for a in at[1:]:
            assert len(line) < a or line[a - 2:a] == '  ', line
            assert len(line) <= a or line[a] != ' ', line"
}

@test "mtl-cv: of several methods each takes the options it uses" {
	four
	printf 'a,b,weight\nt1,t3,1\nt2,t4,1\n' >g.csv
	mtl-cv -q -m graph,cluster,fused,mean --path 3 -k 3 --graph g.csv \
		--clusters 3 --eta 2 --task-order t1,t3,t2,t4 four.csv >cv.csv
	for m in graph cluster fused mean; do
		grep -q "^$m," cv.csv
	done
	mtl-cv -q -m graph --path 3 -k 3 --graph g.csv four.csv >one.csv
	[ "$(grep -c '^graph,' one.csv)" -gt 0 ]
	diff <(grep '^graph,' cv.csv) <(grep '^graph,' one.csv)
	# Folds of two graphs are not put together.
	for f in 1 2 3; do
		mtl-cv -q -m graph --path 3 -k 3 --graph g.csv --fold $f \
			four.csv >fold$f.csv
	done
	mtl-cv -q --merge fold1.csv fold2.csv fold3.csv >merged.csv
	sed -i s/t3,1/t3,2/ g.csv
	mtl-cv -q -m graph --path 3 -k 3 --graph g.csv --fold 3 four.csv \
		>fold3.csv
	run --separate-stderr mtl-cv --merge fold1.csv fold2.csv fold3.csv
	[ "$status" -eq 1 ]
	[[ "$stderr" == *"is the digest of other data or options"* ]]
}

@test "mtl-train: without lambda the options of terms hold in every fold" {
	four
	printf 'a,b,weight\nt1,t3,1\nt2,t4,1\n' >g.csv
	mtl-train -q -m graph --graph g.csv --path 5 -k 3 four.csv >m.csv
	lambda=$(grep ^meta,lambda, m.csv | cut -d, -f6)
	mtl-train -q -m graph --graph g.csv --lambda "${lambda/ /,}" four.csv |
		grep ^coef >a
	grep ^coef m.csv >b
	paste -d, a b | awk -F, '{ d = $6 - $12
		if (d > 1e-6 || d < -1e-6) exit 1 }'
}

@test "mtl-train: fused makes columns equal at its lambda_max, and not below" {
	four
	mtl-gen --tasks 4 --kind classification --classes 3 -n 50 \
		--features 4 --seed 5 | awk -F, '!(/,t[23],/ && $NF == 0)' \
		>classes.csv
	mtl-gen --modalities image:4,text:6 --kind regression --tasks 3 -n 50 \
		--seed 2 >two.csv
	at() { # WANT SHARE MODEL-ARGUMENTS...
		mtl-train -q -e 1e-9 --strict --lambda "${@:2}" >m.csv
		fitted "
m = Model('m.csv')
W = m.W
if m.meta['scale-target'] == 'yes':
    W = W / np.array([float(m.task[t, 'scale']) for t, k in m.columns])
apart = max(np.max(np.ptp(W[:, [c for c, (t, k) in enumerate(m.columns)
    if k == label]], axis=1)) for label in {k for t, k in m.columns})
size = np.max(np.abs(W))
assert apart $1 * size and size > 0, (apart, size)"
	}
	for how in '-p fused four.csv' \
		'-p fused --scale-target four.csv' \
		'-p fused --no-standardize --normalize tasks four.csv' \
		'-p fused --task-order t3,t1,t4,t2 four.csv' \
		'-p fused --loss huber --normalize none four.csv' \
		'-p fused --modality-weight image=2,text=0.5 two.csv' \
		'-p l2:0.1,fused --modality-weight image=3 two.csv' \
		'-p fused,chain:0.1,mean:0.2,l2:0.05 four.csv' \
		'-p fused classes.csv' \
		'-p fused,l2:0.01 --no-intercept classes.csv'; do
		at '<= 1e-14' 1.001x $how
		at '> 1e-6' 0.99x $how
	done
	# The weight counts.
	at '<= 1e-14' 0.5005x -p 'fused*2' four.csv
	at '> 1e-6' 0.495x -p 'fused*2' four.csv
}

@test "mtl-train: an open fused goes down from equal columns to a thousandth" {
	four
	lambda() {
		mtl-train -q "$@" four.csv | sed -n 's/^meta,lambda,,,,//p'
	}
	[ "$(lambda -p fused --path 1)" = "$(lambda -p fused:1x)" ]
	# What is open beside it takes the same lambda, and is 0 in lambda_max.
	max=$(lambda -p fused:1x)
	[ "$(lambda -p fused,l2 --path 1)" = "$max $max" ]
	[ "$(lambda -p fused,l2:0.1 --path 1)" = \
		"$(lambda -p l2:0.1,fused:1x | awk '{ print $2, $1 }')" ]
	for p in fused 'fused*2' fused,l2:0.1; do
		mtl-cv -q -p $p --path 4 -k 2 four.csv >cv.csv
		awk -F, '$5 == "(all)" && $4 == 1 { split($3, v, " ")
			l[$2] = v[1] } END { for (i = 2; i <= 4; i++) {
			r = l[i] / l[i - 1]
			if (r < 0.0999999 || r > 0.1000001) exit 1 }
			exit !(l[1] > 0) }' cv.csv
	done
	# Columns that nothing can part have a path all the same.
	printf 'task,x,y\na,1,1.5\na,2,1.5\nb,1,2.5\nb,3,2.5\n' >flat.csv
	mtl-train -q -p fused -k 2 flat.csv >m.csv
	run ! grep ^coef m.csv
}
