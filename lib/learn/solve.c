#include "learn/solve.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/blas.h"
#include "base/mem.h"
#include "base/threads.h"

/* Below this many multiplications a pass, threads cost more than they give. */
static const double SMALL = 2e5;

/* Consecutive blocks that are solved together. */
struct unit {
	size_t first, blocks;
	double *V; /* [d+1][C of the unit] */
	struct solve_info info;
	enum mtl_status st;
	struct mtl_err err;
};

struct units {
	const struct problem *p;
	const struct solve_opts *opts; /* for each unit: one thread */
	struct unit *unit;
};

static bool
all_squared(const struct problem *p)
{
	for (size_t k = 0; k < p->B; k++)
		if (p->block[k].loss != LOSS_SQUARED)
			return false;
	return true;
}

static enum mtl_status
solve_one(double *V, struct solve_info *info, const struct problem *p,
    const struct solve_opts *opts, struct mtl_err *err)
{
	enum mtl_status st;

	if (all_squared(p))
		st = solve_quadratic(V, info, p, opts, err);
	else
		st = solve_newton(V, info, p, opts, err);
	for (size_t i = 0; st == MTL_OK && i < (p->d + 1) * p->C; i++)
		if (!isfinite(V[i]))
			st = err_set(err, MTL_NUMERIC,
			    "a weight is not finite");
	return st;
}

/* The problem of one unit's blocks alone, its columns from 0. */
static bool
sub_problem(struct problem *sub, const struct problem *p, const struct unit *u)
{
	size_t base = p->block[u->first].col;

	*sub = *p;
	sub->B = u->blocks;
	sub->block = mem_new(u->blocks, sizeof *sub->block);
	sub->C = 0;
	if (sub->block == NULL)
		return false;
	for (size_t k = 0; k < u->blocks; k++) {
		sub->block[k] = p->block[u->first + k];
		sub->block[k].col -= base;
		sub->C += sub->block[k].cols;
	}
	/* Nothing is coupled, so any pairing does: all columns in one set. */
	sub->pairing = (struct pairing){sub->C, 1,
	    mem_new(sub->C, sizeof(size_t)), mem_new(1, sizeof(double))};
	if (sub->pairing.group == NULL || sub->pairing.size == NULL)
		return false;
	sub->pairing.size[0] = (double)sub->C;
	return true;
}

static void
solve_unit(void *arg, size_t i)
{
	struct units *us = arg;
	struct unit *u = &us->unit[i];
	struct problem sub = {0};

	if (!sub_problem(&sub, us->p, u) ||
	    (u->V = mat_new(sub.d + 1, sub.C)) == NULL)
		u->st = err_nomem(&u->err);
	else
		u->st = solve_one(u->V, &u->info, &sub, us->opts, &u->err);
	free(sub.block);
	free(sub.pairing.group);
	free(sub.pairing.size);
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
gather(double *V, struct solve_info *info, const struct problem *p,
    const struct unit *u)
{
	const struct block *last = &p->block[u->first + u->blocks - 1];
	size_t base = p->block[u->first].col;
	size_t cols = last->col + last->cols - base;

	for (size_t j = 0; j <= p->d; j++)
		memcpy(V + j * p->C + base, u->V + j * cols,
		    cols * sizeof *V);
	info->objective += u->info.objective;
	info->null += u->info.null;
	info->residual |= u->info.residual;
	if (u->info.residual)
		info->gap = fmax(info->gap, u->info.gap);
	else
		info->gap += u->info.gap;
	if (u->info.iterations > info->iterations)
		info->iterations = u->info.iterations;
	info->converged = info->converged && u->info.converged;
}

static enum mtl_status
solve_separately(double *V, struct solve_info *info, const struct problem *p,
    const struct solve_opts *opts, struct mtl_err *err)
{
	struct solve_opts single = *opts;
	struct units us = {p, &single, mem_new(p->B, sizeof *us.unit)};
	size_t units;
	enum mtl_status st = MTL_OK;

	if (us.unit == NULL)
		return err_nomem(err);
	units = cut_units(us.unit, p);
	if (units > 1)
		single.threads = 1;
	threads_for(units, opts->threads, solve_unit, &us);
	*info = (struct solve_info){.converged = true};
	for (size_t i = 0; i < units; i++) {
		if (us.unit[i].st != MTL_OK && st == MTL_OK) {
			st = us.unit[i].st;
			*err = us.unit[i].err;
		}
		if (st == MTL_OK)
			gather(V, info, p, &us.unit[i]);
	}
	for (size_t i = 0; i < units; i++)
		free(us.unit[i].V);
	free(us.unit);
	return st;
}

enum mtl_status
solve(double *V, struct solve_info *info, const struct problem *p,
    const struct solve_opts *opts, struct mtl_err *err)
{
	struct solve_opts o = *opts;
	double work = 0;

	for (size_t k = 0; k < p->B; k++)
		work += (double)(p->block[k].n * p->block[k].cols) *
		    (double)p->d;
	if (work < SMALL)
		o.threads = 1;
	if (penalty_couples(p->penalty))
		return solve_one(V, info, p, &o, err);
	return solve_separately(V, info, p, &o, err);
}
