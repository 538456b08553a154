/*
 * mtl-cv: cross-validates methods along their lambdas and writes the table.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fit_options.h"
#include "learn/cv_csv.h"
#include "learn/cv_digest.h"
#include "learn/cv_merge.h"
#include "learn/training.h"
#include "model/heldout.h"
#include "score/held.h"
#include "score/paired.h"

enum {
	OPT_FOLD = FIT_OWN,
	OPT_MERGE,
	OPT_BASELINES,
	OPT_PREDICTIONS,
};

static const struct cli_option table[] = {
    {"method", 'm', "NAME,...", "the methods (mean; ridge for one task)"},
    {"fold", OPT_FOLD, "I", "this fold alone, for --merge"},
    {"merge", OPT_MERGE, NULL, "put the tables of all folds together"},
    {"baselines", OPT_BASELINES, NULL,
	"add single and pooled: whom did sharing help, whom did it hurt?"},
    {"predictions", OPT_PREDICTIONS, "FILE",
	"held-out predictions of the point chosen, to FILE"},
    FIT_OPTIONS,
    CLI_SEED,
    CLI_ROLES,
    CLI_COMMON,
    {0},
};

/* A method that is compared. */
struct entry {
	struct train_opts opts;
	const char *name;
	bool own; /* each task chooses a lambda */
	bool baseline, optional; /* optional: left out if it does not go */
	struct cv cv;
	double **deviance; /* [T][n_t] held out; NULL unless compared */
};

struct options {
	struct fit_options fit;
	const char *method; /* "mean,l21", or NULL */
	const char *fold;
	const char *predictions;
	bool merge, baselines;
};

struct job {
	struct dataset ds;
	struct holdout holdout;
	size_t entries;
	struct entry *entry; /* [entries] */
	size_t only;         /* the one fold, or SIZE_MAX */
};

static void
check(const struct cli *cli, const struct options *o)
{
	const char *part = o->merge ? "--merge" : "--fold";

	if (o->merge && o->fold != NULL)
		cli_usage(cli, "--merge and --fold exclude each other");
	/* Both want the rows of all folds, and the point chosen from all. */
	if ((o->merge || o->fold != NULL) && o->baselines)
		cli_usage(cli, "%s and --baselines exclude each other", part);
	if ((o->merge || o->fold != NULL) && o->predictions != NULL)
		cli_usage(cli, "%s and --predictions exclude each other",
		    part);
	if (o->predictions != NULL && o->method != NULL &&
	    strchr(o->method, ',') != NULL)
		cli_usage(cli, "--predictions is for one method");
	if (o->merge && o->method != NULL)
		cli_usage(cli, "--merge: the tables say which methods");
	if (o->method != NULL && strchr(o->method, ',') != NULL &&
	    o->fit.train.penalty != NULL)
		cli_usage(cli, "--penalty goes with one method");
}

static void
parse(struct options *o, struct cli *cli)
{
	const char *value;
	int c;

	while ((c = cli_next(cli, &value)) != -1)
		switch (c) {
		case 'm': o->method = value; break;
		case OPT_FOLD: o->fold = value; break;
		case OPT_MERGE: o->merge = true; break;
		case OPT_BASELINES: o->baselines = true; break;
		case OPT_PREDICTIONS:
			o->predictions = cli_file(cli, "--predictions", value);
			o->fit.data.keep_rows = true;
			break;
		default: fit_options_take(&o->fit, cli, c, value);
		}
	check(cli, o);
}

static struct entry *
add_entry(struct job *job, const struct cli *cli, const struct options *o)
{
	struct mtl_err err;
	struct entry *more = mem_resize(job->entry, job->entries + 1,
	    sizeof *more);

	if (more == NULL)
		cli_die(cli, err_nomem(&err), &err);
	job->entry = more;
	more += job->entries++;
	*more = (struct entry){.opts = o->fit.train};
	return more;
}

