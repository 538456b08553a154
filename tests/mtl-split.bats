load helper

# Twenty rows with three classes; what is expected of them is what
# scikit-learn 1.2.1 draws.
twenty() {
	echo a a b a c b a a b c a b b a c a b a a b | tr ' ' '\n' |
		awk 'BEGIN { print "id,x1,y" } { print NR "," NR / 4 "," $1 }'
}

# ids FILE: its column id on one line
ids() {
	tail -n +2 "$1" | cut -d, -f1 | paste -sd' '
}

# last FILE: its last column without separators
last() {
	tail -n +2 "$1" | sed 's/.*,//' | tr -d '\n'
}

# fails STATUS MESSAGE ARGUMENT...: mtl-split on the input in.csv
fails() {
	local status_expected=$1 message=$2
	shift 2
	run --separate-stderr mtl-split "$@" in.csv
	[ "$status" -eq "$status_expected" ] || return 1
	[ "$output" = "" ] || return 1
	if [ "${stderr_lines[0]}" != "mtl-split: $message" ]; then
		echo "$stderr"
		return 1
	fi
}

@test "mtl-split: the functions over arrays draw what scikit-learn draws" {
	run test-fold
	[ "$output" = "" ]
	[ "$status" -eq 0 ]
}

@test "mtl-split --test draws the rows train_test_split draws" {
	twenty | mtl-split -t 0.3 -s 42 --test-out te.csv >tr.csv
	[ "$(ids tr.csv)" = "3 4 5 7 8 10 11 12 13 14 15 17 19 20" ]
	[ "$(ids te.csv)" = "1 2 6 9 16 18" ]
}

@test "mtl-split --shuffle writes them in the order drawn" {
	twenty | mtl-split -t 0.3 -s 42 --shuffle --test-out te.csv >tr.csv
	[ "$(ids tr.csv)" = "12 4 19 17 14 3 10 20 5 13 8 11 15 7" ]
	[ "$(ids te.csv)" = "1 18 16 2 9 6" ]
	twenty | mtl-split -t 0.3 -s 42 --shuffle >all.csv
	[ "$(ids all.csv)" = "$(ids tr.csv) $(ids te.csv)" ]
}

@test "mtl-split --stratify draws what train_test_split does with stratify" {
	twenty | mtl-split -q -t 0.3 -s 42 --shuffle --stratify \
		--test-out te.csv >tr.csv
	[ "$(ids tr.csv)" = "12 11 17 19 6 3 1 18 10 5 4 13 2 16" ]
	[ "$(ids te.csv)" = "8 20 7 9 15 14" ]
}

@test "mtl-split --folds draws what KFold and StratifiedKFold draw" {
	twenty >in.csv
	mtl-split -k 4 -s 42 in.csv >f.csv
	[ "$(last f.csv)" = 11323244134243412123 ]
	mtl-split -k 3 --contiguous in.csv >f.csv
	[ "$(last f.csv)" = 11111112222222333333 ]
	mtl-split -k 3 -s 42 --stratify=y in.csv >f.csv
	[ "$(last f.csv)" = 31221113121233323122 ]
}

@test "mtl-split: a fifth of a thousand rows is scikit-learn's fifth" {
	seq 1000 | sed '1i id' | mtl-split -t 0.2 -s 42 --test-out te.csv >tr.csv
	[ "$(tail -n +2 te.csv | cksum)" = "1220766140 780" ]
	[ "$(tail -n +2 tr.csv te.csv | grep -c '^[0-9]')" -eq 1000 ]
	[ "$(cat tr.csv te.csv | sort -u | wc -l)" -eq 1001 ]
}

@test "mtl-split rounds a fraction up as scikit-learn does" {
	# The double next to 0.07, times 100, is a little more than 7.
	seq 100 | sed '1i id' | mtl-split -t 0.07 --test-out te.csv >/dev/null
	[ "$(tail -n +2 te.csv | wc -l)" -eq 8 ]
}

