#!/usr/bin/python3
"""Tables and cases for penalties.py.

    mixtures.py table KIND LAYOUT SEED > TABLE
    mixtures.py cases SEED N > CASES        also writes their tables here

A table has 6 features in 3 modalities, 4% of their cells empty, weights w;
side by side targets lack a fifth of their labels. KIND: num, cnt, two, three
(classes u v w), lack (three, but the second task has no w) or all, six targets
of different kinds and losses. LAYOUT: one, long, wide or mixed.

A case is a line "TABLE OPTION...", a random penalty with random options.
"""
import csv
import itertools
import sys

import numpy as np

FEATURES = "a:1", "a:2", "a:3", "b:1", "b:2", "c"
ALL = {"num": "squared", "hub": "huber", "cnt": "poisson", "two": "logistic",
       "hin": "hinge2", "three": "softmax"}
LOSSES = {"num": ["squared", "huber"], "cnt": ["poisson"],
          "two": ["logistic", "hinge2"],
          "three": ["softmax", "logistic --multiclass ovr",
                    "hinge2 --multiclass ovr"]}
TASKS = {"one": ["y"], "long": ["t1", "t2", "t3"],
         "wide": ["g1", "g2", "g3"], "mixed": ["p/g1", "p/g2", "q/g1", "q/g2"],
         "all": list(ALL)}


# --- tables ------------------------------------------------------------------

def target(r, kind, Z, w):
    """Texts of a target that depends on Z w."""
    z = 0.8 * Z @ w
    n = len(z)
    if kind == "num":
        return [str(round(3 + 2 * a + e, 4))
                for a, e in zip(z, r.standard_t(3, n))]
    if kind == "cnt":
        return [str(k) for k in
                r.poisson(np.exp(np.clip(0.5 * z + 0.3, -3, 2)))]
    if kind == "two":
        return ["no" if k else "yes" for k in z + 1.2 * r.logistic(size=n) > 0]
    q = np.stack([z, 0.5 * Z[:, 0] - z, 0.6 * Z[:, 1]], 1)
    k = (q + r.gumbel(size=(n, 3))).argmax(1)
    if kind == "lack":
        k[k == 2] = 0
    return ["uvw"[i] for i in k]


def table(kind, layout, seed, out):
    r = np.random.default_rng(seed)
    d, n = len(FEATURES), 40 if kind in ("three", "lack", "all") else 30
    N = 3 * n if layout == "long" else n
    X = r.normal(size=(N, d)) @ (0.5 * r.normal(size=(d, d)) + np.eye(d))
    X = X * r.uniform(0.3, 3, d) + r.normal(size=d)
    Z = (X - X.mean(0)) / X.std(0)
    W = r.normal(size=(d, 1)) * (r.random((d, 1)) < 0.6) + \
        0.5 * r.normal(size=(d, 6)) * (r.random((d, 6)) < 0.5)

    def of(t):
        k = "three" if kind == "lack" and t != 1 else kind
        return target(r, k, Z, W[:, t])

    cells = {"id": range(1, N + 1)}
    if layout == "long":
        y = [of(t) for t in range(3)]
        cells["task"] = [f"t{i % 3 + 1}" for i in range(N)]
        cells["y"] = [y[i % 3][i] for i in range(N)]
    elif layout == "one":
        cells["y"] = of(0)
    elif kind == "all":
        for t, name in enumerate(ALL):
            k = {"hub": "num", "hin": "two"}.get(name, name)
            cells["y:" + name] = target(r, k, Z, W[:, t])
    else:
        if layout == "mixed":
            cells["task"] = [("p", "q")[i % 2] for i in range(N)]
        for t in range(2 if layout == "mixed" else 3):
            cells[f"y:g{t + 1}"] = of(t)
    for name in cells:
        if name.startswith("y:"):
            cells[name] = ["" if r.random() < 0.2 else y for y in cells[name]]
    cells["w"] = r.choice([0.5, 1, 1.5, 2], N)
    for j, f in enumerate(FEATURES):
        cells[f] = ["" if r.random() < 0.04 else round(x, 5) for x in X[:, j]]
    to = csv.writer(out)
    to.writerow(cells)
    to.writerows(zip(*cells.values()))


# --- random cases --------------------------------------------------------------

FAMILIES = (["fused", "l1", "l1inf", "l21", "modality"],
            ["l1", "block", "task"], ["l1", "block", "modality"],
            ["trace", "relation"], ["cluster"])
