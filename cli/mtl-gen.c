/* Makes tables with known structure: one task, several, several modalities. */
#include <float.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "common.h"
#include "data/gen.h"
#include "model/model_csv.h"
#include "model/model_gen.h"
#include "table/csvout.h"

enum {
	OPT_KIND = CLI_OWN,
	OPT_FEATURES,
	OPT_INFORMATIVE,
	OPT_REDUNDANT,
	OPT_REPEATED,
	OPT_CLASSES,
	OPT_CLUSTERS,
	OPT_WEIGHTS,
	OPT_FLIP,
	OPT_CLASS_SEP,
	OPT_SHIFT,
	OPT_SCALE,
	OPT_TARGETS,
	OPT_NOISE,
	OPT_BIAS,
	OPT_TASKS,
	OPT_STRUCTURE,
	OPT_RELATEDNESS,
	OPT_OUTLIERS,
	OPT_SIZES,
	OPT_MODALITIES,
	OPT_SHARED,
	OPT_MODALITY_NOISE,
	OPT_MISSING_MODALITY,
	OPT_MISSING_LABEL,
	OPT_TRUTH,
};

static const struct cli_option option_table[] = {
	{"rows", 'n', "N", "rows, of each task if there are several (100)"},
	{"kind", OPT_KIND, "KIND",
	    "classification or regression (classification; with --tasks or "
	    "--structure regression)"},
	{"features", OPT_FEATURES, "D",
	    "features (20; --kind regression of one task: 100)"},
	{"informative", OPT_INFORMATIVE, "D",
	    "features that matter (2; --kind regression: 10)"},
	{"redundant", OPT_REDUNDANT, "D", "mixtures of those (2)"},
	{"repeated", OPT_REPEATED, "D", "copies of both (0)"},
	{"classes", OPT_CLASSES, "K", "classes (2)"},
	{"clusters", OPT_CLUSTERS, "N", "clusters of each class (2)"},
	{"weights", OPT_WEIGHTS, "W,...", "shares of the classes (even)"},
	{"flip", OPT_FLIP, "SHARE", "rows with a class drawn anew (0.01)"},
	{"class-sep", OPT_CLASS_SEP, "X", "half the side of the cube (1)"},
	{"shift", OPT_SHIFT, "X", "added to the features, or 'random' (0)"},
	{"scale", OPT_SCALE, "X", "then multiplies them, or 'random' (1)"},
	{"targets", OPT_TARGETS, "R", "columns y:t1, y:t2, ... (1: y)"},
	{"noise", OPT_NOISE, "X",
	    "deviation of the target's noise (0); with tasks or modalities "
	    "relative to the signal's (0.5)"},
	{"bias", OPT_BIAS, "X", "added to a target of numbers (0)"},
	{"tasks", OPT_TASKS, "T", "tasks t1, t2, ... (1)"},
	{"structure", OPT_STRUCTURE, "NAME",
	    "independent, same, lowrank:K, cluster:K, sparse:S, chain or "
	    "modality (tasks around a common vector)"},
	{"relatedness", OPT_RELATEDNESS, "R",
	    "share of what tasks have in common (0.9; lowrank: 1)"},
	{"outliers", OPT_OUTLIERS, "N", "the last N tasks are unrelated (0)"},
	{"sizes", OPT_SIZES, "MIN:MAX", "draw each task's number of rows"},
	{"modalities", OPT_MODALITIES, "NAME:D,...",
	    "modalities and their features, such as image:64,text:100"},
	{"shared", OPT_SHARED, "K", "hidden factors they share (5)"},
	{"modality-noise", OPT_MODALITY_NOISE, "NAME=X,...",
	    "deviation of their features' noise (1)"},
	{"missing-modality", OPT_MISSING_MODALITY, "RATE",
	    "empty that share of the modalities' cells (0)"},
	{"missing-label", OPT_MISSING_LABEL, "RATE",
	    "empty that share of the targets (0)"},
	{"truth", OPT_TRUTH, "FILE", "write the true coefficients as a model"},
	CLI_SEED,
	CLI_COMMON,
	{NULL, 0, NULL, NULL},
};

/* --- what belongs to what ------------------------------------------------ */

