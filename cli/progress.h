/*
 * What a run shows of itself while it works, and what signals do to it.
 *
 * On a terminal, after a second, one line on standard error says the stage
 * and its count, and takes itself away before every message and at the end.
 * PROGRESS_ALWAYS without a terminal writes a plain line every ten seconds.
 * SIGUSR1 writes a status line at any time. SIGINT, SIGTERM, SIGHUP and
 * SIGPIPE remove the temporaries of unfinished output files and then end the
 * process as they would have; one that was ignored at the start stays so.
 * SIGXFSZ is ignored, so that a file-size limit is a write error with a
 * message.
 */
#ifndef MTL_CLI_PROGRESS_H
#define MTL_CLI_PROGRESS_H

#include "base/progress.h"

enum progress_when { PROGRESS_AUTO, PROGRESS_ALWAYS, PROGRESS_NEVER };

/* Installs the handlers; both arguments must stay. Once a process. */
void progress_signals(const char *prog, const struct progress *what);

/* Starts the timer behind the line. */
void progress_start(enum progress_when when);

/* Takes the line away; between the two no handler writes one. */
void progress_pause(void);
void progress_resume(void);

/* Takes the line away for good. */
void progress_stop(void);

#endif
