/*
 * Squared losses with penalties that are sums over rows: coordinate descent.
 */
#ifndef MTL_LEARN_SOLVE_ROWS_H
#define MTL_LEARN_SOLVE_ROWS_H

#include "learn/solve.h"

/* True if p is such a problem, and not of quadratic terms alone. */
bool rows_apply(const struct problem *p);

/* As solve(); starts from V with opts->warm. */
enum mtl_status solve_rows(double *V, struct solve_info *info,
    const struct problem *p, const struct solve_opts *opts,
    struct mtl_err *err);

#endif
