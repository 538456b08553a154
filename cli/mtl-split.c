/* Cuts the rows of a table into train and test, or folds. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/rng.h"
#include "common.h"
#include "data/keys.h"
#include "data/split.h"
#include "data/split_table.h"

enum {
	OPT_TRAIN = CLI_OWN,
	OPT_TEST_OUT,
	OPT_COLUMN,
	OPT_EACH,
	OPT_STRATIFY,
	OPT_GROUP,
	OPT_ORDER,
	OPT_CONTIGUOUS,
	OPT_SHUFFLE,
};

static const struct cli_option option_table[] = {
	{"test", 't', "SIZE", "rows to test: a fraction or a count"},
	{"train", OPT_TRAIN, "SIZE", "rows to train (all that are not test)"},
	{"test-out", OPT_TEST_OUT, "FILE",
	    "test rows to FILE, train rows to the output"},
	{"column", OPT_COLUMN, NULL,
	    "all rows to the output, with a column split (the default)"},
	{"folds", 'k', "K", "add a column fold, 1 to K, to the train rows"},
	{"each", OPT_EACH, "COL", "split within each value of COL"},
	{"stratify", OPT_STRATIFY, "[COL,...]",
	    "keep the shares of the classes, or of COL's values"},
	{"group", OPT_GROUP, "COL", "keep rows with one value of COL together"},
	{"order", OPT_ORDER, "COL", "the last rows by COL are test"},
	{"contiguous", OPT_CONTIGUOUS, NULL, "folds in file order, not drawn"},
	{"shuffle", OPT_SHUFFLE, NULL,
	    "write rows in the order drawn, not the file's"},
	CLI_SEED,
	{"task", CLI_TASK, "COL", "the task (task)"},
	{"target", CLI_TARGET, "COL,...", "the targets (y, y:NAME)"},
	{"where", CLI_WHERE, "COL=VALUE", "take these rows; also COL!=VALUE"},
	{"na", CLI_NA, "TEXT,...", "cells that mean missing, besides empty"},
	CLI_COMMON,
	{NULL, 0, NULL, NULL},
};

struct options {
	struct split_opts split;
	struct split_columns columns;
	const char *test_out;
	size_t folds; /* 0: none */
	bool divide;  /* into train and test */
	bool column, contiguous, shuffle;
};

/* The rows' parts and folds, and which rows are written where. */
struct job {
	struct split_table table;
	struct split split;
	size_t *fold;    /* [rows], SIZE_MAX: none; NULL without --folds */
	bool *is_test;   /* [rows]; NULL without a column split */
	size_t *row;     /* [rows_n] rows to write, where there is no split */
	size_t rows_n;
};

/* "0.2" is a share, "200" a count, as in scikit-learn "1" is one row. */
static struct split_size
parse_size(const struct cli *cli, const char *option, const char *text)
{
	struct split_size size = {0};
	size_t len = strlen(text);
	bool digits = strspn(text, "0123456789") == len;
	double x = 0;

	if (num_read(&x, text, len) != NUM_OK || x <= 0 || (!digits && x >= 1))
		cli_usage(cli, "%s: '%s' is neither a fraction between 0 and 1 "
		    "nor a count from 1", option, text);
	if (digits)
		size.count = cli_size(cli, option, text, 1, SIZE_MAX);
	else
		size.fraction = x;
	return size;
}

static void
exclude(const struct cli *cli, bool both, const char *a, const char *b)
{
	if (both)
		cli_usage(cli, "%s and %s exclude each other", a, b);
}

static void
check(const struct cli *cli, const struct options *o)
{
	bool stratify = o->columns.stratify != NULL;
	bool group = o->columns.group != NULL, order = o->columns.order != NULL;
	const char *output = cli->output != NULL ? cli->output : "-";

	if (!o->divide && o->folds == 0)
		cli_usage(cli, "give --test, --train or --folds");
	if (o->split.test.fraction + o->split.train.fraction > 1)
		cli_usage(cli, "--test and --train are more than all rows");
	if (!o->divide && (o->test_out != NULL || o->column || o->shuffle))
		cli_usage(cli, "%s needs --test or --train",
		    o->test_out != NULL ? "--test-out"
			: o->column ? "--column" : "--shuffle");
	if (o->contiguous && o->folds == 0)
		cli_usage(cli, "--contiguous needs --folds");
	if (order && !o->divide && !o->contiguous)
		cli_usage(cli, "--order needs --test, or --folds with "
		    "--contiguous");
	exclude(cli, o->test_out != NULL && o->column, "--test-out",
	    "--column");
	exclude(cli, o->contiguous && stratify, "--contiguous", "--stratify");
	exclude(cli, o->contiguous && group, "--contiguous", "--group");
	exclude(cli, order && stratify, "--order", "--stratify");
	exclude(cli, order && group, "--order", "--group");
	exclude(cli, order && o->shuffle, "--order", "--shuffle");
	if (o->test_out != NULL && strcmp(o->test_out, output) == 0)
		cli_usage(cli, "--test-out: the train rows go to %s",
		    strcmp(output, "-") == 0 ? "standard output" : output);
}

