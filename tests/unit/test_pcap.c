// SPDX-License-Identifier: GPL-2.0-only
/* Capture files made by hand, byte by byte: what libpcap makes of them is part of our promise. */
#include "input/pcap.h"
#include "redirect.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define FILE_HEADER 24
#define RECORD_HEADER 16

#define MAGIC_US 0xa1b2c3d4u
#define MAGIC_NS 0xa1b23c4du

struct file {
	u8 bytes[4096];
	u32 len;
	bool swapped; /* of the other byte order than this machine's */
};

struct record {
	u32 s, fraction, cap_len, wire_len;
};

static void put32(struct file *f, u32 value)
{
	if (f->swapped)
		value = __builtin_bswap32(value);
	memcpy(f->bytes + f->len, &value, 4);
	f->len += 4;
}

static void put_header(struct file *f, u32 magic, u32 link_type)
{
	f->len = 0;
	put32(f, magic);
	put32(f, f->swapped ? 2 << 16 | 4 : 4 << 16 | 2); /* version 2.4, in two halves */
	put32(f, 0);
	put32(f, 0);
	put32(f, 65535);
	put32(f, link_type);
}

/* Bytes of a frame are its number. */
static void put_record(struct file *f, const struct record *r, u8 fill)
{
	put32(f, r->s);
	put32(f, r->fraction);
	put32(f, r->cap_len);
	put32(f, r->wire_len);
	memset(f->bytes + f->len, fill, r->cap_len);
	f->len += r->cap_len;
}

static const struct record two[] = { { 1700000000, 5, 60, 60 }, { 1700000001, 6, 20, 1500 } };

static void put_two(struct file *f, u32 magic, u32 link_type)
{
	put_header(f, magic, link_type);
	put_record(f, &two[0], 1);
	put_record(f, &two[1], 2);
}

