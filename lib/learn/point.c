#include "learn/point.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/threads.h"
#include "learn/component.h"
#include "learn/dual.h"
#include "learn/gram.h"

size_t
point_images(const struct problem *p)
{
	return p->gram != NULL ? 1 : p->B;
}

size_t
point_image(const struct problem *p, size_t k)
{
	return p->gram != NULL ? p->d * p->C :
				 p->block[k].n * p->block[k].cols;
}

enum mtl_status
point_init(struct point *pt, const struct problem *p, struct mtl_err *err)
{
	size_t J = p->penalty->components;

	*pt = (struct point){.V = mat_new(p->d + 1, p->C),
	    .z = mem_new(p->B, sizeof *pt->z),
	    .r = mem_new(p->B, sizeof *pt->r),
	    .G = mat_new(p->d + 1, p->C),
	    .work = mat_new(p->d + 1, p->C),
	    .copy = mat_new(p->d + 1, p->C),
	    .room = mem_new(penalty_room(p->penalty, &p->shape),
		sizeof(double)),
	    .of = mem_new(p->B, sizeof(double)),
	    .fit = mem_new(p->B, sizeof *pt->fit)};
	pt->P = J == 1 ? pt->V : mat_new(J * p->d, p->C);
	if (pt->V == NULL || pt->P == NULL || pt->z == NULL ||
	    pt->r == NULL || pt->G == NULL || pt->work == NULL ||
	    pt->copy == NULL || pt->room == NULL || pt->of == NULL ||
	    pt->fit == NULL)
		goto nomem;
	if (p->gram == NULL && bands_init(&pt->bands, p, err) != MTL_OK)
		goto nomem;
	for (size_t k = 0; k < p->B; k++) {
		const struct block *block = &p->block[k];

		if (k < point_images(p) && (pt->z[k] =
			    mem_new(point_image(p, k), sizeof(double))) == NULL)
			goto nomem;
		if (p->gram == NULL &&
		    ((pt->r[k] = mat_new(block->n, block->cols)) == NULL ||
			(pt->fit[k] = mat_new(block->cols,
			     block->cols + 3)) == NULL))
			goto nomem;
		for (size_t c = 0; block->fixed && c < block->cols; c++)
			pt->V[p->d * p->C + block->col + c] =
			    block->intercept;
	}
	return MTL_OK;
nomem:
	point_clear(pt, p);
	return err_nomem(err);
}

double
point_penalty(const struct point *pt, const struct problem *p,
    const double *P, const double *b)
{
	const struct penalty *pen = p->penalty;
	double total = 0;

	for (size_t i = 0; i < pen->components; i++)
		total += component_value(&pen->component[i],
		    P + i * p->d * p->C, &p->shape, pt->room);
	/* A gram's losses hold the intercepts and their penalty. */
	if (p->intercept == INTERCEPT_PENALIZED && p->gram == NULL)
		for (size_t c = 0; c < p->C; c++)
			total += p->intercept_l2 / 2 * b[c] * b[c];
	return total;
}

/* Blocks are updated in threads; each writes to places of its own. */
struct update {
	struct point *pt;
	const struct problem *p;
};

static void
value_of(void *arg, size_t k)
{
	const struct update *u = arg;
	const struct block *block = &u->p->block[k];
	struct point *pt = u->pt;

	block_fit_intercept(pt->z[k], pt->V + u->p->d * u->p->C + block->col,
	    u->p, block, pt->fit[k]);
	pt->of[k] = block_loss(u->p, block, pt->z[k]);
}

static void
slopes_of(void *arg, size_t k)
{
	const struct update *u = arg;
	const struct block *block = &u->p->block[k];

	block_slopes(u->pt->r[k], u->p, block, u->pt->z[k]);
	block_balance(u->pt->r[k], u->p, block, u->pt->fit[k]);
}

/* W = sum of the components. */
static void
add_components(struct point *pt, const struct problem *p)
{
	size_t size = p->d * p->C;

	if (p->penalty->components == 1)
		return;
	memcpy(pt->V, pt->P, size * sizeof *pt->V);
	for (size_t i = 1; i < p->penalty->components; i++)
		for (size_t k = 0; k < size; k++)
			pt->V[k] += pt->P[i * size + k];
}

