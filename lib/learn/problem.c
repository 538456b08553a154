#include "learn/problem.h"

#include <math.h>
#include <string.h>

#include "base/blas.h"
#include "base/lapack.h"

/* Rows side by side in X need no gathering. */
static bool
contiguous(const struct segment *seg)
{
	return seg->n == 0 || seg->row[seg->n - 1] - seg->row[0] == seg->n - 1;
}

size_t
block_scratch(const struct problem *p, const struct block *block)
{
	for (size_t s = 0; s < block->segs; s++)
		if (!contiguous(&block->seg[s]))
			return CHUNK * p->d;
	return 0;
}

bool
walk_next(struct walk *w, struct chunk *ch)
{
	const struct segment *seg;
	size_t d = w->p->d;

	while (w->seg < w->block->segs &&
	    w->first == w->block->seg[w->seg].n) {
		w->seg++;
		w->first = 0;
	}
	if (w->seg == w->block->segs)
		return false;
	seg = &w->block->seg[w->seg];
	ch->n = seg->n - w->first < CHUNK ? seg->n - w->first : CHUNK;
	ch->at = w->at;
	ch->seg = seg;
	ch->first = w->first;
	ch->X = w->p->X + seg->row[w->first] * d;
	if (w->scratch != NULL && !contiguous(seg)) {
		for (size_t i = 0; i < ch->n; i++)
			memcpy(w->scratch + i * d,
			    w->p->X + seg->row[w->first + i] * d,
			    d * sizeof(double));
		ch->X = w->scratch;
	}
	w->first += ch->n;
	w->at += ch->n;
	return true;
}

void
block_predict(double *z, const struct problem *p, const struct block *block,
    const double *V, double *scratch)
{
	struct walk w = {.p = p, .block = block, .scratch = scratch};
	struct chunk ch;
	size_t K = block->cols;
	const double *b = V + p->d * p->C + block->col;

	while (walk_next(&w, &ch)) {
		double *zc = z + ch.at * K;

		for (size_t i = 0; i < ch.n; i++)
			memcpy(zc + i * K, b, K * sizeof *b);
		if (K == 1)
			cblas_dgemv(CblasRowMajor, CblasNoTrans,
			    blas_int(ch.n), blas_int(p->d), 1.0, ch.X,
			    blas_int(p->d), V + block->col, blas_int(p->C),
			    1.0, zc, 1);
		else
			cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans,
			    blas_int(ch.n), blas_int(K), blas_int(p->d), 1.0,
			    ch.X, blas_int(p->d), V + block->col,
			    blas_int(p->C), 1.0, zc, blas_int(K));
	}
}

double
block_pair_loss(const struct block *block, const struct chunk *ch, size_t i,
    const double *z)
{
	double y = chunk_y(ch, block, i);

	if (block->loss == LOSS_SOFTMAX)
		return loss_logsumexp(z, block->cols) - z[(size_t)y];
	return loss_value(block->loss, y, *z, ch->seg->delta);
}

double
block_pair_bend(const struct block *block, const struct chunk *ch, size_t i,
    const double *x, const double *y)
{
	double target = chunk_y(ch, block, i), delta = ch->seg->delta, lx, ly;
	double sum = 0;

	if (block->loss != LOSS_SOFTMAX)
		return (loss_slope(block->loss, target, *x, delta) -
		    loss_slope(block->loss, target, *y, delta)) *
		    (*x - *y) / 2;
	lx = loss_logsumexp(x, block->cols);
	ly = loss_logsumexp(y, block->cols);
	for (size_t k = 0; k < block->cols; k++)
		sum += (exp(x[k] - lx) - exp(y[k] - ly)) * (x[k] - y[k]);
	return sum / 2;
}

double
block_loss(const struct problem *p, const struct block *block, const double *z)
{
	struct walk w = {.p = p, .block = block};
	struct chunk ch;
	size_t K = block->cols;
	double total = 0;

	while (walk_next(&w, &ch)) {
		double sum = 0;

		for (size_t i = 0; i < ch.n; i++)
			sum += chunk_weight(&ch, i) *
			    block_pair_loss(block, &ch, i,
				z + (ch.at + i) * K);
		total += sum;
	}
	return total;
}

/* p_k = exp(z_k - log sum exp z) */
static void
softmax(double *p, const double *z, size_t K)
{
	double lse = loss_logsumexp(z, K);

	for (size_t k = 0; k < K; k++)
		p[k] = exp(z[k] - lse);
}

