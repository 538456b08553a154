/*
 * Any losses with any penalty: the squared losses' solvers, again and again.
 */
#ifndef MTL_LEARN_SOLVE_IRLS_H
#define MTL_LEARN_SOLVE_IRLS_H

#include "learn/solve.h"

/*
 * As solve(); starts from V and P with opts->warm. info->converged is false,
 * and the point the best reached, where no step helps any more.
 */
enum mtl_status solve_irls(double *V, double *P, struct solve_info *info,
    const struct problem *p, const struct solve_opts *opts,
    struct mtl_err *err);

#endif
