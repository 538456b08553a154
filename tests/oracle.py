#!/usr/bin/python3
"""Independent truth for mtl-train: judges a model by the table it came from.

    oracle.py [--with sklearn|liblinear] [--task COL] [--weight COL]
        MODEL TABLE

From the table and the settings recorded in the model this rebuilds the
objective as the manual has it, in its own way, and fails (status 1) unless

  - the recorded objective is that of the model's coefficients,
  - the recorded null loss is that of the best intercepts alone,
  - no lower objective is found from zero by scipy's L-BFGS, beyond 1e-6,
  - what is found lies within the recorded duality gap,
  - a recorded residual is that of the gradient,
  - the coefficients that scikit-learn or LIBLINEAR finds for the same problem
    have the same objective, to 1e-6.

A model that says it did not converge is held to all but the third and last.
"""
import argparse
import csv
import gzip
import subprocess

import numpy as np
from scipy.optimize import minimize


def read(path):
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rt", newline="", encoding="latin-1") as f:
        return list(csv.DictReader(f))


class Model:
    def __init__(self, path):
        self.meta, self.mean, self.delta, self.scale = {}, {}, {}, {}
        self.part = {}
        self.coef, self.icpt, self.loss, self.classes = {}, {}, {}, {}
        self.tasks = []
        for r in read(path):
            k = (r["record"], r["name"])
            if r["record"] == "meta":
                self.meta[r["name"]] = r["value"]
            elif k == ("feature", "mean"):
                self.mean[r["feature"]] = float(r["value"])
            elif k == ("task", "loss"):
                self.tasks.append(r["task"])
                self.loss[r["task"]] = r["value"]
            elif k == ("task", "delta"):
                self.delta[r["task"]] = float(r["value"])
            elif k == ("task", "scale"):
                self.scale[r["task"]] = float(r["value"])
            elif r["record"] == "class":
                self.classes.setdefault(r["task"], []).append(r["value"])
            elif r["record"] == "coef":
                self.coef[r["task"], r["class"], r["feature"]] = \
                    float(r["value"])
            elif r["record"] == "part":
                self.part[r["name"], r["task"], r["class"], r["feature"]] = \
                    float(r["value"])
            elif r["record"] == "intercept":
                self.icpt[r["task"], r["class"]] = float(r["value"])


NUMBERS = "squared", "huber", "poisson"


def columns_of(loss, classes):
    """Class names of a task's columns; [''] for a single one."""
    if loss in NUMBERS or (loss != "softmax" and len(classes) == 2):
        return [""]
    return classes


class Part:
    """Pairs of one task as one block of columns sees them."""

    def __init__(self, loss, cols, idx, y, c, ovr, omega):
        self.loss, self.cols, self.idx, self.y = loss, cols, idx, y
        self.c, self.ovr, self.omega = c, ovr, omega

    def signs(self):
        if not self.ovr:
            return np.where(self.y == 1, 1.0, -1.0)[:, None]
        k = np.arange(self.cols.stop - self.cols.start)
        return np.where(k[None] == self.y[:, None], 1.0, -1.0)

    def value(self, z):
        """Loss of each row, and its gradient in z (n x cols)."""
        if self.loss == "squared":
            e = z[:, 0] - self.y
            return e * e / 2, e[:, None]
        if self.loss == "logistic":
            s = self.signs()
            m = -s * z
            return (np.logaddexp(0, m).sum(1),
                    -s * np.exp(m - np.logaddexp(0, m)))
        top = z.max(1, keepdims=True)
        lse = top + np.log(np.exp(z - top).sum(1, keepdims=True))
        rows = np.arange(len(self.y)), self.y.astype(int)
        p = np.exp(z - lse)
        p[rows] -= 1
        return lse[:, 0] - z[rows], p


