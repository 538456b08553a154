load ../helper

# random_cases SEED N: as many random penalties, losses, layouts and options
random_cases() {
	need_sklearn
	"$python" "$ROOT/tests/mixtures.py" cases "$1" "$2" >cases
	"$python" "$ROOT/tests/penalties.py" optima <cases
}

@test "mtl-train: random penalties reach their optima, with gaps that hold (1)" {
	random_cases 101 300
}

@test "mtl-train: random penalties reach their optima, with gaps that hold (2)" {
	random_cases 102 300
}

@test "mtl-train: random penalties reach their optima, with gaps that hold (3)" {
	random_cases 103 300
}
