#include "table/columns.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Names that our tools write; they are never features. */
static bool
is_output(struct str name)
{
	return str_is(name, "modality") || str_is(name, "yhat") ||
	    str_is(name, "z") || str_starts(name, "yhat:") ||
	    str_starts(name, "p:") || str_starts(name, "z:") ||
	    str_starts(name, "c:");
}

/* Cuts the next item off a comma-separated list; false after the last. */
static bool
next_item(const char **list, struct str *item)
{
	const char *comma;

	if (*list == NULL)
		return false;
	comma = strchr(*list, ',');
	*item = (struct str){*list,
	    comma != NULL ? (size_t)(comma - *list) : strlen(*list)};
	*list = comma != NULL ? comma + 1 : NULL;
	return true;
}

/* What is being settled, handed from step to step. */
struct settling {
	struct columns *cols;
	const struct rows *rows;
	const struct columns_opts *opts;
	struct notes *notes;
	struct mtl_err *err;
	bool *named; /* [n] an option gave the column its role */
};

/* Gives a column the role an option names; each column has one at most. */
static enum mtl_status
assign(struct settling *s, const char *option, struct str name,
    enum role role, size_t *column)
{
	char buf[STR_SHOWN];
	size_t j;
	enum mtl_status st = rows_find(s->rows, &j, option, name, s->err);

	if (st != MTL_OK)
		return st;
	if (s->named[j])
		return err_set(s->err, MTL_USAGE,
		    "%s: column '%s' has another role already", option,
		    str_show(buf, name));
	s->named[j] = true;
	s->cols->role[j] = role;
	*column = j;
	return MTL_OK;
}

/*
 * A role with one column: the one the option names, else the one of the
 * default name. A default-named column that an option displaces has no role.
 */
static enum mtl_status
single_role(struct settling *s, size_t *column, const char *option,
    const char *given, const char *standard, enum role role)
{
	size_t j;
	enum mtl_status st = MTL_OK;

	*column = SIZE_MAX;
	if (given != NULL)
		st = assign(s, option, str_of(given), role, column);
	if (st != MTL_OK || standard == NULL)
		return st;
	for (j = 0; j < s->cols->n; j++)
		if (str_is(s->rows->name[j], standard))
			break;
	if (j == s->cols->n || s->named[j])
		return MTL_OK;
	if (given == NULL) {
		s->cols->role[j] = role;
		*column = j;
		return MTL_OK;
	}
	s->cols->role[j] = ROLE_IGNORED;
	notes_add(s->notes, NOTE, "column '%s' is not used: %s names '%s'",
	    standard, option, given);
	return MTL_OK;
}

static enum mtl_status
add_target(struct settling *s, size_t column, struct str name)
{
	struct columns *cols = s->cols;
	char buf[STR_SHOWN];
	size_t i = names_add(&cols->target_name, name);

	if (i == SIZE_MAX)
		return err_nomem(s->err);
	if (i != cols->targets)
		return err_set(s->err, MTL_INPUT,
		    "two targets are named '%s'", str_show(buf, name));
	cols->target[cols->targets++] = column;
	return MTL_OK;
}

/* "math" of y:math, or all of a name without the prefix. */
static struct str
target_of(struct str name)
{
	if (str_starts(name, "y:") && name.len > 2)
		return (struct str){name.s + 2, name.len - 2};
	return name;
}

static bool
is_target(struct str name)
{
	return str_is(name, "y") || str_starts(name, "y:");
}

