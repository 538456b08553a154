/*
 * Losses: l(y, z) of a target y and a linear predictor z, their derivatives,
 * conjugates and null models. Rows of one table: a loss is one entry.
 *
 *   squared   1/2 (y - z)^2             numbers
 *   logistic  log(1 + exp(-y z))        two classes, y = +-1, + the second
 *   softmax   log sum exp(z) - z_y      K classes, K columns
 *
 * A K-class task under one-vs-rest has the logistic loss and K columns, each
 * the classes' k-th against the rest.
 */
#ifndef MTL_LEARN_LOSS_H
#define MTL_LEARN_LOSS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

enum loss {
	LOSS_SQUARED,
	LOSS_LOGISTIC,
	LOSS_SOFTMAX,
	LOSSES,
};

const char *loss_name(enum loss loss);

/* The loss of that name; false when there is none. */
bool loss_find(enum loss *loss, struct str name);

/* True for losses of class labels, false for those of numbers. */
bool loss_classes(enum loss loss);

/*
 * Scalar losses (all but softmax): value, first and second derivative in z.
 * For classes y is +1 or -1.
 */
double loss_value(enum loss loss, double y, double z);
double loss_slope(enum loss loss, double y, double z);
double loss_curve(enum loss loss, double y, double z);

/*
 * l*(-theta) at theta = -scale * slope, for the duality gap; theta given by
 * the caller must lie in the domain.
 */
double loss_conjugate(enum loss loss, double y, double theta);

/* log sum exp of z[K], without overflow. */
double loss_logsumexp(const double *z, size_t K);

#endif
