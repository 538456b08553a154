#include "learn/certificate.h"

#include <math.h>
#include <string.h>

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
    const struct point *pt, double gradient0, size_t threads)
{
	double l2 = penalty_l2(p->penalty);

	cert->objective = pt->loss + pt->penalty;
	cert->residual = !(l2 > 0);
	if (cert->residual)
		cert->gap = gradient0 > 0 ? gradient_norm(p, pt) / gradient0 :
					    0;
	else
		cert->gap = fmax(0, cert->objective +
		    point_conjugate(pt, p, 1, threads) -
		    dual_intercepts(p, pt) + conjugate_penalty(p, pt, l2));
}
