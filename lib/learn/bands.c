#include "learn/bands.h"

#include <stdlib.h>
#include <string.h>

#include "base/blas.h"
#include "base/mem.h"
#include "base/threads.h"

enum { WIDEST = 16 }; /* columns of a band of several blocks */

static bool
same_rows(const struct block *k, const struct block *l)
{
	if (k->segs != l->segs || k->n != l->n)
		return false;
	for (size_t s = 0; s < k->segs; s++) {
		const struct segment *a = &k->seg[s], *b = &l->seg[s];

		if (a->n != b->n)
			return false;
		if (a->row != b->row &&
		    memcmp(a->row, b->row, a->n * sizeof *a->row) != 0)
			return false;
	}
	return true;
}

static void
cut(struct bands *b, const struct problem *p)
{
	for (size_t k = 0; k < p->B; k++) {
		struct band *last = b->n > 0 ? &b->band[b->n - 1] : NULL;
		size_t cols = p->block[k].cols;

		if (last != NULL && last->cols + cols <= WIDEST &&
		    same_rows(&p->block[last->first], &p->block[k])) {
			last->blocks++;
			last->cols += cols;
			continue;
		}
		b->band[b->n++] = (struct band){.first = k, .blocks = 1,
		    .col = p->block[k].col, .cols = cols};
	}
}

enum mtl_status
bands_init(struct bands *b, const struct problem *p, struct mtl_err *err)
{
	*b = (struct bands){.band = mem_new(p->B, sizeof *b->band)};
	if (b->band == NULL)
		return err_nomem(err);
	cut(b, p);
	for (size_t i = 0; i < b->n; i++) {
		struct band *band = &b->band[i];
		size_t gather = block_scratch(p, &p->block[band->first]);

		band->part = mat_new(CHUNK, band->cols);
		band->rows = gather > 0 ? mem_new(gather, sizeof(double)) :
					  NULL;
		band->active = mem_new(p->d / SPARSE, sizeof *band->active);
		band->packed = mat_new(p->d / SPARSE, band->cols);
		band->few = mat_new(CHUNK, p->d / SPARSE);
		band->grad = mat_new(band->cols, p->d);
		if (band->part == NULL || band->active == NULL ||
		    band->packed == NULL || band->few == NULL ||
		    band->grad == NULL ||
		    (gather > 0 && band->rows == NULL)) {
			bands_clear(b);
			return err_nomem(err);
		}
	}
	return MTL_OK;
}

struct job {
	const struct bands *b;
	const struct problem *p;
	const double *V;
	double *const *z; /* written, or read as r */
	double *G;
};

/* part (chunk rows x cols of the band) from or into each block's vector. */
static void
exchange(double *const *z, const struct problem *p, const struct band *band,
    const struct chunk *ch, bool into)
{
	double *part = band->part;
	size_t at = 0;

	for (size_t k = band->first; k < band->first + band->blocks; k++) {
		size_t K = p->block[k].cols;
		double *zk = z[k] + ch->at * K;

		for (size_t i = 0; i < ch->n; i++) {
			double *here = part + i * band->cols + at;

			if (into)
				memcpy(zk + i * K, here, K * sizeof *zk);
			else
				memcpy(here, zk + i * K, K * sizeof *zk);
		}
		at += K;
	}
}

/*
 * The rows of V that are not 0 in the band's columns, packed; returns their
 * number, or d where there are too many to be worth it.
 */
static size_t
pack(const struct band *band, const double *V, const struct problem *p)
{
	size_t active = 0;

	for (size_t j = 0; j < p->d; j++) {
		const double *row = V + j * p->C + band->col;
		bool zero = true;

		for (size_t c = 0; c < band->cols && zero; c++)
			zero = row[c] == 0;
		if (zero)
			continue;
		if (active == p->d / SPARSE)
			return p->d;
		memcpy(band->packed + active * band->cols, row,
		    band->cols * sizeof *row);
		band->active[active++] = j;
	}
	return active;
}

