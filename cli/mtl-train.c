/*
 * mtl-train: fits a linear multi-task model and writes it as CSV.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/blas.h"
#include "base/mem.h"
#include "common.h"
#include "data/dataset.h"
#include "learn/train.h"
#include "model/model_csv.h"
#include "model/model_fit.h"

enum {
	OPT_LAMBDA = CLI_OWN,
	OPT_SHARE,
	OPT_LOSS,
	OPT_DELTA,
	OPT_SCALE_TARGET,
	OPT_MULTICLASS,
	OPT_NORMALIZE,
	OPT_COST,
	OPT_BALANCE,
	OPT_NO_STANDARDIZE,
	OPT_NO_INTERCEPT,
	OPT_PENALIZE_INTERCEPT,
	OPT_MISSING,
	OPT_MAX_ITER,
	OPT_STRICT,
	OPT_LIST,
	OPT_PATH,
	OPT_RATIO,
	OPT_GRID,
	OPT_GROUP,
	OPT_RULE,
};

static const struct cli_option table[] = {
    {"method", 'm', "NAME", "the method (mean; ridge for one task)"},
    {"penalty", 'p', "TERMS", "its penalty: NAME[*WEIGHT][:LAMBDA],..."},
    {"lambda", OPT_LAMBDA, "V[,V...]",
	"values of the open terms; 0.1x: a share of lambda_max"},
    {"folds", 'k', "K", "open lambdas: by K-fold cross-validation (5)"},
    {"group", OPT_GROUP, "COL", "rows of one value stay in one fold"},
    {"path", OPT_PATH, "N", "lambdas tried on a path (50)"},
    {"ratio", OPT_RATIO, "R", "the path's last to first (1e-3; 1e-6)"},
    {"grid", OPT_GRID, "N", "values a term where there is a grid (12)"},
    {"rule", OPT_RULE, "RULE", "min or 1se (min)"},
    {"cost", OPT_COST, "C", "LIBLINEAR's way to say lambda: 1/(C n)"},
    {"share", OPT_SHARE, "S", "of the other tasks' losses, 0 to 1 (0.5)"},
    {"loss", OPT_LOSS, "LOSS",
	"squared, huber, poisson, logistic, softmax, hinge2; A=LOSS,..."},
    {"delta", OPT_DELTA, "D", "where huber turns linear (by the data)"},
    {"scale-target", OPT_SCALE_TARGET, NULL,
	"fit numbers in units of their task's deviation"},
    {"multiclass", OPT_MULTICLASS, "HOW", "softmax or ovr (softmax)"},
    {"normalize", OPT_NORMALIZE, "BY", "rows, tasks or none (rows)"},
    {"balance", OPT_BALANCE, NULL, "weigh a task's classes equally"},
    {"no-standardize", OPT_NO_STANDARDIZE, NULL,
	"penalise the weights of raw features"},
    {"no-intercept", OPT_NO_INTERCEPT, NULL, "fit without intercepts"},
    {"penalize-intercept", OPT_PENALIZE_INTERCEPT, NULL,
	"the l2 term holds for intercepts too"},
    {"missing", OPT_MISSING, "HOW",
	"missing features: mean fills, error refuses (mean)"},
    {"tol", 'e', "TOL", "bound of the certificate (1e-6)"},
    {"max-iter", OPT_MAX_ITER, "N", "iterations at most (100000)"},
    {"strict", OPT_STRICT, NULL, "status 1 if the fit did not converge"},
    {"list", OPT_LIST, NULL, "list methods and penalty terms, and exit"},
    CLI_SEED,
    CLI_ROLES,
    CLI_COMMON,
    {0},
};

struct options {
	struct train_opts train;
	struct dataset_opts data;
	bool strict, list;
};

static void
set_intercept(struct train_opts *t, const struct cli *cli, enum intercept how)
{
	if (t->intercept != INTERCEPT_FREE && t->intercept != how)
		cli_usage(cli, "--no-intercept and --penalize-intercept "
		    "exclude each other");
	t->intercept = how;
}

/* Which method and penalty, and how open lambdas are chosen. */
static bool
penalty_option(struct train_opts *t, struct cli *cli, int c, const char *value)
{
	static const char *const rule[] = {"min", "1se", NULL};

	switch (c) {
	case 'm':
		t->method = method_find(str_of(value));
		if (t->method == NULL)
			cli_usage(cli, "--method: there is no method '%s' "
			    "(--list shows them)", value);
		break;
	case 'p': t->penalty = value; break;
	case OPT_LAMBDA: t->lambda = value; break;
	case OPT_COST:
		t->cost = cli_double(cli, "--cost", value, 1e-300, 1e300);
		break;
	case OPT_SHARE:
		t->share = cli_double(cli, "--share", value, 0, 1);
		break;
	case 'k':
		t->cv.folds = cli_size(cli, "--folds", value, 2, 1000000);
		break;
	case OPT_GROUP: cli->columns.group = value; break;
	case OPT_PATH:
		t->cv.path = cli_size(cli, "--path", value, 1, 100000);
		break;
	case OPT_GRID:
		t->cv.grid = cli_size(cli, "--grid", value, 1, 1000);
		break;
	case OPT_RATIO:
		t->cv.ratio = cli_double(cli, "--ratio", value, 1e-12, 1);
		break;
	case OPT_RULE:
		t->cv.rule = (enum rule)cli_choice(cli, "--rule", value, rule);
		break;
	default: return false;
	}
	return true;
}

