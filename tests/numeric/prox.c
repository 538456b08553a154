/*
 * The terms of the penalty language against their definitions: values written
 * out here once more, gradients by differences, duals and conjugates by their
 * inequalities, and proxes, alone and joined, by certificates and by search.
 *
 * The certificate of a joint prox P of V: let U_i be what term i's prox took
 * off, over the step. If every U_i is a subgradient of its term at P itself,
 * not only at what that prox returned, then (V - P) / step is one of the sum,
 * and P is the answer. A subgradient satisfies
 *
 *     lambda Omega(P) + (lambda Omega)*(U) = <P, U>,
 *
 * for a norm: dual(U) <= lambda and lambda Omega(P) = <P, U>.
 *
 * Prints a line for each failed check.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/lapack.h"
#include "base/mem.h"
#include "base/rng.h"
#include "learn/spectrum.h"
#include "learn/term.h"

enum { TERMS = 15, GUARD = 8 };

/* A shape, drawn by characters, and what is tried on it. */
struct trial {
	const char *name;
	struct shape s;
	size_t *rank;                 /* [T] */
	double *v;                    /* [d] weights other than 1 */
	double *V, *P, *Q, *step;
	double *U[TERMS];
	double *work;
	size_t room;
	struct rng rng;
};

/* Terms that act together, by their place in the table below. */
struct joint {
	size_t n, of[TERMS];
	double lambda[TERMS], l2;
	char names[128];
};

static int failed;

static void
check(bool good, const char *what, const char *terms, const char *where)
{
	if (good)
		return;
	if (failed++ < 40)
		printf("%s: %s, shape %s\n", terms, what, where);
}

/* --- Omega, from MATH.md's table ----------------------------------------- */

typedef double value_fn(const double *, const struct trial *);

static double
square(double x)
{
	return x * x;
}

static double
r_l2(const double *W, const struct trial *t)
{
	double sum = 0;

	for (size_t i = 0; i < t->s.d * t->s.C; i++)
		sum += t->s.weight[i / t->s.C] * square(W[i]) / 2;
	return sum;
}

static double
r_l1(const double *W, const struct trial *t)
{
	double sum = 0;

	for (size_t i = 0; i < t->s.d * t->s.C; i++)
		sum += t->s.weight[i / t->s.C] * fabs(W[i]);
	return sum;
}

static double
r_l21(const double *W, const struct trial *t)
{
	double total = 0;

	for (size_t j = 0; j < t->s.d; j++) {
		double sum = 0;

		for (size_t c = 0; c < t->s.C; c++)
			sum += square(W[j * t->s.C + c]);
		total += t->s.weight[j] * sqrt(sum);
	}
	return total;
}

static double
r_l1inf(const double *W, const struct trial *t)
{
	double total = 0;

	for (size_t j = 0; j < t->s.d; j++) {
		double most = 0;

		for (size_t c = 0; c < t->s.C; c++)
			most = fmax(most, fabs(W[j * t->s.C + c]));
		total += t->s.weight[j] * most;
	}
	return total;
}

/* Norm of the entries of modality m and task k; SIZE_MAX: of all of them. */
static double
r_norm(const double *W, const struct trial *t, size_t m, size_t k)
{
	double sum = 0;

	for (size_t j = 0; j < t->s.d; j++)
		for (size_t c = 0; c < t->s.C; c++)
			if ((m == SIZE_MAX || t->s.modality[j] == m) &&
			    (k == SIZE_MAX || t->s.task[c] == k))
				sum += square(W[j * t->s.C + c]);
	return sqrt(sum);
}

/* sqrt(d_m) v_m */
static double
r_weight(const struct trial *t, size_t m)
{
	double rows = 0, v = 1;

	for (size_t j = 0; j < t->s.d; j++)
		if (t->s.modality[j] == m) {
			rows += 1;
			v = t->s.weight[j];
		}
	return sqrt(rows) * v;
}

static double
r_task(const double *W, const struct trial *t)
{
	double total = 0;

	for (size_t k = 0; k < t->s.T; k++)
		total += r_norm(W, t, SIZE_MAX, k);
	return total;
}

static double
r_modality(const double *W, const struct trial *t)
{
	double total = 0;

	for (size_t m = 0; m < t->s.M; m++)
		total += r_weight(t, m) * r_norm(W, t, m, SIZE_MAX);
	return total;
}

static double
r_block(const double *W, const struct trial *t)
{
	double total = 0;

	for (size_t m = 0; m < t->s.M; m++)
		for (size_t k = 0; k < t->s.T; k++)
			total += r_weight(t, m) * r_norm(W, t, m, k);
	return total;
}

