load helper

# rows CELLS...: a table, a line each, as in.csv
rows() {
	printf '%s\n' "$@" >in.csv
}

three_tasks() {
	mtl-gen --tasks 3 -n 40 --features 5 \
		--structure lowrank:2 --noise 0.5 --seed "${1:-1}"
}

# Two tasks of two classes each.
two_classes() {
	mtl-gen --kind classification --tasks 2 -n 60 --features 4 \
		--noise 0.5 --seed 1
}

# fails STATUS MESSAGE ARGUMENT...: nothing written, that message alone (a
# Try line may follow)
fails() {
	local want=$1 message=$2
	shift 2
	run --separate-stderr mtl-cv "$@"
	echo "$stderr"
	[ "$status" -eq "$want" ]
	[ "$output" = "" ]
	[ "${stderr_lines[0]}" = "mtl-cv: $message" ]
	[ "${#stderr_lines[@]}" -le 2 ]
}

# recomputed TABLE [RULE]: see cv.py
recomputed() {
	"$python" "$ROOT/tests/cv.py" "$@"
}

# cell TABLE METHOD POINT FOLD TASK COLUMN [METRIC]: COLUMN 3 is lambda, 8
# value
cell() {
	awk -F, -v m="$2" -v p="$3" -v f="$4" -v t="$5" -v c="$6" \
		-v metric="${7:-deviance}" '$1 == m && (p == "" || $2 == p) &&
		$4 == f && $5 == t && $6 == metric { print $c }' "$1"
}

# close A B TOLERANCE: two numbers, relatively
close() {
	awk -v a="$1" -v b="$2" -v tol="$3" 'BEGIN {
		e = a - b; s = (a < 0 ? -a : a) + (b < 0 ? -b : b)
		if (a == "" || b == "" || (e < 0 ? -e : e) > tol * s) {
			print a " is not " b
			exit 1
		}
	}'
}

meta() {
	sed -n "s/^meta,$1,,,,//p" "$2"
}

@test "mtl-cv: means, standard errors and the choice are those of the folds" {
	three_tasks >in.csv
	mtl-cv -q -m mean,l21,single,pooled,ridge --path 8 --grid 4 in.csv \
		>cv.csv
	recomputed cv.csv
	[ "$(grep -c '^mean,' cv.csv)" -eq $((16 * 7 * 4 + 4)) ]
	[ "$(grep -c '^l21,' cv.csv)" -eq $((8 * 7 * 4 + 4)) ]
	mtl-cv -q -m mean,single,l21 --path 8 --grid 4 --rule 1se in.csv >1se.csv
	recomputed 1se.csv 1se
	# The rule decides the choice and nothing else.
	diff <(grep -v chosen 1se.csv | sort) \
		<(grep -E '^(method|mean|single|l21),' cv.csv |
			grep -v chosen | sort)
	[ "$(cell 1se.csv l21 '' '(chosen)' '(all)' 2)" -le \
		"$(cell cv.csv l21 '' '(chosen)' '(all)' 2)" ]
	two_classes >in.csv
	mtl-cv -q -m mean,single,l21 -k 3 --path 6 --grid 3 in.csv >cv.csv
	recomputed cv.csv
	[ "$(cut -d, -f4 cv.csv | sort -u | tr '\n' ' ')" = \
		"(chosen) (mean) (se) 1 2 3 fold " ]
}

@test "mtl-cv: one task, and a given lambda, which is one point" {
	mtl-gen -n 50 --features 4 --informative 2 --kind regression \
		--noise 5 --seed 2 >in.csv
	mtl-cv -q --path 5 in.csv >cv.csv
	recomputed cv.csv
	[ "$(grep -c '^ridge,.*,y,deviance,' cv.csv)" -eq $((5 * 7 + 1)) ]
	mtl-cv -q --lambda 0.1 in.csv >cv.csv
	recomputed cv.csv
	[ "$(wc -l <cv.csv)" -eq $((1 + 7 * 2 + 2)) ]
	three_tasks >in.csv
	for options in '-m single --lambda 0.1' '-p l21:0.1,l2:0.2' \
		'-m shared --share 0.2 --lambda 0.1' '--cost 2'; do
		mtl-cv -q $options in.csv >cv.csv
		recomputed cv.csv
		[ "$(wc -l <cv.csv)" -eq $((1 + 7 * 4 + 4)) ]
	done
	mtl-cv -q -p l21:0.1,l2*3:0.25 in.csv >cv.csv
	[ "$(cut -d, -f1,3 cv.csv | sort -u)" = "$(printf '%s\n' method,lambda \
		'penalty,0.1 0.75')" ]
}

# held TRAIN-OPTIONS: for folds 1 and 3 of with.csv: the others fitted, the
# fold predicted and scored, as $fold.score
held() {
	local fold
	for fold in 1 3; do
		mtl-train -q "$@" -e 1e-9 --where fold!=$fold \
			--lambda "$(cell cv.csv "$method" "$point" $fold \
				'(all)' 3 | tr ' ' ,)" with.csv >m.csv
		mtl-predict -m m.csv $proba --where fold=$fold with.csv |
			mtl-eval -q --metric $metric >$fold.score
	done
}

