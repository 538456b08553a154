# mtl-train --init: a model as the start of another fit.
load helper

meta() { # KEY MODEL
	sed -n "s/^meta,$1,,,,//p" "$2"
}

# close A B: two numbers, to 1e-5 of the first
close() {
	awk -v a="$1" -v b="$2" 'BEGIN { d = a - b
		exit !(d * d <= 1e-10 * a * a) }'
}

tables() {
	mtl-gen --tasks 4 --structure cluster:2 -n 40 --features 8 --seed 3 \
		>numbers.csv
	mtl-gen --tasks 3 --kind classification --classes 3 -n 50 \
		--features 5 --seed 2 >classes.csv
	awk -F, -v OFS=, 'NR > 1 { $NF = int(exp($NF / 100)) } { print }' \
		numbers.csv >counts.csv
}

# Rows and columns from the last to the first: tasks, features, classes.
reversed() {
	awk -F, '{ printf "%s", $NF; for (i = NF - 1; i > 0; i--)
		printf ",%s", $i; print "" }' "$1" |
		{ IFS= read -r head; echo "$head"; tac; }
}

@test "mtl-train --init: from its own model a fit needs no more than 1 iteration" {
	tables
	again() { # MODEL-ARGUMENTS...: of numbers.csv and the like, the last
		mtl-train -q "$@" >cold.csv
		mtl-train "$@" --init cold.csv 2>err >warm.csv
		run ! grep -e --init err
		[ "$(meta converged warm.csv)" = yes ]
		[ "$(meta iterations warm.csv)" -le 1 ]
		close "$(meta objective cold.csv)" "$(meta objective warm.csv)"
	}
	for m in lasso l21 temporal trace robust dirty data-shared relation \
		cluster group m3t; do
		again -m $m --lambda 0.02 numbers.csv
		again -m $m --lambda 0.02 --scale-target numbers.csv
		again -m $m --lambda 0.02 classes.csv
	done
	for m in mean single pooled; do
		again -m $m --lambda 0.02 classes.csv
		again -m $m --lambda 0.02 --loss huber numbers.csv
		again -m $m --lambda 0.02 --loss poisson counts.csv
		again -m $m --lambda 0.02 --multiclass ovr classes.csv
		again -m $m --lambda 0.02 --multiclass ovr --loss hinge2 \
			classes.csv
	done
	# No duality gap, but a residual.
	again -p fused:0.1 numbers.csv
	again -p fused:0.1 classes.csv
	again -p l21:0.02 --no-standardize --no-intercept numbers.csv
	again -p l1:0.02 --block-scale numbers.csv
	again -p l21:0.02 --balance --normalize tasks classes.csv
}

@test "mtl-train --init: features, tasks and classes go by their names" {
	tables
	for f in numbers classes; do
		reversed $f.csv >reversed.csv
		for how in '-m l21' '-m temporal' '-m robust' '-m data-shared'; do
			mtl-train -q $how --lambda 0.02 -e 1e-5 $f.csv >cold.csv
			mtl-train -q $how --lambda 0.02 -e 1e-4 --init cold.csv \
				--task-order t4,t3,t2,t1 reversed.csv \
				>warm.csv 2>/dev/null ||
			mtl-train -q $how --lambda 0.02 -e 1e-4 --init cold.csv \
				reversed.csv >warm.csv
			[ "$(meta iterations cold.csv)" -gt 1 ]
			[ "$(meta iterations warm.csv)" -le 1 ]
		done
	done
	# A wide table has the tasks of a long one.
	mtl-gen --targets 3 --kind regression -n 50 --features 4 \
		--informative 4 --seed 1 >wide.csv
	awk -F, -v OFS=, '
	NR == 1 { for (i = 1; i <= NF; i++) if ($i ~ /^y:/) {
			at[++T] = i; name[T] = substr($i, 3) } else x[++d] = i
		printf "y,task"; for (j = 1; j <= d; j++) printf ",%s", $x[j]
		print ""; next }
	{ for (t = 1; t <= T; t++) { printf "%s,%s", $at[t], name[t]
		for (j = 1; j <= d; j++) printf ",%s", $x[j]; print "" } }' \
		wide.csv >long.csv
	mtl-train -q -m l21 --lambda 1 wide.csv >cold.csv
	mtl-train -q -m l21 --lambda 1 --init cold.csv long.csv >warm.csv
	[ "$(meta iterations cold.csv)" -gt 1 ]
	[ "$(meta iterations warm.csv)" -le 1 ]
}

