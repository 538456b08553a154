#include "learn/cv.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/threads.h"
#include "data/holdout.h"
#include "learn/gram.h"
#include "learn/lambda.h"
#include "learn/training.h"

/* The points of a path or grid, as factors of each term's base. */
struct grid {
	size_t points, terms;
	double *factor; /* [points][terms] */
	bool relative;  /* factors of lambda_max; else lambdas */
};

struct running {
	struct cv *cv;
	const struct dataset *ds;
	const struct train_opts *opts;
	struct penalty open;
	struct grid grid;
	double n; /* total weight of all pairs */
	enum mtl_status *st; /* [K] */
	struct mtl_err *errs; /* [K] */
};

static bool
is_open(const struct term *t)
{
	return isnan(t->lambda) && isnan(t->share);
}

/* first, first r, first r^2, ..., the last of points being first ratio. */
static double
step_down(double first, double ratio, size_t i, size_t points)
{
	return points < 2 ? first :
	    first * pow(ratio, (double)i / (double)(points - 1));
}

static enum mtl_status
make_path(struct running *run, const struct lambda_start *s,
    const struct shape *shape, struct mtl_err *err)
{
	const struct cv_opts *o = &run->opts->cv;
	struct grid *g = &run->grid;
	double ratio = o->ratio > 0 ? o->ratio : g->relative ? 1e-3 : 1e-6;
	double first[PENALTY_ALL] = {0};
	enum mtl_status st = MTL_OK;
	const struct term *t;

	for (size_t k = 0; (t = penalty_term(&run->open, k)) != NULL; k++)
		if (is_open(t) && !g->relative && st == MTL_OK)
			st = lambda_high(&first[k], s, t, shape, err);
	if (g->relative) {
		st = lambda_first(&first[0], s, &run->open, shape, err);
		for (size_t k = 1; k < g->terms; k++)
			first[k] = first[0];
	}
	for (size_t i = 0; i < g->points; i++)
		for (size_t k = 0; k < g->terms; k++)
			g->factor[i * g->terms + k] = step_down(first[k],
			    ratio, i, g->points);
	return st;
}

/* Every combination of the open terms' values; the last turns fastest. */
static enum mtl_status
make_grid(struct running *run, const struct lambda_start *s,
    const struct shape *shape, struct mtl_err *err)
{
	const struct cv_opts *o = &run->opts->cv;
	struct grid *g = &run->grid;
	double ratio = o->ratio > 0 ? o->ratio : 1e-6;
	size_t every = g->points;
	const struct term *t;

	for (size_t k = 0; (t = penalty_term(&run->open, k)) != NULL; k++) {
		double first;
		enum mtl_status st;

		if (!is_open(t))
			continue;
		if ((st = lambda_high(&first, s, t, shape, err)) != MTL_OK)
			return st;
		every /= o->grid;
		for (size_t i = 0; i < g->points; i++)
			g->factor[i * g->terms + k] = step_down(first, ratio,
			    i / every % o->grid, o->grid);
	}
	return MTL_OK;
}

static enum mtl_status
make_points(struct running *run, const struct lambda_start *s,
    const struct shape *shape, struct mtl_err *err)
{
	const struct cv_opts *o = &run->opts->cv;
	struct grid *g = &run->grid;
	struct cv *cv = run->cv;
	size_t open = penalty_open(&run->open);
	enum mtl_status st;

	g->relative = s->norms;
	g->points = open > 0 ? o->path : 1;
	if (!g->relative && open > 1) {
		g->points = 1;
		for (size_t k = 0; k < open; k++)
			if (__builtin_mul_overflow(g->points, o->grid,
				&g->points))
				return err_nomem(err);
	}
	while (penalty_term(&run->open, g->terms) != NULL)
		g->terms++;
	g->factor = mat_new(g->points, g->terms);
	cv->penalty = mem_new(g->points, sizeof *cv->penalty);
	if (g->factor == NULL || cv->penalty == NULL)
		return err_nomem(err);
	st = !g->relative && open > 1 ? make_grid(run, s, shape, err) :
					make_path(run, s, shape, err);
	cv->points = g->points;
	for (size_t i = 0; st == MTL_OK && i < g->points; i++)
		lambda_fill(&cv->penalty[i], &run->open, s,
		    g->factor + i * g->terms, g->relative);
	return st;
}