/* Eigenvalues of W'W or WW' make q singular values, good to 1e-8 of s[0]. */
static size_t
singular(double *sigma, const double *W, const struct trial *t)
{
	size_t d = t->s.d, C = t->s.C, q = d < C ? d : C;
	double *G = mat_new(q, q);

	for (size_t a = 0; a < q; a++)
		for (size_t b = 0; b < q; b++)
			for (size_t i = 0; i < (d < C ? C : d); i++)
				G[a * q + b] += d < C ?
				    W[a * C + i] * W[b * C + i] :
				    W[i * C + a] * W[i * C + b];
	check(lapack_syevd(G, q, sigma), "no eigenvalues", "syevd", t->name);
	for (size_t k = 0; k < q; k++)
		sigma[k] = sqrt(fmax(sigma[k], 0));
	free(G);
	return q;
}

static double
r_trace(const double *W, const struct trial *t)
{
	double sigma[64], sum = 0;
	size_t q = singular(sigma, W, t);

	for (size_t k = 0; k < q; k++)
		sum += sigma[k];
	return sum;
}

static double
r_relation(const double *W, const struct trial *t)
{
	return square(r_trace(W, t)) / 2;
}

/* The level of the water by bisection. */
static double
r_cluster(const double *W, const struct trial *t)
{
	double sigma[64], low = 0, high = 1e9, sum = 0, eta = t->s.eta;
	size_t q = singular(sigma, W, t);

	for (int i = 0; i < 200; i++) {
		double nu = (low + high) / 2, filled = 0;

		for (size_t k = 0; k < q; k++)
			filled += fmin(fmax(sigma[k] / nu - eta, 0), 1);
		if (filled > fmin((double)t->s.clusters, (double)q))
			low = nu;
		else
			high = nu;
	}
	for (size_t k = 0; k < q; k++) {
		double gamma = fmin(fmax(sigma[k] / high - eta, 0), 1);

		sum += square(sigma[k]) / (eta + gamma);
	}
	return eta * (1 + eta) * sum / 2;
}

static double
r_same(const double *W, const struct trial *t)
{
	(void)W;
	(void)t;
	return 0;
}

static double
r_mean(const double *W, const struct trial *t)
{
	const struct shape *s = &t->s;
	double total = 0;

	for (size_t j = 0; j < s->d; j++)
		for (size_t c = 0; c < s->C; c++) {
			double n = 0, sum = 0;

			for (size_t b = 0; b < s->C; b++)
				if (s->group[b] == s->group[c]) {
					n += 1;
					sum += W[j * s->C + b];
				}
			total += s->weight[j] *
			    square(W[j * s->C + c] - sum / n) / 2;
		}
	return total;
}

static double
r_graph(const double *W, const struct trial *t)
{
	double total = 0;

	for (size_t i = 0; i < t->s.edges; i++)
		for (size_t j = 0; j < t->s.d; j++)
			total += t->s.weight[j] * t->s.edge[i].weight *
			    square(W[j * t->s.C + t->s.edge[i].a] -
			    W[j * t->s.C + t->s.edge[i].b]) / 2;
	return total;
}

/* Column b is the next after a: nothing of the set has a rank between. */
static bool
next(const struct trial *t, size_t a, size_t b)
{
	const struct shape *s = &t->s;
	size_t from = t->rank[s->task[a]], to = t->rank[s->task[b]];

	if (s->group[a] != s->group[b] || from >= to)
		return false;
	for (size_t c = 0; c < s->C; c++)
		if (s->group[c] == s->group[a] &&
		    t->rank[s->task[c]] > from && t->rank[s->task[c]] < to)
			return false;
	return true;
}

static double
jumps(const double *W, const struct trial *t, bool squares)
{
	double total = 0;

	for (size_t a = 0; a < t->s.C; a++)
		for (size_t b = 0; b < t->s.C; b++)
			for (size_t j = 0; next(t, a, b) && j < t->s.d; j++) {
				double gap = fabs(W[j * t->s.C + a] -
				    W[j * t->s.C + b]);

				total += t->s.weight[j] *
				    (squares ? gap * gap / 2 : gap);
			}
	return total;
}

static double
r_chain(const double *W, const struct trial *t)
{
	return jumps(W, t, true);
}

static double
r_fused(const double *W, const struct trial *t)
{
	return jumps(W, t, false);
}

/* What a term ties, and so how far its step must be the same. */
enum tie { TIES_ROW, TIES_MODALITY, TIES_ALL };

