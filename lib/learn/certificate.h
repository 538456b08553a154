/*
 * Certificates: how far a W is from the optimum, at most.
 *
 * With an l2 term (lambda_2 > 0) it is the duality gap at theta = -l'(z):
 *
 *     D(theta) = - sum c_i l_i*(-theta_i) - Omega*(G),  G = sum c_i theta_i x_i'
 *
 * feasible for free intercepts (sum c theta = 0 in every block), with
 * Omega*(G) <= 1/2 <W, H W> + ||G - H W||^2 / (2 lambda_2), H the terms other
 * than l2: Fenchel's inequality at the current W, tight at the optimum. The
 * gap bounds F(W) - min F for every W, converged or not.
 *
 * Without an l2 term the relative gradient ||grad|| / ||grad at W = 0|| stands
 * in, and says so.
 */
#ifndef MTL_LEARN_CERTIFICATE_H
#define MTL_LEARN_CERTIFICATE_H

#include "learn/point.h"
#include "learn/problem.h"

struct certificate {
	double objective; /* loss + penalty at the point */
	double gap;       /* absolute; relative residual without l2 */
	bool residual;    /* gap is the relative residual */
};

/*
 * gradient0: the norm of the loss's gradient at the null model; used without
 * an l2 term only.
 */
void certify(struct certificate *cert, const struct problem *p,
    const struct point *pt, double gradient0, size_t threads);

#endif
