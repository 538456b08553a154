#!/usr/bin/python3
"""Independent truth for the penalties of mtl-train.

    penalties.py optima [--max-iter N] < CASES
    penalties.py zeros < CASES

A case is a line "TABLE OPTION...", options of mtl-train, which is run. Prints
what is wrong and returns 1 unless all is well.

optima: from the table and what the model says of its settings the objective is
rebuilt by the formulas of the manual, and its optimum found in another way than
the program's: ADMM over single terms, each with a matrix of its own,

    minimise F(sum P_J, b) + sum quadratic terms + sum lambda_k Omega_k(Z_k)
    subject to P_J A_k = Z_k

(Boyd, Parikh, Chu, Peleato and Eckstein, "Distributed Optimization and
Statistical Learning via the Alternating Direction Method of Multipliers",
2011), the smooth step by Newton's method with the whole Hessian. No joint
proximal operator occurs; fused is l1 of differences, same is differences of 0.
Then at --tol 1e-10

  - the fit has converged, and a sum's parts add up to W,
  - the recorded objective is that of the coefficients,
  - the recorded null loss is that of the best intercepts, less the least of
    each row,
  - the recorded objective is the optimum, to 1e-6 of the null loss,

and then as after 1, 3 and 10 iterations it lies no further above the optimum
than the recorded gap says.

zeros: the penalty is of open terms, with a norm in every component. Where its
path starts W is 0, just below not. A norm's lambda_max is the dual norm of the
gradient at W = 0, 0.1x of it a tenth.
"""
import argparse
import shlex
import subprocess
import sys

import numpy as np
from scipy.optimize import brentq

import oracle


# --- losses: value (n), slope and curvature (n x columns) ---------------------

def signs(part):
    if not part.ovr:
        return np.where(part.y == 1, 1.0, -1.0)[:, None]
    k = np.arange(part.cols.stop - part.cols.start)
    return np.where(k[None] == part.y[:, None], 1.0, -1.0)


def loss(part, z):
    """Softmax: the probabilities instead of curvatures."""
    y = part.y
    if part.loss == "softmax":
        top = z.max(1, keepdims=True)
        lse = top + np.log(np.exp(z - top).sum(1, keepdims=True))
        p = np.exp(z - lse)
        at = np.arange(len(y)), y.astype(int)
        slope = p.copy()
        slope[at] -= 1
        return lse[:, 0] - z[at], slope, p
    if part.loss == "logistic":
        s = signs(part)
        q = np.exp(-np.logaddexp(0, s * z))
        return np.logaddexp(0, -s * z).sum(1), -s * q, q * (1 - q)
    if part.loss == "hinge2":
        s = signs(part)
        short = np.maximum(0, 1 - s * z)
        return (short ** 2).sum(1), -2 * s * short, 2.0 * (short > 0)
    e = z - y[:, None]
    if part.loss == "squared":
        return (e ** 2).sum(1) / 2, e, np.ones_like(e)
    if part.loss == "huber":
        far = np.abs(e) > part.delta
        value = np.where(far, part.delta * (np.abs(e) - part.delta / 2),
                         e ** 2 / 2)
        return value.sum(1), np.clip(e, -part.delta, part.delta), 1.0 * ~far
    with np.errstate(over="ignore"):
        mu = np.exp(z)
    return (mu - y[:, None] * z).sum(1), mu - y[:, None], mu


def floor(part):
    """The least loss of each row, whatever z."""
    if part.loss != "poisson":
        return np.zeros(len(part.y))
    y = part.y
    return y - y * np.log(np.where(y > 0, y, 1))


# --- terms of single matrices: value and prox ---------------------------------

class Norm:
    """lambda Omega(P A) by value(Z) and prox(Z, tau); dual(G) if a norm."""

    def __init__(self, value, prox, dual=None, A=None):
        self.value, self.prox, self.dual, self.A = value, prox, dual, A


def soft(Z, tau):
    return np.sign(Z) * np.maximum(np.abs(Z) - tau, 0)


def shrink(Z, tau):
    n = np.linalg.norm(Z)
    return Z * max(0, 1 - tau / n) if n > 0 else Z


