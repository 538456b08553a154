#include "learn/cv.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/threads.h"
#include "learn/gram.h"
#include "learn/lambda.h"
#include "learn/spans.h"
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
	const struct holdout *holdout;
	size_t only; /* the one fold to fit, or SIZE_MAX */
	struct penalty open;
	struct grid grid;
	double n; /* total weight of all pairs */
	const double *divisor; /* [T] of all rows, while points are made */
	enum mtl_status *st; /* [K] */
	struct mtl_err *errs; /* [K] */
	size_t *short_of; /* [K] */
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
	double first[PENALTY_TERMS] = {0};
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

/* The lambdas of a point in fold f; f = K: of all rows. */
static double *
lambdas_at(struct cv *cv, size_t point, size_t f)
{
	return cv->lambda + (point * (cv->K + 1) + f) * cv->terms;
}

static bool
name_folds(struct names *to, const struct holdout *holdout)
{
	for (size_t f = 0; holdout != NULL && f < holdout->name.n; f++)
		if (names_add(to, holdout->name.name[f]) == SIZE_MAX)
			return false;
	return true;
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
	if (g->factor == NULL)
		return err_nomem(err);
	st = cv_init(cv, g->points, run->holdout != NULL ?
	    run->holdout->name.n : 0, run->ds->T,
	    penalty_lambdas(NULL, &run->open), err);
	if (st != MTL_OK)
		return st;
	if (o->metric != NULL) {
		cv->metric = o->metric->name;
		cv->more = o->metric->more;
		cv->by_pairs = o->metric->by_pairs;
	}
	cv->penalty = mem_new(g->points, sizeof *cv->penalty);
	cv->unit = mem_new(cv->T, sizeof *cv->unit);
	for (size_t t = 0; cv->unit != NULL && t < cv->T; t++)
		cv->unit[t] = run->divisor[t];
	if (cv->penalty == NULL || cv->unit == NULL || !name_folds(&cv->fold, run->holdout))
		return err_nomem(err);
	st = !g->relative && open > 1 ? make_grid(run, s, shape, err) :
					make_path(run, s, shape, err);
	for (size_t i = 0; st == MTL_OK && i < g->points; i++) {
		lambda_fill(&cv->penalty[i], &run->open, s,
		    g->factor + i * g->terms, g->relative);
		penalty_lambdas(lambdas_at(cv, i, cv->K), &cv->penalty[i]);
	}
	return st;
}

