#include "learn/gram.h"

#include <stdlib.h>
#include <string.h>

#include "base/blas.h"
#include "base/mem.h"
#include "base/threads.h"

bool
same_design(const struct block *k, const struct block *l)
{
	if (k->segs != l->segs || k->n != l->n)
		return false;
	for (size_t s = 0; s < k->segs; s++) {
		const struct segment *a = &k->seg[s], *b = &l->seg[s];

		if (a->n != b->n || a->factor != b->factor)
			return false;
		if (a->row != b->row &&
		    memcmp(a->row, b->row, a->n * sizeof *a->row) != 0)
			return false;
		if (a->weight != b->weight &&
		    memcmp(a->weight, b->weight, a->n * sizeof *a->weight) !=
			0)
			return false;
	}
	return true;
}

bool
gram_fits(const struct problem *p)
{
	for (size_t k = 0; k < p->B; k++)
		if (p->block[k].loss != LOSS_SQUARED)
			return false;
	return true;
}

/*
 * of[c], the design of each column: the one before if it is the same.
 * Returns the number of designs.
 */
static size_t
number_designs(size_t *of, const struct problem *p)
{
	size_t designs = 0;

	for (size_t k = 0; k < p->B; k++) {
		if (k == 0 || !same_design(&p->block[k - 1], &p->block[k]))
			designs++;
		if (of != NULL)
			of[p->block[k].col] = designs - 1;
	}
	return designs;
}

bool
gram_pays(const struct problem *p)
{
	size_t rows = 0;

	for (size_t k = 0; k < p->B; k++)
		if (k == 0 || !same_design(&p->block[k - 1], &p->block[k]))
			rows += p->block[k].n;
	return gram_fits(p) && number_designs(NULL, p) * p->d <= rows;
}

static bool
leads(const struct gram *g, size_t c)
{
	return c == 0 || g->of[c] != g->of[c - 1];
}

/* Work space of the designs with a Z that serve several columns. */
static bool
make_wide(struct gram *g)
{
	for (size_t c = 0, end; c < g->C; c = end) {
		const struct design *design = &g->design[g->of[c]];

		for (end = c + 1; end < g->C && !leads(g, end); end++)
			;
		if (design->Z == NULL || end - c == 1)
			continue;
		g->wide[c] = mat_new(design->n, end - c);
		if (g->wide[c] == NULL)
			return false;
	}
	return true;
}

/* Work for one block; the first of a design makes it. */
struct making {
	struct gram *g;
	const struct problem *p;
	enum mtl_status *st; /* [B] */
	struct mtl_err *err; /* [B] */
};

static void
make_design(void *arg, size_t k)
{
	struct making *m = arg;
	const struct block *block = &m->p->block[k];
	size_t c = block->col;

	if (leads(m->g, c))
		m->st[k] = design_init(&m->g->design[m->g->of[c]], m->p,
		    block, &m->err[k]);
}

static void
make_target(void *arg, size_t k)
{
	struct making *m = arg;
	struct gram *g = m->g;
	const struct block *block = &m->p->block[k];
	size_t c = block->col;
	const struct design *design = &g->design[g->of[c]];
	size_t most = design->n > g->d ? design->n : g->d;
	double *t = mem_new(design->side, sizeof *t);
	double *a = mem_new(g->d, sizeof *a);

	g->work[c] = mem_new(2 * most + 2 * g->d, sizeof(double));
	if (t == NULL || a == NULL || g->work[c] == NULL) {
		m->st[k] = err_nomem(&m->err[k]);
	} else {
		m->st[k] = design_target(t, &g->mean[c], design, m->p, block,
		    &m->err[k]);
		design_rhs(a, design, t);
		cblas_dcopy(blas_int(g->d), a, 1, g->a + c, blas_int(g->C));
		g->constant[c] = design_constant(design, g->mean[c], m->p,
		    block);
	}
	free(t);
	free(a);
}

/* Runs work for every block; the first failure, if any. */
static enum mtl_status
for_blocks(struct making *m, void (*work)(void *arg, size_t k),
    size_t threads, struct mtl_err *err)
{
	threads_for(m->p->B, threads, work, m);
	for (size_t k = 0; k < m->p->B; k++)
		if (m->st[k] != MTL_OK) {
			*err = m->err[k];
			return m->st[k];
		}
	return MTL_OK;
}

static bool
alloc(struct gram *g)
{
	g->of = mem_new(g->C, sizeof *g->of);
	g->a = mat_new(g->d, g->C);
	g->mean = mem_new(g->C, sizeof *g->mean);
	g->constant = mem_new(g->C, sizeof *g->constant);
	g->work = mem_new(g->C, sizeof *g->work);
	g->wide = mem_new(g->C, sizeof *g->wide);
	return g->wide != NULL && g->of != NULL && g->a != NULL && g->mean != NULL &&
	    g->constant != NULL && g->work != NULL;
}

enum mtl_status
gram_init(struct gram *g, const struct problem *p, size_t threads,
    struct mtl_err *err)
{
	struct making m = {g, p, mem_new(p->B, sizeof *m.st),
	    mem_new(p->B, sizeof *m.err)};
	enum mtl_status st = MTL_OK;