/* "mean,l21,single" */
static void
add_methods(struct job *job, const struct cli *cli, const struct options *o)
{
	bool shared = false;

	if (o->method == NULL)
		add_entry(job, cli, o);
	for (const char *s = o->method, *end; s != NULL; s = end) {
		struct str name = {s, strcspn(s, ",")};
		const struct method *method = fit_method(cli, name);

		end = s[name.len] == ',' ? s + name.len + 1 : NULL;
		for (size_t i = 0; i < job->entries; i++)
			if (job->entry[i].opts.method == method)
				cli_usage(cli, "--method: %s twice",
				    method->name);
		shared |= method->sharing == SHARE_LOSSES;
		add_entry(job, cli, o)->opts.method = method;
	}
	for (size_t k = 0; k < job->entries; k++)
		job->entry[k].opts.shaping.several = job->entries > 1;
	if (o->fit.share && !shared)
		cli_usage(cli, "--share is for --method shared");
}

/* single and pooled as they are, with lambdas of their own. */
static void
add_baselines(struct job *job, const struct cli *cli, const struct options *o)
{
	static const char *const name[] = {"single", "pooled"};
	size_t given = job->entries, ours = 0;

	if (!o->baselines)
		return;
	for (size_t b = 0; b < 2; b++) {
		const struct method *method = method_find(str_of(name[b]));
		struct entry *e;
		bool there = false;

		for (size_t k = 0; k < given; k++)
			if (job->entry[k].opts.method == method)
				there = job->entry[k].baseline = true;
		ours += there;
		if (there)
			continue;
		e = add_entry(job, cli, o);
		e->opts.method = method;
		e->opts.penalty = e->opts.lambda = NULL;
		e->opts.cost = 0;
		e->opts.shaping.several = true;
		e->baseline = e->optional = true;
	}
	if (ours == given)
		cli_usage(cli, "--baselines: single and pooled are what "
		    "another method is compared with");
}

/* Folds, and the one of them that --fold names. */
static void
make_folds(struct job *job, const struct cli *cli, const struct options *o)
{
	const struct cv_opts *cv = &o->fit.train.cv;
	struct mtl_err err;
	char shown[STR_SHOWN];

	cli_check(cli, holdout_init(&job->holdout, &job->ds, cv->folds,
	    cv->seed, &err), &err);
	job->only = SIZE_MAX;
	if (o->fold == NULL)
		return;
	job->only = names_find(&job->holdout.name, str_of(o->fold));
	if (job->only == SIZE_MAX)
		cli_usage(cli, "--fold: there is no fold '%s'",
		    str_show(shown, str_of(o->fold)));
}

/* False for a baseline that does not go with the data. */
static bool
run_method(struct job *job, struct entry *e, const struct cli *cli,
    struct notes *notes, bool first)
{
	struct mtl_err err;
	struct penalty penalty;
	enum mtl_status st;

	e->name = train_name(&e->opts, job->ds.T);
	st = training_open(&penalty, &e->own, &job->ds, &e->opts, &err);
	if (st == MTL_OK)
		st = cv_run(&e->cv, &job->ds, &e->opts, &job->holdout,
		    job->only, first ? notes : NULL, &err);
	if (st == MTL_USAGE && e->optional) {
		notes_add(notes, NOTE, "no baseline %s: %s", e->name, err.msg);
		return false;
	}
	cli_check(cli, st, &err);
	cv_warn(&e->cv, notes);
	if (job->only == SIZE_MAX)
		cli_check(cli, cv_decide(&e->cv, e->opts.cv.rule, e->own,
		    &err), &err);
	return true;
}

static void
run_methods(struct job *job, const struct cli *cli, struct notes *notes)
{
	size_t kept = 0;

	for (size_t k = 0; k < job->entries; k++) {
		double start = cli_seconds(cli);
		struct entry e = job->entry[k];

		if (!run_method(job, &e, cli, notes, k == 0))
			continue;
		cli_verbose(cli, "%s %.3f s: %zu point%s, %zu folds", e.name,
		    cli_seconds(cli) - start, e.cv.points,
		    e.cv.points == 1 ? "" : "s", e.cv.K);
		job->entry[kept++] = e;
	}
	job->entries = kept;
}

