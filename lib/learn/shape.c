#include "learn/shape.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum mtl_status
shape_init(struct shape *s, size_t d, size_t C, struct mtl_err *err)
{
	*s = (struct shape){.d = d, .C = C, .T = 1, .M = 1, .groups = 1,
	    .task = mem_new(C, sizeof *s->task),
	    .modality = mem_new(d, sizeof *s->modality),
	    .rows = mem_new(d, sizeof *s->rows),
	    .weight = mem_new(d, sizeof *s->weight),
	    .group = mem_new(C, sizeof *s->group),
	    .start = mem_new(C + 1, sizeof *s->start),
	    .order = mem_new(C, sizeof *s->order),
	    .clusters = 2, .eta = 1};
	if (s->task == NULL || s->modality == NULL || s->rows == NULL ||
	    s->weight == NULL || s->group == NULL || s->start == NULL ||
	    s->order == NULL) {
		shape_clear(s);
		return err_nomem(err);
	}
	s->rows[0] = (double)d;
	for (size_t j = 0; j < d; j++)
		s->weight[j] = 1;
	return shape_pair(s, NULL, err);
}

enum mtl_status
shape_pair(struct shape *s, const size_t *rank, struct mtl_err *err)
{
	size_t *first = mem_new(s->T + 1, sizeof *first);
	size_t *by_rank = mem_new(s->T, sizeof *by_rank);
	size_t *next = mem_new(s->groups, sizeof *next);
	enum mtl_status st = MTL_OK;

	if (first == NULL || by_rank == NULL || next == NULL) {
		st = err_nomem(err);
		goto out;
	}
	memset(s->start, 0, (s->groups + 1) * sizeof *s->start);
	for (size_t c = 0; c < s->C; c++) {
		first[s->task[c] + 1]++;
		s->start[s->group[c] + 1]++;
	}
	for (size_t t = 0; t < s->T; t++) {
		first[t + 1] += first[t];
		by_rank[rank != NULL ? rank[t] : t] = t;
	}
	for (size_t g = 0; g < s->groups; g++) {
		s->start[g + 1] += s->start[g];
		next[g] = s->start[g];
	}
	for (size_t i = 0; i < s->T; i++)
		for (size_t c = first[by_rank[i]]; c < first[by_rank[i] + 1];
		    c++)
			s->order[next[s->group[c]]++] = c;
out:
	free(first);
	free(by_rank);
	free(next);
	return st;
}

enum mtl_status
shape_columns(struct shape *to, const struct shape *s, size_t first, size_t C,
    struct mtl_err *err)
{
	enum mtl_status st = shape_init(to, s->d, C, err);

	if (st != MTL_OK)
		return st;
	to->M = s->M;
	to->weighted = s->weighted;
	memcpy(to->modality, s->modality, s->d * sizeof *to->modality);
	memcpy(to->rows, s->rows, s->M * sizeof *to->rows);
	memcpy(to->weight, s->weight, s->d * sizeof *to->weight);
	to->T = s->task[first + C - 1] - s->task[first] + 1;
	for (size_t c = 0; c < C; c++)
		to->task[c] = s->task[first + c] - s->task[first];
	return shape_pair(to, NULL, err);
}

void
shape_clear(struct shape *s)
{
	free(s->task);
	free(s->modality);
	free(s->rows);
	free(s->weight);
	free(s->group);
	free(s->start);
	free(s->order);
	free(s->edge);
	*s = (struct shape){0};
}
