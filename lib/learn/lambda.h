/*
 * Where a path of lambdas begins.
 *
 * lambda_max of a term is the smallest lambda at which the term alone gives
 * W = 0: its dual norm of G0 = -grad F at W = 0 with the best intercepts. An
 * open term of a path takes x weight lambda_max(term), x one factor for all,
 * from the smallest x with W = 0 downwards. A term that has none (l2, mean,
 * relation, ...) takes that of an open norm beside it.
 *
 * fused alone, or with quadratic terms on the same matrix, leaves W when it
 * makes paired columns equal: that is where its lambda_max is, the other open
 * terms being 0.
 *
 * Where no open term has one, the path starts where the term lets the model
 * gain at most 1% of the null deviance D0: lambda = Omega*(G0) / (0.01 D0).
 */
#ifndef MTL_LEARN_LAMBDA_H
#define MTL_LEARN_LAMBDA_H

#include "base/err.h"
#include "learn/problem.h"

/* A problem at W = 0, and what its terms say to that. */
struct lambda_start {
	double *G;   /* [d+1][C] -grad F, the intercepts' row last */
	double null; /* D0 */
	double base[PENALTY_TERMS]; /* lambda_max of each term; 0: it has none */
	bool norms;  /* some open term has a lambda_max of its own */
	const struct term *equal; /* of open: it has that of equal columns,
				     not of W = 0; or NULL */
};

enum mtl_status lambda_start(struct lambda_start *s, const struct problem *p,
    const struct penalty *open, size_t threads, struct mtl_err *err);

/*
 * to = open with lambda = factor[k] times base[k] in the k-th term if it is
 * open (factor alone where base is NULL), and shares turned into lambdas.
 */
void lambda_fill(struct penalty *to, const struct penalty *open,
    const struct lambda_start *s, const double *factor, bool relative);

/* The smallest x at which W = 0, or columns equal: where a path starts. */
enum mtl_status lambda_first(double *x, const struct lambda_start *s,
    const struct penalty *open, const struct shape *shape,
    struct mtl_err *err);

/* Where the k-th term's own path starts, which has no lambda_max. */
enum mtl_status lambda_high(double *lambda, const struct lambda_start *s,
    const struct term *term, const struct shape *shape, struct mtl_err *err);

void lambda_clear(struct lambda_start *s); /* leaves it zeroed */

#endif
