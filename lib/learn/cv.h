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
 * one-vs-rest task).
 */
#ifndef MTL_LEARN_CV_H
#define MTL_LEARN_CV_H

#include <stdint.h>

#include "base/err.h"
#include "data/dataset.h"
#include "learn/penalty.h"

struct train_opts;

enum rule { RULE_MIN, RULE_1SE };

struct cv_opts {
	size_t folds;
	size_t path;  /* points of a path */
	size_t grid;  /* values a term of a grid */
	double ratio; /* of the last lambda to the first; 0: the default */
	enum rule rule;
	uint32_t seed;
};

struct cv {
	size_t points, K, T;     /* 0 points: no lambda was open */
	struct penalty *penalty; /* [points] filled for all rows */
	size_t *fold;            /* [n] of each row of the dataset */
	double *loss;            /* [points][K][T] sum of omega deviance */
	double *weight;          /* [K][T] sum of omega held out */
	size_t *pairs;           /* [K][T] */
	double *mean, *se;       /* [points] over folds, of all tasks */
	size_t best;             /* the chosen point */
	size_t *own;             /* [T] chosen task by task; NULL: best for all */
};

/*
 * Nothing to do, cv all 0, if the penalty has no open term. ds is as it was
 * read, and stays so.
 */
enum mtl_status cv_choose(struct cv *cv, const struct dataset *ds,
    const struct train_opts *opts, struct mtl_err *err);

/* Deviance of fold f at a point: of task t, or SIZE_MAX: of all. NaN: none. */
double cv_value(const struct cv *cv, size_t point, size_t f, size_t t);

/* The chosen point of task t. */
size_t cv_point(const struct cv *cv, size_t t);

void cv_clear(struct cv *cv); /* leaves it zeroed */

#endif