/* Losses, and how rows, features and intercepts count. */
static bool
loss_option(struct train_opts *t, const struct cli *cli, int c,
    const char *value)
{
	static const char *const normalize[] = {"rows", "tasks", "none", NULL};
	static const char *const multiclass[] = {"softmax", "ovr", NULL};

	switch (c) {
	case OPT_LOSS: t->loss = value; break;
	case OPT_DELTA:
		t->delta = cli_double(cli, "--delta", value, 1e-300, 1e300);
		break;
	case OPT_SCALE_TARGET: t->scale_target = true; break;
	case OPT_MULTICLASS:
		t->ovr = cli_choice(cli, "--multiclass", value, multiclass) ==
		    1;
		break;
	case OPT_NORMALIZE:
		t->normalize = (enum normalize)cli_choice(cli, "--normalize",
		    value, normalize);
		break;
	case OPT_BALANCE: t->balance = true; break;
	case OPT_NO_STANDARDIZE: t->standardize = false; break;
	case OPT_NO_INTERCEPT: set_intercept(t, cli, INTERCEPT_NONE); break;
	case OPT_PENALIZE_INTERCEPT:
		set_intercept(t, cli, INTERCEPT_PENALIZED);
		break;
	default: return false;
	}
	return true;
}

/* The run: missing cells, when to stop, what then. */
static void
run_option(struct options *o, const struct cli *cli, int c, const char *value)
{
	static const char *const missing[] = {"mean", "error", NULL};
	struct solve_opts *s = &o->train.solve;

	switch (c) {
	case OPT_MISSING:
		o->data.refuse_missing = cli_choice(cli, "--missing", value,
		    missing) == 1;
		break;
	case 'e': s->tol = cli_double(cli, "--tol", value, 0, 1); break;
	case OPT_MAX_ITER:
		s->max_iter = cli_size(cli, "--max-iter", value, 1,
		    1000000000);
		break;
	case OPT_STRICT: o->strict = true; break;
	case OPT_LIST: o->list = true; break;
	}
}

static void
parse(struct options *o, struct cli *cli)
{
	struct train_opts *t = &o->train;
	const char *value;
	bool share = false;
	int c;

	while ((c = cli_next(cli, &value)) != -1) {
		share |= c == OPT_SHARE;
		if (!penalty_option(t, cli, c, value) &&
		    !loss_option(t, cli, c, value))
			run_option(o, cli, c, value);
	}
	if (share && (t->method == NULL || t->method->sharing != SHARE_LOSSES))
		cli_usage(cli, "--share is for --method shared");
	t->cv.seed = cli->seed;
	t->solve.threads = cli->threads;
	t->solve.progress = &cli->progress;
}

static void
list_method(FILE *fp, const char *name, const char *penalty, const char *is,
    const char *source)
{
	/* No blanks at the end of a line. */
	fprintf(fp, "%-12s %-13s %-*s%s%s\n", name, penalty,
	    *source != '\0' ? 48 : 0, is, *source != '\0' ? " " : "", source);
}

static int
list(const struct cli *cli)
{
	struct outfile out;

	cli_output(cli, &out);
	list_method(out.fp, "method", "penalty", "is", "source");
	for (const struct method *m = method_table(); m->name != NULL; m++)
		list_method(out.fp, m->name, m->penalty, m->is, m->source);
	fprintf(out.fp, "\n%-8s %-28s %s\n", "term", "Omega(W)",
	    "ties together");
	for (const struct term_kind *const *k = term_table(); *k != NULL; k++)
		fprintf(out.fp, "%-12s %-62s %s\n", (*k)->name, (*k)->formula,
		    (*k)->ties);
	return cli_finish(cli, &out);
}

