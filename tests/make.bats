# The commands of a fresh machine: make demo, check, install.
load helper

# only PROGRAM...: PATH leads to these and no others
only() {
	mkdir path
	for program in "$@"; do
		ln -s "$(command -v "$program")" path/
	done
}

# fake PROGRAM COMMANDS: a script of that name in this PATH
fake() {
	printf '#!%s\n%s\n' "$(command -v sh)" "$2" >"path/$1"
	chmod +x "path/$1"
}

deps() {
	run --separate-stderr env PATH="$PWD/path" CC= CXX= \
	    "$(command -v sh)" "$ROOT/tests/deps" "$@"
}

@test "make deps: silent when nothing is missing" {
	run --separate-stderr "$ROOT/tests/deps"
	[ "$status" -eq 0 ]
	[ "$output$stderr" = "" ]
}

@test "make deps: elsewhere than on Debian, one line says what to install" {
	only gcc
	deps
	[ "$status" -eq 1 ]
	[ "$output" = "" ]
	[ "$stderr" = "tests/deps: please install (by their Debian names): g++" ]
	ln -s "$(command -v g++)" path/
	deps
	[ "$status" -eq 0 ]
	[ "$output$stderr" = "" ]
	deps test
	[ "$status" -eq 1 ]
	[[ "$stderr" = "tests/deps: please install (by their Debian names): bats mandoc "*liblinear-tools ]]
}

@test "make deps: without root and sudo, one line says what to run" {
	only gcc
	fake apt-get 'echo "$@"'
	fake id 'echo 1000'
	deps
	[ "$status" -eq 1 ]
	[ "$output" = "" ]
	[ "$stderr" = "tests/deps: please run as root: apt-get install g++" ]
}

@test "make deps: installs by apt-get, through sudo where it has to" {
	only gcc env chmod
	fake apt-get 'echo "$@"; case $3 in install) : >path/g++; chmod +x path/g++ ;; esac'
	fake id 'echo 0'
	deps
	[ "$status" -eq 0 ]
	[ "$stderr" = "" ]
	[ "$output" = "installing: g++
-q -y update
-q -y install --no-install-recommends g++" ]
	rm path/g++
	fake id 'echo 1000'
	fake sudo 'echo as root: "$@"; exec "$@"'
	deps
	[ "$status" -eq 0 ]
	[ "${lines[1]}" = "as root: env DEBIAN_FRONTEND=noninteractive apt-get -q -y update" ]
}

@test "make deps: an archive out of reach is told, and what is still missing" {
	only gcc env
	fake apt-get 'exit 100'
	fake id 'echo 0'
	deps
	[ "$status" -eq 1 ]
	[ "$stderr" = "tests/deps: apt-get update failed; trying all the same
tests/deps: still missing: g++" ]
}

@test "make demo: its commands run and print the scores of mtl(7)" {
	run --separate-stderr "$ROOT/tests/examples/demo"
	[ "$status" -eq 0 ]
	grep -qx 'accuracy on the 200 test rows: 0.83' <<<"$output"
	[ "$(grep -cE '^[12] +accuracy +200 +0.83$' <<<"$output")" -eq 2 ]
	[ "$(grep -cE '^(single|pooled|mean) +0\.[0-9]+ +0\.[0-9]+ +0\.3[0-9]+$' \
	    <<<"$output")" -eq 3 ]
	[ "$(grep -cE ' r2 0\.3[0-9]+  meta,converged,,,,yes$' <<<"$output")" -eq 4 ]
	grep -q ' chosen among 144 by 5-fold cross-validation: ' <<<"$stderr"
	grep -qx 'mtl-cv: note: mean against single: sharing helped 7 tasks, hurt 1; no clear difference in 57' \
	    <<<"$stderr"
}

@test "make install: programs and pages below DESTDIR and PREFIX; uninstall" {
	# What is built is installed, from the build under test.
	make="env -u MAKEFLAGS make -s -C $ROOT -o all"
	place="BIN=${MTL_BIN:-bin} DESTDIR=$PWD/stage PREFIX=/opt/mtl"
	$make install $place
	(cd stage/opt/mtl && find . -type f | sort) >have
	{
		for program in $(sed -n 's/^TOOLS = //p' "$ROOT/Makefile"); do
			echo "./bin/$program"
		done
		for page in "$ROOT"/man/*.[157]; do
			echo "./share/man/man${page##*.}/${page##*/}"
		done
	} | sort | diff have -
	stage/opt/mtl/bin/mtl-eval --version | grep -q '^mtl-eval (mtl) '
	$make uninstall $place
	[ -z "$(find stage -type f)" ]
}
