/*
 * Losses: l(y, z) of a target y and a linear predictor z, their derivatives
 * and conjugates. Rows of one table: a loss is one entry.
 *
 *   squared   1/2 (y - z)^2             numbers
 *   huber     1/2 e^2 for |e| <= delta, e = y - z,
 *             else delta (|e| - delta/2)  numbers with outliers
 *   poisson   exp(z) - y z              counts, y >= 0
 *   logistic  log(1 + exp(-y z))        two classes, y = +-1, + the second
 *   softmax   log sum exp(z) - z_y      K classes, K columns
 *   hinge2    max(0, 1 - y z)^2         two classes, y = +-1
 *
 * A K-class task under one-vs-rest has the loss logistic or hinge2 and K
 * columns, each the classes' k-th against the rest.
 *
 * Values are counted from the least that any z gives, loss_floor(y): 0 but
 * for poisson, where it is y - y log y. So the best that a row can do is 0,
 * and large counts do not drown differences in rounding.
 *
 * P. J. Huber, "Robust estimation of a location parameter", Annals of
 * Mathematical Statistics 35, 1964; C.-C. Chang, C.-J. Hsieh and C.-J. Lin,
 * "Coordinate descent method for large-scale L2-loss linear support vector
 * machines", JMLR 9, 2008.
 */
#ifndef MTL_LEARN_LOSS_H
#define MTL_LEARN_LOSS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

enum loss {
	LOSS_SQUARED,
	LOSS_HUBER,
	LOSS_POISSON,
	LOSS_LOGISTIC,
	LOSS_SOFTMAX,
	LOSS_HINGE2,
	LOSSES,
};

const char *loss_name(enum loss loss);

/* The loss of that name; false when there is none. */
bool loss_find(enum loss *loss, struct str name);

/* True for losses of class labels, false for those of numbers. */
bool loss_classes(enum loss loss);

/* True if classes have probabilities under this loss. */
bool loss_probabilities(enum loss loss);

/* The number of columns for K classes (0: numbers). */
size_t loss_columns(enum loss loss, size_t K);

/* A bound of the curvature; INFINITY where there is none. */
double loss_lipschitz(enum loss loss);

/* inf over z of l(y, z) as above; values are counted from it. */
double loss_floor(enum loss loss, double y);

/*
 * Scalar losses (all but softmax): value less floor, first and second
 * derivative in z; delta is huber's and nobody else's. For classes y is +1 or
 * -1. At a kink of the slope the curve is that of one side.
 */
double loss_value(enum loss loss, double y, double z, double delta);
double loss_slope(enum loss loss, double y, double z, double delta);
double loss_curve(enum loss loss, double y, double z, double delta);

/*
 * The curvature of a parabola that touches the loss at z and lies above it
 * everywhere: what stands in for a curve that misleads. The curve itself
 * where none is needed (or, for poisson, none exists).
 */
double loss_bound(enum loss loss, double y, double z, double delta);

/*
 * l*(-theta) + floor at theta = -scale * slope, for the duality gap; theta
 * given by the caller must lie in the domain.
 */
double loss_conjugate(enum loss loss, double y, double theta);

/* log sum exp of z[K], without overflow. */
double loss_logsumexp(const double *z, size_t K);

#endif
