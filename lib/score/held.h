/*
 * Metrics of held-out predictions, for cross-validation: those of mtl-eval,
 * fold by fold, without a table in between.
 */
#ifndef MTL_SCORE_HELD_H
#define MTL_SCORE_HELD_H

#include "learn/cv.h"

/* False if there is no metric of that name. */
bool held_metric(struct cv_metric *metric, struct str name);

#endif
