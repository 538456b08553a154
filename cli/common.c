#include "common.h"

#include <errno.h>
#include <fcntl.h>
#include <float.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/blas.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/threads.h"
#include "progress.h"

enum { MAX_THREADS = 1024, HELP_HEAD = 28, HELP_WIDTH = 79 };

/*
 * One for the process and as long as it, so that what it points to needs no
 * freeing on any of the ways out.
 */
struct cli_state {
	struct option *longopts;
	char *shortopts;
	const char **where;
	size_t where_cap;
	enum progress_when progress;
	struct timespec start;
};
static struct cli_state the_state;

/* --- messages ------------------------------------------------------------ */

/*
 * "mtl-train: KIND MESSAGE" in one line and one write, where the progress line
 * was. A file's name can hold anything: control bytes are escaped.
 */
static void
say(const struct cli *cli, const char *kind, const char *fmt, va_list ap)
{
	char text[1024], line[sizeof text * 4 + 64];
	size_t used;

	vsnprintf(text, sizeof text, fmt, ap);
	used = (size_t)snprintf(line, 64, "%s: %s", cli->prog, kind);
	for (const char *s = text; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;

		if (c < 0x20 || c == 0x7f)
			used += (size_t)sprintf(line + used, "\\x%02x", c);
		else
			line[used++] = *s;
	}
	line[used++] = '\n';
	progress_pause();
	fwrite(line, 1, used, stderr);
	progress_resume();
}

static void
say_text(const struct cli *cli, const char *kind, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(cli, kind, fmt, ap);
	va_end(ap);
}

static _Noreturn void
exit_usage(const struct cli *cli)
{
	progress_stop();
	outfile_remove_all();
	fprintf(stderr, "Try '%s --help'\n", cli->prog);
	exit(2);
}

void
cli_usage(const struct cli *cli, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(cli, "", fmt, ap);
	va_end(ap);
	exit_usage(cli);
}

void
cli_die(const struct cli *cli, enum mtl_status status,
    const struct mtl_err *err)
{
	if (status == MTL_USAGE)
		cli_usage(cli, "%s", err->msg);
	outfile_remove_all();
	say_text(cli, "", "%s", err->msg);
	progress_stop();
	exit(1);
}

void
cli_check(const struct cli *cli, enum mtl_status status,
    const struct mtl_err *err)
{
	if (status != MTL_OK)
		cli_die(cli, status, err);
}

void
cli_say(const struct cli *cli, struct notes *notes)
{
	bool lost = notes->lost;
	struct mtl_err err;

	for (size_t i = 0; i < notes->n; i++) {
		const struct note *note = &notes->note[i];

		if (note->kind == WARNING)
			say_text(cli, "warning: ", "%s", note->text);
		else if (!cli->quiet)
			say_text(cli, "note: ", "%s", note->text);
	}
	notes_clear(notes);
	if (lost)
		cli_die(cli, err_nomem(&err), &err);
}

void
cli_verbose(const struct cli *cli, const char *fmt, ...)
{
	va_list ap;

	if (!cli->verbose)
		return;
	va_start(ap, fmt);
	say(cli, "", fmt, ap);
	va_end(ap);
}

double
cli_seconds(const struct cli *cli)
{
	struct timespec now = cli->state->start;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return difftime(now.tv_sec, cli->state->start.tv_sec) +
	    1e-9 * (double)(now.tv_nsec - cli->state->start.tv_nsec);
}

/* --- output -------------------------------------------------------------- */

void
cli_output(const struct cli *cli, struct outfile *out)
{
	struct mtl_err err;

	cli_check(cli, outfile_open(out, cli->output, &err), &err);
	/* Rows on the same terminal are progress enough. */
	if (out->fp == stdout && isatty(STDOUT_FILENO))
		progress_stop();
}

int
cli_finish(const struct cli *cli, struct outfile *out)
{
	struct mtl_err err;

	cli_check(cli, outfile_commit(out, &err), &err);
	progress_stop();
	return 0;
}

void
cli_flush(const struct cli *cli, struct outfile *out)
{
	struct mtl_err err;

	if (fflush(out->fp) != 0)
		cli_die(cli, err_io(&err, out->name), &err);
	if (ferror(out->fp)) /* earlier, and nothing is left to try again */
		cli_check(cli, outfile_commit(out, &err), &err);
}

