#include "learn/precondition.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/blas.h"
#include "base/lapack.h"
#include "base/mem.h"
#include "base/threads.h"
#include "learn/component.h"

/* Doubles that all dense factors together may take: 512 MB. */
static const size_t DENSE_MOST = (size_t)1 << 26;

bool
intercept_moves(const struct problem *p, const struct block *block)
{
	return p->intercept != INTERCEPT_NONE && !block->fixed;
}

enum mtl_status
precondition_init(struct precondition *pc, const struct problem *p,
    struct mtl_err *err)
{
	size_t side = p->d + 1, all;

	pc->dense = p->d <= 4096 &&
	    !__builtin_mul_overflow(side * side, p->C, &all) &&
	    all <= DENSE_MOST;
	pc->M = mat_new(p->C, pc->dense ? side * side : side);
	pc->x = mat_new(p->C, side);
	if (pc->M != NULL && pc->x != NULL)
		return MTL_OK;
	precondition_clear(pc);
	return err_nomem(err);
}

/* Curvature of pair i in column k of its block. */
static double
curvature(const struct block *block, const double *probs,
    const struct chunk *ch, size_t i, size_t k)
{
	double prob = probs[(ch->at + i) * block->cols + k];

	if (block->loss != LOSS_SOFTMAX)
		return prob;
	return chunk_weight(ch, i) * prob * (1 - prob);
}

/*
 * Upper triangle of M += [x 1]' h [x 1] over a chunk; Z is scratch of CHUNK
 * rows of d + 1.
 */
static void
add_dense(double *M, double *Z, const struct problem *p,
    const struct block *block, const struct chunk *ch, const double *probs,
    size_t k)
{
	size_t side = p->d + 1;

	for (size_t i = 0; i < ch->n; i++) {
		double h = sqrt(curvature(block, probs, ch, i, k));
		const double *x = ch->X + i * p->d;
		double *z = Z + i * side;

		for (size_t j = 0; j < p->d; j++)
			z[j] = h * x[j];
		z[p->d] = h;
	}
	cblas_dsyrk(CblasRowMajor, CblasUpper, CblasTrans, blas_int(side),
	    blas_int(ch->n), 1.0, Z, blas_int(side), 1.0, M, blas_int(side));
}

static void
add_diagonal(double *M, const struct problem *p, const struct block *block,
    const struct chunk *ch, const double *probs, size_t k)
{
	for (size_t i = 0; i < ch->n; i++) {
		double h = curvature(block, probs, ch, i, k);
		const double *x = ch->X + i * p->d;

		for (size_t j = 0; j < p->d; j++)
			M[j] += h * x[j] * x[j];
		M[p->d] += h;
	}
}

/*
 * Adds the penalty's diagonal, column D, and factors. An intercept that does
 * not move gets the unit row; rounding is met by a small ridge, here only.
 * Without a penalty it is there from the first: collinear features shall not
 * blow up what rounding leaves of a gradient where there is none.
 */
static void
finish_dense(double *M, const struct problem *p, const struct block *block,
    const double *D)
{
	size_t d = p->d, side = d + 1;
	double trace = 0, ridge = 0, most = 0;
	double *copy;

	for (size_t j = 0; j < d; j++) {
		M[j * side + j] += D[j * p->C];
		most = fmax(most, D[j * p->C]);
	}
	if (!intercept_moves(p, block)) {
		for (size_t j = 0; j < d; j++)
			M[j * side + d] = 0;
		M[d * side + d] = 1;
	} else if (p->intercept == INTERCEPT_PENALIZED)
		M[d * side + d] += p->intercept_l2;
	for (size_t j = 0; j < side; j++)
		trace += M[j * side + j];
	if (most == 0)
		ridge = 1e-9 * trace / (double)side;
	copy = mem_new(side * side, sizeof *copy);
	for (int try = 0; copy != NULL && try < 20; try++) {
		memcpy(copy, M, side * side * sizeof *M);
		for (size_t j = 0; j < side; j++)
			copy[j * side + j] += ridge;
		if (lapack_potrf(copy, side)) {
			memcpy(M, copy, side * side * sizeof *M);
			free(copy);
			return;
		}
		ridge = ridge > 0 ? 10 * ridge : 1e-14 * (trace + 1e-300);
	}
	free(copy);
	/* Nothing sensible to factor: the identity. */
	memset(M, 0, side * side * sizeof *M);
	for (size_t j = 0; j < side; j++)
		M[j * side + j] = 1;
}

