/*
 * The point that a table of cross-validation chose (cv_csv.h): its lambdas,
 * for all tasks or for each its own.
 */
#ifndef MTL_LEARN_CV_CHOICE_H
#define MTL_LEARN_CV_CHOICE_H

#include "base/err.h"
#include "base/names.h"
#include "learn/penalty.h"
#include "table/rows.h"

struct cv_choice {
	char *method;
	struct names task;
	size_t *terms;   /* [task.n] */
	double *lambda;  /* [task.n][PENALTY_TERMS] */
	bool own;        /* tasks have their own; else that of all is last */
	size_t cap[2];
};

/*
 * method NULL: that of the table, which must be the only one. MTL_INPUT where
 * the table has no such method, or no choice.
 */
enum mtl_status cv_choice_read(struct cv_choice *c, struct rows *rows,
    const char *method, struct mtl_err *err);

/*
 * The penalty with the lambdas of a task, or of all if they have none of their
 * own. MTL_INPUT if the task has none, or of another number of terms.
 */
enum mtl_status cv_choice_settle(struct penalty *p, const struct cv_choice *c,
    struct str task, struct mtl_err *err);

void cv_choice_clear(struct cv_choice *c); /* leaves it zeroed */

#endif
