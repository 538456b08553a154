#include "model/predictor.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/order.h"

/* --- which columns go in and out ---------------------------------------- */

static enum mtl_status
find_features(struct predictor *p, const struct names *columns,
    struct mtl_err *err)
{
	const struct model *m = p->m;
	size_t absent = 0, first = 0;
	char buf[STR_SHOWN], more[64] = "";

	for (size_t j = m->d; j-- > 0;) {
		p->feature[j] = names_find(columns, m->feature.name[j]);
		if (p->feature[j] == SIZE_MAX) {
			absent++;
			first = j;
		}
	}
	if (absent == 0)
		return MTL_OK;
	if (absent > 1)
		snprintf(more, sizeof more, " (and %zu more)", absent - 1);
	return err_set(err, MTL_INPUT,
	    "%s: no column '%s', a feature of the model%s%s", p->rows->file,
	    str_show(buf, m->feature.name[first]), more, rows_hint(p->rows));
}

/* Finds the features, and the columns that pass. */
static enum mtl_status
plan_input(struct predictor *p, struct mtl_err *err)
{
	const struct rows *rows = p->rows;
	struct names columns = {0};
	enum mtl_status st = MTL_OK;

	p->feature = mem_new(p->m->d, sizeof *p->feature);
	p->pass = mem_new(rows->columns, sizeof *p->pass);
	if (p->feature == NULL || p->pass == NULL) {
		st = err_nomem(err);
		goto out;
	}
	for (size_t j = 0; j < rows->columns; j++) {
		if (names_add(&columns, rows->name[j]) == SIZE_MAX) {
			st = err_nomem(err);
			goto out;
		}
		/* A feature that has another role as well stays visible. */
		if (p->opts.features ||
		    p->cols->role[j] != ROLE_FEATURE ||
		    names_find(&p->m->feature, rows->name[j]) == SIZE_MAX)
			p->pass[p->passes++] = j;
	}
	st = find_features(p, &columns, err);
out:
	names_clear(&columns);
	return st;
}

/* --- targets and their labels ------------------------------------------- */

/* Names in the order of labels. */
static bool
sort_labels(struct names *names)
{
	struct str *label = mem_new(names->n, sizeof *label);
	struct names sorted = {0};
	bool done = label != NULL;

	for (size_t i = 0; done && i < names->n; i++)
		label[i] = names->name[i];
	done = done && order_labels(label, names->n, NULL);
	for (size_t i = 0; done && i < names->n; i++)
		done = names_add(&sorted, label[i]) != SIZE_MAX;
	free(label);
	names_clear(done ? names : &sorted);
	if (done)
		*names = sorted;
	return done;
}

/* A lone block's labels keep the model's order. */
static bool
see_block(struct predictor_target *t, const struct model_block *block)
{
	t->z_plain = t->z_plain || block->cols == 1;
	t->no_proba = t->no_proba || (loss_classes(block->loss) &&
	    !loss_probabilities(block->loss));
	for (size_t v = 0; v < block->label.n; v++)
		if (names_add(&t->label, block->label.name[v]) == SIZE_MAX ||
		    (block->cols > 1 && names_add(&t->zlabel,
		    block->label.name[v]) == SIZE_MAX))
			return false;
	return true;
}

/* Task t of the model becomes one of those that a target's rows may have. */
static bool
see_task(struct predictor_target *target, const struct model *m, size_t t)
{
	const struct model_task *task = &m->task[t];
	size_t at;

	if (target->block == SIZE_MAX) {
		at = names_add(&target->value, task->value);
		if (at == SIZE_MAX || !mem_grow((void *)&target->of_value,
		    &target->cap, at + 1, sizeof *target->of_value))
			return false;
		target->of_value[at] = task->block;
	}
	return see_block(target, &m->block[task->block]);
}

static void
place_labels(struct predictor *p, const struct predictor_target *target,
    size_t k)
{
	const struct names *label = &p->m->block[k].label;

	for (size_t v = 0; v < label->n; v++) {
		size_t i = p->first[k] + v;

		p->place[i] = names_find(&target->label, label->name[v]);
		p->zplace[i] = names_find(&target->zlabel, label->name[v]);
	}
}

/*
 * The targets: one, or one a task (wide), or one for each y:NAME (mixed).
 * Names of the targets go to `names`; target[i] belongs to names->name[i].
 */
