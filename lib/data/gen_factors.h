/*
 * Features of several modalities that see the same hidden factors.
 *
 * A row has S shared factors and, for each modality m, P private ones, all of
 * them normal. Modality m's features are
 *
 *     x^m = A_m (shared, private_m) + noise_m e,   e normal
 *
 * with rows of A_m of length 1: each feature has variance 1 + noise_m^2. The
 * L = S + M P factors are numbered shared first, then by modality.
 *
 * Draws: d x (S + P) normals for A, row by row over all features; then for
 * each row the L factors and the d values of e.
 */
#ifndef MTL_DATA_GEN_FACTORS_H
#define MTL_DATA_GEN_FACTORS_H

#include "base/err.h"
#include "base/rng.h"
#include "data/gen_opts.h"

enum { GEN_PRIVATE = 2 }; /* P */

struct gen_factors {
	size_t M, S, d, L; /*            modalities, shared, features, factors */
	size_t *first;     /* [M + 1]    where each modality's features start */
	size_t *modality;  /* [d]        whose feature it is */
	double *noise;     /* [d]        of its modality */
	double *A;         /* [d][S + P] loadings */
	double *factor;    /* [L]        of the row drawn last */
};

enum mtl_status gen_factors_init(struct gen_factors *f,
    const struct gen_opts *o, struct rng *rng, struct mtl_err *err);

/* A row: f->factor, and x[d]. */
void gen_factors_draw(struct gen_factors *f, double *x, struct rng *rng);

/* Deviation of x'w; overwrites f->factor. */
double gen_factors_deviation(struct gen_factors *f, const double *w);

/*
 * Coefficients of what x says of factor'v: the expectation of factor'v given x
 * is x'w, exactly, since all is normal. C columns, v[c*L + l] and w[c*d + j].
 * MTL_NUMERIC if a modality has no noise: w is then not unique.
 */
enum mtl_status gen_factors_expect(const struct gen_factors *f, double *w,
    const double *v, size_t C, struct mtl_err *err);

void gen_factors_clear(struct gen_factors *f); /* leaves it zeroed */

#endif
