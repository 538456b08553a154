#include "base/rng.h"

#include <math.h>

enum { WORDS = 624, SHIFT = 397 };

void
rng_seed(struct rng *r, uint32_t seed)
{
	*r = (struct rng){.position = WORDS};
	r->state[0] = seed;
	for (uint32_t i = 1; i < WORDS; i++) {
		uint32_t before = r->state[i - 1];

		r->state[i] = UINT32_C(1812433253) *
		    (before ^ (before >> 30)) + i;
	}
}

static void
twist(struct rng *r)
{
	uint32_t *s = r->state;

	for (size_t i = 0; i < WORDS; i++) {
		uint32_t y = (s[i] & UINT32_C(0x80000000)) |
		    (s[(i + 1) % WORDS] & UINT32_C(0x7fffffff));

		s[i] = s[(i + SHIFT) % WORDS] ^ (y >> 1) ^
		    ((y & 1) ? UINT32_C(0x9908b0df) : 0);
	}
	r->position = 0;
}

uint32_t
rng_u32(struct rng *r)
{
	uint32_t y;

	if (r->position == WORDS)
		twist(r);
	y = r->state[r->position++];
	y ^= y >> 11;
	y ^= (y << 7) & UINT32_C(0x9d2c5680);
	y ^= (y << 15) & UINT32_C(0xefc60000);
	return y ^ (y >> 18);
}

uint64_t
rng_u64(struct rng *r)
{
	uint64_t high = rng_u32(r);

	return high << 32 | rng_u32(r);
}

double
rng_uniform(struct rng *r)
{
	double a = rng_u32(r) >> 5, b = rng_u32(r) >> 6;

	return (a * 67108864.0 + b) / 9007199254740992.0;
}

double
rng_normal(struct rng *r)
{
	double x1, x2, r2, f;

	if (r->has_normal) {
		r->has_normal = false;
		return r->normal;
	}
	do {
		x1 = 2.0 * rng_uniform(r) - 1.0;
		x2 = 2.0 * rng_uniform(r) - 1.0;
		r2 = x1 * x1 + x2 * x2;
	} while (r2 >= 1.0 || r2 == 0.0);
	f = sqrt(-2.0 * log(r2) / r2);
	r->normal = f * x1;
	r->has_normal = true;
	return f * x2;
}

uint64_t
rng_below(struct rng *r, uint64_t max)
{
	uint64_t mask = max, v;

	if (max == 0)
		return 0;
	for (int bits = 1; bits < 64; bits *= 2)
		mask |= mask >> bits;
	do
		v = (max <= UINT32_MAX ? rng_u32(r) : rng_u64(r)) & mask;
	while (v > max);
	return v;
}

void
rng_shuffle(struct rng *r, size_t *a, size_t n)
{
	for (size_t i = n; i-- > 1;) {
		size_t j = (size_t)rng_below(r, i), swap = a[i];

		a[i] = a[j];
		a[j] = swap;
	}
}

void
rng_permutation(struct rng *r, size_t *a, size_t n)
{
	for (size_t i = 0; i < n; i++)
		a[i] = i;
	rng_shuffle(r, a, n);
}
