load helper

# The checksum of standard input, as gzip's trailer has it.
crc() {
	gzip -c | tail -c 8 | head -c 4 | od -An -tx4 | tr -d ' \n'
}

# model FILE: the records on standard input, framed as a model file.
model() {
	{ printf 'record,name,task,class,feature,value\n'
	printf 'meta,format,,,,mtl-model 1\n'; cat; } >"$1"
	printf 'end,rows,,,,%d\n' $(($(wc -l <"$1") - 1)) >>"$1"
	printf 'end,crc32,,,,%s\n' "$(crc <"$1")" >>"$1"
}

# features NAME...: their records, means 10, 20, ...
features() {
	local mean=0 name
	for name; do
		mean=$((mean + 10))
		printf 'feature,mean,,,%s,%d\nfeature,scale,,,%s,1\n' \
			"$name" $mean "$name"
	done
}

# y = 1 + 2 a - 3 b
line() {
	model m.csv <<-END
	meta,layout,,,,one
	task,loss,y,,,squared
	$(features a b)
	intercept,,y,,,1
	coef,,y,,a,2
	coef,,y,,b,-3
	END
}

# Two classes, no and yes: z = 1 + a
two() {
	model m.csv <<-END
	meta,layout,,,,one
	task,loss,y,,,logistic
	class,,y,1,,no
	class,,y,2,,yes
	$(features a)
	intercept,,y,,,1
	coef,,y,,a,1
	END
}

# Long: north z = a, south z = 10 + 3 a, both numbers
long() {
	model m.csv <<-END
	meta,layout,,,,long
	task,loss,north,,,squared
	task,loss,south,,,squared
	$(features a)
	intercept,,south,,,10
	coef,,north,,a,1
	coef,,south,,a,3
	END
}

# Wide: u numbers, v two classes, w three classes by softmax
wide() {
	model m.csv <<-END
	meta,layout,,,,wide
	task,loss,u,,,squared
	task,loss,v,,,logistic
	task,loss,w,,,softmax
	class,,v,1,,no
	class,,v,2,,yes
	class,,w,1,,2
	class,,w,2,,10
	class,,w,3,,30
	$(features a)
	intercept,,u,,,5
	coef,,u,,a,1
	coef,,v,,a,1
	coef,,w,10,a,1
	coef,,w,30,a,-1
	END
}

# predicts EXPECTED ARGUMENT...: what mtl-predict -m m.csv writes, with
# blanks for line ends; standard error must stay empty.
predicts() {
	local expected=$1
	shift
	run --separate-stderr mtl-predict -m m.csv "$@"
	if [ "$status" -ne 0 ] || [ "${output//$'\n'/ }" != "$expected" ] ||
		[ "$stderr" != "" ]; then
		echo "$status: ${output//$'\n'/ }"
		echo "$stderr"
		return 1
	fi
}

# fails STATUS MESSAGE ARGUMENT...: status and the whole of the first line of
# standard error; nothing on standard output.
fails() {
	local expected=$1 message=$2
	shift 2
	run --separate-stderr mtl-predict "$@"
	if [ "$status" -ne "$expected" ] || [ "$output" != "" ] ||
		[ "${stderr_lines[0]}" != "mtl-predict: $message" ]; then
		echo "$status: $stderr"
		return 1
	fi
	[ "$expected" -eq 2 ] || [ "${#stderr_lines[@]}" -eq 1 ]
}

rows() {
	printf '%s\n' "$@" >in.csv
}

@test "mtl-predict: models come back as written, changed ones are refused" {
	run test-model
	[ "$output" = "" ]
	[ "$status" -eq 0 ]
}

@test "mtl-predict: a number is the intercept plus coefficients times features" {
	line
	rows id,a,b,y 1,1,1,7 2,0.5,-2,8 3,0,0,9
	predicts "id,y,yhat 1,7,0 2,8,8 3,9,1" in.csv
	predicts "id,y,yhat 1,7,0 2,8,8 3,9,1" <in.csv
	predicts "id,y,yhat 1,7,0 2,8,8 3,9,1" - <in.csv
}

