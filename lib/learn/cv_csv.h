/*
 * What cross-validation found, as a table:
 *
 *     method,point,lambda,fold,task,metric,n,value
 *
 * For every point of a method, folds by folds, the value of each task and of
 * `(all)`; then fold `(mean)` and `(se)`, sd / sqrt K, over the folds; last
 * the chosen point again, as fold `(chosen)`, where a metric has also the tasks'
 * `(mean)`. Differences of methods have this fold, too: their method is `A - B`. Lambdas stand by blanks, weights
 * multiplied in: those of a fold in its rows, else those of all rows.
 *
 * A table of one fold says first what it takes to put tables together: rows
 * with metric `digest` (of data and options), `weight` (held out in each fold
 * of each task) and, for each method, `lambda` (those of all rows).
 */
#ifndef MTL_LEARN_CV_CSV_H
#define MTL_LEARN_CV_CSV_H

#include <stdint.h>

#include "learn/cv.h"
#include "table/csvout.h"
#include "table/rows.h"

enum {
	CV_METHOD,
	CV_POINT,
	CV_LAMBDA,
	CV_FOLD,
	CV_TASK,
	CV_METRIC,
	CV_N,
	CV_VALUE,
	CV_COLUMNS
};

struct cv_csv {
	struct csvout out;
	const struct names *task;
};

/* The header. */
void cv_csv_start(struct cv_csv *t, FILE *fp, char delimiter,
    const struct names *task);

/* All rows of a method, decided. */
void cv_csv_put(struct cv_csv *t, const char *method, const struct cv *cv);

/*
 * Two rows of metric `difference` and `difference-se`: the deviance of a pair
 * under a method less that under another, over n pairs of a task or CV_ALL.
 */
void cv_csv_difference(struct cv_csv *t, const char *method,
    const char *baseline, size_t task, size_t n, double mean, double se);

/* For the table of a fold: what all methods share; then a method's fold. */
void cv_csv_plan(struct cv_csv *t, uint32_t digest, const struct cv *cv);
void cv_csv_fold(struct cv_csv *t, const char *method, const struct cv *cv,
    size_t f);

/* Where the columns of a table are; messages start with the option. */
enum mtl_status cv_csv_columns(size_t col[CV_COLUMNS],
    const struct rows *rows, const char *option, struct mtl_err *err);

/*
 * Reads lambda[PENALTY_TERMS], numbers from 0 up by blanks; false if the cell
 * is anything else.
 */
bool cv_csv_lambdas(double *lambda, size_t *terms, struct str cell);

#endif