static const struct entry {
	const struct term_kind *kind;
	value_fn *value;
	enum tie ties;
	double tol; /* of the value here */
} table[TERMS] = {
    {&term_l2, r_l2, TIES_ROW, 1e-13},
    {&term_mean, r_mean, TIES_ROW, 1e-13},
    {&term_graph, r_graph, TIES_ROW, 1e-13},
    {&term_chain, r_chain, TIES_ROW, 1e-13},
    {&term_same, r_same, TIES_ROW, 1e-13},
    {&term_fused, r_fused, TIES_ROW, 1e-13},
    {&term_l1, r_l1, TIES_ROW, 1e-13},
    {&term_l1inf, r_l1inf, TIES_ROW, 1e-13},
    {&term_l21, r_l21, TIES_ROW, 1e-13},
    {&term_block, r_block, TIES_MODALITY, 1e-13},
    {&term_modality, r_modality, TIES_MODALITY, 1e-13},
    {&term_task, r_task, TIES_ALL, 1e-13},
    {&term_trace, r_trace, TIES_ALL, 1e-6},
    {&term_relation, r_relation, TIES_ALL, 1e-6},
    {&term_cluster, r_cluster, TIES_ALL, 1e-6},
};

/* --- shapes -------------------------------------------------------------- */

/*
 * One character a column: its task, its set of paired columns; one a row: its
 * modality.
 */
static const struct drawing {
	const char *tasks, *sets, *rows;
} drawings[] = {
    {"0", "0", "0"},
    {"0", "0", "0110"},
    {"0123", "0000", "0"},
    {"01", "00", "01"},
    {"0011", "0101", "010"},
    {"000", "012", "0012"},
    {"01234", "00000", "0"},
    {"00112", "01010", "10201"},
    {"000111222", "012201120", "0122021"},
    {"0111222233", "0012123014", "001"},
    {"0123456789:;<=>?@ABC", "00000000000000000000", "0101"},
    {"001122", "010101", "0120120120120120012012012210210210010101"},
};

static size_t
digits(size_t *of, const char *text)
{
	size_t most = 0;

	for (size_t i = 0; text[i] != '\0'; i++) {
		of[i] = (size_t)(text[i] - '0');
		most = of[i] > most ? of[i] : most;
	}
	return most + 1;
}

static double
between(struct rng *r, double low, double high)
{
	return low + (high - low) * rng_uniform(r);
}

/* Random edges, one of them from a column to itself. */
static void
draw_edges(struct trial *t)
{
	struct shape *s = &t->s;

	s->edges = s->C + 2;
	s->edge = mem_new(s->edges, sizeof *s->edge);
	for (size_t i = 0; i < s->edges; i++)
		s->edge[i] = (struct edge){rng_below(&t->rng, s->C - 1),
		    rng_below(&t->rng, s->C - 1), between(&t->rng, 0, 2)};
	s->edge[0].a = s->edge[0].b;
}

/* What follows from the shape: a random order of tasks, edges, arrays. */
static void
trial_ready(struct trial *t)
{
	size_t d = t->s.d, C = t->s.C;
	struct mtl_err err;

	t->rank = mem_new(t->s.T, sizeof *t->rank);
	rng_permutation(&t->rng, t->rank, t->s.T);
	check(shape_pair(&t->s, t->rank, &err) == MTL_OK, "memory", "",
	    t->name);
	draw_edges(t);
	t->V = mat_new(d, C);
	t->P = mat_new(d, C);
	t->Q = mat_new(d, C);
	t->step = mem_new(d, sizeof *t->step);
	for (size_t i = 0; i < TERMS; i++) {
		size_t room = table[i].kind->room != NULL ?
		    table[i].kind->room(&t->s) : 0;

		t->U[i] = mat_new(d, C);
		t->room = room > t->room ? room : t->room;
	}
	t->work = mem_new(t->room + GUARD, sizeof *t->work);
}

static void
trial_init(struct trial *t, const struct drawing *from, uint32_t seed)
{
	size_t d = strlen(from->rows), C = strlen(from->tasks);
	struct shape *s = &t->s;
	struct mtl_err err;
	double of[64];

	*t = (struct trial){.name = from->tasks};
	rng_seed(&t->rng, seed);
	check(shape_init(s, d, C, &err) == MTL_OK, "memory", "", t->name);
	s->T = digits(s->task, from->tasks);
	s->groups = digits(s->group, from->sets);
	s->M = digits(s->modality, from->rows);
	s->rows[0] = 0;
	for (size_t m = 0; m < s->M; m++)
		of[m] = between(&t->rng, 0.3, 3);
	t->v = mem_new(d, sizeof *t->v);
	for (size_t j = 0; j < d; j++) {
		s->rows[s->modality[j]] += 1;
		t->v[j] = of[s->modality[j]];
	}
	trial_ready(t);
}

static void
trial_clear(struct trial *t)
{
	shape_clear(&t->s);
	free(t->rank);
	free(t->v);
	free(t->V);
	free(t->P);
	free(t->Q);
	free(t->step);
	for (size_t i = 0; i < TERMS; i++)
		free(t->U[i]);
	free(t->work);
}

