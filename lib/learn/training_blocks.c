#include "learn/training.h"

#include <math.h>

#include "base/mem.h"
#include "learn/choose_loss.h"

/* Sharing with share 0 ties nothing: each task keeps its own classes. */
bool
training_joins(const struct training *tr)
{
	enum sharing sharing = tr->fit->method->sharing;

	return sharing == SHARE_ROWS ||
	    (sharing == SHARE_LOSSES && tr->opts->share > 0);
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
enum mtl_status
training_columns(struct training *tr)
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
		if (training_joins(tr)) {
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
enum mtl_status
training_blocks(struct training *tr)
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
		bool all = training_joins(tr);

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
