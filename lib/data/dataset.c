#include "data/dataset.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/order.h"
#include "data/target.h"

/* A column of numbers gives up its texts beyond this many distinct ones. */
enum { LABELS_KEPT = 4096 };

/* One target while its rows arrive. */
struct reading {
	enum target_read want;
	struct target_kind kind;
	bool numbers_only; /* texts were given up: it must stay numbers */
	struct names texts; /* distinct cells, by first appearance */
	size_t numbers;     /* cells that are numbers */
	char *odd;          /* says where the first one that is none stands */
	double *y;          /* [n] number, NaN for a missing label or a text */
	uint32_t *text;     /* [n] index into texts; NO_TEXT if missing */
	size_t cap_y, cap_text;
};

static const uint32_t NO_TEXT = UINT32_MAX;

struct reader {
	struct dataset *ds;
	struct rows *rows;
	const struct columns *cols;
	const struct dataset_opts *opts;
	struct mtl_err *err;
	struct reading *target; /* [R] */
	uint32_t *task;         /* [n] index into task_value */
	signed char *split;     /* [n] 1 train, 0 anything else */
	size_t cap_X, cap_weight, cap_task, cap_split, cap_fold, cap_group,
	    cap_at, cap_id;
	size_t train, test;     /* rows of each split */
	size_t unlabelled, untasked, weightless;
};

static enum mtl_status
bad_feature(const struct reader *r, size_t j, struct str cell,
    enum num_status bad)
{
	char buf[STR_SHOWN];
	const char *help = "(--ignore leaves the column out, --na names "
	    "missing values, mtl-scale --onehot makes features of text)";

	if (bad == NUM_RANGE)
		help = "(out of a double's range)";
	return rows_bad(r->rows, j, r->err, "'%s' is not a number %s",
	    str_show(buf, cell), help);
}

static enum mtl_status
read_features(struct reader *r, double *x)
{
	const struct columns *cols = r->cols;

	for (size_t j = 0; j < cols->features; j++) {
		size_t col = cols->feature[j];
		struct str cell = r->rows->cell[col];
		enum num_status bad;

		if (columns_missing(cols, cell)) {
			if (r->opts->refuse_missing)
				return rows_bad(r->rows, col, r->err,
				    "a missing value (refused by --missing "
				    "error)");
			x[j] = (double)NAN;
			r->ds->missing++;
			continue;
		}
		bad = num_read(&x[j], cell.s, cell.len);
		if (bad != NUM_OK)
			return bad_feature(r, col, cell, bad);
	}
	return MTL_OK;
}

static enum mtl_status
read_weight(struct reader *r, double *w)
{
	size_t col = r->cols->weight;
	struct str cell = r->rows->cell[col];
	char buf[STR_SHOWN];

	if (num_read(w, cell.s, cell.len) != NUM_OK || *w < 0)
		return rows_bad(r->rows, col, r->err,
		    "'%s' is not a weight (a number from 0 up)",
		    str_show(buf, cell));
	return MTL_OK;
}

/* Remembers a label's text, unless the target is numbers by now. */
static enum mtl_status
keep_text(struct reader *r, struct reading *t, struct str cell, uint32_t *text)
{
	size_t i;

	*text = 0;
	if (t->numbers_only)
		return MTL_OK;
	i = names_add(&t->texts, cell);
	if (i == SIZE_MAX || i >= NO_TEXT)
		return err_nomem(r->err);
	*text = (uint32_t)i;
	if (t->want == READ_AUTO && t->texts.n > LABELS_KEPT &&
	    !t->kind.text) {
		t->numbers_only = true;
		names_clear(&t->texts);
	}
	return MTL_OK;
}

/*
 * The first text of a column whose loss nobody named: perhaps damage among
 * numbers. Only the whole column will tell.
 */
static enum mtl_status
keep_odd(struct reader *r, struct reading *t, size_t col, const char *shown)
{
	struct mtl_err place;

	rows_bad(r->rows, col, &place, "'%s' is not a number", shown);
	t->odd = mem_text(place.msg, strlen(place.msg));
	return t->odd != NULL ? MTL_OK : err_nomem(r->err);
}

