load helper

# oracle [--with PROGRAM] [--task COL] [--weight COL] MODEL TABLE: the model is
# the optimum of the objective of the manual (see oracle.py)
oracle() {
	"$python" -W ignore "$ROOT/tests/oracle.py" "$@" >judged 2>&1 || {
		cat judged
		return 1
	}
}

# best TABLE [--with PROGRAM ...] -- OPTION...: fits, and asks the oracle
best() {
	local table=$1 asked=()
	shift
	while [ "$1" != -- ]; do
		asked+=("$1")
		shift
	done
	shift
	mtl-train -q "$@" "$table" >best.csv 2>best.err
	oracle "${asked[@]}" best.csv "$table" && [ ! -s best.err ] || {
		echo "mtl-train $* $table"
		cat best.err
		return 1
	}
}

# meta NAME MODEL
meta() {
	sed -n "s/^meta,$1,,,,//p" "$2"
}

# close A B [TOLERANCE]: two numbers, relatively; 1e-9 unless told
close() {
	awk -v a="$1" -v b="$2" -v tol="${3:-1e-9}" 'BEGIN {
		e = a - b; s = (a < 0 ? -a : a) + (b < 0 ? -b : b)
		if (a == "" || b == "" || (e < 0 ? -e : e) > tol * s) {
			print a " is not " b
			exit 1
		}
	}'
}

# same A B [TOLERANCE]: intercepts and coefficients of two models, relative to
# the largest, and nothing that only one of them has
same() {
	awk -F, -v tol="${3:-1e-7}" '
	/^(intercept|coef),/ {
		value = $NF
		sub(/,[^,]*$/, "")
		w[FILENAME, $0] = value
		key[$0]
		if ($1 == "coef" && (m = value < 0 ? -value : value) > most)
			most = m
		n[FILENAME]++
	}
	END {
		for (k in key) {
			e = w[ARGV[1], k] - w[ARGV[2], k]
			if ((e < 0 ? -e : e) > tol * most) {
				print k ": " w[ARGV[1], k], w[ARGV[2], k]
				bad = 1
			}
		}
		if (!n[ARGV[1]] || !n[ARGV[2]] || most == 0) {
			print "nothing to compare"
			bad = 1
		}
		exit bad
	}' "$1" "$2"
}

# fails STATUS MESSAGE ARGUMENT...: status and the whole of the first line of
# standard error; nothing on standard output.
fails() {
	local expected=$1 message=$2
	shift 2
	run --separate-stderr mtl-train "$@"
	if [ "$status" -ne "$expected" ] || [ "$output" != "" ] ||
		[ "${stderr_lines[0]}" != "mtl-train: $message" ]; then
		echo "$status: $output"
		echo "$stderr"
		return 1
	fi
	[ "$expected" -eq 2 ] || [ "${#stderr_lines[@]}" -eq 1 ]
}

# says EXPECTED ARGUMENT...: standard error of a run that succeeds; the model
# is in model.csv
says() {
	local expected=$1
	shift
	run --separate-stderr mtl-train -o model.csv "$@"
	if [ "$status" -ne 0 ] || [ "$stderr" != "$expected" ]; then
		echo "$status: $stderr"
		return 1
	fi
}

rows() {
	printf '%s\n' "$@" >in.csv
}

# Two tasks of classes with 3 and 2 labels, one of numbers; text and numbers,
# holes in features and labels, weights: every kind at once, wide.
mixed_losses() {
	awk 'BEGIN {
		srand(5)
		print "id,y:score,y:grade,y:pass,w,a,b,c,d"
		for (i = 1; i <= 120; i++) {
			for (j = 1; j <= 4; j++)
				x[j] = sprintf("%.3f", 3 * rand() + j)
			s = 2 * x[1] - x[2] + rand()
			g = x[2] + x[3] + 2 * rand()
			p = x[1] + x[4] + rand() > 9
			print i "," (i % 7 ? s : "") "," \
			    (g < 6 ? "low" : g < 7.5 ? "mid" : "top") "," \
			    (i % 5 ? (p ? "yes" : "no") : "") "," \
			    i % 3 + 0.5 "," x[1] "," \
			    (i % 11 ? x[2] : "") "," x[3] "," x[4]
		}
	}'
}

# long TABLE: a wide table of numeric targets as a long one
long() {
	awk -F, -v OFS=, 'NR == 1 {
		for (i = 1; i <= NF; i++)
			if ($i ~ /^y:/) task[i] = substr($i, 3)
	}
	{ line = ""
	  for (i = 1; i <= NF; i++) if (!(i in task)) line = line "," $i }
	NR == 1 { print "task,y" line; next }
	{ row[NR] = line; for (i in task) y[NR, i] = $i }
	END {
		for (i = 1; i <= NF; i++)
			for (r = 2; i in task && r <= NR; r++)
				print task[i], y[r, i] row[r]
	}' "$1"
}

three_tasks() {
	mtl-gen --kind regression --tasks 3 --relatedness 0.6 -n 40 \
		--features 5 --noise 1 --seed 1
}

# classes K [SEED]
classes() {
	mtl-gen -n 150 --features 6 --informative 5 --redundant 0 \
		--classes "$1" --clusters 1 --flip 0.1 --seed "${2:-1}"
}

@test "mtl-train: losses, derivatives and conjugates are those of the manual" {
	run test-loss
	[ "$output" = "" ]
	[ "$status" -eq 0 ]
}

@test "mtl-train: logistic regression is LIBLINEAR's" {
	need_sklearn
	classes 2 >two.csv
	classes 3 >three.csv
	for more in --no-intercept --penalize-intercept; do
		for cost in 0.01 1 100; do
			best two.csv --with liblinear -- --cost $cost $more \
				--no-standardize
		done
		best two.csv --with liblinear -- --cost 2 --normalize none \
			$more --no-standardize
		best three.csv --with liblinear -- --cost 1 $more \
			--no-standardize --multiclass ovr
		best three.csv --with liblinear -- --cost 1 $more \
			--multiclass ovr
	done
}

@test "mtl-train: ridge, logistic, ovr and softmax are scikit-learn's" {
	need_sklearn
	classes 2 >two.csv
	classes 4 >four.csv
	three_tasks >many.csv
	for more in "" --no-intercept --no-standardize --balance; do
		best two.csv --with sklearn -- --lambda 0.01 $more
		best four.csv --with sklearn -- --lambda 0.01 $more
		best four.csv --with sklearn -- --lambda 0.01 $more \
			--multiclass ovr
	done
	for more in "" --no-intercept --no-standardize "--normalize tasks"; do
		best many.csv --with sklearn -- -m ridge --lambda 0.1 $more
		best many.csv --with sklearn -- -m single --lambda 1 $more
		best "$DATA/linnerud.csv" --with sklearn -- -m ridge \
			--lambda 0.3 $more
	done
	best four.csv --with sklearn -- --cost 5
	best many.csv --with sklearn -- -m single --cost 5 --normalize none
}

