#include "progress.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "base/outfile.h"

enum { WIDTH = 79, PLAIN_SECONDS = 10 };

/*
 * A signal handler gets no argument, so what it shows has to be static: set
 * once, before the handlers are installed, but for the two flags.
 */
static struct {
	const char *prog;
	const struct progress *what;
	struct timespec start;
	bool terminal;
	volatile sig_atomic_t paused;
	volatile sig_atomic_t shown; /* bytes of the line on the terminal */
} show;

/* --- a line of text by async-signal-safe means only ---------------------- */

struct line {
	char text[WIDTH + 1];
	size_t len;
};

static void
put_text(struct line *line, const char *s)
{
	while (*s != '\0' && line->len < WIDTH)
		line->text[line->len++] = *s++;
}

static void
put_number(struct line *line, size_t n)
{
	char digits[24];
	size_t at = sizeof digits - 1;

	digits[at] = '\0';
	do
		digits[--at] = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	put_text(line, digits + at);
}

/* "mtl-train: reading rows 1200, 3 s" */
static void
put_status(struct line *line, const char *label)
{
	const char *stage = show.what->stage;
	size_t done = show.what->done;
	struct timespec now = show.start;

	clock_gettime(CLOCK_MONOTONIC, &now);
	put_text(line, show.prog);
	put_text(line, label);
	put_text(line, stage != NULL ? stage : "starting");
	if (done > 0) {
		put_text(line, " ");
		put_number(line, done);
	}
	put_text(line, ", ");
	put_number(line, (size_t)(now.tv_sec - show.start.tv_sec -
	    (now.tv_nsec < show.start.tv_nsec)));
	put_text(line, " s");
}

/* To standard error; if it is gone there is nobody left to tell. */
static void
emit(const char *s, size_t len)
{
	while (len > 0) {
		ssize_t n = write(STDERR_FILENO, s, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		s += n;
		len -= (size_t)n;
	}
}

/* Blanks over the line, in one write. */
static void
wipe(void)
{
	char blank[WIDTH + 2];
	size_t n = (size_t)show.shown;

	if (n == 0)
		return;
	memset(blank, ' ', sizeof blank);
	blank[0] = blank[n + 1] = '\r';
	emit(blank, n + 2);
	show.shown = 0;
}

/* --- handlers ------------------------------------------------------------ */

static void
on_tick(int sig)
{
	struct line line = {.len = 0};
	int saved = errno;
	size_t len;

	(void)sig;
	/* A job in the background leaves the terminal alone. */
	if (show.paused ||
	    (show.terminal && tcgetpgrp(STDERR_FILENO) != getpgrp()))
		goto out;
	put_status(&line, ": ");
	len = line.len;
	if (show.terminal) {
		/* What a longer line before this one would leave. */
		while (line.len < (size_t)show.shown)
			line.text[line.len++] = ' ';
		emit("\r", 1);
		emit(line.text, line.len);
		show.shown = (sig_atomic_t)len;
	} else {
		line.text[len] = '\n';
		emit(line.text, len + 1);
	}
out:
	errno = saved;
}

static void
on_usr1(int sig)
{
	struct line line = {.len = 0};
	int saved = errno;

	(void)sig;
	wipe();
	put_status(&line, ": status: ");
	line.text[line.len] = '\n';
	emit(line.text, line.len + 1);
	errno = saved;
}

static void
on_end(int sig)
{
	outfile_remove_all();
	wipe();
	signal(sig, SIG_DFL);
	raise(sig); /* delivered when this handler returns */
}

static void
install(int sig, void (*handler)(int))
{
	struct sigaction new = {.sa_handler = handler, .sa_flags = SA_RESTART};

	sigfillset(&new.sa_mask);
	sigaction(sig, &new, NULL);
}

static bool
ignored(int sig)
{
	struct sigaction old;

	return sigaction(sig, NULL, &old) == 0 && old.sa_handler == SIG_IGN;
}

void
progress_signals(const char *prog, const struct progress *what)
{
	static const int end[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};

	show.prog = prog;
	show.what = what;
	clock_gettime(CLOCK_MONOTONIC, &show.start);
	for (size_t i = 0; i < sizeof end / sizeof end[0]; i++)
		if (!ignored(end[i]))
			install(end[i], on_end);
	install(SIGUSR1, on_usr1);
	signal(SIGXFSZ, SIG_IGN);
}

/* --- the timer ----------------------------------------------------------- */

void
progress_start(enum progress_when when)
{
	struct itimerval every = {{0, 500000}, {1, 0}};

	show.terminal = isatty(STDERR_FILENO) != 0;
	if (when == PROGRESS_NEVER || (when == PROGRESS_AUTO && !show.terminal))
		return;
	if (!show.terminal)
		every = (struct itimerval){{PLAIN_SECONDS, 0},
		    {PLAIN_SECONDS, 0}};
	install(SIGALRM, on_tick);
	setitimer(ITIMER_REAL, &every, NULL);
}

void
progress_pause(void)
{
	show.paused = 1;
	wipe();
}

void
progress_resume(void)
{
	show.paused = 0;
}

void
progress_stop(void)
{
	struct itimerval never = {{0, 0}, {0, 0}};

	progress_pause();
	setitimer(ITIMER_REAL, &never, NULL);
}
