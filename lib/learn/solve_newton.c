/*
 * Newton's method: each step solves the quadratic model at the current point
 * by preconditioned conjugate gradients, roughly at first and ever more
 * exactly, then searches along the line (truncated Newton; Dembo, Eisenstat
 * and Steihaug, SIAM J. Numer. Anal. 19, 1982; LIBLINEAR's trust region
 * method is its cousin). Convergence is quadratic near the optimum.
 *
 * Slopes with kinks (huber, hinge2) have the curvature of one side, which
 * makes convergence superlinear still (O. L. Mangasarian, Optim. Methods
 * Softw. 17, 2002). Far from the optimum it may be 0 where it is needed: after
 * a step that had to be cut short, the next one takes parabolas above the
 * loss, whose full step never fails.
 */
#include "learn/solve.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/threads.h"
#include "learn/certificate.h"
#include "learn/component.h"
#include "learn/point.h"
#include "learn/precondition.h"

struct newton {
	const struct problem *p;
	const struct solve_opts *opts;
	const double *start; /* [d+1][C] the point to start from */
	struct point pt;
	struct precondition pc;
	double **probs;  /* [B] what block_curve gave */
	double **u;      /* [B] z of a direction */
	double *g;       /* [d+1][C] gradient */
	double *step;    /* [d+1][C] Newton step, all [d+1][C] */
	double *before;  /* [d+1][C] V before the step */
	double *res, *pre, *dir, *hess;
	bool kinks;      /* some loss has them */
	bool careful;    /* bounds of the curvature instead of it */
	bool rounding;   /* the last step had no more to win */
	bool stuck;      /* what a step wins is no more seen in the value */
	struct mtl_err *err;
};

static enum mtl_status
newton_init(struct newton *nt)
{
	const struct problem *p = nt->p;
	size_t rows = p->d + 1;
	enum mtl_status st;

	if ((st = point_init(&nt->pt, p, nt->err)) != MTL_OK ||
	    (st = precondition_init(&nt->pc, p, nt->err)) != MTL_OK)
		return st;
	nt->probs = mem_new(p->B, sizeof *nt->probs);
	nt->u = mem_new(p->B, sizeof *nt->u);
	nt->g = mat_new(rows, p->C);
	nt->step = mat_new(rows, p->C);
	nt->before = mat_new(rows, p->C);
	nt->res = mat_new(rows, p->C);
	nt->pre = mat_new(rows, p->C);
	nt->dir = mat_new(rows, p->C);
	nt->hess = mat_new(rows, p->C);
	if (nt->probs == NULL || nt->u == NULL || nt->g == NULL || nt->step == NULL || nt->before == NULL ||
	    nt->res == NULL || nt->pre == NULL || nt->dir == NULL || nt->hess == NULL)
		return err_nomem(nt->err);
	for (size_t k = 0; k < p->B; k++) {
		const struct block *block = &p->block[k];

		nt->kinks |= block->loss == LOSS_HUBER ||
		    block->loss == LOSS_HINGE2;
		nt->probs[k] = mat_new(block->n, block->cols);
		nt->u[k] = mat_new(block->n, block->cols);
		if (nt->probs[k] == NULL || nt->u[k] == NULL)
			return err_nomem(nt->err);
	}
	return MTL_OK;
}

static void
newton_clear(struct newton *nt)
{
	for (size_t k = 0; k < nt->p->B; k++) {
		free(nt->probs != NULL ? nt->probs[k] : NULL);
		free(nt->u != NULL ? nt->u[k] : NULL);
	}
	free(nt->probs);
	free(nt->u);
	free(nt->g);
	free(nt->step);
	free(nt->before);
	free(nt->res);
	free(nt->pre);
	free(nt->dir);
	free(nt->hess);
	precondition_clear(&nt->pc);
	point_clear(&nt->pt, nt->p);
}

static double
dot(const struct newton *nt, const double *a, const double *b)
{
	double sum = 0;

	for (size_t i = 0; i < (nt->p->d + 1) * nt->p->C; i++)
		sum += a[i] * b[i];
	return sum;
}

/* Intercepts that do not move have no gradient. */
static void
freeze(const struct newton *nt, double *g)
{
	const struct problem *p = nt->p;

	for (size_t k = 0; k < p->B; k++)
		if (!intercept_moves(p, &p->block[k]))
			memset(g + p->d * p->C + p->block[k].col, 0,
			    p->block[k].cols * sizeof *g);
}

