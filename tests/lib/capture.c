// SPDX-License-Identifier: GPL-2.0-only
#include "capture.h"

#include "input/file.h"
#include "redirect.h"
#include "temp.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

const char *iotx_temp_file(const void *bytes, size_t len)
{
	static char path[IOTX_TEMP_PATH_MAX];
	int fd;

	iotx_temp_template(path, "iotxdp-test");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), len);
	close(fd);
	return path;
}

void iotx_hear(struct iotx_hearing *h)
{
	assert_int_equal(pipe2(h->pipe, O_NONBLOCK), 0);
	h->saved = iotx_redirect(STDERR_FILENO, h->pipe[1]);
}

void iotx_heard(struct iotx_hearing *h, char *said, size_t size)
{
	ssize_t n;

	iotx_restore(STDERR_FILENO, h->saved);
	n = read(h->pipe[0], said, size - 1);
	said[n > 0 ? n : 0] = '\0';
	close(h->pipe[0]);
	close(h->pipe[1]);
}

static void look_at(struct iotx_outcome *o, const struct iotx_frame *frame)
{
	for (u32 i = 0; i < frame->cap_len; i++)
		o->sum += frame->data[i];
	assert_true(frame->number > o->last_number);
	o->last_number = frame->number;
	o->frames++;
	o->captured += frame->cap_len;
	o->on_wire += frame->wire_len;
	if (o->frames == 1 || frame->ts_ns < o->earliest_ns)
		o->earliest_ns = frame->ts_ns;
	if (frame->ts_ns > o->latest_ns)
		o->latest_ns = frame->ts_ns;
}

static void read_all(struct iotx_outcome *o, struct iotx_file *file)
{
	struct iotx_frame frame;

	while ((o->status = iotx_file_next(file, &frame)) > 0) {
		int passes = iotx_file_passes(file, &frame);

		look_at(o, &frame);
		if (passes < 0) {
			o->status = passes;
			break;
		}
		o->passed += (u64)passes;
	}
	iotx_file_close(file);
}

void iotx_read_path(struct iotx_outcome *o, const char *path, const char *filter)
{
	struct iotx_hearing hearing;
	struct iotx_file *file;

	memset(o, 0, sizeof(*o));
	iotx_hear(&hearing);
	o->status = iotx_file_open(&file, path, filter);
	if (!o->status)
		read_all(o, file);
	iotx_heard(&hearing, o->said, sizeof(o->said));
}

void iotx_read_bytes(struct iotx_outcome *o, const void *bytes, size_t len)
{
	const char *path = iotx_temp_file(bytes, len);

	iotx_read_path(o, path, NULL);
	unlink(path);
}
