#include "data/split_table.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "data/strata.h"

/* What is needed while rows come in, beside the table itself. */
struct reading {
	struct split_table *table;
	struct rows *rows;
	size_t each, group, order; /* columns, or SIZE_MAX */
	size_t *by;                /* [bys] columns of --stratify=COL,... */
	size_t bys;
	struct str *part;          /* [bys] their cells */
	bool *goes;                /* [columns] is replaced */
	bool requote;              /* some go, so no row is kept as read */
	struct texts order_cell;   /* of each row */
	struct strata strata;
	bool has_strata;
	FILE *fp;                  /* a row quoted anew, in text */
	char *text;
	size_t text_len;
};

static enum mtl_status
find(const struct reading *in, size_t *column, const char *option,
    const char *name, struct mtl_err *err)
{
	*column = SIZE_MAX;
	if (name == NULL)
		return MTL_OK;
	return rows_find(in->rows, column, option, str_of(name), err);
}

/* The columns of "COL,COL". */
static enum mtl_status
find_list(struct reading *in, const char *list, struct mtl_err *err)
{
	size_t n = 1;

	for (const char *p = list; *p != '\0'; p++)
		n += *p == ',';
	in->by = mem_new(n, sizeof(*in->by));
	in->part = mem_new(n, sizeof(*in->part));
	if (in->by == NULL || in->part == NULL)
		return err_nomem(err);
	for (const char *p = list; in->bys < n; in->bys++) {
		struct str name = {p, strcspn(p, ",")};
		enum mtl_status st = rows_find(in->rows, &in->by[in->bys],
		    "--stratify", name, err);

		if (st != MTL_OK)
			return st;
		p += name.len + 1;
	}
	return MTL_OK;
}

/* Marks the columns that will be written anew, and says so. */
static enum mtl_status
find_replaced(struct reading *in, const struct split_columns *want,
    struct notes *notes, struct mtl_err *err)
{
	in->goes = mem_new(in->rows->columns, sizeof(*in->goes));
	if (in->goes == NULL)
		return err_nomem(err);
	for (size_t j = 0; j < in->rows->columns; j++) {
		struct str name = in->rows->name[j];

		in->goes[j] = (want->split && str_is(name, "split")) ||
		    (want->fold && str_is(name, "fold"));
		if (in->goes[j]) {
			in->requote = true;
			notes_add(notes, NOTE, "the column '%s' of the input "
			    "is replaced", want->split && str_is(name, "split")
				? "split" : "fold");
		} else if (str_is(name, "split")) {
			notes_add(notes, NOTE, "the column 'split' of the "
			    "input stays; mtl-train goes by it");
		}
		if (!in->goes[j] && !texts_add(&in->table->name, name))
			return err_nomem(err);
	}
	return MTL_OK;
}

static enum mtl_status
start(struct reading *in, const struct split_columns *want,
    const struct columns *cols, struct notes *notes, struct mtl_err *err)
{
	enum mtl_status st = find_replaced(in, want, notes, err);

	if (st == MTL_OK)
		st = find(in, &in->each, "--each", want->each, err);
	if (st == MTL_OK)
		st = find(in, &in->group, "--group", want->group, err);
	if (st == MTL_OK)
		st = find(in, &in->order, "--order", want->order, err);
	if (st == MTL_OK && want->stratify != NULL) {
		in->has_strata = *want->stratify == '\0';
		st = in->has_strata ? strata_init(&in->strata, cols, err)
				    : find_list(in, want->stratify, err);
	}
	return st;
}

/* The row's cells that stay, quoted where they must be, into in->text. */
static bool
quote_row(struct reading *in)
{
	struct csvout out;

	if (in->fp == NULL)
		in->fp = open_memstream(&in->text, &in->text_len);
	if (in->fp == NULL || fseeko(in->fp, 0, SEEK_SET) != 0)
		return false;
	csvout_init(&out, in->fp, in->table->delimiter);
	for (size_t j = 0; j < in->rows->columns; j++)
		if (!in->goes[j])
			csvout_str(&out, in->rows->cell[j]);
	csvout_end(&out);
	return fflush(in->fp) == 0 && !ferror(in->fp);
}

static enum mtl_status
keep_row(struct reading *in, struct mtl_err *err)
{
	struct str row = in->rows->raw;
	bool ok = true;

	if (in->requote || !in->rows->in_order) {
		ok = quote_row(in);
		/* Without the line end. */
		row = (struct str){in->text, ok ? in->text_len - 1 : 0};
	}
	ok = ok && texts_add(&in->table->row, row);
	return ok ? MTL_OK : err_nomem(err);
}

static enum mtl_status
refuse_empty(const struct reading *in, size_t j, const char *what,
    struct mtl_err *err)
{
	if (j == SIZE_MAX || in->rows->cell[j].len > 0)
		return MTL_OK;
	return rows_bad(in->rows, j, err, "the cell is empty, so the row has "
	    "no %s", what);
}

static enum mtl_status
keep_keys(struct reading *in, struct mtl_err *err)
{
	const struct str *cell = in->rows->cell;
	struct split_table *table = in->table;
	enum mtl_status st = refuse_empty(in, in->group, "group", err);

	if (st == MTL_OK)
		st = refuse_empty(in, in->order, "place in the order", err);
	if (st == MTL_OK && in->each != SIZE_MAX)
		st = keys_add(&table->each, &cell[in->each], 1, err);
	if (st == MTL_OK && in->group != SIZE_MAX)
		st = keys_add(&table->group, &cell[in->group], 1, err);
	for (size_t i = 0; i < in->bys; i++)
		in->part[i] = cell[in->by[i]];
	if (st == MTL_OK && in->bys > 0)
		st = keys_add(&table->stratum, in->part, in->bys, err);
	if (st == MTL_OK && in->has_strata)
		st = strata_see(&in->strata, cell, err);
	if (st == MTL_OK && in->order != SIZE_MAX &&
	    !texts_add(&in->order_cell, cell[in->order]))
		st = err_nomem(err);
	return st;
}

