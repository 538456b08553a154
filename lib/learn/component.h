/*
 * What solvers and certificates ask of a component Omega: a function of one
 * matrix P (d x C),
 *
 *     Omega(P) = f(P) + 1/2 <P, H P> + lambda_2/2 ||P||^2
 *
 * f its norms (and relation, cluster, same), H its quadratic terms but l2,
 * lambda_2 that of l2. With row weights v_j, lambda_2 is v_j lambda_2 in row
 * j. Terms whose lambda is 0 do not count.
 *
 * work is penalty_room() doubles everywhere.
 */
#ifndef MTL_LEARN_COMPONENT_H
#define MTL_LEARN_COMPONENT_H

#include "learn/penalty.h"

/* lambda_2, the sum over l2 terms. */
double component_ridge(const struct component *m);

/* Omega(P); same counts 0, whether or not P obeys it. */
double component_value(const struct component *m, const double *P,
    const struct shape *s, double *work);

/* f(P) alone. */
double component_norms(const struct component *m, const double *P,
    const struct shape *s, double *work);

/* G += (H + lambda_2) P, without lambda_2 unless ridge. */
void component_gradient(double *G, const struct component *m, const double *P,
    const struct shape *s, bool ridge, double *work);

/* D[j*C + c] = diagonal of H + lambda_2. */
void component_diagonal(double *D, const struct component *m,
    const struct shape *s);

/* P = argmin over Q of 1/2 ||Q - P||^2 + step (f + lambda_2/2 ||.||^2)(Q) */
void component_prox(double *P, const struct component *m,
    const struct shape *s, double step, double *work);

/*
 * How the conjugate of f + lambda_2/2 ||.||^2 is bounded: it is finite
 * everywhere; finite where f's dual norm is at most 1; or nowhere but on a
 * null space, and no duality gap can be had.
 */
enum conjugate { CONJUGATE_FINITE, CONJUGATE_BALL, CONJUGATE_NONE };
enum conjugate component_conjugacy(const struct component *m);

/*
 * Ball: the largest scale in [0, 1] at which it holds, that is prox(scale U)
 * = 0; copy is d x C of work space.
 */
double component_scale(const struct component *m, const double *U,
    const struct shape *s, double *copy, double *work);

/*
 * Finite: the conjugate of f + lambda_2/2 ||.||^2 at U (d x C), which is
 * overwritten; copy is d x C.
 */
double component_conjugate(const struct component *m, double *U,
    const struct shape *s, double *copy, double *work);

#endif