@test "mtl-train: the digits, as scikit-learn and LIBLINEAR see them" {
	need_sklearn
	mtl-train -q --lambda 0.01 "$DATA/digits.csv.gz" >m.csv
	oracle --with sklearn m.csv "$DATA/digits.csv.gz"
	mtl-train -q --multiclass ovr --cost 0.01 --no-standardize \
		--penalize-intercept "$DATA/digits.csv.gz" >m.csv
	oracle --with liblinear m.csv "$DATA/digits.csv.gz"
}

@test "mtl-train: every method and normalization, in every layout" {
	need_sklearn
	three_tasks >long.csv
	sed 1d long.csv | awk -F, 'NR > 110 { exit } NR % 9 { print }' |
		cat <(head -1 long.csv) - >uneven.csv
	for by in rows tasks none; do
		for how in "-m single" "-m pooled" "-m shared --share 0.3" \
			"-m mean" "-m ridge" "-m shared --penalize-intercept" \
			"-m pooled --no-intercept" "-m mean --no-standardize"
		do
			best uneven.csv -- $how --normalize $by --lambda 0.2
		done
		best "$DATA/linnerud.csv" -- --normalize $by --lambda 2,0.1
	done
}

@test "mtl-train: classes of several tasks, each method" {
	need_sklearn
	classes 3 1 | sed '1s/^/task,/; 2,$s/^/a,/' >in.csv
	classes 3 2 | sed '1d; s/^/b,/' | head -90 >>in.csv
	# Task c lacks one of the classes.
	classes 3 3 | sed '1d; s/^/c,/' | grep -v ',0$' >>in.csv
	for how in "-m single" "-m pooled" "-m shared --share 0.2" "-m mean"; do
		for more in "" "--multiclass ovr" "--balance --normalize tasks"
		do
			best in.csv -- $how $more --lambda 0.05
		done
	done
}

@test "mtl-train: a regression and two classifications in one model" {
	need_sklearn
	mixed_losses >in.csv
	for more in "-m mean" "-m single" "--normalize tasks --balance" \
		"--multiclass ovr" "--no-intercept" "--no-standardize"; do
		best in.csv --weight w -- --weight w $more --lambda 0.05
	done
	says "mtl-train: note: target 'score' taken as numbers, squared loss
mtl-train: note: target 'pass' taken as 2 classes, logistic loss
mtl-train: note: target 'grade' taken as 3 classes, softmax loss
mtl-train: note: 10 missing feature cells filled with the column's mean" \
		--weight w --lambda 0.05 in.csv
	grep '^task,loss' model.csv >losses
	printf 'task,loss,%s\n' score,,,squared grade,,,softmax \
		pass,,,logistic | diff - losses
}

@test "mtl-train: mixed layout, tasks named by both" {
	need_sklearn
	mixed_losses | awk -F, 'NR == 1 { print "task," $0; next }
		{ print (NR % 3 ? "north," : "south,") $0 }' >in.csv
	best in.csv --weight w -- --weight w --lambda 0.05
	best in.csv --weight w -- --weight w -m single --lambda 0.05
	[ "$(grep -c '^task,loss' best.csv)" -eq 6 ]
	grep -q '^task,loss,south/grade,,,softmax' best.csv
}

@test "mtl-train -m mean: its closed form" {
	need_sklearn
	three_tasks >in.csv
	mtl-train -q --lambda 0.5,0.1 in.csv >m.csv
	"$python" - m.csv in.csv <<-'END'
	import csv, sys
	import numpy as np
	# (I_T x l2 + mean (I - 11'/T)) acts across tasks; tasks are centred.
	rows = list(csv.DictReader(open(sys.argv[2])))
	f = [c for c in rows[0] if c.startswith("x")]
	X = np.array([[float(r[c]) for c in f] for r in rows])
	sd = X.std(0)
	n, d, names = len(X), len(f), sorted({r["task"] for r in rows})
	T = len(names)
	tie = 0.1 * np.eye(T) + 0.5 * (np.eye(T) - np.ones((T, T)) / T)
	A, rhs, mid = np.kron(tie, np.eye(d)), np.zeros(T * d), []
	for t, name in enumerate(names):
	    at = [i for i, r in enumerate(rows) if r["task"] == name]
	    y = np.array([float(rows[i]["y"]) for i in at])
	    Z = X[at] / sd
	    mid.append((Z.mean(0), y.mean()))
	    Z, y = Z - Z.mean(0), y - y.mean()
	    s = slice(t * d, t * d + d)
	    A[s, s] += Z.T @ Z / n
	    rhs[s] = Z.T @ y / n
	W = np.linalg.solve(A, rhs).reshape(T, d)
	for r in csv.DictReader(open(sys.argv[1])):
	    t = names.index(r["task"]) if r["task"] else None
	    want = {"coef": lambda: (W[t] / sd)[f.index(r["feature"])],
	            "intercept": lambda: mid[t][1] - mid[t][0] @ W[t]}
	    if r["record"] in want:
	        assert abs(float(r["value"]) - want[r["record"]]()) < 1e-9, r
	        T -= r["record"] == "intercept"
	assert T == 0
	END
}

@test "mtl-train -m mean: between single and one set of coefficients" {
	three_tasks >in.csv
	mtl-train -q -m single --lambda 0.1 in.csv >single.csv
	mtl-train -q -m mean --lambda 0,0.1 in.csv >m.csv
	same single.csv m.csv
	close "$(meta objective single.csv)" "$(meta objective m.csv)"
	mtl-train -q -m mean --lambda 1e6,0.1 in.csv >m.csv
	for j in 1 2 3 4 5; do
		grep "^coef,.*,x$j," m.csv | cut -d, -f6 >w
		[ "$(wc -l <w)" -eq 3 ]
		for w in $(cat w); do
			close "$(head -1 w)" "$w" 1e-4
		done
	done
	# Weights of terms multiply lambda.
	mtl-train -q -p 'mean*5:0.1,l2*0.25' --lambda 0.4 in.csv >a.csv
	mtl-train -q -p mean:0.5,l2:0.1 in.csv >b.csv
	diff <(grep -v ^end a.csv) <(grep -v ^end b.csv)
}

