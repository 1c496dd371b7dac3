// SPDX-License-Identifier: GPL-2.0-only
/* Capture files made by hand, byte by byte: what libpcap makes of them is part of our promise. */
#include "capture.h"
#include "input/file.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

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

static struct iotx_file *open_file(const struct file *f)
{
	const char *path = iotx_temp_file(f->bytes, f->len);
	struct iotx_file *p;

	assert_int_equal(iotx_file_open(&p, path, NULL), 0);
	unlink(path);
	return p;
}

static void expect_frame(struct iotx_file *p, u64 number, const struct record *r, u64 ts_ns)
{
	struct iotx_frame frame;

	assert_int_equal(iotx_file_next(p, &frame), 1);
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
		struct iotx_file *p;

		put_two(&f, ns ? MAGIC_NS : MAGIC_US, 1);
		p = open_file(&f);
		expect_frame(p, 1, &two[0], 1700000000000000000 + 5 * unit);
		expect_frame(p, 2, &two[1], 1700000001000000000 + 6 * unit);
		assert_int_equal(iotx_file_next(p, &frame), 0);
		iotx_file_close(p);
	}
}

/* Cut anywhere: whole frames before the cut come out, and the cut is damage unless between two. */
static void is_cut_at_every_byte(void **state)
{
	struct file f = {};
	u32 first_end, whole;

	(void)state;
	put_two(&f, MAGIC_US, 1);
	whole = f.len;
	first_end = FILE_HEADER + RECORD_HEADER + two[0].cap_len;
	for (f.len = FILE_HEADER; f.len < whole; f.len++) {
		bool between = f.len == FILE_HEADER || f.len == first_end;
		bool second = f.len >= first_end;
		struct iotx_outcome o;
		char where[64];

		iotx_read_bytes(&o, f.bytes, f.len);
		assert_int_equal(o.frames, second);
		assert_int_equal(o.status, between ? 0 : -EIO);
		snprintf(where, sizeof(where), "damaged after frame %u, at offset %u: truncated", second,
			 second ? first_end : FILE_HEADER);
		assert_int_equal(strstr(o.said, where) != NULL, !between);
	}
}

/* A length that cannot be: named by the place of its record. */
static void names_a_length_that_cannot_be(void **state)
{
	const u32 at = FILE_HEADER + RECORD_HEADER + two[0].cap_len;
	struct file f = {};
	struct iotx_outcome o;

	(void)state;
	put_two(&f, MAGIC_NS, 1);
	memset(f.bytes + at + 8, 0xff, 4);
	iotx_read_bytes(&o, f.bytes, f.len);
	assert_int_equal(o.status, -EIO);
	assert_int_equal(o.frames, 1);
	assert_non_null(strstr(o.said, "damaged after frame 1, at offset 100: "));
}

static void names_what_it_cannot_read(void **state)
{
	struct iotx_outcome o;
	struct file f = {};

	(void)state;
	for (f.len = 0; f.len < FILE_HEADER; f.len++) { /* zeroes, and no file header */
		iotx_read_bytes(&o, f.bytes, f.len);
		assert_int_equal(o.status, -EIO);
		assert_int_equal(strncmp(o.said, "iotxdp: /", 9), 0);
		assert_non_null(strstr(o.said, "/iotxdp-test-"));
	}
	put_two(&f, MAGIC_US, 0x7fff);
	iotx_read_bytes(&o, f.bytes, f.len);
	assert_int_equal(o.status, -EPROTONOSUPPORT);
	assert_non_null(strstr(o.said, "link type 32767 (unknown)"));
	put_two(&f, MAGIC_US, 105);
	iotx_read_bytes(&o, f.bytes, f.len);
	assert_int_equal(o.status, -EPROTONOSUPPORT);
	assert_non_null(strstr(o.said, "IEEE802_11"));
	put_two(&f, 0x12345678, 1);
	iotx_read_bytes(&o, f.bytes, f.len);
	assert_int_equal(o.status, -EIO);
}