def ball_l1(x, radius):
    """Projection on the l1 ball by sorting."""
    if np.abs(x).sum() <= radius:
        return x
    u = np.sort(np.abs(x))[::-1]
    theta = (np.cumsum(u) - radius) / np.arange(1, len(u) + 1)
    return soft(x, theta[np.nonzero(u > theta)[0][-1]])


def by_blocks(blocks, weights):
    """Sum of weighted Frobenius norms of blocks, each a pair of indices."""
    def value(Z):
        return sum(w * np.linalg.norm(Z[b]) for b, w in zip(blocks, weights))

    def prox(Z, tau):
        Z = Z.copy()
        for b, w in zip(blocks, weights):
            Z[b] = shrink(Z[b], tau * w)
        return Z

    def dual(G):
        return max(np.linalg.norm(G[b]) / w for b, w in zip(blocks, weights))

    return Norm(value, prox, dual)


def spectral(value, prox, dual=None):
    """A function of singular values."""
    def of(Z):
        return value(np.linalg.svd(Z, compute_uv=False))

    def near(Z, tau):
        U, s, Vt = np.linalg.svd(Z, full_matrices=False)
        return U * prox(s, tau) @ Vt

    return Norm(of, near, dual)


def relation():
    def prox(s, tau):
        def less(off):
            return off - tau * np.maximum(s - off, 0).sum()
        if s.max() == 0:
            return s
        return np.maximum(s - brentq(less, 0, s.max(), xtol=1e-300,
                                     rtol=1e-15), 0)

    return spectral(lambda s: s.sum() ** 2 / 2, prox)


def filled(s, eta, total):
    """gamma = clip(s / nu - eta, 0, 1) of that sum."""
    if (s > 0).sum() <= total:
        return 1.0 * (s > 0)

    def more(lognu):
        return np.clip(s / np.exp(lognu) - eta, 0, 1).sum() - total

    pos = s[s > 0]
    nu = np.exp(brentq(more, np.log(pos.min() / (1 + eta)) - 1,
                       np.log(s.max() / eta) + 1, xtol=1e-15, rtol=1e-15))
    return np.clip(s / nu - eta, 0, 1)


def cluster(k, eta):
    def value(s):
        return eta * (1 + eta) / 2 * (s ** 2 / (eta + filled(s, eta, k))).sum()

    def prox(s, tau):
        c = tau * eta * (1 + eta)
        g = eta + filled(s, eta + c, k)
        return s * g / (g + c)

    return spectral(value, prox)


# --- problems ------------------------------------------------------------------

