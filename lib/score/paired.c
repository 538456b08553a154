#include "score/paired.h"

#include <math.h>

void
paired_add(struct paired_sum *to, const double *loss, const double *base,
    const double *weight, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		double w = weight != NULL ? weight[i] : 1, d;

		/* About some difference, squares do not drown the spread. */
		if (to->n++ == 0)
			to->shift = loss[i] - base[i];
		d = loss[i] - base[i] - to->shift;
		to->weight += w;
		to->first += w * d;
		to->second += w * d * d;
	}
}

struct paired
paired_finish(const struct paired_sum *sum)
{
	struct paired p = {sum->n, (double)NAN, (double)NAN};
	double n = (double)sum->n, mean = sum->first / sum->weight, var;

	if (!(sum->weight > 0))
		return p;
	p.mean = sum->shift + mean;
	if (sum->n < 2)
		return p;
	var = fmax(sum->second / sum->weight - mean * mean, 0) * n / (n - 1);
	p.se = sqrt(var / n);
	return p;
}

enum verdict
paired_verdict(const struct paired *p)
{
	if (p->mean < -1.96 * p->se)
		return HELPED;
	return p->mean > 1.96 * p->se ? HURT : NO_CLEAR_DIFFERENCE;
}
