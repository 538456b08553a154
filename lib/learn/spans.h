/*
 * The columns of X as squared losses see them, once intercepts are solved
 * for: centred on the weighted mean of the design's rows, with the extra row
 * of penalised or absent intercepts (see design.h). Their squared lengths, and
 * the Gram matrix of some of them.
 */
#ifndef MTL_LEARN_SPANS_H
#define MTL_LEARN_SPANS_H

#include "base/err.h"
#include "learn/problem.h"

struct spans {
	size_t d, designs;
	size_t *of;      /* [C] design of each column of W */
	size_t *block;   /* [designs] a block that has it */
	double *mean;    /* [designs][d] */
	double *extra;   /* [designs] weight of the extra row */
	double *square;  /* [designs][d] squared lengths: the Gram's diagonal */
	/* Columns asked for so far, and their Gram matrices, kept. */
	size_t kept, cap;
	size_t *column;  /* [kept] */
	size_t *place;   /* [d] among them, or SIZE_MAX */
	double **A;      /* [designs][cap][cap] */
};

enum mtl_status spans_init(struct spans *s, const struct problem *p,
    struct mtl_err *err);

/*
 * A[n][n], full: the Gram matrix of n columns of X in design k. Columns that
 * were asked for before cost nothing but the copy. False without memory.
 */
bool spans_gram(double *A, struct spans *s, size_t k, const struct problem *p,
    const size_t *column, size_t n);

void spans_clear(struct spans *s); /* leaves it zeroed */

#endif
