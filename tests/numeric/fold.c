/*
 * Splits and folds as functions over arrays. The expected draws are those of
 * scikit-learn 1.2.1 (train_test_split, KFold, StratifiedKFold) for the same
 * seeds. Then what has no counterpart there: groups stay whole, a task is
 * never lost, folds are even; and which targets are classes. Prints a line
 * for each failed check.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/fold.h"
#include "data/keys.h"
#include "data/split.h"
#include "data/target.h"

static int failed;
static struct mtl_err err;

static void
check(bool good, const char *what)
{
	if (good)
		return;
	printf("%s\n", what);
	failed = 1;
}

static void
same(const size_t *got, const size_t *expected, size_t n, const char *what)
{
	check(memcmp(got, expected, n * sizeof(*got)) == 0, what);
}

static const size_t class_of[17] = {2, 0, 1, 0, 0, 1, 2, 0, 0, 1, 0, 2, 0, 0,
	1, 0, 1};
static const size_t identity[40] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
	13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30,
	31, 32, 33, 34, 35, 36, 37, 38, 39};
static const struct str class_text[3] = {{"a", 1}, {"b", 1}, {"c", 1}};

static void
plain_folds(void)
{
	static const size_t drawn[] = {1, 1, 0, 2, 3, 0, 3, 2, 1, 3, 2, 0, 0,
		1};
	static const size_t runs[] = {0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 3, 3, 3};
	static const size_t turned[] = {0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3,
		3};
	struct rng rng;
	size_t fold[14];

	rng_seed(&rng, 7);
	check(fold_plain(fold, 14, 4, 0, &rng, &err) == MTL_OK, "memory");
	same(fold, drawn, 14, "KFold(4, shuffle, 7)");
	check(fold_plain(fold, 14, 4, 0, NULL, &err) == MTL_OK, "memory");
	same(fold, runs, 14, "KFold(4)");
	check(fold_plain(fold, 14, 4, 2, NULL, &err) == MTL_OK, "memory");
	same(fold, turned, 14, "the longer folds start at the third");
}

static void
stratified_folds(void)
{
	static const size_t drawn[] = {0, 1, 1, 1, 0, 0, 1, 1, 2, 2, 0, 2, 0, 2,
		1, 2, 0};
	static const size_t dealt[] = {0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2,
		1, 2, 2};
	struct rng rng;
	size_t fold[17], small, large;

	rng_seed(&rng, 5);
	check(fold_stratified(fold, class_of, 17, 3, 0, &rng, &small, &large,
	    &err) == MTL_OK, "memory");
	same(fold, drawn, 17, "StratifiedKFold(3, shuffle, 5)");
	check(small == 3 && large == 9, "sizes of the classes");
	check(fold_stratified(fold, class_of, 17, 3, 0, NULL, &small, &large,
	    &err) == MTL_OK, "memory");
	same(fold, dealt, 17, "StratifiedKFold(3)");
}

static void
expect_split(const struct deal *deal, struct split_opts opts, uint32_t seed,
    const size_t *train, size_t trains, const size_t *test, size_t tests,
    const char *what)
{
	struct split split;
	struct rng rng;

	rng_seed(&rng, seed);
	check(split_deal(&split, deal, &opts, &rng, NULL, &err) == MTL_OK,
	    what);
	check(split.trains == trains && split.tests == tests, what);
	if (split.trains == trains && split.tests == tests) {
		same(split.train, train, trains, what);
		same(split.test, test, tests, what);
	}
	split_clear(&split);
}

static void
splits(void)
{
	static const size_t train1[] = {0, 3, 4, 1, 11, 10, 8, 6, 5};
	static const size_t test1[] = {7, 9, 2};
	static const size_t train2[] = {8, 0, 4, 13, 5, 1, 6, 10, 12, 2, 16};
	static const size_t test2[] = {14, 3, 7, 9, 11, 15};
	static const size_t train3[] = {2, 13, 4, 0, 16, 12};
	static const size_t test3[] = {5, 6, 10, 1, 8};
	struct deal plain = {.row = identity, .n = 12};
	struct deal strata = {.row = identity, .n = 17, .stratum = class_of,
		.stratum_text = class_text};

	expect_split(&plain, (struct split_opts){.test = {.fraction = 0.25}}, 9,
	    train1, 9, test1, 3, "train_test_split(12, 0.25, 9)");
	expect_split(&plain, (struct split_opts){.test = {.count = 3},
	    .train = {.count = 4}}, 9, train1, 4, test1, 3,
	    "train_test_split(12, 3, 4, 9)");
	expect_split(&strata, (struct split_opts){.test = {.fraction = 0.3}}, 3,
	    train2, 11, test2, 6, "stratified train_test_split(17, 0.3, 3)");
	expect_split(&strata, (struct split_opts){.test = {.count = 5},
	    .train = {.count = 6}}, 3, train3, 6, test3, 5,
	    "stratified train_test_split(17, 5, 6, 3)");
}

/* 40 rows in 10 groups of 1 to 7, in 2 values of each. */
static void
group_rows(size_t *group, size_t *each)
{
	static const size_t size[] = {1, 7, 2, 6, 3, 5, 4, 4, 5, 3};
	size_t i = 0;

	for (size_t g = 0; g < 10; g++)
		for (size_t j = 0; j < size[g]; j++, i++) {
			group[i] = g;
			each[i] = g / 5;
		}
}

