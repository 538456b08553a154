/*
 * l2: ridge. Hoerl and Kennard, "Ridge Regression", Technometrics 12, 1970.
 */
#include "learn/penalty.h"

static double
value(const double *W, size_t d, const struct pairing *p, double *sum)
{
	double total = 0;

	(void)sum;
	for (size_t i = 0; i < d * p->C; i++)
		total += W[i] * W[i];
	return total / 2;
}

static void
gradient(double *G, const double *W, size_t d, const struct pairing *p,
    double lambda, double *sum)
{
	(void)sum;
	for (size_t i = 0; i < d * p->C; i++)
		G[i] += lambda * W[i];
}

static void
diagonal(double *D, const struct pairing *p, double lambda)
{
	for (size_t c = 0; c < p->C; c++)
		D[c] += lambda;
}

const struct term_kind term_l2 = {
    .name = "l2",
    .formula = "1/2 ||W||_F^2",
    .ties = "nothing: ridge",
    .couples = false,
    .value = value,
    .gradient = gradient,
    .diagonal = diagonal,
};
