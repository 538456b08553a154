/*
 * A table drawn as a whole, as the recipes of scikit-learn need it: their last
 * draws put rows and features into a random order. That order is kept beside
 * the matrix, which is held once.
 */
#ifndef MTL_DATA_GEN_SAMPLE_H
#define MTL_DATA_GEN_SAMPLE_H

#include "base/err.h"
#include "base/rng.h"

struct gen_sample {
	size_t n, d, R; /*          rows, features, targets */
	double *X;      /* [n][d]   as drawn */
	double *y;      /* [n][R]   as drawn */
	double *W;      /* [d][R]   as drawn: coefficients of y; or NULL */
	size_t *row;    /* [n]      the table's row i is row[i] of X and y */
	size_t *column; /* [d]      its feature j is column[j] of X */
};

/* Room for all but W, zeroed. */
enum mtl_status gen_sample_init(struct gen_sample *s, size_t n, size_t d,
    size_t R, struct mtl_err *err);

/* Draws the order: a permutation of the rows, then one of the features. */
void gen_sample_shuffle(struct gen_sample *s, struct rng *rng);

void gen_sample_clear(struct gen_sample *s); /* leaves it zeroed */

#endif
