load helper

# fails STATUS MESSAGE ARGUMENT...: mtl-eval says that and writes nothing
fails() {
	local status_expected=$1 message=$2
	shift 2
	run --separate-stderr mtl-eval "$@"
	if [ "$status" -ne "$status_expected" ] || [ "$output" != "" ] ||
		[ "${stderr_lines[0]}" != "mtl-eval: $message" ]; then
		echo "status $status, output '$output', stderr '$stderr'"
		return 1
	fi
}

# same EXPECTED ACTUAL: fails and shows both if they differ
same() {
	[ "$1" = "$2" ] || { diff <(echo "$1") <(echo "$2"); return 1; }
}

# Four numbers: errors 1 -1 2 0, variance 5/4.
numbers() {
	printf '%s\n' y,yhat 1,0 2,3 3,1 4,4
}

# truth 3 2 1 0, said 2 2 1 1, hit 2 1 0 0 of a b c d
labels() {
	printf '%s\n' y,yhat a,a a,a a,b b,b b,c c,d
}

# Two tasks of two classes with probabilities.
tasks() {
	cat <<-END
	id,task,y,yhat,p:0,p:1
	1,a,0,0,0.75,0.25
	2,a,1,0,0.5,0.5
	3,b,1,1,0.25,0.75
	4,b,0,1,0.5,0.5
	5,b,1,1,0,1
	END
}

@test "mtl-eval: the functions over arrays give what is worked out by hand" {
	run test-metrics
	[ "$output" = "" ]
	[ "$status" -eq 0 ]
}

@test "mtl-eval prints rmse, mae and r2 of numbers" {
	run --separate-stderr mtl-eval <(numbers)
	[ "$status" -eq 0 ]
	[ "$stderr" = "" ]
	same "task,metric,n,value
(all),rmse,4,1.224744871391589
(all),mae,4,1
(all),r2,4,-0.19999999999999996" "$output"
}

@test "mtl-eval prints accuracy, balanced-accuracy and f1-macro of classes" {
	run --separate-stderr mtl-eval <(labels)
	[ "$status" -eq 0 ]
	[ "$stderr" = "" ]
	same "task,metric,n,value
(all),accuracy,6,0.5
(all),balanced-accuracy,6,0.38888888888888884
(all),f1-macro,6,0.325" "$output"
}

@test "mtl-eval adds log-loss and auc where there are probabilities" {
	run --separate-stderr mtl-eval <(tasks)
	[ "$status" -eq 0 ]
	[ "$stderr" = "" ]
	[ "$(grep -c log-loss <<<"$output")" = 4 ]
	same "a,auc,2,1
b,auc,3,1
(all),auc,5,0.9166666666666666
(mean),auc,5,1" "$(grep auc <<<"$output")"
}

@test "mtl-eval lists tasks by first appearance, then (all), then (mean)" {
	run mtl-eval --metric accuracy,brier <(tasks)
	same "task,metric,n,value
a,accuracy,2,0.5
a,brier,2,0.15625
b,accuracy,3,0.6666666666666666
b,brier,3,0.10416666666666667
(all),accuracy,5,0.6
(all),brier,5,0.125
(mean),accuracy,5,0.5833333333333333
(mean),brier,5,0.13020833333333334" "$output"
}

@test "mtl-eval: r2 of (all) is about the mean of all rows" {
	printf '%s\n' task,y,yhat a,0,1 a,2,1 b,10,11 b,12,11 >in.csv
	run mtl-eval --metric r2 in.csv
	same "task,metric,n,value
a,r2,2,0
b,r2,2,0
(all),r2,4,0.9615384615384616
(mean),r2,4,0" "$output"
}

@test "mtl-eval --score prints one bare number" {
	[ "$(labels | mtl-eval --score accuracy)" = 0.5 ]
	[ "$(labels | mtl-eval --score balanced-error)" = 0.6111111111111112 ]
	[ "$(numbers | mtl-eval --score mse)" = 1.5 ]
	[ "$(numbers | mtl-eval --score nmse)" = 1.2 ]
	[ "$(tasks | mtl-eval --score ece)" = 0.1 ]
	[ "$(numbers | mtl-eval --score mae | od -c | head -1)" = \
		"0000000   1  \\n" ]
}