class Problem:
    def __init__(self, m, table, opt):
        self.m, self.feats = m, list(m.mean)
        self.d = len(self.feats)
        self.w = np.array([float(r[opt.weight]) if opt.weight else 1.0
                           for r in table])
        self.pairs = {t: self.labelled(table, t, opt.task) for t in m.tasks}
        self.standardise(table)
        self.make_parts()
        self.find_fixed()
        self.read_penalty(m.meta["penalty"])
        self.groups = {}
        each = m.meta["multiclass"] == "ovr" and self.B == 1
        blocks = [t for t, _ in self.cols]
        for c, (t, k) in enumerate(self.cols):
            alone = each or blocks.count(t) == 1
            self.groups.setdefault("" if alone else k, []).append(c)

    def read_penalty(self, text):
        lam = dict(t.split(":") for t in text.split(","))
        self.l2, self.lm = float(lam.get("l2", 0)), float(lam.get("mean", 0))

    def labelled(self, table, t, task):
        """Rows of weight > 0 and label texts of task t."""
        layout, value, target = self.m.meta["layout"], t, "y"
        if layout == "wide":
            target = "y:" + t
        elif layout == "mixed":
            value, target = t.rsplit("/", 1)
            target = "y:" + target
        return [(i, r[target]) for i, r in enumerate(table)
                if r[target] != "" and self.w[i] > 0 and
                (layout in ("one", "wide") or r[task] == value)]

    def standardise(self, table):
        X = np.array([[float(r[f]) if r[f] != "" else np.nan
                       for f in self.feats] for r in table])
        v = np.zeros(len(table))
        for t in self.m.tasks:
            for i, _ in self.pairs[t]:
                v[i] += self.w[i]
        use = v > 0
        seen = ~np.isnan(X)
        mu = np.array([np.average(X[use & seen[:, j], j],
                                  weights=v[use & seen[:, j]])
                       for j in range(self.d)])
        X = np.where(seen, X, mu)
        sd = np.sqrt(np.average((X[use] - mu) ** 2, axis=0, weights=v[use]))
        const = sd <= 1e-12 * np.abs(X[use]).max(0)
        scale = self.m.meta["standardize"] == "yes"
        self.free = self.m.meta["intercept"]
        center = self.free == "free" or (self.free == "penalized" and scale)
        self.mu = mu if center else np.zeros(self.d)
        self.div = np.where(const, 1, sd) if scale else np.ones(self.d)
        self.Z = (X - self.mu) / self.div
        if scale or center:
            self.Z[:, const] = 0

    def factors(self):
        m = self.m
        nt = {t: sum(self.w[i] for i, _ in self.pairs[t]) for t in m.tasks}
        self.nt, n = nt, sum(nt.values())
        if m.meta["normalize"] == "tasks":
            return {t: 1 / (len(nt) * nt[t]) for t in nt}
        return {t: 1 / n if m.meta["normalize"] == "rows" else 1.0
                for t in nt}

    def make_parts(self):
        m, s = self.m, self.factors()
        blocks = [(t, [(t, s[t])]) for t in m.tasks]
        if m.meta["method"] == "pooled":
            blocks = [("", [(t, s[t]) for t in m.tasks])]
        elif float(m.meta.get("share", 0)) > 0:
            share = float(m.meta["share"])
            blocks = [(t, [(u, s[u] * (1 if u == t else share))
                           for u in m.tasks]) for t in m.tasks]
        self.cols, self.parts, self.B = [], [], len(blocks)
        for name, members in blocks:
            loss = m.loss[name or members[0][0]]
            classes = m.classes.get(name, [])
            names = columns_of(loss, classes)
            cols = slice(len(self.cols), len(self.cols) + len(names))
            self.cols += [(name, k) for k in names]
            for t, factor in members:
                self.parts.append(self.part(t, factor, loss, cols, classes))

    def part(self, t, factor, loss, cols, classes):
        idx = np.array([i for i, _ in self.pairs[t]])
        y = np.array([float(a) / self.m.scale.get(t, 1)
                      if loss in NUMBERS else classes.index(a)
                      for _, a in self.pairs[t]])
        omega = self.w[idx]
        if self.m.meta["balance"] == "yes" and loss not in NUMBERS:
            tot = {k: omega[y == k].sum() for k in set(y)}
            omega = omega * [self.nt[t] / (len(tot) * tot[k]) for k in y]
        ovr = loss in ("logistic", "hinge2") and len(classes) > 2
        return Part(loss, cols, idx, y, factor * omega, ovr, omega)

    def find_fixed(self):
        """Two-sided columns with one side only: intercept fixed."""
        self.fixed = {}
        for c in range(len(self.cols) if self.free == "free" else 0):
            plus = minus = 0.0
            for p in self.parts:
                if p.loss in ("logistic", "hinge2") and \
                        p.cols.start <= c < p.cols.stop:
                    s = p.signs()[:, c - p.cols.start]
                    plus += p.omega[s > 0].sum()
                    minus += p.omega[s < 0].sum()
            if plus + minus > 0 and min(plus, minus) == 0:
                self.fixed[c] = np.log((plus + 0.5) / (minus + 0.5))

    def objective(self, V):
        V = V.reshape(self.d + 1, -1).copy()
        for c, b in self.fixed.items():
            V[-1, c] = b
        W, b, G, val = V[:-1], V[-1], np.zeros_like(V), 0.0
        for p in self.parts:
            loss, g = p.value(self.Z[p.idx] @ W[:, p.cols] + b[p.cols])
            g = g * p.c[:, None]
            val += p.c @ loss
            G[:-1, p.cols] += self.Z[p.idx].T @ g
            G[-1, p.cols] += g.sum(0)
        val += self.l2 / 2 * (W * W).sum()
        G[:-1] += self.l2 * W
        for g in self.groups.values():
            D = W[:, g] - W[:, g].mean(1, keepdims=True)
            val += self.lm / 2 * (D * D).sum()
            G[:-1, g] += self.lm * D
        if self.free == "penalized":
            val += self.l2 / 2 * (b * b).sum()
            G[-1] += self.l2 * b
        if self.free == "none":
            G[-1] = 0
        for c in self.fixed:
            G[-1, c] = 0
        return val, G.ravel()

    def lowest(self, mask=1.0):
        """Least objective over the entries where mask is 1."""
        def masked(V):
            val, G = self.objective(V)
            return val, G * mask
        return minimize(masked, np.zeros((self.d + 1) * len(self.cols)),
                        jac=True, method="L-BFGS-B",
                        options={"maxiter": 20000, "maxfun": 40000,
                                 "ftol": 1e-16, "gtol": 1e-11,
                                 "maxcor": 30})

    def of_model(self):
        W = np.array([[self.m.coef.get((t, k, f), 0.0)
                       for t, k in self.cols] for f in self.feats])
        b = np.array([self.m.icpt.get(c, 0.0) for c in self.cols])
        return np.vstack([W * self.div[:, None], b + self.mu @ W])


