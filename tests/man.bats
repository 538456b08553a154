# The manuals hold what the programs do, and their examples run.
load helper

programs() {
	sed -n 's/^TOOLS = //p' "$ROOT/Makefile"
}

# The page as plain text, without overstrikes.
plain() {
	mandoc -T ascii -O width=${2:-78} "$1" | sed 's/.\x08//g'
}

# Options of --help: the words -x and --name at the start of its lines.
help_options() {
	"$1" --help | grep -E '^ +-' | sed -E 's/  +[^ -].*//; s/^ +//' |
	    options
}

# Options of the page: those in the heads of the lists in OPTIONS.
page_options() {
	plain "$1" 1000 | sed -n '/^OPTIONS/,/^[A-NP-Z]/p' |
	    grep -E '^     -' | sed -E 's/^ +//; s/   *[^ -].*//' | options
}

options() {
	grep -oE '(^|[ ,=|[])--?[A-Za-z][A-Za-z0-9-]*' |
	    grep -oE -- '--?[A-Za-z].*' | sort -u
}

# The literal blocks of a page's EXAMPLES, as one script.
page_examples() {
	awk '/^\.Sh/ { examples = /EXAMPLES/ }
	     /^\.Ed/ { code = 0 }
	     examples && code { print }
	     /^\.Bd -literal/ { code = 1 }' "$1" |
	    sed 's/\\e/\\/g; s/\\-/-/g; s/\\&//g; s/\\(aq/'"'"'/g'
}

readme_examples() {
	awk '/^```/ { code = /^```sh/; next } code { print }' "$1"
}

# Runs a script by bash in this directory, with the tables in data/; any
# failure ends it.
run_script() {
	ln -s "$DATA" data
	[ -s script ]
	bash -e -o pipefail script
}

@test "man: every page is clean under mandoc's lint" {
	local bad=0
	for page in "$ROOT"/man/*.[157]; do
		# Pages refer to each other and to those of the system, which
		# mandoc looks for among the installed ones.
		mandoc -T lint "$page" 2>&1 |
		    grep -v -e 'referenced manual not found' -e 'mandoc.db' &&
			bad=1
	done
	[ "$bad" -eq 0 ]
}

@test "man: every program has a page, and suite, formats and methods have one" {
	for program in $(programs); do
		[ -f "$ROOT/man/$program.1" ] || echo "no $program.1" >&2
		[ -f "$ROOT/man/$program.1" ]
	done
	for page in mtl.7 mtl-formats.5 mtl-methods.7; do
		[ -f "$ROOT/man/$page" ]
	done
}

@test "man: pages refer only to pages of ours or of well-known programs" {
	for page in "$ROOT"/man/*.[157]; do
		sed -n 's/^\.Xr \([a-z-]*\) \([0-9]\).*/\1.\2/p' "$page"
	done | sort -u | grep '^mtl' | while read -r page; do
		[ -f "$ROOT/man/$page" ] || { echo "no $page" >&2; exit 1; }
	done
}

@test "man: every option of --help is in the manual, and no other" {
	local bad=0
	for program in $(programs); do
		help_options "$program" > help
		page_options "$ROOT/man/$program.1" > page
		[ "$(wc -l < help)" -gt 10 ]
		diff help page > difference || {
			echo "$program (< help only, > manual only):" >&2
			cat difference >&2
			bad=1
		}
	done
	[ "$bad" -eq 0 ]
}

@test "man: every program's sections are those of the house, in order" {
	for program in $(programs); do
		grep '^\.Sh' "$ROOT/man/$program.1" | sed 's/^\.Sh //' > have
		printf '%s\n' NAME SYNOPSIS DESCRIPTION OPTIONS INPUT OUTPUT \
		    'EXIT STATUS' EXAMPLES 'SEE ALSO' > want
		# Further sections may stand between them.
		grep -xFf want have > ours
		diff want ours || { echo "$program" >&2; return 1; }
	done
}

