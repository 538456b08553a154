#!/usr/bin/python3
"""Independent truth for the losses of mtl-train: judges a model by its table.

    losses.py [--weight COL] [--unfinished] MODEL TABLE

From the table and what the model says of itself this rebuilds the objective by
the definitions of the losses, with no sum or formula of the program's, and
fails (status 1) unless

  - the recorded objective is that of the model's coefficients,
  - huber's delta, if the data chose it, is that of the manual,
  - the recorded null loss is the least that intercepts alone reach, less the
    least of each row by itself,
  - the least objective that scipy's L-BFGS finds from zero is the recorded one
    to 1e-6 of the null loss (not with --unfinished),
  - it lies no further below than the recorded gap says.
"""
import argparse
import csv
import sys

import numpy as np
from scipy.optimize import minimize

args = argparse.ArgumentParser()
args.add_argument("--weight")
args.add_argument("--delta", type=float)
args.add_argument("--unfinished", action="store_true")
args.add_argument("model")
args.add_argument("table")
args = args.parse_args()
bad = 0


def fail(what, *values):
    global bad
    bad = 1
    print("losses.py:", what, *map(repr, values))


def read(path):
    with open(path, newline="") as f:
        return list(csv.DictReader(f))


# --- losses: value and slope, z of shape n x columns -------------------------

def loss(name, y, z, delta, K):
    """y: numbers, or class numbers 0 .. K-1."""
    if name == "softmax":
        shift = z - z.max(axis=1, keepdims=True)
        p = np.exp(shift) / np.exp(shift).sum(axis=1, keepdims=True)
        at = np.arange(len(y)), y.astype(int)
        value = -np.log(p[at])
        p[at] -= 1
        return value, p
    if name in ("logistic", "hinge2"):
        if z.shape[1] == 1:
            s = (2 * y - 1)[:, None]
        else:
            s = 2.0 * (y[:, None] == np.arange(K)) - 1
        m = s * z
        if name == "logistic":
            return (np.logaddexp(0, -m).sum(axis=1),
                    -s * np.exp(-np.logaddexp(0, m)))
        short = np.maximum(0, 1 - m)
        return (short ** 2).sum(axis=1), -2 * s * short
    z = z[:, 0]
    if name == "squared":
        return (y - z) ** 2 / 2, (z - y)[:, None]
    if name == "huber":
        e = z - y
        return (np.where(abs(e) <= delta, e ** 2 / 2,
                         delta * (abs(e) - delta / 2)),
                np.clip(e, -delta, delta)[:, None])
    if name == "poisson":
        with np.errstate(over="ignore"):
            return np.exp(z) - y * z, (np.exp(z) - y)[:, None]
    raise SystemExit("losses.py: no loss " + name)


def floor(name, y):
    if name != "poisson":
        return np.zeros(len(y))
    return y - np.where(y > 0, y * np.log(np.maximum(y, 1e-300)), 0)


def median(x, w):
    """By repetition: weights are whole numbers in the tests."""
    return np.median(np.repeat(x, w.astype(int)))


# --- the model ---------------------------------------------------------------

meta, loss_of, delta_of, scale_of, classes = {}, {}, {}, {}, {}
mean, deviation, coef, intercept = {}, {}, {}, {}
for r in read(args.model):
    record, name, task = r["record"], r["name"], r["task"]
    if record == "meta":
        meta[name] = r["value"]
    elif record == "task" and name == "loss":
        loss_of[task] = r["value"]
    elif record == "task" and name == "delta":
        delta_of[task] = float(r["value"])
    elif record == "task" and name == "scale":
        scale_of[task] = float(r["value"])
    elif record == "class":
        classes.setdefault(task, []).append(r["value"])
    elif record == "feature" and name == "mean":
        mean[r["feature"]] = float(r["value"])
    elif record == "feature" and name == "scale":
        deviation[r["feature"]] = float(r["value"])
    elif record == "coef":
        coef[task, r["class"], r["feature"]] = float(r["value"])
    elif record == "intercept":
        intercept[task, r["class"]] = float(r["value"])
tasks, features = list(loss_of), list(mean)
T, d = len(tasks), len(features)
pooled = "pooled" in meta

