/*
 * One problem object for every method:
 *
 *     minimise  sum over blocks k, pairs i of k:  c_i l_k(y_i, x_i'W_k + b_k)
 *               + Omega(W) + intercept_l2/2 ||b||^2      over W (d x C), b (C)
 *
 * A block is a set of columns with a loss and labelled pairs: a task, one
 * class of a one-vs-rest task, or all tasks when pooled. Its pairs come as
 * segments, one a task, that point into the dataset; nothing is copied. X is
 * standardised already.
 *
 * W is d x C row-major and b is its row d: one matrix V of (d+1) x C, so that
 * solvers can treat weights and intercepts as one vector.
 *
 * Vectors over a block's pairs (z, slopes, ...) are n x cols, row-major, pairs
 * in the order of the segments. Sums run in that order, in fixed chunks.
 */
#ifndef MTL_LEARN_PROBLEM_H
#define MTL_LEARN_PROBLEM_H

#include <stdbool.h>
#include <stddef.h>

#include "learn/loss.h"
#include "learn/penalty.h"

/* The pairs of one task, with weights c_i = factor * weight[i]. */
struct segment {
	size_t n;
	const size_t *row;     /* [n] ascending rows of X */
	const double *y;       /* [n] number, or label index */
	const double *weight;  /* [n] */
	const size_t *class_of; /* label index -> class of the block; or NULL */
	double factor;
	double delta;          /* huber's; that of the task */
};

struct block {
	enum loss loss;
	size_t col, cols;  /* columns col .. col + cols - 1 of W */
	size_t positive;   /* logistic, hinge2: the class that is +1 */
	bool fixed;        /* the intercept keeps its value: one class only,
			      or no count above 0 */
	double intercept;  /* that value */
	size_t n;          /* pairs of all segments */
	size_t segs;
	struct segment *seg; /* [segs] */
};

enum intercept { INTERCEPT_FREE, INTERCEPT_PENALIZED, INTERCEPT_NONE };

struct problem {
	const double *X; /* [n][d] */
	size_t n, d, B, C;
	struct block *block; /* [B] */
	const struct penalty *penalty;
	struct shape shape; /* of W; owned by whoever made the problem */
	enum intercept intercept;
	double intercept_l2; /* when penalised */
	const struct gram *gram; /* the losses as a quadratic; or NULL */
	struct spans *spans; /* what many solves may share; or NULL */
};

/* Some pairs of a block, as a matrix. */
struct chunk {
	const double *X;        /* [n][d] rows side by side */
	size_t n;
	size_t at;              /* index of the first pair in the block */
	const struct segment *seg;
	size_t first;           /* the same in the segment */
};

/* Walks a block's pairs in chunks; rows that lie apart are gathered. */
struct walk {
	const struct problem *p;
	const struct block *block;
	double *scratch; /* [CHUNK][d] given by the caller, or NULL */
	size_t seg, first, at;
};

enum { CHUNK = 512 }; /* pairs at most */

/* Doubles of scratch that gathering this block's rows needs; 0 for none. */
size_t block_scratch(const struct problem *p, const struct block *block);

bool walk_next(struct walk *w, struct chunk *ch);

/* c_i of pair i of the chunk. */
static inline double
chunk_weight(const struct chunk *ch, size_t i)
{
	return ch->seg->factor * ch->seg->weight[ch->first + i];
}

/* y of pair i: a number; +1 or -1; or the class index of softmax. */
static inline double
chunk_y(const struct chunk *ch, const struct block *block, size_t i)
{
	double y = ch->seg->y[ch->first + i];
	size_t k;

	if (ch->seg->class_of == NULL)
		return y;
	k = ch->seg->class_of[(size_t)y];
	if (block->loss != LOSS_SOFTMAX)
		return k == block->positive ? 1 : -1;
	return (double)k;
}

/* z = X W_k + b_k, from V ((d+1) x C). */
void block_predict(double *z, const struct problem *p,
    const struct block *block, const double *V, double *scratch);

/* l(y, z) of pair i of the chunk, less its floor: see loss.h; z[cols]. */
double block_pair_loss(const struct block *block, const struct chunk *ch,
    size_t i, const double *z);

/* <l'(x) - l'(y), x - y> / 2 of the same pair at predictors x and y. */
double block_pair_bend(const struct block *block, const struct chunk *ch,
    size_t i, const double *x, const double *y);

/* sum c l(y, z) */
double block_loss(const struct problem *p, const struct block *block,
    const double *z);

/* r = c dl/dz, n x cols */
void block_slopes(double *r, const struct problem *p,
    const struct block *block, const double *z);

/*
 * t = c (d2l/dz2) u for a direction u of z: what a Hessian does between X and
 * X'. For softmax, probs is the n x cols matrix of probabilities; otherwise
 * the n curvatures c l'', or with bound those of parabolas above the loss.
 */
void block_curve(double *probs, const struct problem *p,
    const struct block *block, const double *z, bool bound);
void block_hessian(double *t, const struct problem *p,
    const struct block *block, const double *probs, const double *u);

/*
 * Moves z by the best intercepts for it: minimises sum c l(y, z + delta) +
 * intercept_l2/2 ||b + delta||^2 over delta[cols], adds delta to z and to
 * b[0..cols-1]. Nothing happens without intercepts or when they are fixed.
 * Softmax intercepts are centred when free. work: cols * (cols + 3) doubles.
 */
void block_fit_intercept(double *z, double *b, const struct problem *p,
    const struct block *block, double *work);

/* sum c inf l: what block_loss leaves out. */
double block_floor(const struct problem *p, const struct block *block);

/* Total weight of the block's pairs. */
double block_weight(const struct problem *p, const struct block *block);

#endif