void
block_slopes(double *r, const struct problem *p, const struct block *block,
    const double *z)
{
	struct walk w = {.p = p, .block = block};
	struct chunk ch;
	size_t K = block->cols;

	while (walk_next(&w, &ch))
		for (size_t i = 0; i < ch.n; i++) {
			double *ri = r + (ch.at + i) * K;
			const double *zi = z + (ch.at + i) * K;
			double y = chunk_y(&ch, block, i);
			double c = chunk_weight(&ch, i);

			if (block->loss != LOSS_SOFTMAX) {
				*ri = c * loss_slope(block->loss, y, *zi,
				    ch.seg->delta);
				continue;
			}
			softmax(ri, zi, K);
			ri[(size_t)y] -= 1;
			for (size_t k = 0; k < K; k++)
				ri[k] *= c;
		}
}

void
block_curve(double *probs, const struct problem *p, const struct block *block,
    const double *z, bool bound)
{
	double (*curve)(enum loss, double, double, double) = bound ?
	    loss_bound :
	    loss_curve;
	struct walk w = {.p = p, .block = block};
	struct chunk ch;
	size_t K = block->cols;

	while (walk_next(&w, &ch))
		for (size_t i = 0; i < ch.n; i++) {
			size_t at = (ch.at + i) * K;

			if (block->loss == LOSS_SOFTMAX)
				softmax(probs + at, z + at, K);
			else
				probs[at] = chunk_weight(&ch, i) *
				    curve(block->loss,
					chunk_y(&ch, block, i), z[at],
					ch.seg->delta);
		}
}

void
block_hessian(double *t, const struct problem *p, const struct block *block,
    const double *probs, const double *u)
{
	struct walk w = {.p = p, .block = block};
	struct chunk ch;
	size_t K = block->cols;

	while (walk_next(&w, &ch))
		for (size_t i = 0; i < ch.n; i++) {
			size_t at = (ch.at + i) * K;
			double c = chunk_weight(&ch, i), mean = 0;

			if (block->loss != LOSS_SOFTMAX) {
				t[at] = probs[at] * u[at];
				continue;
			}
			for (size_t k = 0; k < K; k++)
				mean += probs[at + k] * u[at + k];
			for (size_t k = 0; k < K; k++)
				t[at + k] = c * probs[at + k] *
				    (u[at + k] - mean);
		}
}

double
block_floor(const struct problem *p, const struct block *block)
{
	struct walk w = {.p = p, .block = block};
	struct chunk ch;
	double total = 0;

	while (walk_next(&w, &ch))
		for (size_t i = 0; i < ch.n; i++)
			total += chunk_weight(&ch, i) *
			    loss_floor(block->loss, chunk_y(&ch, block, i));
	return total;
}

double
block_weight(const struct problem *p, const struct block *block)
{
	struct walk w = {.p = p, .block = block};
	struct chunk ch;
	double total = 0;

	while (walk_next(&w, &ch))
		for (size_t i = 0; i < ch.n; i++)
			total += chunk_weight(&ch, i);
	return total;
}

/* z + delta, the same for every pair. */
static void
shift(double *z, const double *delta, const struct block *block, double step)
{
	size_t K = block->cols;

	for (size_t i = 0; i < block->n; i++)
		for (size_t k = 0; k < K; k++)
			z[i * K + k] += step * delta[k];
}

/*
 * Gradient g[K] and Hessian H[K*K] of sum c l(y, z + delta) + l2/2 ||b||^2 in
 * delta, at 0, for softmax; returns the value.
 */
static double
intercept_model(double *g, double *H, const double *z, const double *b,
    const struct problem *p, const struct block *block, double l2, double *prob)
{
	struct walk w = {.p = p, .block = block};
	struct chunk ch;
	size_t K = block->cols;
	double value = 0;

	memset(g, 0, K * sizeof *g);
	memset(H, 0, K * K * sizeof *H);
	while (walk_next(&w, &ch))
		for (size_t i = 0; i < ch.n; i++) {
			const double *zi = z + (ch.at + i) * K;
			size_t y = (size_t)chunk_y(&ch, block, i);
			double c = chunk_weight(&ch, i);

			value += c * (loss_logsumexp(zi, K) - zi[y]);
			softmax(prob, zi, K);
			g[y] -= c;
			for (size_t k = 0; k < K; k++) {
				g[k] += c * prob[k];
				H[k * K + k] += c * prob[k];
				for (size_t l = k; l < K; l++)
					H[k * K + l] -= c * prob[k] * prob[l];
			}
		}
	for (size_t k = 0; k < K; k++) {
		value += l2 / 2 * b[k] * b[k];
		g[k] += l2 * b[k];
		H[k * K + k] += l2;
	}
	return value;
}

/*
 * Newton step -H^-1 g into g. Free softmax intercepts may all move together
 * without effect: the ones direction is pinned by adding the mean curvature.
 */
