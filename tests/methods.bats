# The page of methods: its lambdas beside those of other programs, and its
# tables beside --list.
load helper

# scales PROGRAM: every line of the page on its lambdas (tests/methods.py)
scales() {
	"$python" -c 'import numpy' 2>/dev/null ||
		skip "python3-numpy is not installed"
	run env PYTHONPATH="$ROOT/tests" "$python" "$ROOT/tests/methods.py" "$1"
	echo "$output"
	[ "$status" -eq 0 ]
	[ -z "$output" ]
}

@test "mtl-methods: lambda on scikit-learn's scales" {
	need_sklearn
	scales sklearn
}

@test "mtl-methods: lambda on LIBLINEAR's scales" {
	command -v liblinear-train >/dev/null ||
		skip "liblinear-tools is not installed"
	scales liblinear
}

@test "mtl-methods: lambda on MALSAR's scales, from its objectives" {
	scales malsar
}

@test "mtl-methods: lambda on glmnet's scales, from its objectives" {
	scales glmnet
}

# names SECTION: what heads the items of that subsection
names() {
	awk -v want="$1" '/^\.S[hs]/ { here = $0 == ".Ss " want }
		here && /^\.It Cm/' "$ROOT/man/mtl-methods.7" |
		sed 's/^.It Cm //; s/ No = Li / /' | sort
}

@test "mtl-methods: has every method, term and loss, and no other" {
	mtl-train --list | awk -F'  +' '/^method/ { on = 1; next }
		/^$/ { on = 0 } on { print $1, $2 }' | sort >list
	[ "$(wc -l <list)" -gt 20 ]
	names Methods | diff list -
	mtl-train --list | awk 'on { print $1 } /^term/ { on = 1 }' | sort >list
	[ "$(wc -l <list)" -gt 10 ]
	names Terms | diff list -
	printf '%s\n' hinge2 huber logistic poisson softmax squared >list
	names Losses | diff list -
}
