load helper

# What every tool does alike, shown by one tool or by all six.
tools="mtl-gen mtl-split mtl-scale mtl-train mtl-predict mtl-eval"

# rows N: a table of N rows
rows() {
	seq "$1" | awk 'BEGIN { print "id,x1,y" } { print $1 "," $1 / 4 "," $1 % 7 }'
}

# fails STATUS MESSAGE COMMAND...: this status, this message on its own
# standard error (a Try line may follow a usage error), and no output
fails() {
	local status_wanted=$1 message=$2
	shift 2
	run --separate-stderr "$@"
	[ "$status" -eq "$status_wanted" ]
	[ "$output" = "" ]
	if [ "$status_wanted" -eq 2 ]; then
		[ "$stderr" = "$message"$'\n'"Try '${message%%:*} --help'" ]
	else
		[ "$stderr" = "$message" ]
	fi
}

# no_temporaries: nothing written aside is left here
no_temporaries() {
	[ -z "$(find . -name '*.tmp-*')" ]
}

# wait_for TEST...: until it holds, at most ten seconds
wait_for() {
	for _ in $(seq 200); do
		"$@" && return 0
		sleep 0.05
	done
	return 1
}

# rows_arrived N: out.csv has N lines
rows_arrived() {
	[ "$(wc -l < out.csv)" -ge "$1" ]
}

# small_model: model.csv of one feature
small_model() {
	rows 20 > train.csv
	mtl-train --method ridge --lambda 0.1 --id id train.csv -q > model.csv
}

@test "every tool: --help names the tool and all its options in 79 columns" {
	for tool in $tools; do
		run --separate-stderr "$tool" --help
		[ "$status" -eq 0 ]
		[ "$stderr" = "" ]
		[[ ${lines[0]} == "Usage: $tool "* ]]
		for option in output delimiter no-header threads quiet \
		    verbose progress help version; do
			[[ $output == *"--$option"* ]]
		done
		[ -z "$(awk 'length > 79' <<< "$output")" ]
		[ "$output" = "$("$tool" -h)" ]
	done
}

@test "every tool: --version" {
	for tool in $tools; do
		[ "$("$tool" --version)" = "$tool (mtl) 0.1" ]
		[ "$("$tool" -V)" = "$tool (mtl) 0.1" ]
	done
}

@test "every tool: an unknown option is status 2, under the tool's name whatever its path" {
	for tool in $tools; do
		ln -s "$(command -v "$tool")" "another-$tool"
		for path in "$(command -v "$tool")" "./another-$tool"; do
			fails 2 "$tool: unrecognized option '--nonsense'" \
			    "$path" --nonsense
			fails 2 "$tool: invalid option -- '#'" "$path" '-#'
		done
	done
}

@test "every tool: help and version on a full device are status 1" {
	for tool in $tools; do
		for option in --help --version; do
			run --separate-stderr bash -c "$tool $option > /dev/full"
			[ "$status" -eq 1 ]
			[ "$stderr" = "$tool: standard output: No space left on device" ]
		done
	done
}

@test "mtl-split: options may be shortened as long as they are clear" {
	[ "$(mtl-split --vers)" = "mtl-split (mtl) 0.1" ]
	run --separate-stderr mtl-split --ver
	[ "$status" -eq 2 ]
	[[ $stderr == "mtl-split: option '--ver' is ambiguous; possibilities:"* ]]
	[[ $stderr == *"Try 'mtl-split --help'" ]]
	fails 2 "mtl-split: option '--seed' requires an argument" mtl-split --seed
}

@test "mtl-split: values out of range are usage errors that quote them" {
	seed="is not a whole number from 0 to 4294967295"
	for value in -1 4294967296 1.5 x '' ' 1' 1e3; do
		fails 2 "mtl-split: --seed: '$value' $seed" \
		    mtl-split --seed="$value" --test 0.5
	done
	threads="is not a whole number from 1 to 1024"
	for value in 0 1025 -3 two; do
		fails 2 "mtl-split: --threads: '$value' $threads" \
		    mtl-split -j "$value" --test 0.5
	done
	fails 2 "mtl-split: --progress: 'maybe' is none of auto, always, never" \
	    mtl-split --progress=maybe --test 0.5
	fails 2 "mtl-split: --output: the file's name is empty" \
	    mtl-split -o '' --test 0.5
	fails 2 "mtl-split: --seed: 'a\\x1b[31m' $seed" \
	    mtl-split --seed=$'a\e[31m' --test 0.5
}

@test "mtl-train: a number out of its range is a usage error that quotes it" {
	for value in x nan inf 0x1 1,5 ''; do
		run --separate-stderr mtl-train --tol "$value"
		[ "$status" -eq 2 ]
		[[ ${stderr_lines[0]} == "mtl-train: --tol: '$value' is not a number"* ]]
	done
}

