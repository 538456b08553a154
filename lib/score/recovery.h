/*
 * How well a model finds coefficients that are known, as mtl-gen --truth
 * writes them: per task and over all tasks
 *
 *   frobenius   ||W - W*||_F / ||W*||_F
 *   support     2 |S and S*| / (|S| + |S*|), S the coefficients that are not 0
 *
 * of the coefficients of raw features, intercepts left out. Tasks, features
 * and classes are paired by name; a feature that one of the models lacks has
 * coefficient 0 there. A pooled model's column stands for each of its tasks.
 */
#ifndef MTL_SCORE_RECOVERY_H
#define MTL_SCORE_RECOVERY_H

#include "base/notes.h"
#include "model/model.h"

struct recovery_value {
	size_t n;         /* coefficients compared */
	size_t truth;     /* of them true ones that are not 0 */
	double frobenius; /* NaN: truth is 0; or too large */
	double support;   /* NaN: all are 0 in both */
};

struct recovery {
	size_t T;
	struct recovery_value *task; /* [T] in the order of the truth */
	struct recovery_value all;   /* all tasks together */
	struct recovery_value mean;  /* of the tasks, where defined */
};

/*
 * MTL_INPUT if the model lacks a task or class of the truth, or has columns
 * that cannot be paired. Warns of tasks that the truth lacks.
 */
enum mtl_status recovery_make(struct recovery *r, const struct model *truth,
    const struct model *model, struct notes *notes, struct mtl_err *err);

void recovery_clear(struct recovery *r); /* leaves it zeroed */

#endif
