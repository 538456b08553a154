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

/*
 * Memory for the BLAS calls of so many threads of ours at one time. OpenBLAS
 * maps some 130 MB for each and tries for ever where the system refuses, so
 * whoever calls it asks here first. Returns how many threads have it, at most
 * 64; 0: not even one, and no BLAS call may follow.
 */
size_t blas_reserve(size_t threads);

#endif
