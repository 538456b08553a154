#include "learn/loss.h"

#include <math.h>

static const struct {
	const char *name;
	bool classes;
} table[LOSSES] = {
	[LOSS_SQUARED] = {"squared", false},
	[LOSS_LOGISTIC] = {"logistic", true},
	[LOSS_SOFTMAX] = {"softmax", true},
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

double
loss_value(enum loss loss, double y, double z)
{
	switch (loss) {
	case LOSS_SQUARED:
		return 0.5 * (y - z) * (y - z);
	case LOSS_LOGISTIC:
		/* exp sees no positive number, so nothing overflows. */
		return log1p(exp(-fabs(z))) + fmax(0, -y * z);
	case LOSS_SOFTMAX: /* K columns at once: no scalar form */
	case LOSSES:
		break;
	}
	return NAN;
}

double
loss_slope(enum loss loss, double y, double z)
{
	switch (loss) {
	case LOSS_SQUARED:
		return z - y;
	case LOSS_LOGISTIC:
		return -y * sigmoid(-y * z);
	case LOSS_SOFTMAX:
	case LOSSES:
		break;
	}
	return NAN;
}

double
loss_curve(enum loss loss, double y, double z)
{
	(void)y;
	switch (loss) {
	case LOSS_SQUARED:
		return 1;
	case LOSS_LOGISTIC:
		return sigmoid(z) * sigmoid(-z);
	case LOSS_SOFTMAX:
	case LOSSES:
		break;
	}
	return NAN;
}

double
loss_conjugate(enum loss loss, double y, double theta)
{
	switch (loss) {
	case LOSS_SQUARED:
		return 0.5 * theta * theta - theta * y;
	case LOSS_LOGISTIC:
		return entropy(y * theta) + entropy(1 - y * theta);
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
