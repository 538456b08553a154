#include "model/heldout.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/order.h"
#include "model/predict.h"
#include "table/csvout.h"

/* The columns of one target: y, yhat and p. */
struct column {
	struct str name;    /* NAME of y:NAME; s NULL: none */
	struct names label; /* of all its tasks, sorted; n = 0: no p */
};

struct writer {
	const struct heldout *h;
	const struct dataset *ds;
	const struct heldout_names *names;
	struct column *column; /* [R] */
	size_t *row;           /* [n] rows in the order of the input */
	size_t *task;          /* [n][R] of each row; SIZE_MAX: no label */
	double *y;             /* [n][R] */
	double *z, *p;         /* [C], [labels] of a block */
	double *cell;          /* p columns of a row */
	struct csvout out;
	struct mtl_err *err;
};

/* Labels of all tasks of the target whose losses have probabilities. */
static bool
find_labels(struct column *col, const struct writer *w, size_t target)
{
	const struct model *m = &w->h->model[0];
	struct names all = {0};
	struct str *sorted = NULL;
	bool ok = true;

	for (size_t t = 0; ok && t < w->ds->T; t++) {
		const struct model_block *b = &m->block[m->task[t].block];

		if (w->ds->task[t].target != target)
			continue;
		if (b->loss == LOSS_HINGE2) /* as mtl-predict: none at all */
			goto out;
		for (size_t k = 0; ok && k < b->label.n; k++)
			ok = names_add(&all, b->label.name[k]) != SIZE_MAX;
	}
	sorted = mem_new(all.n, sizeof *sorted);
	ok = ok && sorted != NULL;
	if (ok)
		memcpy(sorted, all.name, all.n * sizeof *sorted);
	ok = ok && order_labels(sorted, all.n, NULL);
	for (size_t k = 0; ok && k < all.n; k++)
		ok = names_add(&col->label, sorted[k]) != SIZE_MAX;
out:
	free(sorted);
	names_clear(&all);
	return ok;
}

/* Which task and label every row has of every target. */
static void
lay_out(struct writer *w)
{
	const struct dataset *ds = w->ds;
	size_t R = ds->R;

	for (size_t i = 0; i < ds->n * R; i++)
		w->task[i] = SIZE_MAX;
	for (size_t t = 0; t < ds->T; t++) {
		const struct task *task = &ds->task[t];

		for (size_t i = 0; i < task->n; i++) {
			size_t at = task->row[i] * R + task->target;

			w->task[at] = t;
			w->y[at] = task->y[i];
		}
	}
}

struct placed {
	size_t at, row;
};

static int
by_place(const void *pa, const void *pb)
{
	const struct placed *a = pa, *b = pb;

	return a->at < b->at ? -1 : a->at > b->at;
}

static bool
sort_rows(struct writer *w)
{
	size_t n = w->ds->n;
	struct placed *placed = mem_new(n, sizeof *placed);

	if (placed == NULL)
		return false;
	for (size_t i = 0; i < n; i++)
		placed[i] = (struct placed){w->ds->at[i], i};
	qsort(placed, n, sizeof *placed, by_place);
	for (size_t i = 0; i < n; i++)
		w->row[i] = placed[i].row;
	free(placed);
	return true;
}

static bool
writer_init(struct writer *w)
{
	const struct dataset *ds = w->ds;
	const struct model *m = &w->h->model[0];
	size_t R = ds->R, cells, labels = 1;
	bool named = ds->layout == LAYOUT_WIDE || ds->layout == LAYOUT_MIXED;

	w->column = mem_new(R, sizeof *w->column);
	w->row = mem_new(ds->n, sizeof *w->row);
	if (__builtin_mul_overflow(ds->n, R, &cells) || w->column == NULL ||
	    w->row == NULL)
		return false;
	for (size_t k = 0; k < R; k++) {
		if (named)
			w->column[k].name = ds->target[k].name;
		if (ds->target[k].classes && !find_labels(&w->column[k], w, k))
			return false;
		labels += w->column[k].label.n;
	}
	for (size_t b = 0; b < m->B; b++)
		labels += m->block[b].label.n;
	w->task = mem_new(cells, sizeof *w->task);
	w->y = mem_new(cells, sizeof *w->y);
	w->z = mem_new(m->C, sizeof *w->z);
	w->p = mem_new(labels, sizeof *w->p);
	w->cell = mem_new(labels, sizeof *w->cell);
	if (w->task == NULL || w->y == NULL || w->z == NULL || w->p == NULL ||
	    w->cell == NULL)
		return false;
	lay_out(w);
	return sort_rows(w);
}

static void
writer_clear(struct writer *w)
{
	for (size_t k = 0; w->column != NULL && k < w->ds->R; k++)
		names_clear(&w->column[k].label);
	free(w->column);
	free(w->row);
	free(w->task);
	free(w->y);
	free(w->z);
	free(w->p);
	free(w->cell);
}

/* "y", "y:NAME", "p:NAME:CLASS" */
static bool
put_name(struct csvout *out, const char *what, struct str name,
    const struct str *label)
{
	size_t n = strlen(what) + name.len + (label != NULL ? label->len : 0);
	char *text = mem_new(n + 3, 1);
	size_t used = strlen(what);

	if (text == NULL)
		return false;
	memcpy(text, what, used);
	if (name.s != NULL) {
		text[used++] = ':';
		memcpy(text + used, name.s, name.len);
		used += name.len;
	}
	if (label != NULL) {
		text[used++] = ':';
		memcpy(text + used, label->s, label->len);
		used += label->len;
	}
	csvout_str(out, (struct str){text, used});
	free(text);
	return true;
}

