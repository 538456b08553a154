/*
 * Where a run is: a few words that long loops keep up to date and that a
 * timer or signal handler may read at any moment. A NULL pointer is allowed
 * everywhere; updating costs one store.
 */
#ifndef MTL_BASE_PROGRESS_H
#define MTL_BASE_PROGRESS_H

#include <signal.h>
#include <stddef.h>

struct progress {
	const char *volatile stage; /* "reading rows"; a string literal */
	volatile size_t done;       /* rows, iterations, folds */
};

static inline void
progress_stage(struct progress *p, const char *stage)
{
	if (p != NULL) {
		p->done = 0;
		p->stage = stage;
	}
}

static inline void
progress_set(struct progress *p, size_t done)
{
	if (p != NULL)
		p->done = done;
}

#endif
