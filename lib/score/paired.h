/*
 * Two methods on the same pairs: the mean difference of their losses and its
 * standard error, as of independent pairs.
 */
#ifndef MTL_SCORE_PAIRED_H
#define MTL_SCORE_PAIRED_H

#include <stddef.h>

struct paired {
	size_t n;
	double mean; /* by weight; NaN: no pair */
	double se;   /* sd / sqrt n; NaN: fewer than two pairs */
};

enum verdict { NO_CLEAR_DIFFERENCE, HELPED, HURT };

/*
 * Of loss[n] less base[n], weight NULL being all 1. Several stretches are one
 * sample: `to` starts zeroed, paired_add sums up, paired_finish divides.
 */
struct paired_sum {
	size_t n;
	double weight, first, second; /* sums of w, w d, w d^2 about shift */
	double shift;
};

void paired_add(struct paired_sum *to, const double *loss, const double *base,
    const double *weight, size_t n);
struct paired paired_finish(const struct paired_sum *sum);

/* Beyond 1.96 standard errors from 0: less loss is help. */
enum verdict paired_verdict(const struct paired *p);

#endif
