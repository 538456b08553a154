#include "data/target.h"

#include "base/num.h"

enum { ROWS_PER_CLASS = 5 };

static void
see_value(struct target_kind *kind, double x)
{
	for (size_t k = 0; k < kind->values; k++)
		if (kind->value[k] == x)
			return;
	if (kind->values == TARGET_CLASSES_MAX)
		kind->many = true;
	else
		kind->value[kind->values++] = x;
}

void
target_see(struct target_kind *kind, struct str cell)
{
	double x;

	kind->n++;
	if (kind->text)
		return;
	switch (num_read(&x, cell.s, cell.len)) {
	case NUM_OK:
		if (!kind->many)
			see_value(kind, x);
		break;
	case NUM_RANGE:
		kind->many = true;
		break;
	case NUM_BAD:
		kind->text = true;
		break;
	}
}

static bool
has(const struct target_kind *kind, double x)
{
	for (size_t k = 0; k < kind->values; k++)
		if (kind->value[k] == x)
			return true;
	return false;
}

/* The values are distinct, so having all of a run is being that run. */
static bool
is_run(const struct target_kind *kind, size_t first)
{
	for (size_t k = 0; k < kind->values; k++)
		if (!has(kind, (double)(first + k)))
			return false;
	return true;
}

bool
target_is_classes(const struct target_kind *kind)
{
	bool run = is_run(kind, 0) || is_run(kind, 1);

	if (kind->text)
		return true;
	if (kind->many || kind->values < 2)
		return false;
	if (kind->values == 2 && (run || (has(kind, -1) && has(kind, 1))))
		return true;
	return run && kind->n >= ROWS_PER_CLASS * kind->values;
}
