/* Predicts the rows of a table with a model, as they stream by. */
#include <errno.h>
#include <string.h>

#include "common.h"
#include "model/model_csv.h"
#include "model/predictor.h"

enum {
	OPT_PROBA = CLI_OWN,
	OPT_DECISION,
	OPT_FEATURES,
	OPT_UNKNOWN_TASK,
	OPT_TRUST_EDITED,
};

static const struct cli_option option_table[] = {
	{"model", 'm', "MODEL", "the model, as mtl-train writes it"},
	{"proba", OPT_PROBA, NULL, "add the classes' probabilities, p:CLASS"},
	{"decision", OPT_DECISION, NULL, "add the linear predictors, z"},
	{"features", OPT_FEATURES, NULL, "keep the model's features too"},
	{"unknown-task", OPT_UNKNOWN_TASK, "WHAT",
	    "tasks not in the model: mean or error (mean)"},
	{"trust-edited", OPT_TRUST_EDITED, NULL,
	    "take a model whose checksum no longer fits"},
	CLI_ROLES,
	CLI_COMMON,
	{NULL, 0, NULL, NULL},
};

struct options {
	const char *model;
	bool trust_edited;
	struct predictor_opts predict;
};

static void
parse(struct cli *cli, struct options *o)
{
	static const char *const unknown[] = {"mean", "error", NULL};
	const char *value;
	int code;

	while ((code = cli_next(cli, &value)) != -1)
		switch (code) {
		case 'm': o->model = cli_file(cli, "--model", value); break;
		case OPT_PROBA: o->predict.proba = true; break;
		case OPT_DECISION: o->predict.decision = true; break;
		case OPT_FEATURES: o->predict.features = true; break;
		case OPT_TRUST_EDITED: o->trust_edited = true; break;
		case OPT_UNKNOWN_TASK:
			o->predict.refuse_unknown = cli_choice(cli,
			    "--unknown-task", value, unknown) == 1;
			break;
		}
	if (o->model == NULL)
		cli_usage(cli, "which model? (-m MODEL)");
}

/* Standard input can be the model or the rows, not both. */
static void
check_stdin(const struct cli *cli, const struct options *o)
{
	bool rows = cli->rows.files == 0;

	for (size_t i = 0; i < cli->rows.files; i++)
		rows = rows || strcmp(cli->rows.file[i], "-") == 0;
	if (rows && strcmp(o->model, "-") == 0)
		cli_usage(cli, "the model and the rows cannot both come from "
		    "standard input");
}

/* Where the predictions go, and why they could not. */
struct sink {
	struct outfile out;
	int error; /* errno of the first failure */
};

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
predict_rows(struct predictor *p, struct rows *rows, struct sink *sink,
    char delimiter, struct mtl_err *err)
{
	struct csvout csv;
	enum mtl_status st = MTL_OK;
	bool end = false;

	csvout_init(&csv, sink->out.fp, delimiter);
	predictor_header(p, &csv);
	while (st == MTL_OK && sink->error == 0) {
		if ((st = rows_next(rows, &end, err)) != MTL_OK || end)
			break;
		st = predictor_row(p, &csv, err);
		if (ferror(csv.fp))
			see_failure(sink);
	}
	if (st != MTL_OK || sink->error == 0)
		return st;
	errno = sink->error;
	return err_io(err, sink->out.name);
}

int
main(int argc, char **argv)
{
	struct cli cli;
	struct options o = {0};
	struct sink sink = {0};
	struct model m;
	struct rows rows;
	struct columns cols;
	struct predictor p;
	struct notes notes = {0};
	struct mtl_err err;

	cli_start(&cli, argc, argv, "mtl-predict",
	    "-m MODEL [options] [FILE ...]",
	    "Predict the rows of a table with a model.", option_table);
	parse(&cli, &o);
	check_stdin(&cli, &o);
	cli.rows.wait = flush;
	cli.rows.arg = &sink;
	cli_check(&cli, model_read(&m, o.model, o.trust_edited, &err), &err);
	cli_check(&cli, rows_open(&rows, &cli.rows, &err), &err);
	cli_check(&cli, columns_init(&cols, &rows, &cli.columns, &notes,
	    &err), &err);
	cli_check(&cli, predictor_init(&p, &m, &rows, &cols, &o.predict,
	    &err), &err);
	cli_output(&cli, &sink.out);
	progress_stage(&cli.progress, "predicting rows");
	cli_check(&cli, predict_rows(&p, &rows, &sink, cli.rows.delimiter,
	    &err), &err);
	predictor_notes(&p, &notes);
	cli_finish(&cli, &sink.out);
	cli_say(&cli, &notes);
	cli_verbose(&cli, "predicted %zu rows in %.3f seconds", p.n,
	    cli_seconds(&cli));
	predictor_clear(&p);
	columns_clear(&cols);
	rows_close(&rows);
	model_clear(&m);
	return 0;
}
