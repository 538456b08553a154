#include "data/onehot.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

bool
onehot_column(struct onehot *o, struct str name)
{
	size_t c = o->column.n;

	if (!mem_grow((void *)&o->level, &o->cap, c + 1, sizeof *o->level))
		return false;
	o->level[c] = (struct names){0};
	return names_add(&o->column, name) != SIZE_MAX;
}

static int
compare(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

bool
onehot_levels(struct onehot *o, size_t c, struct str *level, size_t n)
{
	names_clear(&o->level[c]);
	qsort(level, n, sizeof *level, compare);
	for (size_t k = 0; k < n; k++)
		if (names_add(&o->level[c], level[k]) == SIZE_MAX)
			return false;
	return true;
}

bool
onehot_name(struct names *names, struct str column, struct str level)
{
	bool prefix = memchr(column.s, ':', column.len) == NULL &&
	    memchr(level.s, ':', level.len) != NULL;
	size_t at = prefix ? 2 : 0, len = at + column.len + 1 + level.len;
	char *name = mem_new(len, 1);
	bool done;

	if (name == NULL)
		return false;
	if (prefix)
		memcpy(name, "x:", 2);
	memcpy(name + at, column.s, column.len);
	name[at + column.len] = '=';
	memcpy(name + at + column.len + 1, level.s, level.len);
	done = names_add(names, (struct str){name, len}) != SIZE_MAX;
	free(name);
	return done;
}

void
onehot_clear(struct onehot *o)
{
	for (size_t c = 0; c < o->column.n; c++)
		names_clear(&o->level[c]);
	free(o->level);
	names_clear(&o->column);
	*o = (struct onehot){0};
}
