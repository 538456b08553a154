#include "data/gen_tasks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Some of D features: all, or those listed, or a run of them. */
struct support {
	const size_t *at; /* [n]; NULL: from, from + 1, ... */
	size_t from, n;
};

struct drawing {
	const struct gen_opts *o;
	struct rng *rng;
	size_t D, cols;
	const size_t *first;
	size_t *sparse;   /* [D] a permutation; NULL but for sparse */
	size_t parts;     /* vectors that tasks have in common */
	double *part;     /* [parts][D] */
	double *own;      /* [D] v_t */
	double *combined; /* [D] U a_t */
};

static enum mtl_status
check(const struct gen_opts *o, size_t D, struct mtl_err *err)
{
	size_t size = o->structure_size;

	if (o->outliers >= o->tasks)
		return err_set(err, MTL_USAGE,
		    "--outliers %zu leaves no other of %zu tasks",
		    o->outliers, o->tasks);
	if ((o->structure == GEN_LOWRANK || o->structure == GEN_CLUSTER) &&
	    size > o->tasks)
		return err_set(err, MTL_USAGE,
		    "--structure: %s:%zu is more than the %zu tasks",
		    o->structure == GEN_LOWRANK ? "lowrank" : "cluster", size,
		    o->tasks);
	if ((o->structure == GEN_LOWRANK || o->structure == GEN_SPARSE) &&
	    size > D)
		return err_set(err, MTL_USAGE,
		    "--structure: %s:%zu is more than the %zu features",
		    o->structure == GEN_LOWRANK ? "lowrank" : "sparse", size,
		    D);
	return MTL_OK;
}

static size_t
count_parts(const struct gen_opts *o)
{
	switch (o->structure) {
	case GEN_INDEPENDENT:
	case GEN_CHAIN: return 0;
	case GEN_LOWRANK:
	case GEN_CLUSTER: return o->structure_size;
	case GEN_MODALITY: return o->modalities;
	default: return 1;
	}
}

static void
make_unit(double *v, size_t D)
{
	double sum = 0;

	for (size_t j = 0; j < D; j++)
		sum += v[j] * v[j];
	for (size_t j = 0; sum > 0 && j < D; j++)
		v[j] /= sqrt(sum);
}

static void
draw_unit(double *v, size_t D, struct support on, struct rng *rng)
{
	memset(v, 0, D * sizeof *v);
	for (size_t i = 0; i < on.n; i++)
		v[on.at != NULL ? on.at[i] : on.from + i] = rng_normal(rng);
	make_unit(v, D);
}

/* Where a part, or a task of that index, has its coefficients. */
static struct support
support(const struct drawing *d, size_t index)
{
	struct support all = {NULL, 0, d->D};
	size_t m;

	if (d->o->structure == GEN_SPARSE)
		return (struct support){d->sparse, 0, d->o->structure_size};
	if (d->o->structure != GEN_MODALITY)
		return all;
	m = index % d->o->modalities;
	return (struct support){NULL, d->first[m],
	    d->first[m + 1] - d->first[m]};
}

static void
draw_parts(struct drawing *d)
{
	for (size_t k = 0; k < d->parts; k++)
		draw_unit(d->part + k * d->D, d->D, support(d, k), d->rng);
}

/* U a_t, made unit. */
static const double *
combine(struct drawing *d)
{
	memset(d->combined, 0, d->D * sizeof *d->combined);
	for (size_t k = 0; k < d->parts; k++) {
		double a = rng_normal(d->rng);

		for (size_t j = 0; j < d->D; j++)
			d->combined[j] += a * d->part[k * d->D + j];
	}
	make_unit(d->combined, d->D);
	return d->combined;
}

/* s_t, or NULL where there is only v_t; before is w_{t-1}. */
static const double *
structured(struct drawing *d, size_t t, const double *before)
{
	switch (d->o->structure) {
	case GEN_INDEPENDENT: return NULL;
	case GEN_CHAIN: return t > 0 ? before : NULL;
	case GEN_LOWRANK: return combine(d);
	default: return d->part + t % d->parts * d->D;
	}
}

static void
draw_task(struct drawing *d, double *w, size_t t, const double *before)
{
	struct support all = {NULL, 0, d->D};
	bool outlier = t >= d->o->tasks - d->o->outliers;
	const double *s = outlier ? NULL : structured(d, t, before);
	double r = d->o->relatedness;
	double share = s != NULL ? sqrt(r) : 0;
	double rest = s != NULL ? sqrt(1 - r) : 1;

	draw_unit(d->own, d->D, outlier ? all : support(d, t), d->rng);
	for (size_t j = 0; j < d->D; j++)
		w[j] = rest * d->own[j] + (s != NULL ? share * s[j] : 0);
}

static bool
drawing_init(struct drawing *d)
{
	bool sparse = d->o->structure == GEN_SPARSE;

	d->parts = count_parts(d->o);
	d->part = mat_new(d->parts, d->D);
	d->own = mem_new(d->D, sizeof *d->own);
	d->combined = mem_new(d->D, sizeof *d->combined);
	d->sparse = sparse ? mem_new(d->D, sizeof *d->sparse) : NULL;
	return d->part != NULL && d->own != NULL && d->combined != NULL &&
	    (!sparse || d->sparse != NULL);
}

enum mtl_status
gen_tasks(double *V, const struct gen_opts *o, size_t D, size_t cols,
    const size_t *first, struct rng *rng, struct mtl_err *err)
{
	struct drawing d = {.o = o, .rng = rng, .D = D, .cols = cols,
	    .first = first};
	enum mtl_status st = check(o, D, err);

	if (st == MTL_OK && !drawing_init(&d))
		st = err_nomem(err);
	if (st != MTL_OK)
		goto out;
	if (d.sparse != NULL)
		rng_permutation(rng, d.sparse, D);
	for (size_t c = 0; c < cols; c++) {
		if (c == 0 || o->structure != GEN_LOWRANK)
			draw_parts(&d);
		for (size_t t = 0; t < o->tasks; t++) {
			double *w = V + (t * cols + c) * D;

			draw_task(&d, w, t, t > 0 ? w - cols * D : NULL);
		}
	}
out:
	free(d.part);
	free(d.own);
	free(d.combined);
	free(d.sparse);
	return st;
}
