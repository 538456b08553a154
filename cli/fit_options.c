#include "fit_options.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/blas.h"
#include "base/mem.h"
#include "score/held.h"

/* Tests build without it, and find the same models. */
#ifdef NO_SCREENING
static const bool SCREENING = false;
#else
static const bool SCREENING = true;
#endif

void
fit_options_init(struct fit_options *o)
{
	*o = (struct fit_options){.train = {.share = 0.5, .standardize = true,
	    .cv = {.folds = 5, .path = 50, .grid = 12},
	    .solve = {.tol = 1e-6, .max_iter = 100000,
		.screening = SCREENING}}};
}

const struct method *
fit_method(const struct cli *cli, struct str name)
{
	const struct method *method = method_find(name);
	const char *near;
	char shown[STR_SHOWN];

	if (method != NULL)
		return method;
	near = method_near(name);
	cli_usage(cli, "--method: there is no method '%s' (%s%s%s--list shows "
	    "them)", str_show(shown, name), near != NULL ? "did you mean '" :
	    "", near != NULL ? near : "", near != NULL ? "'? " : "");
}

static void
set_intercept(struct train_opts *t, const struct cli *cli, enum intercept how)
{
	if (t->intercept != INTERCEPT_FREE && t->intercept != how)
		cli_usage(cli, "--no-intercept and --penalize-intercept "
		    "exclude each other");
	t->intercept = how;
}

/* Which penalty, and how open lambdas are chosen. */
static bool
penalty_option(struct train_opts *t, struct cli *cli, int c, const char *value)
{
	static const char *const rule[] = {"min", "1se", NULL};

	switch (c) {
	case 'p': t->penalty = value; break;
	case FIT_LAMBDA: t->lambda = value; break;
	case FIT_COST:
		t->cost = cli_double(cli, "--cost", value, 1e-300, 1e300);
		break;
	case FIT_SHARE:
		t->share = cli_double(cli, "--share", value, 0, 1);
		break;
	case 'k':
		t->cv.folds = cli_size(cli, "--folds", value, 2, 1000000);
		break;
	case FIT_GROUP: cli->columns.group = value; break;
	case FIT_PATH:
		t->cv.path = cli_size(cli, "--path", value, 1, 100000);
		break;
	case FIT_GRID:
		t->cv.grid = cli_size(cli, "--grid", value, 1, 1000);
		break;
	case FIT_RATIO:
		t->cv.ratio = cli_double(cli, "--ratio", value, 1e-12, 1);
		break;
	case FIT_RULE:
		t->cv.rule = (enum rule)cli_choice(cli, "--rule", value, rule);
		break;
	default: return false;
	}
	return true;
}

/* --metric: deviance, or one of mtl-eval's. */
static void
set_metric(struct fit_options *o, const struct cli *cli, const char *name)
{
	char shown[STR_SHOWN];

	o->train.cv.metric = NULL;
	if (strcmp(name, "deviance") == 0)
		return;
	if (!held_metric(&o->metric, str_of(name)))
		cli_usage(cli, "--metric: no metric '%s' (deviance, or one of "
		    "mtl-eval's)", str_show(shown, str_of(name)));
	o->train.cv.metric = &o->metric;
}

/* What some terms take. */
static bool
term_option(struct fit_options *o, const struct cli *cli, int c,
    const char *value)
{
	struct shaping *s = &o->train.shaping;

	switch (c) {
	case FIT_GRAPH:
		o->graph_file = cli_file(cli, "--graph", value);
		s->graph = &o->graph;
		break;
	case FIT_CLUSTERS:
		s->clusters = cli_size(cli, "--clusters", value, 1, SIZE_MAX);
		break;
	case FIT_ETA:
		s->eta = cli_double(cli, "--eta", value, 1e-300, 1e300);
		break;
	case FIT_TASK_ORDER: s->task_order = value; break;
	case FIT_MODALITY_WEIGHT: s->modality_weight = value; break;
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
	case FIT_LOSS: t->loss = value; break;
	case FIT_DELTA:
		t->delta = cli_double(cli, "--delta", value, 1e-300, 1e300);
		break;
	case FIT_SCALE_TARGET: t->scale_target = true; break;
	case FIT_MULTICLASS:
		t->ovr = cli_choice(cli, "--multiclass", value, multiclass) ==
		    1;
		break;
	case FIT_NORMALIZE:
		t->normalize = (enum normalize)cli_choice(cli, "--normalize",
		    value, normalize);
		break;
	case FIT_BALANCE: t->balance = true; break;
	case FIT_NO_STANDARDIZE: t->standardize = false; break;
	case FIT_BLOCK_SCALE: t->block_scale = true; break;
	case FIT_NO_INTERCEPT: set_intercept(t, cli, INTERCEPT_NONE); break;
	case FIT_PENALIZE_INTERCEPT:
		set_intercept(t, cli, INTERCEPT_PENALIZED);
		break;
	default: return false;
	}
	return true;
}

