#include "learn/cv_csv.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"

static const char *const head[CV_COLUMNS] = {"method", "point", "lambda",
    "fold", "task", "metric", "n", "value"};

void
cv_csv_start(struct cv_csv *t, FILE *fp, char delimiter,
    const struct names *task)
{
	t->task = task;
	csvout_init(&t->out, fp, delimiter);
	for (size_t i = 0; i < CV_COLUMNS; i++)
		csvout_text(&t->out, head[i]);
	csvout_end(&t->out);
}

/* Lambdas of fold f, f = K: of all rows, by blanks. */
static void
put_lambdas(struct csvout *out, const struct cv *cv, size_t point, size_t f)
{
	const double *lambda = cv->lambda +
	    (point * (cv->K + 1) + f) * cv->terms;
	char buf[PENALTY_TERMS * (NUM_MAX + 1)];
	size_t used = 0;

	for (size_t k = 0; k < cv->terms; k++) {
		if (k > 0)
			buf[used++] = ' ';
		used += num_write(buf + used, lambda[k]);
	}
	csvout_str(out, (struct str){buf, used});
}

/* Method, point and lambda; point SIZE_MAX: each task's own, f = K. */
static void
put_point(struct cv_csv *t, const char *method, const struct cv *cv,
    size_t point, size_t f)
{
	csvout_text(&t->out, method);
	if (point == SIZE_MAX) {
		csvout_empty(&t->out);
		csvout_empty(&t->out);
		return;
	}
	csvout_size(&t->out, point + 1);
	put_lambdas(&t->out, cv, point, f);
}

static void
put_rest(struct cv_csv *t, struct str fold, size_t task, const char *metric,
    size_t n, double value)
{
	csvout_str(&t->out, fold);
	csvout_str(&t->out, task == CV_ALL ? str_of("(all)") :
		task == CV_MEAN ? str_of("(mean)") : t->task->name[task]);
	csvout_text(&t->out, metric);
	csvout_size(&t->out, n);
	csvout_num(&t->out, value);
	csvout_end(&t->out);
}

/* T is followed by all. */
static size_t
task_at(const struct cv *cv, size_t i)
{
	return i < cv->T ? i : CV_ALL;
}

static void
put_fold(struct cv_csv *t, const char *method, const struct cv *cv,
    size_t point, size_t f)
{
	for (size_t i = 0; i <= cv->T; i++) {
		size_t task = task_at(cv, i);

		put_point(t, method, cv, point, f);
		put_rest(t, cv->fold.name[f], task, cv->metric,
		    cv_pairs(cv, f, task), cv_value(cv, point, f, task));
	}
}

/* fold: "(mean)", "(se)", or "(chosen)", which is a mean. */
static void
put_average(struct cv_csv *t, const char *method, const struct cv *cv,
    size_t point, size_t task, const char *fold)
{
	double mean, se;

	cv_average(&mean, &se, cv, point, task);
	put_point(t, method, cv, point, cv->K);
	put_rest(t, str_of(fold), task, cv->metric,
	    cv_pairs(cv, CV_ALL, task), fold[1] == 's' ? se : mean);
}

/*
 * The points chosen. Tasks with points of their own have no score of all pairs
 * together, unless it is the tasks' by weight.
 */
static void
put_chosen(struct cv_csv *t, const char *method, const struct cv *cv)
{
	for (size_t i = 0; i <= cv->T; i++) {
		size_t task = task_at(cv, i);

		if (task != CV_ALL || cv->own == NULL || cv->by_pairs)
			put_average(t, method, cv, cv_point(cv, task), task,
			    "(chosen)");
	}
	if (strcmp(cv->metric, "deviance") == 0 || cv->T < 2)
		return;
	put_point(t, method, cv, cv_point(cv, CV_ALL), cv->K);
	put_rest(t, str_of("(chosen)"), CV_MEAN, cv->metric,
	    cv_pairs(cv, CV_ALL, CV_ALL), cv_tasks_mean(cv));
}

void
cv_csv_put(struct cv_csv *t, const char *method, const struct cv *cv)
{
	for (size_t p = 0; p < cv->points; p++) {
		for (size_t f = 0; f < cv->K; f++)
			put_fold(t, method, cv, p, f);
		for (size_t i = 0; i <= cv->T; i++)
			put_average(t, method, cv, p, task_at(cv, i),
			    "(mean)");
		for (size_t i = 0; i <= cv->T; i++)
			put_average(t, method, cv, p, task_at(cv, i), "(se)");
	}
	put_chosen(t, method, cv);
}

void
cv_csv_difference(struct cv_csv *t, const char *method, const char *baseline,
    size_t task, size_t n, double mean, double se)
{
	char both[128];

	snprintf(both, sizeof both, "%s - %s", method, baseline);
	for (int error = 0; error < 2; error++) {
		csvout_text(&t->out, both);
		csvout_empty(&t->out);
		csvout_empty(&t->out);
		put_rest(t, str_of("(chosen)"), task,
		    error ? "difference-se" : "difference", n,
		    error ? se : mean);
	}
}

void
cv_csv_plan(struct cv_csv *t, uint32_t digest, const struct cv *cv)
{
	struct csvout *out = &t->out;
	char hex[9];

	snprintf(hex, sizeof hex, "%08lx", (unsigned long)digest);
	for (int i = 0; i < 5; i++)
		csvout_empty(out);
	csvout_text(out, "digest");
	csvout_empty(out);
	csvout_text(out, hex);
	csvout_end(out);
	for (size_t i = 0; i < cv->K * cv->T; i++) {
		for (int empty = 0; empty < 3; empty++)
			csvout_empty(out);
		csvout_str(out, cv->fold.name[i / cv->T]);
		csvout_str(out, t->task->name[i % cv->T]);
		csvout_text(out, "weight");
		csvout_size(out, cv->pairs[i]);
		csvout_num(out, cv->weight[i]);
		csvout_end(out);
	}
}

void
cv_csv_fold(struct cv_csv *t, const char *method, const struct cv *cv,
    size_t f)
{
	for (size_t p = 0; p < cv->points; p++) {
		put_point(t, method, cv, p, cv->K);
		csvout_empty(&t->out);
		csvout_empty(&t->out);
		csvout_text(&t->out, "lambda");
		csvout_empty(&t->out);
		csvout_empty(&t->out);
		csvout_end(&t->out);
	}
	for (size_t p = 0; p < cv->points; p++)
		put_fold(t, method, cv, p, f);
}

enum mtl_status
cv_csv_columns(size_t col[CV_COLUMNS], const struct rows *rows,
    const char *option, struct mtl_err *err)
{
	enum mtl_status st = MTL_OK;

	for (size_t i = 0; st == MTL_OK && i < CV_COLUMNS; i++)
		st = rows_find(rows, &col[i], option, str_of(head[i]), err);
	return st;
}

bool
cv_csv_lambdas(double *lambda, size_t *terms, struct str cell)
{
	*terms = 0;
	while (cell.len > 0) {
		const char *blank = memchr(cell.s, ' ', cell.len);
		size_t n = blank != NULL ? (size_t)(blank - cell.s) : cell.len;
		double x;

		if (*terms == PENALTY_TERMS ||
		    num_read(&x, cell.s, n) != NUM_OK || !(x >= 0))
			return false;
		lambda[(*terms)++] = x;
		n += blank != NULL;
		cell.s += n;
		cell.len -= n;
	}
	return true;
}
