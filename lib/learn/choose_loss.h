/*
 * Which loss each target gets: what --loss says, else by what the column
 * holds: numbers squared, two classes logistic, more softmax (logistic under
 * one-vs-rest). huber, poisson and hinge2 are for who asks for them.
 */
#ifndef MTL_LEARN_CHOOSE_LOSS_H
#define MTL_LEARN_CHOOSE_LOSS_H

#include "base/err.h"
#include "base/notes.h"
#include "data/dataset.h"
#include "learn/loss.h"

/*
 * Parses --loss for the targets of those names: loss[r], given[r]. NULL text
 * gives nothing. MTL_USAGE for unknown losses and targets.
 */
enum mtl_status choose_parse(enum loss *loss, bool *given, const char *text,
    const struct names *target_name, struct mtl_err *err);

/*
 * The loss of columns with K classes (0: numbers) when nothing is said.
 */
enum loss choose_default(size_t K, bool ovr);

/*
 * Settles loss[R]: parses, fills in the defaults and says in notes what was
 * taken. MTL_USAGE for a loss that does not go with the classes.
 */
enum mtl_status choose_losses(enum loss *loss, const struct dataset *ds,
    const char *text, bool ovr, struct notes *notes, struct mtl_err *err);

#endif
