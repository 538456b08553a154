/*
 * A small table made for both kinds of readers: programs get CSV with the
 * shortest digits that read back exactly, people get aligned columns with six
 * significant digits, "-" for an empty number and text that cannot drive a
 * terminal. Cells are put one by one, row by row; the first row is the header.
 */
#ifndef MTL_SCORE_SHEET_H
#define MTL_SCORE_SHEET_H

#include "data/texts.h"
#include "table/csvout.h"

struct sheet {
	bool people;       /* aligned columns, written by sheet_end */
	struct csvout csv; /* where the rows go otherwise */
	size_t columns;    /* of the header */
	size_t rows;
	struct texts cell; /* people: all cells so far */
	bool *number;      /* people: [columns] flush right */
	bool nomem;
};

/* columns is the number of cells in every row. */
void sheet_init(struct sheet *s, FILE *fp, char delimiter, bool people,
    size_t columns);
void sheet_text(struct sheet *s, struct str text);
void sheet_num(struct sheet *s, double x); /* NaN: empty */
void sheet_size(struct sheet *s, size_t n);
void sheet_row(struct sheet *s); /* ends the row */

/*
 * Writes what is held back and releases everything. False without memory;
 * stream errors stay in the stream.
 */
bool sheet_end(struct sheet *s);

#endif
