#include "table/rows.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/names.h"

struct rows_state {
	const struct rows_opts *opts;
	size_t next;        /* file to open next */
	struct csv *csv;    /* the open file, or NULL */
	struct csv_row row; /* as its file has it */
	bool pending;       /* row is a first row that was read for its width */
	struct names names; /* of the columns; owns their bytes */
	size_t *from;       /* [columns] cell j of the table is cell from[j] */
	bool in_order;
	struct str *cell;   /* [columns] permuted */
	struct where *where; /* [opts->wheres] */
	char *file;         /* copy of its name, for messages */
};

static const char *
file_at(const struct rows_opts *opts, size_t i)
{
	return opts->files > 0 ? opts->file[i] : "-";
}

static size_t
file_count(const struct rows_opts *opts)
{
	return opts->files > 0 ? opts->files : 1;
}

static enum mtl_status
bad_header(const struct rows_state *s, struct mtl_err *err, const char *what,
    struct str name)
{
	char buf[STR_SHOWN];

	return err_set(err, MTL_INPUT, "%s:1: %s '%s'", s->file, what,
	    str_show(buf, name));
}

/* Column names of the first file. */
static enum mtl_status
first_header(struct rows *rows, struct mtl_err *err)
{
	struct rows_state *s = rows->state;
	size_t n = s->row.n;

	for (size_t j = 0; j < n; j++) {
		char made[32];
		struct str name = s->row.cell[j];
		size_t i;

		if (s->opts->no_header) {
			snprintf(made, sizeof made, "x%zu", j + 1);
			name = str_of(made);
		}
		if (name.len == 0)
			return err_set(err, MTL_INPUT,
			    "%s:1: column %zu has no name", s->file, j + 1);
		i = names_add(&s->names, name);
		if (i == SIZE_MAX)
			return err_nomem(err);
		if (i != j)
			return bad_header(s, err, "two columns are named",
			    name);
	}
	rows->columns = n;
	rows->name = s->names.name;
	rows->filters = mem_new(n, sizeof *rows->filters);
	s->from = mem_new(n, sizeof *s->from);
	s->cell = mem_new(n, sizeof *s->cell);
	if (rows->filters == NULL || s->from == NULL || s->cell == NULL)
		return err_nomem(err);
	for (size_t j = 0; j < n; j++)
		s->from[j] = j;
	s->in_order = true;
	return MTL_OK;
}

/* Another file's header: the same names in some order. */
static enum mtl_status
later_header(struct rows *rows, struct mtl_err *err)
{
	struct rows_state *s = rows->state;

	for (size_t j = 0; j < rows->columns; j++)
		s->from[j] = SIZE_MAX;
	for (size_t k = 0; k < s->row.n; k++) {
		size_t j = s->opts->no_header ?
		    (k < rows->columns ? k : SIZE_MAX) :
		    names_find(&s->names, s->row.cell[k]);

		if (s->opts->no_header && j == SIZE_MAX)
			return err_set(err, MTL_INPUT, "%s:1: %zu cells, but "
			    "%s has %zu columns", s->file, s->row.n,
			    file_at(s->opts, 0), rows->columns);
		if (j == SIZE_MAX)
			return bad_header(s, err, "the first file has no "
			    "column", s->row.cell[k]);
		if (s->from[j] != SIZE_MAX)
			return bad_header(s, err, "two columns are named",
			    rows->name[j]);
		s->from[j] = k;
	}
	s->in_order = true;
	for (size_t j = 0; j < rows->columns; j++) {
		if (s->from[j] == SIZE_MAX)
			return bad_header(s, err, "there is no column",
			    rows->name[j]);
		s->in_order = s->in_order && s->from[j] == j;
	}
	return MTL_OK;
}

/* Opens the next file and reads its header, or its first row without. */
static enum mtl_status
next_file(struct rows *rows, struct mtl_err *err)
{
	struct rows_state *s = rows->state;
	const char *path = file_at(s->opts, s->next);
	enum mtl_status st;
	bool end;

	csv_close(s->csv);
	s->csv = NULL;
	free(s->file);
	s->file = mem_text(path, strlen(path));
	if (s->file == NULL)
		return err_nomem(err);
	rows->file = s->file;
	st = csv_open(&s->csv, path, s->opts->delimiter, s->opts->wait,
	    s->opts->arg, err);
	if (st != MTL_OK ||
	    (st = csv_next(s->csv, &s->row, &end, err)) != MTL_OK)
		return st;
	if (end)
		return err_set(err, MTL_INPUT, "%s: empty input", s->file);
	st = s->next == 0 ? first_header(rows, err) : later_header(rows, err);
	s->next++;
	s->pending = s->opts->no_header;
	return st;
}

/*
 * COL=VALUE or COL!=VALUE: every '=' might be the one that counts; the longest
 * name that a column has wins.
 */
static enum mtl_status
parse_where(struct where *where, const struct rows *rows, const char *text,
    struct mtl_err *err)
{
	char buf[STR_SHOWN];
	const char *first = strchr(text, '=');
	struct str name;

	if (first == NULL || first == text)
		return err_set(err, MTL_USAGE,
		    "--where: '%s' is not COL=VALUE or COL!=VALUE",
		    str_show(buf, str_of(text)));
	for (size_t end = strlen(text); end-- > 1;) {
		size_t j;

		if (text[end] != '=')
			continue;
		name = (struct str){text, end};
		j = names_find(&rows->state->names, name);
		where->differs = false;
		if (j == SIZE_MAX && text[end - 1] == '!') {
			name.len--;
			j = names_find(&rows->state->names, name);
			where->differs = true;
		}
		if (j == SIZE_MAX)
			continue;
		where->column = j;
		where->value = str_of(text + end + 1);
		return MTL_OK;
	}
	name = (struct str){text, (size_t)(first - text)};
	if (name.len > 1 && name.s[name.len - 1] == '!')
		name.len--;
	return rows_find(rows, &where->column, "--where", name, err);
}

