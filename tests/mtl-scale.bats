load helper

# scales EXPECTED ARGUMENT...: what mtl-scale writes, with blanks for line
# ends; standard error must stay empty.
scales() {
	local expected=$1
	shift
	run --separate-stderr mtl-scale "$@"
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
	run --separate-stderr mtl-scale "$@"
	if [ "$status" -ne "$expected" ] || [ "$output" != "" ] ||
		[ "${stderr_lines[0]}" != "mtl-scale: $message" ]; then
		echo "$status: $output"
		echo "$stderr"
		return 1
	fi
	[ "$expected" -eq 2 ] || [ "${#stderr_lines[@]}" -eq 1 ]
}

# says EXPECTED ARGUMENT...: standard error of a run that succeeds.
says() {
	local expected=$1
	shift
	run --separate-stderr mtl-scale "$@"
	if [ "$status" -ne 0 ] || [ "$stderr" != "$expected" ]; then
		echo "$status: $stderr"
		return 1
	fi
}

rows() {
	printf '%s\n' "$@" >in.csv
}

# The checksum of standard input, as gzip's trailer has it.
crc() {
	gzip -c | tail -c 8 | head -c 4 | od -An -tx4 | tr -d ' \n'
}

# saved FILE: the records on standard input, framed as a saved transform.
saved() {
	{ printf 'record,name,task,class,feature,value\n'
	printf 'meta,format,,,,%s\n' "${KIND:-mtl-scale 1}"; cat; } >"$1"
	printf 'end,rows,,,,%d\n' $(($(wc -l <"$1") - 1)) >>"$1"
	printf 'end,crc32,,,,%s\n' "$(crc <"$1")" >>"$1"
}

# A table with every kind of column: 120 rows, 3 tasks, 2 modalities, huge
# and tiny numbers, missing cells, text, a split and targets.
mixed() {
	awk 'BEGIN { srand(7); OFS = ","
	print "id,a,tiny,huge,img:p,img:q,const,colour,task,split,y,note"
	for (i = 1; i <= 120; i++) {
		for (k = 1; k <= 5; k++)
			x[k] = rand() < .08 ? "" : rand() * 10 - 3
		split("red,blue,dark green,\"x,y\",", c, ",")
		l = i % 5 == 0 ? "" : i % 5 == 1 ? "red" : i % 5 == 2 ? "blue" \
			: i % 5 == 3 ? "\"x,y\"" : "dark green"
		print i, x[1], x[2] == "" ? "" : x[2] "e-150", \
			x[3] == "" ? "" : x[3] "e150", x[4], x[5], 0.1, l, \
			substr("ABC", i % 3 + 1, 1), \
			i % 4 ? "train" : "test", i % 2, "  n\"\"" i
	} }' | sed 's/  n""\([0-9]*\)$/"  n""\1"/' >mixed.csv
}

@test "mtl-scale: by default a feature gets mean 0 and population deviation 1" {
	rows id,a,y 1,1,x 2,2,x 3,3,y 4,6,y
	scales 'id,a,y 1,-1.0690449676496976,x 2,-0.5345224838248488,x 3,0,y 4,1.6035674514745464,y' in.csv
	scales 'id,a,y 1,-1.0690449676496976,x 2,-0.5345224838248488,x 3,0,y 4,1.6035674514745464,y' <in.csv
	scales 'id,a,y 1,-1.0690449676496976,x 2,-0.5345224838248488,x 3,0,y 4,1.6035674514745464,y' - <in.csv
}

@test "mtl-scale --method minmax brings a feature to 0..1" {
	rows a,y 2,1 4,1 10,1 3,1
	scales 'a,y 0,1 0.25,1 1,1 0.125,1' --method minmax in.csv
}

@test "mtl-scale --method robust takes median and interquartile range" {
	rows a,y 1,1 2,1 3,1 4,1 101,1
	scales 'a,y -1,1 -0.5,1 0,1 0.5,1 49,1' --method robust in.csv
	rows a,y 1,1 2,1 4,1 100,1
	# quartiles by interpolation: 1.75 and 28
	scales 'a,y -0.0761904761904762,1 -0.0380952380952381,1 0.0380952380952381,1 3.6952380952380954,1' \
		--method robust in.csv
}

@test "mtl-scale --method none changes no number" {
	rows a,b,y 1.50,-0,1 +2,1e3,1 ,7,1
	scales 'a,b,y 1.5,-0,1 2,1000,1 ,7,1' --method none in.csv
}

@test "mtl-scale: a robust scale is not blinded by one huge value" {
	rows a 1 2 3 4 1e15
	scales 'a -1 -0.5 0 0.5 499999999999998.5' --method robust in.csv
}

