#include "learn/spans.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/blas.h"
#include "base/mem.h"
#include "learn/gram.h"

/* From the designs that are there already. */
static void
from_gram(struct spans *s, const struct problem *p)
{
	for (size_t k = 0; k < s->designs; k++) {
		const struct design *g = &p->gram->design[k];

		s->extra[k] = g->extra;
		memcpy(s->mean + k * s->d, g->m, s->d * sizeof *g->m);
		for (size_t j = 0; j < s->d; j++) {
			double *square = &s->square[k * s->d + j];

			if (g->A != NULL) {
				*square = g->A[j * s->d + j];
				continue;
			}
			for (size_t i = 0; i < g->n; i++)
				*square += g->Z[i * s->d + j] *
				    g->Z[i * s->d + j];
		}
	}
}

/* From the rows of one block: means, then squared distances from them. */
static bool
from_rows(struct spans *s, size_t k, const struct problem *p)
{
	const struct block *block = &p->block[s->block[k]];
	double *scratch = mem_new(block_scratch(p, block), sizeof *scratch);
	double *mean = s->mean + k * s->d, *square = s->square + k * s->d;
	double total = 0, l2 = p->intercept_l2;
	struct chunk ch;

	if (scratch == NULL)
		return false;
	for (int pass = 0; pass < 2; pass++) {
		struct walk w = {.p = p, .block = block, .scratch = scratch};

		while (walk_next(&w, &ch))
			for (size_t i = 0; i < ch.n; i++) {
				double c = chunk_weight(&ch, i);
				const double *x = ch.X + i * s->d;

				total += pass == 0 ? c : 0;
				for (size_t j = 0; j < s->d && pass == 0; j++)
					mean[j] += c * x[j];
				for (size_t j = 0; j < s->d && pass == 1; j++)
					square[j] += c * (x[j] - mean[j]) *
					    (x[j] - mean[j]);
			}
		for (size_t j = 0; j < s->d && pass == 0; j++)
			mean[j] = total > 0 ? mean[j] / total : 0;
	}
	if (p->intercept == INTERCEPT_NONE || block->fixed)
		s->extra[k] = total;
	else if (p->intercept == INTERCEPT_PENALIZED && l2 > 0)
		s->extra[k] = l2 * total / (l2 + total);
	for (size_t j = 0; j < s->d; j++)
		square[j] += s->extra[k] * mean[j] * mean[j];
	free(scratch);
	return true;
}

enum mtl_status
spans_init(struct spans *s, const struct problem *p, struct mtl_err *err)
{
	*s = (struct spans){.d = p->d,
	    .of = mem_new(p->C, sizeof *s->of),
	    .block = mem_new(p->B, sizeof *s->block)};
	if (s->of == NULL || s->block == NULL)
		goto nomem;
	for (size_t k = 0; k < p->B; k++) {
		if (k == 0 || !same_design(&p->block[k - 1], &p->block[k]))
			s->block[s->designs++] = k;
		s->of[p->block[k].col] = s->designs - 1;
	}
	s->mean = mat_new(s->designs, s->d);
	s->square = mat_new(s->designs, s->d);
	s->extra = mem_new(s->designs, sizeof *s->extra);
	s->column = mem_new(s->d, sizeof *s->column);
	s->place = mem_new(s->d, sizeof *s->place);
	s->A = mem_new(s->designs, sizeof *s->A);
	if (s->mean == NULL || s->square == NULL || s->extra == NULL ||
	    s->column == NULL || s->place == NULL || s->A == NULL)
		goto nomem;
	for (size_t j = 0; j < s->d; j++)
		s->place[j] = SIZE_MAX;
	if (p->gram != NULL)
		from_gram(s, p);
	for (size_t k = 0; k < s->designs && p->gram == NULL; k++)
		if (!from_rows(s, k, p))
			goto nomem;
	return MTL_OK;
nomem:
	spans_clear(s);
	return err_nomem(err);
}

/* Columns of A that are there, or products of Z's columns. */
static bool
gram_of_design(double *A, const struct design *g, const size_t *column,
    size_t n)
{
	double *Z;

	if (g->A != NULL) {
		for (size_t i = 0; i < n; i++)
			for (size_t j = i; j < n; j++)
				A[i * n + j] = g->A[column[i] * g->d +
				    column[j]];
		return true;
	}
	if ((Z = mat_new(g->n, n)) == NULL)
		return false;
	for (size_t i = 0; i < g->n; i++)
		for (size_t j = 0; j < n; j++)
			Z[i * n + j] = g->Z[i * g->d + column[j]];
	cblas_dsyrk(CblasRowMajor, CblasUpper, CblasTrans, blas_int(n),
	    blas_int(g->n), 1.0, Z, blas_int(n), 0.0, A, blas_int(n));
	free(Z);
	return true;
}