# Weighted rows with ties against scikit-learn: numbers, 2 and 5 classes,
# one label that stands only in yhat, one only in y.
@test "mtl-eval: every metric is scikit-learn's, with weights and ties" {
	need_sklearn
	cat >peer.py <<'END'
import csv, subprocess, sys
import numpy as np
from sklearn import metrics as m
from sklearn.preprocessing import label_binarize

def check(name, rows, header, expected):
    with open(name, 'w', newline='') as f:
        csv.writer(f).writerows([header] + rows)
    out = subprocess.run(['mtl-eval', '--weight', 'w', '--metric',
        ','.join(expected), name], stdout=subprocess.PIPE, check=True)
    got = {r['metric']: float(r['value']) for r in
        csv.DictReader(out.stdout.decode().splitlines())}
    assert len(got) == len(expected)
    for k, v in expected.items():
        if abs(got[k] - v) > 1e-12 * max(1, abs(v)):
            print(name, k, got[k], v)
            sys.exit(1)

def ece(y, p, w):
    top, right = p.max(1), p.argmax(1) == y
    edges = np.arange(16) / 15
    total = 0
    for lo, hi in zip(edges[:-1], edges[1:]):
        b = (top > lo) & (top <= hi)
        if b.any():
            total += abs((w[b] * (right[b] - top[b])).sum())
    return total / w.sum()

for seed in range(3):
    r = np.random.RandomState(seed)
    n = 400
    y, w = r.poisson(3, n) + 0.5 * (r.rand(n) > .5), r.rand(n) + 0.01
    h = np.round(y + r.randn(n), 1)
    h = np.maximum(h, 0.1)
    mean = lambda x: np.average(x, weights=w)
    var = lambda x: mean((x - mean(x)) ** 2)
    mse = m.mean_squared_error(y, h, sample_weight=w)
    check('numbers%d.csv' % seed, list(zip(y, h, w)), ['y', 'yhat', 'w'], {
        'mse': mse, 'rmse': mse ** .5,
        'mae': m.mean_absolute_error(y, h, sample_weight=w),
        'r2': m.r2_score(y, h, sample_weight=w), 'nmse': mse / var(y),
        'explained-variance':
            m.explained_variance_score(y, h, sample_weight=w),
        'correlation': mean((y - mean(y)) * (h - mean(h))) /
            (var(y) * var(h)) ** .5,
        'poisson-deviance':
            m.mean_poisson_deviance(y, h, sample_weight=w)})
    for K in (2, 5):
        w = r.rand(n) + 0.01
        p = np.array([r.multinomial(20, q) / 20 for q in
            r.dirichlet(np.ones(K), n)])    # many ties, zeros and ones
        y = np.array([r.choice(K, p=(1 + q) / (1 + q).sum()) for q in p])
        if K == 5:
            y[y == 4] = 3       # 4 is only in yhat and p
        h = p.argmax(1)
        side = label_binarize(y, classes=range(K))
        if K == 2:
            side = np.hstack([1 - side, side])
        # exact zeros and ones are clipped alike on both sides
        q = np.clip(p[np.arange(n), y], np.finfo(float).eps, 1)
        both = [k for k in range(K) if 0 < side[:, k].sum() < n]
        over = lambda f: np.mean([f(side[:, k], p[:, k], sample_weight=w)
            for k in (both if K > 2 else [1])])
        recall = m.recall_score(y, h, labels=sorted(set(y)),
            average='macro', sample_weight=w)
        brier = (m.brier_score_loss(y, p[:, 1], sample_weight=w) if K == 2
            else np.average(((p - side) ** 2).sum(1), weights=w))
        check('classes%d-%d.csv' % (K, seed),
            [[y[i], h[i], w[i]] + list(p[i]) for i in range(n)],
            ['y', 'yhat', 'w'] + ['p:%d' % k for k in range(K)], {
            'accuracy': m.accuracy_score(y, h, sample_weight=w),
            'balanced-accuracy': recall, 'balanced-error': 1 - recall,
            'f1-macro': m.f1_score(y, h, average='macro', sample_weight=w),
            'f1-micro': m.f1_score(y, h, average='micro', sample_weight=w),
            'mcc': m.matthews_corrcoef(y, h, sample_weight=w),
            'log-loss': np.average(-np.log(q), weights=w),
            'auc': over(m.roc_auc_score),
            'average-precision': over(m.average_precision_score),
            'brier': brier, 'ece': ece(y, p, w)})
END
	run "$python" peer.py
	[ "$output" = "" ]
	[ "$status" -eq 0 ]
}