@test "mtl-scale: columns that are no features pass byte for byte, in place" {
	printf 'id,a,yhat,y,fold,split\n01,1,"x, ""y""",1.0,1,\n1,3, z \xff,+1,2,\n' >in.csv
	mtl-scale in.csv >out.csv
	printf 'id,a,yhat,y,fold,split\n01,-1,"x, ""y""",1.0,1,\n1,1, z \xff,+1,2,\n' | cmp - out.csv
	mtl-scale --save s.csv in.csv >/dev/null
	mtl-scale --load s.csv in.csv | cmp - out.csv
	printf 'task,t,a\nu, 1,1\nv,"q""",3\n' >in.csv
	scales 'task,t,a u, 1,-1 v,"q""",1' --ignore t in.csv
	scales 'task,t,a u, 1,-1 v,"q""",1' --id t in.csv
}

@test "mtl-scale: a missing cell stays missing and does not count" {
	rows a,b 1,1 ?,2 3,3
	scales 'a,b -1,-1.224744871391589 ,0 1,1.224744871391589' --na '?' in.csv
	rows a 1 '""' 3
	scales 'a -1 "" 1' in.csv
}

@test "mtl-scale --impute fills with mean, median or zero, before it scales" {
	rows a,y 1,1 2,1 6,1 ,1
	says "mtl-scale: note: 1 missing cell filled" --impute mean --method none in.csv
	scales 'a,y 1,1 2,1 6,1 3,1' -q --impute mean --method none in.csv
	scales 'a,y 1,1 2,1 6,1 2,1' -q --impute median --method none in.csv
	scales 'a,y 1,1 2,1 6,1 0,1' -q --impute zero --method none in.csv
	# deviation over 1 2 6 3: sqrt(3.5)
	scales 'a,y -1.0690449676496976,1 -0.5345224838248488,1 1.6035674514745464,1 0,1' \
		-q --impute mean in.csv
}

@test "mtl-scale --impute by task fills with the task's own mean" {
	rows task,a u,1 u,3 u, v,10 v, w, 
	scales 'task,a u,1 u,3 u,2 v,10 v,10 w,4.666666666666667' -q \
		--by task --impute mean --method none in.csv
}

@test "mtl-scale --by task scales within each task" {
	rows task,a,y u,1,1 u,3,1 v,100,1 v,300,1
	scales 'task,a,y u,-1,1 u,1,1 v,-1,1 v,1,1' --by task in.csv
	rows school,a,y u,1,1 v,100,1 u,3,1 v,300,1
	scales 'school,a,y u,0,1 v,0,1 u,1,1 v,1,1' --by task --task school \
		--method minmax in.csv
}

@test "mtl-scale --by task without a task is an error" {
	rows a,y 1,1 2,1
	fails 1 "--by task: no column says the rows' tasks (--task names it)" --by task in.csv
	rows a,task,y 1,,1 2,,1
	fails 1 "--by task: no row has a task" --by task in.csv
}

@test "mtl-scale --by task: an unknown task is scaled as all rows are, with a warning" {
	rows task,a u,1 u,3 v,5 v,7
	mtl-scale --by task --save s.csv in.csv >/dev/null
	rows task,a u,2 new,4 ,1.7639320225002102
	run --separate-stderr mtl-scale --load s.csv in.csv
	[ "$status" -eq 0 ]
	[ "${output//$'\n'/ }" = "task,a u,0 new,0 ,-1" ]
	[ "$stderr" = "mtl-scale: warning: 2 rows of tasks that the transform does not know, the first 'new', scaled by the figures of all rows" ]
	rows a 4 4
	run --separate-stderr mtl-scale --load s.csv in.csv
	[ "${output//$'\n'/ }" = "a 0 0" ]
	[ "$stderr" = "mtl-scale: warning: no column says the rows' tasks (--task names it): 2 rows scaled by the figures of all rows" ]
}

@test "mtl-scale --by task: rows without a task are fitted and scaled with all rows" {
	rows task,a u,1 u,3 ,8
	says "mtl-scale: warning: 1 row of tasks that the transform does not know, the first '', scaled by the figures of all rows" \
		--by task --method minmax --save s.csv in.csv
	[ "${output//$'\n'/ }" = "task,a u,0 u,1 ,1" ]
	says "$stderr" --load s.csv in.csv
	[ "${output//$'\n'/ }" = "task,a u,0 u,1 ,1" ]
}

@test "mtl-scale --by modality gives a modality's features one center and scale" {
	rows m:a,m:b,c,y 1,5,10,1 3,7,30,1
	# m: 1 3 5 7, mean 4, deviation sqrt(5)
	scales 'm:a,m:b,c,y -1.3416407864998738,0.4472135954999579,-1,1 -0.4472135954999579,1.3416407864998738,1,1' \
		--by modality in.csv
	scales 'm:a,m:b,c,y 0,0.6666666666666666,0,1 0.3333333333333333,1,1,1' \
		--by modality --method minmax in.csv
	# quartiles 2.5 and 5.5
	scales 'm:a,m:b,c,y -1,0.3333333333333333,-1,1 -0.3333333333333333,1,1,1' \
		--by modality --method robust in.csv
}