@test "mtl-train: augmented features are the penalty mean" {
	three_tasks >in.csv
	# A copy of the features for all and one for each task.
	awk -F, -v OFS=, 'NR == 1 {
		for (i = 1; i <= NF; i++) if ($i ~ /^x/) x[++d] = i
			else if ($i == "task") task = i
			else if ($i == "y") y = i
		head = "task,y"
		for (t = 0; t <= 3; t++)
			for (j = 1; j <= d; j++) head = head ",x" j "t" t
		print head
		next
	}
	{ line = $task "," $y
	  for (t = 0; t <= 3; t++)
		for (j = 1; j <= d; j++)
			line = line "," (t == 0 || $task == "t" t ? $(x[j]) : 0)
	  print line }' in.csv >augmented.csv
	mtl-train -q -m pooled -p l2:0.4 --no-intercept --no-standardize \
		augmented.csv >augmented.model
	mtl-train -q -p mean:0.3,l2:0.1 --no-intercept --no-standardize \
		in.csv >mean.model
	close "$(meta objective augmented.model)" "$(meta objective mean.model)"
	awk -F, -v OFS=, -v CONVFMT=%.17g -v OFMT=%.17g '/^coef/ {
		split($5, name, "t")
		w[name[1], name[2]] = $6; f[name[1]]
	}
	END { for (t = 1; t <= 3; t++) for (j in f)
		print "coef,,t" t ",," j, w[j, 0] + w[j, t] }' \
		augmented.model >sums
	same sums mean.model
}

@test "mtl-train -m shared: from single at 0 to pooled at 1" {
	three_tasks >numbers.csv
	classes 3 1 | sed '1s/^/task,/; 2,$s/^/a,/' >labels.csv
	classes 3 2 | sed '1d; s/^/b,/' | grep -v ',0$' >>labels.csv
	for table in numbers labels; do
		for more in "" --no-intercept --balance; do
			mtl-train -q -m single --lambda 0.1 $more $table.csv \
				>single.csv
			mtl-train -q -m shared --share 0 --lambda 0.1 $more \
				$table.csv >m.csv
			same single.csv m.csv
			close "$(meta objective single.csv)" \
				"$(meta objective m.csv)"
			mtl-train -q -m pooled --lambda 0.1 $more \
				$table.csv >pooled.csv
			mtl-train -q -m shared --share 1 --lambda 0.1 $more \
				$table.csv >m.csv
			tasks=$(grep -c ^task,loss m.csv)
			close "$(meta objective m.csv)" "$(awk "BEGIN {
				printf \"%.17g\", $tasks * \
				$(meta objective pooled.csv) }")"
			for t in $(sed -n 's/^task,loss,\([^,]*\).*/\1/p' \
				m.csv); do
				grep -E "^(coef|intercept),,$t," m.csv |
					sed "s/,,$t,/,,,/" >own.csv
				same own.csv pooled.csv
			done
		done
	done
	# One task shares with nobody.
	classes 2 >one.csv
	mtl-train -q -m shared --lambda 0.1 one.csv >a.csv
	mtl-train -q -m single --lambda 0.1 one.csv >b.csv
	same a.csv b.csv
}

@test "mtl-train: wide and long are the same fit" {
	# Complete, and with a third of the labels away.
	awk -F, -v OFS=, 'NR > 1 { $(NR % 3 + 2) = "" } 1' "$DATA/linnerud.csv" \
		>holes.csv
	for table in "$DATA/linnerud.csv" holes.csv; do
		long "$table" >long.csv
		for how in "-m mean --lambda 0.5,0.1" "-m single --lambda 0.1" \
			"-m pooled --lambda 0.1" "-m shared --lambda 0.1" \
			"-m ridge --lambda 0.1 --normalize tasks" \
			"-m mean --lambda 0.1 --no-intercept"; do
			mtl-train -q --loss squared $how "$table" >a.csv
			mtl-train -q --loss squared $how long.csv >b.csv
			close "$(meta objective a.csv)" "$(meta objective b.csv)"
			close "$(meta null a.csv)" "$(meta null b.csv)"
			same a.csv b.csv
		done
	done
	[ "$(meta n a.csv)" = 40 ]
}

@test "mtl-train: wide and long classes are the same fit" {
	mixed_losses | cut -d, -f1,3,6- | sed 's/:grade/:one/' >one
	mixed_losses | awk -F, 'NR == 1 { print "y:two"; next }
		{ print $6 + $8 > 7 ? "top" : NR % 4 ? "low" : "" }' >two
	paste -d, one two >wide.csv
	long wide.csv >long.csv
	# Targets of their own in wide; tell them the classes of the column.
	for how in "-m single" "-m mean" "-m shared --share 0.4"; do
		mtl-train -q --loss softmax $how --lambda 0.02 wide.csv >a.csv
		mtl-train -q --loss softmax $how --lambda 0.02 long.csv >b.csv
		close "$(meta objective a.csv)" "$(meta objective b.csv)"
		same a.csv b.csv
	done
}

@test "mtl-train --weight: whole weights are repeated rows, 0 is no row" {
	three_tasks >in.csv
	awk -F, 'NR == 1 { print "w," $0; next } { print NR % 4 "," $0 }' in.csv \
		>weighted.csv
	awk -F, 'NR == 1 { print; next }
		{ w = $1; for (i = 0; i < w; i++) print }' weighted.csv >repeated.csv
	for how in "-m mean" "-m single" "-m pooled" "-m shared" \
		"-m mean --normalize tasks" "-m ridge --normalize none" \
		"-m single --no-standardize --penalize-intercept"; do
		mtl-train -q $how --lambda 0.1 --weight w weighted.csv >a.csv
		mtl-train -q $how --lambda 0.1 --ignore w repeated.csv >b.csv
		close "$(meta objective a.csv)" "$(meta objective b.csv)"
		close "$(meta null a.csv)" "$(meta null b.csv)"
		[ "$(meta n a.csv)" = "$(meta n b.csv)" ]
		same a.csv b.csv
	done
	classes 3 >in.csv
	awk -F, 'NR == 1 { print "w," $0; next } { print NR % 4 "," $0 }' in.csv \
		>weighted.csv
	awk -F, 'NR == 1 { print; next }
		{ w = $1; for (i = 0; i < w; i++) print }' weighted.csv >repeated.csv
	for how in "" "--balance" "--multiclass ovr"; do
		mtl-train -q $how --lambda 0.01 --weight w weighted.csv >a.csv
		mtl-train -q $how --lambda 0.01 --ignore w repeated.csv >b.csv
		close "$(meta objective a.csv)" "$(meta objective b.csv)"
		same a.csv b.csv 1e-5
	done
}

