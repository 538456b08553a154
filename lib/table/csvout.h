/*
 * CSV cells written to a stdio stream. A cell is quoted only where CSV needs
 * it: it holds the delimiter, a quote, CR or LF, or it is the empty cell of a
 * one-column row. Errors stay in the stream (ferror); the caller's commit
 * finds them.
 */
#ifndef MTL_TABLE_CSVOUT_H
#define MTL_TABLE_CSVOUT_H

#include <stdbool.h>
#include <stdio.h>

#include "base/str.h"

struct csvout {
	FILE *fp;
	char delimiter;
	size_t cells;   /* in the row so far */
	bool one_empty; /* the row so far is one empty cell */
};

void csvout_init(struct csvout *out, FILE *fp, char delimiter);
void csvout_str(struct csvout *out, struct str s);
void csvout_text(struct csvout *out, const char *s);
void csvout_num(struct csvout *out, double x); /* finite; NaN: empty cell */
void csvout_size(struct csvout *out, size_t n);
void csvout_empty(struct csvout *out);
void csvout_raw(struct csvout *out, struct str raw); /* cells already CSV */
void csvout_end(struct csvout *out); /* ends the row with LF */

#endif