static const char *
or_else(const char *given, const char *usual)
{
	return given != NULL ? given : usual;
}

static bool
put_header(struct writer *w)
{
	const struct dataset *ds = w->ds;
	struct csvout *out = &w->out;
	bool ok = true;

	if (ds->id != NULL)
		csvout_text(out, or_else(w->names->id, "id"));
	if (ds->task_value.n > 0)
		csvout_text(out, or_else(w->names->task, "task"));
	for (size_t k = 0; k < ds->R && ok; k++)
		if (w->names->target != NULL)
			csvout_str(out, ds->R > 1 ? ds->target[k].name :
						    str_of(w->names->target));
		else
			ok = put_name(out, "y", w->column[k].name, NULL);
	if (ds->weight != NULL)
		csvout_text(out, or_else(w->names->weight, "weight"));
	csvout_text(out, "fold");
	for (size_t k = 0; k < ds->R && ok; k++) {
		const struct column *c = &w->column[k];

		ok = put_name(out, "yhat", c->name, NULL);
		for (size_t l = 0; l < c->label.n && ok; l++)
			ok = put_name(out, "p", c->name, &c->label.name[l]);
	}
	csvout_end(out);
	return ok;
}

static void
put_y(struct writer *w, size_t row, size_t k)
{
	size_t at = row * w->ds->R + k;

	if (w->task[at] == SIZE_MAX)
		csvout_empty(&w->out);
	else if (w->ds->target[k].classes)
		csvout_str(&w->out, w->ds->target[k].label[(size_t)w->y[at]]);
	else
		csvout_num(&w->out, w->y[at]);
}

/*
 * The task whose columns predict target k of a row: that of its label; in wide
 * tables the target's own, labelled or not.
 */
static size_t
task_of(const struct writer *w, size_t row, size_t k)
{
	size_t t = w->task[row * w->ds->R + k];

	if (t != SIZE_MAX || w->ds->layout != LAYOUT_WIDE)
		return t;
	for (t = 0; t < w->ds->T; t++)
		if (w->ds->task[t].target == k)
			return t;
	return SIZE_MAX;
}

/* yhat and p of target k for a row. */
static enum mtl_status
put_predictions(struct writer *w, size_t row, size_t k)
{
	const struct model *m = &w->h->model[w->h->fold[row]];
	const struct column *c = &w->column[k];
	const struct model_block *b;
	size_t t = task_of(w, row, k);

	if (t == SIZE_MAX) {
		for (size_t l = 0; l <= c->label.n; l++)
			csvout_empty(&w->out);
		return MTL_OK;
	}
	b = &m->block[m->task[t].block];
	predict_block_z(w->z, m, b, w->ds->X + row * w->ds->d);
	if (b->label.n > 0)
		csvout_str(&w->out, b->label.name[predict_label(b, w->z)]);
	else if (isfinite(predict_number(b, w->z[0])))
		csvout_num(&w->out, predict_number(b, w->z[0]));
	else
		return err_set(w->err, MTL_NUMERIC,
		    "a held-out prediction is not finite");
	if (c->label.n == 0)
		return MTL_OK;
	for (size_t l = 0; l < c->label.n; l++)
		w->cell[l] = (double)NAN;
	predict_proba(w->p, b, w->z);
	for (size_t l = 0; l < b->label.n; l++)
		w->cell[names_find(&c->label, b->label.name[l])] = w->p[l];
	for (size_t l = 0; l < c->label.n; l++)
		csvout_num(&w->out, w->cell[l]);
	return MTL_OK;
}

static struct str
task_value(const struct writer *w, size_t row)
{
	for (size_t k = 0; k < w->ds->R; k++)
		if (w->task[row * w->ds->R + k] != SIZE_MAX)
			return w->ds->task[w->task[row * w->ds->R + k]].value;
	return str_of("");
}

static enum mtl_status
put_row(struct writer *w, size_t row, const struct names *fold_name)
{
	const struct dataset *ds = w->ds;
	enum mtl_status st = MTL_OK;

	if (ds->id != NULL)
		csvout_str(&w->out, ds->id_name.name[ds->id[row]]);
	if (ds->task_value.n > 0)
		csvout_str(&w->out, task_value(w, row));
	for (size_t k = 0; k < ds->R; k++)
		put_y(w, row, k);
	if (ds->weight != NULL)
		csvout_num(&w->out, ds->weight[row]);
	csvout_str(&w->out, fold_name->name[w->h->fold[row]]);
	for (size_t k = 0; k < ds->R && st == MTL_OK; k++)
		st = put_predictions(w, row, k);
	csvout_end(&w->out);
	return st;
}

enum mtl_status
heldout_write(FILE *fp, char delimiter, const struct heldout *h,
    const struct names *fold_name, const struct heldout_names *names,
    struct mtl_err *err)
{
	struct writer w = {.h = h, .ds = h->ds, .names = names, .err = err};
	enum mtl_status st = MTL_OK;

	csvout_init(&w.out, fp, delimiter);
	if (!writer_init(&w) || !put_header(&w))
		st = err_nomem(err);
	for (size_t i = 0; st == MTL_OK && i < h->ds->n; i++)
		st = put_row(&w, w.row[i], fold_name);
	writer_clear(&w);
	return st;
}
