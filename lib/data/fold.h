/*
 * Folds: which of k parts each row is held out with.
 *
 * fold[i] is 0 .. k-1 for row i. The generator makes the draw; without one
 * nothing is drawn. `first` turns the numbers round, so that the folds that
 * get one row more need not be the same for every task: 0 for a single deal.
 *
 * With first = 0, fold_plain and fold_stratified give what scikit-learn's
 * KFold and StratifiedKFold give for the same seed.
 *
 * All can fail with MTL_NOMEM only; that k is sensible is for the caller to
 * see to (fold_deal does).
 */
#ifndef MTL_DATA_FOLD_H
#define MTL_DATA_FOLD_H

#include <stdbool.h>

#include "base/err.h"
#include "base/notes.h"
#include "base/rng.h"
#include "base/str.h"

/* Runs of n/k rows, drawn or, with rng NULL, as they stand. */
enum mtl_status fold_plain(size_t *fold, size_t n, size_t k, size_t first,
    struct rng *rng, struct mtl_err *err);

/*
 * The rows of each class dealt to the folds as evenly as they go; classes are
 * any numbers. *smallest and *largest are set to the sizes of the rarest and
 * the commonest class.
 */
enum mtl_status fold_stratified(size_t *fold, const size_t *class, size_t n,
    size_t k, size_t first, struct rng *rng, size_t *smallest,
    size_t *largest, struct mtl_err *err);

/*
 * Groups whole: in an order drawn, but large ones first, each goes to the fold
 * where the classes' counts then come nearest to even shares, in chi-square;
 * with class NULL, where the fewest rows are. *groups is set to their number.
 */
enum mtl_status fold_groups(size_t *fold, const size_t *group,
    const size_t *class, size_t n, size_t k, size_t first, struct rng *rng,
    size_t *groups, struct mtl_err *err);

/*
 * Rows to be dealt and what ties them. The arrays are indexed by row number
 * and may be NULL; the numbers in them are as struct keys makes them.
 */
struct deal {
	const size_t *row; /* [n] the rows, in file order or an order given */
	size_t n;
	const size_t *each;        /* dealt within each of these */
	const char *each_column;   /* its name, for messages */
	const size_t *stratum;     /* shares kept of these */
	const struct str *stratum_text;
	const size_t *group;       /* whole */
};

/*
 * Sets fold[row] for the rows of the deal. Refuses more folds than rows or
 * groups, strata that all have fewer rows than folds, an empty fold.
 */
enum mtl_status fold_deal(size_t *fold, const struct deal *deal, size_t k,
    struct rng *rng, struct notes *notes, struct mtl_err *err);

/*
 * Greedy, as fold_groups: bin[i], 0 .. bins-1, for each of n rows, groups in
 * the order of runs of equal group[i] given by take[groups]; share[bins] sums
 * to 1. Shared with the split into train and test.
 */
struct runs;
enum mtl_status fold_fill(size_t *bin, const struct runs *groups,
    const size_t *take, const size_t *class, size_t n, const double *share,
    size_t bins, struct mtl_err *err);

#endif