/* The whole dataset at W = 0: where the paths start, and the open terms. */
static enum mtl_status
plan(struct running *run, struct notes *notes, struct mtl_err *err)
{
	struct part part;
	struct training tr = {0};
	struct fit fit = {0};
	struct lambda_start s = {0};
	enum mtl_status st = part_init(&part, run->ds, NULL, err);

	if (st != MTL_OK)
		return st;
	st = training_init(&tr, &fit, &part.ds, run->ds, run->opts, notes,
	    err);
	if (st == MTL_OK) {
		run->open = fit.penalty;
		run->n = fit.n;
		run->divisor = fit.divisor;
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

static void
held_clear(struct cv_held *held, size_t T)
{
	for (size_t t = 0; held != NULL && t < T; t++) {
		free(held[t].y);
		free(held[t].z);
		free(held[t].weight);
	}
	free(held);
}

/* Room for the held-out pairs of each task, and what stays at every point. */
static struct cv_held *
held_new(const struct training *tr, const struct part *part)
{
	const struct fit *fit = tr->fit;
	struct cv_held *held = mem_new(fit->T, sizeof *held);

	for (size_t t = 0; held != NULL && t < fit->T; t++) {
		const struct fit_block *fb = &fit->block[fit->pooled ? 0 : t];
		const struct task *task = &part->held[t];
		const size_t *class_of = fb->labels.K > 0 ?
		    fb->labels.class_of[task->target] : NULL;
		struct cv_held *h = &held[t];

		*h = (struct cv_held){.loss = fb->loss, .labels = &fb->labels,
		    .n = task->n, .cols = fb->cols,
		    .y = mem_new(task->n, sizeof *h->y),
		    .z = mat_new(task->n, fb->cols),
		    .weight = mem_new(task->n, sizeof *h->weight)};
		if (h->y == NULL || h->z == NULL || h->weight == NULL) {
			held_clear(held, fit->T);
			return NULL;
		}
		for (size_t i = 0; i < task->n; i++) {
			h->y[i] = class_of != NULL ?
			    (double)class_of[(size_t)task->y[i]] : task->y[i];
			h->weight[i] = part->ds.weight != NULL ?
			    part->ds.weight[task->row[i]] : 1;
		}
	}
	return held;
}

/* Sum of the deviances of the held-out pairs of task t at V; fills z. */
static enum mtl_status
score_task(double *loss, struct cv_held *h, const struct training *tr,
    const struct part *part, size_t t, const double *V, struct mtl_err *err)
{
	const struct fit *fit = tr->fit;
	const struct fit_block *fb = &fit->block[fit->pooled ? 0 : t];
	const struct task *held = &part->held[t];
	double unit = fit->divisor[t];
	struct segment seg = {.n = held->n, .row = held->row, .y = held->y,
	    .weight = h->weight, .factor = 1, .delta = fit->delta[t]};
	struct block all = {.segs = 1, .seg = &seg};
	double *z = mat_new(held->n, fb->cols);
	double *scratch = mem_new(block_scratch(&tr->p, &all),
	    sizeof *scratch);
	enum mtl_status st = MTL_OK;

	if (z == NULL || scratch == NULL) {
		st = err_nomem(err);
		goto out;
	}
	for (size_t i = 0; i < held->n; i++)
		held->y[i] /= unit;
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
		*loss += 2 * block_loss(&tr->p, &block, z) * unit * unit;
		for (size_t i = 0; i < held->n * block.cols; i++)
			h->z[i / block.cols * fb->cols + block.col - fb->col +
			    i % block.cols] = z[i] * unit;
	}
	for (size_t i = 0; i < held->n; i++)
		held->y[i] *= unit;
out:
	free(z);
	free(scratch);
	return st;
}

/*
 * Under none lambdas follow the total weight, but for those that come from
 * the fold's own lambda_max.
 */
static void
scale_lambdas(struct penalty *p, struct running *run, double n)
{
	struct term *t;

	if (run->opts->normalize != NORMALIZE_NONE)
		return;
	for (size_t k = 0; (t = penalty_term(p, k)) != NULL; k++) {
		const struct term *from = penalty_term(&run->open, k);

		if (t->kind->order == ORDER_SAME || !isnan(from->share) ||
		    (is_open(from) && run->grid.relative))
			continue;
		t->lambda *= n / run->n;
	}
}

static double *
value_at(const struct cv *cv, size_t point, size_t f, size_t t)
{
	return cv->value + (point * cv->K + f) * (cv->T + 1) + t;
}

/* From sums of deviances to those of a pair. */
static void
divide(double *value, const double *weight, size_t T)
{
	double sum = 0, total = 0;

	for (size_t t = 0; t < T; t++) {
		sum += value[t];
		total += weight[t];
		value[t] = weight[t] > 0 ? value[t] / weight[t] : (double)NAN;
	}
	value[T] = total > 0 ? sum / total : (double)NAN;
}

/* The values of a point in fold f, fitted as V. */
static enum mtl_status
score_point(struct running *run, size_t point, size_t f, struct cv_held *held,
    const struct training *tr, const struct part *part, const double *V,
    struct mtl_err *err)
{
	struct cv *cv = run->cv;
	const struct cv_metric *metric = run->opts->cv.metric;
	double *value = value_at(cv, point, f, 0);
	enum mtl_status st = MTL_OK;

	for (size_t t = 0; st == MTL_OK && t < cv->T; t++)
		st = score_task(&value[t], &held[t], tr, part, t, V, err);
	if (st != MTL_OK)
		return st;
	for (size_t t = 0; t < cv->T; t++)
		value[t] /= cv->unit[t] * cv->unit[t];
	if (metric != NULL)
		return metric->score(value, metric, held, cv->T, err);
	divide(value, cv->weight + f * cv->T, cv->T);
	return MTL_OK;
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
	struct cv_held *held = held_new(tr, part);
	struct lambda_start s = {0};
	struct gram gram = {0};
	struct spans spans = {0};
	struct solve_info info;
	enum mtl_status st;

	so.threads = 1;
	so.progress = NULL;
	/* Far below what held-out rows can tell apart. */
	so.tol = fmax(so.tol, 1e-5);
	if (V == NULL || held == NULL || (J > 1 && P == NULL))
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
	} else if (st == MTL_OK && gram_fits(&tr->p) &&
	    cv->penalty[0].components == 1 &&
	    penalty_couples(&cv->penalty[0]) &&
	    run->opts->intercept != INTERCEPT_PENALIZED &&
	    (st = spans_init(&spans, &tr->p, err)) == MTL_OK) {
		tr->p.spans = &spans;
	}
	for (size_t i = 0; st == MTL_OK && i < g->points; i++) {
		struct penalty at;

		lambda_fill(&at, &run->open, &s, g->factor + i * g->terms,
		    g->relative);
		scale_lambdas(&at, run, tr->fit->n);
		penalty_lambdas(lambdas_at(cv, i, f), &at);
		training_penalty(tr, &at);
		st = solve(V, P, &info, &tr->p, &so, err);
		so.warm = true;
		run->short_of[f] += st == MTL_OK && !info.converged;
		if (st == MTL_OK)
			st = score_point(run, i, f, held, tr, part, V, err);
	}
	tr->p.gram = NULL;
	tr->p.spans = NULL;
	gram_clear(&gram);
	spans_clear(&spans);
	held_clear(held, cv->T);
	lambda_clear(&s);
	free(V);
	free(P);
	return st;
}

