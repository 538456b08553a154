/*
 * CBLAS with sizes checked in one place. mat_new refuses a side that does not
 * fit into BLAS's int, so the cast is safe for every matrix of ours; vectors
 * longer than that are cut into runs by their callers.
 */
#ifndef MTL_BASE_BLAS_H
#define MTL_BASE_BLAS_H

#include <cblas.h>
#include <limits.h>
#include <stddef.h>

static inline int
blas_int(size_t n)
{
	return n > INT_MAX ? INT_MAX : (int)n;
}

/* One BLAS thread: ours are the only threads, and sums keep their order. */
void blas_one_thread(void);

#endif