static enum mtl_status
read_label(struct reader *r, size_t k, size_t i)
{
	struct reading *t = &r->target[k];
	size_t col = r->cols->target[k];
	struct str cell = r->rows->cell[col];
	char buf[STR_SHOWN];
	enum num_status bad;
	enum mtl_status st;

	t->y[i] = (double)NAN;
	t->text[i] = NO_TEXT;
	if (columns_missing(r->cols, cell))
		return MTL_OK;
	bad = num_read(&t->y[i], cell.s, cell.len);
	if (bad == NUM_OK && t->want == READ_COUNTS && t->y[i] < 0)
		return rows_bad(r->rows, col, r->err,
		    "'%s' is negative: the poisson loss is for counts",
		    str_show(buf, cell));
	if (bad == NUM_RANGE && t->want != READ_CLASSES)
		return rows_bad(r->rows, col, r->err,
		    "'%s' is out of a double's range", str_show(buf, cell));
	if (bad != NUM_OK && t->numbers_only)
		return rows_bad(r->rows, col, r->err,
		    "'%s' is not a number%s", str_show(buf, cell),
		    t->want == READ_AUTO ? " (the column has thousands of distinct "
			"numbers; --loss softmax takes them for classes)" :
				      "");
	t->numbers += bad == NUM_OK;
	if (bad != NUM_OK && t->want == READ_AUTO && t->odd == NULL &&
	    (st = keep_odd(r, t, col, str_show(buf, cell))) != MTL_OK)
		return st;
	target_see(&t->kind, cell);
	return keep_text(r, t, cell, &t->text[i]);
}

static bool
room(struct reader *r, size_t n)
{
	struct dataset *ds = r->ds;
	size_t cells;

	if (__builtin_mul_overflow(n, ds->d, &cells) ||
	    !mem_grow(&ds->X, &r->cap_X, cells, sizeof(double)))
		return false;
	if (r->cols->weight != SIZE_MAX &&
	    !mem_grow(&ds->weight, &r->cap_weight, n, sizeof(double)))
		return false;
	if (r->cols->fold != SIZE_MAX &&
	    !mem_grow(&ds->fold, &r->cap_fold, n, sizeof *ds->fold))
		return false;
	if (r->cols->group != SIZE_MAX &&
	    !mem_grow(&ds->group, &r->cap_group, n, sizeof *ds->group))
		return false;
	if (r->opts->keep_rows &&
	    !mem_grow(&ds->at, &r->cap_at, n, sizeof *ds->at))
		return false;
	if (r->opts->keep_rows && r->cols->id != SIZE_MAX &&
	    !mem_grow(&ds->id, &r->cap_id, n, sizeof *ds->id))
		return false;
	if (r->cols->task != SIZE_MAX &&
	    !mem_grow(&r->task, &r->cap_task, n, sizeof *r->task))
		return false;
	if (r->cols->split != SIZE_MAX &&
	    !mem_grow(&r->split, &r->cap_split, n, 1))
		return false;
	for (size_t k = 0; k < ds->R; k++)
		if (!mem_grow(&r->target[k].y, &r->target[k].cap_y, n,
			sizeof(double)) ||
		    !mem_grow(&r->target[k].text, &r->target[k].cap_text, n,
			sizeof(uint32_t)))
			return false;
	return true;
}

/* False and counted if the row at hand has nothing to train on. */
static bool
useful(struct reader *r, size_t i)
{
	bool labelled = false;

	for (size_t k = 0; k < r->ds->R; k++)
		labelled |= r->target[k].text[i] != NO_TEXT;
	if (!labelled)
		r->unlabelled++;
	else if (r->cols->task != SIZE_MAX &&
	    columns_missing(r->cols, r->rows->cell[r->cols->task]))
		r->untasked++;
	else if (r->ds->weight != NULL && r->ds->weight[i] == 0)
		r->weightless++;
	else
		return true;
	return false;
}

/* The value of a column as an index of names. */
static enum mtl_status
read_tag(struct reader *r, size_t *tag, struct names *names, size_t col)
{
	*tag = names_add(names, r->rows->cell[col]);
	return *tag == SIZE_MAX ? err_nomem(r->err) : MTL_OK;
}