# Writes expected.KIND.N.SEED, each a line of ids or folds, and in.N.csv.
sklearn_cases() {
	"$python" - <<-'E'
	import numpy as np
	from sklearn.model_selection import (KFold, StratifiedKFold,
	    train_test_split)
	def put(name, values):
	    open("expected." + name, "w").write(" ".join(map(str, values)))
	for n in (23, 150, 1000):
	    for seed in (0, 1, 42, 2**32 - 1):
	        r = np.random.RandomState(seed // 2 + n)
	        # As many classes as fit, unlike in size, in no order.
	        y = r.choice([10, 9, 2, -1], n, p=[.4, .3, .2, .1])
	        y[:8] = [9, 9, -1, -1, 2, 2, 10, 10]
	        tag = "%d.%d" % (n, seed)
	        with open("in." + tag, "w") as f:
	            f.write("id,y\n")
	            for i in range(n):
	                f.write("%d,%d\n" % (i, y[i]))
	        ids = np.arange(n)
	        for kind, strata in (("plain", None), ("strata", y)):
	            for size in (0.2, 7):
	                tr, te = train_test_split(ids, test_size=size,
	                    random_state=seed, stratify=strata)
	                put("%s%s.train.%s" % (kind, size, tag), tr)
	                put("%s%s.test.%s" % (kind, size, tag), te)
	            tr, te = train_test_split(ids, test_size=0.3, train_size=0.35,
	                random_state=seed, stratify=strata)
	            put("%sboth.train.%s" % (kind, tag), tr)
	            put("%sboth.test.%s" % (kind, tag), te)
	        for kind, cv in (("KFold", KFold), ("SKFold", StratifiedKFold)):
	            for k in (2, 5):
	                f = np.zeros(n, int)
	                c = cv(k, shuffle=True, random_state=seed)
	                import warnings
	                with warnings.catch_warnings():
	                    warnings.simplefilter("ignore")
	                    for i, (a, b) in enumerate(c.split(ids, y)):
	                        f[b] = i + 1
	                put("%s%d.%s" % (kind, k, tag), f)
	E
}

@test "mtl-split draws as scikit-learn for other sizes and seeds" {
	need_sklearn
	sklearn_cases
	local n seed tag kind size options k
	for n in 23 150 1000; do
		for seed in 0 1 42 4294967295; do
			tag=$n.$seed
			for kind in plain strata; do
				for size in 0.2 7 both; do
					options="--test $size"
					[ $size != both ] ||
						options="--test 0.3 --train 0.35"
					[ $kind = plain ] || options+=" --stratify=y"
					mtl-split -q $options -s $seed --shuffle \
						--test-out te.csv in.$tag >tr.csv
					[ "$(ids tr.csv)" = \
						"$(cat expected.$kind$size.train.$tag)" ]
					[ "$(ids te.csv)" = \
						"$(cat expected.$kind$size.test.$tag)" ]
				done
			done
			for k in 2 5; do
				mtl-split -k $k -s $seed in.$tag >f.csv
				[ "$(sed '1d;s/.*,//' f.csv | paste -sd' ')" = \
					"$(cat expected.KFold$k.$tag)" ]
				mtl-split -k $k -s $seed --stratify=y in.$tag \
					>f.csv 2>warning
				[ "$(sed '1d;s/.*,//' f.csv | paste -sd' ')" = \
					"$(cat expected.SKFold$k.$tag)" ]
			done
		done
	done
}

@test "mtl-split: strata of two columns are scikit-learn's" {
	need_sklearn
	"$python" - <<-'E' >expected
	from sklearn.model_selection import train_test_split
	import numpy as np
	a = ["t%d" % (i * 7 % 11 % 4) for i in range(90)]
	b = ["ab"[i * 5 % 13 % 2] for i in range(90)]
	with open("in.csv", "w") as f:
	    f.write("id,task,y\n")
	    for i in range(90):
	        f.write("%d,%s,%s\n" % (i, a[i], b[i]))
	tr, te = train_test_split(np.arange(90), test_size=0.25, random_state=6,
	    stratify=np.array([a, b]).T)
	print(*tr)
	print(*te)
	E
	for strata in --stratify --stratify=task,y; do
		mtl-split -q -t 0.25 -s 6 $strata --shuffle --test-out te.csv \
			in.csv >tr.csv
		{ ids tr.csv; ids te.csv; } | cmp - expected
	done
}

@test "mtl-split: the article's pipeline gives scikit-learn's rows" {
	need_sklearn
	command -v mtl-gen || skip "mtl-gen is not built"
	mtl-gen -n 1000 --features 20 --informative 15 --classes 3 --clusters 1 \
		--flip 0.1 --seed 42 |
		mtl-split --test 0.2 --seed 42 --test-out test.csv >train.csv
	"$python" - <<-'E'
	import csv
	import numpy as np
	from sklearn.datasets import make_classification
	from sklearn.model_selection import train_test_split
	X, y = make_classification(n_samples=1000, n_features=20,
	    n_informative=15, n_classes=3, n_clusters_per_class=1, flip_y=0.1,
	    random_state=42)
	parts = train_test_split(np.arange(1000), test_size=0.2, random_state=42)
	for name, part in zip(("train.csv", "test.csv"), parts):
	    rows = list(csv.DictReader(open(name)))
	    assert [int(r["id"]) - 1 for r in rows] == sorted(part)
	    assert [int(r["y"]) for r in rows] == list(y[sorted(part)])
	    for r in rows:
	        assert abs(float(r["x3"]) - X[int(r["id"]) - 1, 2]) < 1e-12
	E
}

@test "mtl-split without --test-out adds a column split" {
	twenty | mtl-split -t 0.3 -s 42 >all.csv 2>talk
	[ ! -s talk ]
	[ "$(head -1 all.csv)" = "id,x1,y,split" ]
	[ "$(ids all.csv)" = "$(seq 20 | paste -sd' ')" ]
	[ "$(grep -c ',test$' all.csv)" -eq 6 ]
	[ "$(grep ',test$' all.csv | cut -d, -f1 | paste -sd' ')" = \
		"1 2 6 9 16 18" ]
	twenty | mtl-split -t 0.3 -s 42 --column | cmp - all.csv
}

@test "mtl-split --train alone leaves the rest for test" {
	twenty | mtl-split --train 5 --test-out te.csv >tr.csv
	[ "$(tail -n +2 tr.csv | wc -l)" -eq 5 ]
	[ "$(tail -n +2 te.csv | wc -l)" -eq 15 ]
}

@test "mtl-split with --train and --test counts the rows in neither" {
	twenty >in.csv
	run --separate-stderr mtl-split --train 5 --test 4 in.csv
	[ "$status" -eq 0 ]
	[ "$stderr" = "mtl-split: note: 11 of 20 rows are in neither train nor test" ]
	[ "${#lines[@]}" -eq 10 ]
	run --separate-stderr mtl-split -q --train 5 --test 4 in.csv
	[ "$stderr" = "" ]
}

@test "mtl-split --test with --folds leaves fold empty on test rows" {
	twenty | mtl-split -t 0.3 -k 3 -s 42 >all.csv
	[ "$(head -1 all.csv)" = "id,x1,y,split,fold" ]
	[ "$(grep -c ',test,$' all.csv)" -eq 6 ]
	[ "$(grep -c ',train,[123]$' all.csv)" -eq 14 ]
	twenty | mtl-split -t 0.3 -k 3 -s 42 --test-out te.csv >tr.csv
	[ "$(grep -c ',$' te.csv)" -eq 6 ]
}

@test "mtl-split: folds of the train rows are those of a second run" {
	twenty >in.csv
	for more in "" --shuffle "--each y" "--group y" "--order x1 --contiguous"; do
		mtl-split -q -t 0.3 -k 2 -s 5 $more --test-out te.csv in.csv >one.csv
		mtl-split -q -t 0.3 -s 5 ${more% --contiguous} --test-out te.csv \
			in.csv | mtl-split -q -k 2 -s 5 ${more#--shuffle} >two.csv
		cmp one.csv two.csv
	done
}

@test "mtl-split passes rows through byte for byte" {
	printf '\357\273\277id,"na""me",y\r\n1,"a,b",1.50\r\n' >in.csv
	printf '2,"two\nlines",1e3\r\n3,caf\351,-0\n4,"plain",  7' >>in.csv
	mtl-split -k 4 --contiguous in.csv >out.csv
	printf 'id,"na""me",y,fold\n1,"a,b",1.50,1\n2,"two\nlines",1e3,2\n' >want
	printf '3,caf\351,-0,3\n4,"plain",  7,4\n' >>want
	cmp out.csv want
}

@test "mtl-split takes several files, columns in any order, and gzip" {
	printf 'id,y\n1,a\n2,"b,c"\n' >a.csv
	printf 'y,id\n"d,e",3\nf,4\n' | gzip >b.csv.gz
	mtl-split -k 2 --contiguous a.csv b.csv.gz >out.csv
	printf 'id,y,fold\n1,a,1\n2,"b,c",1\n3,"d,e",2\nf,4\n' |
		sed 's/^f,4$/4,f,2/' | cmp - out.csv
}

@test "mtl-split replaces its own columns, with a note" {
	twenty >in.csv
	mtl-split -t 0.3 -k 2 -s 1 in.csv >one.csv
	run --separate-stderr mtl-split -t 0.5 -k 4 -s 2 one.csv
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "id,x1,y,split,fold" ]
	[ "${stderr_lines[0]}" = \
		"mtl-split: note: the column 'split' of the input is replaced" ]
	[ "${stderr_lines[1]}" = \
		"mtl-split: note: the column 'fold' of the input is replaced" ]
	mtl-split -t 0.5 -k 4 -s 2 in.csv >two.csv
	[ "$output" = "$(cat two.csv)" ]
}

@test "mtl-split says that a split column it leaves is gone by" {
	twenty | mtl-split -t 0.3 >in.csv
	run --separate-stderr mtl-split -k 2 in.csv
	[ "$status" -eq 0 ]
	[ "$stderr" = "mtl-split: note: the column 'split' of the input stays;\
 mtl-train goes by it" ]
	[ "${lines[0]}" = "id,x1,y,split,fold" ]
}

@test "mtl-split --each keeps every task in both parts" {
	awk 'BEGIN { print "id,task"; for (t = 1; t <= 12; t++)
		for (i = 1; i <= t; i++) print ++n "," "t" t }' >in.csv
	for size in 0.1 0.2 0.5 0.9 3; do
		run --separate-stderr mtl-split -t $size --each task \
			--test-out te.csv -o tr.csv in.csv
		[ "$status" -eq 0 ]
		[[ "$stderr" == *"1 value of 'task' with one row: it is train"* ]]
		[ "$(sed 1d tr.csv | cut -d, -f2 | sort -u | wc -l)" -eq 12 ]
		[ "$(sed 1d te.csv | cut -d, -f2 | sort -u | wc -l)" -eq 11 ]
	done
	[ "$(grep -c ',t9$' te.csv)" -eq 3 ]
	[ "$(grep -c ',t2$' te.csv)" -eq 1 ]
	[[ "$stderr" == *"warning: 2 values of 'task' too small"* ]]
}

