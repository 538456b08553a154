/*
 * Squared losses with quadratic penalties: linear systems.
 *
 * When all blocks have the same rows and weights (a complete wide table) the
 * system is A W + W Q = B with one A for all and Q the penalty between the
 * columns, a Sylvester equation: with Q = V diag(q) V' the columns of W V are
 * ridge regressions with ridges q_j, and one Cholesky factor serves equal q_j.
 *
 * Those with the terms mean and l2 alone have a direct solver, solve_mean.h.
 * Otherwise conjugate gradients solve it, preconditioned by each block's own
 * factor; the blocks differ only through what couples them, so few steps do.
 */
#include "learn/solve.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/blas.h"
#include "base/lapack.h"
#include "base/mem.h"
#include "base/threads.h"
#include "learn/certificate.h"
#include "learn/component.h"
#include "learn/gram.h"
#include "learn/point.h"
#include "learn/solve_mean.h"

/*
 * Q (C x C), the penalty between columns: its gradient at unit rows, of a
 * shape with as many rows as columns, all of weight 1.
 */
static bool
coupling(double *Q, const struct problem *p)
{
	const struct component *m = &p->penalty->component[0];
	size_t C = p->C;
	struct shape square = p->shape;
	double *unit = mat_new(C, C), *ones = mem_new(C, sizeof *ones);
	double *room = mem_new(penalty_room(p->penalty, &p->shape),
	    sizeof *room);
	bool ok = unit != NULL && ones != NULL && room != NULL;

	square.d = C;
	square.weight = ones;
	for (size_t c = 0; ok && c < C; c++)
		unit[c * C + c] = ones[c] = 1;
	if (ok)
		component_gradient(Q, m, unit, &square, true, room);
	free(unit);
	free(ones);
	free(room);
	return ok;
}

/* out_j = sum_c R[j][c] in_c for rows of length side: out = R in. */
static void
rotate(double *out, const double *R, enum CBLAS_TRANSPOSE trans,
    const double *in, size_t C, size_t side)
{
	cblas_dgemm(CblasRowMajor, trans, CblasNoTrans, blas_int(C),
	    blas_int(side), blas_int(C), 1.0, R, blas_int(C), in,
	    blas_int(side), 0.0, out, blas_int(side));
}

/* W' = ridge solutions, row j with ridge q_j, from the rotated targets. */
static enum mtl_status
ridges(double *W, double *t, const double *q, struct design *g, size_t C,
    struct mtl_err *err)
{
	double top = C > 0 ? fabs(q[C - 1]) : 0;
	enum mtl_status st = MTL_OK;

	for (size_t j = 0, end; j < C && st == MTL_OK; j = end) {
		for (end = j + 1; end < C &&
		    fabs(q[end] - q[j]) <= 1e-12 * top; end++)
			;
		/* Eigenvalues of Q that are 0 come out as rounding. */
		st = design_factor(g, q[j] > 1e-14 * top ? q[j] : 0, err);
		if (st == MTL_OK)
			st = design_solve(W + j * g->d, g, t + j * g->side,
			    end - j, err);
	}
	return st;
}

/* One design for all blocks: V's weights by a Sylvester equation. */
static enum mtl_status
solve_same(double *V, const struct problem *p, struct mtl_err *err)
{
	struct design g = design_share(&p->gram->design[p->gram->of[0]]);
	size_t C = p->C, d = p->d, side = g.side;
	double *R = mat_new(C, C), *q = mem_new(C, sizeof *q), mean;
	double *t = NULL, *rotated = NULL, *W = mat_new(C, d);
	double *back = mat_new(C, d);
	enum mtl_status st = MTL_OK;

	if (R == NULL || q == NULL || W == NULL || back == NULL) {
		st = err_nomem(err);
		goto out;
	}
	t = mat_new(C, side);
	rotated = mat_new(C, side);
	if (t == NULL || rotated == NULL || !coupling(R, p)) {
		st = err_nomem(err);
		goto out;
	}
	for (size_t c = 0; g.Z == NULL && c < C; c++)
		cblas_dcopy(blas_int(d), p->gram->a + c, blas_int(C),
		    t + c * side, 1);
	for (size_t k = 0; k < p->B && g.Z != NULL && st == MTL_OK; k++)
		st = design_target(t + p->block[k].col * side, &mean, &g, p,
		    &p->block[k], err);
	if (st == MTL_OK && !lapack_syevd(R, C, q))
		st = err_set(err, MTL_NUMERIC,
		    "an eigenvalue decomposition failed");
	if (st != MTL_OK)
		goto out;
	rotate(rotated, R, CblasNoTrans, t, C, side);
	if ((st = ridges(W, rotated, q, &g, C, err)) != MTL_OK)
		goto out;
	rotate(back, R, CblasTrans, W, C, d);
	for (size_t c = 0; c < C; c++)
		cblas_dcopy(blas_int(d), back + c * d, 1, V + c, blas_int(C));
out:
	design_unshare(&g, &p->gram->design[p->gram->of[0]]);
	free(R);
	free(q);
	free(t);
	free(rotated);
	free(W);
	free(back);
	return st;
}