# Tasks of two and of three classes and of numbers, in groups, weighted; each
# score recomputed from its own rows.
@test "mtl-eval: tasks, (all), (mean), --by and --where are scikit-learn's" {
	need_sklearn
	cat >peer.py <<'END'
import csv, subprocess
import numpy as np
from sklearn import metrics as m
r = np.random.RandomState(1)

def run(*args):
    out = subprocess.run(['mtl-eval', '-q', '--weight', 'w', *args],
        stdout=subprocess.PIPE, check=True).stdout.decode()
    return list(csv.DictReader(out.splitlines()))

def close(got, want, what):
    assert abs(float(got) - want) < 1e-12 * max(1, abs(want)), \
        (what, got, want)

def check(name, rows, functions):
    """rows: task, g, w, y, yhat; functions: metric -> f(y, yhat, w)."""
    with open(name, 'w', newline='') as f:
        csv.writer(f).writerows([['task', 'g', 'w', 'y', 'yhat']] + rows)
    def value(f, keep):
        part = [x for x in rows if keep(x)]
        return len(part), f(np.array([x[3] for x in part]),
            np.array([x[4] for x in part]), np.array([x[2] for x in part]))
    names = ','.join(functions)
    tasks = list(dict.fromkeys(x[0] for x in rows))
    groups = list(dict.fromkeys(x[1] for x in rows))
    for group in [None] + groups:
        got = run('--by', 'g', '--metric', names, name) if group else \
            run('--metric', names, name)
        got = [x for x in got if x.get('g') == group]
        inside = lambda x: group in (None, x[1])
        want = []
        for t in tasks:
            for k, f in functions.items():
                want.append((t, k) + value(f,
                    lambda x: inside(x) and x[0] == t))
        for k, f in functions.items():
            want.append(('(all)', k) + value(f, inside))
        for k, f in functions.items():
            own = [x for x in want if x[1] == k and x[0] in tasks]
            want.append(('(mean)', k, sum(x[2] for x in own),
                np.mean([x[3] for x in own])))
        assert [(x['task'], x['metric'], int(x['n'])) for x in got] == \
            [x[:3] for x in want], (got, want)
        for g, x in zip(got, want):
            close(g['value'], x[3], (name, group) + x)
        if group:
            # there tasks stand in another order: that of their rows
            key = lambda x: (x['task'], x['metric'], x['n'])
            alone = {key(x): x['value'] for x in run('--where',
                'g=' + group, '--metric', names, name)}
            assert alone.keys() == {key(x) for x in got}
            for x in got:
                close(alone[key(x)], float(x['value']), key(x))
    for k, f in functions.items():
        out = subprocess.run(['mtl-eval', '-q', '--weight', 'w', '--score',
            k, name], stdout=subprocess.PIPE, check=True).stdout.decode()
        close(out, value(f, lambda x: True)[1], ('--score', k))
    return rows

def pick():
    p = [(t, g) for t in ('a', 'b', 'c') for g in ('u', 'v') for i in
        range(30)]
    r.shuffle(p)
    return [[t, g, r.rand() + 0.1] for t, g in p]

weighted = lambda f, **k: lambda y, h, w: f(y, h, sample_weight=w, **k)
rows = pick()
for x in rows:
    y = r.randn() * 3
    x += [y, y + r.randn() + (x[0] == 'a')]
check('numbers.csv', rows, {
    'rmse': lambda y, h, w: m.mean_squared_error(y, h, sample_weight=w) ** .5,
    'mae': weighted(m.mean_absolute_error), 'r2': weighted(m.r2_score),
    'explained-variance': weighted(m.explained_variance_score),
    'correlation': lambda y, h, w: np.cov(y, h, aweights=w)[0, 1] /
        (np.cov(y, aweights=w) * np.cov(h, aweights=w)) ** .5})
rows = pick()
for x in rows:
    labels = ['no', 'yes'] if x[0] == 'a' else ['k', 'l', 'm']
    x += [r.choice(labels), r.choice(labels)]
check('classes.csv', rows, {
    'accuracy': weighted(m.accuracy_score),
    'balanced-accuracy': weighted(m.balanced_accuracy_score),
    'f1-macro': weighted(m.f1_score, average='macro'),
    'f1-micro': weighted(m.f1_score, average='micro'),
    'mcc': weighted(m.matthews_corrcoef)})

# --confusion, with and without groups
def counts(part, task, group=()):
    part = [x for x in part if task in ('(all)', x[0])]
    labels = sorted(set(x[3] for x in part) | set(x[4] for x in part))
    c = m.confusion_matrix([x[3] for x in part], [x[4] for x in part],
        labels=labels, sample_weight=[x[2] for x in part])
    return [group + (task, a, b, c[i, j]) for i, a in enumerate(labels)
        for j, b in enumerate(labels) if c[i, j] > 0]
for by, groups in ((), [None]), (('--by', 'g'), ['u', 'v']):
    got = run('--confusion', *by, 'classes.csv')
    for group in groups:
        part = [x for x in rows if group in (None, x[1])]
        want = sum((counts(part, t) for t in
            list(dict.fromkeys(x[0] for x in rows)) + ['(all)']), [])
        have = [x for x in got if x.get('g') == group]
        assert [(x['task'], x['y'], x['yhat']) for x in have] == \
            [x[:3] for x in want]
        for g, x in zip(have, want):
            close(g['n'], x[3], x)
END
	run "$python" peer.py
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "mtl-eval: log-loss is scikit-learn's" {
	need_sklearn
	printf '%s\n' y,yhat,p:a,p:b,p:c a,a,0.5,0.25,0.25 c,b,0.25,0.5,0.25 \
		b,b,0.125,0.75,0.125 >in.csv
	expected=$("$python" -c 'from sklearn.metrics import log_loss
print(log_loss(list("acb"), [[.5, .25, .25], [.25, .5, .25],
	[.125, .75, .125]], labels=list("abc")))')
	got=$(mtl-eval --score log-loss in.csv)
	awk "BEGIN { exit !(($got - $expected) ^ 2 < 1e-24) }"
}

@test "mtl-eval: an integer weight is a repeated row" {
	printf '%s\n' y,yhat,w 1,1.5,2 2,2.5,1 4,3,3 >w.csv
	printf '%s\n' y,yhat 1,1.5 1,1.5 2,2.5 4,3 4,3 4,3 >r.csv
	for metric in rmse mae r2 correlation poisson-deviance; do
		a=$(mtl-eval --weight w --score $metric w.csv)
		b=$(mtl-eval --score $metric r.csv)
		awk "BEGIN { exit !(($a - $b) ^ 2 < 1e-28) }"
	done
}

@test "mtl-eval --weight: rows of weight 0 are left out and counted" {
	printf '%s\n' y,yhat,w 1,2,1 5,9,0 >in.csv
	run --separate-stderr mtl-eval --weight w --metric mae in.csv
	same "task,metric,n,value
(all),mae,1,1" "$output"
	[ "$stderr" = "mtl-eval: note: 1 row of weight 0 left out" ]
	printf '%s\n' y,yhat,w 1,2,1 5,9,-1 >in.csv
	fails 1 "in.csv:3: column 'w': '-1' is not a weight (a number, 0 or more)" \
		--weight w in.csv
}

@test "mtl-eval: the layouts give the same scores" {
	printf '%s\n' task,y,yhat A,1,2 A,3,3.5 B,5,4.5 B,8,8 >long.csv
	printf '%s\n' y:A,y:B,yhat:B,yhat:A 1,5,4.5,2 3,8,8,3.5 >wide.csv
	mtl-eval long.csv >long.out
	mtl-eval wide.csv >wide.out
	cmp long.out wide.out
	[ "$(wc -l <long.out)" = 13 ]
}

@test "mtl-eval: a wide table scores yhat:A and p:A:CLASS against y:A" {
	cat >in.csv <<-END
	y:A,yhat:A,p:A:0,p:A:1,y:A:B,yhat:A:B,p:A:B:no,p:A:B:yes
	0,0,0.75,0.25,yes,yes,0.25,0.75
	1,1,0.25,0.75,no,yes,0.5,0.5
	END
	run --separate-stderr mtl-eval --metric accuracy,brier,auc in.csv
	[ "$stderr" = "" ]
	same "A,accuracy,2,1
A,brier,2,0.0625
A,auc,2,1
A:B,accuracy,2,0.5
A:B,brier,2,0.15625
A:B,auc,2,1" "$(grep '^A' <<<"$output")"
}

@test "mtl-eval: task and y:NAME together are tasks TASK/NAME" {
	cat >in.csv <<-END
	task,y:len,y:kind,yhat:len,yhat:kind
	s,1,cat,1.5,cat
	s,2,dog,2.5,dog
	r,3,,2.5,dog
	END
	run --separate-stderr mtl-eval --metric mae,accuracy in.csv
	[ "$stderr" = "mtl-eval: note: 1 missing label left out" ]
	same "task,metric,n,value
s/len,mae,2,0.5
s/kind,accuracy,2,1
r/len,mae,1,0.5
(all),mae,3,0.5
(all),accuracy,2,1
(mean),mae,3,0.5
(mean),accuracy,2,1" "$output"
}

@test "mtl-eval: tasks of another kind than the metrics are left out, counted" {
	printf '%s\n' task,y,yhat a,cat,cat b,1,1.5 c,2,2.5 >in.csv
	run --separate-stderr mtl-eval --metric accuracy in.csv
	same "task,metric,n,value
a,accuracy,1,1
(all),accuracy,1,1
(mean),accuracy,1,1" "$output"
	[ "$stderr" = "mtl-eval: note: 2 tasks of numbers left out: none of the metrics is for them" ]
	run --separate-stderr mtl-eval --score mae in.csv
	[ "$output" = 0.5 ]
	[ "$stderr" = "mtl-eval: note: 1 task of classes left out: none of the metrics is for it" ]
}

@test "mtl-eval: labels are classes when every yhat is one of them" {
	printf '%s\n' y,yhat 1,1 2,2 3,1 >in.csv
	mtl-eval in.csv | grep -q '^(all),accuracy,3,0.66'
	printf '%s\n' y,yhat 1,1 2,2 3,1.5 >in.csv
	mtl-eval in.csv | grep -q '^(all),rmse,3,'
	# text as bytes: 1.0 is not 1
	printf '%s\n' y,yhat 1,1.0 2,2 3,1 >in.csv
	mtl-eval in.csv | grep -q '^(all),rmse,3,'
	# one column, one kind: another task's labels, or its fractions
	printf '%s\n' task,y,yhat a,1,2 a,1,1 b,2,2 b,1,1 >in.csv
	[ "$(mtl-eval in.csv | grep -c ,accuracy,)" = 4 ]
	printf '%s\n' task,y,yhat a,1,1 a,2,2 b,2,2.5 b,1,1 >in.csv
	[ "$(mtl-eval in.csv | grep -c ,rmse,)" = 4 ]
	# but text and probabilities are classes by themselves
	printf '%s\n' task,y,yhat,p:0,p:1 a,1,1.5,, b,cat,cat,, c,0,0,0.5,0.5 >in.csv
	same "a,rmse b,accuracy c,accuracy" "$(mtl-eval -q in.csv 2>&1 |
		grep -E '^[abc],(rmse|accuracy),' | cut -d, -f1,2 | paste -sd' ')"
}

@test "mtl-eval reads numbers as labels and labels as numbers when asked" {
	printf '%s\n' y,yhat 1,1 2,3 2,2 >in.csv
	[ "$(mtl-eval -q --score accuracy in.csv)" = 0.6666666666666666 ]
	printf '%s\n' y,yhat 1,1 2,2 2,1 >in.csv
	[ "$(mtl-eval --score mae in.csv)" = 0.3333333333333333 ]
	printf '%s\n' y,yhat 1,1 cat,1 >in.csv
	fails 1 "in.csv:3: column 'y': 'cat' is not a number, and mae needs numbers" \
		--score mae in.csv
}

@test "mtl-eval: ten thousand different numbers are no labels" {
	seq 10001 | sed 's/.*/&,&/; 1i y,yhat' >in.csv
	[ "$(mtl-eval --score r2 in.csv)" = 1 ]
	mtl-eval in.csv | grep -q rmse
	fails 1 "accuracy needs labels, and target 'y' has more than 10000 different numbers" \
		--score accuracy in.csv
	# a number behind them that is none is a typing error, not a label
	echo 5,1x5 >>in.csv
	fails 1 "in.csv:10003: column 'yhat': '1x5' is not a number, and rmse needs numbers" \
		in.csv
}

@test "mtl-eval: a number out of range is refused by line and column" {
	printf '%s\n' y,yhat 1.5,2 1e999,2 >in.csv
	fails 1 "in.csv:3: column 'y': '1e999' is beyond what a number can be, and rmse needs numbers" \
		in.csv
}

@test "mtl-eval: the positive class is the second label, numbers by value" {
	# scores rise with 10, which comes after 9 as a number only
	printf '%s\n' y,yhat,p:9,p:10 9,9,0.9,0.1 9,9,0.6,0.4 10,10,0.3,0.7 >in.csv
	[ "$(mtl-eval --score auc in.csv)" = 1 ]
	[ "$(mtl-eval --score average-precision in.csv)" = 1 ]
	printf '%s\n' y,yhat,z no,no,-1 no,no,3 yes,yes,2 >in.csv
	[ "$(mtl-eval --score auc in.csv)" = 0.5 ]
}

@test "mtl-eval: auc takes z of two classes where there is no p" {
	printf '%s\n' y,yhat,z:a,z:b a,a,5,1 b,b,4,3 b,b,0,1 >in.csv
	[ "$(mtl-eval --score auc in.csv)" = 1 ]
	printf '%s\n' y:T,yhat:T,z:T,y:U,yhat:U,z:U 0,0,-1,1,1,3 1,1,1,0,0,4 >in.csv
	same "T,auc,2,1
U,auc,2,0
(all),auc,4,0.5
(mean),auc,4,0.5" "$(mtl-eval --metric auc in.csv | tail -n +2)"
}

@test "mtl-eval: pooled two-class tasks each have their own second label" {
	cat >in.csv <<-END
	task,y,yhat,p:a,p:b,p:c,p:d
	s,a,a,0.9,0.1,,
	s,b,b,0.2,0.8,,
	t,c,c,,,0.7,0.3
	t,d,d,,,0.4,0.6
	END
	run --separate-stderr mtl-eval --metric auc,brier in.csv
	[ "$stderr" = "" ]
	same "s,auc,2,1
s,brier,2,0.025
t,auc,2,1
t,brier,2,0.125
(all),auc,4,1
(all),brier,4,0.075
(mean),auc,4,1
(mean),brier,4,0.075" \
	"$(tail -n +2 <<<"$output" | sed 's/0\.0249*,*.*$/0.025/; s/0\.02500.*$/0.025/; s/0\.07500.*$/0.075/; s/0\.0749.*$/0.075/; s/0\.12500.*$/0.125/; s/0\.1249.*$/0.125/')"
}

@test "mtl-eval: probabilities wanted and absent name mtl-predict --proba" {
	fails 1 "log-loss needs columns p:CLASS (mtl-predict --proba)" \
		--score log-loss <(labels)
	fails 1 "auc needs columns p:CLASS, or z of two classes (mtl-predict --proba, or --decision)" \
		--metric auc <(labels)
}

@test "mtl-eval: a task without probabilities beside one with is undefined" {
	cat >in.csv <<-END
	task,y,yhat,p:0,p:1
	a,0,0,0.5,0.5
	a,1,1,0.25,0.75
	b,0,0,,
	b,1,1,,
	END
	run --separate-stderr mtl-eval --metric brier in.csv
	same "task,metric,n,value
a,brier,2,0.15625
b,brier,0,
(all),brier,2,0.15625
(mean),brier,2,0.15625" "$output"
	[ "$stderr" = "mtl-eval: warning: brier undefined for 1 task (the first: 'b'): no probabilities (mtl-predict --proba)" ]
	sed 's/0.5,0.5/,/' in.csv >hole.csv
	fails 1 "hole.csv:2: column 'p:0': no probability, where other rows of the task have them" \
		--metric brier hole.csv
	sed 's/0.5,0.5/,1/' in.csv >hole.csv
	run --separate-stderr mtl-eval --metric accuracy,brier --where task=a hole.csv
	[ "$status" -eq 0 ]
	[ "$stderr" = "mtl-eval: warning: 1 empty p: cell taken as 0" ]
}

@test "mtl-eval: what is no probability is refused by line and column" {
	printf '%s\n' y,yhat,p:a,p:b a,a,0.5,0.5 b,b,-0.1,1.1 >in.csv
	fails 1 "in.csv:3: column 'p:a': '-0.1' is not a probability from 0 to 1" in.csv
	printf '%s\n' y,yhat,p:a,p:b a,a,0.5,NaN >in.csv
	fails 1 "in.csv:2: column 'p:b': 'NaN' is not a number" in.csv
}

@test "mtl-eval: rows without y, task or yhat are left out and counted" {
	printf '%s\n' task,y,yhat a,1,1.5 a,,2 ,3,3 a,4, a,NA,2 >in.csv
	run --separate-stderr mtl-eval --na NA --metric mae in.csv
	same "task,metric,n,value
(all),mae,1,0.5" "$output"
	same "mtl-eval: note: 2 rows without y left out
mtl-eval: note: 1 row without a task left out
mtl-eval: warning: 1 row with y but without yhat left out" "$stderr"
	printf '%s\n' y,yhat ,1 2, >in.csv
	fails 1 "nothing to score: no row has both y and yhat" in.csv
}

@test "mtl-eval: NA is a label unless --na says otherwise" {
	printf '%s\n' y,yhat NA,NA b,b >in.csv
	mtl-eval in.csv | grep -q '^(all),accuracy,2,1$'
	mtl-eval --na NA --metric accuracy in.csv 2>/dev/null |
		grep -q '^(all),accuracy,1,1$'
}

@test "mtl-eval: a class that no prediction knows is wrong, with a warning" {
	printf '%s\n' y,yhat,p:a,p:b a,a,0.75,0.25 b,b,0.25,0.75 new,b,0.5,0.5 \
		new,a,0.5,0.5 >in.csv
	run --separate-stderr mtl-eval --metric accuracy,log-loss,brier in.csv
	[ "$stderr" = "mtl-eval: warning: 1 label of y never predicted (the first: 'new'): 2 rows counted as wrong" ]
	same "(all),accuracy,4,0.5" "$(sed -n 2p <<<"$output")"
	# two rows at -log 2.2e-16 = 36.0437, two at -log 0.75
	same "(all),log-loss,4,18.1656" "$(sed -n 3p <<<"$output" | cut -c1-24)"
	# .125, .125, 1.5, 1.5
	same "(all),brier,4,0.8125" "$(sed -n 4p <<<"$output")"
}

@test "mtl-eval: an undefined score is an empty cell and one warning a cause" {
	printf '%s\n' task,y,yhat a,1,2.5 a,1,3 b,2,2 b,3,3 c,5,4 >in.csv
	run --separate-stderr mtl-eval --metric r2,correlation,mae in.csv
	[ "$status" -eq 0 ]
	same "a,r2,2," "$(sed -n 2p <<<"$output")"
	same "(mean),r2,2,1" "$(grep '(mean),r2' <<<"$output")"
	same "mtl-eval: warning: r2 undefined for 2 tasks (the first: 'a'): y is constant
mtl-eval: warning: correlation undefined for 2 tasks (the first: 'a'): y or yhat is constant" "$stderr"
}

@test "mtl-eval --score of an undefined score fails and says why" {
	printf '%s\n' y,yhat 2,1.5 2,2 >in.csv
	fails 1 "r2 undefined: y is constant" --score r2 in.csv
	printf '%s\n' y,yhat,p:a,p:b a,a,1,0 a,a,1,0 >in.csv
	fails 1 "auc undefined: y has one class" --score auc in.csv
	fails 1 "average-precision undefined: no y is the second label" \
		--score average-precision in.csv
	printf '%s\n' y,yhat -1,1.5 2,2 >in.csv
	fails 1 "poisson-deviance undefined: a y is below 0 or a yhat not above 0" \
		--score poisson-deviance in.csv
	printf '%s\n' y,yhat 1e308,-1e308 2,2.5 >in.csv
	fails 1 "rmse undefined: too large for a number" --score rmse in.csv
}

@test "mtl-eval --min-score and --max-score gate, the output is still written" {
	labels >in.csv
	run --separate-stderr mtl-eval --score accuracy --min-score 0.5 in.csv
	[ "$status" -eq 0 ]
	[ "$stderr" = "" ]
	run --separate-stderr mtl-eval --score accuracy --min-score 0.51 in.csv
	[ "$status" -eq 1 ]
	[ "$output" = 0.5 ]
	[ "$stderr" = "mtl-eval: accuracy is 0.5, below --min-score 0.51" ]
	run --separate-stderr mtl-eval --metric accuracy --max-score 0.25 \
		-o out.csv in.csv
	[ "$status" -eq 1 ]
	[ "$stderr" = "mtl-eval: accuracy is 0.5, above --max-score 0.25" ]
	same "task,metric,n,value
(all),accuracy,6,0.5" "$(cat out.csv)"
}

@test "mtl-eval --min-score with --by holds for every group" {
	printf '%s\n' g,y,yhat a,1,1 a,2,2 b,1,2 b,2,2 >in.csv
	run --separate-stderr mtl-eval --by g --metric accuracy --min-score 0.9 in.csv
	[ "$status" -eq 1 ]
	[ "$stderr" = "mtl-eval: accuracy of b is 0.5, below --min-score 0.9" ]
	[ "${#lines[@]}" = 3 ]
	printf '%s\n' g,y,yhat a,1,1 a,1,2 b,1,1.5 b,2,2 >in.csv
	run --separate-stderr mtl-eval -q --by g --metric r2 --min-score 0 in.csv
	[ "$status" -eq 1 ]
	[ "${stderr_lines[-1]}" = "mtl-eval: r2 of a is undefined" ]
}

@test "mtl-eval --by scores each value of a column" {
	cat >in.csv <<-END
	task,split,y,yhat
	s,train,1,1.5
	s,test,2,3
	t,train,3,3.5
	t,test,4,4
	s,test,4,6
	END
	run --separate-stderr mtl-eval --by split --metric mae in.csv
	[ "$stderr" = "" ]
	same "split,task,metric,n,value
train,s,mae,1,0.5
train,t,mae,1,0.5
train,(all),mae,2,0.5
train,(mean),mae,2,0.5
test,s,mae,2,1.5
test,t,mae,1,0
test,(all),mae,3,1
test,(mean),mae,3,0.75" "$output"
	run --separate-stderr mtl-eval --metric mae in.csv
	[ "$stderr" = "mtl-eval: note: train and test rows scored together (--where split=test, or --by split)" ]
	run --separate-stderr mtl-eval --where split=test --score mae in.csv
	[ "$output" = 1 ]
	[ "$stderr" = "" ]
}

@test "mtl-eval --confusion counts y against yhat" {
	run --separate-stderr mtl-eval --confusion <(labels)
	same "task,y,yhat,n
(all),a,a,2
(all),a,b,1
(all),b,b,1
(all),b,c,1
(all),c,d,1" "$output"
	printf '%s\n' task,w,y,yhat s,0.5,10,9 s,2,9,9 s,1,10,9 t,1,9,10 >in.csv
	run --separate-stderr mtl-eval --confusion --weight w in.csv
	same "task,y,yhat,n
s,9,9,2
s,10,9,1.5
t,9,10,1
(all),9,9,2
(all),9,10,1
(all),10,9,1.5" "$output"
}

@test "mtl-eval --format table aligns columns" {
	printf '%s\n' task,y,yhat größe,1,1.25 b,2,3 b,2,2 >in.csv
	run --separate-stderr mtl-eval -q --format table --metric mae,r2 in.csv
	same "task    metric  n     value
größe   mae     1      0.25
größe   r2      1         -
b       mae     2       0.5
b       r2      2         -
(all)   mae     3  0.416667
(all)   r2      3  -0.59375
(mean)  mae     3     0.375
(mean)  r2      0         -" "$output"
}

@test "mtl-eval --format table: task names cannot drive a terminal" {
	printf 'task,y,yhat\na\033[2J,1,2\nb,1,2\n' >in.csv
	mtl-eval -q --format table --metric mae in.csv >out
	grep -qF 'a\x1b[2J' out
	! grep -q $'\033' out
	mtl-eval --metric mae in.csv | grep -q $'^a\033\[2J,mae,1,1$'
}

@test "mtl-eval keeps names that need quotes, and follows --delimiter" {
	printf '%s\n' 'task,y,yhat' '"a,""b""",1,2' 'c;d,1,2' >in.csv
	same '"a,""b""",mae,1,1
c;d,mae,1,1' "$(mtl-eval --metric mae in.csv | sed -n 2,3p)"
	printf 'task\ty\tyhat\na,b\t1\t2\nc\t1\t2\n' >in.tsv
	same $'task\tmetric\tn\tvalue\na,b\tmae\t1\t1' \
		"$(mtl-eval -d tab --metric mae in.tsv | head -2)"
}

@test "mtl-eval takes roles from options" {
	printf '%s\n' school,score,yhat a,1,2 b,3,3.5 >in.csv
	same "a,mae,1,1
b,mae,1,0.5" "$(mtl-eval --task school --target score --metric mae in.csv | sed -n 2,3p)"
	printf '%s\n' m,n,yhat:m,yhat:n 1,2,3,4 >in.csv
	same "m,mae,1,2
n,mae,1,2" "$(mtl-eval --target m,n --metric mae in.csv | sed -n 2,3p)"
}

@test "mtl-eval: a table without y or yhat says what it lacks" {
	printf '%s\n' x,yhat 1,2 >in.csv
	fails 1 "in.csv: no column y to compare with (--target)" in.csv
	printf '%s\n' 'y;yhat' '1;2' >in.csv
	fails 1 "in.csv: no column y to compare with (--target) (the header is a single cell: another --delimiter?)" in.csv
	printf '%s\n' y,x 1,2 >in.csv
	fails 1 "in.csv: no column yhat (mtl-predict adds it)" in.csv
	printf '%s\n' y:A,y:B,x 1,2,3 >in.csv
	fails 1 "in.csv: no column yhat:A (mtl-predict adds it)" in.csv
	printf '%s\n' y:A,y:B,yhat:B 1,2,3 2,3,3.5 >in.csv
	run --separate-stderr mtl-eval --metric mae in.csv
	same "task,metric,n,value
(all),mae,2,0.75" "$output"
	[ "$stderr" = "mtl-eval: warning: 1 target without a column yhat:NAME left out (the first: 'A')" ]
}

@test "mtl-eval: wrong options are usage errors" {
	numbers >in.csv
	fails 2 "--metric: no metric 'rms' (did you mean 'rmse'?)" --metric rmse,rms in.csv
	fails 2 "--metric: no metric ''" --metric rmse, in.csv
	fails 2 "--metric: rmse twice" --metric rmse,mae,rmse in.csv
	fails 2 "--score: no metric 'rmse,mae'" --score rmse,mae in.csv
	fails 2 "--score names its metric: no --metric" --score mae --metric r2 in.csv
	fails 2 "--score is one number: no --by" --score mae --by y in.csv
	fails 2 "--confusion prints no scores: no --score" --confusion --score mae in.csv
	fails 2 "--min-score: which score? (--score METRIC)" --min-score 1 in.csv
	fails 2 "--max-score: which score? (--score METRIC)" --metric mae,r2 \
		--max-score 1 in.csv
	fails 2 "--by: the scores have a column 'n' of their own" --by n in.csv
	fails 1 "--by: no column 'yhta' in in.csv (did you mean 'yhat'?)" --by yhta in.csv
}

@test "mtl-eval --min-score: what is no number is a usage error" {
	run --separate-stderr mtl-eval --score mae --min-score x
	[ "$status" -eq 2 ]
	[[ "${stderr_lines[0]}" == "mtl-eval: --min-score: 'x' is not a number"* ]]
}

@test "mtl-eval: a full device is status 1" {
	numbers >in.csv
	run --separate-stderr bash -c "mtl-eval in.csv >/dev/full"
	[ "$status" -eq 1 ]
	[[ "$stderr" == "mtl-eval: standard output: "* ]]
	run bash -c "mtl-eval --score mae in.csv >/dev/full"
	[ "$status" -eq 1 ]
}

@test "mtl-eval: on failure -o leaves an older file as it was" {
	echo old >out.csv
	fails 1 "accuracy needs labels, and target 'y' has more than 10000 different numbers" \
		-o out.csv --metric accuracy <(seq 10001 | sed 's/.*/&,&.5/; 1i y,yhat')
	[ "$(cat out.csv)" = old ]
	same out.csv "$(ls -A)"
}

@test "mtl-eval: the order of rows and of columns does not matter" {
	tasks >a.csv
	{ head -1 a.csv; sed 1d a.csv | sort -r; } |
		awk -F, -v OFS=, '{ print $6, $4, $2, $5, $3, $1 }' >b.csv
	mtl-eval a.csv | sort >a.out
	mtl-eval b.csv | sort >b.out
	cmp a.out b.out
}

@test "mtl-eval: many rows with probabilities" {
	awk 'BEGIN { print "y,yhat,p:0,p:1"
		for (i = 0; i < 100000; i++) {
			p = (i * 7919 % 1000) / 1000
			y = (i * 104729 % 1009) / 1009 < p
			print y "," (p > 0.5) "," 1 - p "," p
		} }' >in.csv
	mtl-eval --metric accuracy,auc,log-loss,ece in.csv >out.csv
	grep -q '^(all),auc,100000,0.8' out.csv
}

