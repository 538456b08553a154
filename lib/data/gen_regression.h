/*
 * A linear regression whose truth is known: scikit-learn's make_regression,
 * draw for draw.
 *
 *   1. X, n x d normals, row by row
 *   2. W, uniforms on [0, 100), q x R row by row; the other d - q rows are 0
 *   3. y = X W + bias; with noise > 0 plus noise times a normal, n x R
 *   4. the order of rows and features (gen_sample.h)
 *
 * q is the number of informative features, at most d.
 */
#ifndef MTL_DATA_GEN_REGRESSION_H
#define MTL_DATA_GEN_REGRESSION_H

#include "data/gen_opts.h"
#include "data/gen_sample.h"

enum mtl_status gen_regression(struct gen_sample *s, const struct gen_opts *o,
    struct rng *rng, struct mtl_err *err);

#endif
