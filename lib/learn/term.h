/*
 * Terms: the words of the penalty language. Each is one row of a table, and
 * lives in a file of its own, term_NAME.c, with its source. To add a term,
 * write the file and add the row.
 *
 * A term is a convex function Omega of W (d x C, row-major, see shape.h), of
 * one of three kinds:
 *
 *   quadratic  1/2 <W, H W>, H acting on columns row by row: gradient,
 *              diagonal. l2 is one of them.
 *   norm       positively homogeneous, zero at 0: prox; dual where Omega > 0
 *              away from 0 (not fused, not same).
 *   other      prox and conjugate (relation, cluster).
 *
 * Row-wise terms take the weights v_j of the rows' modalities (shape.weight):
 * what row j contributes counts v_j times. The others are given v_j = 1.
 *
 * Functions take a work space of room(shape) doubles; nothing is allocated.
 * If a factorisation fails the result holds a NaN, which callers report.
 *
 * Source of the common frame: N. Parikh and S. Boyd, "Proximal Algorithms",
 * Foundations and Trends in Optimization 1(3), 2014.
 */
#ifndef MTL_LEARN_TERM_H
#define MTL_LEARN_TERM_H

#include "learn/shape.h"

/*
 * The order in which the proxes of one component are applied; quadratic terms
 * have none.
 */
enum term_order {
	ORDER_QUADRATIC,
	ORDER_SAME,
	ORDER_FUSED,
	ORDER_L1,
	ORDER_L1INF,
	ORDER_L21,
	ORDER_BLOCK,
	ORDER_MODALITY,
	ORDER_TASK,
	ORDER_TRACE,
	ORDER_RELATION,
	ORDER_CLUSTER,
};

/*
 * Families within which proxes compose, applied in order: each group of
 * entries lies inside the next one's (Jenatton et al., "Proximal Methods for
 * Hierarchical Sparse Coding", JMLR 12, 2011). A component's terms must have
 * a family in common.
 */
enum {
	FAMILY_ROWS = 1,      /* fused, l1, l1inf, l21, modality */
	FAMILY_TASKS = 2,     /* l1, block, task */
	FAMILY_BLOCKS = 4,    /* l1, block, modality */
	FAMILY_SPECTRUM = 8,  /* trace, relation */
	FAMILY_CLUSTER = 16,  /* cluster */
	FAMILY_ANY = 31,      /* quadratic terms, same */
};

struct term_kind {
	const char *name;
	const char *formula; /* for people: "1/2 ||W||_F^2" */
	const char *ties;    /* what it ties together, for people */
	enum term_order order;
	unsigned families;
	bool couples;  /* columns to each other; false: separable by column */
	bool row_wise; /* takes the rows' weights */

	/* Doubles of work that the functions want; NULL: none. */
	size_t (*room)(const struct shape *s);

	/* Omega(W) */
	double (*value)(const double *W, const struct shape *s, double *work);

	/* Quadratic: G += lambda H W. */
	void (*gradient)(double *G, const double *W, const struct shape *s,
	    double lambda, double *work);
	/* Quadratic: D[j*C + c] += lambda times H's diagonal entry. */
	void (*diagonal)(double *D, const struct shape *s, double lambda);

	/*
	 * Not quadratic: W = argmin over V of 1/2 ||V - W||^2 + tau Omega(V),
	 * tau = lambda step[j] in row j. The step is the same in all rows that
	 * the term ties together. lambda > 0, step[d] > 0.
	 */
	void (*prox)(double *W, const struct shape *s, double lambda,
	    const double *step, double *work);

	/* Dual norm: the smallest lambda with prox(G) = 0 at step 1. */
	double (*dual)(const double *G, const struct shape *s, double *work);

	/*
	 * fused: the smallest lambda that holds paired columns equal against
	 * the gradient G of all else, whose sum over each set is 0.
	 */
	double (*hold)(const double *G, const struct shape *s, double *work);

	/* Other: sup over W of <U, W> - lambda Omega(W). */
	double (*conjugate)(const double *U, const struct shape *s,
	    double lambda, double *work);
};

extern const struct term_kind term_l2, term_l1, term_l21, term_l1inf,
    term_task, term_trace, term_relation, term_cluster, term_same, term_mean,
    term_graph, term_chain, term_fused, term_modality, term_block;

/* The table of all terms, in the order of --list; NULL ends it. */
const struct term_kind *const *term_table(void);

#endif
