#!/usr/bin/python3
"""Independent truth for mtl-train: reads the table and the model it gave.

    oracle.py MODEL TABLE [--loss T=squared ...]   (numpy and scipy only)

From the table and the settings recorded in the model it rebuilds the objective
of the manual in its own way, evaluates it at the model's coefficients, and
minimises it from zero with scipy's L-BFGS. Prints

    recorded OBJECTIVE   (what the model says)
    recomputed OBJECTIVE (of the model's coefficients)
    minimum OBJECTIVE    (found here)
    null D0
    gap GAP              (what the model says, absolute; empty without one)
"""
import csv
import gzip
import sys

import numpy as np
from scipy.optimize import minimize


def read(path):
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rt", newline="", encoding="latin-1") as f:
        return list(csv.DictReader(f))


class Model:
    def __init__(self, path):
        self.meta, self.mean, self.scale = {}, {}, {}
        self.coef, self.icpt, self.loss, self.classes = {}, {}, {}, {}
        self.weight, self.target, self.value = {}, {}, {}
        self.tasks = []
        for r in read(path):
            k = (r["record"], r["name"])
            if r["record"] == "meta":
                self.meta[r["name"]] = r["value"]
            elif k == ("feature", "mean"):
                self.mean[r["feature"]] = float(r["value"])
            elif k == ("feature", "scale"):
                self.scale[r["feature"]] = float(r["value"])
            elif k == ("task", "loss"):
                self.tasks.append(r["task"])
                self.loss[r["task"]] = r["value"]
            elif r["record"] == "class":
                self.classes.setdefault(r["task"], []).append(r["value"])
            elif r["record"] == "coef":
                self.coef[r["task"], r["class"], r["feature"]] = \
                    float(r["value"])
            elif r["record"] == "intercept":
                self.icpt[r["task"], r["class"]] = float(r["value"])


def columns_of(loss, classes):
    """Class names of a task's columns; [''] for a single one."""
    if loss == "squared" or (loss == "logistic" and len(classes) == 2):
        return [""]
    return classes


def loss_of(loss, z, y, K, ovr):
    """Loss of each row and its gradient in z (n x cols); y numbers/indices."""
    if loss == "squared":
        e = z[:, 0] - y
        return e * e / 2, e[:, None]
    if loss == "logistic":
        s = np.where(np.arange(K)[None] == y[:, None], 1.0, -1.0) if ovr \
            else np.where(y == 1, 1.0, -1.0)[:, None]
        m = -s * z
        val = np.logaddexp(0, m).sum(1)
        g = -s * (np.exp(m - np.logaddexp(0, m)))
        return val, g
    top = z.max(1, keepdims=True)
    lse = (top + np.log(np.exp(z - top).sum(1, keepdims=True)))[:, 0]
    p = np.exp(z - lse[:, None])
    val = lse - z[np.arange(len(y)), y.astype(int)]
    p[np.arange(len(y)), y.astype(int)] -= 1
    return val, p


