#include "score/metrics.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

enum { ECE_BINS = 15 };

static const char constant_y[] = "y is constant";

static const struct metric_info info[METRICS] = {
	[METRIC_RMSE] = {"rmse", METRIC_NUMBERS, NULL},
	[METRIC_MAE] = {"mae", METRIC_NUMBERS, NULL},
	[METRIC_MSE] = {"mse", METRIC_NUMBERS, NULL},
	[METRIC_NMSE] = {"nmse", METRIC_NUMBERS, constant_y},
	[METRIC_R2] = {"r2", METRIC_NUMBERS, constant_y},
	[METRIC_EXPLAINED_VARIANCE] =
	    {"explained-variance", METRIC_NUMBERS, constant_y},
	[METRIC_CORRELATION] =
	    {"correlation", METRIC_NUMBERS, "y or yhat is constant"},
	[METRIC_POISSON_DEVIANCE] = {"poisson-deviance", METRIC_NUMBERS,
	    "a y is below 0 or a yhat not above 0"},
	[METRIC_ACCURACY] = {"accuracy", METRIC_LABELS, NULL},
	[METRIC_BALANCED_ACCURACY] =
	    {"balanced-accuracy", METRIC_LABELS, NULL},
	[METRIC_BALANCED_ERROR] = {"balanced-error", METRIC_LABELS, NULL},
	[METRIC_F1_MACRO] = {"f1-macro", METRIC_LABELS, NULL},
	[METRIC_F1_MICRO] = {"f1-micro", METRIC_LABELS, NULL},
	[METRIC_MCC] = {"mcc", METRIC_LABELS, NULL},
	[METRIC_LOG_LOSS] = {"log-loss", METRIC_PROBABILITIES, NULL},
	[METRIC_BRIER] = {"brier", METRIC_PROBABILITIES, NULL},
	[METRIC_ECE] = {"ece", METRIC_PROBABILITIES, NULL},
	[METRIC_AUC] = {"auc", METRIC_SCORES, "y has one class"},
	[METRIC_AVERAGE_PRECISION] = {"average-precision", METRIC_SCORES,
	    "no y is the second label"},
};

const struct metric_info *
metric_info(enum metric m)
{
	return &info[m];
}

enum metric
metric_find(struct str name)
{
	size_t m = 0;

	while (m < METRICS && !str_is(name, info[m].name))
		m++;
	return (enum metric)m;
}

/*
 * A sum of squares as scale^2 * sum, sum of the order of the weights; scale is
 * a power of 2, so that scaling rounds nothing.
 */
struct squares {
	double scale, sum;
};

static double
weights(const double *w, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += w[i];
	return sum;
}

/* a - b, or a alone. */
static double
at(const double *a, const double *b, size_t i)
{
	return b == NULL ? a[i] : a[i] - b[i];
}

/* The mean, summed about the first so that a constant gives itself. */
static double
mean_of(const double *a, const double *b, const double *w, size_t n)
{
	double first = at(a, b, 0), sum = 0, total = 0;

	for (size_t i = 0; i < n; i++) {
		total += w[i];
		sum += w[i] * (at(a, b, i) - first);
	}
	return first + sum / total;
}

/* Weighted squares of a - b about centre; b may be NULL. */
static struct squares
squares_about(const double *a, const double *b, double centre,
    const double *w, size_t n)
{
	struct squares q = {0, 0};
	int exponent;

	for (size_t i = 0; i < n; i++)
		q.scale = fmax(q.scale, fabs(at(a, b, i) - centre));
	if (q.scale == 0 || isinf(q.scale))
		return q;
	frexp(q.scale, &exponent);
	q.scale = ldexp(1, exponent - 1);
	for (size_t i = 0; i < n; i++) {
		double e = (at(a, b, i) - centre) / q.scale;

		q.sum += w[i] * (e * e);
	}
	return q;
}

