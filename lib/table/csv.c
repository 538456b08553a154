#include "table/csv.h"

#include <csv.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "table/input.h"

enum { READ_SIZE = 1 << 17 };

/* Where the scan of a row that has a quote stands. */
enum state { CELL_START, BARE, QUOTED, CLOSED };

struct csv {
	struct input *in;
	char *name;
	char delimiter;
	void (*wait)(void *arg);
	void *arg;
	char *buf;          /* [cap] bytes start .. n-1 are unread */
	size_t cap, start, n;
	size_t pos;         /* the row was scanned up to here */
	bool quotes;        /* the row at start has a quote */
	enum state state;   /* then: at pos */
	size_t cells;       /* then: cells before pos */
	size_t opened;      /* then: line of the last opening quote */
	size_t lines;       /* then: newlines before pos */
	bool began, end;
	size_t line;        /* physical line of the row at start */
	struct str *cell;
	size_t cells_cap;
	char *text;         /* unquoted cells of a row with quotes */
	size_t text_n, text_cap;
	struct csv_parser parser;
	bool nomem;
};

static int
no_blank(unsigned char c)
{
	(void)c;
	return 0; /* blanks belong to their cell */
}

enum mtl_status
csv_open(struct csv **csv, const char *path, char delimiter,
    void (*wait)(void *arg), void *arg, struct mtl_err *err)
{
	struct csv *c = mem_new(1, sizeof *c);
	enum mtl_status st;

	*csv = NULL;
	if (c == NULL || (c->name = mem_text(path, strlen(path))) == NULL ||
	    csv_init(&c->parser, CSV_STRICT | CSV_STRICT_FINI) != 0) {
		if (c != NULL)
			free(c->name);
		free(c);
		return err_nomem(err);
	}
	c->delimiter = delimiter != '\0' ? delimiter : ',';
	c->wait = wait;
	c->arg = arg;
	c->line = 1;
	csv_set_delim(&c->parser, (unsigned char)c->delimiter);
	csv_set_space_func(&c->parser, no_blank);
	st = input_open(&c->in, path, err);
	if (st != MTL_OK) {
		csv_close(c);
		return st;
	}
	*csv = c;
	return MTL_OK;
}

/* More bytes behind n; c->end when there are none. */
static enum mtl_status
refill(struct csv *c, struct mtl_err *err)
{
	size_t got;
	enum mtl_status st;

	if (c->start > 0) {
		memmove(c->buf, c->buf + c->start, c->n - c->start);
		c->n -= c->start;
		c->pos -= c->start;
		c->start = 0;
	}
	if (!mem_grow((void *)&c->buf, &c->cap, c->n + READ_SIZE, 1))
		return err_nomem(err);
	if (c->wait != NULL && !input_pending(c->in))
		c->wait(c->arg);
	st = input_read(c->in, c->buf + c->n, c->cap - c->n, &got, err);
	c->n += got;
	c->end = got == 0;
	return st;
}

static enum mtl_status
bad_row(const struct csv *c, size_t line, size_t cell, const char *what,
    struct mtl_err *err)
{
	return err_set(err, MTL_INPUT, "%s:%zu: cell %zu: %s", c->name, line,
	    cell + 1, what);
}

/* Skips a byte order mark at the start of the file. */
static enum mtl_status
begin(struct csv *c, struct mtl_err *err)
{
	static const char bom[] = "\xef\xbb\xbf";
	enum mtl_status st = MTL_OK;

	while (st == MTL_OK && !c->end && c->n < 3 &&
	    memcmp(c->buf != NULL ? c->buf : bom, bom, c->n) == 0)
		st = refill(c, err);
	if (c->n >= 3 && memcmp(c->buf, bom, 3) == 0)
		c->start = c->pos = 3;
	c->began = true;
	return st;
}

/*
 * Goes on with the scan of a row that has a quote. True when its line end is
 * at c->pos; false when more bytes are needed, or on an error.
 */
