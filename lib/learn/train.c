#include "learn/training.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "learn/choose_loss.h"
#include "learn/component.h"
#include "learn/cv.h"
#include "learn/spectrum.h"
#include "learn/spread.h"

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
	else if (lone > 0)
		notes_add(tr->notes, WARNING, "%zu of %zu tasks %s one row",
		    lone, ds->T, lone == 1 ? "has" : "have");
	return MTL_OK;
}

/* --cost C: the l2 term's lambda is 1/(C n), or 1/C under none. */
static enum mtl_status
cost_lambda(struct training *tr)
{
	struct penalty *pen = &tr->fit->penalty;
	const struct train_opts *o = tr->opts;

	if (o->lambda != NULL)
		return err_set(tr->err, MTL_USAGE,
		    "--cost and --lambda say the same: give one");
	if (o->normalize == NORMALIZE_TASKS)
		return err_set(tr->err, MTL_USAGE,
		    "--cost has no meaning under --normalize tasks");
	if (penalty_term(pen, 1) != NULL || penalty_open(pen) != 1 ||
	    penalty_term(pen, 0)->kind != &term_l2)
		return err_set(tr->err, MTL_USAGE,
		    "--cost goes with a penalty of one open l2 term");
	penalty_term(pen, 0)->lambda = 1 / o->cost;
	if (o->normalize == NORMALIZE_ROWS)
		penalty_term(pen, 0)->lambda /= tr->fit->n;
	return MTL_OK;
}

/* The first l2, of a shared column that counts T times, weighs 1/T. */
static void
weigh_by_tasks(struct penalty *p, size_t T)
{
	struct term *t;

	for (size_t k = 0; (t = penalty_term(p, k)) != NULL; k++)
		if (t->kind == &term_l2) {
			t->weight = 1 / (double)T;
			return;
		}
}

const struct method *
train_method(const struct train_opts *o, size_t T)
{
	if (o->method != NULL)
		return o->method;
	return method_find(str_of(T > 1 && o->penalty == NULL && o->cost == 0 ?
		"mean" :
		"ridge"));
}

const char *
train_name(const struct train_opts *o, size_t T)
{
	return o->penalty != NULL && o->method == NULL ? "penalty" :
							  train_method(o,
	    T)->name;
}

static enum mtl_status
settle_penalty(struct training *tr)
{
	struct fit *fit = tr->fit;
	const struct train_opts *o = tr->opts;
	const struct term *t;
	enum mtl_status st;

	fit->method = train_method(o, tr->ds->T);
	st = penalty_parse(&fit->penalty, o->penalty != NULL ? o->penalty :
							fit->method->penalty,
	    tr->err);
	if (st != MTL_OK)
		return st;
	if (o->penalty == NULL && fit->method->by_tasks)
		weigh_by_tasks(&fit->penalty, tr->ds->T);
	for (size_t k = 0; (t = penalty_term(&fit->penalty, k)) != NULL; k++)
		if (fit->method->sharing != SHARE_PENALTY && t->kind->couples)
			return err_set(tr->err, MTL_USAGE, "method %s leaves "
			    "nothing to tie: the term %s does not go with it",
			    fit->method->name, t->kind->name);
	if ((st = shaping_check(&o->shaping, &fit->penalty, tr->err)) !=
	    MTL_OK)
		return st;
	if (o->cost > 0)
		return cost_lambda(tr);
	return penalty_fill(&fit->penalty, o->lambda, tr->err);
}

/* Penalised intercepts take the l2 term's lambda and no other. */
static enum mtl_status
settle_intercept(struct training *tr)
{
	struct penalty *pen = &tr->fit->penalty;
	const struct term *t;

	tr->p.intercept = tr->opts->intercept;
	if (tr->opts->intercept != INTERCEPT_PENALIZED)
		return MTL_OK;
	for (size_t k = 0; (t = penalty_term(pen, k)) != NULL; k++)
		if (t->kind != &term_l2 || k > 0)
			return err_set(tr->err, MTL_USAGE,
			    "--penalize-intercept goes with a single l2 term, "
			    "not with %s", t->kind->name);
	return MTL_OK;
}

