/*
 * Model files and predictions. What is written is read back equal, byte for
 * byte when written again; a file cut anywhere or changed in any byte is
 * refused; without its checksum it is refused or read, never worse. Works on
 * files in the current directory. Prints a line for each failed check.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "model/model_csv.h"
#include "model/predict.h"

static int failed;

static void
check(int good, const char *what, int which)
{
	if (good)
		return;
	printf("%s (%d)\n", what, which);
	failed = 1;
}

static struct str
copy(const char *s)
{
	char *text = mem_text(s, strlen(s));

	check(text != NULL, "memory", 0);
	return (struct str){text, strlen(s)};
}

static const char *const task_names[] = {"plain", "with, comma",
	"\"quoted\"", "two\nlines", "\xff\xfe", "1.0", "1", "-x", " ", "last"};
static const char *const label_names[] = {"no", "yes", "a,b", "01", "1"};

static double
draw(struct rng *r)
{
	return rng_uniform(r) < 0.3 ? 0 :
	    rng_normal(r) * pow(10, rng_uniform(r) * 40 - 20);
}

/* What only some models have: components, relations, clusters, a graph. */
static void
build_ties(struct model *m, int which, struct rng *r)
{
	size_t C = m->C;

	check(model_note(m, "penalty", which % 2 ? "same,l2:1 + l1*2:0.5" :
	    "relation:1"), "note", which);
	if (which % 2) {
		m->parts = 2;
		m->P = mat_new(2 * m->d, C);
		for (size_t i = 0; i < 2 * m->d * C; i++)
			m->P[i] = draw(r);
	} else {
		m->relation = mat_new(C, C);
		for (size_t a = 0; a < C; a++)
			for (size_t b = a; b < C; b++)
				m->relation[a * C + b] = draw(r);
	}
	m->cluster = mem_new(C, sizeof *m->cluster);
	m->edge = mem_new(C, sizeof *m->edge);
	for (size_t c = 0; c < C; c++)
		m->cluster[c] = (c + (size_t)which) % (C + 1);
	for (size_t c = 1; c < C; c++)
		m->edge[m->edges++] = (struct edge){0, c, fabs(draw(r))};
}

/* One model of every shape: `which` chooses layout, sharing and sizes. */
static void
build(struct model *m, int which, struct rng *r)
{
	enum layout layout = (enum layout)(which % 4);
	bool pooled = which % 3 == 0;
	size_t T = layout == LAYOUT_ONE ? 1 : 1 + (size_t)which % 10;
	size_t B = pooled ? 1 : T, d = (size_t)which % 7;
	struct mtl_err err;
	char name[32];

	check(model_init(m, T, B, &err) == MTL_OK, "init", which);
	m->layout = layout;
	m->pooled = pooled;
	for (size_t k = 0; k < B; k++) {
		struct model_block *b = &m->block[k];
		size_t K;

		b->loss = (enum loss)(((size_t)which + k) % LOSSES);
		K = loss_classes(b->loss) ? 1 + (k + (size_t)which) % 5 : 0;
		for (size_t v = 0; v < K; v++)
			names_add(&b->label, str_of(label_names[v]));
		b->cols = model_columns(b->loss, K);
	}
	for (size_t t = 0; t < T; t++) {
		struct model_task *task = &m->task[t];
		char mixed[64];

		snprintf(mixed, sizeof mixed, "%s/t,%zu", task_names[t / 2],
		    t % 2);
		task->name = copy(layout == LAYOUT_MIXED ? mixed :
		    layout == LAYOUT_ONE ? "y" : task_names[t]);
		snprintf(mixed, sizeof mixed, "t,%zu", t % 2);
		task->target = copy(layout == LAYOUT_MIXED ? mixed :
		    layout == LAYOUT_WIDE ? task_names[t] : "y");
		task->value = copy(layout == LAYOUT_MIXED ?
		    task_names[t / 2] :
		    layout == LAYOUT_LONG ? task_names[t] : "");
		task->block = pooled ? 0 : t;
		task->rows = (double)(t + 1);
		task->weight = 0.1 * (double)t;
		task->lambda = which % 3 == 1 ? 1e-7 * (double)(t + 1) : 0;
		if (m->block[task->block].loss == LOSS_HUBER)
			task->delta = 1 / (3.0 + (double)t);
		if (m->block[task->block].label.n == 0 && which % 2)
			task->scale = 1e5 / (7.0 + (double)t);
	}
	for (size_t j = 0; j < d; j++) {
		snprintf(name, sizeof name, "%s:x\"%zu", j % 2 ? "img" : "t",
		    j);
		names_add(&m->feature, str_of(name));
	}
	check(model_alloc_weights(m, &err) == MTL_OK, "weights", which);
	m->mean = mat_new(1, d + 1);
	m->scale = mat_new(1, d + 1);
	for (size_t j = 0; j < d; j++) {
		m->mean[j] = draw(r);
		m->scale[j] = fabs(draw(r));
	}
	for (size_t c = 0; c < m->C; c++)
		m->b[c] = draw(r);
	for (size_t i = 0; i < m->d * m->C; i++)
		m->W[i] = draw(r);
	check(model_note(m, "method", "mean"), "note", which);
	check(model_note_num(m, "lambda", 1.0 / 3), "note", which);
	check(model_note(m, "a key, odd", "value \"odd\"\n"), "note", which);
	check(model_note(m, "method", "ridge"), "note", which);
	check(m->metas == 3, "a note twice is one note", which);
	if (which % 5 > 2)
		build_ties(m, which, r);
}

