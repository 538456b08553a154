#include "data/gen_factors.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/blas.h"
#include "base/lapack.h"
#include "base/mem.h"

/* Number of the k-th factor that modality m sees. */
static size_t
seen(const struct gen_factors *f, size_t m, size_t k)
{
	return k < f->S ? k : f->S + m * GEN_PRIVATE + (k - f->S);
}

static void
draw_loadings(struct gen_factors *f, struct rng *rng)
{
	size_t F = f->S + GEN_PRIVATE;

	for (size_t j = 0; j < f->d; j++) {
		double *a = f->A + j * F, sum = 0;

		for (size_t k = 0; k < F; k++) {
			a[k] = rng_normal(rng);
			sum += a[k] * a[k];
		}
		for (size_t k = 0; sum > 0 && k < F; k++)
			a[k] /= sqrt(sum);
	}
}

/* The largest first: what cannot be had must not touch the rest. */
static bool
alloc(struct gen_factors *f)
{
	return (f->A = mat_new(f->d, f->S + GEN_PRIVATE)) != NULL &&
	    (f->first = mem_new(f->M + 1, sizeof *f->first)) != NULL &&
	    (f->modality = mem_new(f->d, sizeof *f->modality)) != NULL &&
	    (f->noise = mem_new(f->d, sizeof *f->noise)) != NULL &&
	    (f->factor = mem_new(f->L, sizeof *f->factor)) != NULL;
}

enum mtl_status
gen_factors_init(struct gen_factors *f, const struct gen_opts *o,
    struct rng *rng, struct mtl_err *err)
{
	*f = (struct gen_factors){.M = o->modalities, .S = o->shared,
	    .d = o->features,
	    .L = o->shared + GEN_PRIVATE * o->modalities};
	if (!alloc(f)) {
		size_t d = f->d;

		gen_factors_clear(f);
		return err_set(err, MTL_NOMEM,
		    "out of memory for %zu features", d);
	}
	for (size_t m = 0; m < f->M; m++) {
		f->first[m + 1] = f->first[m] + o->modality[m].d;
		for (size_t j = f->first[m]; j < f->first[m + 1]; j++) {
			f->modality[j] = m;
			f->noise[j] = o->modality[m].noise;
		}
	}
	draw_loadings(f, rng);
	return MTL_OK;
}

void
gen_factors_draw(struct gen_factors *f, double *x, struct rng *rng)
{
	size_t F = f->S + GEN_PRIVATE;

	for (size_t l = 0; l < f->L; l++)
		f->factor[l] = rng_normal(rng);
	for (size_t j = 0; j < f->d; j++) {
		double sum = 0;

		for (size_t k = 0; k < F; k++)
			sum += f->A[j * F + k] *
			    f->factor[seen(f, f->modality[j], k)];
		x[j] = sum + f->noise[j] * rng_normal(rng);
	}
}

/* x'w = factor'(A'w) + the features' own noise. */
double
gen_factors_deviation(struct gen_factors *f, const double *w)
{
	size_t F = f->S + GEN_PRIVATE;
	double sum = 0;

	memset(f->factor, 0, f->L * sizeof *f->factor);
	for (size_t j = 0; j < f->d; j++) {
		double own = f->noise[j] * w[j];

		for (size_t k = 0; k < F; k++)
			f->factor[seen(f, f->modality[j], k)] +=
			    f->A[j * F + k] * w[j];
		sum += own * own;
	}
	for (size_t l = 0; l < f->L; l++)
		sum += f->factor[l] * f->factor[l];
	return sqrt(sum);
}

/* I + A' N^-2 A, N the noise of the features. */
static void
posterior_precision(const struct gen_factors *f, double *G)
{
	size_t F = f->S + GEN_PRIVATE;

	for (size_t l = 0; l < f->L; l++)
		G[l * f->L + l] = 1;
	for (size_t j = 0; j < f->d; j++) {
		const double *a = f->A + j * F;
		double precision = 1 / (f->noise[j] * f->noise[j]);

		for (size_t k = 0; k < F; k++)
			for (size_t i = 0; i < F; i++)
				G[seen(f, f->modality[j], k) * f->L +
				    seen(f, f->modality[j], i)] +=
				    a[k] * a[i] * precision;
	}
}

/* w = N^-2 A g of one column; false if it is not finite. */
static bool
expect_column(const struct gen_factors *f, double *w, const double *g)
{
	size_t F = f->S + GEN_PRIVATE;

	for (size_t j = 0; j < f->d; j++) {
		double sum = 0;

		for (size_t k = 0; k < F; k++)
			sum += f->A[j * F + k] *
			    g[seen(f, f->modality[j], k)];
		w[j] = sum / (f->noise[j] * f->noise[j]);
		if (!isfinite(w[j]))
			return false;
	}
	return true;
}

enum mtl_status
gen_factors_expect(const struct gen_factors *f, double *w, const double *v,
    size_t C, struct mtl_err *err)
{
	size_t L = f->L;
	double *G = mat_new(L, L), *g = mat_new(C, L);
	enum mtl_status st = MTL_OK;
	bool ok = true;

	if (G == NULL || g == NULL || blas_reserve(1) == 0) {
		st = err_nomem(err);
		goto out;
	}
	posterior_precision(f, G);
	memcpy(g, v, C * L * sizeof *g);
	ok = lapack_potrf(G, L);
	if (ok)
		lapack_potrs(G, L, g, C);
	for (size_t c = 0; ok && c < C; c++)
		ok = expect_column(f, w + c * f->d, g + c * L);
	if (!ok)
		st = err_set(err, MTL_NUMERIC, "the true coefficients are "
		    "not unique: a modality has too little noise");
out:
	free(G);
	free(g);
	return st;
}

void
gen_factors_clear(struct gen_factors *f)
{
	free(f->first);
	free(f->modality);
	free(f->noise);
	free(f->A);
	free(f->factor);
	memset(f, 0, sizeof *f);
}
