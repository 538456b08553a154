#include "learn/graph.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/num.h"
#include "table/rows.h"

enum { A, B, WEIGHT, COLUMNS };

struct reader {
	struct graph *g;
	struct rows rows;
	size_t column[COLUMNS];
	struct names pairs; /* "3,7" of the edges, in their order */
	size_t cap;
};

static enum mtl_status
find_columns(struct reader *r, struct mtl_err *err)
{
	static const char *const name[COLUMNS] = {"a", "b", "weight"};
	const struct rows *rows = &r->rows;

	for (size_t k = 0; k < COLUMNS; k++) {
		r->column[k] = SIZE_MAX;
		for (size_t j = 0; j < rows->columns; j++)
			if (str_is(rows->name[j], name[k]))
				r->column[k] = j;
		if (r->column[k] == SIZE_MAX || rows->columns != COLUMNS)
			return err_set(err, MTL_INPUT, "%s: the columns of a "
			    "graph are a, b and weight", rows->file);
	}
	return MTL_OK;
}

/* The edge's tasks, which must be two, and a new pair. */
static enum mtl_status
see_pair(struct reader *r, const struct graph_edge *edge, struct mtl_err *err)
{
	const struct str *cell = r->rows.cell;
	char pair[64], a[STR_SHOWN], b[STR_SHOWN];
	size_t at, low = edge->a < edge->b ? edge->a : edge->b;

	str_show(a, cell[r->column[A]]);
	str_show(b, cell[r->column[B]]);
	if (edge->a == edge->b)
		return rows_bad(&r->rows, r->column[B], err,
		    "an edge from '%s' to itself", b);
	snprintf(pair, sizeof pair, "%zu,%zu", low,
	    edge->a + edge->b - low);
	at = names_add(&r->pairs, str_of(pair));
	if (at == SIZE_MAX)
		return err_nomem(err);
	if (at < r->g->edges)
		return err_set(err, MTL_INPUT, "%s:%zu: the edge '%s', '%s' "
		    "comes twice (first in line %zu)", r->rows.file,
		    r->rows.line, a, b, r->g->edge[at].line);
	return MTL_OK;
}

static enum mtl_status
read_edge(struct reader *r, struct mtl_err *err)
{
	struct graph *g = r->g;
	const struct str *cell = r->rows.cell;
	struct str text = cell[r->column[WEIGHT]];
	struct graph_edge edge = {.line = r->rows.line,
	    .a = names_add(&g->task, cell[r->column[A]]),
	    .b = names_add(&g->task, cell[r->column[B]])};
	char buf[STR_SHOWN];
	enum mtl_status st;

	if (edge.a == SIZE_MAX || edge.b == SIZE_MAX ||
	    !mem_grow((void *)&g->edge, &r->cap, g->edges + 1,
		sizeof *g->edge))
		return err_nomem(err);
	if (num_read(&edge.weight, text.s, text.len) != NUM_OK ||
	    !(edge.weight >= 0))
		return rows_bad(&r->rows, r->column[WEIGHT], err,
		    "'%s' is not a number from 0 up", str_show(buf, text));
	if ((st = see_pair(r, &edge, err)) == MTL_OK)
		g->edge[g->edges++] = edge;
	return st;
}

enum mtl_status
graph_read(struct graph *g, const char *path, char delimiter,
    struct mtl_err *err)
{
	struct rows_opts opts = {.file = &path, .files = 1,
	    .delimiter = delimiter};
	struct reader r = {.g = g};
	bool end = false;
	enum mtl_status st;

	*g = (struct graph){.file = path};
	if ((st = rows_open(&r.rows, &opts, err)) != MTL_OK)
		return st;
	st = find_columns(&r, err);
	while (st == MTL_OK &&
	    (st = rows_next(&r.rows, &end, err)) == MTL_OK && !end)
		st = read_edge(&r, err);
	rows_close(&r.rows);
	names_clear(&r.pairs);
	if (st != MTL_OK)
		graph_clear(g);
	return st;
}

static enum mtl_status
unknown(const struct graph *g, const struct graph_edge *edge, bool a,
    const struct shape *s, const struct str *task, struct mtl_err *err)
{
	struct str name = g->task.name[a ? edge->a : edge->b];
	size_t near = str_nearest(name, task, s->T);
	char buf[STR_SHOWN], other[STR_SHOWN];

	return err_set(err, MTL_INPUT, "%s:%zu: column '%c': there is no task "
	    "'%s'%s%s%s", g->file, edge->line, a ? 'a' : 'b',
	    str_show(buf, name), near != SIZE_MAX ? " (did you mean '" : "",
	    near != SIZE_MAX ? str_show(other, task[near]) : "",
	    near != SIZE_MAX ? "'?)" : "");
}

/* Columns of tasks t and u that stand for the same class. */
static bool
tie_tasks(struct shape *s, size_t *cap, const size_t *first, size_t t,
    size_t u, double weight)
{
	for (size_t a = first[t]; a < first[t + 1]; a++)
		for (size_t b = first[u]; b < first[u + 1]; b++) {
			if (s->group[a] != s->group[b] || weight == 0)
				continue;
			if (!mem_grow((void *)&s->edge, cap, s->edges + 1,
				sizeof *s->edge))
				return false;
			s->edge[s->edges++] = (struct edge){a < b ? a : b,
			    a < b ? b : a, weight};
		}
	return true;
}

enum mtl_status
graph_tie(struct shape *s, const struct graph *g, const struct str *task,
    struct mtl_err *err)
{
	struct names known = {0};
	size_t *first = mem_new(s->T + 1, sizeof *first), cap = s->edges;
	enum mtl_status st = first != NULL ? MTL_OK : err_nomem(err);

	for (size_t t = 0; st == MTL_OK && t < s->T; t++)
		if (names_add(&known, task[t]) == SIZE_MAX)
			st = err_nomem(err);
	for (size_t c = 0; st == MTL_OK && c < s->C; c++)
		first[s->task[c] + 1] = c + 1; /* tasks ascend */
	for (size_t i = 0; st == MTL_OK && i < g->edges; i++) {
		const struct graph_edge *e = &g->edge[i];
		size_t t = names_find(&known, g->task.name[e->a]);
		size_t u = names_find(&known, g->task.name[e->b]);

		if (t == SIZE_MAX || u == SIZE_MAX)
			st = unknown(g, e, t == SIZE_MAX, s, task, err);
		else if (!tie_tasks(s, &cap, first, t, u, e->weight))
			st = err_nomem(err);
	}
	names_clear(&known);
	free(first);
	return st;
}

void
graph_clear(struct graph *g)
{
	names_clear(&g->task);
	free(g->edge);
	*g = (struct graph){0};
}
