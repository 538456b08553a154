# The losses huber, poisson and hinge2, from the option to the prediction.
# losses.py is the independent truth: definitions and scipy's L-BFGS.
load helper

need_scipy() {
	"$python" -c 'import scipy' 2>/dev/null ||
		skip "python3-scipy is not installed"
}

# long: three tasks below each other, w a weight of 1, 2 or 3, and of one
# signal a target for each kind of loss: long.num.csv has outliers,
# long.cnt.csv counts, long.two.csv and long.three.csv classes.
long() {
	mtl-gen -n 60 --features 4 --tasks 3 --structure lowrank:2 \
	    --noise 0.5 --seed 4 | awk -F, -v OFS=, '
	function put(kind, y) {
		print $1, $2, NR == 1 ? "w" : 1 + NR % 3, $3, $4, 5 * $5 + 40,
		    $6, y > ("long." kind ".csv")
	}
	NR == 1 {
		for (i = split("num cnt two three", k, " "); i > 0; i--)
			print $1, $2, "w", $3, $4, $5, $6, "y" > ("long." k[i] ".csv")
		next
	}
	{
		put("num", NR % 13 ? 3 * $7 + 2 : 40 * $7)
		put("cnt", int(exp($7 + 1)))
		put("two", $7 > 0.3 ? "yes" : "no")
		put("three", $7 > 0.7 ? "high" : $7 < -0.5 ? "low" : "mid")
	}'
}

# wide: five targets of different kinds side by side, a fifth of the cells
# empty; losses names theirs.
losses=num=huber,cnt=poisson,two=hinge2,three=softmax,sq=squared
wide() {
	mtl-gen -n 150 --kind regression --features 4 --informative 4 \
	    --noise 20 --seed 3 | awk -F, -v OFS=, '
	function cell(i, y) { return (NR + i) % 5 ? y : "" }
	NR == 1 {
		print "id,w," $2, $3, $4, $5, "y:num,y:cnt,y:two,y:three,y:sq"
		next
	}
	{
		s = $6 / 60
		print $1, 1 + NR % 3, $2, 1000 * $3, $4 - 7, $5,
		    cell(0, NR % 17 ? 10 * s : 300 * s), cell(1, int(exp(s + 1))),
		    cell(2, s + $2 > 0 ? "b" : "a"),
		    cell(3, s > 0.7 ? "r" : s < -0.7 ? "p" : "q"), cell(4, s)
	}' > wide.csv
}

# one KIND: the first task of that kind alone, without weights
one() {
	long
	awk -F, -v OFS=, 'NR == 1 || $2 == "t1" { print $1, $4, $5, $6, $7, $8 }' \
	    "long.$1.csv" > "one.$1.csv"
}

# agrees [OPTION...] MODEL TABLE: losses.py finds no fault
agrees() {
	"$python" "$ROOT/tests/losses.py" "$@"
}

meta() { # KEY MODEL
	sed -n "s/^meta,$1,,,,//p" "$2"
}

# same A B TOLERANCE: two numbers, relative
same() {
	awk -v a="$1" -v b="$2" -v tol="$3" 'BEGIN {
		d = a - b; if (d < 0) d = -d
		s = (a < 0 ? -a : a) + (b < 0 ? -b : b)
		if (d > tol * s) { print a " is not " b; exit 1 } }'
}

# same_coefs A B TOLERANCE: two models' intercepts and coefficients
same_coefs() {
	grep -E '^(coef|intercept)' "$1" > a
	grep -E '^(coef|intercept)' "$2" > b
	[ -s a ]
	[ "$(cut -d, -f1-5 a)" = "$(cut -d, -f1-5 b)" ]
	paste -d, a b | awk -F, -v tol="$3" '{
		d = $6 - $12; if (d < 0) d = -d
		if (d > tol * (1 + ($6 < 0 ? -$6 : $6))) { print; bad = 1 } }
		END { exit bad }'
}

@test "mtl-train: losses, their slopes, curves and conjugates are what they are called" {
	run test-loss
	[ "$status" -eq 0 ]
	[ "$output" = "" ]
}

