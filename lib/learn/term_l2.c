/*
 * l2: ridge. Hoerl and Kennard, "Ridge Regression", Technometrics 12, 1970.
 */
#include "learn/term.h"

static double
value(const double *W, const struct shape *s, double *work)
{
	double total = 0;

	(void)work;
	for (size_t j = 0; j < s->d; j++) {
		double sum = 0;

		for (size_t c = 0; c < s->C; c++)
			sum += W[j * s->C + c] * W[j * s->C + c];
		total += s->weight[j] * sum;
	}
	return total / 2;
}

static void
gradient(double *G, const double *W, const struct shape *s, double lambda,
    double *work)
{
	(void)work;
	for (size_t j = 0; j < s->d; j++)
		for (size_t c = 0; c < s->C; c++)
			G[j * s->C + c] += lambda * s->weight[j] *
			    W[j * s->C + c];
}

static void
diagonal(double *D, const struct shape *s, double lambda)
{
	for (size_t j = 0; j < s->d; j++)
		for (size_t c = 0; c < s->C; c++)
			D[j * s->C + c] += lambda * s->weight[j];
}

const struct term_kind term_l2 = {
    .name = "l2",
    .formula = "1/2 ||W||_F^2",
    .ties = "nothing: ridge",
    .order = ORDER_QUADRATIC,
    .families = FAMILY_ANY,
    .row_wise = true,
    .value = value,
    .gradient = gradient,
    .diagonal = diagonal,
};
