/*
 * How far numbers spread, weighted: what targets are measured by. A weight of
 * 2 is the same as being there twice.
 */
#ifndef MTL_LEARN_SPREAD_H
#define MTL_LEARN_SPREAD_H

#include <stddef.h>

#include "base/err.h"

/*
 * Root of the mean squared distance to the mean; 0 where only rounding makes
 * it more. Weights w[n] are positive.
 */
double spread_deviation(const double *y, const double *w, size_t n);

/*
 * Huber's delta for y[n]: 1.345 sigma, which costs 5 % of the efficiency if
 * errors are normal. sigma is 1.4826 median |y - median y|; where that is 0 the
 * deviation; where that is 0 too, or n is 0, delta is 1.
 */
enum mtl_status spread_huber(double *delta, const double *y, const double *w,
    size_t n, struct mtl_err *err);

#endif