@test "mtl-predict: columns are found by name and the others pass unchanged" {
	line
	rows 'b,note,a' '1,"x, ""y""",1' '-2,  z ,0.50'
	predicts 'note,yhat "x, ""y""",0   z ,8' in.csv
}

@test "mtl-predict --features keeps the model's features as they were written" {
	line
	rows b,note,a 1,n,1.00 -2,n,0.50
	predicts 'b,note,a,yhat 1,n,1.00,0 -2,n,0.50,8' --features in.csv
}

@test "mtl-predict: rows without y or with an empty y are predicted" {
	line
	rows a,b 1,1
	predicts 'yhat 0' in.csv
	rows a,b,y 1,1, 1,1,3
	predicts 'y,yhat ,0 3,0' in.csv
}

@test "mtl-predict: a missing cell is the training mean, counted in one note" {
	line
	rows a,b ,1 1, ?,?
	run --separate-stderr mtl-predict -m m.csv --na '?' in.csv
	[ "${output//$'\n'/ }" = "yhat 18 -57 -39" ]
	[ "$stderr" = "mtl-predict: note: 4 missing cells taken at the training mean" ]
	predicts "yhat 18 -57 -39" -q --na '?' in.csv
}

@test "mtl-predict: a feature that the rows lack is named, the rest counted" {
	line
	rows a,c 1,1
	fails 1 "in.csv: no column 'b', a feature of the model" -m m.csv in.csv
	rows c 1
	fails 1 "in.csv: no column 'a', a feature of the model (and 1 more)" \
		-m m.csv in.csv
}

@test "mtl-predict: text in a feature cell is an error by file, line, column" {
	line
	rows a,b 1,1 1,x 1,1
	run --separate-stderr mtl-predict -m m.csv in.csv
	[ "$status" -eq 1 ]
	[ "${output//$'\n'/ }" = "yhat 0" ]
	[ "$stderr" = "mtl-predict: in.csv:3: column 'b': 'x' is not a number (--na says which texts mean missing)" ]
	rows a,b 1,1e999
	run --separate-stderr mtl-predict -m m.csv in.csv
	[ "$stderr" = "mtl-predict: in.csv:2: column 'b': '1e999' is out of a double's range" ]
}

@test "mtl-predict: text in a column that is no feature does no harm" {
	line
	rows a,b,c 1,1,x
	predicts 'c,yhat x,0' in.csv
}

@test "mtl-predict: a prediction that is not finite is an error by its row" {
	line
	rows a,b 1,1 1e308,-1e308
	run --separate-stderr mtl-predict -m m.csv in.csv
	[ "$status" -eq 1 ]
	[ "${output//$'\n'/ }" = "yhat 0" ]
	[ "$stderr" = "mtl-predict: in.csv:3: the row's prediction is not finite (a feature is too large)" ]
}

@test "mtl-predict: of two classes the second needs z > 0, ties go to the first" {
	two
	rows a -1 -0.999 -2 5
	predicts 'yhat no yes no yes' in.csv
}

@test "mtl-predict --proba adds both of two classes, --decision one z" {
	two
	rows id,a 1,-1 2,799
	predicts 'id,yhat,p:no,p:yes,z 1,no,0.5,0.5,0 2,yes,0,1,800' \
		--proba --decision in.csv
}

@test "mtl-predict: a wide model predicts every task, side by side" {
	wide
	rows id,a 1,0 2,3 3,-3
	predicts 'id,yhat:u,yhat:v,yhat:w 1,5,no,2 2,8,yes,10 3,2,no,30' in.csv
	run mtl-predict -m m.csv --proba --decision in.csv
	[ "${lines[0]}" = "id,yhat:u,z:u,yhat:v,p:v:no,p:v:yes,z:v,yhat:w,p:w:2,p:w:10,p:w:30,z:w:2,z:w:10,z:w:30" ]
	[[ "${lines[2]}" == 2,8,8,yes,0.04742587317756678,0.9525741268224*,3,10,* ]]
	[[ "${lines[2]}" == *,0,3,-3 ]]
}

