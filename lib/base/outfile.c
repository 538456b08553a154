#include "base/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

/*
 * Names of the temporaries that exist now, for the signal handler: the one
 * mutable global of the library. A slot is taken before its file is made and
 * freed after it is gone.
 */
enum { SLOTS = 8, MOST_LINKS = 40 };
static char *volatile temporary[SLOTS];

static bool
take_slot(char *name)
{
	for (size_t i = 0; i < SLOTS; i++)
		if (temporary[i] == NULL) {
			temporary[i] = name;
			return true;
		}
	return false;
}

static void
free_slot(const char *name)
{
	for (size_t i = 0; i < SLOTS; i++)
		if (temporary[i] == name)
			temporary[i] = NULL;
}

void
outfile_remove_all(void)
{
	for (size_t i = 0; i < SLOTS; i++)
		if (temporary[i] != NULL)
			unlink(temporary[i]);
}

/* What a link at `path` says, seen from path's own directory. */
static char *
beside(const char *path, const char *link)
{
	const char *slash = strrchr(path, '/');
	size_t dir = slash != NULL && *link != '/'
	    ? (size_t)(slash - path) + 1 : 0;
	char *joined = mem_resize(NULL, dir + strlen(link) + 1, 1);

	if (joined != NULL) {
		memcpy(joined, path, dir);
		strcpy(joined + dir, link);
	}
	return joined;
}

/*
 * The file a path leads to, links followed; it need not exist yet, though a
 * link to it may. NULL with errno.
 */
static char *
follow(const char *path)
{
	char *at = realpath(path, NULL), link[PATH_MAX];

	if (at != NULL || errno != ENOENT)
		return at;
	at = mem_text(path, strlen(path));
	for (int links = 0; at != NULL && links < MOST_LINKS; links++) {
		ssize_t n = readlink(at, link, sizeof link - 1);
		char *next;

		if (n < 0)
			return at;
		link[n] = '\0';
		next = beside(at, link);
		free(at);
		at = next;
	}
	errno = at != NULL ? ELOOP : ENOMEM;
	free(at);
	return NULL;
}

/* The mode of the older file, or what the umask leaves of 0666. */
static mode_t
mode_of(const char *path)
{
	struct stat sb;
	mode_t mask;

	if (stat(path, &sb) == 0)
		return sb.st_mode & 07777;
	mask = umask(0);
	umask(mask);
	return 0666 & ~mask;
}

/* Forgets the temporary, which is gone or renamed. */
static void
drop_temp(struct outfile *out)
{
	free_slot(out->temp);
	free(out->temp);
	out->temp = NULL;
}

static enum mtl_status
open_aside(struct outfile *out, struct mtl_err *err)
{
	size_t len = strlen(out->path);
	int fd;

	out->temp = mem_resize(NULL, len + sizeof ".tmp-XXXXXX", 1);
	if (out->temp == NULL)
		return err_nomem(err);
	memcpy(out->temp, out->path, len);
	memcpy(out->temp + len, ".tmp-XXXXXX", sizeof ".tmp-XXXXXX");
	if (!take_slot(out->temp)) {
		free(out->temp);
		out->temp = NULL;
		return err_set(err, MTL_IO, "%s: too many open outputs",
		    out->name);
	}
	fd = mkstemp(out->temp);
	if (fd < 0) {
		err_io(err, out->name);
		drop_temp(out);
		return MTL_IO;
	}
	if (fchmod(fd, mode_of(out->path)) != 0 ||
	    (out->fp = fdopen(fd, "w")) == NULL) {
		err_io(err, out->name);
		close(fd);
		return MTL_IO;
	}
	return MTL_OK;
}

enum mtl_status
outfile_open(struct outfile *out, const char *path, struct mtl_err *err)
{
	bool standard = path == NULL || strcmp(path, "-") == 0;
	struct stat sb;
	enum mtl_status st = MTL_OK;

	*out = (struct outfile){0};
	if (standard)
		path = "standard output";
	out->name = mem_text(path, strlen(path));
	if (out->name == NULL)
		return err_nomem(err);
	if (standard) {
		out->fp = stdout;
		return MTL_OK;
	}
	if (stat(path, &sb) == 0 && !S_ISREG(sb.st_mode)) {
		out->fp = fopen(path, "w");
		if (out->fp == NULL)
			st = err_io(err, out->name);
	} else if ((out->path = follow(path)) == NULL)
		st = err_io(err, out->name);
	else
		st = open_aside(out, err);
	if (st != MTL_OK)
		outfile_discard(out);
	return st;
}

/* Flush, sync where there is a file of ours, close; errno on failure. */
static bool
close_checked(struct outfile *out)
{
	bool failed = ferror(out->fp) != 0;
	int code = failed ? EIO : 0;

	/* After an earlier failure the flush says why: it tries again. */
	if (fflush(out->fp) != 0) {
		failed = true;
		code = errno;
	}
	if (!failed && out->temp != NULL && fsync(fileno(out->fp)) != 0) {
		failed = true;
		code = errno;
	}
	if (fclose(out->fp) != 0 && !failed) {
		failed = true;
		code = errno;
	}
	out->fp = NULL;
	errno = code;
	return !failed;
}

enum mtl_status
outfile_commit(struct outfile *out, struct mtl_err *err)
{
	enum mtl_status st = MTL_OK;

	errno = 0;
	if (!close_checked(out) ||
	    (out->temp != NULL && rename(out->temp, out->path) != 0))
		st = err_io(err, out->name);
	else if (out->temp != NULL)
		drop_temp(out);
	outfile_discard(out);
	return st;
}

void
outfile_discard(struct outfile *out)
{
	if (out->fp != NULL && out->fp != stdout)
		fclose(out->fp);
	if (out->temp != NULL) {
		unlink(out->temp);
		drop_temp(out);
	}
	free(out->path);
	free(out->name);
	*out = (struct outfile){0};
}