@test "mtl-cv: a fold's value is the others fitted, predicted and scored" {
	local method point proba= metric fold task
	three_tasks | mtl-split -k 4 --stratify >with.csv
	mtl-cv -q -m mean,l21,pooled --path 6 --grid 3 with.csv >cv.csv
	metric=mse point=5
	for method in mean l21 pooled; do
		held -m $method
		for fold in 1 3; do
			for task in t1 t2 t3 '(all)'; do
				close "$(cell cv.csv $method 5 $fold "$task" 8)" \
					"$(awk -F, -v t="$task" '$1 == t {
						print $4 }' $fold.score)" 1e-3
			done
		done
	done
	two_classes | mtl-split -k 4 --stratify >with.csv
	metric=log-loss proba=--proba point=3
	for options in '-m mean --grid 2' '-m l21 --path 6'; do
		mtl-cv -q $options with.csv >cv.csv
		method=$(echo $options | cut -d' ' -f2)
		held -m $method
		for fold in 1 3; do
			for task in t1 t2 '(all)'; do
				close "$(cell cv.csv $method 3 $fold "$task" 8)" \
					"$(awk -F, -v t="$task" '$1 == t {
						print 2 * $4 }' $fold.score)" 1e-3
			done
		done
	done
}

@test "mtl-cv: shares of lambda_max are each fold's own" {
	three_tasks | mtl-split -k 4 --stratify >in.csv
	mtl-cv -q -m l21 --lambda 0.1x in.csv >cv.csv
	recomputed cv.csv
	for fold in 1 2 3 4; do
		mtl-train -q -m l21 --lambda 0.1x --where fold!=$fold in.csv \
			>m.csv
		close "$(meta lambda m.csv)" \
			"$(cell cv.csv l21 1 $fold t1 3)" 1e-12
	done
	mtl-train -q -m l21 --lambda 0.1x --ignore fold in.csv >m.csv
	close "$(meta lambda m.csv)" "$(cell cv.csv l21 1 '(mean)' t1 3)" 1e-12
	# So are those of a path: the same shares of other lambdas.
	mtl-cv -q -m l21 --path 3 in.csv >path.csv
	close "$(cell path.csv l21 2 2 t1 3)" "$(awk -v x="$(cell cv.csv l21 1 \
		2 t1 3)" 'BEGIN { print x * 10 * sqrt(0.001) }')" 1e-5
}

@test "mtl-cv --normalize none: lambdas follow the weight, shares do not" {
	three_tasks | mtl-split -k 4 --stratify >in.csv
	mtl-cv -q -p l21:2,l2:3 --normalize none in.csv >cv.csv
	[ "$(cell cv.csv penalty 1 '(mean)' t1 3)" = "2 3" ]
	[ "$(cell cv.csv penalty 1 2 t1 3)" = "1.5 2.25" ]
	mtl-cv -q -p l21:0.1x,l2:3 --normalize none in.csv >cv.csv
	mtl-train -q -p l21:0.1x,l2:2.25 --normalize none --where fold!=2 \
		in.csv >m.csv
	close "$(meta lambda m.csv | cut -d' ' -f1)" \
		"$(cell cv.csv penalty 1 2 t1 3 | cut -d' ' -f1)" 1e-12
	[ "$(cell cv.csv penalty 1 2 t1 3 | cut -d' ' -f2)" = 2.25 ]
}

@test "mtl-cv: folds are those of mtl-split --stratify, and of the column" {
	three_tasks >in.csv
	mtl-cv -q --path 4 --grid 2 -k 4 -s 7 in.csv >a.csv
	mtl-split -q -k 4 --stratify -s 7 in.csv | mtl-cv -q --grid 2 >b.csv
	cmp a.csv b.csv
	mtl-cv -q --path 4 --grid 2 -k 4 -s 8 in.csv >c.csv
	run ! cmp -s a.csv c.csv
	two_classes >in.csv
	mtl-cv -q --grid 2 -k 3 -s 7 in.csv >a.csv
	mtl-split -q -k 3 --stratify -s 7 in.csv | mtl-cv -q --grid 2 >b.csv
	cmp a.csv b.csv
	# Wide tables, and the classes of one task.
	mtl-gen -n 90 --features 6 --informative 4 --classes 3 --clusters 1 \
		--seed 3 >in.csv
	for table in in.csv "$DATA/linnerud.csv"; do
		mtl-cv -q -m ridge --lambda 1 -k 3 -s 5 "$table" >a.csv
		mtl-split -q -k 3 --stratify -s 5 "$table" |
			mtl-cv -q -m ridge --lambda 1 | cmp - a.csv
	done
	# Values in order: numbers by value, texts by bytes.
	rows fold,x,y b,1,2 a,2,3 10,3,5 9,4,4 b,5,5 a,6,1 10,7,3 9,8,2.5
	mtl-cv -q --lambda 1 in.csv >cv.csv
	[ "$(cut -d, -f4 cv.csv | uniq | tr '\n' ' ')" = \
		"fold 9 10 a b (mean) (se) (chosen) " ]
	[ "$(cell cv.csv ridge 1 a y 7)" -eq 2 ]
	recomputed cv.csv
}

@test "mtl-cv --group: groups stay whole" {
	three_tasks | awk -F, 'NR == 1 { print $0 ",g" }
		NR > 1 { print $0 ",g" int(NR / 7) }' >in.csv
	mtl-cv -q --grid 2 -k 3 --group g in.csv >a.csv
	recomputed a.csv
	mtl-split -q -k 3 --group g --stratify in.csv |
		mtl-cv -q --grid 2 --ignore g >b.csv
	cmp a.csv b.csv
	fails 1 "20 folds of 18 groups: too few to choose lambda by cross-validation (--folds, or give --lambda)" \
		-q -k 20 --group g in.csv
}