/* Rows to dataset. */
static void
read_data(struct dataset *ds, struct cli *cli, struct options *o,
    struct notes *notes)
{
	struct rows rows;
	struct columns cols;
	struct mtl_err err;
	enum target_read *read;

	cli_check(cli, rows_open(&rows, &cli->rows, &err), &err);
	cli_check(cli, columns_init(&cols, &rows, &cli->columns, notes, &err),
	    &err);
	read = mem_new(cols.targets, sizeof *read);
	if (read == NULL)
		cli_die(cli, err_nomem(&err), &err);
	cli_check(cli, train_targets(read, o->train.loss, &cols.target_name,
	    &err), &err);
	o->data.read = read;
	o->data.where_split = cols.split != SIZE_MAX &&
	    rows.filters[cols.split];
	cli_check(cli, dataset_read(ds, &rows, &cols, &o->data, notes, &err),
	    &err);
	free(read);
	columns_clear(&cols);
	rows_close(&rows);
	cli_verbose(cli, "read %.3f s: %zu rows, %zu features, %zu task%s",
	    cli_seconds(cli), ds->n, ds->d, ds->T, ds->T == 1 ? "" : "s");
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

	if (!info->residual)
		gap = info->null > 0 ? gap / info->null : 0;
	cli_verbose(cli, "fit %.3f s: objective %.10g, relative %s %.2g, "
	    "%zu iterations", seconds, info->objective, what, gap,
	    info->iterations);
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
		    o->train.solve.tol);
	if (o->strict)
		return MTL_NUMERIC;
	notes_add(notes, WARNING, "%s", err->msg);
	return MTL_OK;
}

/* What cross-validation chose, and whether it wanted more room. */
static void
say_choice(const struct cv *cv, const struct fit *fit, struct notes *notes)
{
	char penalty[512];

	if (cv->K == 0)
		return;
	if (cv->own != NULL) {
		notes_add(notes, NOTE, "each task's lambda chosen among %zu by "
		    "%zu-fold cross-validation", cv->points, cv->K);
		return;
	}
	penalty_show(penalty, sizeof penalty, &fit->penalty);
	notes_add(notes, NOTE, "%s chosen among %zu by %zu-fold "
	    "cross-validation: deviance %.4g, standard error %.2g", penalty,
	    cv->points, cv->K, cv->mean[cv->best], cv->se[cv->best]);
}

static void
write_model(const struct cli *cli, const struct model *m)
{
	struct outfile out;
	struct mtl_err err;
	enum mtl_status st;

	cli_output(cli, &out);
	st = model_write(out.fp, m, &err);
	if (st != MTL_OK) {
		outfile_discard(&out);
		cli_die(cli, st, &err);
	}
	cli_finish(cli, &out);
}

/* Dataset to model. Returns what report says. */
static enum mtl_status
fit_model(struct model *model, const struct cli *cli, struct dataset *ds,
    struct options *o, struct notes *notes, struct mtl_err *short_of)
{
	double start = cli_seconds(cli);
	struct fit fit;
	struct cv cv;
	struct mtl_err err;
	enum mtl_status met;

	o->train.solve.threads = blas_reserve(cli->threads);
	if (o->train.solve.threads == 0)
		cli_die(cli, err_nomem(&err), &err);
	cli_check(cli, train(&fit, &cv, ds, &o->train, notes, &err), &err);
	say_choice(&cv, &fit, notes);
	met = report(cli, &fit, cli_seconds(cli) - start, o, notes, short_of);
	cli_check(cli, model_from_fit(model, ds, &fit, &o->train, &err), &err);
	cv_clear(&cv);
	fit_clear(&fit);
	return met;
}

int
main(int argc, char **argv)
{
	struct options o = {.train = {.share = 0.5, .standardize = true,
	    .cv = {.folds = 5, .path = 50, .grid = 12},
	    .solve = {.tol = 1e-6, .max_iter = 100000}}};
	struct cli cli;
	struct notes notes = {0};
	struct dataset ds;
	struct model model;
	struct mtl_err short_of;
	enum mtl_status met;

	cli_start(&cli, argc, argv, "mtl-train", "[options] [FILE ...]",
	    "Fits a linear multi-task model and writes it as CSV.", table);
	parse(&o, &cli);
	if (o.list)
		return list(&cli);
	read_data(&ds, &cli, &o, &notes);
	cli_say(&cli, &notes);
	met = fit_model(&model, &cli, &ds, &o, &notes, &short_of);
	dataset_clear(&ds);
	cli_say(&cli, &notes);
	write_model(&cli, &model);
	model_clear(&model);
	/* The model is there all the same. */
	cli_check(&cli, met, &short_of);
	return 0;
}
