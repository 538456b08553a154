#include "data/gen_sample.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum mtl_status
gen_sample_init(struct gen_sample *s, size_t n, size_t d, size_t R,
    struct mtl_err *err)
{
	*s = (struct gen_sample){.n = n, .d = d, .R = R};
	/* The largest first: what cannot be had must not touch the rest. */
	if ((s->X = mat_new(n, d)) != NULL &&
	    (s->y = mat_new(n, R)) != NULL &&
	    (s->row = mem_new(n, sizeof *s->row)) != NULL &&
	    (s->column = mem_new(d, sizeof *s->column)) != NULL)
		return MTL_OK;
	gen_sample_clear(s);
	return err_set(err, MTL_NOMEM,
	    "out of memory for %zu rows of %zu features", n, d);
}

void
gen_sample_shuffle(struct gen_sample *s, struct rng *rng)
{
	rng_permutation(rng, s->row, s->n);
	rng_permutation(rng, s->column, s->d);
}

void
gen_sample_clear(struct gen_sample *s)
{
	free(s->X);
	free(s->y);
	free(s->W);
	free(s->row);
	free(s->column);
	memset(s, 0, sizeof *s);
}
