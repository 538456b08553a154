/*
 * The classes a block of columns tells apart, and where each target's labels
 * stand among them: those a task has, or the union over tasks.
 */
#ifndef MTL_LEARN_LABELS_H
#define MTL_LEARN_LABELS_H

#include "base/err.h"
#include "data/dataset.h"

struct labels {
	size_t K;           /* classes; 0 for numbers */
	struct str *label;  /* [K] sorted; the bytes are the dataset's */
	size_t **class_of;  /* [R] for each target: label index -> class */
	size_t R;
};

/*
 * The classes of one task: the labels its rows have; both labels of a target
 * that has two in all, even if the task has seen one.
 */
enum mtl_status labels_of_task(struct labels *l, const struct dataset *ds,
    size_t task, struct mtl_err *err);

/* The union of all targets' labels. All targets must be classes. */
enum mtl_status labels_of_all(struct labels *l, const struct dataset *ds,
    struct mtl_err *err);

void labels_clear(struct labels *l); /* leaves it zeroed */

#endif
