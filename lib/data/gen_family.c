#include "data/gen_family.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/gen_tasks.h"

static double
dot(const double *a, const double *b, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += a[i] * b[i];
	return sum;
}

/* Deviation of the score's signal in column c. */
static double
deviation(struct gen_family *f, size_t c)
{
	const double *w = f->V + c * f->D;

	if (f->o->modalities > 0 && !f->hidden)
		return gen_factors_deviation(&f->factors, w);
	return sqrt(dot(w, w, f->D));
}

static void
draw_rows(struct gen_family *f, struct rng *rng)
{
	const struct gen_opts *o = f->o;

	for (size_t t = 0; t < f->T; t++)
		f->rows[t] = o->min_rows +
		    (size_t)rng_below(rng, o->max_rows - o->min_rows);
}

/* The largest first: what cannot be had must not touch the rest. */
static bool
alloc(struct gen_family *f)
{
	size_t C;

	if (__builtin_mul_overflow(f->T, f->cols, &C))
		return false;
	return (f->V = mat_new(C, f->D)) != NULL &&
	    (f->sd = mem_new(C, sizeof *f->sd)) != NULL &&
	    (f->rows = mem_new(f->T, sizeof *f->rows)) != NULL &&
	    (f->x = mem_new(f->d, sizeof *f->x)) != NULL;
}

enum mtl_status
gen_family_init(struct gen_family *f, const struct gen_opts *o,
    struct rng *rng, struct mtl_err *err)
{
	bool one = o->kind == GEN_REGRESSION || o->classes == 2;
	enum mtl_status st = MTL_OK;

	*f = (struct gen_family){.o = o, .d = o->features, .T = o->tasks,
	    .cols = one ? 1 : o->classes,
	    .hidden = o->modalities > 0 && o->structure == GEN_RELATED};
	if (o->modalities > 0)
		st = gen_factors_init(&f->factors, o, rng, err);
	f->D = f->hidden ? f->factors.L : f->d;
	if (st == MTL_OK && !alloc(f))
		st = err_set(err, MTL_NOMEM, "out of memory for %zu features "
		    "of %zu tasks", f->d, f->T);
	if (st == MTL_OK)
		st = gen_tasks(f->V, o, f->D, f->cols, f->factors.first, rng,
		    err);
	if (st != MTL_OK) {
		gen_family_clear(f);
		return st;
	}
	for (size_t c = 0; c < f->T * f->cols; c++)
		f->sd[c] = deviation(f, c);
	draw_rows(f, rng);
	return MTL_OK;
}

/* The target from the scores of the task's columns, drawn in turn. */
static double
target(struct gen_family *f, size_t t, struct rng *rng)
{
	const double *h = f->hidden ? f->factors.factor : f->x;
	double best = 0, z = 0;
	size_t class = 0;

	for (size_t k = 0; k < f->cols; k++) {
		size_t c = t * f->cols + k;

		z = dot(f->V + c * f->D, h, f->D) +
		    f->o->noise * f->sd[c] * rng_normal(rng);
		if (k == 0 || z > best) {
			best = z;
			class = k;
		}
	}
	if (f->o->kind == GEN_REGRESSION)
		return z + f->o->bias;
	return f->cols == 1 ? z > 0 : (double)class;
}

bool
gen_family_next(struct gen_family *f, size_t *task, struct rng *rng)
{
	if (f->row == f->rows[f->task]) {
		if (++f->task == f->T)
			return false;
		f->row = 0;
	}
	f->row++;
	*task = f->task;
	if (f->o->modalities > 0)
		gen_factors_draw(&f->factors, f->x, rng);
	else
		for (size_t j = 0; j < f->d; j++)
			f->x[j] = rng_normal(rng);
	f->y = target(f, f->task, rng);
	return true;
}

enum mtl_status
gen_family_truth(const struct gen_family *f, double *W, struct mtl_err *err)
{
	size_t C = f->T * f->cols;
	const double *w = f->V;
	double *expected = NULL;
	enum mtl_status st = MTL_OK;

	if (f->hidden) {
		w = expected = mat_new(C, f->d);
		st = expected == NULL ? err_nomem(err)
		    : gen_factors_expect(&f->factors, expected, f->V, C, err);
	}
	for (size_t j = 0; st == MTL_OK && j < f->d; j++)
		for (size_t c = 0; c < C; c++)
			W[j * C + c] = w[c * f->d + j];
	free(expected);
	return st;
}

void
gen_family_clear(struct gen_family *f)
{
	gen_factors_clear(&f->factors);
	free(f->V);
	free(f->sd);
	free(f->rows);
	free(f->x);
	memset(f, 0, sizeof *f);
}