class Problem(oracle.Problem):
    graph = ()  # rows of the table of --graph

    def read_penalty(self, text):
        self.components = []
        for component in text.split(" + "):
            terms = [t.strip().split(":") for t in component.split(",")]
            self.components.append([(t[0], float(t[1]) if len(t) > 1 else 1.0)
                                    for t in terms])

    def find_fixed(self):
        super().find_fixed()
        for p, t in zip(self.parts, self.members):
            p.delta = self.m.delta.get(t)
        for c in range(len(self.cols) if self.free == "free" else 0):
            mine = [p for p in self.parts if p.loss == "poisson" and
                    p.cols.start <= c < p.cols.stop]
            if mine and not any(p.y.any() for p in mine):
                n = sum(p.omega.sum() for p in mine)
                self.fixed[c] = np.log(0.5 / n)

    def part(self, t, *rest):
        self.members = getattr(self, "members", []) + [t]
        return super().part(t, *rest)

    def shape(self):
        """Tasks of columns, sets of paired columns, modalities of rows."""
        C = len(self.cols)
        each = self.m.meta["multiclass"] == "ovr" and self.B == 1
        names = list(dict.fromkeys(t for t, _ in self.cols))
        self.task_of = np.arange(C) if each else \
            np.array([names.index(t) for t, _ in self.cols])
        self.sets = list(self.groups.values())
        weight = self.settings("modality-weight")
        self.v = np.array([float(weight.get(m, 1)) for m in self.modality])
        order = self.m.meta.get("task-order")
        if order:
            place = order.split(",")
            self.sets = [sorted(g, key=lambda c: place.index(self.cols[c][0]))
                         for g in self.sets]
        of = {c: i for i, g in enumerate(self.sets) for c in g}
        self.edges = [(a, b, float(e["weight"])) for e in self.graph
                      for a, (s, _) in enumerate(self.cols) if s == e["a"]
                      for b, (t, _) in enumerate(self.cols) if t == e["b"]
                      if of[a] == of[b]]

    def settings(self, name):
        text = self.m.meta.get(name, "")
        return dict(item.split("=") for item in text.split(",") if item)

    def standardise(self, table):
        super().standardise(table)
        self.modality = [f.split(":")[0] if ":" in f else "x"
                         for f in self.feats]
        if self.m.meta.get("block-scale") != "yes":
            return
        weight = np.zeros(len(table))
        for t in self.m.tasks:
            for i, _ in self.pairs[t]:
                weight[i] += self.w[i]
        for m in set(self.modality):
            mine = [j for j, k in enumerate(self.modality) if k == m]
            Z = self.Z[:, mine]
            Z = Z - np.average(Z, axis=0, weights=weight)
            total = np.sqrt((weight @ Z ** 2).sum() / weight.sum())
            self.Z[:, mine] /= total
            self.div[mine] *= total

    def of_parts(self):
        """The model's components, of standardised features."""
        P = np.array([[[self.m.part.get((str(i + 1), t, k, f), 0.0)
                        for t, k in self.cols] for f in self.feats]
                      for i in range(self.J)])
        return P * self.div[:, None] / self.unit()

    def unit(self):
        return np.array([self.m.scale.get(t, 1.0) for t, _ in self.cols])

    def matrices(self):
        """Quadratic terms as (component, lambda K), the others as Norms."""
        self.shape()
        self.quad = [np.zeros((len(self.cols),) * 2) for _ in self.components]
        self.norms, self.lams, self.of = [], [], []
        for i, terms in enumerate(self.components):
            for name, lam in terms:
                if name in ("l2", "mean", "graph", "chain"):
                    self.quad[i] += lam * self.laplacian(name)
                elif lam > 0:
                    self.norms.append(self.norm(name))
                    self.lams.append(lam)
                    self.of.append(i)

    def differences(self):
        """Columns e_a - e_b of successive columns in each set."""
        D = []
        for g in self.sets:
            for a, b in zip(g, g[1:]):
                e = np.zeros(len(self.cols))
                e[a], e[b] = -1, 1
                D.append(e)
        return np.array(D).reshape(len(D), len(self.cols)).T

    def laplacian(self, name):
        C = len(self.cols)
        if name == "l2":
            return np.eye(C)
        if name == "chain":
            D = self.differences()
            return D @ D.T
        K = np.zeros((C, C))
        for g in self.sets if name == "mean" else []:
            K[np.ix_(g, g)] = np.eye(len(g)) - 1 / len(g)
        for a, b, weight in self.edges if name == "graph" else []:
            K[a, a] += weight
            K[b, b] += weight
            K[a, b] -= weight
            K[b, a] -= weight
        return K

    def norm(self, name):
        d, C, v = self.d, len(self.cols), self.v
        rows = {m: np.array([j for j in range(d) if self.modality[j] == m])
                for m in dict.fromkeys(self.modality)}
        cols = [np.nonzero(self.task_of == t)[0]
                for t in range(self.task_of.max() + 1)]
        every = slice(None)
        if name == "l1":
            return Norm(lambda Z: (v @ np.abs(Z)).sum(),
                        lambda Z, tau: soft(Z, tau * v[:, None]),
                        lambda G: (np.abs(G) / v[:, None]).max())
        if name == "fused":
            return Norm(lambda Z: (v @ np.abs(Z)).sum(),
                        lambda Z, tau: soft(Z, tau * v[:, None]),
                        A=self.differences())
        if name == "same":
            return Norm(lambda Z: 0 if np.abs(Z).max(initial=0) < 1e-9 else
                        np.inf, lambda Z, tau: 0 * Z, A=self.differences())
        if name == "l21":
            return by_blocks([(j, every) for j in range(d)], v)
        if name == "l1inf":
            return Norm(
                lambda Z: v @ np.abs(Z).max(1),
                lambda Z, tau: np.array([z - ball_l1(z, tau * w)
                                         for z, w in zip(Z, v)]),
                lambda G: (np.abs(G).sum(1) / v).max())
        if name == "task":
            return by_blocks([(every, c) for c in cols], np.ones(len(cols)))
        if name == "modality":
            return by_blocks([(r, every) for r in rows.values()],
                             [np.sqrt(len(r)) * v[r[0]]
                              for r in rows.values()])
        if name == "block":
            return by_blocks([np.ix_(r, c) for r in rows.values()
                              for c in cols],
                             [np.sqrt(len(r)) * v[r[0]]
                              for r in rows.values() for _ in cols])
        if name == "trace":
            return spectral(lambda s: s.sum(),
                            lambda s, tau: np.maximum(s - tau, 0),
                            lambda G: np.linalg.norm(G, 2))
        if name == "relation":
            return relation()
        if name == "cluster":
            return cluster(int(self.m.meta.get("clusters", 2)),
                           float(self.m.meta.get("eta", 1)))
        raise SystemExit("penalties.py: no term " + name)

    def prepare(self):
        """What Newton steps need: positions and rows of each part."""
        self.matrices()
        self.J, C = len(self.components), len(self.cols)
        self.size = self.d * C
        self.icpt_l2 = self.quad[0][0, 0] if self.free == "penalized" else 0
        for p in self.parts:
            p.X = np.hstack([self.Z[p.idx], np.ones((len(p.idx), 1))])
            p.at = [np.arange(self.d + 1) * C + c
                    for c in range(p.cols.start, p.cols.stop)]
            p.pin = p.loss == "softmax" and self.free == "free"
        self.mass = sum(p.c.sum() for p in self.parts)
        self.move = np.ones(C)
        if self.free == "none":
            self.move[:] = 0
        self.move[list(self.fixed)] = 0
        self.squares = all(p.loss == "squared" for p in self.parts)
        self.full = None

    def fit_loss(self, V, curve):
        """F at V, its gradient, and its Hessian or None."""
        C = len(self.cols)
        n = (self.d + 1) * C
        value, G = 0.0, np.zeros((self.d + 1, C))
        H = np.zeros((n, n)) if curve else None
        for p in self.parts:
            f, g, h = loss(p, p.X @ V[:, p.cols])
            value += p.c @ f
            G[:, p.cols] += p.X.T @ (p.c[:, None] * g)
            if not curve:
                continue
            for k, a in enumerate(p.at):
                if p.loss != "softmax":
                    H[np.ix_(a, a)] += (p.X.T * (p.c * h[:, k])) @ p.X
                    continue
                for l, b in enumerate(p.at):
                    w = p.c * h[:, k] * ((k == l) - h[:, l])
                    H[np.ix_(a, b)] += (p.X.T * w) @ p.X
        return value, G, H

    def whole(self, P, b):
        return np.vstack([P.sum(0), b])

    def smooth(self, P, b, curve):
        """F + quadratic terms in all P_J and b: value, gradient, Hessian."""
        d, C, J, size = self.d, len(self.cols), self.J, self.size
        curve = curve and (self.full is None or not self.squares)
        value, G, H = self.fit_loss(self.whole(P, b), curve)
        gP, gb = np.repeat(G[None, :d], J, 0), G[d].copy()
        for i, K in enumerate(self.quad):
            PK = self.v[:, None] * P[i] @ K
            value += (P[i] * PK).sum() / 2
            gP[i] += PK
        value += self.icpt_l2 / 2 * b @ b
        gb += self.icpt_l2 * b
        for p in self.parts:
            if p.pin:
                value += b[p.cols].sum() ** 2 / 2
                gb[p.cols] += b[p.cols].sum()
        g = np.append(gP.ravel(), gb * self.move)
        if curve:
            self.full = self.assemble(H)
        return value, g, self.full

    def assemble(self, H):
        d, C, J, size = self.d, len(self.cols), self.J, self.size
        full = np.zeros((J * size + C,) * 2)
        for i in range(J):
            for k in range(J):
                full[i * size:(i + 1) * size, k * size:(k + 1) * size] = \
                    H[:size, :size]
            full[i * size:(i + 1) * size, J * size:] = H[:size, size:]
            full[J * size:, i * size:(i + 1) * size] = H[size:, :size]
            full[i * size:(i + 1) * size, i * size:(i + 1) * size] += \
                np.kron(np.diag(self.v), self.quad[i])
        Hb = H[size:, size:] + self.icpt_l2 * np.eye(C)
        for p in self.parts:
            if p.pin:
                Hb[p.cols, p.cols] += 1
        full[J * size:, J * size:] = Hb
        still = J * size + np.nonzero(self.move == 0)[0]
        full[still] = full[:, still] = 0
        full[still, still] = 1
        return full

    def penalty(self, P):
        """All but F: quadratic terms and norms."""
        total = sum((P[i] * (self.v[:, None] * P[i] @ K)).sum() / 2
                    for i, K in enumerate(self.quad))
        for norm, lam, i in zip(self.norms, self.lams, self.of):
            Z = P[i] if norm.A is None else P[i] @ norm.A
            total += lam * norm.value(Z)
        return total

    def total(self, P, b):
        return self.fit_loss(self.whole(P, b), False)[0] + \
            self.penalty(P) + self.icpt_l2 / 2 * b @ b

    def start(self):
        P, b = np.zeros((self.J, self.d, len(self.cols))), \
            np.zeros(len(self.cols))
        for c, fixed in self.fixed.items():
            b[c] = fixed
        for p in self.parts:
            c = p.cols.start
            if p.loss in oracle.NUMBERS and self.free == "free" and \
                    c not in self.fixed:
                b[c] = np.average(p.y, weights=p.c)
                if p.loss == "poisson":
                    b[c] = np.log(b[c])
        return P, b


