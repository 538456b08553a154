#include "base/lapack.h"

#include <math.h>
#include <stdlib.h>

#include "base/blas.h"
#include "base/mem.h"

/*
 * Fortran's routines, column-major: their lower triangle is our upper one. The
 * hidden length of each character argument comes last.
 */
extern void dpotrf_(const char *uplo, const int *n, double *a, const int *lda,
    int *info, size_t);
extern void dpotrs_(const char *uplo, const int *n, const int *nrhs,
    const double *a, const int *lda, double *b, const int *ldb, int *info,
    size_t);
extern void dpocon_(const char *uplo, const int *n, const double *a,
    const int *lda, const double *anorm, double *rcond, double *work,
    int *iwork, int *info, size_t);
extern void dsyevd_(const char *jobz, const char *uplo, const int *n,
    double *a, const int *lda, double *w, double *work, const int *lwork,
    int *iwork, const int *liwork, int *info, size_t, size_t);
extern void dgesdd_(const char *jobz, const int *m, const int *n, double *a,
    const int *lda, double *s, double *u, const int *ldu, double *vt,
    const int *ldvt, double *work, const int *lwork, int *iwork, int *info,
    size_t);

bool
lapack_potrf(double *A, size_t n)
{
	int size = blas_int(n), info = 0;

	if (n == 0)
		return true;
	dpotrf_("L", &size, A, &size, &info, 1);
	return info == 0;
}

void
lapack_potrs(const double *A, size_t n, double *B, size_t nrhs)
{
	int size = blas_int(n), columns = blas_int(nrhs), info = 0;

	if (n > 0 && nrhs > 0)
		dpotrs_("L", &size, &columns, A, &size, B, &size, &info, 1);
}

double
lapack_pocon(const double *A, size_t n, double anorm, double *work, int *iwork)
{
	int size = blas_int(n), info = 0;
	double rcond = 0;

	if (n == 0)
		return 1;
	dpocon_("L", &size, A, &size, &anorm, &rcond, work, iwork, &info, 1);
	return info == 0 ? rcond : 0;
}

bool
lapack_syevd(double *A, size_t n, double *w)
{
	int size = blas_int(n), info = 0, lwork = -1, liwork = -1, iwant = 0;
	double want = 0, *work;
	int *iwork;

	if (n == 0)
		return true;
	dsyevd_("V", "L", &size, A, &size, w, &want, &lwork, &iwant, &liwork,
	    &info, 1, 1);
	if (info != 0)
		return false;
	lwork = (int)want;
	liwork = iwant;
	work = mem_new((size_t)lwork, sizeof *work);
	iwork = mem_new((size_t)liwork, sizeof *iwork);
	info = 1;
	if (work != NULL && iwork != NULL)
		dsyevd_("V", "L", &size, A, &size, w, work, &lwork, iwork,
		    &liwork, &info, 1, 1);
	free(work);
	free(iwork);
	return info == 0;
}

/*
 * The documented least for singular vectors ("S"), old and new releases, and
 * NB columns of blocking; a matrix with one side much the longer is first
 * reduced to a square one, so both sides count as at most twice q.
 */
static size_t
gesdd_work(size_t m, size_t n)
{
	enum { NB = 64 };
	size_t q = m < n ? m : n, p = m < n ? n : m;

	return 7 * q * q + 11 * q + p + 4 * NB * q;
}

size_t
lapack_gesdd_room(size_t m, size_t n)
{
	size_t q = m < n ? m : n;

	/* behind the doubles 8q ints */
	return gesdd_work(m, n) +
	    (8 * q * sizeof(int) + sizeof(double) - 1) / sizeof(double);
}

/*
 * Fortran's matrix is ours transposed, n x m: its left vectors are our right
 * ones.
 */
bool
lapack_gesdd(double *A, size_t m, size_t n, double *sigma, double *left,
    double *right, double *work)
{
	size_t q = m < n ? m : n, room = gesdd_work(m, n);
	int rows = blas_int(n), cols = blas_int(m), rank = blas_int(q);
	int lwork = blas_int(room), info = 0;
	int *iwork = (int *)(void *)(work + room);

	if (q == 0)
		return true;
	/* Not every release looks before it iterates. */
	for (size_t i = 0; i < m * n; i++)
		if (!isfinite(A[i]))
			return false;
	if (room > (size_t)INT_MAX)
		return false;
	dgesdd_(left != NULL ? "S" : "N", &rows, &cols, A, &rows, sigma,
	    right, &rows, left, &rank, work, &lwork, iwork, &info, 1);
	return info == 0;
}
