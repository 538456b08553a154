#include "model/heldout.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/threads.h"
#include "model/model_fit.h"
#include "model/predict.h"

struct fitting {
	struct heldout *h;
	const struct cv *cv;
	struct train_opts opts;
	enum mtl_status *st;  /* [K] */
	struct mtl_err *errs; /* [K] */
};

static enum mtl_status
fit_part(struct model *m, struct part *part, struct fitting *fi, size_t f,
    struct mtl_err *err)
{
	const struct dataset *ds = fi->h->ds;
	struct cv at;
	struct fit fit = {0};
	enum mtl_status st = cv_in_fold(&at, fi->cv, f, err);

	if (st != MTL_OK)
		return st;
	st = train_at(&fit, &part->ds, ds, &at, &fi->opts, NULL, err);
	if (st == MTL_OK)
		st = model_from_fit(m, &part->ds, &fit, &fi->opts, err);
	fit_clear(&fit);
	cv_clear(&at);
	return st;
}

static void
fit_fold(void *arg, size_t f)
{
	struct fitting *fi = arg;
	const struct dataset *ds = fi->h->ds;
	struct mtl_err *err = &fi->errs[f];
	bool *out = mem_new(ds->n, sizeof *out);
	struct part part = {0};
	enum mtl_status st = out != NULL ? MTL_OK : err_nomem(err);

	for (size_t i = 0; st == MTL_OK && i < ds->n; i++)
		out[i] = fi->h->fold[i] == f;
	if (st == MTL_OK)
		st = part_init(&part, ds, out, err);
	if (st == MTL_OK)
		st = fit_part(&fi->h->model[f], &part, fi, f, err);
	fi->st[f] = st;
	part_clear(&part);
	free(out);
}

enum mtl_status
heldout_init(struct heldout *h, const struct dataset *ds,
    const struct holdout *holdout, const struct cv *cv,
    const struct train_opts *opts, struct mtl_err *err)
{
	size_t K = holdout->name.n;
	struct fitting fi = {.h = h, .cv = cv, .opts = *opts,
	    .st = mem_new(K, sizeof *fi.st),
	    .errs = mem_new(K, sizeof *fi.errs)};
	enum mtl_status st = MTL_OK;

	*h = (struct heldout){.K = K, .model = mem_new(K, sizeof *h->model),
	    .ds = ds, .fold = holdout->fold, .unit = cv->unit};
	fi.opts.solve.threads = 1;
	fi.opts.solve.progress = NULL;
	if (fi.st == NULL || fi.errs == NULL || h->model == NULL)
		st = err_nomem(err);
	else
		threads_for(K, opts->solve.threads, fit_fold, &fi);
	for (size_t f = 0; st == MTL_OK && f < K; f++)
		if ((st = fi.st[f]) != MTL_OK)
			*err = fi.errs[f];
	free(fi.st);
	free(fi.errs);
	if (st != MTL_OK)
		heldout_clear(h);
	return st;
}

/*
 * Of a number y at z, both in the units of the fit for the loss, in those that
 * deviances have for the deviance.
 */
static double
number_deviance(const struct model_task *task, enum loss loss, double y,
    double z, double unit)
{
	double fit = task->scale > 0 ? task->scale : 1;

	return 2 * (fit / unit) * (fit / unit) *
	    loss_value(loss, y / fit, z / fit, task->delta);
}

/* Of class k; one-vs-rest: the sum over the columns. */
static double
class_deviance(const struct model_block *block, size_t k, const double *z)
{
	double sum = 0;

	if (block->loss == LOSS_SOFTMAX)
		return 2 * (loss_logsumexp(z, block->cols) - z[k]);
	for (size_t c = 0; c < block->cols; c++) {
		bool positive = block->cols > 1 ? c == k : k == 1;

		sum += 2 * loss_value(block->loss, positive ? 1 : -1, z[c], 0);
	}
	return sum;
}

enum mtl_status
heldout_deviance(double *deviance, const struct heldout *h, size_t t,
    struct mtl_err *err)
{
	const struct dataset *ds = h->ds;
	const struct task *task = &ds->task[t];
	const struct target *target = &ds->target[task->target];
	double *z = mem_new(h->model[0].C, sizeof *z);

	if (z == NULL)
		return err_nomem(err);
	for (size_t i = 0; i < task->n; i++) {
		const struct model *m = &h->model[h->fold[task->row[i]]];
		const struct model_task *mt = &m->task[t];
		const struct model_block *block = &m->block[mt->block];

		predict_block_z(z, m, block, ds->X + task->row[i] * ds->d);
		deviance[i] = target->classes ?
		    class_deviance(block, names_find(&block->label,
			target->label[(size_t)task->y[i]]), z) :
		    number_deviance(mt, block->loss, task->y[i], z[0],
			h->unit != NULL ? h->unit[t] : 1);
	}
	free(z);
	return MTL_OK;
}

void
heldout_clear(struct heldout *h)
{
	for (size_t f = 0; h->model != NULL && f < h->K; f++)
		model_clear(&h->model[f]);
	free(h->model);
	*h = (struct heldout){0};
}