@test "mtl-cv --fold and --merge: the bytes of one run" {
	local options fold
	three_tasks | awk -F, 'NR == 1 { print $0 ",w" }
		NR > 1 { print $0 "," NR % 5 / 3 }' >in.csv
	for options in '-m mean,single,l21 --path 5 --grid 2' \
		'-m single --rule 1se --path 7' '-p l1 --path 4 --lambda 0.2x' \
		'-m single,mean --path 4 --grid 2 --weight w'; do
		mtl-cv -q $options in.csv >whole.csv
		rm -f fold.*
		for fold in 1 2 3 4 5; do
			mtl-cv -q $options --fold $fold in.csv >fold.$fold.csv
		done
		[[ $options = *1se* ]] && rule='--rule 1se' || rule=
		mtl-cv --merge $rule fold.3.csv fold.1.csv fold.5.csv \
			fold.2.csv fold.4.csv >merged.csv
		cmp merged.csv whole.csv
		mtl-cv --merge $rule -o merged.csv fold.*.csv
		cmp merged.csv whole.csv
		cat fold.1.csv <(sed 1d fold.2.csv) <(sed 1d fold.3.csv) \
			<(sed 1d fold.4.csv) <(sed 1d fold.5.csv) |
			mtl-cv --merge $rule | cmp - whole.csv
	done
	# Names of the column, and a delimiter.
	awk -F, -v OFS=';' '{
		k = NR == 1 ? "fold" : "f" NR % 2
		$1 = $1
		print $0, k
	}' in.csv >folds.csv
	mtl-cv -q -d ';' --grid 2 folds.csv >whole.csv
	mtl-cv -q -d ';' --grid 2 --fold f0 folds.csv >a.csv
	mtl-cv -q -d ';' --grid 2 --fold f1 folds.csv >b.csv
	mtl-cv -d ';' --merge a.csv b.csv | cmp - whole.csv
}

@test "mtl-cv --merge: wants every fold once, of the same data and options" {
	local fold
	three_tasks >in.csv
	for fold in 1 2 3; do
		mtl-cv -q -m l21 --path 3 -k 3 --fold $fold in.csv >$fold.csv
	done
	fails 1 "fold '2' is missing (method l21)" --merge 1.csv 3.csv
	fails 1 "fold '1' comes twice (method l21, point 1)" \
		--merge 1.csv 2.csv 3.csv 1.csv
	mtl-cv -q -m l21 --path 3 -k 3 --fold 2 -s 1 in.csv >other.csv
	fails 1 "other.csv:2: column 'value': '$(sed -n 's/.*digest,,//p' \
		other.csv)' is the digest of other data or options than the first table's" \
		--merge 1.csv other.csv 3.csv
	for options in '-e 1e-3' '--loss huber' '--normalize tasks' \
		'--ratio 0.1' '--no-standardize' '--ignore x1'; do
		mtl-cv -q -m l21 --path 3 -k 3 --fold 2 $options in.csv \
			>other.csv
		run mtl-cv --merge 1.csv other.csv 3.csv
		[ "$status" -eq 1 ]
		[[ "$output" = *"other data or options"* ]]
	done
	sed 's/,0\.[0-9]*$/&1/' in.csv >changed.csv
	mtl-cv -q -m l21 --path 3 -k 3 --fold 2 changed.csv >other.csv
	run mtl-cv --merge 1.csv other.csv 3.csv
	[[ "$output" = *"other data or options"* ]]
	sed '$d' 2.csv >cut.csv
	fails 1 "fold '2' lacks rows (method l21)" --merge 1.csv cut.csv 3.csv
	mtl-cv -q -m l21 --path 3 -k 3 in.csv >whole.csv
	fails 1 "whole.csv: not the table of a fold: it has no digest (mtl-cv --fold)" \
		--merge whole.csv
	fails 1 "--merge: no column 'method' in in.csv" --merge in.csv
	head -n 4 1.csv >cut.csv
	fails 1 "cut.csv: not the whole table of a fold: rows are missing" \
		--merge cut.csv
	sed 's/,deviance,/,gain,/' 1.csv >cut.csv
	run mtl-cv --merge cut.csv
	[ "$status" -eq 1 ]
	[[ "$output" = "mtl-cv: cut.csv:"*"column 'metric': 'gain' is no metric of a fold's table" ]]
	sed 's/^l21,3,/l21,4,/' 1.csv >cut.csv
	run mtl-cv --merge cut.csv 2.csv 3.csv
	[ "$status" -eq 1 ]
}

@test "mtl-cv: the same bytes whatever the threads" {
	three_tasks >in.csv
	mtl-cv -q -j 1 -m mean,l21,single --path 6 --grid 3 in.csv >a.csv
	mtl-cv -q -j 4 -m mean,l21,single --path 6 --grid 3 in.csv | cmp - a.csv
	mtl-cv -q -j 4 -m l21 --path 6 --fold 2 in.csv >b.csv
	mtl-cv -q -j 1 -m l21 --path 6 --fold 2 in.csv | cmp - b.csv
}