static bool
newton_step(double *g, double *H, size_t K, bool pinned)
{
	double trace = 0;

	for (size_t k = 0; k < K; k++)
		trace += H[k * K + k];
	if (!(trace > 0))
		return false;
	if (pinned)
		for (size_t k = 0; k < K; k++)
			for (size_t l = k; l < K; l++)
				H[k * K + l] += trace / (double)(K * K);
	for (size_t k = 0; k < K; k++) {
		H[k * K + k] += 1e-14 * trace;
		g[k] = -g[k];
	}
	if (!lapack_potrf(H, K))
		return false;
	lapack_potrs(H, K, g, 1);
	return true;
}

/* Value after a step of the intercepts; z and b are moved by it. */
static double
try_step(double *z, double *b, const double *delta, double step,
    const struct problem *p, const struct block *block, double l2)
{
	double value;

	shift(z, delta, block, step);
	for (size_t k = 0; k < block->cols; k++)
		b[k] += step * delta[k];
	value = block_loss(p, block, z);
	for (size_t k = 0; k < block->cols; k++)
		value += l2 / 2 * b[k] * b[k];
	return value;
}

static void
center_intercepts(double *z, double *b, const struct block *block)
{
	double mean = 0;

	for (size_t k = 0; k < block->cols; k++)
		mean += b[k] / (double)block->cols;
	for (size_t k = 0; k < block->cols; k++)
		b[k] -= mean;
	for (size_t i = 0; i < block->n * block->cols; i++)
		z[i] -= mean;
}

/* Slope of sum c l(y, z + t) + l2/2 (b + t)^2 in t, and its size. */
struct tilt {
	double slope, curve;
	double mass; /* the sum of the slope's parts without their signs */
	double far;  /* the largest predictor */
};

static struct tilt
tilt_at(double t, const double *z, double b, const struct problem *p,
    const struct block *block, double l2)
{
	struct walk w = {.p = p, .block = block};
	struct chunk ch;
	struct tilt at = {l2 * (b + t), l2, fabs(l2 * (b + t)), 0};

	while (walk_next(&w, &ch))
		for (size_t i = 0; i < ch.n; i++) {
			double y = chunk_y(&ch, block, i);
			double c = chunk_weight(&ch, i);
			double zi = z[ch.at + i] + t, delta = ch.seg->delta;
			double g = c * loss_slope(block->loss, y, zi, delta);

			at.slope += g;
			at.mass += fabs(g);
			at.far = fmax(at.far, fabs(zi));
			at.curve += c * loss_curve(block->loss, y, zi, delta);
		}
	return at;
}

static bool
flat(struct tilt at)
{
	return isfinite(at.mass) && fabs(at.slope) <= 1e-15 * at.mass;
}

/*
 * The intercept of a scalar loss, whose slope may have kinks, level off or
 * explode: the root of a slope that never falls, by Newton steps kept between
 * a point left of it and one right of it, which halving brings together where
 * Newton is slow. For hinge2 there may be no such pair: then any flat point.
 */
static void
seek_intercept(double *z, double *b, const struct problem *p,
    const struct block *block, double l2)
{
	double lo = -INFINITY, hi = INFINITY, t = 0, reach = 1, last = 1;
	const double one = 1;

	for (int iter = 0; iter < 2000; iter++) {
		struct tilt at = tilt_at(t, z, *b, p, block, l2);
		double step = -at.slope / at.curve;

		if (flat(at))
			break;
		if (at.slope < 0)
			lo = t;
		else
			hi = t;
		if (isinf(lo) || isinf(hi)) {
			/* Not enclosed, and perhaps no curvature here. */
			if (!isfinite(step))
				step = at.slope < 0 ? reach : -reach;
			reach *= 2;
		} else if (!(fabs(step) <= fabs(last) / 2) ||
		    !(t + step > lo && t + step < hi))
			step = lo / 2 + hi / 2 - t;
		last = step;
		if (fabs(step) <= 1e-16 * at.far || (isfinite(lo) && isfinite(hi) &&
			(t + step <= lo || t + step >= hi)))
			break;
		t += step;
	}
	shift(z, &one, block, t);
	*b += t;
}

/* log(sum c y / sum c exp(z)) */
static double
log_ratio(const double *z, const struct problem *p, const struct block *block)
{
	struct walk w = {.p = p, .block = block};
	struct chunk ch;
	double top = -INFINITY, sum = 0, counts = 0;

	for (size_t i = 0; i < block->n; i++)
		top = fmax(top, z[i]);
	if (fabs(top) < 300)
		top = 0; /* nothing overflows */
	while (walk_next(&w, &ch))
		for (size_t i = 0; i < ch.n; i++) {
			double c = chunk_weight(&ch, i);

			counts += c * chunk_y(&ch, block, i);
			sum += c * exp(z[ch.at + i] - top);
		}
	return log(counts / sum) - top;
}

/*
 * Counts: sum c y = sum c exp(z + t) has one solution, if any y > 0. Once more
 * for the digits that rounding took from far away.
 */
