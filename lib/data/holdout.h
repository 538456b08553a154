/*
 * Folds of a dataset for cross-validation: which rows are held out together.
 *
 * A fold column decides where there is one. Otherwise rows are dealt from the
 * seed: groups whole where there are any; within strata, which are task and
 * class (wide tables: the set of labelled tasks and the first class), strata
 * with fewer rows than folds merged into one.
 */
#ifndef MTL_DATA_HOLDOUT_H
#define MTL_DATA_HOLDOUT_H

#include <stdint.h>

#include "base/err.h"
#include "data/dataset.h"

struct holdout {
	size_t *fold;      /* [n] of each row, 0 .. name.n - 1 */
	struct names name; /* values of a fold column, sorted; or 1, 2, ... */
};

/*
 * k folds, or those of a fold column. MTL_INPUT when there are too few rows,
 * groups or values.
 */
enum mtl_status holdout_init(struct holdout *h, const struct dataset *ds,
    size_t k, uint32_t seed, struct mtl_err *err);

void holdout_clear(struct holdout *h); /* leaves it zeroed */

#endif
