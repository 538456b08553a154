/*
 * mtl-train: fits a linear multi-task model and writes it as CSV.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fit_options.h"
#include "learn/cv_choice.h"
#include "learn/cv_csv.h"
#include "model/model_csv.h"
#include "model/model_fit.h"
#include "model/model_start.h"

enum { OPT_STRICT = FIT_OWN, OPT_CV, OPT_CV_OUT, OPT_INIT };

static const struct cli_option table[] = {
    {"method", 'm', "NAME", "the method (mean; ridge for one task)"},
    FIT_OPTIONS,
    {"cv", OPT_CV, "FILE", "fit the point that a table of mtl-cv chose"},
    {"cv-out", OPT_CV_OUT, "FILE", "what cross-validation found, to FILE"},
    {"init", OPT_INIT, "MODEL", "start from the weights of this model"},
    {"strict", OPT_STRICT, NULL, "status 1 if the fit did not converge"},
    CLI_SEED,
    CLI_ROLES,
    CLI_COMMON,
    {0},
};

struct options {
	struct fit_options fit;
	const char *cv, *cv_out, *init;
	bool strict;
};

static bool
is_stdin(const char *file)
{
	return file != NULL && strcmp(file, "-") == 0;
}

/* Standard input can be the table of mtl-cv, the model or the rows. */
static void
check_stdin(const struct cli *cli, const struct options *o)
{
	bool rows = cli->rows.files == 0;

	for (size_t i = 0; i < cli->rows.files; i++)
		rows |= is_stdin(cli->rows.file[i]);
	if (rows && is_stdin(o->cv))
		cli_usage(cli, "--cv: the table and the rows cannot both come "
		    "from standard input");
	if (is_stdin(o->init) && (rows || is_stdin(o->cv) ||
		is_stdin(o->fit.graph_file)))
		cli_usage(cli, "--init: the model and %s cannot both come "
		    "from standard input", rows ? "the rows" :
		    is_stdin(o->cv) ? "the table" : "the graph");
}

static void
parse(struct options *o, struct cli *cli)
{
	struct train_opts *t = &o->fit.train;
	const char *value;
	int c;

	while ((c = cli_next(cli, &value)) != -1)
		switch (c) {
		case 'm': t->method = fit_method(cli, str_of(value)); break;
		case OPT_CV: o->cv = cli_file(cli, "--cv", value); break;
		case OPT_CV_OUT:
			o->cv_out = cli_file(cli, "--cv-out", value);
			break;
		case OPT_INIT: o->init = cli_file(cli, "--init", value); break;
		case OPT_STRICT: o->strict = true; break;
		default: fit_options_take(&o->fit, cli, c, value);
		}
	if (o->fit.share &&
	    (t->method == NULL || t->method->sharing != SHARE_LOSSES))
		cli_usage(cli, "--share is for --method shared");
	if (o->cv != NULL && (t->lambda != NULL || t->cost > 0))
		cli_usage(cli, "--cv and --%s say the same: give one",
		    t->lambda != NULL ? "lambda" : "cost");
	check_stdin(cli, o);
	if (o->cv != NULL && o->cv_out != NULL)
		cli_usage(cli, "--cv and --cv-out exclude each other");
}

/* --cv: the point, and the method unless options say it. */
static void
read_choice(struct cv_choice *choice, const struct cli *cli, struct options *o)
{
	struct train_opts *t = &o->fit.train;
	struct rows_opts opts = {.file = &o->cv, .files = 1,
	    .delimiter = cli->rows.delimiter};
	struct rows rows;
	struct mtl_err err;

	if (o->cv == NULL)
		return;
	cli_check(cli, rows_open(&rows, &opts, &err), &err);
	cli_check(cli, cv_choice_read(choice, &rows, t->method != NULL ?
		t->method->name :
		t->penalty != NULL ? "penalty" : NULL, &err), &err);
	rows_close(&rows);
	if (t->method == NULL && t->penalty == NULL &&
	    strcmp(choice->method, "penalty") == 0)
		cli_usage(cli, "--cv: %s is of a penalty: give it again (-p)",
		    o->cv);
	if (t->method == NULL && t->penalty == NULL)
		t->method = fit_method(cli, str_of(choice->method));
	t->choice = choice;
}

/* --init: the model whose weights the fit starts from. */
static void
read_start(struct model *m, struct train_start *s, const struct cli *cli,
    struct options *o)
{
	struct mtl_err err;

	if (o->init == NULL)
		return;
	cli_check(cli, model_read(m, o->init, false, &err), &err);
	model_start(s, m);
	o->fit.train.start = s;
}

/*
 * What --verbose and a fit that stopped short have to say: a warning, or with
 * --strict the error that the run ends with once the model is written.
 */
