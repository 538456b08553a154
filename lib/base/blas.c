#include "base/blas.h"

/* OpenBLAS's own call; its header is not everywhere the one in use. */
extern void openblas_set_num_threads(int threads);

void
blas_one_thread(void)
{
	openblas_set_num_threads(1);
}
