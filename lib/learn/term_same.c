/*
 * same: all paired columns are equal, the part of a sum that the tasks have in
 * common. Daume III, "Frustratingly Easy Domain Adaptation", ACL 2007; Gross
 * and Tibshirani, "Data Shared Lasso", CSDA 101, 2016.
 *
 * The value, 0 or infinite, is given as 0. With any other term this prox comes
 * first: the others leave equal columns equal, if with task or block all tasks
 * have the same classes.
 */
#include "learn/term.h"

static double
value(const double *W, const struct shape *s, double *work)
{
	(void)W;
	(void)s;
	(void)work;
	return 0;
}

/* Paired columns become their mean, taken about the first. */
static void
prox(double *W, const struct shape *s, double lambda, const double *step,
    double *work)
{
	(void)lambda;
	(void)step;
	(void)work;
	for (size_t j = 0; j < s->d; j++)
		for (size_t g = 0; g < s->groups; g++) {
			const size_t *set = s->order + s->start[g];
			size_t n = shape_paired(s, g);
			double *row = W + j * s->C, mean = 0;

			for (size_t i = 1; i < n; i++)
				mean += row[set[i]] - row[set[0]];
			if (n > 0)
				mean = row[set[0]] + mean / (double)n;
			for (size_t i = 0; i < n; i++)
				row[set[i]] = mean;
		}
}

const struct term_kind term_same = {
    .name = "same",
    .formula = "0 if all tasks' columns are equal, else infinite",
    .ties = "tasks: all columns equal",
    .order = ORDER_SAME,
    .families = FAMILY_ANY,
    .couples = true,
    .row_wise = true,
    .value = value,
    .prox = prox,
};
