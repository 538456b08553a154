#include "learn/point.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/threads.h"
#include "learn/dual.h"

enum mtl_status
point_init(struct point *pt, const struct problem *p, struct mtl_err *err)
{
	*pt = (struct point){mat_new(p->d + 1, p->C),
	    mem_new(p->B, sizeof *pt->z), mem_new(p->B, sizeof *pt->r),
	    mat_new(p->d + 1, p->C), mat_new(p->d + 1, p->C),
	    mem_new(p->pairing.groups, sizeof(double)),
	    mem_new(p->B, sizeof(double)), 0, 0};
	if (pt->V == NULL || pt->z == NULL || pt->r == NULL ||
	    pt->G == NULL || pt->work == NULL || pt->sum == NULL ||
	    pt->of == NULL)
		goto nomem;
	for (size_t k = 0; k < p->B; k++) {
		const struct block *block = &p->block[k];

		pt->z[k] = mat_new(block->n, block->cols);
		pt->r[k] = mat_new(block->n, block->cols);
		if (pt->z[k] == NULL || pt->r[k] == NULL)
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
point_penalty(const struct point *pt, const struct problem *p, const double *V)
{
	double total = penalty_value(p->penalty, V, p->d, &p->pairing,
	    pt->sum);
	const double *b = V + p->d * p->C;

	if (p->intercept == INTERCEPT_PENALIZED)
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
update_block(void *arg, size_t k)
{
	struct update *u = arg;
	const struct problem *p = u->p;
	const struct block *block = &p->block[k];
	struct point *pt = u->pt;
	size_t K = block->cols;
	double *work = mat_new(K, K + 3);
	double *scratch = mem_new(block_scratch(p, block), sizeof(double));
	double *z = pt->z[k], *r = pt->r[k];

	if (work == NULL || scratch == NULL) {
		u->nomem[k] = true;
		goto out;
	}
	if (!u->moved)
		block_predict(z, p, block, pt->V, scratch);
	block_fit_intercept(z, pt->V + p->d * p->C + block->col, p, block,
	    work);
	pt->of[k] = block_loss(p, block, z);
	block_slopes(r, p, block, z);
	block_balance(r, p, block, work);
	block_gradient(pt->G, p, block, r, scratch);
out:
	free(work);
	free(scratch);
}

enum mtl_status
point_update(struct point *pt, const struct problem *p, bool moved,
    size_t threads, struct mtl_err *err)
{
	struct update u = {pt, p, moved, mem_new(p->B, sizeof(bool))};
	enum mtl_status st = MTL_OK;

	if (u.nomem == NULL)
		return err_nomem(err);
	threads_for(p->B, threads, update_block, &u);
	pt->loss = 0;
	for (size_t k = 0; k < p->B; k++) {
		pt->loss += pt->of[k];
		if (u.nomem[k])
			st = err_nomem(err);
	}
	pt->penalty = point_penalty(pt, p, pt->V);
	free(u.nomem);
	return st;
}

struct conjugate {
	const struct point *pt;
	const struct problem *p;
	double s;
};

static void
conjugate_of(void *arg, size_t k)
{
	struct conjugate *cj = arg;

	cj->pt->of[k] = block_conjugate(cj->pt->r[k], cj->s, cj->p,
	    &cj->p->block[k]);
}

double
point_conjugate(const struct point *pt, const struct problem *p, double s,
    size_t threads)
{
	struct conjugate cj = {pt, p, s};
	double total = 0;

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

	memset(pt->V, 0, (p->d + 1) * p->C * sizeof *pt->V);
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
	free(pt->V);
	free(pt->G);
	free(pt->work);
	free(pt->sum);
	free(pt->of);
	*pt = (struct point){0};
}