/* Conjugate gradients over all columns; vectors are d x C as V is. */
struct coupled {
	const struct problem *p;
	struct design *design; /* [B] with factors of their own */
	double *D;      /* [d][C] diagonal of the penalty; its first row serves */
	double **work;  /* [B] */
	double *in, *out; /* of the operator at work */
	enum mtl_status *st; /* [B] */
	struct mtl_err *errs; /* [B] */
};

static void
factor_block(void *arg, size_t k)
{
	struct coupled *cg = arg;
	const struct gram *gram = cg->p->gram;
	struct design *g = &cg->design[k];
	double ridge = cg->D[cg->p->block[k].col];

	*g = design_share(&gram->design[gram->of[cg->p->block[k].col]]);
	/* A preconditioner only: any ridge will do where there is none. */
	cg->st[k] = design_factor(g,
	    ridge > 0 ? ridge : 1e-8 * (g->weight + 1e-300), &cg->errs[k]);
	if (cg->st[k] == MTL_OK) {
		size_t most = g->n > g->d ? g->n : g->d;

		cg->work[k] = mem_new(2 * most + 2 * g->d, sizeof(double));
		if (cg->work[k] == NULL)
			cg->st[k] = err_nomem(&cg->errs[k]);
	}
}

/* out's column of block k = f(in's column), f = A + ... or its inverse. */
static void
column(struct coupled *cg, size_t k, bool inverse)
{
	const struct design *g = &cg->design[k];
	size_t col = cg->p->block[k].col;
	int d = blas_int(g->d), C = blas_int(cg->p->C);
	double *x = cg->work[k], *y = x + g->d, *work = y + g->d;

	cblas_dcopy(d, cg->in + col, C, x, 1);
	memset(y, 0, g->d * sizeof *y);
	if (inverse)
		design_precondition(y, g, x, work);
	else
		design_apply(y, g, x, work);
	cblas_dcopy(d, y, 1, cg->out + col, C);
}

static void
apply_block(void *arg, size_t k)
{
	column(arg, k, false);
}

static void
inverse_block(void *arg, size_t k)
{
	column(arg, k, true);
}

static double
dot(const double *a, const double *b, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += a[i] * b[i];
	return sum;
}

/* delta = -(A + Q)^-1 grad in at most `most` steps; vec: four of d x C. */
static size_t
conjugate_gradients(double *delta, struct coupled *cg, const double *grad,
    double *vec, double *room, size_t most, const struct solve_opts *opts)
{
	const struct problem *p = cg->p;
	size_t size = p->d * p->C, iter;
	double *res = vec, *pre = res + size, *dir = pre + size;
	double *hess = dir + size, rho, first;

	for (size_t i = 0; i < size; i++) {
		delta[i] = 0;
		res[i] = -grad[i];
	}
	cg->in = res;
	cg->out = pre;
	threads_for(p->B, opts->threads, inverse_block, cg);
	memcpy(dir, pre, size * sizeof *dir);
	rho = first = dot(res, pre, size);
	for (iter = 0; iter < most && rho > 1e-28 * first; iter++) {
		double bend, alpha, before = rho;

		cg->in = dir;
		cg->out = hess;
		threads_for(p->B, opts->threads, apply_block, cg);
		component_gradient(hess, &p->penalty->component[0], dir,
		    &p->shape, true, room);
		bend = dot(dir, hess, size);
		if (!(bend > 0))
			break;
		alpha = rho / bend;
		for (size_t i = 0; i < size; i++) {
			delta[i] += alpha * dir[i];
			res[i] -= alpha * hess[i];
		}
		cg->in = res;
		cg->out = pre;
		threads_for(p->B, opts->threads, inverse_block, cg);
		rho = dot(res, pre, size);
		for (size_t i = 0; i < size; i++)
			dir[i] = pre[i] + rho / before * dir[i];
		progress_set(opts->progress, iter);
	}
	return iter;
}

