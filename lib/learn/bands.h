/*
 * Blocks that share their rows, side by side: X is read once for all their
 * columns. A band is a run of such blocks, not so long that few are left to
 * share out among threads.
 */
#ifndef MTL_LEARN_BANDS_H
#define MTL_LEARN_BANDS_H

#include "base/err.h"
#include "learn/problem.h"

enum { SPARSE = 8 }; /* 1 row of V in 8, or fewer: the others are skipped */

struct band {
	size_t first, blocks; /* blocks first .. first + blocks - 1 */
	size_t col, cols;     /* their columns */
	double *rows;         /* [CHUNK][d] work space to gather rows; or NULL */
	double *part;         /* [CHUNK][cols] work space */
	size_t *active;       /* [d/SPARSE] rows of V that are not 0 */
	double *packed;       /* [d/SPARSE][cols] those rows */
	double *few;          /* [CHUNK][d/SPARSE] their columns of X */
	double *grad;         /* [cols][d] X'r, transposed */
};

struct bands {
	size_t n;
	struct band *band; /* [n] */
};

enum mtl_status bands_init(struct bands *b, const struct problem *p,
    struct mtl_err *err);

/* z[B], each n x cols: X W_k + b_k from V ((d+1) x C). */
void bands_predict(double *const *z, const struct bands *b,
    const struct problem *p, const double *V, size_t threads);

/* G ((d+1) x C) = X'r from r[B], each n x cols; its last row sum r. */
void bands_gradient(double *G, const struct bands *b, const struct problem *p,
    double *const *r, size_t threads);

void bands_clear(struct bands *b); /* leaves it zeroed */

#endif
