/*
 * Random numbers: numpy's legacy RandomState, draw for draw, so that a seed
 * here gives what the same random_state gives scikit-learn.
 *
 * The generator is MT19937 (Matsumoto and Nishimura, ACM TOMACS 8(1), 1998)
 * seeded by Knuth's recurrence. Normals come from Marsaglia's polar method,
 * whose second value is kept for the next call, whatever is drawn in between.
 */
#ifndef MTL_BASE_RNG_H
#define MTL_BASE_RNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rng {
	uint32_t state[624];
	size_t position;   /* 624: the next draw makes a new block */
	bool has_normal;
	double normal;     /* the polar method's second value */
};

void rng_seed(struct rng *r, uint32_t seed);
uint32_t rng_u32(struct rng *r);
uint64_t rng_u64(struct rng *r);       /* first draw in the high half */
double rng_uniform(struct rng *r);     /* [0,1), 53 bits, two draws */
double rng_normal(struct rng *r);      /* mean 0, deviation 1 */
uint64_t rng_below(struct rng *r, uint64_t max); /* 0 .. max, both included */

void rng_shuffle(struct rng *r, size_t *a, size_t n);
/* a = shuffle of 0 .. n-1 */
void rng_permutation(struct rng *r, size_t *a, size_t n);

#endif
