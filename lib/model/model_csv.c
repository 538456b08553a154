#include "model/model_csv.h"

#include <math.h>

#include "table/records.h"

/* Task and class fields of the rows of block k's c-th column. */
static void
column_fields(struct str f[REC_FIELDS], const struct model *m, size_t k,
    size_t c)
{
	if (!m->pooled)
		f[REC_TASK] = m->task[k].name;
	if (m->block[k].cols > 1)
		f[REC_CLASS] = m->block[k].label.name[c];
}

static enum mtl_status
bad_weight(const struct model *m, size_t k, size_t c, const char *what,
    struct mtl_err *err)
{
	struct str f[REC_FIELDS] = {{NULL, 0}};
	char task[STR_SHOWN], class[STR_SHOWN];

	column_fields(f, m, k, c);
	return err_set(err, MTL_NUMERIC, "the %s of task '%s'%s%s%s is not "
	    "finite", what, str_show(task, m->task[k].name),
	    f[REC_CLASS].len ? ", class '" : "",
	    f[REC_CLASS].len ? str_show(class, f[REC_CLASS]) : "",
	    f[REC_CLASS].len ? "'" : "");
}

/* Entries of W, or of a component of it. */
static enum mtl_status
check_matrix(const struct model *m, const double *W, const char *what,
    struct mtl_err *err)
{
	for (size_t k = 0; k < m->B; k++)
		for (size_t c = 0; c < m->block[k].cols; c++)
			for (size_t j = 0; j < m->d; j++) {
				char text[STR_SHOWN + 32], name[STR_SHOWN];

				if (isfinite(W[j * m->C + m->block[k].col +
					c]))
					continue;
				snprintf(text, sizeof text, "%s of column %s",
				    what, str_show(name, m->feature.name[j]));
				return bad_weight(m, k, c, text, err);
			}
	return MTL_OK;
}

/* No number that is not finite may reach a model file. */
static enum mtl_status
check_finite(const struct model *m, struct mtl_err *err)
{
	enum mtl_status st;
	char name[STR_SHOWN];

	for (size_t j = 0; j < m->d; j++)
		if ((m->mean != NULL && !isfinite(m->mean[j])) ||
		    (m->scale != NULL && !isfinite(m->scale[j])))
			return err_set(err, MTL_NUMERIC, "column '%s': its "
			    "mean or deviation is not finite (values too "
			    "large?)", str_show(name, m->feature.name[j]));
	for (size_t k = 0; k < m->B; k++)
		for (size_t c = 0; c < m->block[k].cols; c++)
			if (!isfinite(m->b[m->block[k].col + c]))
				return bad_weight(m, k, c, "intercept", err);
	st = check_matrix(m, m->W, "coefficient", err);
	for (size_t i = 0; st == MTL_OK && m->P != NULL && i < m->parts; i++)
		st = check_matrix(m, m->P + i * m->d * m->C, "part", err);
	for (size_t i = 0; m->relation != NULL && i < m->C * m->C; i++)
		if (!isfinite(m->relation[i]))
			return err_set(err, MTL_NUMERIC,
			    "the relation of the tasks is not finite");
	return st;
}

static void
put_meta(struct records_out *out, const char *key, struct str value)
{
	struct str f[REC_FIELDS] = {{NULL, 0}};

	f[REC_RECORD] = str_of("meta");
	f[REC_NAME] = str_of(key);
	f[REC_VALUE] = value;
	records_put(out, f);
}

static void
put_metas(struct records_out *out, const struct model *m)
{
	put_meta(out, "layout", str_of(model_layout(m->layout)));
	if (m->pooled)
		put_meta(out, "pooled", str_of("yes"));
	for (size_t i = 0; i < m->metas; i++)
		put_meta(out, m->meta[i].key.s, m->meta[i].value);
}

static void
put_task(struct records_out *out, const struct model *m, size_t t)
{
	const struct model_task *task = &m->task[t];
	struct str f[REC_FIELDS] = {{NULL, 0}};

	f[REC_RECORD] = str_of("task");
	f[REC_TASK] = task->name;
	f[REC_NAME] = str_of("loss");
	f[REC_VALUE] = str_of(loss_name(m->block[task->block].loss));
	records_put(out, f);
	f[REC_NAME] = str_of("rows");
	records_num(out, f, task->rows);
	f[REC_NAME] = str_of("weight");
	records_num(out, f, task->weight);
	if (task->lambda > 0) {
		f[REC_NAME] = str_of("lambda");
		records_num(out, f, task->lambda);
	}
	if (task->delta > 0) {
		f[REC_NAME] = str_of("delta");
		records_num(out, f, task->delta);
	}
	if (task->scale > 0 && task->scale != 1) {
		f[REC_NAME] = str_of("scale");
		records_num(out, f, task->scale);
	}
	if (m->layout != LAYOUT_MIXED)
		return;
	f[REC_NAME] = str_of("target");
	f[REC_VALUE] = task->target;
	records_put(out, f);
	f[REC_NAME] = str_of("value");
	f[REC_VALUE] = task->value;
	records_put(out, f);
}

static void
put_labels(struct records_out *out, const struct model *m, size_t k)
{
	struct str f[REC_FIELDS] = {{NULL, 0}};
	char buf[32];

	f[REC_RECORD] = str_of("class");
	if (!m->pooled)
		f[REC_TASK] = m->task[k].name;
	for (size_t v = 0; v < m->block[k].label.n; v++) {
		snprintf(buf, sizeof buf, "%zu", v + 1);
		f[REC_CLASS] = str_of(buf);
		f[REC_VALUE] = m->block[k].label.name[v];
		records_put(out, f);
	}
}

