#include "learn/blocks.h"

#include <math.h>

/* Block of entry (j, c). */
static size_t
find(struct blocks b, const struct shape *s, size_t j, size_t c)
{
	size_t m = b.by_modality ? s->modality[j] : 0;

	return b.by_task ? m * s->T + s->task[c] : m;
}

static size_t
count(struct blocks b, const struct shape *s)
{
	return (b.by_modality ? s->M : 1) * (b.by_task ? s->T : 1);
}

/* Weight of the blocks that row j is part of. */
static double
weight(struct blocks b, const struct shape *s, size_t j)
{
	return b.by_modality ? sqrt(s->rows[s->modality[j]]) * s->weight[j] :
	    1;
}

size_t
blocks_room(const struct shape *s)
{
	return 2 * s->M * s->T;
}

/*
 * norm[b] of each block; its squares are summed relative to the largest
 * entry, which room[b] holds, so that none overflows or vanishes.
 */
static void
norms(double *norm, double *room, struct blocks b, const double *W,
    const struct shape *s)
{
	size_t B = count(b, s);

	for (size_t k = 0; k < B; k++)
		norm[k] = room[k] = 0;
	for (size_t j = 0; j < s->d; j++)
		for (size_t c = 0; c < s->C; c++) {
			size_t k = find(b, s, j, c);

			room[k] = fmax(room[k], fabs(W[j * s->C + c]));
		}
	for (size_t j = 0; j < s->d; j++)
		for (size_t c = 0; c < s->C; c++) {
			size_t k = find(b, s, j, c);
			double x = W[j * s->C + c];

			/* not 0/0; what is not a number shall show */
			if (x != 0)
				x /= room[k];
			norm[k] += x * x;
		}
	for (size_t k = 0; k < B; k++)
		norm[k] = room[k] * sqrt(norm[k]);
}

/* of[b] = the weight of block b; without an entry, 1. */
static void
weights(double *of, struct blocks b, const struct shape *s)
{
	for (size_t k = 0; k < count(b, s); k++)
		of[k] = 1;
	for (size_t j = 0; j < s->d; j++)
		for (size_t c = 0; c < s->C; c++)
			of[find(b, s, j, c)] = weight(b, s, j);
}

double
blocks_value(struct blocks b, const double *W, const struct shape *s,
    double *work)
{
	size_t B = count(b, s);
	double total = 0;

	norms(work, work + B, b, W, s);
	weights(work + B, b, s);
	for (size_t k = 0; k < B; k++)
		total += work[B + k] * work[k];
	return total;
}

double
blocks_dual(struct blocks b, const double *G, const struct shape *s,
    double *work)
{
	size_t B = count(b, s);
	double most = 0;

	norms(work, work + B, b, G, s);
	weights(work + B, b, s);
	for (size_t k = 0; k < B; k++) {
		double norm = work[k] / work[B + k];

		if (norm > most || isnan(norm))
			most = norm;
	}
	return most;
}

void
blocks_prox(struct blocks b, double *W, const struct shape *s, double lambda,
    const double *step, double *work)
{
	norms(work, work + count(b, s), b, W, s);
	for (size_t j = 0; j < s->d; j++) {
		double off = lambda * step[j] * weight(b, s, j);

		for (size_t c = 0; c < s->C; c++) {
			double norm = work[find(b, s, j, c)];
			double *w = W + j * s->C + c;

			/* Not "norm > off": NaN is no reason for a zero. */
			*w = norm <= off ? 0 : *w * ((norm - off) / norm);
		}
	}
}