enum mtl_status
training_open(struct penalty *penalty, bool *own, const struct dataset *ds,
    const struct train_opts *opts, struct mtl_err *err)
{
	struct fit fit = {.n = 1};
	struct dataset part = *ds;
	struct training tr = {.fit = &fit, .ds = &part, .whole = ds,
	    .opts = opts, .err = err};
	enum mtl_status st = settle_penalty(&tr);

	*penalty = fit.penalty;
	*own = st == MTL_OK && fit.method->own && ds->T > 1 &&
	    penalty_open(penalty) > 0;
	return st;
}

void
training_penalty(struct training *tr, const struct penalty *penalty)
{
	if (penalty != &tr->fit->penalty)
		tr->fit->penalty = *penalty;
	tr->p.intercept = tr->opts->intercept;
	if (tr->p.intercept != INTERCEPT_PENALIZED)
		return;
	tr->p.intercept_l2 = component_ridge(&penalty->component[0]);
	if (tr->p.intercept_l2 == 0)
		tr->p.intercept = INTERCEPT_FREE;
}

/* Sharing with share 0 ties nothing: each task keeps its own classes. */
static bool
joins_tasks(const struct training *tr)
{
	enum sharing sharing = tr->fit->method->sharing;

	return sharing == SHARE_ROWS ||
	    (sharing == SHARE_LOSSES && tr->opts->share > 0);
}

