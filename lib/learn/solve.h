/*
 * Solvers: settings in, V and an account out.
 *
 * solve() cuts a problem whose penalty does not couple columns into its blocks
 * and solves those in threads; squared losses go to the direct solver, the
 * others (and mixtures) to Newton's method. Stopping at the iteration limit is
 * a result: V is the best point reached and converged is false.
 */
#ifndef MTL_LEARN_SOLVE_H
#define MTL_LEARN_SOLVE_H

#include "base/err.h"
#include "base/progress.h"
#include "learn/problem.h"

struct solve_opts {
	double tol;       /* bound of the certificate */
	size_t max_iter;  /* Newton steps, or conjugate gradient steps */
	size_t threads;
	struct progress *progress; /* may be NULL */
};

struct solve_info {
	double objective;  /* F + Omega at V */
	double gap;        /* absolute duality gap, or relative residual */
	double null;       /* D0: the loss of the best intercepts alone */
	bool residual;     /* gap is a relative residual: no l2 term */
	size_t iterations; /* the most that any block took */
	bool converged;    /* gap <= tol * null (residual: gap <= tol) */
};

/* V: (d+1) x C, overwritten; starts from 0. */
enum mtl_status solve(double *V, struct solve_info *info,
    const struct problem *p, const struct solve_opts *opts,
    struct mtl_err *err);

/* Newton's method with conjugate gradients; any losses, smooth terms. */
enum mtl_status solve_newton(double *V, struct solve_info *info,
    const struct problem *p, const struct solve_opts *opts,
    struct mtl_err *err);

/* Squared losses: Cholesky factors, or conjugate gradients on them. */
enum mtl_status solve_quadratic(double *V, struct solve_info *info,
    const struct problem *p, const struct solve_opts *opts,
    struct mtl_err *err);

/*
 * True if blocks k and l have the same rows with the same weights: one
 * factor serves both.
 */
bool same_design(const struct block *k, const struct block *l);

#endif
