#include "learn/lambda.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/lapack.h"
#include "base/mem.h"
#include "learn/component.h"
#include "learn/point.h"
#include "learn/solve.h"

static bool
is_open(const struct term *t)
{
	return isnan(t->lambda) && isnan(t->share);
}

/*
 * The lambda_max of a norm in component i, or in any, whose own lambda follows
 * from that: one open or a share; 0 without.
 */
static double
neighbours(const struct lambda_start *s, const struct penalty *p, size_t i)
{
	double beside = 0, any = 0;

	for (size_t c = 0, k = 0; c < p->components; c++)
		for (size_t t = 0; t < p->component[c].terms; t++, k++) {
			const struct term *term = &p->component[c].term[t];

			if (term->kind->dual == NULL ||
			    !isnan(term->lambda))
				continue;
			any = any > 0 ? any : s->base[k];
			if (c == i && !(beside > 0))
				beside = s->base[k];
		}
	return beside > 0 ? beside : any;
}

/* `same` in place of the term, and the quadratic terms whose lambda is known. */
static struct penalty
equal_columns(const struct penalty *open)
{
	struct penalty same = {.components = 1};
	struct component *m = &same.component[0];

	m->term[m->terms++] = (struct term){&term_same, 1, 1, (double)NAN};
	for (size_t k = 0; k < open->component[0].terms; k++)
		if (!isnan(open->component[0].term[k].lambda))
			m->term[m->terms++] = open->component[0].term[k];
	return same;
}

/*
 * The least lambda at which fused makes paired columns equal, for all terms: W
 * is then the best of equal columns, and lambda holds them against the other
 * gradients. Columns that nothing parts get what is rounding, so that a path
 * has a start.
 */
static enum mtl_status
find_equal(struct lambda_start *s, const struct problem *p,
    const struct penalty *open, const struct term *term, size_t threads,
    struct mtl_err *err)
{
	const struct solve_opts so = {.tol = 1e-10, .max_iter = 10000,
	    .threads = threads, .screening = true};
	const struct term_kind *kind = term->kind;
	struct penalty same = equal_columns(open);
	struct problem q = *p;
	struct solve_info info;
	struct point pt = {0};
	double *V = mat_new(p->d + 1, p->C);
	double *work = mem_new(kind->room(&p->shape), sizeof *work);
	enum mtl_status st;

	q.penalty = &same;
	if (V == NULL || work == NULL)
		st = err_nomem(err);
	else if ((st = solve(V, NULL, &info, &q, &so, err)) == MTL_OK &&
	    (st = point_init(&pt, &q, err)) == MTL_OK) {
		memcpy(pt.V, V, p->d * p->C * sizeof *V);
		point_update(&pt, &q, false, threads);
		component_gradient(pt.G, &same.component[0], pt.V, &p->shape,
		    true, pt.room);
		s->equal = term;
		s->norms = is_open(term);
		s->base[0] = fmax(kind->hold(pt.G, &p->shape, work),
		    1e-9 * kind->hold(s->G, &p->shape, work));
		for (size_t k = 1; k < open->component[0].terms; k++)
			s->base[k] = s->base[0];
	}
	point_clear(&pt, &q);
	free(V);
	free(work);
	return st;
}

static void
find_bases(struct lambda_start *s, const struct problem *p,
    const struct penalty *open, double *work)
{
	size_t k = 0;

	for (size_t c = 0; c < open->components; c++)
		for (size_t t = 0; t < open->component[c].terms; t++, k++) {
			const struct term *term = &open->component[c].term[t];

			if (term->kind->dual == NULL)
				continue;
			s->base[k] = term->kind->dual(s->G, &p->shape, work);
			s->norms |= is_open(term);
		}
	k = 0;
	for (size_t c = 0; c < open->components; c++)
		for (size_t t = 0; t < open->component[c].terms; t++, k++)
			if (open->component[c].term[t].kind->dual == NULL)
				s->base[k] = neighbours(s, open, c);
}

enum mtl_status
lambda_start(struct lambda_start *s, const struct problem *p,
    const struct penalty *open, size_t threads, struct mtl_err *err)
{
	struct point pt = {0};
	double *work = mem_new(penalty_room(open, &p->shape), sizeof *work);
	const struct term *equal = penalty_equalizer(open);
	double norm;
	enum mtl_status st;

	*s = (struct lambda_start){.G = mat_new(p->d + 1, p->C)};
	if (work == NULL || s->G == NULL)
		st = err_nomem(err);
	else if ((st = point_init(&pt, p, err)) == MTL_OK)
		point_null(&pt, &s->null, &norm, p, threads);
	for (size_t i = 0; st == MTL_OK && i < (p->d + 1) * p->C; i++)
		s->G[i] = -pt.G[i];
	if (st == MTL_OK && equal != NULL)
		st = find_equal(s, p, open, equal, threads, err);
	else if (st == MTL_OK)
		find_bases(s, p, open, work);
	point_clear(&pt, p);
	free(work);
	if (st != MTL_OK)
		lambda_clear(s);
	return st;
}

