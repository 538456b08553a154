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
from_column(struct holdout *h, const struct dataset *ds, struct mtl_err *err)
{
	size_t k = ds->fold_name.n;
	const struct str **sorted = sorted_names(ds);
	size_t *place = mem_new(k, sizeof *place);
	enum mtl_status st = MTL_OK;

	if (sorted == NULL || place == NULL)
		st = err_nomem(err);
	else if (k < 2)
		st = err_set(err, MTL_INPUT,
		    "the fold column has one value: nothing to compare");
	else if (names_find(&ds->fold_name, str_of("")) != SIZE_MAX)
		st = err_set(err, MTL_INPUT,
		    "the fold column is empty in a training row");
	for (size_t f = 0; st == MTL_OK && f < k; f++) {
		place[sorted[f] - ds->fold_name.name] = f;
		if (names_add(&h->name, *sorted[f]) == SIZE_MAX)
			st = err_nomem(err);
	}
	for (size_t i = 0; st == MTL_OK && i < ds->n; i++)
		h->fold[i] = place[ds->fold[i]];
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

/* "1", "2", ... */
static enum mtl_status
number_folds(struct holdout *h, size_t k, struct mtl_err *err)
{
	char buf[24];

	for (size_t f = 0; f < k; f++) {
		snprintf(buf, sizeof buf, "%zu", f + 1);
		if (names_add(&h->name, str_of(buf)) == SIZE_MAX)
			return err_nomem(err);
	}
	return MTL_OK;
}

static enum mtl_status
deal_folds(struct holdout *h, const struct dataset *ds, size_t k,
    uint32_t seed, struct mtl_err *err)
{
	size_t *stratum, smallest, largest, groups;
	struct rng rng;
	enum mtl_status st;

	if (ds->n < k || (ds->group != NULL && ds->group_name.n < k))
		return err_set(err, MTL_INPUT, "%zu folds of %zu %s: too few "
		    "to choose lambda by cross-validation (--folds, or give "
		    "--lambda)", k, ds->group != NULL ? ds->group_name.n :
		    ds->n, ds->group != NULL ? "groups" : "rows");
	if ((stratum = mem_new(ds->n, sizeof *stratum)) == NULL)
		return err_nomem(err);
	rng_seed(&rng, seed);
	st = find_strata(stratum, k, ds, err);
	if (st == MTL_OK && ds->group != NULL)
		st = fold_groups(h->fold, ds->group, stratum, ds->n, k, 0,
		    &rng, &groups, err);
	else if (st == MTL_OK)
		st = fold_stratified(h->fold, stratum, ds->n, k, 0, &rng,
		    &smallest, &largest, err);
	free(stratum);
	return st == MTL_OK ? number_folds(h, k, err) : st;
}

enum mtl_status
holdout_init(struct holdout *h, const struct dataset *ds, size_t k,
    uint32_t seed, struct mtl_err *err)
{
	enum mtl_status st;

	*h = (struct holdout){.fold = mem_new(ds->n, sizeof *h->fold)};
	if (h->fold == NULL)
		return err_nomem(err);
	st = ds->fold != NULL ? from_column(h, ds, err) :
				deal_folds(h, ds, k, seed, err);
	if (st != MTL_OK)
		holdout_clear(h);
	return st;
}

void
holdout_clear(struct holdout *h)
{
	free(h->fold);
	names_clear(&h->name);
	*h = (struct holdout){0};
}
