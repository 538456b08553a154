#include "learn/cv_choice.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "learn/cv_csv.h"

/* Lambdas of the row at hand, for the task that comes next. */
static enum mtl_status
take_lambdas(struct cv_choice *c, size_t task, const struct rows *rows,
    size_t col, struct mtl_err *err)
{
	double *lambda = c->lambda + task * PENALTY_TERMS;
	char shown[STR_SHOWN];

	if (cv_csv_lambdas(lambda, &c->terms[task], rows->cell[col]))
		return MTL_OK;
	return rows_bad(rows, col, err, "'%s' are not lambdas",
	    str_show(shown, rows->cell[col]));
}

/* A row of fold (chosen): the lambdas of its task. */
static enum mtl_status
take_row(struct cv_choice *c, const struct rows *rows, const size_t *col,
    struct mtl_err *err)
{
	struct str method = rows->cell[col[CV_METHOD]];
	struct str task = rows->cell[col[CV_TASK]];
	size_t n = c->task.n;
	bool mean;
	char a[STR_SHOWN];

	if (c->method == NULL &&
	    (c->method = mem_text(method.s, method.len)) == NULL)
		return err_nomem(err);
	if (!str_is(method, c->method))
		return err_set(err, MTL_INPUT, "%s: it has several methods, "
		    "%s and %s among them: which? (--method)", rows->file,
		    c->method, str_show(a, method));
	mean = str_is(task, "(mean)") &&
	    !str_is(rows->cell[col[CV_METRIC]], "deviance");
	c->own |= rows->cell[col[CV_POINT]].len == 0 &&
	    (mean || str_is(task, "(all)"));
	if (mean)
		return MTL_OK;
	if (names_add(&c->task, task) == SIZE_MAX ||
	    !mem_grow((void *)&c->terms, &c->cap[0], n + 1,
		sizeof *c->terms) ||
	    !mem_grow((void *)&c->lambda, &c->cap[1],
		(n + 1) * PENALTY_TERMS, sizeof *c->lambda))
		return err_nomem(err);
	if (c->task.n == n)
		return rows_bad(rows, col[CV_TASK], err, "'%s' comes twice",
		    str_show(a, task));
	return take_lambdas(c, n, rows, col[CV_LAMBDA], err);
}

static enum mtl_status
take_rows(struct cv_choice *c, struct rows *rows, const size_t *col,
    const char *method, struct mtl_err *err)
{
	bool end;
	enum mtl_status st;

	while ((st = rows_next(rows, &end, err)) == MTL_OK && !end) {
		/* Differences are of methods, not of one. */
		if (!str_is(rows->cell[col[CV_FOLD]], "(chosen)") ||
		    str_starts(rows->cell[col[CV_METRIC]], "difference") ||
		    (method != NULL &&
			!str_is(rows->cell[col[CV_METHOD]], method)))
			continue;
		if ((st = take_row(c, rows, col, err)) != MTL_OK)
			return st;
	}
	if (st != MTL_OK || c->task.n > 0)
		return st;
	if (method != NULL)
		return err_set(err, MTL_INPUT,
		    "%s: nothing was chosen of the method %s", rows->file,
		    method);
	return err_set(err, MTL_INPUT, "%s: nothing was chosen (tables of "
	    "single folds are put together by mtl-cv --merge)", rows->file);
}

enum mtl_status
cv_choice_read(struct cv_choice *c, struct rows *rows, const char *method,
    struct mtl_err *err)
{
	size_t col[CV_COLUMNS];
	enum mtl_status st;

	*c = (struct cv_choice){0};
	st = cv_csv_columns(col, rows, "--cv", err);
	if (st == MTL_OK)
		st = take_rows(c, rows, col, method, err);
	if (st == MTL_OK && !c->own &&
	    !str_is(c->task.name[c->task.n - 1], "(all)"))
		st = err_set(err, MTL_INPUT,
		    "%s: the choice for all tasks is missing", rows->file);
	if (st != MTL_OK)
		cv_choice_clear(c);
	return st;
}

enum mtl_status
cv_choice_settle(struct penalty *p, const struct cv_choice *c,
    struct str task, struct mtl_err *err)
{
	size_t at = c->own ? names_find(&c->task, task) : c->task.n - 1;
	size_t terms = penalty_lambdas(NULL, p);
	char shown[STR_SHOWN];

	str_show(shown, task);
	if (at == SIZE_MAX)
		return err_set(err, MTL_INPUT,
		    "--cv: the table has no lambda for the task '%s'", shown);
	if (c->terms[at] != terms)
		return err_set(err, MTL_INPUT, "--cv: the table has %zu "
		    "lambda%s, the penalty takes %zu", c->terms[at],
		    c->terms[at] == 1 ? "" : "s", terms);
	penalty_settle(p, c->lambda + at * PENALTY_TERMS);
	return MTL_OK;
}

void
cv_choice_clear(struct cv_choice *c)
{
	free(c->method);
	names_clear(&c->task);
	free(c->terms);
	free(c->lambda);
	*c = (struct cv_choice){0};
}
