/*
 * The strata of rows when nobody names a column: what a stratified draw keeps
 * the shares of.
 *
 *   one target              its class
 *   task column, one target the pair of task and class
 *   several targets         (task,) the set of targets that are labelled, and
 *                           the class of the first target that is classes
 *
 * A target of numbers (data/target.h decides, over all rows) has no classes;
 * then the task alone counts, and whether there is a label. Rows without a
 * label are strata of their own.
 *
 * Which targets are classes is known after the last row only; until then the
 * task and target cells of every row are kept as texts.
 */
#ifndef MTL_DATA_STRATA_H
#define MTL_DATA_STRATA_H

#include "base/err.h"
#include "base/notes.h"
#include "data/keys.h"
#include "data/target.h"
#include "data/texts.h"
#include "table/columns.h"

struct strata {
	const struct columns *cols;
	size_t rows;
	struct target_kind *kind; /* [cols->targets] */
	struct texts cells;       /* a row's task, if any, then its targets */
};

/* cols must outlive the strata; without a target MTL_INPUT. */
enum mtl_status strata_init(struct strata *strata, const struct columns *cols,
    struct mtl_err *err);
enum mtl_status strata_see(struct strata *strata, const struct str *cell,
    struct mtl_err *err);

/* Fills keys, one a row seen; a note says what the strata are. */
enum mtl_status strata_finish(struct strata *strata, struct keys *keys,
    struct notes *notes, struct mtl_err *err);

void strata_clear(struct strata *strata); /* leaves it zeroed */

#endif