@test "mtl-predict --proba: the probabilities of a task sum to one" {
	wide
	awk 'BEGIN { print "a"; for (i = -400; i <= 400; i++) print i / 7 }' >in.csv
	mtl-predict -m m.csv --proba in.csv >out.csv
	awk -F, 'NR > 1 { v = $3 + $4 - 1; w = $6 + $7 + $8 - 1
		if (v * v > 1e-24 || w * w > 1e-24) { print; bad = 1 } }
		END { exit bad || NR != 802 }' out.csv
}

@test "mtl-predict --proba: softmax and one-vs-rest as their formulas say" {
	model m.csv <<-END
	meta,layout,,,,wide
	task,loss,s,,,softmax
	task,loss,o,,,logistic
	$(for t in s o; do for k in 1 2 3; do echo "class,,$t,$k,,c$k"; done; done)
	$(features a)
	coef,,s,c2,a,1
	coef,,s,c3,a,-2
	coef,,o,c2,a,1
	coef,,o,c3,a,-2
	END
	rows a 0.5 -1 2
	mtl-predict -m m.csv --features --proba in.csv >out.csv
	awk -F, 'function far(x, y) { return (x - y) ^ 2 > 1e-24 }
	NR > 1 { e = 1 + exp($1) + exp(-2 * $1)
		s2 = 1 / (1 + exp(-$1)); s3 = 1 / (1 + exp(2 * $1))
		o = 0.5 + s2 + s3
		if (far($3, 1 / e) || far($4, exp($1) / e) ||
		    far($7, 0.5 / o) || far($8, s2 / o) || far($9, s3 / o))
			{ print; bad = 1 } }
	END { exit bad || NR != 4 }' out.csv
}

@test "mtl-predict --proba: a model of numbers is refused" {
	line
	rows a,b 1,1
	fails 1 "--proba: the model predicts numbers, not classes" \
		-m m.csv --proba in.csv
}

@test "mtl-predict: in a long model the task cell picks the task" {
	long
	rows task,a south,1 north,1 south,2
	predicts 'task,yhat south,13 north,1 south,16' in.csv
	rows where,a south,1 north,1
	predicts 'where,yhat south,13 north,1' --task where in.csv
}

@test "mtl-predict: an unknown task gets the mean, with one warning that counts" {
	long
	rows task,a south,1 east,1 west,2 east,3
	run --separate-stderr mtl-predict -m m.csv in.csv
	[ "$status" -eq 0 ]
	[ "${output//$'\n'/ }" = "task,yhat south,13 east,7 west,9 east,11" ]
	[ "$stderr" = "mtl-predict: warning: 3 rows of tasks that the model does not know, the first 'east' (in.csv:3), are predicted by the model's mean over 2 of its tasks" ]
	rows task,a south,1 ,1
	run --separate-stderr mtl-predict -m m.csv in.csv
	[ "$stderr" = "mtl-predict: warning: 1 row of tasks that the model does not know, the first '' (in.csv:3), is predicted by the model's mean over 2 of its tasks" ]
}

@test "mtl-predict --unknown-task error names the row and the task" {
	long
	rows task,a south,1 east,1
	run --separate-stderr mtl-predict -m m.csv --unknown-task error in.csv
	[ "$status" -eq 1 ]
	[ "${output//$'\n'/ }" = "task,yhat south,13" ]
	[ "$stderr" = "mtl-predict: in.csv:3: column 'task': 'east' is not a task of the model" ]
	rows a 1
	fails 1 "in.csv: no column says the rows' tasks, which the model needs (--task names it)" \
		-m m.csv --unknown-task error in.csv
	fails 2 "--unknown-task: 'x' is none of mean, error" \
		-m m.csv --unknown-task x in.csv
}

@test "mtl-predict: a long model without a task column predicts the mean, and warns" {
	long
	rows a 1 2
	run --separate-stderr mtl-predict -m m.csv in.csv
	[ "$status" -eq 0 ]
	[ "${output//$'\n'/ }" = "yhat 7 9" ]
	[ "$stderr" = "mtl-predict: warning: no column says the rows' tasks (--task names it): 2 rows are predicted by the model's mean over 2 of its tasks" ]
}

