/*
 * Held-out predictions at the point that cross-validation chose: each fold's
 * pairs by the model that is fitted without them.
 *
 * Where shares of lambda_max, standardising and fill values come from is
 * decided as in cv.h; the fits are made again here, to --tol.
 */
#ifndef MTL_MODEL_HELDOUT_H
#define MTL_MODEL_HELDOUT_H

#include <stdio.h>

#include "data/holdout.h"
#include "learn/train.h"
#include "model/model.h"

struct heldout {
	size_t K;
	struct model *model;    /* [K] fitted without fold f */
	const struct dataset *ds; /* as it was read; outlives this */
	const size_t *fold;       /* [ds->n] the holdout's */
	const double *unit;       /* [T] cv's, of deviances; NULL: 1 */
};

enum mtl_status heldout_init(struct heldout *h, const struct dataset *ds,
    const struct holdout *holdout, const struct cv *cv,
    const struct train_opts *opts, struct mtl_err *err);

/* deviance[n_t] of every pair of task t, in its order. */
enum mtl_status heldout_deviance(double *deviance, const struct heldout *h,
    size_t t, struct mtl_err *err);

/* Names that the input has for columns; NULL: the usual ones. */
struct heldout_names {
	const char *id, *task, *weight;
	const char *target; /* "score", "math,reading"; no y: before it */
};

/*
 * A table that mtl-eval reads, rows in the order of the input:
 * [id,][task,]y[:NAME]...,[weight,]fold, then as mtl-predict has them
 * yhat[:NAME] and p[:NAME]:CLASS. ds was read with keep_rows. MTL_NUMERIC for
 * a prediction that is not finite.
 */
enum mtl_status heldout_write(FILE *fp, char delimiter,
    const struct heldout *h, const struct names *fold_name,
    const struct heldout_names *names, struct mtl_err *err);

void heldout_clear(struct heldout *h); /* leaves it zeroed */

#endif
