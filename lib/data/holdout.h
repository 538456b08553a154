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

/*
 * fold[n] = 0 .. *k - 1. *k is the number wanted and becomes the number of
 * values of a fold column, sorted. MTL_INPUT when there are too few rows,
 * groups or values.
 */
enum mtl_status holdout_folds(size_t *fold, size_t *k,
    const struct dataset *ds, uint32_t seed, struct mtl_err *err);

/* The name of fold f: the fold column's value, or f + 1. buf: STR_SHOWN. */
const char *holdout_name(char *buf, const struct dataset *ds, size_t f);

#endif
