/*
 * Strict CSV, one row at a time.
 *
 * RFC 4180 in UTF-8 with LF or CRLF, the last line end optional, one byte
 * order mark skipped. Refused, with the physical line: a quote inside a bare
 * cell, text after a closing quote, a quote left open, a lone CR outside
 * quotes, a NUL byte. Blanks belong to their cell. A blank line is a row of
 * one empty cell (whether that fits is for the caller to say).
 *
 * Rows are cut from the byte stream at line ends outside quotes; a row without
 * any quote is split here at its delimiters, every other goes through libcsv.
 * A row is handed out as soon as its line end has arrived.
 */
#ifndef MTL_TABLE_CSV_H
#define MTL_TABLE_CSV_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

struct csv;

struct csv_row {
	size_t n;               /* cells, at least 1 */
	const struct str *cell; /* [n] unquoted; valid until the next call */
	struct str raw;         /* the row's bytes as read, without line end */
	size_t line;            /* physical line it starts on, from 1 */
};

/*
 * path "-" is standard input. wait, if not NULL, is called with arg before
 * every read that may block: the place to flush what is already known.
 */
enum mtl_status csv_open(struct csv **csv, const char *path, char delimiter,
    void (*wait)(void *arg), void *arg, struct mtl_err *err);

/* The next row, or *end = true. */
enum mtl_status csv_next(struct csv *csv, struct csv_row *row, bool *end,
    struct mtl_err *err);

/* Physical line of cell j of the row: later than row->line after newlines
 * inside quotes. */
size_t csv_cell_line(const struct csv_row *row, size_t j);

const char *csv_name(const struct csv *csv); /* the path, for messages */
void csv_close(struct csv *csv);             /* accepts NULL */

#endif
