#include "model/model_csv.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "table/records.h"

/* The kinds of records come in this order. */
enum stage { META, TASK, CLASS, FEATURE, INTERCEPT, COEF, PART, RELATION,
	CLUSTER, GRAPH, STAGES };

/* Which records of a task have been seen. */
enum { SEEN_LOSS = 1, SEEN_ROWS = 2, SEEN_WEIGHT = 4, SEEN_TARGET = 8,
	SEEN_VALUE = 16, SEEN_DELTA = 32, SEEN_SCALE = 64, SEEN_LAMBDA = 128 };

struct reader {
	struct model *m;
	const char *path;
	enum stage stage;
	struct names key, task; /* of the meta and task records so far */
	struct names edge;      /* "3,7": pairs of columns with an edge */
	unsigned char *seen;    /* [T] SEEN_ bits */
	size_t cap_meta, cap_task, cap_block, cap_seen, cap_mean, cap_scale,
	    cap_edge;
	bool has_layout, ready; /* ready: W and b are there */
};

/* "model.csv:12: ..." with the offending text quoted. */
static enum mtl_status
bad(const struct reader *r, const struct record *rec, struct mtl_err *err,
    const char *before, struct str text, const char *after)
{
	char buf[STR_SHOWN];

	return err_set(err, MTL_INPUT, "%s:%zu: %s'%s'%s", r->path, rec->line,
	    before, str_show(buf, text), after);
}

static enum mtl_status
read_value(const struct reader *r, const struct record *rec, double *x,
    double min, struct mtl_err *err)
{
	struct str cell = rec->f[REC_VALUE];

	if (num_read(x, cell.s, cell.len) != NUM_OK)
		return bad(r, rec, err, "", cell, " is not a number");
	if (*x < min)
		return bad(r, rec, err, "", cell,
		    min > 0 ? " is not above 0" : " is less than 0");
	return MTL_OK;
}

static bool
copy_text(struct str *to, struct str from)
{
	char *text = mem_text(from.s, from.len);

	if (text != NULL)
		*to = (struct str){text, from.len};
	return text != NULL;
}

/* Adds a name that must be new; *added false if it was there. */
static enum mtl_status
add_new(struct names *names, struct str name, bool *added,
    struct mtl_err *err)
{
	size_t n = names->n, at = names_add(names, name);

	*added = false;
	if (at == SIZE_MAX)
		return err_nomem(err);
	*added = at == n;
	return MTL_OK;
}

static enum mtl_status
read_layout(struct reader *r, const struct record *rec, struct mtl_err *err)
{
	for (size_t i = 0; i <= LAYOUT_MIXED; i++)
		if (str_is(rec->f[REC_VALUE],
			model_layout((enum layout)i))) {
			r->m->layout = (enum layout)i;
			r->has_layout = true;
			return MTL_OK;
		}
	return bad(r, rec, err, "layout ", rec->f[REC_VALUE],
	    " is none of one, long, wide, mixed");
}

static enum mtl_status
read_meta(struct reader *r, const struct record *rec, struct mtl_err *err)
{
	struct model *m = r->m;
	struct str key = rec->f[REC_NAME];
	struct model_meta *meta;
	bool added;
	enum mtl_status st = add_new(&r->key, key, &added, err);

	if (st != MTL_OK)
		return st;
	if (!added || str_is(key, "format"))
		return bad(r, rec, err, "meta ", key, " comes twice");
	if (str_is(key, "layout"))
		return read_layout(r, rec, err);
	if (str_is(key, "pooled")) {
		m->pooled = true;
		return str_is(rec->f[REC_VALUE], "yes") ? MTL_OK :
		    bad(r, rec, err, "pooled ", rec->f[REC_VALUE],
			" can only be 'yes'");
	}
	if (!mem_grow((void *)&m->meta, &r->cap_meta, m->metas + 1,
		sizeof *m->meta))
		return err_nomem(err);
	meta = &m->meta[m->metas];
	memset(meta, 0, sizeof *meta);
	m->metas++;
	return copy_text(&meta->key, key) &&
		copy_text(&meta->value, rec->f[REC_VALUE]) ?
	    MTL_OK : err_nomem(err);
}