@test "mtl-train: a block's dual point is feasible and a bound, its intercept the best" {
	run test-dual
	[ "$status" -eq 0 ]
	[ "$output" = "" ]
}

@test "mtl-train: huber, poisson and hinge2 reach the least objective there is" {
	need_scipy
	long
	for fit in num:huber cnt:poisson two:hinge2; do
		table=long.${fit%:*}.csv
		for options in "-m mean --lambda 0.1,0.01" \
		    "-m mean --lambda 0.01 --normalize tasks" \
		    "-m ridge --lambda 0.001 --no-intercept" \
		    "-m single --lambda 0.01 --penalize-intercept" \
		    "-m ridge --lambda 0.02 --normalize none --no-standardize"; do
			mtl-train -q $options --weight w --loss "${fit#*:}" \
			    $table > model.csv
			[ "$(meta converged model.csv)" = yes ]
			agrees --weight w model.csv $table
		done
	done
}

@test "mtl-train: pooled and shared with huber, poisson and hinge2" {
	need_scipy
	long
	for fit in num:huber cnt:poisson two:hinge2; do
		table=long.${fit%:*}.csv
		for options in "-m pooled" "-m pooled --normalize tasks" \
		    "-m shared --share 0.3"; do
			mtl-train -q $options --lambda 0.01 --weight w \
			    --loss "${fit#*:}" $table > model.csv
			agrees --weight w model.csv $table
		done
		mtl-train -q -m pooled --lambda 0.01 --loss "${fit#*:}" \
		    --ignore w $table > pooled.csv
		mtl-train -q -m shared --share 1 --lambda 0.01 \
		    --loss "${fit#*:}" --ignore w $table > shared.csv
		same "$(meta objective shared.csv)" \
		    "$(awk "BEGIN { print 3 * $(meta objective pooled.csv) }")" 1e-5
	done
}

@test "mtl-train: hinge2 with one class against the rest, weighed and balanced" {
	need_scipy
	long
	for options in "-m mean" "-m pooled" "-m shared" "-m mean --balance"; do
		mtl-train -q $options --lambda 0.01 --multiclass ovr \
		    --loss hinge2 --weight w long.three.csv > model.csv
		agrees --weight w model.csv long.three.csv
	done
	[ "$(grep -c '^intercept,,t1,' model.csv)" -eq 3 ]
	mtl-train -q -m mean --lambda 0.01 --loss hinge2 --balance --weight w \
	    long.two.csv > model.csv
	agrees --weight w model.csv long.two.csv
	# A single task: its classes are tasks for the penalty.
	one three
	mtl-train -q -p mean:0.1,l2:0.01 --multiclass ovr --loss hinge2 \
	    one.three.csv > model.csv
	agrees model.csv one.three.csv
}

@test "mtl-train: five losses over one wide table" {
	need_scipy
	wide
	for options in "--lambda 0.01" "--lambda 0.1,0.001 --normalize tasks" \
	    "-m ridge --lambda 0.001" "--lambda 0.01 --scale-target" \
	    "--lambda 0.01 --balance" "--lambda 0.01 --no-intercept"; do
		mtl-train -q $options --weight w --loss $losses wide.csv \
		    > model.csv
		[ "$(meta converged model.csv)" = yes ]
		agrees --weight w model.csv wide.csv
	done
	[ "$(grep '^task,loss' model.csv | cut -d, -f3,6 | paste -sd' ')" = \
	    "num,huber cnt,poisson two,hinge2 three,softmax sq,squared" ]
}

@test "mtl-train: the gap is a bound however early the fit stops" {
	need_scipy
	long
	wide
	for n in 1 2 3 10; do
		for fit in num:huber cnt:poisson two:hinge2; do
			table=long.${fit%:*}.csv
			mtl-train -q -m mean --lambda 0.01,1e-6 --max-iter $n \
			    --loss "${fit#*:}" --weight w $table \
			    > model.csv 2> message
			agrees --unfinished --weight w model.csv $table
		done
		mtl-train -q --lambda 1e-3,1e-7 --max-iter $n --weight w \
		    --loss $losses wide.csv > model.csv 2> message
		agrees --unfinished --weight w model.csv wide.csv
	done
}

