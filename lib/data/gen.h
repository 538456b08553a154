/*
 * Data with known structure, row by row: whichever recipe of gen_opts.h, its
 * rows come out of gen_next.
 *
 * What is left empty is drawn apart, from a generator seeded with 2^32 - 1 -
 * seed, so that the cells that remain have the same values with any rate. A
 * row draws a uniform for each modality, and those below the rate are emptied
 * (all but the one with the largest, if all are); then one for each target.
 * A rate of 0 draws nothing.
 */
#ifndef MTL_DATA_GEN_H
#define MTL_DATA_GEN_H

#include <stdint.h>

#include "base/names.h"
#include "data/gen_family.h"
#include "data/gen_opts.h"
#include "data/gen_sample.h"

struct gen_row {
	size_t task;     /* 0 .. T-1 */
	const double *x; /* [d] NaN: missing */
	const double *y; /* [R] NaN: missing; classes are 0, 1, ... */
};

struct gen {
	const struct gen_opts *o;
	size_t d, T, R;       /* features, tasks, targets */
	size_t C;             /* columns of the truth, R or those of T tasks */
	struct names feature; /* [d] x1, or image:x1 */
	struct gen_sample sample; /* n > 0: the table; else the family's rows */
	struct gen_family family;
	struct rng rng, mask;
	size_t next;   /* rows so far */
	double *x, *y; /* [d], [R] the row handed out */
	double *keep;  /* [modalities] */
};

/* o must outlive it. MTL_USAGE when settings contradict each other. */
enum mtl_status gen_init(struct gen *g, const struct gen_opts *o,
    uint32_t seed, struct mtl_err *err);

/*
 * The next row, valid until the next call, or *end = true. MTL_NUMERIC where
 * settings make numbers too large for a double.
 */
enum mtl_status gen_next(struct gen *g, struct gen_row *row, bool *end,
    struct mtl_err *err);

/*
 * True coefficients W[d][C], row by row, and intercepts b[C]. MTL_USAGE for
 * the recipe that has none, classification.
 */
enum mtl_status gen_truth(const struct gen *g, double *W, double *b,
    struct mtl_err *err);

void gen_clear(struct gen *g); /* leaves it zeroed */

#endif
