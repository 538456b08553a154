#include "learn/cv_merge.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "learn/cv_csv.h"
#include "learn/method.h"

/* A row `weight`: fold and task by their order. */
struct held {
	size_t fold, task, pairs;
	double weight;
};

/* A row of a point: its lambdas, and the value unless they are all there is. */
struct entry {
	size_t method, point, fold, task; /* fold SIZE_MAX: of all rows */
	size_t lambda, terms;             /* where in reader.lambda */
	double value;
};

struct reader {
	struct cv_merge *m;
	struct rows *rows;
	struct mtl_err *err;
	size_t col[CV_COLUMNS];
	size_t tables; /* seen so far, by their digests */
	char digest[9];
	bool (*find)(struct cv_metric *metric, struct str name);
	struct cv_metric metric; /* that of the first value; name NULL: none */
	struct names fold;
	size_t helds, held_cap, entries, entry_cap, lambdas, lambda_cap;
	struct held *held;
	struct entry *entry;
	double *lambda;
};

static struct str
cell(const struct reader *r, int what)
{
	return r->rows->cell[r->col[what]];
}

static enum mtl_status
bad(const struct reader *r, int what, const char *why)
{
	char shown[STR_SHOWN];

	return rows_bad(r->rows, r->col[what], r->err, "'%s' %s",
	    str_show(shown, cell(r, what)), why);
}

/* A whole number from 0 up that memory could hold. */
static enum mtl_status
read_count(const struct reader *r, size_t *n, int what)
{
	struct str s = cell(r, what);
	double x;

	if (num_read(&x, s.s, s.len) != NUM_OK || !(x >= 0 && x < 1e15) ||
	    x != floor(x))
		return bad(r, what, "is not a whole number from 0 up");
	*n = (size_t)x;
	return MTL_OK;
}

/* The empty cell is NaN. */
static enum mtl_status
read_value(const struct reader *r, double *x)
{
	struct str s = cell(r, CV_VALUE);

	*x = (double)NAN;
	if (s.len > 0 && num_read(x, s.s, s.len) != NUM_OK)
		return bad(r, CV_VALUE, "is not a number");
	return MTL_OK;
}

/* A new table begins: it is made from what the first was made from. */
static enum mtl_status
read_digest(struct reader *r)
{
	struct str s = cell(r, CV_VALUE);

	if (s.len != 8)
		return bad(r, CV_VALUE, "is not a digest");
	if (r->tables++ == 0)
		memcpy(r->digest, s.s, 8);
	else if (!str_is(s, r->digest))
		return bad(r, CV_VALUE, "is the digest of other data or "
		    "options than the first table's");
	return MTL_OK;
}

static enum mtl_status
read_weight(struct reader *r)
{
	struct held *h;
	enum mtl_status st;

	if (r->tables > 1) /* all say the same */
		return MTL_OK;
	if (!mem_grow((void *)&r->held, &r->held_cap, r->helds + 1,
		sizeof *r->held))
		return err_nomem(r->err);
	h = &r->held[r->helds++];
	h->fold = names_add(&r->fold, cell(r, CV_FOLD));
	h->task = names_add(&r->m->task, cell(r, CV_TASK));
	if (h->fold == SIZE_MAX || h->task == SIZE_MAX)
		return err_nomem(r->err);
	if ((st = read_count(r, &h->pairs, CV_N)) == MTL_OK)
		st = read_value(r, &h->weight);
	if (st == MTL_OK && !(h->weight >= 0))
		st = bad(r, CV_VALUE, "is not a weight");
	return st;
}

/* Behind those of earlier rows. */
static enum mtl_status
read_lambdas(struct reader *r, struct entry *e)
{
	if (!mem_grow((void *)&r->lambda, &r->lambda_cap,
		r->lambdas + PENALTY_TERMS, sizeof *r->lambda))
		return err_nomem(r->err);
	e->lambda = r->lambdas;
	if (!cv_csv_lambdas(r->lambda + e->lambda, &e->terms,
		cell(r, CV_LAMBDA)))
		return bad(r, CV_LAMBDA, "are not lambdas");
	r->lambdas += e->terms;
	return MTL_OK;
}

