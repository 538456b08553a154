/*
 * A table in memory to be split: its rows as they will be written, byte for
 * byte as they were read where that is possible, and of their cells only what
 * the split needs to know: strata, groups, an order.
 */
#ifndef MTL_DATA_SPLIT_TABLE_H
#define MTL_DATA_SPLIT_TABLE_H

#include <stdbool.h>

#include "base/err.h"
#include "base/notes.h"
#include "data/fold.h"
#include "data/keys.h"
#include "data/texts.h"
#include "table/columns.h"
#include "table/csvout.h"
#include "table/rows.h"

struct split_columns {
	bool split, fold; /* will be added: such columns of the input go */
	const char *each, *group, *order; /* columns; NULL: not given */
	const char *stratify; /* "COL,..."; "": as data/strata.h; or NULL */
};

struct split_table {
	struct texts name;  /* of the columns that stay */
	struct texts row;   /* without line ends */
	struct keys each, group, stratum; /* n = 0 where not asked for */
	size_t *order;      /* [row.n] rows in --order; else NULL */
	const char *each_column;
	char delimiter;
};

/*
 * Reads all rows. cols is needed for stratify "" only. Refuses columns that
 * are not there, an empty cell in the columns of groups and order, groups that
 * lie across values of `each`.
 */
enum mtl_status split_table_read(struct split_table *table, struct rows *rows,
    const struct split_columns *want, const struct columns *cols,
    char delimiter, struct notes *notes, struct mtl_err *err);

/* What ties the rows; which rows are dealt is for the caller to add. */
struct deal split_table_deal(const struct split_table *table);

/* The names, or the cells of row i, into a row of out being written. */
void split_table_names(const struct split_table *table, struct csvout *out);
void split_table_row(const struct split_table *table, size_t i,
    struct csvout *out);

void split_table_clear(struct split_table *table); /* leaves it zeroed */

#endif