/* The loss from A W: sum of constant + 1/2 w'A w - w'a. */
static void
gram_value(struct point *pt, const struct problem *p, bool moved,
    size_t threads)
{
	const struct gram *g = p->gram;
	const double *AW = pt->z[0];

	if (!moved)
		gram_apply(pt->z[0], g, pt->V, threads);
	pt->loss = 0;
	for (size_t c = 0; c < p->C; c++)
		pt->loss += g->constant[c];
	for (size_t i = 0; i < p->d * p->C; i++)
		pt->loss += pt->V[i] * (AW[i] / 2 - g->a[i]);
	/* Below 0 is rounding; what is no number stays that. */
	if (pt->loss < 0)
		pt->loss = 0;
}

static double
gram_conjugate(const struct point *pt, const struct problem *p, double s)
{
	double along = 0;

	for (size_t c = 0; c < p->C; c++)
		along += 2 * p->gram->constant[c];
	for (size_t i = 0; i < p->d * p->C; i++)
		along -= pt->V[i] * p->gram->a[i];
	/* theta = q - Z w: s^2/2 ||theta||^2 - s theta'q */
	return s * s * pt->loss - s * along;
}

void
point_loss(struct point *pt, const struct problem *p, bool moved,
    size_t threads)
{
	struct update u = {pt, p};

	add_components(pt, p);
	if (p->gram != NULL) {
		gram_value(pt, p, moved, threads);
	} else {
		if (!moved)
			bands_predict(pt->z, &pt->bands, p, pt->V, threads);
		threads_for(p->B, threads, value_of, &u);
		pt->loss = 0;
		for (size_t k = 0; k < p->B; k++)
			pt->loss += pt->of[k];
	}
}

void
point_value(struct point *pt, const struct problem *p, bool moved,
    size_t threads)
{
	point_loss(pt, p, moved, threads);
	pt->penalty = point_penalty(pt, p, pt->P, pt->V + p->d * p->C);
}

void
point_gradient(struct point *pt, const struct problem *p, size_t threads)
{
	struct update u = {pt, p};

	if (p->gram == NULL) {
		threads_for(p->B, threads, slopes_of, &u);
		bands_gradient(pt->G, &pt->bands, p, pt->r, threads);
		return;
	}
	for (size_t i = 0; i < p->d * p->C; i++)
		pt->G[i] = pt->z[0][i] - p->gram->a[i];
}

void
point_update(struct point *pt, const struct problem *p, bool moved,
    size_t threads)
{
	point_value(pt, p, moved, threads);
	point_gradient(pt, p, threads);
}

struct scaled {
	const struct point *pt;
	const struct problem *p;
	double s;
};

static void
conjugate_of(void *arg, size_t k)
{
	struct scaled *cj = arg;

	cj->pt->of[k] = block_conjugate(cj->pt->r[k], cj->s, cj->p,
	    &cj->p->block[k]);
}

double
point_conjugate(const struct point *pt, const struct problem *p, double s,
    size_t threads)
{
	struct scaled cj = {pt, p, s};
	double total = 0;

	if (p->gram != NULL)
		return gram_conjugate(pt, p, s);
	threads_for(p->B, threads, conjugate_of, &cj);
	for (size_t k = 0; k < p->B; k++)
		total += pt->of[k];
	return total;
}

void
point_null(struct point *pt, double *loss, double *gradient,
    const struct problem *p, size_t threads)
{
	double *b = pt->V + p->d * p->C, sum = 0;

	memset(pt->P, 0, p->penalty->components * p->d * p->C *
	    sizeof *pt->P);
	memset(b, 0, p->C * sizeof *b);
	for (size_t k = 0; k < p->B; k++)
		for (size_t c = 0; p->block[k].fixed &&
		    c < p->block[k].cols; c++)
			b[p->block[k].col + c] = p->block[k].intercept;
	point_update(pt, p, false, threads);
	for (size_t i = 0; i < p->d * p->C; i++)
		sum += pt->G[i] * pt->G[i];
	*gradient = sqrt(sum);
	*loss = pt->loss + pt->penalty;
}

void
point_clear(struct point *pt, const struct problem *p)
{
	for (size_t k = 0; k < p->B; k++) {
		if (pt->z != NULL)
			free(pt->z[k]);
		if (pt->r != NULL)
			free(pt->r[k]);
		if (pt->fit != NULL)
			free(pt->fit[k]);
	}
	free(pt->z);
	free(pt->r);
	if (pt->P != pt->V)
		free(pt->P);
	free(pt->V);
	free(pt->G);
	free(pt->work);
	free(pt->copy);
	free(pt->room);
	free(pt->of);
	free(pt->fit);
	bands_clear(&pt->bands);
	*pt = (struct point){0};
}