static bool
same_names(const struct names *a, const struct names *b)
{
	bool same = a->n == b->n;

	for (size_t i = 0; same && i < a->n; i++)
		same = str_eq(a->name[i], b->name[i]);
	return same;
}

/*
 * 0 and -0 are the same weight: neither is in the file. What holds no other
 * number may be absent.
 */
static bool
same_numbers(const double *a, const double *b, size_t n)
{
	if (a != NULL && b == NULL) {
		for (size_t i = 0; i < n; i++)
			if (a[i] != 0)
				return false;
		return true;
	}
	if (a == NULL)
		return b == NULL;
	for (size_t i = 0; i < n; i++)
		if (!(a[i] == b[i]))
			return false;
	return true;
}

static void
compare(const struct model *a, const struct model *b, int which)
{
	check(a->d == b->d && a->T == b->T && a->B == b->B && a->C == b->C,
	    "sizes", which);
	check(a->layout == b->layout && a->pooled == b->pooled, "layout",
	    which);
	if (failed)
		return;
	check(same_names(&a->feature, &b->feature), "features", which);
	for (size_t t = 0; t < a->T; t++) {
		check(str_eq(a->task[t].name, b->task[t].name), "task", which);
		check(str_eq(a->task[t].target, b->task[t].target), "target",
		    which);
		check(str_eq(a->task[t].value, b->task[t].value), "value",
		    which);
		check(a->task[t].block == b->task[t].block, "block", which);
		check(a->task[t].rows == b->task[t].rows &&
		    a->task[t].weight == b->task[t].weight, "rows", which);
		check(a->task[t].lambda == b->task[t].lambda &&
		    a->task[t].delta == b->task[t].delta &&
		    a->task[t].scale == b->task[t].scale, "units", which);
		check(model_find_task(b, a->task[t].name) == t, "find",
		    which);
	}
	for (size_t k = 0; k < a->B; k++) {
		check(same_names(&a->block[k].label, &b->block[k].label),
		    "labels", which);
		check(a->block[k].loss == b->block[k].loss &&
		    a->block[k].col == b->block[k].col &&
		    a->block[k].cols == b->block[k].cols, "columns", which);
	}
	check(same_numbers(a->W, b->W, a->d * a->C) &&
	    same_numbers(a->b, b->b, a->C) &&
	    same_numbers(a->mean, b->mean, a->d) &&
	    same_numbers(a->scale, b->scale, a->d), "numbers", which);
	check(same_numbers(a->P, b->P, a->parts * a->d * a->C), "parts",
	    which);
	check(same_numbers(a->relation, b->relation, a->C * a->C),
	    "relation", which);
	for (size_t c = 0; a->cluster != NULL && c < a->C; c++)
		check(a->cluster[c] == (b->cluster != NULL ? b->cluster[c] :
		    0), "cluster", which);
	check(a->edges == b->edges, "edges", which);
	for (size_t i = 0; i < a->edges; i++)
		check(a->edge[i].a == b->edge[i].a &&
		    a->edge[i].b == b->edge[i].b &&
		    a->edge[i].weight == b->edge[i].weight, "edge", which);
	check(a->metas == b->metas, "metas", which);
	for (size_t i = 0; i < a->metas; i++)
		check(strcmp(model_meta(b, a->meta[i].key.s),
		    a->meta[i].value.s) == 0, "meta", which);
}

