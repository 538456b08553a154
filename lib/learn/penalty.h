/*
 * The penalty language: which entries of W are tied together, and how hard.
 *
 *     penalty   := component { "+" component }   W = P1 + P2 + ...
 *     component := term { "," term }             terms on the same matrix
 *     term      := NAME [ "*" weight ] [ ":" lambda ]
 *
 * A term without lambda is open; "0.1x" is that share of the term's own
 * lambda_max. The terms are listed in term.h; which of them may stand in one
 * component is a matter of their families there.
 */
#ifndef MTL_LEARN_PENALTY_H
#define MTL_LEARN_PENALTY_H

#include <stdbool.h>

#include "base/err.h"
#include "learn/term.h"

struct term {
	const struct term_kind *kind;
	double weight; /* 1 unless NAME*weight */
	double lambda; /* before the weight; NaN while open */
	double share;  /* lambda as a share of lambda_max; NaN: it is none */
};

enum { COMPONENT_TERMS = 8, PENALTY_COMPONENTS = 4,
	PENALTY_TERMS = COMPONENT_TERMS * PENALTY_COMPONENTS };

/* Terms that act on one matrix, as they were written. */
struct component {
	size_t terms;
	struct term term[COMPONENT_TERMS];
};

struct penalty {
	size_t components;
	struct component component[PENALTY_COMPONENTS];
};

/* weight * lambda; 0 while open. */
double term_lambda(const struct term *t);

/* MTL_USAGE with a message that starts with "penalty 'TEXT': ". */
enum mtl_status penalty_parse(struct penalty *p, const char *text,
    struct mtl_err *err);

/*
 * Fills the open terms from --lambda V[,V...], left to right: one value for
 * all or one each; an empty item leaves its term open. NULL fills nothing.
 * MTL_USAGE for another count or a bad number, and for a share where no term
 * has a lambda_max to share.
 */
enum mtl_status penalty_fill(struct penalty *p, const char *lambdas,
    struct mtl_err *err);

/* The number of open terms, and of terms given as a share. */
size_t penalty_open(const struct penalty *p);
size_t penalty_shares(const struct penalty *p);

/* The k-th term of all components in turn, or NULL. */
struct term *penalty_term(struct penalty *p, size_t k);

/* "trace:0.1 + l1:0.01" into buf, at most size bytes with the NUL. */
void penalty_show(char *buf, size_t size, const struct penalty *p);

/* The lambdas by blanks, weights multiplied in: "0.1 0.01". */
void penalty_show_lambdas(char *buf, size_t size, const struct penalty *p);

/*
 * The same as numbers, of all terms that have one (`same` has none): fills
 * lambda unless it is NULL and returns their number. penalty_settle gives them
 * back: weights are 1 then and no term is open.
 */
size_t penalty_lambdas(double *lambda, const struct penalty *p);
void penalty_settle(struct penalty *p, const double *lambda);

/*
 * The open or shared term that makes columns equal (fused), where all others
 * are quadratic terms on the same matrix; or NULL.
 */
const struct term *penalty_equalizer(const struct penalty *p);

/* True if some term with lambda > 0 couples columns. */
bool penalty_couples(const struct penalty *p);

/* True for one component of quadratic terms: Newton's and direct solvers'. */
bool penalty_quadratic(const struct penalty *p);

/*
 * MTL_USAGE when the terms do not go with the shape: row weights with terms
 * that are not row-wise; same beside task or block with unequal class sets.
 */
enum mtl_status penalty_check(const struct penalty *p, const struct shape *s,
    struct mtl_err *err);

/* Doubles of work space for what follows. */
size_t penalty_room(const struct penalty *p, const struct shape *s);

#endif
