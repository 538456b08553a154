/*
 * The singular values of W (d x C, row-major), for the terms that are
 * functions of them: W = left diag(sigma) right, q = min(d, C) values,
 * descending. A term changes sigma and writes W back.
 *
 * All arrays lie in the caller's work space of spectrum_room doubles.
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
	bool gram;     /* sides are those of spectrum_shrinking */
	double *was;   /* [q] of it: sigma as found */
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

/*
 * The same for whoever makes 0 of all values up to floor: by the eigenvectors
 * of the smaller of WW' and W'W where those are good enough, which is much
 * faster. Values below the floor may be wrong then by as much as 1e-12 of the
 * largest over themselves; left and right are for spectrum_join alone, and W
 * must stay until then.
 */
bool spectrum_shrinking(struct spectrum *sp, double *W, const struct shape *s,
    double floor, double *work);

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
