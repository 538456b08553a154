/*
 * Iteratively reweighted least squares, that is proximal Newton steps: at the
 * point z each loss is replaced by the parabola
 *
 *     h/2 (z - t)^2,   h >= its curvature,   t = z - r/h,   r its slope,
 *
 * and the problem that results, squared losses with the same penalty, is
 * solved roughly at first and ever more exactly; a line search on the true
 * objective follows. Source: J. D. Lee, Y. Sun and M. A. Saunders, "Proximal
 * Newton-type Methods for Minimizing Composite Functions", SIAM J. Optim. 24,
 * 2014.
 *
 * The softmax Hessian diag(p) - pp' couples the columns of its task; in its
 * place stands diag(2 p (1 - p)), which is never less (its difference from it
 * is diagonally dominant) and falls apart into columns.
 */
#include "learn/solve_irls.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/threads.h"
#include "learn/anderson.h"
#include "learn/certificate.h"
#include "learn/point.h"

/* Curvatures below this share of the largest possible are raised to it. */
static const double FLAT = 1e-6;

struct irls {
	const struct problem *p;
	const struct solve_opts *opts;
	struct point pt;
	struct problem squared; /* the parabolas: a block a column */
	double **weight, **target; /* [C][n] of each column's pairs */
	double **curve;         /* [B] what block_curve gives */
	double *P, *V;          /* of the parabolas' solution */
	double *before;         /* [J][d][C] */
	double *b;              /* [C] intercepts before */
	struct anderson past;   /* the latest components */
	bool careful;           /* parabolas that lie above the losses */
	struct mtl_err *err;
};

static size_t
size_of(const struct problem *p)
{
	return p->penalty->components * p->d * p->C;
}

/* The block of column c alone, its pairs' weights and targets of its own. */
static enum mtl_status
split_column(struct irls *ir, const struct block *block, size_t c)
{
	struct problem *q = &ir->squared;
	struct block *column = &q->block[q->B++];
	size_t at = 0;

	*column = *block;
	column->loss = LOSS_SQUARED;
	column->col = c;
	column->cols = 1;
	column->seg = mem_new(block->segs, sizeof *column->seg);
	ir->weight[c] = mem_new(block->n, sizeof(double));
	ir->target[c] = mem_new(block->n, sizeof(double));
	if (column->seg == NULL || ir->weight[c] == NULL ||
	    ir->target[c] == NULL)
		return err_nomem(ir->err);
	for (size_t s = 0; s < block->segs; s++) {
		column->seg[s] = (struct segment){.n = block->seg[s].n,
		    .row = block->seg[s].row,
		    .y = ir->target[c] + at,
		    .weight = ir->weight[c] + at,
		    .factor = 1};
		at += block->seg[s].n;
	}
	return MTL_OK;
}

static enum mtl_status
irls_init(struct irls *ir)
{
	const struct problem *p = ir->p;
	struct problem *q = &ir->squared;
	enum mtl_status st;

	if ((st = point_init(&ir->pt, p, ir->err)) != MTL_OK)
		return st;
	*q = *p;
	q->B = 0;
	q->spans = NULL; /* its weights change */
	q->block = mem_new(p->C, sizeof *q->block);
	ir->weight = mem_new(p->C, sizeof *ir->weight);
	ir->target = mem_new(p->C, sizeof *ir->target);
	ir->curve = mem_new(p->B, sizeof *ir->curve);
	ir->V = mat_new(p->d + 1, p->C);
	ir->P = p->penalty->components > 1 ? mem_new(size_of(p),
	    sizeof(double)) : ir->V;
	ir->before = mem_new(size_of(p), sizeof *ir->before);
	ir->b = mem_new(p->C, sizeof *ir->b);
	if (q->block == NULL || ir->weight == NULL || ir->target == NULL ||
	    ir->curve == NULL || ir->V == NULL || ir->P == NULL ||
	    ir->before == NULL || ir->b == NULL ||
	    !anderson_init(&ir->past, size_of(p)))
		return err_nomem(ir->err);
	for (size_t k = 0; k < p->B; k++) {
		const struct block *block = &p->block[k];

		ir->curve[k] = mat_new(block->n, block->cols);
		if (ir->curve[k] == NULL)
			return err_nomem(ir->err);
		for (size_t c = 0; c < block->cols && st == MTL_OK; c++)
			st = split_column(ir, block, block->col + c);
	}
	return st;
}