/* The whole dataset at W = 0: where the paths start, and the open terms. */
static enum mtl_status
plan(struct running *run, struct mtl_err *err)
{
	struct part part;
	struct training tr = {0};
	struct fit fit = {0};
	struct lambda_start s = {0};
	enum mtl_status st = part_init(&part, run->ds, NULL, err);

	if (st != MTL_OK)
		return st;
	st = training_init(&tr, &fit, &part.ds, run->ds, run->opts, NULL, err);
	if (st == MTL_OK) {
		run->open = fit.penalty;
		run->n = fit.n;
		st = lambda_start(&s, &tr.p, &run->open,
		    run->opts->solve.threads, err);
		if (st == MTL_OK)
			st = make_points(run, &s, &tr.p.shape, err);
	}
	lambda_clear(&s);
	training_clear(&tr);
	fit_clear(&fit);
	part_clear(&part);
	return st;
}

/* Deviance of the held-out pairs of task t at V. */
static enum mtl_status
score_task(double *loss, const struct training *tr, const struct part *part,
    size_t t, const double *V, struct mtl_err *err)
{
	const struct fit *fit = tr->fit;
	const struct fit_block *fb = &fit->block[fit->pooled ? 0 : t];
	const struct task *held = &part->held[t];
	double *weight = mem_new(held->n, sizeof *weight);
	double *z = mat_new(held->n, fb->cols);
	double *scratch = mem_new(CHUNK * tr->p.d, sizeof *scratch);
	struct segment seg = {.n = held->n, .row = held->row, .y = held->y,
	    .weight = weight, .factor = 1, .delta = fit->delta[t]};
	enum mtl_status st = MTL_OK;

	if (weight == NULL || z == NULL || scratch == NULL) {
		st = err_nomem(err);
		goto out;
	}
	for (size_t i = 0; i < held->n; i++) {
		weight[i] = part->ds.weight != NULL ?
		    part->ds.weight[held->row[i]] : 1;
		held->y[i] /= fit->divisor[t];
	}
	if (fb->labels.K > 0)
		seg.class_of = fb->labels.class_of[held->target];
	*loss = 0;
	for (size_t k = 0; k < tr->p.B; k++) {
		struct block block = tr->p.block[k];

		if (block.col < fb->col || block.col >= fb->col + fb->cols)
			continue;
		block.n = held->n;
		block.segs = 1;
		block.seg = &seg;
		block_predict(z, &tr->p, &block, V, scratch);
		*loss += 2 * block_loss(&tr->p, &block, z) *
		    fit->divisor[t] * fit->divisor[t];
	}
	for (size_t i = 0; i < held->n; i++)
		held->y[i] *= fit->divisor[t];
out:
	free(weight);
	free(z);
	free(scratch);
	return st;
}

/* Lambdas that are no shares follow the total weight under none. */
static void
scale_lambdas(struct penalty *p, const struct running *run, double n)
{
	struct term *t;

	if (run->opts->normalize != NORMALIZE_NONE || run->grid.relative)
		return;
	for (size_t k = 0; (t = penalty_term(p, k)) != NULL; k++)
		if (t->kind->order != ORDER_SAME)
			t->lambda *= n / run->n;
}

