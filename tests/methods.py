#!/usr/bin/python3
"""The scales of lambda in mtl-methods(7), line by line.

    methods.py sklearn | liblinear | malsar | glmnet

Each line of the page is a fit of mtl-train at the lambda that it gives, beside
the other program's at its own: the coefficients have to agree. The objectives
of MALSAR and glmnet are restated here from their manuals, and mtl-train's
minimum, which its certificate holds to be one, has to be theirs.
"""
import subprocess
import sys
import warnings

import numpy as np

from fitted import Model

warnings.simplefilter("ignore")
rng = np.random.default_rng(7)
N, D, T = 60, 6, 3
X = np.round(rng.normal(size=(N, D)) * (1 + np.arange(D)) + np.arange(D), 3)
V = np.where(np.arange(D)[:, None] < 3, rng.normal(size=(D, T)), 0) / \
    (1 + np.arange(D))[:, None]
Y = np.round(X @ V + rng.normal(size=(N, T)), 3)
COUNTS = np.floor(np.exp(np.clip(X @ V[:, 0] / 2, -2, 2)))
FAR = np.where(np.arange(N) % 9 == 0, Y[:, 0] + 20, Y[:, 0])
CLASS = np.argmax(X @ V + rng.normal(size=(N, T)), axis=1)
TWO = (CLASS == 0).astype(int)
SIZES = [60, 35, 48]  # rows of tasks that stand below each other
bad = 0


def write(path, head, rows):
    with open(path, "w") as f:
        f.write(",".join(head) + "\n")
        for r in rows:
            f.write(",".join(str(v) for v in r) + "\n")


def table(path, y, names=("y",)):
    y = np.asarray(y).reshape(N, -1)
    write(path, [*names, *(f"x{j}" for j in range(D))],
          [[*(float(v) if y.dtype.kind == "f" else v for v in a), *b]
           for a, b in zip(y, X)])


def below(path, y):
    """Tasks a, b, c below each other, each with the first rows of X."""
    write(path, ["task", "y", *(f"x{j}" for j in range(D))],
          [["abc"[t], y[i, t], *X[i]] for t in range(T)
           for i in range(SIZES[t])])


def fit(path, penalty, lambdas, *options):
    lambdas = ",".join(repr(float(v)) for v in lambdas)
    with open("m.csv", "w") as out:
        subprocess.run(["mtl-train", "-q", "-e", "1e-12", "--strict",
                        *penalty, "--lambda", lambdas, *options, path],
                       stdout=out, check=True)
    return Model("m.csv")


def near(what, a, b, tolerance=1e-6):
    global bad
    a, b = np.asarray(a, float), np.asarray(b, float)
    off = np.max(abs(a - b)) / np.max(abs(b)) if a.shape == b.shape else 9
    if not off <= tolerance or not np.any(b):
        bad = 1
        print("methods.py:", what, "differs by", off)


def each(pairs, tasks=1):
    """--normalize, its s, and the features as they are penalised."""
    mean, sd = X.mean(axis=0), X.std(axis=0)
    for by, s in (("rows", 1 / pairs), ("tasks", 1 / pairs), ("none", 1)):
        yield ["--normalize", by], s, (X - mean) / sd, sd
        yield ["--normalize", by, "--no-standardize"], s, X, np.ones(D)


# --- scikit-learn ------------------------------------------------------------

