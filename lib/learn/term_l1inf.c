/*
 * l1inf: the rows' largest entries, which selects features for all tasks and
 * lets each use a feature it pays for as much as it likes. Quattoni, Carreras,
 * Collins and Darrell, "An Efficient Projection for l1,infinity
 * Regularization", ICML 2009.
 *
 * Its prox is W less the projection on the l1 ball (Moreau), which cuts every
 * row off at one level.
 */
#include "learn/term.h"

#include <math.h>

static size_t
room(const struct shape *s)
{
	return s->C;
}

static double
largest(const double *row, size_t C)
{
	double most = 0;

	for (size_t c = 0; c < C; c++)
		if (fabs(row[c]) > most || isnan(row[c]))
			most = fabs(row[c]);
	return most;
}

static double
sum(const double *row, size_t C)
{
	double total = 0;

	for (size_t c = 0; c < C; c++)
		total += fabs(row[c]);
	return total;
}

static double
value(const double *W, const struct shape *s, double *work)
{
	double total = 0;

	(void)work;
	for (size_t j = 0; j < s->d; j++)
		total += s->weight[j] * largest(W + j * s->C, s->C);
	return total;
}

/*
 * How far below the largest entry the row is cut off, so that tau is cut off
 * in all: the root t of sum over c of max(t - gap_c, 0) = tau, gap_c >= 0 the
 * distance of entry c from the largest one. Drops entries that lie deeper than
 * t until none does (Michelot, "A Finite Algorithm for Finding the Projection
 * of a Point onto the Canonical Simplex of R^n", JOTA 50, 1986); t only falls.
 */
static double
depth(double *gap, const double *row, size_t C, double most, double tau)
{
	double t, total = 0;
	size_t n = C, left;

	for (size_t c = 0; c < C; c++)
		total += gap[c] = most - fabs(row[c]);
	for (t = (tau + total) / (double)n;; t = (tau + total) / (double)n) {
		left = 0;
		total = 0;
		for (size_t i = 0; i < n; i++)
			if (gap[i] < t)
				total += gap[left++] = gap[i];
		if (left == n || left == 0)
			return t;
		n = left;
	}
}

/* What is left of the row's largest entries; NaN if one is. */
static double
level(double *work, const double *row, size_t C, double tau)
{
	double most = largest(row, C), at;

	if (sum(row, C) <= tau)
		return 0;
	at = most - depth(work, row, C, most, tau);
	return at < 0 ? 0 : at; /* by rounding */
}

static void
prox(double *W, const struct shape *s, double lambda, const double *step,
    double *work)
{
	for (size_t j = 0; j < s->d; j++) {
		double *row = W + j * s->C;
		double at = level(work, row, s->C,
		    lambda * step[j] * s->weight[j]);

		for (size_t c = 0; c < s->C; c++)
			if (!(fabs(row[c]) <= at))
				row[c] = at > 0 ? copysign(at, row[c]) : at;
	}
}

/* The largest of the rows' l1 norms over their weights. */
static double
dual(const double *G, const struct shape *s, double *work)
{
	double most = 0;

	(void)work;
	for (size_t j = 0; j < s->d; j++) {
		double norm = sum(G + j * s->C, s->C) / s->weight[j];

		if (norm > most || isnan(norm))
			most = norm;
	}
	return most;
}

const struct term_kind term_l1inf = {
    .name = "l1inf",
    .formula = "sum_j max_c |W_jc|",
    .ties = "tasks: the same features for all",
    .order = ORDER_L1INF,
    .families = FAMILY_ROWS,
    .couples = true,
    .row_wise = true,
    .room = room,
    .value = value,
    .prox = prox,
    .dual = dual,
};
