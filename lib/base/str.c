#include "base/str.h"

#include <ctype.h>
#include <fnmatch.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { SHOWN = 60, COMPARED = 64 };

struct str
str_of(const char *s)
{
	return (struct str){s, strlen(s)};
}

bool
str_eq(struct str a, struct str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.s, b.s, a.len) == 0);
}

bool
str_is(struct str a, const char *b)
{
	return str_eq(a, str_of(b));
}

int
str_cmp(struct str a, struct str b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int order = n > 0 ? memcmp(a.s, b.s, n) : 0;

	if (order != 0)
		return order;
	return (a.len > b.len) - (a.len < b.len);
}

bool
str_starts(struct str a, const char *prefix)
{
	size_t n = strlen(prefix);

	return a.len >= n && memcmp(a.s, prefix, n) == 0;
}

bool
str_glob(const char *pattern, struct str s)
{
	return fnmatch(pattern, s.s, 0) == 0;
}

/*
 * Length of the UTF-8 character at s, up to end, that a terminal shows: 0 for
 * ASCII, bytes that are not UTF-8 and the control characters U+0080..U+009F.
 */
static size_t
utf8_shown(const unsigned char *s, const unsigned char *end)
{
	size_t n = *s >= 0xf0 ? 4 : *s >= 0xe0 ? 3 : 2;

	if (*s < 0xc2 || *s > 0xf4 || (size_t)(end - s) < n ||
	    (*s == 0xc2 && s[1] < 0xa0) || (*s == 0xe0 && s[1] < 0xa0) ||
	    (*s == 0xed && s[1] > 0x9f) || (*s == 0xf0 && s[1] < 0x90) ||
	    (*s == 0xf4 && s[1] > 0x8f))
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	return n;
}

/* One byte, escaped if it could do harm; returns the length. */
static size_t
show_byte(char *out, unsigned char c)
{
	switch (c) {
	case '\n': return (size_t)sprintf(out, "\\n");
	case '\r': return (size_t)sprintf(out, "\\r");
	case '\t': return (size_t)sprintf(out, "\\t");
	case '\\': return (size_t)sprintf(out, "\\\\");
	default: break;
	}
	if (c < 0x20 || c >= 0x7f)
		return (size_t)sprintf(out, "\\x%02x", c);
	*out = (char)c;
	return 1;
}

const char *
str_show(char buf[static STR_SHOWN], struct str s)
{
	size_t used = 0, n = s.len;
	bool cut = n > SHOWN;

	if (cut) {
		/* Not in the middle of a UTF-8 character. */
		for (n = SHOWN; n > SHOWN - 4 &&
		    ((unsigned char)s.s[n] & 0xc0) == 0x80; n--)
			;
	}
	for (size_t i = 0; i < n;) {
		const unsigned char *c = (const unsigned char *)s.s + i;
		size_t shown = utf8_shown(c, c + (n - i));

		if (shown > 0)
			memcpy(buf + used, c, shown);
		used += shown > 0 ? shown : show_byte(buf + used, *c);
		i += shown > 0 ? shown : 1;
	}
	strcpy(buf + used, cut ? "..." : "");
	return buf;
}

static bool
alike(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/*
 * Edit distance (insert, delete, replace, swap neighbours) of short strings;
 * upper and lower case are alike.
 */
static size_t
distance(struct str a, struct str b)
{
	size_t row[3][COMPARED + 1];

	for (size_t j = 0; j <= b.len; j++)
		row[0][j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		size_t *now = row[i % 3], *up = row[(i - 1) % 3];
		const size_t *upper = row[(i + 1) % 3];

		now[0] = i;
		for (size_t j = 1; j <= b.len; j++) {
			size_t best = up[j - 1] + !alike(a.s[i - 1], b.s[j - 1]);

			if (up[j] + 1 < best)
				best = up[j] + 1;
			if (now[j - 1] + 1 < best)
				best = now[j - 1] + 1;
			if (i > 1 && j > 1 && alike(a.s[i - 1], b.s[j - 2]) &&
			    alike(a.s[i - 2], b.s[j - 1]) &&
			    upper[j - 2] + 1 < best)
				best = upper[j - 2] + 1;
			now[j] = best;
		}
	}
	return row[a.len % 3][b.len];
}

size_t
str_nearest(struct str s, const struct str *names, size_t n)
{
	size_t best = SIZE_MAX, least = s.len / 3 + 2;

	if (s.len > COMPARED)
		return SIZE_MAX;
	for (size_t i = 0; i < n; i++) {
		size_t far;

		if (names[i].len > COMPARED || names[i].len >= s.len + least ||
		    s.len >= names[i].len + least)
			continue;
		far = distance(s, names[i]);
		/* Names without anything in common are no slip. */
		if (far < least && (far < s.len || far < names[i].len)) {
			least = far;
			best = i;
		}
	}
	return best;
}
