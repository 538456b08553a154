/*
 * l21: the same features for all tasks, rows of W in or out. Obozinski,
 * Taskar and Jordan, "Joint covariate selection and joint subspace selection
 * for multiple classification problems", Statistics and Computing 20, 2010.
 */
#include "learn/term.h"

#include <math.h>

#include "base/blas.h"

static double
norm(const double *W, size_t j, const struct shape *s)
{
	return cblas_dnrm2(blas_int(s->C), W + j * s->C, 1);
}

static double
value(const double *W, const struct shape *s, double *work)
{
	double total = 0;

	(void)work;
	for (size_t j = 0; j < s->d; j++)
		total += s->weight[j] * norm(W, j, s);
	return total;
}

/* Shrinks every row towards 0; the short ones become 0. */
static void
prox(double *W, const struct shape *s, double lambda, const double *step,
    double *work)
{
	(void)work;
	for (size_t j = 0; j < s->d; j++) {
		double length = norm(W, j, s);
		double tau = lambda * s->weight[j] * step[j];
		/* Strictly greater, so that no row gives 0/0. */
		double shrink = length > tau ? 1 - tau / length : 0;

		for (size_t c = 0; c < s->C; c++)
			W[j * s->C + c] *= shrink;
	}
}

static double
dual(const double *G, const struct shape *s, double *work)
{
	double top = 0;

	(void)work;
	for (size_t j = 0; j < s->d; j++) {
		double length = norm(G, j, s) / s->weight[j];

		top = length > top || isnan(length) ? length : top;
	}
	return top;
}

const struct term_kind term_l21 = {
    .name = "l21",
    .formula = "sum_j ||W_j||",
    .ties = "tasks: the same features for all",
    .order = ORDER_L21,
    .families = FAMILY_ROWS,
    .couples = true,
    .row_wise = true,
    .value = value,
    .prox = prox,
    .dual = dual,
};