# --- --truth ---------------------------------------------------------------

# model LAYOUT TASKS FEATURES COEFS: a model whose coefficients, TASK,CLASS,
# FEATURE,VALUE, are those; a task t:a,b is one of the classes a and b. The end
# rows do not fit (--trust-edited).
model() {
	local layout=$1 task loss feature coef
	echo record,name,task,class,feature,value
	echo meta,format,,,,mtl-model 1
	echo "meta,layout,,,,$layout"
	for task in $2; do
		case $task in
		*:*,*,*) loss=softmax ;;
		*:*) loss=logistic ;;
		*) loss=squared ;;
		esac
		echo "task,loss,${task%%:*},,,$loss"
	done
	for task in $2; do
		case $task in
		*:*) tr , '\n' <<<"${task#*:}" |
			awk -v t="${task%%:*}" '{ print "class,," t "," NR ",," $0 }' ;;
		esac
	done
	for feature in $3; do
		echo "feature,mean,,,$feature,0"
		echo "feature,scale,,,$feature,1"
	done
	for coef in $4; do
		echo "intercept,,${coef%,*,*},,1" # counts for nothing
	done | sort -u
	for coef in $4; do
		echo "coef,,$coef"
	done
	echo end,rows,,,,0
	echo end,crc32,,,,00000000
}

