#include "base/notes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void
notes_add(struct notes *notes, enum note_kind kind, const char *fmt, ...)
{
	char text[1024];
	struct note *more;
	va_list ap;

	if (notes == NULL)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	more = mem_resize(notes->note, notes->n + 1, sizeof *more);
	if (more == NULL) {
		notes->lost = true;
		return;
	}
	notes->note = more;
	more[notes->n] = (struct note){kind, mem_text(text, strlen(text))};
	if (more[notes->n].text == NULL)
		notes->lost = true;
	else
		notes->n++;
}

void
notes_clear(struct notes *notes)
{
	for (size_t i = 0; i < notes->n; i++)
		free(notes->note[i].text);
	free(notes->note);
	*notes = (struct notes){0};
}