class Admm:
    def __init__(self, pr):
        self.pr = pr
        self.P, self.b = pr.start()
        self.A = [np.eye(len(pr.cols)) if n.A is None else n.A
                  for n in pr.norms]
        self.Z = [self.P[i] @ A for i, A in zip(pr.of, self.A)]
        self.U = [0 * Z for Z in self.Z]
        H = pr.smooth(self.P, self.b, True)[2]
        self.rho = np.trace(H) / len(H)
        self.inverse, self.stale = None, False
        self.size = max(np.abs(pr.smooth(*pr.start(), False)[1]).max(),
                        1e-300)

    def augmented(self, P, b, curve):
        pr, rho = self.pr, self.rho
        value, g, H = pr.smooth(P, b, curve)
        gP = g[:-len(b)].reshape(P.shape)
        for A, Z, U, i in zip(self.A, self.Z, self.U, pr.of):
            E = P[i] @ A - Z + U
            value += rho / 2 * (E * E).sum()
            gP[i] += rho * E @ A.T
        if curve:
            self.hessian = H = H.copy()
            for A, i in zip(self.A, pr.of):
                at = slice(i * pr.size, (i + 1) * pr.size)
                H[at, at] += rho * np.kron(np.eye(pr.d), A @ A.T)
        return value, g

    def newton(self, tol, most=30):
        """Levenberg's steps until no gradient is above tol."""
        P, b, ridge = self.P, self.b, 0.0
        f, g = self.augmented(P, b, False)
        for _ in range(most):
            before = np.abs(g).max()
            if before <= tol:
                break
            if self.inverse is None:
                self.augmented(P, b, True)
                H = self.hessian.copy()
                size = np.trace(H) / len(H)
                H[np.diag_indices_from(H)] += (ridge + 1e-14) * size
                self.inverse = np.linalg.inv(H)
            step = self.inverse @ g
            P1 = P - step[:P.size].reshape(P.shape)
            b1 = b - step[P.size:]
            f1, g1 = self.augmented(P1, b1, False)
            tiny = 1e-14 * abs(f)
            if not f1 <= f - 0.1 * g @ step + tiny or \
                    (g @ step < tiny and np.abs(g1).max() > before):
                if g @ step < tiny and not self.stale:
                    break
                ridge = max(10 * ridge, 1e-3) if not self.stale else ridge
                self.inverse, self.stale = None, False
                continue
            P, b, f, g = P1, b1, f1, g1
            self.stale = not self.pr.squares
            if self.stale and np.abs(g).max() > 0.1 * before:
                self.inverse, self.stale = None, False
                ridge = ridge / 10 if ridge > 1e-9 else 0.0
        self.P, self.b = P, b

    def run(self, most=6000, tol=3e-9):
        pr = self.pr
        self.iterations, left, self.ended = 0, 1.0, True
        if not any(A.size for A in self.A):
            self.newton(1e-12 * self.size, 1000)
            left = np.abs(self.augmented(self.P, self.b, False)[1]).max()
            self.ended = bool(left <= 1e-7 * self.size)
            return self.best()
        last = 1.0
        for it in range(most):
            self.newton(min(0.01 * left, 1e-3) * self.size)
            r = s = span = 0
            for k, (A, lam, i) in enumerate(zip(self.A, pr.lams, pr.of)):
                PA = self.P[i] @ A
                over = 1.6 * PA - 0.6 * self.Z[k]
                Z = pr.norms[k].prox(over + self.U[k], lam / self.rho)
                self.U[k] += over - Z
                s = max(s, self.rho * np.abs(Z - self.Z[k]).max(initial=0))
                r = max(r, np.abs(PA - Z).max(initial=0))
                span = max(span, np.abs(PA).max(initial=0))
                self.Z[k] = Z
            self.iterations = it + 1
            r, s = r / max(span, 1e-3), s / self.size
            last, left = left, max(r, s)
            if max(last, left) <= tol:
                break
            if np.abs(self.b).max() + np.abs(self.P).max() > 1e4:
                self.ended = False  # no optimum: it runs away
                break
            factor = min(max(np.sqrt(r / max(s, 1e-300)), 0.2), 5)
            if it % 10 == 9 and it < 2000 and not 0.5 < factor < 2:
                self.rho *= factor
                self.U = [U / factor for U in self.U]
                self.inverse, self.stale = None, False
        else:
            self.ended = False
        return self.best()

    def best(self):
        """The lowest objective at feasible points near by."""
        pr, tries = self.pr, [self.P.copy(), self.P.copy()]
        for k, i in reversed(list(enumerate(pr.of))):
            if pr.norms[k].A is None:
                tries[1][i] = self.Z[k]
        same = {i for i, terms in enumerate(pr.components)
                if any(t[0] == "same" for t in terms)}
        least = np.inf
        for P in tries:
            for i in same:
                for g in pr.sets:
                    P[i][:, g] = P[i][:, g].mean(1, keepdims=True)
            b = self.fit_b(P)
            value = pr.total(P, b)
            if value < least:
                least, self.point = value, (P, b)
        return least

    def fit_b(self, P):
        """The best intercepts at P, by Newton steps with halving."""
        pr, b = self.pr, self.b
        P = P.reshape(self.P.shape)

        def at(b, curve=False):
            value, g, H = pr.smooth(P, b, curve)
            return value, g[P.size:], H

        f, g, _ = at(b)
        damp = 1e-14
        for _ in range(300):
            if np.abs(g).max() <= 1e-13 * self.size:
                break
            H = at(b, True)[2][P.size:, P.size:]
            H = H + damp * max(np.trace(H) / len(b), 1e-3 * pr.mass) * \
                np.eye(len(b))
            b1 = b - np.linalg.solve(H, g)
            f1, g1, _ = at(b1)
            if f1 <= f + 1e-15 * abs(f):
                b, f, g, damp = b1, f1, g1, max(damp / 10, 1e-14)
            elif damp > 1e6:
                break
            else:
                damp = max(10 * damp, 1e-6)
        return b


