/*
 * Many byte strings kept back to back: the rows of a table as they will be
 * written, the cells of one column. Each costs its bytes and one size_t; none
 * is a block of its own.
 */
#ifndef MTL_DATA_TEXTS_H
#define MTL_DATA_TEXTS_H

#include <stdbool.h>

#include "base/str.h"

struct texts {
	size_t n;
	size_t *end; /* [n] text i is bytes end[i-1] .. end[i] */
	size_t end_cap;
	char *bytes;
	size_t len, cap;
};

/* Keeps a copy; false without memory, and then all is as it was. */
bool texts_add(struct texts *texts, struct str s);

/* A view of text i, valid until the next texts_add. */
struct str texts_get(const struct texts *texts, size_t i);

void texts_clear(struct texts *texts); /* leaves it zeroed */

#endif
