#include "data/scale_csv.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "table/records.h"

static const char KIND[] = "mtl-scale";
enum { VERSION = 1 };

/* The records of a feature, in their order. */
enum part { CENTER, SCALE, FILL, PARTS };

static const char *const part_name[PARTS] = {"center", "scale", "fill"};

/* --- writing ------------------------------------------------------------- */

static void
put_group(struct records_out *out, const struct scale *s, size_t g)
{
	const double *const part[PARTS] = {s->center, s->scale, s->fill};
	struct str f[REC_FIELDS] = {{NULL, 0}};

	if (g > 0)
		f[REC_TASK] = s->task.name[g - 1];
	for (size_t j = 0; j < s->feature.n; j++) {
		f[REC_FEATURE] = s->feature.name[j];
		for (int p = 0; p < PARTS; p++) {
			f[REC_RECORD] = str_of(part_name[p]);
			if (part[p] != NULL)
				records_num(out, f,
				    part[p][g * s->feature.n + j]);
		}
	}
}

static void
put_levels(struct records_out *out, struct str column,
    const struct names *level)
{
	struct str f[REC_FIELDS] = {{NULL, 0}};
	char number[32];

	f[REC_RECORD] = str_of("level");
	f[REC_FEATURE] = column;
	for (size_t k = 0; k < level->n; k++) {
		snprintf(number, sizeof number, "%zu", k + 1);
		f[REC_NAME] = str_of(number);
		f[REC_VALUE] = level->name[k];
		records_put(out, f);
	}
}

enum mtl_status
scale_write(FILE *fp, const struct scale *s, struct mtl_err *err)
{
	struct records_out out;

	records_start(&out, fp, KIND, VERSION);
	for (size_t g = 0; g < 1 + s->task.n; g++)
		put_group(&out, s, g);
	for (size_t c = 0; c < s->onehot.column.n; c++)
		put_levels(&out, s->onehot.column.name[c],
		    &s->onehot.level[c]);
	return records_end(&out) ? MTL_OK : err_nomem(err);
}

/* --- reading ------------------------------------------------------------- */

/*
 * Values are appended as they come, each record where alone it may stand, so
 * that memory never exceeds what the file really holds.
 */
struct reader {
	struct scale *s;
	const char *path;
	double *value[PARTS];
	size_t n[PARTS], cap[PARTS];
	bool fills;     /* the first feature has a fill */
	size_t feature; /* whose records come next, or are half-read */
	enum part part; /* which comes next */
};

static enum mtl_status
bad(const struct reader *r, const struct record *rec, struct mtl_err *err,
    const char *what, struct str text)
{
	char buf[STR_SHOWN];

	return err_set(err, MTL_INPUT, "%s:%zu: %s '%s'", r->path, rec->line,
	    what, str_show(buf, text));
}

static enum mtl_status
bad_place(const struct reader *r, const struct record *rec,
    struct mtl_err *err)
{
	return bad(r, rec, err, "out of place (missing, doubled or moved "
	    "records?):", rec->f[REC_RECORD]);
}

/* A name that must be new; MTL_INPUT if it is not. */
static enum mtl_status
add_new(const struct reader *r, const struct record *rec, struct names *names,
    struct str name, const char *what, struct mtl_err *err)
{
	size_t n = names->n, at = names_add(names, name);

	if (at == SIZE_MAX)
		return err_nomem(err);
	return at == n ? MTL_OK : bad(r, rec, err, what, name);
}

static bool
all_features(const struct reader *r)
{
	return r->part == CENTER && r->feature == r->s->feature.n;
}

/* A center record begins a feature, and maybe a task. */
static enum mtl_status
begin_feature(struct reader *r, const struct record *rec, struct mtl_err *err)
{
	struct scale *s = r->s;
	struct str task = rec->f[REC_TASK], feature = rec->f[REC_FEATURE];
	enum mtl_status st;

	if (feature.len == 0)
		return bad(r, rec, err, "a feature without a name:",
		    rec->f[REC_RECORD]);
	if (task.len == 0 && s->task.n == 0)
		return add_new(r, rec, &s->feature, feature,
		    "comes twice: feature", err);
	if (task.len > 0 && r->feature == s->feature.n) {
		st = add_new(r, rec, &s->task, task, "comes twice: task",
		    err);
		if (st != MTL_OK)
			return st;
		r->feature = 0;
	}
	return MTL_OK;
}

/* The record must be of the feature and task that are being read. */
static bool
belongs(const struct reader *r, const struct record *rec)
{
	const struct scale *s = r->s;

	return r->feature < s->feature.n &&
	    str_eq(rec->f[REC_FEATURE], s->feature.name[r->feature]) &&
	    str_eq(rec->f[REC_TASK], s->task.n == 0 ? (struct str){"", 0}
		: s->task.name[s->task.n - 1]);
}