static void
fit_counts(double *z, double *b, const struct problem *p,
    const struct block *block)
{
	const double one = 1;

	for (int i = 0; i < 2; i++) {
		double t = log_ratio(z, p, block);

		if (!isfinite(t))
			return;
		shift(z, &one, block, t);
		*b += t;
	}
}

/*
 * b_k += log(what class k weighs / what is predicted for it), which lowers the
 * loss from anywhere and in one step however far (generalised iterative
 * scaling: Darroch and Ratcliff, Ann. Math. Stat. 43, 1972). work: 4 K.
 */
static void
scale_rates(double *z, double *b, const struct problem *p,
    const struct block *block, double *work)
{
	struct walk w = {.p = p, .block = block}, again = w;
	struct chunk ch;
	size_t K = block->cols;
	double *move = work, *top = work + K, *sum = work + 2 * K;
	double *weight = work + 3 * K;

	for (size_t k = 0; k < K; k++) {
		top[k] = -INFINITY;
		sum[k] = weight[k] = 0;
	}
	while (walk_next(&w, &ch))
		for (size_t i = 0; i < ch.n; i++) {
			const double *zi = z + (ch.at + i) * K;
			double lse = loss_logsumexp(zi, K);

			for (size_t k = 0; k < K; k++)
				top[k] = fmax(top[k], zi[k] - lse);
			weight[(size_t)chunk_y(&ch, block, i)] +=
			    chunk_weight(&ch, i);
		}
	while (walk_next(&again, &ch))
		for (size_t i = 0; i < ch.n; i++) {
			const double *zi = z + (ch.at + i) * K;
			double lse = loss_logsumexp(zi, K);

			for (size_t k = 0; k < K; k++)
				sum[k] += chunk_weight(&ch, i) *
				    exp(zi[k] - lse - top[k]);
		}
	for (size_t k = 0; k < K; k++) {
		move[k] = log(weight[k] / sum[k]) - top[k];
		if (!isfinite(move[k]))
			move[k] = 0;
		b[k] += move[k];
	}
	shift(z, move, block, 1);
}

enum newton { NEWTON_MOVED, NEWTON_FAILED, NEWTON_ENDED };

/*
 * A Newton step of softmax intercepts, halved down to `least` of it until it
 * lowers the value; it ends where there is nothing more to win.
 */
static enum newton
newton_softmax(double *z, double *b, const struct problem *p,
    const struct block *block, double l2, double least, double *work)
{
	size_t K = block->cols;
	double *g = work, *old = g + K, *H = old + K;
	double value = intercept_model(g, H, z, b, p, block, l2, old);
	double slope = 0, size = 0, step = 1, after;

	memcpy(old, g, K * sizeof *g);
	if (!newton_step(g, H, K, l2 == 0))
		return NEWTON_FAILED;
	for (size_t k = 0; k < K; k++) {
		slope += old[k] * g[k];
		size = fmax(size, fabs(g[k]));
	}
	if (!(slope < 0))
		return NEWTON_ENDED;
	after = try_step(z, b, g, 1, p, block, l2);
	/* At rounding level the value no longer tells: take it. */
	while (!(after <= value + 1e-4 * step * slope) &&
	    -slope > 1e-13 * fabs(value)) {
		if (step / 2 < least) {
			try_step(z, b, g, -step, p, block, l2);
			return NEWTON_FAILED;
		}
		step /= 2;
		after = try_step(z, b, g, -step, p, block, l2);
	}
	return size * step <= 1e-15 || -slope <= 1e-30 * fabs(value) ?
	    NEWTON_ENDED : NEWTON_MOVED;
}

/*
 * Softmax intercepts, all K at once. Free ones may start far off, where flat
 * tails mislead Newton's method and rates are scaled instead.
 */
static void
fit_softmax(double *z, double *b, const struct problem *p,
    const struct block *block, double l2, double *work)
{
	bool pinned = l2 == 0;

	for (int iter = 0; iter < 200; iter++) {
		enum newton did = newton_softmax(z, b, p, block, l2,
		    pinned ? 1 : 1e-10, work);

		if (did == NEWTON_ENDED || (did == NEWTON_FAILED && !pinned))
			break;
		if (did == NEWTON_FAILED)
			scale_rates(z, b, p, block, work);
	}
	if (pinned)
		center_intercepts(z, b, block);
}

void
block_fit_intercept(double *z, double *b, const struct problem *p,
    const struct block *block, double *work)
{
	double l2 = p->intercept == INTERCEPT_PENALIZED ? p->intercept_l2 : 0;

	if (p->intercept == INTERCEPT_NONE || block->fixed)
		return;
	if (block->loss == LOSS_SOFTMAX)
		fit_softmax(z, b, p, block, l2, work);
	else if (block->loss == LOSS_POISSON && l2 == 0)
		fit_counts(z, b, p, block);
	else
		seek_intercept(z, b, p, block, l2);
}
