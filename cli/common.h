/*
 * What every tool shares: options, messages, exit statuses, output.
 *
 * A tool declares one table of options, made of CLI_COMMON, the groups it
 * takes (CLI_ROLES, CLI_SEED) and its own, and calls cli_start. cli_next then
 * returns the tool's own options one by one, having dealt with the shared
 * ones. --help is made from the table, so no option goes undocumented.
 */
#ifndef MTL_CLI_COMMON_H
#define MTL_CLI_COMMON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/notes.h"
#include "base/outfile.h"
#include "base/progress.h"
#include "table/columns.h"
#include "table/rows.h"

#define MTL_VERSION "0.1"

struct cli_option {
	const char *name; /* long name, without dashes; NULL ends the table */
	int code;         /* the letter, or 256 and up for none */
	const char *arg;  /* what --help calls its value; NULL: takes none */
	const char *help;
};

/* Codes of the shared options; a tool's own start at CLI_OWN. */
enum {
	CLI_PROGRESS = 256,
	CLI_ID,
	CLI_TASK,
	CLI_TARGET,
	CLI_IGNORE,
	CLI_WEIGHT,
	CLI_WHERE,
	CLI_NA,
	CLI_OWN = 512,
};

#define CLI_COMMON                                                           \
	{"output", 'o', "FILE", "write to FILE instead of standard output"}, \
	{"delimiter", 'd', "C", "cells are separated by C, or 'tab' (,)"},   \
	{"no-header", 'H', NULL, "the input has no header: x1, x2, ..."},    \
	{"threads", 'j', "N", "use N threads (OMP_NUM_THREADS, or all)"},    \
	{"quiet", 'q', NULL, "print no notes"},                              \
	{"verbose", 'v', NULL, "say what is done and how long it took"},     \
	{"progress", CLI_PROGRESS, "[WHEN]", "auto, always or never (auto)"}, \
	{"help", 'h', NULL, "print this and exit"},                          \
	{"version", 'V', NULL, "print the version and exit"}

#define CLI_ROLES                                                            \
	{"id", CLI_ID, "COL", "the sample identifier (id)"},                 \
	{"task", CLI_TASK, "COL", "the task (task)"},                        \
	{"target", CLI_TARGET, "COL,...", "the targets (y, y:NAME)"},        \
	{"ignore", CLI_IGNORE, "GLOB,...", "columns that are no features"},  \
	{"weight", CLI_WEIGHT, "COL", "the rows' weights"},                  \
	{"where", CLI_WHERE, "COL=VALUE", "keep these rows; also COL!=VALUE"}, \
	{"na", CLI_NA, "TEXT,...", "cells that mean missing, besides empty"}

#define CLI_SEED {"seed", 's', "N", "seed of the random numbers (0)"}

struct cli {
	const char *prog;     /* "mtl-train" */
	const char *synopsis; /* "[options] [FILE ...]" */
	const char *summary;  /* one sentence for --help */
	const struct cli_option *option;
	int argc;
	char **argv;
	/* what the shared options said */
	const char *output; /* NULL: standard output */
	bool quiet, verbose;
	size_t threads;     /* at least 1 */
	uint32_t seed;
	struct rows_opts rows; /* file operands, -d, -H, --where */
	struct columns_opts columns;
	struct progress progress; /* shown on a terminal after a second */
	struct cli_state *state;
};

/*
 * Prepares descriptors 0 to 2, signals and the option parser; the tables must
 * stay. Delimiter ',', seed 0, threads from OMP_NUM_THREADS or the processors.
 */
void cli_start(struct cli *cli, int argc, char **argv, const char *prog,
    const char *synopsis, const char *summary,
    const struct cli_option *option);

/*
 * The code of the next option of the tool's own, its value in *value, or -1
 * at the end, when the operands are in cli->rows.file. --help and --version
 * exit 0, a wrong option exits 2.
 */
int cli_next(struct cli *cli, const char **value);

/* Values of options; out of range or malformed: a message and status 2. */
double cli_double(const struct cli *cli, const char *option, const char *text,
    double min, double max);
size_t cli_size(const struct cli *cli, const char *option, const char *text,
    size_t min, size_t max);
/* Index of text in the NULL-ended list of words. */
size_t cli_choice(const struct cli *cli, const char *option, const char *text,
    const char *const *words);

/* The name of a file, which may not be empty. */
const char *cli_file(const struct cli *cli, const char *option,
    const char *text);

/* "mtl-train: MESSAGE", the Try line, exit 2. */
_Noreturn void cli_usage(const struct cli *cli, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* "mtl-train: err->msg", temporaries removed, exit 1 (2 for MTL_USAGE). */
_Noreturn void cli_die(const struct cli *cli, enum mtl_status status,
    const struct mtl_err *err);

/* cli_die unless status is MTL_OK. */
void cli_check(const struct cli *cli, enum mtl_status status,
    const struct mtl_err *err);

/* Prints notes (unless quiet) and warnings, and clears them. */
void cli_say(const struct cli *cli, struct notes *notes);

/* "mtl-train: ..." on stderr, with --verbose only. */
void cli_verbose(const struct cli *cli, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Seconds since cli_start, for --verbose. */
double cli_seconds(const struct cli *cli);

/* Opens -o or standard output; dies if it cannot. */
void cli_output(const struct cli *cli, struct outfile *out);

/* Hands all bytes to the system; dies if it does not take them. */
void cli_flush(const struct cli *cli, struct outfile *out);

/* Commits; dies if the system did not take every byte. Returns 0. */
int cli_finish(const struct cli *cli, struct outfile *out);

/*
 * The same with a second file beside the output. Both are complete before
 * either takes its place, and the file is in its place before the reader of
 * standard output sees the end: the last program of a pipe may open it.
 */
int cli_finish_two(const struct cli *cli, struct outfile *out,
    struct outfile *beside);

#endif