@test "mtl-split --each deals every task evenly to the folds" {
	awk 'BEGIN { print "id,task"; for (i = 0; i < 70; i++)
		print i "," i % 7 }' >in.csv
	mtl-split -k 4 -s 3 --each task in.csv >f.csv
	for t in 0 1 2 3 4 5 6; do
		[ "$(sed 1d f.csv | grep ",$t,[1-4]$" | cut -d, -f3 | sort |
			uniq -c | awk '{ print $1 }' | sort | paste -sd' ')" = \
			"2 2 3 3" ]
	done
	# 70 rows: not all tasks have their third row in the first folds.
	[ "$(sed 1d f.csv | cut -d, -f3 | sort | uniq -c |
		awk '{ print $1 }' | sort | paste -sd' ')" = "17 17 18 18" ]
}

@test "mtl-split --stratify keeps shares within each task" {
	awk 'BEGIN { print "id,task,y"; for (i = 0; i < 200; i++)
		print i "," i % 2 "," (i % 20 < 4 ? "rare" : "common") }' >in.csv
	run --separate-stderr mtl-split -t 0.25 -s 9 --stratify --test-out te.csv \
		-o tr.csv in.csv
	[ "$stderr" = \
		"mtl-split: note: stratified by task and class (4 strata)" ]
	for task in 0 1; do
		[ "$(grep -c ",$task,rare" te.csv)" -eq 5 ]
		[ "$(grep -c ",$task,common" te.csv)" -eq 20 ]
	done
}

