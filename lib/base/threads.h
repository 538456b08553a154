/*
 * Independent work in threads.
 *
 * threads_for calls work(arg, i) once for every i in 0 .. n-1, on up to
 * `threads` threads (POSIX). Which thread takes which i is not fixed, so work
 * must write only to places that belong to i; sums over i are then formed by
 * the caller in the order of i, and no result depends on the number of
 * threads. Work that can fail keeps its status in a place that belongs to i.
 * If no thread can be started, the caller's own does it all.
 */
#ifndef MTL_BASE_THREADS_H
#define MTL_BASE_THREADS_H

#include <stddef.h>

void threads_for(size_t n, size_t threads, void (*work)(void *arg, size_t i),
    void *arg);

/* Processors this process may use, at least 1. */
size_t threads_available(void);

#endif