/* Numbers of each task in units of their deviation; counts stay. */
static enum mtl_status
scale_targets(struct training *tr)
{
	struct dataset *ds = tr->ds;
	size_t counts = 0;

	if (joins_tasks(tr))
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
 * The one loss that pooled and shared tasks have, over the union's K classes.
 * Targets of classes agree on logistic or softmax by their number.
 */
static enum mtl_status
joint_loss(enum loss *loss, const struct training *tr, size_t K)
{
	const struct dataset *ds = tr->ds;
	size_t first = ds->task[0].target;
	char a[STR_SHOWN], b[STR_SHOWN];

	/* By the tasks: a target without any label decides nothing. */
	*loss = tr->loss[first];
	str_show(a, ds->target[first].name);
	for (size_t t = 1; t < ds->T; t++) {
		size_t r = ds->task[t].target;

		str_show(b, ds->target[r].name);
		if (ds->target[r].classes != ds->target[first].classes)
			return err_set(tr->err, MTL_USAGE, "method %s wants "
			    "one kind of target: '%s' is %s, '%s' is %s",
			    tr->fit->method->name, a,
			    ds->target[first].classes ? "classes" : "numbers",
			    b, ds->target[r].classes ? "classes" : "numbers");
		if (tr->loss[r] != *loss &&
		    !(loss_probabilities(tr->loss[r]) &&
			loss_probabilities(*loss)))
			return err_set(tr->err, MTL_USAGE, "method %s wants "
			    "one loss: that of '%s' is %s, of '%s' %s",
			    tr->fit->method->name, a, loss_name(*loss), b,
			    loss_name(tr->loss[r]));
	}
	if (ds->R > 1 && loss_probabilities(*loss))
		*loss = choose_default(K, tr->opts->ovr);
	if (*loss == LOSS_HINGE2 && K > 2 && !tr->opts->ovr)
		return err_set(tr->err, MTL_USAGE, "--loss: the targets have "
		    "%zu classes together, hinge2 takes two (--multiclass "
		    "ovr)", K);
	return MTL_OK;
}

/* Loss, classes and columns of each block of the model. */
static enum mtl_status
make_blocks(struct training *tr)
{
	struct fit *fit = tr->fit;
	const struct dataset *ds = tr->ds;

	fit->pooled = fit->method->sharing == SHARE_ROWS;
	fit->B = fit->pooled ? 1 : ds->T;
	fit->block = mem_new(fit->B, sizeof *fit->block);
	if (fit->block == NULL)
		return err_nomem(tr->err);
	for (size_t k = 0; k < fit->B; k++) {
		struct fit_block *block = &fit->block[k];
		const struct target *target = &ds->target[ds->task[k].target];
		enum mtl_status st = MTL_OK;

		block->loss = tr->loss[ds->task[k].target];
		if (joins_tasks(tr)) {
			if (target->classes)
				st = labels_of_all(&block->labels, tr->whole,
				    tr->err);
			if (st == MTL_OK)
				st = joint_loss(&block->loss, tr,
				    block->labels.K);
		} else if (target->classes)
			st = labels_of_task(&block->labels, tr->whole, k, tr->err);
		if (st != MTL_OK)
			return st;
		/* One class: nothing to tell apart. */
		if (target->classes && block->labels.K < 2)
			block->loss = LOSS_SOFTMAX;
		block->col = fit->C;
		block->cols = loss_columns(block->loss, block->labels.K);
		fit->C += block->cols;
	}
	return MTL_OK;
}

/* The pairs of task j, as block `of` of the model sees them. */
static struct segment
segment_of(const struct training *tr, size_t of, size_t j)
{
	const struct task *task = &tr->ds->task[j];
	const struct labels *labels = &tr->fit->block[of].labels;
	double kappa = 1;

	if (tr->fit->method->sharing == SHARE_LOSSES && of != j)
		kappa = tr->opts->share;
	return (struct segment){
	    .n = task->n,
	    .row = task->row,
	    .y = task->y,
	    .weight = tr->weight[j],
	    .class_of = labels->K > 0 ? labels->class_of[task->target] : NULL,
	    .factor = kappa * tr->factor[j],
	    .delta = tr->fit->delta[j],
	};
}

/*
 * A logistic or hinge2 block that has seen one side only: its intercept is fixed at the
 * smoothed rate, log((n+ + 1/2) / (n- + 1/2)), and the shared part decides.
 */
static void
fix_one_sided(struct training *tr, struct block *block)
{
	struct walk w = {.p = &tr->p, .block = block};
	struct chunk ch;
	double plus = 0, minus = 0;

	while (walk_next(&w, &ch))
		for (size_t i = 0; i < ch.n; i++) {
			double omega = ch.seg->weight[ch.first + i];

			if (chunk_y(&ch, block, i) > 0)
				plus += omega;
			else
				minus += omega;
		}
	if (plus > 0 && minus > 0)
		return;
	tr->flat++;
	if (tr->p.intercept == INTERCEPT_FREE) {
		block->fixed = true;
		block->intercept = log((plus + 0.5) / (minus + 0.5));
	}
}

/*
 * Counts that are all 0 have no best intercept: it is fixed at the smoothed
 * rate, log((sum y + 1/2) / n); 0 where a fold has left no pair at all.
 */
static void
fix_empty(struct training *tr, struct block *block)
{
	struct walk w = {.p = &tr->p, .block = block};
	struct chunk ch;
	double n = 0;

	while (walk_next(&w, &ch))
		for (size_t i = 0; i < ch.n; i++) {
			if (chunk_y(&ch, block, i) > 0)
				return;
			n += ch.seg->weight[ch.first + i];
		}
	tr->empty++;
	if (tr->p.intercept == INTERCEPT_FREE) {
		block->fixed = true;
		block->intercept = n > 0 ? log(0.5 / n) : 0;
	}
}

/* The problem's blocks: one for each column under ovr, else one a task. */
static enum mtl_status
make_problem_blocks(struct training *tr)
{
	struct fit *fit = tr->fit;
	struct problem *p = &tr->p;
	size_t T = tr->ds->T;

	p->block = mem_new(fit->C, sizeof *p->block);
	if (p->block == NULL)
		return err_nomem(tr->err);
	for (size_t k = 0; k < fit->B; k++) {
		const struct fit_block *fb = &fit->block[k];
		bool ovr = fb->loss != LOSS_SOFTMAX && fb->labels.K > 2;
		bool all = joins_tasks(tr);

		tr->flat += fb->labels.K == 1;
		for (size_t c = 0; c < (ovr ? fb->cols : 1); c++) {
			struct block *block = &p->block[p->B++];

			*block = (struct block){.loss = fb->loss,
			    .col = fb->col + c,
			    .cols = ovr ? 1 : fb->cols,
			    .positive = ovr ? c : 1,
			    .segs = all ? T : 1};
			block->seg = mem_new(block->segs, sizeof *block->seg);
			if (block->seg == NULL)
				return err_nomem(tr->err);
			for (size_t s = 0; s < block->segs; s++) {
				block->seg[s] = segment_of(tr, k,
				    all ? s : k);
				block->n += block->seg[s].n;
			}
			if (block->loss == LOSS_POISSON)
				fix_empty(tr, block);
			else if (block->loss != LOSS_SOFTMAX &&
			    loss_classes(block->loss))
				fix_one_sided(tr, block);
		}
	}
	if (tr->flat > 0)
		notes_add(tr->notes, WARNING, "%zu task%s seen one class "
		    "only: the rate is smoothed", tr->flat,
		    tr->flat == 1 ? " has" : "s have");
	if (tr->empty > 0)
		notes_add(tr->notes, WARNING, "%zu task%s no count above 0: "
		    "the rate is smoothed", tr->empty,
		    tr->empty == 1 ? " has" : "s have");
	return MTL_OK;
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
solve_own(struct training *tr, double *V, const struct cv *cv)
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
		st = solve_blocks(V, fit->P, info, &tr->p, k, n,
		    &tr->opts->solve, tr->err);
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
	if (cv->own != NULL)
		st = solve_own(tr, V, cv);
	else
		st = solve(V, fit->P, &fit->info, &tr->p, &tr->opts->solve,
		    tr->err);
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
	    (st = settle_penalty(tr)) != MTL_OK ||
	    (st = settle_intercept(tr)) != MTL_OK ||
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
	if ((st = prepare(tr)) == MTL_OK && (st = make_blocks(tr)) == MTL_OK &&
	    (st = make_problem_blocks(tr)) == MTL_OK)
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

enum mtl_status
train_at(struct fit *fit, struct dataset *ds, const struct dataset *whole,
    const struct cv *at, const struct train_opts *opts, struct notes *notes,
    struct mtl_err *err)
{
	struct training tr;
	enum mtl_status st = training_init(&tr, fit, ds, whole, opts, notes,
	    err);

	if (st == MTL_OK) {
		training_penalty(&tr, at->points > 0 ? &at->penalty[at->best] :
						       &fit->penalty);
		st = optimise(&tr, at);
		training_clear(&tr);
	}
	if (st != MTL_OK)
		fit_clear(fit);
	return st;
}

enum mtl_status
train(struct fit *fit, struct cv *cv, struct dataset *ds,
    const struct train_opts *opts, struct notes *notes, struct mtl_err *err)
{
	enum mtl_status st;

	*fit = (struct fit){0};
	if ((st = cv_choose(cv, ds, opts, err)) == MTL_OK) {
		cv_warn(cv, notes);
		st = train_at(fit, ds, ds, cv, opts, notes, err);
	}
	if (st != MTL_OK)
		cv_clear(cv);
	return st;
}

void
fit_clear(struct fit *fit)
{
	for (size_t k = 0; fit->block != NULL && k < fit->B; k++)
		labels_clear(&fit->block[k].labels);
	free(fit->block);
	free(fit->W);
	free(fit->b);
	free(fit->P);
	ties_clear(&fit->ties);
	free(fit->task_weight);
	free(fit->own_lambda);
	free(fit->delta);
	free(fit->divisor);
	standard_clear(&fit->standard);
	*fit = (struct fit){0};
}