static bool
list_targets(struct predictor *p, struct names *names)
{
	const struct model *m = p->m;
	bool several = m->layout == LAYOUT_WIDE || m->layout == LAYOUT_MIXED;

	for (size_t t = 0; several && t < m->T; t++)
		if (names_add(names, m->task[t].target) == SIZE_MAX)
			return false;
	p->targets = several ? names->n : 1;
	p->target = mem_new(p->targets, sizeof *p->target);
	return p->target != NULL;
}

/* Lets every task serve its target. */
static bool
deal_tasks(struct predictor *p, const struct names *names)
{
	const struct model *m = p->m;
	bool by_task = m->layout == LAYOUT_LONG || m->layout == LAYOUT_MIXED;

	for (size_t t = 0; t < m->T; t++) {
		size_t i = names->n > 0 ?
		    names_find(names, m->task[t].target) : 0;
		struct predictor_target *target = &p->target[i];
		size_t k = m->task[t].block;

		if (names->n > 0)
			target->name = m->task[t].target;
		target->block = by_task && !m->pooled ? SIZE_MAX : k;
		if (!see_task(target, m, t))
			return false;
	}
	return true;
}

static bool
alloc_labels(struct predictor *p)
{
	const struct model *m = p->m;
	size_t labels = 0, most = 0;

	p->first = mem_new(m->B, sizeof *p->first);
	if (p->first == NULL)
		return false;
	for (size_t k = 0; k < m->B; k++) {
		p->first[k] = labels;
		labels += m->block[k].label.n;
		if (m->block[k].label.n > most)
			most = m->block[k].label.n;
	}
	/* One cell more: the z column without a class. */
	p->place = mem_new(labels, sizeof *p->place);
	p->zplace = mem_new(labels, sizeof *p->zplace);
	p->cells = mem_new(labels + 1, sizeof *p->cells);
	p->p = mem_new(most, sizeof *p->p);
	p->x = mem_new(m->d, sizeof *p->x);
	p->z = mem_new(m->C, sizeof *p->z);
	return p->place != NULL && p->zplace != NULL && p->cells != NULL &&
	    p->p != NULL && p->x != NULL && p->z != NULL;
}

static enum mtl_status
plan_target(struct predictor *p, struct predictor_target *target,
    struct mtl_err *err)
{
	const struct model *m = p->m;
	bool one_block = target->block != SIZE_MAX;
	enum mtl_status st;

	if (!one_block &&
	    (!sort_labels(&target->label) || !sort_labels(&target->zlabel)))
		return err_nomem(err);
	if (one_block) {
		place_labels(p, target, target->block);
		return MTL_OK;
	}
	for (size_t i = 0; i < target->value.n; i++)
		place_labels(p, target, target->of_value[i]);
	st = predict_unknown_init(&target->unknown, m,
	    m->layout == LAYOUT_MIXED ? &target->name : NULL, err);
	if (st != MTL_OK)
		return st;
	target->zu = mem_new(m->block[target->unknown.like].cols,
	    sizeof *target->zu);
	return target->zu != NULL ? MTL_OK : err_nomem(err);
}

static enum mtl_status
plan_targets(struct predictor *p, struct mtl_err *err)
{
	struct names names = {0};
	enum mtl_status st = MTL_OK;

	if (!list_targets(p, &names) || !deal_tasks(p, &names) ||
	    !alloc_labels(p))
		st = err_nomem(err);
	for (size_t i = 0; i < p->targets && st == MTL_OK; i++)
		st = plan_target(p, &p->target[i], err);
	names_clear(&names);
	return st;
}

/* --- names of the columns added ----------------------------------------- */

/* Adds the column PREFIX[:TARGET][:CLASS]; class NULL: none. */
static enum mtl_status
add_column(struct predictor *p, const char *prefix, struct str target,
    const struct str *class, struct mtl_err *err)
{
	size_t len = strlen(prefix) + target.len + 2, n, at;
	char *name = mem_new(len + (class != NULL ? class->len : 0) + 1, 1);
	char buf[STR_SHOWN];

	if (name == NULL)
		return err_nomem(err);
	n = strlen(prefix);
	memcpy(name, prefix, n);
	/* A target without name (y:) still is one; yhat: is its column. */
	if (target.s != NULL) {
		name[n++] = ':';
		memcpy(name + n, target.s, target.len);
		n += target.len;
	}
	if (class != NULL) {
		name[n++] = ':';
		memcpy(name + n, class->s, class->len);
		n += class->len;
	}
	at = p->added.n;
	n = names_add(&p->added, (struct str){name, n});
	str_show(buf, str_of(name));
	free(name);
	if (n == SIZE_MAX)
		return err_nomem(err);
	return n == at ? MTL_OK : err_set(err, MTL_INPUT,
	    "the model's tasks and classes need two columns named '%s'", buf);
}

