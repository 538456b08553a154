/*
 * A model as the point where another fit starts (--init).
 *
 * Features, tasks and classes go by their names, whatever their order; what
 * the model lacks starts at 0. A fit of one column for all tasks starts from
 * the mean of theirs, and one of a column each from the one that they share.
 */
#ifndef MTL_MODEL_MODEL_START_H
#define MTL_MODEL_MODEL_START_H

#include "learn/train.h"
#include "model/model.h"

/* m must outlive the fit. */
void model_start(struct train_start *s, const struct model *m);

#endif