def sklearn():
    from sklearn import linear_model as lm
    from sklearn.svm import LinearSVC
    exact = dict(tol=1e-13, max_iter=1000000)

    table("wide.csv", Y, ["y:a", "y:b", "y:c"])
    for options, s, Z, sd in each(N * T):
        options += ["--loss", "squared"]
        for name, penalty, lambdas, other in (
                ("Ridge", "l2", [s * 5], lm.Ridge(5)),
                ("Lasso", "l1", [s * N * .2], lm.Lasso(.2, **exact)),
                ("ElasticNet", "l1,l2", [s * N * .2 * .6, s * N * .2 * .4],
                 lm.ElasticNet(.2, l1_ratio=.6, **exact)),
                ("MultiTaskLasso", "l21", [s * N * .2],
                 lm.MultiTaskLasso(.2, **exact)),
                ("MultiTaskElasticNet", "l21,l2",
                 [s * N * .2 * .6, s * N * .2 * .4],
                 lm.MultiTaskElasticNet(.2, l1_ratio=.6, **exact))):
            m = fit("wide.csv", ["-p", penalty], lambdas, *options)
            other.fit(Z, Y)
            near(name + " " + " ".join(options), m.W * sd[:, None],
                 other.coef_.T)

    # Tasks of several sizes: each has the s of its own pairs.
    below("below.csv", Y)
    n = sum(SIZES)
    for by, s in (("rows", [1 / n] * T), ("tasks", [1 / (T * k) for k in
                                                    SIZES])):
        m = fit("below.csv", ["-m", "single"], [.01], "--normalize", by,
                "--no-standardize")
        for t, k in enumerate(SIZES):
            near("Ridge of a task, " + by, m.W[:, t],
                 lm.Ridge(.01 / s[t]).fit(X[:k], Y[:k, t]).coef_)

    table("two.csv", TWO)
    table("three.csv", CLASS)
    table("counts.csv", COUNTS)
    table("far.csv", FAR)
    for options, s, Z, sd in each(N):
        saga = dict(solver="saga", random_state=0, tol=1e-10,
                    max_iter=100000)
        newton = dict(solver="newton-cg", tol=1e-12, max_iter=1000)
        say = " " + " ".join(options)
        for name, y in (("two", TWO), ("three", CLASS)):
            m = fit(name + ".csv", ["-m", "ridge"], [s / .5], *options)
            other = lm.LogisticRegression(C=.5, **newton).fit(Z, y)
            near(name + " LogisticRegression l2" + say, m.W * sd[:, None],
                 other.coef_.T)
        if "--no-standardize" not in options:  # saga is slow without
            m = fit("three.csv", ["-m", "lasso"], [s / .5], *options)
            other = lm.LogisticRegression("l1", C=.5, **saga).fit(Z, CLASS)
            near("LogisticRegression l1" + say, m.W * sd[:, None],
                 other.coef_.T)
            m = fit("two.csv", ["-m", "enet"], [s * .3 / .5, s * .7 / .5],
                    *options)
            other = lm.LogisticRegression("elasticnet", C=.5, l1_ratio=.3,
                                          **saga).fit(Z, TWO)
            near("LogisticRegression elasticnet" + say, m.W * sd[:, None],
                 other.coef_.T)
        m = fit("three.csv", ["-m", "ridge"], [s / .5], *options, "--loss",
                "hinge2", "--multiclass", "ovr", "--penalize-intercept")
        other = LinearSVC(C=.5, dual=False, **exact).fit(Z, CLASS)
        near("LinearSVC" + say, m.W * sd[:, None], other.coef_.T)
        m = fit("counts.csv", ["-m", "ridge"], [s * N * .1], *options,
                "--loss", "poisson")
        other = lm.PoissonRegressor(alpha=.1, tol=1e-12, max_iter=100000)
        near("PoissonRegressor" + say, m.W[:, 0] * sd, other.fit(
            Z - Z.mean(axis=0), COUNTS).coef_, 1e-4)
        other = lm.HuberRegressor(epsilon=1.5, alpha=20, tol=1e-10,
                                  max_iter=100000).fit(Z - Z.mean(axis=0), FAR)
        m = fit("far.csv", ["-m", "ridge"], [s * 20 * other.scale_],
                *options, "--loss", "huber", "--delta",
                repr(1.5 * other.scale_))
        near("HuberRegressor" + say, m.W[:, 0] * sd, other.coef_, 1e-4)


# --- LIBLINEAR ---------------------------------------------------------------

