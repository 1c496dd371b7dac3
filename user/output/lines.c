// SPDX-License-Identifier: GPL-2.0-only
#include "lines.h"

#include "base/stop.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#define FLUSH_AT ((size_t)64 << 10)

static bool begins(const char *path, const char *with)
{
	return !strncmp(path, with, strlen(with));
}

/*
 * A program that runs as root must not be led elsewhere by a symbolic link in a
 * public directory; those that the system itself provides are meant to be followed.
 */
static int open_file(const char *path)
{
	bool own_fd = begins(path, "/dev/fd/") || begins(path, "/dev/std");
	int flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | (own_fd ? 0 : O_NOFOLLOW);
	int fd;

	fd = open(path, flags, 0640); /* of a FIFO without a reader: a signal ends it */
	return fd < 0 ? -errno : fd;
}

static size_t line_end(const u8 *data, size_t len, u64 *count)
{
	const u8 *newline = memchr(data, '\n', len);

	*count = 1;
	return newline ? (size_t)(newline + 1 - data) : 0;
}

int iotx_lines_open(struct iotx_lines *l, struct iotx_sink *s, const char *path)
{
	*l = (struct iotx_lines){ .fd = STDOUT_FILENO, .record = line_end };
	if (path && !*path)
		return -EINVAL;
	s->to_stdout = !path || !strcmp(path, "-") || !strcmp(path, "/dev/stdout");
	if (s->to_stdout) {
		s->reader_fd = l->fd;
		return fcntl(l->fd, F_GETFD) < 0 ? -errno : 0;
	}
	l->fd = open_file(path);
	return l->fd < 0 ? l->fd : 0;
}

/* How long an orderly end waits for a reader that has stopped reading: once. */
#define STOP_WAIT_MS 1000

static bool reader_stuck;

/*
 * One write. Once the end has been asked for it must not block: a pipe that is
 * writable takes PIPE_BUF bytes at once.
 */
static ssize_t write_some(int fd, const u8 *data, size_t len)
{
	struct pollfd writable = { .fd = fd, .events = POLLOUT };

	if (!iotx_stop)
		return write(fd, data, len);
	if (poll(&writable, 1, reader_stuck ? 0 : STOP_WAIT_MS) <= 0) {
		reader_stuck = true;
		errno = ETIMEDOUT;
		return -1;
	}
	return write(fd, data, len < PIPE_BUF ? len : PIPE_BUF);
}

/* Writes all, or as much as it can before an error; *done says how much. */
static int write_all(int fd, const u8 *data, size_t len, size_t *done)
{
	struct pollfd writable = { .fd = fd, .events = POLLOUT };
	ssize_t n;

	*done = 0;
	while (*done < len) {
		n = write_some(fd, data + *done, len - *done);
		if (n > 0)
			*done += (size_t)n;
		else if (!n)
			return -EIO;
		else if (errno == EAGAIN) /* somebody made the pipe non-blocking */
			poll(&writable, 1, -1);
		else if (errno != EINTR)
			return -errno;
	}
	return 0;
}

/* Takes back the last bytes of a file; never what another program wrote behind them. */
static bool cut_back(int fd, size_t bytes)
{
	off_t end = lseek(fd, 0, SEEK_CUR);
	struct stat st;

	if (end < (off_t)bytes || fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_size != end)
		return false;
	end -= (off_t)bytes;
	return !ftruncate(fd, end) && lseek(fd, end, SEEK_SET) == end;
}

/* What the records from `from` on count for that end before `to`; *last: where they do. */
static u64 count_records(const struct iotx_lines *l, size_t from, size_t to, size_t *last)
{
	u64 n = 0, count;
	size_t len = 1;

	*last = from;
	while (*last < to && len) {
		len = l->record(l->buf.data + *last, to - *last, &count);
		*last += len;
		n += len ? count : 0;
	}
	return n;
}

/* Keeps the bytes from `done` to `end`, which complete a record; forgets the rest. */
static void keep(struct iotx_lines *l, size_t done, size_t end)
{
	l->debt = end - done;
	iotx_buf_consume(&l->buf, done);
	l->buf.len = l->debt;
}

/* The system took the bytes of the last record in part, from `last` to `done`. */
static void settle_torn(struct iotx_lines *l, size_t last, size_t done)
{
	size_t end = done;

	l->owed = 0;
	if (last < done && !cut_back(l->fd, done - last))
		end = last + l->record(l->buf.data + last, l->buf.len - last, &l->owed);
	keep(l, done, end);
}

static void settle_failed(struct iotx_lines *l, struct iotx_sink *s, size_t done)
{
	size_t last;
	u64 whole = 0;

	if (done < l->debt) { /* torn before, and still */
		keep(l, done, l->debt);
	} else {
		whole = count_records(l, l->debt, done, &last);
		s->written += whole + l->owed;
		s->dropped -= l->owed; /* the torn one was counted there; now it is whole */
		settle_torn(l, last, done);
	}
	s->dropped += l->pending - whole;
	l->pending = 0;
}

int iotx_lines_flush(struct iotx_lines *l, struct iotx_sink *s)
{
	size_t done;
	int err = write_all(l->fd, l->buf.data, l->buf.len, &done);

	if (err) {
		settle_failed(l, s, done);
		return err;
	}
	s->written += l->pending + l->owed;
	s->dropped -= l->owed;
	l->pending = 0;
	l->owed = 0;
	l->debt = 0;
	l->buf.len = 0;
	return 0;
}

int iotx_lines_commit(struct iotx_lines *l, struct iotx_sink *s, size_t mark, int err)
{
	if (err) {
		l->buf.len = mark;
		s->dropped++;
		return err;
	}
	l->pending++;
	return l->buf.len > FLUSH_AT ? iotx_lines_flush(l, s) : 0;
}

void iotx_lines_close(struct iotx_lines *l)
{
	if (l->fd != STDOUT_FILENO)
		close(l->fd);
	iotx_buf_free(&l->buf);
}