/*
 * The work space of one term: exactly its room, full of NaN, which it must not
 * read, and behind it numbers that must stay.
 */
static double *
work(struct trial *t, const struct term_kind *kind)
{
	size_t room = kind->room != NULL ? kind->room(&t->s) : 0;

	for (size_t i = 0; i < t->room + GUARD; i++)
		t->work[i] = i < room ? (double)NAN : 12345;
	return t->work;
}

static void
guard(struct trial *t, const struct term_kind *kind)
{
	size_t room = kind->room != NULL ? kind->room(&t->s) : 0;
	bool good = true;

	for (size_t i = room; i < t->room + GUARD; i++)
		good = good && t->work[i] == 12345;
	check(good, "writes behind its work space", kind->name, t->name);
}

static double
value(struct trial *t, const struct term_kind *kind, const double *W)
{
	double at = kind->value(W, &t->s, work(t, kind));

	guard(t, kind);
	return at;
}

static double
dual(struct trial *t, const struct term_kind *kind, const double *G)
{
	double at = kind->dual(G, &t->s, work(t, kind));

	guard(t, kind);
	return at;
}

static double
conjugate(struct trial *t, const struct term_kind *kind, const double *U,
    double lambda)
{
	double at = kind->conjugate(U, &t->s, lambda, work(t, kind));

	guard(t, kind);
	return at;
}

static void
prox(struct trial *t, const struct term_kind *kind, double *W, double lambda,
    const double *step)
{
	kind->prox(W, &t->s, lambda, step, work(t, kind));
	guard(t, kind);
}

static double
dot(const double *A, const double *B, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += A[i] * B[i];
	return sum;
}

static double
largest(const double *A, size_t n)
{
	double most = 0;

	for (size_t i = 0; i < n; i++)
		most = fmax(most, fabs(A[i]));
	return most;
}

/* Matrices of several kinds: general, ties, constant, 0, rank 1, uneven. */
enum { MATRICES = 6 };

static void
draw(double *W, struct trial *t, int kind)
{
	size_t d = t->s.d, C = t->s.C;

	for (size_t j = 0; j < d; j++) {
		double r = rng_normal(&t->rng);

		for (size_t c = 0; c < C; c++) {
			double x = rng_normal(&t->rng), *w = W + j * C + c;

			*w = kind == 0 ? x : kind == 1 ? round(x) :
			    kind == 2 ? 1.1 : kind == 3 ? 0 :
			    kind == 4 ? r * (double)(c + 1) :
			    x * pow(10, -4 * rng_uniform(&t->rng));
		}
	}
}

/* 10^low .. 10^high */
static double
draw_scale(struct trial *t, double low, double high)
{
	return pow(10, between(&t->rng, low, high));
}

static void
draw_step(struct trial *t, enum tie ties)
{
	double of[64], all = draw_scale(t, -1, 1);

	for (size_t m = 0; m < t->s.M; m++)
		of[m] = draw_scale(t, -1, 1);
	for (size_t j = 0; j < t->s.d; j++)
		t->step[j] = ties == TIES_ALL ? all : ties == TIES_MODALITY ?
		    of[t->s.modality[j]] : draw_scale(t, -1, 1);
}

/* --- values, gradients, duals, conjugates -------------------------------- */

static void
values(struct trial *t, const struct entry *e)
{
	double here, there;

	for (int m = 0; m < MATRICES; m++) {
		draw(t->V, t, m);
		here = e->value(t->V, t);
		there = value(t, e->kind, t->V);
		check(fabs(here - there) <= e->tol * (1 + here), "value",
		    e->kind->name, t->name);
	}
}

