/*
 * Solvers: settings in, V and an account out.
 *
 * solve() cuts a problem whose penalty does not couple columns into its blocks
 * and solves those in threads:
 *
 *                    squared losses           others, and mixtures
 *   quadratic terms  linear systems           Newton's method
 *   row by row       coordinate descent       reweighted least squares, that
 *   all others       proximal gradients       is the left column in turn
 *
 * Stopping at the iteration limit is a result: V is the best point reached and
 * converged is false.
 */
#ifndef MTL_LEARN_SOLVE_H
#define MTL_LEARN_SOLVE_H

#include "base/err.h"
#include "base/progress.h"
#include "learn/problem.h"

struct solve_opts {
	double tol;       /* bound of the certificate */
	double gap;       /* an absolute duality gap that is enough too */
	size_t max_iter;  /* steps: Newton's, conjugate or proximal gradients' */
	size_t threads;
	bool warm;        /* V's weights and P are a point to start from */
	bool screening;   /* rule rows out and work on few; the same result */
	struct progress *progress; /* may be NULL */
};

struct solve_info {
	double objective;  /* F + Omega at V */
	double gap;        /* absolute duality gap, or relative residual */
	double null;       /* D0: the loss of the best intercepts alone */
	bool residual;     /* gap is a relative residual: no l2 term */
	size_t iterations; /* the most that any block took */
	double screened;   /* share of the rows ruled out for good; of blocks
			      that are solved apart, by their columns */
	bool separable;    /* classes part without a penalty: no optimum */
	bool converged;    /* gap <= tol * null (residual: gap <= tol) */
};

/*
 * V: (d+1) x C, overwritten. P: [J][d][C] the components, or NULL where there
 * is one or nobody asks.
 */
enum mtl_status solve(double *V, double *P, struct solve_info *info,
    const struct problem *p, const struct solve_opts *opts,
    struct mtl_err *err);

/*
 * Blocks first .. first + blocks - 1 alone, of a penalty that ties them to no
 * others: their columns of V and P, and their share added to info.
 */
enum mtl_status solve_blocks(double *V, double *P, struct solve_info *info,
    const struct problem *p, size_t first, size_t blocks,
    const struct solve_opts *opts, struct mtl_err *err);

/* Newton's method with conjugate gradients; any losses, smooth terms. */
enum mtl_status solve_newton(double *V, struct solve_info *info,
    const struct problem *p, const struct solve_opts *opts,
    struct mtl_err *err);

/* Squared losses: Cholesky factors, or conjugate gradients on them. */
enum mtl_status solve_quadratic(double *V, struct solve_info *info,
    const struct problem *p, const struct solve_opts *opts,
    struct mtl_err *err);

/*
 * Accelerated proximal gradient over the components; any losses, any terms.
 */
enum mtl_status solve_proximal(double *V, double *P, struct solve_info *info,
    const struct problem *p, const struct solve_opts *opts,
    struct mtl_err *err);

#endif
