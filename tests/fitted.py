"""What mtl-train wrote, as arrays, for tests.

Model(path): meta, features, mean, scale; task, its records; columns, a list
of (task, class); W (features x columns) and b of raw features; P, the
components of a sum; relation (columns x columns, both halves), cluster (by
column) and graph (pairs of columns to weights), or None without such records.
table(path): X and y of each task of a long table of numbers, a dictionary.
quadratic(model, tasks, H): the W of standardised features that minimises mean
squared loss / 2 + tr(W H W') / 2, tasks with intercepts.
"""
import csv

import numpy as np


class Model:
    def __init__(self, path):
        with open(path, newline="") as f:
            rec = [r for r in csv.DictReader(f)]
        of = lambda kind: [r for r in rec if r["record"] == kind]
        self.meta = {r["name"]: r["value"] for r in of("meta")}
        by = lambda name: {r["feature"]: float(r["value"])
                           for r in of("feature") if r["name"] == name}
        self.features = list(by("mean"))
        self.mean = np.array(list(by("mean").values()))
        self.scale = np.array(list(by("scale").values()))
        self.columns, self.task = [], {}
        labels = {}
        for r in of("class"):
            labels.setdefault(r["task"], []).append(r["value"])
        for r in of("task"):
            self.task[r["task"], r["name"]] = r["value"]
            if r["name"] != "loss":
                continue
            k = labels.get(r["task"], [])
            one = not k or (len(k) == 2 and r["value"] != "softmax")
            self.columns += [(r["task"], c) for c in ([""] if one else k)]
        self.W = self.matrix(of("coef"))
        self.b = np.zeros(len(self.columns))
        for r in of("intercept"):
            self.b[self.column(r["task"], r["class"])] = float(r["value"])
        parts = of("part")
        J = max([int(r["name"]) for r in parts], default=0)
        self.P = [self.matrix([r for r in parts if int(r["name"]) == j + 1])
                  for j in range(J)]
        self.relation = None
        for r in of("relation"):
            if self.relation is None:
                self.relation = np.zeros((len(self.columns),) * 2)
            a, b = self.pair(r)
            assert a <= b and self.relation[a, b] == 0
            self.relation[a, b] = self.relation[b, a] = float(r["value"])
        self.cluster = {(r["task"], r["class"]): int(r["value"])
                        for r in of("cluster")} or None
        self.graph = {self.pair(r): float(r["value"])
                      for r in of("graph")} or None

    def column(self, task, label):
        return self.columns.index((task, label))

    def pair(self, r):
        return (self.column(r["task"], r["class"]),
                self.column(r["name"], r["feature"]))

    def matrix(self, records):
        W = np.zeros((len(self.features), len(self.columns)))
        for r in records:
            at = (self.features.index(r["feature"]),
                  self.column(r["task"], r["class"]))
            assert W[at] == 0
            W[at] = float(r["value"])
        return W


def table(path, m):
    tasks = {}
    with open(path, newline="") as f:
        for r in csv.DictReader(f):
            X, y = tasks.setdefault(r.get("task", "y"), ([], []))
            X.append([float(r[f]) for f in m.features])
            y.append(float(r["y"]))
    return {t: (np.array(X), np.array(y)) for t, (X, y) in tasks.items()}


def quadratic(m, tasks, H):
    d, C = m.W.shape
    n = sum(len(y) for X, y in tasks.values())
    A, b = np.kron(H, np.eye(d)), np.zeros(C * d)
    for c, (t, k) in enumerate(m.columns):
        X, y = tasks[t]
        Z = (X - X.mean(0)) / m.scale
        at = slice(c * d, (c + 1) * d)
        A[at, at] += Z.T @ Z / n
        b[at] = Z.T @ (y - y.mean()) / n
    return np.linalg.solve(A, b).reshape(C, d).T


def near(a, b, tolerance):
    assert np.shape(a) == np.shape(b) or np.ndim(b) == 0, (a, b)
    worst = np.max(np.abs(np.asarray(a) - b))
    assert worst <= tolerance, (worst, tolerance)
