#include "learn/spread.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

struct number {
	double x, w;
};

static double
largest(const double *y, size_t n)
{
	double most = 0;

	for (size_t i = 0; i < n; i++)
		most = fmax(most, fabs(y[i]));
	return most;
}

double
spread_deviation(const double *y, const double *w, size_t n)
{
	/* In units of the largest, so that no square overflows. */
	double unit = largest(y, n), total = 0, mean = 0, sum = 0, sd;

	if (unit == 0)
		return 0;
	for (size_t i = 0; i < n; i++) {
		total += w[i];
		mean += w[i] * (y[i] / unit);
	}
	mean /= total;
	for (size_t i = 0; i < n; i++) {
		double e = y[i] / unit - mean;

		sum += w[i] * e * e;
	}
	sd = sqrt(sum / total);
	return sd > 1e-12 ? sd * unit : 0;
}

static int
by_value(const void *a, const void *b)
{
	const struct number *p = a, *q = b;

	return (p->x > q->x) - (p->x < q->x);
}

/* Where half of the weight lies on either side; between two: their mean. */
static double
median(struct number *v, size_t n)
{
	double total = 0, below = 0;

	qsort(v, n, sizeof *v, by_value);
	for (size_t i = 0; i < n; i++)
		total += v[i].w;
	for (size_t i = 0; i < n; i++) {
		below += v[i].w;
		if (2 * below == total && i + 1 < n)
			return v[i].x / 2 + v[i + 1].x / 2;
		if (2 * below >= total)
			return v[i].x;
	}
	return v[n - 1].x;
}

enum mtl_status
spread_huber(double *delta, const double *y, const double *w, size_t n,
    struct mtl_err *err)
{
	struct number *v = mem_new(n, sizeof *v);
	double unit = largest(y, n), middle, sigma;

	*delta = 1;
	if (n == 0)
		goto out;
	if (v == NULL)
		return err_nomem(err);
	if (unit == 0)
		unit = 1;
	for (size_t i = 0; i < n; i++)
		v[i] = (struct number){y[i] / unit, w[i]};
	middle = median(v, n);
	for (size_t i = 0; i < n; i++)
		v[i].x = fabs(v[i].x - middle);
	sigma = 1.4826 * median(v, n) * unit;
	if (sigma == 0)
		sigma = spread_deviation(y, w, n);
	if (sigma > 0)
		*delta = 1.345 * sigma;
out:
	free(v);
	return MTL_OK;
}