@test "mtl-predict: the mean is over the tasks with the commonest classes" {
	model m.csv <<-END
	meta,layout,,,,long
	task,loss,n1,,,squared
	task,loss,c1,,,logistic
	task,loss,c2,,,logistic
	task,loss,c3,,,logistic
	class,,c1,1,,a
	class,,c1,2,,b
	class,,c2,1,,a
	class,,c2,2,,b
	class,,c3,1,,b
	class,,c3,2,,c
	$(features x)
	intercept,,n1,,,1000
	intercept,,c1,,,1
	intercept,,c2,,,2
	intercept,,c3,,,-4
	END
	rows task,x n1,0 c1,0 c3,0 new,0
	run --separate-stderr mtl-predict -m m.csv --proba --decision in.csv
	[ "${lines[0]}" = "task,yhat,p:a,p:b,p:c,z" ]
	[ "${lines[1]}" = "n1,1000,,,,1000" ]
	[[ "${lines[2]}" == c1,b,0.2689414213699951,0.7310585786300049,,1 ]]
	[[ "${lines[3]}" == c3,b,,0.98201379003790*,0.017986209962091*,-4 ]]
	[[ "${lines[4]}" == new,b,0.18242552380635*,0.81757447619364*,,1.5 ]]
	[[ "$stderr" == *"the model's mean over 2 of its tasks" ]]
}

@test "mtl-predict: labels of several tasks are joined in the order of numbers" {
	model m.csv <<-END
	meta,layout,,,,long
	task,loss,s,,,softmax
	task,loss,t,,,softmax
	class,,s,1,,9
	class,,s,2,,10
	class,,t,1,,-1
	class,,t,2,,10
	class,,t,3,,11
	$(features x)
	intercept,,s,9,,1
	intercept,,t,11,,1
	END
	rows task,x s,0 t,0
	predicts 'task,yhat,z:-1,z:9,z:10,z:11 s,9,,1,0, t,11,0,,0,1' \
		--decision in.csv
}

@test "mtl-predict: a pooled model takes any task, and none, without a word" {
	model m.csv <<-END
	meta,layout,,,,long
	meta,pooled,,,,yes
	task,loss,north,,,logistic
	task,loss,south,,,logistic
	class,,,1,,no
	class,,,2,,yes
	$(features a)
	coef,,,,a,1
	END
	rows task,a south,1 east,-1
	predicts 'task,yhat,z south,yes,1 east,no,-1' --decision in.csv
	predicts 'task,yhat south,yes east,no' --unknown-task error in.csv
	rows a 1 -1
	predicts 'yhat yes no' in.csv
}

# Mixed: tasks s and t, targets u and v; (t, v) has no model
mixed() {
	model m.csv <<-END
	meta,layout,,,,mixed
	task,loss,s/u,,,squared
	task,target,s/u,,,u
	task,value,s/u,,,s
	task,loss,s/v,,,logistic
	task,target,s/v,,,v
	task,value,s/v,,,s
	task,loss,t/u,,,squared
	task,target,t/u,,,u
	task,value,t/u,,,t
	class,,s/v,1,,no
	class,,s/v,2,,yes
	$(features a)
	intercept,,s/u,,,100
	intercept,,t/u,,,200
	coef,,s/v,,a,1
	END
}

@test "mtl-predict: in a mixed model task cell and target pick the task" {
	mixed
	rows task,a s,1 s,-1
	predicts 'task,yhat:u,yhat:v s,100,yes s,100,no' in.csv
	predicts 'task,yhat:u,yhat:v,p:v:no,p:v:yes s,100,yes,0.2689414213699951,0.7310585786300049 s,100,no,0.7310585786300049,0.2689414213699951' \
		--proba in.csv
}

@test "mtl-predict: an unknown pair of a mixed model gets its target's mean" {
	mixed
	rows task,a t,1 s,1 new,-1
	run --separate-stderr mtl-predict -m m.csv in.csv
	[ "${output//$'\n'/ }" = "task,yhat:u,yhat:v t,200,yes s,100,yes new,150,no" ]
	[ "$stderr" = "mtl-predict: warning: 2 rows of tasks that the model does not know, the first 't/v' (in.csv:2), are predicted by the model's mean over tasks of their target" ]
	run --separate-stderr mtl-predict -m m.csv --unknown-task error in.csv
	[ "$status" -eq 1 ]
	[ "$stderr" = "mtl-predict: in.csv:2: column 'task': 't/v' is not a task of the model" ]
}