def null_loss(pr):
    """Loss of the best intercepts, less the least of each row."""
    a = Admm(pr)
    P, b = pr.start()
    a.b = b
    b = a.fit_b(P)
    return pr.fit_loss(pr.whole(P, b), False)[0] + \
        pr.icpt_l2 / 2 * b @ b - sum(p.c @ floor(p) for p in pr.parts), P, b


# --- judging ------------------------------------------------------------------

def train(table, args, *more):
    run = subprocess.run(["mtl-train", "-q", *args, *more, "-o", "model.csv",
                          table], stderr=subprocess.PIPE, text=True)
    if run.returncode != 0:
        raise RuntimeError(f"status {run.returncode}: {run.stderr}")
    return oracle.Model("model.csv")


def option(args, name):
    return args[args.index(name) + 1] if name in args else None


def problem(m, table, args):
    p = Problem(m, oracle.read(table), argparse.Namespace(
        task="task", weight=option(args, "--weight")))
    if "--graph" in args:
        p.graph = oracle.read(option(args, "--graph"))
    p.prepare()
    return p


def certificate(m, null):
    """The objective and, if it is one, the absolute gap."""
    gap = m.meta.get("gap")
    return float(m.meta["objective"]), gap and float(gap) * null


def optimum(table, args, limit):
    """Complaints about one case, and whether the optimum was found."""
    m = train(table, args, "-e", "1e-10", "--max-iter", limit)
    p = problem(m, table, args)
    admm, bad = Admm(p), []
    best, null = admm.run(), null_loss(p)[0]
    recorded, gap = certificate(m, null)
    V = p.of_model() / p.unit()
    P = p.of_parts() if p.J > 1 else V[None, :-1]

    def check(ok, what, *numbers):
        if not ok:
            bad.append(what + "".join(f" {float(x)!r}" for x in numbers))

    check(m.meta["converged"] == "yes", "not converged in " +
          m.meta["iterations"], m.meta.get("gap", m.meta.get("residual")))
    check(np.abs(P.sum(0) - V[:-1]).max() <= 1e-12 * (1 + np.abs(P).max()),
          "the parts do not add up")
    own = p.total(P, V[-1])
    check(abs(own - recorded) <= 1e-9 * max(abs(recorded), null),
          "objective recorded, recomputed", recorded, own)
    check(abs(null - float(m.meta["null"])) <= 1e-8 * null,
          "null loss recorded, recomputed", m.meta["null"], null)
    check(recorded <= best + 1e-6 * null and
          (recorded >= best - 1e-6 * null or not admm.ended),
          "objective, optimum", recorded, best)
    for stop in "1", "3", "10", None:
        if stop:
            m = train(table, args, "-e", "1e-10", "--max-iter", stop)
            recorded, gap = certificate(m, null)
        check(gap is None or recorded - best <= gap + 1e-9 * null,
              f"after {stop}: excess, gap", recorded - best, gap or 0)
        check(recorded >= best - 1e-6 * null or not admm.ended,
              f"after {stop}: objective, optimum", recorded, best)
    return bad, admm.ended