static void
irls_clear(struct irls *ir)
{
	const struct problem *p = ir->p;

	for (size_t c = 0; c < p->C; c++) {
		free(ir->weight != NULL ? ir->weight[c] : NULL);
		free(ir->target != NULL ? ir->target[c] : NULL);
	}
	for (size_t k = 0; k < p->B; k++)
		free(ir->curve != NULL ? ir->curve[k] : NULL);
	for (size_t k = 0; ir->squared.block != NULL && k < ir->squared.B; k++)
		free(ir->squared.block[k].seg);
	free(ir->squared.block);
	free(ir->weight);
	free(ir->target);
	free(ir->curve);
	if (ir->P != ir->V)
		free(ir->P);
	free(ir->V);
	free(ir->before);
	free(ir->b);
	anderson_clear(&ir->past);
	point_clear(&ir->pt, p);
}

/* The parabolas of block k at the point. */
static void
set_parabolas(void *arg, size_t k)
{
	struct irls *ir = arg;
	const struct block *block = &ir->p->block[k];
	struct walk w = {.p = ir->p, .block = block};
	struct chunk ch;
	size_t K = block->cols;
	const double *z = ir->pt.z[k], *r = ir->pt.r[k];
	double top = loss_lipschitz(block->loss);

	block_curve(ir->curve[k], ir->p, block, z, ir->careful);
	while (walk_next(&w, &ch))
		for (size_t i = ch.at; i < ch.at + ch.n; i++) {
			double c = chunk_weight(&ch, i - ch.at);
			double least = c * FLAT * (isinf(top) ? 1e-6 : top);

			for (size_t l = 0; l < K; l++) {
				size_t col = block->col + l;
				double h = ir->curve[k][i * K + l];

				if (block->loss == LOSS_SOFTMAX)
					h = 2 * c * h * (1 - h);
				h = fmax(h, least);
				ir->weight[col][i] = h;
				ir->target[col][i] = z[i * K + l] -
				    (h > 0 ? r[i * K + l] / h : 0) -
				    (block->fixed ? block->intercept : 0);
			}
		}
}

/* P and V of the parabolas' optimum, to within the gap asked for. */
static enum mtl_status
solve_parabolas(struct irls *ir, const struct certificate *cert)
{
	const struct problem *p = ir->p;
	struct solve_opts so = *ir->opts;
	struct solve_info info;
	size_t size = p->d * p->C;

	threads_for(p->B, so.threads, set_parabolas, ir);
	so.progress = NULL;
	so.warm = true;
	so.max_iter = 20000;
	so.tol = cert->residual ? fmin(1e-3, 0.01 * cert->gap) : 1e-14;
	so.gap = cert->residual ? 0 : 0.05 * cert->gap;
	memcpy(ir->V, ir->pt.V, (size + p->C) * sizeof *ir->V);
	if (ir->P != ir->V)
		memcpy(ir->P, ir->pt.P, size_of(p) * sizeof *ir->P);
	return solve(ir->V, ir->P != ir->V ? ir->P : NULL, &info,
	    &ir->squared, &so, ir->err);
}

/* pt = before + t (P - before) */
static double
try_step(struct irls *ir, double t)
{
	const struct problem *p = ir->p;

	for (size_t i = 0; i < size_of(p); i++)
		ir->pt.P[i] = ir->before[i] + t * (ir->P[i] - ir->before[i]);
	memcpy(ir->pt.V + p->d * p->C, ir->b, p->C * sizeof *ir->b);
	point_value(&ir->pt, p, false, ir->opts->threads);
	return ir->pt.loss + ir->pt.penalty;
}