static bool
has_proba(const struct predictor *p, const struct predictor_target *t)
{
	return p->opts.proba && t->label.n > 0 && !t->no_proba;
}

static enum mtl_status
add_columns(struct predictor *p, const struct predictor_target *t,
    struct mtl_err *err)
{
	enum mtl_status st = add_column(p, "yhat", t->name, NULL, err);

	for (size_t v = 0; has_proba(p, t) && v < t->label.n; v++)
		if (st == MTL_OK)
			st = add_column(p, "p", t->name, &t->label.name[v],
			    err);
	if (!p->opts.decision)
		return st;
	if (st == MTL_OK && t->z_plain)
		st = add_column(p, "z", t->name, NULL, err);
	for (size_t v = 0; v < t->zlabel.n; v++)
		if (st == MTL_OK)
			st = add_column(p, "z", t->name, &t->zlabel.name[v],
			    err);
	return st;
}

/* No column added may have the name of one that passes. */
static enum mtl_status
check_names(const struct predictor *p, struct mtl_err *err)
{
	char buf[STR_SHOWN];

	for (size_t i = 0; i < p->passes; i++) {
		struct str name = p->rows->name[p->pass[i]];

		if (names_find(&p->added, name) != SIZE_MAX)
			return err_set(err, MTL_INPUT, "%s: column '%s' is "
			    "there already (cut or rename it before "
			    "predicting)", p->rows->file,
			    str_show(buf, name));
	}
	return MTL_OK;
}

static enum mtl_status
plan_output(struct predictor *p, struct mtl_err *err)
{
	bool proba = false, without = false;
	enum mtl_status st = MTL_OK;

	for (size_t i = 0; i < p->targets && st == MTL_OK; i++) {
		proba |= has_proba(p, &p->target[i]);
		without |= p->target[i].no_proba;
		st = add_columns(p, &p->target[i], err);
	}
	if (st == MTL_OK && p->opts.proba && !proba)
		st = err_set(err, MTL_INPUT, without ?
		    "--proba: the loss hinge2 gives no probabilities "
		    "(--decision adds its z)" :
		    "--proba: the model predicts numbers, not classes");
	return st == MTL_OK ? check_names(p, err) : st;
}

/* An unknown task is refused before the first row if all will be. */
static enum mtl_status
check_task_column(const struct predictor *p, struct mtl_err *err)
{
	if (!p->opts.refuse_unknown || p->cols->task != SIZE_MAX ||
	    p->target[0].block != SIZE_MAX)
		return MTL_OK;
	return err_set(err, MTL_INPUT, "%s: no column says the rows' tasks, "
	    "which the model needs (--task names it)", p->rows->file);
}

enum mtl_status
predictor_init(struct predictor *p, const struct model *m,
    const struct rows *rows, const struct columns *cols,
    const struct predictor_opts *opts, struct mtl_err *err)
{
	enum mtl_status st;

	memset(p, 0, sizeof *p);
	p->m = m;
	p->rows = rows;
	p->cols = cols;
	p->opts = *opts;
	if ((st = plan_input(p, err)) != MTL_OK ||
	    (st = plan_targets(p, err)) != MTL_OK ||
	    (st = plan_output(p, err)) != MTL_OK ||
	    (st = check_task_column(p, err)) != MTL_OK)
		predictor_clear(p);
	return st;
}

void
predictor_header(const struct predictor *p, struct csvout *out)
{
	for (size_t i = 0; i < p->passes; i++)
		csvout_str(out, p->rows->name[p->pass[i]]);
	for (size_t i = 0; i < p->added.n; i++)
		csvout_str(out, p->added.name[i]);
	csvout_end(out);
}

/* --- one row ------------------------------------------------------------ */