struct ordered {
	double x;
	struct str text;
	size_t row;
};

static int
compare_ordered(const void *pa, const void *pb)
{
	const struct ordered *a = pa, *b = pb;
	int bytes;

	if (a->x != b->x)
		return a->x < b->x ? -1 : 1;
	bytes = str_cmp(a->text, b->text);
	if (bytes != 0)
		return bytes;
	return a->row < b->row ? -1 : a->row > b->row;
}

/* By number if all are numbers, else by bytes; ties as in the file. */
static enum mtl_status
make_order(struct reading *in, struct mtl_err *err)
{
	size_t n = in->order_cell.n;
	struct ordered *o = mem_new(n, sizeof(*o));
	size_t *order = mem_new(n, sizeof(*order));
	bool all_numbers = true;

	if (o == NULL || order == NULL) {
		free(o);
		free(order);
		return err_nomem(err);
	}
	for (size_t i = 0; i < n; i++) {
		struct str t = texts_get(&in->order_cell, i);

		o[i] = (struct ordered){0, t, i};
		all_numbers = all_numbers &&
		    num_read(&o[i].x, t.s, t.len) == NUM_OK;
	}
	for (size_t i = 0; i < n; i++)
		if (all_numbers)
			o[i].text.len = 0; /* 1 and 1.0 are a tie */
		else
			o[i].x = 0;
	qsort(o, n, sizeof(*o), compare_ordered);
	for (size_t i = 0; i < n; i++)
		order[i] = o[i].row;
	free(o);
	in->table->order = order;
	return MTL_OK;
}

/* A group that has rows of two values of --each cannot be kept whole. */
static enum mtl_status
check_groups(const struct split_table *table, struct mtl_err *err)
{
	const struct keys *group = &table->group, *each = &table->each;
	size_t *of = mem_new(group->names.n, sizeof(*of)); /* each, from 1 */
	enum mtl_status st = of != NULL ? MTL_OK : err_nomem(err);
	char a[STR_SHOWN], b[STR_SHOWN];

	for (size_t i = 0; st == MTL_OK && i < group->n; i++) {
		size_t g = group->of[i];

		if (of[g] != 0 && of[g] != each->of[i] + 1)
			st = err_set(err, MTL_INPUT, "group '%s' has rows of "
			    "more than one value of '%s'",
			    str_show(a, group->names.name[g]),
			    str_show(b, str_of(table->each_column)));
		of[g] = each->of[i] + 1;
	}
	free(of);
	return st;
}

static enum mtl_status
finish(struct reading *in, struct notes *notes, struct mtl_err *err)
{
	struct split_table *table = in->table;
	enum mtl_status st = MTL_OK;

	if (in->has_strata)
		st = strata_finish(&in->strata, &table->stratum, notes, err);
	if (st == MTL_OK && (in->has_strata || in->bys > 0))
		st = keys_sort(&table->stratum, err);
	if (st == MTL_OK && in->order != SIZE_MAX)
		st = make_order(in, err);
	if (st == MTL_OK && in->group != SIZE_MAX && in->each != SIZE_MAX)
		st = check_groups(table, err);
	if (in->rows->left_out > 0)
		notes_add(notes, NOTE, "%zu of %zu rows left out by --where",
		    in->rows->left_out, in->rows->read);
	return st;
}

static void
reading_clear(struct reading *in)
{
	free(in->by);
	free(in->part);
	free(in->goes);
	texts_clear(&in->order_cell);
	strata_clear(&in->strata);
	if (in->fp != NULL)
		fclose(in->fp);
	free(in->text);
}

enum mtl_status
split_table_read(struct split_table *table, struct rows *rows,
    const struct split_columns *want, const struct columns *cols,
    char delimiter, struct notes *notes, struct mtl_err *err)
{
	struct reading in = {.table = table, .rows = rows};
	enum mtl_status st;
	bool end = false;

	*table = (struct split_table){.each_column = want->each,
	    .delimiter = delimiter};
	st = start(&in, want, cols, notes, err);
	while (st == MTL_OK) {
		st = rows_next(rows, &end, err);
		if (st != MTL_OK || end)
			break;
		st = keep_row(&in, err);
		if (st == MTL_OK)
			st = keep_keys(&in, err);
	}
	if (st == MTL_OK)
		st = finish(&in, notes, err);
	reading_clear(&in);
	return st;
}

static const size_t *
numbers(const struct keys *keys)
{
	return keys->n > 0 ? keys->of : NULL;
}

struct deal
split_table_deal(const struct split_table *table)
{
	return (struct deal){
	    .each = numbers(&table->each),
	    .each_column = table->each_column,
	    .stratum = numbers(&table->stratum),
	    .stratum_text = table->stratum.text,
	    .group = numbers(&table->group),
	};
}

void
split_table_names(const struct split_table *table, struct csvout *out)
{
	for (size_t j = 0; j < table->name.n; j++)
		csvout_str(out, texts_get(&table->name, j));
}

void
split_table_row(const struct split_table *table, size_t i, struct csvout *out)
{
	/* Of a table that was but a split or fold column nothing stays. */
	if (table->name.n > 0)
		csvout_raw(out, texts_get(&table->row, i));
}

void
split_table_clear(struct split_table *table)
{
	texts_clear(&table->name);
	texts_clear(&table->row);
	keys_clear(&table->each);
	keys_clear(&table->group);
	keys_clear(&table->stratum);
	free(table->order);
	*table = (struct split_table){0};
}