/* The run: missing cells, when to stop, what then. */
static bool
run_option(struct fit_options *o, const struct cli *cli, int c,
    const char *value)
{
	static const char *const missing[] = {"mean", "error", NULL};
	struct solve_opts *s = &o->train.solve;

	switch (c) {
	case FIT_MISSING:
		o->data.refuse_missing = cli_choice(cli, "--missing", value,
		    missing) == 1;
		break;
	case 'e': s->tol = cli_double(cli, "--tol", value, 0, 1); break;
	case FIT_MAX_ITER:
		s->max_iter = cli_size(cli, "--max-iter", value, 1,
		    1000000000);
		break;
	case FIT_LIST: o->list = true; break;
	default: return false;
	}
	return true;
}

bool
fit_options_take(struct fit_options *o, struct cli *cli, int code,
    const char *value)
{
	o->share |= code == FIT_SHARE;
	o->folds |= code == 'k';
	if (code == FIT_METRIC) {
		set_metric(o, cli, value);
		return true;
	}
	return penalty_option(&o->train, cli, code, value) ||
	    term_option(o, cli, code, value) ||
	    loss_option(&o->train, cli, code, value) ||
	    run_option(o, cli, code, value);
}

void
fit_options_end(struct fit_options *o, struct cli *cli)
{
	struct mtl_err err;

	o->train.cv.seed = cli->seed;
	o->train.solve.progress = &cli->progress;
	o->train.solve.threads = blas_reserve(cli->threads);
	if (o->train.solve.threads == 0)
		cli_die(cli, err_nomem(&err), &err);
}

static size_t
longer(size_t width, const char *text)
{
	size_t n = strlen(text);

	return n > width ? n : width;
}

/* One line of columns; no blanks at its end. */
static void
list_line(FILE *fp, const size_t *width, const char *const *cell, size_t n)
{
	while (n > 0 && *cell[n - 1] == '\0')
		n--;
	for (size_t i = 0; i + 1 < n; i++)
		fprintf(fp, "%-*s  ", (int)width[i], cell[i]);
	fprintf(fp, "%s\n", cell[n - 1]);
}

static void
list_methods(FILE *fp)
{
	const char *const head[] = {"method", "penalty", "is", "source"};
	size_t width[] = {6, 7, 2};
	const struct method *m;

	for (m = method_table(); m->name != NULL; m++) {
		width[0] = longer(width[0], m->name);
		width[1] = longer(width[1], m->penalty);
		width[2] = longer(width[2], m->is);
	}
	list_line(fp, width, head, 4);
	for (m = method_table(); m->name != NULL; m++)
		list_line(fp, width, (const char *const[]){m->name,
		    m->penalty, m->is, m->source}, 4);
}

static void
list_terms(FILE *fp)
{
	const char *const head[] = {"term", "Omega(W)", "ties together"};
	size_t width[] = {4, 8};
	const struct term_kind *const *k;

	for (k = term_table(); *k != NULL; k++) {
		width[0] = longer(width[0], (*k)->name);
		width[1] = longer(width[1], (*k)->formula);
	}
	list_line(fp, width, head, 3);
	for (k = term_table(); *k != NULL; k++)
		list_line(fp, width, (const char *const[]){(*k)->name,
		    (*k)->formula, (*k)->ties}, 3);
}

int
fit_list(const struct cli *cli)
{
	struct outfile out;

	cli_output(cli, &out);
	fputs("objective: losses of W + sum over terms of lambda Omega(W)\n"
	    "in a penalty ',' joins terms on one matrix; with '+' W is the "
	    "sum of several\n\n", out.fp);
	list_methods(out.fp);
	putc('\n', out.fp);
	list_terms(out.fp);
	return cli_finish(cli, &out);
}

/* --graph, which may be standard input unless the rows are. */
static void
read_graph(struct fit_options *o, const struct cli *cli)
{
	struct mtl_err err;
	bool rows = cli->rows.files == 0;

	if (o->graph_file == NULL)
		return;
	for (size_t i = 0; i < cli->rows.files; i++)
		rows = rows || strcmp(cli->rows.file[i], "-") == 0;
	if (rows && strcmp(o->graph_file, "-") == 0)
		cli_usage(cli, "the graph and the rows cannot both come from "
		    "standard input");
	cli_check(cli, graph_read(&o->graph, o->graph_file,
	    cli->rows.delimiter, &err), &err);
}

void
fit_read(struct dataset *ds, struct cli *cli, struct fit_options *o,
    struct notes *notes)
{
	struct rows rows;
	struct columns cols;
	struct mtl_err err;
	enum target_read *read;

	read_graph(o, cli);
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
	o->data.read = NULL;
	free(read);
	if (o->folds && ds->fold != NULL)
		notes_add(notes, NOTE, "the column '%s' makes the folds, not "
		    "--folds", rows.name[cols.fold].s);
	columns_clear(&cols);
	rows_close(&rows);
	cli_verbose(cli, "read %.3f s: %zu rows, %zu features, %zu task%s",
	    cli_seconds(cli), ds->n, ds->d, ds->T, ds->T == 1 ? "" : "s");
}

void
fit_options_clear(struct fit_options *o)
{
	graph_clear(&o->graph);
	o->train.shaping.graph = NULL;
}