static enum mtl_status
report(const struct cli *cli, const struct fit *fit, double seconds,
    const struct options *o, struct notes *notes, struct mtl_err *err)
{
	const struct solve_info *info = &fit->info;
	const char *what = info->residual ? "residual" : "gap";
	double gap = info->gap;
	char rank[32] = "";

	if (fit->rank > 0)
		snprintf(rank, sizeof rank, ", rank %zu", fit->rank);
	if (!info->residual)
		gap = info->null > 0 ? gap / info->null : 0;
	cli_verbose(cli, "fit %.3f s: objective %.10g, relative %s %.2g, "
	    "%zu iterations, %zu of %zu rows active, %.3g%% screened%s",
	    seconds, info->objective, what, gap, info->iterations,
	    fit->active, fit->d, 100 * info->screened, rank);
	if (info->converged)
		return MTL_OK;
	if (info->separable)
		err_set(err, MTL_NUMERIC, "not converged: classes can be "
		    "separated, so that without a penalty there is no best "
		    "solution");
	else
		err_set(err, MTL_NUMERIC, "not converged after %zu iteration%s: "
		    "relative %s %.2g, tolerance %.2g", info->iterations,
		    info->iterations == 1 ? "" : "s", what, gap,
		    o->fit.train.solve.tol);
	if (o->strict)
		return MTL_NUMERIC;
	notes_add(notes, WARNING, "%s", err->msg);
	return MTL_OK;
}

/* What cross-validation chose, and whether it wanted more room. */
static void
say_choice(const struct cv *cv, const struct fit *fit, struct notes *notes)
{
	double mean, se;
	char penalty[512];

	if (cv->K == 0)
		return;
	if (cv->own != NULL) {
		notes_add(notes, NOTE, "each task's lambda chosen among %zu by "
		    "%zu-fold cross-validation", cv->points, cv->K);
		return;
	}
	penalty_show(penalty, sizeof penalty, &fit->penalty);
	cv_average(&mean, &se, cv, cv->best, CV_ALL);
	notes_add(notes, NOTE, "%s chosen among %zu by %zu-fold "
	    "cross-validation: %s %.4g, standard error %.2g", penalty,
	    cv->points, cv->K, cv->metric, mean, se);
}

/* The model, and beside it the table of --cv-out if there is one. */
static void
write_model(const struct cli *cli, struct outfile *out,
    struct outfile *beside, const struct model *m)
{
	struct mtl_err err;
	enum mtl_status st;

	if (out->fp == NULL)
		cli_output(cli, out);
	st = model_write(out->fp, m, &err);
	if (st != MTL_OK) {
		outfile_discard(out);
		cli_die(cli, st, &err);
	}
	if (beside->fp != NULL)
		cli_finish_two(cli, out, beside);
	else
		cli_finish(cli, out);
}

/* The account of cross-validation, complete but for its last commit. */
static void
write_table(struct outfile *out, const struct cli *cli, const struct cv *cv,
    const struct dataset *ds, const struct options *o)
{
	struct cv_csv csv;
	struct mtl_err err;

	if (out->fp == NULL)
		return;
	if (cv->K == 0)
		cli_die(cli, err_set(&err, MTL_USAGE, "--cv-out: no lambda is "
		    "open, so that nothing is cross-validated (mtl-cv does it "
		    "all the same)"), &err);
	cv_csv_start(&csv, out->fp, cli->rows.delimiter, &ds->task_name);
	cv_csv_put(&csv, train_name(&o->fit.train, ds->T), cv);
}

/* Dataset to model. Returns what report says. */
static enum mtl_status
fit_model(struct model *model, struct outfile *table, const struct cli *cli,
    struct dataset *ds, const struct options *o, struct notes *notes,
    struct mtl_err *short_of)
{
	double start = cli_seconds(cli);
	struct fit fit;
	struct cv cv;
	struct mtl_err err;
	enum mtl_status met;

	cli_check(cli, train(&fit, &cv, ds, &o->fit.train, notes, &err), &err);
	say_choice(&cv, &fit, notes);
	met = report(cli, &fit, cli_seconds(cli) - start, o, notes, short_of);
	cli_check(cli, model_from_fit(model, ds, &fit, &o->fit.train, &err),
	    &err);
	write_table(table, cli, &cv, ds, o);
	cv_clear(&cv);
	fit_clear(&fit);
	return met;
}

int
main(int argc, char **argv)
{
	struct options o = {0};
	struct cv_choice choice = {0};
	struct outfile beside = {0};
	struct cli cli;
	struct notes notes = {0};
	struct dataset ds;
	struct model model, init = {0};
	struct train_start start;
	struct outfile out = {0};
	struct mtl_err short_of;
	enum mtl_status met;

	cli_start(&cli, argc, argv, "mtl-train", "[options] [FILE ...]",
	    "Fit a linear multi-task model and write it as CSV.", table);
	fit_options_init(&o.fit);
	parse(&o, &cli);
	if (o.fit.list)
		return fit_list(&cli);
	/* No long fit for a model that has no place to go. */
	if (cli.output != NULL)
		cli_output(&cli, &out);
	if (o.cv_out != NULL)
		cli_check(&cli, outfile_open(&beside, o.cv_out, &short_of),
		    &short_of);
	read_choice(&choice, &cli, &o);
	read_start(&init, &start, &cli, &o);
	fit_read(&ds, &cli, &o.fit, &notes);
	fit_options_end(&o.fit, &cli);
	cli_say(&cli, &notes);
	met = fit_model(&model, &beside, &cli, &ds, &o, &notes, &short_of);
	dataset_clear(&ds);
	model_clear(&init);
	cli_say(&cli, &notes);
	write_model(&cli, &out, &beside, &model);
	model_clear(&model);
	cv_choice_clear(&choice);
	fit_options_clear(&o.fit);
	/* The model is there all the same. */
	cli_check(&cli, met, &short_of);
	return 0;
}
