#include "score/pairs.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/order.h"

struct reader {
	struct pairs *p;
	struct rows *rows;
	const struct columns *cols;
	size_t by;
	size_t no_y, no_yhat, no_task, no_weight; /* left out */
	bool train, test; /* seen in the split column */
	struct mtl_err *err;
};

static const char *
plural(size_t n)
{
	return n == 1 ? "" : "s";
}

/* Column of that name, or SIZE_MAX; a target is nobody's prediction. */
static size_t
find_column(const struct reader *r, struct str name)
{
	for (size_t j = 0; j < r->rows->columns; j++)
		if (str_eq(r->rows->name[j], name))
			return r->cols->role[j] == ROLE_TARGET ? SIZE_MAX : j;
	return SIZE_MAX;
}

/* Index of a label, added if new; SIZE_MAX once the target has too many. */
static enum mtl_status
add_label(struct pairs_target *t, struct str s, size_t *index,
    struct mtl_err *err)
{
	size_t n = t->label.n;

	*index = SIZE_MAX;
	if (t->many)
		return MTL_OK;
	if (!mem_grow((void *)&t->in_y, &t->in_y_cap, n + 1, sizeof(bool)) ||
	    !mem_grow((void *)&t->known, &t->known_cap, n + 1, sizeof(bool)))
		return err_nomem(err);
	*index = names_add(&t->label, s);
	if (*index == SIZE_MAX)
		return err_nomem(err);
	if (t->label.n > n)
		t->in_y[n] = t->known[n] = false;
	if (t->label.n > PAIRS_LABELS_MAX && !t->text && !t->labelled) {
		t->many = true;
		names_clear(&t->label);
		*index = SIZE_MAX;
	}
	return MTL_OK;
}

/*
 * What is left of a column's name behind p: or z: and the target's own name;
 * false if the column is not the target's. *bare: nothing is left.
 */
static bool
class_of(const struct pairs_target *t, bool named, struct str name,
    struct str *rest, bool *bare)
{
	size_t skip = 1;

	if (named) {
		if (name.len < 2 + t->name.len || name.s[1] != ':' ||
		    memcmp(name.s + 2, t->name.s, t->name.len) != 0)
			return false;
		skip += 1 + t->name.len;
	}
	*bare = name.len == skip;
	if (*bare)
		return true;
	*rest = (struct str){name.s + skip + 1, name.len - skip - 1};
	return name.s[skip] == ':';
}

/* The target whose column it is: the one with the longest name that fits. */
static size_t
owner_of(const struct reader *r, struct str name, bool named,
    struct str *rest, bool *bare)
{
	const struct pairs *p = r->p;
	size_t best = SIZE_MAX;

	for (size_t k = 0; k < p->R; k++) {
		struct str left = {0};
		bool none;

		if ((best != SIZE_MAX &&
			p->target[k].name.len <= p->target[best].name.len) ||
		    !class_of(&p->target[k], named, name, &left, &none))
			continue;
		best = k;
		*rest = left;
		*bare = none;
	}
	return best;
}

static enum mtl_status
add_output(struct reader *r, size_t column, bool named, bool z)
{
	struct str rest = {0};
	bool bare = false;
	size_t k = owner_of(r, r->rows->name[column], named, &rest, &bare);
	struct pairs_target *t;
	struct pairs_output *o;

	if (k == SIZE_MAX || (bare && !z))
		return MTL_OK;
	t = &r->p->target[k];
	o = mem_resize(t->output, t->outputs + 1, sizeof(*o));
	if (o == NULL)
		return err_nomem(r->err);
	t->output = o;
	o = &o[t->outputs++];
	*o = (struct pairs_output){column, SIZE_MAX, z};
	t->probs += !z;
	if (bare)
		return MTL_OK;
	t->labelled = true;
	if (add_label(t, rest, &o->label, r->err) != MTL_OK)
		return MTL_NOMEM;
	t->known[o->label] = true;
	return MTL_OK;
}

