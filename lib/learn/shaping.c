#include "learn/shaping.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"

static bool
has(const struct penalty *p, const struct term_kind *kind)
{
	for (size_t i = 0; i < p->components; i++)
		for (size_t k = 0; k < p->component[i].terms; k++)
			if (p->component[i].term[k].kind == kind)
				return true;
	return false;
}

enum mtl_status
shaping_check(const struct shaping *o, const struct penalty *p,
    struct mtl_err *err)
{
	const char *unused = NULL, *of = "cluster";

	if (has(p, &term_graph) && o->graph == NULL)
		return err_set(err, MTL_USAGE,
		    "the term graph wants the edges between tasks (--graph)");
	if (o->several)
		return MTL_OK;
	if (o->clusters > 0 && !has(p, &term_cluster))
		unused = "--clusters";
	if (o->eta > 0 && !has(p, &term_cluster))
		unused = "--eta";
	if (o->graph != NULL && !has(p, &term_graph)) {
		unused = "--graph";
		of = "graph";
	}
	if (o->task_order != NULL && !has(p, &term_chain) &&
	    !has(p, &term_fused)) {
		unused = "--task-order";
		of = "chain or fused";
	}
	return unused == NULL ? MTL_OK :
	    err_set(err, MTL_USAGE, "%s is for the term %s, which the penalty "
		"has not", unused, of);
}

/* The item before the next comma, which is skipped; *more if there was one. */
static struct str
next_item(const char **rest, bool *more)
{
	struct str item = {*rest, strcspn(*rest, ",")};

	*more = item.s[item.len] == ',';
	*rest += item.len + *more;
	return item;
}

static enum mtl_status
no_such(const char *option, const char *what, struct str name,
    const struct str *names, size_t n, struct mtl_err *err)
{
	size_t near = str_nearest(name, names, n);
	char buf[STR_SHOWN], other[STR_SHOWN];

	str_show(buf, name);
	if (near == SIZE_MAX)
		return err_set(err, MTL_USAGE, "%s: there is no %s '%s'",
		    option, what, buf);
	return err_set(err, MTL_USAGE, "%s: there is no %s '%s' (did you mean "
	    "'%s'?)", option, what, buf, str_show(other, names[near]));
}

/* rank[T]: the place of each task, SIZE_MAX before it is named. */
static enum mtl_status
read_order(size_t *rank, const char *text, const struct names *task,
    struct mtl_err *err)
{
	char buf[STR_SHOWN];
	size_t missing = 0, place = 0;
	bool more = true;

	for (size_t t = 0; t < task->n; t++)
		rank[t] = SIZE_MAX;
	while (more) {
		struct str item = next_item(&text, &more);
		size_t t = names_find(task, item);

		if (t == SIZE_MAX)
			return no_such("--task-order", "task", item,
			    task->name, task->n, err);
		if (rank[t] != SIZE_MAX)
			return err_set(err, MTL_USAGE, "--task-order: the "
			    "task '%s' comes twice", str_show(buf, item));
		rank[t] = place++;
	}
	for (size_t t = task->n; t-- > 0;)
		if (rank[t] == SIZE_MAX)
			missing = t + 1;
	return missing == 0 ? MTL_OK :
	    err_set(err, MTL_USAGE, "--task-order: the task '%s' is missing",
		str_show(buf, task->name[missing - 1]));
}

static enum mtl_status
order_tasks(struct shape *s, const char *text, const struct str *task,
    struct mtl_err *err)
{
	struct names names = {0};
	size_t *rank = mem_new(s->T, sizeof *rank);
	enum mtl_status st = rank != NULL ? MTL_OK : err_nomem(err);

	for (size_t t = 0; st == MTL_OK && t < s->T; t++)
		if (names_add(&names, task[t]) == SIZE_MAX)
			st = err_nomem(err);
	if (st == MTL_OK)
		st = read_order(rank, text, &names, err);
	if (st == MTL_OK)
		st = shape_pair(s, rank, err);
	names_clear(&names);
	free(rank);
	return st;
}

/* One NAME=NUMBER; weight[M] is 0 where none was given. */
static enum mtl_status
read_modality(double *weight, struct str item, const struct names *modalities,
    struct mtl_err *err)
{
	const char *equals = memchr(item.s, '=', item.len);
	struct str name = {item.s, 0}, number = {item.s, 0};
	char buf[STR_SHOWN];
	size_t m;
	double v = 0;

	if (equals != NULL) {
		name.len = (size_t)(equals - item.s);
		number.s = equals + 1;
		number.len = item.len - name.len - 1;
	}
	if (equals == NULL || num_read(&v, number.s, number.len) != NUM_OK ||
	    !(v > 0))
		return err_set(err, MTL_USAGE, "--modality-weight: '%s' is "
		    "not a modality, '=' and a number above 0",
		    str_show(buf, item));
	m = names_find(modalities, name);
	if (m == SIZE_MAX)
		return no_such("--modality-weight", "modality", name,
		    modalities->name, modalities->n, err);
	if (weight[m] != 0)
		return err_set(err, MTL_USAGE, "--modality-weight: the "
		    "modality '%s' comes twice", str_show(buf, name));
	weight[m] = v;
	return MTL_OK;
}

static enum mtl_status
weigh_rows(struct shape *s, const char *text, const struct names *modalities,
    struct mtl_err *err)
{
	double *weight = mem_new(modalities->n, sizeof *weight);
	bool more = true;
	enum mtl_status st = weight != NULL ? MTL_OK : err_nomem(err);

	while (st == MTL_OK && more)
		st = read_modality(weight, next_item(&text, &more),
		    modalities, err);
	for (size_t j = 0; st == MTL_OK && j < s->d; j++) {
		double v = weight[s->modality[j]];

		s->weight[j] = v != 0 ? v : 1;
		s->weighted = s->weighted || s->weight[j] != 1;
	}
	free(weight);
	return st;
}

enum mtl_status
shaping_apply(struct shape *s, const struct shaping *o,
    const struct str *task, const struct names *modalities,
    struct mtl_err *err)
{
	enum mtl_status st = MTL_OK;

	s->clusters = shaping_clusters(o);
	s->eta = shaping_eta(o);
	if (o->graph != NULL)
		st = graph_tie(s, o->graph, task, err);
	if (st == MTL_OK && o->task_order != NULL)
		st = order_tasks(s, o->task_order, task, err);
	if (st == MTL_OK && o->modality_weight != NULL)
		st = weigh_rows(s, o->modality_weight, modalities, err);
	return st;
}
