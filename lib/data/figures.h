/*
 * What a column's values say about it: mean and deviation, least and largest,
 * quartiles.
 *
 * Values x[n] are finite, without missing ones, n at least 1 where not said
 * otherwise; weights w[n] are at least 0, with one above 0, or NULL when all
 * are 1. Sums are compensated and run on x times a power of two that brings
 * the largest magnitude near 1, so that 1e-150 and 1e150 are as good as 1 and
 * the results are right to about the last digit. A result out of a double's
 * range is infinite.
 */
#ifndef MTL_DATA_FIGURES_H
#define MTL_DATA_FIGURES_H

#include <stdbool.h>
#include <stddef.h>

struct figures {
	double center; /* mean, minimum or median */
	double spread; /* population deviation, range or interquartile range */
	/* spread is within rounding of 0, relative to the values' magnitude:
	 * 1e-12 of the largest, for quartiles of the larger quartile */
	bool constant;
};

struct figures figures_standard(const double *x, const double *w, size_t n);
struct figures figures_minmax(const double *x, size_t n);

/* Quartiles as numpy's, by linear interpolation. x must be ascending. */
struct figures figures_robust(const double *x, size_t n);

void figures_sort(double *x, size_t n); /* ascending */

/* The root of the sum of squares; 0 for n = 0. */
double figures_norm(const double *x, size_t n);

#endif
