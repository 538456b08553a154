#include "base/mem.h"

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/*
 * The one entry to the allocator: a test build can make it fail at a chosen
 * call.
 */
static void *
allocate(void *old, size_t bytes)
{
	return realloc(old, bytes > 0 ? bytes : 1);
}

void *
mem_new(size_t n, size_t size)
{
	void *p = mem_resize(NULL, n > 0 ? n : 1, size);

	if (p != NULL)
		memset(p, 0, (n > 0 ? n : 1) * size);
	return p;
}

void *
mem_resize(void *old, size_t n, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes))
		return NULL;
	return allocate(old, bytes);
}

bool
mem_grow(void *items, size_t *cap, size_t need, size_t size)
{
	size_t more = *cap + *cap / 2 + 16;
	void *old, *new;

	if (need <= *cap)
		return true;
	if (more < need)
		more = need;
	/* items is the address of some object pointer; its type is unknown
	 * here, so the pointer is copied as bytes. */
	memcpy(&old, items, sizeof old);
	new = mem_resize(old, more, size);
	if (new == NULL)
		return false;
	memcpy(items, &new, sizeof new);
	*cap = more;
	return true;
}

double *
mat_new(size_t rows, size_t cols)
{
	size_t n;

	if (rows > INT_MAX || cols > INT_MAX ||
	    __builtin_mul_overflow(rows, cols, &n))
		return NULL;
	return mem_new(n, sizeof(double));
}

char *
mem_text(const char *s, size_t len)
{
	char *copy = len < SIZE_MAX ? mem_resize(NULL, len + 1, 1) : NULL;

	if (copy != NULL) {
		if (len > 0)
			memcpy(copy, s, len);
		copy[len] = '\0';
	}
	return copy;
}
