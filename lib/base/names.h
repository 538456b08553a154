/*
 * A table of distinct byte strings, numbered 0, 1, ... in order of first
 * appearance: tasks, labels, features, ids. Adding and finding take constant
 * time (uthash). The table owns copies of the bytes, each NUL-terminated,
 * at addresses that stay put until names_clear.
 */
#ifndef MTL_BASE_NAMES_H
#define MTL_BASE_NAMES_H

#include "base/str.h"

struct names_entry; /* uthash's */

struct names {
	size_t n;
	struct str *name; /* [n] */
	size_t cap;
	struct names_entry *head;
};

/* Index of s, added if new; SIZE_MAX without memory. */
size_t names_add(struct names *names, struct str s);

/* Index of s, or SIZE_MAX when absent. */
size_t names_find(const struct names *names, struct str s);

void names_clear(struct names *names); /* leaves it zeroed */

#endif