/* A zeroed block behind the others. */
static enum mtl_status
add_block(struct reader *r, struct mtl_err *err)
{
	struct model *m = r->m;

	if (!mem_grow((void *)&m->block, &r->cap_block, m->B + 1,
		sizeof *m->block))
		return err_nomem(err);
	memset(&m->block[m->B++], 0, sizeof *m->block);
	return MTL_OK;
}

/* The first record of a task, its loss, makes the task and its block. */
static enum mtl_status
add_task(struct reader *r, const struct record *rec, struct mtl_err *err)
{
	struct model *m = r->m;
	struct str name = rec->f[REC_TASK];
	struct model_task *task;
	enum loss loss;
	bool added;
	enum mtl_status st = add_new(&r->task, name, &added, err);

	if (st != MTL_OK)
		return st;
	if (!added)
		return bad(r, rec, err, "the loss of task ", name,
		    " comes twice");
	if (!loss_find(&loss, rec->f[REC_VALUE]))
		return bad(r, rec, err, "unknown loss ", rec->f[REC_VALUE],
		    "");
	if (!mem_grow((void *)&m->task, &r->cap_task, m->T + 1,
		sizeof *m->task) ||
	    !mem_grow((void *)&r->seen, &r->cap_seen, m->T + 1, 1))
		return err_nomem(err);
	task = &m->task[m->T];
	memset(task, 0, sizeof *task);
	r->seen[m->T++] = SEEN_LOSS;
	if (!copy_text(&task->name, name))
		return err_nomem(err);
	if (!m->pooled || m->B == 0) {
		if ((st = add_block(r, err)) != MTL_OK)
			return st;
		m->block[m->B - 1].loss = loss;
	}
	task->block = m->B - 1;
	if (m->block[task->block].loss != loss)
		return bad(r, rec, err, "loss ", rec->f[REC_VALUE],
		    ": the tasks of a pooled model have one loss");
	return MTL_OK;
}

/* Index of a record's task, which must be known. */
static enum mtl_status
find_task(const struct reader *r, const struct record *rec, size_t *t,
    struct mtl_err *err)
{
	*t = names_find(&r->task, rec->f[REC_TASK]);
	return *t != SIZE_MAX ? MTL_OK :
	    bad(r, rec, err, "unknown task ", rec->f[REC_TASK], "");
}

static enum mtl_status
read_task(struct reader *r, const struct record *rec, struct mtl_err *err)
{
	struct str name = rec->f[REC_NAME];
	bool mixed = r->m->layout == LAYOUT_MIXED;
	struct model_task *task;
	unsigned char bit;
	enum mtl_status st;
	size_t t;

	if (rec->f[REC_TASK].len == 0)
		return bad(r, rec, err, "'task' record ", name, ": no task");
	if (str_is(name, "loss"))
		return add_task(r, rec, err);
	if ((st = find_task(r, rec, &t, err)) != MTL_OK)
		return st;
	bit = str_is(name, "rows") ? SEEN_ROWS :
	    str_is(name, "weight") ? SEEN_WEIGHT :
	    str_is(name, "scale") ? SEEN_SCALE :
	    str_is(name, "lambda") ? SEEN_LAMBDA :
	    str_is(name, "delta") &&
	    r->m->block[r->m->task[t].block].loss == LOSS_HUBER ? SEEN_DELTA :
	    mixed && str_is(name, "target") ? SEEN_TARGET :
	    mixed && str_is(name, "value") ? SEEN_VALUE : 0;
	if (bit == 0)
		return bad(r, rec, err, "unknown 'task' record ", name, "");
	if (r->seen[t] & bit)
		return bad(r, rec, err, "the task's ", name, " comes twice");
	r->seen[t] |= bit;
	task = &r->m->task[t];
	if (bit == SEEN_ROWS)
		return read_value(r, rec, &task->rows, 0, err);
	if (bit == SEEN_WEIGHT)
		return read_value(r, rec, &task->weight, 0, err);
	if (bit == SEEN_DELTA)
		return read_value(r, rec, &task->delta, 5e-324, err);
	if (bit == SEEN_LAMBDA)
		return read_value(r, rec, &task->lambda, 5e-324, err);
	if (bit == SEEN_SCALE)
		return read_value(r, rec, &task->scale, 5e-324, err);
	return copy_text(bit == SEEN_TARGET ? &task->target : &task->value,
		   rec->f[REC_VALUE]) ? MTL_OK : err_nomem(err);
}