/* a / b of two sums of squares; NaN when b is 0. */
static double
squares_ratio(struct squares a, struct squares b)
{
	double scale = a.scale / b.scale;

	if (isinf(a.scale) || isinf(b.scale))
		return INFINITY;
	if (b.scale == 0)
		return NAN;
	return a.scale == 0 ? 0 : scale * scale * (a.sum / b.sum);
}

static double
squared_error(bool root, const double *y, const double *yhat, const double *w,
    size_t n)
{
	struct squares q = squares_about(y, yhat, 0, w, n);
	double rms;

	if (isinf(q.scale))
		return INFINITY;
	rms = q.scale * sqrt(q.sum / weights(w, n));
	if (root)
		return rms;
	return q.scale * q.scale * (q.sum / weights(w, n));
}

static double
absolute_error(const double *y, const double *yhat, const double *w, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += w[i] * fabs(y[i] - yhat[i]);
	return sum / weights(w, n);
}

/* Mean squared error over the population variance of y. */
static double
nmse(const double *y, const double *yhat, const double *w, size_t n)
{
	return squares_ratio(squares_about(y, yhat, 0, w, n),
	    squares_about(y, NULL, mean_of(y, NULL, w, n), w, n));
}

static double
explained_variance(const double *y, const double *yhat, const double *w,
    size_t n)
{
	double bias = mean_of(y, yhat, w, n);

	return 1 - squares_ratio(squares_about(y, yhat, bias, w, n),
		       squares_about(y, NULL, mean_of(y, NULL, w, n), w, n));
}

static double
correlation(const double *y, const double *yhat, const double *w, size_t n)
{
	double my = mean_of(y, NULL, w, n), mh = mean_of(yhat, NULL, w, n);
	struct squares qy = squares_about(y, NULL, my, w, n);
	struct squares qh = squares_about(yhat, NULL, mh, w, n);
	double sum = 0;

	if (qy.scale == 0 || qh.scale == 0)
		return NAN;
	if (isinf(qy.scale) || isinf(qh.scale))
		return INFINITY;
	for (size_t i = 0; i < n; i++)
		sum += w[i] * ((y[i] - my) / qy.scale) *
		    ((yhat[i] - mh) / qh.scale);
	sum /= sqrt(qy.sum) * sqrt(qh.sum);
	return fmax(-1, fmin(1, sum)); /* rounding alone leaves [-1,1] */
}

/* y log(y/mu) - y + mu, 0 log 0 being 0. */
static double
poisson_deviance(const double *y, const double *mu, const double *w, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++) {
		double loss;

		if (y[i] < 0 || mu[i] <= 0)
			return NAN;
		loss = mu[i] - y[i];
		if (y[i] > 0)
			loss += y[i] * (log(y[i]) - log(mu[i]));
		sum += w[i] * loss;
	}
	return 2 * sum / weights(w, n);
}

double
metric_numbers(enum metric m, const double *y, const double *yhat,
    const double *w, size_t n)
{
	switch (m) {
	case METRIC_RMSE: return squared_error(true, y, yhat, w, n);
	case METRIC_MAE: return absolute_error(y, yhat, w, n);
	case METRIC_MSE: return squared_error(false, y, yhat, w, n);
	case METRIC_NMSE: return nmse(y, yhat, w, n);
	case METRIC_R2: return 1 - nmse(y, yhat, w, n);
	case METRIC_EXPLAINED_VARIANCE:
		return explained_variance(y, yhat, w, n);
	case METRIC_CORRELATION: return correlation(y, yhat, w, n);
	case METRIC_POISSON_DEVIANCE: return poisson_deviance(y, yhat, w, n);
	default: return NAN;
	}
}

static double
accuracy(const struct metric_counts *c)
{
	double hits = 0;

	for (size_t k = 0; k < c->K; k++)
		hits += c->hit[k];
	return fmin(1, hits / c->total);
}

/* Mean recall over the labels in y. */
static double
balanced_accuracy(const struct metric_counts *c)
{
	double sum = 0;
	size_t labels = 0;

	for (size_t k = 0; k < c->K; k++)
		if (c->truth[k] > 0) {
			sum += c->hit[k] / c->truth[k];
			labels++;
		}
	return sum / (double)labels;
}

