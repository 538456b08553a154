/*
 * Is a target column classes or numbers? Decided once per target over all its
 * labelled cells, when no loss says so. Classes are
 *
 *   - a column with any text that is not a number,
 *   - one whose values are exactly 0 and 1, or 1 and 2, or -1 and 1,
 *   - one whose values are exactly 0 .. K-1 or 1 .. K, all present, with
 *     2 <= K <= 10 and at least 5K labelled cells;
 *
 * everything else is numbers. Two spellings of one value (1 and 1.0) are one
 * value. A number out of a double's range makes the column numbers, so that
 * whoever reads it as such can refuse it by line.
 *
 * Cells are seen one by one, in any order, in constant memory.
 */
#ifndef MTL_DATA_TARGET_H
#define MTL_DATA_TARGET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

enum { TARGET_CLASSES_MAX = 10 };

struct target_kind {
	size_t n;      /* labelled cells seen */
	bool text;     /* one was not a number */
	bool many;     /* more distinct values than classes can have */
	size_t values; /* distinct values kept, unless many */
	double value[TARGET_CLASSES_MAX];
};

/* Counts a labelled cell (never a missing one). Start from a zeroed struct. */
void target_see(struct target_kind *kind, struct str cell);

bool target_is_classes(const struct target_kind *kind);

#endif