@test "mtl-train --init: the optimum is that without it" {
	tables
	# Models of other penalties, rows, features, tasks and classes.
	mtl-train -q -m mean --lambda 0.5 numbers.csv >n1.csv
	mtl-train -q -m dirty --lambda 0.1 --where task!=t2 --ignore x3,x4 \
		numbers.csv >n2.csv
	mtl-train -q -m pooled --lambda 0.1 numbers.csv >n3.csv
	mtl-train -q -m data-shared --lambda 0.01 --no-standardize \
		numbers.csv >n4.csv
	mtl-train -q -m trace --lambda 0.1 classes.csv >c1.csv
	mtl-train -q -m pooled --lambda 0.1 classes.csv >c2.csv
	mtl-train -q -m robust --lambda 0.01 --where y!=0 classes.csv >c3.csv
	mtl-train -q -m data-shared --lambda 0.01 --multiclass ovr \
		--where task!=t2 --ignore x3 classes.csv >c4.csv
	for m in lasso l21 temporal robust data-shared augment mean pooled \
		fused 'single --scale-target'; do
		for f in numbers classes; do
			[ "$m $f" != "single --scale-target classes" ] || continue
			mtl-train -q -m $m --lambda 0.03 $f.csv >cold.csv
			for from in ${f:0:1}?.csv; do
				mtl-train -q -m $m --lambda 0.03 --init $from \
					$f.csv >warm.csv
				[ "$(meta converged warm.csv)" = yes ]
				close "$(meta objective cold.csv)" \
					"$(meta objective warm.csv)"
			done
		done
	done
	# Equal columns stay equal whatever the start.
	for from in n1 n2 n4; do
		mtl-train -q -p 'same,l1:0.03' --init $from.csv numbers.csv \
			>warm.csv
		"$python" -c '
import sys
sys.path.insert(0, sys.argv[1])
from fitted import *
W = Model("warm.csv").W
assert np.any(W) and np.all(np.ptp(W, axis=1) == 0)' "$ROOT/tests"
	done
}

@test "mtl-train --init: a pooled model starts every task, and many a pooled one" {
	tables
	# Without intercepts the pooled optimum is that of equal columns.
	mtl-train -q -p same,l2:0.0333333333333333333 --no-intercept -e 1e-9 \
		classes.csv >same.csv
	mtl-train -q -m pooled --lambda 0.1 --no-intercept -e 1e-3 \
		--init same.csv classes.csv >pooled.csv
	[ "$(meta iterations same.csv)" -gt 1 ]
	[ "$(meta iterations pooled.csv)" -le 1 ]
	mtl-train -q -m pooled --lambda 0.1 --no-intercept -e 1e-9 \
		classes.csv >pooled.csv
	mtl-train -q -p same,l2:0.0333333333333333333 --no-intercept -e 1e-6 \
		--init pooled.csv classes.csv >same.csv
	[ "$(meta iterations same.csv)" -le 1 ]
}

@test "mtl-train --init: direct solvers give the same bytes with it" {
	tables
	mtl-train -q -m l21 --lambda 0.1 numbers.csv >from.csv
	for m in mean ridge single pooled; do
		mtl-train -q -m $m --lambda 0.1 numbers.csv >cold.csv
		mtl-train -q -m $m --lambda 0.1 --init from.csv numbers.csv |
			cmp - cold.csv
	done
}

@test "mtl-train --init: open lambdas are chosen as without it" {
	tables
	mtl-train -q -m l21 --path 5 -k 3 classes.csv --cv-out a >cold.csv
	mtl-train -q -m l21 --path 5 -k 3 --init cold.csv classes.csv \
		--cv-out b >warm.csv
	cmp a b
	[ "$(meta lambda cold.csv)" = "$(meta lambda warm.csv)" ]
	[ "$(meta iterations warm.csv)" -le 1 ]
	mtl-train -q -m l21 --cv a --init cold.csv classes.csv | cmp - warm.csv
	mtl-train -q -m single --path 5 -k 3 classes.csv >cold.csv
	mtl-train -q -m single --path 5 -k 3 --init cold.csv classes.csv \
		>warm.csv
	[ "$(meta iterations warm.csv)" -le 1 ]
	diff <(grep lambda cold.csv) <(grep lambda warm.csv)
}