/* The recipes an option is for. */
enum {
	ONE_CLASSES = 1,
	ONE_NUMBERS = 2,
	FAMILY_CLASSES = 4,
	FAMILY_NUMBERS = 8,
	ONE = ONE_CLASSES | ONE_NUMBERS,
	CLASSES = ONE_CLASSES | FAMILY_CLASSES,
	NUMBERS = ONE_NUMBERS | FAMILY_NUMBERS,
	FAMILY = FAMILY_CLASSES | FAMILY_NUMBERS,
	ALL = ONE | FAMILY,
};

enum type { TEXT, COUNT, NUMBER };

/* Fields of gen_opts that are a count or a number, and their bounds. */
#define FIELD(type, field, min, max) \
	type, offsetof(struct gen_opts, field), min, max
#define ANY(field, min) FIELD(COUNT, field, min, INT32_MAX)
#define SHARE(field) FIELD(NUMBER, field, 0, 1)

static const struct setting {
	int code;
	unsigned recipes;
	int needs; /* another option, or 0 */
	enum type type;
	size_t at;
	double min, max;
} settings[] = {
	{OPT_FEATURES, ALL, 0, ANY(features, 1)},
	{OPT_INFORMATIVE, ONE, 0, ANY(informative, 0)},
	{OPT_REDUNDANT, ONE_CLASSES, 0, ANY(redundant, 0)},
	{OPT_REPEATED, ONE_CLASSES, 0, ANY(repeated, 0)},
	{OPT_CLASSES, CLASSES, 0, ANY(classes, 2)},
	{OPT_CLUSTERS, ONE_CLASSES, 0, ANY(clusters, 1)},
	{OPT_WEIGHTS, ONE_CLASSES, 0, TEXT, 0, 0, 0},
	{OPT_FLIP, ONE_CLASSES, 0, FIELD(NUMBER, flip, -DBL_MAX, 1)},
	{OPT_CLASS_SEP, ONE_CLASSES, 0,
	    FIELD(NUMBER, class_sep, -DBL_MAX, DBL_MAX)},
	{OPT_SHIFT, ONE_CLASSES, 0, TEXT, 0, 0, 0},
	{OPT_SCALE, ONE_CLASSES, 0, TEXT, 0, 0, 0},
	{OPT_TARGETS, ONE_NUMBERS, 0, ANY(targets, 1)},
	{OPT_NOISE, NUMBERS | FAMILY, 0, FIELD(NUMBER, noise, 0, DBL_MAX)},
	{OPT_BIAS, NUMBERS, 0, FIELD(NUMBER, bias, -DBL_MAX, DBL_MAX)},
	{OPT_TASKS, ALL, 0, ANY(tasks, 1)},
	{OPT_RELATEDNESS, FAMILY, OPT_TASKS, SHARE(relatedness)},
	{OPT_OUTLIERS, FAMILY, OPT_TASKS, ANY(outliers, 0)},
	{OPT_SIZES, FAMILY, OPT_TASKS, TEXT, 0, 0, 0},
	{OPT_SHARED, FAMILY, OPT_MODALITIES, FIELD(COUNT, shared, 0, 10000)},
	{OPT_MODALITY_NOISE, FAMILY, OPT_MODALITIES, TEXT, 0, 0, 0},
	{OPT_MISSING_MODALITY, FAMILY, OPT_MODALITIES, SHARE(missing_modality)},
	{OPT_MISSING_LABEL, ALL, 0, SHARE(missing_label)},
};

enum { SETTINGS = sizeof settings / sizeof settings[0] };

struct options {
	struct gen_opts gen;
	uint64_t given; /* bits */
	struct gen_modality *modality; /* [gen.modalities] */
	char *names;                   /* theirs, cut from it */
	double *weight;
	const char *modalities, *modality_noise, *weights, *truth;
};

static uint64_t
bit(int code)
{
	return UINT64_C(1) << (code == 'n' ? 63 : code - CLI_OWN);
}

static bool
given(const struct options *o, int code)
{
	return (o->given & bit(code)) != 0;
}

/* Its name with dashes, for messages. */
static const char *
dashed(char buf[static 32], int code)
{
	const struct cli_option *option = option_table;

	while (option->code != code)
		option++;
	snprintf(buf, 32, "--%s", option->name);
	return buf;
}

/* --- lists --------------------------------------------------------------- */

static void *
checked(const struct cli *cli, void *memory)
{
	struct mtl_err err;

	if (memory == NULL)
		cli_die(cli, err_nomem(&err), &err);
	return memory;
}