/* Targets of --target; one plain name is the target y. */
static enum mtl_status
given_targets(struct settling *s)
{
	const char *list = s->opts->target;
	bool several = strchr(list, ',') != NULL;
	struct str item;
	enum mtl_status st = MTL_OK;

	while (st == MTL_OK && next_item(&list, &item)) {
		size_t j;

		st = assign(s, "--target", item, ROLE_TARGET, &j);
	}
	for (size_t j = 0; j < s->cols->n && st == MTL_OK; j++) {
		struct str name = s->rows->name[j];

		if (s->named[j] && s->cols->role[j] == ROLE_TARGET)
			st = add_target(s, j, several ||
				str_starts(name, "y:") ?
				target_of(name) :
				str_of("y"));
		else if (!s->named[j] && is_target(name)) {
			char buf[STR_SHOWN];

			s->cols->role[j] = ROLE_IGNORED;
			notes_add(s->notes, NOTE, "column '%s' is neither "
			    "target nor feature: --target names others",
			    str_show(buf, name));
		}
	}
	return st;
}

/* y, or all y:NAME. */
static enum mtl_status
default_targets(struct settling *s)
{
	struct str plain = {NULL, 0};
	enum mtl_status st = MTL_OK;

	for (size_t j = 0; j < s->cols->n && st == MTL_OK; j++) {
		struct str name = s->rows->name[j];
		char buf[STR_SHOWN];

		if (s->named[j] || !is_target(name))
			continue;
		if (str_is(name, "y:"))
			return err_set(s->err, MTL_INPUT,
			    "%s:1: the target 'y:' has no name",
			    s->rows->file);
		if (str_is(name, "y"))
			plain = name;
		s->cols->role[j] = ROLE_TARGET;
		st = add_target(s, j, target_of(name));
		if (st == MTL_OK && plain.s != NULL && s->cols->targets > 1)
			return err_set(s->err, MTL_INPUT,
			    "%s:1: both 'y' and 'y:...' columns ('%s'): "
			    "choose with --target", s->rows->file,
			    str_show(buf, name.len > 1 ? name :
				s->rows->name[s->cols->target[0]]));
	}
	return st;
}

/* --ignore: every glob must match some column. */
static enum mtl_status
ignore(struct settling *s)
{
	const char *list = s->opts->ignore;
	struct str item;

	while (next_item(&list, &item)) {
		char *glob = mem_text(item.s, item.len);
		bool matched = false;
		size_t j;
		enum mtl_status st = MTL_OK;

		if (glob == NULL)
			return err_nomem(s->err);
		for (j = 0; j < s->cols->n; j++) {
			if (!str_eq(s->rows->name[j], item) &&
			    !str_glob(glob, s->rows->name[j]))
				continue;
			matched = true;
			s->named[j] = true;
			s->cols->role[j] = ROLE_IGNORED;
		}
		if (!matched)
			st = rows_find(s->rows, &j, "--ignore", item, s->err);
		free(glob);
		if (st != MTL_OK)
			return st;
	}
	return MTL_OK;
}

/* The modality of a feature: what stands before the first ':', or "x". */
static enum mtl_status
modality_of(struct settling *s, size_t j)
{
	struct str name = s->rows->name[j], modality = str_of("x");
	const char *colon = memchr(name.s, ':', name.len);
	char buf[STR_SHOWN];
	size_t m;

	if (colon != NULL) {
		modality = (struct str){name.s, (size_t)(colon - name.s)};
		if (modality.len == 0 || modality.len + 1 == name.len)
			return err_set(s->err, MTL_INPUT, "%s:1: column '%s' "
			    "is not MODALITY:NAME", s->rows->file,
			    str_show(buf, name));
		for (size_t i = 0; i < modality.len; i++)
			if (strchr("+.,", modality.s[i]) != NULL)
				return err_set(s->err, MTL_INPUT,
				    "%s:1: column '%s': a modality's name "
				    "holds no '+', '.' or ','", s->rows->file,
				    str_show(buf, name));
	}
	m = names_add(&s->cols->modalities, modality);
	if (m == SIZE_MAX)
		return err_nomem(s->err);
	s->cols->modality[j] = m;
	s->cols->feature[s->cols->features++] = j;
	return MTL_OK;
}