static enum mtl_status
parse_wheres(struct rows *rows, struct mtl_err *err)
{
	struct rows_state *s = rows->state;

	s->where = mem_new(s->opts->wheres, sizeof *s->where);
	if (s->where == NULL)
		return err_nomem(err);
	for (size_t k = 0; k < s->opts->wheres; k++) {
		enum mtl_status st = parse_where(&s->where[k], rows,
		    s->opts->where[k], err);

		if (st != MTL_OK)
			return st;
		rows->filters[s->where[k].column] = true;
	}
	return MTL_OK;
}

enum mtl_status
rows_open(struct rows *rows, const struct rows_opts *opts, struct mtl_err *err)
{
	enum mtl_status st;

	*rows = (struct rows){.state = mem_new(1, sizeof *rows->state)};
	if (rows->state == NULL)
		return err_nomem(err);
	rows->state->opts = opts;
	progress_stage(opts->progress, "reading, row");
	if ((st = next_file(rows, err)) != MTL_OK ||
	    (st = parse_wheres(rows, err)) != MTL_OK)
		rows_close(rows);
	return st;
}

/* The next row of any file, in its own order; *end after the last. */
static enum mtl_status
next_raw(struct rows *rows, bool *end, struct mtl_err *err)
{
	struct rows_state *s = rows->state;

	*end = false;
	if (s->pending) {
		s->pending = false;
		return MTL_OK;
	}
	for (;;) {
		enum mtl_status st = csv_next(s->csv, &s->row, end, err);

		if (st != MTL_OK || !*end)
			return st;
		if (s->next == file_count(s->opts))
			return MTL_OK;
		if ((st = next_file(rows, err)) != MTL_OK)
			return st;
		if (s->pending) {
			s->pending = false;
			*end = false;
			return MTL_OK;
		}
	}
}

static enum mtl_status
check_width(const struct rows *rows, struct mtl_err *err)
{
	const struct rows_state *s = rows->state;

	if (s->row.n == rows->columns)
		return MTL_OK;
	if (s->row.raw.len == 0)
		return err_set(err, MTL_INPUT, "%s:%zu: a blank line", s->file,
		    s->row.line);
	return err_set(err, MTL_INPUT, "%s:%zu: %zu cell%s, but %s %zu",
	    s->file, s->row.line, s->row.n, s->row.n == 1 ? "" : "s",
	    s->opts->no_header ? "the first row has" : "the header has",
	    rows->columns);
}

static bool
passes(const struct rows *rows)
{
	const struct rows_state *s = rows->state;

	for (size_t k = 0; k < s->opts->wheres; k++)
		if (str_eq(rows->cell[s->where[k].column],
			s->where[k].value) == s->where[k].differs)
			return false;
	return true;
}

enum mtl_status
rows_next(struct rows *rows, bool *end, struct mtl_err *err)
{
	struct rows_state *s = rows->state;

	do {
		enum mtl_status st = next_raw(rows, end, err);

		if (st != MTL_OK || *end)
			return st;
		if ((st = check_width(rows, err)) != MTL_OK)
			return st;
		rows->cell = s->row.cell;
		if (!s->in_order) {
			for (size_t j = 0; j < rows->columns; j++)
				s->cell[j] = s->row.cell[s->from[j]];
			rows->cell = s->cell;
		}
		rows->raw = s->row.raw;
		rows->in_order = s->in_order;
		rows->line = s->row.line;
		progress_set(s->opts->progress, ++rows->read);
		if (passes(rows))
			return MTL_OK;
		rows->left_out++;
	} while (true);
}

const char *
rows_hint(const struct rows *rows)
{
	return rows->columns == 1 && strpbrk(rows->name[0].s, ",;|\t") != NULL ?
	    " (the header is a single cell: another --delimiter?)" : "";
}

enum mtl_status
rows_find(const struct rows *rows, size_t *column, const char *option,
    struct str name, struct mtl_err *err)
{
	char buf[STR_SHOWN], near[STR_SHOWN];
	size_t j = names_find(&rows->state->names, name);

	*column = j;
	if (j != SIZE_MAX)
		return MTL_OK;
	str_show(buf, name);
	j = str_nearest(name, rows->name, rows->columns);
	if (j == SIZE_MAX)
		return err_set(err, MTL_INPUT, "%s: no column '%s' in %s%s",
		    option, buf, rows->file, rows_hint(rows));
	return err_set(err, MTL_INPUT,
	    "%s: no column '%s' in %s (did you mean '%s'?)", option, buf,
	    rows->file, str_show(near, rows->name[j]));
}

enum mtl_status
rows_bad(const struct rows *rows, size_t j, struct mtl_err *err,
    const char *fmt, ...)
{
	const struct rows_state *s = rows->state;
	char what[600], name[STR_SHOWN];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	return err_set(err, MTL_INPUT, "%s:%zu: column '%s': %s", s->file,
	    csv_cell_line(&s->row, s->from[j]),
	    str_show(name, rows->name[j]), what);
}

void
rows_close(struct rows *rows)
{
	struct rows_state *s = rows->state;

	if (s != NULL) {
		csv_close(s->csv);
		names_clear(&s->names);
		free(s->from);
		free(s->cell);
		free(s->where);
		free(s->file);
		free(s);
	}
	free(rows->filters);
	*rows = (struct rows){0};
}
