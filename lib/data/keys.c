#include "data/keys.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"

/* One key in the making of an order. */
struct sortable {
	struct str text; /* the whole key */
	double x;
	size_t index;
};

static bool
append(struct keys *keys, size_t *len, const char *s, size_t n)
{
	if (n > SIZE_MAX - *len ||
	    !mem_grow((void *)&keys->buf, &keys->buf_cap, *len + n, 1))
		return false;
	if (n > 0)
		memcpy(keys->buf + *len, s, n);
	*len += n;
	return true;
}

/* Cells joined by blanks; behind a NUL the lengths of all but the last. */
static bool
join(struct keys *keys, size_t *len, const struct str *cell, size_t n)
{
	char num[24];
	bool ok = true;

	for (size_t i = 0; ok && i < n; i++)
		ok = (i == 0 || append(keys, len, " ", 1)) &&
		    append(keys, len, cell[i].s, cell[i].len);
	for (size_t i = 0; ok && i + 1 < n; i++) {
		int digits = snprintf(num, sizeof(num), "%zu", cell[i].len);

		ok = append(keys, len, "", 1) &&
		    append(keys, len, num, (size_t)digits);
	}
	return ok;
}

enum mtl_status
keys_add(struct keys *keys, const struct str *cell, size_t n,
    struct mtl_err *err)
{
	struct str key = n == 1 ? cell[0] : (struct str){0};
	size_t len = 0, k;

	if (n > 1) {
		if (!join(keys, &len, cell, n))
			return err_nomem(err);
		key = (struct str){keys->buf, len};
	}
	k = names_add(&keys->names, key);
	if (k == SIZE_MAX || !mem_grow((void *)&keys->of, &keys->cap,
				 keys->n + 1, sizeof(*keys->of)))
		return err_nomem(err);
	keys->of[keys->n++] = k;
	return MTL_OK;
}

/* A key without the lengths behind its NUL. */
static struct str
shown(struct str key)
{
	const char *nul = key.len > 0 ? memchr(key.s, '\0', key.len) : NULL;

	if (nul != NULL)
		key.len = (size_t)(nul - key.s);
	return key;
}

enum mtl_status
keys_show(struct keys *keys, struct mtl_err *err)
{
	keys->text = mem_new(keys->names.n, sizeof(*keys->text));
	if (keys->text == NULL)
		return err_nomem(err);
	for (size_t k = 0; k < keys->names.n; k++)
		keys->text[k] = shown(keys->names.name[k]);
	return MTL_OK;
}

static int
compare(const void *pa, const void *pb)
{
	const struct sortable *a = pa, *b = pb;

	if (a->x != b->x)
		return a->x < b->x ? -1 : 1;
	return str_cmp(a->text, b->text);
}

/*
 * Gives every key its number to be sorted by. If one is none, all get 0, so
 * that the bytes alone decide; the empty key is below every number.
 */
static void
set_numbers(struct sortable *s, size_t n)
{
	for (size_t k = 0; k < n; k++) {
		struct str t = s[k].text;

		if (t.len == 0) {
			s[k].x = -HUGE_VAL;
		} else if (num_read(&s[k].x, t.s, t.len) != NUM_OK) {
			for (size_t i = 0; i < n; i++)
				s[i].x = 0;
			return;
		}
	}
}

enum mtl_status
keys_sort(struct keys *keys, struct mtl_err *err)
{
	size_t n = keys->names.n;
	enum mtl_status st = keys_show(keys, err);
	struct sortable *s = mem_new(n, sizeof(*s));
	size_t *place = mem_new(n, sizeof(*place));

	if (st != MTL_OK || s == NULL || place == NULL) {
		st = err_nomem(err);
		goto out;
	}
	for (size_t k = 0; k < n; k++)
		s[k] = (struct sortable){keys->names.name[k], 0, k};
	set_numbers(s, n);
	qsort(s, n, sizeof(*s), compare);
	for (size_t k = 0; k < n; k++) {
		place[s[k].index] = k;
		keys->text[k] = shown(s[k].text);
	}
	for (size_t i = 0; i < keys->n; i++)
		keys->of[i] = place[keys->of[i]];
out:
	free(s);
	free(place);
	return st;
}

void
keys_clear(struct keys *keys)
{
	names_clear(&keys->names);
	free(keys->of);
	free(keys->text);
	free(keys->buf);
	*keys = (struct keys){0};
}

struct keyed {
	size_t key, at;
};

static int
compare_keyed(const void *pa, const void *pb)
{
	const struct keyed *a = pa, *b = pb;

	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	return a->at < b->at ? -1 : a->at > b->at;
}

/* Every key becomes the first position it stands at, and all are resorted. */
static void
by_appearance(struct keyed *k, size_t m)
{
	for (size_t i = 0; i < m;) {
		size_t key = k[i].key, first = k[i].at;

		while (i < m && k[i].key == key)
			k[i++].key = first;
	}
	qsort(k, m, sizeof(*k), compare_keyed);
}

bool
runs_make(struct runs *runs, const size_t *key, size_t m,
    enum runs_order order)
{
	struct keyed *k = mem_new(m, sizeof(*k));

	*runs = (struct runs){0};
	runs->start = mem_new(m + 1, sizeof(*runs->start));
	runs->at = mem_new(m, sizeof(*runs->at));
	if (k == NULL || runs->start == NULL || runs->at == NULL) {
		free(k);
		runs_clear(runs);
		return false;
	}
	for (size_t i = 0; i < m; i++)
		k[i] = (struct keyed){key != NULL ? key[i] : 0, i};
	if (key != NULL)
		qsort(k, m, sizeof(*k), compare_keyed);
	if (key != NULL && order == RUNS_BY_APPEARANCE)
		by_appearance(k, m);
	for (size_t i = 0; i < m; i++) {
		if (i == 0 || k[i].key != k[i - 1].key)
			runs->start[runs->n++] = i;
		runs->at[i] = k[i].at;
	}
	runs->start[runs->n] = m;
	free(k);
	return true;
}

size_t
runs_size(const struct runs *runs, size_t r)
{
	return runs->start[r + 1] - runs->start[r];
}

void
runs_clear(struct runs *runs)
{
	free(runs->start);
	free(runs->at);
	*runs = (struct runs){0};
}

static int
compare_sizes(const void *pa, const void *pb)
{
	const size_t *a = pa, *b = pb;

	return *a < *b ? -1 : *a > *b;
}

void
sizes_sort(size_t *a, size_t n)
{
	if (n > 0)
		qsort(a, n, sizeof(*a), compare_sizes);
}