/* z += X W over the packed rows alone. */
static void
add_few(double *z, const struct band *band, size_t active,
    const struct problem *p, const struct chunk *ch)
{
	size_t K = band->cols;

	for (size_t i = 0; i < ch->n; i++) {
		const double *x = p->X +
		    ch->seg->row[ch->first + i] * p->d;

		for (size_t a = 0; a < active; a++)
			band->few[i * active + a] = x[band->active[a]];
	}
	cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans,
	    blas_int(ch->n), blas_int(K), blas_int(active), 1.0, band->few,
	    blas_int(active), band->packed, blas_int(K), 1.0, z, blas_int(K));
}

static void
predict_band(void *arg, size_t i)
{
	const struct job *job = arg;
	const struct problem *p = job->p;
	const struct band *band = &job->b->band[i];
	size_t K = band->cols, active = pack(band, job->V, p);
	struct walk w = {.p = p, .block = &p->block[band->first],
	    .scratch = active < p->d ? NULL : band->rows};
	struct chunk ch;
	const double *b = job->V + p->d * p->C + band->col;
	bool alone = band->blocks == 1;

	while (walk_next(&w, &ch)) {
		double *z = alone ? job->z[band->first] + ch.at * K :
				    band->part;

		for (size_t r = 0; r < ch.n; r++)
			memcpy(z + r * K, b, K * sizeof *b);
		if (active == 0)
			;
		else if (active < p->d)
			add_few(z, band, active, p, &ch);
		else if (K == 1)
			cblas_dgemv(CblasRowMajor, CblasNoTrans,
			    blas_int(ch.n), blas_int(p->d), 1.0, ch.X,
			    blas_int(p->d), job->V + band->col,
			    blas_int(p->C), 1.0, z, 1);
		else
			cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans,
			    blas_int(ch.n), blas_int(K), blas_int(p->d), 1.0,
			    ch.X, blas_int(p->d), job->V + band->col,
			    blas_int(p->C), 1.0, z, blas_int(K));
		if (!alone)
			exchange(job->z, p, band, &ch, true);
	}
}

void
bands_predict(double *const *z, const struct bands *b, const struct problem *p,
    const double *V, size_t threads)
{
	struct job job = {.b = b, .p = p, .V = V, .z = z};

	threads_for(b->n, threads, predict_band, &job);
}

static void
gradient_band(void *arg, size_t i)
{
	const struct job *job = arg;
	const struct problem *p = job->p;
	const struct band *band = &job->b->band[i];
	struct walk w = {.p = p, .block = &p->block[band->first],
	    .scratch = band->rows};
	struct chunk ch;
	size_t K = band->cols, d = p->d;
	double *G = job->G + band->col, *sum = G + d * p->C;

	memset(band->grad, 0, K * d * sizeof *band->grad);
	memset(sum, 0, K * sizeof *sum);
	while (walk_next(&w, &ch)) {
		const double *r = band->part;

		if (band->blocks == 1)
			r = job->z[band->first] + ch.at * K;
		else
			exchange(job->z, p, band, &ch, false);
		/* r'X: packing X for X'r would take longer than the sums. */
		if (K == 1)
			cblas_dgemv(CblasRowMajor, CblasTrans, blas_int(ch.n),
			    blas_int(d), 1.0, ch.X, blas_int(d), r, 1, 1.0,
			    band->grad, 1);
		else
			cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans,
			    blas_int(K), blas_int(d), blas_int(ch.n), 1.0, r,
			    blas_int(K), ch.X, blas_int(d), 1.0, band->grad,
			    blas_int(d));
		for (size_t row = 0; row < ch.n; row++)
			for (size_t k = 0; k < K; k++)
				sum[k] += r[row * K + k];
	}
	for (size_t j = 0; j < d; j++)
		for (size_t k = 0; k < K; k++)
			G[j * p->C + k] = band->grad[k * d + j];
}

void
bands_gradient(double *G, const struct bands *b, const struct problem *p,
    double *const *r, size_t threads)
{
	struct job job = {.b = b, .p = p, .z = r, .G = G};

	threads_for(b->n, threads, gradient_band, &job);
}

void
bands_clear(struct bands *b)
{
	for (size_t i = 0; i < b->n; i++) {
		free(b->band[i].rows);
		free(b->band[i].part);
		free(b->band[i].active);
		free(b->band[i].packed);
		free(b->band[i].few);
		free(b->band[i].grad);
	}
	free(b->band);
	*b = (struct bands){0};
}