@test "mtl-train: an open lambda is the one that mtl-cv chooses" {
	three_tasks >in.csv
	for options in '-m mean --grid 5' '-m l21 --path 9' '-m pooled' \
		'-m l21 --rule 1se' '-p l1+l2*2 --path 5 -k 3 -s 4'; do
		mtl-cv -q $options in.csv >cv.csv
		mtl-train -q $options --cv-out out.csv in.csv >m.csv
		cmp cv.csv out.csv
		[ "$(meta lambda m.csv)" = "$(awk -F, '$4 == "(chosen)" &&
			$5 == "(all)" { print $3 }' cv.csv)" ]
		mtl-train -q $options in.csv | cmp - m.csv
	done
	# The model is that of the lambda chosen.
	mtl-train -q -m l21 --path 9 --cv-out cv.csv in.csv >m.csv
	mtl-train -q -m l21 --lambda "$(meta lambda m.csv)" in.csv |
		grep ^coef | cmp - <(grep ^coef m.csv)
	# Each task its own: what it gets by itself, up to the scaling of the
	# features, which all rows share.
	mtl-train -q -m single --path 9 --no-standardize --cv-out cv.csv \
		--normalize none in.csv >m.csv
	for task in t1 t2 t3; do
		mtl-train -q -m ridge --where task=$task --no-standardize \
			--normalize none --lambda \
			"$(cell cv.csv single '' '(chosen)' $task 3)" in.csv |
			grep ^coef >alone.csv
		grep "^coef,,$task," m.csv | paste -d, - alone.csv |
			awk -F, '{ e = $6 - $12; if (e * e > 1e-10) exit 1 }
				END { exit NR != 5 }'
	done
	[ "$(cut -d, -f3 <(grep chosen cv.csv) | sort -u | wc -l)" -ge 2 ]
}

@test "mtl-train --cv: the point that a table chose" {
	three_tasks >in.csv
	for options in '-m mean --grid 4' '-m l21 --path 9 --rule 1se' \
		'-m single --path 9' '-p l1*3+l2*0.7 --path 6' \
		'-m data-shared --path 4'; do
		mtl-cv -q $options in.csv >cv.csv
		mtl-train -q $options in.csv >m.csv
		[[ $options = -p* ]] && given=${options% --path*} || given=
		mtl-train --loss squared --cv cv.csv $given in.csv | cmp - m.csv
		cat cv.csv | mtl-train -q --cv - $given in.csv | cmp - m.csv
	done
	mtl-cv -q -m mean,l21 --grid 3 --path 4 in.csv >cv.csv
	mtl-train -q -m l21 --path 4 in.csv >m.csv
	mtl-train -q -m l21 --cv cv.csv in.csv | cmp - m.csv
	refused() {
		local want=$1 message=$2
		shift 2
		run --separate-stderr mtl-train -q "$@" in.csv
		echo "$stderr"
		[ "$status" -eq "$want" ]
		[ "$output" = "" ]
		[ "${stderr_lines[0]}" = "mtl-train: $message" ]
	}
	refused 1 "cv.csv: it has several methods, mean and l21 among them: which? (--method)" \
		--cv cv.csv
	refused 1 "cv.csv: nothing was chosen of the method trace" \
		-m trace --cv cv.csv
	refused 1 "--cv: the table has 2 lambdas, the penalty takes 1" \
		-m mean -p l1 --cv cv.csv
	refused 2 "--cv and --lambda say the same: give one" --cv cv.csv \
		--lambda 1
	refused 2 "--cv and --cost say the same: give one" --cv cv.csv --cost 1
	refused 2 "--cv and --cv-out exclude each other" --cv cv.csv --cv-out x
	refused 1 "--cv: no column 'method' in in.csv" --cv in.csv
	refused 2 "--cv: the table and the rows cannot both come from standard input" \
		--cv - -
	mtl-cv -q --path 4 -p l1 in.csv >cv.csv
	refused 2 "--cv: cv.csv is of a penalty: give it again (-p)" --cv cv.csv
	mtl-cv -q --path 4 -m single --fold 1 in.csv >cv.csv
	refused 1 "cv.csv: nothing was chosen (tables of single folds are put together by mtl-cv --merge)" \
		--cv cv.csv
	mtl-cv -q --path 4 -m single in.csv >cv.csv
	sed -i 's/^y,/z,/; s/,t2,/,north,/' in.csv
	refused 1 "--cv: the table has no lambda for the task 'north'" --cv cv.csv
	sed 's/^single/l21/' cv.csv >other.csv
	refused 1 "--cv: the table has a lambda for each task, the method takes one for all" \
		--cv other.csv
}

# mse FILE, log_loss FILE: by task, of predictions
scores() {
	mtl-eval -q --metric "$1" "$2" | awk -F, '$1 != "(mean)" && NR > 1 {
		print $1, $4 }'
}

@test "mtl-cv --metric: the scores of mtl-eval, fold by fold" {
	local metric
	# scored METRIC PREDICTIONS: the chosen point's folds are what mtl-eval
	# says of the predictions, which are of nearly the same fits
	scored() {
		mtl-eval -q --metric "$1" --by fold "$2" |
			awk -F, 'NR > 1 && $2 != "(mean)" {
				print $1, $2, $5 }' >score
		[ -s score ]
		point=$(cell cv.csv $method '' '(chosen)' '(all)' 2 "$1")
		while read -r fold task value; do
			close "$value" "$(cell cv.csv $method $point $fold \
				"$task" 8 "$1")" 2e-3 || {
				echo "$1 $fold $task"
				return 1
			}
		done <score
	}
	method=mean
	three_tasks >in.csv
	for metric in rmse mae nmse r2 correlation; do
		mtl-cv -q --grid 4 --metric $metric --predictions p.csv \
			in.csv >cv.csv
		recomputed cv.csv
		scored $metric p.csv
	done
	two_classes >in.csv
	for metric in accuracy balanced-accuracy f1-macro mcc log-loss brier \
		auc average-precision; do
		mtl-cv -q --grid 3 -k 3 --metric $metric --predictions p.csv \
			in.csv >cv.csv
		recomputed cv.csv
		scored $metric p.csv
	done
	# Three classes of one task, and one against the rest.
	mtl-gen -n 150 --features 6 --informative 4 --classes 3 --clusters 1 \
		--seed 3 >in.csv
	method=ridge
	for metric in auc log-loss balanced-error; do
		for how in softmax ovr; do
			mtl-cv -q --path 4 -k 3 --multiclass $how \
				--metric $metric --predictions p.csv in.csv \
				>cv.csv
			recomputed cv.csv
			mtl-eval -q --metric $metric --by fold p.csv >score
			point=$(cell cv.csv ridge '' '(chosen)' '(all)' 2 \
				$metric)
			for fold in 1 2 3; do
				value=$(awk -F, -v f=$fold '$1 == f &&
					$2 == "(all)" { print $5 }' score)
				for task in y '(all)'; do
					close "$value" "$(cell cv.csv ridge \
						$point $fold "$task" 8 \
						$metric)" 2e-3
				done
			done
		done
	done
}

