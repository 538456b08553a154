/* Turns predictions into scores. */
#include <math.h>
#include <string.h>

#include "base/num.h"
#include "common.h"
#include "model/model_csv.h"
#include "score/recovery.h"
#include "score/scores.h"
#include "score/sheet.h"

enum {
	OPT_METRIC = CLI_OWN,
	OPT_SCORE,
	OPT_MIN,
	OPT_MAX,
	OPT_BY,
	OPT_CONFUSION,
	OPT_TRUTH,
	OPT_TRUST_EDITED,
	OPT_FORMAT,
};

static const struct cli_option option_table[] = {
	{"metric", OPT_METRIC, "LIST", "these scores (by the kind of task)"},
	{"score", OPT_SCORE, "METRIC", "one bare number over all rows"},
	{"min-score", OPT_MIN, "X", "status 1 if the score is below X"},
	{"max-score", OPT_MAX, "X", "status 1 if the score is above X"},
	{"by", OPT_BY, "COL", "scores for each value of COL"},
	{"confusion", OPT_CONFUSION, NULL, "count y against yhat instead"},
	{"truth", OPT_TRUTH, "MODEL",
	    "the operand is a model: compare its coefficients with MODEL's"},
	{"trust-edited", OPT_TRUST_EDITED, NULL,
	    "take models whose checksum no longer fits"},
	{"format", OPT_FORMAT, "FORMAT", "csv, or table for people (csv)"},
	CLI_ROLES,
	CLI_COMMON,
	{NULL, 0, NULL, NULL},
};

struct options {
	enum metric metric[METRICS];
	size_t metrics;
	bool score;      /* --score: only metric[0], as a bare number */
	double min, max; /* NaN: no bound */
	const char *by;
	bool confusion, people;
	const char *truth;
	bool trust_edited;
};

static _Noreturn void
no_metric(const struct cli *cli, const char *option, struct str name)
{
	char shown[STR_SHOWN];
	struct str known[METRICS];
	size_t near;

	for (size_t m = 0; m < METRICS; m++)
		known[m] = str_of(metric_info((enum metric)m)->name);
	near = str_nearest(name, known, METRICS);
	str_show(shown, name);
	if (near == SIZE_MAX)
		cli_usage(cli, "%s: no metric '%s'", option, shown);
	cli_usage(cli, "%s: no metric '%s' (did you mean '%s'?)", option,
	    shown, known[near].s);
}

/* "rmse,r2"; `only` refuses more than one. */
static void
parse_metrics(const struct cli *cli, struct options *o, const char *option,
    const char *list, bool only)
{
	o->metrics = 0;
	for (const char *s = list, *end; s != NULL; s = end) {
		struct str name = {s, strcspn(s, ",")};
		enum metric m = metric_find(name);

		end = s[name.len] == ',' && !only ? s + name.len + 1 : NULL;
		if (m == METRICS || (only && s[name.len] != '\0'))
			no_metric(cli, option, only ? str_of(list) : name);
		for (size_t i = 0; i < o->metrics; i++)
			if (o->metric[i] == m)
				cli_usage(cli, "%s: %s twice", option,
				    metric_info(m)->name);
		o->metric[o->metrics++] = m;
	}
}

/* What belongs to rows or to other scores has no place beside --truth. */
static void
check_truth(const struct cli *cli, const struct options *o, bool metric)
{
	const struct columns_opts *c = &cli->columns;
	const char *rows = cli->rows.wheres > 0 ? "where" :
	    cli->rows.no_header ? "no-header" : c->id != NULL ? "id" :
	    c->task != NULL ? "task" : c->target != NULL ? "target" :
	    c->ignore != NULL ? "ignore" : c->weight != NULL ? "weight" :
	    c->na != NULL ? "na" : NULL;
	const char *scores = metric ? "metric" : o->score ? "score" :
	    o->confusion ? "confusion" : o->by != NULL ? "by" :
	    !isnan(o->min) ? "min-score" : !isnan(o->max) ? "max-score" : NULL;

	if (o->truth == NULL && o->trust_edited)
		cli_usage(cli, "--trust-edited: only models can be trusted "
		    "(--truth MODEL)");
	if (o->truth == NULL)
		return;
	if (scores != NULL)
		cli_usage(cli, "--truth has scores of its own: no --%s",
		    scores);
	if (rows != NULL)
		cli_usage(cli, "--truth compares models, not rows: no --%s",
		    rows);
	if (cli->rows.files > 1)
		cli_usage(cli, "--truth compares one model with one other");
}

