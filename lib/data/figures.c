#include "data/figures.h"

#include <math.h>
#include <stdlib.h>

static const double ROUNDING = 1e-12; /* of the magnitude: no spread at all */

/* --- sums ---------------------------------------------------------------- */

/* A sum and what its roundings lost (Neumaier 1974). */
struct sum {
	double high, low;
};

static void
sum_add(struct sum *s, double x)
{
	double t = s->high + x;

	if (fabs(s->high) >= fabs(x))
		s->low += s->high - t + x;
	else
		s->low += x - t + s->high;
	s->high = t;
}

/* Adds a * b, and what its rounding lost. */
static void
sum_add_product(struct sum *s, double a, double b)
{
	double p = a * b;

	sum_add(s, p);
	s->low += fma(a, b, -p);
}

static double
sum_of(struct sum s)
{
	return s.high + s.low;
}

/*
 * The power of two that brings max near 1, kept in a range where it and its
 * inverse are exact.
 */
static double
unit(double max)
{
	int e;

	frexp(max, &e);
	e = e > 1000 ? 1000 : e < -1000 ? -1000 : e;
	return ldexp(1, -e);
}

static double
largest(const double *x, size_t n)
{
	double max = 0;

	for (size_t i = 0; i < n; i++)
		max = fmax(max, fabs(x[i]));
	return max;
}

/* --- figures ------------------------------------------------------------- */

/* a / b, the roundings of both sums made good. */
static double
sum_ratio(struct sum a, struct sum b)
{
	double q = a.high / b.high;
	double rest = fma(-q, b.high, a.high) + (a.low - q * b.low);

	return q + rest / b.high;
}

/* The mean of x u; u and g bring x and w near 1. */
static double
mean_of(const double *x, const double *w, size_t n, double u, double g)
{
	struct sum total = {(double)n, 0}, sum = {0, 0};

	if (w != NULL)
		total.high = 0;
	for (size_t i = 0; i < n; i++) {
		if (w == NULL) {
			sum_add(&sum, x[i] * u);
			continue;
		}
		sum_add(&total, w[i] * g);
		sum_add_product(&sum, w[i] * g, x[i] * u);
	}
	return sum_ratio(sum, total);
}

/*
 * The deviation about the mean as it was rounded, corrected by what is left of
 * a mean about it (Chan, Golub and LeVeque 1983).
 */
struct figures
figures_standard(const double *x, const double *w, size_t n)
{
	double max = largest(x, n), u = unit(max);
	double g = w != NULL ? unit(largest(w, n)) : 1;
	double mean = mean_of(x, w, n, u, g), rest, sd;
	struct sum total = {0, 0}, first = {0, 0}, second = {0, 0};

	for (size_t i = 0; i < n; i++) {
		double v = w != NULL ? w[i] * g : 1, e = x[i] * u - mean;

		sum_add(&total, v);
		sum_add(&first, v * e);
		sum_add(&second, v * e * e);
	}
	rest = sum_of(first) / sum_of(total);
	sd = sqrt(fmax(sum_of(second) / sum_of(total) - rest * rest, 0));
	return (struct figures){mean / u, sd / u,
	    sd <= ROUNDING * (max * u) || sd / u == 0};
}

struct figures
figures_minmax(const double *x, size_t n)
{
	double max = x[0], min = x[0];

	for (size_t i = 1; i < n; i++) {
		max = fmax(max, x[i]);
		min = fmin(min, x[i]);
	}
	return (struct figures){min, max - min,
	    max - min <= ROUNDING * fmax(fabs(max), fabs(min))};
}

static int
compare(const void *pa, const void *pb)
{
	const double *a = pa, *b = pb;

	return (*a > *b) - (*a < *b);
}

void
figures_sort(double *x, size_t n)
{
	qsort(x, n, sizeof *x, compare);
}

/* The p-th quarter of ascending x, times f. */
static double
quartile(const double *x, size_t n, double f, size_t p)
{
	/* Position p (n - 1) / 4, without a product that could overflow. */
	size_t whole = (n - 1) / 4 * p + (n - 1) % 4 * p / 4;
	double part = 0.25 * (double)((n - 1) % 4 * p % 4);
	double a = x[whole] * f, b = part > 0 ? x[whole + 1] * f : a;

	/* From the nearer end, as numpy does it. */
	return part < 0.5 ? a + (b - a) * part : b - (b - a) * (1 - part);
}

struct figures
figures_robust(const double *x, size_t n)
{
	double f = unit(largest(x, n));
	double q1 = quartile(x, n, f, 1), q3 = quartile(x, n, f, 3);
	double iqr = q3 - q1;

	return (struct figures){quartile(x, n, f, 2) / f, iqr / f,
	    iqr <= ROUNDING * fmax(fabs(q1), fabs(q3)) || iqr / f == 0};
}

double
figures_norm(const double *x, size_t n)
{
	double f = unit(largest(x, n));
	struct sum squares = {0, 0};

	for (size_t i = 0; i < n; i++)
		sum_add(&squares, x[i] * f * (x[i] * f));
	return sqrt(sum_of(squares)) / f;
}
