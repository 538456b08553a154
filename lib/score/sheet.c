#include "score/sheet.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void
sheet_init(struct sheet *s, FILE *fp, char delimiter, bool people,
    size_t columns)
{
	*s = (struct sheet){.people = people, .columns = columns};
	csvout_init(&s->csv, fp, delimiter);
	if (people) {
		s->number = mem_new(columns, sizeof(bool));
		s->nomem = s->number == NULL;
	}
}

/* Keeps a cell for sheet_end. */
static void
keep(struct sheet *s, struct str text, bool number)
{
	if (s->nomem)
		return;
	if (number)
		s->number[s->cell.n % s->columns] = true;
	if (!texts_add(&s->cell, text))
		s->nomem = true;
}

void
sheet_text(struct sheet *s, struct str text)
{
	char shown[STR_SHOWN];

	if (s->people)
		keep(s, str_of(str_show(shown, text)), false);
	else
		csvout_str(&s->csv, text);
}

void
sheet_num(struct sheet *s, double x)
{
	char buf[64];

	if (!s->people) {
		csvout_num(&s->csv, x);
		return;
	}
	if (isnan(x))
		strcpy(buf, "-");
	else
		snprintf(buf, sizeof buf, "%.6g", x);
	keep(s, str_of(buf), true);
}

void
sheet_size(struct sheet *s, size_t n)
{
	char buf[64];

	if (!s->people) {
		csvout_size(&s->csv, n);
		return;
	}
	snprintf(buf, sizeof buf, "%zu", n);
	keep(s, str_of(buf), true);
}

void
sheet_row(struct sheet *s)
{
	s->rows++;
	if (!s->people)
		csvout_end(&s->csv);
}

/* Characters of UTF-8 text: the bytes that do not continue one. */
static size_t
width_of(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += ((unsigned char)s.s[i] & 0xc0) != 0x80;
	return n;
}

static void
pad(FILE *fp, size_t n)
{
	while (n-- > 0)
		putc(' ', fp);
}

/* Two blanks between columns, none at the end of a line. */
static void
write_aligned(const struct sheet *s, const size_t *width)
{
	FILE *fp = s->csv.fp;

	for (size_t i = 0; i < s->cell.n; i++) {
		struct str cell = texts_get(&s->cell, i);
		size_t j = i % s->columns, fill = width[j] - width_of(cell);
		bool last = j + 1 == s->columns;

		if (s->number[j])
			pad(fp, fill);
		fwrite(cell.s, 1, cell.len, fp);
		if (!last)
			pad(fp, (s->number[j] ? 0 : fill) + 2);
		else
			putc('\n', fp);
	}
}

bool
sheet_end(struct sheet *s)
{
	size_t *width = NULL;
	bool ok = !s->nomem;

	if (s->people && ok) {
		width = mem_new(s->columns, sizeof(*width));
		ok = width != NULL;
	}
	if (width != NULL) {
		for (size_t i = 0; i < s->cell.n; i++) {
			size_t j = i % s->columns;
			size_t w = width_of(texts_get(&s->cell, i));

			if (w > width[j])
				width[j] = w;
		}
		write_aligned(s, width);
	}
	free(width);
	free(s->number);
	texts_clear(&s->cell);
	*s = (struct sheet){0};
	return ok;
}