def their(kind, y, C, bias):
    """Weights of liblinear-train, a row each, the bias last; of one column
    those of the label that comes first in the file."""
    order = np.argsort(y == 0, kind="stable")
    with open("svm", "w") as f:
        for i in order:
            f.write(repr(y[i].item()) + " " + " ".join(
                f"{j + 1}:{x!r}" for j, x in enumerate(X[i])) + "\n")
    subprocess.run(["liblinear-train", "-q", "-s", str(kind), "-c", repr(C),
                    "-B", str(bias), "-e", "1e-9", "-p", "0", "svm", "out"],
                   check=True)
    head, w = open("out").read().split("\nw\n")
    w = np.array([r.split() for r in w.strip().split("\n")], float)
    labels = [r.split()[1:] for r in head.split("\n") if r[:5] == "label"]
    if w.shape[1] > 1:
        w = w[:, np.argsort([int(k) for k in labels[0]])]
    return w


def liblinear():
    cost = .4, .002 # its dual solvers take their time
    table("two.csv", TWO)
    table("three.csv", CLASS)
    table("y.csv", Y[:, 0])
    for options, s, Z, sd in each(N):
        if "--no-standardize" not in options:
            continue
        say = " " + " ".join(options)
        for name, y in (("two.csv", TWO), ("three.csv", CLASS)):
            for kind, penalty, loss, bias in (
                    (0, "l2", "logistic", 1), (0, "l2", "logistic", -1),
                    (7, "l2", "logistic", 1), (1, "l2", "hinge2", 1),
                    (2, "l2", "hinge2", 1), (2, "l2", "hinge2", -1),
                    (5, "l1", "hinge2", -1), (6, "l1", "logistic", -1)):
                C = cost[kind in (1, 12)]
                m = fit(name, ["-p", penalty], [s / C], *options,
                        "--loss", loss, "--multiclass", "ovr",
                        "--penalize-intercept" if bias > 0 else
                        "--no-intercept")
                ours = np.vstack([m.W, m.b]) if bias > 0 else m.W
                near(f"liblinear-train -s {kind} -B {bias} {name}" + say,
                     ours, their(kind, y, C, bias), 1e-5)
        for kind in (11, 12):
            C = cost[kind == 12]
            m = fit("y.csv", ["-m", "ridge"], [s / (2 * C)], *options,
                    "--loss", "squared", "--penalize-intercept")
            near(f"liblinear-train -s {kind} -p 0" + say, np.vstack(
                [m.W, m.b]), their(kind, Y[:, 0], C, 1), 1e-5)


# --- MALSAR ------------------------------------------------------------------

def rows(W):
    return np.sqrt((W ** 2).sum(axis=1)).sum()


def values(W):
    return np.linalg.svd(W, compute_uv=False)


def aso(W, k, eta):
    """The least tr(W (eta I + M)^-1 W') over 0 <= M <= I, tr M = k."""
    sigma, low, high = values(W), 0, 1e9
    for _ in range(200):
        nu = (low + high) / 2
        g = np.clip(sigma / nu - eta, 0, 1)
        low, high = (nu, high) if g.sum() > k else (low, nu)
    return (sigma ** 2 / (eta + g)).sum()


def descend(f, prox, shape):
    """min f(W)[0] + g(W) by accelerated steps, prox being that of g."""
    W = Z = np.zeros(shape)
    t, L = 1, 1e-3
    for _ in range(20000):
        v, G = f(Z)
        while True:
            P = prox(Z - G / L, 1 / L)
            if f(P)[0] <= v + (G * (P - Z)).sum() + L / 2 * \
                    ((P - Z) ** 2).sum() + 1e-12 * v:
                break
            L *= 2
        u = (1 + np.sqrt(1 + 4 * t * t)) / 2
        if (G * (P - W)).sum() > 0:
            u = 1
        still = np.max(abs(P - Z)) < 1e-10 * np.max(abs(P))
        Z, W, t = P + (t - 1) / u * (P - W), P, u
        if still:
            break
    return W


def shrink(V, a, axis):
    n = np.sqrt((V ** 2).sum(axis=axis, keepdims=True))
    return V * np.maximum(0, 1 - a / np.maximum(n, 1e-300))


def soft(V, a):
    return np.sign(V) * np.maximum(0, abs(V) - a)


