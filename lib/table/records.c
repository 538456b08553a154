#include "table/records.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/mem.h"
#include "base/num.h"
#include "table/input.h"

static const char *const header[REC_FIELDS] = {
	"record", "name", "task", "class", "feature", "value"};
static const char CRC_ROW[] = "end,crc32,,,,";
enum { CRC_DIGITS = 8, CRC_ROW_LEN = sizeof CRC_ROW - 1 + CRC_DIGITS + 1 };

/* zlib counts in unsigned int: long texts in pieces. */
static uint32_t
crc_add(uint32_t crc, const char *s, size_t len)
{
	while (len > 0) {
		unsigned piece = len > 1u << 30 ? 1u << 30 : (unsigned)len;

		crc = (uint32_t)crc32(crc, (const unsigned char *)s, piece);
		s += piece;
		len -= piece;
	}
	return crc;
}

/* --- writing ------------------------------------------------------------ */

static bool
needs_quotes(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.s[i] == ',' || s.s[i] == '"' || s.s[i] == '\n' ||
		    s.s[i] == '\r')
			return true;
	return false;
}

/* Appends one cell to the row, where there is room, and returns its end. */
static char *
put_cell(char *to, struct str s)
{
	if (!needs_quotes(s)) {
		if (s.len > 0)
			memcpy(to, s.s, s.len);
		return to + s.len;
	}
	*to++ = '"';
	for (size_t i = 0; i < s.len; i++) {
		if (s.s[i] == '"')
			*to++ = '"';
		*to++ = s.s[i];
	}
	*to++ = '"';
	return to;
}

void
records_put(struct records_out *out, const struct str f[REC_FIELDS])
{
	size_t need = REC_FIELDS, used;
	char *to;

	for (size_t i = 0; i < REC_FIELDS; i++)
		need += 2 * (f[i].s != NULL ? f[i].len : 0) + 2;
	if (!mem_grow((void *)&out->buf, &out->cap, need, 1)) {
		out->nomem = true;
		return;
	}
	to = out->buf;
	for (size_t i = 0; i < REC_FIELDS; i++) {
		if (f[i].s != NULL)
			to = put_cell(to, f[i]);
		*to++ = i + 1 < REC_FIELDS ? ',' : '\n';
	}
	used = (size_t)(to - out->buf);
	out->crc = crc_add(out->crc, out->buf, used);
	fwrite(out->buf, 1, used, out->fp);
	out->rows++;
}

void
records_num(struct records_out *out, const struct str f[REC_FIELDS],
    double value)
{
	struct str row[REC_FIELDS];
	char text[NUM_MAX];

	memcpy(row, f, sizeof row);
	row[REC_VALUE] = (struct str){text, num_write(text, value)};
	records_put(out, row);
}

void
records_start(struct records_out *out, FILE *fp, const char *kind,
    unsigned version)
{
	struct str f[REC_FIELDS] = {{NULL, 0}};
	char format[64];

	*out = (struct records_out){.fp = fp};
	for (size_t i = 0; i < REC_FIELDS; i++)
		f[i] = str_of(header[i]);
	records_put(out, f);
	out->rows = 0;
	memset(f, 0, sizeof f);
	snprintf(format, sizeof format, "%s %u", kind, version);
	f[REC_RECORD] = str_of("meta");
	f[REC_NAME] = str_of("format");
	f[REC_VALUE] = str_of(format);
	records_put(out, f);
}

bool
records_end(struct records_out *out)
{
	struct str f[REC_FIELDS] = {{NULL, 0}};
	char number[32];
	bool done;

	f[REC_RECORD] = str_of("end");
	f[REC_NAME] = str_of("rows");
	snprintf(number, sizeof number, "%zu", out->rows);
	f[REC_VALUE] = str_of(number);
	records_put(out, f);
	f[REC_NAME] = str_of("crc32");
	snprintf(number, sizeof number, "%08" PRIx32, out->crc);
	f[REC_VALUE] = str_of(number);
	records_put(out, f);
	done = !out->nomem;
	free(out->buf);
	*out = (struct records_out){0};
	return done;
}

/* --- reading ------------------------------------------------------------ */

struct reader {
	const char *path;
	char *buf;       /* [len] the whole file, unquoted in place */
	size_t len;
	char *at, *end;  /* what is still to be read */
	size_t line;     /* physical line of at */
	size_t rows;     /* since the header */
};

static enum mtl_status
bad(const struct reader *r, struct mtl_err *err, const char *what)
{
	return err_set(err, MTL_INPUT, "%s:%zu: %s", r->path, r->line, what);
}

