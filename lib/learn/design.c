#include "learn/design.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/blas.h"
#include "base/lapack.h"
#include "base/mem.h"

/* Features so few that A is as good as Z, however few the rows. */
static const size_t SMALL = 64;

/* Total weight and weighted mean of the rows. */
static void
row_mean(struct design *g, const struct problem *p, const struct block *block,
    double *scratch)
{
	struct walk w = {.p = p, .block = block, .scratch = scratch};
	struct chunk ch;

	g->weight = 0;
	while (walk_next(&w, &ch))
		for (size_t i = 0; i < ch.n; i++) {
			double c = chunk_weight(&ch, i);

			g->weight += c;
			cblas_daxpy(blas_int(g->d), c, ch.X + i * g->d, 1,
			    g->m, 1);
		}
	for (size_t j = 0; j < g->d; j++)
		g->m[j] = g->weight > 0 ? g->m[j] / g->weight : 0;
}

/* The share of the mean that a penalised or absent intercept leaves. */
static void
settle_intercept(struct design *g, const struct problem *p,
    const struct block *block)
{
	double l2 = p->intercept_l2;

	g->extra = 0;
	g->shrink = 1;
	if (p->intercept == INTERCEPT_NONE || block->fixed) {
		g->extra = g->weight;
		g->shrink = 0;
	} else if (p->intercept == INTERCEPT_PENALIZED && l2 > 0) {
		g->extra = l2 * g->weight / (l2 + g->weight);
		g->shrink = g->weight / (l2 + g->weight);
	}
}

/* Rows sqrt(c) (x - m) of a chunk. */
static void
center_rows(double *Z, const struct design *g, const struct chunk *ch)
{
	for (size_t i = 0; i < ch->n; i++) {
		double root = sqrt(chunk_weight(ch, i));
		const double *x = ch->X + i * g->d;
		double *z = Z + i * g->d;

		for (size_t j = 0; j < g->d; j++)
			z[j] = root * (x[j] - g->m[j]);
	}
}

/* A += Z'Z, or Z itself, chunk by chunk; the extra row last. */
static void
fill(struct design *g, const struct problem *p, const struct block *block,
    double *scratch, double *Z)
{
	struct walk w = {.p = p, .block = block, .scratch = scratch};
	struct chunk ch;
	int d = blas_int(g->d);

	while (walk_next(&w, &ch)) {
		if (g->Z != NULL) {
			center_rows(g->Z + ch.at * g->d, g, &ch);
			continue;
		}
		center_rows(Z, g, &ch);
		cblas_dsyrk(CblasRowMajor, CblasUpper, CblasTrans, d,
		    blas_int(ch.n), 1.0, Z, d, 1.0, g->A, d);
	}
	if (g->extra == 0)
		return;
	if (g->Z != NULL)
		cblas_daxpy(d, sqrt(g->extra), g->m, 1,
		    g->Z + block->n * g->d, 1);
	else
		cblas_dsyr(CblasRowMajor, CblasUpper, d, g->extra, g->m, 1,
		    g->A, d);
}

enum mtl_status
design_init(struct design *g, const struct problem *p,
    const struct block *block, struct mtl_err *err)
{
	double *scratch = mem_new(block_scratch(p, block), sizeof(double));
	double *Z = mat_new(CHUNK, p->d);
	enum mtl_status st = MTL_OK;

	*g = (struct design){.d = p->d, .m = mem_new(p->d, sizeof(double))};
	if (scratch == NULL || Z == NULL || g->m == NULL) {
		st = err_nomem(err);
		goto out;
	}
	row_mean(g, p, block, scratch);
	settle_intercept(g, p, block);
	g->n = block->n + (g->extra > 0);
	if (g->n < g->d && g->d > SMALL)
		g->Z = mat_new(g->n, g->d);
	else
		g->A = mat_new(g->d, g->d);
	g->side = g->Z != NULL ? g->n : g->d;
	if (g->Z == NULL && g->A == NULL) {
		st = err_nomem(err);
		goto out;
	}
	fill(g, p, block, scratch, Z);
out:
	free(scratch);
	free(Z);
	if (st != MTL_OK)
		design_clear(g);
	return st;
}

static double
target_mean(const struct design *g, const struct problem *p,
    const struct block *block)
{
	struct walk w = {.p = p, .block = block};
	struct chunk ch;
	double sum = 0, rest = 0, mean;

	/* The second pass takes back what rounding left in the first. */
	while (walk_next(&w, &ch))
		for (size_t i = 0; i < ch.n; i++)
			sum += chunk_weight(&ch, i) * chunk_y(&ch, block, i);
	if (!(g->weight > 0))
		return 0;
	mean = sum / g->weight;
	w = (struct walk){.p = p, .block = block};
	while (walk_next(&w, &ch))
		for (size_t i = 0; i < ch.n; i++)
			rest += chunk_weight(&ch, i) *
			    (chunk_y(&ch, block, i) - mean);
	return mean + rest / g->weight;
}