static void
group_folds(uint32_t seed, bool by_class)
{
	size_t group[40], each[40], class[40], fold[40], rows[4] = {0};
	struct deal deal = {.row = identity, .n = 40, .group = group,
		.stratum = by_class ? class : NULL, .stratum_text = class_text};
	struct rng rng;

	group_rows(group, each);
	for (size_t i = 0; i < 40; i++)
		class[i] = i % 3 == 0;
	rng_seed(&rng, seed);
	check(fold_deal(fold, &deal, 4, &rng, NULL, &err) == MTL_OK,
	    "folds of groups");
	for (size_t i = 0; i < 40; i++) {
		rows[fold[i]]++;
		check(i == 0 || group[i] != group[i - 1] ||
		    fold[i] == fold[i - 1], "a group is in two folds");
	}
	for (size_t f = 0; f < 4; f++)
		check(rows[f] >= 7 && rows[f] <= 13, "folds of groups uneven");
}

static void
group_split(uint32_t seed)
{
	size_t group[40], each[40], seen[10] = {0};
	struct deal deal = {.row = identity, .n = 40, .group = group};
	struct split_opts opts = {.test = {.fraction = 0.3}};
	struct split split;
	struct rng rng;

	group_rows(group, each);
	rng_seed(&rng, seed);
	check(split_deal(&split, &deal, &opts, &rng, NULL, &err) == MTL_OK,
	    "split of groups");
	check(split.trains + split.tests == 40, "rows are lost");
	/* 12 are wanted; the last group taken is off by half of 7 at most. */
	check(split.tests >= 9 && split.tests <= 15, "test far from wanted");
	for (size_t i = 0; i < split.trains; i++)
		seen[group[split.train[i]]] |= 1;
	for (size_t i = 0; i < split.tests; i++)
		seen[group[split.test[i]]] |= 2;
	for (size_t g = 0; g < 10; g++)
		check(seen[g] != 3, "a group is in train and test");
	split_clear(&split);
}

/* Tasks of 1, 2, 3, ... rows: each with two is in both parts. */
static void
each_task(double fraction)
{
	size_t each[36], seen[8] = {0}, i = 0;
	struct deal deal = {.row = identity, .n = 36, .each = each,
		.each_column = "task"};
	struct split_opts opts = {.test = {.fraction = fraction}};
	struct split split;
	struct rng rng;

	for (size_t t = 0; t < 8; t++)
		for (size_t j = 0; j <= t; j++)
			each[i++] = t;
	rng_seed(&rng, 1);
	check(split_deal(&split, &deal, &opts, &rng, NULL, &err) == MTL_OK,
	    "split of each");
	check(split.trains + split.tests == 36, "rows of each are lost");
	for (i = 0; i < split.trains; i++)
		seen[each[split.train[i]]] |= 1;
	for (i = 0; i < split.tests; i++)
		seen[each[split.test[i]]] |= 2;
	check(seen[0] == 1, "a task's only row is not train");
	for (size_t t = 1; t < 8; t++)
		check(seen[t] == 3, "a task is lost");
	split_clear(&split);
}