/* G = H W; <W, H W> = 2 Omega; H_ii from unit matrices; differences. */
static void
gradients(struct trial *t, const struct entry *e)
{
	const struct term_kind *kind = e->kind;
	size_t n = t->s.d * t->s.C;
	double lambda = draw_scale(t, -1, 1), h = 0x1p-10, up, low;
	double *G = t->Q, *D = t->U[0], *E = t->U[1];

	draw(t->V, t, 0);
	memset(G, 0, n * sizeof *G);
	memset(D, 0, n * sizeof *D);
	kind->gradient(G, t->V, &t->s, lambda, work(t, kind));
	guard(t, kind);
	kind->diagonal(D, &t->s, lambda);
	up = lambda * value(t, kind, t->V);
	check(fabs(dot(t->V, G, n) / 2 - up) <= 1e-12 * (1 + up),
	    "<W, H W> / 2 is not the value", kind->name, t->name);
	for (size_t i = 0; i < n; i++) {
		double w = t->V[i];

		t->V[i] = w + h;
		up = value(t, kind, t->V);
		t->V[i] = w - h;
		low = value(t, kind, t->V);
		t->V[i] = w;
		/* exact for a quadratic, to rounding */
		check(fabs(lambda * (up - low) / (2 * h) - G[i]) <= 1e-10 *
		    (1 + lambda) * (1 + up), "gradient", kind->name, t->name);
		memset(E, 0, n * sizeof *E);
		E[i] = 1;
		check(fabs(2 * lambda * value(t, kind, E) - D[i]) <=
		    1e-13 * (1 + D[i]), "diagonal", kind->name, t->name);
	}
	/* both add */
	kind->gradient(G, t->V, &t->s, lambda, work(t, kind));
	kind->diagonal(D, &t->s, lambda);
	check(fabs(dot(t->V, G, n) / 4 - lambda * value(t, kind, t->V)) <=
	    1e-12 * (1 + lambda * value(t, kind, t->V)) &&
	    fabs(2 * lambda * value(t, kind, E) - D[n - 1] / 2) <= 1e-13 *
	    (1 + D[n - 1]), "does not add", kind->name, t->name);
}

/* <U, W> <= lambda Omega(W) + (lambda Omega)*(U), and <= dual(U) Omega(W) */
static void
inequalities(struct trial *t, const struct term_kind *kind)
{
	size_t n = t->s.d * t->s.C;
	double lambda = draw_scale(t, -1, 1), bound;

	for (int m = 0; m < MATRICES * MATRICES; m++) {
		draw(t->V, t, m / MATRICES);
		draw(t->Q, t, m % MATRICES);
		if (kind->dual != NULL)
			bound = dual(t, kind, t->Q) * value(t, kind, t->V);
		else
			bound = lambda * value(t, kind, t->V) +
			    conjugate(t, kind, t->Q, lambda);
		check(dot(t->V, t->Q, n) <= bound + 1e-12 * (1 + bound),
		    "the dual is too small", kind->name, t->name);
	}
}

/* The dual norm is where the prox turns to 0. */
static void
thresholds(struct trial *t, const struct term_kind *kind)
{
	size_t n = t->s.d * t->s.C;

	for (size_t j = 0; j < t->s.d; j++)
		t->step[j] = 1;
	for (int m = 0; m < MATRICES; m++) {
		double most;

		draw(t->V, t, m);
		most = dual(t, kind, t->V);
		check((most > 0) == (largest(t->V, n) > 0),
		    "dual of 0", kind->name, t->name);
		if (most == 0)
			continue;
		memcpy(t->P, t->V, n * sizeof *t->P);
		prox(t, kind, t->P, most * (1 + 1e-9), t->step);
		check(largest(t->P, n) == 0, "no 0 above the dual norm",
		    kind->name, t->name);
		memcpy(t->P, t->V, n * sizeof *t->P);
		prox(t, kind, t->P, most * (1 - 1e-6), t->step);
		check(largest(t->P, n) > 0, "0 below the dual norm",
		    kind->name, t->name);
	}
}

/* --- proxes -------------------------------------------------------------- */

/*
 * U is orthogonal to equal columns and P's are equal (a product of singular
 * vectors has them so to rounding).
 */
static bool
same_certified(const struct trial *t, const double *P, const double *U,
    double noise)
{
	const struct shape *s = &t->s;
	double eps = 1e-13 * largest(P, s->d * s->C);
	bool good = true;

	for (size_t j = 0; j < s->d; j++)
		for (size_t a = 0; a < s->C; a++) {
			double sum = 0;

			for (size_t b = 0; b < s->C; b++)
				if (s->group[a] == s->group[b]) {
					sum += U[j * s->C + b];
					good = good && fabs(P[j * s->C + a] -
					    P[j * s->C + b]) <= eps;
				}
			good = good && fabs(sum) <= noise * (double)s->C;
		}
	return good;
}

/*
 * Sums of U from the start of each set, that is in the order of the tasks,
 * stay within lambda and return to 0.
 */
static bool
fused_bounded(const struct trial *t, const double *U, double lambda,
    double noise)
{
	const struct shape *s = &t->s;
	bool good = true;

	for (size_t j = 0; j < s->d; j++)
		for (size_t a = 0; a < s->C; a++) {
			double sum = 0;
			bool last = true;

			for (size_t b = 0; b < s->C; b++) {
				if (s->group[a] != s->group[b])
					continue;
				if (t->rank[s->task[b]] <=
				    t->rank[s->task[a]])
					sum += U[j * s->C + b];
				else
					last = false;
			}
			good = good && fabs(sum) <= (last ? 0 : lambda *
			    s->weight[j]) + noise * (double)s->C;
		}
	return good;
}

