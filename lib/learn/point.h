/*
 * A point V = (W; b) of a problem with all that follows from it: predictors,
 * loss, slopes, gradient. Solvers move V or z, points keep the rest true.
 */
#ifndef MTL_LEARN_POINT_H
#define MTL_LEARN_POINT_H

#include "base/err.h"
#include "learn/bands.h"
#include "learn/problem.h"

struct point {
	double *V;    /* [d+1][C] weights and, last row, intercepts */
	double *P;    /* [J][d][C] components that sum to W; V itself if J = 1 */
	double **z;   /* [B] n x cols: X W_k + b_k, the intercepts fitted;
	               * of a problem with a gram: [1] d x C, A W */
	double **r;   /* [B] n x cols: slopes c l'(z), dual feasible; or NULL */
	double *G;    /* [d+1][C] X'r; last row: sum r */
	double *work, *copy; /* [d+1][C] work space */
	double *room; /* work space of the penalty */
	double *of;   /* [B] work space: what each block adds */
	double **fit; /* [B] work space of each block's intercepts */
	struct bands bands; /* none with a gram */
	double loss;      /* sum c l */
	double penalty;   /* Omega(P) + intercept_l2/2 ||b||^2 */
};

/* The images z of a point: how many, and the length of each. */
size_t point_images(const struct problem *p);
size_t point_image(const struct problem *p, size_t k);

/* V = 0 with the fixed intercepts in place; the rest undefined. */
enum mtl_status point_init(struct point *pt, const struct problem *p,
    struct mtl_err *err);

/*
 * From the components: W, z, the best intercepts (from b as they stand), loss
 * and penalty. With moved, z is taken as it is (it has just been moved along
 * with V).
 */
void point_value(struct point *pt, const struct problem *p, bool moved,
    size_t threads);

/* The same without the penalty, which some terms take long over. */
void point_loss(struct point *pt, const struct problem *p, bool moved,
    size_t threads);

/* After point_value: slopes and gradient. */
void point_gradient(struct point *pt, const struct problem *p,
    size_t threads);

/* Both. */
void point_update(struct point *pt, const struct problem *p, bool moved,
    size_t threads);

/*
 * The null model's loss D0 and the norm of the loss's gradient there. Leaves
 * the point at it: W = 0, the best intercepts.
 */
void point_null(struct point *pt, double *loss, double *gradient,
    const struct problem *p, size_t threads);

/* sum c l*(-s theta), theta = -r/c feasible */
double point_conjugate(const struct point *pt, const struct problem *p,
    double s, size_t threads);

/* Omega(P) + intercept_l2/2 ||b||^2 for any components P and b[C]. */
double point_penalty(const struct point *pt, const struct problem *p,
    const double *P, const double *b);

void point_clear(struct point *pt, const struct problem *p);

#endif