@test "mtl-train --normalize: means, means of means, sums" {
	three_tasks | head -100 >in.csv
	n=$(($(wc -l <in.csv) - 1))
	mtl-train -q -m mean --lambda 0.1 in.csv >rows.csv
	mtl-train -q -m mean --normalize none --lambda "$(awk "BEGIN {
		printf \"%.17g\", 0.1 * $n }")" in.csv >none.csv
	same rows.csv none.csv
	close "$(meta objective none.csv)" "$(awk "BEGIN { printf \"%.17g\", \
		$n * $(meta objective rows.csv) }")"
	# Tasks alike in size: no difference between rows and tasks.
	three_tasks >in.csv
	mtl-train -q -m mean --lambda 0.1 in.csv >rows.csv
	mtl-train -q -m mean --lambda 0.1 --normalize tasks in.csv >tasks.csv
	same rows.csv tasks.csv
	# Tasks that differ: a task twice as long, each row twice, is the same.
	awk 'NR > 1 && /,t1,/ { print } 1' in.csv >twice.csv
	mtl-train -q -m single --no-standardize --lambda 0.1 --normalize tasks \
		in.csv >a.csv
	mtl-train -q -m single --no-standardize --lambda 0.1 --normalize tasks \
		twice.csv >b.csv
	same a.csv b.csv
}

@test "mtl-train --balance: classes weigh the same" {
	classes 3 | awk -F, 'NR == 1 || $NF != 2 || NR % 4 == 0' >in.csv
	awk -F, 'NR == FNR { if (FNR > 1) { count[$NF]++; n++ } next }
		FNR == 1 { print "w," $0; next }
		{ printf "%.17g,%s\n", n / (3 * count[$NF]), $0 }' in.csv in.csv \
		>weighted.csv
	for more in "" "--multiclass ovr"; do
		mtl-train -q --no-standardize $more --balance --lambda 0.01 \
			in.csv >a.csv
		mtl-train -q --no-standardize $more --weight w --lambda 0.01 \
			weighted.csv >b.csv
		same a.csv b.csv
		close "$(meta objective a.csv)" "$(meta objective b.csv)"
		[ "$(meta balance a.csv)" = yes ]
	done
	mtl-train -q --no-standardize --lambda 0.01 in.csv >c.csv
	run same a.csv c.csv
	[ "$status" -eq 1 ]
}

@test "mtl-train: intercepts, free, penalised or none" {
	rows y,x 1,1 3,2 2,4 7,9
	mtl-train -q --loss squared --lambda 0 in.csv >m.csv
	close "$(sed -n 's/^intercept.*,//p' m.csv)" 0.5131578947368421
	close "$(sed -n 's/^coef.*,//p' m.csv)" 0.6842105263157895
	mtl-train -q --loss squared --lambda 0 --no-intercept in.csv >m.csv
	run grep -c ^intercept m.csv
	[ "$output" = 0 ]
	close "$(sed -n 's/^coef.*,//p' m.csv)" "$(awk 'BEGIN {
		printf "%.17g", 78 / 102 }')"
	# (X'X + n lambda I) of raw features, the last a column of ones
	mtl-train -q --loss squared --lambda 0.5 --penalize-intercept \
		--no-standardize in.csv >m.csv
	close "$(sed -n 's/^coef.*,//p' m.csv)" "$(awk 'BEGIN {
		printf "%.17g", (78 * 6 - 16 * 13) / (104 * 6 - 16 * 16) }')"
	close "$(sed -n 's/^intercept.*,//p' m.csv)" "$(awk 'BEGIN {
		printf "%.17g", (104 * 13 - 16 * 78) / (104 * 6 - 16 * 16) }')"
	# Softmax intercepts add up to 0.
	classes 4 >in.csv
	mtl-train -q --lambda 0.01 --no-standardize in.csv >m.csv
	mtl-predict -m m.csv --decision <(head -1 in.csv; sed -n 2p in.csv |
		sed 's/[^,]*/0/g') | tail -1 | tr , '\n' | tail -4 >z
	awk '{ s += $1; a += $1 * $1 } END { exit !(a > 0 && s * s < 1e-14 * a) }' z
}

@test "mtl-train: the loss that is taken when none is given" {
	for y in "0 1" "1 2" "-1 1"; do
		set -- $y
		rows x,y 1,$1 2,$2 3,$1 4,$2
		says "mtl-train: note: target 'y' taken as 2 classes, logistic loss" \
			--lambda 1 in.csv
	done
	rows x,y 1,0 2,2 3,0 4,2
	says "mtl-train: note: target 'y' taken as numbers, squared loss" \
		--lambda 1 in.csv
	rows x,y 1,no 2,yes 3,no 4,maybe
	says "mtl-train: note: target 'y' taken as 3 classes, softmax loss" \
		--lambda 1 in.csv
	says "mtl-train: note: target 'y' taken as 3 classes, logistic loss" \
		--multiclass ovr --lambda 1 in.csv
	# K classes want 5 K labels and no gap.
	for labels in 14 15; do
		seq $labels | awk 'BEGIN { print "x,y" } { print $1 "," $1 % 3 }' \
			>in.csv
		mtl-train --lambda 1 -o model.csv in.csv 2>note.$labels
	done
	grep -q 'taken as numbers' note.14
	grep -q 'taken as 3 classes' note.15
	seq 20 | awk 'BEGIN { print "x,y" } { print $1 "," 2 * ($1 % 3) }' >in.csv
	says "mtl-train: note: target 'y' taken as numbers, squared loss" \
		--lambda 1 in.csv
	# Given, there is nothing to say; the last of several holds.
	says "" --lambda 1 --loss squared in.csv
	says "" --lambda 1 --loss squared,y=softmax in.csv
	[ "$(grep -c '^class,' model.csv)" -eq 3 ]
}

@test "mtl-train: whole numbers of Linnerud's men are numbers" {
	says "mtl-train: note: 3 targets ('Weight' and more) taken as numbers, squared loss" \
		--lambda 0.1 "$DATA/linnerud.csv"
	[ "$(grep -c '^task,loss,[A-Za-z]*,,,squared' model.csv)" -eq 3 ]
	[ "$(meta method model.csv)" = mean ]
}

@test "mtl-train: the default method is mean for tasks, ridge for one" {
	three_tasks >in.csv
	mtl-train -q --lambda 0.1 in.csv >a.csv
	mtl-train -q -m mean --lambda 0.1 in.csv | cmp - a.csv
	mtl-train -q --where task=t2 --lambda 0.1 in.csv >a.csv
	mtl-train -q -m ridge --where task=t2 --lambda 0.1 in.csv | cmp - a.csv
	mtl-train -q --cost 3 in.csv >a.csv
	mtl-train -q -m ridge --cost 3 in.csv | cmp - a.csv
}

