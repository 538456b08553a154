#include "score/recovery.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"

/* Sums over coefficients; squares relative to the largest true one. */
struct sums {
	size_t n, both, truth, model;
	double error, size;
};

struct pairing {
	const struct model *truth, *model;
	size_t features;  /* of both together */
	size_t *in_truth; /* [features] index, or SIZE_MAX */
	size_t *in_model;
	double scale;
};

static double
weight(const struct model *m, size_t feature, size_t column)
{
	return feature == SIZE_MAX ? 0 : m->W[feature * m->C + column];
}

/* Features of the truth, then those that only the model has. */
static enum mtl_status
pair_features(struct pairing *p, struct mtl_err *err)
{
	const struct model *truth = p->truth, *model = p->model;
	size_t room = truth->d + model->d;

	p->in_truth = mem_new(room, sizeof(size_t));
	p->in_model = mem_new(room, sizeof(size_t));
	if (p->in_truth == NULL || p->in_model == NULL)
		return err_nomem(err);
	for (size_t j = 0; j < truth->d; j++) {
		p->in_truth[j] = j;
		p->in_model[j] =
		    names_find(&model->feature, truth->feature.name[j]);
	}
	p->features = truth->d;
	for (size_t j = 0; j < model->d; j++)
		if (names_find(&truth->feature, model->feature.name[j]) ==
		    SIZE_MAX) {
			p->in_truth[p->features] = SIZE_MAX;
			p->in_model[p->features++] = j;
		}
	for (size_t i = 0; i < truth->d * truth->C; i++)
		p->scale = fmax(p->scale, fabs(truth->W[i]));
	if (p->scale == 0)
		p->scale = 1;
	return MTL_OK;
}

static void
add_column(struct sums *s, const struct pairing *p, size_t ct, size_t cm)
{
	for (size_t j = 0; j < p->features; j++) {
		double a = weight(p->truth, p->in_truth[j], ct);
		double b = weight(p->model, p->in_model[j], cm);
		double e = (b - a) / p->scale, z = a / p->scale;

		s->error += e * e;
		s->size += z * z;
		s->truth += a != 0;
		s->model += b != 0;
		s->both += a != 0 && b != 0;
		s->n++;
	}
}

static bool
same_labels(const struct names *a, const struct names *b)
{
	if (a->n == 0 || b->n == 0)
		return true; /* a truth need not name its classes */
	for (size_t l = 0; l < a->n; l++)
		if (a->n != b->n || !str_eq(a->name[l], b->name[l]))
			return false;
	return true;
}

/* Columns of a task: one against one, or class by class. */
static enum mtl_status
add_block(struct sums *s, const struct pairing *p,
    const struct model_block *bt, const struct model_block *bm,
    struct str task, struct mtl_err *err)
{
	char shown[STR_SHOWN], label[STR_SHOWN];

	if (bt->cols != bm->cols ||
	    (bt->cols == 1 && !same_labels(&bt->label, &bm->label)))
		return err_set(err, MTL_INPUT,
		    "task '%s' has other classes in the model than in the "
		    "truth", str_show(shown, task));
	if (bt->cols == 1) {
		add_column(s, p, bt->col, bm->col);
		return MTL_OK;
	}
	for (size_t l = 0; l < bt->cols; l++) {
		size_t m = names_find(&bm->label, bt->label.name[l]);

		if (m == SIZE_MAX)
			return err_set(err, MTL_INPUT,
			    "task '%s' of the model has no class '%s'",
			    str_show(shown, task),
			    str_show(label, bt->label.name[l]));
		add_column(s, p, bt->col + l, bm->col + m);
	}
	return MTL_OK;
}

static struct recovery_value
value_of(const struct sums *s)
{
	struct recovery_value v = {s->n, s->truth, NAN, NAN};

	if (s->size > 0)
		v.frobenius = sqrt(s->error / s->size);
	if (!isfinite(v.frobenius))
		v.frobenius = NAN;
	if (s->truth + s->model > 0)
		v.support = 2 * (double)s->both /
		    ((double)s->truth + (double)s->model);
	return v;
}

