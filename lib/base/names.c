#include "base/names.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"

#define HASH_NONFATAL_OOM 1
#define uthash_malloc(size) mem_new(size, 1)
#define uthash_nonfatal_oom(entry) ((entry)->lost = true)
#include <uthash.h>

struct names_entry {
	char *text;    /* owned; the key */
	size_t index;
	bool lost;     /* the hash had no memory for it */
	UT_hash_handle hh;
};

static struct names_entry *
find(const struct names *names, struct str s)
{
	struct names_entry *entry;

	if (s.len == 0) /* whose pointer may be NULL, which memcmp minds */
		s.s = "";
	HASH_FIND(hh, names->head, s.s, s.len, entry);
	return entry;
}

size_t
names_find(const struct names *names, struct str s)
{
	const struct names_entry *entry = find(names, s);

	return entry != NULL ? entry->index : SIZE_MAX;
}

size_t
names_add(struct names *names, struct str s)
{
	struct names_entry *entry = find(names, s);

	if (entry != NULL)
		return entry->index;
	if (!mem_grow((void *)&names->name, &names->cap, names->n + 1,
		sizeof *names->name))
		return SIZE_MAX;
	entry = mem_new(1, sizeof *entry);
	if (entry == NULL || (entry->text = mem_text(s.s, s.len)) == NULL)
		goto nomem;
	entry->index = names->n;
	HASH_ADD_KEYPTR(hh, names->head, entry->text, s.len, entry);
	if (entry->lost)
		goto nomem;
	names->name[names->n] = (struct str){entry->text, s.len};
	return names->n++;
nomem:
	if (entry != NULL)
		free(entry->text);
	free(entry);
	return SIZE_MAX;
}

void
names_clear(struct names *names)
{
	struct names_entry *entry, *next;

	HASH_ITER (hh, names->head, entry, next) {
		HASH_DEL(names->head, entry);
		free(entry->text);
		free(entry);
	}
	free(names->name);
	*names = (struct names){0};
}
