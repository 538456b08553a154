#define _GNU_SOURCE /* sched_getaffinity */
#include "base/threads.h"

#include <pthread.h>
#include <sched.h>
#include <unistd.h>

enum { THREADS_MOST = 1024 };

struct pool {
	size_t n;
	_Atomic size_t next;
	void (*work)(void *arg, size_t i);
	void *arg;
};

static void *
run(void *arg)
{
	struct pool *pool = arg;
	size_t i;

	while ((i = pool->next++) < pool->n)
		pool->work(pool->arg, i);
	return NULL;
}

void
threads_for(size_t n, size_t threads, void (*work)(void *arg, size_t i),
    void *arg)
{
	struct pool pool = {n, 0, work, arg};
	pthread_t thread[THREADS_MOST];
	size_t started = 0;

	if (threads > n)
		threads = n;
	if (threads > THREADS_MOST)
		threads = THREADS_MOST;
	/* The caller is one of them. */
	while (started + 1 < threads &&
	    pthread_create(&thread[started], NULL, run, &pool) == 0)
		started++;
	run(&pool);
	for (size_t t = 0; t < started; t++)
		pthread_join(thread[t], NULL);
}

size_t
threads_available(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);
#ifdef CPU_COUNT
	cpu_set_t mine;

	/* A batch system or taskset may grant fewer than there are. */
	if (sched_getaffinity(0, sizeof mine, &mine) == 0)
		n = CPU_COUNT(&mine);
#endif
	return n > 0 ? (size_t)n : 1;
}
