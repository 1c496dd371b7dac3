// SPDX-License-Identifier: GPL-2.0-only
/* Files of blocks, made by hand: everything that the format allows. */
#include "blocks.h"
#include "capture.h"
#include "input/file.h"
#include "input/pcapng.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define ETHERNET 1
#define SLL 113
#define WPAN 230

static struct iotx_file *open_it(void)
{
	const char *path = iotx_temp_file(iotx_blocks.bytes, iotx_blocks.len);
	struct iotx_file *file;

	assert_int_equal(iotx_file_open(&file, path, NULL), 0);
	unlink(path);
	return file;
}

struct expected {
	u64 ts_ns;
	u32 cap_len, wire_len;
	enum iotx_link link;
};

static void expect_frames(const struct expected *rows, u32 n)
{
	struct iotx_file *file = open_it();
	struct iotx_frame frame;

	for (u32 i = 0; i < n; i++) {
		assert_int_equal(iotx_file_next(file, &frame), 1);
		assert_int_equal(frame.number, i + 1);
		assert_int_equal(frame.ts_ns, rows[i].ts_ns);
		assert_int_equal(frame.cap_len, rows[i].cap_len);
		assert_int_equal(frame.wire_len, rows[i].wire_len);
		assert_int_equal(frame.link, rows[i].link);
		assert_null(frame.iface);
		assert_null(frame.kernel);
		for (u32 j = 0; j < frame.cap_len; j++)
			assert_int_equal(frame.data[j], i + 1);
	}
	assert_int_equal(iotx_file_next(file, &frame), 0);
	iotx_file_close(file);
}

static void section_of_each_order(bool swapped, u8 number)
{
	iotx_blocks_section(swapped);
	iotx_blocks_interface(ETHERNET, 0, IOTX_NO_OPTIONS);
	iotx_blocks_packet(0, 7, 61, number);
}

static void reads_sections_of_both_byte_orders(void **state)
{
	const struct expected row = { 7000, 61, 62, IOTX_LINK_ETHERNET };
	const struct expected rows[] = { row, row, row };

	(void)state;
	iotx_blocks.len = 0;
	section_of_each_order(true, 1);
	section_of_each_order(false, 2);
	section_of_each_order(true, 3);
	expect_frames(rows, 3);
}

/* Each has a link type, a unit of time and an offset of its own. */
static void keeps_interfaces_apart(void **state)
{
	static const u8 ns[] = { 9, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0, 9, 9 };
	static const u8 later[] = { 2, 0, 3, 0, 'l', 'o', '0', 0, 14, 0, 8, 0, 10, 0, 0, 0, 0, 0, 0, 0 };
	const struct expected rows[] = {
		{ 5000, 60, 61, IOTX_LINK_ETHERNET },
		{ 10000005000, 20, 21, IOTX_LINK_IP },
		{ 5, 30, 31, IOTX_LINK_SLL },
		{ 5000, 10, 11, IOTX_LINK_ETHERNET },
		{ 5000, 4, 5, IOTX_LINK_NULL },
	};

	(void)state;
	iotx_blocks_restart();
	iotx_blocks_interface(ETHERNET, 65535, IOTX_NO_OPTIONS);
	iotx_blocks_interface(SLL, 0, ns, sizeof(ns)); /* what stands behind the end does not count */
	iotx_blocks_packet(0, 5, 60, 1);
	iotx_blocks_interface(101, 0, later, sizeof(later));
	iotx_blocks_packet(2, 5, 20, 2);
	iotx_blocks_packet(1, 5, 30, 3);
	iotx_blocks_packet(0, 5, 10, 4);
	iotx_blocks_section(true); /* numbers start afresh */
	iotx_blocks_interface(0, 0, IOTX_NO_OPTIONS);
	iotx_blocks_packet(0, 5, 4, 5);
	expect_frames(rows, 5);
}

static void reads_every_kind_of_packet_block(void **state)
{
	const struct expected rows[] = {
		{ 0, 30, 30, IOTX_LINK_ETHERNET },     { 8000, 33, 34, IOTX_LINK_SLL },
		{ 8000, 40, 100, IOTX_LINK_ETHERNET }, { 9000, 21, 21, IOTX_LINK_SLL },
		{ 9000, 0, 0, IOTX_LINK_ETHERNET },
	};

	(void)state;
	iotx_blocks_restart();
	iotx_blocks_interface(ETHERNET, 40, IOTX_NO_OPTIONS);
	iotx_blocks_interface(SLL, 0, IOTX_NO_OPTIONS);
	iotx_blocks_simple(30, 30, 1);
	iotx_blocks_packet(1, 8, 33, 2);
	iotx_blocks_simple(100, 40, 3);
	iotx_blocks_old(1, 9, 21, 4);
	iotx_blocks_simple(0, 0, 5);
	expect_frames(rows, 5);
}