/* U is in lambda times the subdifferential at P, but for noise in U. */
static void
certify(struct trial *t, const struct term_kind *kind, const double *P,
    const double *U, double lambda, double noise, const char *names)
{
	size_t n = t->s.d * t->s.C;
	double at = lambda * value(t, kind, P), product = dot(P, U, n);
	double slack = 1e-11 * at, up = 0, most = 0;

	for (size_t i = 0; i < n; i++) {
		slack += noise * fabs(P[i]);
		t->Q[i] = noise;
	}
	if (kind == &term_same) {
		check(same_certified(t, P, U, noise), "same", names, t->name);
		return;
	} else if (kind == &term_fused) {
		check(fused_bounded(t, U, lambda, noise), "fused is no "
		    "subgradient", names, t->name);
	} else if (kind->dual != NULL) {
		most = dual(t, kind, U);
		check(most <= lambda * (1 + 1e-12) + dual(t, kind, t->Q),
		    "the dual norm exceeds lambda", names, t->name);
	} else {
		up = conjugate(t, kind, U, lambda);
		slack += 1e-11 * up;
	}
	check(fabs(at + up - product) <= slack, kind->name, names, t->name);
}

/* P = the joint prox of V, U[i] what term i took off, over the step. */
static void
compose(struct trial *t, const struct joint *f)
{
	size_t C = t->s.C, n = t->s.d * C;
	double *step = mem_new(t->s.d, sizeof *step);

	for (size_t j = 0; j < t->s.d; j++) {
		double ridge = 1 + f->l2 * t->s.weight[j] * t->step[j];

		step[j] = t->step[j] / ridge;
		for (size_t c = 0; c < C; c++)
			t->P[j * C + c] = t->V[j * C + c] / ridge;
	}
	for (size_t k = 0; k < f->n; k++) {
		memcpy(t->U[k], t->P, n * sizeof *t->P);
		prox(t, table[f->of[k]].kind, t->P, f->lambda[k], step);
		for (size_t i = 0; i < n; i++)
			t->U[k][i] = (t->U[k][i] - t->P[i]) / step[i / C];
	}
	free(step);
}

static void
certificates(struct trial *t, const struct joint *f)
{
	double noise = 0, most = largest(t->V, t->s.d * t->s.C);

	for (size_t j = 0; j < t->s.d; j++)
		noise = fmax(noise, 1e-14 * most * (1 / t->step[j] +
		    f->l2 * t->s.weight[j]));
	for (size_t k = 0; k < f->n; k++)
		certify(t, table[f->of[k]].kind, t->P, t->U[k], f->lambda[k],
		    noise, f->names);
}

/* What the joint prox minimises, same apart. */
static double
objective(struct trial *t, const struct joint *f, const double *P)
{
	double sum = f->l2 > 0 ? f->l2 * r_l2(P, t) : 0;

	for (size_t i = 0; i < t->s.d * t->s.C; i++)
		sum += square(P[i] - t->V[i]) / (2 * t->step[i / t->s.C]);
	for (size_t k = 0; k < f->n; k++) {
		const struct entry *e = &table[f->of[k]];

		sum += f->lambda[k] * (e->tol < 1e-12 ? e->value(P, t) :
		    value(t, e->kind, P));
	}
	return sum;
}

/*
 * No way from P leads down: entry by entry, to V, to 0, and at random, all of
 * it or a row or a column.
 */
static void
search(struct trial *t, const struct joint *f)
{
	size_t C = t->s.C, n = t->s.d * C;
	double best = objective(t, f, t->P), *D = t->Q;
	bool same = f->n > 0 && table[f->of[0]].kind == &term_same;

	for (size_t way = 0; way < n + 20; way++) {
		size_t row = rng_below(&t->rng, t->s.d - 1);
		size_t col = rng_below(&t->rng, C - 1);

		for (size_t i = 0; i < n; i++) {
			double x = rng_normal(&t->rng);

			D[i] = way < n ? i == way : way == n ?
			    t->V[i] - t->P[i] : way == n + 1 ? -t->P[i] :
			    way % 3 == 0 ? x : way % 3 == 1 ?
			    (i / C == row ? x : 0) : i % C == col ? x : 0;
		}
		if (same)
			prox(t, &term_same, D, 1, t->step);
		for (int k = 0; k < 8; k++) {
			double h = (k % 2 ? 1 : -1) * pow(10, -(k / 2) * 2);

			for (size_t i = 0; i < n; i++)
				t->U[0][i] = t->P[i] + h * D[i];
			check(objective(t, f, t->U[0]) >= best - 1e-13 *
			    (1 + best), "a lower point was found", f->names,
			    t->name);
		}
	}
}

