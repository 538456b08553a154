/*
 * The singular values of W (d x C, row-major), for the terms that are
 * functions of them: W = left diag(sigma) right, q = min(d, C) values,
 * descending. A term changes sigma and writes W back.
 *
 * All arrays lie in the caller's work space of spectrum_room doubles; nothing
 * is allocated.
 */
#ifndef MTL_LEARN_SPECTRUM_H
#define MTL_LEARN_SPECTRUM_H

#include <stdbool.h>

#include "learn/shape.h"

struct spectrum {
	size_t d, C, q;
	double *sigma; /* [q] */
	double *left;  /* [d*q] */
	double *right; /* [q*C] */
	double *spare; /* [q] for whoever changes sigma */
};

size_t spectrum_room(const struct shape *s);

/*
 * The values alone, into work[0 .. q-1]; work[q .. 2q-1] is free for use.
 * Returns q. Without convergence, or if W is not finite, they are NaN.
 */
size_t spectrum_values(double *work, const double *W, const struct shape *s);

/* Values and vectors; false, and all of W is NaN, where there are none. */
bool spectrum_split(struct spectrum *sp, double *W, const struct shape *s,
    double *work);

/* W = left diag(sigma) right; right is overwritten. */
void spectrum_join(double *W, struct spectrum *sp);

/*
 * The covariance of the columns that the term relation learns,
 * Omega (C x C) = (W'W)^(1/2) / trace. False at W = 0, where there is none,
 * and where W has no singular values.
 */
bool spectrum_covariance(double *Omega, const double *W,
    const struct shape *s, double *work);

#endif
