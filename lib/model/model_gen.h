/*
 * The true coefficients of generated rows as a model, which predicts and is
 * compared as a fitted one. Its tasks count no rows yet.
 */
#ifndef MTL_MODEL_MODEL_GEN_H
#define MTL_MODEL_MODEL_GEN_H

#include "data/gen.h"
#include "model/model.h"

/* m is the caller's to clear; it keeps nothing of g. Fails as gen_truth. */
enum mtl_status model_from_gen(struct model *m, const struct gen *g,
    struct mtl_err *err);

#endif