@test "mtl-cv --metric: choice, single, folds put together, mtl-train" {
	local fold
	three_tasks >in.csv
	for options in '-m mean,single --grid 2 --path 5 --metric r2' \
		'-m l21 --path 9 --rule 1se --metric correlation'; do
		mtl-cv -q $options in.csv >whole.csv
		[[ $options = *1se* ]] && rule=1se || rule=min
		recomputed whole.csv $rule
		for fold in 1 2 3 4 5; do
			mtl-cv -q $options --fold $fold in.csv >$fold.csv
		done
		mtl-cv --rule $rule --merge 1.csv 2.csv 3.csv 4.csv 5.csv |
			cmp - whole.csv
	done
	mtl-train -q $options in.csv >m.csv
	[ "$(meta lambda m.csv)" = "$(awk -F, '$4 == "(chosen)" {
		print $3; exit }' whole.csv)" ]
	mtl-train -q --cv whole.csv in.csv | cmp - m.csv
	for options in "-m single --metric r2" "-m single --metric mae"; do
		mtl-cv -q --path 5 $options in.csv >cv.csv
		mtl-train -q --cv cv.csv in.csv | cmp - \
			<(mtl-train -q --path 5 $options in.csv)
	done
	mtl-cv -q -m mean,l21 --grid 2 --path 3 --metric mse in.csv >a.csv
	mtl-cv -q -m mean,l21 --grid 2 --path 3 in.csv >b.csv
	# The deviance of numbers is their mse.
	grep -v '(chosen),(mean)' a.csv | paste -d, - b.csv | awk -F, 'NR > 1 { e = $8 - $16
		if (e < 0) e = -e
		if (e > 1e-12 * $8 + 1e-15) exit 1 }'
	mtl-cv -q -m mean --grid 2 --metric deviance in.csv | cmp - \
		<(grep -E '^(method|mean),' b.csv)
	fails 2 "--metric: no metric 'gain' (deviance, or one of mtl-eval's)" \
		--metric gain in.csv
	fails 2 "--metric accuracy is for classes, and there is no such task" \
		-q --metric accuracy in.csv
	mtl-cv -q -m l21 --path 3 --fold 1 --metric mae in.csv >1.csv
	mtl-cv -q -m l21 --path 3 --fold 2 in.csv >2.csv
	run mtl-cv --merge 1.csv 2.csv
	[ "$status" -eq 1 ]
	[[ "$output" = *"other data or options"* ]]
	two_classes >in.csv
	fails 2 "--metric rmse is for numbers, and there is no such task" \
		-q --metric rmse in.csv
	fails 2 "--metric log-loss wants probabilities, which the loss hinge2 has not" \
		-q --loss hinge2 --metric log-loss in.csv
	mtl-cv -q --loss hinge2 --metric auc --lambda 1 in.csv >cv.csv
	recomputed cv.csv
	# One row a fold: r2 has no meaning.
	rows x,y 1,1 2,2.5 3,4 4,4.5 5,7
	fails 1 "--metric r2: undefined in every fold, so that nothing can be chosen" \
		-q --path 3 --metric r2 in.csv
}

