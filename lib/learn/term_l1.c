/*
 * l1: lasso. Tibshirani, "Regression Shrinkage and Selection via the Lasso",
 * JRSS B 58, 1996.
 */
#include "learn/term.h"

#include <math.h>

static double
value(const double *W, const struct shape *s, double *work)
{
	double total = 0;

	(void)work;
	for (size_t j = 0; j < s->d; j++) {
		double sum = 0;

		for (size_t c = 0; c < s->C; c++)
			sum += fabs(W[j * s->C + c]);
		total += s->weight[j] * sum;
	}
	return total;
}

/* Soft threshold; NaN stays. */
static void
prox(double *W, const struct shape *s, double lambda, const double *step,
    double *work)
{
	(void)work;
	for (size_t j = 0; j < s->d; j++) {
		double tau = lambda * s->weight[j] * step[j];
		double *row = W + j * s->C;

		for (size_t c = 0; c < s->C; c++)
			row[c] = fabs(row[c]) <= tau ? 0 :
			    row[c] - copysign(tau, row[c]);
	}
}

static double
dual(const double *G, const struct shape *s, double *work)
{
	double top = 0;

	(void)work;
	for (size_t j = 0; j < s->d; j++)
		for (size_t c = 0; c < s->C; c++) {
			double x = fabs(G[j * s->C + c]) / s->weight[j];

			top = x > top || isnan(x) ? x : top;
		}
	return top;
}

const struct term_kind term_l1 = {
    .name = "l1",
    .formula = "sum |W_jc|",
    .ties = "nothing: lasso",
    .order = ORDER_L1,
    .families = FAMILY_ROWS | FAMILY_TASKS | FAMILY_BLOCKS,
    .row_wise = true,
    .value = value,
    .prox = prox,
    .dual = dual,
};