/* Index of the block that a record's task field names. */
static enum mtl_status
find_block(const struct reader *r, const struct record *rec, size_t *k,
    struct mtl_err *err)
{
	if (!r->m->pooled)
		return find_task(r, rec, k, err);
	*k = 0;
	if (rec->f[REC_TASK].len != 0)
		return bad(r, rec, err, "task ", rec->f[REC_TASK],
		    " in a record that a pooled model's tasks share");
	if (r->m->B == 0)
		return err_set(err, MTL_INPUT, "%s:%zu: no task so far",
		    r->path, rec->line);
	return MTL_OK;
}

static enum mtl_status
read_class(struct reader *r, const struct record *rec, struct mtl_err *err)
{
	struct model_block *block;
	char number[32];
	bool added;
	size_t k;
	enum mtl_status st = find_block(r, rec, &k, err);

	if (st != MTL_OK)
		return st;
	block = &r->m->block[k];
	if (!loss_classes(block->loss))
		return bad(r, rec, err, "a class in task ", rec->f[REC_TASK],
		    ", whose loss is one of numbers");
	snprintf(number, sizeof number, "%zu", block->label.n + 1);
	if (!str_is(rec->f[REC_CLASS], number))
		return err_set(err, MTL_INPUT,
		    "%s:%zu: the task's classes are not numbered 1, 2, ...",
		    r->path, rec->line);
	if (rec->f[REC_VALUE].len == 0)
		return err_set(err, MTL_INPUT, "%s:%zu: an empty label",
		    r->path, rec->line);
	st = add_new(&block->label, rec->f[REC_VALUE], &added, err);
	if (st == MTL_OK && !added)
		return bad(r, rec, err, "label ", rec->f[REC_VALUE],
		    " comes twice in one task");
	return st;
}

static enum mtl_status
read_mean(struct reader *r, const struct record *rec, struct mtl_err *err)
{
	struct model *m = r->m;
	struct str name = rec->f[REC_FEATURE];
	bool added;
	enum mtl_status st = add_new(&m->feature, name, &added, err);

	if (st != MTL_OK)
		return st;
	if (!added)
		return bad(r, rec, err, "the mean of feature ", name,
		    " comes twice");
	if (name.len == 0)
		return err_set(err, MTL_INPUT, "%s:%zu: a feature without "
		    "name", r->path, rec->line);
	if (!mem_grow((void *)&m->mean, &r->cap_mean, m->feature.n,
		sizeof *m->mean) ||
	    !mem_grow((void *)&m->scale, &r->cap_scale, m->feature.n,
		sizeof *m->scale))
		return err_nomem(err);
	m->scale[m->feature.n - 1] = (double)NAN; /* not seen so far */
	return read_value(r, rec, &m->mean[m->feature.n - 1], -INFINITY, err);
}

static enum mtl_status
read_feature(struct reader *r, const struct record *rec, struct mtl_err *err)
{
	struct str name = rec->f[REC_FEATURE];
	size_t j;

	if (str_is(rec->f[REC_NAME], "mean"))
		return read_mean(r, rec, err);
	if (!str_is(rec->f[REC_NAME], "scale"))
		return bad(r, rec, err, "unknown 'feature' record ",
		    rec->f[REC_NAME], "");
	j = names_find(&r->m->feature, name);
	if (j == SIZE_MAX)
		return bad(r, rec, err, "the scale of feature ", name,
		    " comes before its mean");
	if (!isnan(r->m->scale[j]))
		return bad(r, rec, err, "the scale of feature ", name,
		    " comes twice");
	return read_value(r, rec, &r->m->scale[j], 0, err);
}