static const char *save(const struct file *f)
{
	static char path[64];
	int fd;

	snprintf(path, sizeof(path), "/tmp/iotxdp-test-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, f->bytes, f->len), f->len);
	close(fd);
	return path;
}

/* What is said goes to `said`, as a string. */
static int open_saying(const struct file *f, struct iotx_pcap **p, char *said, size_t size)
{
	const char *path = save(f);
	int fds[2], saved, err;
	ssize_t n;

	assert_int_equal(pipe2(fds, O_NONBLOCK), 0);
	saved = iotx_redirect(STDERR_FILENO, fds[1]);
	err = iotx_pcap_open(p, path);
	iotx_restore(STDERR_FILENO, saved);
	n = read(fds[0], said, size - 1);
	said[n > 0 ? n : 0] = '\0';
	close(fds[0]);
	close(fds[1]);
	unlink(path);
	return err;
}

static struct iotx_pcap *open_file(const struct file *f)
{
	const char *path = save(f);
	struct iotx_pcap *p;

	assert_int_equal(iotx_pcap_open(&p, path), 0);
	unlink(path);
	return p;
}

static void expect_frame(struct iotx_pcap *p, u64 number, const struct record *r, u64 ts_ns)
{
	struct iotx_frame frame;

	assert_int_equal(iotx_pcap_next(p, &frame), 1);
	assert_int_equal(frame.number, number);
	assert_int_equal(frame.cap_len, r->cap_len);
	assert_int_equal(frame.wire_len, r->wire_len);
	assert_int_equal(frame.ts_ns, ts_ns);
	assert_null(frame.iface);
	assert_null(frame.kernel);
	for (u32 i = 0; i < frame.cap_len; i++)
		assert_int_equal(frame.data[i], number);
}

/* Microseconds and nanoseconds, of both byte orders. */
static void reads_every_classic_form(void **state)
{
	struct iotx_frame frame;

	(void)state;
	for (u32 form = 0; form < 4; form++) {
		struct file f = { .swapped = form & 1 };
		bool ns = form & 2;
		u64 unit = ns ? 1 : 1000;
		struct iotx_pcap *p;

		put_two(&f, ns ? MAGIC_NS : MAGIC_US, 1);
		p = open_file(&f);
		expect_frame(p, 1, &two[0], 1700000000000000000 + 5 * unit);
		expect_frame(p, 2, &two[1], 1700000001000000000 + 6 * unit);
		assert_int_equal(iotx_pcap_next(p, &frame), 0);
		iotx_pcap_close(p);
	}
}

/* Cut anywhere: whole frames before the cut come out, and the cut is damage unless between two. */
static void is_cut_at_every_byte(void **state)
{
	struct file f = {};
	u32 first_end, whole;
	int saved, null = open("/dev/null", O_WRONLY);

	(void)state;
	put_two(&f, MAGIC_US, 1);
	whole = f.len;
	first_end = FILE_HEADER + RECORD_HEADER + two[0].cap_len;
	saved = iotx_redirect(STDERR_FILENO, null);
	for (f.len = FILE_HEADER; f.len < whole; f.len++) {
		bool between = f.len == FILE_HEADER || f.len == first_end;
		struct iotx_pcap *p = open_file(&f);
		struct iotx_frame frame;

		if (f.len >= first_end)
			expect_frame(p, 1, &two[0], 1700000000000005000);
		assert_int_equal(iotx_pcap_next(p, &frame), between ? 0 : -EIO);
		iotx_pcap_close(p);
	}
	iotx_restore(STDERR_FILENO, saved);
	close(null);
}

static void names_what_it_cannot_read(void **state)
{
	struct iotx_pcap *p;
	struct file f = {};
	char said[512];

	(void)state;
	for (f.len = 0; f.len < FILE_HEADER; f.len++) { /* zeroes, and no file header */
		assert_int_equal(open_saying(&f, &p, said, sizeof(said)), -EIO);
		assert_int_equal(strncmp(said, "iotxdp: /tmp/iotxdp-test-", 25), 0);
	}
	put_two(&f, MAGIC_US, 0x7fff);
	assert_int_equal(open_saying(&f, &p, said, sizeof(said)), -EPROTONOSUPPORT);
	assert_non_null(strstr(said, "link type 32767 (unknown)"));
	put_two(&f, MAGIC_US, 105);
	assert_int_equal(open_saying(&f, &p, said, sizeof(said)), -EPROTONOSUPPORT);
	assert_non_null(strstr(said, "IEEE802_11"));
	put_two(&f, 0x12345678, 1);
	assert_int_equal(open_saying(&f, &p, said, sizeof(said)), -EIO);
}

static void no_such_file(void **state)
{
	int saved, null = open("/dev/null", O_WRONLY);
	struct iotx_pcap *p;

	(void)state;
	saved = iotx_redirect(STDERR_FILENO, null);
	assert_int_equal(iotx_pcap_open(&p, "/nonexistent/file.pcap"), -EIO);
	assert_int_equal(iotx_pcap_open(&p, "/"), -EIO);
	iotx_restore(STDERR_FILENO, saved);
	close(null);
}

/* Numbers of the file format (LINKTYPE_), which are not libpcap's own. */
static void maps_link_types(void **state)
{
	static const struct {
		u32 link_type;
		enum iotx_link link;
	} rows[] = {
		{ 0, IOTX_LINK_NULL },  { 1, IOTX_LINK_ETHERNET }, { 101, IOTX_LINK_IP },
		{ 108, IOTX_LINK_NULL }, { 113, IOTX_LINK_SLL },   { 228, IOTX_LINK_IP },
		{ 229, IOTX_LINK_IP },  { 276, IOTX_LINK_SLL2 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct iotx_frame frame;
		struct iotx_pcap *p;
		struct file f = {};

		put_two(&f, MAGIC_US, rows[i].link_type);
		p = open_file(&f);
		assert_int_equal(iotx_pcap_next(p, &frame), 1);
		assert_int_equal(frame.link, rows[i].link);
		iotx_pcap_close(p);
	}
}

/* Headers that lie: times after 2038, fractions beyond a second, more captured than there was. */
static void survives_strange_records(void **state)
{
	const struct record late = { 0xfffffff0u, 999999, 20, 20 };
	const struct record fraction = { 1, 0xffffffffu, 20, 20 };
	const struct record longer = { 1, 0, 40, 20 };
	struct iotx_frame frame;
	struct iotx_pcap *p;
	struct file f = {};

	(void)state;
	put_header(&f, MAGIC_US, 1);
	put_record(&f, &late, 1);
	put_record(&f, &fraction, 2);
	put_record(&f, &longer, 3);
	p = open_file(&f);
	expect_frame(p, 1, &late, 0xfffffff0ull * 1000000000 + 999999000);
	assert_int_equal(iotx_pcap_next(p, &frame), 1);
	assert_true(frame.ts_ns >= 1000000000 && frame.ts_ns < 2000000000);
	assert_int_equal(iotx_pcap_next(p, &frame), 1);
	assert_int_equal(frame.cap_len, 40);
	assert_int_equal(frame.wire_len, 40);
	iotx_pcap_close(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_every_classic_form),
		cmocka_unit_test(is_cut_at_every_byte),
		cmocka_unit_test(names_what_it_cannot_read),
		cmocka_unit_test(no_such_file),
		cmocka_unit_test(maps_link_types),
		cmocka_unit_test(survives_strange_records),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
