#include "data/fold.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"
#include "data/keys.h"

enum mtl_status
fold_plain(size_t *fold, size_t n, size_t k, size_t first, struct rng *rng,
    struct mtl_err *err)
{
	size_t *order = mem_new(n, sizeof(*order));
	size_t i = 0;

	if (order == NULL)
		return err_nomem(err);
	for (size_t j = 0; j < n; j++)
		order[j] = j;
	if (rng != NULL)
		rng_shuffle(rng, order, n);
	for (size_t f = 0; f < k; f++) {
		bool longer = (f + k - first) % k < n % k;
		size_t end = i + n / k + (longer ? 1 : 0);

		while (i < end)
			fold[order[i++]] = f;
	}
	free(order);
	return MTL_OK;
}

/*
 * The class's rows stand at positions lo .. of all rows sorted by class, and
 * position p belongs to fold p mod k: the folds it gets, in ascending order.
 */
static void
class_folds(size_t *list, size_t lo, size_t n, size_t k)
{
	for (size_t i = 0; i < n; i++)
		list[i] = (lo + i) % k;
	sizes_sort(list, n);
}

enum mtl_status
fold_stratified(size_t *fold, const size_t *class, size_t n, size_t k,
    size_t first, struct rng *rng, size_t *smallest, size_t *largest,
    struct mtl_err *err)
{
	size_t *list = mem_new(n, sizeof(*list));
	struct runs classes = {0};
	enum mtl_status st = MTL_OK;

	*smallest = SIZE_MAX;
	*largest = 0;
	if (list == NULL ||
	    !runs_make(&classes, class, n, RUNS_BY_APPEARANCE)) {
		st = err_nomem(err);
		goto out;
	}
	for (size_t c = 0; c < classes.n; c++) {
		size_t lo = classes.start[c], size = runs_size(&classes, c);

		class_folds(list, lo, size, k);
		if (rng != NULL)
			rng_shuffle(rng, list, size);
		for (size_t i = 0; i < size; i++)
			fold[classes.at[lo + i]] = (list[i] + first) % k;
		*smallest = size < *smallest ? size : *smallest;
		*largest = size > *largest ? size : *largest;
	}
out:
	free(list);
	runs_clear(&classes);
	return st;
}

/* What fold_fill knows while it deals. */
struct fill {
	size_t bins, classes;
	const double *share;  /* [bins] */
	const size_t *class;  /* [n] of each row, 0 .. classes-1 */
	double *total;        /* [classes] rows of each */
	double *count;        /* [bins][classes] rows there so far */
	double *rows;         /* [bins] of any class, as a part of the share */
	double *have;         /* [classes] of the group at hand, else 0 */
	size_t *touched;      /* classes of the group at hand */
	size_t touches;
};

/*
 * By how much the sum over bins and classes of (count - wanted)^2 / wanted
 * grows when the group goes to bin b.
 */
static double
cost(const struct fill *f, size_t b)
{
	double sum = 0;

	for (size_t i = 0; i < f->touches; i++) {
		size_t c = f->touched[i];
		double wanted = f->share[b] * f->total[c];
		double gap = f->count[b * f->classes + c] - wanted;

		sum += f->have[c] * (2 * gap + f->have[c]) / wanted;
	}
	return sum;
}

static void
weigh_group(struct fill *f, const size_t *at, size_t n)
{
	f->touches = 0;
	for (size_t i = 0; i < n; i++) {
		size_t c = f->class[at[i]];

		if (f->have[c]++ == 0)
			f->touched[f->touches++] = c;
	}
}

static size_t
best_bin(const struct fill *f)
{
	size_t best = 0;
	double low = cost(f, 0);

	for (size_t b = 1; b < f->bins; b++) {
		double x = cost(f, b);

		if (x < low || (x == low && f->rows[b] < f->rows[best])) {
			low = x;
			best = b;
		}
	}
	return best;
}

static void
put_group(struct fill *f, size_t b, size_t n)
{
	for (size_t i = 0; i < f->touches; i++) {
		size_t c = f->touched[i];

		f->count[b * f->classes + c] += f->have[c];
		f->have[c] = 0;
	}
	f->rows[b] += (double)n / f->share[b];
}

/* Numbers the classes 0, 1, ... and counts them; class NULL is one class. */
static bool
fill_init(struct fill *f, size_t *dense, const size_t *class, size_t n)
{
	struct runs classes;

	if (!runs_make(&classes, class, n, RUNS_BY_KEY))
		return false;
	f->class = dense;
	f->classes = classes.n;
	f->total = mem_new(classes.n, sizeof(*f->total));
	f->have = mem_new(classes.n, sizeof(*f->have));
	f->touched = mem_new(classes.n, sizeof(*f->touched));
	f->rows = mem_new(f->bins, sizeof(*f->rows));
	f->count = mat_new(f->bins, classes.n);
	for (size_t c = 0; f->total != NULL && c < classes.n; c++) {
		f->total[c] = (double)runs_size(&classes, c);
		for (size_t i = classes.start[c]; i < classes.start[c + 1]; i++)
			dense[classes.at[i]] = c;
	}
	runs_clear(&classes);
	return f->total != NULL && f->have != NULL && f->touched != NULL &&
	    f->rows != NULL && f->count != NULL;
}

