/*
 * Several tasks, several modalities, or both, row by row in flat memory.
 *
 * Features are independent normals, or those of gen_factors.h. Each task has a
 * score for each of its columns (one; one for each class if there are more
 * than two),
 *
 *     z = h'w + noise sd(h'w) e,   e normal
 *
 * with w of gen_tasks.h. h is the row's features; with modalities and no
 * structure asked for, it is its hidden factors instead. The target is
 * z + bias; for two classes whether z > 0; for more the class of the largest
 * z. Tasks follow each other, each with rows of its own.
 *
 * Draws: the loadings of gen_factors.h, the coefficients of gen_tasks.h, each
 * task's number of rows if it is not given; then for each row its features
 * and, also without noise, an e for each column.
 */
#ifndef MTL_DATA_GEN_FAMILY_H
#define MTL_DATA_GEN_FAMILY_H

#include "base/err.h"
#include "base/rng.h"
#include "data/gen_factors.h"
#include "data/gen_opts.h"

struct gen_family {
	const struct gen_opts *o;
	struct gen_factors factors; /* with modalities */
	bool hidden;                /* scores are of the factors */
	size_t d, D, T, cols;       /* features, entries of h, tasks, columns */
	double *V;     /* [T*cols][D]  coefficients of h */
	double *sd;    /* [T*cols]     deviation of h'w */
	size_t *rows;  /* [T] */
	size_t task, row; /* of the next row */
	double *x;     /* [d]          the row drawn last, and its target: */
	double y;
};

/* o must outlive the family. MTL_USAGE as gen_tasks. */
enum mtl_status gen_family_init(struct gen_family *f,
    const struct gen_opts *o, struct rng *rng, struct mtl_err *err);

/* The next row into f->x and f->y and its task, or false at the end. */
bool gen_family_next(struct gen_family *f, size_t *task, struct rng *rng);

/*
 * W[d][T*cols], row by row: what the features say of the scores. Those of the
 * rows' formula; of hidden factors, those of gen_factors_expect.
 */
enum mtl_status gen_family_truth(const struct gen_family *f, double *W,
    struct mtl_err *err);

void gen_family_clear(struct gen_family *f); /* leaves it zeroed */

#endif
