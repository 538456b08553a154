/*
 * A model made of a fit: names, classes, weights, and the meta records that
 * say how it came about.
 */
#ifndef MTL_MODEL_MODEL_FIT_H
#define MTL_MODEL_MODEL_FIT_H

#include "data/dataset.h"
#include "learn/train.h"
#include "model/model.h"

/* m is the caller's to clear; it keeps nothing of ds and fit. */
enum mtl_status model_from_fit(struct model *m, const struct dataset *ds,
    const struct fit *fit, const struct train_opts *opts,
    struct mtl_err *err);

#endif