/* Takes the row at hand as number ds->n, if it is of use. */
static enum mtl_status
read_row(struct reader *r)
{
	struct dataset *ds = r->ds;
	const struct columns *cols = r->cols;
	enum mtl_status st;
	size_t i = ds->n, missing = ds->missing;

	if (!room(r, i + 1))
		return err_nomem(r->err);
	if ((st = read_features(r, ds->X + i * ds->d)) != MTL_OK)
		return st;
	if (cols->weight != SIZE_MAX &&
	    (st = read_weight(r, &ds->weight[i])) != MTL_OK)
		return st;
	if (cols->split != SIZE_MAX) {
		struct str cell = r->rows->cell[cols->split];

		r->split[i] = str_is(cell, "train");
		r->train += str_is(cell, "train");
		r->test += str_is(cell, "test");
	}
	for (size_t k = 0; k < ds->R; k++)
		if ((st = read_label(r, k, i)) != MTL_OK)
			return st;
	if (cols->task != SIZE_MAX) {
		size_t t = names_add(&ds->task_value,
		    r->rows->cell[cols->task]);

		if (t == SIZE_MAX || t >= UINT32_MAX)
			return err_nomem(r->err);
		r->task[i] = (uint32_t)t;
	}
	if (!useful(r, i)) {
		ds->missing = missing;
		return MTL_OK;
	}
	ds->n++;
	if (cols->fold != SIZE_MAX &&
	    (st = read_tag(r, &ds->fold[i], &ds->fold_name, cols->fold)) !=
		MTL_OK)
		return st;
	if (cols->group != SIZE_MAX &&
	    (st = read_tag(r, &ds->group[i], &ds->group_name, cols->group)) !=
		MTL_OK)
		return st;
	if (ds->at != NULL)
		ds->at[i] = i;
	if (ds->id != NULL)
		st = read_tag(r, &ds->id[i], &ds->id_name, cols->id);
	return st;
}

/* Where split holds both train and test, only train rows train. */
static void
keep_train(struct reader *r, struct notes *notes)
{
	struct dataset *ds = r->ds;
	size_t kept = 0;

	if (r->train == 0 || r->test == 0 || r->opts->where_split)
		return;
	ds->missing = 0;
	for (size_t i = 0; i < ds->n; i++) {
		if (!r->split[i])
			continue;
		if (kept < i)
			memcpy(ds->X + kept * ds->d, ds->X + i * ds->d,
			    ds->d * sizeof(double));
		for (size_t j = 0; j < ds->d; j++)
			ds->missing += isnan(ds->X[kept * ds->d + j]) != 0;
		if (ds->weight != NULL)
			ds->weight[kept] = ds->weight[i];
		if (r->task != NULL)
			r->task[kept] = r->task[i];
		if (ds->fold != NULL)
			ds->fold[kept] = ds->fold[i];
		if (ds->group != NULL)
			ds->group[kept] = ds->group[i];
		if (ds->at != NULL)
			ds->at[kept] = kept;
		if (ds->id != NULL)
			ds->id[kept] = ds->id[i];
		for (size_t k = 0; k < ds->R; k++) {
			r->target[k].y[kept] = r->target[k].y[i];
			r->target[k].text[kept] = r->target[k].text[i];
		}
		kept++;
	}
	notes_add(notes, NOTE, "fitted on the %zu rows whose split is train; "
	    "%zu other rows left out", kept, ds->n - kept);
	ds->n = kept;
}

/*
 * Sorts the labels that the kept rows have and turns every y into an index of
 * its label.
 */
static enum mtl_status
sort_labels(struct reader *r, size_t k)
{
	struct reading *t = &r->target[k];
	struct target *target = &r->ds->target[k];
	size_t n = r->ds->n, K = 0;
	size_t *label = mem_new(t->texts.n, sizeof *label); /* of each text */
	size_t *place = mem_new(t->texts.n, sizeof *place); /* of each label */

	target->label = mem_new(t->texts.n, sizeof *target->label);
	if (label == NULL || place == NULL || target->label == NULL)
		goto nomem;
	for (size_t i = 0; i < n; i++)
		if (t->text[i] != NO_TEXT)
			label[t->text[i]] = 1;
	for (size_t v = 0; v < t->texts.n; v++)
		if (label[v]) {
			label[v] = K;
			target->label[K++] = t->texts.name[v];
		}
	if (!order_labels(target->label, K, place))
		goto nomem;
	target->labels = K;
	for (size_t i = 0; i < n; i++)
		if (t->text[i] != NO_TEXT)
			t->y[i] = (double)place[label[t->text[i]]];
	/* The bytes of the labels move to the dataset. */
	r->ds->labels[k] = t->texts;
	t->texts = (struct names){0};
	free(label);
	free(place);
	return MTL_OK;
nomem:
	free(label);
	free(place);
	return err_nomem(r->err);
}

