/*
 * The quadratic of a squared-loss block once its intercept is solved for:
 *
 *     1/2 w'A w - w'a + const,   A = Z'Z,  a = Z'q
 *
 * with rows sqrt(c_i) (x_i - m) of Z and sqrt(c_i) (y_i - mean y) of q, m the
 * weighted mean of the block's rows (subtracted row by row, so nothing
 * cancels), and one more row for an intercept that is penalised by l2 or
 * absent (l2 = infinity): sqrt(k) m and sqrt(k) mean y, k = l2 c/(l2 + c), c
 * the total weight. Kept is A (d x d), or Z where the block has fewer rows than
 * features; few features are always A.
 */
#ifndef MTL_LEARN_DESIGN_H
#define MTL_LEARN_DESIGN_H

#include "base/err.h"
#include "learn/problem.h"

struct design {
	size_t d, n;    /* features; rows of Z */
	size_t side;    /* d if A is kept, n if Z is */
	double *A;      /* [d][d] upper triangle, or NULL */
	double *Z;      /* [n][d], or NULL */
	double *m;      /* [d] weighted mean of the rows */
	double weight;  /* total weight c */
	double extra;   /* k: weight of the extra row; 0: there is none */
	double shrink;  /* b = shrink (mean y - m'w): 1 when free, 0 without */
	double *factor; /* [side][side] of A + ridge I, or Z Z' + ridge I */
	double ridge;
	double *eigen;  /* [side] of the inverse, in the eigenvectors that
	                 * factor then holds (or vector, if there is one) */
	double *vector; /* [side][side] rows: eigenvectors of A or Z Z' */
	double *value;  /* [side] and their eigenvalues; NULL until asked for */
};

enum mtl_status design_init(struct design *g, const struct problem *p,
    const struct block *block, struct mtl_err *err);

/*
 * The right-hand side t[side] of a block with this design, and the weighted
 * mean of its y: a = Z'q where A is kept, else q itself.
 */
enum mtl_status design_target(double *t, double *mean, const struct design *g,
    const struct problem *p, const struct block *block, struct mtl_err *err);

/* 1/2 q'q for the mean of design_target. */
double design_constant(const struct design *g, double mean,
    const struct problem *p, const struct block *block);

/* Keeps the spectrum: from then on factors cost next to nothing. */
enum mtl_status design_spectrum(struct design *g, struct mtl_err *err);

/*
 * Prepares the inverse of A + ridge I. Without a ridge and with a singular A
 * it is the pseudo-inverse: solutions have minimum norm.
 */
enum mtl_status design_factor(struct design *g, double ridge,
    struct mtl_err *err);

/*
 * W[m][d] = (A + ridge I)^-1 Z'q for m right-hand sides of design_target,
 * T[m][side], overwritten.
 */
enum mtl_status design_solve(double *W, const struct design *g, double *T,
    size_t m, struct mtl_err *err);

/* a[d] = Z'q from the t of design_target. */
void design_rhs(double *a, const struct design *g, const double *t);

/*
 * out[d] = (A + ridge I)^-1 v for any v; ridge > 0 if Z is kept. work has
 * 2 max(n, d) doubles, for design_apply too.
 */
void design_precondition(double *out, const struct design *g, const double *v,
    double *work);

/* out[d] += A v */
void design_apply(double *out, const struct design *g, const double *v,
    double *work);

/*
 * A design that shares all of g but its factor (and spectrum, if g has none);
 * design_unshare frees what is its own.
 */
struct design design_share(const struct design *g);
void design_unshare(struct design *copy, const struct design *g);

void design_clear(struct design *g); /* leaves it zeroed */

#endif