@test "mtl-predict: a model of one task predicts any task" {
	line
	rows task,a,b north,1,1 south,0,0
	predicts 'task,yhat north,0 south,1' in.csv
}

@test "mtl-predict: names and labels come back exactly, quoted where needed" {
	model m.csv <<-'END'
	meta,layout,,,,long
	task,loss,"n, ""1""",,,softmax
	class,,"n, ""1""",1,,"a,b"
	class,,"n, ""1""",2,,=c
	class,,"n, ""1""",3,,01
	feature,mean,,,"x, 1",0
	feature,scale,,,"x, 1",1
	intercept,,"n, ""1""",=c,,1
	coef,,"n, ""1""","a,b","x, 1",1
	END
	rows 'task,"x, 1"' '"n, ""1""",2' '"n, ""1""",0'
	predicts 'task,yhat,z:01,z:=c,"z:a,b" "n, ""1""","a,b",0,1,2 "n, ""1""",=c,0,1,0' \
		--decision in.csv
}

@test "mtl-predict: a column that would come twice is refused" {
	two
	rows a,yhat 1,1
	fails 1 "in.csv: column 'yhat' is there already (cut or rename it before predicting)" \
		-m m.csv in.csv
	rows a,z,p:no 1,1,1
	predicts 'z,p:no,yhat 1,1,yes' in.csv
	fails 1 "in.csv: column 'z' is there already (cut or rename it before predicting)" \
		-m m.csv --decision in.csv
	fails 1 "in.csv: column 'p:no' is there already (cut or rename it before predicting)" \
		-m m.csv --proba in.csv
	model m.csv <<-END
	meta,layout,,,,wide
	task,loss,u,,,logistic
	task,loss,u:v,,,logistic
	class,,u,1,,v:w
	class,,u:v,1,,w
	$(features a)
	END
	rows a 1
	fails 1 "the model's tasks and classes need two columns named 'p:u:v:w'" \
		-m m.csv --proba in.csv
}

@test "mtl-predict: a feature of the model stays one whatever --ignore says" {
	line
	rows a,b,c 1,1,1 0,0,1
	predicts 'a,c,yhat 1,1,0 0,1,1' --ignore a in.csv
	predicts 'b,c,yhat 0,1,1' --where b=0 in.csv
}

@test "mtl-predict --where leaves the other rows out" {
	line
	rows id,a,b,split 1,1,1,train 2,0,0,test
	predicts 'id,split,yhat 2,test,1' --where split=test in.csv
}

@test "mtl-predict: delimiter, no header, several files, compressed input" {
	line
	printf 'id;a;b\n1;1;1\n' >in.csv
	predicts 'id;yhat 1;0' -d ';' in.csv
	printf 'id,a,b\n1,1,1\n' >one.csv
	printf 'b,id,a\n0,2,0\n' | gzip >two.csv.gz
	predicts 'id,yhat 1,0 2,1' one.csv two.csv.gz
	model m.csv <<-END
	meta,layout,,,,one
	task,loss,y,,,squared
	$(features x2)
	coef,,y,,x2,1
	END
	printf '7,8\n9,10\n' >in.csv
	predicts 'x1,yhat 7,8 9,10' -H in.csv
}

@test "mtl-predict: a table without rows gives a header" {
	line
	rows a,b
	predicts 'yhat' in.csv
	: >in.csv
	fails 1 "in.csv: empty input" -m m.csv in.csv
}

@test "mtl-predict: the model may come from standard input, or be compressed" {
	line
	rows a,b 1,1
	run mtl-predict -m - in.csv <m.csv
	[ "${output//$'\n'/ }" = "yhat 0" ]
	gzip m.csv
	run mtl-predict -m m.csv.gz in.csv
	[ "${output//$'\n'/ }" = "yhat 0" ]
	fails 2 "the model and the rows cannot both come from standard input" \
		-m - <in.csv
	fails 2 "the model and the rows cannot both come from standard input" \
		-m - in.csv - <in.csv
}

