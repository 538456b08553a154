/*
 * Runs of pairs of one group and task. Pairs are sorted by group, then task,
 * so a group's slices lie side by side, in the tasks' order.
 */
#ifndef MTL_SCORE_SLICES_H
#define MTL_SCORE_SLICES_H

#include "score/pairs.h"

struct slice {
	size_t begin, n; /* its pairs */
	size_t group, task;
};

struct slices {
	size_t n, cap;
	struct slice *slice;
};

/* False without memory. */
bool slices_make(struct slices *s, const struct pairs *p);

/* One past the last slice of the group that begins at slice i. */
size_t slices_group_end(const struct slices *s, size_t i);

void slices_clear(struct slices *s); /* leaves it zeroed */

#endif
