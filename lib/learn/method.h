/*
 * Methods: a method is a row of one table, a penalty and the way its columns
 * share data.
 */
#ifndef MTL_LEARN_METHOD_H
#define MTL_LEARN_METHOD_H

#include <stdbool.h>

#include "base/str.h"

enum sharing {
	SHARE_PENALTY, /* a column (or K) for each task, tied by the penalty */
	SHARE_ROWS,    /* pooled: one column for the rows of all tasks */
	SHARE_LOSSES,  /* shared: each task's column also pays for the others */
};

struct method {
	const char *name;
	const char *penalty; /* its preset, lambdas open */
	enum sharing sharing;
	bool by_tasks; /* the weight of its first l2 is 1/T */
	bool own; /* with lambda open each task chooses its own */
	const char *is;      /* for people */
	const char *source;  /* paper, or "" */
};

/* All methods, in the order of --list; one with name NULL ends them. */
const struct method *method_table(void);

/* The method of that name, or NULL. */
const struct method *method_find(struct str name);

/* The name that was likely meant, or NULL. */
const char *method_near(struct str name);

#endif