static enum mtl_status
bad_feature(const struct predictor *p, size_t col, enum num_status status,
    struct mtl_err *err)
{
	char buf[STR_SHOWN];

	str_show(buf, p->rows->cell[col]);
	if (status == NUM_RANGE)
		return rows_bad(p->rows, col, err,
		    "'%s' is out of a double's range", buf);
	return rows_bad(p->rows, col, err, "'%s' is not a number (--na says "
	    "which texts mean missing)", buf);
}

/* x of the current row; a missing cell is NaN. */
static enum mtl_status
read_features(struct predictor *p, struct mtl_err *err)
{
	size_t missing = 0;

	for (size_t j = 0; j < p->m->d; j++) {
		size_t col = p->feature[j];
		struct str cell = p->rows->cell[col];
		enum num_status status;

		if (columns_missing(p->cols, cell)) {
			p->x[j] = (double)NAN;
			missing++;
			continue;
		}
		status = num_read(&p->x[j], cell.s, cell.len);
		if (status != NUM_OK)
			return bad_feature(p, col, status, err);
	}
	p->filled += missing;
	return MTL_OK;
}

/* Counts a row of an unknown task, and keeps the first one's place. */
static enum mtl_status
see_unknown(struct predictor *p, const struct predictor_target *target,
    struct mtl_err *err)
{
	size_t col = p->cols->task;
	bool named = target->name.s != NULL;
	char task[STR_SHOWN], of[STR_SHOWN], text[2 * STR_SHOWN + 512];
	int n;

	if (col == SIZE_MAX)
		return MTL_OK;
	str_show(task, p->rows->cell[col]);
	if (named)
		str_show(of, target->name);
	if (p->opts.refuse_unknown)
		return rows_bad(p->rows, col, err,
		    "'%s%s%s' is not a task of the model", task,
		    named ? "/" : "", named ? of : "");
	if (p->unknown_at != NULL)
		return MTL_OK;
	n = snprintf(text, sizeof text, "'%s%s%s' (%s:%zu)", task,
	    named ? "/" : "", named ? of : "", p->rows->file, p->rows->line);
	p->unknown_at = n < 0 ? NULL : mem_text(text, strlen(text));
	return p->unknown_at != NULL ? MTL_OK : err_nomem(err);
}

/* The block that serves the row, or SIZE_MAX for an unknown task. */
static size_t
row_block(const struct predictor *p, const struct predictor_target *target)
{
	size_t col = p->cols->task, at;

	if (target->block != SIZE_MAX)
		return target->block;
	if (col == SIZE_MAX)
		return SIZE_MAX;
	at = names_find(&target->value, p->rows->cell[col]);
	return at == SIZE_MAX ? SIZE_MAX : target->of_value[at];
}

static enum mtl_status
not_finite(const struct predictor *p, struct mtl_err *err)
{
	return err_set(err, MTL_NUMERIC, "%s:%zu: the row's prediction is "
	    "not finite (a feature is too large)", p->rows->file,
	    p->rows->line);
}

/* now and z of each target. Columns that the row has no use for are left. */
static enum mtl_status
predict_row(struct predictor *p, struct mtl_err *err)
{
	const struct model *m = p->m;
	bool all = p->targets > 1, unknown = false;
	enum mtl_status st;

	if (all)
		predict_z(p->z, m, p->x);
	for (size_t i = 0; i < p->targets; i++) {
		struct predictor_target *t = &p->target[i];
		size_t k = row_block(p, t);

		if (k == SIZE_MAX) {
			if ((st = see_unknown(p, t, err)) != MTL_OK)
				return st;
			if (!all && t->unknown.W == NULL)
				predict_z(p->z, m, p->x);
			predict_unknown_z(t->zu, &t->unknown, m, p->x, p->z);
			t->now = &m->block[t->unknown.like];
			t->z = t->zu;
			unknown = true;
		} else {
			t->now = &m->block[k];
			t->z = p->z + t->now->col;
			if (!all)
				predict_block_z(p->z + t->now->col, m,
				    t->now, p->x);
		}
		for (size_t c = 0; c < t->now->cols; c++)
			if (!isfinite(predict_number(t->now, t->z[c])))
				return not_finite(p, err);
	}
	p->unknown += unknown;
	return MTL_OK;
}

