/*
 * Dual points and intercepts of a block, at predictors that nothing has
 * fitted: a balanced point is feasible and a bound, an intercept that was
 * fitted is the best, whatever the loss, the weights and the distance. Prints
 * a line for each check that fails.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/rng.h"
#include "learn/dual.h"
#include "learn/problem.h"

enum { N = 40, K = 3 };

static int failed;

static void
check(int good, const char *what, enum loss loss, double a, double b)
{
	if (good)
		return;
	printf("%s: %s: %.17g %.17g\n", loss_name(loss), what, a, b);
	failed = 1;
}

struct sample {
	double y[N], weight[N], z[N * K];
	size_t row[N], class_of[K];
	struct segment seg;
	struct block block;
	struct problem p;
};

/* Predictors about `far`, softmax's first ones, with deviation `wide`. */
static void
build(struct sample *s, enum loss loss, struct rng *r, double far, double wide)
{
	for (size_t k = 0; k < K; k++)
		s->class_of[k] = k;
	for (size_t i = 0; i < N; i++) {
		s->row[i] = i;
		s->weight[i] = 0.1 + rng_uniform(r);
		s->y[i] = loss_classes(loss) ?
		    (double)(i % (loss == LOSS_SOFTMAX ? K : 2)) :
		    loss == LOSS_POISSON ? floor(6 * rng_uniform(r)) :
					   3 * rng_normal(r) + 1;
	}
	for (size_t i = 0; i < N * K; i++)
		s->z[i] = wide * rng_normal(r) +
		    (loss != LOSS_SOFTMAX || i % K == 0 ? far : 0);
	s->seg = (struct segment){.n = N, .row = s->row, .y = s->y,
	    .weight = s->weight, .factor = 0.7, .delta = 0.8,
	    .class_of = loss_classes(loss) ? s->class_of : NULL};
	s->block = (struct block){.loss = loss, .positive = 1, .n = N,
	    .cols = loss == LOSS_SOFTMAX ? K : 1, .segs = 1, .seg = &s->seg};
	s->p = (struct problem){.n = N, .B = 1, .C = s->block.cols,
	    .block = &s->block};
}

/* theta of pair i lies in the domain of its loss. */
static int
in_domain(const struct sample *s, size_t i, const double *r)
{
	const double slack = 1e-12;
	double c = 0.7 * s->weight[i], theta = -r[0] / c, y = s->y[i], sum = 0;
	double sign = y > 0 ? 1 : -1;

	switch (s->block.loss) {
	case LOSS_HUBER:
		return fabs(theta) <= 0.8 + slack;
	case LOSS_POISSON:
		return y - theta >= -slack;
	case LOSS_LOGISTIC:
		return theta * sign >= -slack && theta * sign <= 1 + slack;
	case LOSS_HINGE2:
		return theta * sign >= -slack;
	case LOSS_SOFTMAX:
		for (size_t k = 0; k < K; k++) {
			double q = r[k] / c + (k == (size_t)y);

			sum += q;
			if (q < -slack)
				return 0;
		}
		return fabs(sum - 1) <= slack;
	default:
		return 1;
	}
}

/* The loss of intercepts alone, b the same for every pair. */
static double
loss_at(struct sample *s, const double *b)
{
	double z[N * K];

	for (size_t i = 0; i < N; i++)
		memcpy(z + i * s->block.cols, b,
		    s->block.cols * sizeof *b);
	return block_loss(&s->p, &s->block, z);
}

static void
balanced(struct sample *s, struct rng *rng)
{
	enum loss loss = s->block.loss;
	size_t cols = s->block.cols;
	double r[N * K], work[2 * K], size = 0, sum[K] = {0}, dual;

	block_slopes(r, &s->p, &s->block, s->z);
	block_balance(r, &s->p, &s->block, work);
	for (size_t i = 0; i < N; i++) {
		check(in_domain(s, i, r + i * cols), "out of the domain",
		    loss, s->y[i], r[i * cols]);
		for (size_t k = 0; k < cols; k++) {
			sum[k] += r[i * cols + k];
			size += fabs(r[i * cols + k]);
		}
	}
	for (size_t k = 0; k < cols; k++)
		check(fabs(sum[k]) <= 1e-13 * (1 + size), "not balanced", loss,
		    sum[k], size);
	/* At any scale it bounds what intercepts alone can reach. */
	for (double scale = 0; scale <= 1; scale += 0.25) {
		dual = -block_conjugate(r, scale, &s->p, &s->block);
		for (int i = 0; i < 20; i++) {
			double b[K];

			for (size_t k = 0; k < cols; k++)
				b[k] = 2 * rng_normal(rng);
			check(loss_at(s, b) >= dual - 1e-12 * (1 + fabs(dual)),
			    "no bound", loss, loss_at(s, b), dual);
		}
	}
}

/* What is fitted cannot be bettered by a step to either side. */
static void
fitted(struct sample *s, double l2)
{
	enum loss loss = s->block.loss;
	size_t cols = s->block.cols;
	double b[K] = {0.3, -0.2, -0.1}, work[K * (K + 3)], r[N * K];

	s->p.intercept = l2 > 0 ? INTERCEPT_PENALIZED : INTERCEPT_FREE;
	s->p.intercept_l2 = l2;
	block_fit_intercept(s->z, b, &s->p, &s->block, work);
	block_slopes(r, &s->p, &s->block, s->z);
	for (size_t k = 0; k < cols; k++) {
		double slope = l2 * b[k], size = fabs(l2 * b[k]);

		for (size_t i = 0; i < N; i++) {
			slope += r[i * cols + k];
			size += fabs(r[i * cols + k]);
		}
		check(fabs(slope) <= 1e-12 * size, "slope at the intercept",
		    loss, slope, size);
	}
}

int
main(void)
{
	/* Predictors that are right, far off, and so far that all pairs are
	 * beyond huber's delta, hinge2's margin or exp's range. */
	const double far[] = {0, 5, -40, 800, -900}, wide[] = {0.1, 3, 30};
	struct rng rng;

	rng_seed(&rng, 7);
	for (size_t l = 0; l < LOSSES; l++)
		for (size_t i = 0; i < 5 * 3; i++) {
			double away = far[i / 3], spread = wide[i % 3];
			struct sample s;

			if (away < 700) {
				build(&s, (enum loss)l, &rng, away, spread);
				balanced(&s, &rng);
			}
			build(&s, (enum loss)l, &rng, away, spread);
			fitted(&s, 0);
			build(&s, (enum loss)l, &rng, away, spread);
			fitted(&s, 0.3);
		}
	return failed;
}
