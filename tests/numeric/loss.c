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

/* Where the slope has a kink, derivatives differ by sides. */
static double
kink_distance(enum loss loss, double y, double z, double delta)
{
	if (loss == LOSS_HUBER)
		return fabs(fabs(y - z) - delta);
	return loss == LOSS_HINGE2 ? fabs(1 - y * z) : 1;
}

static void
derivatives(enum loss loss, double y, double z, double delta)
{
	double h = 1e-5;
	double up = loss_value(loss, y, z + h, delta);
	double lo = loss_value(loss, y, z - h, delta);
	double sup = loss_slope(loss, y, z + h, delta);
	double slo = loss_slope(loss, y, z - h, delta);
	double slope = loss_slope(loss, y, z, delta);
	double curve = loss_curve(loss, y, z, delta);

	check(loss_value(loss, y, z, delta) >= 0, "negative value", loss, y,
	    z);
	check(curve >= 0, "not convex", loss, y, z);
	check(curve <= loss_lipschitz(loss), "curve beyond its bound", loss,
	    y, z);
	check(curve <= loss_bound(loss, y, z, delta) ||
	    kink_distance(loss, y, z, delta) == 0, "curve above its parabola",
	    loss, y, z);
	if (kink_distance(loss, y, z, delta) < 2 * h)
		return;
	check(near(slope, (up - lo) / (2 * h), 1e-8),
	    "slope is not the value's derivative", loss, y, z);
	check(near(curve, (sup - slo) / (2 * h), 1e-8),
	    "curve is not the slope's derivative", loss, y, z);
}

/* The parabola of loss_bound lies above the loss, but for poisson. */
static void
parabola(enum loss loss, double y, double z, double delta)
{
	double value = loss_value(loss, y, z, delta);
	double slope = loss_slope(loss, y, z, delta);
	double bound = loss_bound(loss, y, z, delta);

	for (double step = -20; step <= 20; step += 0.3125)
		check(loss_value(loss, y, z + step, delta) <=
		    (value + slope * step + bound / 2 * step * step) *
		    (1 + 1e-14) + 1e-13, "a parabola below the loss", loss, y,
		    z);
}

static void
conjugates(enum loss loss, double y, double z, double delta)
{
	double floor = loss_floor(loss, y);
	double value = loss_value(loss, y, z, delta);
	double slope = loss_slope(loss, y, z, delta);
	double equal = loss_conjugate(loss, y, -slope);

	check(near(value + equal, slope * z, 1e-12),
	    "no Fenchel-Young equality", loss, y, z);
	/* theta = scale * -slope lies in the domain for scales in [0,1] */
	for (int i = 0; i <= 10; i++)
		for (double at = -30; at <= 30; at += 7.5) {
			double theta = -0.1 * i *
			    loss_slope(loss, y, at, delta);
			double conj = loss_conjugate(loss, y, theta);

			check(value + conj >= -theta * z - 1e-12 *
			    (1 + fabs(value) + fabs(conj) + fabs(floor)),
			    "no Fenchel-Young inequality", loss, y, z);
		}
}

/* The definitions, floor included, where they can be computed plainly. */
static void
definitions(double y, double z)
{
	double e = fabs(y - z), yb = y < 0 ? -1 : 1, n = fabs(y);
	double floor = n > 0 ? n - n * log(n) : 0;

	check(near(loss_value(LOSS_SQUARED, y, z, 0), e * e / 2, 1e-15),
	    "value", LOSS_SQUARED, y, z);
	for (double delta = 0.25; delta <= 64; delta *= 4)
		check(near(loss_value(LOSS_HUBER, y, z, delta),
		    e <= delta ? e * e / 2 : delta * e - delta * delta / 2,
		    1e-15), "value", LOSS_HUBER, y, z);
	check(loss_value(LOSS_HUBER, y, z, 1e9) ==
	    loss_value(LOSS_SQUARED, y, z, 0), "not squared at a huge delta",
	    LOSS_HUBER, y, z);
	check(near(loss_value(LOSS_POISSON, n, z, 0) +
	    loss_floor(LOSS_POISSON, n), exp(z) - n * z, 1e-13), "value",
	    LOSS_POISSON, n, z);
	check(near(loss_floor(LOSS_POISSON, n), floor, 1e-15), "floor",
	    LOSS_POISSON, n, z);
	check(near(loss_value(LOSS_LOGISTIC, yb, z, 0), log(1 + exp(-yb * z)),
	    1e-14), "value", LOSS_LOGISTIC, yb, z);
	check(near(loss_value(LOSS_HINGE2, yb, z, 0),
	    yb * z < 1 ? (1 - yb * z) * (1 - yb * z) : 0, 1e-15), "value",
	    LOSS_HINGE2, yb, z);
}

