/*
 * Column transforms: fitted on some rows, applied to any.
 *
 *     x_ij  <-  (x_ij - center_gj) / scale_gj        missing: x_ij = fill_gj
 *
 * g is the row's group: 0 stands for all rows, 1 + t for task t, when features
 * are scaled by task; a task that was not fitted has the figures of group 0.
 *
 *   method     center   scale
 *   standard   mean     population deviation
 *   minmax     minimum  range
 *   robust     median   interquartile range, quartiles by interpolation
 *   none       0        1
 *
 * Where the values do not spread (figures.h) the scale is 1. By modality, all
 * values of a modality's features are one sample. Missing cells are filled
 * before center and scale are found; without fills they count in neither.
 * With blocks, scale is then multiplied by the root of the sum over the
 * modality's features of var(x_j) / scale_j^2 (1 if that is 0), so that the
 * modality's total variance is 1.
 *
 * 0/1 features of levels (onehot.h) are not scaled.
 */
#ifndef MTL_DATA_SCALE_H
#define MTL_DATA_SCALE_H

#include "base/err.h"
#include "base/names.h"
#include "base/notes.h"
#include "data/onehot.h"

enum scale_method {
	SCALE_STANDARD,
	SCALE_MINMAX,
	SCALE_ROBUST,
	SCALE_NONE,
};

enum scale_by { SCALE_BY_ALL, SCALE_BY_TASK, SCALE_BY_MODALITY };

enum scale_impute {
	IMPUTE_NOT,
	IMPUTE_MEAN,
	IMPUTE_MEDIAN,
	IMPUTE_ZERO,
};

struct scale_opts {
	enum scale_method method;
	enum scale_by by;
	enum scale_impute impute;
	bool block;
};

struct scale {
	struct names feature; /* [d] */
	struct names task;    /* [T]; T > 0 only by task */
	/* [1 + T][d], group 0 first */
	double *center, *scale;
	double *fill;         /* NULL: missing cells stay missing */
	struct onehot onehot; /* columns of levels */
};

/* The rows to fit on, of a larger table. */
struct scale_sample {
	size_t n, d, M;         /* n at least 1 */
	const double *X;        /* NaN where a cell is missing */
	const size_t *row;      /* [n] ascending; row i is X[row[i] * d + j] */
	const double *weight;   /* of row r is weight[r]; NULL: all 1 */
	const size_t *task;     /* of row r is task[r] < T, or T for none */
	const size_t *modality; /* [d] below M */
	const struct names *modalities; /* [M] for messages */
};

/*
 * Finds center, scale and fill of s->feature for s->task; each task must have
 * a row. Weights are above 0 and go with means and deviations, not with
 * quantiles (the caller refuses that). Features without
 * any value are named in a warning, those that do not spread in a note.
 * MTL_NUMERIC, naming the column, when a figure is not finite.
 */
enum mtl_status scale_fit(struct scale *s, const struct scale_sample *sample,
    const struct scale_opts *opts, struct notes *notes, struct mtl_err *err);

/* The group of a row whose task is the index t, SIZE_MAX for unknown. */
size_t scale_group(const struct scale *s, size_t t);

/* What x becomes as feature j of group g. NaN: a missing cell. */
double scale_apply(const struct scale *s, size_t g, size_t j, double x);

void scale_clear(struct scale *s); /* leaves it zeroed */

#endif
