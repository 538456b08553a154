/*
 * graph: columns that an edge joins are drawn together, the harder the larger
 * its weight. Evgeniou, Micchelli and Pontil, "Learning Multiple Tasks with
 * Kernel Methods", JMLR 6, 2005.
 */
#include "learn/term.h"

static double
value(const double *W, const struct shape *s, double *work)
{
	double total = 0;

	(void)work;
	for (size_t j = 0; j < s->d; j++)
		for (size_t i = 0; i < s->edges; i++) {
			const struct edge *e = &s->edge[i];
			double gap = W[j * s->C + e->a] - W[j * s->C + e->b];

			total += s->weight[j] * e->weight * gap * gap;
		}
	return total / 2;
}

static void
gradient(double *G, const double *W, const struct shape *s, double lambda,
    double *work)
{
	(void)work;
	for (size_t j = 0; j < s->d; j++)
		for (size_t i = 0; i < s->edges; i++) {
			const struct edge *e = &s->edge[i];
			size_t a = j * s->C + e->a, b = j * s->C + e->b;
			double pull = lambda * s->weight[j] * e->weight *
			    (W[a] - W[b]);

			G[a] += pull;
			G[b] -= pull;
		}
}

static void
diagonal(double *D, const struct shape *s, double lambda)
{
	for (size_t j = 0; j < s->d; j++)
		for (size_t i = 0; i < s->edges; i++) {
			const struct edge *e = &s->edge[i];
			double pull = lambda * s->weight[j] * e->weight;

			if (e->a == e->b)
				continue;
			D[j * s->C + e->a] += pull;
			D[j * s->C + e->b] += pull;
		}
}

const struct term_kind term_graph = {
    .name = "graph",
    .formula = "1/2 sum_(a,b) s_ab ||w_a - w_b||^2",
    .ties = "tasks: towards their neighbours in --graph",
    .order = ORDER_QUADRATIC,
    .families = FAMILY_ANY,
    .couples = true,
    .row_wise = true,
    .value = value,
    .gradient = gradient,
    .diagonal = diagonal,
};