static enum mtl_status
fit_points(struct running *run, size_t f, struct training *tr,
    const struct part *part, struct mtl_err *err)
{
	const struct grid *g = &run->grid;
	struct cv *cv = run->cv;
	struct solve_opts so = run->opts->solve;
	size_t J = run->open.components;
	bool quadratic = penalty_quadratic(&cv->penalty[0]);
	double *V = mat_new(tr->p.d + 1, tr->p.C);
	double *P = J > 1 ? mat_new(J * tr->p.d, tr->p.C) : NULL;
	struct lambda_start s = {0};
	struct gram gram = {0};
	struct solve_info info;
	enum mtl_status st;

	so.threads = 1;
	so.progress = NULL;
	/* Far below what held-out rows can tell apart. */
	so.tol = fmax(so.tol, 1e-5);
	if (V == NULL || (J > 1 && P == NULL))
		st = err_nomem(err);
	else
		st = lambda_start(&s, &tr->p, &run->open, 1, err);
	/* One for all lambdas, unless intercepts depend on them. */
	if (st == MTL_OK && gram_fits(&tr->p) &&
	    (quadratic || gram_pays(&tr->p)) &&
	    run->opts->intercept != INTERCEPT_PENALIZED &&
	    (st = gram_init(&gram, &tr->p, 1, err)) == MTL_OK) {
		tr->p.gram = &gram;
		if (quadratic)
			st = gram_spectra(&gram, 1, err);
	}
	for (size_t i = 0; st == MTL_OK && i < g->points; i++) {
		struct penalty at;

		lambda_fill(&at, &run->open, &s, g->factor + i * g->terms,
		    g->relative);
		scale_lambdas(&at, run, tr->fit->n);
		training_penalty(tr, &at);
		st = solve(V, P, &info, &tr->p, &so, err);
		so.warm = true;
		for (size_t t = 0; st == MTL_OK && t < cv->T; t++)
			st = score_task(&cv->loss[(i * cv->K + f) * cv->T + t],
			    tr, part, t, V, err);
	}
	tr->p.gram = NULL;
	gram_clear(&gram);
	lambda_clear(&s);
	free(V);
	free(P);
	return st;
}

static void
run_fold(void *arg, size_t f)
{
	struct running *run = arg;
	struct cv *cv = run->cv;
	struct mtl_err *err = &run->errs[f];
	bool *out = mem_new(run->ds->n, sizeof *out);
	struct part part = {0};
	struct training tr = {0};
	struct fit fit = {0};
	enum mtl_status st;

	if (out == NULL) {
		run->st[f] = err_nomem(err);
		return;
	}
	for (size_t i = 0; i < run->ds->n; i++)
		out[i] = cv->fold[i] == f;
	st = part_init(&part, run->ds, out, err);
	if (st == MTL_OK)
		st = training_init(&tr, &fit, &part.ds, run->ds, run->opts,
		    NULL, err);
	for (size_t t = 0; st == MTL_OK && t < cv->T; t++) {
		cv->pairs[f * cv->T + t] = part.held[t].n;
		for (size_t i = 0; i < part.held[t].n; i++)
			cv->weight[f * cv->T + t] += part.ds.weight != NULL ?
			    part.ds.weight[part.held[t].row[i]] : 1;
	}
	if (st == MTL_OK)
		st = fit_points(run, f, &tr, &part, err);
	run->st[f] = st;
	training_clear(&tr);
	fit_clear(&fit);
	part_clear(&part);
	free(out);
}

double
cv_value(const struct cv *cv, size_t point, size_t f, size_t t)
{
	const double *loss = cv->loss + (point * cv->K + f) * cv->T;
	const double *weight = cv->weight + f * cv->T;
	double sum = 0, total = 0;

	if (t != SIZE_MAX)
		return weight[t] > 0 ? loss[t] / weight[t] : (double)NAN;
	for (size_t i = 0; i < cv->T; i++) {
		sum += loss[i];
		total += weight[i];
	}
	return total > 0 ? sum / total : (double)NAN;
}

/* Mean over folds and its standard error, of one task or of all. */
static void
average(double *mean, double *se, const struct cv *cv, size_t point, size_t t)
{
	double sum = 0, squares = 0, folds = 0;

	for (size_t f = 0; f < cv->K; f++) {
		double value = cv_value(cv, point, f, t);

		if (!isnan(value)) {
			sum += value;
			folds++;
		}
	}
	*mean = folds > 0 ? sum / folds : (double)NAN;
	for (size_t f = 0; f < cv->K; f++) {
		double value = cv_value(cv, point, f, t);

		if (!isnan(value))
			squares += (value - *mean) * (value - *mean);
	}
	*se = folds > 1 ? sqrt(squares / (folds - 1) / folds) : 0;
}

