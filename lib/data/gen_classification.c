#include "data/gen_classification.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"

/* Corners are drawn as numbers of that many bits; the others one by one. */
enum { CORNER_BITS = 30 };

/* --- distinct integers --------------------------------------------------- */

/* Open addressing; a slot holds value + 1, or 0. */
struct set {
	size_t *slot;
	size_t mask;
};

static bool
set_init(struct set *set, size_t room)
{
	size_t slots = 16;

	while (slots < 2 * room)
		slots *= 2;
	set->mask = slots - 1;
	set->slot = mem_new(slots, sizeof *set->slot);
	return set->slot != NULL;
}

/* False if it was there. */
static bool
set_add(struct set *set, size_t value)
{
	size_t at = value & set->mask;

	while (set->slot[at] != 0) {
		if (set->slot[at] == value + 1)
			return false;
		at = (at + 1) & set->mask;
	}
	set->slot[at] = value + 1;
	return true;
}

static bool
pick_from_permutation(size_t *pick, size_t k, size_t N, struct rng *rng)
{
	size_t *all = mem_new(N, sizeof *all);

	if (all == NULL)
		return false;
	rng_permutation(rng, all, N);
	for (size_t i = 0; i < k; i++)
		pick[i] = all[i];
	free(all);
	return true;
}

static bool
pick_one_by_one(size_t *pick, size_t k, size_t N, struct rng *rng)
{
	struct set set;

	if (!set_init(&set, k))
		return false;
	for (size_t i = 0; i < k; i++)
		do
			pick[i] = (size_t)rng_below(rng, N - 1);
		while (!set_add(&set, pick[i]));
	free(set.slot);
	return true;
}

static void
pick_by_reservoir(size_t *pick, size_t k, size_t N, struct rng *rng)
{
	for (size_t i = 0; i < k; i++)
		pick[i] = i;
	for (size_t i = k; i < N; i++) {
		size_t j = (size_t)rng_below(rng, i);

		if (j < k)
			pick[j] = i;
	}
}

/* k distinct integers below N; scikit-learn chooses the way by their ratio. */
static bool
pick_distinct(size_t *pick, size_t k, size_t N, struct rng *rng)
{
	double ratio = (double)k / (double)N;

	if (ratio > 0.01 && ratio < 0.99)
		return pick_from_permutation(pick, k, N, rng);
	if (ratio < 0.2)
		return pick_one_by_one(pick, k, N, rng);
	pick_by_reservoir(pick, k, N, rng);
	return true;
}

/* --- clusters ------------------------------------------------------------ */

struct clusters {
	size_t M, q;
	size_t *size;   /* [M] rows */
	double *centre; /* [M][q] */
};

static enum mtl_status
check(const struct gen_opts *o, struct mtl_err *err)
{
	size_t q = o->informative, sum = 0, M;
	size_t bits = q < CORNER_BITS ? q : CORNER_BITS;

	if (__builtin_add_overflow(q, o->redundant, &sum) ||
	    __builtin_add_overflow(sum, o->repeated, &sum) ||
	    sum > o->features)
		return err_set(err, MTL_USAGE, "--informative %zu, "
		    "--redundant %zu and --repeated %zu are more than "
		    "--features %zu", q, o->redundant, o->repeated,
		    o->features);
	if (__builtin_mul_overflow(o->classes, o->clusters, &M) ||
	    M > (size_t)1 << bits)
		return err_set(err, MTL_USAGE, "--classes %zu times "
		    "--clusters %zu is more than the 2^%zu corners of "
		    "--informative %zu", o->classes, o->clusters, bits, q);
	if (o->weight != NULL && o->weights != o->classes &&
	    o->weights != o->classes - 1)
		return err_set(err, MTL_USAGE, "--weights: %zu shares for "
		    "%zu classes (give %zu, or %zu)", o->weights, o->classes,
		    o->classes, o->classes - 1);
	return MTL_OK;
}

/* Share of a class; the last may be what the others leave. */
static double
class_weight(const struct gen_opts *o, size_t k)
{
	double sum = 0;

	if (o->weight == NULL)
		return 1.0 / (double)o->classes;
	if (k < o->weights)
		return o->weight[k];
	for (size_t i = 0; i < o->weights; i++)
		sum += o->weight[i];
	return 1.0 - sum;
}

