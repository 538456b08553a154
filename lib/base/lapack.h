/*
 * The few LAPACK routines in use, by C names and with row-major symmetric
 * matrices; Debian's OpenBLAS has them by their Fortran names only.
 *
 * Symmetric matrices A[n*n]: the upper triangle in row-major order is read
 * (Fortran's lower one). Right-hand sides B hold nrhs vectors of length n one
 * after the other: B[k*n + i]. Sizes must fit into int (mat_new sees to it).
 */
#ifndef MTL_BASE_LAPACK_H
#define MTL_BASE_LAPACK_H

#include <stdbool.h>
#include <stddef.h>

/* Cholesky factor in place; false if A is not positive definite. */
bool lapack_potrf(double *A, size_t n);

/* Solves A X = B in place of B with the factor of lapack_potrf. */
void lapack_potrs(const double *A, size_t n, double *B, size_t nrhs);

/*
 * 1-norm reciprocal condition number from the factor and A's 1-norm; work
 * has 3n doubles, iwork n ints.
 */
double lapack_pocon(const double *A, size_t n, double anorm, double *work,
    int *iwork);

/*
 * Eigenvalues, ascending, into w[n] and eigenvectors into A: row k of A (row
 * major) is the k-th eigenvector. False without convergence or memory.
 */
bool lapack_syevd(double *A, size_t n, double *w);

/*
 * Singular values of A[m*n] (row-major; destroyed), descending, into
 * sigma[q], q = min(m, n). Unless left is NULL also the vectors, as
 * A = left diag(sigma) right: left[m*q], right[q*n], row-major. work holds
 * lapack_gesdd_room(m, n) doubles; nothing is allocated. False without
 * convergence or if A is not finite.
 */
bool lapack_gesdd(double *A, size_t m, size_t n, double *sigma, double *left,
    double *right, double *work);
size_t lapack_gesdd_room(size_t m, size_t n);

#endif
