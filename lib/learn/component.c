#include "learn/component.h"

#include <math.h>
#include <string.h>

double
component_ridge(const struct component *m)
{
	double lambda = 0;

	for (size_t k = 0; k < m->terms; k++)
		if (m->term[k].kind == &term_l2)
			lambda += term_lambda(&m->term[k]);
	return lambda;
}

static bool
quadratic(const struct term *t)
{
	return t->kind->order == ORDER_QUADRATIC;
}

/* Terms that count, quadratic or not, l2 or not. */
static double
sum_of(const struct component *m, const double *P, const struct shape *s,
    bool norms_only, double *work)
{
	double total = 0;

	for (size_t k = 0; k < m->terms; k++) {
		const struct term *t = &m->term[k];

		if (term_lambda(t) > 0 && !(norms_only && quadratic(t)))
			total += term_lambda(t) * t->kind->value(P, s, work);
	}
	return total;
}

double
component_value(const struct component *m, const double *P,
    const struct shape *s, double *work)
{
	return sum_of(m, P, s, false, work);
}

double
component_norms(const struct component *m, const double *P,
    const struct shape *s, double *work)
{
	return sum_of(m, P, s, true, work);
}

void
component_gradient(double *G, const struct component *m, const double *P,
    const struct shape *s, bool ridge, double *work)
{
	for (size_t k = 0; k < m->terms; k++) {
		const struct term *t = &m->term[k];

		if (quadratic(t) && term_lambda(t) > 0 &&
		    (ridge || t->kind != &term_l2))
			t->kind->gradient(G, P, s, term_lambda(t), work);
	}
}

void
component_diagonal(double *D, const struct component *m,
    const struct shape *s)
{
	memset(D, 0, s->d * s->C * sizeof *D);
	for (size_t k = 0; k < m->terms; k++) {
		const struct term *t = &m->term[k];

		if (quadratic(t) && term_lambda(t) > 0)
			t->kind->diagonal(D, s, term_lambda(t));
	}
}

/* The next term after order `last` that is not quadratic, or NULL. */
static const struct term *
next_term(const struct component *m, enum term_order last)
{
	const struct term *next = NULL;

	for (size_t k = 0; k < m->terms; k++) {
		const struct term *t = &m->term[k];

		if (term_lambda(t) > 0 && t->kind->order > last &&
		    (next == NULL || t->kind->order < next->kind->order))
			next = t;
	}
	return next;
}

/* f's terms compose in their order (see term.h); row j has steps[j]. */
static void
prox(double *P, const struct component *m, const struct shape *s,
    const double *steps, double *work)
{
	const struct term *t = next_term(m, ORDER_QUADRATIC);

	for (; t != NULL; t = next_term(m, t->kind->order))
		t->kind->prox(P, s, term_lambda(t), steps, work);
}

void
component_prox(double *P, const struct component *m, const struct shape *s,
    double step, double *work)
{
	double ridge = component_ridge(m), *steps = work;

	/* prox of f + a/2 ||.||^2 at v is prox of f/(1+a) at v/(1+a) */
	for (size_t j = 0; j < s->d; j++) {
		double a = 1 + step * ridge * s->weight[j];

		steps[j] = step / a;
		for (size_t c = 0; c < s->C && a > 1; c++)
			P[j * s->C + c] /= a;
	}
	prox(P, m, s, steps, work + s->d);
}

enum conjugate
component_conjugacy(const struct component *m)
{
	enum conjugate kind = CONJUGATE_NONE;

	if (component_ridge(m) > 0)
		return CONJUGATE_FINITE;
	for (size_t k = 0; k < m->terms; k++) {
		const struct term *t = &m->term[k];

		if (!(term_lambda(t) > 0))
			continue;
		if (t->kind->conjugate != NULL)
			return CONJUGATE_FINITE;
		if (t->kind->dual != NULL)
			kind = CONJUGATE_BALL;
	}
	return kind;
}

/* True if prox at scale U is 0. work holds d steps of 1 already. */
static bool
vanishes(double scale, const struct component *m, const double *U,
    const struct shape *s, double *copy, double *work)
{
	size_t size = s->d * s->C;

	for (size_t i = 0; i < size; i++)
		copy[i] = scale * U[i];
	prox(copy, m, s, work, work + s->d);
	for (size_t i = 0; i < size; i++)
		if (copy[i] != 0)
			return false;
	return true;
}

double
component_scale(const struct component *m, const double *U,
    const struct shape *s, double *copy, double *work)
{
	double low = 0, high = 1;
	size_t norms = 0;

	/* Any one norm that holds U down is enough; one alone is exact. */
	for (size_t k = 0; k < m->terms; k++) {
		const struct term *t = &m->term[k];
		double dual;

		if (quadratic(t) || !(term_lambda(t) > 0))
			continue;
		norms++;
		if (t->kind->dual == NULL)
			continue;
		dual = t->kind->dual(U, s, work);
		if (dual <= term_lambda(t))
			return 1;
		low = fmax(low, term_lambda(t) / dual);
	}
	if (norms == 1)
		return low;
	for (size_t j = 0; j < s->d; j++)
		work[j] = 1;
	if (vanishes(1, m, U, s, copy, work))
		return 1;
	for (int i = 0; i < 60 && high - low > 1e-15 * high; i++) {
		double middle = low + (high - low) / 2;

		if (vanishes(middle, m, U, s, copy, work))
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* Without ridge: earlier norms take their ball, the last has a conjugate. */
static double
conjugate_other(const struct component *m, double *U, const struct shape *s,
    double *work)
{
	const struct term *t = next_term(m, ORDER_QUADRATIC);
	double *steps = work;

	for (size_t j = 0; j < s->d; j++)
		steps[j] = 1;
	for (; t != NULL; t = next_term(m, t->kind->order)) {
		if (t->kind->conjugate != NULL)
			return t->kind->conjugate(U, s, term_lambda(t),
			    work + s->d);
		t->kind->prox(U, s, term_lambda(t), steps, work + s->d);
	}
	return INFINITY;
}

double
component_conjugate(const struct component *m, double *U,
    const struct shape *s, double *copy, double *work)
{
	double ridge = component_ridge(m), total = 0, *steps = work;
	size_t C = s->C;

	if (!(ridge > 0))
		return conjugate_other(m, U, s, work);
	/* The supremum is reached where f's prox takes U / lambda_2. */
	for (size_t j = 0; j < s->d; j++) {
		steps[j] = 1 / (ridge * s->weight[j]);
		for (size_t c = 0; c < C; c++)
			copy[j * C + c] = U[j * C + c] * steps[j];
	}
	prox(copy, m, s, steps, work + s->d);
	for (size_t j = 0; j < s->d; j++)
		for (size_t c = 0; c < C; c++) {
			double w = copy[j * C + c];

			total += w * (U[j * C + c] -
			    ridge * s->weight[j] / 2 * w);
		}
	return total - component_norms(m, copy, s, work);
}
