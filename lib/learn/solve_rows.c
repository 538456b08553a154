/*
 * Squared losses with a penalty that is a sum over rows of W (l1, l21, l1inf,
 * fused, same, and the quadratic terms): block coordinate descent, a row of W
 * a step, over working sets.
 *
 * A round takes the gradient of all rows, certifies, rules out rows that are
 * 0 in every solution (gap safe), and chooses the rows to work on: those that
 * are not 0 and those that most want to leave it. On these few the losses are
 * a small quadratic, and row j moves to
 *
 *     W_j = prox_{1/L_j}(W_j - g_j / L_j),    L_j >= the curvature of row j
 *
 * until the moves are small against what the tolerance leaves.
 *
 * Sources: M. Massias, A. Gramfort and J. Salmon, "Celer: a Fast Solver for
 * the Lasso with Dual Extrapolation", ICML 2018 (working sets); E. Ndiaye,
 * O. Fercoq, A. Gramfort and J. Salmon, "Gap Safe Screening Rules for Sparsity
 * Enforcing Penalties", JMLR 18, 2017.
 */
#include "learn/solve_rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/blas.h"
#include "base/mem.h"
#include "learn/anderson.h"
#include "learn/certificate.h"
#include "learn/component.h"
#include "learn/gram.h"
#include "learn/point.h"
#include "learn/spans.h"

struct descent {
	const struct problem *p;
	const struct solve_opts *opts;
	const struct component *m;
	struct mtl_err *err;
	struct point pt;
	struct spans own, *spans; /* the columns of X; own or the problem's */
	double tie;          /* curvature of the quadratic terms but l2 */
	bool quadratic;      /* there are some */
	bool *out;           /* [d] ruled out */
	double *want;        /* [d] scale at which the row would be 0 */
	size_t outs;
	/* The working set. */
	size_t n, cap;
	size_t *row;         /* [n] ascending */
	double *W, *G;       /* [C][n] weights, loss gradient */
	double **A;          /* [designs][n][n] */
	double *a;           /* [C][n] G = A W - a */
	struct anderson past, slopes; /* W and G after the latest passes */
	double *jump;        /* [2][C][n] W and G extrapolated */
	double *old, *new;   /* [C] */
	double *room;        /* of the penalty, for one row */
};

/* The shape of row j alone. */
static struct shape
row_shape(const struct descent *ds, size_t j)
{
	struct shape s = ds->p->shape;

	s.d = 1;
	s.weight = &ds->p->shape.weight[j];
	s.modality = &ds->p->shape.modality[j];
	return s;
}

bool
rows_apply(const struct problem *p)
{
	const struct component *m = &p->penalty->component[0];
	bool norm = false;

	for (size_t k = 0; k < m->terms; k++) {
		enum term_order order = m->term[k].kind->order;

		if (!(term_lambda(&m->term[k]) > 0))
			continue;
		if (order > ORDER_L21)
			return false;
		norm |= order != ORDER_QUADRATIC;
	}
	return norm && p->penalty->components == 1 && gram_fits(p);
}

/* A bound of the quadratic terms' curvature, l2 apart: largest row sum. */
static enum mtl_status
find_tie(struct descent *ds)
{
	size_t C = ds->p->C;
	double *unit = mat_new(C, C), *Q = mat_new(C, C);
	double *ones = mem_new(C, sizeof *ones);
	struct shape square = ds->p->shape;

	if (unit == NULL || Q == NULL || ones == NULL) {
		free(unit);
		free(Q);
		free(ones);
		return err_nomem(ds->err);
	}
	square.d = C;
	square.weight = ones;
	for (size_t c = 0; c < C; c++)
		unit[c * C + c] = ones[c] = 1;
	component_gradient(Q, ds->m, unit, &square, false, ds->pt.room);
	for (size_t c = 0; c < C; c++)
		ds->tie = fmax(ds->tie, cblas_dasum(blas_int(C), Q + c * C,
		    1));
	ds->quadratic = ds->tie > 0;
	free(unit);
	free(Q);
	free(ones);
	return MTL_OK;
}

static enum mtl_status
descent_init(struct descent *ds)
{
	const struct problem *p = ds->p;
	enum mtl_status st;

	ds->m = &p->penalty->component[0];
	ds->spans = p->spans != NULL ? p->spans : &ds->own;
	if ((st = point_init(&ds->pt, p, ds->err)) != MTL_OK ||
	    (p->spans == NULL &&
		(st = spans_init(&ds->own, p, ds->err)) != MTL_OK))
		return st;
	ds->out = mem_new(p->d, sizeof *ds->out);
	ds->want = mem_new(p->d, sizeof *ds->want);
	ds->old = mem_new(p->C, sizeof *ds->old);
	ds->new = mem_new(p->C, sizeof *ds->new);
	ds->room = mem_new(penalty_room(p->penalty, &p->shape),
	    sizeof *ds->room);
	ds->A = mem_new(ds->spans->designs, sizeof *ds->A);
	if (ds->out == NULL || ds->want == NULL || ds->old == NULL ||
	    ds->new == NULL || ds->room == NULL || ds->A == NULL)
		return err_nomem(ds->err);
	for (size_t k = 0; k < ds->m->terms; k++)
		if (ds->m->term[k].kind->order == ORDER_QUADRATIC &&
		    ds->m->term[k].kind != &term_l2)
			return find_tie(ds);
	return MTL_OK;
}