@test "mtl-train: huber, poisson and hinge2 under l1, and their gaps" {
	need_scipy
	long
	wide
	for fit in num:huber cnt:poisson two:hinge2; do
		table=long.${fit%:*}.csv
		for options in "-p l1:0.01" "-p l1:0.001,l2:0.01" \
		    "-p l1:1e-3 --normalize tasks --no-intercept"; do
			mtl-train -q $options --weight w --loss "${fit#*:}" \
			    $table > model.csv
			[ "$(meta converged model.csv)" = yes ]
			agrees --weight w model.csv $table
		done
		for n in 1 3 10; do
			mtl-train -q -p l1:0.003 --max-iter $n --weight w \
			    --loss "${fit#*:}" $table > model.csv 2> message
			agrees --unfinished --weight w model.csv $table
		done
	done
	mtl-train -q -p l1:0.003 --weight w --loss $losses wide.csv > model.csv
	agrees --weight w model.csv wide.csv
}

@test "mtl-train: open lambdas are chosen for huber, poisson and hinge2" {
	long
	for fit in num:huber cnt:poisson two:hinge2; do
		table=long.${fit%:*}.csv
		for method in ridge lasso; do
			mtl-train -q -m $method --ignore w --loss "${fit#*:}" \
			    $table > model.csv
			[ "$(meta converged model.csv)" = yes ]
			# More than nothing, which a score of 0 throughout
			# (the first point of the path) would be.
			awk "BEGIN { exit !($(meta objective model.csv) < \
			    $(mtl-train -q -m $method --lambda 1e9 --ignore w \
			    --loss "${fit#*:}" $table | sed -n \
			    's/^meta,objective,,,,//p') - \
			    0.1 * $(meta null model.csv)) }"
		done
	done
}

@test "mtl-train: a few steps of Newton's method are enough" {
	long
	wide
	for fit in num:huber cnt:poisson two:hinge2; do
		mtl-train -q -m mean --lambda 0.01,1e-4 --loss "${fit#*:}" \
		    --ignore w long.${fit%:*}.csv > model.csv
		[ "$(meta iterations model.csv)" -le 10 ]
	done
	mtl-train -q --lambda 0.01 --loss $losses --ignore w wide.csv > model.csv
	[ "$(meta iterations model.csv)" -le 10 ]
}

@test "mtl-train: hinge2 at a cost is LIBLINEAR's L2-loss support vector machine" {
	command -v liblinear-train > /dev/null ||
		skip "liblinear-tools is not installed"
	one two
	tail -n +2 one.two.csv | awk -F, '{ printf "%s", $6 == "yes" ? "+1" : "-1"
		for (j = 2; j <= 5; j++) printf " %d:%s", j - 1, $j
		print "" }' > svm
	sort -s -k1,1 svm > sorted # its first label is the positive class
	for c in 0.01 1; do
		liblinear-train -q -s 2 -c $c -e 1e-10 -B 1 sorted their
		mtl-train -q --loss hinge2 --cost $c --penalize-intercept \
		    --no-standardize --tol 1e-12 one.two.csv > model.csv
		{ grep '^coef' model.csv; grep '^intercept' model.csv; } |
		    cut -d, -f6 > ours
		sed '1,/^w$/d' their | paste ours - | awk '{
			d = $1 - $2; if (d < 0) d = -d
			if (d > 1e-5 * (1 + ($1 < 0 ? -$1 : $1))) { print; bad = 1 } }
			END { exit bad || NR != 5 }'
	done
}