/* Penalties of weights and intercepts, for a gradient or H s: g += ... V */
static void
add_penalty(const struct newton *nt, double *g, const double *V)
{
	const struct problem *p = nt->p;
	size_t last = p->d * p->C;

	component_gradient(g, &p->penalty->component[0], V, &p->shape, true,
	    nt->pt.room);
	if (p->intercept == INTERCEPT_PENALIZED)
		for (size_t c = 0; c < p->C; c++)
			g[last + c] += p->intercept_l2 * V[last + c];
	freeze(nt, g);
}

static void
curve_block(void *arg, size_t k)
{
	struct newton *nt = arg;

	block_curve(nt->probs[k], nt->p, &nt->p->block[k], nt->pt.z[k],
	    nt->careful);
}

static void
hessian_block(void *arg, size_t k)
{
	struct newton *nt = arg;
	const struct problem *p = nt->p;
	const struct block *block = &p->block[k];

	block_hessian(nt->u[k], p, block, nt->probs[k], nt->u[k]);
}

/* hess = Hessian at the current point times dir. */
static void
hessian(struct newton *nt)
{
	const struct bands *bands = &nt->pt.bands;
	size_t threads = nt->opts->threads;

	bands_predict(nt->u, bands, nt->p, nt->dir, threads);
	threads_for(nt->p->B, threads, hessian_block, nt);
	bands_gradient(nt->hess, bands, nt->p, nt->u, threads);
	add_penalty(nt, nt->hess, nt->dir);
}

/*
 * step = -Hessian^-1 g by conjugate gradients, to a relative residual of eta
 * in the preconditioner's norm. Returns the number of iterations.
 */
static size_t
newton_step(struct newton *nt, double eta)
{
	const struct problem *p = nt->p;
	size_t size = (p->d + 1) * p->C, iter;
	double rho, first;

	memset(nt->step, 0, size * sizeof *nt->step);
	for (size_t i = 0; i < size; i++)
		nt->res[i] = -nt->g[i];
	precondition_apply(nt->pre, &nt->pc, p, nt->res, nt->opts->threads);
	memcpy(nt->dir, nt->pre, size * sizeof *nt->dir);
	rho = first = dot(nt, nt->res, nt->pre);
	for (iter = 0; iter < 500 && rho > eta * eta * first; iter++) {
		double bend, alpha, before = rho;

		hessian(nt);
		bend = dot(nt, nt->dir, nt->hess);
		if (!(bend > 0))
			break;
		alpha = rho / bend;
		for (size_t i = 0; i < size; i++) {
			nt->step[i] += alpha * nt->dir[i];
			nt->res[i] -= alpha * nt->hess[i];
		}
		precondition_apply(nt->pre, &nt->pc, p, nt->res,
		    nt->opts->threads);
		rho = dot(nt, nt->res, nt->pre);
		for (size_t i = 0; i < size; i++)
			nt->dir[i] = nt->pre[i] + rho / before * nt->dir[i];
	}
	return iter;
}

/* V goes to where it was plus t steps; z moves along by `more` of them. */
static double
move(struct newton *nt, double t, double more)
{
	const struct problem *p = nt->p;
	double value = 0;

	for (size_t i = 0; i < (p->d + 1) * p->C; i++)
		nt->pt.V[i] = nt->before[i] + t * nt->step[i];
	for (size_t k = 0; k < p->B; k++) {
		const struct block *block = &p->block[k];

		for (size_t i = 0; i < block->n * block->cols; i++)
			nt->pt.z[k][i] += more * nt->u[k][i];
		value += block_loss(p, block, nt->pt.z[k]);
	}
	return value + point_penalty(&nt->pt, p, nt->pt.V,
	    nt->pt.V + p->d * p->C);
}

/*
 * Armijo's line search. Returns the step taken, 0 if none lowers the value, and
 * V stays; an exponential that overflows lowers nothing. Where no more than
 * rounding is to be won the step is taken unseen.
 */
static double
line_search(struct newton *nt, double value)
{
	double slope = dot(nt, nt->g, nt->step), t = 1, after;

	nt->rounding = -slope <= 1e-14 * fabs(value);
	memcpy(nt->before, nt->pt.V, (nt->p->d + 1) * nt->p->C *
	    sizeof *nt->before);
	if (!(slope < 0))
		return 0;
	bands_predict(nt->u, &nt->pt.bands, nt->p, nt->step,
	    nt->opts->threads);
	after = move(nt, t, t);
	while (!(after <= value + 1e-4 * t * slope) && !nt->rounding) {
		t /= 2;
		if (t < 1e-12) {
			move(nt, 0, 0);
			return 0;
		}
		after = move(nt, t, -t);
	}
	return t;
}