static enum mtl_status
add_tasks(struct recovery *r, const struct pairing *p, struct mtl_err *err)
{
	struct sums all = {0};

	for (size_t t = 0; t < r->T; t++) {
		const struct model_task *task = &p->truth->task[t];
		size_t m = model_find_task(p->model, task->name);
		char shown[STR_SHOWN];
		struct sums s = {0};

		if (m == SIZE_MAX)
			return err_set(err, MTL_INPUT,
			    "the model has no task '%s'",
			    str_show(shown, task->name));
		if (add_block(&s, p, &p->truth->block[task->block],
			&p->model->block[p->model->task[m].block],
			task->name, err) != MTL_OK)
			return MTL_INPUT;
		r->task[t] = value_of(&s);
		all.n += s.n;
		all.both += s.both;
		all.truth += s.truth;
		all.model += s.model;
		all.error += s.error;
		all.size += s.size;
	}
	r->all = value_of(&all);
	return MTL_OK;
}

static void
average(struct recovery *r)
{
	size_t frobenius = 0, support = 0;

	for (size_t t = 0; t < r->T; t++) {
		const struct recovery_value *v = &r->task[t];

		r->mean.n += v->n;
		if (!isnan(v->frobenius)) {
			r->mean.frobenius += v->frobenius;
			frobenius++;
		}
		if (!isnan(v->support)) {
			r->mean.support += v->support;
			support++;
		}
	}
	r->mean.frobenius = frobenius > 0 ?
	    r->mean.frobenius / (double)frobenius : NAN;
	r->mean.support = support > 0 ?
	    r->mean.support / (double)support : NAN;
}

/* Why a task's value has an undefined score; NULL if it has not. */
static const char *
why_frobenius(const struct recovery_value *v)
{
	if (!isnan(v->frobenius))
		return NULL;
	return v->truth == 0 ? "its true coefficients are 0" :
			       "too large for a number";
}

static const char *
why_support(const struct recovery_value *v)
{
	return isnan(v->support) ? "all coefficients are 0" : NULL;
}

/* One warning a score, with the first task's reason. */
static void
say_undefined(const struct recovery *r, const struct pairing *p,
    const char *score, const char *(*why)(const struct recovery_value *),
    struct notes *notes)
{
	size_t tasks = 0, first = 0;
	char shown[STR_SHOWN];

	for (size_t t = r->T; t-- > 0;)
		if (why(&r->task[t]) != NULL) {
			tasks++;
			first = t;
		}
	if (tasks > 0)
		notes_add(notes, WARNING,
		    "%s undefined for %zu task%s (the first: '%s'): %s", score,
		    tasks, tasks == 1 ? "" : "s",
		    str_show(shown, p->truth->task[first].name),
		    why(&r->task[first]));
}

static void
say(const struct recovery *r, const struct pairing *p, struct notes *notes)
{
	size_t extra = 0;

	for (size_t t = 0; t < p->model->T; t++)
		extra += model_find_task(p->truth, p->model->task[t].name) ==
		    SIZE_MAX;
	if (extra > 0)
		notes_add(notes, WARNING,
		    "%zu task%s of the model left out: not in the truth",
		    extra, extra == 1 ? "" : "s");
	say_undefined(r, p, "frobenius-error", why_frobenius, notes);
	say_undefined(r, p, "support-f1", why_support, notes);
}

enum mtl_status
recovery_make(struct recovery *r, const struct model *truth,
    const struct model *model, struct notes *notes, struct mtl_err *err)
{
	struct pairing p = {.truth = truth, .model = model};
	enum mtl_status st;

	*r = (struct recovery){.T = truth->T};
	r->task = mem_new(r->T, sizeof(*r->task));
	if (r->task == NULL) {
		st = err_nomem(err);
		goto out;
	}
	if ((st = pair_features(&p, err)) != MTL_OK ||
	    (st = add_tasks(r, &p, err)) != MTL_OK)
		goto out;
	average(r);
	say(r, &p, notes);
out:
	free(p.in_truth);
	free(p.in_model);
	if (st != MTL_OK)
		recovery_clear(r);
	return st;
}

void
recovery_clear(struct recovery *r)
{
	free(r->task);
	*r = (struct recovery){0};
}
