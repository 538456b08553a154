/*
 * Losses against their definitions: derivatives by central differences,
 * conjugates by the Fenchel-Young equality at the slope and the inequality
 * elsewhere, no overflow in the tails. Prints a line for each failed check.
 */
#include <math.h>
#include <stdio.h>

#include "learn/loss.h"

static int failed;

static void
check(int good, const char *what, enum loss loss, double y, double z)
{
	if (good)
		return;
	printf("%s: %s at y=%.17g z=%.17g\n", loss_name(loss), what, y, z);
	failed = 1;
}

static int
near(double a, double b, double tol)
{
	return fabs(a - b) <= tol * (1 + fabs(a) + fabs(b));
}

static void
derivatives(enum loss loss, double y, double z)
{
	double h = 1e-5;
	double up = loss_value(loss, y, z + h), lo = loss_value(loss, y, z - h);
	double sup = loss_slope(loss, y, z + h);
	double slo = loss_slope(loss, y, z - h);

	check(near(loss_slope(loss, y, z), (up - lo) / (2 * h), 1e-8),
	    "slope is not the value's derivative", loss, y, z);
	check(near(loss_curve(loss, y, z), (sup - slo) / (2 * h), 1e-8),
	    "curve is not the slope's derivative", loss, y, z);
	check(loss_value(loss, y, z) >= 0, "negative value", loss, y, z);
	check(loss_curve(loss, y, z) >= 0, "not convex", loss, y, z);
}

static void
conjugates(enum loss loss, double y, double z)
{
	double value = loss_value(loss, y, z), slope = loss_slope(loss, y, z);
	double equal = loss_conjugate(loss, y, -slope);

	check(near(value + equal, slope * z, 1e-12),
	    "no Fenchel-Young equality", loss, y, z);
	/* theta = scale * -slope lies in the domain for scales in [0,1] */
	for (int i = 0; i <= 10; i++)
		for (double at = -30; at <= 30; at += 7.5) {
			double theta = -0.1 * i * loss_slope(loss, y, at);
			double conj = loss_conjugate(loss, y, theta);

			check(value + conj >= -theta * z - 1e-12 *
			    (1 + fabs(value) + fabs(conj)),
			    "no Fenchel-Young inequality", loss, y, z);
		}
}

static void
tails(void)
{
	double big[] = {50, 710, 1e5, 1e300};

	for (size_t i = 0; i < sizeof big / sizeof big[0]; i++)
		for (double y = -1; y <= 1; y += 2) {
			double z = y * big[i];

			check(loss_value(LOSS_LOGISTIC, y, z) < 1e-21,
			    "a sure hit costs", LOSS_LOGISTIC, y, z);
			check(near(loss_value(LOSS_LOGISTIC, y, -z), big[i],
			    1e-15), "wrong tail", LOSS_LOGISTIC, y, -z);
			check(near(-y * loss_slope(LOSS_LOGISTIC, y, -z), 1,
			    1e-15), "wrong slope", LOSS_LOGISTIC, y, -z);
			check(fabs(loss_slope(LOSS_LOGISTIC, y, z)) < 1e-21,
			    "wrong slope", LOSS_LOGISTIC, y, z);
			check(loss_curve(LOSS_LOGISTIC, y, z) < 1e-21,
			    "wrong curve", LOSS_LOGISTIC, y, z);
		}
	check(loss_conjugate(LOSS_LOGISTIC, 1, 0) == 0 &&
	    loss_conjugate(LOSS_LOGISTIC, -1, -1) == 0,
	    "conjugate is not 0 at the ends", LOSS_LOGISTIC, 1, 0);
}

static void
logsumexp(void)
{
	double a[] = {1000, 1000}, b[] = {-1000, -1000, -1000}, c[] = {3};
	double d[] = {0.1, -2, 0.7, 1.3}, sum = 0, e[] = {1e308, -1e308};

	for (size_t k = 0; k < 4; k++)
		sum += exp(d[k]);
	check(near(loss_logsumexp(a, 2), 1000 + log(2), 1e-15), "logsumexp",
	    LOSS_SOFTMAX, 0, 1000);
	check(near(loss_logsumexp(b, 3), -1000 + log(3), 1e-15), "logsumexp",
	    LOSS_SOFTMAX, 0, -1000);
	check(loss_logsumexp(c, 1) == 3, "logsumexp", LOSS_SOFTMAX, 0, 3);
	check(near(loss_logsumexp(d, 4), log(sum), 1e-15), "logsumexp",
	    LOSS_SOFTMAX, 0, 1);
	check(loss_logsumexp(e, 2) == 1e308, "logsumexp", LOSS_SOFTMAX, 0,
	    1e308);
}

static void
names(void)
{
	enum loss loss;

	for (size_t i = 0; i < LOSSES; i++)
		check(loss_find(&loss, str_of(loss_name((enum loss)i))) &&
		    loss == (enum loss)i, "name", (enum loss)i, 0, 0);
	check(!loss_find(&loss, str_of("square")), "a name that is none",
	    LOSS_SQUARED, 0, 0);
	check(!loss_classes(LOSS_SQUARED) && loss_classes(LOSS_LOGISTIC) &&
	    loss_classes(LOSS_SOFTMAX), "classes", LOSS_SQUARED, 0, 0);
}

int
main(void)
{
	for (double z = -12; z <= 12; z += 0.375) {
		for (double y = -3; y <= 3; y += 1.5) {
			derivatives(LOSS_SQUARED, y, z);
			conjugates(LOSS_SQUARED, y, z);
		}
		for (double y = -1; y <= 1; y += 2) {
			derivatives(LOSS_LOGISTIC, y, z);
			conjugates(LOSS_LOGISTIC, y, z);
		}
	}
	tails();
	logsumexp();
	names();
	return failed;
}