@test "mtl-train: a fit that stops short says so, and keeps its bound" {
	need_sklearn
	classes 3 >labels.csv
	# Tied in a chain, numbers are solved by conjugate gradients.
	three_tasks | head -100 >numbers.csv
	for table in labels numbers; do
		tie=mean
		[ $table = labels ] || tie=chain
		for n in 1 2 3; do
			mtl-train -q --lambda 1e-3,1e-5 -p $tie,l2 --max-iter $n \
				-e 1e-14 $table.csv >m.csv 2>err
			[ "$(wc -l <err)" -eq 1 ]
			grep -qE "^mtl-train: warning: not converged after $n \
iterations?: relative gap [0-9.e+-]+, tolerance 1e-14$" err
			[ "$(meta converged m.csv)" = no ]
			[ "$(meta iterations m.csv)" = $n ]
			[ $table = numbers ] || oracle m.csv $table.csv
			run mtl-train --strict -q --lambda 1e-3,1e-5 -p $tie,l2 \
				--max-iter $n -e 1e-14 -o strict.csv $table.csv
			[ "$status" -eq 1 ]
			cmp m.csv strict.csv
		done
	done
	# Without l2 it is the residual that tells.
	mtl-train -q -p chain:1 --max-iter 2 numbers.csv >m.csv 2>err
	grep -q 'not converged after 2 iterations: relative residual' err
	# Converged: strict has nothing to say.
	mtl-train -q --strict --lambda 0.1 labels.csv >m.csv
	[ "$(meta converged m.csv)" = yes ]
}

@test "mtl-train: a task with one class has the smoothed rate" {
	need_sklearn
	rows task,y,x a,yes,1 a,yes,2 a,yes,4 b,yes,1 b,no,2 b,yes,3 b,no,5
	warning="mtl-train: warning: 1 task has seen one class only: the rate is smoothed"
	says "$warning" -q -m single --lambda 1e9 in.csv
	# log((3 + 1/2) / (0 + 1/2))
	close "$(sed -n 's/^intercept,,a,.*,//p' model.csv)" 1.945910149055313 1e-8
	for how in "-m single --lambda 0.1" "-m mean --lambda 1,0.1" \
		"-m mean --lambda 0.1 --no-intercept" \
		"-m single --lambda 0.1 --balance"; do
		says "$warning" -q $how in.csv
		oracle model.csv in.csv
	done
	# The shared part decides.
	mtl-train -q -m mean --lambda 1e6,0.01 in.csv >model.csv 2>err
	close "$(sed -n 's/^coef,,a,.*,//p' model.csv)" \
		"$(sed -n 's/^coef,,b,.*,//p' model.csv)" 1e-3
	# One class in all.
	rows y,x only,1 only,2 only,4
	says "$warning" -q --lambda 0.1 in.csv
	mtl-predict -m model.csv --proba in.csv >p.csv
	[ "$(sed -n 2p p.csv)" = only,only,1 ]
}

@test "mtl-train: constant columns get coefficient 0" {
	need_sklearn
	three_tasks >plain.csv
	sed '1s/$/,k,l/; 2,$s/$/,0.1,1e9/' plain.csv >in.csv
	mtl-train -q --lambda 0.1 plain.csv >a.csv
	says "mtl-train: note: 2 constant columns get coefficient 0" --loss squared \
		--lambda 0.1 in.csv
	same a.csv model.csv
	run grep -c '^coef,.*,[kl],' model.csv
	[ "$output" = 0 ]
	grep -q '^feature,scale,,,k,0$' model.csv
	oracle model.csv in.csv
	# Nothing but constants: a model of intercepts.
	rows x,y 1,2 1,4
	says "mtl-train: note: 1 constant column gets coefficient 0" --loss squared \
		--lambda 0.1 in.csv
	close "$(sed -n 's/^intercept.*,//p' model.csv)" 3
	rows x,y 1,a 1,b 1,a
	says "mtl-train: note: 1 constant column gets coefficient 0" --loss logistic \
		--lambda 0.1 in.csv
	close "$(sed -n 's/^intercept.*,//p' model.csv)" -0.6931471805599453 1e-7
	# A column without a single value is a constant, and odd.
	rows x,k,y 1,,2 2,,4 3,,1
	says "mtl-train: warning: 1 column without any value (the first is 'k'), taken as constant" \
		-q --loss squared --lambda 0.1 in.csv
}

@test "mtl-train: without a penalty, the solution of least norm" {
	need_sklearn
	cat >pinv.py <<-'END'
	import csv, sys
	import numpy as np
	rows = list(csv.DictReader(open(sys.argv[2])))
	f = [c for c in rows[0] if c.startswith("x")]
	X = np.array([[float(r[c]) for c in f] for r in rows])
	y = np.array([float(r["y"]) for r in rows])
	sd = X.std(0)
	w = np.linalg.pinv((X - X.mean(0)) / sd, 1e-10) @ (y - y.mean()) / sd
	got = {r["feature"]: float(r["value"])
	       for r in csv.DictReader(open(sys.argv[1]))
	       if r["record"] == "coef"}
	got = np.array([got.get(c, 0) for c in f])
	assert np.abs(got - w).max() < 1e-8 * np.abs(w).max(), (got, w)
	END
	mtl-gen --kind regression -n 30 --features 4 --informative 4 --noise 1 \
		--seed 3 >in.csv
	# A column twice, and a sum of two.
	awk -F, 'NR == 1 { print $0 ",x5,x6"; next }
		{ printf "%s,%.17g,%.17g\n", $0, $2, $2 + 3 * $3 }' in.csv \
		>collinear.csv
	mtl-gen --kind regression -n 10 --features 20 --informative 4 --seed 4 \
		>few.csv
	for table in collinear few; do
		for method in ridge pooled single; do
			mtl-train -q -m $method --strict --lambda 0 \
				$table.csv >m.csv
			"$python" pinv.py m.csv $table.csv
		done
	done
	# Tied, collinear, and less rows than features: an optimum all the same.
	three_tasks | awk -F, 'NR == 1 { print $0 ",x6"; next }
		NR % 10 == 0 { printf "%s,%s\n", $0, $4 }' >in.csv
	best in.csv -- -p mean:0.1 --strict
	best in.csv -- -p mean:0.1,l2:1e-6 --strict
	classes 3 | awk -F, 'NR == 1 { print "x9," $0; next }
		{ print $2 "," $0 }' >in.csv
	best in.csv -- --lambda 0 --strict
	best in.csv -- --lambda 1e-3 --strict
}