/* The p: columns first, then those of z. */
static enum mtl_status
find_outputs(struct reader *r, bool named)
{
	enum mtl_status st = MTL_OK;

	for (int z = 0; z < 2; z++)
		for (size_t j = 0; j < r->rows->columns && st == MTL_OK; j++) {
			struct str name = r->rows->name[j];

			if (r->cols->role[j] != ROLE_TARGET &&
			    ((z && str_is(name, "z")) ||
				str_starts(name, z ? "z:" : "p:")))
				st = add_output(r, j, named, z);
		}
	return st;
}

/* Column yhat:NAME of target k, or SIZE_MAX. */
static enum mtl_status
named_yhat(const struct reader *r, size_t k, size_t *column)
{
	struct str name = r->p->target[k].name;
	char *s = mem_new(name.len + 6, 1);

	if (s == NULL)
		return err_nomem(r->err);
	memcpy(s, "yhat:", 5);
	memcpy(s + 5, name.s, name.len);
	*column = find_column(r, (struct str){s, name.len + 5});
	free(s);
	return MTL_OK;
}

/* Targets and the columns that predict them. */
static enum mtl_status
find_targets(struct reader *r, struct notes *notes)
{
	const struct columns *cols = r->cols;
	struct pairs *p = r->p;
	size_t plain = find_column(r, str_of("yhat")), without = 0;
	char shown[STR_SHOWN];
	bool named = true;

	if (cols->targets == 0)
		return err_set(r->err, MTL_INPUT,
		    "%s: no column y to compare with (--target)%s",
		    r->rows->file, rows_hint(r->rows));
	p->target = mem_new(cols->targets, sizeof(*p->target));
	if (p->target == NULL)
		return err_nomem(r->err);
	p->R = cols->targets;
	for (size_t k = 0; k < p->R; k++) {
		struct pairs_target *t = &p->target[k];

		t->name = cols->target_name.name[k];
		t->y = cols->target[k];
		if (named_yhat(r, k, &t->yhat) != MTL_OK)
			return MTL_NOMEM;
		if (t->yhat == SIZE_MAX && p->R == 1) {
			t->yhat = plain;
			named = false;
		}
		if (t->yhat == SIZE_MAX && without++ == 0)
			str_show(shown, t->name);
	}
	if (without == p->R)
		return err_set(r->err, MTL_INPUT,
		    "%s: no column yhat%s%s (mtl-predict adds it)",
		    r->rows->file, p->R > 1 ? ":" : "",
		    p->R > 1 ? shown : "");
	if (without > 0)
		notes_add(notes, WARNING,
		    "%zu target%s without a column yhat:NAME left out "
		    "(the first: '%s')", without, plural(without), shown);
	return find_outputs(r, named);
}

/* The task of that name, added if new. */
static enum mtl_status
add_task(struct reader *r, struct str name, size_t target, size_t *index)
{
	struct pairs *p = r->p;
	struct pairs_task *t;
	char shown[STR_SHOWN];

	*index = names_add(&p->task_name, name);
	if (*index == SIZE_MAX)
		return err_nomem(r->err);
	if (*index < p->T) {
		if (p->task[*index].target == target)
			return MTL_OK;
		return err_set(r->err, MTL_INPUT,
		    "two tasks have the name '%s'", str_show(shown, name));
	}
	if (!mem_grow((void *)&p->task, &p->task_cap, p->T + 1, sizeof(*t)))
		return err_nomem(r->err);
	t = &p->task[p->T++];
	*t = (struct pairs_task){.name = p->task_name.name[*index],
	    .target = target};
	t->filled = mem_new(p->target[target].outputs, sizeof(size_t));
	return t->filled == NULL ? err_nomem(r->err) : MTL_OK;
}

/* In a wide table tasks stand in the order of columns, whoever comes first. */
static enum mtl_status
add_wide_tasks(struct reader *r)
{
	enum mtl_status st = MTL_OK;
	size_t index;

	for (size_t k = 0; k < r->p->R && st == MTL_OK; k++)
		st = add_task(r, r->p->target[k].name, k, &index);
	return st;
}

