load helper

# fails STATUS MESSAGE ARGUMENT...: mtl-gen says that and writes nothing
fails() {
	local status_expected=$1 message=$2
	shift 2
	run --separate-stderr mtl-gen "$@"
	if [ "$status" -ne "$status_expected" ] || [ "$output" != "" ] ||
		[ "${stderr_lines[0]}" != "mtl-gen: $message" ]; then
		echo "status $status, output '$output', stderr '$stderr'"
		return 1
	fi
	# A usage error has the Try line, others nothing else.
	[ "${#stderr_lines[@]}" -eq "$status_expected" ]
}

# check: runs the Python program on standard input, with generated.py
check() {
	need_sklearn
	(
		echo 'from generated import *'
		cat
	) > check.py
	PYTHONPATH=$ROOT/tests PYTHONDONTWRITEBYTECODE=1 "$python" check.py
}

# --- the rows of scikit-learn ---

# sklearn NAME: defines same(**settings), which fails unless mtl-gen gives the
# rows of make_NAME with them, and count(), the number of tables compared
sklearn() {
	cat <<-'END'
	import warnings
	from sklearn.datasets import make_classification, make_regression
	warnings.simplefilter("ignore")
	OPTIONS = dict(n_samples="rows", n_features="features",
	    n_informative="informative", n_redundant="redundant",
	    n_repeated="repeated", n_classes="classes",
	    n_clusters_per_class="clusters", flip_y="flip",
	    class_sep="class-sep", shift="shift", scale="scale",
	    weights="weights", n_targets="targets", noise="noise", bias="bias")
	compared = 0
	def text(v):
	    return "random" if v is None else \
	        ",".join(map(repr, v)) if isinstance(v, list) else repr(v)
	def line(settings):
	    return ["--%s=%s" % (OPTIONS[k], text(v))
	        for k, v in settings.items()]
	def far(a, b):
	    return np.max(np.abs(a - b) / np.maximum(1, np.abs(b).max(axis=0)))
	def same(seeds=(0, 1, 42, 2**32 - 1), **settings):
	    global compared
	    for seed in seeds:
	        args = line(settings) + ["-s", str(seed)]
	        X, Y, coef = draw(settings, seed)
	        t = gen(args + EXTRA, truth=coef is not None)
	        Y = Y.reshape(len(X), -1)
	        assert t.X.shape == X.shape and t.Y.shape == Y.shape, args
	        assert far(t.X, X) <= 1e-12, (args, far(t.X, X))
	        if coef is None:
	            assert (t.Y == Y).all(), args
	        else:
	            assert far(t.Y, Y) <= 1e-12, (args, far(t.Y, Y))
	            near(t.W, coef.reshape(X.shape[1], -1), 0)
	            near(t.b, settings.get("bias", 0), 0)
	        compared += 1
	END
	if [ "$1" = classification ]; then
		cat <<-'END'
		EXTRA = []
		def draw(settings, seed):
		    return make_classification(random_state=seed, **settings) + (None,)
		END
	else
		cat <<-'END'
		EXTRA = ["--kind", "regression"]
		def draw(settings, seed):
		    return make_regression(random_state=seed, coef=True, **settings)
		END
	fi
}

@test "mtl-gen: the article's rows are those scikit-learn draws" {
	{ sklearn classification; cat <<-'END'; } | check
	same(n_samples=1000, n_features=20, n_informative=15, n_classes=3,
	    n_clusters_per_class=1, flip_y=0.1)
	assert compared == 4
	END
}

article() {
	mtl-gen -n 1000 --features 20 --informative 15 --classes 3 \
	    --clusters 1 --flip 0.1 --seed "$1"
}

# shared_rows TABLE: how many rows of it were looked for in rows.csv, and how
# many cells differ; row 30 is called m1r30 there
shared_rows() {
	awk -F, 'FNR == 1 { next }
	    NR == FNR { for (j = 2; j <= 22; j++) want[$1, j] = $j; next }
	    { i = substr($1, index($1, "r") + 1) + 0
	      for (j = 2; j <= 21; j++)
	          bad += (want[i, j] - $(j + 2)) ^ 2 > 1e-24
	      bad += want[i, 22] != $24; n++ }
	    END { print n, bad + 0 }' rows.csv "$1"
}

@test "mtl-gen: the article's rows are those of the shared tables" {
	need_shared
	article 42 > rows.csv
	shared_rows "$SHARED/seed-multitask.csv" > out
	[ "$(cat out)" = "1000 0" ]
	# Its second modality is of the seed 43, and called m2r1 and so on.
	grep -v '^m2' "$SHARED/seed-multimodal-43.csv" > first.csv
	grep -v '^m1' "$SHARED/seed-multimodal-43.csv" > second.csv
	shared_rows first.csv > out
	[ "$(cat out)" = "1000 0" ]
	article 43 > rows.csv
	shared_rows second.csv > out
	[ "$(cat out)" = "1000 0" ]
}

@test "mtl-gen: with no options at all, make_classification's rows" {
	{ sklearn classification; cat <<-'END'; } | check
	same()
	X, Y = make_classification(random_state=0)
	t = gen([])
	assert far(t.X, X) <= 1e-12 and (t.Y[:, 0] == Y).all()
	assert t.head == ["id"] + ["x%d" % (j + 1) for j in range(20)] + ["y"]
	END
}