static enum mtl_status
settle_targets(struct reader *r, struct notes *notes)
{
	for (size_t k = 0; k < r->ds->R; k++) {
		struct reading *t = &r->target[k];
		struct target *target = &r->ds->target[k];
		enum mtl_status st;

		target->chosen = t->want == READ_AUTO && t->kind.n > 0;
		target->classes = t->want == READ_CLASSES ||
		    (target->chosen && target_is_classes(&t->kind));
		if (target->classes && (st = sort_labels(r, k)) != MTL_OK)
			return st;
		if (t->odd != NULL && t->numbers > t->kind.n / 2)
			notes_add(notes, WARNING, "%s, but %zu labels are: "
			    "all are taken as classes (--loss squared refuses "
			    "it, --na names missing labels)", t->odd,
			    t->numbers);
	}
	return MTL_OK;
}

/* Name of the task (value, target) as predictions will call it. */
static enum mtl_status
task_named(struct reader *r, size_t value, size_t target, size_t *index)
{
	struct dataset *ds = r->ds;
	struct str a = ds->task_value.n > 0 ? ds->task_value.name[value] :
						str_of("y");
	struct str b = ds->target_name.name[target], name = a;
	char *joined = NULL;

	if (ds->layout == LAYOUT_WIDE)
		name = b;
	if (ds->layout == LAYOUT_MIXED) {
		joined = mem_new(a.len + b.len + 2, 1);
		if (joined == NULL)
			return err_nomem(r->err);
		memcpy(joined, a.s, a.len);
		joined[a.len] = '/';
		memcpy(joined + a.len + 1, b.s, b.len);
		name = (struct str){joined, a.len + 1 + b.len};
	}
	*index = names_add(&ds->task_name, name);
	free(joined);
	return *index == SIZE_MAX ? err_nomem(r->err) : MTL_OK;
}

/*
 * Lists the tasks that have a labelled row, and each one's pairs. id[v*R + k]
 * is the number of task (value v, target k), by first appearance in the rows;
 * in wide layout by column.
 */
static enum mtl_status
number_tasks(struct reader *r, size_t *id)
{
	struct dataset *ds = r->ds;
	size_t R = ds->R, V = ds->task_value.n > 0 ? ds->task_value.n : 1;
	enum mtl_status st;

	for (size_t i = 0; i < ds->n; i++) {
		size_t v = r->task != NULL ? r->task[i] : 0;

		for (size_t k = 0; k < R; k++) {
			if (r->target[k].text[i] != NO_TEXT)
				id[v * R + k]++;
		}
	}
	/* Column order in wide tables, else the order of the values. */
	for (size_t v = 0; v < V; v++)
		for (size_t k = 0; k < R; k++) {
			struct task *task = &ds->task[ds->T];
			size_t n = id[v * R + k], index;

			id[v * R + k] = SIZE_MAX;
			if (n == 0)
				continue;
			if ((st = task_named(r, v, k, &index)) != MTL_OK)
				return st;
			if (index != ds->T)
				return err_set(r->err, MTL_INPUT, "two tasks "
				    "are named '%s' (a '/' in a task's name?)",
				    ds->task_name.name[index].s);
			id[v * R + k] = ds->T++;
			task->target = k;
			if (ds->task_value.n > 0)
				task->value = ds->task_value.name[v];
			task->row = mem_new(n, sizeof *task->row);
			task->y = mem_new(n, sizeof *task->y);
			if (task->row == NULL || task->y == NULL)
				return err_nomem(r->err);
		}
	for (size_t t = 0; t < ds->T; t++)
		ds->task[t].name = ds->task_name.name[t];
	return MTL_OK;
}

static void
list_pairs(struct reader *r, const size_t *id)
{
	struct dataset *ds = r->ds;

	for (size_t i = 0; i < ds->n; i++) {
		size_t v = r->task != NULL ? r->task[i] : 0;

		for (size_t k = 0; k < ds->R; k++) {
			struct task *task;

			if (r->target[k].text[i] == NO_TEXT)
				continue;
			task = &ds->task[id[v * ds->R + k]];
			task->row[task->n] = i;
			task->y[task->n++] = r->target[k].y[i];
		}
	}
}

static void
swap_doubles(double *a, double *b, size_t n)
{
	for (size_t j = 0; j < n; j++) {
		double x = a[j];

		a[j] = b[j];
		b[j] = x;
	}
}

static void
swap_sizes(size_t *a, size_t i, size_t j)
{
	size_t x;

	if (a == NULL)
		return;
	x = a[i];
	a[i] = a[j];
	a[j] = x;
}

