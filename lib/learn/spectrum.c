#include "learn/spectrum.h"

#include <math.h>
#include <string.h>

#include "base/blas.h"
#include "base/lapack.h"

/* work: sigma, spare, left, right, a copy of W, what LAPACK wants. */
static double *
lay_out(struct spectrum *sp, const struct shape *s, double *work)
{
	size_t q = s->d < s->C ? s->d : s->C;

	*sp = (struct spectrum){.d = s->d, .C = s->C, .q = q,
	    .sigma = work,
	    .spare = work + q,
	    .left = work + 2 * q,
	    .right = work + 2 * q + s->d * q};
	sp->was = sp->right + q * s->C;
	return sp->was;
}

size_t
spectrum_room(const struct shape *s)
{
	size_t q = s->d < s->C ? s->d : s->C;

	return 2 * q + s->d * q + q * s->C + s->d * s->C +
	    lapack_gesdd_room(s->d, s->C);
}

size_t
spectrum_values(double *work, const double *W, const struct shape *s)
{
	struct spectrum sp;
	double *copy = lay_out(&sp, s, work);

	memcpy(copy, W, s->d * s->C * sizeof *copy);
	if (!lapack_gesdd(copy, s->d, s->C, sp.sigma, NULL, NULL,
	    copy + s->d * s->C))
		for (size_t k = 0; k < sp.q; k++)
			sp.sigma[k] = (double)NAN;
	return sp.q;
}

bool
spectrum_split(struct spectrum *sp, double *W, const struct shape *s,
    double *work)
{
	double *copy = lay_out(sp, s, work);

	memcpy(copy, W, s->d * s->C * sizeof *copy);
	if (lapack_gesdd(copy, s->d, s->C, sp->sigma, sp->left, sp->right,
	    copy + s->d * s->C))
		return true;
	for (size_t i = 0; i < s->d * s->C; i++)
		W[i] = (double)NAN;
	return false;
}

/*
 * sigma from the eigenvalues sigma^2, whose rounding errors are relative to
 * the largest: sigma is wrong by eps sigma_1^2 / sigma. Row k of the smaller
 * side becomes the vector of the k-th value.
 */
static bool
split_gram(struct spectrum *sp, const double *W)
{
	bool tall = sp->d > sp->C;
	double *A = tall ? sp->right : sp->left, *square = sp->spare;
	int q = blas_int(sp->q), C = blas_int(sp->C);

	if (tall)
		cblas_dsyrk(CblasRowMajor, CblasUpper, CblasTrans, q,
		    blas_int(sp->d), 1, W, C, 0, A, q);
	else
		cblas_dsyrk(CblasRowMajor, CblasUpper, CblasNoTrans, q, C, 1,
		    W, C, 0, A, q);
	if (!lapack_syevd(A, sp->q, square))
		return false;
	for (size_t k = 0, l = sp->q - 1; k < sp->q; k++, l--) {
		sp->sigma[k] = sp->was[k] = sqrt(fmax(square[l], 0));
		if (k < l)
			cblas_dswap(q, A + k * sp->q, 1, A + l * sp->q, 1);
	}
	sp->gram = true;
	return true;
}

bool
spectrum_shrinking(struct spectrum *sp, double *W, const struct shape *s,
    double floor, double *work)
{
	double norm = cblas_dnrm2(blas_int(s->d * s->C), W, 1);

	lay_out(sp, s, work);
	/* No smaller square is lost or infinite. */
	if (floor >= 1e-4 * norm && norm > 1e-100 && norm < 1e100 &&
	    split_gram(sp, W))
		return true;
	return spectrum_split(sp, W, s, work);
}

/*
 * W <- U diag(sigma / was) U'W, U the eigenvectors of WW' that stay, or the
 * same from the right.
 */
static void
join_gram(double *W, struct spectrum *sp, size_t rank)
{
	bool tall = sp->d > sp->C;
	int d = blas_int(sp->d), C = blas_int(sp->C), r = blas_int(rank);

	for (size_t k = 0; k < sp->q; k++)
		sp->was[k] = sp->was[k] > 0 ? sp->sigma[k] / sp->was[k] : 0;
	if (tall) {
		cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, d, r, C,
		    1, W, C, sp->right, C, 0, sp->left, r);
		for (size_t k = 0; k < rank; k++)
			cblas_dscal(d, sp->was[k], sp->left + k, r);
		cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, d, C,
		    r, 1, sp->left, r, sp->right, C, 0, W, C);
		return;
	}
	cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, r, C, d, 1,
	    sp->left, d, W, C, 0, sp->right, C);
	for (size_t k = 0; k < rank; k++)
		cblas_dscal(C, sp->was[k], sp->right + k * sp->C, 1);
	cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, d, C, r, 1,
	    sp->left, d, sp->right, C, 0, W, C);
}

void
spectrum_join(double *W, struct spectrum *sp)
{
	size_t rank = 0;

	for (size_t k = 0; k < sp->q; k++)
		if (sp->sigma[k] != 0)
			rank = k + 1;
	if (sp->gram && rank > 0) {
		join_gram(W, sp, rank);
		return;
	}
	for (size_t k = 0; k < rank; k++)
		cblas_dscal(blas_int(sp->C), sp->sigma[k],
		    sp->right + k * sp->C, 1);
	memset(W, 0, sp->d * sp->C * sizeof *W);
	if (rank > 0)
		cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans,
		    blas_int(sp->d), blas_int(sp->C), blas_int(rank), 1,
		    sp->left, blas_int(sp->q), sp->right, blas_int(sp->C), 0,
		    W, blas_int(sp->C));
}

/* (W'W)^(1/2) = right' diag(sigma) right, summed with roots on both sides. */
bool
spectrum_covariance(double *Omega, const double *W, const struct shape *s,
    double *work)
{
	struct spectrum sp;
	size_t C = s->C;
	double trace = 0, *copy = lay_out(&sp, s, work);

	memcpy(copy, W, s->d * C * sizeof *copy);
	if (!lapack_gesdd(copy, s->d, C, sp.sigma, sp.left, sp.right,
	    copy + s->d * C))
		return false;
	for (size_t k = 0; k < sp.q; k++)
		trace += sp.sigma[k];
	if (!(trace > 0))
		return false;
	for (size_t k = 0; k < sp.q; k++)
		cblas_dscal(blas_int(C), sqrt(sp.sigma[k] / trace),
		    sp.right + k * C, 1);
	cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, blas_int(C),
	    blas_int(C), blas_int(sp.q), 1, sp.right, blas_int(C), sp.right,
	    blas_int(C), 0, Omega, blas_int(C));
	return true;
}
