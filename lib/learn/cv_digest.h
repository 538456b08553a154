/*
 * A digest of what cross-validation is made from: the data, the folds, and the
 * options that decide the fits. It tells apart accidents, such as folds of two
 * tables or of two seeds; on processors of another byte order it is another.
 */
#ifndef MTL_LEARN_CV_DIGEST_H
#define MTL_LEARN_CV_DIGEST_H

#include <stdint.h>

#include "data/holdout.h"
#include "learn/train.h"

uint32_t cv_digest_data(const struct dataset *ds,
    const struct holdout *holdout);

/* Adds a method's options; that of choosing among the points is none. */
uint32_t cv_digest_options(uint32_t digest, const struct train_opts *opts,
    size_t T);

#endif