def sklearn_fit(p):
    from sklearn.linear_model import LogisticRegression, Ridge
    V = np.zeros((p.d + 1, len(p.cols)))
    free = p.free == "free"
    assert p.lm == 0 and p.free != "penalized"
    for part in p.parts:
        Z, c = p.Z[part.idx], part.c
        if part.loss == "squared":
            fit = Ridge(p.l2, fit_intercept=free, solver="cholesky")
            fit.fit(Z, part.y, sample_weight=c)
            V[:-1, part.cols.start], V[-1, part.cols.start] = \
                fit.coef_, fit.intercept_
            continue
        fit = LogisticRegression(
            C=1 / p.l2, fit_intercept=free, tol=1e-10, max_iter=100,
            multi_class="multinomial" if part.loss == "softmax" else "ovr",
            solver="newton-cg")
        fit.fit(Z, part.y, sample_weight=c)
        V[:-1, part.cols], V[-1, part.cols] = fit.coef_.T, fit.intercept_
    return V


def liblinear_fit(p):
    """One run of liblinear-train a task; it goes one-vs-rest by itself."""
    V = np.zeros((p.d + 1, len(p.cols)))
    assert p.lm == 0 and p.free != "free"
    for part in p.parts:
        assert part.loss == "logistic" and np.ptp(part.c) == 0
        with open("liblinear.in", "w") as f:
            for i, y in zip(part.idx, part.y):
                cells = " ".join(f"{j + 1}:{float(x)!r}" for j, x in
                                 enumerate(p.Z[i]))
                f.write(f"{int(y)} {cells}\n")
        bias = "1" if p.free == "penalized" else "-1"
        subprocess.run(["liblinear-train", "-q", "-s", "0", "-B", bias,
                        "-e", "1e-10", "-c", repr(float(part.c[0] / p.l2)),
                        "liblinear.in", "liblinear.out"], check=True)
        lines = open("liblinear.out").read().split("\n")
        at = lines.index("w")
        head = dict(line.split(" ", 1) for line in lines[:at])
        order = [int(k) for k in head["label"].split()]
        w = np.array([[float(x) for x in line.split()]
                      for line in lines[at + 1:] if line])
        if p.free == "none":
            w = np.vstack([w, np.zeros(w.shape[1])])
        if part.ovr:
            V[:, part.cols] = w[:, np.argsort(order)]
        else:
            V[:, part.cols] = w if order[0] == 1 else -w
    return V


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--with", dest="rival", choices=["sklearn", "liblinear"])
    ap.add_argument("--task", default="task")
    ap.add_argument("--weight")
    ap.add_argument("model")
    ap.add_argument("table")
    opt = ap.parse_args()
    m = Model(opt.model)
    p = Problem(m, read(opt.table), opt)
    converged = m.meta["converged"] == "yes"
    recorded, null = float(m.meta["objective"]), float(m.meta["null"])
    own, gradient = p.objective(p.of_model())
    best = p.lowest().fun
    b_only = np.zeros((p.d + 1, len(p.cols)))
    b_only[-1] = 1
    start = p.lowest(b_only.ravel())
    bad = 0

    def check(ok, what, *numbers):
        nonlocal bad
        print("ok " if ok else "NOT", what, *(repr(float(x)) for x in numbers))
        bad |= not ok

    size = max(abs(best), 1e-6 * null)
    check(abs(recorded - own) <= 1e-9 * max(size, null),
          "recorded objective, recomputed", recorded, own)
    check(abs(null - start.fun) <= 1e-8 * max(null, 1e-300),
          "recorded null loss, recomputed", null, start.fun)
    if converged:
        check(own <= best + 1e-6 * size, "objective, lowest", own, best)
    if opt.rival and converged:
        fit = {"sklearn": sklearn_fit, "liblinear": liblinear_fit}[opt.rival]
        value = p.objective(fit(p))[0]
        check(abs(value - own) <= 1e-6 * size, "objective, that of " +
              opt.rival, own, value)
        best = min(best, value)
    if "gap" in m.meta:
        gap = float(m.meta["gap"]) * null
        check(own - best <= gap + 1e-9 * max(size, null),
              "excess, gap", own - best, gap)
    else:
        residual = float(m.meta["residual"])
        g0 = p.objective(start.x)[1].reshape(p.d + 1, -1)[:-1]
        mine = np.linalg.norm(gradient) / max(np.linalg.norm(g0), 1e-300)
        check(abs(residual - mine) <= 1e-6 + 1e-3 * mine,
              "residual, recomputed", residual, mine)
    check(float(m.meta.get("gap", m.meta.get("residual"))) <=
          float(m.meta["tol"]) or not converged, "certificate keeps tol")
    raise SystemExit(bad)


if __name__ == "__main__":
    main()