/* The file's bytes; model_write's status through st. */
static char *
write_model(const struct model *m, const char *path, size_t *len,
    enum mtl_status *st, struct mtl_err *err)
{
	FILE *fp = fopen(path, "w+");
	char *bytes;

	if (fp == NULL) {
		perror(path);
		exit(1);
	}
	*st = model_write(fp, m, err);
	*len = (size_t)ftell(fp);
	rewind(fp);
	bytes = mem_new(*len + 1, 1);
	check(fread(bytes, 1, *len, fp) == *len, "read back", 0);
	fclose(fp);
	return bytes;
}

static void
round_trips(void)
{
	struct rng r;

	rng_seed(&r, 5);
	for (int which = 0; which < 120; which++) {
		struct model a, b;
		struct mtl_err err;
		enum mtl_status st;
		size_t n, n2;
		char *one, *two;

		build(&a, which, &r);
		one = write_model(&a, "a.csv", &n, &st, &err);
		check(st == MTL_OK, "write", which);
		st = model_read(&b, "a.csv", false, &err);
		check(st == MTL_OK, "read", which);
		if (st != MTL_OK) {
			printf("%s\n", err.msg);
			exit(1);
		}
		compare(&a, &b, which);
		two = write_model(&b, "b.csv", &n2, &st, &err);
		check(n == n2 && memcmp(one, two, n) == 0, "bytes", which);
		free(one);
		free(two);
		model_clear(&a);
		model_clear(&b);
	}
}

static void
put(const char *path, const char *bytes, size_t n)
{
	FILE *fp = fopen(path, "w");

	if (fp == NULL || fwrite(bytes, 1, n, fp) != n || fclose(fp) != 0) {
		perror(path);
		exit(1);
	}
}

/*
 * Reads bytes as a model twice. With the checksum it must be refused; when it
 * is trusted it may be read, and if so is a whole model that predicts.
 */
static void
hostile(const char *bytes, size_t n, const char *what, int which)
{
	struct model m;
	struct mtl_err err;
	double x[16] = {1, 2, 3}, z[256];

	put("c.csv", bytes, n);
	if (model_read(&m, "c.csv", false, &err) == MTL_OK) {
		check(0, what, which);
		model_clear(&m);
	} else {
		check(strncmp(err.msg, "c.csv", 5) == 0, err.msg, which);
		check(strchr(err.msg, '\n') == NULL, err.msg, which);
	}
	if (model_read(&m, "c.csv", true, &err) == MTL_OK) {
		check(m.d <= 16 && m.C <= 256, "grew", which);
		predict_z(z, &m, x);
		model_clear(&m);
	} else {
		check(strncmp(err.msg, "c.csv", 5) == 0, err.msg, which);
	}
}