# --- the table: pairs of each task -------------------------------------------

table = read(args.table)
X = np.array([[float(r[f]) for f in features] for r in table])
w = np.array([float(r[args.weight]) if args.weight else 1.0 for r in table])


def cell(r, t):
    if meta["layout"] == "wide":
        return r["y:" + t]
    return r["y"] if meta["layout"] == "one" or r["task"] == t else ""


rows = {t: [i for i, r in enumerate(table) if cell(r, t) != "" and w[i] > 0]
        for t in tasks}
used = np.array([sum(i in set(rows[t]) for t in tasks)
                 for i in range(len(table))]) * w
mu = np.average(X, axis=0, weights=used)
sd = np.sqrt(np.average((X - mu) ** 2, axis=0, weights=used))
std = meta["standardize"] == "yes"
free = meta["intercept"] == "free"
Z = (X - mu if free or (std and meta["intercept"] == "penalized") else X) / \
    (sd if std else 1)
total = sum(w[rows[t]].sum() for t in tasks)
factor = {t: {"rows": 1 / total, "tasks": 1 / (T * w[rows[t]].sum()),
              "none": 1.0}[meta["normalize"]] for t in tasks}
share = float(meta.get("share", 0))


class Part:
    """Pairs of task t in the columns of block `of`."""

    def __init__(self, of, t, kappa, first):
        self.name = loss_of[of or t]
        self.rows = np.array(rows[t])
        labels = classes.get(of, [])
        y = [cell(table[i], t) for i in rows[t]]
        self.c = kappa * factor[t] * w[self.rows]
        if labels:
            self.y = np.array([labels.index(v) for v in y], float)
            if meta["balance"] == "yes":
                of_class = {k: w[self.rows][self.y == k].sum()
                            for k in set(self.y)}
                n = w[self.rows].sum()
                self.c *= [n / (len(of_class) * of_class[k]) for k in self.y]
        else:
            self.y = np.array([float(v) for v in y])
            if meta["scale-target"] == "yes" and self.name != "poisson":
                m = np.average(self.y, weights=w[self.rows])
                s = np.sqrt(np.average((self.y - m) ** 2,
                                       weights=w[self.rows]))
                if abs(s / scale_of.get(t, 1) - 1) > 1e-12:
                    fail("scale of " + t, scale_of.get(t), s)
                self.y = self.y / s
        self.K, self.first = len(labels), first
        many = self.name == "softmax" or len(labels) > 2
        self.labels = labels if many else [""]
        self.delta = delta_of.get(t)
        if self.name == "huber":
            self.check_delta(t)

    def check_delta(self, t):
        v = w[self.rows]
        sigma = 1.4826 * median(abs(self.y - median(self.y, v)), v)
        if sigma == 0:
            m = np.average(self.y, weights=v)
            sigma = np.sqrt(np.average((self.y - m) ** 2, weights=v))
        want = args.delta or (1.345 * sigma if sigma > 1e-12 else 1)
        if abs(self.delta / want - 1) > 1e-12:
            fail("delta of " + t, self.delta, want)


parts, columns, first = [], [], 0
for of in [""] if pooled else tasks:
    mine = [Part(of, t, 1 if pooled or t == of else share, first)
            for t in tasks if pooled or t == of or share > 0]
    parts += mine
    columns += [(of, k) for k in mine[0].labels]
    first += len(mine[0].labels)
C = len(columns)
terms = dict(t.split(":") for t in meta["penalty"].split(","))
l2, tie, l1 = (float(terms.get(k, 0)) for k in ("l2", "mean", "l1"))
together = {}
for c, (of, k) in enumerate(columns):
    alone = meta["multiclass"] == "ovr" and len(tasks) == 1
    together.setdefault("" if alone else k, []).append(c)


