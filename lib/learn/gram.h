/*
 * The squared losses of a problem as one quadratic in W, once intercepts are
 * solved for:
 *
 *     F(W) = sum over columns c:  constant_c + 1/2 w'A_c w - w'a_c
 *
 * with A_c and a_c from design.h. Columns with the same rows and weights share
 * one A. What it costs to apply no longer depends on the number of rows, and
 * it serves any number of penalties.
 *
 * Only for problems whose blocks all have the squared loss (one column each).
 */
#ifndef MTL_LEARN_GRAM_H
#define MTL_LEARN_GRAM_H

#include "base/err.h"
#include "learn/design.h"
#include "learn/problem.h"

struct gram {
	size_t d, C, designs;
	struct design *design; /* [designs] */
	bool borrowed;         /* the designs are another gram's */
	size_t *of;            /* [C] design of each column */
	double *a;             /* [d][C] */
	double *mean;          /* [C] weighted mean of y */
	double *constant;      /* [C] 1/2 q'q */
	double **work;         /* [C] work space of gram_apply, by column */
	double **wide;         /* [C] where a design with a Z begins: n x its
	                        * columns, work space too; else NULL */
};

/* True if all losses are squared. */
bool gram_fits(const struct problem *p);

/* True if applying the designs is cheaper than going through the rows. */
bool gram_pays(const struct problem *p);

enum mtl_status gram_init(struct gram *g, const struct problem *p,
    size_t threads, struct mtl_err *err);

/* Keeps the spectra of all designs, for many penalties. */
enum mtl_status gram_spectra(struct gram *g, size_t threads,
    struct mtl_err *err);

/* The columns first .. first + C - 1 of a gram, which must outlive it. */
enum mtl_status gram_columns(struct gram *to, const struct gram *g,
    size_t first, size_t C, struct mtl_err *err);

/* AW = A W, both d x C */
void gram_apply(double *AW, const struct gram *g, const double *W,
    size_t threads);

/* The intercepts' row of V ((d+1) x C) that goes with its weights. */
void gram_intercepts(double *V, const struct gram *g);

/*
 * True if blocks k and l have the same rows with the same weights: one
 * design serves both.
 */
bool same_design(const struct block *k, const struct block *l);

void gram_clear(struct gram *g); /* leaves it zeroed */

#endif