@test "mtl-eval --truth: error and support, features paired by name" {
	model long "a b" "x1 x2" "a,,x1,3 a,,x2,4 b,,x1,12" >truth.csv
	model long "b a" "x3 x1" "b,,x3,5 b,,x1,12 a,,x1,3" >model.csv
	run --separate-stderr mtl-eval --truth truth.csv --trust-edited model.csv
	[ "$stderr" = "" ]
	# a: sqrt(16 / 25), 2 * 1 / (2 + 1). b: 5 / 12, 2 * 1 / (1 + 2).
	# (all): sqrt(41 / 169), 2 * 2 / (3 + 3)
	same "task,metric,n,value
a,frobenius-error,3,0.8
a,support-f1,3,0.6666666666666666
b,frobenius-error,3,0.4166666666666667
b,support-f1,3,0.6666666666666666
(all),frobenius-error,6,0.49254801826406525
(all),support-f1,6,0.6666666666666666
(mean),frobenius-error,6,0.6083333333333334
(mean),support-f1,6,0.6666666666666666" "$output"
}

@test "mtl-eval --truth: a model against itself is perfect" {
	mtl-gen --tasks 3 --structure sparse:4 --truth truth.csv -n 5 >rows.csv
	mtl-eval --truth truth.csv truth.csv >out
	[ "$(grep -c frobenius-error,20,0$ out)" = 3 ]
	[ "$(grep -c support-f1,20,1$ out)" = 3 ]
	mtl-eval --truth truth.csv --format table <truth.csv | grep -q '^(all) *frobenius-error *60 *0$'
	mtl-eval --truth - truth.csv <truth.csv | cmp - out
}