@test "mtl-split --stratify on numbers goes by task and says so" {
	awk 'BEGIN { print "id,task,y"; for (i = 0; i < 40; i++)
		print i "," (i % 4 == 0) "," i / 8 }' >in.csv
	run --separate-stderr mtl-split -t 0.2 -s 9 --stratify --test-out te.csv \
		-o tr.csv in.csv
	[ "$stderr" = "mtl-split: note: the target is numbers, not classes:\
 stratified by task (2 strata)" ]
	[ "$(sed 1d te.csv | grep -c ',1,')" -eq 2 ]
	[ "$(sed 1d te.csv | grep -c ',0,')" -eq 6 ]
}

@test "mtl-split --stratify: rows without a label are a stratum" {
	awk 'BEGIN { print "id,y"; for (i = 0; i < 60; i++)
		print i "," (i % 3 == 0 ? "" : i % 3) }' >in.csv
	mtl-split -q -t 0.1 --stratify in.csv >all.csv
	[ "$(grep -c ',,test' all.csv)" -eq 2 ]
	sed 's/,$/,NA/' in.csv | mtl-split -q -t 0.1 --stratify --na NA |
		sed 's/,NA,/,,/' | cmp - all.csv
}

@test "mtl-split --stratify deals wide rows by labelled set and first class" {
	awk 'BEGIN { print "id,y:a,y:b"; for (i = 0; i < 80; i++)
		print i "," (i % 4 < 2 ? i / 7 : "") "," \
		    (i % 8 < 6 ? (i % 2 ? "p" : "q") : "") }' >in.csv
	run --separate-stderr mtl-split -k 5 --stratify in.csv
	[ "$status" -eq 0 ]
	[ "$stderr" = "mtl-split: note: stratified by the set of labelled targets\
 and b (5 strata)" ]
	echo "$output" >f.csv
	for f in 1 2 3 4 5; do
		grep ",$f\$" f.csv >part
		[ "$(grep -c ',[0-9.]*[0-9],p,' part)" -eq 4 ]
		[ "$(grep -c ',[0-9.]*[0-9],q,' part)" -eq 4 ]
		[ "$(grep -c ',,p,' part)" -eq 2 ]
		[ "$(grep -c ',,q,' part)" -eq 2 ]
		[ "$(grep -c ',,,' part)" -eq 4 ]
	done
}