enum mtl_status
fold_fill(size_t *bin, const struct runs *groups, const size_t *take,
    const size_t *class, size_t n, const double *share, size_t bins,
    struct mtl_err *err)
{
	struct fill f = {.bins = bins, .share = share};
	size_t *dense = mem_new(n, sizeof(*dense));
	enum mtl_status st = MTL_OK;

	if (dense == NULL || !fill_init(&f, dense, class, n)) {
		st = err_nomem(err);
		goto out;
	}
	for (size_t i = 0; i < groups->n; i++) {
		const size_t *at = groups->at + groups->start[take[i]];
		size_t size = runs_size(groups, take[i]), b;

		weigh_group(&f, at, size);
		b = best_bin(&f);
		put_group(&f, b, size);
		for (size_t j = 0; j < size; j++)
			bin[at[j]] = b;
	}
out:
	free(f.total);
	free(f.have);
	free(f.touched);
	free(f.rows);
	free(f.count);
	free(dense);
	return st;
}

/*
 * A drawn order of the groups, large ones first: sorting the drawn places
 * behind the sizes keeps equal sizes as drawn.
 */
static bool
large_first(size_t *take, const struct runs *groups, struct rng *rng)
{
	size_t *size = mem_new(groups->n, sizeof(*size));
	struct runs order = {0};
	bool ok = size != NULL;

	if (ok) {
		rng_permutation(rng, take, groups->n);
		for (size_t i = 0; i < groups->n; i++)
			size[i] = SIZE_MAX - runs_size(groups, take[i]);
		ok = runs_make(&order, size, groups->n, RUNS_BY_KEY);
	}
	if (ok) {
		for (size_t i = 0; i < groups->n; i++)
			size[i] = take[order.at[i]];
		for (size_t i = 0; i < groups->n; i++)
			take[i] = size[i];
	}
	runs_clear(&order);
	free(size);
	return ok;
}

enum mtl_status
fold_groups(size_t *fold, const size_t *group, const size_t *class, size_t n,
    size_t k, size_t first, struct rng *rng, size_t *groups,
    struct mtl_err *err)
{
	struct runs runs = {0};
	double *share = NULL;
	size_t *take = NULL, bins = 0;
	enum mtl_status st = MTL_OK;

	if (runs_make(&runs, group, n, RUNS_BY_APPEARANCE)) {
		/* Fewer groups than folds: one each, the other folds empty. */
		bins = runs.n < k ? runs.n : k;
		take = mem_new(runs.n, sizeof(*take));
		share = mem_new(bins, sizeof(*share));
	}
	if (share == NULL || take == NULL || !large_first(take, &runs, rng)) {
		st = err_nomem(err);
		goto out;
	}
	*groups = runs.n;
	for (size_t f = 0; f < bins; f++)
		share[f] = 1 / (double)bins;
	st = fold_fill(fold, &runs, take, class, n, share, bins, err);
	for (size_t i = 0; st == MTL_OK && i < n; i++)
		fold[i] = (fold[i] + first) % k;
out:
	free(share);
	free(take);
	runs_clear(&runs);
	return st;
}

/* The part of a deal that shares one value of --each, by position. */
struct lot {
	size_t n;
	size_t *row, *class, *group, *fold; /* [n] */
};

/* What fold_deal learns over all lots. */
struct dealt {
	size_t first;           /* the fold that is next in turn */
	size_t units;           /* rows, or groups */
	size_t smallest, largest; /* class */
	size_t short_lots;      /* lots with fewer units than folds */
};

static enum mtl_status
deal_lot(struct lot *lot, const struct deal *deal, size_t k, struct rng *rng,
    struct dealt *dealt, struct mtl_err *err)
{
	size_t small = SIZE_MAX, large = 0, units = lot->n;
	enum mtl_status st;

	for (size_t i = 0; i < lot->n; i++) {
		size_t row = lot->row[i];

		lot->class[i] = deal->stratum != NULL ? deal->stratum[row] : 0;
		lot->group[i] = deal->group != NULL ? deal->group[row] : 0;
	}
	if (deal->group != NULL)
		st = fold_groups(lot->fold, lot->group,
		    deal->stratum != NULL ? lot->class : NULL, lot->n, k,
		    dealt->first, rng, &units, err);
	else if (deal->stratum != NULL)
		st = fold_stratified(lot->fold, lot->class, lot->n, k,
		    dealt->first, rng, &small, &large, err);
	else
		st = fold_plain(lot->fold, lot->n, k, dealt->first, rng, err);
	if (st != MTL_OK)
		return st;
	dealt->first = (dealt->first + units) % k;
	dealt->units += units;
	dealt->short_lots += units < k;
	dealt->smallest = small < dealt->smallest ? small : dealt->smallest;
	dealt->largest = large > dealt->largest ? large : dealt->largest;
	return MTL_OK;
}

