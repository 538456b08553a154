#include "learn/training.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"
#include "learn/choose_loss.h"
#include "learn/spread.h"

/* omega_i <- omega_i n_t / (K_t n_{t,class}), K_t the classes it has. */
static enum mtl_status
balance_task(double *weight, const struct task *t, size_t labels,
    struct mtl_err *err)
{
	double *of_class = mem_new(labels, sizeof *of_class);
	double total = 0, K = 0;

	if (of_class == NULL)
		return err_nomem(err);
	for (size_t i = 0; i < t->n; i++) {
		of_class[(size_t)t->y[i]] += weight[i];
		total += weight[i];
	}
	for (size_t v = 0; v < labels; v++)
		K += of_class[v] > 0;
	for (size_t i = 0; i < t->n; i++)
		weight[i] *= total / (K * of_class[(size_t)t->y[i]]);
	free(of_class);
	return MTL_OK;
}

/* Tasks with one row, the first of them by name. */
static void
warn_lone(const struct training *tr, size_t lone)
{
	const struct dataset *ds = tr->ds;
	char shown[STR_SHOWN];
	size_t t = 0;

	if (lone == 0)
		return;
	while (ds->task[t].n != 1)
		t++;
	notes_add(tr->notes, WARNING, "%zu of %zu tasks %s one row (%s'%s')",
	    lone, ds->T, lone == 1 ? "has" : "have",
	    lone == 1 ? "" : "the first: ",
	    str_show(shown, ds->task[t].name));
}

/* Weights of all pairs, n_t, n and s_t. */
static enum mtl_status
weigh(struct training *tr)
{
	const struct dataset *ds = tr->ds;
	struct fit *fit = tr->fit;
	size_t lone = 0;
	enum mtl_status st = MTL_OK;

	for (size_t t = 0; t < ds->T; t++) {
		const struct task *task = &ds->task[t];
		const struct target *target = &ds->target[task->target];
		double *w = mem_new(task->n, sizeof *w), sum = 0;

		if ((tr->weight[t] = w) == NULL)
			return err_nomem(tr->err);
		for (size_t i = 0; i < task->n; i++) {
			w[i] = ds->weight != NULL ? ds->weight[task->row[i]] :
						    1;
			sum += w[i];
		}
		fit->task_weight[t] = sum;
		fit->n += sum;
		lone += task->n == 1;
		if (tr->opts->balance && target->classes)
			st = balance_task(w, task, target->labels, tr->err);
		if (st != MTL_OK)
			return st;
	}
	for (size_t t = 0; t < ds->T; t++)
		switch (tr->opts->normalize) {
		case NORMALIZE_ROWS: tr->factor[t] = 1 / fit->n; break;
		case NORMALIZE_TASKS:
			if (fit->task_weight[t] > 0)
				tr->factor[t] = 1 / ((double)ds->T *
				    fit->task_weight[t]);
			break;
		case NORMALIZE_NONE: tr->factor[t] = 1; break;
		}
	if (ds->n == 1)
		notes_add(tr->notes, WARNING, "one labelled row in all: the "
		    "model is a constant");
	else
		warn_lone(tr, lone);
	return MTL_OK;
}

/* Numbers of each task in units of their deviation; counts stay. */
static enum mtl_status
scale_targets(struct training *tr)
{
	struct dataset *ds = tr->ds;
	size_t counts = 0;

	if (training_joins(tr))
		return err_set(tr->err, MTL_USAGE, "--scale-target gives each "
		    "task a unit of its own: it does not go with method %s",
		    tr->fit->method->name);
	for (size_t t = 0; t < ds->T; t++) {
		struct task *task = &ds->task[t];
		double sd;

		if (loss_classes(tr->loss[task->target]))
			continue;
		if (tr->loss[task->target] == LOSS_POISSON) {
			counts++;
			continue;
		}
		sd = spread_deviation(task->y, tr->weight[t], task->n);
		for (size_t i = 0; i < task->n && sd > 0; i++)
			task->y[i] /= sd;
		if (sd > 0)
			tr->fit->divisor[t] = sd;
	}
	if (counts > 0)
		notes_add(tr->notes, NOTE, "--scale-target leaves the counts "
		    "of %zu task%s (poisson) as they are", counts,
		    counts == 1 ? "" : "s");
	return MTL_OK;
}

/* What numbers are measured by: divisors, and huber's delta. */
static enum mtl_status
measure(struct training *tr)
{
	const struct dataset *ds = tr->ds;
	bool huber = false;
	enum mtl_status st = MTL_OK;

	for (size_t t = 0; t < ds->T; t++)
		tr->fit->divisor[t] = 1;
	if (tr->opts->scale_target)
		st = scale_targets(tr);
	for (size_t t = 0; t < ds->T && st == MTL_OK; t++) {
		const struct task *task = &ds->task[t];

		if (tr->loss[task->target] != LOSS_HUBER)
			continue;
		huber = true;
		tr->fit->delta[t] = tr->opts->delta;
		if (tr->opts->delta == 0)
			st = spread_huber(&tr->fit->delta[t], task->y,
			    tr->weight[t], task->n, tr->err);
	}
	if (st == MTL_OK && tr->opts->delta > 0 && !huber)
		st = err_set(tr->err, MTL_USAGE,
		    "--delta: no target has the huber loss");
	return st;
}

/*
 * Which columns stand for the same class: by label, one-column tasks
 * together. Under one-vs-rest with a single task each class is a task.
 */