/* Task of the current row and target k. */
static enum mtl_status
find_task(struct reader *r, size_t k, size_t *index)
{
	struct str target = r->p->target[k].name, cell;
	enum mtl_status st;
	char *s;

	if (r->cols->task == SIZE_MAX)
		return add_task(r,
		    r->cols->layout == LAYOUT_ONE ? str_of("y") : target, k,
		    index);
	cell = r->rows->cell[r->cols->task];
	if (r->cols->layout != LAYOUT_MIXED)
		return add_task(r, cell, k, index);
	s = mem_new(cell.len + target.len + 2, 1);
	if (s == NULL)
		return err_nomem(r->err);
	memcpy(s, cell.s, cell.len);
	s[cell.len] = '/';
	memcpy(s + cell.len + 1, target.s, target.len);
	st = add_task(r, (struct str){s, cell.len + target.len + 1}, k, index);
	free(s);
	return st;
}

/* *where = a copy of the message about cell j, if it is the first. */
static enum mtl_status
remember(struct reader *r, char **where, const struct mtl_err *said)
{
	if (*where != NULL)
		return MTL_OK;
	*where = mem_text(said->msg, strlen(said->msg));
	return *where == NULL ? err_nomem(r->err) : MTL_OK;
}

/* A cell of y or yhat as label and, if it is one, as number. */
static enum mtl_status
read_value(struct reader *r, struct pairs_task *task, size_t j, double *x,
    size_t *label)
{
	struct pairs_target *t = &r->p->target[task->target];
	struct str cell = r->rows->cell[j];
	enum num_status num = num_read(x, cell.s, cell.len);
	char shown[STR_SHOWN];
	struct mtl_err said;

	if (num != NUM_OK) {
		*x = NAN;
		rows_bad(r->rows, j, &said, num == NUM_BAD ?
			"'%s' is not a number" :
			"'%s' is beyond what a number can be",
		    str_show(shown, cell));
		if (remember(r, &task->not_number, &said) != MTL_OK)
			return MTL_NOMEM;
	}
	if (num == NUM_BAD)
		t->text = task->text = true;
	return add_label(t, cell, label, r->err);
}

static enum mtl_status
read_output(struct reader *r, const struct pairs_output *o, double *x)
{
	struct str cell = r->rows->cell[o->column];
	char shown[STR_SHOWN];

	*x = NAN;
	if (cell.len == 0)
		return MTL_OK;
	if (num_read(x, cell.s, cell.len) != NUM_OK)
		return rows_bad(r->rows, o->column, r->err,
		    "'%s' is not a number", str_show(shown, cell));
	if (!o->z && (*x < 0 || *x > 1))
		return rows_bad(r->rows, o->column, r->err,
		    "'%s' is not a probability from 0 to 1",
		    str_show(shown, cell));
	return MTL_OK;
}

/* The row's p: and z cells of the task's target. */
static enum mtl_status
read_outputs(struct reader *r, struct pairs_task *task)
{
	struct pairs_target *t = &r->p->target[task->target];
	size_t filled = 0;
	struct mtl_err said;
	double *x;

	if (t->outputs > 0 && t->n >= SIZE_MAX / t->outputs - 1)
		return err_nomem(r->err);
	if (!mem_grow((void *)&t->value, &t->cap, (t->n + 1) * t->outputs,
		sizeof(double)))
		return err_nomem(r->err);
	x = t->value + t->n++ * t->outputs;
	for (size_t o = 0; o < t->outputs; o++) {
		if (read_output(r, &t->output[o], &x[o]) != MTL_OK)
			return MTL_INPUT;
		if (isnan(x[o]))
			continue;
		task->filled[o]++;
		filled += o < t->probs;
	}
	if (filled > 0 || t->probs == 0)
		return MTL_OK;
	task->bare++;
	rows_bad(r->rows, t->output[0].column, &said,
	    "no probability, where other rows of the task have them");
	return remember(r, &task->first_bare, &said);
}

