/*
 * Blocks of W (d x C, row-major): its entries by the modality of the row, by
 * the task of the column, or by both, and the norms that act on each block as
 * a whole, sum over blocks of weight_b ||W_b||_F. By modality, a block of d_m
 * rows of weight v_m has the weight sqrt(d_m) v_m, else 1.
 *
 * work: blocks_room doubles.
 *
 * Source: M. Yuan and Y. Lin, "Model Selection and Estimation in Regression
 * with Grouped Variables", JRSS B 68(1), 2006.
 */
#ifndef MTL_LEARN_BLOCKS_H
#define MTL_LEARN_BLOCKS_H

#include "learn/shape.h"

struct blocks {
	bool by_modality, by_task;
};

size_t blocks_room(const struct shape *s);

double blocks_value(struct blocks b, const double *W, const struct shape *s,
    double *work);

/* As term_kind.prox: each block shrinks towards 0 by its threshold. */
void blocks_prox(struct blocks b, double *W, const struct shape *s,
    double lambda, const double *step, double *work);

/* The largest of the blocks' norms over their weights. */
double blocks_dual(struct blocks b, const double *G, const struct shape *s,
    double *work);

#endif
