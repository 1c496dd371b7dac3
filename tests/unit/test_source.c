// SPDX-License-Identifier: GPL-2.0-only
/* Bytes from files, pipes and gzip; whole, cut and harmed. */
#include "capture.h"
#include "input/source.h"
#include "redirect.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

#define TEXT_LEN 300000 /* more than any buffer on the way */

static u8 text[TEXT_LEN], packed[2 * TEXT_LEN];

/* Neither all the same nor all different, so that gzip has something to do. */
static void make_text(void)
{
	u32 state = 1;

	for (u32 i = 0; i < TEXT_LEN; i++) {
		state = state * 1664525 + 1013904223;
		text[i] = "MQTTCoAP"[state >> 29];
	}
}

static u32 pack(const u8 *from, u32 len, u8 *to)
{
	z_stream z = { .next_in = (u8 *)from, .avail_in = len, .next_out = to, .avail_out = sizeof(text) };

	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	deflateEnd(&z);
	return (u32)z.total_out;
}

/* How many bytes of `text` come, and whether it ended well. */
struct result {
	int open_err;
	size_t got;
	int err;
	char said[256];
};

static void read_text(struct iotx_source *s, struct result *r)
{
	static u8 buf[70001];
	ssize_t n;

	while ((n = iotx_source_read(s, buf, sizeof(buf))) > 0) {
		assert_true(r->got + (size_t)n <= TEXT_LEN);
		assert_memory_equal(buf, text + r->got, (size_t)n);
		r->got += (size_t)n;
	}
	r->err = n ? errno : 0;
	assert_int_equal(iotx_source_failure(s) != NULL, r->err != 0);
	if (r->err) /* and it stays so */
		assert_int_equal(iotx_source_read(s, buf, sizeof(buf)), -1);
}

static void read_from(const char *path, struct result *r)
{
	struct iotx_hearing hearing;
	struct iotx_source *s;

	memset(r, 0, sizeof(*r));
	iotx_hear(&hearing);
	r->open_err = iotx_source_open(&s, path);
	iotx_heard(&hearing, r->said, sizeof(r->said));
	if (r->open_err)
		return;
	read_text(s, r);
	iotx_source_close(s);
}

static void read_bytes(const void *bytes, size_t len, struct result *r)
{
	const char *path = iotx_temp_file(bytes, len);

	read_from(path, r);
	unlink(path);
}

static void reads_plain_bytes(void **state)
{
	static const u32 lens[] = { 0, 1, 3, 4, 5, 70001, TEXT_LEN };
	struct result r;

	(void)state;
	for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		read_bytes(text, lens[i], &r);
		assert_int_equal(r.open_err, 0);
		assert_int_equal(r.err, 0);
		assert_int_equal(r.got, lens[i]);
	}
}

/* One member, and two: gzip files may be put together. */
static void unpacks_gzip(void **state)
{
	static const u32 splits[] = { 0, 1, 4, 150000, TEXT_LEN };
	struct result r;
	u32 len = pack(text, TEXT_LEN, packed);

	(void)state;
	read_bytes(packed, len, &r);
	assert_int_equal(r.err, 0);
	assert_int_equal(r.got, TEXT_LEN);
	for (size_t i = 0; i < sizeof(splits) / sizeof(splits[0]); i++) {
		len = pack(text, splits[i], packed);
		len += pack(text + splits[i], TEXT_LEN - splits[i], packed + len);
		read_bytes(packed, len, &r);
		assert_int_equal(r.err, 0);
		assert_int_equal(r.got, TEXT_LEN);
	}
}

/* What was unpacked before the cut comes, and then the failure. */
static void tells_where_gzip_is_cut(void **state)
{
	u32 whole = pack(text, 2000, packed);
	size_t before = 0;
	struct result r;

	(void)state;
	for (u32 len = 4; len < whole; len++) {
		read_bytes(packed, len, &r);
		assert_true(r.open_err == -EIO || (r.err == EIO && r.got >= before));
		if (r.open_err)
			assert_non_null(strstr(r.said, "the gzip data end too early"));
		before = r.got;
	}
	assert_int_equal(before, 2000);
}

static void tells_that_gzip_is_harmed(void **state)
{
	u32 whole = pack(text, TEXT_LEN, packed);
	struct result r;

	(void)state;
	packed[whole - 5] ^= 1; /* the checksum */
	read_bytes(packed, whole, &r);
	assert_int_equal(r.err, EIO);
	assert_int_equal(r.got, TEXT_LEN);
	packed[whole - 5] ^= 1;
	memcpy(packed + whole, "garbage", 7);
	read_bytes(packed, whole + 7, &r);
	assert_int_equal(r.err, EIO);
	assert_int_equal(r.got, TEXT_LEN);
	packed[3] = 0xff; /* flags that are reserved */
	read_bytes(packed, whole, &r);
	assert_int_equal(r.open_err, -EIO);
	assert_non_null(strstr(r.said, "the gzip data are corrupt"));
}

/* A few bytes at a time, by a process that takes its time. */
static void feed(int fd, const u8 *bytes, u32 len)
{
	for (u32 at = 0; at < len; at += 997) {
		u32 n = len - at < 997 ? len - at : 997;

		if (write(fd, bytes + at, n) != (ssize_t)n)
			_exit(1);
	}
	_exit(0);
}

static void reads_standard_input(void **state)
{
	u32 len = pack(text, TEXT_LEN, packed);

	(void)state;
	for (u32 i = 0; i < 2; i++) {
		int fds[2], saved, status;
		struct result r;
		pid_t pid;

		assert_int_equal(pipe(fds), 0);
		pid = fork();
		if (!pid)
			feed(fds[1], i ? packed : text, i ? len : TEXT_LEN);
		close(fds[1]);
		saved = iotx_redirect(STDIN_FILENO, fds[0]);
		close(fds[0]);
		read_from("-", &r);
		iotx_restore(STDIN_FILENO, saved);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_int_equal(status, 0);
		assert_int_equal(r.err, 0);
		assert_int_equal(r.got, TEXT_LEN);
	}
}

static void counts_what_lies_there(void **state)
{
	u32 len = pack(text, TEXT_LEN, packed);
	const char *path = iotx_temp_file(packed, len);
	struct iotx_source *s;
	struct result r = {};

	(void)state;
	assert_int_equal(iotx_source_open(&s, path), 0);
	unlink(path);
	assert_int_equal(iotx_source_size(s), len);
	read_text(s, &r);
	assert_int_equal(iotx_source_taken(s), len);
	iotx_source_close(s);
}

static void names_what_cannot_be_opened(void **state)
{
	struct result r;

	(void)state;
	read_from("/nonexistent/file", &r);
	assert_int_equal(r.open_err, -ENOENT);
	assert_string_equal(r.said, "iotxdp: /nonexistent/file: No such file or directory\n");
	read_from("/", &r);
	assert_int_equal(r.open_err, -EISDIR);
	assert_string_equal(r.said, "iotxdp: /: Is a directory\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_plain_bytes),
		cmocka_unit_test(unpacks_gzip),
		cmocka_unit_test(tells_where_gzip_is_cut),
		cmocka_unit_test(tells_that_gzip_is_harmed),
		cmocka_unit_test(reads_standard_input),
		cmocka_unit_test(counts_what_lies_there),
		cmocka_unit_test(names_what_cannot_be_opened),
	};

	make_text();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
