/*
 * Classes that can be told apart without a mistake, and no penalty: the larger
 * the coefficients the smaller the loss, so that there is no best solution. Its
 * gradient vanishes all the same and would pass for an optimum's.
 *
 * Albert and Anderson, "On the existence of maximum likelihood estimates in
 * logistic regression models", Biometrika 71, 1984.
 */
#ifndef MTL_LEARN_SEPARABLE_H
#define MTL_LEARN_SEPARABLE_H

#include <stdbool.h>

#include "base/err.h"
#include "learn/problem.h"

/*
 * *yes: no term has a lambda above 0, and V ((d+1) x C) tells the classes of
 * some logistic or softmax block apart. One-sided blocks, whose intercept is
 * fixed, do not count.
 */
enum mtl_status separable(bool *yes, const struct problem *p, const double *V,
    struct mtl_err *err);

#endif