@test "mtl-gen: clusters, mixtures and copies are scikit-learn's" {
	{ sklearn classification; cat <<-'END'; } | check
	for n in 1, 2, 7, 100, 301:
	    same(n_samples=n)
	for K, c in (2, 1), (3, 1), (2, 3), (4, 4), (7, 2):
	    same(n_samples=150, n_informative=6, n_classes=K,
	        n_clusters_per_class=c)
	# All and nearly all corners of the cube; one in a hundred; few.
	for q, K, c in (1, 2, 1), (2, 2, 2), (3, 2, 4), (6, 8, 8), (7, 127, 1), \
	    (8, 2, 1), (10, 5, 2), (14, 2, 1), (8, 3, 1):
	    same(n_samples=200, n_informative=q, n_features=q + 2, n_classes=K,
	        n_clusters_per_class=c)
	for redundant, repeated, rest in (0, 0, 0), (0, 0, 3), (5, 0, 0), \
	    (0, 5, 1), (3, 4, 2), (1, 1, 30):
	    same(n_samples=60, n_informative=3, n_redundant=redundant,
	        n_repeated=repeated, n_features=3 + redundant + repeated + rest)
	assert compared == 4 * (5 + 5 + 9 + 6)
	END
}

@test "mtl-gen: cubes of more than 30 dimensions are scikit-learn's" {
	{ sklearn classification; cat <<-'END'; } | check
	for q in 29, 30, 31, 32, 45, 60, 61, 75:
	    for K, c in (2, 1), (3, 2):
	        same(n_samples=50, n_informative=q, n_features=q + 6,
	            n_redundant=2, n_repeated=1, n_classes=K,
	            n_clusters_per_class=c)
	assert compared == 4 * 16
	END
}

@test "mtl-gen: flips, shifts, scales and shares are scikit-learn's" {
	{ sklearn classification; cat <<-'END'; } | check
	# A flip of 0 draws, a negative one does not: other rows.
	for flip in 0, -1, 0.3, 1:
	    same(n_samples=80, flip_y=flip)
	for sep in 0, 0.5, 3.0, -2.0:
	    same(n_samples=80, class_sep=sep)
	for shift in 0, 0.25, -3, None:
	    for scale in 1, -0.5, 10, None:
	        same(n_samples=30, shift=shift, scale=scale, class_sep=2.0)
	for weights in [0.5], [0.9, 0.1], [0.1], [0.0, 1.0], [1.0], [0.3, 0.3]:
	    same(n_samples=77, weights=weights)
	for weights in [0.2, 0.5], [0.1, 0.6, 0.3], [1 / 3, 1 / 3]:
	    same(n_samples=77, n_classes=3, n_informative=4, weights=weights)
	assert compared == 4 * (4 + 4 + 16 + 6 + 3)
	END
}

@test "mtl-gen: what make_classification refuses is a usage error" {
	fails 2 "--informative 10, --redundant 10 and --repeated 1 are more \
than --features 20" --informative 10 --redundant 10 --repeated 1
	fails 2 "--classes 3 times --clusters 3 is more than the 2^3 corners \
of --informative 3" --classes 3 --clusters 3 --informative 3
	fails 2 "--classes 2 times --clusters 2 is more than the 2^0 corners \
of --informative 0" --informative 0
	fails 2 "--weights: 4 shares for 2 classes (give 2, or 1)" \
	    --weights .1,.2,.3,.4
	fails 2 "--weights add up to more than 1" --weights .7,.7 -n 1000
	huge=2147483647
	run --separate-stderr mtl-gen --classes $huge --clusters $huge \
	    --informative $huge
	[ "$status" -eq 2 ]
}

@test "mtl-gen --kind regression: rows and coefficients are scikit-learn's" {
	{ sklearn regression; cat <<-'END'; } | check
	same()
	for n, d, q in (1, 1, 1), (7, 3, 2), (50, 20, 20), (30, 5, 9), (9, 4, 0):
	    for targets in 1, 2, 5:
	        same(n_samples=n, n_features=d, n_informative=q,
	            n_targets=targets)
	for noise in 0, 0.5, 20:
	    for bias in 0, 3, -2.5:
	        same(n_samples=40, n_features=7, n_informative=4, noise=noise,
	            bias=bias, n_targets=2)
	        same(n_samples=41, n_features=7, n_informative=4, noise=noise,
	            bias=bias)
	assert compared == 4 * (1 + 15 + 18)
	END
}

@test "mtl-gen --targets names columns and tasks alike" {
	mtl-gen --kind regression --targets 3 --features 2 -n 2 \
	    --truth truth.csv > rows.csv
	[ "$(head -1 rows.csv)" = id,x1,x2,y:t1,y:t2,y:t3 ]
	[ "$(grep -c '^task,loss,t[123],,,squared' truth.csv)" -eq 3 ]
	grep -q '^meta,layout,,,,wide' truth.csv
	mtl-gen --kind regression --targets 1 --features 2 -n 2 > rows.csv
	[ "$(head -1 rows.csv)" = id,x1,x2,y ]
}

# --- what ties tasks ---

@test "mtl-gen: several tasks are a long table of t1, t2 and so on" {
	mtl-gen --tasks 3 -n 2 --features 2 > rows.csv
	[ "$(head -1 rows.csv)" = id,task,x1,x2,y ]
	[ "$(tail -n +2 rows.csv | cut -d, -f1,2 | paste -sd' ')" = \
	    "1,t1 2,t1 3,t2 4,t2 5,t3 6,t3" ]
	# One task has no column of its own.
	[ "$(mtl-gen --structure same -n 1 --features 1 | head -1)" = id,x1,y ]
	[ "$(mtl-gen --tasks 2 | wc -l)" -eq 201 ]
	[ "$(mtl-gen --tasks 2 | head -1 | tr , '\n' | grep -c x)" -eq 20 ]
}

