/*
 * Notes and warnings: what a run decided, left out or filled.
 *
 * Library functions that succeed but have something to say append sentences
 * here; the caller prints them ("mtl-train: note: ...") and decides what
 * --quiet drops. Each cause is said once, with a count, never once a row.
 *
 * Adding never fails: without memory a sentence is lost and `lost` set, which
 * the caller reports as the failure it is. A NULL struct notes * swallows all.
 */
#ifndef MTL_BASE_NOTES_H
#define MTL_BASE_NOTES_H

#include <stdbool.h>
#include <stddef.h>

enum note_kind { NOTE, WARNING };

struct note {
	enum note_kind kind;
	char *text; /* owned by the notes */
};

struct notes {
	size_t n;
	struct note *note; /* [n] in order of adding */
	bool lost;
};

void notes_add(struct notes *notes, enum note_kind kind, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void notes_clear(struct notes *notes); /* leaves it zeroed */

#endif