static enum mtl_status
read_pair(struct reader *r, size_t k, double weight, size_t group)
{
	struct pairs *p = r->p;
	struct pairs_target *t = &p->target[k];
	struct pair pair = {.weight = weight, .group = group};
	enum mtl_status st;

	if (columns_missing(r->cols, r->rows->cell[t->y])) {
		r->no_y++;
		return MTL_OK;
	}
	if (columns_missing(r->cols, r->rows->cell[t->yhat])) {
		r->no_yhat++;
		return MTL_OK;
	}
	if ((st = find_task(r, k, &pair.task)) != MTL_OK ||
	    (st = read_value(r, &p->task[pair.task], t->y, &pair.y,
		 &pair.truth)) != MTL_OK)
		return st;
	if (pair.truth != SIZE_MAX)
		t->in_y[pair.truth] = true;
	if ((st = read_value(r, &p->task[pair.task], t->yhat, &pair.yhat,
		 &pair.said)) != MTL_OK)
		return st;
	if (pair.said != SIZE_MAX && !t->many)
		t->known[pair.said] = true;
	pair.row = t->n;
	if ((st = read_outputs(r, &p->task[pair.task])) != MTL_OK)
		return st;
	if (!mem_grow((void *)&p->pair, &p->cap, p->n + 1, sizeof(pair)))
		return err_nomem(r->err);
	p->pair[p->n++] = pair;
	p->task[pair.task].n++;
	return MTL_OK;
}

static enum mtl_status
read_weight(struct reader *r, double *weight)
{
	size_t j = r->cols->weight;
	char shown[STR_SHOWN];
	struct str cell;

	*weight = 1;
	if (j == SIZE_MAX)
		return MTL_OK;
	cell = r->rows->cell[j];
	if (num_read(weight, cell.s, cell.len) != NUM_OK || *weight < 0)
		return rows_bad(r->rows, j, r->err,
		    "'%s' is not a weight (a number, 0 or more)",
		    str_show(shown, cell));
	return MTL_OK;
}

/* The current row's pairs, one for each target it has. */
static enum mtl_status
read_row(struct reader *r)
{
	struct pairs *p = r->p;
	size_t group = 0;
	enum mtl_status st;
	double weight;

	if ((st = read_weight(r, &weight)) != MTL_OK)
		return st;
	if (weight == 0) {
		r->no_weight++;
		return MTL_OK;
	}
	if (r->cols->task != SIZE_MAX &&
	    columns_missing(r->cols, r->rows->cell[r->cols->task])) {
		r->no_task++;
		return MTL_OK;
	}
	if (r->cols->split != SIZE_MAX) {
		struct str cell = r->rows->cell[r->cols->split];

		r->train = r->train || str_is(cell, "train");
		r->test = r->test || str_is(cell, "test");
	}
	if (r->by != SIZE_MAX) {
		group = names_add(&p->group, r->rows->cell[r->by]);
		if (group == SIZE_MAX)
			return err_nomem(r->err);
	}
	for (size_t k = 0; k < p->R; k++)
		if (p->target[k].yhat != SIZE_MAX &&
		    (st = read_pair(r, k, weight, group)) != MTL_OK)
			return st;
	return MTL_OK;
}

static void
say_left_out(const struct reader *r, struct notes *notes)
{
	bool wide = r->p->R > 1;

	if (r->no_y > 0)
		notes_add(notes, NOTE, wide ? "%zu missing label%s left out" :
					      "%zu row%s without y left out",
		    r->no_y, plural(r->no_y));
	if (r->no_task > 0)
		notes_add(notes, NOTE, "%zu row%s without a task left out",
		    r->no_task, plural(r->no_task));
	if (r->no_weight > 0)
		notes_add(notes, NOTE, "%zu row%s of weight 0 left out",
		    r->no_weight, plural(r->no_weight));
	if (r->train && r->test && r->by != r->cols->split)
		notes_add(notes, NOTE, "train and test rows scored together "
		    "(--where split=test, or --by split)");
	if (r->no_yhat > 0)
		notes_add(notes, WARNING, wide ?
			"%zu label%s without a yhat left out" :
			"%zu row%s with y but without yhat left out",
		    r->no_yhat, plural(r->no_yhat));
}

static enum mtl_status
read_all(struct reader *r, struct notes *notes)
{
	enum mtl_status st;
	bool end;

	if ((st = find_targets(r, notes)) != MTL_OK)
		return st;
	if (r->cols->layout == LAYOUT_WIDE &&
	    (st = add_wide_tasks(r)) != MTL_OK)
		return st;
	while ((st = rows_next(r->rows, &end, r->err)) == MTL_OK && !end)
		if ((st = read_row(r)) != MTL_OK)
			return st;
	if (st != MTL_OK)
		return st;
	if (r->p->n == 0)
		return err_set(r->err, MTL_INPUT,
		    "nothing to score: no row has both y and yhat");
	say_left_out(r, notes);
	return MTL_OK;
}

