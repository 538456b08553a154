/*
 * trace: the sum of W's singular values, which makes the tasks' columns share
 * a subspace. Ji and Ye, "An Accelerated Gradient Method for Trace Norm
 * Minimization", ICML 2009.
 */
#include "learn/term.h"

#include <math.h>

#include "learn/spectrum.h"

static double
value(const double *W, const struct shape *s, double *work)
{
	size_t q = spectrum_values(work, W, s);
	double total = 0;

	for (size_t k = 0; k < q; k++)
		total += work[k];
	return total;
}

static void
prox(double *W, const struct shape *s, double lambda, const double *step,
    double *work)
{
	struct spectrum sp;

	if (!spectrum_shrinking(&sp, W, s, lambda * step[0], work))
		return;
	for (size_t k = 0; k < sp.q; k++)
		sp.sigma[k] = fmax(sp.sigma[k] - lambda * step[0], 0);
	spectrum_join(W, &sp);
}

/* The operator norm. */
static double
dual(const double *G, const struct shape *s, double *work)
{
	return spectrum_values(work, G, s) > 0 ? work[0] : 0;
}

const struct term_kind term_trace = {
    .name = "trace",
    .formula = "sum of the singular values of W",
    .ties = "tasks: a shared subspace",
    .order = ORDER_TRACE,
    .families = FAMILY_SPECTRUM,
    .couples = true,
    .room = spectrum_room,
    .value = value,
    .prox = prox,
    .dual = dual,
};
