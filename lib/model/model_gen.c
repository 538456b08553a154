#include "model/model_gen.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

static bool
set_text(struct str *to, const char *text)
{
	*to = (struct str){mem_text(text, strlen(text)), strlen(text)};
	return to->s != NULL;
}

/* Task t of several is t1, t2, ...; of wide tables it is a target, too. */
static bool
name_task(struct model *m, size_t t)
{
	struct model_task *task = &m->task[t];
	char name[32] = "y";

	if (m->layout != LAYOUT_ONE)
		snprintf(name, sizeof name, "t%zu", t + 1);
	return set_text(&task->name, name) &&
	    set_text(&task->target, m->layout == LAYOUT_WIDE ? name : "y") &&
	    set_text(&task->value, m->layout == LAYOUT_LONG ? name : "");
}

static bool
set_labels(struct model_block *block, const struct gen_opts *g)
{
	char label[32];

	block->loss = LOSS_SQUARED;
	block->cols = 1;
	if (g->kind == GEN_REGRESSION)
		return true;
	block->loss = g->classes > 2 ? LOSS_SOFTMAX : LOSS_LOGISTIC;
	block->cols = model_columns(block->loss, g->classes);
	for (size_t k = 0; k < g->classes; k++) {
		snprintf(label, sizeof label, "%zu", k);
		if (names_add(&block->label, str_of(label)) == SIZE_MAX)
			return false;
	}
	return true;
}

enum mtl_status
model_from_gen(struct model *m, const struct gen *g, struct mtl_err *err)
{
	size_t T = g->R > 1 ? g->R : g->T;
	enum mtl_status st = model_init(m, T, T, err);
	bool ok = true;

	if (st != MTL_OK)
		return st;
	m->layout = g->R > 1 ? LAYOUT_WIDE : g->T > 1 ? LAYOUT_LONG
						      : LAYOUT_ONE;
	for (size_t t = 0; ok && t < T; t++) {
		m->task[t].block = t;
		ok = name_task(m, t) && set_labels(&m->block[t], g->o);
	}
	for (size_t j = 0; ok && j < g->d; j++)
		ok = names_add(&m->feature, g->feature.name[j]) != SIZE_MAX;
	if (!ok || !model_note(m, "method", "truth"))
		return err_nomem(err);
	st = model_alloc_weights(m, err);
	return st == MTL_OK ? gen_truth(g, m->W, m->b, err) : st;
}
