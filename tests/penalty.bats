# Penalties beyond ridge and mean: their language, their options, and what
# they leave in the model.
load helper

# fails STATUS MESSAGE ARG...: mtl-train says so in one line and writes nothing.
fails() {
	local want=$1 message=$2
	shift 2
	run --separate-stderr mtl-train "$@"
	[ "$status" -eq "$want" ]
	[ -z "$output" ]
	[ "${stderr_lines[0]}" = "mtl-train: $message" ]
	[ "$want" -eq 1 ] || [ "${#stderr_lines[@]}" -le 2 ]
}

# Four tasks of numbers in two pairs, 5 features.
four() {
	mtl-gen --tasks 4 --structure cluster:2 -n 30 --features 5 --seed 3 \
		>four.csv
}

# python with W, P, ... of a model: tests/fitted.py
fitted() {
	PYTHONPATH=$ROOT/tests "$python" -c "
import numpy as np
from fitted import *
$1"
}

@test "mtl-train: the parts of a sum add up to the coefficients" {
	four
	for m in dirty rmtfl augment robust; do
		mtl-train -q -m $m --lambda 0.02 four.csv >m.csv
		fitted '
m = Model("m.csv")
assert len(m.P) == 2 and all(np.any(P) for P in m.P)
near(sum(m.P), m.W, 1e-12)'
	done
	mtl-train -q -m l21 --lambda 0.02 four.csv | run ! grep ^part
}

@test "mtl-train: zeros of a part are left out" {
	four
	mtl-train -q -p 'l1:0.05 + l2:0.1' four.csv >m.csv
	run ! grep -E '^part.*,-?0$' m.csv
	fitted '
m = Model("m.csv")
assert 0 < np.sum(m.P[0] != 0) < m.P[0].size
assert np.all(m.P[1] != 0)'
}

@test "mtl-predict: a model needs not all parts, but none of a stranger" {
	four
	mtl-train -q -m dirty --lambda 0.02 four.csv >whole.csv
	grep -v '^part,1' whole.csv >m.csv
	mtl-predict -q -m whole.csv four.csv >a.csv
	mtl-predict -q --trust-edited -m m.csv four.csv | cmp - a.csv
	for bad in 0 3 01 1.image ''; do
		sed "s/^part,2/part,$bad/" whole.csv >m.csv
		line=$(grep -n "^part,$bad," m.csv | head -n 1)
		run --separate-stderr mtl-predict --trust-edited -m m.csv four.csv
		[ "$status" -eq 1 ]
		[ "$stderr" = "mtl-predict: m.csv:${line%%:*}: part '$bad' is no component of the model's penalty" ]
	done
	sed -E 's/^(meta,penalty,,,,).*/\1l2:1/' whole.csv >m.csv
	line=$(grep -n ^part m.csv | head -n 1)
	run --separate-stderr mtl-predict --trust-edited -m m.csv four.csv
	[ "$stderr" = "mtl-predict: m.csv:${line%%:*}: part '1' is no component of the model's penalty" ]
	{ cat whole.csv | grep -v ^end; grep ^part whole.csv | tail -n 1; } >m.csv
	run --separate-stderr mtl-predict --trust-edited -m m.csv four.csv
	[ "$status" -eq 1 ]
	[ "$stderr" = "mtl-predict: m.csv:$(grep -c '' m.csv): this weight comes twice" ]
}
