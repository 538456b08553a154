#include "data/split.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"
#include "data/keys.h"

static bool
given(struct split_size size)
{
	return size.fraction > 0 || size.count > 0;
}

/* What --test and --train ask of m rows; 0 where that is nothing. */
static void
wanted(size_t *trains, size_t *tests, const struct split_opts *opts, size_t m)
{
	*tests = opts->test.fraction > 0
	    ? (size_t)ceil(opts->test.fraction * (double)m) : opts->test.count;
	*trains = opts->train.fraction > 0
	    ? (size_t)floor(opts->train.fraction * (double)m)
	    : opts->train.count;
	if (!given(opts->test))
		*tests = *trains < m ? m - *trains : 0;
	if (!given(opts->train))
		*trains = *tests < m ? m - *tests : 0;
}

static enum mtl_status
check_wanted(size_t trains, size_t tests, size_t m, struct mtl_err *err)
{
	if (m == 0)
		return err_set(err, MTL_INPUT, "no rows to split");
	if (trains > 0 && tests > 0 && (tests > m || trains > m - tests))
		return err_set(err, MTL_INPUT, "%zu rows for train and %zu for "
		    "test are more than the %zu there are", trains, tests, m);
	if (trains == 0 || tests == 0)
		return err_set(err, MTL_INPUT, "of %zu row%s %zu would be "
		    "train and %zu test: neither part may be empty", m,
		    m == 1 ? "" : "s", trains, tests);
	return MTL_OK;
}

/*
 * Makes both parts of m >= 2 rows hold one at least, test before train. True
 * if that is not what was wanted.
 */
static bool
clip(size_t *trains, size_t *tests, size_t m)
{
	size_t tr = *trains, te = *tests;

	if (te > m - 1)
		te = m - 1;
	if (te == 0)
		te = 1;
	if (tr > m - te)
		tr = m - te;
	if (tr == 0)
		tr = 1;
	if (tr == *trains && te == *tests)
		return false;
	*trains = tr;
	*tests = te;
	return true;
}

/* A double below 2^53 in counts; every step as numpy takes it. */
enum mtl_status
split_apportion(size_t *part, const size_t *size, size_t n, size_t m,
    struct rng *rng, struct mtl_err *err)
{
	double *rest = mem_new(n, sizeof(*rest));
	size_t *tied = mem_new(n, sizeof(*tied));
	size_t *drawn = mem_new(n, sizeof(*drawn));
	size_t total = 0, missing = m;
	enum mtl_status st = MTL_OK;

	if (rest == NULL || tied == NULL || drawn == NULL) {
		st = err_nomem(err);
		goto out;
	}
	for (size_t c = 0; c < n; c++)
		total += size[c];
	for (size_t c = 0; c < n; c++) {
		double share = (double)size[c] / (double)total * (double)m;

		part[c] = (size_t)floor(share);
		rest[c] = share - floor(share);
		missing -= part[c];
	}
	while (missing > 0) {
		size_t ties = 0;
		double top = -1;

		for (size_t c = 0; c < n; c++)
			top = rest[c] > top ? rest[c] : top;
		for (size_t c = 0; c < n && top >= 0; c++)
			if (rest[c] == top)
				tied[ties++] = c;
		if (ties == 0)
			break;
		rng_permutation(rng, drawn, ties);
		for (size_t i = 0; i < ties; i++) {
			rest[tied[i]] = -1;
			if (i < missing)
				part[tied[drawn[i]]]++;
		}
		missing -= ties < missing ? ties : missing;
	}
out:
	free(rest);
	free(tied);
	free(drawn);
	return st;
}

/* Rows that are split together: all, or one value of --each. */
struct lot {
	size_t n;
	size_t *row;      /* [n] row numbers */
	size_t *key;      /* [n] stratum or group of each */
	size_t *order;    /* [n] room for a draw */
	size_t trains, tests;
};

static void
to_train(struct split *split, const struct lot *lot, size_t position)
{
	split->train[split->trains++] = lot->row[position];
}

static void
to_test(struct split *split, const struct lot *lot, size_t position)
{
	split->test[split->tests++] = lot->row[position];
}