def low_rank(V, a):
    U, s, R = np.linalg.svd(V, full_matrices=False)
    return (U * np.maximum(0, s - a)) @ R


def half_squares(W):
    R = [X[:k] @ W[:, t] - Y[:k, t] for t, k in enumerate(SIZES)]
    return (sum((r ** 2).sum() for r in R) / 2,
            np.array([X[:k].T @ r for r, k in zip(R, SIZES)]).T)


def logistic_means(V):
    """The last row are the intercepts."""
    value, G = 0, np.zeros_like(V)
    for t, k in enumerate(SIZES):
        y = np.where(Y[:k, t] > 0, 1, -1)
        A = np.hstack([X[:k], np.ones((k, 1))])
        z = y * (A @ V[:, t])
        value += np.logaddexp(0, -z).mean()
        G[:, t] = A.T @ (-y * np.exp(-np.logaddexp(0, z))) / k
    return value, G


def malsar():
    below("below.csv", Y)
    raw = ["--no-standardize", "--no-intercept", "--normalize", "none",
           "--loss", "squared"]
    squares = lambda W: half_squares(W)[0]
    chain = lambda W: (np.diff(W, axis=1) ** 2).sum()
    spread = lambda W: ((W - W.mean(axis=1, keepdims=True)) ** 2).sum()
    l1, l2 = (lambda W: abs(W).sum()), (lambda W: (W ** 2).sum())
    a, b, c = 9.0, 4.0, 3.0

    for name, penalty, prox in (
            ("Least_Lasso", "l1", lambda V, h: soft(V, a * h)),
            ("Least_L21", "l21", lambda V, h: shrink(V, a * h, 1)),
            ("Least_Trace", "trace", lambda V, h: low_rank(V, a * h))):
        m = fit("below.csv", ["-p", penalty], [a], *raw)
        near(name, m.W, descend(half_squares, prox, (D, T)))

    def same(name, penalty, lambdas, value, *options, times=1):
        for by, s in (("none", 1), ("rows", 1 / sum(SIZES))):
            m = fit("below.csv", ["-p", penalty], [s * v for v in lambdas],
                    *raw, "--normalize", by, *options)
            near(name + ", " + by, times * float(m.meta["objective"]) / s,
                 value(m.W, *(m.P or [])), 1e-9)

    same("Least_Lasso, rho_L2", "l1,l2", [a, 2 * b], lambda W: squares(W) +
         a * l1(W) + b * l2(W))
    same("Least_L21, rho_L2", "l21,l2", [a, 2 * b], lambda W: squares(W) +
         a * rows(W) + b * l2(W))
    same("Least_SRMTL, all", "mean,l1", [2 * a, b], lambda W: squares(W) +
         a * spread(W) + b * l1(W))
    same("Least_SRMTL, order", "chain,l1", [2 * a, b], lambda W: squares(W) +
         a * chain(W) + b * l1(W))
    same("Least_TGL", "l2,chain,l21", [2 * a, 2 * b, c], lambda W:
         squares(W) + a * l2(W) + b * chain(W) + c * rows(W))
    same("Least_CFGLasso", "l1,fused,l21", [a, b, c], lambda W: squares(W) +
         a * l1(W) + b * abs(np.diff(W, axis=1)).sum() + c * rows(W))
    for k in (1, 2):
        eta = b / a
        same("Least_CMTL, Least_CASO", "cluster", [2 * a], lambda W:
             squares(W) + a * eta * (1 + eta) * aso(W, k, eta),
             "--clusters", str(k), "--eta", repr(eta))
    same("Least_Dirty", "l1inf + l1", [a / 2, b / 2], lambda W, P, Q:
         2 * squares(W) + a * abs(P).max(axis=1).sum() + b * l1(Q), times=2)
    same("Least_rMTFL", "l21 + task", [a / 2, b / 2], lambda W, P, Q:
         2 * squares(W) + a * rows(P) + b * rows(Q.T), times=2)

    below("signs.csv", np.where(Y > 0, 1, -1))
    a, b = .1, .05
    for name, penalty, prox in (
            ("Logistic_Lasso", "l1", lambda V, h: soft(V, a * h)),
            ("Logistic_L21", "l21", lambda V, h: shrink(V, a * h, 1)),
            ("Logistic_Trace", "trace", lambda V, h: low_rank(V, a * h))):
        def free(V, h):
            return np.vstack([prox(V[:-1], h), V[-1:]])

        def smooth(V):
            value, G = logistic_means(V)
            G[:-1] += 2 * b * V[:-1]
            return value + b * l2(V[:-1]), G
        terms = penalty + ",l2" if penalty != "trace" else "trace,l2"
        m = fit("signs.csv", ["-p", terms], [a / T, 2 * b / T],
                "--no-standardize", "--normalize", "tasks")
        best = descend(smooth, free, (D + 1, T))
        near(name, m.W, best[:-1], 1e-5)


