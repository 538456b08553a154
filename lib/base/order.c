#include "base/order.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/num.h"

struct ranked {
	struct str label;
	double value;
	size_t index;
};

static int
by_bytes(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	return str_cmp(x->label, y->label);
}

static int
by_value(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->value != y->value)
		return x->value < y->value ? -1 : 1;
	return by_bytes(a, b);
}

bool
order_labels(struct str *label, size_t n, size_t *place)
{
	struct ranked *rank = mem_new(n, sizeof *rank);
	bool numbers = true;

	if (rank == NULL)
		return false;
	for (size_t i = 0; i < n; i++) {
		rank[i].label = label[i];
		rank[i].index = i;
		numbers = numbers && num_read(&rank[i].value, label[i].s,
		    label[i].len) == NUM_OK;
	}
	qsort(rank, n, sizeof *rank, numbers ? by_value : by_bytes);
	for (size_t i = 0; i < n; i++) {
		label[i] = rank[i].label;
		if (place != NULL)
			place[rank[i].index] = i;
	}
	free(rank);
	return true;
}