static char *
copy(const struct cli *cli, const char *text)
{
	return checked(cli, mem_text(text, strlen(text)));
}

/* Items between commas, for strtok_r to cut: none may be empty. */
static size_t
count_items(const struct cli *cli, const char *option, const char *text)
{
	char shown[STR_SHOWN];
	size_t n = 0;

	for (const char *at = text; n == 0 || at[-1] == ','; n++) {
		size_t len = strcspn(at, ",");

		if (len == 0)
			cli_usage(cli, "%s: '%s' has an empty item", option,
			    str_show(shown, str_of(text)));
		at += len + (at[len] == ',');
	}
	return n;
}

static void
parse_weights(const struct cli *cli, struct options *o)
{
	size_t n = count_items(cli, "--weights", o->weights);
	char *list = copy(cli, o->weights), *rest = list;

	o->weight = checked(cli, mem_new(n, sizeof *o->weight));
	for (size_t k = 0; k < n; k++)
		o->weight[k] = cli_double(cli, "--weights",
		    strtok_r(k == 0 ? list : NULL, ",", &rest), 0, 1);
	o->gen.weight = o->weight;
	o->gen.weights = n;
	free(list);
}

/* --- modalities ---------------------------------------------------------- */

static struct gen_modality *
find_modality(const struct options *o, const char *name)
{
	for (size_t m = 0; m < o->gen.modalities; m++)
		if (str_is(o->modality[m].name, name))
			return &o->modality[m];
	return NULL;
}

/* Columns are named NAME:x1: it must be read back as a modality's. */
static void
check_name(const struct cli *cli, const struct options *o, const char *name)
{
	static const char *const taken[] = {"y", "yhat", "p", "z", "c"};
	char shown[STR_SHOWN];

	str_show(shown, str_of(name));
	if (*name == '\0' || strpbrk(name, "+.") != NULL)
		cli_usage(cli, "--modalities: '%s' cannot name a modality",
		    shown);
	for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++)
		if (strcmp(taken[i], name) == 0)
			cli_usage(cli, "--modalities: columns '%s:...' are "
			    "no features", shown);
	if (find_modality(o, name) != NULL)
		cli_usage(cli, "--modalities: '%s' is given twice", shown);
}

/* "image:64" */
static void
add_modality(const struct cli *cli, struct options *o, char *item)
{
	struct gen_modality *m = &o->modality[o->gen.modalities];
	char shown[STR_SHOWN], *colon = strchr(item, ':');

	if (colon == NULL)
		cli_usage(cli, "--modalities: '%s' has no number of features "
		    "(NAME:D)", str_show(shown, str_of(item)));
	*colon = '\0';
	check_name(cli, o, item);
	m->name = str_of(item);
	m->d = cli_size(cli, "--modalities", colon + 1, 1, INT32_MAX);
	m->noise = 1;
	o->gen.features += m->d;
	o->gen.modalities++;
}

static void
parse_modalities(const struct cli *cli, struct options *o)
{
	size_t n = count_items(cli, "--modalities", o->modalities);
	char *rest;

	o->names = copy(cli, o->modalities);
	o->modality = checked(cli, mem_new(n, sizeof *o->modality));
	o->gen.modality = o->modality;
	o->gen.features = 0;
	rest = o->names;
	for (size_t i = 0; i < n; i++)
		add_modality(cli, o,
		    strtok_r(i == 0 ? o->names : NULL, ",", &rest));
}

/* "image=2" */
static void
set_noise(const struct cli *cli, struct options *o, char *item)
{
	char shown[STR_SHOWN], *equals = strchr(item, '=');
	struct gen_modality *m;

	if (equals == NULL)
		cli_usage(cli, "--modality-noise: '%s' is not NAME=X",
		    str_show(shown, str_of(item)));
	*equals = '\0';
	m = find_modality(o, item);
	if (m == NULL)
		cli_usage(cli, "--modality-noise: no modality '%s'",
		    str_show(shown, str_of(item)));
	m->noise = cli_double(cli, "--modality-noise", equals + 1, 0, DBL_MAX);
}