static void
finish_diagonal(double *M, const struct problem *p, const struct block *block,
    const double *D)
{
	for (size_t j = 0; j < p->d; j++)
		M[j] += D[j * p->C];
	if (!intercept_moves(p, block))
		M[p->d] = 1;
	else if (p->intercept == INTERCEPT_PENALIZED)
		M[p->d] += p->intercept_l2;
	for (size_t j = 0; j <= p->d; j++)
		if (!(M[j] > 0))
			M[j] = 1;
}

struct update {
	struct precondition *pc;
	const struct problem *p;
	double *const *probs;
	const double *D; /* [d][C] diagonal of the penalty */
	bool *nomem;     /* [B] */
};

static void
update_block(void *arg, size_t b)
{
	struct update *u = arg;
	const struct problem *p = u->p;
	const struct block *block = &p->block[b];
	size_t side = p->d + 1;
	size_t size = u->pc->dense ? side * side : side;
	double *scratch = mem_new(block_scratch(p, block), sizeof(double));
	double *Z = mem_new(u->pc->dense ? CHUNK * side : 1, sizeof(double));
	struct walk w = {.p = p, .block = block, .scratch = scratch};
	struct chunk ch;
	double *M = u->pc->M + block->col * size;

	if (scratch == NULL || Z == NULL) {
		u->nomem[b] = true;
		goto out;
	}
	memset(M, 0, block->cols * size * sizeof *M);
	while (walk_next(&w, &ch))
		for (size_t k = 0; k < block->cols; k++)
			if (u->pc->dense)
				add_dense(M + k * size, Z, p, block, &ch,
				    u->probs[b], k);
			else
				add_diagonal(M + k * size, p, block, &ch,
				    u->probs[b], k);
	for (size_t k = 0; k < block->cols; k++)
		if (u->pc->dense)
			finish_dense(M + k * size, p, block,
			    u->D + block->col + k);
		else
			finish_diagonal(M + k * size, p, block,
			    u->D + block->col + k);
out:
	free(scratch);
	free(Z);
}

enum mtl_status
precondition_update(struct precondition *pc, const struct problem *p,
    double *const *probs, size_t threads, struct mtl_err *err)
{
	double *D = mat_new(p->d, p->C);
	bool *nomem = mem_new(p->B, sizeof *nomem);
	struct update u = {pc, p, probs, D, nomem};
	enum mtl_status st = MTL_OK;

	if (D == NULL || nomem == NULL) {
		st = err_nomem(err);
		goto out;
	}
	component_diagonal(D, &p->penalty->component[0], &p->shape);
	threads_for(p->B, threads, update_block, &u);
	for (size_t b = 0; b < p->B; b++)
		if (nomem[b])
			st = err_nomem(err);
out:
	free(D);
	free(nomem);
	return st;
}

struct apply {
	double *out;
	struct precondition *pc;
	const struct problem *p;
	const double *g;
};

static void
apply_block(void *arg, size_t b)
{
	struct apply *a = arg;
	const struct problem *p = a->p;
	const struct block *block = &p->block[b];
	size_t side = p->d + 1, C = p->C;
	bool moves = intercept_moves(p, block);

	for (size_t c = block->col; c < block->col + block->cols; c++) {
		double *x = a->pc->x + c * side;

		for (size_t j = 0; j < side; j++)
			x[j] = a->g[j * C + c];
		if (!moves)
			x[p->d] = 0;
		if (a->pc->dense)
			lapack_potrs(a->pc->M + c * side * side, side, x, 1);
		else
			for (size_t j = 0; j < side; j++)
				x[j] /= a->pc->M[c * side + j];
		for (size_t j = 0; j < side; j++)
			a->out[j * C + c] = x[j];
	}
}

void
precondition_apply(double *out, struct precondition *pc,
    const struct problem *p, const double *g, size_t threads)
{
	struct apply a = {out, pc, p, g};

	threads_for(p->B, threads, apply_block, &a);
}

void
precondition_clear(struct precondition *pc)
{
	free(pc->M);
	free(pc->x);
	*pc = (struct precondition){0};
}
