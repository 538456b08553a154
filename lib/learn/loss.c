#include "learn/loss.h"

#include <math.h>

static const struct {
	const char *name;
	bool classes, probabilities;
	double lipschitz;
} table[LOSSES] = {
	[LOSS_SQUARED] = {"squared", false, false, 1},
	[LOSS_HUBER] = {"huber", false, false, 1},
	[LOSS_POISSON] = {"poisson", false, false, INFINITY},
	[LOSS_LOGISTIC] = {"logistic", true, true, 0.25},
	[LOSS_SOFTMAX] = {"softmax", true, true, 0.5},
	[LOSS_HINGE2] = {"hinge2", true, false, 2},
};

const char *
loss_name(enum loss loss)
{
	return table[loss].name;
}

bool
loss_find(enum loss *loss, struct str name)
{
	for (size_t i = 0; i < LOSSES; i++)
		if (str_is(name, table[i].name)) {
			*loss = (enum loss)i;
			return true;
		}
	return false;
}

bool
loss_classes(enum loss loss)
{
	return table[loss].classes;
}

bool
loss_probabilities(enum loss loss)
{
	return table[loss].probabilities;
}

size_t
loss_columns(enum loss loss, size_t K)
{
	if (!loss_classes(loss))
		return 1;
	return loss == LOSS_SOFTMAX || K > 2 ? K : 1;
}

double
loss_lipschitz(enum loss loss)
{
	return table[loss].lipschitz;
}

/* 1 / (1 + exp(-z)), exact to rounding in both tails. */
static double
sigmoid(double z)
{
	double e = exp(-fabs(z));

	return (z < 0 ? e : 1) / (1 + e);
}

/* x log x, 0 at 0. */
static double
entropy(double x)
{
	return x > 0 ? x * log(x) : 0;
}

/* True if r is what rounding makes of 0 where z is near a logarithm. */
static bool
same(double r, double z)
{
	return fabs(r) <= 4e-16 * (1 + fabs(z));
}

/* exp(z) - y z - (y - y log y): half the deviance of a count. */
static double
poisson_value(double y, double z)
{
	double r;

	if (y == 0)
		return exp(z);
	/* y (e^r - 1 - r), r how far z is from log y: no large terms. */
	r = z - log(y);
	return same(r, z) ? 0 : fmax(0, y * (expm1(r) - r));
}

static double
poisson_slope(double y, double z)
{
	double mu = exp(z);

	return same((mu - y) / y, z) ? 0 : mu - y;
}

/* v log v - v + (y - y log y), v = y - theta >= 0 but for rounding. */
static double
poisson_conjugate(double y, double theta)
{
	double v = fmax(0, y - theta);

	if (y == 0)
		return entropy(v) - v;
	return (v > 0 ? v * log(v / y) : 0) - v + y + (v - y) * log(y);
}

double
loss_floor(enum loss loss, double y)
{
	return loss == LOSS_POISSON ? y - entropy(y) : 0;
}

double
loss_value(enum loss loss, double y, double z, double delta)
{
	double e = fabs(y - z), m;

	switch (loss) {
	case LOSS_SQUARED:
		return 0.5 * e * e;
	case LOSS_HUBER:
		return e <= delta ? 0.5 * e * e : delta * (e - 0.5 * delta);
	case LOSS_POISSON:
		return poisson_value(y, z);
	case LOSS_LOGISTIC:
		/* exp sees no positive number, so nothing overflows. */
		return log1p(exp(-fabs(z))) + fmax(0, -y * z);
	case LOSS_HINGE2:
		m = fmax(0, 1 - y * z);
		return m * m;
	case LOSS_SOFTMAX: /* K columns at once: no scalar form */
	case LOSSES:
		break;
	}
	return NAN;
}

double
loss_slope(enum loss loss, double y, double z, double delta)
{
	switch (loss) {
	case LOSS_SQUARED:
		return z - y;
	case LOSS_HUBER:
		return fmax(-delta, fmin(delta, z - y));
	case LOSS_POISSON:
		return poisson_slope(y, z);
	case LOSS_LOGISTIC:
		return -y * sigmoid(-y * z);
	case LOSS_HINGE2:
		return -2 * y * fmax(0, 1 - y * z);
	case LOSS_SOFTMAX:
	case LOSSES:
		break;
	}
	return NAN;
}

double
loss_curve(enum loss loss, double y, double z, double delta)
{
	switch (loss) {
	case LOSS_SQUARED:
		return 1;
	case LOSS_HUBER:
		return fabs(y - z) <= delta ? 1 : 0;
	case LOSS_POISSON:
		return exp(z);
	case LOSS_LOGISTIC:
		return sigmoid(z) * sigmoid(-z);
	case LOSS_HINGE2:
		return y * z < 1 ? 2 : 0;
	case LOSS_SOFTMAX:
	case LOSSES:
		break;
	}
	return NAN;
}

double
loss_bound(enum loss loss, double y, double z, double delta)
{
	double e = fabs(y - z);

	switch (loss) {
	case LOSS_HUBER:
		/* Weights of iterated least squares. */
		return e <= delta ? 1 : delta / e;
	case LOSS_HINGE2:
		return 2;
	default:
		return loss_curve(loss, y, z, delta);
	}
}

double
loss_conjugate(enum loss loss, double y, double theta)
{
	double a = y * theta;

	switch (loss) {
	case LOSS_SQUARED:
	case LOSS_HUBER:
		return 0.5 * theta * theta - a;
	case LOSS_POISSON:
		return poisson_conjugate(y, theta);
	case LOSS_LOGISTIC:
		return entropy(a) + entropy(1 - a);
	case LOSS_HINGE2:
		return 0.25 * a * a - a;
	case LOSS_SOFTMAX:
	case LOSSES:
		break;
	}
	return NAN;
}

double
loss_logsumexp(const double *z, size_t K)
{
	double top = z[0], sum = 0;

	for (size_t k = 1; k < K; k++)
		top = fmax(top, z[k]);
	for (size_t k = 0; k < K; k++)
		sum += exp(z[k] - top);
	return top + log(sum);
}