@test "mtl-split: the delimiter is a character or tab, for input and output" {
	rows 4 > comma.csv
	tr , '\t' < comma.csv > tab.csv
	tr , ';' < comma.csv > semicolon.csv
	for d in tab semicolon; do
		c=$d
		[ $d = tab ] || c=';'
		mtl-split -d "$c" -t 2 $d.csv > out.csv
		[ "$(mtl-split -t 2 comma.csv)" = \
		    "$(if [ $d = tab ]; then tr '\t' , ; else tr ';' , ; fi < out.csv)" ]
	done
	for value in ab a Z 5 . - + '"' '' ü; do
		run --separate-stderr mtl-split -d "$value" -t 2 comma.csv
		[ "$status" -eq 2 ]
		[ "${stderr_lines[0]}" = "mtl-split: --delimiter: '$value' cannot \
separate cells (give one character such as ; or 'tab')" ]
	done
	run --separate-stderr mtl-split -d $'\n' -t 2 comma.csv
	[ "$status" -eq 2 ]
}

@test "mtl-split: no operand, - and a file are the same input" {
	rows 10 > in.csv
	mtl-split -t 3 in.csv > want.csv
	mtl-split -t 3 < in.csv | cmp - want.csv
	mtl-split -t 3 - < in.csv | cmp - want.csv
	mtl-split -t 3 -- in.csv | cmp - want.csv
	fails 1 "mtl-split: absent.csv: No such file or directory" \
	    mtl-split -t 3 absent.csv
	fails 1 "mtl-split: a\\x0ab.csv: No such file or directory" \
	    mtl-split -t 3 $'a\nb.csv'
}

@test "mtl-split: --where may be given several times and all must hold" {
	rows 30 > in.csv
	mtl-split -k 2 --where y=3 --where 'id!=10' in.csv -q | cut -d, -f1 > ids
	[ "$(paste -sd' ' ids)" = "id 3 17 24" ]
}

@test "mtl-split: -q drops notes and a warning would stay" {
	rows 30 > in.csv
	run --separate-stderr mtl-split -k 2 --where y=3 in.csv
	[ "$status" -eq 0 ]
	[[ $stderr == "mtl-split: note: "* ]]
	run --separate-stderr mtl-split -q -k 2 --where y=3 in.csv
	[ "$status" -eq 0 ]
	[ "$stderr" = "" ]
}

@test "mtl-split: output to a full device is status 1, little or much" {
	for n in 3 100000; do
		rows $n > in.csv
		run --separate-stderr bash -c "mtl-split -t 2 in.csv > /dev/full"
		[ "$status" -eq 1 ]
		[ "$stderr" = "mtl-split: standard output: No space left on device" ]
		fails 1 "mtl-split: /dev/full: No space left on device" \
		    mtl-split -t 2 in.csv -o /dev/full
	done
}

@test "mtl-split: a closed standard output is status 1 with a message" {
	rows 5 > in.csv
	for option in "-t 2 in.csv" --version --help; do
		run --separate-stderr bash -c "mtl-split $option >&-"
		[ "$status" -eq 1 ]
		[ "$stderr" = "mtl-split: standard output: Bad file descriptor" ]
	done
}

@test "mtl-split: a closed standard input is a read error, not an empty table" {
	run --separate-stderr bash -c "mtl-split -t 2 <&-"
	[ "$status" -eq 1 ]
	[ "$stderr" = "mtl-split: -: Bad file descriptor" ]
}

@test "mtl-split: with 0, 1 and 2 closed no file is mistaken for a stream" {
	rows 5 > in.csv
	mtl-split -t 2 in.csv > want.csv
	mtl-split -t 2 in.csv -o out.csv <&- >&- 2>&-
	cmp out.csv want.csv
	# A message without a place to go lands in no file.
	run -2 bash -c "mtl-split --nonsense in.csv -o out.csv <&- >&- 2>&-"
	cmp out.csv want.csv
	rows 5 | cmp - in.csv
}

@test "mtl-split: a reader that leaves ends it quietly" {
	rows 200000 > in.csv
	run --separate-stderr bash -c \
	    'mtl-split -t 2 in.csv | head -1; echo "${PIPESTATUS[0]}"'
	[ "$stderr" = "" ]
	[ "${lines[0]}" = "id,x1,y,split" ]
	[ "${lines[1]}" -eq 141 ]
}

@test "mtl-split: with SIGPIPE ignored a reader that leaves is a write error" {
	rows 200000 > in.csv
	run --separate-stderr bash -c 'trap "" PIPE
	    mtl-split -t 2 in.csv | head -1; echo "${PIPESTATUS[0]}"'
	echo "said: $stderr"
	[ "$stderr" = "mtl-split: standard output: Broken pipe" ]
	[ "${lines[1]}" -eq 1 ]
}