@test "mtl-train: poisson is scikit-learn's PoissonRegressor" {
	need_sklearn
	one cnt
	for lambda in 1e-6 0.01 1; do
		mtl-train -q -m ridge --loss poisson --lambda $lambda \
		    --no-standardize --tol 1e-12 one.cnt.csv > model.csv
		"$python" - $lambda <<- 'END'
		import csv, sys
		import numpy as np
		from sklearn.linear_model import PoissonRegressor
		t = list(csv.reader(open("one.cnt.csv")))[1:]
		X = np.array([r[1:5] for r in t], float)
		y = np.array([r[5] for r in t], float)
		m = PoissonRegressor(alpha=float(sys.argv[1]), tol=1e-12,
		                     max_iter=100000)
		mu = X.mean(axis=0) # a better start for its solver, same answer
		m.fit(X - mu, y)
		ours = {}
		for r in csv.reader(open("model.csv")):
		    if r[0] == "coef":
		        ours[r[4]] = float(r[5])
		    if r[0] == "intercept":
		        b = float(r[5])
		w = np.array(list(ours.values()))
		assert np.allclose(w, m.coef_, rtol=0, atol=2e-5), (w, m.coef_)
		assert abs(b + mu @ w - m.intercept_) < 2e-5
		END
	done
}

@test "mtl-train: huber with a huge delta is squared, with the data's own it resists" {
	one num
	mtl-train -q -m ridge --lambda 0.01 --loss squared one.num.csv > squared.csv
	mtl-train -q -m ridge --lambda 0.01 --loss huber --delta 1e9 \
	    one.num.csv > huge.csv
	same_coefs squared.csv huge.csv 1e-8
	same "$(meta objective squared.csv)" "$(meta objective huge.csv)" 1e-9
	[ "$(grep '^task,delta' huge.csv)" = task,delta,y,,,1000000000 ]
	# Without the outliers both find about the same.
	mtl-train -q -m ridge --lambda 0.01 --loss huber one.num.csv > huber.csv
	awk 'NR == 1 || NR % 13' one.num.csv > clean.csv
	mtl-train -q -m ridge --lambda 0.01 --loss squared clean.csv > clean.model
	paste -d, <(grep '^coef' clean.model) <(grep '^coef' huber.csv) \
	    <(grep '^coef' squared.csv) | awk -F, '
		{ h += ($12 - $6) ^ 2; s += ($18 - $6) ^ 2 }
		END { print h, s; exit !(h < s / 20) }'
}

@test "mtl-train: --delta holds for every task, else each has its own" {
	long
	mtl-train -q --lambda 0.01 --loss huber --delta 0.5 --ignore w \
	    long.num.csv > model.csv
	[ "$(grep '^task,delta' model.csv | paste -sd' ')" = \
	    "task,delta,t1,,,0.5 task,delta,t2,,,0.5 task,delta,t3,,,0.5" ]
	mtl-train -q --lambda 0.01 --loss huber --ignore w long.num.csv \
	    > model.csv
	[ "$(grep '^task,delta' model.csv | cut -d, -f6 | sort -u | wc -l)" -eq 3 ]
	# Medians by hand: y 0 1 2 4 9, |y - 2| 2 1 0 2 7.
	printf 'x,y\n1,0\n2,1\n3,4\n4,9\n5,2\n' > t.csv
	mtl-train -q --lambda 1 --loss huber t.csv > model.csv
	same "$(grep '^task,delta' model.csv | cut -d, -f6)" \
	    "$(awk 'BEGIN { print 1.345 * 1.4826 * 2 }')" 1e-6
	# More than half alike: the deviation, 2 here; all alike: 1.
	printf 'x,y\n1,5\n2,5\n3,5\n4,5\n5,0\n' > t.csv
	mtl-train -q --lambda 1 --loss huber t.csv > model.csv
	same "$(grep '^task,delta' model.csv | cut -d, -f6)" 2.69 1e-12
	printf 'x,y\n1,0.1\n2,0.1\n3,0.1\n' > t.csv
	mtl-train -q --lambda 1 --loss huber t.csv > model.csv
	[ "$(grep '^task,delta' model.csv)" = task,delta,y,,,1 ]
	[ "$(meta converged model.csv)" = yes ]
}

