/*
 * Train and test: which rows a model is fitted on and which it is tried on.
 *
 * The draws are scikit-learn's train_test_split's, plain and stratified: the
 * same seed gives the same rows in the same order. Beyond it there are groups
 * that stay whole, rows in an order of their own, and shares that hold within
 * each value of a column. The deal (data/fold.h) says what ties the rows.
 */
#ifndef MTL_DATA_SPLIT_H
#define MTL_DATA_SPLIT_H

#include <stdbool.h>

#include "base/err.h"
#include "base/notes.h"
#include "base/rng.h"
#include "data/fold.h"

/* A share of the rows, 0 < fraction < 1, or a count >= 1; or not given. */
struct split_size {
	double fraction;
	size_t count;
};

struct split_opts {
	/* One of them at least. The other is the rest; with both, rows beyond
	 * are in neither part. */
	struct split_size test, train;
	bool ordered; /* nothing drawn: the deal's last rows are test */
};

struct split {
	size_t trains, tests;
	size_t *train, *test; /* row numbers in the order drawn */
};

/*
 * Of n rows, ceil(fraction n) are test or floor(fraction n) train. Within each
 * value of the deal's `each`, the drawn rows come value by value; both parts
 * get a row of every value that has two, a single one trains.
 *
 * Groups are taken in drawn order, to test until its rows come nearest to the
 * wanted number, then to train; with strata, each goes to the part where the
 * strata's counts then come nearest to their shares.
 *
 * Refuses an empty part, sizes beyond the rows, strata of one row and parts
 * with fewer rows than strata. Notes say what was clipped or left out.
 */
enum mtl_status split_deal(struct split *split, const struct deal *deal,
    const struct split_opts *opts, struct rng *rng, struct notes *notes,
    struct mtl_err *err);

/*
 * Of m draws, how many fall to each of n classes of the given sizes: shares
 * rounded down, the rest to the largest remainders, ties drawn.
 */
enum mtl_status split_apportion(size_t *part, const size_t *size, size_t n,
    size_t m, struct rng *rng, struct mtl_err *err);

void split_clear(struct split *split); /* leaves it zeroed */

#endif