@test "mtl-gen: without a structure tasks lie around a common vector" {
	check <<-'END'
	for r, said in (0, 0), (0.3, 0.3), (0.9, 0.9), (0.9, None), (1, 1):
	    W = gen("--tasks 200 --features 500 -n 1" + ("" if said is None
	        else " --relatedness %g" % said), truth=True).W
	    # w = r^(1/2) u + (1-r)^(1/2) v: cosine r between any two of them
	    near(np.linalg.norm(W, axis=0), 1, 0.1)
	    near(cosines(W)[np.triu_indices(200, 1)], r, 0.25)
	    near(cosines(W)[np.triu_indices(200, 1)].mean(), r, 0.01)
	    assert (r == 1) == (np.abs(W - W[:, :1]).max() == 0)
	END
}

@test "mtl-gen --structure independent: unit vectors of no relation" {
	check <<-'END'
	W = gen("--tasks 200 --features 500 -n 1 --structure independent",
	    truth=True).W
	near(np.linalg.norm(W, axis=0), 1, 1e-12)
	near(cosines(W)[np.triu_indices(200, 1)], 0, 0.25)
	near(cosines(W)[np.triu_indices(200, 1)].mean(), 0, 0.01)
	END
}

@test "mtl-gen --structure same: one unit vector" {
	check <<-'END'
	W = gen("--tasks 9 --features 30 -n 1 --structure same", truth=True).W
	near(np.linalg.norm(W[:, 0]), 1, 1e-12)
	near(W, np.repeat(W[:, :1], 9, axis=1), 0)
	END
}

@test "mtl-gen --structure lowrank:K has rank K, for all classes together too" {
	check <<-'END'
	for more, columns in ("", 10), (" --kind classification --classes 3", 30):
	    for K in 1, 2, 5, 10:
	        W = gen("--tasks 10 --features 30 -n 1 --structure lowrank:%d"
	            % K + more, truth=True).W
	        assert W.shape == (30, columns)
	        near(np.linalg.norm(W, axis=0), 1, 1e-12)
	        s = np.linalg.svd(W, compute_uv=False)
	        assert s[K - 1] > 1e-3 * s[0], s
	        assert len(s) == K or s[K] < 1e-13 * s[0], s
	W = gen("--tasks 10 --features 30 -n 1 --structure lowrank:2 "
	    "--relatedness 0.8", truth=True).W
	s = np.linalg.svd(W, compute_uv=False)
	assert s[1] > s[2] > s[9] > 0.1, s
	END
}

@test "mtl-gen --structure cluster:K has K centres, taken in turn" {
	check <<-'END'
	W = gen("--tasks 11 --features 500 -n 1 --structure cluster:3 "
	    "--relatedness 1", truth=True).W
	for t in range(11):
	    near(W[:, t], W[:, t % 3], 0)
	near(cosines(W[:, :3])[np.triu_indices(3, 1)], 0, 0.2)
	near(np.linalg.norm(W, axis=0), 1, 1e-12)
	C = cosines(gen("--tasks 60 --features 800 -n 1 --structure cluster:3 "
	    "--relatedness 0.7", truth=True).W)
	for s in range(60):
	    for t in range(s):
	        near(C[s, t], 0.7 if s % 3 == t % 3 else 0, 0.25)
	END
}

@test "mtl-gen --structure sparse:S has S rows, the same for all tasks" {
	check <<-'END'
	for more in "", " --relatedness 0.2", \
	    " --kind classification --classes 3":
	    for S in 1, 4, 30:
	        W = gen("--tasks 8 --features 30 -n 1 --structure sparse:%d" % S
	            + more, truth=True).W
	        assert ((W != 0).sum(axis=0) == S).all()
	        assert (W != 0).any(axis=1).sum() == S
	C = cosines(gen("--tasks 40 --features 900 -n 1 --structure sparse:400 "
	    "--relatedness 0.6", truth=True).W)
	near(C[np.triu_indices(40, 1)], 0.6, 0.25)
	near(C[np.triu_indices(40, 1)].mean(), 0.6, 0.03)
	# Which rows they are depends on the seed.
	rows = {tuple(np.flatnonzero(gen("--structure sparse:2 -n 1 -s %d" % s,
	    truth=True).W[:, 0])) for s in range(20)}
	assert len(rows) > 10
	END
}

@test "mtl-gen --structure chain is a random walk" {
	check <<-'END'
	for r in 0.9, 0.5:
	    W = gen("--tasks 50 --features 400 -n 1 --structure chain "
	        "--relatedness %g" % r, truth=True).W
	    steps = W[:, 1:] - np.sqrt(r) * W[:, :-1]
	    near(np.linalg.norm(W[:, 0]), 1, 1e-12)
	    near(np.linalg.norm(steps, axis=0), np.sqrt(1 - r), 1e-12)
	    # Steps have nothing to do with each other or with the start.
	    C = cosines(np.column_stack([W[:, 0], steps]))
	    near(C[np.triu_indices(50, 1)], 0, 0.25)
	    near(C[np.triu_indices(50, 1)].mean(), 0, 0.02)
	# Each class has a walk of its own.
	W = gen("--tasks 4 --features 9 -n 1 --structure chain --kind "
	    "classification --classes 3 --relatedness 0.75", truth=True).W
	steps = W[:, 3:] - np.sqrt(0.75) * W[:, :-3]
	near(np.linalg.norm(steps, axis=0), 0.5, 1e-12)
	END
}