static void
swap_rows(struct reader *r, size_t i, size_t j)
{
	struct dataset *ds = r->ds;
	uint32_t task = r->task[i];

	swap_doubles(ds->X + i * ds->d, ds->X + j * ds->d, ds->d);
	if (ds->weight != NULL)
		swap_doubles(&ds->weight[i], &ds->weight[j], 1);
	swap_sizes(ds->fold, i, j);
	swap_sizes(ds->group, i, j);
	swap_sizes(ds->at, i, j);
	swap_sizes(ds->id, i, j);
	r->task[i] = r->task[j];
	r->task[j] = task;
	for (size_t k = 0; k < ds->R; k++) {
		struct reading *t = &r->target[k];
		uint32_t text = t->text[i];

		swap_doubles(&t->y[i], &t->y[j], 1);
		t->text[i] = t->text[j];
		t->text[j] = text;
	}
}

/*
 * Sorts the rows by task value, in place, along the cycles of the
 * permutation, so that each task's rows lie side by side.
 */
static enum mtl_status
sort_rows(struct reader *r)
{
	size_t n = r->ds->n, V = r->ds->task_value.n;
	size_t *start = mem_new(V + 1, sizeof *start);
	size_t *to = mem_new(n, sizeof *to); /* where row i belongs */
	enum mtl_status st = MTL_OK;

	if (start == NULL || to == NULL) {
		st = err_nomem(r->err);
		goto out;
	}
	for (size_t i = 0; i < n; i++)
		start[r->task[i] + 1]++;
	for (size_t v = 0; v < V; v++)
		start[v + 1] += start[v];
	for (size_t i = 0; i < n; i++)
		to[i] = start[r->task[i]]++;
	for (size_t i = 0; i < n; i++)
		while (to[i] != i) {
			size_t j = to[i];

			swap_rows(r, i, j);
			to[i] = to[j];
			to[j] = j;
		}
out:
	free(start);
	free(to);
	return st;
}

/* Tasks that have rows, and no label; rows without a task make none. */
static void
say_empty(const struct reader *r, size_t slots, struct notes *notes)
{
	const struct dataset *ds = r->ds;
	size_t empty = slots - ds->T;

	for (size_t v = 0; v < ds->task_value.n; v++)
		if (columns_missing(r->cols, ds->task_value.name[v]))
			empty -= ds->R;
	if (empty > 0 && ds->layout != LAYOUT_MIXED)
		notes_add(notes, NOTE, "%zu task%s without a labelled row "
		    "left out", empty, empty == 1 ? "" : "s");
}

static enum mtl_status
make_tasks(struct reader *r, struct notes *notes)
{
	struct dataset *ds = r->ds;
	size_t V = ds->task_value.n > 0 ? ds->task_value.n : 1, slots;
	size_t *id = NULL;
	enum mtl_status st = MTL_OK;

	if (__builtin_mul_overflow(V, ds->R, &slots) ||
	    (id = mem_new(slots, sizeof *id)) == NULL ||
	    (ds->task = mem_new(slots, sizeof *ds->task)) == NULL) {
		st = err_nomem(r->err);
		goto out;
	}
	if (r->task != NULL && (st = sort_rows(r)) != MTL_OK)
		goto out;
	if ((st = number_tasks(r, id)) != MTL_OK)
		goto out;
	list_pairs(r, id);
	say_empty(r, slots, notes);
out:
	free(id);
	return st;
}

static void
say_left_out(struct notes *notes, size_t n, const char *why)
{
	if (n > 0)
		notes_add(notes, NOTE, "%zu row%s %s left out", n,
		    n == 1 ? "" : "s", why);
}

static enum mtl_status
copy_names(struct names *to, struct str name)
{
	return names_add(to, name) == SIZE_MAX ? MTL_NOMEM : MTL_OK;
}