@test "mtl-train: --scale-target changes the fit, not the units of the model" {
	wide
	awk -F, -v OFS=, -v CONVFMT=%.17g 'NR == 1 { print } NR > 1 {
		if ($11 != "") $11 = 1000 * $11; print }' wide.csv > large.csv
	for table in wide large; do
		mtl-train -q --lambda 0.01 --scale-target --loss $losses \
		    --ignore w $table.csv > $table.model
		mtl-train -q --lambda 0.01 --loss $losses --ignore w \
		    $table.csv > $table.plain
	done
	same "$(meta objective wide.model)" "$(meta objective large.model)" 1e-9
	awk -F, -v OFS=, -v CONVFMT=%.17g '/^(coef|intercept),,sq/ { $6 /= 1000 } { print }' \
	    large.model > back.model
	same_coefs wide.model back.model 1e-6
	same "$(grep '^task,scale,sq' large.model | cut -d, -f6)" \
	    "$(awk "BEGIN { print 1000 * \
	    $(grep '^task,scale,sq' wide.model | cut -d, -f6) }")" 1e-5
	[ "$(grep '^task,scale' wide.model | cut -d, -f3 | paste -sd' ')" = "num sq" ]
	[ "$(meta scale-target wide.model)" = yes ]
	[ "$(meta scale-target wide.plain)" = no ]
	run ! same_coefs wide.plain wide.model 1e-3
	run --separate-stderr mtl-train --lambda 0.01 --scale-target \
	    --loss $losses --ignore w wide.csv
	[ "$status" -eq 0 ]
	[ "$stderr" = "mtl-train: note: --scale-target leaves the counts of 1 \
task (poisson) as they are" ]
}

@test "mtl-train: a weight of 2 is a row twice, for every loss" {
	wide
	long
	awk -F, 'NR == 1 { print; next } { for (i = 0; i < $2; i++) print }' \
	    wide.csv > rows.csv
	for options in "" --scale-target --balance; do
		mtl-train -q --lambda 0.01 $options --loss $losses --weight w \
		    wide.csv > weights.model
		mtl-train -q --lambda 0.01 $options --loss $losses --ignore w \
		    rows.csv > rows.model
		same "$(meta objective weights.model)" \
		    "$(meta objective rows.model)" 1e-9
		same_coefs weights.model rows.model 1e-6
		same "$(grep '^task,delta' weights.model | cut -d, -f6)" \
		    "$(grep '^task,delta' rows.model | cut -d, -f6)" 1e-12
	done
}

@test "mtl-train: the same pairs in either layout give the same fit" {
	long
	for fit in num:huber cnt:poisson two:hinge2; do
		awk -F, -v OFS=, 'NR == 1 {
			print $1, $4, $5, $6, $7, "y:t1,y:t2,y:t3"; next }
			{ print $1, $4, $5, $6, $7, $2 == "t1" ? $8 : "",
			    $2 == "t2" ? $8 : "", $2 == "t3" ? $8 : "" }' \
		    long.${fit%:*}.csv > w.csv
		for method in mean pooled shared; do
			mtl-train -q -m $method --lambda 0.01 --ignore w \
			    --loss "${fit#*:}" long.${fit%:*}.csv > long.model
			mtl-train -q -m $method --lambda 0.01 \
			    --loss "${fit#*:}" w.csv > wide.model
			same "$(meta objective long.model)" \
			    "$(meta objective wide.model)" 1e-12
			same_coefs long.model wide.model 1e-9
		done
	done
}

@test "mtl-train: the number of threads does not change a byte under any loss" {
	wide
	mtl-train -q -j 1 --lambda 0.01 --loss $losses --ignore w wide.csv > 1.csv
	mtl-train -q -j 4 --lambda 0.01 --loss $losses --ignore w wide.csv |
	    cmp - 1.csv
}

@test "mtl-train: counts that are all 0 keep the smoothed rate, with a warning" {
	long
	awk -F, -v OFS=, '$2 == "t2" { $8 = 0 } { print }' long.cnt.csv > t.csv
	run --separate-stderr mtl-train --lambda 0.1 --loss poisson --weight w \
	    t.csv -o model.csv
	[ "$status" -eq 0 ]
	[ "$stderr" = "mtl-train: warning: 1 task has no count above 0: the \
rate is smoothed" ]
	[ "$(meta converged model.csv)" = yes ]
	# At W = 0 the rate is 1 / (2 n), n the weight of the rows.
	mtl-train -q -m single --lambda 1e9 --loss poisson --weight w t.csv \
	    > model.csv 2> message
	n=$(awk -F, '$2 == "t2" { n += $3 } END { print n }' t.csv)
	mtl-predict -m model.csv t.csv > out.csv
	yhat=$(awk -F, '$2 == "t2" { print $NF; exit }' out.csv)
	same "$yhat" "$(awk "BEGIN { print 1 / (2 * $n) }")" 1e-5
	"$python" -c 'import scipy' 2> /dev/null || return 0
	mtl-train -q --lambda 0.1 --loss poisson --weight w t.csv > model.csv \
	    2> message
	agrees --weight w model.csv t.csv
}