/* One Newton step from an up-to-date point; moved: z is in step with V. */
static enum mtl_status
advance(struct newton *nt, double first, bool *moved)
{
	const struct problem *p = nt->p;
	size_t size = (p->d + 1) * p->C;
	double norm, taken;
	bool useless;
	enum mtl_status st;

	memcpy(nt->g, nt->pt.G, size * sizeof *nt->g);
	add_penalty(nt, nt->g, nt->pt.V);
	norm = sqrt(dot(nt, nt->g, nt->g));
	threads_for(p->B, nt->opts->threads, curve_block, nt);
	st = precondition_update(&nt->pc, p, nt->probs, nt->opts->threads,
	    nt->err);
	if (st != MTL_OK)
		return st;
	/* Not too exactly: where the Hessian is singular, conjugate gradients
	 * run away along its null space once the rest is rounding. */
	newton_step(nt, first > 0 ? fmin(0.1, fmax(1e-6, norm / first)) : 0.1);
	taken = line_search(nt, nt->pt.loss + nt->pt.penalty);
	/* After a step cut by far, z has lost digits. */
	*moved = taken > 1e-3;
	useless = taken == 0 || nt->rounding;
	nt->stuck = useless && (nt->careful || !nt->kinks);
	nt->careful = nt->kinks && (taken < 0.1 || useless);
	return MTL_OK;
}

/* How far the point is from the optimum, into info; returns the gap. */
static double
account(struct newton *nt, struct solve_info *info, double gradient0)
{
	struct certificate cert;

	certify(&cert, nt->p, &nt->pt, gradient0, 1, nt->opts->threads);
	info->objective = cert.objective;
	info->gap = cert.gap;
	info->residual = cert.residual;
	info->converged = cert.gap <= nt->opts->tol *
	    (cert.residual ? 1 : info->null);
	return cert.gap;
}

/* A step taken unseen was none to take: back to the point before it. */
static void
step_back(struct newton *nt, struct solve_info *info, double gradient0)
{
	memcpy(nt->pt.V, nt->before,
	    (nt->p->d + 1) * nt->p->C * sizeof *nt->before);
	point_update(&nt->pt, nt->p, false, nt->opts->threads);
	account(nt, info, gradient0);
}

static enum mtl_status
iterate(struct newton *nt, struct solve_info *info)
{
	const struct problem *p = nt->p;
	const struct solve_opts *opts = nt->opts;
	double gradient0, stale = INFINITY;
	bool moved = false;
	enum mtl_status st = MTL_OK;

	point_null(&nt->pt, &info->null, &gradient0, p, opts->threads);
	if (opts->warm) {
		memcpy(nt->pt.V, nt->start,
		    p->d * p->C * sizeof *nt->pt.V);
		point_update(&nt->pt, p, false, opts->threads);
	}
	for (; st == MTL_OK; info->iterations++) {
		double gap = account(nt, info, gradient0);
		double bound = opts->tol * (info->residual ? 1 : info->null);

		if (!isfinite(info->objective))
			return err_set(nt->err, MTL_NUMERIC,
			    "the objective is not finite");
		if (nt->stuck && stale < gap) {
			step_back(nt, info, gradient0);
			break;
		}
		/* Near the end a step squares the error: go on to a thousandth
		 * of what was asked. Without progress the certificate is what
		 * it is. */
		if (gap <= 1e-3 * bound || info->iterations >= opts->max_iter ||
		    (nt->stuck && stale == gap))
			break;
		stale = gap;
		progress_set(opts->progress, info->iterations);
		if ((st = advance(nt, gradient0, &moved)) == MTL_OK)
			point_update(&nt->pt, p, moved, opts->threads);
	}
	return st;
}

enum mtl_status
solve_newton(double *V, struct solve_info *info, const struct problem *p,
    const struct solve_opts *opts, struct mtl_err *err)
{
	struct newton nt = {.p = p, .opts = opts, .start = V, .err = err};
	enum mtl_status st;

	*info = (struct solve_info){0};
	if ((st = newton_init(&nt)) == MTL_OK &&
	    (st = iterate(&nt, info)) == MTL_OK)
		memcpy(V, nt.pt.V, (p->d + 1) * p->C * sizeof *V);
	newton_clear(&nt);
	return st;
}