@test "mtl-scale --block brings the total variance of each modality to 1" {
	mixed
	for how in "" "--method robust" "--method minmax --by modality" \
		"--method none" "--impute mean"; do
		mtl-scale -q --ignore colour,note --where split=train --block \
			$how mixed.csv >out.csv
		awk -F, 'NR > 1 { for (k = 2; k <= 7; k++) if ($k != "") {
			n[k]++; s[k] += $k; q[k] += $k * $k } }
		END { for (k = 2; k <= 7; k++)
				v[k == 5 || k == 6] += q[k] / n[k] - (s[k] / n[k]) ^ 2
			print v[0], v[1]
			exit (v[0] - 1) ^ 2 > 1e-20 || (v[1] - 1) ^ 2 > 1e-20 }' out.csv
	done
	rows task,m:a,m:b u,1,2 u,3,6 v,1,10 v,2,40
	mtl-scale --by task --block in.csv >out.csv
	grep -qx 'u,-0.7071067811865475,-0.7071067811865475' out.csv
	grep -qx 'v,0.7071067811865475,0.7071067811865475' out.csv
}

@test "mtl-scale: a constant feature becomes 0 and is said in a note" {
	rows a,b,c,y 0.1,5,1,1 0.1,5,2,1 0.1,5,3,1
	says "mtl-scale: note: 2 features without spread (the first is 'a'): centered, not scaled" in.csv
	[ "${lines[1]}" = "0,0,-1.224744871391589,1" ]
	rows a,y 1000000000000,1 1000000000000.0001,1
	says "mtl-scale: note: 1 feature without spread (the first is 'a'): centered, not scaled" in.csv
	rows a,y 0,1 0,1 0,1 0,1 9,1
	says "mtl-scale: note: 1 feature with an interquartile range of 0 (the first is 'a'): centered, not scaled" --method robust in.csv
	[ "${output//$'\n'/ }" = "a,y 0,1 0,1 0,1 0,1 9,1" ]
	rows m:a,m:b,y 5,5,1 5,5,1
	says "mtl-scale: note: 1 modality without spread (the first is 'm'): centered, not scaled" --by modality in.csv
	rows task,a,b u,1,1 u,1,2 v,1,1 v,2,1
	says "mtl-scale: note: 2 times a feature is without spread within its task (the first is 'a' in task 'u'): centered, not scaled" --by task in.csv
	[ "${output//$'\n'/ }" = "task,a,b u,0,-1 u,0,1 v,-1,0 v,1,0" ]
}

@test "mtl-scale: a column without any value is named in a warning" {
	rows a,b,c,y 1,,,1 2,,,1
	says "mtl-scale: warning: 2 columns without any value (the first is 'b')" in.csv
	[ "${output//$'\n'/ }" = "a,b,c,y -1,,,1 1,,,1" ]
	run --separate-stderr mtl-scale --impute median in.csv
	[ "${output//$'\n'/ }" = "a,b,c,y -1,0,0,1 1,0,0,1" ]
	rows task,a,b u,1,1 u,3,3 v,,5 v,,7
	says "mtl-scale: note: 1 time a feature has no value in a task (the first is 'a' in task 'v'): scaled as in all rows" --by task in.csv
}

@test "mtl-scale: one row is fitted with a warning, no row is an error" {
	rows a,y 3,1
	run --separate-stderr mtl-scale in.csv
	[ "${output//$'\n'/ }" = "a,y 0,1" ]
	[ "${stderr_lines[0]}" = "mtl-scale: warning: fitted on one row" ]
	rows a,y
	fails 1 "no row to fit on" in.csv
	rows id,y 1,2
	fails 1 "in.csv: no column is a feature" in.csv
}

@test "mtl-scale: only train rows fit where split has both, all are written" {
	rows a,split 1,train 100,test 3,train 2,
	says "mtl-scale: note: fitted on the 2 rows whose split is train, applied to all 4" in.csv
	[ "${output//$'\n'/ }" = "a,split -1,train 98,test 1,train 0," ]
	rows a,split 1,train 3,train
	scales 'a,split -1,train 1,train' in.csv
	rows a,split 1,train 100,test 102,test
	scales 'a,split -1,test 1,test' -q --where split=test in.csv
}

@test "mtl-scale --where drops the other rows and counts them" {
	rows a,g 1,x 9,y 3,x
	says "mtl-scale: note: 1 of 3 rows left out by --where" --where g=x in.csv
	[ "${output//$'\n'/ }" = "a,g -1,x 1,x" ]
}

@test "mtl-scale --weight: an integer weight is as good as repeated rows" {
	rows a,b,w,y 1,4,2,1 2,,1,1 6,8,3,1 7,9,0,1
	mtl-scale -q --weight w --impute mean in.csv | grep -v '^.*,0,1$' |
		cut -d, -f1,2 | sort -u >out.csv
	rows a,b,y 1,4,1 1,4,1 2,,1 6,8,1 6,8,1 6,8,1
	mtl-scale -q --impute mean in.csv | cut -d, -f1,2 | sort -u >want.csv
	paste -d, out.csv want.csv | awk -F, '
		$1 != "a" && (($1 - $3) ^ 2 > 1e-28 || ($2 - $4) ^ 2 > 1e-28) { bad = 1 }
		END { exit bad || NR != 4 }'
}

