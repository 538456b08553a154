/* Fits column transforms to a table and applies them, or applies saved ones. */
#include <errno.h>
#include <string.h>

#include "common.h"
#include "data/scale_csv.h"
#include "data/scale_table.h"

enum {
	OPT_SAVE = CLI_OWN,
	OPT_LOAD,
	OPT_METHOD,
	OPT_BY,
	OPT_BLOCK,
	OPT_ONEHOT,
	OPT_IMPUTE,
	OPT_TRUST_EDITED,
};

static const struct cli_option option_table[] = {
	{"save", OPT_SAVE, "FILE", "keep the transform in FILE"},
	{"load", OPT_LOAD, "FILE", "apply the transform of FILE, fit nothing"},
	{"method", OPT_METHOD, "NAME",
	    "standard, minmax, robust or none (standard)"},
	{"by", OPT_BY, "WHAT", "scale by all, task or modality (all)"},
	{"block", OPT_BLOCK, NULL, "bring each modality to unit variance"},
	{"onehot", OPT_ONEHOT, "COL,...",
	    "text columns that become 0/1 features"},
	{"impute", OPT_IMPUTE, "WHAT",
	    "fill missing cells with mean, median or zero"},
	{"trust-edited", OPT_TRUST_EDITED, NULL,
	    "load a file whose checksum no longer fits"},
	CLI_ROLES,
	CLI_COMMON,
	{NULL, 0, NULL, NULL},
};

struct options {
	const char *save, *load, *onehot;
	const char *fitting; /* an option that only fitting knows, or NULL */
	bool trust_edited;
	struct scale_opts fit;
};

/* What main owns, in the order in which it is made. */
struct job {
	struct scale scale;
	struct rows rows;
	struct columns cols;
	struct scaler scaler;
	struct notes notes;
	struct mtl_err err;
};

/* Where the rows go, and why they could not. */
struct sink {
	struct outfile out;
	int error; /* errno of the first failure */
};

/* --- options ------------------------------------------------------------- */

static void
check_operands(const struct cli *cli, const struct options *o)
{
	bool rows = cli->rows.files == 0;

	for (size_t i = 0; i < cli->rows.files; i++)
		rows = rows || strcmp(cli->rows.file[i], "-") == 0;
	if (o->load != NULL && rows && strcmp(o->load, "-") == 0)
		cli_usage(cli, "the transform and the rows cannot both come "
		    "from standard input");
	if (o->save != NULL && strcmp(o->save,
	    cli->output != NULL ? cli->output : "-") == 0)
		cli_usage(cli, "--save: the rows go to %s",
		    strcmp(o->save, "-") == 0 ? "standard output" : o->save);
}

static void
check(const struct cli *cli, const struct options *o)
{
	bool quantiles = o->fit.method == SCALE_ROBUST ||
	    o->fit.impute == IMPUTE_MEDIAN;

	if (o->save != NULL && o->load != NULL)
		cli_usage(cli, "--save and --load exclude each other");
	if (o->load != NULL && o->fitting != NULL)
		cli_usage(cli, "%s and --load exclude each other", o->fitting);
	if (o->trust_edited && o->load == NULL)
		cli_usage(cli, "--trust-edited needs --load");
	if (o->load == NULL && quantiles && cli->columns.weight != NULL)
		cli_usage(cli, "--weight: quantiles (%s) know no weights",
		    o->fit.method == SCALE_ROBUST ? "--method robust"
						  : "--impute median");
	check_operands(cli, o);
}

static void
parse(struct cli *cli, struct options *o)
{
	static const char *const methods[] = {"standard", "minmax", "robust",
	    "none", NULL};
	static const char *const bys[] = {"all", "task", "modality", NULL};
	static const char *const imputes[] = {"mean", "median", "zero", NULL};
	const char *value;
	int code;

	while ((code = cli_next(cli, &value)) != -1)
		switch (code) {
		case OPT_SAVE: o->save = cli_file(cli, "--save", value); break;
		case OPT_LOAD: o->load = cli_file(cli, "--load", value); break;
		case OPT_TRUST_EDITED: o->trust_edited = true; break;
		case OPT_METHOD:
			o->fit.method = (enum scale_method)cli_choice(cli,
			    "--method", value, methods);
			o->fitting = "--method";
			break;
		case OPT_BY:
			o->fit.by = (enum scale_by)cli_choice(cli, "--by",
			    value, bys);
			o->fitting = "--by";
			break;
		case OPT_BLOCK:
			o->fit.block = true;
			o->fitting = "--block";
			break;
		case OPT_ONEHOT:
			o->onehot = value;
			o->fitting = "--onehot";
			break;
		case OPT_IMPUTE:
			o->fit.impute = IMPUTE_MEAN + (enum scale_impute)
			    cli_choice(cli, "--impute", value, imputes);
			o->fitting = "--impute";
			break;
		}
	check(cli, o);
}

/* --- the transform's file ------------------------------------------------ */

static enum mtl_status
write_transform(struct outfile *save, const struct scale *s,
    struct mtl_err *err)
{
	enum mtl_status st = scale_write(save->fp, s, err);

	if (st == MTL_OK && (fflush(save->fp) != 0 || ferror(save->fp)))
		st = err_io(err, save->name);
	return st;
}

static void
say_left_out(struct job *job)
{
	if (job->rows.left_out > 0)
		notes_add(&job->notes, NOTE, "%zu of %zu rows left out by "
		    "--where", job->rows.left_out, job->rows.read);
}