@test "mtl-eval --truth: the truth is read when the pipe's front has made it" {
	for i in {1..5}; do
		mtl-gen --tasks 3 --structure same --seed $i --truth truth.csv |
			mtl-train -q --method mean --lambda 0.01 |
			mtl-eval --truth truth.csv >out
		[ "$(wc -l <out)" = 11 ]
		rm truth.csv
	done
}

# numpy reads the two files with csv and computes both scores anew.
@test "mtl-eval --truth is what numpy computes from a fitted model" {
	need_sklearn
	cat >peer.py <<'END'
import csv, sys
import numpy as np
def read(name):
    tasks, features, W = [], [], {}
    for r in csv.DictReader(open(name)):
        if (r['record'], r['name']) == ('task', 'loss'): tasks.append(r['task'])
        if (r['record'], r['name']) == ('feature', 'mean'):
            features.append(r['feature'])
        if r['record'] == 'coef': W[r['task'], r['feature']] = float(r['value'])
    return tasks, np.array([[W.get((t, f), 0.) for t in tasks] for f in features])
tasks, V = read('truth.csv')
_, W = read('model.csv')
want = {}
for name, v, w in [(t, V[:, i], W[:, i]) for i, t in enumerate(tasks)] + \
        [('(all)', V, W)]:
    want[name, 'frobenius-error'] = np.linalg.norm(w - v) / np.linalg.norm(v)
    want[name, 'support-f1'] = 2 * ((w != 0) & (v != 0)).sum() / \
        ((w != 0).sum() + (v != 0).sum())
for m in ('frobenius-error', 'support-f1'):
    want['(mean)', m] = np.mean([want[t, m] for t in tasks])
got = {(r['task'], r['metric']): float(r['value'])
       for r in csv.DictReader(sys.stdin)}
assert got.keys() == want.keys()
assert all(abs(got[k] - want[k]) < 1e-13 for k in want), (got, want)
END
	mtl-gen --tasks 4 --structure sparse:3 --seed 2 --truth truth.csv |
		mtl-train -q --method mean --lambda 0.05 >model.csv
	mtl-eval --truth truth.csv model.csv | "$python" peer.py
}

