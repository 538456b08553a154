#include "base/outfile.h"

#include <errno.h>
#include <fcntl.h>
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
enum { SLOTS = 8 };
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

/* The file a path leads to: links followed, or the path if it is new. */
static char *
follow(const char *path)
{
	char *real = realpath(path, NULL);

	if (real != NULL)
		return real;
	return errno == ENOENT ? mem_text(path, strlen(path)) : NULL;
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

static enum mtl_status
open_aside(struct outfile *out, struct mtl_err *err)
{
	size_t len = strlen(out->path);
	int fd = -1;

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
	if (fd < 0 || fchmod(fd, mode_of(out->path)) != 0 ||
	    (out->fp = fdopen(fd, "w")) == NULL) {
		enum mtl_status st = err_io(err, out->name);

		if (fd >= 0) {
			close(fd);
			unlink(out->temp);
		}
		return st;
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

	if (fflush(out->fp) != 0 && !failed) {
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
	else if (out->temp != NULL) {
		free_slot(out->temp);
		free(out->temp);
		out->temp = NULL;
	}
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
		free_slot(out->temp);
	}
	free(out->temp);
	free(out->path);
	free(out->name);
	*out = (struct outfile){0};
}
