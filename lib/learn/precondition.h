/*
 * Preconditioner of Newton's conjugate gradients: for each column c the matrix
 *
 *     M_c = [X 1]' diag(h_c) [X 1] + H_cc I   ((d+1) x (d+1))
 *
 * h_c the curvatures of the column's pairs, factored by Cholesky. A column
 * that nothing else couples is then solved in one step. Where those factors
 * would take too much memory the diagonals stand in.
 */
#ifndef MTL_LEARN_PRECONDITION_H
#define MTL_LEARN_PRECONDITION_H

#include "base/err.h"
#include "learn/problem.h"

struct precondition {
	bool dense;
	double *M; /* dense: [C][(d+1)*(d+1)] factors; else [C][d+1] */
	double *x; /* [C][d+1] a column while it is solved */
};

enum mtl_status precondition_init(struct precondition *pc,
    const struct problem *p, struct mtl_err *err);

/* probs[B]: what block_curve gave for each block. */
enum mtl_status precondition_update(struct precondition *pc,
    const struct problem *p, double *const *probs, size_t threads,
    struct mtl_err *err);

/* out = M^-1 g, both (d+1) x C; frozen intercepts give 0. */
void precondition_apply(double *out, struct precondition *pc,
    const struct problem *p, const double *g, size_t threads);

void precondition_clear(struct precondition *pc);

/* True if column c's intercept may move. */
bool intercept_moves(const struct problem *p, const struct block *block);

#endif