/* Names of features, modalities and targets, from the columns. */
static enum mtl_status
name_columns(struct reader *r)
{
	struct dataset *ds = r->ds;
	const struct columns *cols = r->cols;

	ds->d = cols->features;
	ds->R = cols->targets;
	ds->layout = cols->layout;
	ds->modality = mem_new(ds->d, sizeof *ds->modality);
	ds->target = mem_new(ds->R, sizeof *ds->target);
	ds->labels = mem_new(ds->R, sizeof *ds->labels);
	r->target = mem_new(ds->R, sizeof *r->target);
	if (ds->modality == NULL || ds->target == NULL || ds->labels == NULL ||
	    r->target == NULL)
		return err_nomem(r->err);
	for (size_t j = 0; j < ds->d; j++) {
		if (copy_names(&ds->feature,
			r->rows->name[cols->feature[j]]) != MTL_OK)
			return err_nomem(r->err);
		ds->modality[j] = cols->modality[cols->feature[j]];
	}
	for (size_t m = 0; m < cols->modalities.n; m++)
		if (copy_names(&ds->modalities,
			cols->modalities.name[m]) != MTL_OK)
			return err_nomem(r->err);
	for (size_t k = 0; k < ds->R; k++) {
		struct reading *t = &r->target[k];

		if (copy_names(&ds->target_name,
			cols->target_name.name[k]) != MTL_OK)
			return err_nomem(r->err);
		if (r->opts->read != NULL)
			t->want = r->opts->read[k];
		t->numbers_only = t->want == READ_NUMBERS ||
		    t->want == READ_COUNTS;
	}
	for (size_t k = 0; k < ds->R; k++)
		ds->target[k].name = ds->target_name.name[k];
	return MTL_OK;
}

static enum mtl_status
check_columns(const struct reader *r)
{
	if (r->cols->targets == 0)
		return err_set(r->err, MTL_INPUT, "%s: no target: name a "
		    "column y, or y:NAME, or use --target%s",
		    r->rows->file, rows_hint(r->rows));
	if (r->cols->features == 0)
		return err_set(r->err, MTL_INPUT, "%s: no feature columns",
		    r->rows->file);
	return MTL_OK;
}

static enum mtl_status
read_all(struct reader *r, struct notes *notes)
{
	struct dataset *ds = r->ds;
	enum mtl_status st;

	for (;;) {
		bool end;

		if ((st = rows_next(r->rows, &end, r->err)) != MTL_OK)
			return st;
		if (end)
			break;
		if ((st = read_row(r)) != MTL_OK)
			return st;
	}
	say_left_out(notes, r->unlabelled, "without a label");
	say_left_out(notes, r->untasked, "without a task");
	say_left_out(notes, r->weightless, "of weight 0");
	keep_train(r, notes);
	if (ds->n == 0)
		return err_set(r->err, MTL_INPUT, "%s: no labelled rows%s",
		    r->rows->file,
		    r->rows->left_out > 0 ? " that --where keeps" : "");
	return MTL_OK;
}

enum mtl_status
dataset_read(struct dataset *ds, struct rows *rows,
    const struct columns *cols, const struct dataset_opts *opts,
    struct notes *notes, struct mtl_err *err)
{
	struct reader r = {.ds = ds, .rows = rows, .cols = cols, .opts = opts,
	    .err = err};
	enum mtl_status st;

	*ds = (struct dataset){0};
	if ((st = check_columns(&r)) != MTL_OK ||
	    (st = name_columns(&r)) != MTL_OK ||
	    (st = read_all(&r, notes)) != MTL_OK ||
	    (st = settle_targets(&r, notes)) != MTL_OK ||
	    (st = make_tasks(&r, notes)) != MTL_OK)
		dataset_clear(ds);
	for (size_t k = 0; r.target != NULL && k < cols->targets; k++) {
		names_clear(&r.target[k].texts);
		free(r.target[k].y);
		free(r.target[k].text);
		free(r.target[k].odd);
	}
	free(r.target);
	free(r.task);
	free(r.split);
	return st;
}

void
dataset_clear(struct dataset *ds)
{
	for (size_t t = 0; ds->task != NULL && t < ds->T; t++) {
		free(ds->task[t].row);
		free(ds->task[t].y);
	}
	for (size_t k = 0; k < ds->R; k++) {
		if (ds->target != NULL)
			free(ds->target[k].label);
		if (ds->labels != NULL)
			names_clear(&ds->labels[k]);
	}
	free(ds->X);
	free(ds->weight);
	free(ds->fold);
	free(ds->group);
	free(ds->at);
	free(ds->id);
	free(ds->modality);
	free(ds->task);
	free(ds->target);
	free(ds->labels);
	names_clear(&ds->feature);
	names_clear(&ds->modalities);
	names_clear(&ds->task_name);
	names_clear(&ds->task_value);
	names_clear(&ds->target_name);
	names_clear(&ds->fold_name);
	names_clear(&ds->group_name);
	names_clear(&ds->id_name);
	*ds = (struct dataset){0};
}