static enum mtl_status
features(struct settling *s)
{
	for (size_t j = 0; j < s->cols->n; j++) {
		enum mtl_status st;

		if (s->cols->role[j] != ROLE_FEATURE)
			continue;
		if (s->rows->filters[j] || is_output(s->rows->name[j])) {
			s->cols->role[j] = s->rows->filters[j] ?
			    ROLE_IGNORED :
			    ROLE_OUTPUT;
			continue;
		}
		if ((st = modality_of(s, j)) != MTL_OK)
			return st;
	}
	return MTL_OK;
}

static enum mtl_status
missing_texts(struct settling *s)
{
	const char *list = s->opts->na;
	struct str item;

	while (next_item(&list, &item))
		if (item.len > 0 &&
		    names_add(&s->cols->na, item) == SIZE_MAX)
			return err_nomem(s->err);
	return MTL_OK;
}

static void
settle_layout(struct columns *cols)
{
	bool wide = cols->targets > 1 || (cols->targets == 1 &&
	    !str_is(cols->target_name.name[0], "y"));

	if (cols->task != SIZE_MAX)
		cols->layout = wide ? LAYOUT_MIXED : LAYOUT_LONG;
	else
		cols->layout = wide ? LAYOUT_WIDE : LAYOUT_ONE;
}

static enum mtl_status
settle(struct settling *s)
{
	struct columns *c = s->cols;
	const struct columns_opts *o = s->opts;
	enum mtl_status st;

	if ((st = ignore(s)) != MTL_OK ||
	    (st = single_role(s, &c->weight, "--weight", o->weight, NULL,
		 ROLE_WEIGHT)) != MTL_OK ||
	    (st = single_role(s, &c->group, "--group", o->group, NULL,
		 ROLE_GROUP)) != MTL_OK ||
	    (st = single_role(s, &c->id, "--id", o->id, "id", ROLE_ID)) !=
		MTL_OK ||
	    (st = single_role(s, &c->task, "--task", o->task, "task",
		 ROLE_TASK)) != MTL_OK)
		return st;
	st = o->target != NULL ? given_targets(s) : default_targets(s);
	if (st != MTL_OK ||
	    (st = single_role(s, &c->split, "split", NULL, "split",
		 ROLE_SPLIT)) != MTL_OK ||
	    (st = single_role(s, &c->fold, "fold", NULL, "fold",
		 ROLE_FOLD)) != MTL_OK ||
	    (st = features(s)) != MTL_OK)
		return st;
	settle_layout(c);
	return missing_texts(s);
}

enum mtl_status
columns_init(struct columns *cols, const struct rows *rows,
    const struct columns_opts *opts, struct notes *notes, struct mtl_err *err)
{
	size_t n = rows->columns;
	struct settling s = {cols, rows, opts, notes, err,
	    mem_new(n, sizeof(bool))};
	enum mtl_status st;

	*cols = (struct columns){.n = n,
	    .role = mem_new(n, sizeof *cols->role),
	    .modality = mem_new(n, sizeof *cols->modality),
	    .target = mem_new(n, sizeof *cols->target),
	    .feature = mem_new(n, sizeof *cols->feature)};
	if (s.named == NULL || cols->role == NULL || cols->modality == NULL ||
	    cols->target == NULL || cols->feature == NULL)
		st = err_nomem(err);
	else
		st = settle(&s);
	free(s.named);
	if (st != MTL_OK)
		columns_clear(cols);
	return st;
}

bool
columns_missing(const struct columns *cols, struct str cell)
{
	return cell.len == 0 ||
	    (cols->na.n > 0 && names_find(&cols->na, cell) != SIZE_MAX);
}

void
columns_clear(struct columns *cols)
{
	free(cols->role);
	free(cols->modality);
	free(cols->target);
	free(cols->feature);
	names_clear(&cols->target_name);
	names_clear(&cols->modalities);
	names_clear(&cols->na);
	*cols = (struct columns){0};
}
