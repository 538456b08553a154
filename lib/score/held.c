#include "score/held.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "model/predict.h"
#include "score/scores.h"

/* Means over pairs: that of all tasks is theirs by weight. */
static const bool by_pairs[METRICS] = {
    [METRIC_MSE] = true,
    [METRIC_MAE] = true,
    [METRIC_POISSON_DEVIANCE] = true,
    [METRIC_ACCURACY] = true,
    [METRIC_F1_MICRO] = true,
    [METRIC_LOG_LOSS] = true,
};

static const bool more_is_better[METRICS] = {
    [METRIC_R2] = true,
    [METRIC_EXPLAINED_VARIANCE] = true,
    [METRIC_CORRELATION] = true,
    [METRIC_ACCURACY] = true,
    [METRIC_BALANCED_ACCURACY] = true,
    [METRIC_F1_MACRO] = true,
    [METRIC_F1_MICRO] = true,
    [METRIC_MCC] = true,
    [METRIC_AUC] = true,
    [METRIC_AVERAGE_PRECISION] = true,
};

/* What predict.h wants to know of the columns: of labels their number. */
static struct model_block
block_of(const struct cv_held *h)
{
	struct model_block b = {.loss = h->loss, .cols = h->cols};

	b.label.n = h->labels->K;
	return b;
}

/*
 * A target for each task: its labels, and as outputs their probabilities, or z
 * where two classes have none.
 */
static bool
add_target(struct pairs *p, const struct cv_held *h)
{
	struct pairs_target *t = &p->target[p->R];
	struct pairs_task *task = &p->task[p->T++];
	size_t K = h->labels->K;

	task->target = p->R++;
	task->n = h->n;
	task->classes = K > 0;
	task->probs = K > 0 && loss_probabilities(h->loss);
	task->z = K == 2 && !task->probs;
	task->labels = K;
	t->many = K == 0;
	t->probs = task->probs ? K : 0;
	t->outputs = t->probs + task->z;
	t->output = mem_new(t->outputs, sizeof *t->output);
	t->value = mem_new(h->n, (t->outputs > 0 ? t->outputs : 1) *
	    sizeof *t->value);
	task->filled = mem_new(t->outputs, sizeof *task->filled);
	task->label = mem_new(K, sizeof *task->label);
	if (t->output == NULL || t->value == NULL || task->filled == NULL ||
	    task->label == NULL)
		return false;
	for (size_t k = 0; k < K; k++)
		task->label[k] = names_add(&p->label, h->labels->label[k]);
	for (size_t o = 0; o < t->outputs; o++) {
		t->output[o].z = o >= t->probs;
		t->output[o].label = t->output[o].z ? SIZE_MAX :
						      task->label[o];
		task->filled[o] = h->n;
	}
	p->numbers += h->n > 0 && K == 0;
	p->classes += h->n > 0 && K > 0;
	return true;
}

/* Where each label's probability is, once all labels are known. */
static bool
place_labels(struct pairs *p)
{
	for (size_t k = 0; k < p->R; k++) {
		struct pairs_target *t = &p->target[k];

		if (t->probs == 0)
			continue;
		t->prob_of = mem_new(p->label.n, sizeof *t->prob_of);
		if (t->prob_of == NULL)
			return false;
		for (size_t l = 0; l < p->label.n; l++)
			t->prob_of[l] = SIZE_MAX;
		for (size_t o = 0; o < t->probs; o++)
			t->prob_of[t->output[o].label] = o;
	}
	return true;
}

static void
add_pairs(struct pairs *p, const struct cv_held *h, size_t t)
{
	const struct model_block block = block_of(h);
	const struct pairs_task *task = &p->task[t];
	struct pairs_target *target = &p->target[t];

	for (size_t i = 0; i < h->n; i++) {
		const double *z = h->z + i * h->cols;
		double *value = target->value + i * target->outputs;
		struct pair *pair = &p->pair[p->n++];

		*pair = (struct pair){.weight = h->weight[i], .task = t,
		    .row = i, .truth = SIZE_MAX, .said = SIZE_MAX};
		if (!task->classes) {
			pair->y = h->y[i];
			pair->yhat = predict_number(&block, z[0]);
			continue;
		}
		pair->truth = task->label[(size_t)h->y[i]];
		pair->said = task->label[predict_label(&block, z)];
		if (task->probs)
			predict_proba(value, &block, z);
		else if (task->z)
			value[0] = z[0];
	}
}

