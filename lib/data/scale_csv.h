/*
 * Saved transforms: record files (table/records.h) of kind "mtl-scale 1".
 *
 *     center,,TASK,,FEATURE,v     then scale and, if missing cells are
 *     scale,,TASK,,FEATURE,v      filled, fill, for each feature in turn:
 *     fill,,TASK,,FEATURE,v       with an empty TASK first, then by task
 *     level,K,,,COLUMN,LEVEL      levels of each column, K = 1, 2, ...
 *
 * Read strictly: any other order, a record too many or too few, a number that
 * is not finite, a scale that is not above 0 and levels that are not sorted
 * are refused by line.
 */
#ifndef MTL_DATA_SCALE_CSV_H
#define MTL_DATA_SCALE_CSV_H

#include <stdio.h>

#include "data/scale.h"

/* Errors of the stream stay in it; MTL_NOMEM is all that fails here. */
enum mtl_status scale_write(FILE *fp, const struct scale *s,
    struct mtl_err *err);

/* On failure s is zeroed. */
enum mtl_status scale_read(struct scale *s, const char *path,
    bool trust_edited, struct mtl_err *err);

#endif
