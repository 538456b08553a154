#include "data/gen.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/gen_classification.h"
#include "data/gen_regression.h"

static bool
name_features(struct names *names, const char *modality, size_t d)
{
	size_t room = strlen(modality) + 32;
	char *name = mem_new(room, 1);
	bool ok = name != NULL;

	for (size_t j = 1; ok && j <= d; j++) {
		snprintf(name, room, "%s%sx%zu", modality,
		    *modality != '\0' ? ":" : "", j);
		ok = names_add(names, str_of(name)) != SIZE_MAX;
	}
	free(name);
	return ok;
}

static bool
prepare(struct gen *g)
{
	const struct gen_opts *o = g->o;
	bool ok = true;

	if (o->modalities == 0)
		ok = name_features(&g->feature, "", g->d);
	for (size_t m = 0; ok && m < o->modalities; m++)
		ok = name_features(&g->feature, o->modality[m].name.s,
		    o->modality[m].d);
	g->x = mem_new(g->d, sizeof *g->x);
	g->y = mem_new(g->R, sizeof *g->y);
	g->keep = mem_new(o->modalities, sizeof *g->keep);
	return ok && g->x != NULL && g->y != NULL && g->keep != NULL;
}

enum mtl_status
gen_init(struct gen *g, const struct gen_opts *o, uint32_t seed,
    struct mtl_err *err)
{
	bool targets = !o->family && o->kind == GEN_REGRESSION;
	enum mtl_status st;

	*g = (struct gen){.o = o, .d = o->features, .T = o->tasks,
	    .R = targets ? o->targets : 1};
	rng_seed(&g->rng, seed);
	rng_seed(&g->mask, UINT32_MAX - seed);
	if (o->family)
		st = gen_family_init(&g->family, o, &g->rng, err);
	else if (o->kind == GEN_CLASSIFICATION)
		st = gen_classification(&g->sample, o, &g->rng, err);
	else
		st = gen_regression(&g->sample, o, &g->rng, err);
	g->C = o->family ? g->T * g->family.cols : g->R;
	if (st == MTL_OK && !prepare(g))
		st = err_nomem(err);
	if (st != MTL_OK)
		gen_clear(g);
	return st;
}

/* Empties modalities of g->x, never all of them. */
static void
hide_modalities(struct gen *g)
{
	const size_t *first = g->family.factors.first;
	size_t M = g->o->modalities, best = 0;

	for (size_t m = 0; m < M; m++) {
		g->keep[m] = rng_uniform(&g->mask);
		if (g->keep[m] > g->keep[best])
			best = m;
	}
	for (size_t m = 0; m < M; m++)
		for (size_t j = first[m]; m != best && j < first[m + 1] &&
		     g->keep[m] < g->o->missing_modality; j++)
			g->x[j] = NAN;
}

/* The row's values before any is left out; false at the end. */
static bool
next_values(struct gen *g, size_t *task)
{
	const struct gen_sample *s = &g->sample;
	size_t i;

	*task = 0;
	if (g->o->family) {
		if (!gen_family_next(&g->family, task, &g->rng))
			return false;
		memcpy(g->x, g->family.x, g->d * sizeof *g->x);
		g->y[0] = g->family.y;
	} else {
		if (g->next == s->n)
			return false;
		i = s->row[g->next];
		for (size_t j = 0; j < g->d; j++)
			g->x[j] = s->X[i * s->d + s->column[j]];
		memcpy(g->y, s->y + i * s->R, s->R * sizeof *g->y);
	}
	g->next++;
	return true;
}

static enum mtl_status
check_finite(const struct gen *g, struct mtl_err *err)
{
	char shown[STR_SHOWN];

	for (size_t j = 0; j < g->d; j++)
		if (!isfinite(g->x[j]))
			return err_set(err, MTL_NUMERIC, "row %zu: column "
			    "'%s' is too large for a number", g->next,
			    str_show(shown, g->feature.name[j]));
	for (size_t r = 0; r < g->R; r++)
		if (!isfinite(g->y[r]))
			return err_set(err, MTL_NUMERIC, "row %zu: the "
			    "target is too large for a number", g->next);
	return MTL_OK;
}

enum mtl_status
gen_next(struct gen *g, struct gen_row *row, bool *end, struct mtl_err *err)
{
	enum mtl_status st;

	*row = (struct gen_row){0, g->x, g->y};
	*end = !next_values(g, &row->task);
	if (*end)
		return MTL_OK;
	st = check_finite(g, err);
	if (st == MTL_OK && g->o->missing_modality > 0)
		hide_modalities(g);
	for (size_t r = 0; g->o->missing_label > 0 && r < g->R; r++)
		if (rng_uniform(&g->mask) < g->o->missing_label)
			g->y[r] = NAN;
	return st;
}

enum mtl_status
gen_truth(const struct gen *g, double *W, double *b, struct mtl_err *err)
{
	const struct gen_sample *s = &g->sample;
	bool numbers = g->o->kind == GEN_REGRESSION;

	if (!g->o->family && !numbers)
		return err_set(err, MTL_USAGE, "--truth: clusters of a "
		    "hypercube have no true coefficients (give --kind "
		    "regression, --tasks or --modalities)");
	for (size_t c = 0; c < g->C; c++)
		b[c] = numbers ? g->o->bias : 0;
	if (g->o->family)
		return gen_family_truth(&g->family, W, err);
	for (size_t j = 0; j < g->d; j++)
		memcpy(W + j * s->R, s->W + s->column[j] * s->R,
		    s->R * sizeof *W);
	return MTL_OK;
}

void
gen_clear(struct gen *g)
{
	names_clear(&g->feature);
	gen_sample_clear(&g->sample);
	gen_family_clear(&g->family);
	free(g->x);
	free(g->y);
	free(g->keep);
	memset(g, 0, sizeof *g);
}
