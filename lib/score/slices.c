#include "score/slices.h"

#include <stdlib.h>

#include "base/mem.h"

bool
slices_make(struct slices *s, const struct pairs *p)
{
	*s = (struct slices){0};
	for (size_t i = 0; i < p->n; i++) {
		const struct pair *pair = &p->pair[i];

		if (i == 0 || pair[-1].group != pair->group ||
		    pair[-1].task != pair->task) {
			if (!mem_grow((void *)&s->slice, &s->cap, s->n + 1,
				sizeof(*s->slice))) {
				slices_clear(s);
				return false;
			}
			s->slice[s->n++] =
			    (struct slice){i, 0, pair->group, pair->task};
		}
		s->slice[s->n - 1].n++;
	}
	return true;
}

size_t
slices_group_end(const struct slices *s, size_t i)
{
	size_t group = s->slice[i].group;

	while (i < s->n && s->slice[i].group == group)
		i++;
	return i;
}

void
slices_clear(struct slices *s)
{
	free(s->slice);
	*s = (struct slices){0};
}
