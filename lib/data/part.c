#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/dataset.h"

/* to[i] = the row of the part that row i becomes. */
static size_t
number_rows(size_t *to, const struct dataset *whole, const bool *out)
{
	size_t stay = 0, held = 0;

	for (size_t i = 0; i < whole->n; i++)
		stay += out == NULL || !out[i];
	for (size_t i = 0, at = 0; i < whole->n; i++)
		to[i] = out == NULL || !out[i] ? at++ : stay + held++;
	return stay;
}

/* The pairs of a task whose rows are held out, or are not. */
static enum mtl_status
choose_pairs(struct task *to, const struct task *from, const size_t *row,
    size_t stay, bool held, struct mtl_err *err)
{
	*to = *from;
	to->n = 0;
	to->row = mem_new(from->n, sizeof *to->row);
	to->y = mem_new(from->n, sizeof *to->y);
	if (to->row == NULL || to->y == NULL)
		return err_nomem(err);
	for (size_t i = 0; i < from->n; i++) {
		size_t at = row[from->row[i]];

		if ((at >= stay) != held)
			continue;
		to->row[to->n] = at;
		to->y[to->n++] = from->y[i];
	}
	return MTL_OK;
}

enum mtl_status
part_init(struct part *part, const struct dataset *whole, const bool *out,
    struct mtl_err *err)
{
	size_t n = whole->n, d = whole->d, stay;
	size_t *to = mem_new(n, sizeof *to);
	enum mtl_status st = MTL_OK;

	*part = (struct part){.ds = *whole,
	    .held = mem_new(whole->T, sizeof *part->held)};
	part->ds.X = mat_new(n, d);
	part->ds.weight = whole->weight != NULL ?
	    mem_new(n, sizeof(double)) : NULL;
	part->ds.task = mem_new(whole->T, sizeof *part->ds.task);
	part->ds.fold = part->ds.group = NULL;
	if (to == NULL || part->held == NULL || part->ds.X == NULL ||
	    part->ds.task == NULL ||
	    (whole->weight != NULL && part->ds.weight == NULL)) {
		st = err_nomem(err);
		goto out;
	}
	stay = number_rows(to, whole, out);
	for (size_t i = 0; i < n; i++) {
		memcpy(part->ds.X + to[i] * d, whole->X + i * d,
		    d * sizeof(double));
		if (whole->weight != NULL)
			part->ds.weight[to[i]] = whole->weight[i];
	}
	for (size_t t = 0; t < whole->T && st == MTL_OK; t++) {
		st = choose_pairs(&part->ds.task[t], &whole->task[t], to,
		    stay, false, err);
		if (st == MTL_OK)
			st = choose_pairs(&part->held[t], &whole->task[t], to,
			    stay, true, err);
	}
out:
	free(to);
	if (st != MTL_OK)
		part_clear(part);
	return st;
}

static void
clear_tasks(struct task *task, size_t T)
{
	for (size_t t = 0; task != NULL && t < T; t++) {
		free(task[t].row);
		free(task[t].y);
	}
	free(task);
}

void
part_clear(struct part *part)
{
	clear_tasks(part->ds.task, part->ds.T);
	clear_tasks(part->held, part->ds.T);
	free(part->ds.X);
	free(part->ds.weight);
	*part = (struct part){0};
}