static void
tails(void)
{
	double big[] = {50, 710, 1e5, 1e300};

	for (size_t i = 0; i < sizeof big / sizeof big[0]; i++)
		for (double y = -1; y <= 1; y += 2) {
			double z = y * big[i];

			check(loss_value(LOSS_LOGISTIC, y, z, 0) < 1e-21,
			    "a sure hit costs", LOSS_LOGISTIC, y, z);
			check(near(loss_value(LOSS_LOGISTIC, y, -z, 0), big[i],
			    1e-15), "wrong tail", LOSS_LOGISTIC, y, -z);
			check(near(-y * loss_slope(LOSS_LOGISTIC, y, -z, 0), 1,
			    1e-15), "wrong slope", LOSS_LOGISTIC, y, -z);
			check(fabs(loss_slope(LOSS_LOGISTIC, y, z, 0)) < 1e-21,
			    "wrong slope", LOSS_LOGISTIC, y, z);
			check(loss_curve(LOSS_LOGISTIC, y, z, 0) < 1e-21,
			    "wrong curve", LOSS_LOGISTIC, y, z);
			check(loss_value(LOSS_HINGE2, y, z, 0) == 0 &&
			    loss_slope(LOSS_HINGE2, y, z, 0) == 0,
			    "a sure hit costs", LOSS_HINGE2, y, z);
			check(near(loss_value(LOSS_HUBER, y, z, 0.5),
			    big[i] / 2, 0.1), "wrong tail", LOSS_HUBER, y, z);
		}
	check(loss_conjugate(LOSS_LOGISTIC, 1, 0) == 0 &&
	    loss_conjugate(LOSS_LOGISTIC, -1, -1) == 0,
	    "conjugate is not 0 at the ends", LOSS_LOGISTIC, 1, 0);
}

/* exp that overflows or underflows gives infinity or a line, never NaN. */
static void
poisson_tails(void)
{
	double counts[] = {0, 5e-324, 1e-300, 0.5, 1, 7, 1e6, 1e300};

	for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
		double y = counts[i];

		for (double z = 709; z < 1e7; z *= 3) {
			double up = loss_value(LOSS_POISSON, y, z, 0);
			double lo = loss_value(LOSS_POISSON, y, -z, 0);

			check(up > 0, "no value", LOSS_POISSON, y, z);
			check(loss_slope(LOSS_POISSON, y, z, 0) > 0 ||
			    y > 1e299, "no slope", LOSS_POISSON, y, z);
			check(loss_curve(LOSS_POISSON, y, z, 0) > 1e300,
			    "no curve", LOSS_POISSON, y, z);
			check(lo >= 0 && near(lo, y * z + y * log(y > 0 ?
			    y : 1) - y, 1e-13), "wrong tail", LOSS_POISSON, y,
			    -z);
			check(near(loss_slope(LOSS_POISSON, y, -z, 0), -y,
			    1e-15), "wrong slope", LOSS_POISSON, y, -z);
		}
		/* v = 0 and v = y are the ends of what a solver can meet. */
		check(near(loss_conjugate(LOSS_POISSON, y, y),
		    loss_floor(LOSS_POISSON, y), 1e-15), "conjugate at v = 0",
		    LOSS_POISSON, y, 0);
		check(loss_conjugate(LOSS_POISSON, y, 0) == 0,
		    "conjugate at theta = 0", LOSS_POISSON, y, 0);
		check(isfinite(loss_conjugate(LOSS_POISSON, y,
		    y * (1 + 4e-16))), "conjugate past the end by rounding",
		    LOSS_POISSON, y, 0);
	}
	/* At the optimum nothing cancels: a count of a million and one. */
	check(fabs(loss_value(LOSS_POISSON, 1e6, log(1e6 + 1), 0) - 0.5e-6) <
	    1e-12, "lost in rounding", LOSS_POISSON, 1e6, log(1e6 + 1));
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
	for (size_t i = 0; i < LOSSES; i++) {
		loss = (enum loss)i;
		check(loss_classes(loss) == (loss == LOSS_LOGISTIC ||
		    loss == LOSS_SOFTMAX || loss == LOSS_HINGE2), "classes",
		    loss, 0, 0);
		check(loss_columns(loss, loss_classes(loss) ? 2 : 0) ==
		    (loss == LOSS_SOFTMAX ? 2 : 1), "columns", loss, 0, 0);
		check(!loss_classes(loss) || loss_columns(loss, 5) == 5,
		    "columns", loss, 0, 0);
	}
}

int
main(void)
{
	double counts[] = {0, 0.25, 1, 3, 40}, deltas[] = {0.1, 1.3, 50};

	for (double z = -12; z <= 12; z += 0.375) {
		for (double y = -3; y <= 3; y += 1.5) {
			derivatives(LOSS_SQUARED, y, z, 0);
			conjugates(LOSS_SQUARED, y, z, 0);
			definitions(y, z);
			for (size_t i = 0; i < 3; i++) {
				derivatives(LOSS_HUBER, y, z, deltas[i]);
				conjugates(LOSS_HUBER, y, z, deltas[i]);
				parabola(LOSS_HUBER, y, z, deltas[i]);
			}
		}
		for (double y = -1; y <= 1; y += 2) {
			derivatives(LOSS_LOGISTIC, y, z, 0);
			conjugates(LOSS_LOGISTIC, y, z, 0);
			derivatives(LOSS_HINGE2, y, z, 0);
			conjugates(LOSS_HINGE2, y, z, 0);
			parabola(LOSS_HINGE2, y, z, 0);
		}
		for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
			derivatives(LOSS_POISSON, counts[i], z, 0);
			conjugates(LOSS_POISSON, counts[i], z, 0);
		}
	}
	tails();
	poisson_tails();
	logsumexp();
	names();
	return failed;
}
