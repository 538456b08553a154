#include "model/model_fit.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"

static bool
copy_str(struct str *to, struct str from)
{
	char *text = mem_text(from.s, from.len);

	*to = (struct str){text, from.len};
	return text != NULL;
}

static bool
copy_block(struct model_block *to, const struct fit_block *from)
{
	to->loss = from->loss;
	to->col = from->col;
	to->cols = from->cols;
	for (size_t k = 0; k < from->labels.K; k++)
		if (names_add(&to->label, from->labels.label[k]) == SIZE_MAX)
			return false;
	return true;
}

static bool
copy_task(struct model_task *to, const struct dataset *ds, size_t t,
    const struct fit *fit)
{
	const struct task *task = &ds->task[t];

	to->block = fit->pooled ? 0 : t;
	to->rows = (double)task->n;
	to->weight = fit->task_weight[t];
	to->lambda = fit->own_lambda != NULL ? fit->own_lambda[t] : 0;
	to->delta = fit->delta[t];
	to->scale = fit->divisor[t];
	return copy_str(&to->name, task->name) &&
	    copy_str(&to->target, ds->target[task->target].name) &&
	    copy_str(&to->value, task->value.s != NULL ? task->value :
							  str_of(""));
}

/* The options of single terms, and of modalities. */
static bool
note_shaping(struct model *m, const struct fit *fit, const struct shaping *s)
{
	struct penalty penalty = fit->penalty;
	const struct term *t;
	bool cluster = false;

	for (size_t k = 0; (t = penalty_term(&penalty, k)) != NULL; k++)
		cluster = cluster || t->kind == &term_cluster;
	return (!cluster ||
		   (model_note_num(m, "clusters", 
		    (double)shaping_clusters(s)) &&
		       model_note_num(m, "eta", shaping_eta(s)))) &&
	    (s->task_order == NULL ||
		model_note(m, "task-order", s->task_order)) &&
	    (s->modality_weight == NULL ||
		model_note(m, "modality-weight", s->modality_weight));
}

static bool
note_settings(struct model *m, const struct fit *fit,
    const struct train_opts *opts)
{
	static const char *const normalize[] = {"rows", "tasks", "none"};
	static const char *const intercept[] = {"free", "penalized", "none"};
	char penalty[512], lambda[512];

	penalty_show(penalty, sizeof penalty, &fit->penalty);
	penalty_show_lambdas(lambda, sizeof lambda, &fit->penalty);
	/* Tasks that chose for themselves have theirs in task records. */
	if (fit->own_lambda != NULL)
		lambda[0] = '\0';
	return model_note(m, "method", train_name(opts, fit->T)) &&
	    model_note(m, "penalty", penalty) &&
	    model_note(m, "lambda", lambda) &&
	    note_shaping(m, fit, &opts->shaping) &&
	    (!opts->block_scale || model_note(m, "block-scale", "yes")) &&
	    (fit->method->sharing != SHARE_LOSSES ||
		model_note_num(m, "share", opts->share)) &&
	    model_note(m, "multiclass", opts->ovr ? "ovr" : "softmax") &&
	    model_note(m, "normalize", normalize[opts->normalize]) &&
	    model_note(m, "balance", opts->balance ? "yes" : "no") &&
	    model_note(m, "scale-target", opts->scale_target ? "yes" : "no") &&
	    model_note(m, "standardize", opts->standardize ? "yes" : "no") &&
	    model_note(m, "intercept", intercept[opts->intercept]) &&
	    model_note_num(m, "n", fit->n);
}

/* How well it was solved; both certificates relative. */
static bool
note_result(struct model *m, const struct fit *fit,
    const struct train_opts *opts)
{
	const struct solve_info *info = &fit->info;
	double gap = info->gap;

	if (!info->residual)
		gap = info->null > 0 ? gap / info->null : 0;
	return model_note_num(m, "objective", info->objective) &&
	    model_note_num(m, "null", info->null) &&
	    model_note_num(m, info->residual ? "residual" : "gap", gap) &&
	    model_note_num(m, "tol", opts->solve.tol) &&
	    model_note_num(m, "iterations", (double)info->iterations) &&
	    model_note(m, "converged", info->converged ? "yes" : "no");
}

static bool
copy_features(struct model *m, const struct dataset *ds)
{
	for (size_t j = 0; j < ds->d; j++)
		if (names_add(&m->feature, ds->feature.name[j]) == SIZE_MAX)
			return false;
	m->mean = mem_new(ds->d, sizeof *m->mean);
	m->scale = mem_new(ds->d, sizeof *m->scale);
	return m->mean != NULL && m->scale != NULL;
}

/* The components of a sum. */
static bool
copy_parts(struct model *m, const struct fit *fit)
{
	size_t n = fit->penalty.components;

	if (fit->P == NULL)
		return true;
	m->P = mat_new(n * m->d, m->C);
	if (m->P == NULL)
		return false;
	m->parts = n;
	memcpy(m->P, fit->P, n * m->d * m->C * sizeof *m->P);
	return true;
}

static bool
copy_ties(struct model *m, const struct ties *ties)
{
	size_t C = m->C;

	if (ties->relation != NULL) {
		if ((m->relation = mat_new(C, C)) == NULL)
			return false;
		memcpy(m->relation, ties->relation,
		    C * C * sizeof *m->relation);
	}
	if (ties->cluster != NULL) {
		if ((m->cluster = mem_new(C, sizeof *m->cluster)) == NULL)
			return false;
		memcpy(m->cluster, ties->cluster, C * sizeof *m->cluster);
	}
	if (ties->edges > 0) {
		m->edge = mem_new(ties->edges, sizeof *m->edge);
		if (m->edge == NULL)
			return false;
		m->edges = ties->edges;
		memcpy(m->edge, ties->edge, m->edges * sizeof *m->edge);
	}
	return true;
}

enum mtl_status
model_from_fit(struct model *m, const struct dataset *ds,
    const struct fit *fit, const struct train_opts *opts, struct mtl_err *err)
{
	bool ok = true;
	enum mtl_status st = model_init(m, ds->T, fit->B, err);

	if (st != MTL_OK)
		return st;
	m->layout = ds->layout;
	m->pooled = fit->pooled;
	m->C = fit->C;
	for (size_t k = 0; k < fit->B; k++)
		ok = ok && copy_block(&m->block[k], &fit->block[k]);
	for (size_t t = 0; t < ds->T; t++)
		ok = ok && copy_task(&m->task[t], ds, t, fit);
	ok = ok && copy_features(m, ds);
	if (ok && (st = model_alloc_weights(m, err)) == MTL_OK) {
		memcpy(m->mean, fit->standard.mean, ds->d * sizeof *m->mean);
		memcpy(m->scale, fit->standard.scale,
		    ds->d * sizeof *m->scale);
		memcpy(m->W, fit->W, ds->d * fit->C * sizeof *m->W);
		memcpy(m->b, fit->b, fit->C * sizeof *m->b);
		ok = copy_parts(m, fit) && copy_ties(m, &fit->ties) &&
		    note_settings(m, fit, opts) && note_result(m, fit, opts);
	}
	if (st == MTL_OK && !ok)
		st = err_nomem(err);
	if (st != MTL_OK)
		model_clear(m);
	return st;
}