static enum mtl_status
read_all(struct reader *r, struct mtl_err *err)
{
	struct input *in = NULL;
	enum mtl_status st = input_open(&in, r->path, err);
	size_t cap = 0, got = 1;

	while (st == MTL_OK && got > 0) {
		if (!mem_grow((void *)&r->buf, &cap, r->len + 65536, 1)) {
			st = err_nomem(err);
			break;
		}
		st = input_read(in, r->buf + r->len, cap - r->len, &got, err);
		if (st == MTL_OK)
			r->len += got;
	}
	input_close(in);
	if (st == MTL_OK && r->len == 0)
		st = err_set(err, MTL_INPUT, "%s: the file is empty", r->path);
	r->at = r->buf;
	r->end = r->buf != NULL ? r->buf + r->len : NULL;
	return st;
}

/* The last row must hold the checksum of all bytes before it. */
static enum mtl_status
check_crc(const struct reader *r, struct mtl_err *err)
{
	char want[CRC_ROW_LEN + 1];
	size_t before;

	if (r->len < CRC_ROW_LEN)
		goto cut;
	before = r->len - CRC_ROW_LEN;
	if (memcmp(r->buf + before, CRC_ROW, sizeof CRC_ROW - 1) != 0 ||
	    r->buf[r->len - 1] != '\n' ||
	    (before > 0 && r->buf[before - 1] != '\n'))
		goto cut;
	snprintf(want, sizeof want, "%s%08" PRIx32 "\n", CRC_ROW,
	    crc_add(0, r->buf, before));
	if (memcmp(r->buf + before, want, CRC_ROW_LEN) != 0)
		return err_set(err, MTL_INPUT, "%s: its checksum does not fit: "
		    "the file was changed or damaged", r->path);
	return MTL_OK;
cut:
	return err_set(err, MTL_INPUT, "%s: its end row is missing: the file "
	    "was cut or changed", r->path);
}

/* A quoted cell, from behind its opening quote; doubled quotes become one. */
static bool
quoted_cell(struct reader *r, struct str *cell)
{
	char *to = r->at;

	cell->s = to;
	while (r->at < r->end) {
		char c = *r->at++;

		if (c == '"') {
			if (r->at == r->end || *r->at != '"') {
				cell->len = (size_t)(to - cell->s);
				return true;
			}
			r->at++;
		}
		r->line += c == '\n';
		*to++ = c;
	}
	return false;
}

static void
bare_cell(struct reader *r, struct str *cell)
{
	cell->s = r->at;
	while (r->at < r->end && *r->at != ',' && *r->at != '\n' &&
	    *r->at != '\r' && *r->at != '"')
		r->at++;
	cell->len = (size_t)(r->at - cell->s);
}

/* Takes what ends a row: LF, CRLF or the end of the file. */
static bool
row_end(struct reader *r)
{
	if (r->at == r->end)
		return true;
	if (*r->at == '\r' && r->end - r->at > 1 && r->at[1] == '\n')
		r->at++;
	if (*r->at != '\n')
		return false;
	r->at++;
	return true;
}

/* The next row; the caller has seen that there is one. */
static enum mtl_status
next_row(struct reader *r, struct record *rec, struct mtl_err *err)
{
	size_t i = 0, start = r->line;

	rec->line = start;
	for (;;) {
		if (r->at < r->end && *r->at == '"') {
			r->at++;
			if (!quoted_cell(r, &rec->f[i])) {
				r->line = start;
				return bad(r, err, "a quote is left open");
			}
		} else
			bare_cell(r, &rec->f[i]);
		if (++i == REC_FIELDS || r->at == r->end || *r->at != ',')
			break;
		r->at++;
	}
	if (!row_end(r))
		return bad(r, err, i == REC_FIELDS && *r->at == ','
			? "more than 6 cells" : "a quote or CR out of place");
	if (i < REC_FIELDS)
		return bad(r, err, "fewer than 6 cells");
	r->line++;
	r->rows++;
	return MTL_OK;
}

/* A whole number without sign or leading zero; false if it is none. */
static bool
whole(size_t *n, struct str s)
{
	*n = 0;
	if (s.len == 0 || (s.s[0] == '0' && s.len > 1))
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (s.s[i] < '0' || s.s[i] > '9' ||
		    __builtin_mul_overflow(*n, 10, n) ||
		    __builtin_add_overflow(*n, (size_t)(s.s[i] - '0'), n))
			return false;
	return true;
}

