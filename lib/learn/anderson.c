#include "learn/anderson.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/lapack.h"
#include "base/mem.h"

bool
anderson_init(struct anderson *a, size_t size)
{
	*a = (struct anderson){.size = size};
	for (size_t k = 0; k <= ANDERSON; k++)
		if ((a->past[k] = mem_new(size, sizeof(double))) == NULL) {
			anderson_clear(a);
			return false;
		}
	return true;
}

/* <move k, move l>, move k = past[k+1] - past[k] */
static double
product(const struct anderson *a, size_t k, size_t l)
{
	double sum = 0;

	for (size_t i = 0; i < a->size; i++)
		sum += (a->past[k + 1][i] - a->past[k][i]) *
		    (a->past[l + 1][i] - a->past[l][i]);
	return sum;
}

/* Solves U weight = 1 for U, the products of moves, and scales to sum 1. */
static bool
find_weights(double weight[static ANDERSON], const struct anderson *a)
{
	double U[ANDERSON * ANDERSON], trace = 0, sum = 0;

	for (size_t k = 0; k < ANDERSON; k++) {
		for (size_t l = k; l < ANDERSON; l++)
			U[k * ANDERSON + l] = product(a, k, l);
		trace += U[k * ANDERSON + k];
		weight[k] = 1;
	}
	for (size_t k = 0; k < ANDERSON; k++)
		U[k * ANDERSON + k] += 1e-12 * trace;
	if (!(trace > 0) || !lapack_potrf(U, ANDERSON))
		return false;
	lapack_potrs(U, ANDERSON, weight, 1);
	for (size_t k = 0; k < ANDERSON; k++)
		sum += weight[k];
	for (size_t k = 0; k < ANDERSON; k++)
		weight[k] /= sum;
	return isfinite(sum) && sum != 0;
}

bool
anderson_push(double weight[static ANDERSON], struct anderson *a,
    const double *x)
{
	memcpy(a->past[a->n++], x, a->size * sizeof *x);
	if (a->n <= ANDERSON)
		return false;
	a->n = 0;
	return find_weights(weight, a);
}

void
anderson_mix(double *out, const struct anderson *a,
    const double weight[static ANDERSON])
{
	for (size_t i = 0; i < a->size; i++) {
		double sum = 0;

		for (size_t k = 0; k < ANDERSON; k++)
			sum += weight[k] * a->past[k + 1][i];
		out[i] = sum;
	}
}

void
anderson_clear(struct anderson *a)
{
	for (size_t k = 0; k <= ANDERSON; k++)
		free(a->past[k]);
	*a = (struct anderson){0};
}
