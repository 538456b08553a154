/*
 * block: the norms of each modality's rows in each task's columns, so that
 * every task picks modalities of its own; in the spirit of Zhang and Shen,
 * "Multi-Modal Multi-Task Learning for Joint Prediction of Multiple Regression
 * and Classification Variables in Alzheimer's Disease", NeuroImage 59, 2012.
 */
#include "learn/term.h"

#include "learn/blocks.h"

static const struct blocks blocks = {.by_modality = true, .by_task = true};

static double
value(const double *W, const struct shape *s, double *work)
{
	return blocks_value(blocks, W, s, work);
}

static void
prox(double *W, const struct shape *s, double lambda, const double *step,
    double *work)
{
	blocks_prox(blocks, W, s, lambda, step, work);
}

static double
dual(const double *G, const struct shape *s, double *work)
{
	return blocks_dual(blocks, G, s, work);
}

const struct term_kind term_block = {
    .name = "block",
    .formula = "sum_t,m sqrt(d_m) ||W^m_t||_F",
    .ties = "modalities: each task picks its own",
    .order = ORDER_BLOCK,
    .families = FAMILY_TASKS | FAMILY_BLOCKS,
    .couples = true,
    .row_wise = true,
    .room = blocks_room,
    .value = value,
    .prox = prox,
    .dual = dual,
};