static void
parse_modality_noise(const struct cli *cli, struct options *o)
{
	size_t n = count_items(cli, "--modality-noise", o->modality_noise);
	char *list = copy(cli, o->modality_noise), *rest = list;

	for (size_t i = 0; i < n; i++)
		set_noise(cli, o, strtok_r(i == 0 ? list : NULL, ",", &rest));
	free(list);
}

/* --- other values -------------------------------------------------------- */

/* A number, or 'random', which leaves it as it is. */
static bool
parse_random(const struct cli *cli, const char *option, const char *text,
    double *x)
{
	char shown[STR_SHOWN];

	if (strcmp(text, "random") == 0)
		return true;
	if (num_read(x, text, strlen(text)) != NUM_OK)
		cli_usage(cli, "%s: '%s' is neither a number nor 'random'",
		    option, str_show(shown, str_of(text)));
	return false;
}

static void
parse_structure(const struct cli *cli, struct options *o, const char *text)
{
	static const char *const words[] = {"independent", "same", "lowrank",
	    "cluster", "sparse", "chain", "modality", NULL};
	char *word = copy(cli, text);
	char *colon = strchr(word, ':');
	enum gen_structure s;

	if (colon != NULL)
		*colon = '\0';
	s = (enum gen_structure)(GEN_INDEPENDENT +
	    cli_choice(cli, "--structure", word, words));
	if (s != GEN_LOWRANK && s != GEN_CLUSTER && s != GEN_SPARSE) {
		if (colon != NULL)
			cli_usage(cli, "--structure: %s takes no number",
			    word);
	} else {
		if (colon == NULL)
			cli_usage(cli, "--structure: %s needs a number: %s:2",
			    word, word);
		o->gen.structure_size = cli_size(cli, "--structure",
		    colon + 1, 1, SIZE_MAX);
	}
	o->gen.structure = s;
	free(word);
}

static void
parse_sizes(const struct cli *cli, struct options *o, const char *text)
{
	char shown[STR_SHOWN];
	char *min = copy(cli, text);
	char *max = strchr(min, ':');

	if (max == NULL)
		cli_usage(cli, "--sizes: '%s' is not MIN:MAX",
		    str_show(shown, str_of(text)));
	*max++ = '\0';
	o->gen.min_rows = cli_size(cli, "--sizes", min, 1, SIZE_MAX);
	o->gen.max_rows = cli_size(cli, "--sizes", max, 1, SIZE_MAX);
	if (o->gen.min_rows > o->gen.max_rows)
		cli_usage(cli, "--sizes: %zu is more than %zu",
		    o->gen.min_rows, o->gen.max_rows);
	free(min);
}

/* --- what goes together -------------------------------------------------- */

static unsigned
recipe(const struct gen_opts *g, bool other_kind)
{
	bool numbers = (g->kind == GEN_REGRESSION) != other_kind;

	if (g->family)
		return numbers ? FAMILY_NUMBERS : FAMILY_CLASSES;
	return numbers ? ONE_NUMBERS : ONE_CLASSES;
}

static void
check_recipe(const struct cli *cli, const struct options *o, bool several,
    const struct setting *s)
{
	const struct gen_opts *g = &o->gen;
	char name[32];

	if (!given(o, s->code))
		return;
	dashed(name, s->code);
	if (s->needs == OPT_TASKS && !several)
		cli_usage(cli, "%s needs --tasks", name);
	if (s->needs == OPT_MODALITIES && g->modalities == 0)
		cli_usage(cli, "%s needs --modalities", name);
	if (s->recipes & recipe(g, false))
		return;
	if (s->recipes & recipe(g, true))
		cli_usage(cli, "%s needs --kind %s", name,
		    g->kind == GEN_REGRESSION ? "classification"
					      : "regression");
	cli_usage(cli, "%s does not go with %s", name,
	    given(o, OPT_STRUCTURE) ? "--structure"
		: several ? "--tasks" : "--modalities");
}

static void
exclude(const struct cli *cli, const struct options *o, int a, int b)
{
	char first[32], second[32];

	if (given(o, a) && given(o, b))
		cli_usage(cli, "%s and %s exclude each other",
		    dashed(first, a), dashed(second, b));
}