@test "mtl-train: one class seen under hinge2 fixes the intercept, with a warning" {
	long
	awk -F, -v OFS=, '$2 == "t2" { $8 = "yes" } { print }' long.two.csv > t.csv
	run --separate-stderr mtl-train --lambda 0.1 --loss hinge2 --weight w \
	    t.csv -o model.csv
	[ "$status" -eq 0 ]
	[ "$stderr" = "mtl-train: warning: 1 task has seen one class only: the \
rate is smoothed" ]
	[ "$(meta converged model.csv)" = yes ]
	mtl-predict -m model.csv t.csv > out.csv
	[ "$(awk -F, '$2 == "t2" { print $NF }' out.csv | sort -u)" = yes ]
	"$python" -c 'import scipy' 2> /dev/null || return 0
	agrees --weight w model.csv t.csv
}

@test "mtl-train: constant counts, large ones and far features end well" {
	one cnt
	awk -F, -v OFS=, 'NR > 1 { $6 = 3 } { print }' one.cnt.csv > const.csv
	awk -F, -v OFS=, 'NR > 1 { $6 = 1000000 * $6 + NR } { print }' \
	    one.cnt.csv > large.csv
	awk -F, -v OFS=, 'NR == 9 { $2 = 100000 } { print }' one.cnt.csv > far.csv
	for lambda in 1 1e-6 0; do
		for table in const large far; do
			run --separate-stderr mtl-train -m ridge --loss poisson \
			    --lambda $lambda --strict $table.csv -o $table.model
			[ "$status" -eq 0 ]
			[ "$stderr" = "" ]
			[ "$(meta iterations $table.model)" -le 30 ]
		done
		mtl-predict -m const.model const.csv | mtl-eval --metric mae \
		    --format csv | awk -F, 'NR > 1 { exit !($4 < 1e-12) }'
	done
	"$python" -c 'import scipy' 2> /dev/null || return 0
	for table in large far; do
		mtl-train -q -m ridge --loss poisson --lambda 0.01 \
		    $table.csv > model.csv
		agrees model.csv $table.csv
	done
}

@test "mtl-train: a tiny delta or no penalty does not keep huber and hinge2 from the end" {
	one num
	one two
	for delta in 1e-3 1; do
		for lambda in 0 1e-6; do
			mtl-train -q -m ridge --loss huber --delta $delta \
			    --lambda $lambda --strict one.num.csv > model.csv
		done
	done
	mtl-train -q --loss hinge2 --lambda 0 --strict one.two.csv > model.csv
	# Separable: a loss of 0 is reached.
	awk -F, -v OFS=, 'NR > 1 { $6 = $2 > 0 ? "yes" : "no" } { print }' \
	    one.two.csv > t.csv
	mtl-train -q --loss hinge2 --lambda 0 --strict t.csv > model.csv
	awk "BEGIN { exit !($(meta objective model.csv) < 1e-9) }"
}

@test "mtl-train: no loss is huber, poisson or hinge2 unasked" {
	long
	for kind in num cnt two three; do
		mtl-train -q --lambda 0.1 --ignore w long.$kind.csv > model.csv
		run ! grep -E '^task,loss,.*(huber|poisson|hinge2)$' model.csv
	done
	mtl-train -q --lambda 0.1 --multiclass ovr --ignore w long.three.csv |
	    grep '^task,loss' | cut -d, -f6 | sort -u > got
	[ "$(cat got)" = logistic ]
}