@test "mtl-train: classes that part, without a penalty" {
	warning="mtl-train: warning: not converged: classes can be separated, \
so that without a penalty there is no best solution"
	seq 20 | awk 'BEGIN { print "x,y" }
		{ print $1 "," ($1 > 9 ? "b" : "a") }' >two.csv
	mtl-gen -n 20 --features 30 --informative 5 --classes 3 --clusters 1 \
		>three.csv
	for how in two.csv three.csv "three.csv --multiclass ovr" \
		"two.csv --max-iter 5" "two.csv --loss softmax"; do
		says "$warning" -q --lambda 0 $how
		[ "$(meta converged model.csv)" = no ]
		mtl-predict -m model.csv ${how%% *} |
			mtl-eval --score accuracy >score
		[ "$(cat score)" = 1 ]
		run mtl-train --strict -q --lambda 0 $how
		[ "$status" -eq 1 ]
		# A little penalty is enough.
		says "" -q --lambda 1e-6 --strict $how --max-iter 1000
	done
	# One task of two is enough.
	awk 'NR == 1 { print "task," $0; next }
		{ print "a," $0; print (NR % 3 ? "b," : "c,") $0 }
		NR == 5 { print "b,1,b"; print "c,1,b" }' two.csv >in.csv
	says "$warning" -q --lambda 0 in.csv
	says "" -q --lambda 0 --strict --where task!=a in.csv
	# Numbers that are met without an error are an optimum.
	says "" -q --loss squared --lambda 0 --strict <(seq 9 | awk '
		BEGIN { print "x,y" } { print $1 "," 2 * $1 }')
}

@test "mtl-train: tasks and rows without labels" {
	rows y:a,y:b,x 1.5,,1 2,,2 4,,3 ,,4
	run --separate-stderr mtl-train --lambda 0.1 -o model.csv in.csv
	[ "$status" -eq 0 ]
	[[ "$stderr" = *"1 task without a labelled row left out"* ]]
	[[ "$stderr" = *"1 row without a label left out"* ]]
	[ "$(grep -c '^task,loss' model.csv)" -eq 1 ]
	[ "$(meta n model.csv)" = 3 ]
	# Rows without a task are no task.
	rows task,x,y a,1,1.5 a,2,3 ,4,4 b,2,1.5 b,3,2.5
	says "mtl-train: note: 1 row without a task left out" --loss squared \
		--lambda 0.1 in.csv
	rows task,x,y a,1,1.5 a,2,3 ,4,4 b,2, b,3,
	says "mtl-train: note: 2 rows without a label left out
mtl-train: note: 1 row without a task left out
mtl-train: note: 1 task without a labelled row left out" --loss squared \
		--lambda 0.1 in.csv
	# The same as the table without the empty column and row.
	rows y:a,x 1.5,1 2,2 4,3
	mtl-train -q -m ridge --lambda 0.1 in.csv >a.csv
	rows y:a,y:b,x 1.5,,1 2,,2 4,,3 ,,4
	mtl-train -q -m ridge --lambda 0.1 in.csv | same a.csv /dev/stdin
	# A target without labels is neither numbers nor classes.
	rows y:a,y:b,y:c,x u,,v,1 v,,u,2 u,,v,3 v,,v,9
	for how in pooled shared single; do
		says "mtl-train: note: 1 task without a labelled row left out
mtl-train: note: 2 targets ('a' and more) taken as classes, logistic loss" \
			-m $how --lambda 0.1 in.csv
	done
	rows y:a,y:b,x ,,1 ,,2
	run mtl-train --lambda 0.1 in.csv
	[ "$status" -eq 1 ]
	rows x,y
	run mtl-train --lambda 0.1 in.csv
	[ "$status" -eq 1 ]
}

@test "mtl-train: one row makes a constant" {
	rows x,y 3,7
	says "mtl-train: warning: one labelled row in all: the model is a constant" \
		-q --loss squared --lambda 0.1 in.csv
	close "$(sed -n 's/^intercept.*,//p' model.csv)" 7
	run grep -c '^coef' model.csv
	[ "$output" = 0 ]
	rows task,x,y a,1,2 a,2,3 a,4,4 b,3,7
	says "mtl-train: warning: 1 of 2 tasks has one row ('b')" -q --loss squared \
		--lambda 0.1 in.csv
	rows task,x,y a,1,2 c,2,3 a,4,4 b,3,7
	says "mtl-train: warning: 2 of 3 tasks have one row (the first: 'c')" -q --loss squared \
		--lambda 0.1 in.csv
}

@test "mtl-train: magnitudes do not matter" {
	three_tasks >in.csv
	mtl-train -q --lambda 0.1 in.csv >m.csv
	mtl-predict -m m.csv in.csv | mtl-eval --metric r2 >want
	for scale in e120 e-120 e7; do
		awk -F, -v OFS=, -v s=$scale 'NR == 1 {
			for (i = 1; i <= NF; i++) x[i] = $i ~ /^x/ }
			NR > 1 { for (i in x) if (x[i]) $i = $i s } 1' in.csv \
			>scaled.csv
		mtl-train -q --lambda 0.1 scaled.csv >scaled.model
		close "$(meta objective m.csv)" "$(meta objective scaled.model)"
		mtl-predict -m scaled.model scaled.csv | mtl-eval --metric r2 >have
		paste -d, want have | tail -n +2 | while IFS=, read -r _ _ _ a _ \
			_ _ b; do
			close "$a" "$b"
		done
	done
}

@test "mtl-train --missing: filled with the mean, or refused" {
	rows x,z,y 1,1,1 ,2,2 4,5,7
	says "mtl-train: note: target 'y' taken as numbers, squared loss
mtl-train: note: 1 missing feature cell filled with the column's mean" \
		--lambda 0.1 in.csv
	grep -qx 'feature,mean,,,x,2.5' model.csv
	mtl-train -q --lambda 0.1 <(sed 's/^,/2.5,/' in.csv) >a.csv
	same a.csv model.csv
	rows x,z,y 1,1,1 ?,2,2 4,5,7
	mtl-train -q --na '?' --lambda 0.1 in.csv | cmp - model.csv
	rows x,z,y 1,1,1 ,2,2 4,5,7
	run --separate-stderr mtl-train --missing error --lambda 0.1 in.csv
	[ "$status" -eq 1 ]
	[[ "$stderr" = "mtl-train: in.csv:3: column 'x'"* ]]
}

