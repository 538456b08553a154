/*
 * cluster: k clusters of tasks, relaxed to a convex function of the singular
 * values,
 *
 *     1/2 eta (1 + eta) sum of sigma_i^2 / (eta + gamma_i),
 *
 * the least over 0 <= gamma_i <= 1, sum gamma_i = min(k, q). Zhou, Chen and
 * Ye, "Clustered Multi-Task Learning via Alternating Structure Optimization",
 * NIPS 2011; the convex ASO of Chen, Tang, Liu and Ye, "A Convex Formulation
 * for Learning Shared Structures from Multiple Tasks", ICML 2009, is the same
 * function.
 */
#include "learn/term.h"

#include <math.h>

#include "learn/spectrum.h"

/* x between 0 and 1 */
static double
clip(double x)
{
	return fmin(fmax(x, 0), 1);
}

/*
 * Sum of the gammas when value i is the last to reach 1, or (top false) to
 * leave 0. By differences of values: with a large eta nothing cancels.
 */
static double
filled(const double *sigma, size_t q, size_t i, double eta, bool top)
{
	double total = 0;

	for (size_t k = 0; k < q; k++) {
		double gap = (sigma[k] - sigma[i]) / sigma[i];

		total += clip(top ? 1 + (1 + eta) * gap : eta * gap);
	}
	return total;
}

/*
 * Water-filling: gamma_i = clip(sigma_i / nu - eta, 0, 1) with the nu that
 * makes their sum `sum`; all 1 if no more than that many values are not 0.
 * sigma descends, so as nu falls the values leave 0 in order, at sigma / eta,
 * and reach 1 in order, at sigma / (1 + eta). The first `full` have reached 1
 * and the first `wet` have left 0 when the sum is met.
 */
static void
fill(double *gamma, const double *sigma, size_t q, double eta, double sum)
{
	size_t full = 0, wet = 0;
	double gaps = 0, total = 0;

	while (full < q && sigma[full] > 0) {
		/* which comes first; a value of 0 never leaves 0 */
		bool top = wet == q ||
		    eta * (sigma[full] - sigma[wet]) > sigma[wet];

		if (filled(sigma, q, top ? full : wet, eta, top) >= sum)
			break;
		*(top ? &full : &wet) += 1;
	}
	for (size_t k = full; k < wet; k++) {
		gaps += sigma[k] - sigma[full];
		total += sigma[k];
	}
	for (size_t k = 0; k < q; k++) {
		double gap;

		gamma[k] = k < full;
		if (k < full || k >= wet)
			continue;
		/* of sigma_k from the others of these values, summed */
		gap = (double)(wet - full) * (sigma[k] - sigma[full]) - gaps;
		gamma[k] = clip((sigma[k] * (sum - (double)full) +
		    eta * gap) / total);
	}
}

static double
value(const double *W, const struct shape *s, double *work)
{
	size_t q = spectrum_values(work, W, s);
	double *gamma = work + q, total = 0;

	fill(gamma, work, q, s->eta, (double)s->clusters);
	for (size_t k = 0; k < q; k++)
		total += work[k] * (work[k] / (s->eta + gamma[k]));
	return s->eta * (1 + s->eta) * total / 2;
}

/*
 * With the gammas fixed this is ridge in each value, c = lambda eta (1 + eta)
 * over eta + gamma; what is left to minimise over them is sigma^2 /
 * (eta + c + gamma), summed, which is filled the same way.
 */
static void
prox(double *W, const struct shape *s, double lambda, const double *step,
    double *work)
{
	double c = lambda * step[0] * s->eta * (1 + s->eta);
	struct spectrum sp;

	if (!spectrum_split(&sp, W, s, work))
		return;
	fill(sp.spare, sp.sigma, sp.q, s->eta + c, (double)s->clusters);
	for (size_t k = 0; k < sp.q; k++) {
		double ridge = s->eta + sp.spare[k];

		sp.sigma[k] *= ridge / (ridge + c);
	}
	spectrum_join(W, &sp);
}

/* (eta ||U||^2 + the k largest sigma^2) / (2 lambda eta (1 + eta)) */
static double
conjugate(const double *U, const struct shape *s, double lambda, double *work)
{
	size_t q = spectrum_values(work, U, s);
	double scale = 2 * lambda * s->eta * (1 + s->eta), total = 0;

	for (size_t k = 0; k < q; k++)
		total += work[k] * (work[k] / scale) *
		    (k < s->clusters ? s->eta + 1 : s->eta);
	return total;
}

const struct term_kind term_cluster = {
    .name = "cluster",
    .formula = "1/2 eta(1 + eta) min_M tr(W (eta I + M)^-1 W'), tr M = k",
    .ties = "tasks: k clusters (--clusters, --eta)",
    .order = ORDER_CLUSTER,
    .families = FAMILY_CLUSTER,
    .couples = true,
    .room = spectrum_room,
    .value = value,
    .prox = prox,
    .conjugate = conjugate,
};
