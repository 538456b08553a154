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
	    .of = mem_new(p->B, sizeof(double))};
	pt->P = J == 1 ? pt->V : mat_new(J * p->d, p->C);
	if (pt->V == NULL || pt->P == NULL || pt->z == NULL ||
	    pt->r == NULL || pt->G == NULL || pt->work == NULL ||
	    pt->copy == NULL || pt->room == NULL || pt->of == NULL)
		goto nomem;
	for (size_t k = 0; k < p->B; k++) {
		const struct block *block = &p->block[k];

		if (k < point_images(p) && (pt->z[k] =
			    mem_new(point_image(p, k), sizeof(double))) == NULL)
			goto nomem;
		if (p->gram == NULL && (pt->r[k] =
			    mat_new(block->n, block->cols)) == NULL)
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
	bool moved;
	bool *nomem; /* [B] */
};

static void
value_of(void *arg, size_t k)
{
	struct update *u = arg;
	const struct problem *p = u->p;
	const struct block *block = &p->block[k];
	struct point *pt = u->pt;
	size_t K = block->cols;
	double *work = mat_new(K, K + 3);
	double *scratch = mem_new(block_scratch(p, block), sizeof(double));

	if (work == NULL || scratch == NULL) {
		u->nomem[k] = true;
		goto out;
	}
	if (!u->moved)
		block_predict(pt->z[k], p, block, pt->V, scratch);
	block_fit_intercept(pt->z[k], pt->V + p->d * p->C + block->col, p,
	    block, work);
	pt->of[k] = block_loss(p, block, pt->z[k]);
out:
	free(work);
	free(scratch);
}

static void
gradient_of(void *arg, size_t k)
{
	struct update *u = arg;
	const struct problem *p = u->p;
	const struct block *block = &p->block[k];
	double *r = u->pt->r[k];
	double *work = mat_new(2, block->cols);
	double *scratch = mem_new(block_scratch(p, block), sizeof(double));

	if (work == NULL || scratch == NULL) {
		u->nomem[k] = true;
		goto out;
	}
	block_slopes(r, p, block, u->pt->z[k]);
	block_balance(r, p, block, work);
	block_gradient(u->pt->G, p, block, r, scratch);
out:
	free(work);
	free(scratch);
}

static enum mtl_status
for_blocks(struct point *pt, const struct problem *p, bool moved,
    void (*work)(void *arg, size_t k), size_t threads, struct mtl_err *err)
{
	struct update u = {pt, p, moved, mem_new(p->B, sizeof(bool))};
	enum mtl_status st = MTL_OK;

	if (u.nomem == NULL)
		return err_nomem(err);
	threads_for(p->B, threads, work, &u);
	for (size_t k = 0; k < p->B; k++)
		if (u.nomem[k])
			st = err_nomem(err);
	free(u.nomem);
	return st;
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
	pt->loss = fmax(0, pt->loss);
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

enum mtl_status
point_value(struct point *pt, const struct problem *p, bool moved,
    size_t threads, struct mtl_err *err)
{
	enum mtl_status st = MTL_OK;

	add_components(pt, p);
	if (p->gram != NULL)
		gram_value(pt, p, moved, threads);
	else
		st = for_blocks(pt, p, moved, value_of, threads, err);
	for (size_t k = 0; k < p->B && p->gram == NULL; k++)
		pt->loss = k == 0 ? pt->of[k] : pt->loss + pt->of[k];
	pt->penalty = point_penalty(pt, p, pt->P, pt->V + p->d * p->C);
	return st;
}

enum mtl_status
point_gradient(struct point *pt, const struct problem *p, size_t threads,
    struct mtl_err *err)
{
	if (p->gram == NULL)
		return for_blocks(pt, p, false, gradient_of, threads, err);
	for (size_t i = 0; i < p->d * p->C; i++)
		pt->G[i] = pt->z[0][i] - p->gram->a[i];
	return MTL_OK;
}

enum mtl_status
point_update(struct point *pt, const struct problem *p, bool moved,
    size_t threads, struct mtl_err *err)
{
	enum mtl_status st = point_value(pt, p, moved, threads, err);

	return st == MTL_OK ? point_gradient(pt, p, threads, err) : st;
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

enum mtl_status
point_null(struct point *pt, double *loss, double *gradient,
    const struct problem *p, size_t threads, struct mtl_err *err)
{
	double *b = pt->V + p->d * p->C, sum = 0;
	enum mtl_status st;

	memset(pt->P, 0, p->penalty->components * p->d * p->C *
	    sizeof *pt->P);
	memset(b, 0, p->C * sizeof *b);
	for (size_t k = 0; k < p->B; k++)
		for (size_t c = 0; p->block[k].fixed &&
		    c < p->block[k].cols; c++)
			b[p->block[k].col + c] = p->block[k].intercept;
	st = point_update(pt, p, false, threads, err);
	for (size_t i = 0; i < p->d * p->C; i++)
		sum += pt->G[i] * pt->G[i];
	*gradient = sqrt(sum);
	*loss = pt->loss + pt->penalty;
	return st;
}

void
point_clear(struct point *pt, const struct problem *p)
{
	for (size_t k = 0; k < p->B; k++) {
		if (pt->z != NULL)
			free(pt->z[k]);
		if (pt->r != NULL)
			free(pt->r[k]);
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
	*pt = (struct point){0};
}