@test "mtl-split: one stratum and one short value are told as one" {
	printf '%s\n' y:A,y:B 1,2 3,4 5,6 >in.csv
	run --separate-stderr mtl-split -k 2 --stratify in.csv
	[ "$stderr" = "mtl-split: note: stratified by the set of labelled targets (1 stratum)" ]
	printf '%s\n' task,y a,1 a,2 b,3 >in.csv
	run --separate-stderr mtl-split -k 2 --each task in.csv
	[ "$stderr" = "mtl-split: warning: 1 value of 'task' has fewer rows than the 2 folds" ]
	printf '%s\n' y a b c >in.csv
	fails 1 "2 folds: even the commonest stratum has only 1 row" \
		-k 2 --stratify=y
}

@test "mtl-split --group keeps groups whole" {
	awk 'BEGIN { print "id,c,g"; for (i = 0; i < 200; i++)
		print i "," (i % 5 < 2) "," i * i % 47 }' >in.csv
	for strata in "" --stratify=c; do
		mtl-split -q -t 0.25 -k 3 -s 4 --group g $strata in.csv >all.csv
		# A group has one part and one fold.
		[ "$(sed 1d all.csv | cut -d, -f3- | sort -u | cut -d, -f1 | uniq -d |
			wc -l)" -eq 0 ]
		[ "$(grep -c ',test,$' all.csv)" -gt 25 ]
		[ "$(grep -c ',test,$' all.csv)" -lt 75 ]
		[ "$(grep -c ',train,[123]$' all.csv)" -gt 125 ]
	done
}