static enum mtl_status
make_pairs(struct pairs *p, const struct cv_held *held, size_t T,
    struct mtl_err *err)
{
	size_t n = 0;
	bool ok;

	*p = (struct pairs){.target = mem_new(T, sizeof *p->target),
	    .task = mem_new(T, sizeof *p->task)};
	for (size_t t = 0; t < T; t++)
		n += held[t].n;
	p->pair = mem_new(n, sizeof *p->pair);
	ok = p->target != NULL && p->task != NULL && p->pair != NULL;
	for (size_t t = 0; ok && t < T; t++)
		ok = add_target(p, &held[t]);
	for (size_t t = 0; ok && t < T; t++)
		for (size_t k = 0; k < p->task[t].labels; k++)
			ok = ok && p->task[t].label[k] != SIZE_MAX;
	ok = ok && place_labels(p);
	for (size_t t = 0; ok && t < T; t++)
		add_pairs(p, &held[t], t);
	if (ok)
		return MTL_OK;
	pairs_clear(p);
	return err_nomem(err);
}

/* Whether the metric suits the tasks, and the pairs of this fold. */
static enum mtl_status
suits(bool *any, const struct cv_metric *metric, const struct cv_held *held,
    size_t T, struct mtl_err *err)
{
	enum metric which = (enum metric)metric->which;
	enum metric_needs needs = metric_info(which)->needs;
	size_t kind = 0, served = 0;

	*any = false;
	for (size_t t = 0; t < T; t++) {
		size_t K = held[t].labels->K;
		bool probs = K > 0 && loss_probabilities(held[t].loss);
		bool serves = needs == METRIC_PROBABILITIES ? probs :
		    needs == METRIC_SCORES ? probs || K == 2 : true;

		if ((needs == METRIC_NUMBERS) != (K == 0))
			continue;
		kind++;
		served += serves;
		*any |= serves && held[t].n > 0;
	}
	if (kind == 0)
		return err_set(err, MTL_USAGE, "--metric %s is for %s, and "
		    "there is no such task", metric->name,
		    needs == METRIC_NUMBERS ? "numbers" : "classes");
	if (served == 0)
		return err_set(err, MTL_USAGE, "--metric %s wants "
		    "probabilities, which the loss hinge2 has not",
		    metric->name);
	return MTL_OK;
}

static enum mtl_status
score(double *value, const struct cv_metric *metric,
    const struct cv_held *held, size_t T, struct mtl_err *err)
{
	enum metric which = (enum metric)metric->which;
	struct pairs p;
	struct scores s = {0};
	bool any;
	enum mtl_status st = suits(&any, metric, held, T, err);

	for (size_t t = 0; t <= T; t++)
		value[t] = (double)NAN;
	if (st != MTL_OK || !any)
		return st;
	if ((st = make_pairs(&p, held, T, err)) != MTL_OK)
		return st;
	st = scores_make(&s, &p, &which, 1, NULL, err);
	for (size_t i = 0; st == MTL_OK && i < s.n; i++)
		if (s.score[i].task == SCORE_ALL)
			value[T] = s.score[i].value;
		else if (s.score[i].task != SCORE_MEAN)
			value[s.score[i].task] = s.score[i].value;
	/* A single task has no row of its own. */
	for (size_t t = 0; st == MTL_OK && t < T; t++)
		if (scores_tasks(&p) == 1 && held[t].n > 0)
			value[t] = value[T];
	scores_clear(&s);
	pairs_clear(&p);
	return st;
}

bool
held_metric(struct cv_metric *metric, struct str name)
{
	enum metric which = metric_find(name);

	if (which == METRICS)
		return false;
	*metric = (struct cv_metric){metric_info(which)->name,
	    more_is_better[which], by_pairs[which], (int)which, score};
	return true;
}
