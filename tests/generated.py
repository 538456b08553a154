"""What mtl-gen makes, as arrays, for the tests of mtl-gen.

gen("--tasks 3 -n 5") gives the rows: names, task (0, 1, ...), X and Y with
NaN where a cell is empty. With truth=True also W, the coefficients of
--truth as features by columns, and b, the intercepts of its columns.
"""
import csv
import os
import subprocess
import types

import numpy as np


def number(cell):
    return float(cell) if cell != "" else np.nan


def gen(line, truth=False):
    args = ["mtl-gen"] + (line.split() if isinstance(line, str) else line)
    if truth:
        args += ["--truth", "truth.tmp"]
    run = subprocess.run(args, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True)
    assert run.returncode == 0 and run.stderr == "", (args, run.stderr)
    t = read(run.stdout.splitlines())
    if truth:
        t.W, t.b = coefficients("truth.tmp", t.names)
        os.remove("truth.tmp")
    return t


def read(lines):
    rows = list(csv.reader(lines))
    head, cells = rows[0], rows[1:]
    several = head[1] == "task"
    first = 2 if several else 1
    last = next(j for j, name in enumerate(head)
        if name == "y" or name.startswith("y:"))
    assert head[0] == "id"
    assert [r[0] for r in cells] == [str(i + 1) for i in range(len(cells))]
    assert not several or all(r[1][0] == "t" for r in cells)
    return types.SimpleNamespace(head=head, names=head[first:last],
        task=np.array([int(r[1][1:]) - 1 if several else 0 for r in cells]),
        X=np.array([[number(c) for c in r[first:last]] for r in cells]),
        Y=np.array([[number(c) for c in r[last:]] for r in cells]))


def coefficients(path, names):
    with open(path, newline="") as f:
        records = list(csv.DictReader(f))
    column, b = {}, []
    for r in records:
        if r["record"] == "task" and r["name"] == "loss":
            task, loss = r["task"], r["value"]
            if loss != "softmax":
                column[task, ""] = len(column)
        if r["record"] == "class" and loss == "softmax":
            column[r["task"], r["value"]] = len(column)
    W, b = np.zeros((len(names), len(column))), np.zeros(len(column))
    for r in records:
        c = column.get((r["task"], r["class"]))
        if r["record"] == "coef":
            W[names.index(r["feature"]), c] = float(r["value"])
        if r["record"] == "intercept":
            b[c] = float(r["value"])
    return W, b


def near(a, b, tolerance):
    assert np.shape(a) == np.shape(b) or np.ndim(b) == 0, (a, b)
    worst = np.max(np.abs(np.asarray(a) - b))
    assert worst <= tolerance, (worst, tolerance)


def cosines(W):
    U = W / np.linalg.norm(W, axis=0)
    return U.T @ U