/* Target and task cell where the layout says them; mixed: from the file. */
static enum mtl_status
finish_task(struct reader *r, size_t t, struct mtl_err *err)
{
	struct model_task *task = &r->m->task[t];
	struct str y = str_of("y"), none = {"", 0}, name = task->name;
	struct str target = task->target, value = task->value;
	enum layout layout = r->m->layout;
	char buf[STR_SHOWN];

	if (layout != LAYOUT_MIXED)
		return copy_text(&task->target,
			   layout == LAYOUT_WIDE ? name : y) &&
			copy_text(&task->value,
			    layout == LAYOUT_LONG ? name : none) ?
		    MTL_OK : err_nomem(err);
	if (target.s == NULL || value.s == NULL)
		return err_set(err, MTL_INPUT, "%s: task '%s' has no %s",
		    r->path, str_show(buf, name),
		    target.s == NULL ? "target" : "value");
	if (name.len != value.len + 1 + target.len ||
	    !str_starts(name, value.s) || name.s[value.len] != '/' ||
	    !str_is((struct str){name.s + value.len + 1, target.len},
		target.s))
		return err_set(err, MTL_INPUT,
		    "%s: task '%s' is not named VALUE/TARGET", r->path,
		    str_show(buf, name));
	return MTL_OK;
}

static enum mtl_status
finish_block(struct reader *r, size_t k, struct mtl_err *err)
{
	struct model_block *block = &r->m->block[k];
	char buf[STR_SHOWN];

	if (loss_classes(block->loss) && block->label.n == 0)
		return err_set(err, MTL_INPUT,
		    "%s: task '%s' has the loss %s but no classes", r->path,
		    str_show(buf, r->m->task[k].name),
		    loss_name(block->loss));
	block->cols = model_columns(block->loss, block->label.n);
	return MTL_OK;
}

/*
 * Before the first intercept: all that W's shape depends on has been read. W
 * is as large as features times columns, more than the file when it is
 * sparse; only the pages that coefficients fall on are ever touched here.
 */
static enum mtl_status
finish_shape(struct reader *r, struct mtl_err *err)
{
	struct model *m = r->m;
	enum mtl_status st = MTL_OK;
	char buf[STR_SHOWN];

	if (m->T == 0)
		return err_set(err, MTL_INPUT, "%s: no task", r->path);
	if (m->layout == LAYOUT_ONE && m->T != 1)
		return err_set(err, MTL_INPUT,
		    "%s: layout 'one' beside %zu tasks", r->path, m->T);
	for (size_t t = 0; t < m->T && st == MTL_OK; t++)
		st = finish_task(r, t, err);
	for (size_t k = 0; k < m->B && st == MTL_OK; k++)
		st = finish_block(r, k, err);
	for (size_t j = 0; j < m->feature.n && st == MTL_OK; j++)
		if (isnan(m->scale[j]))
			st = err_set(err, MTL_INPUT,
			    "%s: feature '%s' has no scale", r->path,
			    str_show(buf, m->feature.name[j]));
	r->ready = true;
	return st == MTL_OK ? model_alloc_weights(m, err) : st;
}

/*
 * One weight. An explicit zero is kept as -0, so that a second record of the
 * same weight is noticed whatever the first one said.
 */
static enum mtl_status
read_weight(const struct reader *r, const struct record *rec, double *w,
    struct mtl_err *err)
{
	enum mtl_status st;

	if (*w != 0 || signbit(*w))
		return err_set(err, MTL_INPUT,
		    "%s:%zu: this weight comes twice", r->path, rec->line);
	st = read_value(r, rec, w, -INFINITY, err);
	if (st == MTL_OK && *w == 0)
		*w = -0.0;
	return st;
}

/* Column of W that a record's task and class name. */
static enum mtl_status
find_column(const struct reader *r, const struct record *rec, size_t *c,
    struct mtl_err *err)
{
	struct str class = rec->f[REC_CLASS];
	const struct model_block *block;
	size_t k, v = 0;
	enum mtl_status st = find_block(r, rec, &k, err);

	if (st != MTL_OK)
		return st;
	block = &r->m->block[k];
	if (block->cols > 1)
		v = names_find(&block->label, class);
	else if (class.len > 0)
		v = SIZE_MAX;
	if (v == SIZE_MAX)
		return bad(r, rec, err, "the task has no column of class ",
		    class, "");
	*c = block->col + v;
	return MTL_OK;
}

static enum mtl_status
read_intercept(struct reader *r, const struct record *rec,
    struct mtl_err *err)
{
	size_t c;
	enum mtl_status st = find_column(r, rec, &c, err);