int
cli_finish_two(const struct cli *cli, struct outfile *out,
    struct outfile *beside)
{
	bool direct = out->temp == NULL; /* then the commit only closes it */
	struct mtl_err err;

	/* All that can fail before the file has its place, fails before. */
	cli_flush(cli, beside);
	cli_flush(cli, out);
	if (!direct)
		cli_check(cli, outfile_commit(out, &err), &err);
	cli_check(cli, outfile_commit(beside, &err), &err);
	if (direct)
		cli_check(cli, outfile_commit(out, &err), &err);
	progress_stop();
	return 0;
}

/* --- values of options --------------------------------------------------- */

/* "a number from 0 to 1", "a number of at least 0", "a number" */
static const char *
range(char buf[static 160], const char *what, bool lower, const char *min,
    bool upper, const char *max)
{
	if (lower && upper)
		snprintf(buf, 160, "%s from %s to %s", what, min, max);
	else if (lower || upper)
		snprintf(buf, 160, "%s of at %s %s", what,
		    lower ? "least" : "most", lower ? min : max);
	else
		snprintf(buf, 160, "%s", what);
	return buf;
}

double
cli_double(const struct cli *cli, const char *option, const char *text,
    double min, double max)
{
	char shown[STR_SHOWN], wanted[160];
	char low[NUM_MAX + 1] = "", high[NUM_MAX + 1] = "";
	bool lower = min >= -DBL_MAX && min != -DBL_MAX;
	bool upper = max <= DBL_MAX && max != DBL_MAX;
	double x;

	if (num_read(&x, text, strlen(text)) == NUM_OK && x >= min && x <= max)
		return x;
	if (lower)
		low[num_write(low, min)] = '\0';
	if (upper)
		high[num_write(high, max)] = '\0';
	cli_usage(cli, "%s: '%s' is not %s", option,
	    str_show(shown, str_of(text)),
	    range(wanted, "a number", lower, low, upper, high));
}

/* Decimal digits alone: no sign, no blank, no point. */
static bool
read_size(size_t *n, const char *text)
{
	*n = 0;
	if (*text == '\0')
		return false;
	for (; *text != '\0'; text++)
		if (*text < '0' || *text > '9' ||
		    __builtin_mul_overflow(*n, 10, n) ||
		    __builtin_add_overflow(*n, (size_t)(*text - '0'), n))
			return false;
	return true;
}

size_t
cli_size(const struct cli *cli, const char *option, const char *text,
    size_t min, size_t max)
{
	char shown[STR_SHOWN], wanted[160], low[24], high[24];
	size_t n;

	if (read_size(&n, text) && n >= min && n <= max)
		return n;
	snprintf(low, sizeof low, "%zu", min);
	snprintf(high, sizeof high, "%zu", max);
	cli_usage(cli, "%s: '%s' is not %s", option,
	    str_show(shown, str_of(text)),
	    range(wanted, "a whole number", true, low, max < SIZE_MAX, high));
}

size_t
cli_choice(const struct cli *cli, const char *option, const char *text,
    const char *const *words)
{
	char shown[STR_SHOWN], list[512] = "";
	size_t used = 0;

	for (size_t i = 0; words[i] != NULL; i++)
		if (strcmp(words[i], text) == 0)
			return i;
	for (size_t i = 0; words[i] != NULL && used < sizeof list; i++)
		used += (size_t)snprintf(list + used, sizeof list - used,
		    "%s%s", i > 0 ? ", " : "", words[i]);
	cli_usage(cli, "%s: '%s' is none of %s", option,
	    str_show(shown, str_of(text)), list);
}

const char *
cli_file(const struct cli *cli, const char *option, const char *text)
{
	if (*text == '\0')
		cli_usage(cli, "%s: the file's name is empty", option);
	return text;
}