static enum mtl_status
pair_columns(struct training *tr)
{
	const struct fit *fit = tr->fit;
	struct shape *s = &tr->p.shape;
	struct names groups = {0};
	bool each = fit->B == 1 && fit->block[0].loss != LOSS_SOFTMAX;
	enum mtl_status st = MTL_OK;

	for (size_t k = 0; k < fit->B; k++) {
		const struct fit_block *fb = &fit->block[k];

		for (size_t c = 0; c < fb->cols; c++) {
			bool labelled = fb->cols > 1 && !each;
			size_t g = names_add(&groups, labelled ?
				fb->labels.label[c] :
				str_of(""));

			if (g == SIZE_MAX)
				st = err_nomem(tr->err);
			else
				s->group[fb->col + c] = g;
			s->task[fb->col + c] = each ? c : k;
		}
	}
	s->groups = groups.n;
	s->T = each ? fit->C : fit->B;
	names_clear(&groups);
	return st == MTL_OK ? shape_pair(s, NULL, tr->err) : st;
}

/* What --graph, --task-order and the like say, by the names of tasks. */
static enum mtl_status
apply_shaping(struct training *tr)
{
	const struct fit *fit = tr->fit;
	struct shape *s = &tr->p.shape;
	struct str *task = mem_new(s->T, sizeof *task);
	enum mtl_status st;

	if (task == NULL)
		return err_nomem(tr->err);
	for (size_t t = 0; t < s->T; t++)
		task[t] = s->T == fit->B ? tr->ds->task[t].name :
					   fit->block[0].labels.label[t];
	st = shaping_apply(s, &tr->opts->shaping, task, &tr->ds->modalities,
	    tr->err);
	free(task);
	return st;
}

/* Tasks and modalities of W's columns and rows. */
static enum mtl_status
make_shape(struct training *tr)
{
	const struct dataset *ds = tr->ds;
	struct shape *s = &tr->p.shape;
	enum mtl_status st = shape_init(s, ds->d, tr->fit->C, tr->err);

	if (st != MTL_OK)
		return st;
	s->M = ds->modalities.n;
	s->rows[0] = 0;
	for (size_t j = 0; j < ds->d; j++) {
		s->modality[j] = ds->modality[j];
		s->rows[ds->modality[j]]++;
	}
	if ((st = pair_columns(tr)) != MTL_OK ||
	    (st = apply_shaping(tr)) != MTL_OK)
		return st;
	return penalty_check(&tr->fit->penalty, s, tr->err);
}

static enum mtl_status
prepare(struct training *tr)
{
	struct dataset *ds = tr->ds;
	struct fit *fit = tr->fit;
	const struct train_opts *o = tr->opts;
	/* A free intercept takes the shift; a penalised one is meant in the
	 * centred coordinates only when features are standardised. */
	struct standard_opts so = {.scale = o->standardize,
	    .block = o->block_scale,
	    .center = o->intercept == INTERCEPT_FREE ||
		(o->intercept == INTERCEPT_PENALIZED && o->standardize)};
	enum mtl_status st;

	fit->d = ds->d;
	fit->T = ds->T;
	tr->loss = mem_new(ds->R, sizeof *tr->loss);
	tr->weight = mem_new(ds->T, sizeof *tr->weight);
	tr->factor = mem_new(ds->T, sizeof *tr->factor);
	fit->task_weight = mem_new(ds->T, sizeof *fit->task_weight);
	fit->delta = mem_new(ds->T, sizeof *fit->delta);
	fit->divisor = mem_new(ds->T, sizeof *fit->divisor);
	if (tr->loss == NULL || tr->weight == NULL || tr->factor == NULL ||
	    fit->task_weight == NULL || fit->delta == NULL ||
	    fit->divisor == NULL)
		return err_nomem(tr->err);
	if ((st = choose_losses(tr->loss, ds, o->loss, o->ovr, tr->notes,
		 tr->err)) != MTL_OK ||
	    (st = weigh(tr)) != MTL_OK ||
	    (st = training_settle(tr)) != MTL_OK ||
	    (st = training_intercept(tr)) != MTL_OK ||
	    (st = measure(tr)) != MTL_OK)
		return st;
	return standardize(&fit->standard, ds, &so, tr->notes, tr->err);
}

enum mtl_status
training_init(struct training *tr, struct fit *fit, struct dataset *ds,
    const struct dataset *whole, const struct train_opts *opts,
    struct notes *notes, struct mtl_err *err)
{
	enum mtl_status st;

	*fit = (struct fit){0};
	*tr = (struct training){.fit = fit, .ds = ds, .whole = whole,
	    .opts = opts, .notes = notes, .err = err};
	tr->p.X = ds->X;
	tr->p.n = ds->n;
	tr->p.d = ds->d;
	tr->p.penalty = &fit->penalty;
	if ((st = prepare(tr)) == MTL_OK && (st = training_columns(tr)) == MTL_OK &&
	    (st = training_blocks(tr)) == MTL_OK)
		st = make_shape(tr);
	tr->p.C = fit->C;
	if (st != MTL_OK)
		training_clear(tr);
	return st;
}

void
training_clear(struct training *tr)
{
	for (size_t t = 0; tr->weight != NULL && t < tr->ds->T; t++)
		free(tr->weight[t]);
	for (size_t k = 0; tr->p.block != NULL && k < tr->p.B; k++)
		free(tr->p.block[k].seg);
	free(tr->weight);
	free(tr->factor);
	free(tr->loss);
	free(tr->p.block);
	shape_clear(&tr->p.shape);
	*tr = (struct training){0};
}
