#include "data/scaler.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"

static void
count(struct scaler_count *c, struct str text)
{
	char buf[STR_SHOWN];

	if (c->n++ == 0) {
		str_show(buf, text);
		c->first = mem_text(buf, strlen(buf));
	}
}

static const char *
first(const struct scaler_count *c)
{
	return c->first != NULL ? c->first : "?";
}

static const char *
plural(size_t n)
{
	return n == 1 ? "" : "s";
}

/* --- which column is what ------------------------------------------------ */

static enum mtl_status
taken(const struct scaler *p, size_t j, struct mtl_err *err)
{
	char buf[STR_SHOWN];

	return err_set(err, MTL_INPUT, "%s: column '%s' is a feature of the "
	    "transform, but none of these rows (an option or its name makes "
	    "it something else)", p->rows->file,
	    str_show(buf, p->rows->name[j]));
}

/* Features of the transform that the rows do not have. */
static enum mtl_status
absent(const struct scaler *p, const bool *found, struct mtl_err *err)
{
	const struct scale *s = p->s;
	size_t n = 0, at = 0;
	char buf[STR_SHOWN], more[64] = "";

	for (size_t k = p->d + p->L; k-- > 0;)
		if (!found[k]) {
			n++;
			at = k;
		}
	if (n == 0)
		return MTL_OK;
	if (n > 1)
		snprintf(more, sizeof more, " (and %zu more)", n - 1);
	return err_set(err, MTL_INPUT, "%s: no column '%s', a feature of the "
	    "transform%s", p->rows->file, str_show(buf, at < p->d
		? s->feature.name[at]
		: s->onehot.column.name[at - p->d]), more);
}

static enum mtl_status
plan(struct scaler *p, bool *found, struct mtl_err *err)
{
	const struct scale *s = p->s;

	for (size_t j = 0; j < p->rows->columns; j++) {
		struct str name = p->rows->name[j];
		size_t k = names_find(&s->feature, name);
		size_t c = names_find(&s->onehot.column, name);

		if (k == SIZE_MAX && c == SIZE_MAX) {
			p->column[j] = (struct scaler_column){SCALER_PASSES,
			    p->passes++};
			if (p->cols->role[j] == ROLE_FEATURE)
				count(&p->alien, name);
			continue;
		}
		if (p->cols->role[j] != ROLE_FEATURE)
			return taken(p, j, err);
		if (k != SIZE_MAX)
			p->column[j] = (struct scaler_column){SCALER_SCALED,
			    k};
		else
			p->column[j] = (struct scaler_column){SCALER_LEVELS,
			    c};
		found[k != SIZE_MAX ? k : p->d + c] = true;
	}
	return absent(p, found, err);
}

enum mtl_status
scaler_init(struct scaler *p, const struct scale *s, const struct rows *rows,
    const struct columns *cols, bool fitting, struct mtl_err *err)
{
	size_t d = s->feature.n, L = s->onehot.column.n;
	bool *found = mem_new(d + L, sizeof *found);
	enum mtl_status st;

	*p = (struct scaler){.s = s, .rows = rows, .cols = cols,
	    .fitting = fitting, .d = d, .L = L,
	    .column = mem_new(rows->columns, sizeof *p->column),
	    .z = mem_new(d, sizeof *p->z)};
	if (found == NULL || p->column == NULL || p->z == NULL)
		st = err_nomem(err);
	else
		st = plan(p, found, err);
	free(found);
	if (st != MTL_OK)
		scaler_clear(p);
	return st;
}

void
scaler_clear(struct scaler *p)
{
	free(p->column);
	free(p->z);
	free(p->alien.first);
	free(p->task.first);
	free(p->level.first);
	*p = (struct scaler){0};
}

/* --- a row in ------------------------------------------------------------ */

bool
scaler_row_new(struct scaler_row *row, const struct scaler *p)
{
	*row = (struct scaler_row){
	    .pass = mem_new(p->passes, sizeof *row->pass),
	    .x = mem_new(p->d, sizeof *row->x),
	    .level = mem_new(p->L, sizeof *row->level),
	};
	return row->pass != NULL && row->x != NULL && row->level != NULL;
}

