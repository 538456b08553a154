/*
 * Text columns as 0/1 features: one for each level, a distinct text of the
 * column, in the order of bytes.
 *
 * The feature is named COLUMN=LEVEL. Where only the level holds a ':', its
 * modality would be read out of the level: such a feature is named
 * x:COLUMN=LEVEL, and so stays in the modality x that COLUMN has.
 */
#ifndef MTL_DATA_ONEHOT_H
#define MTL_DATA_ONEHOT_H

#include <stdbool.h>

#include "base/names.h"

struct onehot {
	struct names column; /* [n] */
	struct names *level; /* [n] of each column */
	size_t cap;
};

/* A further column without levels; it must be new. False without memory. */
bool onehot_column(struct onehot *o, struct str name);

/* Replaces the levels of column c by level[n], distinct, which it sorts. */
bool onehot_levels(struct onehot *o, size_t c, struct str *level, size_t n);

/* Appends the feature's name, if it is new. False without memory. */
bool onehot_name(struct names *names, struct str column, struct str level);

void onehot_clear(struct onehot *o); /* leaves it zeroed */

#endif
