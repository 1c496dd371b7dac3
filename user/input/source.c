// SPDX-License-Identifier: GPL-2.0-only
#include "source.h"

#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#define PACKED_ROOM (128u << 10)
#define READ_MOST (1u << 30) /* fits every type that counts bytes on the way */
#define ANY_GZIP (15 + 16)   /* zlib: the largest window, gzip's header and nothing else */

struct gunzip {
	z_stream z;
	bool inside; /* a member has begun and not ended */
	u8 packed[PACKED_ROOM];
};

struct iotx_source {
	const char *name;
	int fd;
	u8 head[4]; /* seen before it is asked for */
	u32 head_len;
	struct gunzip *gunzip; /* NULL: the bytes are as they lie there */
	u64 taken, size; /* as the file lies there */
	u64 given;       /* unpacked */
	int err;
	const char *failure;
};

static ssize_t fail(struct iotx_source *s, int err, const char *why)
{
	s->err = err;
	s->failure = why;
	errno = err;
	return -1;
}

static ssize_t take(struct iotx_source *s, void *to, size_t n)
{
	ssize_t got = read(s->fd, to, n);

	if (got < 0)
		return fail(s, errno, strerror(errno));
	s->taken += (u64)got;
	return got;
}

/* As `take`, and 0 in the middle of a member is a failure. */
static ssize_t take_packed(struct iotx_source *s)
{
	struct gunzip *g = s->gunzip;
	ssize_t got = take(s, g->packed, sizeof(g->packed));

	if (!got && g->inside)
		return fail(s, EIO, "the gzip data end too early");
	g->z.next_in = g->packed;
	g->z.avail_in = got > 0 ? (u32)got : 0;
	return got;
}

static ssize_t inflate_some(struct iotx_source *s)
{
	struct gunzip *g = s->gunzip;
	int code;

	g->inside |= g->z.avail_in > 0;
	code = inflate(&g->z, Z_NO_FLUSH);
	if (code == Z_STREAM_END) { /* RFC 1952 2.2: another member may follow */
		g->inside = false;
		code = inflateReset(&g->z);
	}
	if (code == Z_OK || code == Z_BUF_ERROR)
		return 1;
	return fail(s, EIO, code == Z_MEM_ERROR ? "out of memory" : "the gzip data are corrupt");
}

static ssize_t read_packed(struct iotx_source *s, void *to, size_t n)
{
	z_stream *z = &s->gunzip->z;
	ssize_t got = 1;

	z->next_out = to;
	z->avail_out = (u32)n;
	while (got > 0 && z->avail_out == n) {
		got = inflate_some(s); /* it may hold back bytes without any new input */
		if (got > 0 && z->avail_out == n && !z->avail_in)
			got = take_packed(s);
	}
	return z->avail_out < n ? (ssize_t)(n - z->avail_out) : got;
}

static ssize_t give_head(struct iotx_source *s, void *to, size_t n)
{
	u32 ready = s->head_len - (u32)s->given;

	n = n < ready ? n : ready;
	memcpy(to, s->head + s->given, n);
	return (ssize_t)n;
}

ssize_t iotx_source_read(struct iotx_source *s, void *to, size_t n)
{
	ssize_t got;

	if (n > READ_MOST)
		n = READ_MOST;
	if (s->given < s->head_len)
		got = give_head(s, to, n);
	else if (s->failure)
		got = fail(s, s->err, s->failure);
	else
		got = s->gunzip ? read_packed(s, to, n) : take(s, to, n);
	s->given += got > 0 ? (u64)got : 0;
	return got;
}

/* A failure behind the first byte is left for him who reads on. */
static int fill_head(struct iotx_source *s)
{
	ssize_t got = 1;

	while (got > 0 && s->head_len < sizeof(s->head)) {
		void *to = s->head + s->head_len;
		size_t room = sizeof(s->head) - s->head_len;

		got = s->gunzip ? read_packed(s, to, room) : take(s, to, room);
		if (got > 0)
			s->head_len += (u32)got;
	}
	return got < 0 && (!s->head_len || s->err == EINTR) ? -s->err : 0;
}

/* The head is what tells, and it is packed itself. */
static int start_gunzip(struct iotx_source *s)
{
	struct gunzip *g = calloc(1, sizeof(*g));

	if (!g || inflateInit2(&g->z, ANY_GZIP) != Z_OK) {
		free(g);
		s->failure = "out of memory";
		return -ENOMEM;
	}
	memcpy(g->packed, s->head, s->head_len);
	g->z.next_in = g->packed;
	g->z.avail_in = s->head_len;
	s->head_len = 0;
	s->gunzip = g;
	return fill_head(s);
}

/* RFC 1952 2.3.1: the identification, and deflate, which is the only method there is. */
static bool is_gzip(const struct iotx_source *s)
{
	return s->head_len == sizeof(s->head) && !memcmp(s->head, "\x1f\x8b\x08", 3);
}

static int start(struct iotx_source *s, const char *path)
{
	struct stat st;
	int err;

	s->fd = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;
	if (s->fd < 0) {
		s->failure = strerror(errno);
		return -errno;
	}
	if (!fstat(s->fd, &st) && S_ISREG(st.st_mode))
		s->size = (u64)st.st_size;
	err = fill_head(s);
	if (!err && is_gzip(s))
		err = start_gunzip(s);
	return err;
}

int iotx_source_open(struct iotx_source **out, const char *path)
{
	struct iotx_source *s = calloc(1, sizeof(*s));
	int err;

	if (!s) {
		iotx_error("out of memory");
		return -ENOMEM;
	}
	s->name = strcmp(path, "-") ? path : "standard input";
	err = start(s, path);
	if (err) {
		if (err != -EINTR)
			iotx_error("%s: %s", s->name, s->failure);
		iotx_source_close(s);
		return err;
	}
	*out = s;
	return 0;
}

void iotx_source_close(struct iotx_source *s)
{
	if (s->gunzip)
		inflateEnd(&s->gunzip->z);
	free(s->gunzip);
	if (s->fd > STDERR_FILENO)
		close(s->fd);
	free(s);
}

const char *iotx_source_name(const struct iotx_source *s)
{
	return s->name;
}

u32 iotx_source_peek(const struct iotx_source *s, u8 head[4])
{
	memcpy(head, s->head, sizeof(s->head));
	return s->head_len;
}

const char *iotx_source_failure(const struct iotx_source *s)
{
	return s->failure;
}

u64 iotx_source_given(const struct iotx_source *s)
{
	return s->given;
}

u64 iotx_source_taken(const struct iotx_source *s)
{
	return s->taken;
}

u64 iotx_source_size(const struct iotx_source *s)
{
	return s->size;
}
