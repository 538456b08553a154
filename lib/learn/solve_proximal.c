/*
 * Accelerated proximal gradient over the components P_J of W = sum P_J:
 *
 *     Y = P + beta (P - P_before)
 *     P = prox_{1/L}(Y_J - (grad F(sum Y) + H_J Y_J) / L),   each J by itself
 *
 * (Beck and Teboulle, "A Fast Iterative Shrinkage-Thresholding Algorithm",
 * SIAM J. Imaging Sci. 2, 2009), with L by backtracking and the momentum
 * dropped whenever it points uphill (O'Donoghue and Candes, "Adaptive Restart
 * for Accelerated Gradient Schemes", Found. Comput. Math. 15, 2015).
 * Intercepts are fitted exactly at every point: F is what is left.
 */
#include "learn/solve.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "learn/certificate.h"
#include "learn/component.h"
#include "learn/point.h"

struct proximal {
	const struct problem *p;
	const struct solve_opts *opts;
	struct point x, y; /* the iterate; the extrapolated point */
	double *before;    /* [J][d][C] the iterate before */
	double **z;        /* its images */
	double *b;         /* [C] its intercepts */
	double *hess;      /* [d][C] work space */
	double L, t;       /* curvature; momentum */
	double objective;  /* when last accounted for */
	double dual;       /* the best dual value so far */
	struct mtl_err *err;
};

static size_t
size_of(const struct problem *p)
{
	return p->penalty->components * p->d * p->C;
}

static enum mtl_status
proximal_init(struct proximal *px)
{
	const struct problem *p = px->p;
	enum mtl_status st;

	if ((st = point_init(&px->x, p, px->err)) != MTL_OK ||
	    (st = point_init(&px->y, p, px->err)) != MTL_OK)
		return st;
	px->before = mem_new(size_of(p), sizeof *px->before);
	px->b = mem_new(p->C, sizeof *px->b);
	px->z = mem_new(p->B, sizeof *px->z);
	px->hess = mat_new(p->d, p->C);
	if (px->before == NULL || px->b == NULL || px->z == NULL ||
	    px->hess == NULL)
		return err_nomem(px->err);
	for (size_t k = 0; k < point_images(p); k++)
		if ((px->z[k] = mem_new(point_image(p, k),
			 sizeof(double))) == NULL)
			return err_nomem(px->err);
	return MTL_OK;
}

static void
proximal_clear(struct proximal *px)
{
	for (size_t k = 0; px->z != NULL && k < point_images(px->p); k++)
		free(px->z[k]);
	free(px->z);
	free(px->before);
	free(px->b);
	free(px->hess);
	point_clear(&px->x, px->p);
	point_clear(&px->y, px->p);
}

/* Y = P + beta (P - before), and the same for images and intercepts. */
static void
extrapolate(struct proximal *px, double beta)
{
	const struct problem *p = px->p;
	const double *xb = px->x.V + p->d * p->C;
	double *yb = px->y.V + p->d * p->C;

	for (size_t i = 0; i < size_of(p); i++)
		px->y.P[i] = px->x.P[i] + beta * (px->x.P[i] - px->before[i]);
	for (size_t c = 0; c < p->C; c++)
		yb[c] = xb[c] + beta * (xb[c] - px->b[c]);
	for (size_t k = 0; k < point_images(p); k++) {
		const double *x = px->x.z[k];
		double *y = px->y.z[k];

		for (size_t i = 0; i < point_image(p, k); i++)
			y[i] = x[i] + beta * (x[i] - px->z[k][i]);
	}
}

/* The iterate becomes the one before; its images change hands. */
static void
remember(struct proximal *px)
{
	const struct problem *p = px->p;

	memcpy(px->before, px->x.P, size_of(p) * sizeof *px->before);
	memcpy(px->b, px->x.V + p->d * p->C, p->C * sizeof *px->b);
	for (size_t k = 0; k < point_images(p); k++) {
		double *z = px->x.z[k];

		px->x.z[k] = px->z[k];
		px->z[k] = z;
	}
}

/* x = prox of a gradient step of size 1/L from y. */
static void
step(struct proximal *px)
{
	const struct problem *p = px->p;
	size_t size = p->d * p->C;

	for (size_t i = 0; i < p->penalty->components; i++) {
		const struct component *m = &p->penalty->component[i];
		const double *Y = px->y.P + i * size;
		double *P = px->x.P + i * size, *g = px->hess;

		memcpy(g, px->y.G, size * sizeof *g);
		component_gradient(g, m, Y, &p->shape, false, px->x.room);
		for (size_t k = 0; k < size; k++)
			P[k] = Y[k] - g[k] / px->L;
		component_prox(P, m, &p->shape, 1 / px->L, px->x.room);
	}
	memcpy(px->x.V + size, px->y.V + size, p->C * sizeof *px->x.V);
	point_loss(&px->x, p, false, px->opts->threads);
}