@test "mtl-gen --structure modality: task t uses modality 1 + (t-1) mod M" {
	check <<-'END'
	t = gen("--tasks 7 -n 1 --modalities a:200,b:300,d:400 "
	    "--structure modality --relatedness 0.8", truth=True)
	where = np.array([n.split(":")[0] for n in t.names])
	for k in range(7):
	    used = np.flatnonzero(t.W[:, k])
	    assert (where[used] == "abd"[k % 3]).all()
	    assert len(used) == (200, 300, 400)[k % 3]
	    for other in range(k % 3, k, 3):
	        near(cosines(t.W[:, [k, other]])[0, 1], 0.8, 0.25)
	END
}

@test "mtl-gen --outliers: the last tasks are unrelated, over all features" {
	check <<-'END'
	for structure in "", "--structure same", "--structure cluster:2", \
	    "--structure lowrank:2", "--structure sparse:30", \
	    "--structure chain", "--structure modality":
	    line = "--tasks 12 -n 1 %s %s" % (structure, "--modalities a:90,b:90"
	        if structure.endswith("modality") else "--features 180")
	    plain, W = gen(line, truth=True).W, gen(line + " --outliers 3",
	        truth=True).W
	    near(W[:, :9], plain[:, :9], 0)
	    assert (W[:, 9:] != 0).all(), structure
	    near(np.linalg.norm(W[:, 9:], axis=0), 1, 1e-12)
	    near(cosines(W)[9:, :9], 0, 0.35)
	    near(cosines(W)[np.ix_([9, 10, 11], [9, 10, 11])], np.eye(3), 0.35)
	END
}

@test "mtl-gen --sizes: each task's rows are drawn between the bounds" {
	check <<-'END'
	n = np.bincount(gen("--tasks 2000 --features 1 --sizes 3:5").task)
	assert len(n) == 2000 and set(n) == {3, 4, 5}
	near(np.bincount(n)[3:] / 2000, 1 / 3, 0.04)
	assert set(np.bincount(gen("--tasks 30 --sizes 4:4").task)) == {4}
	# The coefficients come first: sizes change the rows alone.
	a, b = [gen("--tasks 5 --features 3 " + how, truth=True)
	    for how in ("-n 2", "--sizes 1:9")]
	near(a.W, b.W, 0)
	END
}

# --- rows and their truth ---

@test "mtl-gen: without noise a target of numbers is x'w + bias" {
	check <<-'END'
	for structure in "", "independent", "same", "lowrank:2", "cluster:2", \
	    "sparse:3", "chain", "modality", "sparse:3 --outliers 2":
	    for shape in "--features 12", "--modalities a:5,b:7":
	        if structure in ("", "modality") and (shape[2] == "m") == \
	            (structure == ""):
	            continue # the truth is an expectation, or it is refused
	        t = gen("--tasks 6 -n 20 --noise 0 --bias=-2.5 %s %s" % (shape,
	            structure and "--structure " + structure), truth=True)
	        z = np.einsum("ij,ji->i", t.X, t.W[:, t.task]) - 2.5
	        near(t.Y[:, 0], z, 1e-13)
	        near(t.b, -2.5, 0)
	END
}

@test "mtl-gen: without noise a class is that of the largest x'w" {
	check <<-'END'
	for shape in "--features 12", "--modalities a:5,b:7":
	    line = "--tasks 5 -n 200 --noise 0 --kind classification %s " \
	        "--structure lowrank:3" % shape
	    t = gen(line, truth=True)
	    z = np.einsum("ij,ji->i", t.X, t.W[:, t.task])
	    assert (t.Y[:, 0] == (z > 0)).all() and 400 < t.Y.sum() < 600
	    for K in 3, 5:
	        t = gen(line + " --classes %d" % K, truth=True)
	        Z = np.einsum("ij,jki->ik", t.X,
	            t.W.reshape(12, 5, K).transpose(0, 2, 1)[:, :, t.task])
	        assert (t.Y[:, 0] == Z.argmax(axis=1)).all()
	        assert set(t.Y[:, 0]) == set(range(K))
	END
}

@test "mtl-gen --truth is a model that predicts the rows" {
	numbers=("--kind regression --features 5 --targets 3"
	    "--kind regression --features 5 --bias 4"
	    "--tasks 4 --noise 0 --bias 4" "--structure same --noise 0"
	    "--tasks 4 --noise 0 --modalities a:2,b:3 --structure lowrank:2")
	for options in "${numbers[@]}"; do
		mtl-gen $options --truth truth.csv > rows.csv
		mtl-predict -m truth.csv rows.csv |
			mtl-eval --metric rmse --max-score 1e-12 > scores
	done
	classes=("--tasks 4" "--tasks 4 --classes 4" "--structure same"
	    "--tasks 4 --modalities a:2,b:3 --structure same --classes 3")
	for options in "${classes[@]}"; do
		mtl-gen $options --kind classification --noise 0 \
		    --truth truth.csv > rows.csv
		mtl-predict -m truth.csv rows.csv |
			mtl-eval --metric accuracy --min-score 1 > scores
	done
}

@test "mtl-gen --truth counts each task's labelled rows" {
	mtl-gen --tasks 3 --sizes 5:20 --missing-label 0.4 --truth truth.csv \
	    > rows.csv
	for t in t1 t2 t3; do
		n=$(awk -F, -v t=$t '$2 == t && $NF != ""' rows.csv | wc -l)
		grep -qx "task,rows,$t,,,$n" truth.csv
		grep -qx "task,weight,$t,,,$n" truth.csv
	done
	mtl-gen --kind regression --targets 2 --missing-label 0.4 \
	    --features 2 --truth truth.csv > rows.csv
	n=$(awk -F, 'NR > 1 && $4 != ""' rows.csv | wc -l)
	grep -qx "task,rows,t1,,,$n" truth.csv
}

