#include "learn/separable.h"

#include <stdlib.h>

#include "base/mem.h"

static bool
penalised(const struct penalty *p)
{
	for (size_t k = 0; k < p->components; k++)
		for (size_t i = 0; i < p->component[k].terms; i++)
			if (term_lambda(&p->component[k].term[i]) > 0)
				return true;
	return false;
}

/* The predictor of y's class is the largest, and by no tie. */
static bool
right(const struct block *block, double y, const double *z)
{
	if (block->loss == LOSS_LOGISTIC)
		return y * z[0] > 0;
	for (size_t k = 0; k < block->cols; k++)
		if (k != (size_t)y && !(z[k] < z[(size_t)y]))
			return false;
	return true;
}

static bool
all_right(const struct problem *p, const struct block *block, const double *z)
{
	struct walk w = {.p = p, .block = block};
	struct chunk ch;

	while (walk_next(&w, &ch))
		for (size_t i = 0; i < ch.n; i++)
			if (chunk_weight(&ch, i) > 0 &&
			    !right(block, chunk_y(&ch, block, i),
				z + (ch.at + i) * block->cols))
				return false;
	return true;
}

enum mtl_status
separable(bool *yes, const struct problem *p, const double *V,
    struct mtl_err *err)
{
	*yes = false;
	for (size_t k = 0; k < p->B && !penalised(p->penalty) && !*yes; k++) {
		const struct block *block = &p->block[k];
		double *z, *scratch;

		if ((block->loss != LOSS_LOGISTIC &&
			block->loss != LOSS_SOFTMAX) ||
		    (block->loss == LOSS_SOFTMAX && block->cols < 2) ||
		    block->fixed)
			continue;
		z = mat_new(block->n, block->cols);
		scratch = mem_new(block_scratch(p, block), sizeof *scratch);
		if (z != NULL && scratch != NULL) {
			block_predict(z, p, block, V, scratch);
			*yes = all_right(p, block, z);
		}
		free(scratch);
		free(z);
		if (z == NULL || scratch == NULL)
			return err_nomem(err);
	}
	return MTL_OK;
}
