/*
 * Squared losses with the terms mean and l2: in each set of m paired columns
 *
 *     (A_c + (lambda + lambda_2) I) w_c = a_c + lambda w,   w = mean of w_c
 *
 * so that w solves one d x d system,
 *
 *     mean_c (I - lambda M_c^-1) w = mean_c M_c^-1 a_c,
 *     M_c = A_c + (lambda + lambda_2) I,
 *
 * and the columns follow from it. In the eigenvectors of A_c the matrix on the
 * left is (value + lambda_2) / (value + lambda + lambda_2): nothing cancels.
 */
#include "learn/solve_mean.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/blas.h"
#include "base/lapack.h"
#include "base/mem.h"

/* d^3 for every design must stay cheap. */
static const size_t MOST = 256;

static double
lambda_of(const struct problem *p, const struct term_kind *kind)
{
	const struct component *m = &p->penalty->component[0];
	double lambda = 0;

	for (size_t k = 0; k < m->terms; k++)
		if (m->term[k].kind == kind)
			lambda += term_lambda(&m->term[k]);
	return lambda;
}

bool
mean_applies(const struct problem *p)
{
	const struct component *m = &p->penalty->component[0];

	for (size_t k = 0; k < m->terms; k++)
		if (m->term[k].kind != &term_mean &&
		    m->term[k].kind != &term_l2 &&
		    term_lambda(&m->term[k]) > 0)
			return false;
	for (size_t k = 0; k < p->gram->designs; k++)
		if (p->gram->design[k].A == NULL)
			return false;
	return !p->shape.weighted && p->d <= MOST &&
	    lambda_of(p, &term_mean) > 0;
}

/* S += U' diag((value + l2) / (value + l2 + mean)) U, by its square root. */
static void
add_shrinkage(double *S, double *root, const struct design *g, double mean,
    double l2)
{
	int d = blas_int(g->d);

	for (size_t k = 0; k < g->d; k++) {
		double x = g->value[k] + l2;
		double scale = sqrt(x / (x + mean));

		for (size_t j = 0; j < g->d; j++)
			root[k * g->d + j] = scale * g->vector[k * g->d + j];
	}
	cblas_dsyrk(CblasRowMajor, CblasUpper, CblasTrans, d, d, 1.0, root, d,
	    1.0, S, d);
}

/* The columns of one set; false if its system is singular. */
static bool
solve_set(double *V, const struct problem *p, struct design *design, size_t g,
    double mean, double l2, double *work)
{
	const struct shape *s = &p->shape;
	const size_t *column = s->order + s->start[g];
	size_t d = p->d, m = shape_paired(s, g);
	double *S = work, *root = S + d * d, *w = root + d * d;
	double *x = w + d, *y = x + d, *rest = y + d;

	memset(S, 0, d * d * sizeof *S);
	memset(w, 0, d * sizeof *w);
	for (size_t i = 0; i < m; i++) {
		const struct design *of = &design[p->gram->of[column[i]]];

		add_shrinkage(S, root, of, mean, l2);
		cblas_dcopy(blas_int(d), p->gram->a + column[i],
		    blas_int(p->C), x, 1);
		design_precondition(y, of, x, rest);
		cblas_daxpy(blas_int(d), 1.0, y, 1, w, 1);
	}
	if (!lapack_potrf(S, d))
		return false;
	lapack_potrs(S, d, w, 1);
	for (size_t i = 0; i < m; i++) {
		const struct design *of = &design[p->gram->of[column[i]]];

		cblas_dcopy(blas_int(d), p->gram->a + column[i],
		    blas_int(p->C), x, 1);
		cblas_daxpy(blas_int(d), mean, w, 1, x, 1);
		design_precondition(y, of, x, rest);
		cblas_dcopy(blas_int(d), y, 1, V + column[i], blas_int(p->C));
	}
	return true;
}

enum mtl_status
solve_mean(double *V, bool *solved, const struct problem *p,
    struct mtl_err *err)
{
	const struct gram *gram = p->gram;
	double mean = lambda_of(p, &term_mean), l2 = lambda_of(p, &term_l2);
	struct design *design = mem_new(gram->designs, sizeof *design);
	double *work = mat_new(2 * p->d + 8, p->d);
	enum mtl_status st = MTL_OK;

	*solved = true;
	if (design == NULL || work == NULL)
		st = err_nomem(err);
	for (size_t k = 0; k < gram->designs && st == MTL_OK; k++) {
		design[k] = design_share(&gram->design[k]);
		if ((st = design_spectrum(&design[k], err)) == MTL_OK)
			st = design_factor(&design[k], mean + l2, err);
	}
	for (size_t g = 0; g < p->shape.groups && st == MTL_OK && *solved; g++)
		*solved = solve_set(V, p, design, g, mean, l2, work);
	for (size_t k = 0; design != NULL && k < gram->designs; k++)
		design_unshare(&design[k], &gram->design[k]);
	free(design);
	free(work);
	return st;
}