# --- glmnet ------------------------------------------------------------------

def glmnet():
    """1/(2N) RSS or -1/N log-likelihood + lambda ((1 - alpha)/2 |B|^2 +
    alpha |B|), B of standardised features unless standardize=FALSE."""
    alpha, lam = .7, .05
    table("y.csv", Y[:, 0])
    table("wide.csv", Y, ["y:a", "y:b", "y:c"])
    table("two.csv", TWO)
    table("three.csv", CLASS)
    table("counts.csv", COUNTS)

    def gaussian(y):
        y = y.reshape(N, -1)
        return lambda V, A: (((A @ V - y) ** 2).sum() / (2 * N),
                             A.T @ (A @ V - y) / N)

    def binomial(V, A):
        y = np.where(TWO, 1, -1)[:, None]
        z = y * (A @ V)
        return (np.logaddexp(0, -z).mean(),
                A.T @ (-y * np.exp(-np.logaddexp(0, z))) / N)

    def multinomial(V, A):
        z = A @ V
        z -= z.max(axis=1, keepdims=True)
        p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
        hot = np.eye(T)[CLASS]
        return -np.log((p * hot).sum(axis=1)).mean(), A.T @ (p - hot) / N

    def poisson(V, A):
        y, z = COUNTS[:, None], A @ V
        return (np.exp(z) - y * z).mean(), A.T @ (np.exp(z) - y) / N

    sd_y = Y[:, 0].std()
    for standardize in (True, False):
        mean, sd = X.mean(axis=0), X.std(axis=0)
        Z = (X - mean) / sd if standardize else X - mean
        A = np.hstack([Z, np.ones((N, 1))])
        for name, path, norm, loss, C, options, times in (
                ("gaussian", "y.csv", "l1", gaussian(Y[:, 0]), 1,
                 ["--loss", "squared"], 1),
                ("mgaussian", "wide.csv", "l21", gaussian(Y), T,
                 ["--loss", "squared"], 1 / T),
                ("binomial", "two.csv", "l1", binomial, 1, [], 1),
                ("multinomial", "three.csv", "l1", multinomial, T, [], 1),
                ("grouped", "three.csv", "l21", multinomial, T, [], 1),
                ("poisson", "counts.csv", "l1", poisson, 1,
                 ["--loss", "poisson"], 1)):
            ridge = lam * (1 - alpha) / (sd_y if name == "gaussian" else 1)

            def smooth(V):
                value, G = loss(V, A)
                G[:-1] += ridge * V[:-1]
                return value + ridge / 2 * (V[:-1] ** 2).sum(), G

            def prox(V, h):
                a = lam * alpha * h
                return np.vstack([soft(V[:-1], a) if norm == "l1" else
                                  shrink(V[:-1], a, 1), V[-1:]])
            m = fit(path, ["-p", norm + ",l2"],
                    [lam * alpha * times, ridge * times], *options,
                    *([] if standardize else ["--no-standardize"]))
            W = descend(smooth, prox, (D + 1, C))[:-1]
            near(f"glmnet {name}, standardize {standardize}",
                 m.W * (sd[:, None] if standardize else 1), W, 1e-5)


globals()[sys.argv[1]]()
sys.exit(bad)
