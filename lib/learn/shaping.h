/*
 * Shaping: the options that some terms take, and what they make of a shape.
 *
 *   --graph            edges, for the term graph, which wants them
 *   --clusters, --eta  for the term cluster
 *   --task-order       an order of the tasks, for the terms chain and fused
 *   --modality-weight  weights of rows, for row-wise terms (penalty_check)
 */
#ifndef MTL_LEARN_SHAPING_H
#define MTL_LEARN_SHAPING_H

#include "learn/graph.h"
#include "learn/penalty.h"

struct shaping {
	const struct graph *graph; /* NULL: none */
	size_t clusters;           /* 0: not given, 2 */
	double eta;                /* 0: not given, 1 */
	const char *task_order;    /* "A,B,...", or NULL */
	const char *modality_weight; /* "image=2,text=0.5", or NULL */
	bool several; /* of several penalties, each takes what it uses */
};

static inline size_t
shaping_clusters(const struct shaping *o)
{
	return o->clusters > 0 ? o->clusters : 2;
}

static inline double
shaping_eta(const struct shaping *o)
{
	return o->eta > 0 ? o->eta : 1;
}

/*
 * MTL_USAGE for an option that no term of the penalty uses (unless several),
 * and for the term graph without a graph.
 */
enum mtl_status shaping_check(const struct shaping *o,
    const struct penalty *p, struct mtl_err *err);

/*
 * Fills edges, clusters, eta, order and weights of a shape whose columns are
 * paired. task[s->T] names the tasks. MTL_USAGE for an order that is no
 * permutation of them, for an unknown modality and a bad weight; as graph_tie.
 */
enum mtl_status shaping_apply(struct shape *s, const struct shaping *o,
    const struct str *task, const struct names *modalities,
    struct mtl_err *err);

#endif