@test "man: the examples of mtl(7) run, and print the article's accuracies" {
	page_examples "$ROOT/man/mtl.7" > script
	run_script > out
	cat out
	grep -qx 0.83 out
	[ "$(grep -cE '^[12],accuracy,200,0.83$' out)" -eq 2 ]
}

@test "man: the examples of mtl-formats(5) run" {
	page_examples "$ROOT/man/mtl-formats.5" > script
	run_script > out
	[ "$(grep -c '^coef,' out)" -eq 5 ]
	grep -qx 'meta,converged,,,,yes' out
}

@test "man: the examples of mtl-methods(7) run" {
	page_examples "$ROOT/man/mtl-methods.7" > script
	run_script > out
	grep -q '^adaptive,.*,(chosen),(all),deviance,4059,' out
	grep -qE '^meta,penalty,,,,"?trace:[0-9.]+ \+ l21:0.01"?$' out
}

@test "man: the examples of every program's page run" {
	local bad=0
	for program in $(programs); do
		mkdir "$program"
		(
			cd "$program" || exit 1
			page_examples "$ROOT/man/$program.1" > script
			run_script > out 2> err
		) || {
			echo "$program:" >&2
			cat "$program/err" >&2
			bad=1
		}
	done
	[ "$bad" -eq 0 ]
}

@test "README: its examples run and print what it says" {
	# Each block of commands, its output, and the block that shows it.
	awk '/^```sh/ { n++; on = "sh"; print "{"; next }
		/^```/ && on == "sh" { print "} > out." n " 2>&1"; on = "" ; next }
		/^```/ { on = on == "" ? "want" : ""; next }
		on == "sh" { print }
		on == "want" { print > ("want." n) }' "$ROOT/README.md" > script
	run_script
	tail -n 99 out.*
	grep -q '^(all),r2,' out.1
	grep -q '^coef,' out.*
	[ "$(ls want.* | wc -l)" -eq 2 ]
	for want in want.*; do
		diff "$want" "out${want#want}"
	done
	cat out.* | grep -E '^[0-9.]+$' | awk '{ printf "%.3f ", $1 }' > r2
	grep -q 'explain 0.363, 0.372 and 0.394' <(tr '\n' ' ' < "$ROOT/README.md")
	[ "$(cat r2)" = "0.363 0.372 0.394 " ]
}

@test "README: opens with the words of mtl(7)" {
	sed -n '/^mtl is/,/^```sh/p' "$ROOT/README.md" | sed '$d' > readme
	plain "$ROOT/man/mtl.7" | sed -n '/^DESCRIPTION/,/mtl-gen/p' |
	    sed '1d;$d' > page
	[ "$(tr -s ' \n' '\n\n' < readme)" = \
	    "$(tr -s ' \n' '\n\n' < page | sed '/^$/d')" ]
	# The pipeline is the same, too.
	readme_examples "$ROOT/README.md" | sed -n '1,/mtl-eval/p' > readme
	awk '/^\.Ed/ { exit } code { print } /^\.Bd/ { code = 1 }' \
	    "$ROOT/man/mtl.7" | diff - readme
}

@test "man: no tool, section or option of README is unknown to mtl(7)" {
	for program in $(programs); do
		grep -q "^| $program |" "$ROOT/README.md"
		grep -q "^\.It Xr $program 1" "$ROOT/man/mtl.7"
	done
	mtl-train --list | awk '/^method/ { on = 1; next } /^$/ { on = 0 }
		on { print $1 }' > methods
	[ "$(wc -l < methods)" -gt 20 ]
	sed -n '/^## One picture/,/^Each is/p' "$ROOT/README.md" > readme
	sed -n '/^.Ss The methods/,/^.Pp/p' "$ROOT/man/mtl.7" > page
	while read -r method; do
		grep -q "\`$method\`" readme
		grep -qw -- "$method" page
	done < methods
}
