/*
 * task: the norms of the tasks' columns, so that tasks unlike the others are
 * told apart from them. Chen, Zhou and Ye, "Integrating Low-Rank and
 * Group-Sparse Structures for Robust Multi-Task Learning", KDD 2011.
 */
#include "learn/term.h"

#include "learn/blocks.h"

static const struct blocks blocks = {.by_task = true};

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

const struct term_kind term_task = {
    .name = "task",
    .formula = "sum_t ||W_t||_F",
    .ties = "tasks: a task's columns live or die",
    .order = ORDER_TASK,
    .families = FAMILY_TASKS,
    .couples = true,
    .row_wise = false,
    .room = blocks_room,
    .value = value,
    .prox = prox,
    .dual = dual,
};