/* gzip that is cut within the second record: libpcap's word and ours for it are one. */
static void reads_through_gzip(void **state)
{
	struct file f = {};
	struct iotx_outcome o;
	u8 packed[512];
	z_stream z = { .next_in = f.bytes, .next_out = packed, .avail_out = sizeof(packed) };

	(void)state;
	put_two(&f, MAGIC_US, 1);
	z.avail_in = f.len;
	assert_int_equal(deflateInit2(&z, 0, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	deflateEnd(&z);
	iotx_read_bytes(&o, packed, z.total_out);
	assert_int_equal(o.status, 0);
	assert_int_equal(o.frames, 2);
	iotx_read_bytes(&o, packed, z.total_out - 20); /* stored bytes: 12 of them are missing */
	assert_int_equal(o.status, -EIO);
	assert_int_equal(o.frames, 1);
	assert_non_null(strstr(o.said, "damaged after frame 1, at offset 100: the gzip data end too early"));
}

/* Frames that a filter holds back keep their numbers. */
static void filters(void **state)
{
	struct file f = {};
	struct iotx_outcome o;
	const char *path;

	(void)state;
	put_two(&f, MAGIC_US, 1);
	path = iotx_temp_file(f.bytes, f.len);
	iotx_read_path(&o, path, "greater 1000");
	assert_int_equal(o.status, 0);
	assert_int_equal(o.frames, 2);
	assert_int_equal(o.passed, 1);
	iotx_read_path(&o, path, "wlan type mgt");
	unlink(path);
	assert_int_equal(o.status, -EINVAL);
	assert_int_equal(o.frames, 1);
	assert_non_null(strstr(o.said, "wlan type mgt"));
}

/* Numbers of the file format (LINKTYPE_), which are not libpcap's own. */
static void maps_link_types(void **state)
{
	static const struct {
		u32 link_type;
		enum iotx_link link;
	} rows[] = {
		{ 0, IOTX_LINK_NULL },   { 1, IOTX_LINK_ETHERNET }, { 12, IOTX_LINK_IP },
		{ 14, IOTX_LINK_IP },    { 101, IOTX_LINK_IP },     { 108, IOTX_LINK_NULL },
		{ 113, IOTX_LINK_SLL },  { 228, IOTX_LINK_IP },     { 229, IOTX_LINK_IP },
		{ 276, IOTX_LINK_SLL2 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct iotx_frame frame;
		struct iotx_file *p;
		struct file f = {};

		put_two(&f, MAGIC_US, rows[i].link_type);
		p = open_file(&f);
		assert_int_equal(iotx_file_next(p, &frame), 1);
		assert_int_equal(frame.link, rows[i].link);
		iotx_file_close(p);
	}
}

/* Headers that lie: times after 2038, fractions beyond a second, more captured than there was. */
static void survives_strange_records(void **state)
{
	const struct record late = { 0xfffffff0u, 999999, 20, 20 };
	const struct record fraction = { 1, 0xffffffffu, 20, 20 };
	const struct record longer = { 1, 0, 40, 20 };
	struct iotx_frame frame;
	struct iotx_file *p;
	struct file f = {};

	(void)state;
	put_header(&f, MAGIC_US, 1);
	put_record(&f, &late, 1);
	put_record(&f, &fraction, 2);
	put_record(&f, &longer, 3);
	p = open_file(&f);
	expect_frame(p, 1, &late, 0xfffffff0ull * 1000000000 + 999999000);
	assert_int_equal(iotx_file_next(p, &frame), 1);
	assert_true(frame.ts_ns >= 1000000000 && frame.ts_ns < 2000000000);
	assert_int_equal(iotx_file_next(p, &frame), 1);
	assert_int_equal(frame.cap_len, 40);
	assert_int_equal(frame.wire_len, 40);
	iotx_file_close(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_every_classic_form),
		cmocka_unit_test(is_cut_at_every_byte),
		cmocka_unit_test(names_what_it_cannot_read),
		cmocka_unit_test(names_a_length_that_cannot_be),
		cmocka_unit_test(reads_through_gzip),
		cmocka_unit_test(filters),
		cmocka_unit_test(maps_link_types),
		cmocka_unit_test(survives_strange_records),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
