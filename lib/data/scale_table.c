#include "data/scale_table.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"

/* --- features ------------------------------------------------------------ */

static enum mtl_status
add_onehot(struct scale *s, const struct rows *rows,
    const struct columns *cols, struct str name, struct mtl_err *err)
{
	char buf[STR_SHOWN];
	size_t j;
	enum mtl_status st = rows_find(rows, &j, "--onehot", name, err);

	if (st != MTL_OK)
		return st;
	str_show(buf, name);
	if (cols->role[j] != ROLE_FEATURE)
		return err_set(err, MTL_INPUT, "--onehot: column '%s' is no "
		    "feature", buf);
	if (names_find(&s->onehot.column, name) != SIZE_MAX)
		return err_set(err, MTL_USAGE, "--onehot: column '%s' comes "
		    "twice", buf);
	return onehot_column(&s->onehot, name) ? MTL_OK : err_nomem(err);
}

enum mtl_status
scale_table_features(struct scale *s, const struct rows *rows,
    const struct columns *cols, const char *onehot, struct mtl_err *err)
{
	const char *comma;

	for (const char *at = onehot; at != NULL;
	    at = comma != NULL ? comma + 1 : NULL) {
		enum mtl_status st;
		size_t len;

		comma = strchr(at, ',');
		len = comma != NULL ? (size_t)(comma - at) : strlen(at);
		st = add_onehot(s, rows, cols, (struct str){at, len}, err);
		if (st != MTL_OK)
			return st;
	}
	for (size_t k = 0; k < cols->features; k++) {
		struct str name = rows->name[cols->feature[k]];

		if (names_find(&s->onehot.column, name) == SIZE_MAX &&
		    names_add(&s->feature, name) == SIZE_MAX)
			return err_nomem(err);
	}
	return cols->features > 0 ? MTL_OK
	    : err_set(err, MTL_INPUT, "%s: no column is a feature",
		rows->file);
}

/* --- reading ------------------------------------------------------------- */

static bool
room(struct scale_table *t, bool by_task)
{
	const struct scaler *p = t->scaler;
	size_t n = t->n + 1, cells, levels;

	if (__builtin_mul_overflow(n, p->d, &cells) ||
	    __builtin_mul_overflow(n, p->L, &levels) ||
	    !mem_grow((void *)&t->X, &t->cap_X, cells, sizeof *t->X) ||
	    !mem_grow((void *)&t->level, &t->cap_level, levels,
		sizeof *t->level) ||
	    !mem_grow((void *)&t->train, &t->cap_train, n, sizeof *t->train))
		return false;
	if (by_task &&
	    !mem_grow((void *)&t->task, &t->cap_task, n, sizeof *t->task))
		return false;
	return p->cols->weight == SIZE_MAX ||
	    mem_grow((void *)&t->weight, &t->cap_weight, n,
		sizeof *t->weight);
}

static enum mtl_status
keep_weight(struct scale_table *t, struct mtl_err *err)
{
	const struct scaler *p = t->scaler;
	size_t j = p->cols->weight;
	struct str cell = p->rows->cell[j];
	double *w = &t->weight[t->n];
	char buf[STR_SHOWN];

	if (num_read(w, cell.s, cell.len) != NUM_OK || *w < 0)
		return rows_bad(p->rows, j, err, "'%s' is not a weight (a "
		    "number from 0 up)", str_show(buf, cell));
	return MTL_OK;
}

static void
keep_split(struct scale_table *t)
{
	const struct scaler *p = t->scaler;
	size_t j = p->cols->split;

	t->train[t->n] = false;
	if (j == SIZE_MAX)
		return;
	t->train[t->n] = str_is(p->rows->cell[j], "train");
	t->trains += t->train[t->n];
	t->tests += str_is(p->rows->cell[j], "test");
}

/* Cells of the current row that are no numbers. */
static bool
keep_texts(struct scale_table *t, bool by_task)
{
	const struct scaler *p = t->scaler;

	for (size_t k = 0; k < p->passes; k++)
		if (!texts_add(&t->pass, t->row.pass[k]))
			return false;
	for (size_t c = 0; c < p->L; c++) {
		size_t *level = &t->level[t->n * p->L + c];

		*level = SIZE_MAX;
		if (t->row.level[c].len > 0 && (*level =
		    names_add(&t->texts[c], t->row.level[c])) == SIZE_MAX)
			return false;
	}
	if (by_task) {
		t->task[t->n] = names_add(&t->tasks, t->row.task);
		return t->task[t->n] != SIZE_MAX;
	}
	return true;
}

