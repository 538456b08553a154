/*
 * Certificates: how far a point is from the optimum, at most.
 *
 * The duality gap, with theta = -l'(z) scaled by s in [0, 1]:
 *
 *     D(s theta) = - sum c_i l_i*(-s theta_i) - sum_J Omega_J*(s G),
 *     G = sum c_i theta_i x_i', the same for every component;
 *
 * feasible for free intercepts (sum c theta = 0 in every block). A component
 * f + 1/2 <., H .> + lambda_2/2 ||.||^2 at P has, by Fenchel's inequality,
 *
 *     Omega*(s G) <= s^2/2 <P, H P> + (f + lambda_2/2 ||.||^2)*(s (G - H P)),
 *
 * tight at the optimum. Where that conjugate is a ball's indicator, s is the
 * largest scale that fits into the ball. The gap bounds F - min F at every
 * point, converged or not.
 *
 * Where a component holds nothing down but differences (mean, graph, chain,
 * fused, same alone, or every lambda 0), the proximal gradient residual
 *
 *     L ||P - prox_{1/L}(P - grad/L)|| / ||gradient at W = 0||
 *
 * stands in, and says so; with quadratic terms alone it is the gradient's.
 */
#ifndef MTL_LEARN_CERTIFICATE_H
#define MTL_LEARN_CERTIFICATE_H

#include "learn/point.h"
#include "learn/problem.h"

struct certificate {
	double objective; /* loss + penalty at the point */
	double gap;       /* absolute; or the relative residual */
	bool residual;    /* gap is the relative residual */
};

/* True if every component bounds its conjugate: the gap will be one. */
bool certifies(const struct penalty *p);

/*
 * Of an updated point. gradient0: the norm of the loss's gradient at the null
 * model; L > 0: the residual's curvature; both used for residuals only.
 */
void certify(struct certificate *cert, const struct problem *p,
    const struct point *pt, double gradient0, double L, size_t threads);

#endif