/* Room for `need` kept columns in every design's matrix. */
static bool
make_room(struct spans *s, size_t need)
{
	size_t cap = s->cap > 0 ? s->cap : 64;

	if (need <= s->cap)
		return true;
	while (cap < need)
		cap *= 2;
	cap = cap < s->d ? cap : s->d;
	for (size_t k = 0; k < s->designs; k++) {
		double *A = mat_new(cap, cap);

		if (A == NULL)
			return false;
		for (size_t i = 0; i < s->kept; i++)
			memcpy(A + i * cap, s->A[k] + i * s->cap,
			    s->kept * sizeof *A);
		free(s->A[k]);
		s->A[k] = A;
	}
	s->cap = cap;
	return true;
}

/* Rows kept .. kept + new - 1 of design k's matrix, and their mirror. */
static bool
add_rows(struct spans *s, size_t k, const struct problem *p, size_t new)
{
	const struct block *block = &p->block[s->block[k]];
	const double *mean = s->mean + k * s->d;
	size_t old = s->kept, n = old + new;
	double *Z = mat_new(CHUNK, n), *A = s->A[k];
	struct walk w = {.p = p, .block = block};
	struct chunk ch;

	if (Z == NULL)
		return false;
	while (walk_next(&w, &ch)) {
		for (size_t i = 0; i < ch.n; i++) {
			const double *x = p->X +
			    ch.seg->row[ch.first + i] * s->d;
			double root = sqrt(chunk_weight(&ch, i));

			for (size_t j = 0; j < n; j++)
				Z[i * n + j] = root *
				    (x[s->column[j]] - mean[s->column[j]]);
		}
		cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans,
		    blas_int(new), blas_int(n), blas_int(ch.n), 1.0, Z + old,
		    blas_int(n), Z, blas_int(n), 1.0, A + old * s->cap,
		    blas_int(s->cap));
	}
	for (size_t i = old; i < n; i++)
		for (size_t j = 0; j < n; j++) {
			A[i * s->cap + j] += s->extra[k] *
			    mean[s->column[i]] * mean[s->column[j]];
			if (j < old)
				A[j * s->cap + i] = A[i * s->cap + j];
		}
	free(Z);
	return true;
}

/* Keeps those of n columns that are not kept yet. */
static bool
keep_columns(struct spans *s, const struct problem *p, const size_t *column,
    size_t n)
{
	size_t new = 0;

	for (size_t i = 0; i < n; i++)
		new += s->place[column[i]] == SIZE_MAX;
	if (new == 0)
		return true;
	if (!make_room(s, s->kept + new))
		return false;
	new = 0;
	for (size_t i = 0; i < n; i++)
		if (s->place[column[i]] == SIZE_MAX) {
			s->place[column[i]] = s->kept + new;
			s->column[s->kept + new++] = column[i];
		}
	for (size_t k = 0; k < s->designs; k++)
		if (!add_rows(s, k, p, new))
			return false;
	s->kept += new;
	return true;
}

bool
spans_gram(double *A, struct spans *s, size_t k, const struct problem *p,
    const size_t *column, size_t n)
{
	if (p->gram == NULL) {
		if (!keep_columns(s, p, column, n))
			return false;
		for (size_t i = 0; i < n; i++)
			for (size_t j = 0; j < n; j++)
				A[i * n + j] = s->A[k][s->place[column[i]] *
				    s->cap + s->place[column[j]]];
		return true;
	}
	if (!gram_of_design(A, &p->gram->design[k], column, n))
		return false;
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < i; j++)
			A[i * n + j] = A[j * n + i];
	return true;
}

void
spans_clear(struct spans *s)
{
	free(s->of);
	free(s->block);
	free(s->mean);
	free(s->extra);
	free(s->square);
	free(s->column);
	free(s->place);
	for (size_t k = 0; s->A != NULL && k < s->designs; k++)
		free(s->A[k]);
	free(s->A);
	*s = (struct spans){0};
}
