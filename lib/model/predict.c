#include "model/predict.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* z[n] += x' of the columns col .. col+n-1 of W, feature by feature. */
static void
add_columns(double *restrict z, const struct model *m, size_t col, size_t n,
    const double *x)
{
	for (size_t j = 0; j < m->d; j++) {
		const double *w = m->W + j * m->C + col;
		double v = x[j];

		if (isnan(v))
			v = m->mean != NULL ? m->mean[j] : 0;
		if (v == 0) /* word counts: most of them */
			continue;
		for (size_t c = 0; c < n; c++)
			z[c] += v * w[c];
	}
}

void
predict_z(double *z, const struct model *m, const double *x)
{
	memcpy(z, m->b, m->C * sizeof *z);
	add_columns(z, m, 0, m->C, x);
}

void
predict_block_z(double *z, const struct model *m,
    const struct model_block *block, const double *x)
{
	memcpy(z, m->b + block->col, block->cols * sizeof *z);
	add_columns(z, m, block->col, block->cols, x);
}

/* log(1 / (1 + exp(-z))) in both tails. */
static double
log_sigmoid(double z)
{
	return fmin(z, 0) - log1p(exp(-fabs(z)));
}

void
predict_proba(double *p, const struct model_block *block, const double *z)
{
	size_t K = block->label.n;
	double all;

	if (block->loss == LOSS_LOGISTIC && block->cols == 1) {
		p[0] = exp(log_sigmoid(-z[0]));
		if (K > 1)
			p[1] = exp(log_sigmoid(z[0]));
		else
			p[0] = 1;
		return;
	}
	/* Sums of logs: where every sigma underflows their ratios do not. */
	for (size_t k = 0; k < K; k++)
		p[k] = block->loss == LOSS_LOGISTIC ? log_sigmoid(z[k]) :
		    z[k];
	all = loss_logsumexp(p, K);
	for (size_t k = 0; k < K; k++)
		p[k] = exp(p[k] - all);
}

double
predict_number(const struct model_block *block, double z)
{
	return block->loss == LOSS_POISSON ? exp(z) : z;
}

size_t
predict_label(const struct model_block *block, const double *z)
{
	size_t best = 0;

	if (block->cols == 1)
		return block->label.n > 1 && z[0] > 0;
	for (size_t k = 1; k < block->cols; k++)
		if (z[k] > z[best])
			best = k;
	return best;
}

/* A text that two blocks share exactly when their columns mean the same. */
static bool
class_set(char **buf, size_t *cap, struct str *set,
    const struct model_block *block)
{
	const char *loss = loss_name(block->loss);
	size_t n = strlen(loss) + 1;

	for (size_t k = 0; k < block->label.n; k++)
		n += block->label.name[k].len + 1;
	if (!mem_grow((void *)buf, cap, n, 1))
		return false;
	*set = (struct str){*buf, n};
	n = strlen(loss) + 1;
	memcpy(*buf, loss, n);
	for (size_t k = 0; k < block->label.n; k++) {
		struct str label = block->label.name[k];

		memcpy(*buf + n, label.s, label.len);
		n += label.len;
		(*buf)[n++] = '\0'; /* no label holds one */
	}
	return true;
}

enum mtl_status
predict_unknown_init(struct predict_unknown *u, const struct model *m,
    const struct str *target, struct mtl_err *err)
{
	struct names sets = {0};
	size_t *set = mem_new(m->B, sizeof *set); /* of each block */
	size_t *count = mem_new(m->B, sizeof *count);
	char *buf = NULL;
	size_t cap = 0, best = 0;
	enum mtl_status st = MTL_OK;

	memset(u, 0, sizeof *u);
	u->block = mem_new(m->B, sizeof *u->block);
	if (set == NULL || count == NULL || u->block == NULL) {
		st = err_nomem(err);
		goto out;
	}
	for (size_t k = 0; k < m->B; k++) {
		struct str text;

		set[k] = SIZE_MAX;
		if (target != NULL && !m->pooled &&
		    !str_eq(m->task[k].target, *target))
			continue;
		if (!class_set(&buf, &cap, &text, &m->block[k]) ||
		    (set[k] = names_add(&sets, text)) == SIZE_MAX) {
			st = err_nomem(err);
			goto out;
		}
		count[set[k]]++;
	}
	for (size_t i = 1; i < sets.n; i++)
		if (count[i] > count[best])
			best = i;
	for (size_t k = 0; k < m->B; k++)
		if (set[k] == best)
			u->block[u->n++] = k;
	u->like = u->block[0];
out:
	if (st != MTL_OK)
		predict_unknown_clear(u);
	names_clear(&sets);
	free(buf);
	free(set);
	free(count);
	return st;
}

void
predict_unknown_z(double *zu, const struct predict_unknown *u,
    const struct model *m, const double *z)
{
	size_t cols = m->block[u->like].cols;

	for (size_t c = 0; c < cols; c++) {
		double sum = 0;

		for (size_t i = 0; i < u->n; i++)
			sum += z[m->block[u->block[i]].col + c];
		zu[c] = sum / (double)u->n;
	}
}

void
predict_unknown_clear(struct predict_unknown *u)
{
	free(u->block);
	memset(u, 0, sizeof *u);
}