/* Held-out predictions: to the file, and their deviances if compared. */
static void
hold_out(struct job *job, struct entry *e, const struct cli *cli,
    const struct options *o, struct outfile *file)
{
	const struct heldout_names names = {.id = cli->columns.id,
	    .task = cli->columns.task, .weight = cli->columns.weight,
	    .target = cli->columns.target};
	struct heldout h;
	struct mtl_err err;

	cli_check(cli, heldout_init(&h, &job->ds, &job->holdout, &e->cv,
	    &e->opts, &err), &err);
	if (file->fp != NULL && e == job->entry)
		cli_check(cli, heldout_write(file->fp, cli->rows.delimiter, &h,
		    &job->holdout.name, &names, &err), &err);
	if (o->baselines)
		e->deviance = mem_new(job->ds.T, sizeof *e->deviance);
	for (size_t t = 0; o->baselines && t < job->ds.T; t++) {
		if (e->deviance == NULL || (e->deviance[t] =
			mem_new(job->ds.task[t].n, sizeof(double))) == NULL)
			cli_die(cli, err_nomem(&err), &err);
		cli_check(cli, heldout_deviance(e->deviance[t], &h, t, &err),
		    &err);
	}
	heldout_clear(&h);
}

static uint32_t
digest(const struct job *job)
{
	uint32_t digest = cv_digest_data(&job->ds, &job->holdout);

	for (size_t k = 0; k < job->entries; k++)
		digest = cv_digest_options(digest, &job->entry[k].opts,
		    job->ds.T);
	return digest;
}

/* Weights of a task's pairs; NULL: all 1. */
static double *
pair_weights(const struct job *job, const struct cli *cli, size_t t)
{
	const struct task *task = &job->ds.task[t];
	struct mtl_err err;
	double *weight;

	if (job->ds.weight == NULL)
		return NULL;
	if ((weight = mem_new(task->n, sizeof *weight)) == NULL)
		cli_die(cli, err_nomem(&err), &err);
	for (size_t i = 0; i < task->n; i++)
		weight[i] = job->ds.weight[task->row[i]];
	return weight;
}

/* The differences of a method to a baseline, and what they come to. */
static void
compare(struct cv_csv *csv, const struct job *job, const struct entry *e,
    const struct entry *base, const struct cli *cli, struct notes *notes)
{
	bool pooled = base->opts.method->sharing == SHARE_ROWS;
	struct paired_sum all = {0};
	struct paired p;
	size_t tasks[3] = {0};

	for (size_t t = 0; t < job->ds.T; t++) {
		struct paired_sum sum = {0};
		double *weight = pair_weights(job, cli, t);
		size_t n = job->ds.task[t].n;

		paired_add(&sum, e->deviance[t], base->deviance[t], weight, n);
		paired_add(&all, e->deviance[t], base->deviance[t], weight, n);
		p = paired_finish(&sum);
		tasks[paired_verdict(&p)]++;
		cv_csv_difference(csv, e->name, base->name, t, p.n, p.mean,
		    p.se);
		free(weight);
	}
	p = paired_finish(&all);
	cv_csv_difference(csv, e->name, base->name, CV_ALL, p.n, p.mean, p.se);
	/* pooled shares more than any: against it less sharing helps. */
	notes_add(notes, NOTE, "%s against %s: %s %zu task%s, %s %zu; no "
	    "clear difference in %zu", e->name, base->name,
	    pooled ? "better for" : "sharing helped", tasks[HELPED],
	    tasks[HELPED] == 1 ? "" : "s", pooled ? "worse for" : "hurt",
	    tasks[HURT], tasks[NO_CLEAR_DIFFERENCE]);
}