/* Every cut and change from the first `from` on. */
static void
changed(int which, const char *from)
{
	struct rng r;
	struct model m;
	struct mtl_err err;
	enum mtl_status st;
	size_t n, first;
	char *bytes;
	static const char other[] = {1, 2, 16, 32, (char)128};

	rng_seed(&r, 9);
	build(&m, which, &r);
	bytes = write_model(&m, "a.csv", &n, &st, &err);
	check(st == MTL_OK && n > 300 && strstr(bytes, from), "write", which);
	first = (size_t)(strstr(bytes, from) - bytes);
	/* Without its last line end a CSV file is whole. */
	for (size_t i = first; i < n - 1; i++)
		hostile(bytes, i, "a cut file is read", (int)i);
	for (size_t i = first; i < n; i++) {
		char was = bytes[i];

		for (size_t k = 0; k < sizeof other; k++) {
			bytes[i] = (char)(was ^ other[k]);
			hostile(bytes, n, "a changed file is read", (int)i);
		}
		bytes[i] = was;
	}
	free(bytes);
	model_clear(&m);
}

/* Each number of a model in turn not finite: nothing may be written. */
static void
not_finite(void)
{
	struct rng r;
	struct model m;
	struct mtl_err err;
	enum mtl_status st;
	double *at[6];
	size_t n;

	rng_seed(&r, 1);
	build(&m, 5, &r);
	build_ties(&m, 5, &r); /* parts */
	m.relation = mat_new(m.C, m.C);
	at[0] = &m.W[m.C];
	at[1] = &m.b[0];
	at[2] = &m.mean[1];
	at[3] = &m.scale[0];
	at[4] = &m.P[(m.d + 2) * m.C];
	at[5] = &m.relation[1];
	for (int i = 0; i < 12; i++) {
		double was = *at[i / 2];

		*at[i / 2] = i % 2 ? (double)NAN : -(double)INFINITY;
		free(write_model(&m, "a.csv", &n, &st, &err));
		check(st == MTL_NUMERIC && n == 0, "not finite", i);
		*at[i / 2] = was;
	}
	model_clear(&m);
}

static double
plain_z(const struct model *m, const double *x, size_t c)
{
	double z = m->b[c];

	for (size_t j = 0; j < m->d; j++)
		z += (isnan(x[j]) ? m->mean[j] : x[j]) * m->W[j * m->C + c];
	return z;
}

/* z by its definition; a block alone gives the same bits as all columns. */
static void
predictions(void)
{
	struct rng r;

	rng_seed(&r, 3);
	for (int which = 0; which < 60; which++) {
		struct model m;
		double x[8], z[256], zb[16], p[16];

		build(&m, which, &r);
		for (size_t j = 0; j < m.d; j++)
			x[j] = rng_uniform(&r) < 0.2 ? (double)NAN : draw(&r);
		predict_z(z, &m, x);
		for (size_t c = 0; c < m.C; c++)
			check(z[c] == plain_z(&m, x, c), "z", which);
		for (size_t k = 0; k < m.B; k++) {
			const struct model_block *b = &m.block[k];
			double sum = 0;
			size_t best;

			predict_block_z(zb, &m, b, x);
			check(memcmp(zb, z + b->col, b->cols * sizeof *zb) ==
			    0, "the block's z", which);
			if (b->label.n == 0)
				check(predict_number(b, zb[0]) ==
				    (b->loss == LOSS_POISSON ? exp(zb[0]) :
							       zb[0]),
				    "number", which);
			if (!loss_probabilities(b->loss))
				continue;
			predict_proba(p, b, zb);
			best = predict_label(b, zb);
			for (size_t v = 0; v < b->label.n; v++) {
				sum += p[v];
				check(p[v] >= 0 && p[v] <= p[best] *
				    (1 + 1e-12), "the best label", which);
			}
			check(fabs(sum - 1) < 1e-12, "sum of p", which);
		}
		model_clear(&m);
	}
}

