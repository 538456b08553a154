#include "learn/dual.h"

#include <math.h>
#include <string.h>

/* Sums over the pairs of a block that make theta feasible. */
struct balance {
	double up, down; /* sum of positive slopes, of negative ones (as > 0) */
	double mean;     /* squared: sum r / sum c */
};

static struct balance
balance_of(const struct problem *p, const struct block *block, const double *r)
{
	struct walk w = {.p = p, .block = block};
	struct chunk ch;
	struct balance s = {0, 0, 0};
	double weight = 0;

	while (walk_next(&w, &ch))
		for (size_t i = 0; i < ch.n; i++) {
			double ri = r[ch.at + i];

			s.up += ri > 0 ? ri : 0;
			s.down -= ri < 0 ? ri : 0;
			weight += chunk_weight(&ch, i);
		}
	s.mean = weight > 0 ? (s.up - s.down) / weight : 0;
	return s;
}

/*
 * A scalar loss: squared subtracts the mean; the others, whose domains are
 * bounded and hold 0, shrink the heavier side.
 */
static void
balance_scalar(double *r, const struct problem *p, const struct block *block)
{
	struct walk w = {.p = p, .block = block};
	struct chunk ch;
	struct balance s = balance_of(p, block, r);

	while (walk_next(&w, &ch))
		for (size_t i = 0; i < ch.n; i++) {
			double c = chunk_weight(&ch, i), *ri = &r[ch.at + i];

			if (c == 0)
				continue;
			if (block->loss == LOSS_SQUARED)
				*ri -= c * s.mean;
			else if (*ri > 0 && s.up > s.down)
				*ri *= s.down / s.up;
			else if (*ri < 0 && s.down > s.up)
				*ri *= s.up / s.down;
		}
}

/*
 * The share alpha by which q = e_y - theta must move towards target[K], inside
 * the simplex, for its weighted mean to become the class rates.
 */
static double
mix_target(double *target, const struct problem *p, const struct block *block,
    const double *r, double *mean)
{
	struct walk w = {.p = p, .block = block};
	struct chunk ch;
	size_t K = block->cols;
	double weight = 0, alpha = 0;

	memset(target, 0, K * sizeof *target);
	memset(mean, 0, K * sizeof *mean);
	while (walk_next(&w, &ch))
		for (size_t i = 0; i < ch.n; i++) {
			double c = chunk_weight(&ch, i);

			weight += c;
			target[(size_t)chunk_y(&ch, block, i)] += c;
			for (size_t k = 0; k < K; k++)
				mean[k] += r[(ch.at + i) * K + k];
		}
	/* Now target = weight * class rates, mean = weight * (q - rates). */
	for (size_t k = 0; k < K; k++) {
		mean[k] += target[k];
		if (mean[k] > 0)
			alpha = fmax(alpha, 1 - target[k] / mean[k]);
	}
	alpha = fmin(1, alpha);
	for (size_t k = 0; k < K && alpha > 0; k++)
		target[k] = fmax(0, target[k] - (1 - alpha) * mean[k]) /
		    (alpha * weight);
	return alpha;
}

/* Softmax: q = e_y - theta moves towards the class rates. */
static void
balance_softmax(double *r, const struct problem *p, const struct block *block,
    double *work)
{
	struct walk w = {.p = p, .block = block};
	struct chunk ch;
	size_t K = block->cols;
	double *target = work, *mean = work + K;
	double alpha = mix_target(target, p, block, r, mean);

	while (alpha > 0 && walk_next(&w, &ch))
		for (size_t i = 0; i < ch.n; i++) {
			double c = chunk_weight(&ch, i);
			double *ri = r + (ch.at + i) * K;
			size_t y = (size_t)chunk_y(&ch, block, i);

			for (size_t k = 0; k < K && c > 0; k++) {
				double q = ri[k] / c + (k == y);

				q = (1 - alpha) * q + alpha * target[k];
				ri[k] = c * (q - (k == y));
			}
		}
}

void
block_balance(double *r, const struct problem *p, const struct block *block,
    double *work)
{
	if (p->intercept != INTERCEPT_FREE || block->fixed)
		return;
	if (block->loss == LOSS_SOFTMAX)
		balance_softmax(r, p, block, work);
	else
		balance_scalar(r, p, block);
}

/* sum over k of q log q, q = e_y - theta = e_y + s r/c */
static double
entropy(const double *r, size_t K, double s, double c, size_t y)
{
	double sum = 0;

	for (size_t k = 0; k < K; k++) {
		double q = s * r[k] / c + (k == y);

		sum += q > 0 ? q * log(q) : 0;
	}
	return sum;
}

double
block_conjugate(const double *r, double s, const struct problem *p,
    const struct block *block)
{
	struct walk w = {.p = p, .block = block};
	struct chunk ch;
	size_t K = block->cols;
	double total = 0;

	while (walk_next(&w, &ch)) {
		double sum = 0;

		for (size_t i = 0; i < ch.n; i++) {
			const double *ri = r + (ch.at + i) * K;
			double c = chunk_weight(&ch, i);
			double y = chunk_y(&ch, block, i);

			if (c == 0)
				continue;
			if (block->loss == LOSS_SOFTMAX)
				sum += c * entropy(ri, K, s, c, (size_t)y);
			else
				sum += c * loss_conjugate(block->loss, y,
				    -s * *ri / c);
		}
		total += sum;
	}
	return total;
}
