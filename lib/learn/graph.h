/*
 * Graphs of tasks, for the term graph: a table of edges a,b,weight with a
 * header, one edge a row, weights of at least 0.
 *
 * Names are read before it is known which tasks there are; graph_tie finds
 * them. Messages start with file and line.
 */
#ifndef MTL_LEARN_GRAPH_H
#define MTL_LEARN_GRAPH_H

#include "base/err.h"
#include "base/names.h"
#include "learn/shape.h"

struct graph_edge {
	size_t a, b; /* index into graph.task */
	double weight;
	size_t line;
};

struct graph {
	const char *file;  /* its path, the caller's */
	struct names task; /* named so far */
	size_t edges;
	struct graph_edge *edge; /* [edges] */
};

/*
 * path "-" is standard input; delimiter 0 is a comma. MTL_INPUT for another
 * header, a weight that is no number from 0 up, an edge from a task to itself,
 * and a pair of tasks that comes twice, in whichever order.
 */
enum mtl_status graph_read(struct graph *g, const char *path, char delimiter,
    struct mtl_err *err);

/*
 * s->edge: each edge between the columns of the same class, the earlier one
 * first; none for edges of weight 0. task[s->T] are the names of the tasks.
 * MTL_INPUT for an unknown one.
 */
enum mtl_status graph_tie(struct shape *s, const struct graph *g,
    const struct str *task, struct mtl_err *err);

void graph_clear(struct graph *g); /* leaves it zeroed */

#endif