static enum mtl_status
find_empty(const size_t *fold, const struct deal *deal, size_t k,
    struct mtl_err *err)
{
	bool *used = mem_new(k, sizeof(*used));
	size_t f = 0;

	if (used == NULL)
		return err_nomem(err);
	for (size_t i = 0; i < deal->n; i++)
		used[fold[deal->row[i]]] = true;
	while (f < k && used[f])
		f++;
	free(used);
	return f == k ? MTL_OK : err_set(err, MTL_INPUT,
	    "no rows are left for fold %zu of %zu", f + 1, k);
}

static enum mtl_status
check_dealt(const struct deal *deal, size_t k, const struct dealt *dealt,
    struct notes *notes, struct mtl_err *err)
{
	const char *unit = deal->group != NULL ? "groups" : "rows";
	char shown[STR_SHOWN];

	if (dealt->units < k)
		return err_set(err, MTL_INPUT,
		    "%zu folds of %zu %s: there cannot be more folds than %s",
		    k, dealt->units, unit, unit);
	if (deal->each != NULL) {
		if (dealt->short_lots > 0)
			notes_add(notes, WARNING, "%zu value%s of '%s' %s "
			    "fewer %s than the %zu folds", dealt->short_lots,
			    dealt->short_lots == 1 ? "" : "s",
			    str_show(shown, str_of(deal->each_column)),
			    dealt->short_lots == 1 ? "has" : "have", unit, k);
		return MTL_OK;
	}
	if (deal->stratum == NULL || deal->group != NULL)
		return MTL_OK;
	if (dealt->largest < k)
		return err_set(err, MTL_INPUT, "%zu folds: even the commonest "
		    "stratum has only %zu row%s", k, dealt->largest,
		    dealt->largest == 1 ? "" : "s");
	if (dealt->smallest < k)
		notes_add(notes, WARNING, "the rarest stratum has %zu row%s, "
		    "fewer than the %zu folds", dealt->smallest,
		    dealt->smallest == 1 ? "" : "s", k);
	return MTL_OK;
}

static bool
lot_init(struct lot *lot, size_t n)
{
	lot->row = mem_new(n, sizeof(*lot->row));
	lot->class = mem_new(n, sizeof(*lot->class));
	lot->group = mem_new(n, sizeof(*lot->group));
	lot->fold = mem_new(n, sizeof(*lot->fold));
	return lot->row != NULL && lot->class != NULL && lot->group != NULL &&
	    lot->fold != NULL;
}

/* The values of --each of the deal's rows, by position. */
static bool
lots_make(struct runs *lots, const struct deal *deal)
{
	size_t *each = mem_new(deal->n, sizeof(*each));
	bool ok = each != NULL;

	for (size_t i = 0; ok && deal->each != NULL && i < deal->n; i++)
		each[i] = deal->each[deal->row[i]];
	ok = ok && runs_make(lots, deal->each != NULL ? each : NULL, deal->n,
		       RUNS_BY_APPEARANCE);
	free(each);
	return ok;
}

enum mtl_status
fold_deal(size_t *fold, const struct deal *deal, size_t k, struct rng *rng,
    struct notes *notes, struct mtl_err *err)
{
	struct dealt dealt = {.smallest = SIZE_MAX};
	struct runs lots = {0};
	struct lot lot = {0};
	enum mtl_status st = MTL_OK;

	if (!lots_make(&lots, deal) || !lot_init(&lot, deal->n)) {
		st = err_nomem(err);
		goto out;
	}
	/* Known before any work: a k from the command line is no size yet. */
	if (k > deal->n) {
		dealt.units = deal->n;
		st = check_dealt(&(struct deal){0}, k, &dealt, notes, err);
		goto out;
	}
	for (size_t r = 0; r < lots.n && st == MTL_OK; r++) {
		lot.n = runs_size(&lots, r);
		for (size_t i = 0; i < lot.n; i++)
			lot.row[i] = deal->row[lots.at[lots.start[r] + i]];
		st = deal_lot(&lot, deal, k, rng, &dealt, err);
		for (size_t i = 0; st == MTL_OK && i < lot.n; i++)
			fold[lot.row[i]] = lot.fold[i];
	}
	if (st == MTL_OK)
		st = check_dealt(deal, k, &dealt, notes, err);
	if (st == MTL_OK)
		st = find_empty(fold, deal, k, err);
out:
	runs_clear(&lots);
	free(lot.row);
	free(lot.class);
	free(lot.group);
	free(lot.fold);
	return st;
}