@test "mtl-eval --truth: classes are paired by name, a pooled model serves all" {
	model one y:a,b,c "x1 x2" "y,a,x1,1 y,b,x2,2 y,c,x1,2" >truth.csv
	model one y:a,b,c "x2 x1" "y,a,x1,1 y,b,x2,2 y,c,x1,5" >model.csv
	same "(all),frobenius-error,6,1
(all),support-f1,6,1" "$(mtl-eval --truth truth.csv --trust-edited model.csv |
		tail -n +2)"
	model one y:a,b "x2 x1" "y,,x1,1" >two.csv
	fails 1 "task 'y' has other classes in the model than in the truth" \
		--truth truth.csv --trust-edited two.csv
	model one y:a,c "x2 x1" "y,,x1,1" >swapped.csv
	fails 1 "task 'y' has other classes in the model than in the truth" \
		--truth two.csv --trust-edited swapped.csv
	model one y:a,c,d "x2 x1" "y,a,x1,1" >other.csv
	fails 1 "task 'y' of the model has no class 'b'" \
		--truth truth.csv --trust-edited other.csv

	mtl-gen --tasks 3 --structure same --seed 1 --truth truth.csv |
		mtl-train -q --method pooled --lambda 0.01 >model.csv
	mtl-eval --truth truth.csv model.csv >out
	# one column, and one truth for all tasks
	[ "$(sed -n '/^t[123],frob/s/.*,//p' out | sort -u | wc -l)" = 1 ]
}

