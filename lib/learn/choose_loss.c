#include "learn/choose_loss.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* "NAME=LOSS" or "LOSS", cut at its '='. */
static enum mtl_status
parse_item(enum loss *loss, bool *given, struct str item,
    const struct names *target_name, struct mtl_err *err)
{
	const char *eq = NULL;
	struct str name = item, value = item;
	char buf[STR_SHOWN];
	size_t from = 0, to = target_name->n;

	/* The last '=': target names may hold one. */
	for (size_t i = 0; i < item.len; i++)
		if (item.s[i] == '=')
			eq = item.s + i;
	if (eq != NULL) {
		name.len = (size_t)(eq - item.s);
		value = (struct str){eq + 1, item.len - name.len - 1};
		from = names_find(target_name, name);
		if (from == SIZE_MAX)
			return err_set(err, MTL_USAGE,
			    "--loss: there is no target '%s'",
			    str_show(buf, name));
		to = from + 1;
	}
	for (size_t r = from; r < to; r++) {
		if (!loss_find(&loss[r], value))
			return err_set(err, MTL_USAGE, "--loss: '%s' is none "
			    "of squared, huber, poisson, logistic, softmax, "
			    "hinge2", str_show(buf, value));
		given[r] = true;
	}
	return MTL_OK;
}

enum mtl_status
choose_parse(enum loss *loss, bool *given, const char *text,
    const struct names *target_name, struct mtl_err *err)
{
	enum mtl_status st;

	while (text != NULL) {
		const char *comma = strchr(text, ',');
		struct str item = str_of(text);

		if (comma != NULL)
			item.len = (size_t)(comma - text);
		st = parse_item(loss, given, item, target_name, err);
		if (st != MTL_OK)
			return st;
		text = comma != NULL ? comma + 1 : NULL;
	}
	return MTL_OK;
}

enum loss
choose_default(size_t K, bool ovr)
{
	if (K == 0)
		return LOSS_SQUARED;
	return K == 2 || (ovr && K > 2) ? LOSS_LOGISTIC : LOSS_SOFTMAX;
}

static enum mtl_status
check(enum loss loss, const struct target *target, bool ovr,
    struct mtl_err *err)
{
	char buf[STR_SHOWN];
	const char *name = str_show(buf, target->name);

	if (loss != LOSS_SOFTMAX && target->labels > 2 && !ovr)
		return err_set(err, MTL_USAGE, "--loss: target '%s' has %zu "
		    "classes, %s takes two (--multiclass ovr, or softmax)",
		    name, target->labels, loss_name(loss));
	if (loss == LOSS_SOFTMAX && ovr && target->labels > 2)
		return err_set(err, MTL_USAGE, "--multiclass ovr takes the "
		    "loss logistic or hinge2 for target '%s', not softmax",
		    name);
	return MTL_OK;
}

/* One note for the targets that got the same loss unasked. */
static void
say(struct notes *notes, const struct dataset *ds, const enum loss *loss,
    enum loss which)
{
	size_t n = 0, first = 0;
	char buf[STR_SHOWN], what[64];

	for (size_t r = ds->R; r-- > 0;)
		if (ds->target[r].chosen && loss[r] == which) {
			n++;
			first = r;
		}
	if (n == 0)
		return;
	if (ds->target[first].classes)
		snprintf(what, sizeof what, "%zu classes",
		    ds->target[first].labels);
	else
		snprintf(what, sizeof what, "numbers");
	str_show(buf, ds->target[first].name);
	if (n == 1)
		notes_add(notes, NOTE, "target '%s' taken as %s, %s loss", buf,
		    what, loss_name(which));
	else
		notes_add(notes, NOTE, "%zu targets ('%s' and more) taken as "
		    "%s, %s loss", n, buf,
		    ds->target[first].classes ? "classes" : "numbers",
		    loss_name(which));
}

enum mtl_status
choose_losses(enum loss *loss, const struct dataset *ds, const char *text,
    bool ovr, struct notes *notes, struct mtl_err *err)
{
	bool *given = mem_new(ds->R, sizeof *given);
	enum mtl_status st;

	if (given == NULL)
		return err_nomem(err);
	st = choose_parse(loss, given, text, &ds->target_name, err);
	for (size_t r = 0; r < ds->R && st == MTL_OK; r++) {
		const struct target *target = &ds->target[r];

		if (!given[r])
			loss[r] = choose_default(target->classes ?
				    target->labels :
				    0, ovr);
		st = check(loss[r], target, ovr, err);
	}
	for (size_t l = 0; l < LOSSES && st == MTL_OK; l++)
		say(notes, ds, loss, (enum loss)l);
	free(given);
	return st;
}
