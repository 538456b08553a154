/*
 * Checks the scores against values worked out by hand, and against what must
 * hold whatever the data: weights are repetitions, shifts and scales cancel.
 */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "score/metrics.h"

static int failed;

static void
near(const char *what, double got, double want, double tol)
{
	if ((isnan(want) && isnan(got)) || got == want ||
	    fabs(got - want) <= tol * fmax(1, fabs(want)))
		return;
	printf("%s: got %.17g, want %.17g\n", what, got, want);
	failed = 1;
}

#define NEAR(got, want) near(#got, got, want, 1e-14)

static const double ones[] = {1, 1, 1, 1, 1, 1, 1, 1};

/* errors 1, -1, 2, 0 of y 1 2 3 4 (variance 5/4) */
static void
numbers_by_hand(void)
{
	const double y[] = {1, 2, 3, 4}, h[] = {0, 3, 1, 4};

	NEAR(metric_numbers(METRIC_MSE, y, h, ones, 4), 1.5);
	NEAR(metric_numbers(METRIC_RMSE, y, h, ones, 4), sqrt(1.5));
	NEAR(metric_numbers(METRIC_MAE, y, h, ones, 4), 1);
	NEAR(metric_numbers(METRIC_NMSE, y, h, ones, 4), 1.2);
	NEAR(metric_numbers(METRIC_R2, y, h, ones, 4), -0.2);
	/* the errors' mean is 1/2, their variance 3/2 - 1/4 */
	NEAR(metric_numbers(METRIC_EXPLAINED_VARIANCE, y, h, ones, 4), 0);
	/* sums about the means: xy 5, yy 5, hh 10 */
	NEAR(metric_numbers(METRIC_CORRELATION, y, h, ones, 4),
	    5 / sqrt(50));
	NEAR(metric_numbers(METRIC_CORRELATION, y, y, ones, 4), 1);
	NEAR(metric_numbers(METRIC_POISSON_DEVIANCE, y, h, ones, 4), NAN);
}

static void
poisson_by_hand(void)
{
	const double y[] = {0, 2}, h[] = {1, 1}, bad[] = {-1, 2};

	/* losses 1 and 2 log 2 - 1 */
	NEAR(metric_numbers(METRIC_POISSON_DEVIANCE, y, h, ones, 2),
	    2 * log(2));
	NEAR(metric_numbers(METRIC_POISSON_DEVIANCE, bad, h, ones, 2), NAN);
}

/* A weight is a repetition. */
static void
weights_repeat(void)
{
	const double y[] = {1, 5, 2}, h[] = {2, 4, 2.5}, w[] = {2, 1, 3};
	const double Y[] = {1, 1, 5, 2, 2, 2}, H[] = {2, 2, 4, 2.5, 2.5, 2.5};

	for (int m = METRIC_RMSE; m <= METRIC_POISSON_DEVIANCE; m++)
		near(metric_info((enum metric)m)->name,
		    metric_numbers((enum metric)m, y, h, w, 3),
		    metric_numbers((enum metric)m, Y, H, ones, 6), 1e-14);
}

/* Undefined, and never made up from rounding. */
static void
constants(void)
{
	const double y[] = {0.1, 0.1, 0.1}, h[] = {0.1, 0.2, 0.3};

	NEAR(metric_numbers(METRIC_R2, y, h, ones, 3), NAN);
	NEAR(metric_numbers(METRIC_NMSE, y, h, ones, 3), NAN);
	NEAR(metric_numbers(METRIC_EXPLAINED_VARIANCE, y, h, ones, 3), NAN);
	NEAR(metric_numbers(METRIC_CORRELATION, y, h, ones, 3), NAN);
	NEAR(metric_numbers(METRIC_CORRELATION, h, y, ones, 3), NAN);
	NEAR(metric_numbers(METRIC_RMSE, y, y, ones, 3), 0);
}

/* Ratios do not mind magnitude or distance from 0. */
static void
magnitudes(void)
{
	const double y[] = {1, 2, 3, 4}, h[] = {0, 3, 1, 4};
	const double scale[] = {1e200, 1e-200, 1e300};
	double a[4], b[4];

	for (size_t s = 0; s < 3; s++) {
		for (size_t i = 0; i < 4; i++) {
			a[i] = y[i] * scale[s];
			b[i] = h[i] * scale[s];
		}
		NEAR(metric_numbers(METRIC_R2, a, b, ones, 4), -0.2);
		NEAR(metric_numbers(METRIC_CORRELATION, a, b, ones, 4),
		    5 / sqrt(50));
		NEAR(metric_numbers(METRIC_RMSE, a, b, ones, 4) / scale[s],
		    sqrt(1.5));
	}
	for (size_t i = 0; i < 4; i++) {
		a[i] = y[i] + 1e9;
		b[i] = h[i] + 1e9;
	}
	NEAR(metric_numbers(METRIC_R2, a, b, ones, 4), -0.2);
	NEAR(metric_numbers(METRIC_MSE, a, b, ones, 4), 1.5);
	a[0] = DBL_MAX;
	b[0] = -DBL_MAX;
	if (!isinf(metric_numbers(METRIC_RMSE, a, b, ones, 4))) {
		puts("rmse of an error no double holds is not infinite");
		failed = 1;
	}
}

/*
 * y a a a b b c against yhat a a b b c d:  truth 3 2 1 0, said 2 2 1 1,
 * hit 2 1 0 0 of 6.
 */
