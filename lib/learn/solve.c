#include "learn/solve.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/blas.h"
#include "base/mem.h"
#include "base/threads.h"
#include "learn/component.h"
#include "learn/gram.h"
#include "learn/solve_irls.h"
#include "learn/solve_rows.h"
#include "learn/separable.h"

/* Below this many multiplications a pass, threads cost more than they give. */
static const double SMALL = 2e5;

/* Consecutive blocks that are solved together. */
struct unit {
	size_t first, blocks;
	double *V; /* [d+1][C of the unit] */
	double *P; /* [J][d][C of the unit], or NULL */
	struct solve_info info;
	enum mtl_status st;
	struct mtl_err err;
};

struct units {
	const struct problem *p;
	double *V, *P;                 /* of the whole; P or NULL */
	const struct solve_opts *opts; /* for each unit: one thread */
	struct unit *unit;
};

/* Reweighted least squares; proximal gradients where they give up. */
static enum mtl_status
solve_any(double *V, double *P, struct solve_info *info,
    const struct problem *p, const struct solve_opts *opts,
    struct mtl_err *err)
{
	struct solve_opts rest = *opts;
	size_t done;
	enum mtl_status st = solve_irls(V, P, info, p, opts, err);

	done = info->iterations;
	if (st != MTL_OK || info->converged || done >= opts->max_iter)
		return st;
	rest.warm = true;
	rest.max_iter -= done;
	st = solve_proximal(V, P, info, p, &rest, err);
	info->iterations += done;
	return st;
}

static enum mtl_status
solve_one(double *V, double *P, struct solve_info *info, const struct problem *p,
    const struct solve_opts *opts, struct mtl_err *err)
{
	enum mtl_status st;

	if (rows_apply(p))
		st = solve_rows(V, info, p, opts, err);
	else if (!penalty_quadratic(p->penalty) && gram_fits(p))
		st = solve_proximal(V, P, info, p, opts, err);
	else if (!penalty_quadratic(p->penalty))
		st = solve_any(V, P, info, p, opts, err);
	else if (p->gram != NULL)
		st = solve_quadratic(V, info, p, opts, err);
	else
		st = solve_newton(V, info, p, opts, err);
	for (size_t i = 0; st == MTL_OK && i < (p->d + 1) * p->C; i++)
		if (!isfinite(V[i]))
			st = err_set(err, MTL_NUMERIC,
			    "a weight is not finite");
	if (st == MTL_OK && !isfinite(info->objective))
		st = err_set(err, MTL_NUMERIC,
		    "the objective is not finite");
	if (st == MTL_OK)
		st = separable(&info->separable, p, V, err);
	info->converged = info->converged && !info->separable;
	return st;
}

/* The problem of one unit's blocks alone, its columns from 0. */
static enum mtl_status
sub_problem(struct problem *sub, const struct problem *p, const struct unit *u,
    struct mtl_err *err)
{
	size_t base = p->block[u->first].col;

	*sub = *p;
	sub->shape = (struct shape){0};
	sub->spans = NULL;
	sub->B = u->blocks;
	sub->block = mem_new(u->blocks, sizeof *sub->block);
	sub->C = 0;
	if (sub->block == NULL)
		return err_nomem(err);
	for (size_t k = 0; k < u->blocks; k++) {
		sub->block[k] = p->block[u->first + k];
		sub->block[k].col -= base;
		sub->C += sub->block[k].cols;
	}
	return shape_columns(&sub->shape, &p->shape, base, sub->C, err);
}

/* Copies rows of cols numbers from one matrix into another. */
static void
copy_columns(double *to, size_t to_width, const double *from,
    size_t from_width, size_t rows, size_t cols)
{
	for (size_t j = 0; j < rows; j++)
		memcpy(to + j * to_width, from + j * from_width,
		    cols * sizeof *to);
}

static void
solve_unit(void *arg, size_t i)
{
	struct units *us = arg;
	struct unit *u = &us->unit[i];
	const struct problem *p = us->p;
	size_t base = p->block[u->first].col, rows;
	struct problem sub = {0};
	struct gram gram = {0};

	u->st = sub_problem(&sub, p, u, &u->err);
	if (u->st == MTL_OK && p->gram != NULL) {
		u->st = gram_columns(&gram, p->gram, base, sub.C, &u->err);
		sub.gram = &gram;
	}
	if (u->st != MTL_OK)
		goto out;
	rows = p->penalty->components * p->d;
	u->V = mat_new(p->d + 1, sub.C);
	u->P = us->P != NULL ? mat_new(rows, sub.C) : NULL;
	if (u->V == NULL || (us->P != NULL && u->P == NULL)) {
		u->st = err_nomem(&u->err);
		goto out;
	}
	if (us->opts->warm) {
		copy_columns(u->V, sub.C, us->V + base, p->C, p->d + 1,
		    sub.C);
		if (u->P != NULL)
			copy_columns(u->P, sub.C, us->P + base, p->C, rows,
			    sub.C);
	}
	u->st = solve_one(u->V, u->P, &u->info, &sub, us->opts, &u->err);
out:
	free(sub.block);
	shape_clear(&sub.shape);
	gram_clear(&gram);
}