/* A point's lambdas (metric lambda), or its value in a fold. */
static enum mtl_status
read_point(struct reader *r, bool value)
{
	struct entry *e;
	enum mtl_status st;

	if (!value && r->tables > 1)
		return MTL_OK;
	if (!mem_grow((void *)&r->entry, &r->entry_cap, r->entries + 1,
		sizeof *r->entry))
		return err_nomem(r->err);
	e = &r->entry[r->entries++];
	*e = (struct entry){.fold = SIZE_MAX};
	e->method = names_add(&r->m->method, cell(r, CV_METHOD));
	if (e->method == SIZE_MAX)
		return err_nomem(r->err);
	if ((st = read_count(r, &e->point, CV_POINT)) != MTL_OK ||
	    (st = read_lambdas(r, e)) != MTL_OK || !value)
		return st;
	e->fold = names_find(&r->fold, cell(r, CV_FOLD));
	e->task = names_find(&r->m->task, cell(r, CV_TASK));
	if (str_is(cell(r, CV_TASK), "(all)") && e->task == SIZE_MAX)
		e->task = r->m->task.n;
	if (e->fold == SIZE_MAX)
		return bad(r, CV_FOLD, "is no fold of this table");
	if (e->task == SIZE_MAX)
		return bad(r, CV_TASK, "is no task of this table");
	return read_value(r, &e->value);
}

/* All values are of one metric. */
static enum mtl_status
read_metric(struct reader *r, struct str metric)
{
	if (r->metric.name == NULL) {
		r->metric = (struct cv_metric){.name = "deviance",
		    .by_pairs = true};
		if (!str_is(metric, "deviance") &&
		    !r->find(&r->metric, metric))
			return bad(r, CV_METRIC,
			    "is no metric of a fold's table");
	}
	if (!str_is(metric, r->metric.name))
		return bad(r, CV_METRIC, "is not the first value's metric");
	return read_point(r, true);
}

static enum mtl_status
read_row(struct reader *r)
{
	struct str metric = cell(r, CV_METRIC);

	if (str_is(metric, "digest"))
		return read_digest(r);
	if (r->tables == 0)
		return err_set(r->err, MTL_INPUT, "%s: not the table of a "
		    "fold: it has no digest (mtl-cv --fold)", r->rows->file);
	if (str_is(metric, "weight"))
		return read_weight(r);
	if (str_is(metric, "lambda"))
		return read_point(r, false);
	return read_metric(r, metric);
}

static enum mtl_status
read_all(struct reader *r)
{
	bool end = false;
	enum mtl_status st = cv_csv_columns(r->col, r->rows, "--merge",
	    r->err);

	while (st == MTL_OK) {
		st = rows_next(r->rows, &end, r->err);
		if (st != MTL_OK || end)
			break;
		st = read_row(r);
	}
	if (st == MTL_OK && (r->helds == 0 || r->entries == 0 ||
		r->helds != r->fold.n * r->m->task.n))
		st = err_set(r->err, MTL_INPUT,
		    "%s: not the whole table of a fold: rows are missing",
		    r->rows->file);
	return st;
}

/* Which fold has no row of a method, or fewer than others. */
static enum mtl_status
missing(struct reader *r, size_t method)
{
	size_t *rows = mem_new(r->fold.n, sizeof *rows), f = 0;
	char a[STR_SHOWN], b[STR_SHOWN];

	if (rows == NULL)
		return err_nomem(r->err);
	for (size_t i = 0; i < r->entries; i++)
		if (r->entry[i].method == method &&
		    r->entry[i].fold != SIZE_MAX)
			rows[r->entry[i].fold]++;
	for (size_t g = 0; g < r->fold.n; g++)
		f = rows[g] < rows[f] ? g : f;
	err_set(r->err, MTL_INPUT, "fold '%s' %s (method %s)",
	    str_show(a, r->fold.name[f]),
	    rows[f] == 0 ? "is missing" : "lacks rows",
	    str_show(b, r->m->method.name[method]));
	free(rows);
	return MTL_INPUT;
}

/*
 * Room for a method's points. Nothing is allocated beyond what the rows that
 * are there will fill.
 */
static enum mtl_status
make_method(struct reader *r, size_t method)
{
	struct cv *cv = &r->m->cv[method];
	size_t points = 0, values = 0, terms = 0, K = r->fold.n;
	size_t T = r->m->task.n, wanted;
	enum mtl_status st;

	for (size_t i = 0; i < r->entries; i++)
		if (r->entry[i].method == method) {
			terms = r->entry[i].terms;
			points += r->entry[i].fold == SIZE_MAX;
			values += r->entry[i].fold != SIZE_MAX;
		}
	if (__builtin_mul_overflow(points, K * (T + 1), &wanted) ||
	    values < wanted)
		return missing(r, method);
	if ((st = cv_init(cv, points, K, T, terms, r->err)) != MTL_OK)
		return st;
	cv->metric = r->metric.name;
	cv->more = r->metric.more;
	cv->by_pairs = r->metric.by_pairs;
	for (size_t f = 0; f < K; f++)
		if (names_add(&cv->fold, r->fold.name[f]) == SIZE_MAX)
			return err_nomem(r->err);
	for (size_t i = 0; i < r->helds; i++) {
		const struct held *h = &r->held[i];

		cv->pairs[h->fold * T + h->task] = h->pairs;
		cv->weight[h->fold * T + h->task] = h->weight;
	}
	return MTL_OK;
}