static void
find_probs(struct pairs *p)
{
	for (size_t k = 0; k < p->T; k++) {
		struct pairs_task *task = &p->task[k];

		for (size_t o = 0; o < p->target[task->target].probs; o++)
			task->probs = task->probs || task->filled[o] > 0;
	}
}

/* Which tasks are classes, now that all labels of y are known. */
static void
decide_kinds(struct pairs *p)
{
	for (size_t i = 0; i < p->n; i++) {
		const struct pair *pair = &p->pair[i];
		const struct pairs_task *task = &p->task[pair->task];
		struct pairs_target *t = &p->target[task->target];

		if (!task->probs && !task->text &&
		    (t->many || !t->in_y[pair->said]))
			t->foreign = true;
	}
	for (size_t k = 0; k < p->T; k++) {
		struct pairs_task *task = &p->task[k];
		struct pairs_target *t = &p->target[task->target];

		if (task->n == 0)
			continue;
		task->classes = !t->many &&
		    (task->probs || task->text || !t->foreign);
		p->classes += task->classes;
		p->numbers += !task->classes;
	}
}

/*
 * Counts labels of y that no prediction knows, with their rows: [0] of classes
 * tasks, [1] what the others add. in_y forgets the labels it has counted.
 */
static void
count_unseen(struct pairs *p, bool classes)
{
	struct pairs_unseen *u = &p->unseen[classes ? 0 : 1];

	for (size_t i = 0; i < p->n; i++) {
		const struct pair *pair = &p->pair[i];
		const struct pairs_task *task = &p->task[pair->task];
		struct pairs_target *t = &p->target[task->target];

		if (task->classes != classes || t->many ||
		    t->known[pair->truth])
			continue;
		u->rows++;
		if (t->in_y[pair->truth] && u->labels++ == 0)
			u->first = t->label.name[pair->truth];
		t->in_y[pair->truth] = false;
	}
}

/* Labels of all targets in one list, and each target's own as indices. */
static enum mtl_status
merge_labels(struct pairs *p, struct mtl_err *err)
{
	for (size_t k = 0; k < p->R; k++) {
		struct pairs_target *t = &p->target[k];

		t->global = mem_new(t->label.n, sizeof(size_t));
		if (t->global == NULL)
			return err_nomem(err);
		for (size_t l = 0; l < t->label.n; l++) {
			t->global[l] = names_add(&p->label, t->label.name[l]);
			if (t->global[l] == SIZE_MAX)
				return err_nomem(err);
		}
	}
	return MTL_OK;
}

/* From here on pairs and outputs speak of labels of the one list. */
static enum mtl_status
use_merged_labels(struct pairs *p, struct mtl_err *err)
{
	for (size_t k = 0; k < p->R; k++) {
		struct pairs_target *t = &p->target[k];

		if (t->probs > 0) {
			t->prob_of = mem_new(p->label.n, sizeof(size_t));
			if (t->prob_of == NULL)
				return err_nomem(err);
			for (size_t l = 0; l < p->label.n; l++)
				t->prob_of[l] = SIZE_MAX;
		}
		for (size_t o = 0; o < t->outputs; o++) {
			struct pairs_output *out = &t->output[o];

			if (out->label != SIZE_MAX)
				out->label = t->global[out->label];
			if (!out->z)
				t->prob_of[out->label] = o;
		}
	}
	for (size_t i = 0; i < p->n; i++) {
		struct pair *pair = &p->pair[i];
		struct pairs_target *t =
		    &p->target[p->task[pair->task].target];

		pair->truth = t->many ? SIZE_MAX : t->global[pair->truth];
		pair->said = t->many ? SIZE_MAX : t->global[pair->said];
	}
	return MTL_OK;
}

static size_t
key_of(const struct pair *pair, bool group)
{
	return group ? pair->group : pair->task;
}