static void
write_proba(struct predictor *p, const struct predictor_target *t,
    struct csvout *out)
{
	size_t K = t->label.n;
	const size_t *place = p->place + p->first[t->now - p->m->block];

	for (size_t v = 0; v < K; v++)
		p->cells[v] = (double)NAN;
	if (t->now->label.n > 0)
		predict_proba(p->p, t->now, t->z);
	for (size_t v = 0; v < t->now->label.n; v++)
		p->cells[place[v]] = p->p[v];
	for (size_t v = 0; v < K; v++)
		csvout_num(out, p->cells[v]);
}

static void
write_decision(struct predictor *p, const struct predictor_target *t,
    struct csvout *out)
{
	size_t n = t->zlabel.n, cols = t->now->cols;
	const size_t *place = p->zplace + p->first[t->now - p->m->block];

	for (size_t v = 0; v < n; v++)
		p->cells[v] = (double)NAN;
	for (size_t c = 0; cols > 1 && c < cols; c++)
		p->cells[place[c]] = t->z[c];
	if (t->z_plain)
		csvout_num(out, cols == 1 ? t->z[0] : (double)NAN);
	for (size_t v = 0; v < n; v++)
		csvout_num(out, p->cells[v]);
}

static void
write_passed(const struct predictor *p, struct csvout *out)
{
	const struct rows *rows = p->rows;

	if (p->passes == rows->columns && rows->in_order)
		csvout_raw(out, rows->raw);
	else
		for (size_t i = 0; i < p->passes; i++)
			csvout_str(out, rows->cell[p->pass[i]]);
}

enum mtl_status
predictor_row(struct predictor *p, struct csvout *out, struct mtl_err *err)
{
	enum mtl_status st;

	if ((st = read_features(p, err)) != MTL_OK ||
	    (st = predict_row(p, err)) != MTL_OK)
		return st;
	p->n++;
	write_passed(p, out);
	for (size_t i = 0; i < p->targets; i++) {
		const struct predictor_target *t = &p->target[i];

		if (t->now->label.n > 0)
			csvout_str(out, t->now->label.name[
			    predict_label(t->now, t->z)]);
		else
			csvout_num(out, predict_number(t->now, t->z[0]));
		if (has_proba(p, t))
			write_proba(p, t, out);
		if (p->opts.decision)
			write_decision(p, t, out);
	}
	csvout_end(out);
	return MTL_OK;
}

void
predictor_notes(const struct predictor *p, struct notes *notes)
{
	const char *s = p->unknown == 1 ? "" : "s";
	const char *are = p->unknown == 1 ? "is" : "are";
	bool named = p->cols->task != SIZE_MAX;
	char by[96] = "mean over tasks of their target";

	if (p->target[0].unknown.W != NULL)
		snprintf(by, sizeof by, "part that all tasks share");
	else if (p->m->layout != LAYOUT_MIXED)
		snprintf(by, sizeof by, "mean over %zu of its tasks",
		    p->target[0].unknown.n);
	if (p->unknown > 0 && !named)
		notes_add(notes, WARNING, "no column says the rows' tasks "
		    "(--task names it): %zu row%s %s predicted by the "
		    "model's %s", p->unknown, s, are, by);
	else if (p->unknown > 0)
		notes_add(notes, WARNING, "%zu row%s of tasks that the model "
		    "does not know, the first %s, %s predicted by the "
		    "model's %s", p->unknown, s, p->unknown_at, are, by);
	if (p->filled > 0)
		notes_add(notes, NOTE, "%zu missing cell%s taken at the "
		    "training mean", p->filled, p->filled == 1 ? "" : "s");
}

void
predictor_clear(struct predictor *p)
{
	for (size_t i = 0; p->target != NULL && i < p->targets; i++) {
		struct predictor_target *t = &p->target[i];

		names_clear(&t->value);
		names_clear(&t->label);
		names_clear(&t->zlabel);
		predict_unknown_clear(&t->unknown);
		free(t->of_value);
		free(t->zu);
	}
	names_clear(&p->added);
	free(p->target);
	free(p->feature);
	free(p->pass);
	free(p->first);
	free(p->place);
	free(p->zplace);
	free(p->x);
	free(p->z);
	free(p->cells);
	free(p->p);
	free(p->unknown_at);
	memset(p, 0, sizeof *p);
}