static void
check_options(const struct cli *cli, const struct options *o, bool metric)
{
	bool gate = !isnan(o->min) || !isnan(o->max);

	check_truth(cli, o, metric);
	if (o->score && metric)
		cli_usage(cli, "--score names its metric: no --metric");
	if (o->score && o->by != NULL)
		cli_usage(cli, "--score is one number: no --by");
	if (o->confusion && (metric || o->score))
		cli_usage(cli, "--confusion prints no scores: no --%s",
		    metric ? "metric" : "score");
	if (gate && (o->confusion || o->metrics != 1))
		cli_usage(cli, "%s: which score? (--score METRIC)",
		    !isnan(o->min) ? "--min-score" : "--max-score");
}

static void
parse(struct cli *cli, struct options *o)
{
	static const char *const format[] = {"csv", "table", NULL};
	const char *value, *metric = NULL;
	int code;

	while ((code = cli_next(cli, &value)) != -1)
		switch (code) {
		case OPT_METRIC:
			parse_metrics(cli, o, "--metric", value, false);
			metric = value;
			break;
		case OPT_SCORE:
			parse_metrics(cli, o, "--score", value, true);
			o->score = true;
			break;
		case OPT_MIN:
			o->min = cli_double(cli, "--min-score", value,
			    -HUGE_VAL, HUGE_VAL);
			break;
		case OPT_MAX:
			o->max = cli_double(cli, "--max-score", value,
			    -HUGE_VAL, HUGE_VAL);
			break;
		case OPT_BY: o->by = value; break;
		case OPT_CONFUSION: o->confusion = true; break;
		case OPT_TRUTH: o->truth = cli_file(cli, "--truth", value);
			break;
		case OPT_TRUST_EDITED: o->trust_edited = true; break;
		case OPT_FORMAT:
			o->people = cli_choice(cli, "--format", value,
			    format) == 1;
			break;
		}
	check_options(cli, o, metric != NULL);
}

/* The column of --by; one that would come twice in the output is refused. */
static enum mtl_status
find_by(size_t *by, const struct rows *rows, const struct options *o,
    struct mtl_err *err)
{
	static const char *const taken[] = {"task", "metric", "n", "value"};

	*by = SIZE_MAX;
	if (o->by == NULL)
		return MTL_OK;
	for (size_t i = 0; i < sizeof(taken) / sizeof(*taken); i++)
		if (strcmp(o->by, taken[i]) == 0)
			return err_set(err, MTL_USAGE,
			    "--by: the scores have a column '%s' of their "
			    "own", o->by);
	return rows_find(rows, by, "--by", str_of(o->by), err);
}

static void
write_header(struct sheet *s, const struct options *o,
    const char *const *name, size_t names)
{
	if (o->by != NULL)
		sheet_text(s, str_of(o->by));
	for (size_t i = 0; i < names; i++)
		sheet_text(s, str_of(name[i]));
	sheet_row(s);
}

/* The cells in front: the group, if asked for, and the task. */
static void
write_front(struct sheet *s, const struct options *o, const struct pairs *p,
    size_t group, size_t task)
{
	if (o->by != NULL)
		sheet_text(s, p->group.name[group]);
	if (task == SCORE_ALL)
		sheet_text(s, str_of("(all)"));
	else if (task == SCORE_MEAN)
		sheet_text(s, str_of("(mean)"));
	else
		sheet_text(s, p->task[task].name);
}

static void
write_scores(struct sheet *s, const struct options *o, const struct pairs *p,
    const struct scores *scores)
{
	static const char *const name[] = {"task", "metric", "n", "value"};

	write_header(s, o, name, 4);
	for (size_t i = 0; i < scores->n; i++) {
		const struct score *x = &scores->score[i];

		write_front(s, o, p, x->group, x->task);
		sheet_text(s, str_of(metric_info(x->metric)->name));
		sheet_size(s, x->n);
		sheet_num(s, x->value);
		sheet_row(s);
	}
}