static bool
scan_quoted(struct csv *c, enum mtl_status *st, struct mtl_err *err)
{
	for (; c->pos < c->n; c->pos++) {
		char ch = c->buf[c->pos];

		if (c->state == QUOTED) {
			if (ch == '"')
				c->state = CLOSED;
			c->lines += ch == '\n';
		} else if (ch == '\n')
			return true;
		else if (ch == c->delimiter) {
			c->state = CELL_START;
			c->cells++;
		} else if (ch == '"' && c->state == BARE) {
			*st = bad_row(c, c->line + c->lines, c->cells,
			    "a quote inside a bare cell", err);
			return false;
		} else if (ch == '"') {
			/* A first quote opens; one after a closing quote
			 * stands for itself. */
			if (c->state == CELL_START)
				c->opened = c->line + c->lines;
			c->state = QUOTED;
		} else if (c->state == CLOSED && ch != '\r') {
			*st = bad_row(c, c->line + c->lines, c->cells,
			    "text after a closing quote", err);
			return false;
		} else if (ch != '\r')
			c->state = BARE;
	}
	return false;
}

/* True when the row's line end is at c->pos. */
static bool
scan(struct csv *c, enum mtl_status *st, struct mtl_err *err)
{
	if (!c->quotes) {
		char *from = c->buf + c->pos, *stop, *quote;
		size_t len = c->n - c->pos;

		if (len == 0)
			return false;
		stop = memchr(from, '\n', len);
		if (stop != NULL)
			len = (size_t)(stop - from);
		quote = memchr(from, '"', len);
		if (quote == NULL) {
			c->pos += len;
			return stop != NULL;
		}
		c->quotes = true;
		c->pos = c->start;
		c->state = CELL_START;
		c->cells = c->lines = 0;
	}
	return scan_quoted(c, st, err);
}

static enum mtl_status
add_cell(struct csv *c, size_t n, struct str s, struct mtl_err *err)
{
	if (!mem_grow((void *)&c->cell, &c->cells_cap, n + 1, sizeof *c->cell))
		return err_nomem(err);
	c->cell[n] = s;
	return MTL_OK;
}

/* A row without quotes: its cells lie in the buffer. */
static enum mtl_status
split_plain(struct csv *c, struct csv_row *row, struct mtl_err *err)
{
	const char *s = row->raw.s, *end = s + row->raw.len;

	for (;;) {
		const char *stop = end > s ?
		    memchr(s, c->delimiter, (size_t)(end - s)) :
		    NULL;
		struct str cell = {s, (size_t)((stop != NULL ? stop : end) -
		    s)};
		enum mtl_status st = add_cell(c, row->n, cell, err);

		if (st != MTL_OK)
			return st;
		row->n++;
		if (stop == NULL)
			return MTL_OK;
		s = stop + 1;
	}
}

/* libcsv's callback for a cell; offsets until the text stops moving. */
static void
take_cell(void *s, size_t len, void *arg)
{
	struct csv *c = arg;
	struct mtl_err ignored;

	if (c->nomem ||
	    !mem_grow((void *)&c->text, &c->text_cap, c->text_n + len + 1,
		1) ||
	    add_cell(c, c->cells, (struct str){NULL, len}, &ignored) !=
		MTL_OK) {
		c->nomem = true;
		return;
	}
	if (len > 0)
		memcpy(c->text + c->text_n, s, len);
	c->text_n += len;
	c->cells++;
}

