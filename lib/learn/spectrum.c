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
	return sp->right + q * s->C;
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

void
spectrum_join(double *W, struct spectrum *sp)
{
	size_t rank = 0;

	for (size_t k = 0; k < sp->q; k++)
		if (sp->sigma[k] != 0)
			rank = k + 1;
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