static void
run_fold(void *arg, size_t i)
{
	struct running *run = arg;
	size_t f = run->only != SIZE_MAX ? run->only : i;
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
	for (size_t r = 0; r < run->ds->n; r++)
		out[r] = run->holdout->fold[r] == f;
	st = part_init(&part, run->ds, out, err);
	if (st == MTL_OK)
		st = training_init(&tr, &fit, &part.ds, run->ds, run->opts,
		    NULL, err);
	if (st == MTL_OK)
		st = fit_points(run, f, &tr, &part, err);
	run->st[f] = st;
	training_clear(&tr);
	fit_clear(&fit);
	part_clear(&part);
	free(out);
}

/* How much each fold holds out. */
static void
count_pairs(struct running *run)
{
	struct cv *cv = run->cv;

	for (size_t t = 0; t < cv->T; t++)
		for (size_t i = 0; i < run->ds->task[t].n; i++) {
			size_t row = run->ds->task[t].row[i];
			size_t at = run->holdout->fold[row] * cv->T + t;

			cv->pairs[at]++;
			cv->weight[at] += run->ds->weight != NULL ?
			    run->ds->weight[row] : 1;
		}
}

static enum mtl_status
run_folds(struct running *run, struct mtl_err *err)
{
	struct cv *cv = run->cv;

	run->st = mem_new(cv->K, sizeof *run->st);
	run->errs = mem_new(cv->K, sizeof *run->errs);
	run->short_of = mem_new(cv->K, sizeof *run->short_of);
	if (run->st == NULL || run->errs == NULL || run->short_of == NULL)
		return err_nomem(err);
	count_pairs(run);
	progress_stage(run->opts->solve.progress, "cross-validating");
	threads_for(run->only != SIZE_MAX ? 1 : cv->K,
	    run->opts->solve.threads, run_fold, run);
	for (size_t f = 0; f < cv->K; f++) {
		cv->short_of += run->short_of[f];
		if (run->st[f] != MTL_OK) {
			*err = run->errs[f];
			return run->st[f];
		}
	}
	return MTL_OK;
}

enum mtl_status
cv_init(struct cv *cv, size_t points, size_t K, size_t T, size_t terms,
    struct mtl_err *err)
{
	size_t cells, lambdas;

	*cv = (struct cv){.points = points, .K = K, .T = T, .terms = terms,
	    .metric = "deviance", .by_pairs = true};
	if (__builtin_mul_overflow(points, K * (T + 1), &cells) ||
	    __builtin_mul_overflow(points, (K + 1) * terms, &lambdas))
		return err_nomem(err);
	cv->lambda = mem_new(lambdas, sizeof *cv->lambda);
	cv->value = mem_new(cells, sizeof *cv->value);
	cv->weight = mem_new(K * T, sizeof *cv->weight);
	cv->pairs = mem_new(K * T, sizeof *cv->pairs);
	if (cv->lambda == NULL || cv->value == NULL || cv->weight == NULL ||
	    cv->pairs == NULL) {
		cv_clear(cv);
		return err_nomem(err);
	}
	for (size_t i = 0; i < cells; i++)
		cv->value[i] = (double)NAN;
	return MTL_OK;
}

enum mtl_status
cv_run(struct cv *cv, const struct dataset *ds, const struct train_opts *opts,
    const struct holdout *holdout, size_t only, struct notes *notes,
    struct mtl_err *err)
{
	struct running run = {.cv = cv, .ds = ds, .opts = opts,
	    .holdout = holdout, .only = only};
	enum mtl_status st;

	*cv = (struct cv){0};
	st = plan(&run, notes, err);
	if (st == MTL_OK && holdout != NULL)
		st = run_folds(&run, err);
	free(run.grid.factor);
	free(run.st);
	free(run.errs);
	free(run.short_of);
	if (st != MTL_OK)
		cv_clear(cv);
	return st;
}

size_t
cv_point(const struct cv *cv, size_t t)
{
	if (cv->own == NULL)
		return cv->best;
	return t != CV_ALL ? cv->own[t] : SIZE_MAX;
}