@test "mtl-split --group says how many rows whole groups make" {
	printf 'g\n1\n1\n1\n2\n2\n2\n' >in.csv
	run --separate-stderr mtl-split -t 1 --group g in.csv
	[ "$status" -eq 0 ]
	[ "$stderr" = "mtl-split: note: whole groups make 3 train and 3 test rows\
 (5 and 1 were asked for)" ]
}

@test "mtl-split --order takes the last rows, numbers as numbers" {
	printf 'id,t\na,10\nb,9\nc,1e1\nd,-3\ne,100\n' >in.csv
	mtl-split -t 3 --order t --test-out te.csv in.csv >tr.csv
	[ "$(ids te.csv)" = "a c e" ]
	[ "$(ids tr.csv)" = "b d" ]
	# Ties stay in file order: of a and c, c is the later.
	mtl-split -t 2 --order t --test-out te.csv in.csv >tr.csv
	[ "$(ids te.csv)" = "c e" ]
	mtl-split -q -t 2 --train 1 --order t --test-out te.csv in.csv >tr.csv
	[ "$(ids tr.csv)" = "a" ]
	printf 'x,0\n' >>in.csv
	sed -i 's/e,100/e,later/' in.csv
	mtl-split -t 2 --order t --test-out te.csv in.csv >tr.csv
	[ "$(ids te.csv)" = "b e" ]
	mtl-split -k 3 --contiguous --order t in.csv >f.csv
	[ "$(sed 1d f.csv | cut -d, -f1,3 | paste -sd' ')" = \
		"a,2 b,3 c,2 d,1 e,3 x,1" ]
}

@test "mtl-split --order within --each takes every task's last rows" {
	printf 'id,task,t\na,p,3\nb,q,1\nc,p,1\nd,q,2\ne,p,2\nf,q,3\n' >in.csv
	mtl-split -t 1 --each task --order t --test-out te.csv in.csv >tr.csv
	[ "$(ids te.csv)" = "a f" ]
	[ "$(ids tr.csv)" = "b c d e" ]
}

