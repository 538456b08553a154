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

enum {
	OPT_FOLD = FIT_OWN,
	OPT_MERGE,
};

static const struct cli_option table[] = {
    {"method", 'm', "NAME,...", "the methods (mean; ridge for one task)"},
    {"fold", OPT_FOLD, "I", "this fold alone, for --merge"},
    {"merge", OPT_MERGE, NULL, "put the tables of all folds together"},
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
	struct cv cv;
};

struct options {
	struct fit_options fit;
	const char *method; /* "mean,l21", or NULL */
	const char *fold;
	bool merge;
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
	if (o->merge && o->fold != NULL)
		cli_usage(cli, "--merge and --fold exclude each other");
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

static void
run_methods(struct job *job, const struct cli *cli, struct notes *notes)
{
	struct mtl_err err;

	for (size_t k = 0; k < job->entries; k++) {
		struct entry *e = &job->entry[k];
		struct penalty penalty;

		e->name = train_name(&e->opts, job->ds.T);
		cli_check(cli, training_open(&penalty, &e->own, &job->ds,
		    &e->opts, &err), &err);
		cli_check(cli, cv_run(&e->cv, &job->ds, &e->opts,
		    &job->holdout, job->only, k == 0 ? notes : NULL, &err),
		    &err);
		if (job->only == SIZE_MAX)
			cli_check(cli, cv_decide(&e->cv, e->opts.cv.rule,
			    e->own, &err), &err);
	}
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

static void
write_table(const struct job *job, const struct cli *cli)
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
	cli_finish(cli, &out);
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
	cli_check(cli, cv_merge_read(&m, &rows, o->fit.train.cv.rule, &err),
	    &err);
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

	cli_start(&cli, argc, argv, "mtl-cv", "[options] [FILE ...]",
	    "Cross-validates methods along their lambdas.", table);
	fit_options_init(&o.fit);
	parse(&o, &cli);
	if (o.fit.list)
		return fit_list(&cli);
	if (o.merge)
		return merge(&cli, &o);
	fit_options_end(&o.fit, &cli);
	add_methods(&job, &cli, &o);
	fit_read(&job.ds, &cli, &o.fit, &notes);
	make_folds(&job, &cli, &o);
	run_methods(&job, &cli, &notes);
	cli_say(&cli, &notes);
	write_table(&job, &cli);
	for (size_t k = 0; k < job.entries; k++)
		cv_clear(&job.entry[k].cv);
	free(job.entry);
	holdout_clear(&job.holdout);
	fit_options_clear(&o.fit);
	dataset_clear(&job.ds);
	return 0;
}
