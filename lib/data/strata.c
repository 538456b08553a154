#include "data/strata.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"

enum mtl_status
strata_init(struct strata *strata, const struct columns *cols,
    struct mtl_err *err)
{
	*strata = (struct strata){.cols = cols};
	if (cols->targets == 0)
		return err_set(err, MTL_INPUT, "no target to stratify by: name "
		    "it with --target, or a column with --stratify=COL");
	strata->kind = mem_new(cols->targets, sizeof(*strata->kind));
	return strata->kind != NULL ? MTL_OK : err_nomem(err);
}

enum mtl_status
strata_see(struct strata *strata, const struct str *cell, struct mtl_err *err)
{
	const struct columns *cols = strata->cols;
	const struct str none = {"", 0};

	if (cols->task != SIZE_MAX &&
	    !texts_add(&strata->cells, cell[cols->task]))
		return err_nomem(err);
	for (size_t t = 0; t < cols->targets; t++) {
		struct str label = cell[cols->target[t]];

		if (columns_missing(cols, label))
			label = none;
		else
			target_see(&strata->kind[t], label);
		if (!texts_add(&strata->cells, label))
			return err_nomem(err);
	}
	strata->rows++;
	return MTL_OK;
}

/* The first target that is classes, or SIZE_MAX. */
static size_t
first_classes(const struct strata *strata)
{
	for (size_t t = 0; t < strata->cols->targets; t++)
		if (target_is_classes(&strata->kind[t]))
			return t;
	return SIZE_MAX;
}

static void
say(const struct strata *strata, size_t classes, size_t strata_n,
    struct notes *notes)
{
	const struct columns *cols = strata->cols;
	const char *task = cols->task != SIZE_MAX ? "task and " : "";
	const char *word = strata_n == 1 ? "stratum" : "strata";
	char shown[STR_SHOWN];

	if (cols->targets > 1)
		notes_add(notes, NOTE,
		    "stratified by %sthe set of labelled targets%s%s (%zu "
		    "%s)", task, classes != SIZE_MAX ? " and " : "",
		    classes != SIZE_MAX
			? str_show(shown, cols->target_name.name[classes]) : "",
		    strata_n, word);
	else if (classes != SIZE_MAX)
		notes_add(notes, NOTE, "stratified by %sclass (%zu %s)",
		    task, strata_n, word);
	else
		notes_add(notes, NOTE,
		    "the target is numbers, not classes: stratified by %s "
		    "(%zu %s)",
		    *task != '\0' ? "task" : "whether a row has a label",
		    strata_n, word);
}

/* One row's key from its cells, the first of which is text i. */
static enum mtl_status
add_row(const struct strata *strata, struct keys *keys, size_t i,
    size_t classes, char *set, struct mtl_err *err)
{
	size_t targets = strata->cols->targets, n = 0;
	struct str part[3];

	if (strata->cols->task != SIZE_MAX)
		part[n++] = texts_get(&strata->cells, i++);
	for (size_t t = 0; t < targets; t++)
		set[t] = texts_get(&strata->cells, i + t).len > 0 ? '1' : '0';
	/* With one target an empty class says all that the set would. */
	if (targets > 1 || classes == SIZE_MAX)
		part[n++] = (struct str){set, targets};
	if (classes != SIZE_MAX)
		part[n++] = texts_get(&strata->cells, i + classes);
	return keys_add(keys, part, n, err);
}

enum mtl_status
strata_finish(struct strata *strata, struct keys *keys, struct notes *notes,
    struct mtl_err *err)
{
	size_t classes = first_classes(strata);
	size_t cells = strata->cols->targets +
	    (strata->cols->task != SIZE_MAX ? 1 : 0);
	char *set = mem_new(strata->cols->targets, 1);
	enum mtl_status st = set != NULL ? MTL_OK : err_nomem(err);

	for (size_t i = 0; st == MTL_OK && i < strata->rows; i++)
		st = add_row(strata, keys, i * cells, classes, set, err);
	if (st == MTL_OK)
		say(strata, classes, keys->names.n, notes);
	free(set);
	return st;
}

void
strata_clear(struct strata *strata)
{
	free(strata->kind);
	texts_clear(&strata->cells);
	*strata = (struct strata){0};
}
