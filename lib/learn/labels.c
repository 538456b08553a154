#include "learn/labels.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/order.h"

static enum mtl_status
labels_init(struct labels *l, const struct dataset *ds, struct mtl_err *err)
{
	size_t most = 0;

	*l = (struct labels){.R = ds->R};
	for (size_t r = 0; r < ds->R; r++)
		most += ds->target[r].labels;
	l->label = mem_new(most, sizeof *l->label);
	l->class_of = mem_new(ds->R, sizeof *l->class_of);
	if (l->label == NULL || l->class_of == NULL)
		return err_nomem(err);
	for (size_t r = 0; r < ds->R; r++) {
		l->class_of[r] = mem_new(ds->target[r].labels,
		    sizeof **l->class_of);
		if (l->class_of[r] == NULL)
			return err_nomem(err);
	}
	return MTL_OK;
}

enum mtl_status
labels_of_task(struct labels *l, const struct dataset *ds, size_t task,
    struct mtl_err *err)
{
	const struct task *t = &ds->task[task];
	const struct target *target = &ds->target[t->target];
	size_t *class_of;
	enum mtl_status st = labels_init(l, ds, err);

	if (st != MTL_OK) {
		labels_clear(l);
		return st;
	}
	class_of = l->class_of[t->target];
	for (size_t v = 0; v < target->labels; v++)
		class_of[v] = target->labels == 2;
	for (size_t i = 0; i < t->n; i++)
		class_of[(size_t)t->y[i]] = 1;
	for (size_t v = 0; v < target->labels; v++)
		if (class_of[v]) {
			class_of[v] = l->K;
			l->label[l->K++] = target->label[v];
		}
	return MTL_OK;
}

enum mtl_status
labels_of_all(struct labels *l, const struct dataset *ds, struct mtl_err *err)
{
	struct names all = {0};
	size_t *place = NULL;
	enum mtl_status st = labels_init(l, ds, err);

	for (size_t r = 0; st == MTL_OK && r < ds->R; r++)
		for (size_t v = 0; v < ds->target[r].labels; v++) {
			size_t i = names_add(&all, ds->target[r].label[v]);

			if (i == SIZE_MAX)
				st = err_nomem(err);
			else if (i == l->K)
				l->label[l->K++] = ds->target[r].label[v];
		}
	if (st == MTL_OK &&
	    ((place = mem_new(l->K, sizeof *place)) == NULL ||
		!order_labels(l->label, l->K, place)))
		st = err_nomem(err);
	/* place[i]: where the i-th label by first appearance went. */
	for (size_t r = 0; st == MTL_OK && r < ds->R; r++)
		for (size_t v = 0; v < ds->target[r].labels; v++)
			l->class_of[r][v] = place[names_find(&all,
			    ds->target[r].label[v])];
	names_clear(&all);
	free(place);
	if (st != MTL_OK)
		labels_clear(l);
	return st;
}

void
labels_clear(struct labels *l)
{
	for (size_t r = 0; l->class_of != NULL && r < l->R; r++)
		free(l->class_of[r]);
	free(l->class_of);
	free(l->label);
	*l = (struct labels){0};
}