static enum mtl_status
keep_row(struct scale_table *t, bool by_task, struct mtl_err *err)
{
	const struct scaler *p = t->scaler;
	enum mtl_status st;

	if (!room(t, by_task))
		return err_nomem(err);
	if ((st = scaler_read(&t->row, p, err)) != MTL_OK)
		return st;
	if (t->weight != NULL && (st = keep_weight(t, err)) != MTL_OK)
		return st;
	if (p->d > 0)
		memcpy(t->X + t->n * p->d, t->row.x, p->d * sizeof *t->X);
	keep_split(t);
	if (!keep_texts(t, by_task))
		return err_nomem(err);
	t->n++;
	return MTL_OK;
}

enum mtl_status
scale_table_read(struct scale_table *t, struct scaler *p, struct rows *rows,
    bool by_task, struct mtl_err *err)
{
	enum mtl_status st = MTL_OK;
	bool end = false;

	*t = (struct scale_table){.scaler = p,
	    .texts = mem_new(p->L, sizeof *t->texts)};
	if (t->texts == NULL || !scaler_row_new(&t->row, p))
		return err_nomem(err);
	if (by_task && p->cols->task == SIZE_MAX)
		return err_set(err, MTL_INPUT, "--by task: no column says the "
		    "rows' tasks (--task names it)");
	while (st == MTL_OK) {
		st = rows_next(rows, &end, err);
		if (st != MTL_OK || end)
			break;
		st = keep_row(t, by_task, err);
	}
	return st;
}

/* --- fitting ------------------------------------------------------------- */

/* Rows that count: those that train, but for weight 0. */
static size_t
choose_rows(size_t *row, const struct scale_table *t, struct notes *notes)
{
	const struct scaler *p = t->scaler;
	size_t split = p->cols->split, n = 0, weightless = 0;
	bool all = t->trains == 0 || t->tests == 0 || p->rows->filters[split];

	for (size_t i = 0; i < t->n; i++) {
		if (!all && !t->train[i])
			continue;
		if (t->weight != NULL && t->weight[i] == 0)
			weightless++;
		else
			row[n++] = i;
	}
	if (!all)
		notes_add(notes, NOTE, "fitted on the %zu rows whose split is "
		    "train, applied to all %zu", t->trains, t->n);
	if (weightless > 0)
		notes_add(notes, NOTE, "%zu row%s of weight 0 do%s not count",
		    weightless, weightless == 1 ? "" : "s",
		    weightless == 1 ? "es" : "");
	return n;
}

/* The distinct texts of column c in the rows become its levels. */
static enum mtl_status
fit_levels(const struct scale_table *t, struct scale *s, size_t c,
    const size_t *row, size_t n, struct mtl_err *err)
{
	const struct names *texts = &t->texts[c];
	struct str *level = mem_new(texts->n, sizeof *level);
	bool *seen = mem_new(texts->n, sizeof *seen);
	enum mtl_status st = MTL_OK;
	char buf[STR_SHOWN];
	size_t levels = 0;

	if (level == NULL || seen == NULL) {
		st = err_nomem(err);
		goto out;
	}
	for (size_t i = 0; i < n; i++) {
		size_t k = t->level[row[i] * t->scaler->L + c];

		if (k == SIZE_MAX || seen[k])
			continue;
		seen[k] = true;
		level[levels++] = texts->name[k];
	}
	if (levels == 0)
		st = err_set(err, MTL_INPUT, "--onehot: column '%s' has no "
		    "value", str_show(buf, s->onehot.column.name[c]));
	else if (!onehot_levels(&s->onehot, c, level, levels))
		st = err_nomem(err);
out:
	free(level);
	free(seen);
	return st;
}

/*
 * Tasks of the rows that count become the transform's, by first appearance;
 * of[] is the number there of each of the table's tasks, then of each row.
 */
