/*
 * relation: half the square of the trace norm. It is the least of
 * 1/2 tr(W Omega^-1 W') over the columns' covariances Omega of trace 1,
 * reached at spectrum_covariance. Zhang and Yeung, "A Convex Formulation for
 * Learning Task Relationships in Multi-Task Learning", UAI 2010; the convex
 * feature learning of Argyriou, Evgeniou and Pontil, "Convex Multi-Task
 * Feature Learning", Machine Learning 73, 2008, is the same function.
 */
#include "learn/term.h"

#include <math.h>

#include "base/blas.h"
#include "learn/spectrum.h"

static double
value(const double *W, const struct shape *s, double *work)
{
	size_t q = spectrum_values(work, W, s);
	double total = 0;

	for (size_t k = 0; k < q; k++)
		total += work[k];
	return total * total / 2;
}

/*
 * What to take off each value: lambda times the sum of those that stay. With
 * the k largest staying, that sum less k times the cut is cut / lambda.
 */
static double
cut(const double *sigma, size_t q, double lambda)
{
	double sum = 0, at = 0;

	for (size_t k = 0; k < q; k++) {
		double next = (sum + sigma[k]) /
		    (1 / lambda + (double)(k + 1));

		if (!(sigma[k] > next))
			break;
		sum += sigma[k];
		at = next;
	}
	return at;
}

static double
frobenius(const double *W, const struct shape *s)
{
	return cblas_dnrm2(blas_int(s->d * s->C), W, 1);
}

static void
prox(double *W, const struct shape *s, double lambda, const double *step,
    double *work)
{
	struct spectrum sp;
	size_t q = s->d < s->C ? s->d : s->C;
	double by = lambda * step[0], off;

	/* cut is no less than with the largest value alone. */
	off = by / (1 + by) * frobenius(W, s) / sqrt((double)q);
	if (!spectrum_shrinking(&sp, W, s, off, work))
		return;
	off = cut(sp.sigma, sp.q, by);
	for (size_t k = 0; k < sp.q; k++)
		sp.sigma[k] = fmax(sp.sigma[k] - off, 0);
	spectrum_join(W, &sp);
}

/* The square of the operator norm over 2 lambda. */
static double
conjugate(const double *U, const struct shape *s, double lambda, double *work)
{
	size_t q = spectrum_values(work, U, s);

	return q > 0 ? work[0] * (work[0] / (2 * lambda)) : 0;
}

const struct term_kind term_relation = {
    .name = "relation",
    .formula = "1/2 (sum of the singular values of W)^2",
    .ties = "tasks: a learned covariance",
    .order = ORDER_RELATION,
    .families = FAMILY_SPECTRUM,
    .couples = true,
    .room = spectrum_room,
    .value = value,
    .prox = prox,
    .conjugate = conjugate,
};
