/*
 * Rows told apart by what their cells say: the values of a column, the groups
 * that stay whole, the strata of a stratified draw.
 *
 * A key is the texts of one or more cells joined by one blank (as scikit-learn
 * does with several columns). Distinct cells are always distinct keys: the
 * lengths of several cells stand behind a NUL, which no cell can hold.
 */
#ifndef MTL_DATA_KEYS_H
#define MTL_DATA_KEYS_H

#include "base/err.h"
#include "base/names.h"

struct keys {
	size_t n;           /* rows */
	size_t *of;         /* [n] key of each row, 0 .. names.n - 1 */
	size_t cap;
	struct names names; /* the distinct keys by first appearance */
	struct str *text;   /* [names.n] as people read it, key by key; made
			     * by keys_sort or keys_show */
	char *buf;          /* one key being joined */
	size_t buf_cap;
};

/* The next row's key, from its cells. MTL_NOMEM is all that can fail. */
enum mtl_status keys_add(struct keys *keys, const struct str *cell, size_t n,
    struct mtl_err *err);

/* Makes text in the order of first appearance. No more rows after that. */
enum mtl_status keys_show(struct keys *keys, struct mtl_err *err);

/*
 * Renumbers the keys in sorted order and makes text: by number if all but the
 * empty one are numbers, else by bytes; the empty one first. No more rows
 * after that.
 */
enum mtl_status keys_sort(struct keys *keys, struct mtl_err *err);

void keys_clear(struct keys *keys); /* leaves it zeroed */

/* Positions 0 .. m-1 collected by key. */
struct runs {
	size_t n;
	size_t *start; /* [n+1] */
	size_t *at;    /* [m] run r is at[start[r]] .., ascending */
};

enum runs_order { RUNS_BY_KEY, RUNS_BY_APPEARANCE };

/* key[m]; NULL is one run of all. False without memory. */
bool runs_make(struct runs *runs, const size_t *key, size_t m,
    enum runs_order order);
size_t runs_size(const struct runs *runs, size_t r);
void runs_clear(struct runs *runs); /* leaves it zeroed */

/* Ascending, in place. */
void sizes_sort(size_t *a, size_t n);

#endif