# Records dropped, doubled, moved and cells replaced, in models of each layout:
# a changed file is refused; edited ones are taken or refused, in one line.
@test "mtl-predict: a model that was tampered with is refused in one line" {
	"$python" -c '' || skip "python3 is not installed"
	cat >tamper.py <<-'END'
	import re, subprocess, sys
	words = ["", "-1", "1e308", "nan", "99999999999999999999", '"', "yes",
	    "softmax", "logistic", "mixed", "pooled", "north", "\0"]
	good = open("m.csv").read().split("\n")[:-1]
	def changes():
	    for i, line in enumerate(good):
	        yield good[:i] + good[i + 1:]
	        yield good[:i] + [line] + good[i:]
	        yield good[:i] + good[i:i + 2][::-1] + good[i + 2:]
	        cells = line.split(",")
	        for j in range(len(cells)):
	            # one word for each cell, another for each
	            cells[j], was = words[(7 * i + j) % len(words)], cells[j]
	            yield good[:i] + [",".join(cells)] + good[i + 1:]
	            cells[j] = was
	def run(*more):
	    return subprocess.run(["mtl-predict", "-m", "bad.csv", *more,
	        "rows.csv"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
	n = 0
	for lines in changes():
	    if lines == good:
	        continue
	    open("bad.csv", "w").write("\n".join(lines) + "\n")
	    for p in run(), run("--trust-edited", "--decision"):
	        said = p.stderr.decode().split("\n")[:-1]
	        errors = [x for x in said
	            if not re.match("mtl-predict: (note|warning): ", x)]
	        trusted = "--trust-edited" in p.args
	        if (p.returncode, len(errors)) not in [(1, 1)] + \
	            [(0, 0)] * trusted or re.search(b"nan|inf", p.stdout):
	            sys.exit(f"{p.returncode} {said} for:\n" + "\n".join(lines))
	        n += 1
	assert n > 100, n
	END
	for layout in long wide two; do
		$layout
		printf '%s\n' task,a,y north,1,2 west,2,3 >rows.csv
		mtl-predict -q -m m.csv rows.csv >out
		"$python" tamper.py
	done
}

@test "mtl-predict: wrong usage is status 2 and says what is wrong" {
	rows a,b 1,1
	fails 2 "which model? (-m MODEL)" in.csv
	fails 2 "unrecognized option '--nonsense'" -m m.csv --nonsense in.csv ||
		[[ "$stderr" == "mtl-predict: "*nonsense* ]]
	fails 1 "m.csv: No such file or directory" -m m.csv in.csv
}

@test "mtl-predict: any number of threads gives the same bytes; -v says rows" {
	line
	rows a,b 1,1 0,0
	predicts 'yhat 0 1' -j 1 in.csv
	predicts 'yhat 0 1' -j 2 in.csv
	run --separate-stderr mtl-predict -v -m m.csv in.csv
	[[ "$stderr" =~ ^"mtl-predict: predicted 2 rows in "[0-9.]+" seconds"$ ]]
}

@test "mtl-predict -o writes the file whole or leaves the old one" {
	line
	rows a,b 1,1
	predicts '' -o out.csv in.csv
	[ "$(paste -sd' ' out.csv)" = "yhat 0" ]
	rows a,b 1,1 x,1
	run --separate-stderr mtl-predict -m m.csv -o out.csv in.csv
	[ "$status" -eq 1 ]
	[ "$(paste -sd' ' out.csv)" = "yhat 0" ]
	ls -A; [ "$(ls -A | paste -sd' ')" = "in.csv m.csv out.csv" ]
}

@test "mtl-predict: a full device is status 1, a reader that leaves is quiet" {
	line
	rows a,b 1,1
	run --separate-stderr bash -c 'mtl-predict -m m.csv in.csv >/dev/full'
	[ "$status" -eq 1 ]
	[[ "$stderr" == "mtl-predict: "*"No space left on device" ]]
	awk 'BEGIN { print "a,b"; for (i = 0; i < 50000; i++) print i ",1" }' >in.csv
	run --separate-stderr bash -c \
		'mtl-predict -m m.csv in.csv | head -1; echo "${PIPESTATUS[0]}"'
	[ "$stderr" = "" ]
	[ "${lines[0]}" = "yhat" ]
	[ "${lines[1]}" -eq 141 ]
	run --separate-stderr timeout 10 bash -c \
		'{ echo a,b; yes 1,1; } 2>/dev/null |
		mtl-predict -m m.csv >/dev/full; echo $?'
	[ "$output" = 1 ]
}

@test "mtl-predict: as a coprocess it answers each line before the next" {
	line
	coproc P { mtl-predict -m m.csv; }
	local pid=$P_PID out=${P[0]} in=${P[1]}
	echo id,a,b >&"$in"
	read -t 5 -r answer <&"$out"
	[ "$answer" = "id,yhat" ]
	for i in 1 2 3; do
		echo "$i,$i,0" >&"$in"
		read -t 5 -r answer <&"$out"
		[ "$answer" = "$i,$((1 + 2 * i))" ]
	done
	exec {in}>&-
	wait "$pid"
}

@test "mtl-predict: as a coprocess behind gzip it answers each flushed line" {
	line
	cat >ask.py <<-'END'
	import select, subprocess, zlib
	p = subprocess.Popen(["mtl-predict", "-m", "m.csv"], bufsize=0,
	    stdin=subprocess.PIPE, stdout=subprocess.PIPE)
	z = zlib.compressobj(wbits=31)
	def ask(line):
	    p.stdin.write(z.compress(line.encode() + b"\n") +
	        z.flush(zlib.Z_SYNC_FLUSH))
	    if not select.select([p.stdout], [], [], 5)[0]:
	        p.kill()
	        raise SystemExit("no answer to " + line)
	    return p.stdout.read(4096).decode()
	assert ask("id,a,b") == "id,yhat\n"
	for i in range(4):
	    assert ask(f"{i},{i},0") == f"{i},{1 + 2 * i}\n"
	p.stdin.write(z.flush())
	p.stdin.close()
	assert p.stdout.read() == b""
	assert p.wait() == 0
	END
	"$python" ask.py
}

@test "mtl-predict: memory does not grow with the rows" {
	line
	many() {
		awk -v n="$1" 'BEGIN { print "a,b,y"
			for (i = 0; i < n; i++) print i ",1,some text" }'
	}
	cat >peak.py <<-'END'
	import resource, subprocess
	subprocess.run(["mtl-predict", "-m", "m.csv", "in.csv"], check=True,
	    stdout=subprocess.DEVNULL)
	print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
	END
	many 10 >in.csv
	small=$("$python" peak.py)
	many 400000 >in.csv
	large=$("$python" peak.py)
	[ "$large" -lt $((small + 2000)) ]
}

@test "mtl-predict: a row's prediction is the same alone and among others" {
	wide
	awk 'BEGIN { srand(3); print "id,a"
		for (i = 1; i <= 40; i++) print i "," rand() * 20 - 10 }' >in.csv
	mtl-predict -m m.csv --proba --decision in.csv >all.csv
	head -1 all.csv >each.csv
	for i in 7 1 33; do
		sed -n "1p;$((i + 1))p" in.csv |
			mtl-predict -m m.csv --proba --decision | tail -1
	done >each.csv
	for i in 7 1 33; do sed -n "$((i + 1))p" all.csv; done | cmp - each.csv
}

@test "mtl-predict: a trained model's rows give what its coefficients say" {
	mtl-train -q --method single --lambda 0.01 "$DATA/exam.csv" >m.csv
	mtl-predict -m m.csv --features "$DATA/exam.csv" >out.csv
	"$python" - <<-'END'
	import csv
	b, w, names = {}, {}, []
	for r in csv.DictReader(open("m.csv", newline="")):
	    if r["record"] == "intercept":
	        b[r["task"]] = float(r["value"])
	    elif r["record"] == "coef":
	        w[r["task"], r["feature"]] = float(r["value"])
	    elif r["record"] == "feature" and r["name"] == "mean":
	        names.append(r["feature"])
	n = 0
	for r in csv.DictReader(open("out.csv", newline="")):
	    z = b[r["task"]]
	    for f in names:
	        z += float(r[f]) * w.get((r["task"], f), 0)
	    assert abs(z - float(r["yhat"])) < 1e-12 * (1 + abs(z)), r
	    n += 1
	assert n == 4059 and len(b) == 65 and names
	END
}
