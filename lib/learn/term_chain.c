/*
 * chain: every task's column is drawn towards the next one's in the order of
 * the tasks. Zhou, Yuan, Liu and Ye, "A Multi-Task Learning Formulation for
 * Predicting Disease Progression", KDD 2011.
 */
#include "learn/term.h"

/* Whether column order[i] follows order[i - 1] in its set. */
static bool
follows(const struct shape *s, size_t i)
{
	return s->group[s->order[i - 1]] == s->group[s->order[i]];
}

static double
value(const double *W, const struct shape *s, double *work)
{
	double total = 0;

	(void)work;
	for (size_t j = 0; j < s->d; j++)
		for (size_t i = 1; i < s->C; i++) {
			double gap = W[j * s->C + s->order[i]] -
			    W[j * s->C + s->order[i - 1]];

			if (follows(s, i))
				total += s->weight[j] * gap * gap;
		}
	return total / 2;
}

static void
gradient(double *G, const double *W, const struct shape *s, double lambda,
    double *work)
{
	(void)work;
	for (size_t j = 0; j < s->d; j++)
		for (size_t i = 1; i < s->C; i++) {
			size_t a = j * s->C + s->order[i - 1];
			size_t b = j * s->C + s->order[i];
			double pull = lambda * s->weight[j] * (W[a] - W[b]);

			if (!follows(s, i))
				continue;
			G[a] += pull;
			G[b] -= pull;
		}
}

static void
diagonal(double *D, const struct shape *s, double lambda)
{
	for (size_t j = 0; j < s->d; j++)
		for (size_t i = 1; i < s->C; i++) {
			double pull = lambda * s->weight[j];

			if (!follows(s, i))
				continue;
			D[j * s->C + s->order[i - 1]] += pull;
			D[j * s->C + s->order[i]] += pull;
		}
}

const struct term_kind term_chain = {
    .name = "chain",
    .formula = "1/2 sum_t ||w_t+1 - w_t||^2",
    .ties = "ordered tasks: towards the next",
    .order = ORDER_QUADRATIC,
    .families = FAMILY_ANY,
    .couples = true,
    .row_wise = true,
    .value = value,
    .gradient = gradient,
    .diagonal = diagonal,
};