enum mtl_status
design_target(double *t, double *mean, const struct design *g,
    const struct problem *p, const struct block *block, struct mtl_err *err)
{
	/* A design with a Z needs no rows: t is q. */
	bool rows = g->Z == NULL;
	double *scratch = mem_new(rows ? block_scratch(p, block) : 1,
	    sizeof(double));
	double *Z = mat_new(rows ? CHUNK : 1, p->d);
	struct walk w = {.p = p, .block = block,
	    .scratch = rows ? scratch : NULL};
	struct chunk ch;
	double q[CHUNK];

	if (scratch == NULL || Z == NULL) {
		free(scratch);
		free(Z);
		return err_nomem(err);
	}
	*mean = target_mean(g, p, block);
	memset(t, 0, g->side * sizeof *t);
	while (walk_next(&w, &ch)) {
		for (size_t i = 0; i < ch.n; i++)
			q[i] = sqrt(chunk_weight(&ch, i)) *
			    (chunk_y(&ch, block, i) - *mean);
		if (g->Z != NULL) {
			memcpy(t + ch.at, q, ch.n * sizeof *q);
			continue;
		}
		center_rows(Z, g, &ch);
		cblas_dgemv(CblasRowMajor, CblasTrans, blas_int(ch.n),
		    blas_int(g->d), 1.0, Z, blas_int(g->d), q, 1, 1.0, t, 1);
	}
	if (g->extra > 0 && g->Z != NULL)
		t[g->n - 1] = sqrt(g->extra) * *mean;
	else if (g->extra > 0)
		cblas_daxpy(blas_int(g->d), g->extra * *mean, g->m, 1, t, 1);
	free(scratch);
	free(Z);
	return MTL_OK;
}

double
design_constant(const struct design *g, double mean, const struct problem *p,
    const struct block *block)
{
	struct walk w = {.p = p, .block = block};
	struct chunk ch;
	double total = g->extra * mean * mean;

	while (walk_next(&w, &ch)) {
		double sum = 0;

		for (size_t i = 0; i < ch.n; i++) {
			double e = chunk_y(&ch, block, i) - mean;

			sum += chunk_weight(&ch, i) * e * e;
		}
		total += sum;
	}
	return total / 2;
}

/* Upper triangle of A, or Z Z', plus ridge on the diagonal. */
static void
side_matrix(double *F, const struct design *g, double ridge)
{
	size_t s = g->side;

	memset(F, 0, s * s * sizeof *F);
	if (g->A != NULL)
		memcpy(F, g->A, s * s * sizeof *F);
	else
		cblas_dsyrk(CblasRowMajor, CblasUpper, CblasNoTrans,
		    blas_int(s), blas_int(g->d), 1.0, g->Z, blas_int(g->d),
		    0.0, F, blas_int(s));
	for (size_t j = 0; j < s; j++)
		F[j * s + j] += ridge;
}

/* Factored and safely away from singular? 1-norm condition estimate. */
static bool
cholesky(double *F, size_t s, double *work, int *iwork)
{
	double anorm = 0;

	for (size_t j = 0; j < s; j++) {
		double sum = 0;

		for (size_t i = 0; i < s; i++)
			sum += fabs(i <= j ? F[i * s + j] : F[j * s + i]);
		anorm = fmax(anorm, sum);
	}
	return lapack_potrf(F, s) &&
	    lapack_pocon(F, s, anorm, work, iwork) > 1e-13;
}

/* eigen = 1 / (value + ridge), 0 where that is 0 but for rounding. */
static void
invert(double *eigen, const double *value, double ridge, size_t s)
{
	double least = 8 * DBL_EPSILON * (double)s * (value[s - 1] + ridge);

	for (size_t j = 0; j < s; j++) {
		double x = value[j] + ridge;

		eigen[j] = x > least ? 1 / x : 0;
	}
}

static enum mtl_status
pseudo_inverse(struct design *g, struct mtl_err *err)
{
	size_t s = g->side;

	g->eigen = mem_new(s, sizeof *g->eigen);
	if (g->eigen == NULL)
		return err_nomem(err);
	side_matrix(g->factor, g, g->ridge);
	if (!lapack_syevd(g->factor, s, g->eigen))
		return err_set(err, MTL_NUMERIC,
		    "an eigenvalue decomposition failed");
	invert(g->eigen, g->eigen, 0, s);
	return MTL_OK;
}

enum mtl_status
design_spectrum(struct design *g, struct mtl_err *err)
{
	size_t s = g->side;

	if (g->vector != NULL)
		return MTL_OK;
	g->vector = mat_new(s, s);
	g->value = mem_new(s, sizeof *g->value);
	if (g->vector == NULL || g->value == NULL)
		return err_nomem(err);
	side_matrix(g->vector, g, 0);
	if (!lapack_syevd(g->vector, s, g->value))
		return err_set(err, MTL_NUMERIC,
		    "an eigenvalue decomposition failed");
	/* What is below 0 is rounding. */
	for (size_t j = 0; j < s; j++)
		g->value[j] = fmax(0, g->value[j]);
	return MTL_OK;
}