/*
 * Blocks of squared loss with one design stay together, up to the memory of
 * their predictors; all others stand alone.
 */
static size_t
cut_units(struct unit *unit, const struct problem *p)
{
	size_t units = 0;

	for (size_t k = 0; k < p->B; k++) {
		if (k > 0 && p->block[k].loss == LOSS_SQUARED &&
		    p->block[k - 1].loss == LOSS_SQUARED &&
		    same_design(&p->block[k - 1], &p->block[k])) {
			unit[units - 1].blocks++;
			continue;
		}
		unit[units++] = (struct unit){.first = k, .blocks = 1};
	}
	return units;
}

/* V's columns from a unit's; its account joins the whole. */
static void
gather(const struct units *us, struct solve_info *info, const struct unit *u)
{
	const struct problem *p = us->p;
	const struct block *last = &p->block[u->first + u->blocks - 1];
	size_t base = p->block[u->first].col;
	size_t cols = last->col + last->cols - base;

	copy_columns(us->V + base, p->C, u->V, cols, p->d + 1, cols);
	if (us->P != NULL)
		copy_columns(us->P + base, p->C, u->P, cols,
		    p->penalty->components * p->d, cols);
	info->objective += u->info.objective;
	info->null += u->info.null;
	info->screened += u->info.screened * (double)cols / (double)p->C;
	info->residual |= u->info.residual;
	if (u->info.residual)
		info->gap = fmax(info->gap, u->info.gap);
	else
		info->gap += u->info.gap;
	if (u->info.iterations > info->iterations)
		info->iterations = u->info.iterations;
	info->converged = info->converged && u->info.converged;
	info->separable = info->separable || u->info.separable;
}

static enum mtl_status
solve_separately(double *V, double *P, struct solve_info *info,
    const struct problem *p, const struct solve_opts *opts,
    struct mtl_err *err)
{
	struct solve_opts single = *opts;
	struct units us = {p, V, P, &single, mem_new(p->B, sizeof *us.unit)};
	size_t units;
	enum mtl_status st = MTL_OK;

	if (us.unit == NULL)
		return err_nomem(err);
	units = cut_units(us.unit, p);
	if (units > 1)
		single.threads = 1;
	single.gap = opts->gap / (double)units;
	threads_for(units, opts->threads, solve_unit, &us);
	*info = (struct solve_info){.converged = true};
	for (size_t i = 0; i < units; i++) {
		if (us.unit[i].st != MTL_OK && st == MTL_OK) {
			st = us.unit[i].st;
			*err = us.unit[i].err;
		}
		if (st == MTL_OK)
			gather(&us, info, &us.unit[i]);
	}
	for (size_t i = 0; i < units; i++) {
		free(us.unit[i].V);
		free(us.unit[i].P);
	}
	free(us.unit);
	return st;
}

enum mtl_status
solve_blocks(double *V, double *P, struct solve_info *info,
    const struct problem *p, size_t first, size_t blocks,
    const struct solve_opts *opts, struct mtl_err *err)
{
	struct unit u = {.first = first, .blocks = blocks};
	struct units us = {p, V, P, opts, &u};

	solve_unit(&us, 0);
	if (u.st == MTL_OK)
		gather(&us, info, &u);
	else
		*err = u.err;
	free(u.V);
	free(u.P);
	return u.st;
}

static enum mtl_status
solve_as_is(double *V, double *P, struct solve_info *info, const struct problem *p,
    const struct solve_opts *opts, struct mtl_err *err)
{
	struct solve_opts o = *opts;
	bool together = penalty_couples(p->penalty) || (p->gram != NULL &&
		penalty_quadratic(p->penalty) &&
		component_ridge(&p->penalty->component[0]) > 0);
	double work = 0;
	enum mtl_status st;

	for (size_t k = 0; k < p->B; k++)
		work += (double)(p->block[k].n * p->block[k].cols) *
		    (double)p->d;
	/* Together a gram is all that a pass goes through. */
	if (together && p->gram != NULL)
		work = (double)(p->C * p->d) * (double)p->d;
	if (work < SMALL)
		o.threads = 1;
	if (together)
		st = solve_one(V, P, info, p, &o, err);
	else
		st = solve_separately(V, P, info, p, &o, err);
	if (p->gram != NULL && st == MTL_OK)
		gram_intercepts(V, p->gram);
	return st;
}

enum mtl_status
solve(double *V, double *P, struct solve_info *info, const struct problem *p,
    const struct solve_opts *opts, struct mtl_err *err)
{
	struct problem quadratic = *p;
	struct gram gram;
	enum mtl_status st;

	if (p->gram != NULL || !gram_fits(p) ||
	    (!penalty_quadratic(p->penalty) && !gram_pays(p)))
		return solve_as_is(V, P, info, p, opts, err);
	if ((st = gram_init(&gram, p, opts->threads, err)) != MTL_OK)
		return st;
	quadratic.gram = &gram;
	quadratic.spans = NULL;
	st = solve_as_is(V, P, info, &quadratic, opts, err);
	gram_clear(&gram);
	return st;
}