static void
put_features(struct records_out *out, const struct model *m)
{
	struct str f[REC_FIELDS] = {{NULL, 0}};

	f[REC_RECORD] = str_of("feature");
	for (size_t j = 0; j < m->d; j++) {
		f[REC_FEATURE] = m->feature.name[j];
		f[REC_NAME] = str_of("mean");
		records_num(out, f, m->mean != NULL ? m->mean[j] : 0);
		f[REC_NAME] = str_of("scale");
		records_num(out, f, m->scale != NULL ? m->scale[j] : 1);
	}
}

/* W or a component of it, block k's columns; zeros are left out. */
static void
put_matrix(struct records_out *out, const struct model *m, size_t k,
    struct str f[REC_FIELDS], const double *W)
{
	const struct model_block *block = &m->block[k];

	for (size_t c = 0; c < block->cols; c++) {
		column_fields(f, m, k, c);
		for (size_t j = 0; j < m->d; j++) {
			double w = W[j * m->C + block->col + c];

			f[REC_FEATURE] = m->feature.name[j];
			if (w != 0)
				records_num(out, f, w);
		}
	}
}

static void
put_intercepts(struct records_out *out, const struct model *m, size_t k)
{
	const struct model_block *block = &m->block[k];

	for (size_t c = 0; c < block->cols; c++) {
		struct str f[REC_FIELDS] = {{NULL, 0}};

		f[REC_RECORD] = str_of("intercept");
		column_fields(f, m, k, c);
		if (m->b[block->col + c] != 0)
			records_num(out, f, m->b[block->col + c]);
	}
}

static void
put_coefs(struct records_out *out, const struct model *m)
{
	for (size_t k = 0; k < m->B; k++) {
		struct str f[REC_FIELDS] = {{NULL, 0}};

		f[REC_RECORD] = str_of("coef");
		put_matrix(out, m, k, f, m->W);
	}
}

static void
put_parts(struct records_out *out, const struct model *m)
{
	char number[32];

	for (size_t i = 0; m->P != NULL && i < m->parts; i++)
		for (size_t k = 0; k < m->B; k++) {
			struct str f[REC_FIELDS] = {{NULL, 0}};

			snprintf(number, sizeof number, "%zu", i + 1);
			f[REC_RECORD] = str_of("part");
			f[REC_NAME] = str_of(number);
			put_matrix(out, m, k, f, m->P + i * m->d * m->C);
		}
}

/* The block of column c, by halving: they lie side by side. */
static size_t
block_of(const struct model *m, size_t c)
{
	size_t k = 0, end = m->B;

	while (end - k > 1) {
		size_t mid = k + (end - k) / 2;

		if (m->block[mid].col <= c)
			k = mid;
		else
			end = mid;
	}
	return k;
}

/*
 * A number of two columns: the first in task and class as ever, the second's
 * task and class in name and feature.
 */
static void
put_pair(struct records_out *out, const struct model *m, const char *record,
    size_t a, size_t b, double v)
{
	size_t k = block_of(m, a), l = block_of(m, b);
	struct str f[REC_FIELDS] = {{NULL, 0}}, second[REC_FIELDS] = {{NULL, 0}};

	column_fields(f, m, k, a - m->block[k].col);
	column_fields(second, m, l, b - m->block[l].col);
	f[REC_RECORD] = str_of(record);
	f[REC_NAME] = second[REC_TASK];
	f[REC_FEATURE] = second[REC_CLASS];
	records_num(out, f, v);
}

static void
put_ties(struct records_out *out, const struct model *m)
{
	for (size_t a = 0; m->relation != NULL && a < m->C; a++)
		for (size_t b = a; b < m->C; b++)
			if (m->relation[a * m->C + b] != 0)
				put_pair(out, m, "relation", a, b,
				    m->relation[a * m->C + b]);
	for (size_t k = 0; m->cluster != NULL && k < m->B; k++)
		for (size_t c = 0; c < m->block[k].cols; c++) {
			struct str f[REC_FIELDS] = {{NULL, 0}};
			size_t of = m->cluster[m->block[k].col + c];

			f[REC_RECORD] = str_of("cluster");
			column_fields(f, m, k, c);
			if (of != 0)
				records_num(out, f, (double)of);
		}
	for (size_t i = 0; i < m->edges; i++)
		put_pair(out, m, "graph", m->edge[i].a, m->edge[i].b,
		    m->edge[i].weight);
}

enum mtl_status
model_write(FILE *fp, const struct model *m, struct mtl_err *err)
{
	struct records_out out;
	enum mtl_status st = check_finite(m, err);

	if (st != MTL_OK)
		return st;
	records_start(&out, fp, MODEL_KIND, MODEL_VERSION);
	put_metas(&out, m);
	for (size_t t = 0; t < m->T; t++)
		put_task(&out, m, t);
	for (size_t k = 0; k < m->B; k++)
		put_labels(&out, m, k);
	put_features(&out, m);
	for (size_t k = 0; k < m->B; k++)
		put_intercepts(&out, m, k);
	put_coefs(&out, m);
	put_parts(&out, m);
	put_ties(&out, m);
	return records_end(&out) ? MTL_OK : err_nomem(err);
}