@test "mtl-cv --predictions: each fold by the model without it" {
	local method point proba= metric fold
	three_tasks | awk -F, 'NR == 1 { print; next } { a[NR] = $0 }
		END { for (i = 2; i < 42; i++) print a[i] "\n" a[i + 80] "\n" \
			a[i + 40] }' >in.csv
	mtl-cv -q -m l21 --path 6 -k 4 --predictions p.csv in.csv >cv.csv
	[ "$(head -n 1 p.csv)" = id,task,y,fold,yhat ]
	# The rows are those of the input, in its order.
	cut -d, -f1-3 p.csv | cmp - <(cut -d, -f1,2,8 in.csv)
	# Every fold, by mtl-train and mtl-predict.
	paste -d, in.csv <(cut -d, -f4 p.csv) >with.csv
	for fold in 1 2 3 4; do
		mtl-train -q -m l21 -e 1e-6 --where fold!=$fold --lambda \
			"$(cell cv.csv l21 "$(cell cv.csv l21 '' '(chosen)' \
			'(all)' 2)" $fold '(all)' 3)" with.csv >m.csv
		mtl-predict -m m.csv --where fold=$fold with.csv |
			sed 1d
	done | sort -n >predicted.csv
	sed 1d p.csv | sort -n | paste -d, - predicted.csv |
		awk -F, '{ e = $5 - $10; if (e * e > 1e-16) exit 1 }
			END { exit NR != 120 }'
	# Folds of equal sizes: the scores are the table's.
	scores mse p.csv | while read -r task value; do
		close "$value" "$(cell cv.csv l21 '' '(chosen)' "$task" 8)" 1e-3
	done
	# The same folds, named by the column; others' columns keep their names.
	sed '1s/.*/nr,school,x1,x2,x3,x4,x5,score,fold/' with.csv >named.csv
	mtl-cv -q -m l21 --path 6 --id nr --task school --target score \
		--predictions q.csv named.csv | cmp - cv.csv
	[ "$(head -n 1 q.csv)" = nr,school,score,fold,yhat ]
	cmp <(sed 1d p.csv) <(sed 1d q.csv)
	run --separate-stderr mtl-cv -k 3 -m l21 --path 3 with.csv
	[[ "$stderr" = *"mtl-cv: note: the column 'fold' makes the folds, not --folds"* ]]
	[ "$(echo "$output" | cut -d, -f4 | grep -c '^4$')" -eq 12 ]
	mtl-eval --id nr --task school --target score --score mse q.csv
	two_classes >in.csv
	mtl-cv -q --grid 2 -k 4 --predictions p.csv in.csv >cv.csv
	[ "$(head -n 1 p.csv)" = id,task,y,fold,yhat,p:0,p:1 ]
	scores log-loss p.csv | while read -r task value; do
		close "$(awk "BEGIN { print 2 * $value }")" \
			"$(cell cv.csv mean '' '(chosen)' "$task" 8)" 1e-3
	done
	mtl-cv -q --lambda 1 --loss hinge2 --predictions p.csv in.csv >cv.csv
	[ "$(head -n 1 p.csv)" = id,task,y,fold,yhat ]
}

@test "mtl-cv --predictions: wide tables, weights, mixed kinds" {
	rows id,y:a,y:b,x,w 1,1,u,1,1 2,2.5,v,2,2 3,,u,3,1 4,4,v,4.5,1 \
		5,5.5,,5,2 6,6,v,6,1 7,7,u,7,1 8,8.5,v,8,1
	mtl-cv -q --loss a=squared,b=softmax --multiclass softmax --weight w \
		--lambda 0.1 -k 2 --predictions p.csv in.csv >cv.csv
	[ "$(head -n 1 p.csv)" = \
		id,y:a,y:b,w,fold,yhat:a,yhat:b,p:b:u,p:b:v ]
	cut -d, -f1-4 p.csv | cmp - <(cut -d, -f1-3,5 in.csv)
	# Rows without a label are predicted all the same.
	[ "$(grep -c ',,' p.csv)" -eq 2 ]
	[ "$(awk -F, 'NF == 9 && $6 != "" && $8 + $9 > 0.999' p.csv |
		wc -l)" -eq 8 ]
	mtl-eval --weight w p.csv >/dev/null
}

@test "mtl-cv --baselines: differences, and whom sharing helped" {
	local method
	three_tasks >in.csv
	mtl-cv --baselines --grid 3 --path 6 --predictions mean.csv \
		in.csv >cv.csv 2>notes
	recomputed cv.csv
	[ "$(cut -d, -f1 cv.csv | uniq | tr '\n' ';')" = \
		'method;mean;single;pooled;mean - single;mean - pooled;' ]
	grep -qx 'mtl-cv: note: mean against single: sharing helped 0 tasks, hurt 0; no clear difference in 3' notes
	grep -qx 'mtl-cv: note: mean against pooled: better for 3 tasks, worse for 0; no clear difference in 0' notes
	for method in single pooled; do
		mtl-cv -q -m $method --path 6 --predictions $method.csv \
			in.csv >alone.csv
		grep "^$method," cv.csv | cmp - <(sed 1d alone.csv)
		"$python" "$ROOT/tests/cv.py" --differences cv.csv mean $method \
			mean.csv $method.csv
	done
	# Two methods; single among them already; what is given is not added.
	mtl-cv -q --baselines -m l21,single,mean --path 4 --grid 2 in.csv >cv.csv
	[ "$(cut -d, -f1 cv.csv | uniq | tr '\n' ';')" = \
		'method;l21;single;mean;pooled;l21 - single;l21 - pooled;mean - single;mean - pooled;' ]
	two_classes >in.csv
	mtl-cv -q --baselines -p l21,l2*0.5 --path 6 --predictions p.csv in.csv \
		>cv.csv
	mtl-cv -q -m single --path 6 --predictions single.csv in.csv >/dev/null
	"$python" "$ROOT/tests/cv.py" --differences cv.csv penalty single \
		p.csv single.csv
	# Lambda and cost are the method's alone.
	mtl-cv -q --baselines --lambda 0.1 --path 6 in.csv >cv.csv
	[ "$(grep -c '^single,' cv.csv)" -gt 100 ]
}