QUADRATIC = "l2", "mean", "chain", "graph"
NORMS = "l1", "l1inf", "l21", "modality", "block", "task", "trace"
PRESETS = {"ridge": "l2", "lasso": "l1", "enet": "l1", "mean": "l2",
           "augment": "same", "graph": "graph", "l21": "l21",
           "l1inf": "l1inf", "dirty": "l1", "trace": "trace",
           "sparse-trace": "trace", "robust": "task", "rmtfl": "task",
           "relation": "relation", "cluster": "cluster", "aso": "cluster",
           "temporal": "chain", "fused": "fused", "data-shared": "same",
           "adaptive": "task", "group": "modality", "m3t": "block",
           "pooled": "l2", "shared": "l2"}


def component(r, equal_classes):
    family = FAMILIES[r.integers(len(FAMILIES))]
    some = min(len(family), r.choice([1, 1, 1, 2, 2, 3]))
    terms = list(r.choice(family, some, replace=False))
    if r.random() < 0.05:
        terms = []
    if not terms or r.random() < 0.35:
        terms += list(r.choice(QUADRATIC, r.choice([1, 2]), replace=False))
    if r.random() < 0.2 and (equal_classes or
                             not {"task", "block"} & set(terms)):
        terms.insert(0, "same")
    return terms


def penalty(r, kind, unit):
    sums = []
    for _ in range(r.choice([1, 1, 1, 2, 2, 3])):
        terms = []
        for t in component(r, kind in ("num", "cnt", "two")):
            if t == "same":
                terms.append(t)
            elif t in NORMS and r.random() < 0.8:
                terms.append(f"{t}:{10 ** r.uniform(-2.3, -0.1):.4g}x")
            else:
                terms.append(f"{t}:{unit * 10 ** r.uniform(-3.5, -0.3):.4g}")
        sums.append(",".join(terms))
    return " + ".join(sums)


def graph(r, tasks, name):
    pairs = list(itertools.combinations(tasks, 2))
    some = [p for p in pairs if r.random() < 0.5] or pairs[:1]
    with open(name, "w") as f:
        f.write("a,b,weight\n")
        f.writelines(f"{a},{b},{r.uniform(0.2, 2):.3f}\n" for a, b in some)


def case(r, seed, k):
    kind = r.choice(["num"] * 4 + ["cnt", "two", "two", "three", "three",
                                   "three", "lack", "lack", "all", "all"])
    layout = "wide" if kind == "all" else r.choice(["one", "long", "wide",
                                                    "mixed"])
    tasks = TASKS["all" if kind == "all" else layout]
    at = 10 * seed + r.integers(4)
    name = f"{kind}-{layout}-{at}.csv"
    with open(name, "w", newline="") as f:
        table(kind, layout, at, f)
    by = r.choice(["rows", "rows", "tasks", "none"])
    unit = 60 if by == "none" else 1
    terms = method = None
    if r.random() < 0.25:
        method = r.choice(list(PRESETS))
        terms = PRESETS[method]
        line = f"-m {method} --lambda {unit * 10 ** r.uniform(-3, -0.5):.4g}"
    else:
        terms = penalty(r, kind, unit)
        line = f"-p '{terms}'"
    pooled = method in ("pooled", "shared")
    if len(tasks) == 1 and "graph" in terms or pooled and kind == "all":
        return case(r, seed, k)
    if kind == "all":
        line += " --loss " + ",".join(map("=".join, ALL.items()))
    else:
        line += " --loss " + r.choice(LOSSES["three" if kind == "lack" else
                                             kind])
    line += f" --weight w --normalize {by}"
    line += " --no-intercept" if r.random() < 0.25 else ""
    line += " --no-standardize" if r.random() < 0.2 else ""
    line += " --block-scale" if r.random() < 0.2 else ""
    line += " --balance" if kind != "num" and r.random() < 0.2 else ""
    if kind == "num" and not pooled and r.random() < 0.2:
        line += " --scale-target"
    rows = not any(t in terms for t in ("task", "trace", "relation",
                                        "cluster", "same"))
    if rows and method not in ("adaptive", "robust") and r.random() < 0.25:
        line += " --modality-weight a=2,b=0.5"
    if "graph" in terms:
        graph(r, tasks, f"graph-{seed}-{k}.csv")
        line += f" --graph graph-{seed}-{k}.csv"
    if ("chain" in terms or "fused" in terms) and r.random() < 0.4 and \
            kind != "all" and layout in ("long", "wide"):
        line += " --task-order " + ",".join(r.permutation(tasks))
    if "cluster" in terms and r.random() < 0.7:
        line += f" --clusters {r.choice([1, 2, 3, 5])}"
        line += f" --eta {10 ** r.uniform(-2, 1):.3g}"
    return f"{name} {line}"


def main():
    if sys.argv[1] == "table":
        table(sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.stdout)
    else:
        r = np.random.default_rng(int(sys.argv[2]))
        for k in range(int(sys.argv[3])):
            print(case(r, int(sys.argv[2]), k))


main()
