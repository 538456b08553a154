/*
 * Numbers to and from text, exactly and whatever the locale.
 *
 * The work is done by the C++ standard library's <charconv> (num.cc); this
 * header is plain C. A printed number has the fewest digits that read back to
 * the same double: fixed notation for 1e-5 <= |x| < 1e16 and for 0, else
 * d.ddde+XX with at least two digits in the exponent; -0 keeps its sign; there
 * is never a trailing ".0".
 */
#ifndef MTL_BASE_NUM_H
#define MTL_BASE_NUM_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { NUM_MAX = 32 }; /* bytes that any printed double fits into */

enum num_status {
	NUM_OK,
	NUM_BAD,   /* not a decimal number from the first byte to the last */
	NUM_RANGE, /* a number that a double cannot hold: 1e999, 1e-999 */
};

/*
 * Reads all len bytes of s as a decimal number: sign, digits, point, exponent.
 * Hexadecimal, nan, inf, blanks, thousands marks are NUM_BAD. *x is set on
 * NUM_OK only.
 */
enum num_status num_read(double *x, const char *s, size_t len);

/* Writes finite x without a NUL behind it and returns the length. */
size_t num_write(char *buf, double x); /* buf[NUM_MAX] */

#ifdef __cplusplus
}
#endif

#endif