enum mtl_status
design_factor(struct design *g, double ridge, struct mtl_err *err)
{
	size_t s = g->side;
	double *work = NULL;
	int *iwork = NULL;
	enum mtl_status st = MTL_OK;

	g->ridge = ridge;
	if (g->vector != NULL) {
		if (g->eigen == NULL)
			g->eigen = mem_new(s, sizeof *g->eigen);
		if (g->eigen == NULL)
			return err_nomem(err);
		invert(g->eigen, g->value, ridge, s);
		return MTL_OK;
	}
	free(g->eigen);
	g->eigen = NULL;
	work = mem_new(s, 3 * sizeof *work);
	iwork = mem_new(s, sizeof *iwork);
	if (g->factor == NULL)
		g->factor = mat_new(s, s);
	if (g->factor == NULL || work == NULL || iwork == NULL) {
		st = err_nomem(err);
		goto out;
	}
	side_matrix(g->factor, g, ridge);
	if (!cholesky(g->factor, s, work, iwork))
		st = pseudo_inverse(g, err);
out:
	free(work);
	free(iwork);
	return st;
}

/* t = factor^-1 t */
static void
side_solve(const struct design *g, double *t, double *work)
{
	int s = blas_int(g->side);
	const double *U = g->vector != NULL ? g->vector : g->factor;

	if (g->eigen == NULL) {
		lapack_potrs(g->factor, g->side, t, 1);
		return;
	}
	cblas_dgemv(CblasRowMajor, CblasNoTrans, s, s, 1.0, U, s, t, 1, 0.0,
	    work, 1);
	for (size_t j = 0; j < g->side; j++)
		work[j] *= g->eigen[j];
	cblas_dgemv(CblasRowMajor, CblasTrans, s, s, 1.0, U, s, work, 1, 0.0,
	    t, 1);
}

enum mtl_status
design_solve(double *W, const struct design *g, double *T, size_t m,
    struct mtl_err *err)
{
	int s = blas_int(g->side), d = blas_int(g->d), rows = blas_int(m);
	const double *U = g->vector != NULL ? g->vector : g->factor;
	double *Y;

	if (g->eigen == NULL) {
		lapack_potrs(g->factor, g->side, T, m);
	} else {
		if ((Y = mat_new(m, g->side)) == NULL)
			return err_nomem(err);
		cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, rows, s,
		    s, 1.0, T, s, U, s, 0.0, Y, s);
		for (size_t i = 0; i < m; i++)
			for (size_t j = 0; j < g->side; j++)
				Y[i * g->side + j] *= g->eigen[j];
		cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, rows,
		    s, s, 1.0, Y, s, U, s, 0.0, T, s);
		free(Y);
	}
	if (g->Z == NULL)
		memcpy(W, T, m * g->d * sizeof *W);
	else
		cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, rows,
		    d, s, 1.0, T, s, g->Z, d, 0.0, W, d);
	return MTL_OK;
}

void
design_rhs(double *a, const struct design *g, const double *t)
{
	if (g->Z == NULL)
		memcpy(a, t, g->d * sizeof *a);
	else
		cblas_dgemv(CblasRowMajor, CblasTrans, blas_int(g->n),
		    blas_int(g->d), 1.0, g->Z, blas_int(g->d), t, 1, 0.0, a,
		    1);
}

void
design_precondition(double *out, const struct design *g, const double *v,
    double *work)
{
	int n = blas_int(g->n), d = blas_int(g->d);

	memcpy(out, v, g->d * sizeof *out);
	if (g->Z == NULL) {
		side_solve(g, out, work);
		return;
	}
	/* Woodbury: (v - Z'(Z Z' + ridge I)^-1 Z v) / ridge */
	cblas_dgemv(CblasRowMajor, CblasNoTrans, n, d, 1.0, g->Z, d, v, 1,
	    0.0, work, 1);
	side_solve(g, work, work + g->side);
	cblas_dgemv(CblasRowMajor, CblasTrans, n, d, -1.0 / g->ridge, g->Z, d,
	    work, 1, 1.0 / g->ridge, out, 1);
}

void
design_apply(double *out, const struct design *g, const double *v,
    double *work)
{
	int n = blas_int(g->n), d = blas_int(g->d);

	if (g->Z == NULL) {
		cblas_dsymv(CblasRowMajor, CblasUpper, d, 1.0, g->A, d, v, 1,
		    1.0, out, 1);
		return;
	}
	cblas_dgemv(CblasRowMajor, CblasNoTrans, n, d, 1.0, g->Z, d, v, 1,
	    0.0, work, 1);
	cblas_dgemv(CblasRowMajor, CblasTrans, n, d, 1.0, g->Z, d, work, 1,
	    1.0, out, 1);
}

struct design
design_share(const struct design *g)
{
	struct design copy = *g;

	copy.factor = copy.eigen = NULL;
	return copy;
}

void
design_unshare(struct design *copy, const struct design *g)
{
	free(copy->factor);
	free(copy->eigen);
	if (copy->vector != g->vector) {
		free(copy->vector);
		free(copy->value);
	}
	*copy = (struct design){0};
}

void
design_clear(struct design *g)
{
	free(g->A);
	free(g->Z);
	free(g->m);
	free(g->factor);
	free(g->eigen);
	free(g->vector);
	free(g->value);
	*g = (struct design){0};
}