static void
parse(struct cli *cli, struct options *o)
{
	const char *value;
	int code;

	while ((code = cli_next(cli, &value)) != -1)
		switch (code) {
		case 't': o->split.test = parse_size(cli, "--test", value);
			break;
		case OPT_TRAIN:
			o->split.train = parse_size(cli, "--train", value);
			break;
		case 'k': o->folds = cli_size(cli, "--folds", value, 2,
			    SIZE_MAX);
			break;
		case OPT_TEST_OUT:
			o->test_out = cli_file(cli, "--test-out", value);
			break;
		case OPT_COLUMN: o->column = true; break;
		case OPT_EACH: o->columns.each = value; break;
		case OPT_STRATIFY:
			o->columns.stratify = value != NULL ? value : "";
			break;
		case OPT_GROUP: o->columns.group = value; break;
		case OPT_ORDER: o->columns.order = value; break;
		case OPT_CONTIGUOUS: o->contiguous = true; break;
		case OPT_SHUFFLE: o->shuffle = true; break;
		}
	o->divide = o->split.test.fraction > 0 || o->split.test.count > 0 ||
	    o->split.train.fraction > 0 || o->split.train.count > 0;
	check(cli, o);
	o->split.ordered = o->columns.order != NULL;
	o->columns.split = o->divide && o->test_out == NULL;
	o->columns.fold = o->folds > 0;
}

static void
read_table(struct cli *cli, struct job *job, const struct options *o,
    struct notes *notes, struct mtl_err *err)
{
	const struct columns_opts *names = &cli->columns;
	struct columns cols = {0};
	struct rows rows;

	progress_stage(&cli->progress, "reading rows");
	cli_check(cli, rows_open(&rows, &cli->rows, err), err);
	/* Any table can be split: roles matter only to those who use them. */
	if ((o->columns.stratify != NULL && *o->columns.stratify == '\0') ||
	    names->task != NULL || names->target != NULL || names->na != NULL)
		cli_check(cli, columns_init(&cols, &rows, names, notes, err),
		    err);
	cli_check(cli, split_table_read(&job->table, &rows, &o->columns,
	    &cols, cli->rows.delimiter, notes, err), err);
	columns_clear(&cols);
	rows_close(&rows);
}

/* Rows in the order they will be written; for now all of the table. */
static enum mtl_status
all_rows(struct job *job, struct mtl_err *err)
{
	job->rows_n = job->table.row.n;
	job->row = mem_new(job->rows_n, sizeof(*job->row));
	if (job->row == NULL)
		return err_nomem(err);
	for (size_t i = 0; i < job->rows_n; i++)
		job->row[i] = i;
	return MTL_OK;
}

static enum mtl_status
divide(struct job *job, const struct options *o, uint32_t seed,
    struct notes *notes, struct mtl_err *err)
{
	struct deal deal = split_table_deal(&job->table);
	struct rng rng;

	deal.row = job->table.order != NULL ? job->table.order : job->row;
	deal.n = job->table.row.n;
	rng_seed(&rng, seed);
	return split_deal(&job->split, &deal, &o->split, &rng, notes, err);
}

/*
 * Folds of the train rows, or of all: those that a second run with the same
 * seed would make of the rows as the first one writes them.
 */
static enum mtl_status
assign_folds(struct job *job, const struct options *o, uint32_t seed,
    struct notes *notes, struct mtl_err *err)
{
	struct deal deal = split_table_deal(&job->table);
	struct rng rng;

	deal.row = o->divide ? job->split.train
	    : job->table.order != NULL ? job->table.order : job->row;
	deal.n = o->divide ? job->split.trains : job->table.row.n;
	job->fold = mem_new(job->table.row.n, sizeof(*job->fold));
	if (job->fold == NULL)
		return err_nomem(err);
	for (size_t i = 0; i < job->table.row.n; i++)
		job->fold[i] = SIZE_MAX;
	rng_seed(&rng, seed);
	return fold_deal(job->fold, &deal, o->folds,
	    o->contiguous ? NULL : &rng, notes, err);
}