/* Draws V, the steps and the lambdas, and checks the joint prox. */
static void
joint(struct trial *t, struct joint *f, bool l2)
{
	enum tie ties = TIES_ROW;

	for (size_t k = 0; k < f->n; k++)
		ties = table[f->of[k]].ties > ties ? table[f->of[k]].ties :
		    ties;
	for (int m = 0; m < MATRICES; m++) {
		draw(t->V, t, m);
		draw_step(t, ties);
		f->l2 = l2 ? draw_scale(t, -2, 1) : 0;
		/* now and then a term that rules */
		for (size_t k = 0; k < f->n; k++)
			f->lambda[k] = draw_scale(t, -2.5, 0.5) / t->step[0] *
			    (rng_below(&t->rng, 15) == 0 ? 1e10 : 1);
		compose(t, f);
		certificates(t, f);
		if (t->s.d * t->s.C <= 12)
			search(t, f);
	}
}

/* All tasks have the same classes. */
static bool
alike(const struct shape *s)
{
	bool good = true;

	for (size_t g = 0; g < s->groups; g++)
		good = good && shape_paired(s, g) == s->T;
	return good;
}

/* Picks the terms of bits `pick` among those of the family, in order. */
static bool
pick(struct joint *f, unsigned family, unsigned pick, bool same)
{
	size_t at = 0;

	*f = (struct joint){0};
	if (same)
		f->of[f->n++] = 4;
	for (size_t i = 5; i < TERMS; i++)
		if ((table[i].kind->families & family) != 0 &&
		    (pick >> at++ & 1) != 0)
			f->of[f->n++] = i;
	for (size_t k = 1; k < f->n; k++)
		check(table[f->of[k - 1]].kind->order <
		    table[f->of[k]].kind->order, "order", "table", "");
	for (size_t k = 0; k < f->n; k++)
		snprintf(f->names + strlen(f->names),
		    sizeof f->names - strlen(f->names), "%s%s",
		    k > 0 ? "," : "", table[f->of[k]].kind->name);
	return pick >> at == 0;
}

static bool
has(const struct joint *f, bool (*test)(const struct term_kind *))
{
	for (size_t k = 0; k < f->n; k++)
		if (test(table[f->of[k]].kind))
			return true;
	return false;
}

static bool
by_task(const struct term_kind *kind)
{
	return kind == &term_task || kind == &term_block;
}

static bool
not_by_row(const struct term_kind *kind)
{
	return !kind->row_wise;
}

/* All subsets of a family, with and without same, l2 and row weights. */
static void
family(struct trial *t, unsigned of)
{
	struct joint f;

	for (unsigned same = 0; same < 2; same++)
		for (unsigned bits = 1 - same; pick(&f, of, bits, same);
		    bits++) {
			if (same && has(&f, by_task) && !alike(&t->s))
				continue;
			if (t->s.weighted && has(&f, not_by_row))
				continue;
			joint(t, &f, false);
			joint(t, &f, true);
		}
}

/* --- ends of the range --------------------------------------------------- */

/* A term is homogeneous: of degree 1, or 2 (no dual) and then its prox is. */
static void
scales(struct trial *t, const struct entry *e)
{
	size_t n = t->s.d * t->s.C;
	bool norm = e->kind->dual != NULL || e->kind == &term_fused;
	double lambda, *big = t->U[0];

	for (int m = 0; m < 2 * MATRICES; m++) {
		double scale = m % 2 != 0 ? 0x1p600 : 0x1p-600, most;

		draw(t->V, t, m / 2);
		draw_step(t, e->ties);
		lambda = draw_scale(t, -2, 0) / t->step[0];
		for (size_t i = 0; i < n; i++)
			big[i] = scale * (t->P[i] = t->V[i]);
		most = largest(t->V, n);
		if (e->kind->dual != NULL)
			check(fabs(dual(t, e->kind, big) / scale -
			    dual(t, e->kind, t->V)) <= 1e-12 *
			    dual(t, e->kind, t->V), "dual of a huge or tiny "
			    "matrix", e->kind->name, t->name);
		prox(t, e->kind, t->P, lambda, t->step);
		prox(t, e->kind, big, norm ? lambda * scale : lambda,
		    t->step);
		for (size_t i = 0; i < n; i++)
			check(fabs(big[i] / scale - t->P[i]) <= 1e-12 * most,
			    "prox of a huge or tiny matrix", e->kind->name,
			    t->name);
	}
}

/* What is not a number does not become one. */
static void
no_number(struct trial *t, const struct term_kind *kind)
{
	size_t n = t->s.d * t->s.C, at = rng_below(&t->rng, n - 1);
	bool kept = false;

	draw(t->P, t, 0);
	draw_step(t, TIES_ALL);
	t->P[at] = (double)NAN;
	if (kind->dual != NULL)
		check(isnan(dual(t, kind, t->P)), "dual of NaN", kind->name,
		    t->name);
	prox(t, kind, t->P, 100, t->step);
	for (size_t i = 0; i < n; i++)
		kept = kept || isnan(t->P[i]);
	check(kept, "prox of NaN", kind->name, t->name);
}