@test "mtl-scale --weight: rows of weight 0 do not count, other text is refused" {
	rows a,w 1,1 3,1 50,0
	says "mtl-scale: note: 1 row of weight 0 does not count" --weight w --method minmax in.csv
	[ "${output//$'\n'/ }" = "a,w 0,1 1,1 24.5,0" ]
	rows a,w 1,1 3,-1
	fails 1 "in.csv:3: column 'w': '-1' is not a weight (a number from 0 up)" --weight w in.csv
	fails 2 "--weight: quantiles (--method robust) know no weights" --weight w --method robust in.csv
	fails 2 "--weight: quantiles (--impute median) know no weights" --weight w --impute median in.csv
	rows a,w 1,0
	fails 1 "no row to fit on" --weight w in.csv
}

@test "mtl-scale --onehot: levels in the order of bytes, where the column stood" {
	rows id,c,a,d 1,red,1,10 2,Blue,3,9 3,é,1,10 4,red,3,
	run --separate-stderr mtl-scale --onehot c,d in.csv
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "id,c=Blue,c=red,c=é,a,d=10,d=9" ]
	[ "${lines[1]}" = "1,0,1,0,-1,1,0" ]
	[ "${lines[2]}" = "2,1,0,0,1,0,1" ]
	[ "${lines[3]}" = "3,0,0,1,-1,1,0" ]
	[ "${lines[4]}" = "4,0,1,0,1,0,0" ]
	[ "$stderr" = "mtl-scale: note: 1 missing cell of text columns: 0 in all columns of levels" ]
	rows c,y 'u,1' 'v,1'
	scales 'c=u,c=v,y 1,0,1 0,1,1' --onehot c in.csv
}

@test "mtl-scale --onehot: odd levels make names that stay in the modality" {
	rows 't:c,d,a' '"x,y",12:30,1' '"q""",b,3'
	run mtl-scale --onehot t:c,d in.csv
	[ "${lines[0]}" = '"t:c=q""","t:c=x,y",x:d=12:30,d=b,a' ]
	[ "${lines[1]}" = "0,1,1,0,-1" ]
	rows 'c,c=u,a' u,1,1 v,2,2
	fails 1 "in.csv: a level makes a column 'c=u', but there is one already" --onehot c in.csv
	rows 'c=u,c,a' 1,u,1 2,v,2
	fails 1 "in.csv: level 'u' makes a column 'c=u', but there is one already" --onehot c in.csv
}

@test "mtl-scale --onehot: an unknown level is all zeros with a warning" {
	rows c,a u,1 v,3
	mtl-scale --onehot c --save s.csv in.csv >/dev/null
	rows c,a w,1 u,3 z,1 ,3
	run --separate-stderr mtl-scale --load s.csv in.csv
	[ "$status" -eq 0 ]
	[ "${output//$'\n'/ }" = "c=u,c=v,a 0,0,-1 1,0,1 0,0,-1 0,0,1" ]
	[ "${stderr_lines[0]}" = "mtl-scale: warning: 2 cells with a level that the transform does not know, the first 'w': 0 in all its columns" ]
	[ "${stderr_lines[1]}" = "mtl-scale: note: 1 missing cell of text columns: 0 in all columns of levels" ]
	rows c,a,split u,1,train v,3,train w,1,test
	run --separate-stderr mtl-scale --onehot c in.csv
	[ "${lines[0]}" = "c=u,c=v,a,split" ]
	[ "${lines[3]}" = "0,0,-1,test" ]
	[[ "$stderr" == *"warning: 1 cell with a level that the transform does not know, the first 'w'"* ]]
}

@test "mtl-scale --onehot: a column that cannot be one is refused" {
	rows c,a,y u,1,1 v,3,1
	fails 1 "--onehot: no column 'cc' in in.csv (did you mean 'c'?)" --onehot cc in.csv
	fails 1 "--onehot: column 'y' is no feature" --onehot y in.csv
	fails 2 "--onehot: column 'c' comes twice" --onehot c,c in.csv
	rows c,a ,1 ,3
	fails 1 "--onehot: column 'c' has no value" --onehot c in.csv
}

@test "mtl-scale: text in a feature is an error by file, line and column" {
	rows a,c 1,2 3,red
	fails 1 "in.csv:3: column 'c': 'red' is not a number (--onehot makes features of text, --ignore leaves the column out, --na names missing values)" in.csv
	rows a,c 1,2 3,1e999
	fails 1 "in.csv:3: column 'c': '1e999' is out of a double's range" in.csv
	rows a,c 1,2 3,4
	mtl-scale --save s.csv in.csv >/dev/null
	rows a,c 1,2 3,nan
	run --separate-stderr mtl-scale --load s.csv in.csv
	[ "$status" -eq 1 ]
	[ "${output//$'\n'/ }" = "a,c -1,-1" ]
	[ "$stderr" = "mtl-scale: in.csv:3: column 'c': 'nan' is not a number (--na says which texts mean missing)" ]
}

