#include "learn/cv_digest.h"

#include <string.h>
#include <zlib.h>

static uint32_t
add(uint32_t digest, const void *bytes, size_t n)
{
	return (uint32_t)crc32_z(digest, bytes, n);
}

static uint32_t
add_size(uint32_t digest, size_t n)
{
	return add(digest, &n, sizeof n);
}

static uint32_t
add_number(uint32_t digest, double x)
{
	return add(digest, &x, sizeof x);
}

static uint32_t
add_text(uint32_t digest, struct str s)
{
	return add(add_size(digest, s.len), s.s, s.len);
}

static uint32_t
add_names(uint32_t digest, const struct names *names)
{
	digest = add_size(digest, names->n);
	for (size_t i = 0; i < names->n; i++)
		digest = add_text(digest, names->name[i]);
	return digest;
}

uint32_t
cv_digest_data(const struct dataset *ds, const struct holdout *holdout)
{
	uint32_t digest = add_names(0, &ds->feature);

	digest = add_names(digest, &ds->task_name);
	digest = add_names(digest, &holdout->name);
	digest = add(digest, ds->X, ds->n * ds->d * sizeof *ds->X);
	if (ds->weight != NULL)
		digest = add(digest, ds->weight, ds->n * sizeof *ds->weight);
	digest = add(digest, holdout->fold, ds->n * sizeof *holdout->fold);
	for (size_t t = 0; t < ds->T; t++) {
		const struct task *task = &ds->task[t];
		const struct target *target = &ds->target[task->target];

		digest = add(digest, task->row, task->n * sizeof *task->row);
		digest = add(digest, task->y, task->n * sizeof *task->y);
		digest = add_size(digest, target->labels);
		for (size_t k = 0; k < target->labels; k++)
			digest = add_text(digest, target->label[k]);
	}
	return digest;
}

static uint32_t
add_option(uint32_t digest, const char *text)
{
	return add_text(digest, str_of(text != NULL ? text : ""));
}

static uint32_t
add_shaping(uint32_t digest, const struct shaping *s)
{
	digest = add_size(digest, s->clusters);
	digest = add_number(digest, s->eta);
	digest = add_option(digest, s->task_order);
	digest = add_option(digest, s->modality_weight);
	if (s->graph == NULL)
		return digest;
	digest = add_names(digest, &s->graph->task);
	for (size_t i = 0; i < s->graph->edges; i++) {
		const struct graph_edge *e = &s->graph->edge[i];

		digest = add_size(digest, e->a);
		digest = add_size(digest, e->b);
		digest = add_number(digest, e->weight);
	}
	return digest;
}

uint32_t
cv_digest_options(uint32_t digest, const struct train_opts *o, size_t T)
{
	const size_t flag[] = {o->ovr, o->normalize, o->balance,
	    o->scale_target, o->standardize, o->intercept, o->solve.max_iter,
	    o->block_scale, o->cv.path, o->cv.grid};
	const double number[] = {o->cost, o->share, o->delta, o->solve.tol,
	    o->cv.ratio};

	digest = add_option(digest, train_name(o, T));
	digest = add_option(digest, o->penalty);
	digest = add_option(digest, o->lambda);
	digest = add_option(digest, o->loss);
	digest = add_option(digest, o->cv.metric != NULL ?
		o->cv.metric->name : NULL);
	digest = add_shaping(digest, &o->shaping);
	for (size_t i = 0; i < sizeof flag / sizeof *flag; i++)
		digest = add_size(digest, flag[i]);
	for (size_t i = 0; i < sizeof number / sizeof *number; i++)
		digest = add_number(digest, number[i]);
	return digest;
}
