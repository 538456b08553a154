#include "learn/ties.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "learn/spectrum.h"

/* Singular values below this share of the largest are none. */
static const double NOTHING = 1e-12;

/* The component with a term of that kind, lambda > 0; W or its part of P. */
static const double *
matrix_of(const struct penalty *p, const struct term_kind *kind,
    const double *W, const double *P, const struct shape *s)
{
	for (size_t i = 0; i < p->components; i++)
		for (size_t k = 0; k < p->component[i].terms; k++) {
			const struct term *t = &p->component[i].term[k];

			if (t->kind == kind && term_lambda(t) > 0)
				return P != NULL ? P + i * s->d * s->C : W;
		}
	return NULL;
}

static enum mtl_status
learn_relation(struct ties *ties, const double *W, const struct shape *s,
    struct mtl_err *err)
{
	double *work = mem_new(spectrum_room(s), sizeof *work);
	enum mtl_status st = MTL_OK;

	ties->relation = mat_new(s->C, s->C);
	if (work == NULL || ties->relation == NULL)
		st = err_nomem(err);
	else if (!spectrum_covariance(ties->relation, W, s, work)) {
		free(ties->relation);
		ties->relation = NULL;
	}
	free(work);
	return st;
}

/*
 * R of X = QR with column pivoting, X (k x C) overwritten by what is left of
 * it. pivot[k]: the column that was taken at each step, the one with the
 * largest norm left (the first of equals).
 */
static void
pivoted_qr(double *R, size_t *pivot, double *X, size_t k, size_t C)
{
	for (size_t i = 0; i < k; i++) {
		double largest = -1, *r = R + i * C;

		for (size_t c = 0; c < C; c++) {
			double norm = 0;

			for (size_t l = 0; l < k; l++)
				norm += X[l * C + c] * X[l * C + c];
			if (norm > largest) {
				largest = norm;
				pivot[i] = c;
			}
		}
		for (size_t c = 0; c < C; c++) {
			r[c] = 0;
			for (size_t l = 0; l < k; l++)
				r[c] += X[l * C + pivot[i]] * X[l * C + c];
			r[c] /= sqrt(largest);
		}
		/* q is r's column of X over its norm; take it out of all. */
		for (size_t l = 0; l < k; l++) {
			double q = X[l * C + pivot[i]] / sqrt(largest);

			for (size_t c = 0; c < C; c++)
				X[l * C + c] -= q * r[c];
		}
	}
}

/*
 * Column c in terms of the pivots, z = R11^-1 R[.][c]: the pivot with the
 * largest part of it in magnitude.
 */
static size_t
nearest_pivot(double *z, const double *R, const size_t *pivot, size_t k,
    size_t C, size_t c)
{
	size_t best = 0;

	for (size_t i = k; i-- > 0;) {
		z[i] = R[i * C + c];
		for (size_t l = i + 1; l < k; l++)
			z[i] -= R[i * C + pivot[l]] * z[l];
		z[i] /= R[i * C + pivot[i]];
	}
	for (size_t i = 1; i < k; i++)
		if (fabs(z[i]) > fabs(z[best]))
			best = i;
	return best;
}

/* Clusters of the columns of right (k x C, overwritten), by appearance. */
static enum mtl_status
cut_clusters(size_t *cluster, double *right, size_t k, size_t C,
    struct mtl_err *err)
{
	double *R = mat_new(k, C), *z = mem_new(k, sizeof *z);
	size_t *pivot = mem_new(k, sizeof *pivot);
	size_t *number = mem_new(k, sizeof *number), numbers = 0;
	enum mtl_status st = MTL_OK;

	if (R == NULL || z == NULL || pivot == NULL || number == NULL) {
		st = err_nomem(err);
		goto out;
	}
	pivoted_qr(R, pivot, right, k, C);
	for (size_t c = 0; c < C; c++) {
		size_t of = nearest_pivot(z, R, pivot, k, C, c);

		if (number[of] == 0)
			number[of] = ++numbers;
		cluster[c] = number[of];
	}
out:
	free(R);
	free(z);
	free(pivot);
	free(number);
	return st;
}

static enum mtl_status
learn_clusters(struct ties *ties, const double *W, const struct shape *s,
    struct mtl_err *err)
{
	double *work = mem_new(spectrum_room(s), sizeof *work);
	double *copy = mat_new(s->d, s->C);
	struct spectrum sp;
	size_t k = 0;
	enum mtl_status st = MTL_OK;

	if (work == NULL || copy == NULL) {
		st = err_nomem(err);
		goto out;
	}
	memcpy(copy, W, s->d * s->C * sizeof *copy);
	if (!spectrum_split(&sp, copy, s, work))
		goto out;
	while (k < sp.q && k < s->clusters && sp.sigma[k] > 0 &&
	    sp.sigma[k] > NOTHING * sp.sigma[0])
		k++;
	if (k == 0)
		goto out;
	ties->cluster = mem_new(s->C, sizeof *ties->cluster);
	if (ties->cluster == NULL)
		st = err_nomem(err);
	else
		st = cut_clusters(ties->cluster, sp.right, k, s->C, err);
out:
	free(work);
	free(copy);
	return st;
}

static enum mtl_status
keep_graph(struct ties *ties, const struct shape *s, struct mtl_err *err)
{
	if (s->edges == 0)
		return MTL_OK;
	ties->edge = mem_new(s->edges, sizeof *ties->edge);
	if (ties->edge == NULL)
		return err_nomem(err);
	ties->edges = s->edges;
	memcpy(ties->edge, s->edge, s->edges * sizeof *ties->edge);
	return MTL_OK;
}

enum mtl_status
ties_learn(struct ties *ties, const struct penalty *penalty, const double *W,
    const double *P, const struct shape *s, struct mtl_err *err)
{
	const double *related = matrix_of(penalty, &term_relation, W, P, s);
	const double *clustered = matrix_of(penalty, &term_cluster, W, P, s);
	enum mtl_status st;

	*ties = (struct ties){0};
	st = keep_graph(ties, s, err);
	if (st == MTL_OK && related != NULL)
		st = learn_relation(ties, related, s, err);
	if (st == MTL_OK && clustered != NULL)
		st = learn_clusters(ties, clustered, s, err);
	if (st != MTL_OK)
		ties_clear(ties);
	return st;
}

void
ties_clear(struct ties *ties)
{
	free(ties->relation);
	free(ties->cluster);
	free(ties->edge);
	*ties = (struct ties){0};
}