static bool
fit_tasks(size_t *of, const struct scale_table *t, struct scale *s,
    const size_t *row, size_t n)
{
	size_t *number = mem_new(t->tasks.n, sizeof *number);

	if (number == NULL)
		return false;
	for (size_t i = 0; i < n; i++) {
		struct str name = t->tasks.name[t->task[row[i]]];

		if (name.len > 0 && names_add(&s->task, name) == SIZE_MAX) {
			free(number);
			return false;
		}
	}
	for (size_t k = 0; k < t->tasks.n; k++) {
		number[k] = names_find(&s->task, t->tasks.name[k]);
		if (number[k] == SIZE_MAX)
			number[k] = s->task.n;
	}
	for (size_t i = 0; i < t->n; i++)
		of[i] = number[t->task[i]];
	free(number);
	return true;
}

/* Modality of each of the transform's features. */
static void
find_modalities(size_t *modality, const struct scale_table *t)
{
	const struct scaler *p = t->scaler;

	for (size_t j = 0; j < p->rows->columns; j++)
		if (p->column[j].kind == SCALER_SCALED)
			modality[p->column[j].index] = p->cols->modality[j];
}

enum mtl_status
scale_table_fit(struct scale_table *t, struct scale *s,
    const struct scale_opts *opts, struct notes *notes, struct mtl_err *err)
{
	const struct columns *cols = t->scaler->cols;
	size_t *row = mem_new(t->n, sizeof *row);
	size_t *task = mem_new(t->n, sizeof *task);
	size_t *modality = mem_new(s->feature.n, sizeof *modality);
	struct scale_sample sample = {.d = s->feature.n,
	    .M = cols->modalities.n, .X = t->X, .row = row,
	    .weight = t->weight, .task = task, .modality = modality,
	    .modalities = &cols->modalities};
	/* Without features no figure depends on the task. */
	bool by_task = t->task != NULL && s->feature.n > 0;
	enum mtl_status st = MTL_OK;

	if (row == NULL || task == NULL || modality == NULL) {
		st = err_nomem(err);
		goto out;
	}
	sample.n = choose_rows(row, t, notes);
	if (sample.n == 0) {
		st = err_set(err, MTL_INPUT, "no row to fit on");
		goto out;
	}
	for (size_t c = 0; st == MTL_OK && c < t->scaler->L; c++)
		st = fit_levels(t, s, c, row, sample.n, err);
	if (st == MTL_OK && by_task && !fit_tasks(task, t, s, row, sample.n))
		st = err_nomem(err);
	if (st == MTL_OK && by_task && s->task.n == 0)
		st = err_set(err, MTL_INPUT, "--by task: no row has a task");
	find_modalities(modality, t);
	if (st == MTL_OK)
		st = scale_fit(s, &sample, opts, notes, err);
out:
	free(row);
	free(task);
	free(modality);
	return st;
}

/* --- handing out --------------------------------------------------------- */

const struct scaler_row *
scale_table_row(struct scale_table *t, size_t i)
{
	static const struct str missing = {"", 0};
	const struct scaler *p = t->scaler;
	struct scaler_row *row = &t->row;

	for (size_t k = 0; k < p->passes; k++)
		row->pass[k] = texts_get(&t->pass, i * p->passes + k);
	if (p->d > 0)
		memcpy(row->x, t->X + i * p->d, p->d * sizeof *row->x);
	for (size_t c = 0; c < p->L; c++) {
		size_t k = t->level[i * p->L + c];

		row->level[c] = k == SIZE_MAX ? missing : t->texts[c].name[k];
	}
	row->task = t->task != NULL ? t->tasks.name[t->task[i]] : missing;
	row->number = i + 1;
	return row;
}

void
scale_table_clear(struct scale_table *t)
{
	for (size_t c = 0; t->texts != NULL && c < t->scaler->L; c++)
		names_clear(&t->texts[c]);
	free(t->texts);
	names_clear(&t->tasks);
	texts_clear(&t->pass);
	free(t->X);
	free(t->level);
	free(t->task);
	free(t->weight);
	free(t->train);
	scaler_row_clear(&t->row);
	*t = (struct scale_table){0};
}