def main():
    model, table = Model(sys.argv[1]), read(sys.argv[2])
    opt = dict(a[2:].split("=", 1) for a in sys.argv[3:])
    weight_col = opt.get("weight")
    feats = list(model.mean)
    X = np.array([[float(r[f]) if r[f] != "" else np.nan for f in feats]
                  for r in table])
    w = np.array([float(r[weight_col]) if weight_col else 1.0 for r in table])
    layout = model.meta["layout"]
    pooled = model.meta["method"] == "pooled"
    shared = float(model.meta["share"]) if "share" in model.meta else None
    tcol = opt.get("task", "task")

    def cells(t):
        """Rows and label texts of task t."""
        if layout == "wide":
            return [(i, r["y:" + t]) for i, r in enumerate(table)]
        if layout == "one":
            return [(i, r["y"]) for i, r in enumerate(table)]
        if layout == "mixed":
            v, tgt = t.rsplit("/", 1)
            return [(i, r["y:" + tgt]) for i, r in enumerate(table)
                    if r[tcol] == v]
        return [(i, r["y"]) for i, r in enumerate(table) if r[tcol] == t]

    pairs = {t: [(i, y) for i, y in cells(t) if y != "" and w[i] > 0]
             for t in model.tasks}
    # standardising: pair weights, mean of observed, deviation of filled
    v = np.zeros(len(table))
    for t in model.tasks:
        for i, _ in pairs[t]:
            v[i] += w[i]
    use = v > 0
    mu = np.array([np.average(X[use & ~np.isnan(X[:, j]), j],
                              weights=v[use & ~np.isnan(X[:, j])])
                   for j in range(len(feats))])
    X = np.where(np.isnan(X), mu, X)
    sd = np.sqrt(np.average((X[use] - mu) ** 2, axis=0, weights=v[use]))
    std = model.meta["standardize"] == "yes"
    icpt = model.meta["intercept"]
    center = icpt == "free" or (icpt == "penalized" and std)
    const = sd <= 1e-12 * np.abs(X[use]).max(0)
    div = np.where(const, 1, sd) if std else np.ones_like(sd)
    Z = (X - (mu if center else 0)) / div
    if std or center:
        Z[:, const] = 0

    # blocks: (name, loss, classes, [(task, factor)])
    n = sum(w[i] for t in model.tasks for i, _ in pairs[t])
    T = len(model.tasks)
    nt = {t: sum(w[i] for i, _ in pairs[t]) for t in model.tasks}
    s = {"rows": lambda t: 1 / n, "tasks": lambda t: 1 / (T * nt[t]),
         "none": lambda t: 1.0}[model.meta["normalize"]]
    if pooled:
        blocks = [("", [(t, s(t)) for t in model.tasks])]
    elif shared is not None:
        blocks = [(t, [(u, s(u) * (1 if u == t else shared))
                       for u in model.tasks if u == t or shared > 0])
                  for t in model.tasks]
    else:
        blocks = [(t, [(t, s(t))]) for t in model.tasks]
    ovr = model.meta["multiclass"] == "ovr"
    cols, parts = [], []
    for name, members in blocks:
        loss = model.loss[members[0][0] if pooled else name]
        classes = model.classes.get(name, [])
        cc = columns_of(loss, classes)
        for t, f in members:
            idx = np.array([i for i, _ in pairs[t]])
            if loss == "squared":
                y = np.array([float(a) for _, a in pairs[t]])
            else:
                y = np.array([classes.index(a) for _, a in pairs[t]])
            c = f * w[idx]
            if model.meta["balance"] == "yes" and loss != "squared":
                tot = {k: w[idx][y == k].sum() for k in set(y)}
                c = c * np.array([nt[t] / (len(tot) * tot[k]) for k in y])
            parts.append((loss, len(cols), len(cc), idx, y, c, len(classes),
                          ovr and len(classes) > 2))
        cols += [(name, k) for k in cc]
    C, d = len(cols), len(feats)
    lam = dict(t.split(":") for t in model.meta["penalty"].split(","))
    l2, lm = float(lam.get("l2", 0)), float(lam.get("mean", 0))
    groups = {}
    for c, (name, k) in enumerate(cols):
        one = ovr and len(blocks) == 1
        groups.setdefault("" if one else k, []).append(c)

    def objective(V):
        V = V.reshape(d + 1, C)
        W, b = V[:d], V[d]
        G = np.zeros_like(V)
        val = 0.0
        for loss, c0, k, idx, y, c, K, o in parts:
            z = Z[idx] @ W[:, c0:c0 + k] + b[c0:c0 + k]
            l, g = loss_of(loss, z, y, K, o)
            val += c @ l
            g = g * c[:, None]
            G[:d, c0:c0 + k] += Z[idx].T @ g
            G[d, c0:c0 + k] += g.sum(0)
        val += l2 / 2 * (W * W).sum()
        G[:d] += l2 * W
        for g in groups.values():
            D = W[:, g] - W[:, g].mean(1, keepdims=True)
            val += lm / 2 * (D * D).sum()
            G[:d, g] += lm * D
        if icpt == "penalized":
            val += l2 / 2 * (b * b).sum()
            G[d] += l2 * b
        if icpt == "none":
            G[d] = 0
        return val, G.ravel()

    W = np.array([[model.coef.get((t, k, f), 0.0) for t, k in cols]
                  for f in feats])
    b = np.array([model.icpt.get((t, k), 0.0) for t, k in cols])
    if center:
        b = b + mu @ W
    V = np.vstack([W * div[:, None], b])
    zero = np.zeros((d + 1, C))
    best = minimize(objective, zero.ravel(), jac=True, method="L-BFGS-B",
                    options={"maxiter": 20000, "maxfun": 40000,
                             "ftol": 1e-16, "gtol": 1e-11, "maxcor": 30})
    null = float(model.meta["null"])
    print("recorded", model.meta["objective"])
    print("recomputed", repr(float(objective(V.ravel())[0])))
    print("minimum", repr(float(best.fun)))
    print("null", repr(null))
    print("gap", repr(float(model.meta["gap"]) * null)
          if "gap" in model.meta else "")


main()