static void
free_set(struct descent *ds)
{
	free(ds->row);
	free(ds->W);
	free(ds->G);
	free(ds->a);
	free(ds->jump);
	anderson_clear(&ds->past);
	anderson_clear(&ds->slopes);
	ds->row = NULL;
	ds->W = ds->G = ds->a = ds->jump = NULL;
	for (size_t k = 0; ds->A != NULL && k < ds->spans->designs; k++) {
		free(ds->A[k]);
		ds->A[k] = NULL;
	}
}

static void
descent_clear(struct descent *ds)
{
	free_set(ds);
	spans_clear(&ds->own);
	point_clear(&ds->pt, ds->p);
	free(ds->A);
	free(ds->out);
	free(ds->want);
	free(ds->old);
	free(ds->new);
	free(ds->room);
}

/* L_j >= the curvature of the smooth part in row j; 0: a constant feature. */
static double
curvature(const struct descent *ds, size_t j)
{
	double top = 0;

	for (size_t k = 0; k < ds->spans->designs; k++)
		top = fmax(top, ds->spans->square[k * ds->p->d + j]);
	return top > 0 ? top + ds->tie * ds->p->shape.weight[j] : 0;
}

/* U_j = -(gradient of the smooth part but l2) of every row, in pt.work. */
static void
pulls(struct descent *ds)
{
	const struct problem *p = ds->p;
	double *U = ds->pt.work;

	memcpy(U, ds->pt.G, p->d * p->C * sizeof *U);
	component_gradient(U, ds->m, ds->pt.V, &p->shape, false, ds->pt.room);
	for (size_t i = 0; i < p->d * p->C; i++)
		U[i] = -U[i];
}

static bool
is_zero(const double *row, size_t C)
{
	for (size_t c = 0; c < C; c++)
		if (row[c] != 0)
			return false;
	return true;
}

/*
 * Rules out rows that are 0 at every optimum: where the row's prox is 0 at
 * every U_j that the optimum may have. Given a gap, that lies within
 *
 *     |U_jc| + sqrt(2 gap) ||x_jc||,   scaled into the dual ball first;
 *
 * with an l2 term, ||x||^2 + lambda_2 stands for ||x||^2. All norms here grow
 * with every |entry|, so the corner of the box decides.
 */
static void
screen(struct descent *ds, double gap, double null)
{
	const struct problem *p = ds->p;
	double ridge = component_ridge(ds->m), scale = 1;
	double radius = sqrt(2 * (gap + 1e-14 * null));

	if (ds->quadratic || !ds->opts->screening)
		return;
	for (size_t j = 0; j < p->d; j++)
		if (ridge == 0)
			scale = fmin(scale, ds->want[j]);
	for (size_t j = 0; j < p->d; j++) {
		struct shape s = row_shape(ds, j);
		const double *U = ds->pt.work + j * p->C;
		double *box = ds->new;

		if (ds->out[j] || !is_zero(ds->pt.V + j * p->C, p->C) ||
		    ds->want[j] < 1)
			continue;
		for (size_t c = 0; c < p->C; c++)
			box[c] = scale * fabs(U[c]) + radius *
			    sqrt(ds->spans->square[ds->spans->of[c] * p->d + j] +
				ridge * s.weight[0]);
		if (component_scale(ds->m, box, &s, ds->old, ds->room) == 1) {
			ds->out[j] = true;
			ds->outs++;
		}
	}
}

struct candidate {
	double want;
	size_t row;
};

static int
by_want(const void *pa, const void *pb)
{
	const struct candidate *a = pa, *b = pb;

	if (a->want != b->want)
		return a->want < b->want ? -1 : 1;
	return a->row < b->row ? -1 : a->row > b->row;
}

static int
by_row(const void *pa, const void *pb)
{
	size_t a = *(const size_t *)pa, b = *(const size_t *)pb;

	return a < b ? -1 : a > b;
}

/*
 * Rows that are not 0, and as many again of those that want to leave it, the
 * most eager first.
 */
