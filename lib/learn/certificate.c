#include "learn/certificate.h"

#include <math.h>
#include <string.h>

#include "learn/component.h"

bool
certifies(const struct penalty *p)
{
	for (size_t i = 0; i < p->components; i++)
		if (component_conjugacy(&p->component[i]) == CONJUGATE_NONE)
			return false;
	return true;
}

/* ||grad|| over the intercepts that move, squared. */
static double
intercept_residual(const struct problem *p, const struct point *pt)
{
	size_t last = p->d * p->C;
	double sum = 0;

	for (size_t k = 0; k < p->B; k++) {
		const struct block *block = &p->block[k];

		for (size_t c = block->col;
		    c < block->col + block->cols; c++) {
			double e = pt->G[last + c];

			if (p->intercept == INTERCEPT_PENALIZED)
				e += p->intercept_l2 * pt->V[last + c];
			if (p->intercept != INTERCEPT_NONE && !block->fixed)
				sum += e * e;
		}
	}
	return sum;
}

/* L ||P - prox_{1/L}(P - grad/L)|| over all components and intercepts. */
static double
residual(const struct problem *p, const struct point *pt, double L)
{
	size_t size = p->d * p->C;
	double *g = pt->work, *q = pt->copy;
	double sum = intercept_residual(p, pt);

	for (size_t i = 0; i < p->penalty->components; i++) {
		const struct component *m = &p->penalty->component[i];
		const double *P = pt->P + i * size;

		memcpy(g, pt->G, size * sizeof *g);
		component_gradient(g, m, P, &p->shape, false, pt->room);
		for (size_t k = 0; k < size; k++)
			q[k] = P[k] - g[k] / L;
		component_prox(q, m, &p->shape, 1 / L, pt->room);
		for (size_t k = 0; k < size; k++)
			sum += L * (P[k] - q[k]) * L * (P[k] - q[k]);
	}
	return sqrt(sum);
}

/* U = -G - H P of component i; returns <P, H P>. */
static double
shifted(double *U, const struct problem *p, const struct point *pt, size_t i)
{
	size_t size = p->d * p->C;
	const double *P = pt->P + i * size;
	double quadratic = 0;

	memset(U, 0, size * sizeof *U);
	component_gradient(U, &p->penalty->component[i], P, &p->shape, false,
	    pt->room);
	for (size_t k = 0; k < size; k++) {
		quadratic += U[k] * P[k];
		U[k] = -pt->G[k] - U[k];
	}
	return quadratic;
}

/* The largest s in [0, 1] at which every ball holds. */
static double
feasible_scale(const struct problem *p, const struct point *pt)
{
	double s = 1;

	for (size_t i = 0; i < p->penalty->components; i++) {
		const struct component *m = &p->penalty->component[i];

		if (component_conjugacy(m) != CONJUGATE_BALL)
			continue;
		shifted(pt->work, p, pt, i);
		s = fmin(s, component_scale(m, pt->work, &p->shape, pt->copy,
		    pt->room));
	}
	return s;
}

/* The bound of sum_J Omega_J*(s G). */
static double
conjugate_penalty(const struct problem *p, const struct point *pt, double s)
{
	size_t size = p->d * p->C;
	double total = 0, *U = pt->work;

	for (size_t i = 0; i < p->penalty->components; i++) {
		const struct component *m = &p->penalty->component[i];

		total += s * s / 2 * shifted(U, p, pt, i);
		if (component_conjugacy(m) == CONJUGATE_BALL)
			continue;
		for (size_t k = 0; k < size; k++)
			U[k] *= s;
		total += component_conjugate(m, U, &p->shape, pt->copy,
		    pt->room);
	}
	return total;
}

/* What the intercepts add to the dual: sum r stands for -sum c theta. */
static double
dual_intercepts(const struct problem *p, const struct point *pt, double s)
{
	double dual = 0;

	for (size_t k = 0; k < p->B; k++) {
		const struct block *block = &p->block[k];

		for (size_t c = block->col;
		    c < block->col + block->cols; c++) {
			double sum = s * pt->G[p->d * p->C + c];

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
    const struct point *pt, double gradient0, double L, size_t threads)
{
	double s;

	cert->objective = pt->loss + pt->penalty;
	cert->residual = !certifies(p->penalty);
	if (cert->residual) {
		cert->gap = gradient0 > 0 ? residual(p, pt, L) / gradient0 :
					    0;
		return;
	}
	s = feasible_scale(p, pt);
	cert->gap = cert->objective + point_conjugate(pt, p, s, threads) -
	    dual_intercepts(p, pt, s) + conjugate_penalty(p, pt, s);
	/* Below 0 is rounding; what is no number stays that. */
	if (cert->gap < 0)
		cert->gap = 0;
}
