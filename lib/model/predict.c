#include "model/predict.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* z[n] += x'W, W[d][n] with rows `stride` apart, feature by feature. */
static void
add_columns(double *restrict z, const struct model *m, const double *W,
    size_t stride, size_t n, const double *x)
{
	for (size_t j = 0; j < m->d; j++) {
		const double *w = W + j * stride;
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
	add_columns(z, m, m->W, m->C, m->C, x);
}

void
predict_block_z(double *z, const struct model *m,
    const struct model_block *block, const double *x)
{
	memcpy(z, m->b + block->col, block->cols * sizeof *z);
	add_columns(z, m, m->W + block->col, m->C, block->cols, x);
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

static bool
is_same(const struct component *component)
{
	for (size_t k = 0; k < component->terms; k++)
		if (component->term[k].kind->order == ORDER_SAME)
			return true;
	return false;
}

/*
 * The intercepts of the shared part: with features at their means it predicts
 * what the members do in the mean. Models without intercepts stay so.
 */
static void
share_intercepts(struct predict_unknown *u, const struct model *m)
{
	size_t cols = m->block[u->like].cols;
	const char *intercept = model_meta(m, "intercept");

	if (intercept != NULL && strcmp(intercept, "none") == 0)
		return;
	for (size_t c = 0; c < cols; c++) {
		for (size_t i = 0; i < u->n; i++) {
			size_t at = m->block[u->block[i]].col + c;

			u->b[c] += m->b[at];
			for (size_t j = 0; m->mean != NULL && j < m->d; j++)
				u->b[c] += m->mean[j] *
				    (m->W[j * m->C + at] -
					u->W[j * cols + c]);
		}
		u->b[c] /= (double)u->n;
	}
}

/* The sum of the components that are the same for all tasks, if any. */
static enum mtl_status
find_shared(struct predict_unknown *u, const struct model *m,
    struct mtl_err *err)
{
	const struct model_block *like = &m->block[u->like];
	struct penalty penalty;
	bool shared = false;

	if (m->P == NULL || !model_penalty(m, &penalty))
		return MTL_OK;
	for (size_t i = 0; i < m->parts; i++)
		shared = shared || is_same(&penalty.component[i]);
	if (!shared)
		return MTL_OK;
	u->W = mat_new(m->d, like->cols);
	u->b = mem_new(like->cols, sizeof *u->b);
	if (u->W == NULL || u->b == NULL)
		return err_nomem(err);
	for (size_t i = 0; i < m->parts; i++)
		for (size_t j = 0; is_same(&penalty.component[i]) && j < m->d;
		    j++)
			for (size_t c = 0; c < like->cols; c++)
				u->W[j * like->cols + c] +=
				    m->P[(i * m->d + j) * m->C + like->col +
					c];
	share_intercepts(u, m);
	return MTL_OK;
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
	st = find_shared(u, m, err);
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
    const struct model *m, const double *x, const double *z)
{
	size_t cols = m->block[u->like].cols;

	if (u->W != NULL) {
		memcpy(zu, u->b, cols * sizeof *zu);
		add_columns(zu, m, u->W, cols, cols, x);
		return;
	}
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
	free(u->W);
	free(u->b);
	memset(u, 0, sizeof *u);
}