@test "mtl-scale --load of what --save wrote gives the same bytes as fitting" {
	mixed
	for how in "" "--method minmax" "--method robust --by task" \
		"--by task --impute mean --block" "--by modality --block" \
		"--method none --impute median"; do
		mtl-scale -q --onehot colour --ignore note $how --save s.csv \
			mixed.csv >fit.csv
		mtl-scale -q --ignore note --load s.csv mixed.csv >load.csv
		cmp fit.csv load.csv
		run ! grep -qi 'nan\|inf' s.csv
	done
}

@test "mtl-scale: the same bytes for any number of threads, and for a second run" {
	mixed
	mtl-scale -q --onehot colour --ignore note --save s1.csv -j 1 mixed.csv >1.csv
	mtl-scale -q --onehot colour --ignore note --save s2.csv -j 4 mixed.csv >2.csv
	cmp 1.csv 2.csv
	cmp s1.csv s2.csv
}

@test "mtl-scale --save is in its place before the end of the pipe" {
	printf '%s\n' x,y 1,2 3,4 >in.csv
	for i in {1..30}; do
		mtl-scale -q --save scale.csv in.csv |
			{ cat >/dev/null; [ -f scale.csv ]; }
		rm scale.csv
	done
}

@test "mtl-scale --save: the file is tidy CSV with its end rows" {
	rows id,c,a,b 1,u,1,2 2,v,3,
	mtl-scale -q --onehot c --impute zero --method minmax --save s.csv in.csv >/dev/null
	saved want.csv <<-END
	center,,,,a,1
	scale,,,,a,2
	fill,,,,a,0
	center,,,,b,0
	scale,,,,b,2
	fill,,,,b,0
	level,1,,,c,u
	level,2,,,c,v
	END
	cmp want.csv s.csv
	rows task,a u,1 u,3 v,5 v,9
	mtl-scale --by task --method minmax --save s.csv in.csv >/dev/null
	saved want.csv <<-END
	center,,,,a,1
	scale,,,,a,8
	center,,u,,a,1
	scale,,u,,a,2
	center,,v,,a,5
	scale,,v,,a,4
	END
	cmp want.csv s.csv
}

@test "mtl-scale --load: columns are found by name, in any order; others pass" {
	rows a,b 1,10 3,30
	mtl-scale --save s.csv in.csv >/dev/null
	rows new,b,id,a 5.0,30,7,1
	says "mtl-scale: note: 1 feature that the transform does not know passes unchanged (the first is 'new')" --load s.csv in.csv
	[ "${output//$'\n'/ }" = "new,b,id,a 5.0,1,7,-1" ]
	rows id,x,zz,a,b 5,text,,3,10
	says "mtl-scale: note: 2 features that the transform does not know pass unchanged (the first is 'x')" --load s.csv in.csv
	[ "${output//$'\n'/ }" = "id,x,zz,a,b 5,text,,1,-1" ]
	rows b 30
	fails 1 "in.csv: no column 'a', a feature of the transform" --load s.csv in.csv
	rows y 30
	fails 1 "in.csv: no column 'a', a feature of the transform (and 1 more)" --load s.csv in.csv
	rows a,b 1,10
	fails 1 "in.csv: column 'b' is a feature of the transform, but none of these rows (an option or its name makes it something else)" --load s.csv --ignore b in.csv
}

@test "mtl-scale --load: a table without rows gives its header" {
	rows a,b 1,10 3,30
	mtl-scale --save s.csv in.csv >/dev/null
	rows a,b
	scales a,b --load s.csv in.csv
}