@test "mtl-gen: options of the truth and the rows alone do not meet" {
	# Neither the file nor empty cells change another cell.
	mtl-gen --tasks 3 -n 9 > want.csv
	mtl-gen --tasks 3 -n 9 --truth truth.csv | cmp - want.csv
	mtl-gen --tasks 3 -n 9 --truth truth.2.csv -d tab > rows.tsv
	cmp truth.csv truth.2.csv
	mtl-gen --tasks 3 -n 9 --truth - -o rows.csv | cmp - truth.csv
	cmp rows.csv want.csv
}

@test "mtl-gen: coefficients found again come to the true ones with the rows" {
	for structure in lowrank:2 sparse:3 chain; do
		for n in 30 300 3000; do
			mtl-gen --tasks 3 --features 6 --structure $structure \
			    -n $n --truth truth.csv |
			mtl-train -q --method single --lambda 0.00001 |
			mtl-eval --truth truth.csv |
			    sed -n 's/^(all),frobenius-error,18,//p'
		done > errors
		cat errors
		[ "$(wc -l < errors)" -eq 3 ]
		sort -gr errors | cmp - errors
		awk 'END { exit !($1 < 0.05) }' errors
	done
}

@test "mtl-gen --noise is relative to the deviation of x'w" {
	check <<-'END'
	for line in "--features 7", "--features 7 --structure sparse:2", \
	    "--structure same --modalities a:6,b:9 --modality-noise a=3":
	    line += " --tasks 2 -n 20000 --relatedness 0.9" \
	        if "same" not in line else " --tasks 2 -n 20000"
	    quiet = gen(line + " --noise 0").Y[:, 0]
	    default, half, two = [gen(line + n).Y[:, 0]
	        for n in ("", " --noise 0.5", " --noise 2")]
	    near(default, half, 0)
	    e = two - quiet
	    near(e, 4 * (half - quiet), 1e-12)
	    task = np.repeat([0, 1], 20000)
	    for t in 0, 1:
	        ratio = e[task == t].std() / quiet[task == t].std()
	        near(ratio, 2, 0.05)
	        near(e[task == t].mean() / e.std(), 0, 0.03)
	        near(np.corrcoef(e[task == t], quiet[task == t])[0, 1], 0, 0.03)
	END
}

@test "mtl-gen: features of tasks are independent normals" {
	check <<-'END'
	X = gen("--tasks 2 --features 6 -n 20000").X
	near(X.mean(axis=0), 0, 0.025)
	near(np.cov(X.T), np.eye(6), 0.035)
	near((X ** 4).mean(axis=0), 3, 0.2)
	near((np.abs(X) < 1).mean(), 0.6827, 0.005)
	END
}

# --- modalities ---