static enum mtl_status
choose_set(struct descent *ds)
{
	const struct problem *p = ds->p;
	struct candidate *cand = mem_new(p->d, sizeof *cand);
	size_t n = 0, active = 0, last = ds->n;

	free_set(ds);
	ds->row = mem_new(p->d, sizeof *ds->row);
	if (cand == NULL || ds->row == NULL) {
		free(cand);
		return err_nomem(ds->err);
	}
	for (size_t j = 0; j < p->d; j++) {
		bool zero = is_zero(ds->pt.V + j * p->C, p->C);

		if (ds->out[j] || curvature(ds, j) == 0)
			continue;
		active += !zero;
		cand[n++] = (struct candidate){zero ? ds->want[j] : -1, j};
	}
	qsort(cand, n, sizeof *cand, by_want);
	ds->n = 2 * active > 20 ? 2 * active : 20;
	/* The set before was solved: go beyond it. */
	ds->n = ds->n > last ? ds->n : last;
	if (!ds->opts->screening || ds->n > n)
		ds->n = n;
	for (size_t i = 0; i < ds->n; i++)
		ds->row[i] = cand[i].row;
	qsort(ds->row, ds->n, sizeof *ds->row, by_row);
	free(cand);
	return MTL_OK;
}

/* a = A W - G of the working set. */
static void
find_rhs(struct descent *ds)
{
	size_t n = ds->n;

	for (size_t c = 0; c < ds->p->C; c++) {
		double *a = ds->a + c * n;

		cblas_dsymv(CblasRowMajor, CblasUpper, blas_int(n), 1.0,
		    ds->A[ds->spans->of[c]], blas_int(n), ds->W + c * n, 1,
		    0.0, a, 1);
		for (size_t i = 0; i < n; i++)
			a[i] -= ds->G[c * n + i];
	}
}

/* Weights, gradients and Gram blocks of the working set. */
static enum mtl_status
gather_set(struct descent *ds)
{
	const struct problem *p = ds->p;
	size_t n = ds->n, C = p->C;

	ds->W = mat_new(C, n);
	ds->G = mat_new(C, n);
	ds->a = mat_new(C, n);
	ds->jump = mat_new(2 * C, n);
	if (ds->W == NULL || ds->G == NULL || ds->a == NULL ||
	    ds->jump == NULL || !anderson_init(&ds->past, C * n) ||
	    !anderson_init(&ds->slopes, C * n))
		return err_nomem(ds->err);
	for (size_t i = 0; i < n; i++)
		for (size_t c = 0; c < C; c++) {
			ds->W[c * n + i] = ds->pt.V[ds->row[i] * C + c];
			ds->G[c * n + i] = ds->pt.G[ds->row[i] * C + c];
		}
	for (size_t k = 0; k < ds->spans->designs; k++) {
		ds->A[k] = mat_new(n, n);
		if (ds->A[k] == NULL ||
		    !spans_gram(ds->A[k], ds->spans, k, p, ds->row, n))
			return err_nomem(ds->err);
	}
	find_rhs(ds);
	return MTL_OK;
}

/* One row's step; returns L_j ||move||^2. */
static double
move_row(struct descent *ds, size_t i)
{
	const struct problem *p = ds->p;
	size_t n = ds->n, C = p->C, j = ds->row[i];
	struct shape s = row_shape(ds, j);
	double L = curvature(ds, j), moved = 0;
	double *old = ds->old, *new = ds->new;

	for (size_t c = 0; c < C; c++) {
		old[c] = ds->W[c * n + i];
		new[c] = ds->G[c * n + i];
	}
	if (ds->quadratic)
		component_gradient(new, ds->m, old, &s, false, ds->room);
	for (size_t c = 0; c < C; c++)
		new[c] = old[c] - new[c] / L;
	component_prox(new, ds->m, &s, 1 / L, ds->room);
	for (size_t c = 0; c < C; c++) {
		double move = new[c] - old[c];

		if (move == 0)
			continue;
		moved += move * move;
		ds->W[c * n + i] = new[c];
		cblas_daxpy(blas_int(n), move,
		    ds->A[ds->spans->of[c]] + i * n, 1, ds->G + c * n, 1);
	}
	return L * moved;
}

/* The objective of the working set, less a constant, at W with G = A W - a. */
static double
objective(struct descent *ds, const double *W, const double *G)
{
	size_t n = ds->n, C = ds->p->C;
	double total = 0;

	for (size_t i = 0; i < C * n; i++)
		total += W[i] * (G[i] - ds->a[i]) / 2;
	for (size_t i = 0; i < n; i++) {
		struct shape s = row_shape(ds, ds->row[i]);

		for (size_t c = 0; c < C; c++)
			ds->old[c] = W[c * n + i];
		total += component_value(ds->m, ds->old, &s, ds->room);
	}
	return total;
}

/*
 * Every few passes W jumps to where they seem to lead, if that is better. G
 * follows, being affine in W.
 */
