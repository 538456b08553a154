#include "data/texts.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

bool
texts_add(struct texts *texts, struct str s)
{
	if (s.len > SIZE_MAX - texts->len ||
	    !mem_grow((void *)&texts->bytes, &texts->cap, texts->len + s.len,
		1) ||
	    !mem_grow((void *)&texts->end, &texts->end_cap, texts->n + 1,
		sizeof(*texts->end)))
		return false;
	if (s.len > 0)
		memcpy(texts->bytes + texts->len, s.s, s.len);
	texts->len += s.len;
	texts->end[texts->n++] = texts->len;
	return true;
}

struct str
texts_get(const struct texts *texts, size_t i)
{
	size_t start = i > 0 ? texts->end[i - 1] : 0;

	if (texts->end[i] == start)
		return (struct str){"", 0};
	return (struct str){texts->bytes + start, texts->end[i] - start};
}

void
texts_clear(struct texts *texts)
{
	free(texts->end);
	free(texts->bytes);
	*texts = (struct texts){0};
}