/* A stable counting sort by group or by task, keys below m. */
static enum mtl_status
sort_pairs(struct pairs *p, size_t m, bool group, struct mtl_err *err)
{
	struct pair *sorted = NULL;
	size_t *start = NULL, i = 1;

	while (i < p->n && key_of(&p->pair[i - 1], group) <=
	    key_of(&p->pair[i], group))
		i++;
	if (i == p->n)
		return MTL_OK;
	sorted = mem_new(p->n, sizeof(*sorted));
	start = mem_new(m + 1, sizeof(*start));
	if (sorted == NULL || start == NULL) {
		free(sorted);
		free(start);
		return err_nomem(err);
	}
	for (i = 0; i < p->n; i++)
		start[key_of(&p->pair[i], group) + 1]++;
	for (i = 0; i < m; i++)
		start[i + 1] += start[i];
	for (i = 0; i < p->n; i++)
		sorted[start[key_of(&p->pair[i], group)]++] = p->pair[i];
	free(p->pair);
	free(start);
	p->pair = sorted;
	p->cap = p->n;
	return MTL_OK;
}

/*
 * The task's labels: of its pairs, contiguous from `pair`, and of its p:
 * columns. mark[l] = task + 1 once label l is taken; found has room for all.
 */
static enum mtl_status
collect_labels(struct pairs *p, size_t k, const struct pair *pair,
    size_t *mark, size_t *found, struct mtl_err *err)
{
	struct pairs_task *task = &p->task[k];
	const struct pairs_target *t = &p->target[task->target];
	size_t n = 0;

	for (size_t i = 0; i < 2 * task->n; i++) {
		size_t l = i % 2 ? pair[i / 2].said : pair[i / 2].truth;

		if (mark[l] != k + 1)
			found[n++] = l;
		mark[l] = k + 1;
	}
	for (size_t o = 0; o < t->probs; o++) {
		size_t l = t->output[o].label;

		if (task->filled[o] > 0 && mark[l] != k + 1) {
			found[n++] = l;
			mark[l] = k + 1;
		}
	}
	if (n == 1 && t->label.n == 2) {
		found[0] = t->global[0];
		found[n++] = t->global[1];
	}
	task->label = mem_new(n, sizeof(size_t));
	if (task->label == NULL || !labels_sort(found, n, &p->label))
		return err_nomem(err);
	memcpy(task->label, found, n * sizeof(size_t));
	task->labels = n;
	return MTL_OK;
}

/* Pairs are sorted by task. */
static enum mtl_status
find_labels(struct pairs *p, struct mtl_err *err)
{
	size_t *mark = mem_new(p->label.n, sizeof(*mark));
	size_t *found = mem_new(p->label.n + 1, sizeof(*found));
	const struct pair *pair = p->pair;
	enum mtl_status st = MTL_OK;

	if (mark == NULL || found == NULL)
		st = err_nomem(err);
	for (size_t k = 0; k < p->T && st == MTL_OK; k++) {
		if (!p->target[p->task[k].target].many && p->task[k].n > 0)
			st = collect_labels(p, k, pair, mark, found, err);
		pair += p->task[k].n;
	}
	free(mark);
	free(found);
	return st;
}

/* Column of z of a label, SIZE_MAX for z alone, that all pairs have. */
static size_t
z_column(const struct pairs *p, const struct pairs_task *task, size_t label)
{
	const struct pairs_target *t = &p->target[task->target];

	for (size_t o = t->probs; o < t->outputs; o++)
		if (t->output[o].label == label &&
		    task->filled[o] == task->n)
			return o;
	return SIZE_MAX;
}

static void
find_z(struct pairs *p)
{
	for (size_t k = 0; k < p->T; k++) {
		struct pairs_task *task = &p->task[k];

		if (task->n == 0 || task->labels == 0 || task->labels > 2)
			continue;
		task->z = z_column(p, task, SIZE_MAX) != SIZE_MAX ||
		    (task->labels == 2 &&
			z_column(p, task, task->label[0]) != SIZE_MAX &&
			z_column(p, task, task->label[1]) != SIZE_MAX);
	}
}

