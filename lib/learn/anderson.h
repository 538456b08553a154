/*
 * Anderson extrapolation of a sequence that converges linearly: the affine
 * combination of the latest iterates whose moves nearly cancel. Whoever uses
 * it keeps the result only if it is better.
 *
 * Source: Q. Bertrand and M. Massias, "Anderson acceleration of coordinate
 * descent", AISTATS 2021.
 */
#ifndef MTL_LEARN_ANDERSON_H
#define MTL_LEARN_ANDERSON_H

#include <stdbool.h>
#include <stddef.h>

enum { ANDERSON = 5 }; /* moves looked back on */

struct anderson {
	size_t n, size;             /* iterates kept; their length */
	double *past[ANDERSON + 1]; /* [size] each; oldest first */
};

/* False without memory. */
bool anderson_init(struct anderson *a, size_t size);

/*
 * Keeps the next iterate x. True if there are enough: then the weights, which
 * sum to 1, belong to past[1] .. past[ANDERSON], and collecting starts anew.
 */
bool anderson_push(double weight[static ANDERSON], struct anderson *a,
    const double *x);

/* out = the weighted sum of past[1] .. past[ANDERSON] */
void anderson_mix(double *out, const struct anderson *a,
    const double weight[static ANDERSON]);

void anderson_clear(struct anderson *a); /* leaves it zeroed */

#endif
