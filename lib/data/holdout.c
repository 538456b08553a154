#include "data/holdout.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/rng.h"
#include "data/fold.h"

/* By number where both are numbers, else by bytes. */
static int
by_value(const void *pa, const void *pb)
{
	const struct str *a = *(const struct str *const *)pa;
	const struct str *b = *(const struct str *const *)pb;
	double x, y;

	if (num_read(&x, a->s, a->len) == NUM_OK &&
	    num_read(&y, b->s, b->len) == NUM_OK && x != y)
		return x < y ? -1 : 1;
	return str_cmp(*a, *b);
}

/* sorted[k] -> name k of the fold column, in order. NULL without memory. */
static const struct str **
sorted_names(const struct dataset *ds)
{
	size_t k = ds->fold_name.n;
	const struct str **sorted = mem_new(k, sizeof *sorted);

	if (sorted == NULL)
		return NULL;
	for (size_t f = 0; f < k; f++)
		sorted[f] = &ds->fold_name.name[f];
	qsort(sorted, k, sizeof *sorted, by_value);
	return sorted;
}

static enum mtl_status
from_column(size_t *fold, size_t *k, const struct dataset *ds,
    struct mtl_err *err)
{
	const struct str **sorted = sorted_names(ds);
	size_t *place = mem_new(ds->fold_name.n, sizeof *place);
	enum mtl_status st = MTL_OK;

	*k = ds->fold_name.n;
	if (sorted == NULL || place == NULL)
		st = err_nomem(err);
	else if (*k < 2)
		st = err_set(err, MTL_INPUT,
		    "the fold column has one value: nothing to compare");
	else if (names_find(&ds->fold_name, str_of("")) != SIZE_MAX)
		st = err_set(err, MTL_INPUT,
		    "the fold column is empty in a training row");
	for (size_t f = 0; st == MTL_OK && f < *k; f++)
		place[sorted[f] - ds->fold_name.name] = f;
	for (size_t i = 0; st == MTL_OK && i < ds->n; i++)
		fold[i] = place[ds->fold[i]];
	free(sorted);
	free(place);
	return st;
}

static uint64_t
mix(uint64_t key, uint64_t x)
{
	/* FNV-1a over words: strata differ if their hashes do. */
	return (key ^ (x + 1)) * 0x100000001b3u;
}

/* A key for each row: its tasks and its first class. */
static uint64_t *
row_keys(const struct dataset *ds)
{
	uint64_t *key = mem_new(ds->n, sizeof *key);
	bool *classed = mem_new(ds->n, sizeof *classed);

	for (size_t t = 0; key != NULL && classed != NULL && t < ds->T; t++) {
		const struct task *task = &ds->task[t];

		for (size_t i = 0; i < task->n; i++) {
			size_t row = task->row[i];

			key[row] = mix(key[row], t);
			if (!ds->target[task->target].classes || classed[row])
				continue;
			classed[row] = true;
			key[row] = mix(key[row], (uint64_t)task->y[i]);
		}
	}
	if (classed == NULL) {
		free(key);
		key = NULL;
	}
	free(classed);
	return key;
}

struct keyed {
	uint64_t key;
	size_t row;
};

static int
by_key(const void *pa, const void *pb)
{
	const struct keyed *a = pa, *b = pb;

	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	return a->row < b->row ? -1 : a->row > b->row;
}

/* stratum[n]: equal keys together; those of fewer than k rows are one. */
static enum mtl_status
find_strata(size_t *stratum, size_t k, const struct dataset *ds,
    struct mtl_err *err)
{
	uint64_t *key = row_keys(ds);
	struct keyed *sorted = mem_new(ds->n, sizeof *sorted);
	size_t next = 1;

	if (key == NULL || sorted == NULL) {
		free(key);
		free(sorted);
		return err_nomem(err);
	}
	for (size_t i = 0; i < ds->n; i++)
		sorted[i] = (struct keyed){key[i], i};
	qsort(sorted, ds->n, sizeof *sorted, by_key);
	for (size_t i = 0, end; i < ds->n; i = end) {
		end = i;
		while (end < ds->n && sorted[end].key == sorted[i].key)
			end++;
		for (size_t j = i; j < end; j++)
			stratum[sorted[j].row] = end - i < k ? 0 : next;
		next += end - i >= k;
	}
	free(key);
	free(sorted);
	return MTL_OK;
}

enum mtl_status
holdout_folds(size_t *fold, size_t *k, const struct dataset *ds,
    uint32_t seed, struct mtl_err *err)
{
	size_t *stratum, smallest, largest, groups;
	struct rng rng;
	enum mtl_status st;

	if (ds->fold != NULL)
		return from_column(fold, k, ds, err);
	if (ds->n < *k || (ds->group != NULL && ds->group_name.n < *k))
		return err_set(err, MTL_INPUT, "%zu folds of %zu %s: too few "
		    "to choose lambda by cross-validation (--folds, or give "
		    "--lambda)", *k, ds->group != NULL ? ds->group_name.n :
		    ds->n, ds->group != NULL ? "groups" : "rows");
	if ((stratum = mem_new(ds->n, sizeof *stratum)) == NULL)
		return err_nomem(err);
	rng_seed(&rng, seed);
	st = find_strata(stratum, *k, ds, err);
	if (st == MTL_OK && ds->group != NULL)
		st = fold_groups(fold, ds->group, stratum, ds->n, *k, 0, &rng,
		    &groups, err);
	else if (st == MTL_OK)
		st = fold_stratified(fold, stratum, ds->n, *k, 0, &rng,
		    &smallest, &largest, err);
	free(stratum);
	return st;
}

const char *
holdout_name(char *buf, const struct dataset *ds, size_t f)
{
	const struct str **sorted;

	if (ds->fold == NULL) {
		snprintf(buf, STR_SHOWN, "%zu", f + 1);
		return buf;
	}
	sorted = sorted_names(ds);
	str_show(buf, sorted != NULL ? *sorted[f] : str_of("?"));
	free(sorted);
	return buf;
}
