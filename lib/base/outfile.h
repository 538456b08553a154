/*
 * Output that is whole or not there at all.
 *
 * A named regular file is written aside, in the same directory, and renamed
 * over its target when complete; until then an older target stays as it is.
 * The mode is the older file's, or what the umask says. A link leads to the
 * new content. Devices, pipes and standard output ("-") are written directly.
 * Every write, flush, sync and close is checked.
 *
 * Temporaries are known to outfile_remove_all, which is safe in a signal
 * handler.
 */
#ifndef MTL_BASE_OUTFILE_H
#define MTL_BASE_OUTFILE_H

#include <stdio.h>

#include "base/err.h"

struct outfile {
	FILE *fp;   /* write here, with stdio */
	char *name; /* for messages: the path, or "standard output" */
	char *path; /* the target, links followed; NULL if written directly */
	char *temp; /* the file aside; NULL if written directly */
};

/* path "-" or NULL is standard output. */
enum mtl_status outfile_open(struct outfile *out, const char *path,
    struct mtl_err *err);

/*
 * Flushes, syncs and renames; for standard output flushes and closes. On
 * failure nothing is left behind. Either way the struct is zeroed.
 */
enum mtl_status outfile_commit(struct outfile *out, struct mtl_err *err);

/* Gives up: removes the temporary. Accepts a zeroed struct. */
void outfile_discard(struct outfile *out);

/* Removes the temporaries of all open files; async-signal-safe. */
void outfile_remove_all(void);

#endif
