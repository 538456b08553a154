"""A table of mtl-cv, recomputed from the rows of its folds.

cv.py TABLE [RULE]: means, standard errors and the choice are those of the fold
rows; `(all)` is the tasks' mean by pairs (weights all 1); rows are complete and
in order.

cv.py --consistent TABLE METHOD BASE TOLERANCE: differences against the means
cv.py --differences TABLE METHOD BASE PREDICTIONS-OF-METHOD PREDICTIONS-OF-BASE
"""
import csv
import math
import sys


def rows(path):
    with open(path, newline="") as f:
        return list(csv.DictReader(f))


def number(cell):
    return float(cell) if cell != "" else math.nan


def near(a, b, tol=1e-12):
    if math.isnan(a) or math.isnan(b):
        return math.isnan(a) and math.isnan(b)
    return abs(a - b) <= tol * max(abs(a), abs(b), 1e-300)


def average(values):
    values = [v for v in values if not math.isnan(v)]
    if not values:
        return math.nan, math.nan
    mean = sum(values) / len(values)
    if len(values) < 2:
        return mean, math.nan
    var = sum((v - mean) ** 2 for v in values) / (len(values) - 1)
    return mean, math.sqrt(var / len(values))


MORE = ("r2 explained-variance correlation accuracy balanced-accuracy f1-macro "
    "f1-micro mcc auc average-precision").split()
BY_PAIRS = "deviance mse mae poisson-deviance accuracy f1-micro log-loss".split()


def choose(mean, se, points, rule, metric="deviance"):
    sign = -1 if metric in MORE else 1
    points = [p for p in points if not math.isnan(mean[p])]
    best = min(points, key=lambda p: sign * mean[p])
    if rule == "1se":
        return min(p for p in points if sign * mean[p] <=
            sign * mean[best] + (se[best] if p != best else 0))
    return best


def check(table, rule, own):
    method = table[0]["method"]
    special = ("(mean)", "(se)", "(chosen)")
    metric = table[0]["metric"]
    assert all(r["metric"] == metric for r in table)
    folds = list(dict.fromkeys(r["fold"] for r in table
        if r["fold"] not in special))
    tasks = list(dict.fromkeys(r["task"] for r in table
        if r["fold"] != "(chosen)"))
    assert tasks[-1] == "(all)"
    points = list(dict.fromkeys(int(r["point"]) for r in table
        if r["point"] != ""))
    assert points == list(range(1, len(points) + 1))
    order = [(str(p), f, t) for p in points
        for f in folds + ["(mean)", "(se)"] for t in tasks]
    assert [(r["point"], r["fold"], r["task"])
        for r in table[:len(order)]] == order
    at = {(int(r["point"]), r["fold"], r["task"]): r
        for r in table[:len(order)]}
    value = {k: number(r["value"]) for k, r in at.items()}
    n = {k: int(r["n"]) for k, r in at.items()}
    mean, se = {}, {}
    for p in points:
        for f in folds:
            held = [t for t in tasks[:-1] if n[p, f, t] > 0]
            pairs = sum(n[p, f, t] for t in held)
            assert n[p, f, "(all)"] == pairs
            assert metric != "deviance" or near(value[p, f, "(all)"], sum(n[p, f, t] *
                value[p, f, t] for t in held) / pairs)
        for t in tasks:
            m, e = average([value[p, f, t] for f in folds])
            assert near(value[p, "(mean)", t], m), (p, t)
            assert near(value[p, "(se)", t], e, 1e-9), (p, t)
            total = sum(n[p, f, t] for f in folds)
            assert n[p, "(mean)", t] == n[p, "(se)", t] == total
            mean[t, p], se[t, p] = m, e
    chosen = table[len(order):]
    apart = own and len(points) > 1
    wanted = list(tasks)
    if apart and metric not in BY_PAIRS:
        wanted.remove("(all)")
    if metric != "deviance" and len(tasks) > 2:
        wanted.append("(mean)")
    assert [r["task"] for r in chosen] == wanted, (method, wanted)
    assert all(r["fold"] == "(chosen)" for r in chosen)
    if wanted[-1] == "(mean)":
        r, values = chosen.pop(), [number(r["value"]) for r in chosen
            if r["task"] != "(all)" and r["value"] != ""]
        assert near(number(r["value"]), sum(values) / len(values)), method
        assert (r["point"] == "") == (r["lambda"] == "") == apart
    for r in chosen:
        t = r["task"] if own else "(all)"
        if own and t == "(all)" and len(points) > 1:
            assert r["point"] == r["lambda"] == ""
            pick = {u: choose({p: mean[u, p] for p in points},
                {p: se[u, p] for p in points}, points, rule, metric)
                for u in tasks[:-1]}
            m = average([sum(n[pick[u], f, u] * value[pick[u], f, u]
                for u in pick if n[pick[u], f, u] > 0) /
                sum(n[pick[u], f, u] for u in pick) for f in folds])[0]
            assert near(number(r["value"]), m)
            continue
        p = choose({p: mean[t, p] for p in points},
            {p: se[t, p] for p in points}, points, rule, metric)
        assert int(r["point"]) == p, (method, r, p)
        assert number(r["value"]) == value[p, "(mean)", r["task"]]
        assert r["lambda"] == at[p, "(mean)", r["task"]]["lambda"]
        assert r["n"] == at[p, "(mean)", r["task"]]["n"]