	*g = (struct gram){.d = p->d, .C = p->C};
	if (!alloc(g) || m.st == NULL || m.err == NULL) {
		st = err_nomem(err);
		goto out;
	}
	g->designs = number_designs(g->of, p);
	g->design = mem_new(g->designs, sizeof *g->design);
	if (g->design == NULL)
		st = err_nomem(err);
	else if ((st = for_blocks(&m, make_design, threads, err)) == MTL_OK &&
	    (st = for_blocks(&m, make_target, threads, err)) == MTL_OK &&
	    !make_wide(g))
		st = err_nomem(err);
out:
	free(m.st);
	free(m.err);
	if (st != MTL_OK)
		gram_clear(g);
	return st;
}

struct spectra {
	struct gram *g;
	enum mtl_status *st; /* [designs] */
	struct mtl_err *err; /* [designs] */
};

static void
find_spectrum(void *arg, size_t k)
{
	struct spectra *s = arg;

	s->st[k] = design_spectrum(&s->g->design[k], &s->err[k]);
}

enum mtl_status
gram_spectra(struct gram *g, size_t threads, struct mtl_err *err)
{
	struct spectra s = {g, mem_new(g->designs, sizeof *s.st),
	    mem_new(g->designs, sizeof *s.err)};
	enum mtl_status st = MTL_OK;

	if (s.st == NULL || s.err == NULL)
		st = err_nomem(err);
	else
		threads_for(g->designs, threads, find_spectrum, &s);
	for (size_t k = 0; k < g->designs && st == MTL_OK; k++)
		if (s.st[k] != MTL_OK) {
			st = s.st[k];
			*err = s.err[k];
		}
	free(s.st);
	free(s.err);
	return st;
}

enum mtl_status
gram_columns(struct gram *to, const struct gram *g, size_t first, size_t C,
    struct mtl_err *err)
{
	size_t base = g->of[first], most = g->d;

	*to = (struct gram){.d = g->d, .C = C,
	    .designs = g->of[first + C - 1] - base + 1,
	    .design = g->design + base, .borrowed = true};
	if (!alloc(to))
		goto nomem;
	for (size_t k = 0; k < to->designs; k++)
		most = to->design[k].n > most ? to->design[k].n : most;
	for (size_t c = 0; c < C; c++) {
		to->of[c] = g->of[first + c] - base;
		to->mean[c] = g->mean[first + c];
		to->constant[c] = g->constant[first + c];
		to->work[c] = mem_new(2 * most + 2 * g->d, sizeof(double));
		if (to->work[c] == NULL)
			goto nomem;
	}
	for (size_t j = 0; j < g->d; j++)
		memcpy(to->a + j * C, g->a + j * g->C + first,
		    C * sizeof *to->a);
	if (!make_wide(to))
		goto nomem;
	return MTL_OK;
nomem:
	gram_clear(to);
	return err_nomem(err);
}

struct applying {
	double *AW;
	const struct gram *g;
	const double *W;
};

/* AW = Z'(Z W) of some columns that share a Z. */
static void
apply_wide(double *ZW, const struct applying *ap, const struct design *g,
    size_t c, size_t cols)
{
	int n = blas_int(g->n), d = blas_int(g->d), K = blas_int(cols);
	int C = blas_int(ap->g->C);

	cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, K, d, 1.0,
	    g->Z, d, ap->W + c, C, 0.0, ZW, K);
	cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, d, K, n, 1.0,
	    g->Z, d, ZW, K, 0.0, ap->AW + c, C);
}

/* The columns of one design, which lie side by side; c is the first. */
static void
apply_columns(void *arg, size_t c)
{
	const struct applying *ap = arg;
	const struct gram *g = ap->g;
	const struct design *design = &g->design[g->of[c]];
	int d = blas_int(g->d), C = blas_int(g->C);
	double *x = g->work[c], *y = x + g->d, *work = y + g->d;
	size_t end = c;

	if (!leads(g, c))
		return;
	while (end < g->C && g->of[end] == g->of[c])
		end++;
	if (g->wide[c] != NULL) {
		apply_wide(g->wide[c], ap, design, c, end - c);
		return;
	}
	if (end - c > 1 && design->A != NULL) {
		cblas_dsymm(CblasRowMajor, CblasLeft, CblasUpper, d,
		    blas_int(end - c), 1.0, design->A, d, ap->W + c, C, 0.0,
		    ap->AW + c, C);
		return;
	}
	for (; c < end; c++) {
		cblas_dcopy(d, ap->W + c, C, x, 1);
		memset(y, 0, g->d * sizeof *y);
		design_apply(y, design, x, work);
		cblas_dcopy(d, y, 1, ap->AW + c, C);
	}
}

void
gram_apply(double *AW, const struct gram *g, const double *W, size_t threads)
{
	struct applying ap = {AW, g, W};

	threads_for(g->C, threads, apply_columns, &ap);
}

void
gram_intercepts(double *V, const struct gram *g)
{
	for (size_t c = 0; c < g->C; c++) {
		const struct design *design = &g->design[g->of[c]];

		V[g->d * g->C + c] = design->shrink * (g->mean[c] -
		    cblas_ddot(blas_int(g->d), design->m, 1, V + c,
			blas_int(g->C)));
	}
}

void
gram_clear(struct gram *g)
{
	for (size_t k = 0; !g->borrowed && g->design != NULL &&
	    k < g->designs; k++)
		design_clear(&g->design[k]);
	for (size_t c = 0; c < g->C; c++) {
		free(g->work != NULL ? g->work[c] : NULL);
		free(g->wide != NULL ? g->wide[c] : NULL);
	}
	if (!g->borrowed)
		free(g->design);
	free(g->of);
	free(g->a);
	free(g->mean);
	free(g->constant);
	free(g->work);
	free(g->wide);
	*g = (struct gram){0};
}
