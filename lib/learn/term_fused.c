/*
 * fused: the jumps of every feature's weight along the order of the tasks, so
 * that it is piecewise constant. Tibshirani, Saunders, Rosset, Zhu and Knight,
 * "Sparsity and Smoothness via the Fused Lasso", JRSS B 67(1), 2005; Zhou,
 * Liu, Narayan and Ye, "Modeling Disease Progression via Fused Sparse Group
 * Lasso", KDD 2012.
 *
 * The prox is exact, in time linear in the columns, by dynamic programming
 * over the derivative of the best cost so far, a piecewise linear function:
 * Johnson, "A Dynamic Programming Algorithm for the Fused Lasso and
 * L0-Segmentation", JCGS 22(2), 2013.
 */
#include "learn/term.h"

#include <math.h>

/* Where a derivative changes, and the line it gains there: slope x + offset. */
struct knot {
	double x, slope, offset;
};

/*
 * A sequence y, low and high the bounds that its elements get from the next
 * one, and the derivative: knot[first .. last - 1] from left to right, its
 * line before the first knot, and the negative of its line behind the last.
 */
struct fused {
	double *y, *low, *high;
	struct knot *knot, left, right;
	size_t first, last;
};

/* work: y, low and high of n each, 2n knots */
static size_t
room(const struct shape *s)
{
	return s->C * (3 + 2 * sizeof(struct knot) / sizeof(double));
}

static struct fused
lay_out(double *work, size_t C)
{
	return (struct fused){.y = work, .low = work + C, .high = work + 2 * C,
	    .knot = (struct knot *)(void *)(work + 3 * C)};
}

static double
value(const double *W, const struct shape *s, double *work)
{
	double total = 0;

	(void)work;
	for (size_t j = 0; j < s->d; j++)
		for (size_t i = 1; i < s->C; i++) {
			size_t a = s->order[i - 1], b = s->order[i];

			if (s->group[a] == s->group[b])
				total += s->weight[j] *
				    fabs(W[j * s->C + b] - W[j * s->C + a]);
		}
	return total;
}

/* Adds y_k's part of the cost, whose derivative is x - y_k. */
static void
add(struct fused *f, size_t k)
{
	f->left.slope += 1;
	f->left.offset -= f->y[k];
	f->right.slope -= 1;
	f->right.offset += f->y[k];
}

/*
 * Cuts the derivative off at -tau on the left; returns the place. Its slope is
 * positive everywhere, thanks to add.
 */
static double
cut_low(struct fused *f, double tau)
{
	struct knot line = f->left;

	for (; f->first < f->last; f->first++) {
		const struct knot *k = &f->knot[f->first];

		if (line.slope * k->x + line.offset > -tau)
			break;
		line.slope += k->slope;
		line.offset += k->offset;
	}
	line.x = (-tau - line.offset) / line.slope;
	line.offset += tau;
	f->left = (struct knot){.offset = -tau};
	f->knot[--f->first] = line;
	return line.x;
}

/* The same at tau on the right, after cut_low: its knot stays. */
static double
cut_high(struct fused *f, double tau)
{
	struct knot line = f->right;

	for (; f->first + 1 < f->last; f->last--) {
		const struct knot *k = &f->knot[f->last - 1];

		if (line.slope * k->x + line.offset > -tau)
			break;
		line.slope += k->slope;
		line.offset += k->offset;
	}
	line.x = fmax((-tau - line.offset) / line.slope,
	    f->knot[f->first].x);
	line.offset += tau;
	f->right = (struct knot){.offset = -tau};
	f->knot[f->last++] = line;
	return line.x;
}

/* y = argmin over x of 1/2 ||x - y||^2 + tau sum |x_k+1 - x_k| */
static void
solve(struct fused *f, size_t n, double tau)
{
	f->left = f->right = (struct knot){0};
	f->first = f->last = n;
	for (size_t k = 0; k + 1 < n; k++) {
		add(f, k);
		f->low[k] = cut_low(f, tau);
		f->high[k] = cut_high(f, tau);
	}
	add(f, n - 1);
	f->y[n - 1] = cut_low(f, 0);
	for (size_t k = n - 1; k-- > 0;)
		f->y[k] = fmin(fmax(f->y[k + 1], f->low[k]), f->high[k]);
}

/* Takes the mean off y[n] and returns it; *most: that of all |y_1 + .. y_k| */
static double
centre(double *y, size_t n, double *most)
{
	double mean = 0, sum = 0;

	for (size_t k = 1; k < n; k++)
		mean += y[k] - y[0];
	mean = y[0] + mean / (double)n;
	*most = 0;
	for (size_t k = 0; k < n; k++) {
		y[k] -= mean;
		sum += y[k];
		*most = fmax(*most, fabs(sum));
	}
	return mean;
}

/*
 * One set of a row. About the mean the sums are small; where tau makes all
 * equal they are not formed with a tau that would drown them.
 */
static void
fuse(double *row, const size_t *set, size_t n, double tau, struct fused *f)
{
	double mean, most;

	for (size_t i = 0; i < n; i++)
		f->y[i] = row[set[i]];
	mean = centre(f->y, n, &most);
	if (tau < most)
		solve(f, n, tau);
	for (size_t i = 0; i < n; i++)
		row[set[i]] = tau < most ? mean + f->y[i] : mean;
}

static void
prox(double *W, const struct shape *s, double lambda, const double *step,
    double *work)
{
	struct fused f = lay_out(work, s->C);

	for (size_t j = 0; j < s->d; j++)
		for (size_t g = 0; g < s->groups; g++)
			if (shape_paired(s, g) > 1)
				fuse(W + j * s->C, s->order + s->start[g],
				    shape_paired(s, g),
				    lambda * step[j] * s->weight[j], &f);
}

/* Subgradients of jumps lie within +-lambda v_j: so must the sums of G. */
static double
hold(const double *G, const struct shape *s, double *work)
{
	struct fused f = lay_out(work, s->C);
	double lambda = 0, most;

	for (size_t j = 0; j < s->d; j++)
		for (size_t g = 0; g < s->groups; g++) {
			const size_t *set = s->order + s->start[g];
			size_t n = shape_paired(s, g);

			if (n < 2)
				continue;
			for (size_t i = 0; i < n; i++)
				f.y[i] = G[j * s->C + set[i]];
			centre(f.y, n, &most);
			lambda = fmax(lambda, most / s->weight[j]);
		}
	return lambda;
}

const struct term_kind term_fused = {
    .name = "fused",
    .formula = "sum_j sum_t |W_j,t+1 - W_j,t|",
    .ties = "ordered tasks: piecewise constant",
    .order = ORDER_FUSED,
    .families = FAMILY_ROWS,
    .couples = true,
    .row_wise = true,
    .room = room,
    .value = value,
    .prox = prox,
    .hold = hold,
};