/* Ten tasks of 3 rows in 4 folds: 30 rows, 7 or 8 in a fold. */
static void
each_fold(void)
{
	size_t each[30], fold[30], rows[4] = {0};
	struct deal deal = {.row = identity, .n = 30, .each = each,
		.each_column = "task"};
	struct rng rng;

	for (size_t i = 0; i < 30; i++)
		each[i] = i % 10;
	rng_seed(&rng, 2);
	check(fold_deal(fold, &deal, 4, &rng, NULL, &err) == MTL_OK,
	    "folds of each");
	for (size_t i = 0; i < 30; i++) {
		rows[fold[i]]++;
		for (size_t j = i + 10; j < 30; j += 10)
			check(fold[i] != fold[j], "a task twice in one fold");
	}
	for (size_t f = 0; f < 4; f++)
		check(rows[f] == 7 || rows[f] == 8, "folds of each uneven");
}

static bool
classes(const char *cells, size_t times)
{
	struct target_kind kind = {0};

	for (size_t i = 0; i < times; i++)
		for (const char *p = cells; *p != '\0';) {
			struct str cell = {p, strcspn(p, " ")};

			target_see(&kind, cell);
			p += cell.len + (p[cell.len] == ' ');
		}
	return target_is_classes(&kind);
}

static void
targets(void)
{
	check(classes("a b", 1), "text is classes");
	check(classes("1 2 3 4.5 x", 1), "any text is classes");
	check(classes("1 2 3 4 5 6 7 8 9 10 11 12 x", 1), "late text");
	check(classes("0 1", 1), "0 and 1");
	check(classes("1 2", 1), "1 and 2");
	check(classes("-1 1", 1), "-1 and 1");
	check(classes("1 1.0 0 -0 0.0", 1), "spellings of 0 and 1");
	check(!classes("2 3", 9), "2 and 3 are numbers");
	check(!classes("0 1.5", 9), "0 and 1.5 are numbers");
	check(!classes("0 1 2", 4), "12 rows of 3 values are numbers");
	check(classes("0 1 2", 5), "15 rows of 3 values are classes");
	check(classes("3 1 2", 5), "1 to 3 in any order");
	check(!classes("0 1 3", 50), "a gap");
	check(classes("1 2 3 4 5 6 7 8 9 10", 5), "ten classes");
	check(!classes("0 1 2 3 4 5 6 7 8 9 10", 50), "eleven values");
	check(!classes("1", 50), "a constant is a number");
	check(!classes("", 1), "nothing is no classes");
	check(!classes("0 1 1e999", 9), "beyond a double's range");
}

static void
key_orders(void)
{
	static const struct str cell[] = {{"10", 2}, {"9", 1}, {"", 0},
		{"1.5", 3}, {"9", 1}};
	static const struct str pair[][2] = {{{"a", 1}, {"b c", 3}},
		{{"a b", 3}, {"c", 1}}, {{"a", 1}, {"b c", 3}}};
	static const size_t sorted[] = {3, 2, 0, 1, 2};
	struct keys keys = {0};

	for (size_t i = 0; i < 5; i++)
		check(keys_add(&keys, &cell[i], 1, &err) == MTL_OK, "memory");
	check(keys_sort(&keys, &err) == MTL_OK, "memory");
	same(keys.of, sorted, 5, "numbers sort as numbers, the empty first");
	keys_clear(&keys);
	for (size_t i = 0; i < 3; i++)
		check(keys_add(&keys, pair[i], 2, &err) == MTL_OK, "memory");
	check(keys.names.n == 2 && keys.of[0] == keys.of[2],
	    "pairs that join to the same text are two keys");
	check(keys_sort(&keys, &err) == MTL_OK, "memory");
	check(str_is(keys.text[0], "a b c") && str_is(keys.text[1], "a b c"),
	    "a pair is shown joined by a blank");
	keys_clear(&keys);
}

int
main(void)
{
	plain_folds();
	stratified_folds();
	splits();
	for (uint32_t seed = 0; seed < 200; seed++) {
		group_folds(seed, false);
		group_folds(seed, true);
		group_split(seed);
	}
	each_task(0.2);
	each_task(0.9);
	each_fold();
	targets();
	key_orders();
	return failed;
}