static void
check_family(const struct cli *cli, const struct options *o)
{
	const struct gen_opts *g = &o->gen;

	exclude(cli, o, 'n', OPT_SIZES);
	if (g->structure == GEN_MODALITY && g->modalities == 0)
		cli_usage(cli, "--structure modality needs --modalities");
	if (given(o, OPT_RELATEDNESS) &&
	    (g->structure == GEN_INDEPENDENT || g->structure == GEN_SAME))
		cli_usage(cli, "--relatedness does not go with --structure "
		    "%s", g->structure == GEN_SAME ? "same" : "independent");
	if (given(o, OPT_MISSING_MODALITY) && g->modalities < 2)
		cli_usage(cli, "--missing-modality needs two modalities");
}

static void
check_truth(const struct cli *cli, const struct options *o)
{
	const char *output = cli->output != NULL ? cli->output : "-";
	const struct gen_opts *g = &o->gen;

	if (o->truth == NULL)
		return;
	if (strcmp(o->truth, output) == 0)
		cli_usage(cli, "--truth: the rows go to %s",
		    strcmp(output, "-") == 0 ? "standard output" : output);
	for (size_t m = 0; m < g->modalities; m++)
		if (g->structure == GEN_RELATED && g->modality[m].noise == 0)
			cli_usage(cli, "--truth: without noise in '%s' the "
			    "coefficients are not unique",
			    g->modality[m].name.s);
}

/* --- the command line ---------------------------------------------------- */

static void
set_field(const struct cli *cli, struct options *o, int code,
    const char *value)
{
	const struct setting *s = settings;
	char name[32];
	void *field;

	while (s->code != code)
		s++;
	field = (char *)&o->gen + s->at;
	dashed(name, code);
	if (s->type == COUNT)
		*(size_t *)field = cli_size(cli, name, value, (size_t)s->min,
		    (size_t)s->max);
	else
		*(double *)field = cli_double(cli, name, value, s->min,
		    s->max);
}

static void
parse(struct cli *cli, struct options *o)
{
	static const char *const kinds[] = {"classification", "regression",
	    NULL};
	struct gen_opts *g = &o->gen;
	const char *value;
	int code;

	while ((code = cli_next(cli, &value)) != -1) {
		o->given |= bit(code);
		switch (code) {
		case 'n': g->min_rows = g->max_rows =
			    cli_size(cli, "--rows", value, 1, SIZE_MAX);
			break;
		case OPT_KIND: g->kind = (enum gen_kind)
			    cli_choice(cli, "--kind", value, kinds);
			break;
		case OPT_WEIGHTS: o->weights = value; break;
		case OPT_SHIFT: g->random_shift =
			    parse_random(cli, "--shift", value, &g->shift);
			break;
		case OPT_SCALE: g->random_scale =
			    parse_random(cli, "--scale", value, &g->scale);
			break;
		case OPT_STRUCTURE: parse_structure(cli, o, value); break;
		case OPT_SIZES: parse_sizes(cli, o, value); break;
		case OPT_MODALITIES: o->modalities = value; break;
		case OPT_MODALITY_NOISE: o->modality_noise = value; break;
		case OPT_TRUTH: o->truth = cli_file(cli, "--truth", value);
			break;
		default: set_field(cli, o, code, value);
		}
	}
}

/* Defaults that depend on other options. */
static void
set_defaults(struct options *o, bool several)
{
	struct gen_opts *g = &o->gen;
	bool numbers;

	g->family = several || g->modalities > 0;
	if (!given(o, OPT_KIND))
		g->kind = several ? GEN_REGRESSION : GEN_CLASSIFICATION;
	numbers = g->kind == GEN_REGRESSION;
	if (!given(o, OPT_FEATURES) && g->modalities == 0)
		g->features = numbers && !g->family ? 100 : 20;
	if (!given(o, OPT_INFORMATIVE))
		g->informative = numbers ? 10 : 2;
	if (!given(o, OPT_NOISE))
		g->noise = g->family ? 0.5 : 0;
	if (!given(o, OPT_RELATEDNESS))
		g->relatedness = g->structure == GEN_SAME ||
		    g->structure == GEN_LOWRANK ? 1 : 0.9;
}