/* Rows of each cluster: shares rounded down, the rest dealt out in turn. */
static enum mtl_status
share_rows(struct clusters *c, const struct gen_opts *o, struct mtl_err *err)
{
	size_t n = o->min_rows, left = n;

	for (size_t m = 0; m < c->M; m++) {
		double share = class_weight(o, m % o->classes);
		double rows = (double)n * share / (double)o->clusters;

		if (share < 0 || rows >= (double)left + 1)
			return err_set(err, MTL_USAGE,
			    "--weights add up to more than 1");
		c->size[m] = (size_t)rows;
		left -= c->size[m];
	}
	for (size_t i = 0; i < left; i++)
		c->size[i % c->M]++;
	return MTL_OK;
}

/* Bits first, then 2 sep bit - sep as the coordinates. */
static bool
draw_centres(struct clusters *c, double sep, struct rng *rng)
{
	size_t bits = c->q < CORNER_BITS ? c->q : CORNER_BITS;
	size_t lead = c->q - bits;
	size_t *corner = mem_new(c->M, sizeof *corner);
	bool ok = corner != NULL;

	for (size_t m = 0; ok && m < c->M; m++)
		for (size_t j = 0; j < lead; j++)
			c->centre[m * c->q + j] = (double)rng_below(rng, 1);
	ok = ok && pick_distinct(corner, c->M, (size_t)1 << bits, rng);
	for (size_t m = 0; ok && m < c->M; m++) {
		double *centre = c->centre + m * c->q;

		for (size_t b = 0; b < bits; b++)
			centre[lead + b] =
			    (double)(corner[m] >> (bits - 1 - b) & 1);
		for (size_t j = 0; j < c->q; j++)
			centre[j] = centre[j] * (2 * sep) - sep;
	}
	free(corner);
	return ok;
}

static void
clusters_clear(struct clusters *c)
{
	free(c->size);
	free(c->centre);
}

static enum mtl_status
clusters_draw(struct clusters *c, const struct gen_opts *o, struct rng *rng,
    struct mtl_err *err)
{
	enum mtl_status st = MTL_OK;

	*c = (struct clusters){.M = o->classes * o->clusters,
	    .q = o->informative};
	c->size = mem_new(c->M, sizeof *c->size);
	c->centre = mat_new(c->M, c->q);
	if (c->size == NULL || c->centre == NULL)
		st = err_nomem(err);
	if (st == MTL_OK)
		st = share_rows(c, o, err);
	if (st == MTL_OK && !draw_centres(c, o->class_sep, rng))
		st = err_nomem(err);
	if (st != MTL_OK)
		clusters_clear(c);
	return st;
}

/* --- features ------------------------------------------------------------ */

static void
draw_mixture(double *A, size_t n, struct rng *rng)
{
	for (size_t i = 0; i < n; i++)
		A[i] = 2 * rng_uniform(rng) - 1;
}

/* out = x A, A of q x p. out and x must not overlap. */
static void
multiply(double *restrict out, const double *restrict x,
    const double *restrict A, size_t q, size_t p)
{
	for (size_t j = 0; j < p; j++)
		out[j] = 0;
	for (size_t k = 0; k < q; k++)
		for (size_t j = 0; j < p; j++)
			out[j] += x[k] * A[k * p + j];
}

static void
draw_normals(struct gen_sample *s, size_t from, size_t to, struct rng *rng)
{
	for (size_t i = 0; i < s->n; i++)
		for (size_t j = from; j < to; j++)
			s->X[i * s->d + j] = rng_normal(rng);
}

/* The informative features and the classes. A has q x (q + 1) doubles. */
static void
shape_clusters(struct gen_sample *s, const struct clusters *c, size_t classes,
    double *A, struct rng *rng)
{
	size_t q = c->q, i = 0;
	double *mixed = A + q * q;

	for (size_t m = 0; m < c->M; m++) {
		draw_mixture(A, q * q, rng);
		for (size_t end = i + c->size[m]; i < end; i++) {
			double *x = s->X + i * s->d;

			multiply(mixed, x, A, q, q);
			for (size_t j = 0; j < q; j++)
				x[j] = mixed[j] + c->centre[m * q + j];
			s->y[i] = (double)(m % classes);
		}
	}
}