/* The best point, or the strongest within a standard error of it. */
static size_t
choose(const struct cv *cv, enum rule rule, size_t t)
{
	size_t best = 0;
	double least = INFINITY, slack = 0;

	for (size_t i = 0; i < cv->points; i++) {
		double mean, se;

		average(&mean, &se, cv, i, t);
		if (mean < least) {
			least = mean;
			slack = se;
			best = i;
		}
	}
	for (size_t i = 0; rule == RULE_1SE && i < best; i++) {
		double mean, se;

		average(&mean, &se, cv, i, t);
		if (mean <= least + slack)
			return i;
	}
	return best;
}

static enum mtl_status
decide(struct cv *cv, const struct train_opts *opts, bool own,
    struct mtl_err *err)
{
	cv->mean = mem_new(cv->points, sizeof *cv->mean);
	cv->se = mem_new(cv->points, sizeof *cv->se);
	cv->own = own ? mem_new(cv->T, sizeof *cv->own) : NULL;
	if (cv->mean == NULL || cv->se == NULL || (own && cv->own == NULL))
		return err_nomem(err);
	for (size_t i = 0; i < cv->points; i++) {
		average(&cv->mean[i], &cv->se[i], cv, i, SIZE_MAX);
		if (!isfinite(cv->mean[i]))
			cv->mean[i] = INFINITY;
	}
	cv->best = choose(cv, opts->cv.rule, SIZE_MAX);
	for (size_t t = 0; own && t < cv->T; t++)
		cv->own[t] = choose(cv, opts->cv.rule, t);
	return MTL_OK;
}

static enum mtl_status
deal_folds(struct running *run, struct mtl_err *err)
{
	struct cv *cv = run->cv;

	cv->K = run->opts->cv.folds;
	cv->fold = mem_new(run->ds->n, sizeof *cv->fold);
	if (cv->fold == NULL)
		return err_nomem(err);
	return holdout_folds(cv->fold, &cv->K, run->ds, run->opts->cv.seed,
	    err);
}

static enum mtl_status
run_folds(struct running *run, struct mtl_err *err)
{
	struct cv *cv = run->cv;
	size_t cells;

	if (__builtin_mul_overflow(cv->points * cv->K, cv->T, &cells))
		return err_nomem(err);
	cv->loss = mem_new(cells, sizeof *cv->loss);
	cv->weight = mem_new(cv->K * cv->T, sizeof *cv->weight);
	cv->pairs = mem_new(cv->K * cv->T, sizeof *cv->pairs);
	run->st = mem_new(cv->K, sizeof *run->st);
	run->errs = mem_new(cv->K, sizeof *run->errs);
	if (cv->loss == NULL || cv->weight == NULL || cv->pairs == NULL ||
	    run->st == NULL || run->errs == NULL)
		return err_nomem(err);
	threads_for(cv->K, run->opts->solve.threads, run_fold, run);
	for (size_t f = 0; f < cv->K; f++)
		if (run->st[f] != MTL_OK) {
			*err = run->errs[f];
			return run->st[f];
		}
	return MTL_OK;
}

enum mtl_status
cv_choose(struct cv *cv, const struct dataset *ds,
    const struct train_opts *opts, struct mtl_err *err)
{
	struct running run = {.cv = cv, .ds = ds, .opts = opts};
	bool open, own;
	enum mtl_status st = training_open(&open, &own, ds, opts, err);

	*cv = (struct cv){0};
	if (st != MTL_OK || !open)
		return st;
	cv->T = ds->T;
	st = plan(&run, err);
	/* Shares alone are settled by now: there is nothing to choose. */
	if (st == MTL_OK && penalty_open(&run.open) > 0 &&
	    (st = deal_folds(&run, err)) == MTL_OK &&
	    (st = run_folds(&run, err)) == MTL_OK)
		st = decide(cv, opts, own, err);
	free(run.grid.factor);
	free(run.st);
	free(run.errs);
	if (st != MTL_OK)
		cv_clear(cv);
	return st;
}

size_t
cv_point(const struct cv *cv, size_t t)
{
	return cv->own != NULL ? cv->own[t] : cv->best;
}

void
cv_clear(struct cv *cv)
{
	free(cv->penalty);
	free(cv->fold);
	free(cv->loss);
	free(cv->weight);
	free(cv->pairs);
	free(cv->mean);
	free(cv->se);
	free(cv->own);
	*cv = (struct cv){0};
}