static enum mtl_status
make_methods(struct reader *r)
{
	struct cv_merge *m = r->m;
	enum mtl_status st = MTL_OK;

	m->cv = mem_new(m->method.n, sizeof *m->cv);
	if (m->cv == NULL)
		return err_nomem(r->err);
	for (size_t k = 0; st == MTL_OK && k < m->method.n; k++)
		st = make_method(r, k);
	return st;
}

static enum mtl_status
amiss(struct reader *r, const struct entry *e, const char *what)
{
	char method[STR_SHOWN], fold[STR_SHOWN];

	str_show(method, r->m->method.name[e->method]);
	if (e->fold == SIZE_MAX)
		return err_set(r->err, MTL_INPUT,
		    "point %zu of method %s %s", e->point, method, what);
	return err_set(r->err, MTL_INPUT, "fold '%s' %s (method %s, point "
	    "%zu)", str_show(fold, r->fold.name[e->fold]), what, method,
	    e->point);
}

/*
 * Puts an entry in its place; seen has one for each of these. There are as
 * many entries as places, so that none is left empty.
 */
static enum mtl_status
place(struct reader *r, const struct entry *e, bool **seen)
{
	struct cv *cv = &r->m->cv[e->method];
	size_t f = e->fold != SIZE_MAX ? e->fold : cv->K;
	size_t t = e->fold != SIZE_MAX ? e->task : 0, at;

	if (e->point < 1 || e->point > cv->points || e->terms != cv->terms)
		return amiss(r, e, "is not among those of the first table");
	at = ((e->point - 1) * (cv->K + 1) + f) * (cv->T + 1) + t;
	if (seen[e->method][at])
		return amiss(r, e, "comes twice");
	seen[e->method][at] = true;
	for (size_t k = 0; k < cv->terms; k++)
		cv->lambda[((e->point - 1) * (cv->K + 1) + f) * cv->terms +
		    k] = r->lambda[e->lambda + k];
	if (e->fold != SIZE_MAX)
		cv->value[((e->point - 1) * cv->K + f) * (cv->T + 1) + t] =
		    e->value;
	return MTL_OK;
}

static enum mtl_status
fill(struct reader *r)
{
	size_t methods = r->m->method.n;
	bool **seen = mem_new(methods, sizeof *seen);
	enum mtl_status st = seen != NULL ? MTL_OK : err_nomem(r->err);

	for (size_t k = 0; st == MTL_OK && k < methods; k++) {
		const struct cv *cv = &r->m->cv[k];

		/* Below what cv_init has allocated: no overflow. */
		seen[k] = mem_new(cv->points * (cv->K + 1) * (cv->T + 1), 1);
		if (seen[k] == NULL)
			st = err_nomem(r->err);
	}
	for (size_t i = 0; st == MTL_OK && i < r->entries; i++)
		st = place(r, &r->entry[i], seen);
	for (size_t k = 0; seen != NULL && k < methods; k++)
		free(seen[k]);
	free(seen);
	return st;
}

enum mtl_status
cv_merge_read(struct cv_merge *m, struct rows *rows, enum rule rule,
    bool (*find)(struct cv_metric *metric, struct str name),
    struct mtl_err *err)
{
	struct reader r = {.m = m, .rows = rows, .find = find, .err = err};
	enum mtl_status st;

	*m = (struct cv_merge){0};
	if ((st = read_all(&r)) == MTL_OK && (st = make_methods(&r)) == MTL_OK)
		st = fill(&r);
	for (size_t k = 0; st == MTL_OK && k < m->method.n; k++) {
		const struct method *method = method_find(m->method.name[k]);

		st = cv_decide(&m->cv[k], rule, method != NULL &&
			method->own && m->task.n > 1, err);
	}
	names_clear(&r.fold);
	free(r.held);
	free(r.entry);
	free(r.lambda);
	if (st != MTL_OK)
		cv_merge_clear(m);
	return st;
}

void
cv_merge_clear(struct cv_merge *m)
{
	for (size_t k = 0; m->cv != NULL && k < m->method.n; k++)
		cv_clear(&m->cv[k]);
	free(m->cv);
	names_clear(&m->task);
	names_clear(&m->method);
	*m = (struct cv_merge){0};
}
