#include "model/model_start.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"

/* A fit's columns beside the model's. */
struct match {
	const struct model *m;
	const struct fit *fit;
	const struct dataset *ds;
	struct names task; /* the model's */
	size_t *feature;   /* [d] the model's row of each; SIZE_MAX: none */
	double *count;     /* [C] columns that were added up */
};

/* The model's column that stands for the same class, or SIZE_MAX. */
static size_t
column_of(const struct model_block *mb, const struct fit_block *fb, size_t c)
{
	const struct labels *l = &fb->labels;
	size_t k;

	if (l->K == 0 || mb->label.n == 0)
		return l->K == mb->label.n ? mb->col : SIZE_MAX;
	if (fb->cols == l->K && mb->cols == mb->label.n) {
		k = names_find(&mb->label, l->label[c]);
		return k != SIZE_MAX ? mb->col + k : SIZE_MAX;
	}
	/* One column is the second class against the first. */
	return fb->cols == 1 && mb->cols == 1 && l->K == 2 &&
		mb->label.n == 2 && names_find(&mb->label, l->label[0]) == 0 &&
		names_find(&mb->label, l->label[1]) == 1 ?
	    mb->col : SIZE_MAX;
}

/* Adds the columns of the model's block to the fit's. */
static void
add_block(double *W, const double *from, struct match *mt,
    const struct model_block *mb, const struct fit_block *fb)
{
	for (size_t c = 0; c < fb->cols; c++) {
		size_t at = column_of(mb, fb, c);

		if (at == SIZE_MAX)
			continue;
		mt->count[fb->col + c]++;
		for (size_t j = 0; j < mt->fit->d; j++)
			if (mt->feature[j] != SIZE_MAX)
				W[j * mt->fit->C + fb->col + c] +=
				    from[mt->feature[j] * mt->m->C + at];
	}
}

/* The columns of block k: the mean over those of its tasks. */
static void
fill_block(double *W, const double *from, struct match *mt, size_t k)
{
	const struct fit *fit = mt->fit;
	const struct fit_block *fb = &fit->block[k];
	size_t first = fit->pooled ? 0 : k;
	size_t end = fit->pooled ? fit->T : k + 1;
	bool done = false;

	for (size_t t = first; t < end && !done; t++) {
		size_t i = names_find(&mt->task, mt->ds->task[t].name);

		if (i == SIZE_MAX)
			continue;
		add_block(W, from, mt, &mt->m->block[mt->m->task[i].block],
		    fb);
		done = mt->m->pooled; /* all tasks have the same */
	}
	for (size_t c = fb->col; c < fb->col + fb->cols; c++)
		for (size_t j = 0; j < fit->d && mt->count[c] > 1; j++)
			W[j * fit->C + c] /= mt->count[c];
}

static enum mtl_status
match_names(struct match *mt, struct mtl_err *err)
{
	mt->feature = mem_new(mt->fit->d, sizeof *mt->feature);
	mt->count = mem_new(mt->fit->C, sizeof *mt->count);
	if (mt->feature == NULL || mt->count == NULL)
		return err_nomem(err);
	for (size_t t = 0; t < mt->m->T; t++)
		if (names_add(&mt->task, mt->m->task[t].name) == SIZE_MAX)
			return err_nomem(err);
	for (size_t j = 0; j < mt->fit->d; j++)
		mt->feature[j] = names_find(&mt->m->feature,
		    mt->ds->feature.name[j]);
	return MTL_OK;
}

static enum mtl_status
weights(double *W, size_t part, const void *model, const struct fit *fit,
    const struct dataset *ds, struct mtl_err *err)
{
	const struct model *m = model;
	struct match mt = {.m = m, .fit = fit, .ds = ds};
	const double *from = part == SIZE_MAX ? m->W :
						m->P + part * m->d * m->C;
	enum mtl_status st = match_names(&mt, err);

	for (size_t k = 0; st == MTL_OK && k < fit->B; k++)
		fill_block(W, from, &mt, k);
	names_clear(&mt.task);
	free(mt.feature);
	free(mt.count);
	return st;
}

void
model_start(struct train_start *s, const struct model *m)
{
	*s = (struct train_start){.model = m, .parts = m->parts,
	    .weights = weights};
}