/* --- fitting ------------------------------------------------------------- */

static void
write_rows(struct job *job, struct scale_table *table, FILE *fp,
    const struct cli *cli)
{
	struct csvout csv;

	csvout_init(&csv, fp, cli->rows.delimiter);
	cli_check(cli, scaler_header(&job->scaler, &csv, &job->err),
	    &job->err);
	for (size_t i = 0; i < table->n && !ferror(fp); i++)
		cli_check(cli, scaler_write(&job->scaler,
		    scale_table_row(table, i), &csv, &job->err), &job->err);
}

/* The transform's file takes its place only when the rows are out. */
static void
fit(struct cli *cli, struct job *job, const struct options *o)
{
	struct scale_table table;
	struct outfile save = {0}, out = {0};
	struct mtl_err *err = &job->err;
	bool by_task = o->fit.by == SCALE_BY_TASK;

	cli_check(cli, scale_table_features(&job->scale, &job->rows,
	    &job->cols, o->onehot, err), err);
	cli_check(cli, scaler_init(&job->scaler, &job->scale, &job->rows,
	    &job->cols, true, err), err);
	cli_check(cli, scale_table_read(&table, &job->scaler, &job->rows,
	    by_task, err), err);
	cli_verbose(cli, "read %zu rows in %.3f seconds", table.n,
	    cli_seconds(cli));
	say_left_out(job);
	progress_stage(&cli->progress, "fitting");
	cli_check(cli, scale_table_fit(&table, &job->scale, &o->fit,
	    &job->notes, err), err);
	if (o->save != NULL) {
		cli_check(cli, outfile_open(&save, o->save, err), err);
		cli_check(cli, write_transform(&save, &job->scale, err), err);
	}
	progress_stage(&cli->progress, "writing rows");
	cli_output(cli, &out);
	write_rows(job, &table, out.fp, cli);
	if (o->save != NULL)
		cli_finish_two(cli, &out, &save);
	else
		cli_finish(cli, &out);
	scale_table_clear(&table);
}

/* --- applying ------------------------------------------------------------ */

static void
see_failure(struct sink *sink)
{
	if (sink->error == 0)
		sink->error = errno != 0 ? errno : EIO;
}

/* Before a read may block, what is known goes out: a coprocess relies on it. */
static void
flush(void *arg)
{
	struct sink *sink = arg;

	if (sink->out.fp != NULL && fflush(sink->out.fp) != 0)
		see_failure(sink);
}

static enum mtl_status
pass_rows(struct job *job, struct scaler_row *row, struct sink *sink,
    char delimiter)
{
	struct mtl_err *err = &job->err;
	struct csvout csv;
	bool end = false;
	enum mtl_status st;

	csvout_init(&csv, sink->out.fp, delimiter);
	st = scaler_header(&job->scaler, &csv, err);
	while (st == MTL_OK && sink->error == 0) {
		if ((st = rows_next(&job->rows, &end, err)) != MTL_OK || end)
			break;
		if ((st = scaler_read(row, &job->scaler, err)) == MTL_OK)
			st = scaler_write(&job->scaler, row, &csv, err);
		if (ferror(csv.fp))
			see_failure(sink);
	}
	if (st != MTL_OK || sink->error == 0)
		return st;
	errno = sink->error;
	return err_io(err, sink->out.name);
}

static void
apply(struct cli *cli, struct job *job, struct sink *sink)
{
	struct scaler_row row;
	struct mtl_err *err = &job->err;

	cli_check(cli, scaler_init(&job->scaler, &job->scale, &job->rows,
	    &job->cols, false, err), err);
	if (!scaler_row_new(&row, &job->scaler))
		cli_die(cli, err_nomem(err), err);
	cli_output(cli, &sink->out);
	progress_stage(&cli->progress, "scaling rows");
	cli_check(cli, pass_rows(job, &row, sink, cli->rows.delimiter), err);
	cli_finish(cli, &sink->out);
	say_left_out(job);
	scaler_row_clear(&row);
}

int
main(int argc, char **argv)
{
	struct cli cli;
	struct options o = {0};
	struct job job = {0};
	struct sink sink = {0};
	struct mtl_err *err = &job.err;

	cli_start(&cli, argc, argv, "mtl-scale",
	    "[--save FILE | --load FILE] [options] [FILE ...]",
	    "Fit column transforms to a table and apply them, or apply saved "
	    "ones.", option_table);
	parse(&cli, &o);
	if (o.load != NULL) {
		cli.rows.wait = flush;
		cli.rows.arg = &sink;
		cli_check(&cli, scale_read(&job.scale, o.load, o.trust_edited,
		    err), err);
	}
	cli_check(&cli, rows_open(&job.rows, &cli.rows, err), err);
	cli_check(&cli, columns_init(&job.cols, &job.rows, &cli.columns,
	    &job.notes, err), err);
	if (o.load != NULL)
		apply(&cli, &job, &sink);
	else
		fit(&cli, &job, &o);
	scaler_notes(&job.scaler, &job.notes);
	cli_say(&cli, &job.notes);
	cli_verbose(&cli, "scaled %zu rows in %.3f seconds", job.scaler.n,
	    cli_seconds(&cli));
	scaler_clear(&job.scaler);
	columns_clear(&job.cols);
	rows_close(&job.rows);
	scale_clear(&job.scale);
	return 0;
}