void
scaler_row_clear(struct scaler_row *row)
{
	free(row->pass);
	free(row->x);
	free(row->level);
	*row = (struct scaler_row){0};
}

static enum mtl_status
read_number(double *x, const struct scaler *p, size_t j, struct mtl_err *err)
{
	struct str cell = p->rows->cell[j];
	char buf[STR_SHOWN];
	enum num_status bad;

	*x = (double)NAN;
	if (columns_missing(p->cols, cell))
		return MTL_OK;
	bad = num_read(x, cell.s, cell.len);
	if (bad == NUM_OK)
		return MTL_OK;
	str_show(buf, cell);
	if (bad == NUM_RANGE)
		return rows_bad(p->rows, j, err, "'%s' is out of a double's "
		    "range", buf);
	return rows_bad(p->rows, j, err, "'%s' is not a number (%s)", buf,
	    p->fitting ? "--onehot makes features of text, --ignore leaves "
		"the column out, --na names missing values"
		: "--na says which texts mean missing");
}

enum mtl_status
scaler_read(struct scaler_row *row, const struct scaler *p,
    struct mtl_err *err)
{
	const struct rows *rows = p->rows;
	static const struct str missing = {"", 0};
	size_t task = p->cols->task;

	for (size_t j = 0; j < rows->columns; j++) {
		const struct scaler_column *c = &p->column[j];
		struct str cell = rows->cell[j];
		enum mtl_status st = MTL_OK;

		if (c->kind == SCALER_SCALED)
			st = read_number(&row->x[c->index], p, j, err);
		else if (c->kind == SCALER_PASSES)
			row->pass[c->index] = cell;
		else
			row->level[c->index] = columns_missing(p->cols, cell)
			    ? missing : cell;
		if (st != MTL_OK)
			return st;
	}
	row->task = missing;
	if (task != SIZE_MAX && !columns_missing(p->cols, rows->cell[task]))
		row->task = rows->cell[task];
	return MTL_OK;
}

/* --- a row out ----------------------------------------------------------- */

static enum mtl_status
collision(const struct scaler *p, struct str column, const struct str *level,
    struct mtl_err *err)
{
	struct names names = {0};
	char buf[STR_SHOWN], made[STR_SHOWN], by[STR_SHOWN + 16] = "a level";
	enum mtl_status st;

	if (level != NULL && !onehot_name(&names, column, *level))
		return err_nomem(err);
	if (level != NULL)
		snprintf(by, sizeof by, "level '%s'", str_show(buf, *level));
	st = err_set(err, MTL_INPUT, "%s: %s makes a column '%s', but there "
	    "is one already", p->rows->file, by, str_show(made,
		level != NULL ? names.name[0] : column));
	names_clear(&names);
	return st;
}

/* The names of what column j becomes, each new. */
static enum mtl_status
output_column(struct names *names, const struct scaler *p, size_t j,
    struct mtl_err *err)
{
	struct str name = p->rows->name[j];
	const struct names *level;
	size_t n = names->n;

	if (p->column[j].kind != SCALER_LEVELS) {
		if (names_add(names, name) == SIZE_MAX)
			return err_nomem(err);
		return names->n > n ? MTL_OK : collision(p, name, NULL, err);
	}
	level = &p->s->onehot.level[p->column[j].index];
	for (size_t k = 0; k < level->n; k++, n++) {
		if (!onehot_name(names, name, level->name[k]))
			return err_nomem(err);
		if (names->n == n)
			return collision(p, name, &level->name[k], err);
	}
	return MTL_OK;
}

enum mtl_status
scaler_header(const struct scaler *p, struct csvout *out, struct mtl_err *err)
{
	struct names names = {0};
	enum mtl_status st = MTL_OK;

	for (size_t j = 0; st == MTL_OK && j < p->rows->columns; j++)
		st = output_column(&names, p, j, err);
	if (st == MTL_OK) {
		for (size_t k = 0; k < names.n; k++)
			csvout_str(out, names.name[k]);
		csvout_end(out);
	}
	names_clear(&names);
	return st;
}

