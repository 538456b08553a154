/* Makes tables with known structure: one task, several, several modalities. */
#include <float.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "common.h"
#include "data/gen.h"
#include "model/model_csv.h"
#include "table/csvout.h"

enum {
	OPT_ROWS = CLI_OWN, /* -n */
	OPT_KIND,
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

/* The recipes an option belongs to. */
enum {
	ONE_CLASSES = 1,
	ONE_NUMBERS = 2,
	FAMILY_CLASSES = 4,
	FAMILY_NUMBERS = 8,
	ONE = ONE_CLASSES | ONE_NUMBERS,
	CLASSES = ONE_CLASSES | FAMILY_CLASSES,
	NUMBERS = ONE_NUMBERS | FAMILY_NUMBERS,
	FAMILY = FAMILY_CLASSES | FAMILY_NUMBERS,
};

static const struct rule {
	int code;
	const char *option;
	unsigned recipes;
	int needs; /* another option, or 0 */
} rules[] = {
	{OPT_INFORMATIVE, "--informative", ONE, 0},
	{OPT_REDUNDANT, "--redundant", ONE_CLASSES, 0},
	{OPT_REPEATED, "--repeated", ONE_CLASSES, 0},
	{OPT_CLASSES, "--classes", CLASSES, 0},
	{OPT_CLUSTERS, "--clusters", ONE_CLASSES, 0},
	{OPT_WEIGHTS, "--weights", ONE_CLASSES, 0},
	{OPT_FLIP, "--flip", ONE_CLASSES, 0},
	{OPT_CLASS_SEP, "--class-sep", ONE_CLASSES, 0},
	{OPT_SHIFT, "--shift", ONE_CLASSES, 0},
	{OPT_SCALE, "--scale", ONE_CLASSES, 0},
	{OPT_TARGETS, "--targets", ONE_NUMBERS, 0},
	{OPT_NOISE, "--noise", NUMBERS | FAMILY, 0},
	{OPT_BIAS, "--bias", NUMBERS, 0},
	{OPT_RELATEDNESS, "--relatedness", FAMILY, OPT_TASKS},
	{OPT_OUTLIERS, "--outliers", FAMILY, OPT_TASKS},
	{OPT_SIZES, "--sizes", FAMILY, OPT_TASKS},
	{OPT_SHARED, "--shared", FAMILY, OPT_MODALITIES},
	{OPT_MODALITY_NOISE, "--modality-noise", FAMILY, OPT_MODALITIES},
	{OPT_MISSING_MODALITY, "--missing-modality", FAMILY, OPT_MODALITIES},
};

struct options {
	struct gen_opts gen;
	uint64_t given; /* bit code - CLI_OWN */
	struct gen_modality *modality; /* [gen.modalities], names too */
	double *weight;
	const char *modalities, *modality_noise, *weights, *truth;
};

static bool
given(const struct options *o, int code)
{
	return o->given >> (code - CLI_OWN) & 1;
}

/* --- lists --------------------------------------------------------------- */

struct list {
	char *text;
	char **item; /* [n] NUL-terminated, in text */
	size_t n;
};

static void *
checked(const struct cli *cli, void *memory)
{
	struct mtl_err err;

	if (memory == NULL)
		cli_die(cli, err_nomem(&err), &err);
	return memory;
}

/* Cuts at commas. No item may be empty. */
static void
list_cut(struct list *list, const struct cli *cli, const char *option,
    const char *text)
{
	char shown[STR_SHOWN], *at;
	size_t room = 1;

	for (const char *s = text; *s != '\0'; s++)
		room += *s == ',';
	*list = (struct list){
	    .text = checked(cli, mem_text(text, strlen(text)))};
	list->item = checked(cli, mem_new(room, sizeof *list->item));
	at = list->text;
	while (list->n < room) {
		size_t len = strcspn(at, ",");

		if (len == 0)
			cli_usage(cli, "%s: '%s' has an empty item", option,
			    str_show(shown, str_of(text)));
		list->item[list->n++] = at;
		at[len] = '\0';
		at += len + 1;
	}
}

static void
list_free(struct list *list)
{
	free(list->text);
	free(list->item);
}

static void
parse_weights(const struct cli *cli, struct options *o)
{
	struct list list;

	list_cut(&list, cli, "--weights", o->weights);
	o->weight = checked(cli, mem_new(list.n, sizeof *o->weight));
	for (size_t k = 0; k < list.n; k++)
		o->weight[k] = cli_double(cli, "--weights", list.item[k], 0,
		    1);
	o->gen.weight = o->weight;
	o->gen.weights = list.n;
	list_free(&list);
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

/* Adds the features of "image:64" to those of the others. */
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
	m->name = (struct str){checked(cli, mem_text(item, strlen(item))),
	    strlen(item)};
	m->d = cli_size(cli, "--modalities", colon + 1, 1, INT32_MAX);
	m->noise = 1;
	o->gen.modalities++;
	if (__builtin_add_overflow(o->gen.features, m->d, &o->gen.features))
		cli_usage(cli, "--modalities: too many features");
}

static void
parse_modalities(const struct cli *cli, struct options *o)
{
	struct list list;

	list_cut(&list, cli, "--modalities", o->modalities);
	o->modality = checked(cli, mem_new(list.n, sizeof *o->modality));
	o->gen.modality = o->modality;
	o->gen.features = 0;
	for (size_t i = 0; i < list.n; i++)
		add_modality(cli, o, list.item[i]);
	list_free(&list);
}

static void
parse_modality_noise(const struct cli *cli, struct options *o)
{
	struct list list;

	list_cut(&list, cli, "--modality-noise", o->modality_noise);
	for (size_t i = 0; i < list.n; i++) {
		char shown[STR_SHOWN], *equals = strchr(list.item[i], '=');
		struct gen_modality *m;

		str_show(shown, str_of(list.item[i]));
		if (equals == NULL)
			cli_usage(cli, "--modality-noise: '%s' is not "
			    "NAME=X", shown);
		*equals = '\0';
		m = find_modality(o, list.item[i]);
		if (m == NULL)
			cli_usage(cli, "--modality-noise: no modality '%s'",
			    str_show(shown, str_of(list.item[i])));
		m->noise = cli_double(cli, "--modality-noise", equals + 1, 0,
		    DBL_MAX);
	}
	list_free(&list);
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
	char *word = checked(cli, mem_text(text, strlen(text)));
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
	char *min = checked(cli, mem_text(text, strlen(text)));
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
check_rule(const struct cli *cli, const struct options *o, bool several,
    const struct rule *rule)
{
	const struct gen_opts *g = &o->gen;

	if (!given(o, rule->code))
		return;
	if (rule->needs == OPT_TASKS && !several)
		cli_usage(cli, "%s needs --tasks", rule->option);
	if (rule->needs == OPT_MODALITIES && g->modalities == 0)
		cli_usage(cli, "%s needs --modalities", rule->option);
	if (rule->recipes & recipe(g, false))
		return;
	if (rule->recipes & recipe(g, true))
		cli_usage(cli, "%s needs --kind %s", rule->option,
		    g->kind == GEN_REGRESSION ? "classification"
					      : "regression");
	cli_usage(cli, "%s does not go with %s", rule->option,
	    given(o, OPT_STRUCTURE) ? "--structure"
		: several ? "--tasks" : "--modalities");
}

static void
exclude(const struct cli *cli, const struct options *o, int a,
    const char *a_name, int b, const char *b_name)
{
	if (given(o, a) && given(o, b))
		cli_usage(cli, "%s and %s exclude each other", a_name, b_name);
}

static void
check_family(const struct cli *cli, const struct options *o)
{
	const struct gen_opts *g = &o->gen;

	exclude(cli, o, OPT_ROWS, "--rows", OPT_SIZES, "--sizes");
	exclude(cli, o, OPT_FEATURES, "--features", OPT_MODALITIES,
	    "--modalities");
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
	if (*o->truth == '\0')
		cli_usage(cli, "--truth: the file's name is empty");
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
parse_numbers(const struct cli *cli, struct options *o, int code,
    const char *value)
{
	const size_t most = INT32_MAX;
	struct gen_opts *g = &o->gen;

	switch (code) {
	case OPT_FEATURES:
		g->features = cli_size(cli, "--features", value, 1, most);
		break;
	case OPT_INFORMATIVE:
		g->informative = cli_size(cli, "--informative", value, 0,
		    most);
		break;
	case OPT_REDUNDANT:
		g->redundant = cli_size(cli, "--redundant", value, 0, most);
		break;
	case OPT_REPEATED:
		g->repeated = cli_size(cli, "--repeated", value, 0, most);
		break;
	case OPT_CLASSES:
		g->classes = cli_size(cli, "--classes", value, 2, most);
		break;
	case OPT_CLUSTERS:
		g->clusters = cli_size(cli, "--clusters", value, 1, most);
		break;
	case OPT_TARGETS:
		g->targets = cli_size(cli, "--targets", value, 1, most);
		break;
	case OPT_TASKS:
		g->tasks = cli_size(cli, "--tasks", value, 1, most);
		break;
	case OPT_OUTLIERS:
		g->outliers = cli_size(cli, "--outliers", value, 0, most);
		break;
	case OPT_SHARED:
		g->shared = cli_size(cli, "--shared", value, 0, 10000);
		break;
	case OPT_FLIP:
		g->flip = cli_double(cli, "--flip", value, -DBL_MAX, 1);
		break;
	case OPT_CLASS_SEP:
		g->class_sep = cli_double(cli, "--class-sep", value, -DBL_MAX,
		    DBL_MAX);
		break;
	case OPT_NOISE:
		g->noise = cli_double(cli, "--noise", value, 0, DBL_MAX);
		break;
	case OPT_BIAS:
		g->bias = cli_double(cli, "--bias", value, -DBL_MAX, DBL_MAX);
		break;
	case OPT_RELATEDNESS:
		g->relatedness = cli_double(cli, "--relatedness", value, 0, 1);
		break;
	case OPT_MISSING_MODALITY:
		g->missing_modality = cli_double(cli, "--missing-modality",
		    value, 0, 1);
		break;
	case OPT_MISSING_LABEL:
		g->missing_label = cli_double(cli, "--missing-label", value,
		    0, 1);
		break;
	}
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
		o->given |= UINT64_C(1) <<
		    (code == 'n' ? 0 : code - CLI_OWN);
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
		case OPT_TRUTH: o->truth = value; break;
		default: parse_numbers(cli, o, code, value);
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
	exclude(cli, o, OPT_FEATURES, "--features", OPT_MODALITIES,
	    "--modalities");
	if (o->modalities != NULL)
		parse_modalities(cli, o);
	if (o->modality_noise != NULL && o->gen.modalities > 0)
		parse_modality_noise(cli, o);
	if (o->weights != NULL)
		parse_weights(cli, o);
	set_defaults(o, several);
	for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
		check_rule(cli, o, several, &rules[i]);
	check_family(cli, o);
	check_truth(cli, o);
}

/* --- the truth as a model ------------------------------------------------ */

static bool
set_text(struct str *to, const char *text)
{
	*to = (struct str){mem_text(text, strlen(text)), strlen(text)};
	return to->s != NULL;
}

/* Task t of several is t1, t2, ...; of wide tables it is a target, too. */
static bool
name_task(struct model *m, size_t t)
{
	struct model_task *task = &m->task[t];
	char name[32] = "y";

	if (m->layout != LAYOUT_ONE)
		snprintf(name, sizeof name, "t%zu", t + 1);
	return set_text(&task->name, name) &&
	    set_text(&task->target, m->layout == LAYOUT_WIDE ? name : "y") &&
	    set_text(&task->value, m->layout == LAYOUT_LONG ? name : "");
}

static bool
set_labels(struct model_block *block, const struct gen_opts *g)
{
	char label[32];

	block->loss = LOSS_SQUARED;
	block->cols = 1;
	if (g->kind == GEN_REGRESSION)
		return true;
	block->loss = g->classes > 2 ? LOSS_SOFTMAX : LOSS_LOGISTIC;
	block->cols = model_columns(block->loss, g->classes);
	for (size_t k = 0; k < g->classes; k++) {
		snprintf(label, sizeof label, "%zu", k);
		if (names_add(&block->label, str_of(label)) == SIZE_MAX)
			return false;
	}
	return true;
}

static enum mtl_status
make_truth(struct model *m, const struct gen *g, struct mtl_err *err)
{
	size_t T = g->R > 1 ? g->R : g->T;
	enum mtl_status st = model_init(m, T, T, err);
	bool ok = true;

	if (st != MTL_OK)
		return st;
	m->layout = g->R > 1 ? LAYOUT_WIDE : g->T > 1 ? LAYOUT_LONG
						      : LAYOUT_ONE;
	for (size_t t = 0; ok && t < T; t++) {
		m->task[t].block = t;
		ok = name_task(m, t) && set_labels(&m->block[t], g->o);
	}
	for (size_t j = 0; ok && j < g->d; j++)
		ok = names_add(&m->feature, g->feature.name[j]) != SIZE_MAX;
	if (!ok || !model_note(m, "method", "truth"))
		return err_nomem(err);
	st = model_alloc_weights(m, err);
	return st == MTL_OK ? gen_truth(g, m->W, m->b, err) : st;
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
		cli_check(&cli, make_truth(&truth, &gen, &err), &err);
	write_all(&cli, &gen, o.truth, &truth);
	cli_verbose(&cli, "wrote %zu rows in %.3f seconds", gen.next,
	    cli_seconds(&cli));
	model_clear(&truth);
	gen_clear(&gen);
	for (size_t m = 0; m < o.gen.modalities; m++)
		free((char *)(uintptr_t)o.modality[m].name.s);
	free(o.modality);
	free(o.weight);
	return 0;
}
