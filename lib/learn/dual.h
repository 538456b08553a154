/*
 * The dual point of a block: theta = -r/c from the slopes r = c l'(z), made
 * feasible, and what it is worth.
 *
 * A free intercept wants sum c theta = 0. An intercept that fits exactly gives
 * that but for rounding; what is left is mended here, so that every gap is a
 * true bound.
 */
#ifndef MTL_LEARN_DUAL_H
#define MTL_LEARN_DUAL_H

#include "learn/problem.h"

/*
 * Makes r (n x cols) feasible; nothing to do unless the intercept is free.
 * work: 2 * cols doubles.
 */
void block_balance(double *r, const struct problem *p,
    const struct block *block, double *work);

/* sum c l*(-s theta), 0 <= s <= 1: the domains are convex and hold 0. */
double block_conjugate(const double *r, double s, const struct problem *p,
    const struct block *block);

#endif
