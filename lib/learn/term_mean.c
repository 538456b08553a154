/*
 * mean: every task's column is drawn towards the tasks' mean column. Evgeniou
 * and Pontil, "Regularized Multi-Task Learning", KDD 2004.
 */
#include "learn/term.h"

static size_t
room(const struct shape *s)
{
	return s->groups;
}

/* mean[g] of a row of W over the paired columns of each set. */
static void
row_means(double *mean, const double *row, const struct shape *s)
{
	for (size_t g = 0; g < s->groups; g++)
		mean[g] = 0;
	for (size_t c = 0; c < s->C; c++)
		mean[s->group[c]] += row[c];
	for (size_t g = 0; g < s->groups; g++)
		mean[g] /= (double)shape_paired(s, g);
}

static double
value(const double *W, const struct shape *s, double *mean)
{
	double total = 0;

	for (size_t j = 0; j < s->d; j++) {
		const double *row = W + j * s->C;
		double sum = 0;

		row_means(mean, row, s);
		for (size_t c = 0; c < s->C; c++) {
			double e = row[c] - mean[s->group[c]];

			sum += e * e;
		}
		total += s->weight[j] * sum;
	}
	return total / 2;
}

static void
gradient(double *G, const double *W, const struct shape *s, double lambda,
    double *mean)
{
	for (size_t j = 0; j < s->d; j++) {
		const double *row = W + j * s->C;

		row_means(mean, row, s);
		for (size_t c = 0; c < s->C; c++)
			G[j * s->C + c] += lambda * s->weight[j] *
			    (row[c] - mean[s->group[c]]);
	}
}

static void
diagonal(double *D, const struct shape *s, double lambda)
{
	for (size_t j = 0; j < s->d; j++)
		for (size_t c = 0; c < s->C; c++)
			D[j * s->C + c] += lambda * s->weight[j] *
			    (1 - 1 / (double)shape_paired(s, s->group[c]));
}

const struct term_kind term_mean = {
    .name = "mean",
    .formula = "1/2 sum_t ||w_t - mean w||^2",
    .ties = "tasks: towards their mean",
    .order = ORDER_QUADRATIC,
    .families = FAMILY_ANY,
    .couples = true,
    .row_wise = true,
    .room = room,
    .value = value,
    .gradient = gradient,
    .diagonal = diagonal,
};
