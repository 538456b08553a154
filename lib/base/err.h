/*
 * Status and message: how every fallible function of the library reports.
 *
 * The library never prints and never exits. A function that can fail returns
 * a status, takes a struct mtl_err last, and on failure leaves one sentence in
 * it: the place, the problem, the offending text and, when known, the remedy
 * ("train.csv:17: column 'age': '1,5' is not a number"). The program's name is
 * put in front by the caller. On MTL_OK the message is untouched.
 */
#ifndef MTL_BASE_ERR_H
#define MTL_BASE_ERR_H

#include <stddef.h>

enum mtl_status {
	MTL_OK,
	MTL_USAGE,   /* an option's value is wrong: exit status 2 */
	MTL_NOMEM,   /* all others: exit status 1 */
	MTL_IO,      /* the system failed a read, a write, an open */
	MTL_INPUT,   /* the data or the model is wrong */
	MTL_NUMERIC, /* a result is not finite, a matrix not definite */
};

struct mtl_err {
	char msg[1024];
};

/*
 * Formats err->msg (cut at its size) and returns status, so that failing is
 * one statement.
 */
enum mtl_status err_set(struct mtl_err *err, enum mtl_status status,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* MTL_NOMEM with the message "out of memory". */
enum mtl_status err_nomem(struct mtl_err *err);

/* MTL_IO with "NAME: " and the system's words for errno. */
enum mtl_status err_io(struct mtl_err *err, const char *name);

#endif