static void
labels_by_hand(void)
{
	double truth[] = {3, 2, 1, 0}, said[] = {2, 2, 1, 1},
	    hit[] = {2, 1, 0, 0};
	struct metric_counts c = {4, 6, truth, said, hit};

	NEAR(metric_labels(METRIC_ACCURACY, &c), 0.5);
	NEAR(metric_labels(METRIC_F1_MICRO, &c), 0.5);
	NEAR(metric_labels(METRIC_BALANCED_ACCURACY, &c),
	    (2. / 3 + 1. / 2) / 3);
	NEAR(metric_labels(METRIC_BALANCED_ERROR, &c),
	    1 - (2. / 3 + 1. / 2) / 3);
	NEAR(metric_labels(METRIC_F1_MACRO, &c), (4. / 5 + 2. / 4) / 4);
	/* (3*6 - 11) / sqrt((36 - 14)(36 - 10)) */
	NEAR(metric_labels(METRIC_MCC, &c), 7 / sqrt(22. * 26));
}

static void
mcc_undefined(void)
{
	double one[] = {3, 0}, two[] = {1, 2}, hit[] = {1, 0};
	struct metric_counts c = {2, 3, one, two, hit};
	struct metric_counts d = {2, 3, two, one, hit};

	NEAR(metric_labels(METRIC_MCC, &c), 0);
	NEAR(metric_labels(METRIC_MCC, &d), 0);
}

static void
ranks_by_hand(void)
{
	/* scores 3+ 2- 2+ 1- 1+(weight 2) 0-: of 4 x 3 weighted pairs
	 * 3 (the 3) + 1/2 + 2 (the 2) + 2 (1/2 + 1) (the 1s) are right */
	struct metric_ranked r[] = {{2, 1, false}, {3, 1, true}, {1, 2, true},
	    {2, 1, true}, {0, 1, false}, {1, 1, false}};
	struct metric_ranked one[] = {{1, 1, true}, {2, 1, true}};
	struct metric_ranked none[] = {{1, 1, false}, {2, 1, false}};

	NEAR(metric_auc(r, 6), 8.5 / 12);
	/* steps 1/4 at 1, 1/4 at 2/3, 2/4 at 4/6 */
	NEAR(metric_average_precision(r, 6), 1. / 4 + 1. / 6 + 1. / 3);
	NEAR(metric_auc(one, 2), NAN);
	NEAR(metric_auc(none, 2), NAN);
	NEAR(metric_average_precision(one, 2), 1);
	NEAR(metric_average_precision(none, 2), NAN);
}

static void
probabilities_by_hand(void)
{
	/* bins: (8/15, 9/15] has the two .6, (14/15, 1] the 1s */
	const double top[] = {0.6, 0.6, 1, 1, 0.5}, w[] = {1, 1, 1, 1, 2};
	const bool right[] = {true, false, true, true, true};
	const double loss[] = {1, 2, 3, 4, 5};

	/* |1.2 - 1| + 0 + 2 |0.5 - 1| over 6 */
	NEAR(metric_ece(top, right, w, 5), (0.2 + 1) / 6);
	NEAR(metric_mean(loss, w, 5), 20. / 6);
	NEAR(metric_log_loss(1), 0);
	NEAR(metric_log_loss(0.25), log(4));
	NEAR(metric_log_loss(0), -log(DBL_EPSILON));
}

/* An upper edge belongs to its bin: 1/15 .. 15/15 are 15 bins. */
static void
ece_edges(void)
{
	for (int b = 1; b <= 15; b++) {
		double top[] = {b / 15., b / 15. - 1e-9};
		bool right[] = {true, false};

		/* the same bin: the gaps cancel but for their sum */
		near("ece at an edge", metric_ece(top, right, ones, 2),
		    fabs(top[0] + top[1] - 1) / 2, 1e-12);
	}
}

/* A million rows of few distinct scores, in the time of a sort. */
static void
many_ties(void)
{
	size_t n = 1000000;
	struct metric_ranked *r = calloc(n, sizeof(*r));
	double pos[10] = {0}, neg[10] = {0}, area = 0, below = 0, above = 0;

	if (r == NULL)
		exit(1);
	for (size_t i = 0; i < n; i++) {
		size_t s = (i * 7919) % 10;
		bool p = (i * 104729) % 13 < s;

		r[i] = (struct metric_ranked){(double)s, 1, p};
		(p ? pos : neg)[s]++;
	}
	for (size_t s = 0; s < 10; s++) {
		area += pos[s] * (below + neg[s] / 2);
		below += neg[s];
		above += pos[s];
	}
	NEAR(metric_auc(r, n), area / above / below);
	free(r);
}

static void
names(void)
{
	for (int m = 0; m < METRICS; m++)
		if (metric_find(str_of(metric_info((enum metric)m)->name)) !=
		    (enum metric)m) {
			printf("metric %d is not found by its name\n", m);
			failed = 1;
		}
	if (metric_find(str_of("rms")) != METRICS ||
	    metric_find(str_of("")) != METRICS) {
		puts("a metric is found by a name it has not");
		failed = 1;
	}
}

int
main(void)
{
	numbers_by_hand();
	poisson_by_hand();
	weights_repeat();
	constants();
	magnitudes();
	labels_by_hand();
	mcc_undefined();
	ranks_by_hand();
	probabilities_by_hand();
	ece_edges();
	many_ties();
	names();
	return failed;
}