/* A path through many tasks, long plateaus among them. */
static void
long_sequence(void)
{
	struct trial t = {.name = "of many tasks"};
	struct joint f = {.n = 1, .of = {5}, .names = "fused"};
	struct mtl_err err;

	rng_seed(&t.rng, 1);
	check(shape_init(&t.s, 3, 2000, &err) == MTL_OK, "memory", "", "");
	t.s.T = t.s.C;
	for (size_t c = 0; c < t.s.C; c++)
		t.s.task[c] = c;
	trial_ready(&t);
	for (int m = 0; m < 4; m++) {
		for (size_t c = 0; c < t.s.C; c++) {
			size_t to = t.s.order[c];
			double last = c > 0 ? t.V[t.s.order[c - 1]] : 1e3;

			t.V[to] = last + rng_normal(&t.rng);
			t.V[t.s.C + to] = round(rng_normal(&t.rng));
			t.V[2 * t.s.C + to] = (double)(c * 7 / t.s.C);
		}
		draw_step(&t, TIES_ROW);
		f.lambda[0] = pow(10, m - 1);
		compose(&t, &f);
		certificates(&t, &f);
	}
	trial_clear(&t);
}

/* --- singular values ----------------------------------------------------- */

/* Omega^2 tr^2 = W'W; relation is the minimum of 1/2 tr(W Omega^-1 W'). */
static void
covariance(struct trial *t)
{
	size_t d = t->s.d, C = t->s.C;
	double *Omega = mat_new(C, C), *W = t->V, trace = 0, sum, at;
	const char *what = "the covariance";

	draw(W, t, 3);
	check(!spectrum_covariance(Omega, W, &t->s, work(t, &term_trace)),
	    "a covariance of 0", "relation", t->name);
	draw(W, t, 0);
	check(spectrum_covariance(Omega, W, &t->s, work(t, &term_trace)),
	    what, "relation", t->name);
	guard(t, &term_trace);
	sum = value(t, &term_trace, W);
	for (size_t a = 0; a < C; a++)
		for (size_t b = 0; b < C; b++) {
			double left = 0, right = 0;

			for (size_t c = 0; c < C; c++)
				left += Omega[a * C + c] * Omega[c * C + b];
			for (size_t j = 0; j < d; j++)
				right += W[j * C + a] * W[j * C + b];
			trace += a == b ? Omega[a * C + a] : 0;
			check(fabs(left * sum * sum - right) <= 1e-12 * sum *
			    sum, what, "relation", t->name);
		}
	check(fabs(trace - 1) <= 1e-13, what, "relation", t->name);
	if (d >= C) {
		memcpy(t->P, W, d * C * sizeof *W);
		check(lapack_potrf(Omega, C), what, "relation", t->name);
		lapack_potrs(Omega, C, t->P, d);
		at = value(t, &term_relation, W);
		check(fabs(dot(W, t->P, d * C) / 2 - at) <= 1e-9 * at,
		    what, "relation", t->name);
	}
	free(Omega);
}

/* --- all ----------------------------------------------------------------- */

static void
alone(struct trial *t, const struct entry *e)
{
	const struct term_kind *kind = e->kind;

	values(t, e);
	if (kind->order == ORDER_QUADRATIC) {
		gradients(t, e);
		return;
	}
	if (kind->dual != NULL || kind->conjugate != NULL)
		inequalities(t, kind);
	if (kind->dual != NULL)
		thresholds(t, kind);
	scales(t, e);
	no_number(t, kind);
}

static void
shapes(void)
{
	struct trial t;

	for (uint32_t i = 0; i < 2 * sizeof drawings / sizeof *drawings; i++) {
		trial_init(&t, &drawings[i / 2], i + 1);
		t.s.clusters = 1 + i % 4;
		t.s.eta = pow(10, (double)(i % 7) - 3);
		t.s.weighted = i % 2 != 0;
		if (t.s.weighted)
			memcpy(t.s.weight, t.v, t.s.d * sizeof *t.v);
		for (size_t k = 0; k < TERMS; k++)
			if (!t.s.weighted || table[k].kind->row_wise)
				alone(&t, &table[k]);
		for (unsigned of = 1; of < FAMILY_ANY; of *= 2)
			family(&t, of);
		covariance(&t);
		trial_clear(&t);
	}
}

int
main(void)
{
	shapes();
	long_sequence();
	if (failed > 40)
		printf("and %d more\n", failed - 40);
	return failed != 0;
}
