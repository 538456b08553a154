#include "data/gen_regression.h"

#include "base/mem.h"

/* y = X W + bias, over the rows of W that are not 0. */
static void
targets(struct gen_sample *s, size_t q, double bias)
{
	for (size_t i = 0; i < s->n; i++) {
		const double *x = s->X + i * s->d;
		double *y = s->y + i * s->R;

		for (size_t j = 0; j < q; j++)
			for (size_t r = 0; r < s->R; r++)
				y[r] += x[j] * s->W[j * s->R + r];
		for (size_t r = 0; r < s->R; r++)
			y[r] += bias;
	}
}

enum mtl_status
gen_regression(struct gen_sample *s, const struct gen_opts *o,
    struct rng *rng, struct mtl_err *err)
{
	size_t n = o->min_rows, d = o->features, R = o->targets;
	size_t q = o->informative < d ? o->informative : d;
	enum mtl_status st = gen_sample_init(s, n, d, R, err);

	if (st != MTL_OK)
		return st;
	s->W = mat_new(d, R);
	if (s->W == NULL) {
		gen_sample_clear(s);
		return err_nomem(err);
	}
	for (size_t i = 0; i < n * d; i++)
		s->X[i] = rng_normal(rng);
	for (size_t j = 0; j < q * R; j++)
		s->W[j] = 100 * rng_uniform(rng);
	targets(s, q, o->bias);
	for (size_t i = 0; o->noise > 0 && i < n * R; i++)
		s->y[i] += o->noise * rng_normal(rng);
	gen_sample_shuffle(s, rng);
	return MTL_OK;
}
