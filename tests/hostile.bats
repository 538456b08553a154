load helper

# What the system or the input does to hurt: every run ends, with the result
# or with one line that says why not.

# rows N: a table of N rows
rows() {
	seq "$1" | awk 'BEGIN { print "id,x1,y" } { print $1 "," $1 / 4 "," $1 % 7 }'
}

# limits LOW STEP HIGH COMMAND...: under each limit of memory in kB the command
# ends in time, with status 0 and no message or status 1 and one that says why
limits() {
	local low=$1 step=$2 high=$3 ended=0
	shift 3
	case $(command -v mtl-train) in
	*asan*) skip "a sanitizer needs more memory than any limit here" ;;
	esac
	for kb in $(seq "$low" "$step" "$high"); do
		(ulimit -v "$kb"; exec timeout 20 "$@") > out 2> message && {
			[ ! -s message ]
			ended=$((ended + 1))
			continue
		}
		# Below some limit the system cannot start a program at all.
		grep -q 'shared librar' message && continue
		[ "$(cat message)" = "$1: out of memory" ] || {
			echo "$kb kB: $(cat message)"
			return 1
		}
		[ ! -s out ]
	done
	[ "$ended" -gt 0 ]
}

@test "mtl-train: a limit of memory is status 1 and a message, never a wait" {
	rows 500 > in.csv
	limits 40000 30000 500000 mtl-train -q --loss squared --lambda 0.1 -j 2 \
	    in.csv
	limits 40000 60000 500000 mtl-train -q --lambda 0.1 -j 1 in.csv
}

@test "mtl-gen: a limit of memory is status 1 and a message, never a wait" {
	limits 40000 30000 400000 mtl-gen --modalities a:2,b:3 --truth truth
}

# fails STATUS MESSAGE COMMAND...: this status and message, and no output
fails() {
	local status_wanted=$1 message=$2
	shift 2
	run --separate-stderr "$@"
	[ "$status" -eq "$status_wanted" ]
	[ "$output" = "" ]
	[ "${stderr_lines[0]}" = "$message" ]
}

@test "every tool: a file's name may not be empty" {
	rows 20 > in.csv
	empty="the file's name is empty"
	fails 2 "mtl-split: --test-out: $empty" mtl-split -t 2 --test-out= in.csv
	fails 2 "mtl-scale: --save: $empty" mtl-scale --save= in.csv
	fails 2 "mtl-scale: --load: $empty" mtl-scale --load= in.csv
	fails 2 "mtl-predict: --model: $empty" mtl-predict -m '' in.csv
	fails 2 "mtl-eval: --truth: $empty" mtl-eval --truth= in.csv
	fails 2 "mtl-gen: --truth: $empty" mtl-gen --tasks 2 --truth=
	for tool in "mtl-split -t 2" mtl-scale mtl-train mtl-eval; do
		fails 2 "${tool%% *}: operand 2: $empty" $tool in.csv ''
		fails 2 "${tool%% *}: standard input ('-') is named twice" \
		    $tool - in.csv -
	done
}

@test "mtl-train: --strict ends a fit that stopped short with an error, after the model" {
	mtl-gen -n 20 --features 4 --redundant 0 > in.csv
	run --separate-stderr mtl-train -q -m ridge --lambda 1e-5 \
	    --max-iter 1 --strict in.csv
	[ "$status" -eq 1 ]
	[[ $stderr == "mtl-train: not converged after 1 iteration: relative gap "* ]]
	[ "${#stderr_lines[@]}" -eq 1 ]
	[[ $output == *$'\n'end,crc32,,,,* ]]
}

@test "mtl-train: --share without --method shared is a usage error" {
	rows 20 > in.csv
	for method in "" "-m ridge" "-m pooled"; do
		fails 2 "mtl-train: --share is for --method shared" \
		    mtl-train $method --share 0.5 --lambda 1 in.csv
	done
	mtl-train -q -m shared --share 0.5 --lambda 1 --loss squared in.csv > m
}

@test "mtl-eval: a metric's name that is a slip gets the nearest one" {
	rows 20 > in.csv
	fails 2 "mtl-eval: --metric: no metric 'acuracy' (did you mean 'accuracy'?)" \
	    mtl-eval --metric acuracy in.csv
	fails 2 "mtl-eval: --score: no metric 'rsme' (did you mean 'rmse'?)" \
	    mtl-eval --score rsme in.csv
	fails 2 "mtl-eval: --metric: no metric 'nothing-like-it'" \
	    mtl-eval --metric nothing-like-it in.csv
}

@test "mtl-train: a text among numbers is a warning that says where it stands" {
	rows 20 | sed 's/^7,1.75,0/7,1.75,"0,5"/' > in.csv
	run --separate-stderr mtl-train -q --lambda 1 in.csv
	[ "$status" -eq 0 ]
	[ "$stderr" = "mtl-train: warning: in.csv:8: column 'y': '0,5' is not a \
number, but 19 labels are: all are taken as classes (--loss squared refuses \
it, --na names missing labels)" ]
	fails 1 "mtl-train: in.csv:8: column 'y': '0,5' is not a number" \
	    mtl-train --loss squared --lambda 1 in.csv
	# Mostly text, or a loss that was asked for: nothing to suspect.
	run --separate-stderr mtl-train -q --lambda 1 --loss softmax in.csv
	[ "$status" -eq 0 ]
	[ "$stderr" = "" ]
	printf 'x,y\n1,a\n2,b\n3,3\n4,a\n' > in.csv
	run --separate-stderr mtl-train -q --lambda 1 in.csv
	[ "$status" -eq 0 ]
	[ "$stderr" = "" ]
}

@test "mtl-train: a target beyond a double's range is refused by line" {
	for loss in "" "--loss squared" "--loss huber"; do
		for y in 1e400 -1e400 1e-400; do
			printf 'x,y\n1,2\n3,%s\n' "$y" > in.csv
			fails 1 "mtl-train: in.csv:3: column 'y': '$y' is out \
of a double's range" mtl-train $loss --lambda 1 in.csv
		done
	done
}

@test "mtl-train: an output that cannot be is said before the fit" {
	rows 20 > in.csv
	fails 1 "mtl-train: no/model.csv: No such file or directory" \
	    mtl-train --lambda 1 -o no/model.csv absent.csv
	echo old > model.csv
	fails 1 "mtl-train: absent.csv: No such file or directory" \
	    mtl-train --lambda 1 -o model.csv absent.csv
	[ "$(cat model.csv)" = old ]
	[ "$(echo *)" = "in.csv model.csv" ]
}

@test "mtl-train: numbers too large for the fit are an error that names the task" {
	printf 'task,x,y\na,1,2\na,2,1e300\nb,3,4\nb,5,1\n' > in.csv
	fails 1 "mtl-train: the objective is not finite (a target of task 'a' \
reaches 1e+300)" mtl-train -q --loss squared --lambda 0.1 -m lasso in.csv
}

@test "mtl-train: a raw column whose squares overflow is an error" {
	printf 'x,z,y\n1e200,1,0\n-1e200,3,1\n2e200,5,1\n' >in.csv
	for method in ridge mean lasso l21 trace; do
		run mtl-train -q -m $method --lambda 0.1 --no-standardize \
			--loss squared in.csv
		[ "$status" -eq 1 ]
		[[ $output = "mtl-train: "*"not finite (column 'x' reaches "* ]]
		mtl-train -q -m $method --lambda 0.1 --loss squared in.csv >m.csv
		grep -q '^meta,converged,,,,yes' m.csv
	done
}