static void
compare_all(struct cv_csv *csv, const struct job *job, const struct cli *cli,
    struct notes *notes)
{
	for (size_t k = 0; k < job->entries; k++)
		for (size_t b = 0; b < job->entries; b++)
			if (!job->entry[k].baseline && job->entry[b].baseline)
				compare(csv, job, &job->entry[k],
				    &job->entry[b], cli, notes);
}

/* The table, and beside it the predictions if they are wanted. */
static void
write_table(const struct job *job, const struct cli *cli,
    const struct options *o, struct outfile *beside, struct notes *notes)
{
	struct outfile out;
	struct cv_csv csv;

	cli_output(cli, &out);
	cv_csv_start(&csv, out.fp, cli->rows.delimiter, &job->ds.task_name);
	if (job->only != SIZE_MAX)
		cv_csv_plan(&csv, digest(job), &job->entry[0].cv);
	for (size_t k = 0; k < job->entries; k++) {
		const struct entry *e = &job->entry[k];

		if (job->only != SIZE_MAX)
			cv_csv_fold(&csv, e->name, &e->cv, job->only);
		else
			cv_csv_put(&csv, e->name, &e->cv);
	}
	if (o->baselines)
		compare_all(&csv, job, cli, notes);
	cli_say(cli, notes);
	if (beside->fp != NULL)
		cli_finish_two(cli, &out, beside);
	else
		cli_finish(cli, &out);
}

static void
job_clear(struct job *job)
{
	for (size_t k = 0; k < job->entries; k++) {
		struct entry *e = &job->entry[k];

		for (size_t t = 0; e->deviance != NULL && t < job->ds.T; t++)
			free(e->deviance[t]);
		free(e->deviance);
		cv_clear(&e->cv);
	}
	free(job->entry);
	holdout_clear(&job->holdout);
	dataset_clear(&job->ds);
}

static int
merge(const struct cli *cli, const struct options *o)
{
	struct rows rows;
	struct cv_merge m;
	struct outfile out;
	struct cv_csv csv;
	struct mtl_err err;

	cli_check(cli, rows_open(&rows, &cli->rows, &err), &err);
	cli_check(cli, cv_merge_read(&m, &rows, o->fit.train.cv.rule,
	    held_metric, &err), &err);
	rows_close(&rows);
	cli_output(cli, &out);
	cv_csv_start(&csv, out.fp, cli->rows.delimiter, &m.task);
	for (size_t k = 0; k < m.method.n; k++)
		cv_csv_put(&csv, m.method.name[k].s, &m.cv[k]);
	cv_merge_clear(&m);
	return cli_finish(cli, &out);
}

int
main(int argc, char **argv)
{
	struct options o = {0};
	struct job job = {0};
	struct cli cli;
	struct notes notes = {0};
	struct outfile beside = {0};
	struct mtl_err err;

	cli_start(&cli, argc, argv, "mtl-cv", "[options] [FILE ...]",
	    "Cross-validate methods along their lambdas.", table);
	fit_options_init(&o.fit);
	parse(&o, &cli);
	if (o.fit.list)
		return fit_list(&cli);
	if (o.merge)
		return merge(&cli, &o);
	if (o.predictions != NULL)
		cli_check(&cli, outfile_open(&beside, o.predictions, &err),
		    &err);
	fit_options_end(&o.fit, &cli);
	add_methods(&job, &cli, &o);
	add_baselines(&job, &cli, &o);
	fit_read(&job.ds, &cli, &o.fit, &notes);
	if (o.baselines && job.ds.T == 1)
		cli_die(&cli, err_set(&err, MTL_INPUT, "--baselines: there is "
		    "one task, and nothing to share"), &err);
	make_folds(&job, &cli, &o);
	run_methods(&job, &cli, &notes);
	for (size_t k = 0; k < job.entries; k++)
		if (o.baselines || (k == 0 && o.predictions != NULL))
			hold_out(&job, &job.entry[k], &cli, &o, &beside);
	cli_say(&cli, &notes);
	write_table(&job, &cli, &o, &beside, &notes);
	fit_options_clear(&o.fit);
	job_clear(&job);
	return 0;
}