static void
write_confusion(struct sheet *s, const struct options *o,
    const struct pairs *p, const struct confusion *c)
{
	static const char *const name[] = {"task", "y", "yhat", "n"};

	write_header(s, o, name, 4);
	for (size_t i = 0; i < c->n; i++) {
		const struct confusion_cell *x = &c->cell[i];

		write_front(s, o, p, x->group, x->task);
		sheet_text(s, p->label.name[x->truth]);
		sheet_text(s, p->label.name[x->said]);
		sheet_num(s, x->n);
		sheet_row(s);
	}
}

/* A gate: MTL_INPUT if the value is beyond a bound, or undefined. */
static enum mtl_status
check_bounds(const struct options *o, double value, struct str group,
    struct mtl_err *err)
{
	bool low = value < o->min, high = value > o->max;
	char a[NUM_MAX + 1] = "", b[NUM_MAX + 1] = "", g[STR_SHOWN];
	const char *name = metric_info(o->metric[0])->name;
	bool grouped = o->by != NULL;

	if ((isnan(o->min) && isnan(o->max)) || (!isnan(value) && !low && !high))
		return MTL_OK;
	str_show(g, group);
	if (isnan(value))
		return err_set(err, MTL_INPUT, "%s%s%s is undefined", name,
		    grouped ? " of " : "", grouped ? g : "");
	a[num_write(a, value)] = '\0';
	b[num_write(b, low ? o->min : o->max)] = '\0';
	return err_set(err, MTL_INPUT, "%s%s%s is %s, %s --%s-score %s", name,
	    grouped ? " of " : "", grouped ? g : "", a,
	    low ? "below" : "above", low ? "min" : "max", b);
}

/* The gate over a table: every group's (all) has to pass. */
static enum mtl_status
check_scores(const struct options *o, const struct pairs *p,
    const struct scores *s, struct mtl_err *err)
{
	enum mtl_status st = MTL_OK;

	for (size_t i = 0; i < s->n && st == MTL_OK; i++)
		if (s->score[i].task == SCORE_ALL)
			st = check_bounds(o, s->score[i].value,
			    o->by != NULL ? p->group.name[s->score[i].group] :
					    str_of(""), err);
	return st;
}

/* What a run leaves to be said once its output is out. */
struct verdict {
	enum mtl_status st;
	struct mtl_err err;
};

static enum mtl_status
print_score(FILE *fp, const struct options *o, const struct pairs *p,
    struct notes *notes, struct verdict *v, struct mtl_err *err)
{
	char buf[NUM_MAX];
	double value;
	enum mtl_status st = scores_one(&value, p, o->metric[0], notes, err);

	if (st != MTL_OK)
		return st;
	fwrite(buf, 1, num_write(buf, value), fp);
	putc('\n', fp);
	v->st = check_bounds(o, value, str_of(""), &v->err);
	return MTL_OK;
}

static enum mtl_status
print_confusion(struct sheet *s, const struct options *o,
    const struct pairs *p, struct notes *notes, struct mtl_err *err)
{
	struct confusion c;
	enum mtl_status st = confusion_make(&c, p, notes, err);

	if (st != MTL_OK)
		return st;
	write_confusion(s, o, p, &c);
	confusion_clear(&c);
	return MTL_OK;
}

static enum mtl_status
print_scores(struct sheet *s, struct options *o, const struct pairs *p,
    struct notes *notes, struct verdict *v, struct mtl_err *err)
{
	struct scores scores;
	enum mtl_status st;

	if (o->metrics == 0)
		o->metrics = scores_default(o->metric, p);
	st = scores_make(&scores, p, o->metric, o->metrics, notes, err);
	if (st != MTL_OK)
		return st;
	write_scores(s, o, p, &scores);
	v->st = check_scores(o, p, &scores, &v->err);
	scores_clear(&scores);
	return MTL_OK;
}

/* Writes what was asked for. */
static enum mtl_status
print(FILE *fp, const struct cli *cli, struct options *o,
    const struct pairs *p, struct notes *notes, struct verdict *v,
    struct mtl_err *err)
{
	struct sheet sheet;
	enum mtl_status st;

	if (o->score)
		return print_score(fp, o, p, notes, v, err);
	sheet_init(&sheet, fp, cli->rows.delimiter, o->people,
	    o->by != NULL ? 5 : 4);
	st = o->confusion ? print_confusion(&sheet, o, p, notes, err) :
			    print_scores(&sheet, o, p, notes, v, err);
	if (!sheet_end(&sheet) && st == MTL_OK)
		st = err_nomem(err);
	return st;
}