def zero(table, args):
    """One norm alone: its lambda_max, and shares of it."""
    m = train(table, args, "--lambda", "1x")
    p = problem(m, table, args)
    P, b = null_loss(p)[1:]
    (name, most), = p.components[0]
    own = p.norm(name).dual(p.fit_loss(p.whole(P, b), False)[1][:-1])
    m = train(table, args, "--lambda", "0.1x")
    tenth = float(m.meta["lambda"])
    bad = [] if abs(most - own) <= 1e-9 * own else \
        [f"lambda_max {most!r}, the dual norm {own!r}"]
    return bad if tenth == 0.1 * most else bad + [f"0.1x is {tenth!r}"]


def edge(table, args):
    """Where the path starts W is 0, and no sooner."""
    start = train(table, args, "--path", "1", "-k", "2")
    bad = []
    for x in 1.0000001, 1, 0.999:
        at = ",".join(repr(x * float(v)) for v in
                      start.meta["lambda"].split(" "))
        m = train(table, args, "--lambda", at, "-e", "1e-13")
        if (len(m.coef) == 0) != (x >= 1):
            bad.append(f"{x} times {start.meta['lambda']}: "
                       f"{len(m.coef)} coefficients")
    return bad


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("what", choices=["optima", "zeros"])
    ap.add_argument("--max-iter", default="20000")
    opt = ap.parse_args()
    cases = found = wrong = 0
    for line in sys.stdin:
        table, *args = shlex.split(line)
        cases += 1
        try:
            if opt.what == "optima":
                bad, ended = optimum(table, args, opt.max_iter)
                found += ended
            else:
                joint = set(",+") & set(option(args, "-p"))
                bad = ([] if joint else zero(table, args)) + \
                    edge(table, args)
        except RuntimeError as e:
            bad = [str(e)]
        wrong += len(bad) > 0
        for complaint in bad:
            print(line.strip() + ":", complaint, flush=True)
    print(f"{cases} cases, {wrong} wrong" +
          (f", {cases - found} without an optimum to compare with"
           if opt.what == "optima" else ""))
    raise SystemExit(wrong > 0 or cases == 0 or
                     (opt.what == "optima" and found < 0.9 * cases))


if __name__ == "__main__":
    main()
