/*
 * Features made ready for a fit: missing cells filled, columns centred and
 * scaled, in place.
 *
 *     x_ij  <-  (x_ij - shift_j) / scale_j
 *
 * mean_j is the mean of the observed cells and scale_j the population standard
 * deviation of all cells after filling, both weighted by v_i = row weight x
 * number of tasks row i is labelled for. Sums run on x times a power of two
 * near 1 / max|x|, so magnitudes of 1e-150 are as good as 1. A column whose
 * deviation is at most 1e-12 of its largest magnitude is constant: it becomes 0
 * and scale_j = 0.
 *
 * With `block` the columns of a modality are divided further, by the root of
 * the sum of their variances as they then are: its total variance becomes 1.
 */
#ifndef MTL_DATA_STANDARDIZE_H
#define MTL_DATA_STANDARDIZE_H

#include <stdbool.h>

#include "data/dataset.h"

struct standard {
	size_t d;
	double *mean;  /* [d] fills missing cells; 0 for a column without any */
	double *scale; /* [d] what x was divided by; 0: constant column */
	double *shift; /* [d] what was subtracted: mean, or 0 */
	size_t constant; /* columns with scale 0 */
};

struct standard_opts {
	bool scale;  /* divide by the deviation, else scale_j = 1 */
	bool center; /* subtract the mean, else shift_j = 0 */
	bool block;  /* modalities to unit total variance */
};

/*
 * Overwrites ds->X. MTL_NUMERIC, naming the column, when a mean or deviation
 * is not finite. A column without centring and scaling stays as it is, even
 * if constant. Columns without any value are named in a warning.
 */
enum mtl_status standardize(struct standard *s, struct dataset *ds,
    const struct standard_opts *opts, struct notes *notes,
    struct mtl_err *err);

void standard_clear(struct standard *s); /* leaves it zeroed */

#endif