static void
read_options(struct cli *cli, struct options *o)
{
	char shown[STR_SHOWN];
	bool several;

	parse(cli, o);
	if (cli->rows.files > 0)
		cli_usage(cli, "'%s': there is no input",
		    str_show(shown, str_of(cli->rows.file[0])));
	several = o->gen.tasks > 1 || given(o, OPT_STRUCTURE);
	exclude(cli, o, OPT_FEATURES, OPT_MODALITIES);
	if (o->modalities != NULL)
		parse_modalities(cli, o);
	if (o->modality_noise != NULL && o->gen.modalities > 0)
		parse_modality_noise(cli, o);
	if (o->weights != NULL)
		parse_weights(cli, o);
	set_defaults(o, several);
	for (size_t i = 0; i < SETTINGS; i++)
		check_recipe(cli, o, several, &settings[i]);
	check_family(cli, o);
	check_truth(cli, o);
}

/* --- rows ---------------------------------------------------------------- */

static void
write_header(struct csvout *out, const struct gen *g)
{
	char name[32] = "y";

	csvout_text(out, "id");
	if (g->T > 1)
		csvout_text(out, "task");
	for (size_t j = 0; j < g->d; j++)
		csvout_str(out, g->feature.name[j]);
	for (size_t r = 0; r < g->R; r++) {
		if (g->R > 1)
			snprintf(name, sizeof name, "y:t%zu", r + 1);
		csvout_text(out, name);
	}
	csvout_end(out);
}

static void
write_row(struct csvout *out, const struct gen *g, const struct gen_row *row)
{
	char task[32];

	csvout_size(out, g->next);
	if (g->T > 1) {
		snprintf(task, sizeof task, "t%zu", row->task + 1);
		csvout_text(out, task);
	}
	for (size_t j = 0; j < g->d; j++)
		csvout_num(out, row->x[j]);
	for (size_t r = 0; r < g->R; r++)
		csvout_num(out, row->y[r]);
	csvout_end(out);
}

/* Labelled rows are counted in the truth, if there is one. */
static void
write_rows(struct cli *cli, struct gen *g, FILE *fp, struct model *truth)
{
	struct csvout out;
	struct gen_row row;
	struct mtl_err err;
	bool end = false;

	csvout_init(&out, fp, cli->rows.delimiter);
	write_header(&out, g);
	while (!ferror(fp)) {
		cli_check(cli, gen_next(g, &row, &end, &err), &err);
		if (end)
			break;
		write_row(&out, g, &row);
		progress_set(&cli->progress, g->next);
		for (size_t r = 0; truth->T > 0 && r < g->R; r++)
			if (row.y[r] == row.y[r]) { /* no NaN */
				size_t t = g->R > 1 ? r : row.task;

				truth->task[t].weight = ++truth->task[t].rows;
			}
	}
}

/* The rows, and the truth beside them unless path is NULL. */
static void
write_all(struct cli *cli, struct gen *g, const char *path,
    struct model *truth)
{
	struct outfile out = {0}, file = {0};
	struct mtl_err err;

	if (path != NULL)
		cli_check(cli, outfile_open(&file, path, &err), &err);
	cli_output(cli, &out);
	progress_stage(&cli->progress, "writing rows");
	write_rows(cli, g, out.fp, truth);
	if (path != NULL)
		cli_check(cli, model_write(file.fp, truth, &err), &err);
	if (path != NULL)
		cli_finish_two(cli, &out, &file);
	else
		cli_finish(cli, &out);
}

int
main(int argc, char **argv)
{
	struct cli cli;
	struct options o = {.gen = {.min_rows = 100, .max_rows = 100,
	    .redundant = 2, .classes = 2, .clusters = 2, .flip = 0.01,
	    .class_sep = 1, .scale = 1, .targets = 1, .tasks = 1,
	    .shared = 5}};
	struct gen gen = {0};
	struct model truth = {0};
	struct mtl_err err;

	cli_start(&cli, argc, argv, "mtl-gen",
	    "[-n N] [--tasks T] [--modalities NAME:D,...] [options]",
	    "Make a table of rows with known structure.", option_table);
	read_options(&cli, &o);
	progress_stage(&cli.progress, "drawing rows");
	cli_check(&cli, gen_init(&gen, &o.gen, cli.seed, &err), &err);
	if (o.truth != NULL)
		cli_check(&cli, model_from_gen(&truth, &gen, &err), &err);
	write_all(&cli, &gen, o.truth, &truth);
	cli_verbose(&cli, "wrote %zu rows in %.3f seconds", gen.next,
	    cli_seconds(&cli));
	model_clear(&truth);
	gen_clear(&gen);
	free(o.modality);
	free(o.names);
	free(o.weight);
	return 0;
}
