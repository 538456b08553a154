/*
 * Training: from a dataset and settings to a fit.
 *
 * The data are standardised in place (with scale_target numbers too), each
 * task's pairs are weighted by --normalize and --balance, losses and classes
 * are settled, the method's penalty is filled in, the problem is solved, and
 * the weights come back for raw features.
 */
#ifndef MTL_LEARN_TRAIN_H
#define MTL_LEARN_TRAIN_H

#include "base/err.h"
#include "base/notes.h"
#include "data/dataset.h"
#include "learn/cv.h"
#include "learn/fit.h"

/*
 * What each target column should be read as, given --loss: fills
 * read[targets]. MTL_USAGE for an unknown loss or target name.
 */
enum mtl_status train_targets(enum target_read *read, const char *loss,
    const struct names *target_name, struct mtl_err *err);

/*
 * Fits; open lambdas are chosen by cross-validation, whose account is cv (all
 * 0 if none was open; the caller's to clear). ds->X is standardised in place,
 * with scale_target so are numbers y; ds must outlive the fit, whose labels
 * are its bytes.
 */
enum mtl_status train(struct fit *fit, struct cv *cv, struct dataset *ds,
    const struct train_opts *opts, struct notes *notes, struct mtl_err *err);

/*
 * The same at a point: of at only penalty, best and own are looked at, and
 * points 0 means the penalty of the options. whole as for training_init.
 */
enum mtl_status train_at(struct fit *fit, struct dataset *ds,
    const struct dataset *whole, const struct cv *at,
    const struct train_opts *opts, struct notes *notes, struct mtl_err *err);

#endif
