#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum mtl_status
err_set(struct mtl_err *err, enum mtl_status status, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(err->msg, sizeof err->msg, fmt, ap);
	va_end(ap);
	return status;
}

enum mtl_status
err_nomem(struct mtl_err *err)
{
	return err_set(err, MTL_NOMEM, "out of memory");
}

enum mtl_status
err_io(struct mtl_err *err, const char *name)
{
	char words[128] = "";
	int code = errno;

	if (strerror_r(code, words, sizeof words) != 0)
		snprintf(words, sizeof words, "error %d", code);
	return err_set(err, MTL_IO, "%s: %s", name, words);
}