enum mtl_status
cv_in_fold(struct cv *to, const struct cv *cv, size_t f, struct mtl_err *err)
{
	size_t points = cv->own != NULL ? cv->T : 1;

	*to = (struct cv){.points = points, .T = cv->T,
	    .penalty = mem_new(points, sizeof *to->penalty),
	    .own = cv->own != NULL ? mem_new(points, sizeof *to->own) : NULL};
	if (to->penalty == NULL || (cv->own != NULL && to->own == NULL)) {
		cv_clear(to);
		return err_nomem(err);
	}
	for (size_t i = 0; i < points; i++) {
		to->penalty[i] = cv->penalty[0];
		penalty_settle(&to->penalty[i], cv->lambda +
		    (cv_point(cv, i) * (cv->K + 1) + f) * cv->terms);
		if (to->own != NULL)
			to->own[i] = i;
	}
	return MTL_OK;
}

/* All tasks of a fold, each at the point it chose. */
static double
own_value(const struct cv *cv, size_t f)
{
	double sum = 0, total = 0;

	for (size_t t = 0; t < cv->T; t++) {
		double weight = cv->weight[f * cv->T + t];
		double value = cv_value(cv, cv->own[t], f, t);

		if (isnan(value))
			continue;
		sum += weight * value;
		total += weight;
	}
	return total > 0 ? sum / total : (double)NAN;
}

double
cv_value(const struct cv *cv, size_t point, size_t f, size_t t)
{
	if (point != SIZE_MAX)
		return *value_at(cv, point, f, t != CV_ALL ? t : cv->T);
	return t != CV_ALL ? cv_value(cv, cv->own[t], f, t) :
			     own_value(cv, f);
}

void
cv_average(double *mean, double *se, const struct cv *cv, size_t point,
    size_t t)
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
	*se = folds > 1 ? sqrt(squares / (folds - 1) / folds) : (double)NAN;
}

double
cv_tasks_mean(const struct cv *cv)
{
	double sum = 0, tasks = 0, mean, se;

	for (size_t t = 0; t < cv->T; t++) {
		cv_average(&mean, &se, cv, cv_point(cv, t), t);
		if (isnan(mean))
			continue;
		sum += mean;
		tasks++;
	}
	return tasks > 0 ? sum / tasks : (double)NAN;
}

void
cv_warn(const struct cv *cv, struct notes *notes)
{
	if (cv->short_of > 0)
		notes_add(notes, WARNING, "%zu of the fits of %zu point%s "
		    "without a fold did not converge", cv->short_of,
		    cv->points, cv->points == 1 ? "" : "s");
}

size_t
cv_pairs(const struct cv *cv, size_t f, size_t t)
{
	size_t pairs = 0;
	size_t fold = f != CV_ALL ? f : 0, folds = f != CV_ALL ? 1 : cv->K;
	size_t task = t != CV_ALL ? t : 0, tasks = t != CV_ALL ? 1 : cv->T;

	for (size_t i = 0; i < folds; i++)
		for (size_t k = 0; k < tasks; k++)
			pairs += cv->pairs[(fold + i) * cv->T + task + k];
	return pairs;
}

/*
 * The best point, or the strongest within a standard error of it; SIZE_MAX:
 * none has a value.
 */
static size_t
choose(const struct cv *cv, enum rule rule, size_t t)
{
	size_t best = SIZE_MAX;
	double sign = cv->more ? -1 : 1;
	double least = INFINITY, bound = INFINITY, mean, se;

	for (size_t i = 0; i < cv->points; i++) {
		cv_average(&mean, &se, cv, i, t);
		if (!(sign * mean < least))
			continue;
		least = sign * mean;
		bound = isnan(se) ? least : least + se;
		best = i;
	}
	for (size_t i = 0; rule == RULE_1SE && i < best; i++) {
		cv_average(&mean, &se, cv, i, t);
		if (sign * mean <= bound)
			return i;
	}
	return best;
}

enum mtl_status
cv_decide(struct cv *cv, enum rule rule, bool own, struct mtl_err *err)
{
	cv->best = choose(cv, rule, CV_ALL);
	if (cv->best == SIZE_MAX && strcmp(cv->metric, "deviance") != 0)
		return err_set(err, MTL_NUMERIC, "--metric %s: undefined in "
		    "every fold, so that nothing can be chosen", cv->metric);
	if (cv->best == SIZE_MAX)
		cv->best = 0;
	if (!own || cv->points < 2)
		return MTL_OK;
	cv->own = mem_new(cv->T, sizeof *cv->own);
	if (cv->own == NULL)
		return err_nomem(err);
	/* A task without a value goes with all. */
	for (size_t t = 0; t < cv->T; t++) {
		cv->own[t] = choose(cv, rule, t);
		if (cv->own[t] == SIZE_MAX)
			cv->own[t] = cv->best;
	}
	return MTL_OK;
}

void
cv_clear(struct cv *cv)
{
	names_clear(&cv->fold);
	free(cv->penalty);
	free(cv->lambda);
	free(cv->value);
	free(cv->weight);
	free(cv->pairs);
	free(cv->own);
	free(cv->unit);
	*cv = (struct cv){0};
}
