/*
 * Scores of predictions: pure functions over arrays.
 *
 * n rows with weights w[n] > 0, n >= 1. Numbers: y[n] against yhat[n]. Labels:
 * the weights of a confusion matrix's margins and diagonal. Scores and
 * probabilities: one array a metric, as its comment says. Nothing is allocated
 * and nothing can fail. A score that is undefined (r2 of a constant target) is
 * NaN; one that no double can hold is infinite. Sums run about a shift and
 * relative to the largest magnitude, so that numbers near 1e200 or far from 0
 * score as well as others.
 *
 * Sources: J. Gorodkin, "Comparing two K-category assignments by a K-category
 * correlation coefficient", Computational Biology and Chemistry 28, 2004
 * (mcc); C. Guo et al., "On calibration of modern neural networks", ICML 2017
 * (ece); G. W. Brier, Monthly Weather Review 78, 1950.
 */
#ifndef MTL_SCORE_METRICS_H
#define MTL_SCORE_METRICS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

enum metric {
	METRIC_RMSE,
	METRIC_MAE,
	METRIC_MSE,
	METRIC_NMSE,
	METRIC_R2,
	METRIC_EXPLAINED_VARIANCE,
	METRIC_CORRELATION,
	METRIC_POISSON_DEVIANCE,
	METRIC_ACCURACY,
	METRIC_BALANCED_ACCURACY,
	METRIC_BALANCED_ERROR,
	METRIC_F1_MACRO,
	METRIC_F1_MICRO,
	METRIC_MCC,
	METRIC_LOG_LOSS,
	METRIC_BRIER,
	METRIC_ECE,
	METRIC_AUC,
	METRIC_AVERAGE_PRECISION,
	METRICS, /* their number; also "no such metric" */
};

enum metric_needs {
	METRIC_NUMBERS,       /* y and yhat as numbers */
	METRIC_LABELS,        /* y and yhat as labels */
	METRIC_PROBABILITIES, /* labels and p: columns */
	METRIC_SCORES,        /* labels and p: columns, or z of two classes */
};

struct metric_info {
	const char *name;
	enum metric_needs needs;
	const char *undefined; /* when it is; NULL: never */
};

const struct metric_info *metric_info(enum metric m);

/* The metric of that name, or METRICS. */
enum metric metric_find(struct str name);

/* Those that need METRIC_NUMBERS. */
double metric_numbers(enum metric m, const double *y, const double *yhat,
    const double *w, size_t n);

/* Weights of the rows by label k: in y, in yhat, in both. */
struct metric_counts {
	size_t K;
	double total;
	double *truth, *said, *hit; /* [K] */
};

/* Those that need METRIC_LABELS. */
double metric_labels(enum metric m, const struct metric_counts *c);

/* Weighted mean of the rows' losses: log-loss and brier. */
double metric_mean(const double *loss, const double *w, size_t n);

/* -log p, p clipped at 2.2e-16. */
double metric_log_loss(double p);

/*
 * Expected calibration error: 15 equal bins (lo,hi] of top[n], the largest
 * probability of each row; right[n] says whether its label was the true one.
 */
double metric_ece(const double *top, const bool *right, const double *w,
    size_t n);

struct metric_ranked {
	double score;
	double weight;
	bool positive;
};

/*
 * P(s+ > s-) + P(s+ = s-)/2, and the sum of recall steps times precision over
 * the distinct scores from above. Both sort r[n] by falling score.
 */
double metric_auc(struct metric_ranked *r, size_t n);
double metric_average_precision(struct metric_ranked *r, size_t n);

#endif
