/*
 * The shape of W: what its rows and columns belong to, and so which of its
 * entries a penalty may tie together.
 *
 *                task 1     task 2       columns c = 0 .. C-1, each of a task;
 *               +----------+-----+       paired columns stand for the same
 *   modality 1  | W[j*C+c] |     |       class in different tasks (numbers and
 *   (rows)      |          |     |       two-class columns: all of them)
 *               +----------+-----+
 *   modality 2  |          |     |       rows j = 0 .. d-1, each of a modality
 *               +----------+-----+
 *
 * W is d x C, row-major. Nothing is checked here; whoever fills a shape does.
 */
#ifndef MTL_LEARN_SHAPE_H
#define MTL_LEARN_SHAPE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* Two columns that a graph ties, and how hard: weight >= 0. */
struct edge {
	size_t a, b;
	double weight;
};

struct shape {
	size_t d, C;      /* rows, columns */
	size_t T;         /* tasks */
	size_t *task;     /* [C] task of each column, 0 .. T-1, ascending */
	size_t M;         /* modalities */
	size_t *modality; /* [d] modality of each row, 0 .. M-1, in any order */
	double *rows;     /* [M] rows of each modality, d_m; none is empty */
	double *weight;   /* [d] v_j > 0: weight of the row's modality */
	bool weighted;    /* some v_j is not 1 */
	size_t groups;    /* sets of paired columns */
	size_t *group;    /* [C] set of each column, 0 .. groups-1 */
	size_t *start;    /* [groups+1] set g is order[start[g] .. start[g+1]-1] */
	size_t *order;    /* [C] columns by set, then in the order of the tasks */
	size_t edges;
	struct edge *edge; /* [edges] of the term graph */
	size_t clusters;   /* k of the term cluster */
	double eta;        /* eta of the term cluster */
};

/* Columns in set g. */
static inline size_t
shape_paired(const struct shape *s, size_t g)
{
	return s->start[g + 1] - s->start[g];
}

/*
 * A shape of d rows and C columns with all arrays in place: one task, one
 * modality, one set of paired columns, weights 1, no edges. Whoever changes
 * group calls shape_pair afterwards.
 */
enum mtl_status shape_init(struct shape *s, size_t d, size_t C,
    struct mtl_err *err);

/*
 * Fills start and order from group and groups. rank[T], or NULL: the place of
 * each task in the order of tasks; else the order of columns.
 */
enum mtl_status shape_pair(struct shape *s, const size_t *rank,
    struct mtl_err *err);

/* The shape of columns first .. first + C - 1 alone: nothing that couples. */
enum mtl_status shape_columns(struct shape *to, const struct shape *s,
    size_t first, size_t C, struct mtl_err *err);

void shape_clear(struct shape *s); /* leaves it zeroed */

#endif