static enum mtl_status
read_number(struct reader *r, const struct record *rec, enum part part,
    struct mtl_err *err)
{
	struct str cell = rec->f[REC_VALUE];
	double x;

	if (num_read(&x, cell.s, cell.len) != NUM_OK)
		return bad(r, rec, err, "not a number:", cell);
	if (part == SCALE && !(x > 0))
		return bad(r, rec, err, "a scale must be above 0, not", cell);
	if (!mem_grow((void *)&r->value[part], &r->cap[part], r->n[part] + 1,
		sizeof(double)))
		return err_nomem(err);
	r->value[part][r->n[part]++] = x;
	return MTL_OK;
}

static enum mtl_status
read_part(struct reader *r, const struct record *rec, enum part part,
    struct mtl_err *err)
{
	enum mtl_status st = MTL_OK;
	bool first = r->s->feature.n == 1 && r->s->task.n == 0;

	if (r->s->onehot.column.n > 0)
		return bad_place(r, rec, err);
	/* The first feature shows whether there are fills. */
	if (part == FILL && first && !r->fills && all_features(r)) {
		r->fills = true;
		r->part = FILL;
		r->feature--;
	}
	if (part != r->part)
		return bad_place(r, rec, err);
	if (part == CENTER && (st = begin_feature(r, rec, err)) != MTL_OK)
		return st;
	if (!belongs(r, rec))
		return bad_place(r, rec, err);
	if ((st = read_number(r, rec, part, err)) != MTL_OK)
		return st;
	r->part = part == CENTER ? SCALE
	    : part == SCALE && r->fills ? FILL : CENTER;
	r->feature += r->part == CENTER;
	return MTL_OK;
}

/* Appends a level, which must come behind the one before it. */
static enum mtl_status
read_level(struct reader *r, const struct record *rec, struct mtl_err *err)
{
	struct onehot *o = &r->s->onehot;
	struct str column = rec->f[REC_FEATURE], level = rec->f[REC_VALUE];
	struct names *levels;
	char number[32];

	if (!all_features(r) || rec->f[REC_TASK].len > 0 || column.len == 0)
		return bad_place(r, rec, err);
	if (str_is(rec->f[REC_NAME], "1")) {
		if (names_find(&o->column, column) != SIZE_MAX ||
		    names_find(&r->s->feature, column) != SIZE_MAX)
			return bad(r, rec, err, "comes twice: column", column);
		if (!onehot_column(o, column))
			return err_nomem(err);
	}
	if (o->column.n == 0 ||
	    !str_eq(column, o->column.name[o->column.n - 1]))
		return bad_place(r, rec, err);
	levels = &o->level[o->column.n - 1];
	snprintf(number, sizeof number, "%zu", levels->n + 1);
	if (!str_is(rec->f[REC_NAME], number))
		return bad_place(r, rec, err);
	if (level.len == 0 || (levels->n > 0 &&
	    str_cmp(levels->name[levels->n - 1], level) >= 0))
		return bad(r, rec, err, "levels are not sorted at", level);
	return names_add(levels, level) != SIZE_MAX ? MTL_OK : err_nomem(err);
}

static enum mtl_status
read_record(void *arg, const struct record *rec, struct mtl_err *err)
{
	struct reader *r = arg;
	struct str kind = rec->f[REC_RECORD];

	if (rec->f[REC_CLASS].len > 0)
		return bad(r, rec, err, "unknown record: class",
		    rec->f[REC_CLASS]);
	if (str_is(kind, "level"))
		return read_level(r, rec, err);
	if (rec->f[REC_NAME].len > 0)
		return bad(r, rec, err, "unknown record: name",
		    rec->f[REC_NAME]);
	for (int p = 0; p < PARTS; p++)
		if (str_is(kind, part_name[p]))
			return read_part(r, rec, (enum part)p, err);
	return bad(r, rec, err, "unknown record:", kind);
}

static enum mtl_status
check_whole(const struct reader *r, struct mtl_err *err)
{
	const struct scale *s = r->s;

	if (s->feature.n == 0 && s->onehot.column.n == 0)
		return err_set(err, MTL_INPUT, "%s: no feature in it",
		    r->path);
	if (!all_features(r))
		return err_set(err, MTL_INPUT, "%s: records are missing at "
		    "its end", r->path);
	return MTL_OK;
}

enum mtl_status
scale_read(struct scale *s, const char *path, bool trust_edited,
    struct mtl_err *err)
{
	struct reader r = {.s = s, .path = path};
	enum mtl_status st;

	*s = (struct scale){0};
	st = records_read(path, KIND, VERSION, trust_edited, read_record, &r,
	    err);
	s->center = r.value[CENTER];
	s->scale = r.value[SCALE];
	s->fill = r.value[FILL];
	if (st == MTL_OK)
		st = check_whole(&r, err);
	if (st != MTL_OK)
		scale_clear(s);
	return st;
}