	return st != MTL_OK ? st : read_weight(r, rec, &r->m->b[c], err);
}

/* An entry of W, or of a component of it. */
static enum mtl_status
read_entry(struct reader *r, const struct record *rec, double *W,
    struct mtl_err *err)
{
	struct model *m = r->m;
	size_t c, j = names_find(&m->feature, rec->f[REC_FEATURE]);
	enum mtl_status st = find_column(r, rec, &c, err);

	if (st != MTL_OK)
		return st;
	if (j == SIZE_MAX)
		return bad(r, rec, err, "unknown feature ",
		    rec->f[REC_FEATURE], "");
	return read_weight(r, rec, &W[j * m->C + c], err);
}

static enum mtl_status
read_coef(struct reader *r, const struct record *rec, struct mtl_err *err)
{
	return read_entry(r, rec, r->m->W, err);
}

/* The first part: room for as many as the penalty has components. */
static enum mtl_status
alloc_parts(struct model *m, struct mtl_err *err)
{
	struct penalty penalty;

	if (m->P != NULL)
		return MTL_OK;
	m->parts = model_penalty(m, &penalty) ? penalty.components : 0;
	m->P = mat_new(m->parts * m->d, m->C);
	return m->P != NULL ? MTL_OK : err_nomem(err);
}

static enum mtl_status
read_part(struct reader *r, const struct record *rec, struct mtl_err *err)
{
	struct model *m = r->m;
	char number[32];
	enum mtl_status st = alloc_parts(m, err);

	if (st != MTL_OK)
		return st;
	for (size_t i = 0; i < m->parts && m->parts > 1; i++) {
		snprintf(number, sizeof number, "%zu", i + 1);
		if (str_is(rec->f[REC_NAME], number))
			return read_entry(r, rec, m->P + i * m->d * m->C, err);
	}
	return bad(r, rec, err, "part ", rec->f[REC_NAME],
	    " is no component of the model's penalty");
}

/* The two columns that a record of pairs is about, in order. */
static enum mtl_status
find_pair(const struct reader *r, const struct record *rec, size_t *a,
    size_t *b, struct mtl_err *err)
{
	struct record second = *rec;
	enum mtl_status st = find_column(r, rec, a, err);

	second.f[REC_TASK] = rec->f[REC_NAME];
	second.f[REC_CLASS] = rec->f[REC_FEATURE];
	if (st == MTL_OK)
		st = find_column(r, &second, b, err);
	if (st == MTL_OK && *a > *b)
		st = err_set(err, MTL_INPUT, "%s:%zu: the later column comes "
		    "first", r->path, rec->line);
	return st;
}

static enum mtl_status
read_relation(struct reader *r, const struct record *rec, struct mtl_err *err)
{
	struct model *m = r->m;
	size_t a, b;
	enum mtl_status st = find_pair(r, rec, &a, &b, err);

	if (st != MTL_OK)
		return st;
	if (m->relation == NULL)
		m->relation = mat_new(m->C, m->C);
	if (m->relation == NULL)
		return err_nomem(err);
	return read_weight(r, rec, &m->relation[a * m->C + b], err);
}

static enum mtl_status
read_cluster(struct reader *r, const struct record *rec, struct mtl_err *err)
{
	struct model *m = r->m;
	double of;
	size_t c;
	enum mtl_status st = find_column(r, rec, &c, err);

	if (st == MTL_OK)
		st = read_value(r, rec, &of, -INFINITY, err);
	if (st != MTL_OK)
		return st;
	if (of < 1 || of > (double)m->C || of != floor(of))
		return bad(r, rec, err, "", rec->f[REC_VALUE],
		    " is not a cluster 1, 2, ...");
	if (m->cluster == NULL)
		m->cluster = mem_new(m->C, sizeof *m->cluster);
	if (m->cluster == NULL)
		return err_nomem(err);
	if (m->cluster[c] != 0)
		return err_set(err, MTL_INPUT, "%s:%zu: this column's cluster "
		    "comes twice", r->path, rec->line);
	m->cluster[c] = (size_t)of;
	return MTL_OK;
}