static void
extrapolate(struct descent *ds)
{
	size_t size = ds->n * ds->p->C;
	double weight[ANDERSON], unused[ANDERSON];
	bool ready = anderson_push(weight, &ds->past, ds->W);

	anderson_push(unused, &ds->slopes, ds->G);
	if (!ready)
		return;
	anderson_mix(ds->jump, &ds->past, weight);
	anderson_mix(ds->jump + size, &ds->slopes, weight);
	if (objective(ds, ds->jump, ds->jump + size) <
	    objective(ds, ds->W, ds->G)) {
		memcpy(ds->W, ds->jump, size * sizeof *ds->W);
		memcpy(ds->G, ds->jump + size, size * sizeof *ds->G);
	}
}

/*
 * Passes over the working set until a pass gains no more than `small`.
 * Returns the number of passes.
 */
static size_t
descend(struct descent *ds, double small, size_t most)
{
	size_t pass = 0;
	double moved = INFINITY;

	while (pass < most && moved > small) {
		moved = 0;
		for (size_t i = 0; i < ds->n; i++)
			moved += move_row(ds, i);
		extrapolate(ds);
		pass++;
	}
	return pass;
}

/* The point's rows become those of the working set. */
static void
put_back(struct descent *ds)
{
	const struct problem *p = ds->p;

	for (size_t i = 0; i < ds->n; i++)
		for (size_t c = 0; c < p->C; c++)
			ds->pt.V[ds->row[i] * p->C + c] = ds->W[c * ds->n + i];
	point_update(&ds->pt, p, false, ds->opts->threads);
}

/* At which scale each row would be 0; below 1 it wants to leave it. */
static void
find_wants(struct descent *ds)
{
	const struct problem *p = ds->p;

	pulls(ds);
	for (size_t j = 0; j < p->d; j++) {
		struct shape s = row_shape(ds, j);

		ds->want[j] = component_scale(ds->m, ds->pt.work + j * p->C,
		    &s, ds->old, ds->room);
	}
}

static enum mtl_status
iterate(struct descent *ds, struct solve_info *info, double gradient0)
{
	const struct problem *p = ds->p;
	const struct solve_opts *opts = ds->opts;
	/* A tolerance of 0 asks for the last digits, not for nothing. */
	double small = 0.03 * fmax(fmax(opts->tol, 1e-16) * info->null,
	    opts->gap);
	double best = INFINITY;
	enum mtl_status st;

	for (;;) {
		struct certificate cert;
		size_t passes;

		certify(&cert, p, &ds->pt, gradient0, 1, opts->threads);
		info->objective = cert.objective;
		info->residual = cert.residual;
		info->gap = cert.gap;
		info->converged = cert.gap <= (cert.residual ? opts->tol :
			fmax(opts->tol * info->null, opts->gap));
		if (!isfinite(cert.objective))
			return err_set(ds->err, MTL_NUMERIC,
			    "the objective is not finite");
		find_wants(ds);
		if (!cert.residual)
			screen(ds, cert.gap, info->null);
		if (info->converged || info->iterations >= opts->max_iter)
			return MTL_OK;
		/* A set that was solved without gain was not solved enough. */
		if (cert.gap > 0.5 * best)
			small *= 0.03;
		if (small < 1e-28 * info->null)
			return MTL_OK;
		best = fmin(best, cert.gap);
		if ((st = choose_set(ds)) != MTL_OK ||
		    (st = gather_set(ds)) != MTL_OK)
			return st;
		passes = descend(ds, small,
		    opts->max_iter - info->iterations);
		info->iterations += passes;
		progress_set(opts->progress, info->iterations);
		put_back(ds);
	}
}

/* Rows of constant features are never moved: they stay 0. */
static void
start_from(struct descent *ds, const double *V)
{
	size_t C = ds->p->C;

	for (size_t j = 0; j < ds->p->d; j++)
		if (curvature(ds, j) > 0)
			memcpy(ds->pt.V + j * C, V + j * C, C * sizeof *V);
}

enum mtl_status
solve_rows(double *V, struct solve_info *info, const struct problem *p,
    const struct solve_opts *opts, struct mtl_err *err)
{
	struct descent ds = {.p = p, .opts = opts, .err = err};
	double gradient0;
	enum mtl_status st;

	*info = (struct solve_info){0};
	if ((st = descent_init(&ds)) != MTL_OK)
		goto out;
	point_null(&ds.pt, &info->null, &gradient0, p, opts->threads);
	if (opts->warm) {
		start_from(&ds, V);
		point_update(&ds.pt, p, false, opts->threads);
	}
	st = iterate(&ds, info, gradient0);
	info->screened = p->d > 0 ? (double)ds.outs / (double)p->d : 0;
	if (st == MTL_OK)
		memcpy(V, ds.pt.V, (p->d + 1) * p->C * sizeof *V);
out:
	descent_clear(&ds);
	return st;
}
