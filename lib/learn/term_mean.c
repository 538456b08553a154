/*
 * mean: every task's column is drawn towards the tasks' mean column. Evgeniou
 * and Pontil, "Regularized Multi-Task Learning", KDD 2004.
 */
#include "learn/penalty.h"

/* mean[g] of row j of W over the columns of each group. */
static void
row_means(double *mean, const double *row, const struct pairing *p)
{
	for (size_t g = 0; g < p->groups; g++)
		mean[g] = 0;
	for (size_t c = 0; c < p->C; c++)
		mean[p->group[c]] += row[c];
	for (size_t g = 0; g < p->groups; g++)
		mean[g] /= p->size[g];
}

static double
value(const double *W, size_t d, const struct pairing *p, double *sum)
{
	double total = 0;

	for (size_t j = 0; j < d; j++) {
		const double *row = W + j * p->C;

		row_means(sum, row, p);
		for (size_t c = 0; c < p->C; c++) {
			double e = row[c] - sum[p->group[c]];

			total += e * e;
		}
	}
	return total / 2;
}

static void
gradient(double *G, const double *W, size_t d, const struct pairing *p,
    double lambda, double *sum)
{
	for (size_t j = 0; j < d; j++) {
		const double *row = W + j * p->C;

		row_means(sum, row, p);
		for (size_t c = 0; c < p->C; c++)
			G[j * p->C + c] += lambda * (row[c] -
			    sum[p->group[c]]);
	}
}

static void
diagonal(double *D, const struct pairing *p, double lambda)
{
	for (size_t c = 0; c < p->C; c++)
		D[c] += lambda * (1 - 1 / p->size[p->group[c]]);
}

const struct term_kind term_mean = {
    .name = "mean",
    .formula = "1/2 sum_t ||w_t - mean w||^2",
    .ties = "tasks: towards their mean",
    .couples = true,
    .value = value,
    .gradient = gradient,
    .diagonal = diagonal,
};