@test "mtl-train: the same bytes whatever the threads and the order" {
	classes 3 1 | sed '1s/^/task,/; 2,$s/^/a,/' >labels.csv
	classes 3 2 | sed '1d; s/^/b,/' >>labels.csv
	mtl-gen --kind regression --tasks 8 --structure lowrank:2 -n 200 \
		--features 30 --seed 1 >numbers.csv
	gzip -dc "$DATA/digits.csv.gz" >digits.csv
	for how in "numbers.csv -m mean" "numbers.csv -m single" \
		"numbers.csv -m pooled" "numbers.csv -m shared" \
		"labels.csv -m mean" "labels.csv -m shared --multiclass ovr" \
		digits.csv "digits.csv --multiclass ovr"; do
		mtl-train -q -j 1 --lambda 0.01 $how >a.csv
		mtl-train -q -j 4 --lambda 0.01 $how | cmp - a.csv
		OMP_NUM_THREADS=3 mtl-train -q --lambda 0.01 $how | cmp - a.csv
	done
	# Input from a pipe, compressed or in pieces, is the same table.
	gzip -c numbers.csv | mtl-train -q --lambda 0.01 >a.csv
	mtl-train -q --lambda 0.01 - <numbers.csv | cmp - a.csv
	head -500 numbers.csv >one.csv
	(head -1 numbers.csv; tail -n +501 numbers.csv) >two.csv
	mtl-train -q --lambda 0.01 one.csv two.csv | cmp - a.csv
	LC_ALL=de_DE.UTF-8 mtl-train -q --lambda 0.01 numbers.csv | cmp - a.csv
}

@test "mtl-train: the rows whose split is train" {
	three_tasks | mtl-split -t 0.3 -s 1 --column >in.csv
	mtl-train -q --lambda 0.1 --where split=train in.csv >a.csv
	run --separate-stderr mtl-train --loss squared --lambda 0.1 -o b.csv in.csv
	[ "$status" -eq 0 ]
	[ "$stderr" = "mtl-train: note: fitted on the 84 rows whose split is \
train; 36 other rows left out" ]
	cmp a.csv b.csv
	mtl-train -q --lambda 0.1 --where split=test in.csv >b.csv
	[ "$(meta n b.csv)" = 36 ]
}

@test "mtl-train: the article's pipelines, from its data" {
	need_shared
	mtl-train -q --multiclass ovr --cost 1 --penalize-intercept \
		--no-standardize -m single "$SHARED/seed-multitask.csv" >m.csv
	mtl-predict -m m.csv --where split=test "$SHARED/seed-multitask.csv" |
		mtl-eval --score accuracy >score
	[ "$(cat score)" = 0.83 ]

	while read -r file one two; do
		# Standardised by the training rows of modality 1.
		mtl-scale --where split=train --where modality=1 --save s.csv \
			"$SHARED/$file" >/dev/null
		mtl-scale --load s.csv "$SHARED/$file" >scaled.csv
		mtl-train -q --task modality -m pooled --multiclass ovr --cost 1 \
			--penalize-intercept --no-standardize scaled.csv >m.csv
		mtl-predict -m m.csv --task modality --where split=test \
			scaled.csv | mtl-eval --task modality \
			--metric accuracy | grep -v '^(' >scores
		printf '%s\n' task,metric,n,value 1,accuracy,200,$one \
			2,accuracy,200,$two | diff - scores
	done <<-END
	seed-multimodal.csv 0.83 0.83
	seed-multimodal-43.csv 0.74 0.685
	END
}

@test "mtl-train: the article's data give LIBLINEAR's model" {
	need_shared
	need_sklearn
	grep -v ,test, "$SHARED/seed-multitask.csv" | cut -d, -f1,4- >in.csv
	best in.csv --with liblinear -- --multiclass ovr --cost 1 \
		--penalize-intercept --no-standardize
}

@test "mtl-train: schools learn from each other" {
	need_shared
	paste -d, <(gzip -dc "$SHARED/school.csv.gz") <(gzip -dc \
		"$SHARED/school_splits.csv.gz" | cut -d, -f3-) >school.csv
	cmp <(gzip -dc "$SHARED/school.csv.gz" | cut -d, -f1) \
		<(gzip -dc "$SHARED/school_splits.csv.gz" | cut -d, -f1)
	for split in 1 2 3 4 5 6 7 8 9 10; do
		for how in "mean 0.01,0.0001" "single 0.001" "pooled 0.001"; do
			set -- $how
			mtl-train -q -m $1 --lambda $2 --strict \
				--where split$split=train --ignore 'split*' \
				school.csv >m.csv
			[ "$(meta n m.csv)" = 11472 ]
			mtl-predict -m m.csv --where split$split=test \
				school.csv | mtl-eval --score r2 >>$1.r2
		done
	done
	for method in mean single pooled; do
		awk '{ s += $1 } END { print s / NR }' $method.r2 >$method
	done
	echo "mean $(cat mean), single $(cat single), pooled $(cat pooled)"
	awk -v mean="$(cat mean)" -v single="$(cat single)" \
		-v pooled="$(cat pooled)" 'BEGIN {
		exit !(mean >= 0.375 && mean > single && mean > pooled &&
			single > 0.2 && pooled > 0.2) }'
}

@test "mtl-train --tol 0 asks for the last digits, not for nothing" {
	local method
	three_tasks >in.csv
	for method in single l21 lasso enet l1inf group; do
		mtl-train -q -m $method --lambda 0.02 -e 0 -o m.csv in.csv
		echo "$method $(meta gap m.csv)"
		awk -v gap="$(meta gap m.csv)" \
			'BEGIN { exit !(gap < 1e-12 && gap > -1e-12) }'
	done
}