static enum mtl_status
beyond(const struct scaler *p, const struct scaler_row *row, size_t k,
    struct mtl_err *err)
{
	static const char what[] = "scaled, its value is out of a double's "
	    "range";
	char buf[STR_SHOWN];

	for (size_t j = 0; row->number == 0 && j < p->rows->columns; j++)
		if (p->column[j].kind == SCALER_SCALED &&
		    p->column[j].index == k)
			return rows_bad(p->rows, j, err, "%s", what);
	return err_set(err, MTL_NUMERIC, "column '%s', row %zu: %s",
	    str_show(buf, p->s->feature.name[k]), row->number, what);
}

/* The row's group; rows of tasks that have none are counted. */
static size_t
group_of(struct scaler *p, const struct scaler_row *row)
{
	size_t t;

	if (p->s->task.n == 0)
		return 0;
	t = names_find(&p->s->task, row->task);
	if (t == SIZE_MAX)
		count(&p->task, row->task);
	return scale_group(p->s, t);
}

static enum mtl_status
scale_row(struct scaler *p, const struct scaler_row *row, struct mtl_err *err)
{
	size_t g = group_of(p, row);

	for (size_t k = 0; k < p->d; k++) {
		p->z[k] = scale_apply(p->s, g, k, row->x[k]);
		if (isinf(p->z[k]))
			return beyond(p, row, k, err);
		p->filled += isnan(row->x[k]) && p->s->fill != NULL;
	}
	return MTL_OK;
}

static void
write_levels(struct scaler *p, const struct scaler_row *row, size_t c,
    struct csvout *out)
{
	const struct names *level = &p->s->onehot.level[c];
	struct str cell = row->level[c];
	size_t is = names_find(level, cell);

	if (cell.len == 0)
		p->unlevelled++;
	else if (is == SIZE_MAX)
		count(&p->level, cell);
	for (size_t k = 0; k < level->n; k++)
		csvout_text(out, k == is ? "1" : "0");
}

enum mtl_status
scaler_write(struct scaler *p, const struct scaler_row *row,
    struct csvout *out, struct mtl_err *err)
{
	enum mtl_status st = scale_row(p, row, err);

	if (st != MTL_OK)
		return st;
	for (size_t j = 0; j < p->rows->columns; j++) {
		size_t k = p->column[j].index;

		switch (p->column[j].kind) {
		case SCALER_PASSES: csvout_str(out, row->pass[k]); break;
		case SCALER_SCALED: csvout_num(out, p->z[k]); break;
		case SCALER_LEVELS: write_levels(p, row, k, out); break;
		}
	}
	csvout_end(out);
	p->n++;
	return MTL_OK;
}

/* --- in the end ---------------------------------------------------------- */

void
scaler_notes(const struct scaler *p, struct notes *notes)
{
	const struct scaler_count *t = &p->task, *v = &p->level;

	if (t->n > 0 && p->cols->task == SIZE_MAX)
		notes_add(notes, WARNING, "no column says the rows' tasks "
		    "(--task names it): %zu row%s scaled by the figures of "
		    "all rows", t->n, plural(t->n));
	else if (t->n > 0)
		notes_add(notes, WARNING, "%zu row%s of tasks that the "
		    "transform does not know, the first '%s', scaled by the "
		    "figures of all rows", t->n, plural(t->n), first(t));
	if (v->n > 0)
		notes_add(notes, WARNING, "%zu cell%s with a level that the "
		    "transform does not know, the first '%s': 0 in all its "
		    "columns", v->n, plural(v->n), first(v));
	if (p->unlevelled > 0)
		notes_add(notes, NOTE, "%zu missing cell%s of text columns: 0 "
		    "in all columns of levels", p->unlevelled,
		    plural(p->unlevelled));
	if (p->filled > 0)
		notes_add(notes, NOTE, "%zu missing cell%s filled", p->filled,
		    plural(p->filled));
	if (p->alien.n > 0)
		notes_add(notes, NOTE, "%zu feature%s that the transform does "
		    "not know pass%s unchanged (the first is '%s')",
		    p->alien.n, plural(p->alien.n),
		    p->alien.n == 1 ? "es" : "", first(&p->alien));
}