/* The largest distance between predictors of a pair, of K columns. */
static double
apart(const double *x, const double *y, size_t K)
{
	double most = 0;

	for (size_t k = 0; k < K; k++)
		most = fmax(most, fabs(x[k] - y[k]));
	return most;
}

/*
 * F(x) - F(y) - <grad F(y), x - y> of a block, summed without cancelling:
 * between near points, whose losses differ by rounding only, from slopes.
 */
static double
divergence(const struct proximal *px, const struct block *block, size_t k)
{
	const double NEAR = 1e-5;
	struct walk w = {.p = px->p, .block = block};
	struct chunk ch;
	const double *x = px->x.z[k], *y = px->y.z[k], *r = px->y.r[k];
	size_t K = block->cols;
	double total = 0;

	while (walk_next(&w, &ch)) {
		double sum = 0;

		for (size_t i = 0; i < ch.n; i++) {
			size_t at = (ch.at + i) * K;
			double c = chunk_weight(&ch, i);

			if (block->loss == LOSS_SQUARED ||
			    apart(x + at, y + at, K) <= NEAR) {
				sum += c * block_pair_bend(block, &ch, i,
				    x + at, y + at);
				continue;
			}
			sum += c * (block_pair_loss(block, &ch, i, x + at) -
			    block_pair_loss(block, &ch, i, y + at));
			for (size_t l = at; l < at + K; l++)
				sum -= r[l] * (x[l] - y[l]);
		}
		total += sum;
	}
	return total;
}

/*
 * The curvature between y and x: L is large enough if it is no less. distance
 * is ||x - y||^2 over all components.
 */
static double
curvature(struct proximal *px, double *distance)
{
	const struct problem *p = px->p;
	const double *xb = px->x.V + p->d * p->C, *yb = px->y.V + p->d * p->C;
	size_t size = p->d * p->C;
	double rise = 0, square = 0;

	for (size_t k = 0; k < p->B && p->gram == NULL; k++)
		rise += divergence(px, &p->block[k], k);
	for (size_t i = 0; i < size && p->gram != NULL; i++)
		rise += (px->x.V[i] - px->y.V[i]) *
		    (px->x.z[0][i] - px->y.z[0][i]) / 2;
	if (p->intercept == INTERCEPT_PENALIZED && p->gram == NULL)
		for (size_t c = 0; c < p->C; c++)
			rise += p->intercept_l2 / 2 * (xb[c] - yb[c]) *
			    (xb[c] - yb[c]);
	for (size_t i = 0; i < p->penalty->components; i++) {
		double *d = px->x.copy;

		for (size_t k = 0; k < size; k++) {
			d[k] = px->x.P[i * size + k] - px->y.P[i * size + k];
			square += d[k] * d[k];
		}
		memset(px->hess, 0, size * sizeof *px->hess);
		component_gradient(px->hess, &p->penalty->component[i], d,
		    &p->shape, false, px->x.room);
		for (size_t k = 0; k < size; k++)
			rise += px->hess[k] * d[k] / 2;
	}
	*distance = square;
	return square > 0 ? 2 * rise / square : 0;
}

/* A step that the quadratic model bounds, L doubled until it does. */
static void
bounded_step(struct proximal *px, double *distance)
{
	double need;

	for (int tries = 0;; tries++) {
		step(px);
		need = curvature(px, distance);
		/* Where the step is nothing but rounding, need is noise. */
		if (need <= px->L * (1 + 1e-9) || tries == 100 ||
		    (isfinite(px->x.loss) && px->L * *distance <=
		    1e-24 * fabs(px->objective)))
			return;
		px->L = fmax(2 * px->L, fmin(need, 10 * px->L));
	}
}

/* True if the momentum points uphill: <y - x, x - before> > 0. */
static bool
uphill(const struct proximal *px)
{
	double sum = 0;

	for (size_t i = 0; i < size_of(px->p); i++)
		sum += (px->y.P[i] - px->x.P[i]) *
		    (px->x.P[i] - px->before[i]);
	return sum > 0;
}