static void steps_over_other_blocks(void **state)
{
	static const u32 types[] = { NRB, ISB, DSB, CUSTOM, 0x40000bad, 0, 7, 0x80001234, 0xffffffff };
	struct iotx_outcome o;

	(void)state;
	iotx_blocks_restart();
	iotx_blocks_interface(ETHERNET, 0, IOTX_NO_OPTIONS);
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		iotx_blocks_other(types[i], "CLIENT_RANDOM 0123456789abcdef");
		iotx_blocks_packet(0, i, 60, 1);
	}
	iotx_blocks_other(DSB, "");
	iotx_read_bytes(&o, iotx_blocks.bytes, iotx_blocks.len);
	assert_int_equal(o.status, 0);
	assert_int_equal(o.frames, sizeof(types) / sizeof(types[0]));
	assert_string_equal(o.said, "");
}

/* What Wireshark numbers as a frame without its being a packet counts in our numbers, too. */
static void numbers_frames_as_wireshark_does(void **state)
{
	static const struct { u32 type, number; } rows[] = {
		{ NRB, 1 }, { CUSTOM, 3 }, { 0x40000bad, 5 }, { 9, 7 }, { DSB, 8 }, { 0x80001234, 9 },
	};
	struct iotx_frame frame;
	struct iotx_file *file;

	(void)state;
	iotx_blocks_restart();
	iotx_blocks_interface(ETHERNET, 0, IOTX_NO_OPTIONS);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		iotx_blocks_other(rows[i].type, "MESSAGE=text");
		iotx_blocks_packet(0, i, 60, 1);
	}
	file = open_it();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(iotx_file_next(file, &frame), 1);
		assert_int_equal(frame.number, rows[i].number);
	}
	assert_int_equal(iotx_file_next(file, &frame), 0);
	iotx_file_close(file);
}

static void takes_the_longest_block(void **state)
{
	struct iotx_outcome o;
	u32 at;

	(void)state;
	iotx_blocks_restart();
	iotx_blocks_interface(ETHERNET, 0, IOTX_NO_OPTIONS);
	iotx_blocks_packet(0, 1, 60, 1);
	at = iotx_blocks_begin(CUSTOM);
	iotx_blocks.len = at + IOTX_PCAPNG_BLOCK_MAX - 4;
	iotx_blocks_end(at);
	iotx_blocks_packet(0, 1, 60, 2);
	iotx_read_bytes(&o, iotx_blocks.bytes, iotx_blocks.len);
	assert_int_equal(o.status, 0);
	assert_int_equal(o.frames, 2);
}

/* A described interface of a strange link type does no harm until it has a frame. */
static void names_unknown_link_types(void **state)
{
	struct iotx_outcome o;

	(void)state;
	iotx_blocks_restart();
	iotx_blocks_interface(WPAN, 0, IOTX_NO_OPTIONS);
	iotx_blocks_interface(ETHERNET, 0, IOTX_NO_OPTIONS);
	iotx_blocks_interface(0x7fff, 0, IOTX_NO_OPTIONS);
	iotx_blocks_packet(1, 1, 60, 1);
	iotx_read_bytes(&o, iotx_blocks.bytes, iotx_blocks.len);
	assert_int_equal(o.status, 0);
	iotx_blocks_packet(0, 1, 60, 2);
	iotx_blocks_packet(1, 1, 60, 3);
	iotx_read_bytes(&o, iotx_blocks.bytes, iotx_blocks.len);
	assert_int_equal(o.status, -EPROTONOSUPPORT);
	assert_int_equal(o.frames, 1);
	assert_non_null(strstr(o.said, "frame 2: link type 230 (IEEE802_15_4_NOFCS) of interface 0"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_sections_of_both_byte_orders),
		cmocka_unit_test(keeps_interfaces_apart),
		cmocka_unit_test(reads_every_kind_of_packet_block),
		cmocka_unit_test(steps_over_other_blocks),
		cmocka_unit_test(numbers_frames_as_wireshark_does),
		cmocka_unit_test(takes_the_longest_block),
		cmocka_unit_test(names_unknown_link_types),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