@test "mtl-scale: fitted on one modality's train rows, applied to all four parts" {
	mixed
	sed '1s/task/modality/' mixed.csv >two.csv
	run -0 --separate-stderr mtl-scale --where modality=A --where split=train \
		--ignore colour,note --save s.csv two.csv
	[ "$stderr" = "mtl-scale: note: 90 of 120 rows left out by --where
mtl-scale: note: 1 feature without spread (the first is 'const'): centered, not scaled" ]
	for part in A,train A,test B,train B,test; do
		mtl-scale -q --where "modality=${part%,*}" \
			--where "split=${part#*,}" --ignore colour,note \
			--load s.csv two.csv >"$part.csv"
	done
	[ "$(cat ?,*.csv | wc -l)" -eq 84 ]
	need_sklearn
	"$python" - <<-'END'
	import csv
	import numpy as np
	from sklearn.preprocessing import StandardScaler
	F = "a tiny huge img:p img:q const".split()
	def read(name, **where):
	    return np.array([[float(r[k]) if r[k] else np.nan for k in F]
	        for r in csv.DictReader(open(name, encoding="latin-1"))
	        if all(r[k] == v for k, v in where.items())])
	unit = np.array([1, 1e150, 1e-150, 1, 1, 1])
	fit = read("two.csv", modality="A", split="train") * unit
	s = StandardScaler().fit(fit)
	for m in "AB":
	    for p in ("train", "test"):
	        got = read(f"{m},{p}.csv")
	        want = s.transform(read("two.csv", modality=m, split=p) * unit)
	        assert (np.isnan(got) == np.isnan(want)).all()
	        e = np.nanmax(np.abs(got - want) / np.maximum(1, np.abs(want)))
	        assert e < 4e-15, e
	END
}

@test "mtl-scale: the figures of scikit-learn's scalers, imputer and encoder" {
	need_sklearn
	mixed
	for m in standard minmax robust; do
		mtl-scale -q --method $m --onehot colour --ignore note mixed.csv >$m.csv
		mtl-scale -q --method $m --by task --ignore note,colour mixed.csv >$m.task.csv
		for i in mean median zero; do
			mtl-scale -q --method $m --impute $i --ignore note,colour mixed.csv >$m.$i.csv
		done
	done
	"$python" - <<-'END'
	import csv
	import numpy as np
	from sklearn.impute import SimpleImputer
	from sklearn.pipeline import make_pipeline
	from sklearn.preprocessing import (MinMaxScaler, OneHotEncoder,
	    RobustScaler, StandardScaler)
	F = "a tiny huge img:p img:q const".split()
	def rows(name):
	    return list(csv.DictReader(open(name, encoding="latin-1")))
	def read(r):
	    return np.array([[float(x[k]) if x[k] else np.nan for k in F] for x in r])
	R = rows("mixed.csv")
	X = read(R) * [1, 1e150, 1e-150, 1, 1, 1]
	train = np.array([r["split"] == "train" for r in R])
	task = np.array([r["task"] for r in R])
	def check(name, want):
	    got = read(rows(name))
	    assert (np.isnan(got) == np.isnan(want)).all(), name
	    e = np.nanmax(np.abs(got - want) / np.maximum(1, np.abs(want)))
	    assert e < 1e-14, (name, e)
	for m, s in (("standard", StandardScaler()), ("minmax", MinMaxScaler()),
	    ("robust", RobustScaler())):
	    check(m + ".csv", s.fit(X[train]).transform(X))
	    want = np.full_like(X, np.nan)
	    for t in "ABC":
	        want[task == t] = s.fit(X[train & (task == t)]).transform(X[task == t])
	    check(m + ".task.csv", want)
	    for i, how in (("mean", "mean"), ("median", "median"),
	        ("zero", "constant")):
	        p = make_pipeline(SimpleImputer(strategy=how, fill_value=0), s)
	        check(f"{m}.{i}.csv", p.fit(X[train]).transform(X))
	C = np.array([[r["colour"]] for r in R])
	enc = OneHotEncoder(handle_unknown="ignore").fit(C[train])
	keep = [i for i, c in enumerate(enc.categories_[0]) if c]
	out = rows("standard.csv")
	names = [k for k in out[0] if k.startswith("colour=")]
	assert names == ["colour=" + enc.categories_[0][i] for i in keep], names
	got = np.array([[float(r[k]) for k in names] for r in out])
	assert (got == enc.transform(C).toarray()[:, keep]).all()
	END
}

@test "mtl-scale: huge and tiny magnitudes are as good as 1" {
	for e in e-300 e-150 e150 e307; do
		rows a 1$e 2$e 3$e 6$e
		mtl-scale in.csv >out.csv
		paste -d, out.csv <(printf '%s\n' a -1.0690449676496976 -0.5345224838248488 0 1.6035674514745464) |
			awk -F, 'NR > 1 && ($1 - $2) ^ 2 > 1e-30 { print; bad = 1 }
			END { exit bad || NR != 5 }'
	done
	rows a -1.7e308 1.7e308 0
	scales 'a -1.2247448713915892 1.2247448713915892 0' in.csv
	fails 1 "column 'a': its center or scale is out of a double's range" --method minmax in.csv
	rows a 5e-324 1e-323
	run --separate-stderr mtl-scale --method minmax in.csv
	[ "${output//$'\n'/ }" = "a 0 1" ]
}

@test "mtl-scale: a scaled value beyond a double's range is an error" {
	rows a 0 1e-300
	mtl-scale --method minmax --save s.csv in.csv >/dev/null
	rows a 0 1e300
	run --separate-stderr mtl-scale --load s.csv in.csv
	[ "$status" -eq 1 ]
	[ "$output" = $'a\n0' ]
	[ "$stderr" = "mtl-scale: in.csv:3: column 'a': scaled, its value is out of a double's range" ]
	rows a,split 0,train 1e-300,train 1e300,test
	run --separate-stderr mtl-scale --method minmax in.csv
	[ "$status" -eq 1 ]
	[ "$stderr" = "mtl-scale: column 'a', row 3: scaled, its value is out of a double's range" ]
}

@test "mtl-scale: gzip, several files, delimiters and no header" {
	rows id,a 1,1 2,3
	printf 'a,id\n5,3\n' >b.csv
	want='id,a 1,-1.224744871391589 2,0 3,1.224744871391589'
	scales "$want" in.csv b.csv
	gzip -k in.csv
	scales "$want" in.csv.gz b.csv
	scales "$want" - b.csv <in.csv.gz
	mtl-scale --save s.csv in.csv b.csv >/dev/null
	gzip -k s.csv
	scales "$want" --load s.csv.gz in.csv b.csv
	printf '1;2\n3;4\n' >in.csv
	scales 'x1;x2 -1;-1 1;1' -H -d ';' in.csv
	mtl-scale -H -d ';' --save s.csv in.csv >/dev/null
	scales 'x1;x2 -1;-1 1;1' -H -d ';' --load s.csv in.csv
}

@test "mtl-scale --load streams: a row is out before the next comes" {
	rows a,b 1,10 3,30
	mtl-scale --save s.csv in.csv >/dev/null
	coproc mtl-scale --load s.csv
	pid=$COPROC_PID
	printf 'b,a\n10,1\n' >&"${COPROC[1]}"
	read -r -t 5 header <&"${COPROC[0]}"
	read -r -t 5 row <&"${COPROC[0]}"
	[ "$header $row" = "b,a -1,-1" ]
	printf '20,3\n' >&"${COPROC[1]}"
	read -r -t 5 row <&"${COPROC[0]}"
	[ "$row" = "0,1" ]
	exec {COPROC[1]}>&-
	wait "$pid"
}

# refused MESSAGE: a transform made of the records on standard input
refused() {
	saved s.csv
	fails 1 "$1" --load s.csv in.csv
}

@test "mtl-scale --load refuses a file that is cut, changed or of another kind" {
	rows task,a,c u,1,x u,3,y v,4,x v,6,y
	cp in.csv fit.csv
	mtl-scale --onehot c --by task --save good.csv fit.csv >/dev/null
	size=$(wc -c <good.csv)
	for ((n = 0; n < size; n += 7)); do
		head -c $n good.csv >s.csv
		run --separate-stderr mtl-scale --load s.csv in.csv
		[ "$status" -eq 1 ]
		[ "$output" = "" ]
		[[ "$stderr" == "mtl-scale: s.csv: "* ]]
	done
	sed 's/,u,,a,2$/,u,,a,7/' good.csv >s.csv
	run ! cmp -s good.csv s.csv
	fails 1 "s.csv: its checksum does not fit: the file was changed or damaged" --load s.csv in.csv
	run -0 mtl-scale --load s.csv --trust-edited in.csv
	[ "${lines[1]}" = "u,-6,1,0" ]
	KIND="mtl-model 1" saved s.csv </dev/null
	fails 1 "s.csv: its format is 'mtl-model 1', not mtl-scale" --load s.csv in.csv
	KIND="mtl-scale 2" saved s.csv </dev/null
	fails 1 "s.csv: its format is mtl-scale 2, newer than the mtl-scale 1 that this program reads" --load s.csv in.csv
	fails 1 "in.csv: not a file of kind mtl-scale" --load in.csv in.csv
	fails 1 "none.csv: No such file or directory" --load none.csv in.csv
}

@test "mtl-scale --load refuses missing, doubled, moved and unknown records" {
	rows a,b 1,2
	refused "s.csv: no feature in it" </dev/null
	refused "s.csv: records are missing at its end" <<-END
	center,,,,a,1
	END
	refused "s.csv:4: out of place (missing, doubled or moved records?): 'center'" <<-END
	center,,,,a,1
	center,,,,b,1
	END
	refused "s.csv:3: out of place (missing, doubled or moved records?): 'scale'" <<-END
	scale,,,,a,1
	center,,,,a,1
	END
	refused "s.csv:5: comes twice: feature 'a'" <<-END
	center,,,,a,1
	scale,,,,a,1
	center,,,,a,1
	scale,,,,a,1
	END
	refused "s.csv:7: out of place (missing, doubled or moved records?): 'fill'" <<-END
	center,,,,a,1
	scale,,,,a,1
	center,,,,b,1
	scale,,,,b,1
	fill,,,,b,1
	END
	refused "s.csv:6: out of place (missing, doubled or moved records?): 'scale'" <<-END
	center,,,,a,1
	scale,,,,a,1
	center,,,,b,1
	scale,,,,a,1
	END
	refused "s.csv: records are missing at its end" <<-END
	center,,,,a,1
	scale,,,,a,1
	fill,,,,a,1
	center,,,,b,1
	scale,,,,b,1
	END
	refused "s.csv: records are missing at its end" <<-END
	center,,,,a,1
	scale,,,,a,1
	center,,,,b,1
	scale,,,,b,1
	center,,t,,a,1
	scale,,t,,a,1
	END
	refused "s.csv:7: comes twice: task 't'" <<-END
	center,,,,a,1
	scale,,,,a,1
	center,,t,,a,1
	scale,,t,,a,1
	center,,t,,a,1
	scale,,t,,a,1
	END
	refused "s.csv:5: out of place (missing, doubled or moved records?): 'center'" <<-END
	center,,,,a,1
	scale,,,,a,1
	center,,t,,b,1
	END
	refused "s.csv:3: unknown record: 'shift'" <<-END
	shift,,,,a,1
	END
	refused "s.csv:3: unknown record: name 'x'" <<-END
	center,x,,,a,1
	END
	refused "s.csv:3: unknown record: class 'k'" <<-END
	center,,,k,a,1
	END
}

@test "mtl-scale --load refuses numbers that no fit gives, and unsorted levels" {
	rows a,c 1,u
	refused "s.csv:3: not a number: 'nan'" <<-END
	center,,,,a,nan
	scale,,,,a,1
	END
	refused "s.csv:3: not a number: '1e999'" <<-END
	center,,,,a,1e999
	scale,,,,a,1
	END
	refused "s.csv:4: a scale must be above 0, not '0'" <<-END
	center,,,,a,0
	scale,,,,a,0
	END
	refused "s.csv:4: levels are not sorted at 'u'" <<-END
	level,1,,,c,v
	level,2,,,c,u
	END
	refused "s.csv:4: levels are not sorted at 'u'" <<-END
	level,1,,,c,u
	level,2,,,c,u
	END
	refused "s.csv:4: out of place (missing, doubled or moved records?): 'level'" <<-END
	level,1,,,c,u
	level,3,,,c,v
	END
	refused "s.csv:4: comes twice: column 'c'" <<-END
	level,1,,,c,u
	level,1,,,c,v
	END
	refused "s.csv:5: comes twice: column 'a'" <<-END
	center,,,,a,0
	scale,,,,a,1
	level,1,,,a,v
	END
	refused "s.csv:4: out of place (missing, doubled or moved records?): 'center'" <<-END
	level,1,,,c,u
	center,,,,a,0
	scale,,,,a,1
	END
}

@test "mtl-scale: wrong use is told in one line, with status 2" {
	rows a 1 2
	fails 2 "--save and --load exclude each other" --save s.csv --load s.csv in.csv
	fails 2 "--method and --load exclude each other" --load s.csv --method none in.csv
	fails 2 "--onehot and --load exclude each other" --load s.csv --onehot a in.csv
	fails 2 "--block and --load exclude each other" --load s.csv --block in.csv
	fails 2 "--trust-edited needs --load" --trust-edited in.csv
	fails 2 "--method: 'x' is none of standard, minmax, robust, none" --method x in.csv
	fails 2 "--by: 'x' is none of all, task, modality" --by x in.csv
	fails 2 "--impute: 'x' is none of mean, median, zero" --impute x in.csv
	fails 2 "--save: the rows go to standard output" --save - in.csv
	fails 2 "--save: the rows go to s.csv" --save s.csv -o s.csv in.csv
	fails 2 "the transform and the rows cannot both come from standard input" --load - <in.csv
}

@test "mtl-scale: a failure leaves the older files as they were" {
	rows a 1 x
	echo old >s.csv
	echo old >out.csv
	run mtl-scale --save s.csv -o out.csv in.csv
	[ "$status" -eq 1 ]
	[ "$(cat s.csv out.csv)" = $'old\nold' ]
	rows a 1 2
	run --separate-stderr mtl-scale --save none/s.csv -o out.csv in.csv
	[ "$status" -eq 1 ]
	[ "$(cat s.csv out.csv)" = $'old\nold' ]
	[ "$(ls -A | grep -v separate-stderr | tr "\n" " ")" = "in.csv out.csv s.csv " ]
	mtl-scale --save s.csv -o out.csv in.csv
	[ "$(cat out.csv)" = $'a\n-1\n1' ]
	grep -q '^end,crc32' s.csv
}

@test "mtl-scale: a full device is an error, and no transform is left" {
	[ -e /dev/full ] || skip "no /dev/full"
	rows a 1 2
	run bash -c 'mtl-scale --save s.csv in.csv >/dev/full'
	[ "$status" -eq 1 ]
	[ ! -e s.csv ]
	mtl-scale --save s.csv in.csv >/dev/null
	run bash -c 'mtl-scale --load s.csv in.csv >/dev/full'
	[ "$status" -eq 1 ]
	[[ "$output" == "mtl-scale: "*"No space left on device" ]]
	run --separate-stderr mtl-scale --save /dev/full in.csv
	[ "$status" -eq 1 ]
	[ "$output" = "" ]
}

@test "mtl-scale: a reader that leaves ends it quietly, and nothing is half-written" {
	awk 'BEGIN { print "a"; for (i = 0; i < 200000; i++) print i }' >in.csv
	run bash -c 'mtl-scale --save s.csv in.csv | head -n 1'
	[ "$output" = "a" ]
	[ "$(ls)" = "in.csv" ]
	head -n 100 in.csv | mtl-scale --save s.csv >/dev/null
	run bash -c 'mtl-scale --load s.csv in.csv | head -n 1'
	[ "$output" = "a" ]
}

@test "mtl-scale: center, scale and quartiles are right to the last digits" {
	run test-scale
	[ "$status" -eq 0 ]
	[ "$output" = "" ]
}