@test "mtl-split --where takes only the rows it keeps" {
	twenty >in.csv
	run --separate-stderr mtl-split -k 2 --contiguous --where y=c in.csv
	[ "$status" -eq 0 ]
	[ "$stderr" = "mtl-split: note: 17 of 20 rows left out by --where" ]
	[ "$output" = "id,x1,y,fold
5,1.25,c,1
10,2.5,c,1
15,3.75,c,2" ]
}

@test "mtl-split: the delimiter holds for the output, a header comes anyway" {
	printf '1;a\n2;b\n' | mtl-split -d ';' -H -k 2 --contiguous >out.csv
	printf 'x1;x2;fold\n1;a;1\n2;b;2\n' | cmp - out.csv
}

@test "mtl-split: another seed draws other rows, the same one the same" {
	twenty >in.csv
	mtl-split -t 0.5 -k 2 -s 1 in.csv >a.csv
	mtl-split -t 0.5 -k 2 -s 1 in.csv | cmp - a.csv
	run cmp <(mtl-split -t 0.5 -k 2 -s 2 in.csv) a.csv
	[ "$status" -eq 1 ]
	mtl-split -t 0.5 -k 2 -s 0 in.csv | cmp - <(mtl-split -t 0.5 -k 2 in.csv)
}

@test "mtl-split refuses parts that would be empty" {
	printf 'id,y\n1,a\n2,b\n' >in.csv
	fails 1 "of 2 rows 0 would be train and 2 test: neither part may be empty" \
		-t 2
	fails 1 "of 2 rows 0 would be train and 2 test: neither part may be empty" \
		-t 0.99
	fails 1 "of 2 rows 0 would be train and 2 test: neither part may be empty" \
		--train 0.1
	fails 1 "2 rows for train and 1 for test are more than the 2 there are" \
		-t 1 --train 2
	printf 'id,y\n' >in.csv
	fails 1 "no rows to split" -t 1
	fails 1 "no rows to split" -t 1 --each y
}

@test "mtl-split refuses sizes that are none" {
	twenty >in.csv
	for size in 0 0.0 1.0 1.5 -1 -0.2 x "" 1e3 nan; do
		fails 2 "--test: '$size' is neither a fraction between 0 and 1 nor a\
 count from 1" --test="$size"
		fails 2 "--train: '$size' is neither a fraction between 0 and 1 nor a\
 count from 1" --train="$size"
	done
	fails 2 "--test and --train are more than all rows" -t 0.6 --train 0.5
}

@test "mtl-split refuses strata that cannot be kept" {
	printf 'id,y\n1,a\n2,a\n3,b\n4,a\n' >in.csv
	fails 1 "stratum 'b' has one row, which cannot be in both train and test" \
		-t 2 --stratify
	printf '5,b\n' >>in.csv
	fails 1 "too few rows to test (1) for the 2 strata" -t 1 --stratify=y
	fails 1 "too few rows to train (1) for the 2 strata" -t 4 --stratify=y
	fails 1 "4 folds: even the commonest stratum has only 3 rows" -k 4 \
		--stratify=y
	run --separate-stderr mtl-split -k 3 --stratify=y in.csv
	[ "$status" -eq 0 ]
	[ "$stderr" = "mtl-split: warning: the rarest stratum has 2 rows, fewer\
 than the 3 folds" ]
	printf 'id,x1\n1,a\n2,a\n' >in.csv
	fails 1 "no target to stratify by: name it with --target, or a column with\
 --stratify=COL" -k 2 --stratify
}

@test "mtl-split refuses folds that would be empty" {
	twenty >in.csv
	fails 1 "21 folds of 20 rows: there cannot be more folds than rows" -k 21
	fails 1 "18446744073709551615 folds of 20 rows: there cannot be more folds\
 than rows" -k 18446744073709551615
	fails 1 "4 folds of 3 groups: there cannot be more folds than groups" \
		-k 4 --group y
	run --separate-stderr mtl-split -k 1 in.csv
	[ "$status" -eq 2 ]
	[[ "$stderr" == "mtl-split: --folds: '1' is not "* ]]
}

@test "mtl-split refuses options that exclude or need each other" {
	twenty >in.csv
	fails 2 "give --test, --train or --folds"
	fails 2 "--test-out needs --test or --train" -k 2 --test-out te.csv
	fails 2 "--column needs --test or --train" -k 2 --column
	fails 2 "--shuffle needs --test or --train" -k 2 --shuffle
	fails 2 "--contiguous needs --folds" -t 2 --contiguous
	fails 2 "--order needs --test, or --folds with --contiguous" -k 2 --order id
	fails 2 "--test-out and --column exclude each other" -t 2 --column \
		--test-out te.csv
	fails 2 "--contiguous and --stratify exclude each other" -k 2 --contiguous \
		--stratify
	fails 2 "--contiguous and --group exclude each other" -k 2 --contiguous \
		--group y
	fails 2 "--order and --stratify exclude each other" -t 2 --order id \
		--stratify=y
	fails 2 "--order and --group exclude each other" -t 2 --order id --group y
	fails 2 "--order and --shuffle exclude each other" -t 2 --order id --shuffle
	fails 2 "--test-out: the train rows go to standard output" -t 2 --test-out -
	fails 2 "--test-out: the train rows go to a.csv" -t 2 --test-out a.csv \
		-o a.csv
	[ ! -e te.csv ]
}

@test "mtl-split names the line of a cell that must not be empty" {
	printf 'id,g\n1,a\n2,\n' >in.csv
	fails 1 "in.csv:3: column 'g': the cell is empty, so the row has no group" \
		-t 1 --group g
	fails 1 "in.csv:3: column 'g': the cell is empty, so the row has no place in\
 the order" -t 1 --order g
}

@test "mtl-split names a column that is not there" {
	twenty >in.csv
	for option in each group order stratify; do
		run --separate-stderr mtl-split -t 2 --$option=yy in.csv
		[ "$status" -eq 1 ]
		[[ "$stderr" == "mtl-split: --$option: no column 'yy' in in.csv"* ]]
	done
	run --separate-stderr mtl-split -t 2 --stratify=y,nope in.csv
	[ "$status" -eq 1 ]
	[[ "$stderr" == "mtl-split: --stratify: no column 'nope' in in.csv"* ]]
}

@test "mtl-split refuses a group across two values of --each" {
	printf 'id,task,g\n1,a,p\n2,b,p\n3,a,q\n4,b,r\n' >in.csv
	fails 1 "group 'p' has rows of more than one value of 'task'" -t 1 \
		--group g --each task
}

@test "mtl-split leaves an older test file alone when it fails" {
	twenty >in.csv
	printf '21,5\n' | cat in.csv - >bad.csv
	echo old >te.csv
	run --separate-stderr mtl-split -t 0.5 --test-out te.csv bad.csv
	[ "$status" -eq 1 ]
	[ "$output" = "" ]
	[ "$(cat te.csv)" = old ]
	run --separate-stderr sh -c 'mtl-split -t 0.5 --test-out te.csv in.csv \
		>/dev/full'
	[ "$status" -eq 1 ]
	[ "$(cat te.csv)" = old ]
	[ "$(ls -A | grep -c te.csv)" -eq 1 ]
	mkdir dir
	run --separate-stderr mtl-split -t 0.5 --test-out no/te.csv -o dir/tr.csv \
		in.csv
	[ "$status" -eq 1 ]
	[ "$(ls -A dir)" = "" ]
}

@test "mtl-split: a test file on a full device is status 1" {
	twenty >in.csv
	run --separate-stderr mtl-split -t 0.5 --test-out /dev/full -o tr.csv in.csv
	[ "$status" -eq 1 ]
	[ "$stderr" = "mtl-split: /dev/full: No space left on device" ]
	[ ! -e tr.csv ]
}

@test "mtl-split: a reader that leaves is no error, and leaves no file" {
	seq 100000 | sed '1i id' >in.csv
	mtl-split -t 0.5 --test-out te.csv in.csv 2>talk | head -1 >first
	[ "$(cat first)" = id ]
	[ ! -s talk ]
	[ "$(ls -A | grep -c te.csv)" -eq 0 ]
}

@test "mtl-split --test-out is in its place before the end of the pipe" {
	twenty >in.csv
	for i in {1..30}; do
		mtl-split -q -t 0.3 --test-out te.csv in.csv |
			{ cat >/dev/null; [ -f te.csv ]; }
		rm te.csv
	done
}

@test "mtl-split writes over the file it reads" {
	twenty >in.csv
	cp in.csv copy.csv
	mtl-split -t 0.3 -s 42 --test-out in.csv -o tr.csv in.csv
	[ "$(ids in.csv)" = "1 2 6 9 16 18" ]
	mtl-split -t 0.3 -s 42 --test-out te.csv copy.csv | cmp - tr.csv
}

@test "mtl-split: a table that is only a fold column keeps its shape" {
	printf 'fold\n1\n2\n3\n' >in.csv
	run --separate-stderr mtl-split -k 3 --contiguous in.csv
	[ "$status" -eq 0 ]
	[ "$output" = "fold
1
2
3" ]
	printf 'a\n""\n\nb\n' | mtl-split -k 3 --contiguous >out.csv
	[ "$(sed 1d out.csv | paste -sd' ')" = '"",1 ,2 b,3' ]
}

@test "mtl-split.1 is clean and names every option" {
	mtl-split --help >help
	for option in $(grep -o -- '--[a-z-]*' help | sort -u); do
		grep -q "Fl Fl ${option#--}\b" "$ROOT/man/mtl-split.1" ||
			{ echo "$option"; false; }
	done
	command -v mandoc || skip "mandoc is not installed"
	run mandoc -T lint -W warning "$ROOT/man/mtl-split.1"
	[ "$output" = "" ]
}