enum mtl_status
pairs_read(struct pairs *p, struct rows *rows, const struct columns *cols,
    size_t by, struct notes *notes, struct mtl_err *err)
{
	struct reader r = {.p = p, .rows = rows, .cols = cols, .by = by,
	    .err = err};
	enum mtl_status st;

	*p = (struct pairs){0};
	if ((st = read_all(&r, notes)) != MTL_OK)
		goto out;
	find_probs(p);
	decide_kinds(p);
	count_unseen(p, true);
	count_unseen(p, false);
	if ((st = merge_labels(p, err)) != MTL_OK ||
	    (st = use_merged_labels(p, err)) != MTL_OK ||
	    (st = sort_pairs(p, p->T, false, err)) != MTL_OK ||
	    (st = find_labels(p, err)) != MTL_OK ||
	    (st = sort_pairs(p, p->group.n, true, err)) != MTL_OK)
		goto out;
	find_z(p);
out:
	if (st != MTL_OK)
		pairs_clear(p);
	return st;
}

bool
labels_sort(size_t *label, size_t n, const struct names *names)
{
	struct str *name = mem_new(n, sizeof(*name));
	size_t *place = mem_new(n, sizeof(*place));
	size_t *old = mem_new(n, sizeof(*old));
	bool ok = name != NULL && place != NULL && old != NULL;

	for (size_t k = 0; k < n && ok; k++) {
		old[k] = label[k];
		name[k] = names->name[label[k]];
	}
	ok = ok && order_labels(name, n, place);
	for (size_t k = 0; k < n && ok; k++)
		label[place[k]] = old[k];
	free(name);
	free(place);
	free(old);
	return ok;
}

double
pairs_prob(const struct pairs *p, const struct pair *pair, size_t label)
{
	const struct pairs_target *t = &p->target[p->task[pair->task].target];
	size_t o = t->prob_of == NULL ? SIZE_MAX : t->prob_of[label];
	double x = o == SIZE_MAX ? 0 : t->value[pair->row * t->outputs + o];

	return isnan(x) ? 0 : x;
}

double
pairs_z(const struct pairs *p, const struct pair *pair)
{
	const struct pairs_task *task = &p->task[pair->task];
	const struct pairs_target *t = &p->target[task->target];
	const double *x = t->value + pair->row * t->outputs;
	size_t o = z_column(p, task, SIZE_MAX);

	if (o != SIZE_MAX)
		return x[o];
	return x[z_column(p, task, task->label[1])] -
	    x[z_column(p, task, task->label[0])];
}

enum mtl_status
pairs_check_probs(const struct pairs *p, struct notes *notes,
    struct mtl_err *err)
{
	size_t empty = 0;

	for (size_t k = 0; k < p->T; k++) {
		const struct pairs_task *task = &p->task[k];

		if (!task->probs)
			continue;
		if (task->bare > 0)
			return err_set(err, MTL_INPUT, "%s",
			    task->first_bare);
		for (size_t o = 0; o < p->target[task->target].probs; o++)
			if (task->filled[o] > 0)
				empty += task->n - task->filled[o];
	}
	if (empty > 0)
		notes_add(notes, WARNING,
		    "%zu empty p: cell%s taken as 0", empty, plural(empty));
	return MTL_OK;
}

void
pairs_warn_unseen(const struct pairs *p, bool numbers_too,
    struct notes *notes)
{
	const struct pairs_unseen *a = &p->unseen[0], *b = &p->unseen[1];
	size_t labels = a->labels + (numbers_too ? b->labels : 0);
	size_t rows = a->rows + (numbers_too ? b->rows : 0);
	char shown[STR_SHOWN];

	if (labels > 0)
		notes_add(notes, WARNING,
		    "%zu label%s of y never predicted (the first: '%s'): "
		    "%zu row%s counted as wrong", labels, plural(labels),
		    str_show(shown, a->labels > 0 ? a->first : b->first),
		    rows, plural(rows));
}

void
pairs_clear(struct pairs *p)
{
	for (size_t k = 0; k < p->R; k++) {
		struct pairs_target *t = &p->target[k];

		free(t->output);
		free(t->value);
		names_clear(&t->label);
		free(t->in_y);
		free(t->known);
		free(t->global);
		free(t->prob_of);
	}
	for (size_t k = 0; k < p->T; k++) {
		free(p->task[k].not_number);
		free(p->task[k].filled);
		free(p->task[k].first_bare);
		free(p->task[k].label);
	}
	free(p->pair);
	free(p->target);
	free(p->task);
	names_clear(&p->task_name);
	names_clear(&p->group);
	names_clear(&p->label);
	*p = (struct pairs){0};
}
