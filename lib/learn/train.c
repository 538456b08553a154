#include "learn/train.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "learn/choose_loss.h"
#include "learn/component.h"
#include "learn/cv_choice.h"
#include "learn/lambda.h"
#include "learn/spectrum.h"
#include "learn/start.h"
#include "learn/training.h"

enum mtl_status
train_targets(enum target_read *read, const char *text,
    const struct names *target_name, struct mtl_err *err)
{
	enum loss *loss = mem_new(target_name->n, sizeof *loss);
	bool *given = mem_new(target_name->n, sizeof *given);
	enum mtl_status st;

	if (loss == NULL || given == NULL)
		st = err_nomem(err);
	else
		st = choose_parse(loss, given, text, target_name, err);
	for (size_t r = 0; st == MTL_OK && r < target_name->n; r++)
		if (!given[r])
			read[r] = READ_AUTO;
		else if (loss[r] == LOSS_POISSON)
			read[r] = READ_COUNTS;
		else
			read[r] = loss_classes(loss[r]) ? READ_CLASSES :
							  READ_NUMBERS;
	free(loss);
	free(given);
	return st;
}

/* Components of raw features: P_j / sigma_j. */
static void
raw_components(struct fit *fit)
{
	size_t rows = fit->penalty.components * fit->d;

	for (size_t i = 0; fit->P != NULL && i < rows; i++) {
		double scale = fit->standard.scale[i % fit->d];

		for (size_t c = 0; c < fit->C; c++)
			fit->P[i * fit->C + c] *= scale > 0 ? 1 / scale : 0;
	}
}

/* Back to the units of the targets: divisors are 1 where tasks are joined. */
static void
raw_targets(const struct fit *fit, double *V, size_t rows)
{
	for (size_t k = 0; k < fit->B; k++)
		for (size_t j = 0; j < rows; j++)
			V[j * fit->C + fit->block[k].col] *= fit->divisor[k];
}

/* From standardised to raw features: W_j / sigma_j, b - shift'W. */
static enum mtl_status
raw_weights(struct training *tr, const double *V)
{
	struct fit *fit = tr->fit;
	const struct standard *s = &fit->standard;
	size_t C = fit->C, d = fit->d;

	for (size_t c = 0; c < C; c++)
		fit->b[c] = V[d * C + c];
	for (size_t j = 0; j < d; j++)
		for (size_t c = 0; c < C; c++) {
			double w = s->scale[j] > 0 ?
			    V[j * C + c] / s->scale[j] :
			    0;

			fit->W[j * C + c] = w;
			fit->b[c] -= s->shift[j] * w;
			if (!isfinite(w) || !isfinite(fit->b[c])) {
				char buf[STR_SHOWN];

				return err_set(tr->err, MTL_NUMERIC,
				    "the weight of column '%s' is not finite",
				    str_show(buf, tr->ds->feature.name[j]));
			}
		}
	return MTL_OK;
}

/* Each task at the point it chose, which its columns alone decide. */
static enum mtl_status
solve_own(struct training *tr, double *V, const struct cv *cv,
    const struct solve_opts *opts)
{
	struct fit *fit = tr->fit;
	struct solve_info *info = &fit->info;

	fit->own_lambda = mem_new(fit->T, sizeof *fit->own_lambda);
	if (fit->own_lambda == NULL)
		return err_nomem(tr->err);
	*info = (struct solve_info){.converged = true};
	for (size_t t = 0, k = 0, n; t < fit->T; t++, k += n) {
		const struct fit_block *fb = &fit->block[t];
		struct penalty *at = &cv->penalty[cv->own[t]];
		enum mtl_status st;

		for (n = 0; k + n < tr->p.B &&
		    tr->p.block[k + n].col < fb->col + fb->cols; n++)
			;
		training_penalty(tr, at);
		fit->own_lambda[t] = term_lambda(penalty_term(at, 0));
		st = solve_blocks(V, fit->P, info, &tr->p, k, n, opts,
		    tr->err);
		if (st != MTL_OK)
			return st;
	}
	/* No lambda is the model's own. */
	penalty_term(&fit->penalty, 0)->lambda = (double)NAN;
	return MTL_OK;
}

