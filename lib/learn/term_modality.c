/*
 * modality: the norms of the modalities' rows, which drops whole modalities
 * for all tasks. Yuan and Lin, "Model Selection and Estimation in Regression
 * with Grouped Variables", JRSS B 68(1), 2006; Bach, "Consistency of the Group
 * Lasso and Multiple Kernel Learning", JMLR 9, 2008.
 */
#include "learn/term.h"

#include "learn/blocks.h"

static const struct blocks blocks = {.by_modality = true};

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

const struct term_kind term_modality = {
    .name = "modality",
    .formula = "sum_m sqrt(d_m) ||W^m||_F",
    .ties = "modalities: in or out for all tasks",
    .order = ORDER_MODALITY,
    .families = FAMILY_ROWS | FAMILY_BLOCKS,
    .couples = true,
    .row_wise = true,
    .room = blocks_room,
    .value = value,
    .prox = prox,
    .dual = dual,
};