static void
split_plain(struct split *split, struct lot *lot, struct rng *rng)
{
	rng_permutation(rng, lot->order, lot->n);
	for (size_t i = 0; i < lot->tests; i++)
		to_test(split, lot, lot->order[i]);
	for (size_t i = 0; i < lot->trains; i++)
		to_train(split, lot, lot->order[lot->tests + i]);
}

/* The last rows are test, those just before them train. */
static void
split_ordered(struct split *split, const struct lot *lot)
{
	size_t cut = lot->n - lot->tests;

	for (size_t i = cut - lot->trains; i < cut; i++)
		to_train(split, lot, i);
	for (size_t i = cut; i < lot->n; i++)
		to_test(split, lot, i);
}

static enum mtl_status
check_strata(const struct runs *strata, const struct lot *lot,
    const struct deal *deal, struct mtl_err *err)
{
	char shown[STR_SHOWN];

	for (size_t c = 0; c < strata->n; c++) {
		size_t row = lot->row[strata->at[strata->start[c]]];

		if (runs_size(strata, c) < 2)
			return err_set(err, MTL_INPUT, "stratum '%s' has one "
			    "row, which cannot be in both train and test",
			    str_show(shown,
				deal->stratum_text[deal->stratum[row]]));
	}
	if (lot->trains < strata->n || lot->tests < strata->n)
		return err_set(err, MTL_INPUT, "too few rows to %s (%zu) for "
		    "the %zu strata",
		    lot->trains < strata->n ? "train" : "test",
		    lot->trains < strata->n ? lot->trains : lot->tests,
		    strata->n);
	return MTL_OK;
}

/* Draws each stratum and deals its first rows to train, the next to test. */
static void
deal_strata(struct split *split, struct lot *lot, const struct runs *strata,
    const size_t *train, const size_t *test, struct rng *rng)
{
	for (size_t c = 0; c < strata->n; c++) {
		const size_t *at = strata->at + strata->start[c];
		size_t i = 0;

		rng_permutation(rng, lot->order, runs_size(strata, c));
		while (i < train[c])
			to_train(split, lot, at[lot->order[i++]]);
		while (i < train[c] + test[c])
			to_test(split, lot, at[lot->order[i++]]);
	}
}

static enum mtl_status
split_strata(struct split *split, struct lot *lot, const struct deal *deal,
    struct rng *rng, struct mtl_err *err)
{
	size_t train0 = split->trains, test0 = split->tests;
	size_t *size = NULL, *train = NULL, *test = NULL;
	struct runs strata = {0};
	enum mtl_status st = MTL_OK;

	if (runs_make(&strata, lot->key, lot->n, RUNS_BY_KEY)) {
		size = mem_new(strata.n, sizeof(*size));
		train = mem_new(strata.n, sizeof(*train));
		test = mem_new(strata.n, sizeof(*test));
	}
	if (size == NULL || train == NULL || test == NULL) {
		st = err_nomem(err);
		goto out;
	}
	st = check_strata(&strata, lot, deal, err);
	if (st != MTL_OK)
		goto out;
	for (size_t c = 0; c < strata.n; c++)
		size[c] = runs_size(&strata, c);
	st = split_apportion(train, size, strata.n, lot->trains, rng, err);
	for (size_t c = 0; c < strata.n; c++)
		size[c] -= train[c];
	if (st == MTL_OK)
		st = split_apportion(test, size, strata.n, lot->tests, rng,
		    err);
	if (st != MTL_OK)
		goto out;
	deal_strata(split, lot, &strata, train, test, rng);
	rng_shuffle(rng, split->train + train0, split->trains - train0);
	rng_shuffle(rng, split->test + test0, split->tests - test0);
out:
	free(size);
	free(train);
	free(test);
	runs_clear(&strata);
	return st;
}

/*
 * How many of the groups take[from] .. make the number of their rows come
 * nearest to want: one at least, `spare` groups left over.
 */
