/*
 * Bytes from a file or standard input, inflated when they are gzip.
 *
 * read(2) into a buffer of ours; the first two bytes decide, and where one
 * byte already rules gzip out nothing more is waited for. Several gzip members
 * are one stream; a cut or damaged one is an error. Bytes are handed on as
 * soon as they arrive: a pipe is never held back until its end.
 */
#ifndef MTL_TABLE_INPUT_H
#define MTL_TABLE_INPUT_H

#include <stddef.h>

#include "base/err.h"

struct input;

/* path "-" is standard input. The name in messages is the path. */
enum mtl_status input_open(struct input **in, const char *path,
    struct mtl_err *err);

/* 1 .. cap bytes into buf, or *got = 0 at the end. Retries EINTR. */
enum mtl_status input_read(struct input *in, char *buf, size_t cap,
    size_t *got, struct mtl_err *err);

/*
 * True if the next input_read can return without a system call that may
 * wait: inflated bytes are still at hand.
 */
int input_pending(const struct input *in);

void input_close(struct input *in); /* accepts NULL */

#endif
