/*
 * A dataset made ready to fit, or a part of one: standardised features,
 * weighted pairs, settled losses and classes, and the problem over them.
 */
#ifndef MTL_LEARN_TRAINING_H
#define MTL_LEARN_TRAINING_H

#include "learn/fit.h"

struct training {
	struct fit *fit;
	struct dataset *ds;
	const struct dataset *whole; /* what ds is a part of: its classes */
	const struct train_opts *opts;
	struct notes *notes;
	struct mtl_err *err;
	enum loss *loss;    /* [R] */
	double **weight;    /* [T][n_t] omega_i of each pair */
	double *factor;     /* [T] s_t */
	struct problem p;   /* its penalty is fit->penalty */
	size_t flat;        /* tasks with one class */
	size_t empty;       /* tasks whose counts are all 0 */
};

/*
 * Fills fit up to its weights; its penalty may have open terms. ds->X is
 * standardised in place. whole has the classes and losses: ds itself, or what
 * it is a part of. The error message goes to err.
 */
enum mtl_status training_init(struct training *tr, struct fit *fit,
    struct dataset *ds, const struct dataset *whole,
    const struct train_opts *opts, struct notes *notes, struct mtl_err *err);

/*
 * The penalty as the options give it, terms open or shares of lambda_max as
 * they are, and whether each task chooses a lambda of its own.
 */
enum mtl_status training_open(struct penalty *penalty, bool *own,
    const struct dataset *ds, const struct train_opts *opts,
    struct mtl_err *err);

/* Takes the penalty, no term open, for the next solve. */
void training_penalty(struct training *tr, const struct penalty *penalty);

void training_clear(struct training *tr); /* fit stays */

/*
 * The steps of training_init that are files of their own. training_settle:
 * the method and its penalty, --cost and --lambda filled in, in fit;
 * training_intercept: intercepts, and whether the penalty suits them.
 */
enum mtl_status training_settle(struct training *tr);
enum mtl_status training_intercept(struct training *tr);

/* True if the tasks' losses share columns: pooled, and shared above 0. */
bool training_joins(const struct training *tr);

/* fit's blocks: loss, classes and columns of each task, or of all. */
enum mtl_status training_columns(struct training *tr);

/* The problem's blocks over them: their pairs, and intercepts that are fixed. */
enum mtl_status training_blocks(struct training *tr);

#endif