/* Train and test rows into one list, and a mark for those that are test. */
static enum mtl_status
merge(struct job *job, const struct options *o, struct mtl_err *err)
{
	const struct split *s = &job->split;

	job->is_test = mem_new(job->table.row.n, sizeof(*job->is_test));
	if (job->is_test == NULL)
		return err_nomem(err);
	job->rows_n = 0;
	for (size_t i = 0; i < s->trains; i++)
		job->row[job->rows_n++] = s->train[i];
	for (size_t i = 0; i < s->tests; i++) {
		job->row[job->rows_n++] = s->test[i];
		job->is_test[s->test[i]] = true;
	}
	if (!o->shuffle)
		sizes_sort(job->row, job->rows_n);
	return MTL_OK;
}

static enum mtl_status
plan(struct job *job, const struct options *o, uint32_t seed,
    struct notes *notes, struct mtl_err *err)
{
	/* Contiguous folds run along --order, all else as the file does. */
	bool along = o->contiguous && o->columns.order != NULL;
	enum mtl_status st = all_rows(job, err);

	if (st == MTL_OK && o->divide)
		st = divide(job, o, seed, notes, err);
	if (st == MTL_OK && !o->shuffle && !along) {
		sizes_sort(job->split.train, job->split.trains);
		sizes_sort(job->split.test, job->split.tests);
	}
	if (st == MTL_OK && o->folds > 0)
		st = assign_folds(job, o, seed, notes, err);
	if (st == MTL_OK && along) {
		sizes_sort(job->split.train, job->split.trains);
		sizes_sort(job->split.test, job->split.tests);
	}
	if (st == MTL_OK && o->columns.split)
		st = merge(job, o, err);
	return st;
}

static void
write_rows(FILE *fp, const struct job *job, const size_t *row, size_t n)
{
	struct csvout out;

	csvout_init(&out, fp, job->table.delimiter);
	split_table_names(&job->table, &out);
	if (job->is_test != NULL)
		csvout_text(&out, "split");
	if (job->fold != NULL)
		csvout_text(&out, "fold");
	csvout_end(&out);
	for (size_t i = 0; i < n && !ferror(fp); i++) {
		split_table_row(&job->table, row[i], &out);
		if (job->is_test != NULL)
			csvout_text(&out, job->is_test[row[i]] ? "test"
							       : "train");
		if (job->fold != NULL && job->fold[row[i]] == SIZE_MAX)
			csvout_empty(&out);
		else if (job->fold != NULL)
			csvout_size(&out, job->fold[row[i]] + 1);
		csvout_end(&out);
	}
}

static void
write_two(const struct cli *cli, const struct job *job, const char *test_out,
    struct mtl_err *err)
{
	struct outfile test = {0}, train = {0};

	cli_check(cli, outfile_open(&test, test_out, err), err);
	cli_output(cli, &train);
	write_rows(test.fp, job, job->split.test, job->split.tests);
	cli_flush(cli, &test);
	write_rows(train.fp, job, job->split.train, job->split.trains);
	cli_finish_two(cli, &train, &test);
}

static void
write_one(const struct cli *cli, const struct job *job)
{
	struct outfile out = {0};

	cli_output(cli, &out);
	write_rows(out.fp, job, job->row, job->rows_n);
	cli_finish(cli, &out);
}

int
main(int argc, char **argv)
{
	struct cli cli;
	struct options o = {0};
	struct job job = {0};
	struct notes notes = {0};
	struct mtl_err err;

	cli_start(&cli, argc, argv, "mtl-split",
	    "[-t SIZE] [--test-out FILE] [-k K] [options] [FILE ...]",
	    "Cut the rows of a table into train and test, or folds.",
	    option_table);
	parse(&cli, &o);
	read_table(&cli, &job, &o, &notes, &err);
	cli_verbose(&cli, "read %zu rows in %.3f seconds", job.table.row.n,
	    cli_seconds(&cli));
	cli_check(&cli, plan(&job, &o, cli.seed, &notes, &err), &err);
	progress_stage(&cli.progress, "writing rows");
	if (o.test_out != NULL)
		write_two(&cli, &job, o.test_out, &err);
	else
		write_one(&cli, &job);
	cli_say(&cli, &notes);
	split_table_clear(&job.table);
	split_clear(&job.split);
	free(job.fold);
	free(job.is_test);
	free(job.row);
	return 0;
}
