/*
 * The penalty language: which entries of W are tied together, and how hard.
 *
 *     penalty := term { "," term }
 *     term    := NAME [ "*" weight ] [ ":" lambda ]
 *
 * Each term is a row of one table: its name, what it says, and its operations
 * on W, d x C row-major (W[j*C + c]). A new term is a new file and a new row.
 * All terms of today are smooth and quadratic, Omega(W) = lambda/2 <W, H W>
 * with H acting on the columns; that is what value, gradient and diagonal
 * describe.
 */
#ifndef MTL_LEARN_PENALTY_H
#define MTL_LEARN_PENALTY_H

#include <stdbool.h>
#include <stdio.h>

#include "base/err.h"

/*
 * Which columns belong together: terms such as mean pair the columns of
 * different tasks that stand for the same class (numbers and two-class
 * columns: all of them).
 */
struct pairing {
	size_t C;      /* columns */
	size_t groups; /* sets of paired columns */
	size_t *group; /* [C] set of each column, 0 .. groups-1 */
	double *size;  /* [groups] columns in each */
};

struct term_kind {
	const char *name;
	const char *formula; /* for people: "1/2 ||W||_F^2" */
	const char *ties;    /* what it ties together */
	bool couples;        /* columns to each other; false: separable */
	/* Omega(W) for lambda = 1; sum is a work space of p->groups doubles */
	double (*value)(const double *W, size_t d, const struct pairing *p,
	    double *sum);
	/* G += lambda H W */
	void (*gradient)(double *G, const double *W, size_t d,
	    const struct pairing *p, double lambda, double *sum);
	/* D[c] += lambda H_cc */
	void (*diagonal)(double *D, const struct pairing *p, double lambda);
};

extern const struct term_kind term_l2, term_mean;

/* The table of all terms; NULL ends it. */
const struct term_kind *const *term_table(void);

struct term {
	const struct term_kind *kind;
	double weight; /* 1 unless NAME*weight */
	double lambda; /* before the weight; NaN while open */
};

enum { PENALTY_TERMS = 8 };

struct penalty {
	size_t terms;
	struct term term[PENALTY_TERMS];
};

/* MTL_USAGE with a message that starts with "penalty 'TEXT': ". */
enum mtl_status penalty_parse(struct penalty *p, const char *text,
    struct mtl_err *err);

/*
 * Fills the open terms from --lambda V[,V...], left to right: one value for
 * all or one each. MTL_USAGE for another count, a bad number, or terms that
 * stay open.
 */
enum mtl_status penalty_fill(struct penalty *p, const char *lambdas,
    struct mtl_err *err);

/* The number of open terms. */
size_t penalty_open(const struct penalty *p);

/* "mean:0.1,l2:0.01" into buf, at most size bytes with the NUL. */
void penalty_show(char *buf, size_t size, const struct penalty *p);

/* sum: work space of pair->groups doubles */
double penalty_value(const struct penalty *p, const double *W, size_t d,
    const struct pairing *pair, double *sum);
void penalty_gradient(double *G, const struct penalty *p, const double *W,
    size_t d, const struct pairing *pair, double *sum);
/* D[C] = the diagonal of H, one entry a column */
void penalty_diagonal(double *D, const struct penalty *p,
    const struct pairing *pair);

/* True if some term with lambda > 0 couples columns. */
bool penalty_couples(const struct penalty *p);

/* Total lambda of the l2 terms. */
double penalty_l2(const struct penalty *p);

#endif
