#include "table/csvout.h"

#include <math.h>
#include <string.h>

#include "base/num.h"

void
csvout_init(struct csvout *out, FILE *fp, char delimiter)
{
	*out = (struct csvout){.fp = fp, .delimiter = delimiter};
}

static void
next_cell(struct csvout *out)
{
	if (out->cells++ > 0)
		putc_unlocked(out->delimiter, out->fp);
	out->one_empty = false;
}

static bool
needs_quotes(const struct csvout *out, struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.s[i] == out->delimiter || s.s[i] == '"' ||
		    s.s[i] == '\n' || s.s[i] == '\r')
			return true;
	return false;
}

void
csvout_str(struct csvout *out, struct str s)
{
	next_cell(out);
	if (s.len == 0) {
		out->one_empty = out->cells == 1;
		return;
	}
	if (!needs_quotes(out, s)) {
		fwrite(s.s, 1, s.len, out->fp);
		return;
	}
	putc_unlocked('"', out->fp);
	for (size_t i = 0; i < s.len; i++) {
		if (s.s[i] == '"')
			putc_unlocked('"', out->fp);
		putc_unlocked(s.s[i], out->fp);
	}
	putc_unlocked('"', out->fp);
}

void
csvout_text(struct csvout *out, const char *s)
{
	csvout_str(out, str_of(s));
}

void
csvout_num(struct csvout *out, double x)
{
	char buf[NUM_MAX];

	if (isnan(x)) {
		csvout_empty(out);
		return;
	}
	next_cell(out);
	fwrite(buf, 1, num_write(buf, x), out->fp);
}

void
csvout_size(struct csvout *out, size_t n)
{
	next_cell(out);
	fprintf(out->fp, "%zu", n);
}

void
csvout_empty(struct csvout *out)
{
	csvout_str(out, (struct str){"", 0});
}

void
csvout_raw(struct csvout *out, struct str raw)
{
	next_cell(out);
	out->one_empty = raw.len == 0 && out->cells == 1;
	fwrite(raw.s, 1, raw.len, out->fp);
}

void
csvout_end(struct csvout *out)
{
	/* An empty line would be a blank line to most readers. */
	if (out->one_empty)
		fputs("\"\"", out->fp);
	putc_unlocked('\n', out->fp);
	out->cells = 0;
	out->one_empty = false;
}
