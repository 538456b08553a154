#include "data/gen_sample.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum mtl_status
gen_sample_init(struct gen_sample *s, size_t n, size_t d, size_t R,
    struct mtl_err *err)
{
	*s = (struct gen_sample){.n = n, .d = d, .R = R};
	s->X = mat_new(n, d);
	s->y = mat_new(n, R);
	s->row = mem_new(n, sizeof *s->row);
	s->column = mem_new(d, sizeof *s->column);
	if (s->X != NULL && s->y != NULL && s->row != NULL &&
	    s->column != NULL)
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