static size_t
nearest_groups(const struct runs *groups, const size_t *take, size_t from,
    size_t want, size_t spare)
{
	size_t n = 0, rows = 0;

	while (from + n + spare < groups->n) {
		size_t more = runs_size(groups, take[from + n]);

		/* Beyond half of the next group, the fewer are nearer. */
		if (n > 0 && (rows >= want || want - rows < more - more / 2))
			break;
		rows += more;
		n++;
	}
	return n;
}

static void
split_groups(struct split *split, struct lot *lot, const struct runs *groups,
    bool all, struct rng *rng)
{
	size_t *take = lot->order, tests, trains;

	rng_permutation(rng, take, groups->n);
	tests = nearest_groups(groups, take, 0, lot->tests, 1);
	trains = all ? groups->n - tests
		     : nearest_groups(groups, take, tests, lot->trains, 0);
	for (size_t g = 0; g < tests + trains; g++)
		for (size_t i = groups->start[take[g]];
		    i < groups->start[take[g] + 1]; i++)
			if (g < tests)
				to_test(split, lot, groups->at[i]);
			else
				to_train(split, lot, groups->at[i]);
}

/* Groups to train, test or neither by the shares of the strata. */
static enum mtl_status
split_group_strata(struct split *split, struct lot *lot,
    const struct runs *groups, const struct deal *deal, struct rng *rng,
    struct mtl_err *err)
{
	double n = (double)lot->n;
	size_t rest = lot->n - lot->trains - lot->tests;
	double share[] = {(double)lot->trains / n, (double)lot->tests / n,
	    (double)rest / n};
	size_t *bin = mem_new(lot->n, sizeof(*bin));
	enum mtl_status st;

	if (bin == NULL)
		return err_nomem(err);
	rng_permutation(rng, lot->order, groups->n);
	for (size_t i = 0; i < lot->n; i++)
		lot->key[i] = deal->stratum[lot->row[i]];
	st = fold_fill(bin, groups, lot->order, lot->key, lot->n, share,
	    rest > 0 ? 3 : 2, err);
	for (size_t i = 0; st == MTL_OK && i < lot->n; i++)
		if (bin[i] == 0)
			to_train(split, lot, i);
		else if (bin[i] == 1)
			to_test(split, lot, i);
	free(bin);
	return st;
}

static enum mtl_status
split_grouped(struct split *split, struct lot *lot, const struct deal *deal,
    struct rng *rng, struct mtl_err *err)
{
	struct runs groups = {0};
	enum mtl_status st = MTL_OK;

	for (size_t i = 0; i < lot->n; i++)
		lot->key[i] = deal->group[lot->row[i]];
	if (!runs_make(&groups, lot->key, lot->n, RUNS_BY_APPEARANCE))
		return err_nomem(err);
	if (groups.n < 2 && deal->each == NULL)
		st = err_set(err, MTL_INPUT, "all rows are one group, which "
		    "cannot be in both train and test");
	else if (groups.n < 2)
		for (size_t i = 0; i < lot->n; i++)
			to_train(split, lot, i);
	else if (deal->stratum != NULL)
		st = split_group_strata(split, lot, &groups, deal, rng, err);
	else
		split_groups(split, lot, &groups,
		    lot->trains + lot->tests == lot->n, rng);
	runs_clear(&groups);
	return st;
}

static enum mtl_status
split_lot(struct split *split, struct lot *lot, const struct deal *deal,
    bool ordered, struct rng *rng, struct mtl_err *err)
{
	if (ordered) {
		split_ordered(split, lot);
		return MTL_OK;
	}
	if (deal->group != NULL)
		return split_grouped(split, lot, deal, rng, err);
	if (deal->stratum != NULL) {
		for (size_t i = 0; i < lot->n; i++)
			lot->key[i] = deal->stratum[lot->row[i]];
		return split_strata(split, lot, deal, rng, err);
	}
	split_plain(split, lot, rng);
	return MTL_OK;
}

/* What splitting all lots came to, for the notes. */
struct tally {
	size_t single, clipped, trains, tests;
};