@test "mtl-train --init: a start that is worth nothing is left, and said so" {
	tables
	mtl-train -q -m l21 --lambda 0.02 numbers.csv >cold.csv
	none="mtl-train: note: --init: the model has no weights for these features and tasks: not used"
	worse="mtl-train: note: --init: on these rows the model's weights are worth no more than none: not used"
	left() { # NOTE TABLE
		mtl-train -m l21 --lambda 0.02 --init m.csv numbers.csv \
			2>err | cmp - cold.csv
		grep -qxF -e "$1" err
	}
	sed '1s/x/other/g' numbers.csv | mtl-train -q -m l21 --lambda 0.02 >m.csv
	left "$none"
	sed 's/,t\([0-9]\)/,other\1/' numbers.csv | mtl-train -q -m l21 --lambda 0.02 >m.csv
	left "$none"
	mtl-train -q -m l21 --lambda 0.02 classes.csv >m.csv
	left "$none"
	mtl-train -q -m l21 --lambda 1e9 numbers.csv >m.csv
	left "$none"
	awk -F, -v OFS=, 'NR > 1 { $NF = -$NF } { print }' numbers.csv |
		mtl-train -q -m l21 --lambda 0.02 >m.csv
	left "$worse"
	# Weights so large that the loss overflows.
	awk -F, -v OFS=, 'NR > 1 { $3 *= 1e-200; $4 *= 1e-200; $NF *= 1e100 }
		{ print }' numbers.csv | mtl-train -q -m l21 --lambda 0.02x >m.csv
	left "$worse"
	mtl-train -q -m l21 --lambda 0.02 --loss poisson counts.csv >cold.csv
	mtl-train -m l21 --lambda 0.02 --loss poisson --init m.csv counts.csv \
		2>err | cmp - cold.csv
	grep -qxF -e "$worse" err
}

@test "mtl-train --init: constant columns start at 0" {
	tables
	for how in '' --no-standardize '--no-standardize --no-intercept'; do
		mtl-train -q -m l21 --lambda 0.02 $how numbers.csv >m.csv
		grep -q '^coef.*,x2,' m.csv
		for c in 0 7; do
			awk -F, -v OFS=, -v c=$c 'NR == 1 { for (i = 1; i <= NF; i++)
				if ($i == "x2") at = i } NR > 1 { $at = c }
				{ print }' numbers.csv >constant.csv
			mtl-train -q -m l21 --lambda 0.02 $how constant.csv \
				>cold.csv
			mtl-train -q -m l21 --lambda 0.02 $how --init m.csv \
				constant.csv >warm.csv
			[ "$(meta converged warm.csv)" = yes ]
			close "$(meta objective cold.csv)" \
				"$(meta objective warm.csv)"
			[ $c = 7 ] || run ! grep '^coef.*,x2,' warm.csv
		done
	done
}

@test "mtl-train --init: what is no model is refused, before any row is read" {
	tables
	refused() { # STATUS MESSAGE ARGUMENT...
		local want=$1 message=$2
		shift 2
		run --separate-stderr mtl-train -m l21 "$@"
		[ "$status" -eq "$want" ]
		[ -z "$output" ]
		[ "${stderr_lines[0]}" = "mtl-train: $message" ]
	}
	refused 1 "none.csv: No such file or directory" --init none.csv none
	refused 2 "--init: the file's name is empty" --init '' numbers.csv
	mtl-train -q -m l21 --lambda 0.1 numbers.csv >m.csv
	sed 's/^coef,,t1,,x1,.*/coef,,t1,,x1,1/' m.csv >bad.csv
	refused 1 "bad.csv: its checksum does not fit: the file was changed or damaged" --init bad.csv none
	refused 1 "numbers.csv: not a file of kind mtl-model" --init numbers.csv none
	refused 2 "--init: the model and the rows cannot both come from standard input" --init - <m.csv
	refused 2 "--init: the model and the table cannot both come from standard input" --init - --cv - numbers.csv
	refused 2 "--init: the model and the graph cannot both come from standard input" --init - --graph - numbers.csv
	mtl-train -q -m l21 --lambda 0.1 --init - numbers.csv <m.csv >a.csv
	mtl-train -q -m l21 --lambda 0.1 --init m.csv numbers.csv | cmp - a.csv
}