@test "mtl-train: poisson refuses a negative count by file, line and column" {
	printf 'x,y\n1,2\n2,-1\n3,0\n' > t.csv
	run --separate-stderr mtl-train --lambda 1 --loss poisson t.csv
	[ "$status" -eq 1 ]
	[ "$output" = "" ]
	[ "$stderr" = "mtl-train: t.csv:3: column 'y': '-1' is negative: the \
poisson loss is for counts" ]
	printf 'x,y\n1,2\n2,few\n3,0\n' > t.csv
	run --separate-stderr mtl-train --lambda 1 --loss poisson t.csv
	[ "$status" -eq 1 ]
	[ "$stderr" = "mtl-train: t.csv:3: column 'y': 'few' is not a number" ]
	printf 'x,y:a,y:b\n1,2,-1\n2,5,-4\n3,0,2\n' > t.csv
	mtl-train --lambda 1 --loss a=poisson,b=huber t.csv > model.csv
}

# usage MESSAGE OPTION...: status 2, nothing written
usage() {
	local message=$1
	shift
	run --separate-stderr mtl-train --lambda 1 "$@"
	[ "$status" -eq 2 ]
	[ "$output" = "" ]
	[ "${stderr_lines[0]}" = "mtl-train: $message" ]
}

@test "mtl-train: losses that do not fit are usage errors with the way out" {
	long
	wide
	usage "--loss: 'hinge' is none of squared, huber, poisson, logistic, \
softmax, hinge2" --loss hinge long.two.csv
	usage "--loss: target 'y' has 3 classes, hinge2 takes two \
(--multiclass ovr, or softmax)" --loss hinge2 long.three.csv
	usage "--delta: no target has the huber loss" --delta 1 --loss squared \
	    long.num.csv
	for value in 0 -1 x; do
		run --separate-stderr mtl-train --delta $value long.num.csv
		[ "$status" -eq 2 ]
		[[ ${stderr_lines[0]} == "mtl-train: --delta: '$value' is not a number"* ]]
	done
	usage "--scale-target gives each task a unit of its own: it does not go \
with method pooled" --scale-target -m pooled --loss huber long.num.csv
	mtl-train -q --lambda 1 --scale-target -m shared --share 0 --loss huber \
	    long.num.csv > model.csv
	usage "method pooled wants one loss: that of 'num' is huber, of 'sq' \
squared" -m pooled --loss num=huber,sq=squared --ignore 'y:[ct]*' wide.csv
	printf 'x,y:a,y:b\n1,p,r\n2,q,p\n3,p,r\n4,q,p\n' > t.csv
	usage "--loss: the targets have 3 classes together, hinge2 takes two \
(--multiclass ovr)" -m pooled --loss hinge2 t.csv
	mtl-train -q --lambda 1 -m pooled --loss hinge2 --multiclass ovr t.csv \
	    > model.csv
	[ "$(grep -c '^class' model.csv)" -eq 3 ]
}

@test "mtl-predict: yhat of poisson is exp(z), and deviance and null loss agree" {
	one cnt
	mtl-train -q -m ridge --lambda 0.01 --loss poisson one.cnt.csv > model.csv
	mtl-predict -m model.csv --decision one.cnt.csv > out.csv
	[ "$(head -n 1 out.csv)" = id,y,yhat,z ]
	awk -F, 'NR > 1 { e = exp($4); d = e - $3; if (d < 0) d = -d
		if (d > 1e-5 * e) { print; bad = 1 } } END { exit bad || NR < 9 }' \
	    OFMT=%.17g out.csv
	# Without features the mean deviance is twice the null loss.
	mtl-train -q -m ridge --lambda 1e12 --loss poisson one.cnt.csv > null.csv
	mtl-predict -m null.csv one.cnt.csv > null.out
	same "$(mtl-eval --score poisson-deviance null.out)" \
	    "$(awk "BEGIN { printf \"%.17g\", 2 * $(meta null null.csv) }")" 1e-6
	# The features help.
	awk "BEGIN { exit !($(mtl-eval --score poisson-deviance out.csv) < \
	    0.7 * $(mtl-eval --score poisson-deviance null.out)) }"
}

