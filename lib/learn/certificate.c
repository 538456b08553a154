#include "learn/certificate.h"

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
 * sum c l*(-theta) for a scalar loss, theta = -r/c made feasible: squared
 * subtracts the mean, logistic shrinks the heavier side.
 */
static double
conjugate_scalar(double *r, const struct problem *p, const struct block *block,
    bool feasible)
{
	struct walk w = {.p = p, .block = block};
	struct chunk ch;
	struct balance s = balance_of(p, block, r);
	double total = 0;

	while (walk_next(&w, &ch))
		for (size_t i = 0; i < ch.n; i++) {
			double c = chunk_weight(&ch, i), *ri = &r[ch.at + i];

			if (c == 0)
				continue;
			if (feasible && block->loss == LOSS_SQUARED)
				*ri -= c * s.mean;
			else if (feasible && *ri > 0 && s.up > s.down)
				*ri *= s.down / s.up;
			else if (feasible && *ri < 0 && s.down > s.up)
				*ri *= s.up / s.down;
			total += c * loss_conjugate(block->loss,
			    chunk_y(&ch, block, i), -*ri / c);
		}
	return total;
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

/* The same for softmax: sum c sum_k q_k log q_k with q = e_y - theta. */
static double
conjugate_softmax(double *r, const struct problem *p,
    const struct block *block, bool feasible, double *work)
{
	struct walk w = {.p = p, .block = block};
	struct chunk ch;
	size_t K = block->cols;
	double *target = work, *mean = work + K, total = 0;
	double alpha = feasible ? mix_target(target, p, block, r, mean) : 0;

	while (walk_next(&w, &ch))
		for (size_t i = 0; i < ch.n; i++) {
			double c = chunk_weight(&ch, i);
			double *ri = r + (ch.at + i) * K, sum = 0;
			size_t y = (size_t)chunk_y(&ch, block, i);

			if (c == 0)
				continue;
			for (size_t k = 0; k < K; k++) {
				double q = ri[k] / c + (k == y);

				if (alpha > 0)
					q = (1 - alpha) * q +
					    alpha * target[k];
				ri[k] = c * (q - (k == y));
				sum += q > 0 ? q * log(q) : 0;
			}
			total += c * sum;
		}
	return total;
}

double
block_conjugate(double *r, const struct problem *p, const struct block *block,
    double *work)
{
	bool free = p->intercept == INTERCEPT_FREE && !block->fixed;

	if (block->loss == LOSS_SOFTMAX)
		return conjugate_softmax(r, p, block, free, work);
	return conjugate_scalar(r, p, block, free);
}

static double
dot(const double *a, const double *b, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += a[i] * b[i];
	return sum;
}

/* ||grad (F + Omega)|| over W and the intercepts that are not fixed. */
static double
gradient_norm(const struct problem *p, const struct point *pt)
{
	size_t size = p->d * p->C;
	double *g = pt->work, sum;

	memcpy(g, pt->G, size * sizeof *g);
	penalty_gradient(g, p->penalty, pt->V, p->d, &p->pairing, pt->sum);
	sum = dot(g, g, size);
	for (size_t k = 0; k < p->B; k++) {
		const struct block *block = &p->block[k];

		for (size_t c = block->col;
		    c < block->col + block->cols; c++) {
			double e = pt->G[size + c];

			if (p->intercept == INTERCEPT_PENALIZED)
				e += p->intercept_l2 * pt->V[size + c];
			if (p->intercept != INTERCEPT_NONE && !block->fixed)
				sum += e * e;
		}
	}
	return sqrt(sum);
}

/* Upper bound of Omega*(-G): Fenchel's inequality at the current W. */
static double
conjugate_penalty(const struct problem *p, const struct point *pt, double l2)
{
	size_t size = p->d * p->C;
	double *h = pt->work, quadratic = 0, left = 0;

	/* h = (H + l2) W; without the l2 part it is H W. */
	memset(h, 0, size * sizeof *h);
	penalty_gradient(h, p->penalty, pt->V, p->d, &p->pairing, pt->sum);
	for (size_t i = 0; i < size; i++) {
		double hw = h[i] - l2 * pt->V[i], e = -pt->G[i] - hw;

		quadratic += hw * pt->V[i];
		left += e * e;
	}
	return quadratic / 2 + left / (2 * l2);
}

/* What the intercepts add to the dual: sum r stands for -sum c theta. */
static double
dual_intercepts(const struct problem *p, const struct point *pt)
{
	double dual = 0;

	for (size_t k = 0; k < p->B; k++) {
		const struct block *block = &p->block[k];

		for (size_t c = block->col;
		    c < block->col + block->cols; c++) {
			double sum = pt->G[p->d * p->C + c];

			if (block->fixed)
				dual += block->intercept * sum;
			else if (p->intercept == INTERCEPT_PENALIZED)
				dual -= sum * sum / (2 * p->intercept_l2);
		}
	}
	return dual;
}

void
certify(struct certificate *cert, const struct problem *p,
    const struct point *pt, double gradient0)
{
	double l2 = penalty_l2(p->penalty);

	cert->objective = pt->loss + pt->penalty;
	cert->residual = !(l2 > 0);
	if (cert->residual)
		cert->gap = gradient0 > 0 ? gradient_norm(p, pt) / gradient0 :
					    0;
	else
		cert->gap = fmax(0, cert->objective + pt->conjugate -
		    dual_intercepts(p, pt) + conjugate_penalty(p, pt, l2));
}