static void
advance(struct proximal *px, double *distance)
{
	double t = (1 + sqrt(1 + 4 * px->t * px->t)) / 2;
	double beta = (px->t - 1) / t;

	extrapolate(px, beta);
	px->t = t;
	remember(px);
	point_loss(&px->y, px->p, true, px->opts->threads);
	point_gradient(&px->y, px->p, px->opts->threads);
	bounded_step(px, distance);
	if (uphill(px)) {
		px->t = 1;
		px->L *= 0.8;
	}
}

static bool
explodes(const struct problem *p)
{
	for (size_t k = 0; k < p->B; k++)
		if (isinf(loss_lipschitz(p->block[k].loss)))
			return true;
	return false;
}

/*
 * A first L: the curvature along the gradient at x, over a step not so long
 * that an exponential makes it what no step would need. Backtracking mends
 * what is too low.
 */
static void
first_curvature(struct proximal *px)
{
	const struct problem *p = px->p;
	double distance, need;

	px->L = 1;
	px->t = 1;
	remember(px);
	memcpy(px->y.P, px->before, size_of(p) * sizeof *px->y.P);
	memcpy(px->y.V + p->d * p->C, px->b, p->C * sizeof *px->b);
	point_update(&px->y, p, false, px->opts->threads);
	do {
		step(px);
		need = curvature(px, &distance);
		px->L *= 10;
	} while (need > 10 * px->L && explodes(p));
	px->L = need;
	if (!(px->L > 0) || !isfinite(px->L))
		px->L = 1;
	/* Back to where it was. */
	memcpy(px->x.P, px->before, size_of(p) * sizeof *px->x.P);
	point_update(&px->x, p, false, px->opts->threads);
}

/* The certificate at x, of the best dual value so far. */
static enum mtl_status
account(struct proximal *px, struct solve_info *info, double gradient0)
{
	const struct problem *p = px->p;
	struct certificate cert;

	px->x.penalty = point_penalty(&px->x, p, px->x.P,
	    px->x.V + p->d * p->C);
	point_gradient(&px->x, p, px->opts->threads);
	certify(&cert, p, &px->x, gradient0, px->L, px->opts->threads);
	info->objective = px->objective = cert.objective;
	info->residual = cert.residual;
	info->gap = cert.gap;
	if (!isfinite(cert.objective))
		return err_set(px->err, MTL_NUMERIC,
		    "the objective is not finite");
	if (!cert.residual) {
		px->dual = fmax(px->dual, cert.objective - cert.gap);
		info->gap = fmax(0, cert.objective - px->dual);
	}
	info->converged = info->gap <= (cert.residual ? px->opts->tol :
		fmax(px->opts->tol * info->null, px->opts->gap));
	return MTL_OK;
}

/* Certificates cost about a step each: often at first, then one in ten. */
static bool
due(size_t iteration)
{
	return iteration < 4 || iteration % 10 == 0;
}

static enum mtl_status
iterate(struct proximal *px, struct solve_info *info, double gradient0)
{
	const struct solve_opts *opts = px->opts;
	double distance = INFINITY;
	enum mtl_status st;

	/* A residual is measured by the curvature. */
	if (!certifies(px->p->penalty))
		first_curvature(px);
	st = account(px, info, gradient0);
	if (st != MTL_OK || info->converged)
		return st;
	if (!info->residual)
		first_curvature(px);
	while (!info->converged && info->iterations < opts->max_iter &&
	    distance > 0) {
		advance(px, &distance);
		info->iterations++;
		progress_set(opts->progress, info->iterations);
		if ((due(info->iterations) || distance == 0 ||
			info->iterations == opts->max_iter) &&
		    (st = account(px, info, gradient0)) != MTL_OK)
			return st;
	}
	return MTL_OK;
}

enum mtl_status
solve_proximal(double *V, double *P, struct solve_info *info,
    const struct problem *p, const struct solve_opts *opts,
    struct mtl_err *err)
{
	struct proximal px = {.p = p, .opts = opts, .dual = -INFINITY,
	    .err = err};
	double gradient0;
	enum mtl_status st;

	*info = (struct solve_info){0};
	if ((st = proximal_init(&px)) != MTL_OK)
		goto out;
	point_null(&px.x, &info->null, &gradient0, p, opts->threads);
	if (opts->warm) {
		memcpy(px.x.P, P != NULL ? P : V,
		    size_of(p) * sizeof *px.x.P);
		point_update(&px.x, p, false, opts->threads);
	}
	st = iterate(&px, info, gradient0);
	if (st != MTL_OK)
		goto out;
	memcpy(V, px.x.V, (p->d + 1) * p->C * sizeof *V);
	if (P != NULL)
		memcpy(P, px.x.P, size_of(p) * sizeof *P);
out:
	proximal_clear(&px);
	return st;
}
