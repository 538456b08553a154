/*
 * Lambda by itself: a path or grid of penalties, fitted without each fold in
 * turn and scored on what was held out.
 *
 * The points of a path go from the strongest penalty to the weakest; each fit
 * starts from the one before. Scaling, fill values and lambda_max belong to
 * each fold's training rows, the grid to all rows. Under --normalize none
 * lambdas that are no shares of a lambda_max scale with the total weight.
 *
 * A pair's score is its deviance, 2 (l - inf l): the squared error for
 * squared loss, twice the log-loss for classes (summed over the columns of a
 * one-vs-rest task), under --scale-target in the units of a fit to all rows. A
 * metric scores all held-out pairs of a task, or of all tasks, at once.
 */
#ifndef MTL_LEARN_CV_H
#define MTL_LEARN_CV_H

#include <stdint.h>

#include "base/err.h"
#include "base/notes.h"
#include "data/dataset.h"
#include "data/holdout.h"
#include "learn/fit.h"

/* Held-out pairs of a task, as a point predicts them. */
struct cv_held {
	enum loss loss;
	const struct labels *labels; /* K = 0: numbers */
	size_t n, cols;
	double *y;      /* [n] a number, or a class of labels */
	double *z;      /* [n][cols] in the units of y */
	double *weight; /* [n] */
};

/* Scores in place of the deviance. */
struct cv_metric {
	const char *name;
	bool more; /* is better */
	bool by_pairs; /* a mean over pairs: of all, the tasks' by weight */
	int which; /* for score */
	/*
	 * value[T + 1] of the tasks and of all; NaN: undefined. Called by
	 * several threads at a time.
	 */
	enum mtl_status (*score)(double *value, const struct cv_metric *metric,
	    const struct cv_held *held, size_t T, struct mtl_err *err);
};

/*
 * What a method's points are worth. Without open terms there is one point.
 * Lambdas have their weights multiplied in; `same` has none.
 */
struct cv {
	size_t points, K, T, terms;
	struct names fold;       /* [K] */
	const char *metric;      /* "deviance", unless it is a metric */
	bool more;               /* of it is better */
	bool by_pairs;           /* as in cv_metric; deviance is */
	struct penalty *penalty; /* [points] filled for all rows */
	double *lambda; /* [points][K + 1][terms] of each fold, then of all */
	double *value;  /* [points][K][T + 1] deviance of a held-out pair, mean
			 * by weight, or metric; the last of all tasks; NaN:
			 * undefined */
	double *weight; /* [K][T] total weight held out */
	size_t *pairs;  /* [K][T] */
	double *unit;   /* [T] of the deviances; NULL: 1 */
	size_t short_of; /* fits that did not converge */
	size_t best;    /* the chosen point */
	size_t *own;    /* [T] chosen task by task; NULL: best for all */
};

/* In place of a task: all together. Of a fold: all of them. */
#define CV_ALL SIZE_MAX
#define CV_MEAN (SIZE_MAX - 1) /* in a table: the mean of the tasks' values */

/*
 * Fits and scores every point without each fold in turn, or without fold
 * `only`, the values of the others being NaN then. holdout NULL: no folds, the
 * points alone. ds is as it was read, and stays so. Nothing is chosen yet.
 */
enum mtl_status cv_run(struct cv *cv, const struct dataset *ds,
    const struct train_opts *opts, const struct holdout *holdout, size_t only,
    struct notes *notes, struct mtl_err *err);

/*
 * Sets best to the point with the best mean over folds, or the first, which is
 * the strongest, within a standard error of it; so for each task if own.
 * MTL_NUMERIC if a metric is undefined everywhere.
 */
enum mtl_status cv_decide(struct cv *cv, enum rule rule, bool own,
    struct mtl_err *err);

/*
 * The chosen points with the lambdas of fold f, as train_at takes them; to is
 * the caller's to clear.
 */
enum mtl_status cv_in_fold(struct cv *to, const struct cv *cv, size_t f,
    struct mtl_err *err);

/* The chosen point of task t; t == CV_ALL: of all, SIZE_MAX if own. */
size_t cv_point(const struct cv *cv, size_t t);

/*
 * The value of fold f at a point, of task t or CV_ALL; NaN: undefined. Point
 * SIZE_MAX: each task at the point it chose, CV_ALL being their mean by weight,
 * which is the value of all pairs where by_pairs.
 */
double cv_value(const struct cv *cv, size_t point, size_t f, size_t t);

/*
 * Mean over the folds that have a value, and its standard error sd/sqrt K.
 * NaN where there are too few.
 */
void cv_average(double *mean, double *se, const struct cv *cv, size_t point,
    size_t t);

/* Plain mean of the tasks' values at the points chosen; NaN: none has one. */
double cv_tasks_mean(const struct cv *cv);

/* Warns of fits that did not converge. */
void cv_warn(const struct cv *cv, struct notes *notes);

/* Pairs held out: of fold f or CV_ALL, of task t or CV_ALL. */
size_t cv_pairs(const struct cv *cv, size_t f, size_t t);

/* Room for all that a run fills in; penalty and own stay NULL. */
enum mtl_status cv_init(struct cv *cv, size_t points, size_t K, size_t T,
    size_t terms, struct mtl_err *err);

void cv_clear(struct cv *cv); /* leaves it zeroed */

#endif