void
lambda_fill(struct penalty *to, const struct penalty *open,
    const struct lambda_start *s, const double *factor, bool relative)
{
	struct term *t;

	*to = *open;
	for (size_t k = 0; (t = penalty_term(to, k)) != NULL; k++)
		if (!isnan(t->share)) {
			t->lambda = t->share * s->base[k];
			t->share = (double)NAN;
		} else if (isnan(t->lambda))
			t->lambda = factor[k] * (relative ? s->base[k] : 1);
}

/* True if every component with an open norm is 0 at x. */
static bool
all_zero(double x, const struct lambda_start *s, const struct penalty *open,
    const struct shape *shape, double *copy, double *work)
{
	double factor[PENALTY_TERMS];
	struct penalty at;

	for (size_t k = 0; k < PENALTY_TERMS; k++)
		factor[k] = x;
	lambda_fill(&at, open, s, factor, true);
	for (size_t c = 0; c < at.components; c++) {
		bool norm = false;

		for (size_t t = 0; t < at.component[c].terms; t++) {
			const struct term *term = &open->component[c].term[t];

			norm |= is_open(term) && term->kind->dual != NULL;
		}
		if (norm && component_scale(&at.component[c], s->G, shape,
			copy, work) < 1)
			return false;
	}
	return true;
}

enum mtl_status
lambda_first(double *x, const struct lambda_start *s,
    const struct penalty *open, const struct shape *shape,
    struct mtl_err *err)
{
	double *copy, low = 0, high = 1;
	double *work;

	if (s->equal != NULL) {
		*x = s->equal->weight > 0 ? 1 / s->equal->weight : 1;
		return MTL_OK;
	}
	copy = mat_new(shape->d, shape->C);
	work = mem_new(penalty_room(open, shape), sizeof *work);
	if (copy == NULL || work == NULL) {
		free(copy);
		free(work);
		return err_nomem(err);
	}
	while (high < 1e6 && !all_zero(high, s, open, shape, copy, work))
		high *= 2;
	for (int i = 0; i < 50 && high - low > 1e-12 * high; i++) {
		double middle = low + (high - low) / 2;

		if (all_zero(middle, s, open, shape, copy, work))
			high = middle;
		else
			low = middle;
	}
	/* Terms that are given may hold W at 0 all by themselves. */
	*x = high > 1e-9 ? high : 1;
	free(copy);
	free(work);
	return MTL_OK;
}

/* 1/2 tr(G H+ G') of a quadratic term, H between columns. */
static enum mtl_status
quadratic_dual(double *value, const struct lambda_start *s,
    const struct term_kind *kind, const struct shape *shape, double *work,
    struct mtl_err *err)
{
	size_t C = shape->C;
	struct shape square = *shape;
	double *unit = mat_new(C, C), *H = mat_new(C, C);
	double *q = mem_new(C, sizeof *q), *ones = mem_new(C, sizeof *ones);
	enum mtl_status st = MTL_OK;

	if (unit == NULL || H == NULL || q == NULL || ones == NULL) {
		st = err_nomem(err);
		goto out;
	}
	square.d = C;
	square.weight = ones;
	for (size_t c = 0; c < C; c++)
		unit[c * C + c] = ones[c] = 1;
	kind->gradient(H, unit, &square, 1, work);
	if (!lapack_syevd(H, C, q)) {
		st = err_set(err, MTL_NUMERIC,
		    "an eigenvalue decomposition failed");
		goto out;
	}
	*value = 0;
	for (size_t j = 0; j < shape->d; j++)
		for (size_t k = 0; k < C; k++) {
			double along = 0;

			if (q[k] <= 1e-12 * q[C - 1])
				continue;
			for (size_t c = 0; c < C; c++)
				along += H[k * C + c] * s->G[j * C + c];
			*value += along * along /
			    (2 * q[k] * shape->weight[j]);
		}
out:
	free(unit);
	free(H);
	free(q);
	free(ones);
	return st;
}

enum mtl_status
lambda_high(double *lambda, const struct lambda_start *s,
    const struct term *term, const struct shape *shape, struct mtl_err *err)
{
	const struct term_kind *kind = term->kind;
	size_t room = kind->room != NULL ? kind->room(shape) : 0;
	double *work = mem_new(room, sizeof *work), dual = 0;
	enum mtl_status st = MTL_OK;

	if (work == NULL)
		return err_nomem(err);
	if (kind->conjugate != NULL)
		dual = kind->conjugate(s->G, shape, 1, work);
	else if (kind->gradient != NULL)
		st = quadratic_dual(&dual, s, kind, shape, work, err);
	*lambda = s->null > 0 ? dual / (0.01 * s->null) : 0;
	if (!(*lambda > 0))
		*lambda = 1;
	free(work);
	return st;
}

void
lambda_clear(struct lambda_start *s)
{
	free(s->G);
	*s = (struct lambda_start){0};
}