/* Mean of 2 hit / (truth + said) over the labels in y or yhat. */
static double
f1_macro(const struct metric_counts *c)
{
	double sum = 0;
	size_t labels = 0;

	for (size_t k = 0; k < c->K; k++)
		if (c->truth[k] > 0 || c->said[k] > 0) {
			sum += 2 * c->hit[k] / (c->truth[k] + c->said[k]);
			labels++;
		}
	return sum / (double)labels;
}

/* Gorodkin's correlation of the two labellings; 0 when one is constant. */
static double
mcc(const struct metric_counts *c)
{
	double hits = 0, cross = 0, truth = 0, said = 0;

	for (size_t k = 0; k < c->K; k++) {
		double t = c->truth[k] / c->total, s = c->said[k] / c->total;

		hits += c->hit[k] / c->total;
		cross += t * s;
		truth += t * (1 - t);
		said += s * (1 - s);
	}
	if (truth <= 0 || said <= 0)
		return 0;
	return fmax(-1, fmin(1, (hits - cross) / sqrt(truth) / sqrt(said)));
}

double
metric_labels(enum metric m, const struct metric_counts *c)
{
	switch (m) {
	case METRIC_ACCURACY:
	case METRIC_F1_MICRO: /* one label a row: the same */
		return accuracy(c);
	case METRIC_BALANCED_ACCURACY: return balanced_accuracy(c);
	case METRIC_BALANCED_ERROR: return 1 - balanced_accuracy(c);
	case METRIC_F1_MACRO: return f1_macro(c);
	case METRIC_MCC: return mcc(c);
	default: return NAN;
	}
}

double
metric_mean(const double *loss, const double *w, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += w[i] * loss[i];
	return sum / weights(w, n);
}

double
metric_log_loss(double p)
{
	return p >= 1 ? 0 : -log(fmax(p, DBL_EPSILON));
}

double
metric_ece(const double *top, const bool *right, const double *w, size_t n)
{
	double gap[ECE_BINS] = {0}, sum = 0;

	for (size_t i = 0; i < n; i++) {
		size_t b = 0;

		while (b + 1 < ECE_BINS &&
		    top[i] > (double)(b + 1) / ECE_BINS)
			b++;
		gap[b] += w[i] * (top[i] - (right[i] ? 1 : 0));
	}
	for (size_t b = 0; b < ECE_BINS; b++)
		sum += fabs(gap[b]);
	return sum / weights(w, n);
}

static int
by_falling_score(const void *pa, const void *pb)
{
	const struct metric_ranked *a = pa, *b = pb;

	return (a->score < b->score) - (a->score > b->score);
}

/*
 * Weights of the positive and negative rows from i on that share its score;
 * returns the first row behind them.
 */
static size_t
tied(const struct metric_ranked *r, size_t n, size_t i, double side[2])
{
	double score = r[i].score;

	side[0] = side[1] = 0;
	for (; i < n && r[i].score == score; i++)
		side[r[i].positive] += r[i].weight;
	return i;
}

double
metric_auc(struct metric_ranked *r, size_t n)
{
	double above = 0, below = 0, area = 0, side[2];

	qsort(r, n, sizeof(*r), by_falling_score);
	for (size_t i = 0; i < n;) {
		i = tied(r, n, i, side);
		area += side[0] * (above + side[1] / 2);
		above += side[1];
		below += side[0];
	}
	if (above == 0 || below == 0)
		return NAN;
	return fmin(1, area / above / below);
}

double
metric_average_precision(struct metric_ranked *r, size_t n)
{
	double positive = 0, all = 0, sum = 0, side[2];

	qsort(r, n, sizeof(*r), by_falling_score);
	for (size_t i = 0; i < n;) {
		i = tied(r, n, i, side);
		positive += side[1];
		all += side[0] + side[1];
		sum += side[1] * (positive / all);
	}
	return positive == 0 ? NAN : fmin(1, sum / positive);
}
