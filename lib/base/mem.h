/*
 * Checked memory: the one place that allocates and the one that multiplies
 * sizes. Every function returns NULL when memory is short or a product of
 * sizes overflows; what it returns is released with free().
 */
#ifndef MTL_BASE_MEM_H
#define MTL_BASE_MEM_H

#include <stdbool.h>
#include <stddef.h>

/* n items of size bytes, zeroed. n = 0 gives one item, never NULL. */
void *mem_new(size_t n, size_t size);

/*
 * realloc to n items of size bytes, new ones undefined; on failure the old
 * block stays valid.
 */
void *mem_resize(void *old, size_t n, size_t size);

/*
 * Room for at least `need` items in the array *items of capacity *cap, which
 * grows by half at a time. False without memory, and then all is as it was.
 * *items is a pointer to any object pointer: pass (void *)&array.
 */
bool mem_grow(void *items, size_t *cap, size_t need, size_t size);

/* rows x cols doubles, zeroed; refuses a side that BLAS's int cannot hold. */
double *mat_new(size_t rows, size_t cols);

/* A copy of len bytes and a NUL behind them. */
char *mem_text(const char *s, size_t len);

#endif