static void
coupled_clear(struct coupled *cg)
{
	for (size_t k = 0; k < cg->p->B; k++) {
		if (cg->design != NULL)
			design_unshare(&cg->design[k], &cg->p->gram->design[
			    cg->p->gram->of[cg->p->block[k].col]]);
		if (cg->work != NULL)
			free(cg->work[k]);
	}
	free(cg->design);
	free(cg->work);
	free(cg->D);
	free(cg->st);
	free(cg->errs);
}

static enum mtl_status
coupled_init(struct coupled *cg, const struct solve_opts *opts,
    struct mtl_err *err)
{
	const struct problem *p = cg->p;

	cg->design = mem_new(p->B, sizeof *cg->design);
	cg->work = mem_new(p->B, sizeof *cg->work);
	cg->D = mat_new(p->d, p->C);
	cg->st = mem_new(p->B, sizeof *cg->st);
	cg->errs = mem_new(p->B, sizeof *cg->errs);
	if (cg->design == NULL || cg->work == NULL || cg->D == NULL ||
	    cg->st == NULL || cg->errs == NULL)
		return err_nomem(err);
	component_diagonal(cg->D, &p->penalty->component[0], &p->shape);
	threads_for(p->B, opts->threads, factor_block, cg);
	for (size_t k = 0; k < p->B; k++)
		if (cg->st[k] != MTL_OK) {
			*err = cg->errs[k];
			return cg->st[k];
		}
	return MTL_OK;
}

/* Newton steps on the exact quadratic: one, and another if rounding asks. */
static enum mtl_status
solve_coupled(struct point *pt, struct solve_info *info, double gradient0,
    const struct problem *p, const struct solve_opts *opts,
    struct mtl_err *err)
{
	struct coupled cg = {.p = p};
	size_t size = p->d * p->C;
	double *delta = mat_new(p->d, p->C), *vec = mat_new(4, size);
	struct certificate cert;
	enum mtl_status st = MTL_OK;

	if (delta == NULL || vec == NULL) {
		st = err_nomem(err);
		goto out;
	}
	if ((st = coupled_init(&cg, opts, err)) != MTL_OK)
		goto out;
	for (int round = 0; round < 3; round++) {
		memcpy(pt->work, pt->G, size * sizeof *pt->work);
		component_gradient(pt->work, &p->penalty->component[0], pt->V,
		    &p->shape, true, pt->room);
		info->iterations += conjugate_gradients(delta, &cg, pt->work,
		    vec, pt->room, opts->max_iter - info->iterations, opts);
		for (size_t i = 0; i < size; i++)
			pt->V[i] += delta[i];
		point_update(pt, p, false, opts->threads);
		certify(&cert, p, pt, gradient0, 1, opts->threads);
		if (info->iterations == opts->max_iter ||
		    cert.gap <= 1e-3 * opts->tol *
			(cert.residual ? 1 : info->null))
			break;
	}
out:
	coupled_clear(&cg);
	free(delta);
	free(vec);
	return st;
}

enum mtl_status
solve_quadratic(double *V, struct solve_info *info, const struct problem *p,
    const struct solve_opts *opts, struct mtl_err *err)
{
	struct point pt;
	struct certificate cert;
	double gradient0;
	bool solved = true;
	enum mtl_status st;

	*info = (struct solve_info){.iterations = 1};
	if ((st = point_init(&pt, p, err)) != MTL_OK)
		return st;
	point_null(&pt, &info->null, &gradient0, p, opts->threads);
	if (!p->shape.weighted && p->gram->of[p->C - 1] == p->gram->of[0])
		st = solve_same(pt.V, p, err);
	else if (mean_applies(p))
		st = solve_mean(pt.V, &solved, p, err);
	else
		solved = false;
	if (st == MTL_OK && !solved) {
		info->iterations = 0;
		st = solve_coupled(&pt, info, gradient0, p, opts, err);
	}
	if (st != MTL_OK)
		goto out;
	point_update(&pt, p, false, opts->threads);
	certify(&cert, p, &pt, gradient0, 1, opts->threads);
	info->objective = cert.objective;
	info->gap = cert.gap;
	info->residual = cert.residual;
	info->converged = cert.gap <= opts->tol *
	    (cert.residual ? 1 : info->null);
	memcpy(V, pt.V, (p->d + 1) * p->C * sizeof *V);
out:
	point_clear(&pt, p);
	return st;
}