/* A row with quotes goes through libcsv. */
static enum mtl_status
split_quoted(struct csv *c, struct csv_row *row, struct mtl_err *err)
{
	size_t at = 0;

	c->cells = c->text_n = 0;
	c->nomem = false;
	if (csv_parse(&c->parser, row->raw.s, row->raw.len, take_cell, NULL,
		c) != row->raw.len ||
	    csv_fini(&c->parser, take_cell, NULL, c) != 0) {
		if (csv_error(&c->parser) == CSV_ENOMEM)
			return err_nomem(err);
		return err_set(err, MTL_INPUT, "%s:%zu: %s", c->name,
		    row->line, csv_strerror(csv_error(&c->parser)));
	}
	if (c->nomem)
		return err_nomem(err);
	for (size_t j = 0; j < c->cells; j++) {
		c->cell[j].s = c->text + at;
		at += c->cell[j].len;
	}
	row->n = c->cells;
	return MTL_OK;
}

/* A byte that may not stand outside quotes (NUL: nowhere). */
static enum mtl_status
check_bytes(const struct csv *c, const struct csv_row *row,
    struct mtl_err *err)
{
	if (row->raw.len == 0)
		return MTL_OK;
	if (memchr(row->raw.s, '\0', row->raw.len) != NULL)
		return err_set(err, MTL_INPUT, "%s:%zu: a NUL byte", c->name,
		    row->line);
	if (!c->quotes && memchr(row->raw.s, '\r', row->raw.len) != NULL)
		return err_set(err, MTL_INPUT,
		    "%s:%zu: a carriage return inside a row", c->name,
		    row->line);
	if (c->quotes) {
		bool inside = false;

		for (size_t i = 0; i < row->raw.len; i++) {
			inside ^= row->raw.s[i] == '"';
			if (row->raw.s[i] == '\r' && !inside)
				return err_set(err, MTL_INPUT, "%s:%zu: a "
				    "carriage return inside a row", c->name,
				    row->line);
		}
	}
	return MTL_OK;
}

/* The row from start to pos, without its line end. */
static enum mtl_status
take_row(struct csv *c, struct csv_row *row, struct mtl_err *err)
{
	size_t len = c->pos - c->start;
	enum mtl_status st;

	if (len > 0 && c->buf[c->pos - 1] == '\r' && c->pos < c->n &&
	    c->buf[c->pos] == '\n')
		len--;
	*row = (struct csv_row){.raw = {c->buf + c->start, len},
	    .line = c->line};
	c->line += 1 + (c->quotes ? c->lines : 0);
	if ((st = check_bytes(c, row, err)) == MTL_OK)
		st = c->quotes ? split_quoted(c, row, err) :
				 split_plain(c, row, err);
	row->cell = c->cell;
	c->start = c->pos = c->pos < c->n ? c->pos + 1 : c->n;
	c->quotes = false;
	return st;
}

enum mtl_status
csv_next(struct csv *c, struct csv_row *row, bool *end, struct mtl_err *err)
{
	enum mtl_status st = MTL_OK;

	*end = false;
	if (!c->began && (st = begin(c, err)) != MTL_OK)
		return st;
	while (!scan(c, &st, err)) {
		if (st != MTL_OK)
			return st;
		if (!c->end) {
			if ((st = refill(c, err)) != MTL_OK)
				return st;
			continue;
		}
		if (c->start == c->n) {
			*end = true;
			return MTL_OK;
		}
		if (c->quotes && c->state == QUOTED)
			return err_set(err, MTL_INPUT,
			    "%s:%zu: a quote is left open", c->name,
			    c->opened);
		break; /* the last row has no line end */
	}
	return take_row(c, row, err);
}

size_t
csv_cell_line(const struct csv_row *row, size_t j)
{
	size_t line = row->line;

	for (size_t k = 0; k < j && k < row->n; k++)
		for (size_t i = 0; i < row->cell[k].len; i++)
			line += row->cell[k].s[i] == '\n';
	return line;
}

const char *
csv_name(const struct csv *c)
{
	return c->name;
}

void
csv_close(struct csv *c)
{
	if (c == NULL)
		return;
	input_close(c->in);
	csv_free(&c->parser);
	free(c->name);
	free(c->buf);
	free(c->cell);
	free(c->text);
	free(c);
}
