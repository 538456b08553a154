/*
 * Center and scale of columns against sums in long arithmetic: __float128
 * where the compiler has it is far beyond what a double can tell. Prints a line
 * for each failed check.
 */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/rng.h"
#include "data/figures.h"

static int failed;

static void
near(const char *what, double got, double want, double tolerance)
{
	if (fabs(got - want) <= tolerance * fabs(want))
		return;
	printf("%s: %.17g, not %.17g\n", what, got, want);
	failed = 1;
}

static void
check(bool good, const char *what)
{
	if (good)
		return;
	printf("%s\n", what);
	failed = 1;
}

#ifdef __SIZEOF_INT128__
__extension__ typedef __float128 wide;
#else
typedef long double wide;
#endif

/* Mean and deviation of x 2^-e in wide arithmetic. */
static void
exact(double *mean, double *sd, const double *x, const double *w, size_t n,
    int e)
{
	wide total = 0, sum = 0, squares = 0, m;

	for (size_t i = 0; i < n; i++) {
		wide v = w != NULL ? w[i] : 1;

		total += v;
		sum += v * (wide)ldexp(x[i], -e);
	}
	m = sum / total;
	for (size_t i = 0; i < n; i++) {
		wide v = w != NULL ? w[i] : 1, d = (wide)ldexp(x[i], -e) - m;

		squares += v * d * d;
	}
	*mean = ldexp((double)m, e);
	*sd = ldexp(sqrt((double)(squares / total)), e);
}

/* Columns of very different magnitude and offset, with and without weights. */
static void
test_standard(void)
{
	enum { N = 1001 };
	static const int exponent[] = {0, 900, -900};
	static const double offset[] = {0, 1, 1e6, 1e11};
	double *x = mat_new(1, N), *w = mat_new(1, N);
	struct rng rng;

	rng_seed(&rng, 1);
	for (size_t k = 0; k < 3; k++)
		for (size_t o = 0; o < 4; o++)
			for (int weighted = 0; weighted < 2; weighted++) {
				struct figures f;
				double mean, sd;

				for (size_t i = 0; i < N; i++) {
					x[i] = ldexp(offset[o] +
					    rng_normal(&rng), exponent[k]);
					w[i] = rng_uniform(&rng);
				}
				exact(&mean, &sd, x, weighted ? w : NULL, N,
				    exponent[k]);
				f = figures_standard(x, weighted ? w : NULL,
				    N);
				near("mean", f.center, mean, 4e-16);
				near("deviation", f.spread, sd, 4e-16);
				check(!f.constant, "constant though random");
			}
	free(x);
	free(w);
}

/* An integer weight is as good as repeated rows; only ratios matter. */
static void
test_weights(void)
{
	const double x[] = {1, 4, 9}, w[] = {2, 1, 3};
	const double huge[] = {2e300, 1e300, 3e300};
	const double again[] = {1, 1, 4, 9, 9, 9};
	struct figures a = figures_standard(x, w, 3);
	struct figures b = figures_standard(again, NULL, 6);
	struct figures c = figures_standard(x, huge, 3);

	near("weighted mean", a.center, b.center, 0);
	near("weighted deviation", a.spread, b.spread, 2e-16);
	near("huge weights", c.center, b.center, 2e-16);
	near("huge weights", c.spread, b.spread, 4e-16);
}

static void
test_constant(void)
{
	const double same[] = {0.1, 0.1, 0.1}, zero[] = {0, -0.0, 0};
	const double close[] = {1, 1 + 1e-13, 1}, far[] = {1, 1 + 1e-10, 1};
	const double tiny[] = {0, DBL_TRUE_MIN};
	const double huge[] = {DBL_MAX, -DBL_MAX};

	check(figures_standard(same, NULL, 3).constant, "0.1 is constant");
	near("of 0.1", figures_standard(same, NULL, 3).center, 0.1, 0);
	check(figures_standard(zero, NULL, 3).constant, "0 is constant");
	check(figures_minmax(zero, 3).constant, "0 is constant (minmax)");
	check(figures_robust(zero, 3).constant, "0 is constant (robust)");
	check(figures_standard(close, NULL, 3).constant, "within rounding");
	check(figures_minmax(close, 3).constant, "within rounding (minmax)");
	check(!figures_standard(far, NULL, 3).constant, "beyond rounding");
	check(!figures_minmax(far, 3).constant, "beyond rounding (minmax)");
	check(figures_standard(tiny, NULL, 2).constant ||
	    figures_standard(tiny, NULL, 2).spread > 0, "a scale of 0");
	check(isinf(figures_minmax(huge, 2).spread), "a range beyond doubles");
	near("of the largest", figures_standard(huge, NULL, 2).spread, DBL_MAX,
	    0);
}

/* Quartiles of 0 .. n-1 are (n-1)/4, (n-1)/2, 3(n-1)/4. */
static void
test_quartiles(void)
{
	for (size_t n = 1; n < 12; n++) {
		double x[12];
		struct figures f;

		for (size_t i = 0; i < n; i++)
			x[i] = (double)(n - 1 - i);
		figures_sort(x, n);
		f = figures_robust(x, n);
		near("median", f.center, (double)(n - 1) / 2, 0);
		near("iqr", f.spread, (double)(n - 1) / 2, 0);
	}
}

static void
test_norm(void)
{
	const double x[] = {3e200, 4e200}, y[] = {3e-200, -4e-200};

	near("norm", figures_norm(x, 2), 5e200, 2e-16);
	near("norm", figures_norm(y, 2), 5e-200, 2e-16);
	near("norm of nothing", figures_norm(x, 0), 0, 0);
}

int
main(void)
{
	test_standard();
	test_weights();
	test_constant();
	test_quartiles();
	test_norm();
	return failed;
}