static enum mtl_status
read_edge(struct reader *r, const struct record *rec, struct mtl_err *err)
{
	struct model *m = r->m;
	struct edge edge;
	char pair[64];
	bool added;
	enum mtl_status st = find_pair(r, rec, &edge.a, &edge.b, err);

	if (st == MTL_OK)
		st = read_value(r, rec, &edge.weight, 0, err);
	if (st != MTL_OK)
		return st;
	snprintf(pair, sizeof pair, "%zu,%zu", edge.a, edge.b);
	if ((st = add_new(&r->edge, str_of(pair), &added, err)) != MTL_OK)
		return st;
	if (!added)
		return err_set(err, MTL_INPUT, "%s:%zu: this edge comes twice",
		    r->path, rec->line);
	if (edge.a == edge.b)
		return err_set(err, MTL_INPUT, "%s:%zu: an edge from a column "
		    "to itself", r->path, rec->line);
	if (!mem_grow((void *)&m->edge, &r->cap_edge, m->edges + 1,
		sizeof *m->edge))
		return err_nomem(err);
	m->edge[m->edges++] = edge;
	return MTL_OK;
}

#define F(field) (1u << REC_##field)

static const struct kind {
	const char *name;
	unsigned fields; /* that may be filled */
	enum mtl_status (*read)(struct reader *r, const struct record *rec,
	    struct mtl_err *err);
} kinds[STAGES] = {
	[META] = {"meta", F(NAME), read_meta},
	[TASK] = {"task", F(NAME) | F(TASK), read_task},
	[CLASS] = {"class", F(TASK) | F(CLASS), read_class},
	[FEATURE] = {"feature", F(NAME) | F(FEATURE), read_feature},
	[INTERCEPT] = {"intercept", F(TASK) | F(CLASS), read_intercept},
	[COEF] = {"coef", F(TASK) | F(CLASS) | F(FEATURE), read_coef},
	[PART] = {"part", F(NAME) | F(TASK) | F(CLASS) | F(FEATURE),
	    read_part},
	[RELATION] = {"relation", F(NAME) | F(TASK) | F(CLASS) | F(FEATURE),
	    read_relation},
	[CLUSTER] = {"cluster", F(TASK) | F(CLASS), read_cluster},
	[GRAPH] = {"graph", F(NAME) | F(TASK) | F(CLASS) | F(FEATURE),
	    read_edge},
};

static enum mtl_status
read_record(void *arg, const struct record *rec, struct mtl_err *err)
{
	struct reader *r = arg;
	enum mtl_status st = MTL_OK;
	size_t s = 0;

	while (s < STAGES && !str_is(rec->f[REC_RECORD], kinds[s].name))
		s++;
	if (s == STAGES)
		return bad(r, rec, err, "unknown record ",
		    rec->f[REC_RECORD], "");
	if (s < r->stage)
		return bad(r, rec, err, "record ", rec->f[REC_RECORD],
		    " out of order");
	r->stage = (enum stage)s;
	for (unsigned f = REC_NAME; f < REC_VALUE; f++)
		if (rec->f[f].len > 0 && !(kinds[s].fields & 1u << f))
			return bad(r, rec, err, "unexpected ", rec->f[f], "");
	if (s > META && !r->has_layout)
		return err_set(err, MTL_INPUT, "%s:%zu: no layout so far",
		    r->path, rec->line);
	if (s >= INTERCEPT && !r->ready)
		st = finish_shape(r, err);
	return st != MTL_OK ? st : kinds[s].read(r, rec, err);
}

enum mtl_status
model_read(struct model *m, const char *path, bool trust_edited,
    struct mtl_err *err)
{
	struct reader r = {.m = m, .path = path};
	enum mtl_status st;

	memset(m, 0, sizeof *m);
	st = records_read(path, MODEL_KIND, MODEL_VERSION, trust_edited,
	    read_record, &r, err);
	if (st == MTL_OK && !r.has_layout)
		st = err_set(err, MTL_INPUT, "%s: no layout", path);
	if (st == MTL_OK && !r.ready)
		st = finish_shape(&r, err);
	if (st != MTL_OK)
		model_clear(m);
	names_clear(&r.key);
	names_clear(&r.task);
	names_clear(&r.edge);
	free(r.seen);
	return st;
}