/* From the point towards P; false if nothing is gained on that way. */
static bool
line_search(struct irls *ir)
{
	const struct problem *p = ir->p;
	size_t size = p->d * p->C;
	double value = ir->pt.loss + ir->pt.penalty, slope = 0, t = 1;
	double penalty = point_penalty(&ir->pt, p, ir->P, ir->b) -
	    point_penalty(&ir->pt, p, ir->pt.P, ir->b);

	memcpy(ir->before, ir->pt.P, size_of(p) * sizeof *ir->before);
	for (size_t i = 0; i < size_of(p); i++)
		slope += ir->pt.G[i % size] * (ir->P[i] - ir->before[i]);
	slope += penalty;
	while (slope < 0 && t > 1e-10) {
		double after = try_step(ir, t);

		/* Where the gain drowns in rounding the slope decides. */
		if (after <= value + 1e-4 * t * slope ||
		    (-slope <= 1e-12 * fabs(value) &&
			after <= value + 1e-13 * fabs(value)))
			return true;
		t /= 2;
	}
	try_step(ir, 0);
	return false;
}

/*
 * Parabolas that lie far above their losses (softmax's) make short steps that
 * follow each other: every few of them the point jumps to where they seem to
 * lead, if that is better.
 */
static void
extrapolate(struct irls *ir)
{
	const struct problem *p = ir->p;
	double weight[ANDERSON], value = ir->pt.loss + ir->pt.penalty;

	if (!anderson_push(weight, &ir->past, ir->pt.P))
		return;
	memcpy(ir->before, ir->pt.P, size_of(p) * sizeof *ir->before);
	memcpy(ir->b, ir->pt.V + p->d * p->C, p->C * sizeof *ir->b);
	anderson_mix(ir->P, &ir->past, weight);
	if (!(try_step(ir, 1) < value))
		try_step(ir, 0);
}

static enum mtl_status
iterate(struct irls *ir, struct solve_info *info, double gradient0)
{
	const struct problem *p = ir->p;
	const struct solve_opts *opts = ir->opts;

	for (;; info->iterations++) {
		struct certificate cert;
		enum mtl_status st;
		bool moved;

		point_gradient(&ir->pt, p, opts->threads);
		certify(&cert, p, &ir->pt, gradient0, 1, opts->threads);
		info->objective = cert.objective;
		info->residual = cert.residual;
		info->gap = cert.gap;
		info->converged = cert.gap <= (cert.residual ? opts->tol :
			fmax(opts->tol * info->null, opts->gap));
		if (!isfinite(cert.objective))
			return err_set(ir->err, MTL_NUMERIC,
			    "the objective is not finite");
		if (info->converged || info->iterations >= opts->max_iter)
			return MTL_OK;
		progress_set(opts->progress, info->iterations);
		memcpy(ir->b, ir->pt.V + p->d * p->C, p->C * sizeof *ir->b);
		if ((st = solve_parabolas(ir, &cert)) != MTL_OK)
			return st;
		moved = line_search(ir);
		if (moved)
			extrapolate(ir);
		if (!moved && ir->careful)
			return MTL_OK;
		/* A step that failed, or one in caution, changes the mode. */
		ir->careful = !moved;
	}
}

enum mtl_status
solve_irls(double *V, double *P, struct solve_info *info,
    const struct problem *p, const struct solve_opts *opts,
    struct mtl_err *err)
{
	struct irls ir = {.p = p, .opts = opts, .err = err};
	double gradient0;
	enum mtl_status st = irls_init(&ir);

	*info = (struct solve_info){0};
	if (st != MTL_OK)
		goto out;
	point_null(&ir.pt, &info->null, &gradient0, p, opts->threads);
	if (opts->warm) {
		memcpy(ir.pt.P, P != NULL ? P : V,
		    size_of(p) * sizeof *ir.pt.P);
		point_value(&ir.pt, p, false, opts->threads);
	}
	if ((st = iterate(&ir, info, gradient0)) != MTL_OK)
		goto out;
	memcpy(V, ir.pt.V, (p->d + 1) * p->C * sizeof *V);
	if (P != NULL)
		memcpy(P, ir.pt.P, size_of(p) * sizeof *P);
out:
	irls_clear(&ir);
	return st;
}