@test "mtl-cv --scale-target: the units of a target decide nothing" {
	local options
	awk -F, -v OFS=, 'NR > 1 { $2 *= 1024; $4 += 7 } { print }' \
		"$DATA/linnerud.csv" >other.csv
	for options in "-m mean --grid 5" "-m l21 --path 7 --loss huber"; do
		mtl-cv -q $options --scale-target --baselines \
			"$DATA/linnerud.csv" >a.csv
		mtl-cv -q $options --scale-target --baselines other.csv >b.csv
		[ "$(cell a.csv single 1 1 Weight 8)" != "" ]
		paste -d, a.csv b.csv | awk -F, 'NR > 1 { e = $8 - $16
			if (e < 0) e = -e
			if ($2 != $10 || e > 1e-4 * ($8 < 0 ? -$8 : $8) + 1e-6)
				exit 1 }'
	done
	# They are the mean squares, in units of the variance over all rows.
	mtl-cv -q -k 20 -m ridge --scale-target --lambda 1e9 \
		--predictions p.csv "$DATA/linnerud.csv" >a.csv
	scores mse p.csv | while read -r task value; do
		[ "$task" = "(all)" ] && continue
		close "$(cell a.csv ridge '' '(chosen)' "$task" 8)" \
			"$(awk -F, -v want="y:$task" -v mse="$value" 'NR == 1 {
				for (c = 1; $c != want; c++) ; next }
				{ n++; s += $c; q += $c * $c } END {
				printf "%.17g\n", mse / (q / n - s / n * s / n)
				}' "$DATA/linnerud.csv")" 1e-6
	done
}

@test "mtl-cv --baselines: with every loss, in every layout" {
	local options base
	# differ OPTION...: against single, and pooled unless it does not go
	differ() {
		mtl-cv -q --baselines -k 3 --path 4 --grid 2 "$@" in.csv >cv.csv
		for base in single pooled; do
			grep -q "^$base," cv.csv || continue
			"$python" "$ROOT/tests/cv.py" --consistent cv.csv \
				"$(sed -n 2p cv.csv | cut -d, -f1)" $base 2e-3 ||
				{
					echo "$@" $base
					return 1
				}
		done
	}
	three_tasks >in.csv
	differ --loss huber
	differ --loss huber --scale-target
	differ --scale-target
	differ -m shared --share 0.3
	differ -m l21 --normalize none --no-standardize
	differ -m mean --no-intercept
	awk -F, -v OFS=, 'NR > 1 { $NF = int(exp($NF / 4) * 5) } { print }' \
		in.csv >counts.csv
	mv counts.csv in.csv
	differ --loss poisson
	two_classes >in.csv
	differ --loss hinge2
	differ --loss softmax
	differ -m shared
	differ --balance
	mtl-gen --kind classification --classes 3 --tasks 3 -n 50 --features 4 \
		--noise 0.5 --seed 2 >in.csv
	differ
	differ --multiclass ovr
	differ --multiclass ovr --loss hinge2
	awk 'BEGIN {
		srand(3)
		print "id,y:a,y:b,y:c,x1,x2"
		for (i = 1; i <= 60; i++) {
			u = rand() - 0.5
			v = rand() - 0.5
			e = rand() - 0.5
			print i "," (i % 5 ? u + v + e : "") "," \
				(u - v + e > 0 ? "no" : "yes") "," u - v "," \
				u "," v
		}
	}' >in.csv
	differ --loss a=squared,b=logistic,c=huber
}

@test "mtl-cv --baselines: a sentence counts those it hurt" {
	# Four alike and one of its own, which sharing by a strong tie hurts.
	awk 'BEGIN {
		srand(1)
		print "task,x,y"
		for (t = 1; t <= 5; t++)
			for (i = 0; i < 40; i++) {
				x = rand() * 2 - 1
				e = t < 5 ? (rand() - 0.5) * 4 : 0
				print "t" t "," x "," (t < 5 ? x : -x) + e
			}
	}' >in.csv
	mtl-cv --baselines -p mean:10,l2:0.001 in.csv >cv.csv 2>notes
	cat notes
	grep -q 'penalty against single: sharing helped [0-4] tasks*, hurt 1; ' \
		notes
	awk -F, '$1 == "penalty - single" && $5 == "t5" { v[$6] = $8 }
		END { exit !(v["difference"] > 1.96 * v["difference-se"]) }' cv.csv
}

@test "mtl-cv --baselines: without pooled where kinds differ" {
	rows y:a,y:b,x 1,u,1 2.5,v,2 3,u,3 4,v,4.5 5.5,v,5 6,v,6 7,u,7 8.5,v,8
	mtl-cv --baselines -k 2 --grid 2 --path 3 in.csv >cv.csv 2>notes
	grep -qx "mtl-cv: note: no baseline pooled: method pooled wants one kind of target: 'a' is numbers, 'b' is classes" notes
	[ "$(cut -d, -f1 cv.csv | uniq | tr '\n' ';')" = \
		'method;mean;single;mean - single;' ]
	fails 2 "method pooled wants one kind of target: 'a' is numbers, 'b' is classes" \
		-q --baselines -m mean,pooled in.csv
}

@test "mtl-cv: weights count in fits and values" {
	three_tasks >in.csv
	awk -F, -v OFS=, 'NR == 1 { print $0, "w" }
		NR > 1 { print $0, NR % 3 }' in.csv >weighted.csv
	awk -F, -v OFS=, 'NR == 1 || NR % 3 == 0 { next }
		{ for (i = 0; i < NR % 3; i++) print $0, NR % 4 }' in.csv |
		sed "1i $(head -n 1 in.csv),fold" >repeated.csv
	awk -F, -v OFS=, 'NR == 1 { print $0, "fold" }
		NR > 1 { print $0, NR % 4 }' weighted.csv >folds.csv
	mtl-cv -q --weight w --lambda 0.1 folds.csv >a.csv
	mtl-cv -q --lambda 0.1 repeated.csv >b.csv
	paste -d, a.csv b.csv | awk -F, 'NR > 1 {
		e = $8 - $16; if (e < 0) e = -e
		if (e > 1e-9 * $8) exit 1
		n++
	} END { exit n != 28 }'
}