def deviances(path):
    """Of the pairs of a table of predictions, by task."""
    out = {}
    for r in rows(path):
        for key, y in r.items():
            if key != "y" and not key.startswith("y:") or y == "":
                continue
            name = key[1:]
            if "p%s:%s" % (name, y) in r:
                d = -2 * math.log(float(r["p%s:%s" % (name, y)]))
            else:
                d = (float(y) - float(r["yhat" + name])) ** 2
            task = name[1:] if name else r.get("task", "y")
            out.setdefault(task, []).append(d)
    return out


def differences(table, method, base, predictions, of_base):
    """The rows METHOD - BASE are those of the predictions of both."""
    a, b = deviances(predictions), deviances(of_base)
    have = {(r["task"], r["metric"]): r for r in rows(table)
        if r["method"] == method + " - " + base}
    assert len(have) == 2 * (len(a) + 1)
    d = {t: [x - y for x, y in zip(a[t], b[t])] for t in a}
    d["(all)"] = [x for t in a for x in d[t]]
    for t, x in d.items():
        mean = sum(x) / len(x)
        sd = math.sqrt(sum((v - mean) ** 2 for v in x) / (len(x) - 1))
        assert have[t, "difference"]["fold"] == "(chosen)"
        assert int(have[t, "difference"]["n"]) == len(x)
        assert near(number(have[t, "difference"]["value"]), mean, 1e-8)
        assert near(number(have[t, "difference-se"]["value"]),
            sd / math.sqrt(len(x)), 1e-8)


def over_pairs(table, method, task):
    """Deviance of a pair at the chosen point, the folds put together."""
    rs = [r for r in table if r["method"] == method and r["task"] == task]
    point = next(r["point"] for r in rs if r["fold"] == "(chosen)")
    rs = [r for r in rs if r["point"] == point and r["fold"][0] != "("
        and r["n"] != "0"]
    return sum(int(r["n"]) * float(r["value"]) for r in rs) / sum(
        int(r["n"]) for r in rs)


def consistent(path, method, base, tol):
    """The differences of tasks are those of the folds' values."""
    table = rows(path)
    seen = 0
    for r in table:
        if r["method"] != method + " - " + base or r["task"] == "(all)" or (
                r["metric"] != "difference"):
            continue
        a = over_pairs(table, method, r["task"])
        b = over_pairs(table, base, r["task"])
        assert abs(a - b - float(r["value"])) <= float(tol) * max(a, b), (
            r, a, b)
        seen += 1
    assert seen > 1


def main():
    if sys.argv[1] == "--consistent":
        consistent(*sys.argv[2:])
        return
    if sys.argv[1] == "--differences":
        differences(*sys.argv[2:])
        return
    table = rows(sys.argv[1])
    rule = sys.argv[2] if len(sys.argv) > 2 else "min"
    for method in dict.fromkeys(r["method"] for r in table
            if " - " not in r["method"]):
        check([r for r in table if r["method"] == method], rule,
            method == "single")


if __name__ == "__main__":
    main()