static void
write_recovery(struct sheet *s, struct str task,
    const struct recovery_value *v)
{
	sheet_text(s, task);
	sheet_text(s, str_of("frobenius-error"));
	sheet_size(s, v->n);
	sheet_num(s, v->frobenius);
	sheet_row(s);
	sheet_text(s, task);
	sheet_text(s, str_of("support-f1"));
	sheet_size(s, v->n);
	sheet_num(s, v->support);
	sheet_row(s);
}

static enum mtl_status
print_recovery(FILE *fp, const struct cli *cli, const struct options *o,
    const struct recovery *r, const struct model *truth, struct mtl_err *err)
{
	static const char *const name[] = {"task", "metric", "n", "value"};
	struct sheet s;

	sheet_init(&s, fp, cli->rows.delimiter, o->people, 4);
	write_header(&s, o, name, 4);
	for (size_t t = 0; t < r->T && r->T > 1; t++)
		write_recovery(&s, truth->task[t].name, &r->task[t]);
	write_recovery(&s, str_of("(all)"), &r->all);
	if (r->T > 1)
		write_recovery(&s, str_of("(mean)"), &r->mean);
	return sheet_end(&s) ? MTL_OK : err_nomem(err);
}

/* --truth: the operand is a model, compared with the true one. */
static int
compare_models(struct cli *cli, const struct options *o)
{
	const char *path = cli->rows.files > 0 ? cli->rows.file[0] : "-";
	struct model truth, model;
	struct recovery r;
	struct notes notes = {0};
	struct outfile out = {0};
	struct mtl_err err;

	if (strcmp(path, "-") == 0 && strcmp(o->truth, "-") == 0)
		cli_usage(cli, "both models cannot come from standard input");
	/* The truth last: a mtl-gen at the front of the pipe writes it. */
	cli_check(cli, model_read(&model, path, o->trust_edited, &err), &err);
	cli_check(cli, model_read(&truth, o->truth, o->trust_edited, &err),
	    &err);
	cli_check(cli, recovery_make(&r, &truth, &model, &notes, &err), &err);
	cli_output(cli, &out);
	cli_check(cli, print_recovery(out.fp, cli, o, &r, &truth, &err), &err);
	cli_finish(cli, &out);
	cli_say(cli, &notes);
	recovery_clear(&r);
	model_clear(&model);
	model_clear(&truth);
	return 0;
}

/* Reads predictions, writes their scores. */
static int
score_rows(struct cli *cli, struct options *o)
{
	struct outfile out = {0};
	struct rows rows;
	struct columns cols;
	struct pairs pairs;
	struct notes notes = {0};
	struct verdict verdict = {0};
	struct mtl_err err;
	size_t by;

	cli_check(cli, rows_open(&rows, &cli->rows, &err), &err);
	cli_check(cli, columns_init(&cols, &rows, &cli->columns, &notes, &err),
	    &err);
	cli_check(cli, find_by(&by, &rows, o, &err), &err);
	progress_stage(&cli->progress, "reading rows");
	cli_check(cli, pairs_read(&pairs, &rows, &cols, by, &notes, &err),
	    &err);
	cli_verbose(cli, "read %zu pair%s of %zu task%s in %.3f seconds",
	    pairs.n, pairs.n == 1 ? "" : "s", scores_tasks(&pairs),
	    scores_tasks(&pairs) == 1 ? "" : "s", cli_seconds(cli));
	progress_stage(&cli->progress, "scoring");
	cli_output(cli, &out);
	cli_check(cli, print(out.fp, cli, o, &pairs, &notes, &verdict, &err),
	    &err);
	cli_finish(cli, &out);
	cli_say(cli, &notes);
	pairs_clear(&pairs);
	columns_clear(&cols);
	rows_close(&rows);
	cli_check(cli, verdict.st, &verdict.err);
	return 0;
}

int
main(int argc, char **argv)
{
	struct cli cli;
	struct options o = {.min = NAN, .max = NAN};

	cli_start(&cli, argc, argv, "mtl-eval", "[options] [FILE ...]",
	    "Turn predictions into scores.", option_table);
	parse(&cli, &o);
	return o.truth != NULL ? compare_models(&cli, &o) :
				 score_rows(&cli, &o);
}