@test "mtl-split: a file-size limit is status 1 and leaves the old file" {
	rows 10000 > in.csv
	echo old > out.csv
	run --separate-stderr bash -c \
	    "ulimit -f 4; exec mtl-split -t 2 in.csv -o out.csv"
	[ "$status" -eq 1 ]
	[ "$stderr" = "mtl-split: out.csv: File too large" ]
	[ "$(cat out.csv)" = old ]
	no_temporaries
}

@test "mtl-split: -o may name the input" {
	rows 1000 > in.csv
	mtl-split -t 20 in.csv > want.csv
	mtl-split -t 20 in.csv -o in.csv
	cmp in.csv want.csv
	no_temporaries
}

@test "mtl-split: bad input leaves the older output file as it was" {
	printf 'id,y\n1,2\n3\n' > in.csv
	echo old > out.csv
	run --separate-stderr mtl-split -t 1 in.csv -o out.csv
	[ "$status" -eq 1 ]
	[[ $stderr == "mtl-split: in.csv:3: "* ]]
	[ "$(cat out.csv)" = old ]
	no_temporaries
}

@test "mtl-predict: SIGINT, SIGTERM and SIGHUP remove the temporary and end it by the signal" {
	small_model
	mkfifo pipe
	for signal in INT TERM HUP; do
		echo old > out.csv
		# A shell's background jobs would ignore SIGINT.
		env --default-signal=INT mtl-predict -m model.csv -o out.csv \
		    < pipe 2> message &
		pid=$!
		exec 9> pipe
		rows 3 >&9
		wait_for compgen -G 'out.csv.tmp-*' > names
		kill -$signal $pid
		status=0
		wait $pid || status=$?
		exec 9>&-
		[ "$status" -eq $((128 + $(kill -l $signal))) ]
		[ "$(cat out.csv)" = old ]
		[ ! -s message ]
		no_temporaries
	done
}

@test "mtl-predict: a signal that was ignored at the start stays ignored" {
	small_model
	mkfifo pipe
	(trap '' HUP; exec mtl-predict -m model.csv -o out.csv < pipe) &
	pid=$!
	exec 9> pipe
	rows 3 >&9
	wait_for compgen -G 'out.csv.tmp-*' > names
	kill -HUP $pid
	exec 9>&-
	wait $pid
	[ "$(wc -l < out.csv)" -eq 4 ]
}

@test "mtl-predict: SIGUSR1 prints a status line and changes nothing" {
	small_model
	mkfifo pipe
	mtl-predict -m model.csv < pipe > out.csv 2> message &
	pid=$!
	exec 9> pipe
	rows 3 >&9
	wait_for rows_arrived 4
	kill -USR1 $pid
	wait_for test -s message
	rows 5 | tail -n 2 >&9
	exec 9>&-
	wait $pid
	[[ $(cat message) =~ ^"mtl-predict: status: predicting rows 3, "[0-9]+" s"$ ]]
	rows 5 | mtl-predict -m model.csv | cmp - out.csv
}

# on_terminal COMMAND: what a terminal gets as its standard error; standard
# output goes to out.csv
on_terminal() {
	command -v script > /dev/null || skip "script(1) is not installed"
	script -qec "stty -onlcr; $1 > out.csv" /dev/null < /dev/null
}

@test "mtl-split: a terminal shows a progress line after a second, and it goes" {
	rows 5 > in.csv
	slow='(head -3 in.csv; sleep 1.8; tail -n 3 in.csv)'
	on_terminal "$slow | mtl-split -t 2" > seen
	grep -q $'\rmtl-split: reading' seen
	# The last thing on the terminal is blanks over the line.
	tr '\r' '\n' < seen | tail -n 1 | grep -q '^ *$'
	[ "$(wc -l < out.csv)" -eq 6 ]
	on_terminal "$slow | mtl-split -t 2 --progress=never" > seen
	[ ! -s seen ]
}

@test "mtl-split: a fast run shows a terminal nothing" {
	rows 5 > in.csv
	on_terminal "mtl-split -t 2 in.csv" > seen
	[ ! -s seen ]
}

@test "mtl-train: one thread or two, the same bytes" {
	for method in single mean; do
		args="--method $method --lambda 0.1"
		mtl-train $args -j 1 -q "$DATA/exam.csv" > one.csv
		mtl-train $args -j 2 -q "$DATA/exam.csv" | cmp - one.csv
		for n in 3 0 -1 many ''; do
			OMP_NUM_THREADS=$n mtl-train $args -q "$DATA/exam.csv" |
				cmp - one.csv
		done
	done
}