/* Kind and version stand in the format record as "KIND VERSION". */
static enum mtl_status
check_format(const struct reader *r, const struct record *rec,
    const char *kind, unsigned version, struct mtl_err *err)
{
	struct str v = rec->f[REC_VALUE];
	char shown[STR_SHOWN];
	size_t n = strlen(kind), given;

	if (!str_is(rec->f[REC_RECORD], "meta") ||
	    !str_is(rec->f[REC_NAME], "format"))
		return err_set(err, MTL_INPUT, "%s: not a file of kind %s",
		    r->path, kind);
	if (!str_starts(v, kind) || v.len <= n || v.s[n] != ' ' ||
	    !whole(&given, (struct str){v.s + n + 1, v.len - n - 1}) ||
	    given == 0)
		return err_set(err, MTL_INPUT, "%s: its format is '%s', not %s",
		    r->path, str_show(shown, v), kind);
	if (given > version)
		return err_set(err, MTL_INPUT, "%s: its format is %s %zu, "
		    "newer than the %s %u that this program reads", r->path,
		    kind, given, kind, version);
	return MTL_OK;
}

/* The header and the format record: is it our file at all? */
static enum mtl_status
check_head(struct reader *r, const char *kind, unsigned version,
    struct mtl_err *err)
{
	struct record rec;
	bool fits = next_row(r, &rec, err) == MTL_OK;

	for (size_t i = 0; fits && i < REC_FIELDS; i++)
		fits = str_is(rec.f[i], header[i]);
	if (!fits || r->at == r->end || next_row(r, &rec, err) != MTL_OK)
		return err_set(err, MTL_INPUT, "%s: not a file of kind %s",
		    r->path, kind);
	r->rows = 1;
	return check_format(r, &rec, kind, version, err);
}

/* rec is the first of the two end rows; the second must end the file. */
static enum mtl_status
check_end(struct reader *r, struct record *rec, bool trust_edited,
    struct mtl_err *err)
{
	size_t rows = r->rows - 1, given;
	enum mtl_status st;

	if (!str_is(rec->f[REC_NAME], "rows") ||
	    !whole(&given, rec->f[REC_VALUE]))
		return bad(r, err, "the end rows are wrong");
	if (given != rows && !trust_edited)
		return err_set(err, MTL_INPUT, "%s: %zu records, but its end "
		    "row says %zu", r->path, rows, given);
	if (r->at == r->end)
		return bad(r, err, "the last end row is missing");
	if ((st = next_row(r, rec, err)) != MTL_OK)
		return st;
	if (!str_is(rec->f[REC_RECORD], "end") ||
	    !str_is(rec->f[REC_NAME], "crc32"))
		return bad(r, err, "the end rows are wrong");
	return r->at == r->end ? MTL_OK
	    : bad(r, err, "text after the last end row");
}

static enum mtl_status
read_rows(struct reader *r, bool trust_edited,
    enum mtl_status (*row)(void *arg, const struct record *rec,
	struct mtl_err *err),
    void *arg, struct mtl_err *err)
{
	struct record rec;
	enum mtl_status st = MTL_OK;

	while (st == MTL_OK && r->at < r->end) {
		if ((st = next_row(r, &rec, err)) != MTL_OK)
			return st;
		if (str_is(rec.f[REC_RECORD], "end"))
			return check_end(r, &rec, trust_edited, err);
		st = row(arg, &rec, err);
	}
	if (st == MTL_OK)
		st = err_set(err, MTL_INPUT, "%s: its end rows are missing: "
		    "the file was cut or changed", r->path);
	return st;
}

enum mtl_status
records_read(const char *path, const char *kind, unsigned version,
    bool trust_edited,
    enum mtl_status (*row)(void *arg, const struct record *rec,
	struct mtl_err *err),
    void *arg, struct mtl_err *err)
{
	struct reader r = {.path = path, .line = 1};
	enum mtl_status st;

	if ((st = read_all(&r, err)) != MTL_OK)
		goto out;
	if (memchr(r.buf, '\0', r.len) != NULL) {
		st = err_set(err, MTL_INPUT, "%s: not a file of kind %s",
		    path, kind);
		goto out;
	}
	if (trust_edited && r.len >= 3 && memcmp(r.buf, "\xef\xbb\xbf", 3) == 0)
		r.at += 3; /* a byte order mark that an editor left */
	/* Our first rows hold no quotes: the checksum sees them whole. */
	st = check_head(&r, kind, version, err);
	if (st == MTL_OK && !trust_edited)
		st = check_crc(&r, err);
	if (st == MTL_OK)
		st = read_rows(&r, trust_edited, row, arg, err);
out:
	free(r.buf);
	return st;
}