/* Ties go to the first label, and no probability is 0/0. */
static void
labels(void)
{
	struct model_block b = {.loss = LOSS_LOGISTIC, .cols = 1};
	double zero[3] = {0, 0, 0}, low[3] = {-2000, -1000, -3000}, p[3];

	names_add(&b.label, str_of("a"));
	names_add(&b.label, str_of("b"));
	check(predict_label(&b, zero) == 0, "tie", 0);
	predict_proba(p, &b, zero);
	check(p[0] == 0.5 && p[1] == 0.5, "half", 0);
	predict_proba(p, &b, low);
	check(p[0] == 1 && p[1] == 0, "sure", 0);
	names_add(&b.label, str_of("c"));
	b.cols = 3;
	check(predict_label(&b, zero) == 0, "tie", 1);
	check(predict_label(&b, low) == 1, "best", 1);
	predict_proba(p, &b, low);
	check(p[0] == 0 && fabs(p[1] - 1) < 1e-12, "ovr underflow", 1);
	predict_proba(p, &b, (const double[]){0, log(3), -log(3)});
	/* sigma = 1/2, 3/4, 1/4 */
	check(fabs(p[0] - 1.0 / 3) < 1e-15 && fabs(p[1] - 0.5) < 1e-15,
	    "ovr", 1);
	b.loss = LOSS_SOFTMAX;
	predict_proba(p, &b, (const double[]){0, log(3), log(4)});
	check(fabs(p[0] - 0.125) < 1e-15 && fabs(p[2] - 0.5) < 1e-15,
	    "softmax", 2);
	names_clear(&b.label);
}

/* Three tasks with labels a,b and two with a,b,c: the mean of the three. */
static void
unknown(void)
{
	struct model m;
	struct mtl_err err;
	struct predict_unknown u;
	double z[16], zu[3];

	check(model_init(&m, 5, 5, &err) == MTL_OK, "init", 0);
	m.layout = LAYOUT_MIXED;
	for (size_t k = 0; k < 5; k++) {
		size_t K = k == 0 || k == 3 ? 3 : 2;

		m.task[k].block = k;
		m.task[k].target = copy(k < 4 ? "u" : "v");
		m.block[k].loss = K == 3 ? LOSS_SOFTMAX : LOSS_LOGISTIC;
		for (size_t v = 0; v < K; v++)
			names_add(&m.block[k].label,
			    str_of(&"a\0b\0c"[2 * v]));
		m.block[k].cols = model_columns(m.block[k].loss, K);
	}
	check(model_alloc_weights(&m, &err) == MTL_OK && m.C == 9, "C", 0);
	for (size_t c = 0; c < m.C; c++)
		z[c] = (double)(c * c);
	check(predict_unknown_init(&u, &m, NULL, &err) == MTL_OK, "init", 1);
	check(u.n == 3 && u.like == 1 && u.block[2] == 4, "members", 0);
	predict_unknown_z(zu, &u, &m, NULL, z);
	check(zu[0] == (9.0 + 16 + 64) / 3, "mean", 0);
	predict_unknown_clear(&u);
	/* Of target u there are two and two: the first seen wins. */
	struct str target = str_of("u");
	check(predict_unknown_init(&u, &m, &target, &err) == MTL_OK, "init",
	    2);
	check(u.n == 2 && u.like == 0 && u.block[1] == 3, "members", 1);
	predict_unknown_z(zu, &u, &m, NULL, z);
	check(zu[2] == (4.0 + 49) / 2, "mean", 1);
	predict_unknown_clear(&u);
	model_clear(&m);
}

int
main(void)
{
	round_trips();
	changed(21, "record"); /* huber with its delta, poisson */
	changed(13, "\npart"); /* and clusters, a graph */
	changed(4, "\nrelation");
	not_finite();
	predictions();
	labels();
	unknown();
	return failed;
}