@test "mtl-eval --truth: tasks of only one of the two" {
	model long "a b" x1 "a,,x1,3 b,,x1,4" >two.csv
	model long a x1 "a,,x1,6" >one.csv
	run --separate-stderr mtl-eval --truth one.csv --trust-edited two.csv
	[ "$stderr" = "mtl-eval: warning: 1 task of the model left out: not in the truth" ]
	same "task,metric,n,value
(all),frobenius-error,1,0.5
(all),support-f1,1,1" "$output"
	fails 1 "the model has no task 'b'" --truth two.csv --trust-edited one.csv
}

@test "mtl-eval --truth: coefficients of 0 and sizes at the edge of numbers" {
	model long "a b" "x1 x2" "b,,x1,1" >truth.csv
	model long "a b" "x1 x2" "b,,x1,1 a,,x2,2" >model.csv
	run --separate-stderr mtl-eval --truth truth.csv --trust-edited model.csv
	[ "$stderr" = "mtl-eval: warning: frobenius-error undefined for 1 task (the first: 'a'): its true coefficients are 0" ]
	same "a,frobenius-error,2,
a,support-f1,2,0
b,frobenius-error,2,0" "$(sed -n 2,4p <<<"$output")"
	same "(mean),frobenius-error,4,0
(mean),support-f1,4,0.5" "$(tail -n 2 <<<"$output")"
	run --separate-stderr mtl-eval --truth truth.csv --trust-edited truth.csv
	[ "$stderr" = "mtl-eval: warning: frobenius-error undefined for 1 task (the first: 'a'): its true coefficients are 0
mtl-eval: warning: support-f1 undefined for 1 task (the first: 'a'): all coefficients are 0" ]
	same "a,support-f1,2," "$(sed -n 3p <<<"$output")"
	for size in 1e-200 1e200 1e300; do
		model one y x1 "y,,x1,3${size#1}" >truth.csv
		model one y x1 "y,,x1,6${size#1}" >model.csv
		mtl-eval --truth truth.csv --trust-edited model.csv >out
		[ "$(sed -n 2p out)" = "(all),frobenius-error,1,1" ]
	done
	model one y x1 "y,,x1,1e-200" >truth.csv
	model one y x1 "y,,x1,1e200" >model.csv
	run --separate-stderr mtl-eval --truth truth.csv --trust-edited model.csv
	[ "$stderr" = "mtl-eval: warning: frobenius-error undefined for 1 task (the first: 'y'): too large for a number" ]
}

@test "mtl-eval --truth refuses what is no model or was changed" {
	numbers >rows.csv
	mtl-gen --tasks 2 --truth truth.csv >gen.csv
	fails 1 "rows.csv: not a file of kind mtl-model" --truth truth.csv rows.csv
	fails 1 "rows.csv: not a file of kind mtl-model" --truth rows.csv truth.csv
	fails 1 "none.csv: No such file or directory" --truth none.csv truth.csv
	sed 's/^\(coef.*\),.*/\1,1/' truth.csv >edited.csv
	fails 1 "edited.csv: its checksum does not fit: the file was changed or damaged" \
		--truth truth.csv edited.csv
	mtl-eval --truth truth.csv --trust-edited edited.csv | grep -q '^(mean)'
}

@test "mtl-eval --truth: options of rows and other scores are refused" {
	for option in metric=mae score=mae by=a confusion min-score=1 max-score=1; do
		fails 2 "--truth has scores of its own: no --${option%=*}" \
			--truth a --$option b
	done
	for option in where=a=b no-header id=a task=a target=a ignore=a weight=a na=a; do
		fails 2 "--truth compares models, not rows: no --${option%%=*}" \
			--truth a --$option b
	done
	fails 2 "--truth compares one model with one other" --truth a b c
	fails 2 "both models cannot come from standard input" --truth -
	fails 2 "--trust-edited: only models can be trusted (--truth MODEL)" \
		--trust-edited a
}