@test "mtl-predict: an exponential that overflows is an error, never inf" {
	printf 'x,y\n1,2\n2,5\n3,30\n4,90\n' > t.csv
	mtl-train -q -m ridge --lambda 0 --loss poisson t.csv > model.csv
	printf 'x\n1\n5000\n' > new.csv
	run --separate-stderr mtl-predict -m model.csv new.csv
	[ "$status" -eq 1 ]
	[ "$stderr" = "mtl-predict: new.csv:3: the row's prediction is not \
finite (a feature is too large)" ]
	[ "${#lines[@]}" -eq 2 ]
}

@test "mtl-predict: hinge2 predicts classes and z, and has no probabilities" {
	one two
	mtl-train -q --lambda 0.01 --loss hinge2 one.two.csv > model.csv
	run --separate-stderr mtl-predict -m model.csv --proba one.two.csv
	[ "$status" -eq 1 ]
	[ "$output" = "" ]
	[ "$stderr" = "mtl-predict: --proba: the loss hinge2 gives no \
probabilities (--decision adds its z)" ]
	mtl-predict -m model.csv --decision one.two.csv > out.csv
	[ "$(head -n 1 out.csv)" = id,y,yhat,z ]
	awk -F, 'NR > 1 && $3 != ($4 > 0 ? "yes" : "no") { print; bad = 1 }
		END { exit bad }' out.csv
	awk "BEGIN { exit !($(mtl-eval --score accuracy out.csv) > 0.8) }"
	one three
	mtl-train -q --lambda 0.01 --loss hinge2 --multiclass ovr \
	    one.three.csv > model.csv
	mtl-predict -m model.csv --decision one.three.csv > out.csv
	[ "$(head -n 1 out.csv)" = id,y,yhat,z:high,z:low,z:mid ]
	awk -F, 'NR > 1 { best = $5 >= $6 ? "low" : "mid"
		if ($4 >= $5 && $4 >= $6) best = "high"
		if ($3 != best) { print; bad = 1 } } END { exit bad }' out.csv
}

@test "mtl-predict: --proba gives what classes have them, beside other losses" {
	wide
	mtl-train -q --lambda 0.01 --loss $losses --ignore w wide.csv > model.csv
	mtl-predict -m model.csv --proba --ignore w wide.csv | head -n 1 > header
	[ "$(sed 's/.*y:sq,//' header)" = \
	    yhat:num,yhat:cnt,yhat:two,yhat:three,p:three:p,p:three:q,p:three:r,yhat:sq ]
}

@test "mtl-predict: an unknown task of counts gets exp of the mean z" {
	long
	mtl-train -q --lambda 0.1 --loss poisson --ignore w long.cnt.csv > model.csv
	awk -F, -v OFS=, 'NR == 1 || NR == 5 { print; if (NR == 5) {
		for (t = 1; t <= 3; t++) { $2 = "t" t; print }
		$2 = "new"; print } }' long.cnt.csv > new.csv
	mtl-predict -m model.csv --decision new.csv 2> message > out.csv
	tail -n 4 out.csv | awk -F, '
		{ z[NR] = $NF; yhat = $(NF - 1) }
		END { mean = (z[1] + z[2] + z[3]) / 3; d = exp(mean) - yhat
			exit !(d < 1e-4 * yhat && d > -1e-4 * yhat) }'
}

@test "mtl-train: without a penalty collinear features share the coefficient, under any loss" {
	long
	for fit in num:huber cnt:poisson two:hinge2; do
		# x1 twice, and the second time upside down
		awk -F, -v OFS=, -v OFMT=%.17g '
			$2 == "t1" { print $1, $4, -2 * $4, $5, $6, $7, $8 }
			NR == 1 { print "id,x1,y1,x2,x3,x4,y" }' \
		    long.${fit%:*}.csv > t.csv
		mtl-train -q --lambda 0 --loss "${fit#*:}" --strict t.csv > model.csv
		awk -F, '/^coef/ { w[$5] = $6 } END { d = w["x1"] + 2 * w["y1"]
			if (d < 0) d = -d
			exit !(w["x1"] != 0 && d < 1e-4) }' model.csv
	done
}