static char
read_delimiter(const struct cli *cli, const char *text)
{
	char shown[STR_SHOWN];

	if (strcmp(text, "tab") == 0)
		return '\t';
	/* What cells, quotes, lines or numbers are made of cannot part them. */
	if (strlen(text) == 1 && (unsigned char)*text < 0x7f &&
	    strpbrk(text, "\"\r\n+-.0123456789"
		"abcdefghijklmnopqrstuvwxyz"
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ") == NULL)
		return *text;
	cli_usage(cli, "--delimiter: '%s' cannot separate cells (give one "
	    "character such as ; or 'tab')", str_show(shown, str_of(text)));
}

static enum progress_when
read_progress(const struct cli *cli, const char *text)
{
	static const char *const words[] = {"auto", "always", "never", NULL};

	if (text == NULL)
		return PROGRESS_ALWAYS;
	return (enum progress_when)cli_choice(cli, "--progress", text, words);
}

/* --- --help and --version ------------------------------------------------ */

/* "  -o, --output=FILE", "      --progress[=WHEN]"; returns its length. */
static size_t
help_head(char *buf, size_t size, const struct cli_option *o)
{
	bool optional = o->arg != NULL && *o->arg == '[';
	int n;

	if (o->code < 256)
		n = snprintf(buf, size, "  -%c, --%s", o->code, o->name);
	else
		n = snprintf(buf, size, "      --%s", o->name);
	if (o->arg != NULL)
		n += snprintf(buf + n, size - (size_t)n, "%s%s",
		    optional ? "[=" : "=", o->arg + optional);
	return (size_t)n;
}

/* Words wrapped into the right-hand column, from where the line stands. */
static void
help_words(FILE *fp, const char *s, size_t column)
{
	size_t at = column;

	while (*s != '\0') {
		size_t n = strcspn(s, " ");

		if (at > column && at + 1 + n > HELP_WIDTH) {
			fprintf(fp, "\n%*s", (int)column, "");
			at = column;
		} else if (at > column) {
			putc(' ', fp);
			at++;
		}
		fwrite(s, 1, n, fp);
		at += n;
		s += n + (s[n] == ' ');
	}
	putc('\n', fp);
}

static void
help_print(FILE *fp, const struct cli *cli)
{
	size_t column = 0, n;
	char head[128];

	for (const struct cli_option *o = cli->option; o->name != NULL; o++) {
		n = help_head(head, sizeof head, o);
		if (n <= HELP_HEAD && n > column)
			column = n;
	}
	column += 2;
	fprintf(fp, "Usage: %s %s\n%s\n\n", cli->prog, cli->synopsis,
	    cli->summary);
	for (const struct cli_option *o = cli->option; o->name != NULL; o++) {
		n = help_head(head, sizeof head, o);
		fputs(head, fp);
		if (n + 2 > column) {
			putc('\n', fp);
			n = 0;
		}
		fprintf(fp, "%*s", (int)(column - n), "");
		help_words(fp, o->help, column);
	}
	fprintf(fp, "\nThe manual: man %s; the whole suite: man mtl\n",
	    cli->prog);
}

/* Help and version are output like any other: checked. */
static _Noreturn void
print_and_exit(const struct cli *cli, bool help)
{
	struct outfile out;
	struct mtl_err err;

	cli_check(cli, outfile_open(&out, NULL, &err), &err);
	if (help)
		help_print(out.fp, cli);
	else
		fprintf(out.fp, "%s (mtl) %s\n", cli->prog, MTL_VERSION);
	exit(cli_finish(cli, &out));
}

/* --- options ------------------------------------------------------------- */

/*
 * No file of ours may land on a standard descriptor. One closed at the start
 * is opened the wrong way round, so that using it is still an error.
 */
static void
guard_descriptors(void)
{
	static const int way[] = {O_WRONLY, O_RDONLY, O_RDWR};

	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF &&
		    open("/dev/null", way[fd]) != fd)
			_Exit(1);
}

static size_t
default_threads(void)
{
	const char *wish = getenv("OMP_NUM_THREADS");
	size_t n;

	if (wish == NULL || !read_size(&n, wish) || n == 0)
		n = threads_available();
	return n < MAX_THREADS ? n : MAX_THREADS;
}

/* getopt_long's two tables from ours. */
static bool
build_tables(struct cli_state *state, const struct cli_option *option)
{
	size_t n = 0;
	char *letter;

	while (option[n].name != NULL)
		n++;
	state->longopts = mem_new(n + 1, sizeof *state->longopts);
	state->shortopts = mem_new(3 * n + 1, 1);
	if (state->longopts == NULL || state->shortopts == NULL)
		return false;
	letter = state->shortopts;
	for (size_t i = 0; i < n; i++) {
		const struct cli_option *o = &option[i];
		int has = o->arg == NULL ? no_argument
		    : *o->arg == '[' ? optional_argument : required_argument;

		state->longopts[i] = (struct option){o->name, has, NULL,
		    o->code};
		if (o->code >= 256)
			continue;
		*letter++ = (char)o->code;
		for (int colon = 0; colon < has; colon++)
			*letter++ = ':';
	}
	return true;
}

void
cli_start(struct cli *cli, int argc, char **argv, const char *prog,
    const char *synopsis, const char *summary,
    const struct cli_option *option)
{
	struct mtl_err err;

	guard_descriptors();
	*cli = (struct cli){.prog = prog, .synopsis = synopsis,
	    .summary = summary, .option = option, .argc = argc, .argv = argv,
	    .state = &the_state};
	clock_gettime(CLOCK_MONOTONIC, &the_state.start);
	progress_signals(prog, &cli->progress);
	blas_one_thread();
	if (argc > 0) /* what getopt_long puts in front of its messages */
		argv[0] = (char *)prog;
	cli->threads = default_threads();
	cli->rows.delimiter = ',';
	cli->rows.progress = &cli->progress;
	if (!build_tables(&the_state, option))
		cli_die(cli, err_nomem(&err), &err);
}

static void
add_where(struct cli *cli, const char *value)
{
	struct cli_state *state = cli->state;
	struct mtl_err err;

	if (!mem_grow((void *)&state->where, &state->where_cap,
		cli->rows.wheres + 1, sizeof *state->where))
		cli_die(cli, err_nomem(&err), &err);
	state->where[cli->rows.wheres++] = value;
	cli->rows.where = state->where;
}

/* True if the option is one that all tools share. */
static bool
shared(struct cli *cli, int code, const char *value)
{
	switch (code) {
	case 'o': cli->output = cli_file(cli, "--output", value); break;
	case 'd': cli->rows.delimiter = read_delimiter(cli, value); break;
	case 'H': cli->rows.no_header = true; break;
	case 'j':
		cli->threads = cli_size(cli, "--threads", value, 1,
		    MAX_THREADS);
		break;
	case 's':
		cli->seed = (uint32_t)cli_size(cli, "--seed", value, 0,
		    UINT32_MAX);
		break;
	case 'q': cli->quiet = true; break;
	case 'v': cli->verbose = true; break;
	case 'h': print_and_exit(cli, true);
	case 'V': print_and_exit(cli, false);
	case CLI_PROGRESS:
		cli->state->progress = read_progress(cli, value);
		break;
	case CLI_ID: cli->columns.id = value; break;
	case CLI_TASK: cli->columns.task = value; break;
	case CLI_TARGET: cli->columns.target = value; break;
	case CLI_IGNORE: cli->columns.ignore = value; break;
	case CLI_WEIGHT: cli->columns.weight = value; break;
	case CLI_NA: cli->columns.na = value; break;
	case CLI_WHERE: add_where(cli, value); break;
	default: return false;
	}
	return true;
}

/* Standard input ends once: read again, it would be an empty file. */
static void
check_operands(const struct cli *cli)
{
	bool standard = false;

	for (size_t i = 0; i < cli->rows.files; i++) {
		const char *file = cli->rows.file[i];
		bool dash = strcmp(file, "-") == 0;

		if (*file == '\0')
			cli_usage(cli, "operand %zu: the file's name is empty",
			    i + 1);
		if (dash && standard)
			cli_usage(cli, "standard input ('-') is named twice");
		standard = standard || dash;
	}
}

int
cli_next(struct cli *cli, const char **value)
{
	int code;

	while ((code = getopt_long(cli->argc, cli->argv, cli->state->shortopts,
		    cli->state->longopts, NULL)) != -1) {
		if (code == '?')
			exit_usage(cli);
		*value = optarg;
		if (!shared(cli, code, optarg))
			return code;
	}
	cli->rows.file = (const char *const *)(cli->argv + optind);
	cli->rows.files = cli->argc > optind ? (size_t)(cli->argc - optind) : 0;
	check_operands(cli);
	progress_start(cli->state->progress);
	return -1;
}