/* Rows of W that are not 0. */
static size_t
count_active(const double *V, const struct fit *fit)
{
	size_t active = 0;

	for (size_t j = 0; j < fit->d; j++) {
		bool zero = true;

		for (size_t c = 0; c < fit->C && zero; c++)
			zero = V[j * fit->C + c] == 0;
		active += !zero;
	}
	return active;
}

/* The rank of W where a term shrinks it: singular values above rounding. */
static enum mtl_status
find_rank(struct training *tr, const double *V)
{
	struct fit *fit = tr->fit;
	const struct shape *s = &tr->p.shape;
	struct term *t;
	double *work;
	size_t q, k = 0;

	while ((t = penalty_term(&fit->penalty, k)) != NULL &&
	    t->kind->order < ORDER_TRACE)
		k++;
	if (t == NULL)
		return MTL_OK;
	work = mem_new(spectrum_room(s), sizeof *work);
	if (work == NULL)
		return err_nomem(tr->err);
	q = spectrum_values(work, V, s);
	for (k = 0; k < q; k++)
		fit->rank += work[k] > 1e-10 * work[0];
	free(work);
	return MTL_OK;
}

/* Solvers count losses from their floor. */
static void
add_floors(struct training *tr)
{
	for (size_t k = 0; k < tr->p.B; k++)
		tr->fit->info.objective += block_floor(&tr->p,
		    &tr->p.block[k]);
}

/*
 * The solver knows no names: what is not finite is most likely the doing of
 * the task, or else the column, that has the largest number.
 */
static enum mtl_status
blame(const struct training *tr)
{
	const struct dataset *ds = tr->ds;
	double most = 1e100;
	struct str name = {NULL, 0};
	const char *of = "a target of task";
	char buf[STR_SHOWN];
	struct mtl_err before = *tr->err;

	for (size_t t = 0; t < ds->T; t++)
		for (size_t i = 0; i < ds->task[t].n; i++)
			if (fabs(ds->task[t].y[i]) > most) {
				most = fabs(ds->task[t].y[i]);
				name = ds->task[t].name;
			}
	for (size_t i = 0; i < ds->n * ds->d; i++)
		if (fabs(ds->X[i]) > most) {
			most = fabs(ds->X[i]);
			name = ds->feature.name[i % ds->d];
			of = "column";
		}
	if (name.s == NULL)
		return MTL_NUMERIC;
	return err_set(tr->err, MTL_NUMERIC, "%.600s (%s '%s' reaches %.3g)",
	    before.msg, of, str_show(buf, name), most);
}

static enum mtl_status
optimise(struct training *tr, const struct cv *cv)
{
	struct fit *fit = tr->fit;
	struct solve_opts so = tr->opts->solve;
	double *V = mat_new(fit->d + 1, fit->C);
	enum mtl_status st;

	fit->W = mat_new(fit->d, fit->C);
	fit->b = mem_new(fit->C, sizeof *fit->b);
	if (fit->penalty.components > 1)
		fit->P = mat_new(fit->penalty.components * fit->d, fit->C);
	if (V == NULL || fit->W == NULL || fit->b == NULL ||
	    (fit->penalty.components > 1 && fit->P == NULL)) {
		free(V);
		return err_nomem(tr->err);
	}
	progress_stage(tr->opts->solve.progress, "fitting, iteration");
	st = start_weights(V, fit->P, &so.warm, tr);
	if (st == MTL_OK && cv->own != NULL)
		st = solve_own(tr, V, cv, &so);
	else if (st == MTL_OK)
		st = solve(V, fit->P, &fit->info, &tr->p, &so, tr->err);
	if (st == MTL_NUMERIC)
		st = blame(tr);
	add_floors(tr);
	if (st == MTL_OK)
		st = ties_learn(&fit->ties, &fit->penalty, V, fit->P,
		    &tr->p.shape, tr->err);
	if (st == MTL_OK)
		st = find_rank(tr, V);
	fit->active = count_active(V, fit);
	if (st == MTL_OK) {
		raw_targets(fit, V, fit->d + 1);
		if (fit->P != NULL)
			raw_targets(fit, fit->P,
			    fit->penalty.components * fit->d);
		st = raw_weights(tr, V);
	}
	raw_components(fit);
	free(V);
	return st;
}

