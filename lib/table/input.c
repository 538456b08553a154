#include "table/input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/mem.h"

enum { BUFFER = 1 << 16 };

struct input {
	int fd;
	char *name;
	bool decided, gzip; /* the first bytes told which */
	bool end;           /* read(2) said so */
	bool between;       /* gzip: a member has ended, the next not begun */
	bool more;          /* gzip: the last inflate filled all it was given */
	z_stream z;
	size_t at, n;       /* bytes at .. n-1 of buf wait */
	unsigned char buf[BUFFER];
};

enum mtl_status
input_open(struct input **in, const char *path, struct mtl_err *err)
{
	bool standard = strcmp(path, "-") == 0;
	struct input *i = mem_new(1, sizeof *i);

	*in = NULL;
	if (i == NULL || (i->name = mem_text(path, strlen(path))) == NULL) {
		free(i);
		return err_nomem(err);
	}
	i->fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (i->fd < 0) {
		enum mtl_status st = err_io(err, path);

		free(i->name);
		free(i);
		return st;
	}
	*in = i;
	return MTL_OK;
}

/* More bytes behind those that wait; i->end at the end of the file. */
static enum mtl_status
refill(struct input *in, struct mtl_err *err)
{
	ssize_t got;

	if (in->at > 0) {
		memmove(in->buf, in->buf + in->at, in->n - in->at);
		in->n -= in->at;
		in->at = 0;
	}
	do
		got = read(in->fd, in->buf + in->n, sizeof in->buf - in->n);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return err_io(err, in->name);
	in->n += (size_t)got;
	in->end = got == 0;
	return MTL_OK;
}

/* Waits for a second byte only if the first is gzip's. */
static enum mtl_status
decide(struct input *in, struct mtl_err *err)
{
	enum mtl_status st = MTL_OK;

	while (st == MTL_OK && !in->end &&
	    (in->n == 0 || (in->n == 1 && in->buf[0] == 0x1f)))
		st = refill(in, err);
	in->decided = true;
	in->gzip = in->n >= 2 && in->buf[0] == 0x1f && in->buf[1] == 0x8b;
	if (st == MTL_OK && in->gzip && inflateInit2(&in->z, 15 + 16) != Z_OK) {
		in->gzip = false;
		st = err_nomem(err);
	}
	return st;
}

static enum mtl_status
bad_gzip(const struct input *in, struct mtl_err *err)
{
	return err_set(err, MTL_INPUT, "%s: damaged gzip data (%s)", in->name,
	    in->z.msg != NULL ? in->z.msg : "no gzip header");
}

/* At a member's end: the next one, the end, or rubbish. */
static enum mtl_status
next_member(struct input *in, bool *end, struct mtl_err *err)
{
	enum mtl_status st = MTL_OK;

	*end = false;
	if (in->at == in->n && !in->end)
		st = refill(in, err);
	if (st != MTL_OK)
		return st;
	if (in->at == in->n) {
		*end = in->end;
		return MTL_OK;
	}
	in->between = false;
	return inflateReset(&in->z) == Z_OK ? MTL_OK : bad_gzip(in, err);
}

/* One call of inflate into buf. */
static enum mtl_status
inflate_some(struct input *in, char *buf, size_t cap, size_t *got,
    struct mtl_err *err)
{
	int code;

	in->z.next_in = in->buf + in->at;
	in->z.avail_in = (uInt)(in->n - in->at);
	in->z.next_out = (unsigned char *)buf;
	in->z.avail_out = (uInt)cap;
	code = inflate(&in->z, Z_SYNC_FLUSH);
	in->at = in->n - in->z.avail_in;
	*got = cap - in->z.avail_out;
	in->more = in->z.avail_out == 0;
	if (code == Z_STREAM_END)
		in->between = true;
	else if (code == Z_MEM_ERROR)
		return err_nomem(err);
	else if (code != Z_OK && code != Z_BUF_ERROR)
		return bad_gzip(in, err);
	return MTL_OK;
}

static enum mtl_status
read_gzip(struct input *in, char *buf, size_t cap, size_t *got,
    struct mtl_err *err)
{
	enum mtl_status st = MTL_OK;

	if (cap > 1 << 30)
		cap = 1 << 30;
	for (*got = 0; st == MTL_OK && *got == 0;) {
		bool end = false;

		if (in->between) {
			st = next_member(in, &end, err);
			if (st != MTL_OK || end)
				return st;
			continue;
		}
		if (in->at == in->n && !in->more) {
			if (in->end)
				return err_set(err, MTL_INPUT,
				    "%s: the gzip data are cut short",
				    in->name);
			if ((st = refill(in, err)) != MTL_OK)
				return st;
			if (in->end)
				continue;
		}
		st = inflate_some(in, buf, cap, got, err);
	}
	return st;
}

enum mtl_status
input_read(struct input *in, char *buf, size_t cap, size_t *got,
    struct mtl_err *err)
{
	enum mtl_status st = MTL_OK;
	ssize_t n;

	*got = 0;
	if (!in->decided && (st = decide(in, err)) != MTL_OK)
		return st;
	if (in->gzip)
		return read_gzip(in, buf, cap, got, err);
	if (in->at < in->n) {
		*got = in->n - in->at < cap ? in->n - in->at : cap;
		memcpy(buf, in->buf + in->at, *got);
		in->at += *got;
		return MTL_OK;
	}
	if (in->end)
		return MTL_OK;
	do
		n = read(in->fd, buf, cap);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_io(err, in->name);
	*got = (size_t)n;
	in->end = n == 0;
	return MTL_OK;
}

int
input_pending(const struct input *in)
{
	return in->at < in->n || (in->gzip && in->more);
}

void
input_close(struct input *in)
{
	if (in == NULL)
		return;
	if (in->gzip)
		inflateEnd(&in->z);
	if (in->fd != STDIN_FILENO)
		close(in->fd);
	free(in->name);
	free(in);
}
