#include "learn/start.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "learn/gram.h"
#include "learn/point.h"

/* From raw features and targets to the fit's: W_j sigma_j / divisor. */
static void
to_fit(double *W, const struct fit *fit)
{
	for (size_t j = 0; j < fit->d; j++)
		for (size_t k = 0; k < fit->B; k++) {
			const struct fit_block *fb = &fit->block[k];
			double *w = W + j * fit->C + fb->col;

			for (size_t c = 0; c < fb->cols; c++)
				w[c] *= fit->standard.scale[j] /
				    fit->divisor[k];
		}
}

static bool
holds_same(const struct component *m)
{
	for (size_t k = 0; k < m->terms; k++)
		if (m->term[k].kind == &term_same)
			return true;
	return false;
}

/* The component that takes all of W where parts are not known. */
static size_t
whole(const struct penalty *p)
{
	for (size_t i = 0; i < p->components; i++)
		if (!holds_same(&p->component[i]))
			return i;
	return 0;
}

/* Raw weights by their names into the components P. */
static enum mtl_status
fill(double *P, const struct training *tr)
{
	const struct train_start *s = tr->opts->start;
	const struct fit *fit = tr->fit;
	const struct penalty *pen = &fit->penalty;
	size_t size = fit->d * fit->C;
	enum mtl_status st = MTL_OK;

	if (pen->components != s->parts)
		return s->weights(P + whole(pen) * size, SIZE_MAX, s->model,
		    fit, tr->ds, tr->err);
	for (size_t i = 0; st == MTL_OK && i < s->parts; i++)
		st = s->weights(P + i * size, i, s->model, fit, tr->ds,
		    tr->err);
	return st;
}

/* The fit's coordinates; columns that must be equal are. */
static void
convert(double *P, const struct training *tr)
{
	const struct fit *fit = tr->fit;

	for (size_t i = 0; i < fit->penalty.components; i++) {
		double *W = P + i * fit->d * fit->C;

		to_fit(W, fit);
		if (holds_same(&fit->penalty.component[i]))
			term_same.prox(W, &tr->p.shape, 0, NULL, NULL);
	}
}

/* True if the objective at P is below that of W = 0; false if not finite. */
static enum mtl_status
gains(bool *less, const double *P, const struct training *tr)
{
	size_t threads = tr->opts->solve.threads;
	size_t size = tr->fit->penalty.components * tr->p.d * tr->p.C;
	struct point pt = {0};
	double null, norm;
	enum mtl_status st = point_init(&pt, &tr->p, tr->err);

	if (st == MTL_OK) {
		point_null(&pt, &null, &norm, &tr->p, threads);
		memcpy(pt.P, P, size * sizeof *P);
		point_value(&pt, &tr->p, false, threads);
		*less = pt.loss + pt.penalty < null;
	}
	point_clear(&pt, &tr->p);
	return st;
}

static bool
all_zero(const double *P, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (P[i] != 0)
			return false;
	return true;
}

enum mtl_status
start_weights(double *V, double *P, bool *warm, struct training *tr)
{
	const struct fit *fit = tr->fit;
	size_t size = fit->penalty.components * fit->d * fit->C;
	double *W = P != NULL ? P : V;
	enum mtl_status st;

	*warm = false;
	if (tr->opts->start == NULL ||
	    (penalty_quadratic(&fit->penalty) && gram_fits(&tr->p)))
		return MTL_OK;
	if ((st = fill(W, tr)) != MTL_OK)
		return st;
	if (all_zero(W, size)) {
		notes_add(tr->notes, NOTE, "--init: the model has no weights "
		    "for these features and tasks: not used");
		return MTL_OK;
	}
	convert(W, tr);
	if ((st = gains(warm, W, tr)) != MTL_OK)
		return st;
	if (!*warm) {
		notes_add(tr->notes, NOTE, "--init: on these rows the model's "
		    "weights are worth no more than none: not used");
		memset(W, 0, size * sizeof *W);
	}
	return MTL_OK;
}