@test "mtl-gen --modalities: names and shapes, for one task or several" {
	head=id,image:x1,image:x2,text:x1,text:x2,text:x3,y
	[ "$(mtl-gen --modalities image:2,text:3 -n 1 | head -1)" = $head ]
	[ "$(mtl-gen --modalities image:2,text:3 --tasks 2 | head -1)" = \
	    id,task,${head#id,} ]
	[ "$(mtl-gen --modalities image:2,text:3 -n 7 | wc -l)" -eq 8 ]
	# One task of modalities is of classes, as one without is.
	[ "$(mtl-gen --modalities a:1 | sed '1d; s/.*,//' | sort -u |
	    paste -sd' ')" = "0 1" ]
	[ "$(mtl-gen --modalities a:1 --classes 4 | sed '1d; s/.*,//' |
	    sort -u | paste -sd' ')" = "0 1 2 3" ]
}

@test "mtl-gen: modalities see shared factors, and two of their own" {
	check <<-'END'
	def rank(X):
	    s = np.linalg.svd(X, compute_uv=False)
	    return int((s > 1e-10 * s[0]).sum())
	for more, S in (" --shared 3", 3), (" --shared 0", 0), ("", 5):
	    t = gen("--modalities a:20,b:30,d:25 --modality-noise a=0,b=0,d=0 "
	        "-n 100" + more)
	    a, b, d = t.X[:, :20], t.X[:, 20:50], t.X[:, 50:]
	    assert rank(a) == rank(b) == rank(d) == S + 2
	    assert rank(np.hstack([a, b])) == S + 4
	    assert rank(t.X) == S + 6
	END
}

@test "mtl-gen: a feature's variance is 1 + noise^2 of its modality" {
	check <<-'END'
	for more, a, b in ("", 2, 2), (" --modality-noise b=2", 2, 5), \
	    (" --modality-noise a=0,b=0.5", 1, 1.25):
	    X = gen("--modalities a:4,b:5 -n 20000" + more).X
	    near(X[:, :4].var(axis=0), a, 0.05 * a)
	    near(X[:, 4:].var(axis=0), b, 0.05 * b)
	    near(X.mean(axis=0), 0, 0.06)
	END
}

@test "mtl-gen --truth of modalities is the best prediction from the features" {
	check <<-'END'
	t = gen("--modalities a:4,b:5 --modality-noise b=0.3 --shared 2 "
	    "--tasks 3 -n 20000 --bias 1", truth=True)
	for k in range(3):
	    X, y = t.X[t.task == k], t.Y[t.task == k, 0]
	    e = y - X @ t.W[:, k] - 1
	    near(e.mean(), 0, 0.03)
	    for j in range(9):
	        near(np.corrcoef(e, X[:, j])[0, 1], 0, 0.03)
	    best = np.linalg.lstsq(X, y - 1, rcond=None)[0]
	    near(np.linalg.norm(t.W[:, k] - best) / np.linalg.norm(best), 0, 0.1)
	    # The features do not tell all: there is more than the noise.
	    assert e.var() > 1.1 * 0.25 * (y.var() / 1.25)
	END
}

@test "mtl-gen: no modality alone says what both say" {
	mtl-gen --modalities a:20,b:20 --kind regression -n 2000 > rows.csv
	for other in 'b:*' 'a:*' id; do
		mtl-train -q --method ridge --lambda 0.01 \
		    --ignore "$other" rows.csv > model.csv
		mtl-predict -m model.csv rows.csv | mtl-eval --score r2
	done > r2
	cat r2
	awk '{ r[NR] = $1 }
	    END { exit !(r[3] > r[1] + 0.05 && r[3] > r[2] + 0.05 &&
	        r[1] > 0.1 && r[2] > 0.1) }' r2
}

@test "mtl-gen --missing-modality empties whole modalities, never all" {
	check <<-'END'
	whole = gen("--modalities a:2,b:3,d:1 -n 8000")
	for p in 0, 0.3, 0.8, 1:
	    t = gen("--modalities a:2,b:3,d:1 -n 8000 --missing-modality %g" % p)
	    gone = np.isnan(t.X)
	    near(np.where(gone, whole.X, t.X), whole.X, 0)
	    near(t.Y, whole.Y, 0)
	    m = gone[:, [0, 2, 5]]
	    assert (gone == m[:, [0, 0, 1, 1, 1, 2]]).all()
	    assert not m.all(axis=1).any()
	    # One of the three comes back where all would be gone.
	    near(m.mean(axis=0), p - p ** 3 / 3, 0.02)
	    near((m.sum(axis=1) == 0).mean(), (1 - p) ** 3, 0.02)
	    assert p < 1 or (m.sum(axis=1) == 2).all()
	END
}

@test "mtl-gen --missing-label empties that share of the targets" {
	check <<-'END'
	for line in "-n 5000 --features 4", "--tasks 5 -n 1000 --features 2", \
	    "--kind regression --targets 3 -n 2000 --features 3", \
	    "-n 5000 --modalities a:1,b:1 --missing-modality 0.5":
	    whole = gen(line.split(" --missing")[0])
	    for p in 0, 0.25, 1:
	        t = gen(line + " --missing-label %g" % p)
	        gone = np.isnan(t.Y)
	        near(gone.mean(axis=0), p, 0.03 if 0 < p < 1 else 0)
	        near(np.where(gone, whole.Y, t.Y), whole.Y, 0)
	        near(np.where(np.isnan(t.X), whole.X, t.X), whole.X, 0)
	    if t.Y.shape[1] == 3:
	        t = gen(line + " --missing-label 0.5")
	        near(np.corrcoef(np.isnan(t.Y).T), np.eye(3), 0.1)
	END
}

# --- the same bytes ---

@test "mtl-gen: the same seed gives the same bytes, another other ones" {
	for options in "" "--kind regression --noise 1" "--tasks 3" \
	    "--tasks 2 --modalities a:2,b:3 --missing-modality 0.5"; do
		mtl-gen $options -s 7 > want.csv
		mtl-gen $options --seed 7 -j 3 | cmp - want.csv
		LC_ALL=C.UTF-8 mtl-gen $options -s7 | cmp - want.csv
		run cmp <(mtl-gen $options -s 8) want.csv
		[ "$status" -eq 1 ]
		cmp <(mtl-gen $options) <(mtl-gen $options -s 0)
	done
}

@test "mtl-gen: a table does not change from one version to the next" {
	mtl-gen --tasks 2 --structure lowrank:1 --features 2 -n 1 --seed 1 > rows
	mtl-gen --modalities a:1,b:1 --kind regression -n 2 --seed 1 >> rows
	awk -F, -v OFS=, '/^[0-9]/ { for (j = 2; j <= NF; j++)
		if ($j !~ /t/) $j = sprintf("%.9f", $j) } { print }' rows > ten
	cat ten
	[ "$(cat ten)" = "$(cat <<-'END'
	id,task,x1,x2,y
	1,t1,0.319039096,-0.249370375,0.344596825
	2,t2,-2.060140709,-0.322417204,1.622279763
	id,a:x1,b:x1,y
	1,-0.572694144,0.187495064,0.579284385
	2,-1.076465668,0.927363452,-0.713776291
	END
	)" ]
}

# --- wrong usage ---

@test "mtl-gen: an option that does not apply is refused" {
	fails 2 "'x': there is no input" x
	fails 2 "'-': there is no input" -
	fails 2 "--relatedness needs --tasks" --relatedness 0.5
	fails 2 "--outliers needs --tasks" --outliers 1
	fails 2 "--sizes needs --tasks" --sizes 1:2
	fails 2 "--shared needs --modalities" --shared 2 --tasks 2
	fails 2 "--modality-noise needs --modalities" --modality-noise a=1
	fails 2 "--missing-modality needs --modalities" --missing-modality 0.5
	fails 2 "--missing-modality needs two modalities" \
	    --missing-modality 0.5 --modalities a:2
	fails 2 "--targets needs --kind regression" --targets 2
	fails 2 "--bias needs --kind regression" --bias 1
	fails 2 "--noise needs --kind regression" --noise 1
	for option in redundant=1 repeated=1 clusters=1 weights=.5 flip=0 \
	    class-sep=1 shift=1 scale=1 classes=2; do
		fails 2 "--${option%=*} needs --kind classification" \
		    --kind regression --$option
	done
	for option in redundant=1 repeated=1 clusters=1 weights=.5 flip=0 \
	    class-sep=1 shift=1 scale=1 informative=3 targets=2; do
		fails 2 "--${option%=*} does not go with --tasks" \
		    --tasks 2 --$option
		fails 2 "--${option%=*} does not go with --structure" \
		    --structure same --$option
		fails 2 "--${option%=*} does not go with --modalities" \
		    --modalities a:1 --$option
	done
	fails 2 "--bias needs --kind regression" --modalities a:1 --bias 1
	fails 2 "--classes needs --kind classification" --tasks 2 --classes 3
}

@test "mtl-gen: options that exclude each other" {
	fails 2 "--rows and --sizes exclude each other" --tasks 2 -n 3 --sizes 1:2
	fails 2 "--features and --modalities exclude each other" \
	    --features 3 --modalities a:3
	fails 2 "--structure modality needs --modalities" \
	    --tasks 2 --structure modality
	for structure in same independent; do
		fails 2 "--relatedness does not go with --structure $structure" \
		    --tasks 2 --structure $structure --relatedness 0.5
	done
	fails 2 "--outliers 2 leaves no other of 2 tasks" --tasks 2 --outliers 2
	fails 2 "--structure: lowrank:3 is more than the 2 tasks" \
	    --tasks 2 --structure lowrank:3
	fails 2 "--structure: cluster:3 is more than the 2 tasks" \
	    --tasks 2 --structure cluster:3
	fails 2 "--structure: lowrank:3 is more than the 2 features" \
	    --tasks 4 --structure lowrank:3 --features 2
	fails 2 "--structure: sparse:4 is more than the 3 features" \
	    --tasks 2 --structure sparse:4 --features 3
	fails 2 "--truth: the rows go to standard output" --tasks 2 --truth -
	fails 2 "--truth: the rows go to a.csv" --tasks 2 --truth a.csv -o a.csv
	fails 2 "--truth: the file's name is empty" --tasks 2 --truth ''
	fails 2 "--truth: clusters of a hypercube have no true coefficients \
(give --kind regression, --tasks or --modalities)" --truth a.csv
	fails 2 "--truth: without noise in 'b' the coefficients are not \
unique" --modalities a:1,b:1 --modality-noise b=0 --truth a.csv
	[ "$(ls)" = "" ]
}

@test "mtl-gen: values out of range are usage errors that quote them" {
	for option in rows features clusters targets tasks; do
		for value in 0 -1 1.5 x ''; do
			run --separate-stderr mtl-gen --$option="$value"
			[ "$status" -eq 2 ]
			[ "${#stderr_lines[@]}" -eq 2 ]
			[[ ${stderr_lines[0]} == "mtl-gen: --$option: '$value' is \
not a whole number "* ]]
		done
	done
	fails 2 "--classes: '1' is not a whole number from 2 to 2147483647" \
	    --classes 1
	fails 2 "--shared: '10001' is not a whole number from 0 to 10000" \
	    --modalities a:1 --shared 10001
	fails 2 "--kind: 'a' is none of classification, regression" --kind a
	fails 2 "--relatedness: '1.1' is not a number from 0 to 1" \
	    --tasks 2 --relatedness 1.1
	fails 2 "--noise: '-1' is not a number of at least 0" --noise=-1
	fails 2 "--flip: '1.5' is not a number of at most 1" --flip 1.5
	fails 2 "--missing-label: 'x' is not a number from 0 to 1" \
	    --missing-label x
	fails 2 "--bias: 'nan' is not a number" --bias nan
	fails 2 "--shift: 'some' is neither a number nor 'random'" --shift some
	fails 2 "--seed: '-1' is not a whole number from 0 to 4294967295" -s -1
}

@test "mtl-gen: lists and words are checked item by item" {
	fails 2 "--structure: 'ring' is none of independent, same, lowrank, \
cluster, sparse, chain, modality" --structure ring
	fails 2 "--structure: lowrank needs a number: lowrank:2" \
	    --structure lowrank
	fails 2 "--structure: same takes no number" --structure same:2
	fails 2 "--structure: '0' is not a whole number of at least 1" \
	    --structure sparse:0
	fails 2 "--sizes: '5' is not MIN:MAX" --tasks 2 --sizes 5
	fails 2 "--sizes: 6 is more than 5" --tasks 2 --sizes 6:5
	fails 2 "--sizes: '0' is not a whole number of at least 1" \
	    --tasks 2 --sizes 0:5
	fails 2 "--weights: '.5,,.5' has an empty item" --weights .5,,.5
	fails 2 "--weights: '1.5' is not a number from 0 to 1" --weights 1.5
	fails 2 "--modalities: 'a' has no number of features (NAME:D)" \
	    --modalities a
	fails 2 "--modalities: '' has an empty item" --modalities ''
	fails 2 "--modalities: 'a:1,' has an empty item" --modalities a:1,
	fails 2 "--modalities: '0' is not a whole number from 1 to 2147483647" \
	    --modalities a:0
	fails 2 "--modalities: 'a' is given twice" --modalities a:1,a:2
	for name in '' a+b a.b; do
		fails 2 "--modalities: '$name' cannot name a modality" \
		    --modalities "$name:1"
	done
	for name in y yhat p z c; do
		fails 2 "--modalities: columns '$name:...' are no features" \
		    --modalities "$name:1"
	done
	fails 2 "--modality-noise: no modality 'b'" \
	    --modalities a:1 --modality-noise b=1
	fails 2 "--modality-noise: 'a' is not NAME=X" \
	    --modalities a:1 --modality-noise a
	fails 2 "--modality-noise: '-1' is not a number of at least 0" \
	    --modalities a:1 --modality-noise a=-1
}

@test "mtl-gen: the last of an option given twice counts" {
	mtl-gen --tasks 2 --structure lowrank:1 --sizes 2:3 > want.csv
	mtl-gen --tasks 9 --structure chain --structure lowrank:1 --tasks 2 \
	    --sizes 7:8 --sizes 2:3 | cmp - want.csv
	mtl-gen --modalities a:1 --modalities b:2 | cmp - <(
	    mtl-gen --modalities b:2)
	mtl-gen --shift random --shift 1 | cmp - <(mtl-gen --shift 1)
	mtl-gen --structure sparse:2 --structure same |
	    cmp - <(mtl-gen --structure same)
}

# --- output ---

@test "mtl-gen: a run that succeeds is silent, -v says the rows" {
	for options in "" "--tasks 2 -q" "--modalities a:1,b:1 --progress=never"; do
		run --separate-stderr mtl-gen $options
		[ "$status" -eq 0 ]
		[ "$stderr" = "" ]
	done
	run --separate-stderr mtl-gen --tasks 2 -n 3 -v
	[[ $stderr =~ ^"mtl-gen: wrote 6 rows in "[0-9.]+" seconds"$ ]]
}

@test "mtl-gen -o writes aside what standard output gets" {
	mtl-gen --tasks 2 > want.csv
	echo old > out.csv
	mtl-gen --tasks 2 -o out.csv --truth truth.csv
	cmp out.csv want.csv
	[ "$(ls | paste -sd' ')" = "out.csv truth.csv want.csv" ]
	mtl-gen --tasks 2 -H | cmp - want.csv
}

@test "mtl-gen -d: rows with another delimiter, quoted where it needs be" {
	mtl-gen --tasks 2 > want.csv
	mtl-gen --tasks 2 -d tab | tr '\t' , | cmp - want.csv
	mtl-gen --tasks 2 -d ';' | tr ';' , | cmp - want.csv
	[ "$(mtl-gen --modalities a:1,'b"':1 -n 1 -d : | head -1)" = \
	    'id:"a:x1":"b"":x1":y' ]
	mtl-gen --modalities 'a b:1,"c":2' --structure same --noise 0 -d ' ' \
	    --truth truth.csv -n 5 > rows
	mtl-predict -m truth.csv -d ' ' rows | mtl-eval -d ' ' --score r2 \
	    --min-score 1
}

@test "mtl-gen: a full device is status 1 and leaves the files as they were" {
	[ -e /dev/full ] || skip "no /dev/full"
	for n in 1 5000; do
		echo old > truth.csv
		run --separate-stderr bash -c "mtl-gen --tasks 2 -n $n \
		    --truth truth.csv > /dev/full"
		[ "$status" -eq 1 ]
		[ "$stderr" = "mtl-gen: standard output: No space left on device" ]
		[ "$(cat truth.csv)" = old ]
		fails 1 "/dev/full: No space left on device" -n $n -o /dev/full
		echo old > out.csv
		fails 1 "/dev/full: No space left on device" --tasks 2 -n $n \
		    --truth /dev/full -o out.csv
		[ "$(cat out.csv)" = old ]
	done
	fails 1 "none/t.csv: No such file or directory" --tasks 2 \
	    --truth none/t.csv -o out.csv
	[ "$(cat out.csv)" = old ]
	[ "$(ls | paste -sd' ')" = "out.csv truth.csv" ]
}

@test "mtl-gen: the truth is in its place before the end of the pipe" {
	for i in {1..20}; do
		mtl-gen --tasks 2 --truth truth.csv |
			{ cat > rows.csv; [ -f truth.csv ]; }
		rm truth.csv
	done
}

@test "mtl-gen: a reader that leaves ends it quietly and leaves no file" {
	run --separate-stderr bash -c 'mtl-gen --tasks 50 -n 100000 \
	    --truth truth.csv | head -1; echo "${PIPESTATUS[0]}"'
	[ "$stderr" = "" ]
	[[ ${lines[0]} == id,task,x1,* ]]
	[ "${lines[1]}" -eq 141 ]
	[ "$(ls -A)" = "" ]
}

@test "mtl-gen: what memory cannot hold is status 1" {
	most=18446744073709551615
	fails 1 "out of memory for $most rows of 20 features" -n $most
	most=2147483647
	fails 1 "out of memory for $most features of $most tasks" \
	    --features $most --tasks $most
}

@test "mtl-gen: numbers too large for a double are status 1" {
	fails 1 "row 4: the target is too large for a number" \
	    --kind regression --bias 1e308 --noise 1e308 -o out.csv -n 99 \
	    --seed 3
	run --separate-stderr mtl-gen --scale 1e308 --shift 9
	[ "$status" -eq 1 ]
	[[ $stderr == "mtl-gen: row 1: column 'x1' is too large for a number" ]]
	[ "$(ls -A)" = "" ]
}

@test "mtl-gen: memory does not grow with the rows of tasks" {
	cat > peak.py <<-'END'
	import resource, subprocess, sys
	subprocess.run(["mtl-gen", "--tasks", "2", "--features", "2", "-n",
	    sys.argv[1]], check=True, stdout=subprocess.DEVNULL)
	print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
	END
	need_sklearn
	small=$("$python" peak.py 10)
	large=$("$python" peak.py 300000)
	[ "$large" -lt $((small + 2000)) ]
}