/* Shares of lambda_max become lambdas: all rows are those of the fit. */
static enum mtl_status
settle_shares(struct training *tr)
{
	struct lambda_start s = {0};
	struct penalty filled;
	enum mtl_status st;

	if (penalty_shares(&tr->fit->penalty) == 0)
		return MTL_OK;
	st = lambda_start(&s, &tr->p, &tr->fit->penalty,
	    tr->opts->solve.threads, tr->err);
	if (st == MTL_OK) {
		lambda_fill(&filled, &tr->fit->penalty, &s, NULL, false);
		tr->fit->penalty = filled;
	}
	lambda_clear(&s);
	return st;
}

enum mtl_status
train_at(struct fit *fit, struct dataset *ds, const struct dataset *whole,
    const struct cv *at, const struct train_opts *opts, struct notes *notes,
    struct mtl_err *err)
{
	struct training tr;
	enum mtl_status st = training_init(&tr, fit, ds, whole, opts, notes,
	    err);

	if (st == MTL_OK && at->points == 0)
		st = settle_shares(&tr);
	if (st == MTL_OK) {
		training_penalty(&tr, at->points > 0 ? &at->penalty[at->best] :
						       &fit->penalty);
		st = optimise(&tr, at);
	}
	training_clear(&tr);
	if (st != MTL_OK)
		fit_clear(fit);
	return st;
}

/* What a table chose: a point for all, or one for each task. */
static enum mtl_status
take_choice(struct cv *cv, const struct dataset *ds,
    const struct train_opts *opts, struct mtl_err *err)
{
	const struct cv_choice *c = opts->choice;
	struct penalty penalty;
	bool own;
	enum mtl_status st = training_open(&penalty, &own, ds, opts, err);

	if (st != MTL_OK)
		return st;
	if (c->own && !own)
		return err_set(err, MTL_INPUT, "--cv: the table has a lambda "
		    "for each task, the method takes one for all");
	cv->points = c->own ? ds->T : 1;
	cv->penalty = mem_new(cv->points, sizeof *cv->penalty);
	cv->own = c->own ? mem_new(ds->T, sizeof *cv->own) : NULL;
	if (cv->penalty == NULL || (c->own && cv->own == NULL))
		return err_nomem(err);
	for (size_t i = 0; st == MTL_OK && i < cv->points; i++) {
		cv->penalty[i] = penalty;
		if (c->own)
			cv->own[i] = i;
		st = cv_choice_settle(&cv->penalty[i], c, ds->task[i].name,
		    err);
	}
	return st;
}

/*
 * The lambdas of the fit: those that a table chose, or by cross-validation.
 * cv stays 0 where none is open.
 */
static enum mtl_status
choose_lambdas(struct cv *cv, const struct dataset *ds,
    const struct train_opts *opts, struct mtl_err *err)
{
	struct holdout holdout = {0};
	struct penalty penalty;
	bool own;
	enum mtl_status st;

	*cv = (struct cv){0};
	if (opts->choice != NULL) {
		st = take_choice(cv, ds, opts, err);
		if (st != MTL_OK)
			cv_clear(cv);
		return st;
	}
	st = training_open(&penalty, &own, ds, opts, err);
	if (st != MTL_OK)
		return st;
	/* Shares of lambda_max alone need no folds: train_at fills them in. */
	if (penalty_open(&penalty) == 0)
		return MTL_OK;
	st = holdout_init(&holdout, ds, opts->cv.folds, opts->cv.seed, err);
	if (st == MTL_OK)
		st = cv_run(cv, ds, opts, &holdout, SIZE_MAX, NULL, err);
	if (st == MTL_OK)
		st = cv_decide(cv, opts->cv.rule, own, err);
	holdout_clear(&holdout);
	if (st != MTL_OK)
		cv_clear(cv);
	return st;
}

enum mtl_status
train(struct fit *fit, struct cv *cv, struct dataset *ds,
    const struct train_opts *opts, struct notes *notes, struct mtl_err *err)
{
	enum mtl_status st;

	*fit = (struct fit){0};
	if ((st = choose_lambdas(cv, ds, opts, err)) == MTL_OK) {
		cv_warn(cv, notes);
		st = train_at(fit, ds, ds, cv, opts, notes, err);
	}
	if (st != MTL_OK)
		cv_clear(cv);
	return st;
}