static enum mtl_status
draw_informative(struct gen_sample *s, const struct gen_opts *o,
    struct rng *rng, struct mtl_err *err)
{
	size_t q = o->informative;
	double *A = mat_new(q + 1, q);
	struct clusters c = {0};
	enum mtl_status st = A != NULL ? clusters_draw(&c, o, rng, err)
				       : err_nomem(err);

	if (st == MTL_OK) {
		draw_normals(s, 0, q, rng);
		shape_clusters(s, &c, o->classes, A, rng);
		clusters_clear(&c);
	}
	free(A);
	return st;
}

static enum mtl_status
draw_redundant(struct gen_sample *s, const struct gen_opts *o,
    struct rng *rng, struct mtl_err *err)
{
	size_t q = o->informative;
	double *B = mat_new(q, o->redundant);

	if (B == NULL)
		return err_nomem(err);
	draw_mixture(B, q * o->redundant, rng);
	for (size_t i = 0; i < s->n; i++) {
		double *x = s->X + i * s->d;

		multiply(x + q, x, B, q, o->redundant);
	}
	free(B);
	return MTL_OK;
}

static void
draw_repeated(struct gen_sample *s, const struct gen_opts *o, struct rng *rng)
{
	size_t p = o->informative + o->redundant;

	for (size_t r = 0; r < o->repeated; r++) {
		double u = rng_uniform(rng);
		size_t source = (size_t)((double)(p - 1) * u + 0.5);

		for (size_t i = 0; i < s->n; i++)
			s->X[i * s->d + p + r] = s->X[i * s->d + source];
	}
}

/* All uniforms come before the first new class. */
static enum mtl_status
flip_classes(struct gen_sample *s, const struct gen_opts *o, struct rng *rng,
    struct mtl_err *err)
{
	bool *flip = mem_new(s->n, sizeof *flip);

	if (flip == NULL)
		return err_nomem(err);
	for (size_t i = 0; i < s->n; i++)
		flip[i] = rng_uniform(rng) < o->flip;
	for (size_t i = 0; i < s->n; i++)
		if (flip[i])
			s->y[i] = (double)rng_below(rng, o->classes - 1);
	free(flip);
	return MTL_OK;
}

/* x = (x + shift) scale; both may differ by feature. */
static enum mtl_status
shift_and_scale(struct gen_sample *s, const struct gen_opts *o,
    struct rng *rng, struct mtl_err *err)
{
	double *shift = mem_new(s->d, sizeof *shift);
	double *scale = mem_new(s->d, sizeof *scale);
	enum mtl_status st = MTL_OK;

	if (shift == NULL || scale == NULL) {
		st = err_nomem(err);
		goto out;
	}
	for (size_t j = 0; j < s->d; j++)
		shift[j] = !o->random_shift ? o->shift
		    : (2 * rng_uniform(rng) - 1) * o->class_sep;
	for (size_t j = 0; j < s->d; j++)
		scale[j] = !o->random_scale ? o->scale
		    : 1 + 100 * rng_uniform(rng);
	for (size_t i = 0; i < s->n; i++)
		for (size_t j = 0; j < s->d; j++) {
			double *x = &s->X[i * s->d + j];

			*x = (*x + shift[j]) * scale[j];
		}
out:
	free(shift);
	free(scale);
	return st;
}

enum mtl_status
gen_classification(struct gen_sample *s, const struct gen_opts *o,
    struct rng *rng, struct mtl_err *err)
{
	size_t used = o->informative + o->redundant + o->repeated;
	enum mtl_status st = check(o, err);

	if (st == MTL_OK)
		st = gen_sample_init(s, o->min_rows, o->features, 1, err);
	if (st != MTL_OK)
		return st;
	st = draw_informative(s, o, rng, err);
	if (st == MTL_OK && o->redundant > 0)
		st = draw_redundant(s, o, rng, err);
	if (st == MTL_OK) {
		draw_repeated(s, o, rng);
		draw_normals(s, used, s->d, rng);
	}
	if (st == MTL_OK && o->flip >= 0)
		st = flip_classes(s, o, rng, err);
	if (st == MTL_OK)
		st = shift_and_scale(s, o, rng, err);
	if (st == MTL_OK)
		gen_sample_shuffle(s, rng);
	else
		gen_sample_clear(s);
	return st;
}
