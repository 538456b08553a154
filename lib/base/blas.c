#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "base/blas.h"

#include <stdbool.h>
#include <sys/mman.h>

/*
 * OpenBLAS's own calls; its header is not everywhere the one in use. The two
 * for memory are no part of its interface, and may be hidden.
 */
extern void openblas_set_num_threads(int threads);
extern void *blas_memory_alloc(int position) __attribute__((weak));
extern void blas_memory_free(void *buffer) __attribute__((weak));

enum {
	ROOM = 136 << 20,  /* bytes of address space of one buffer, and more */
	MOST_BUFFERS = 64, /* it ends the program when its table is full */
};

void
blas_one_thread(void)
{
	openblas_set_num_threads(1);
}

static bool
is_room(void)
{
	void *p = mmap(NULL, ROOM, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p != MAP_FAILED && munmap(p, ROOM) == 0;
}

size_t
blas_reserve(size_t threads)
{
	void *buffer[MOST_BUFFERS];
	size_t n = 0;

	if (threads > MOST_BUFFERS)
		threads = MOST_BUFFERS;
	if (blas_memory_alloc == NULL || blas_memory_free == NULL)
		return is_room() ? threads : 0;
	while (n < threads && is_room())
		buffer[n++] = blas_memory_alloc(0);
	/* Free for its own calls, which find them and map no others. */
	for (size_t i = 0; i < n; i++)
		blas_memory_free(buffer[i]);
	return n;
}
