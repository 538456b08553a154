/*
 * The direct solver of squared losses with the terms mean and l2, for few
 * features and any rows.
 */
#ifndef MTL_LEARN_SOLVE_MEAN_H
#define MTL_LEARN_SOLVE_MEAN_H

#include "base/err.h"
#include "learn/gram.h"

/* True if p (with a gram and one component) is such a problem. */
bool mean_applies(const struct problem *p);

/* The weights of V; *solved is false if the problem is singular. */
enum mtl_status solve_mean(double *V, bool *solved, const struct problem *p,
    struct mtl_err *err);

#endif