@test "mtl-train: wrong usage" {
	rows task,x,y a,1,1 a,2,3 b,3,2 b,5,9
	fails 2 "--method: there is no method 'best' (--list shows them)" -m best
	fails 2 "penalty 'l2,l3': there is no term 'l3' (did you mean 'l2'? --list shows them)" -p l2,l3 in.csv
	fails 2 "--method: there is no method 'lasoo' (did you mean 'lasso'? --list shows them)" -m lasoo in.csv
	fails 1 "--target: no column 'Z' in in.csv" --target Z in.csv
	printf 'x\ty\n1\t2\n' >tab.csv
	fails 1 "tab.csv: no target: name a column y, or y:NAME, or use --target (the header is a single cell: another --delimiter?)" tab.csv
	fails 1 "--task: no column 'a' in tab.csv (the header is a single cell: another --delimiter?)" --task a tab.csv
	fails 2 "penalty 'l2:x': lambda 'x' is not a number from 0 up" \
		-p l2:x in.csv
	fails 2 "penalty 'l2:-1': lambda '-1' is not a number from 0 up" \
		-p l2:-1 in.csv
	fails 2 "penalty 'l2*x:1': the weight 'x' is not a number from 0 up" \
		-p 'l2*x:1' in.csv
	fails 2 "--lambda: 3 values for 2 open terms: mean,l2" --lambda 1,2,3 \
		in.csv
	fails 2 "--lambda: '-1' is not a number from 0 up" --lambda -1 in.csv
	fails 2 "--lambda: no term of the penalty is open" -p l2:1 --lambda 1 \
		in.csv
	fails 2 "--cost and --lambda say the same: give one" -m single \
		--lambda 1 --cost 1 in.csv
	fails 2 "--cost has no meaning under --normalize tasks" -m single \
		--normalize tasks --cost 1 in.csv
	fails 2 "--cost goes with a penalty of one open l2 term" -m mean \
		--cost 1 in.csv
	fails 2 "--cost goes with a penalty of one open l2 term" -p l2:3 \
		--cost 1 in.csv
	fails 2 "--cost: '0' is not a number from 1e-300 to 1e+300" --cost 0
	fails 2 "--share: '1.5' is not a number from 0 to 1" --share 1.5
	fails 2 "--share is for --method shared" -m mean --share 0.3 --lambda 1 \
		in.csv
	fails 2 "--loss: 'hinge' is none of squared, huber, poisson, logistic, softmax, hinge2" \
		--loss hinge --lambda 1 in.csv
	fails 2 "--loss: there is no target 'z'" --loss z=squared --lambda 1 in.csv
	fails 2 "--loss: target 'y' has 4 classes, logistic takes two (--multiclass ovr, or softmax)" \
		--loss logistic --lambda 1 in.csv
	fails 2 "--multiclass ovr takes the loss logistic or hinge2 for target 'y', not softmax" \
		--loss softmax --multiclass ovr --lambda 1 in.csv
	fails 2 "--multiclass: 'ova' is none of softmax, ovr" --multiclass ova
	fails 2 "--normalize: 'row' is none of rows, tasks, none" --normalize row
	fails 2 "--missing: 'drop' is none of mean, error" --missing drop
	fails 2 "--tol: '2' is not a number from 0 to 1" -e 2
	fails 2 "--max-iter: '0' is not a whole number from 1 to 1000000000" \
		--max-iter 0
	fails 2 "--no-intercept and --penalize-intercept exclude each other" \
		--no-intercept --penalize-intercept
	fails 2 "--penalize-intercept goes with a single l2 term, not with mean" \
		--penalize-intercept --lambda 1 in.csv
	fails 2 "method pooled leaves nothing to tie: the term mean does not go with it" \
		-m pooled -p mean:1,l2:1 in.csv
	rows y:a,y:b,x 1,u,1 2.5,v,2 3,u,3
	fails 2 "method pooled wants one kind of target: 'a' is numbers, 'b' is classes" \
		-m pooled --lambda 1 in.csv
	run mtl-train --no-such
	[ "$status" -eq 2 ]
}

@test "mtl-train: wrong input" {
	rows x,y 1,1 '"1,5",2' 3,4
	run --separate-stderr mtl-train --lambda 1 in.csv
	[ "$status" -eq 1 ]
	[ "$output" = "" ]
	[[ "$stderr" = "mtl-train: in.csv:3: column 'x': '1,5' is not a number"* ]]
	run --separate-stderr mtl-train --lambda 1 none.csv
	[ "$status" -eq 1 ]
	[[ "$stderr" = "mtl-train: none.csv: "* ]]
	rows x,z 1,1 2,2
	run --separate-stderr mtl-train --lambda 1 in.csv
	[ "$status" -eq 1 ]
	[ "$output" = "" ]
	rows x,y 1,a 2,b
	run --separate-stderr mtl-train --loss squared --lambda 1 in.csv
	[ "$status" -eq 1 ]
	[[ "$stderr" = "mtl-train: in.csv:2: column 'y': 'a' is not a number"* ]]
}

@test "mtl-train --list: methods and terms" {
	run --separate-stderr mtl-train --list
	[ "$status" -eq 0 ]
	[ "$stderr" = "" ]
	for name in single pooled shared mean ridge l2; do
		[ "$(grep -c "^$name " <<<"$output")" -ge 1 ]
	done
	[ "$(grep -c '^mean ' <<<"$output")" -eq 2 ]
	run ! grep -q ' $' <<<"$output"
	mtl-train --list -o list.txt
	diff <(mtl-train --list) list.txt
}

@test "mtl-train -o: the file is whole or as it was" {
	three_tasks >in.csv
	mtl-train -q --lambda 0.1 in.csv >a.csv
	mtl-train -q --lambda 0.1 -o b.csv in.csv
	cmp a.csv b.csv
	echo old >b.csv
	run mtl-train -q --lambda 0.1 -o b.csv none.csv
	[ "$status" -eq 1 ]
	[ "$(cat b.csv)" = old ]
	[ "$(ls | grep -c '^b')" -eq 1 ]
	# Its own input may be its output.
	mtl-train -q --lambda 0.1 -o in.csv in.csv
	cmp a.csv in.csv
}

@test "mtl-train: a full disk is status 1" {
	[ -c /dev/full ] || skip "no /dev/full"
	three_tasks >in.csv
	for where in ">/dev/full" "-o /dev/full"; do
		run --separate-stderr sh -c \
			"mtl-train -q --lambda 0.1 in.csv $where"
		[ "$status" -eq 1 ]
		[[ "$stderr" = "mtl-train: "*"No space left on device"* ]]
	done
	run --separate-stderr sh -c "mtl-train --list >/dev/full"
	[ "$status" -eq 1 ]
}

@test "mtl-train -v: what was read and how well it was fitted" {
	three_tasks >in.csv
	run --separate-stderr mtl-train -v --loss squared --lambda 0.1 -o m.csv in.csv
	[ "${#stderr_lines[@]}" -eq 2 ]
	[[ "${stderr_lines[0]}" =~ \
		^mtl-train:\ read\ [0-9.]+\ s:\ 120\ rows,\ 5\ features,\ 3\ tasks$ ]]
	[[ "${stderr_lines[1]}" =~ \
		^mtl-train:\ fit\ [0-9.]+\ s:\ objective\ [0-9.e+-]+,\ relative\ gap ]]
}

@test "mtl-train: -d and -H" {
	three_tasks >in.csv
	mtl-train -q --lambda 0.1 in.csv >a.csv
	tr , ';' <in.csv | mtl-train -q -d ';' --lambda 0.1 | cmp - a.csv
	tr , '\t' <in.csv | mtl-train -q -d tab --lambda 0.1 | cmp - a.csv
	rows 1,2 2,3 4,1
	mtl-train -q -H --target x2 --lambda 0.1 in.csv >a.csv
	rows x1,y 1,2 2,3 4,1
	mtl-train -q --lambda 0.1 in.csv >b.csv
	same <(sed 's/,x2,/,y,/' a.csv) b.csv || {
		grep ^coef a.csv b.csv
		false
	}
}
