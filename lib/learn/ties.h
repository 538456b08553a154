/*
 * Ties: how the columns of W belong together. What a fit has learnt of it,
 *
 *   relation  the covariance Omega = (W'W)^(1/2) / trace of its columns
 *             (Zhang and Yeung 2010); none at W = 0
 *   cluster   the cluster of each column: the k right singular vectors of the
 *             largest singular values, cut into clusters by a pivoted QR
 *             decomposition. H. Zha, X. He, C. Ding, H. Simon and M. Gu,
 *             "Spectral Relaxation for K-means Clustering", NIPS 2001.
 *
 * and the edges of the graph that it was given.
 *
 * W is the matrix that the term acts on, of features as they were penalised.
 */
#ifndef MTL_LEARN_TIES_H
#define MTL_LEARN_TIES_H

#include "learn/penalty.h"

struct ties {
	double *relation; /* [C][C], or NULL */
	size_t *cluster;  /* [C] 1, 2, ... by first appearance; or NULL */
	size_t edges;
	struct edge *edge; /* [edges] */
};

/*
 * The penalty's first relation term and its first cluster term, whose lambda
 * is not 0, decide. W: d x C; P: [J][d][C] its components, or NULL where
 * there is one.
 */
enum mtl_status ties_learn(struct ties *ties, const struct penalty *penalty,
    const double *W, const double *P, const struct shape *s,
    struct mtl_err *err);

void ties_clear(struct ties *ties); /* leaves it zeroed */

#endif
