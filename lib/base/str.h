/*
 * Byte strings that know their length: a view, never an owner. Cells, labels,
 * names of tasks and columns are such strings; they may hold any byte but NUL.
 */
#ifndef MTL_BASE_STR_H
#define MTL_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>

struct str {
	const char *s; /* [len], not NUL-terminated in general */
	size_t len;
};

struct str str_of(const char *s); /* of a C string */
bool str_eq(struct str a, struct str b);
bool str_is(struct str a, const char *b);
int str_cmp(struct str a, struct str b); /* by bytes, a prefix first */
bool str_starts(struct str a, const char *prefix);

/*
 * Matches the shell pattern (* ? [...]) against all of s, which must be
 * NUL-terminated here; for --ignore. False for a malformed pattern.
 */
bool str_glob(const char *pattern, struct str s);

/*
 * Text from data made fit for a message: control characters, DEL, backslash
 * and bytes that are not UTF-8 escaped (\n, \t, \x1b), cut at about 60 bytes
 * with "..." behind. Returns buf. Other UTF-8 passes as it is.
 */
enum { STR_SHOWN = 288 };
const char *str_show(char buf[static STR_SHOWN], struct str s);

/*
 * The name among names[n] nearest to s by edit distance, whatever the case, or
 * SIZE_MAX when none is near enough to be a likely slip. For "no column 'scoer' (did you mean
 * 'score'?)".
 */
size_t str_nearest(struct str s, const struct str *names, size_t n);

#endif