static void
say(const struct split *split, const struct deal *deal,
    const struct tally *tally, struct notes *notes)
{
	size_t left = deal->n - split->trains - split->tests;
	char shown[STR_SHOWN] = "";

	if (deal->each != NULL)
		str_show(shown, str_of(deal->each_column));
	if (tally->single > 0)
		notes_add(notes, NOTE, "%zu value%s of '%s' with one row: it "
		    "is train", tally->single, tally->single == 1 ? "" : "s",
		    shown);
	if (tally->clipped > 0)
		notes_add(notes, WARNING, "%zu value%s of '%s' too small for "
		    "the rows asked for: both parts got what there is",
		    tally->clipped, tally->clipped == 1 ? "" : "s", shown);
	if (deal->group != NULL && (split->tests != tally->tests ||
				       split->trains != tally->trains))
		notes_add(notes, NOTE, "whole groups make %zu train and %zu "
		    "test rows (%zu and %zu were asked for)", split->trains,
		    split->tests, tally->trains, tally->tests);
	if (left > 0)
		notes_add(notes, NOTE, "%zu of %zu rows are in neither train "
		    "nor test", left, deal->n);
}

static enum mtl_status
split_init(struct split *split, struct lot *lot, struct runs *lots,
    const struct deal *deal, struct mtl_err *err)
{
	bool ok;

	*split = (struct split){0};
	split->train = mem_new(deal->n, sizeof(*split->train));
	split->test = mem_new(deal->n, sizeof(*split->test));
	lot->row = mem_new(deal->n, sizeof(*lot->row));
	lot->key = mem_new(deal->n, sizeof(*lot->key));
	lot->order = mem_new(deal->n, sizeof(*lot->order));
	ok = split->train != NULL && split->test != NULL && lot->row != NULL &&
	    lot->key != NULL && lot->order != NULL;
	for (size_t i = 0; ok && deal->each != NULL && i < deal->n; i++)
		lot->key[i] = deal->each[deal->row[i]];
	ok = ok && runs_make(lots, deal->each != NULL ? lot->key : NULL,
		       deal->n, RUNS_BY_APPEARANCE);
	return ok ? MTL_OK : err_nomem(err);
}

/* Sizes of one lot, and whether it is split at all. */
static enum mtl_status
size_lot(struct lot *lot, const struct deal *deal,
    const struct split_opts *opts, struct tally *tally, struct mtl_err *err)
{
	wanted(&lot->trains, &lot->tests, opts, lot->n);
	if (deal->each == NULL) {
		enum mtl_status st = check_wanted(lot->trains, lot->tests,
		    lot->n, err);

		if (st != MTL_OK)
			return st;
	} else if (lot->n == 1) {
		tally->single++;
		lot->trains = 1;
		lot->tests = 0;
	} else {
		tally->clipped += clip(&lot->trains, &lot->tests, lot->n);
	}
	tally->trains += lot->trains;
	tally->tests += lot->tests;
	return MTL_OK;
}

enum mtl_status
split_deal(struct split *split, const struct deal *deal,
    const struct split_opts *opts, struct rng *rng, struct notes *notes,
    struct mtl_err *err)
{
	struct tally tally = {0};
	struct runs lots = {0};
	struct lot lot = {0};
	enum mtl_status st = split_init(split, &lot, &lots, deal, err);

	if (st == MTL_OK && deal->n == 0)
		st = check_wanted(0, 0, 0, err);
	for (size_t r = 0; st == MTL_OK && r < lots.n; r++) {
		lot.n = runs_size(&lots, r);
		for (size_t i = 0; i < lot.n; i++)
			lot.row[i] = deal->row[lots.at[lots.start[r] + i]];
		st = size_lot(&lot, deal, opts, &tally, err);
		if (st != MTL_OK)
			break;
		if (lot.tests == 0)
			to_train(split, &lot, 0);
		else
			st = split_lot(split, &lot, deal, opts->ordered, rng,
			    err);
	}
	if (st == MTL_OK && (split->trains == 0 || split->tests == 0))
		st = check_wanted(split->trains, split->tests, deal->n, err);
	if (st == MTL_OK)
		say(split, deal, &tally, notes);
	free(lot.row);
	free(lot.key);
	free(lot.order);
	runs_clear(&lots);
	return st;
}

void
split_clear(struct split *split)
{
	free(split->train);
	free(split->test);
	*split = (struct split){0};
}
