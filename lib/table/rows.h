/*
 * Several files as one table: its header and its rows.
 *
 * Every file has the columns of the first, in any order; its cells are handed
 * out in the first file's order. Column names are neither empty nor given
 * twice. Without headers (no_header) columns are x1, x2, ... and every file
 * has the same number. A row with more or fewer cells than the header is
 * refused by line. Only rows that pass the filters (--where) come out.
 */
#ifndef MTL_TABLE_ROWS_H
#define MTL_TABLE_ROWS_H

#include <stdbool.h>

#include "base/err.h"
#include "base/progress.h"
#include "base/str.h"
#include "table/csv.h"

/* --where COL=VALUE or COL!=VALUE: keep the rows for which it holds. */
struct where {
	size_t column; /* found by rows_where */
	struct str value;
	bool differs; /* != */
};

struct rows_opts {
	const char *const *file; /* [files]; none: standard input */
	size_t files;
	char delimiter;  /* 0 is a comma */
	bool no_header;
	const char *const *where; /* [wheres] as given, "COL=VALUE" */
	size_t wheres;
	void (*wait)(void *arg); /* as in csv_open; may be NULL */
	void *arg;
	struct progress *progress; /* counts rows; may be NULL */
};

struct rows {
	size_t columns;
	struct str *name;   /* [columns] owned, NUL-terminated */
	bool *filters;      /* [columns] named by a --where: never a feature */
	/* the current row, after rows_next */
	const struct str *cell; /* [columns] */
	struct str raw;         /* its bytes as read; see in_order */
	bool in_order;          /* raw has the cells in the header's order */
	size_t line;
	const char *file;       /* name of its file, for messages */
	size_t read, left_out;  /* rows so far; those that filters dropped */
	struct rows_state *state;
};

/* Opens the first file and reads its header. opts must outlive the rows. */
enum mtl_status rows_open(struct rows *rows, const struct rows_opts *opts,
    struct mtl_err *err);

/* The next row that passes, or *end = true. */
enum mtl_status rows_next(struct rows *rows, bool *end, struct mtl_err *err);

/*
 * Index of a column by name. On failure MTL_INPUT, a message that starts with
 * the option ("--target: no column 'scoer' in train.csv (did you mean
 * 'score'?)").
 */
enum mtl_status rows_find(const struct rows *rows, size_t *column,
    const char *option, struct str name, struct mtl_err *err);

/*
 * For messages about columns that are not there: a hint at --delimiter where
 * the header is one name that holds a separator, else "".
 */
const char *rows_hint(const struct rows *rows);

/*
 * A message about cell j of the current row: "train.csv:17: column 'x3': ..."
 * with the formatted rest behind; returns MTL_INPUT.
 */
enum mtl_status rows_bad(const struct rows *rows, size_t j,
    struct mtl_err *err, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

void rows_close(struct rows *rows); /* leaves it zeroed */

#endif