def objective(V, frozen=(), penalty=True):
    V = V.reshape(d + 1, C)
    W, b = V[:d], V[d]
    G, value = np.zeros_like(V), 0.0
    for p in parts:
        at = slice(p.first, p.first + len(p.labels))
        z = Z[p.rows] @ W[:, at] + b[at]
        l, g = loss(p.name, p.y, z, p.delta, p.K)
        g = g * p.c[:, None]
        value += p.c @ l
        G[:d, at] += Z[p.rows].T @ g
        G[d, at] += g.sum(axis=0)
    value += l2 / 2 * (W ** 2).sum()
    G[:d] += l2 * W
    for group in together.values():
        E = W[:, group] - W[:, group].mean(axis=1, keepdims=True)
        value += tie / 2 * (E ** 2).sum()
        G[:d, group] += tie * E
    if meta["intercept"] == "penalized":
        value += l2 / 2 * (b ** 2).sum()
        G[d] += l2 * b
    if meta["intercept"] == "none":
        G[d] = 0
    G[d, list(frozen)] = 0
    return value, G.ravel()


# --- the model's coefficients, in the units of the fit -----------------------

scale = np.array([scale_of.get(of, 1.0) for of, _ in columns])
W = np.array([[coef.get((of, k, f), 0.0) for of, k in columns]
              for f in features])
b = np.array([intercept.get((of, k), 0.0) for of, k in columns])
if free or (std and meta["intercept"] == "penalized"):
    b = b + mu @ W
V = np.vstack([W * (sd if std else np.ones(d))[:, None], b]) / scale
here = objective(V.ravel())[0] + l1 * abs(V[:d]).sum()
recorded = float(meta["objective"])
null = float(meta["null"])
size = null + abs(recorded)
if abs(here - recorded) > 1e-9 * size:
    fail("recorded objective, recomputed", recorded, here)


# Intercepts that the data cannot fix keep the smoothed rate.
frozen, start = [], np.zeros((d + 1, C))
for c, (of, k) in enumerate(columns):
    mine = [p for p in parts if p.first <= c < p.first + len(p.labels)]
    y = np.concatenate([p.y for p in mine])
    omega = np.concatenate([w[p.rows] for p in mine])
    name, K = mine[0].name, mine[0].K
    if not free or name in ("squared", "huber", "softmax"):
        continue
    if name == "poisson":
        if (y > 0).any():
            continue
        rate = np.log(0.5 / omega.sum())
    else:
        one = y == (classes[of].index(k) if k else 1)
        if one.any() and not one.all():
            continue
        rate = np.log((omega[one].sum() + .5) / (omega[~one].sum() + .5))
    frozen.append(c)
    start[d, c] = rate


def split(v):
    """W as a difference of two matrices of numbers from 0 up: l1 is smooth."""
    v = v.reshape(2 * d + 1, C)
    value, G = objective(np.vstack([v[:d] - v[d:2 * d], v[2 * d:]]), frozen)
    G = G.reshape(d + 1, C)
    return value + l1 * v[:2 * d].sum(), np.vstack(
        [G[:d] + l1, l1 - G[:d], G[d:]]).ravel()


def least(f, x, bounds=None):
    for _ in range(3):
        x = minimize(f, x, jac=True, method="L-BFGS-B", bounds=bounds,
                     options={"maxiter": 20000, "maxfun": 40000,
                              "ftol": 1e-16, "gtol": 1e-12, "maxcor": 30}).x
    return f(x)[0]


def intercepts_only(b):
    value, G = objective(np.vstack([np.zeros((d, C)), b]).ravel(), frozen)
    return value, G.reshape(d + 1, C)[d]


base = sum(p.c @ floor(p.name, p.y) for p in parts)
nothing = least(intercepts_only, start[d]) - base
if abs(nothing - null) > 1e-8 * (abs(nothing) + 1e-8 * abs(base)):
    fail("recorded null loss, recomputed", null, nothing)
if l1 > 0:
    best = least(split, np.vstack([np.zeros((d, C)), start]).ravel(),
                 [(0, None)] * (2 * d * C) + [(None, None)] * C)
else:
    best = least(lambda v: objective(v, frozen), start.ravel())
best = min(best, here)
if abs(recorded - best) > 1e-6 * null and not args.unfinished:
    fail("recorded objective, least found", recorded, best)
if "gap" in meta and recorded - best > float(meta["gap"]) * null + \
        1e-10 * size:
    fail("the gap is no bound", recorded - best, float(meta["gap"]) * null)
sys.exit(bad)