@test "mtl-cv: a task that a fold does not hold has an empty value there" {
	three_tasks | awk -F, -v OFS=, 'NR == 1 { print $0, "fold" }
		NR > 1 { print $0, $2 == "t1" ? 1 : 1 + NR % 3 }' >in.csv
	mtl-cv -q --lambda 0.1 in.csv >cv.csv
	recomputed cv.csv
	grep -qx 'mean,1,0.1 0.1,2,t1,deviance,0,' cv.csv
	grep -qx 'mean,1,0.1 0.1,(se),t1,deviance,40,' cv.csv
}

@test "mtl-cv: fits that stop short are told" {
	three_tasks >in.csv
	run --separate-stderr mtl-cv -q -m trace --path 3 --max-iter 1 in.csv
	[ "$status" -eq 0 ]
	[[ "$stderr" =~ ^"mtl-cv: warning: "[0-9]+" of the fits of 3 points without a fold did not converge"$ ]]
	run --separate-stderr mtl-train -q -m trace --path 3 --max-iter 1 in.csv
	[[ "${stderr_lines[0]}" =~ ^"mtl-train: warning: "[0-9]+" of the fits of 3 points without a fold did not converge"$ ]]
}

@test "mtl-cv: wrong usage and wrong input" {
	three_tasks >in.csv
	fails 2 "--method: there is no method 'best' (--list shows them)" \
		-m mean,best in.csv
	fails 2 "--method: there is no method '' (--list shows them)" \
		-m mean, in.csv
	fails 2 "--method: mean twice" -m mean,l21,mean in.csv
	fails 2 "--penalty goes with one method" -m mean,l21 -p l1 in.csv
	fails 2 "--share is for --method shared" -m mean --share 0.1 in.csv
	fails 2 "--fold: there is no fold '6'" --fold 6 in.csv
	fails 2 "--fold: there is no fold '0'" --fold 0 in.csv
	fails 2 "--merge and --fold exclude each other" --merge --fold 1 in.csv
	fails 2 "--merge: the tables say which methods" --merge -m mean in.csv
	fails 2 "--merge and --baselines exclude each other" --merge \
		--baselines in.csv
	fails 2 "--fold and --predictions exclude each other" --fold 1 \
		--predictions p.csv in.csv
	fails 2 "--predictions is for one method" -m mean,l21 \
		--predictions p.csv in.csv
	[ ! -e p.csv ]
	fails 2 "--baselines: single and pooled are what another method is compared with" \
		--baselines -m single,pooled in.csv
	fails 1 "--baselines: there is one task, and nothing to share" \
		--baselines --where task=t1 --lambda 1 in.csv
	fails 2 "--folds: '1' is not a whole number from 2 to 1000000" -k 1
	fails 2 "--lambda: 3 values for 2 open terms: mean,l2" \
		-q --lambda 1,2,3 in.csv
	fails 1 "in.csv: no target: name a column y, or y:NAME, or use --target" \
		--ignore y in.csv
	rows x,y 1,1 2,2 3,4
	fails 1 "5 folds of 3 rows: too few to choose lambda by cross-validation (--folds, or give --lambda)" \
		in.csv
	rows x,y,fold 1,1,1 2,2.5,1 3,4,1
	fails 1 "the fold column has one value: nothing to compare" -q in.csv
	rows x,y,fold 1,1,1 2,2.5,2 3,4,
	fails 1 "the fold column is empty in a training row" -q in.csv
	run mtl-train -m l21 --lambda 1 --cv-out out.csv -o m.csv in.csv
	[ "$status" -eq 2 ]
	[ ! -e out.csv ] && [ ! -e m.csv ]
}

@test "mtl-cv: a full disk is status 1, and a file is whole or as it was" {
	three_tasks >in.csv
	echo old >out.csv
	run mtl-cv -q -o out.csv none.csv
	[ "$status" -eq 1 ]
	[ "$(cat out.csv)" = old ]
	[ -c /dev/full ] || skip "no /dev/full"
	for options in '--lambda 1' '--lambda 1 --fold 1' --list; do
		run --separate-stderr sh -c "mtl-cv -q $options in.csv >/dev/full"
		[ "$status" -eq 1 ]
		[[ "$stderr" = "mtl-cv: "*"No space left on device"* ]]
	done
	run --separate-stderr sh -c \
		"mtl-train -q -m l21 --path 3 --cv-out /dev/full in.csv"
	[ "$status" -eq 1 ]
}

@test "mtl-cv: a path on wide tables is that of single fits" {
	mtl-gen -n 40 --kind regression --features 60 --informative 8 --seed 3 |
	    awk -F, -v OFS=, 'NR == 1 { $NF = "y:a"; print $0, "y:b"; next }
		{ print $0, $NF + 3 * $2 + 1 }' > wide.csv
	mtl-cv -q -m l21 -k 2 --path 6 --ratio 0.05 wide.csv > cv.csv
	# Each fold again, a lambda at a time: another working set each.
	awk -F, 'NR > 1 && $4 ~ /^[12]$/ && $5 == "(all)" && $6 == "deviance" {
		print $2, $3, $4, $8 }' cv.csv > points
	[ "$(wc -l < points)" -eq 12 ]
	while read -r point lambda fold value; do
		mtl-cv -q -m l21 --lambda "$lambda" --fold "$fold" -k 2 -e 1e-9 \
		    wide.csv | awk -F, -v f="$fold" -v v="$value" '
			$4 == f && $5 == "(all)" && $6 == "deviance" { seen = 1
				e = $8 - v; if (e < 0) e = -e
				if (e > 2e-3 * v) exit 1 }
			END { exit !seen }'
	done < points
}
