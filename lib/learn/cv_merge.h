/*
 * Tables of single folds (cv_csv.h) put together: what a run of all folds
 * knows, but for its penalties, from which the same table is written.
 */
#ifndef MTL_LEARN_CV_MERGE_H
#define MTL_LEARN_CV_MERGE_H

#include "learn/cv.h"
#include "table/rows.h"

struct cv_merge {
	struct names task, method;
	struct cv *cv; /* [method.n] decided */
};

/*
 * Reads all rows; find fills what metric a name other than deviance stands
 * for, or returns false. MTL_INPUT, naming file and line where there is one: a
 * table that is no fold's, another digest, a fold twice or not at all, rows
 * that are missing.
 */
enum mtl_status cv_merge_read(struct cv_merge *m, struct rows *rows,
    enum rule rule, bool (*find)(struct cv_metric *metric, struct str name),
    struct mtl_err *err);

void cv_merge_clear(struct cv_merge *m); /* leaves it zeroed */

#endif
