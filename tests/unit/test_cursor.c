// SPDX-License-Identifier: GPL-2.0-only
/* The cursor: every read at every boundary, flush against a page that faults. */
#include "native.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define ROOM 20

static u8 bytes[ROOM];

static int setup(void **state)
{
	(void)state;
	for (u32 i = 0; i < ROOM; i++)
		bytes[i] = (u8)(0x10 + i);
	return 0;
}

/* What a read of n bytes at `at` must say when the layer ends at `len`. */
static enum iotx_err expected(u32 at, u32 n, u32 len)
{
	return (u64)at + n <= len ? IOTX_OK : IOTX_E_SHORT;
}

static void check_u8(struct iotx_cur c)
{
	enum iotx_err want = expected(c.off, 1, c.end);
	u32 at = c.off;
	u8 value = 0xee;

	assert_int_equal(iotx_cur_u8(&c, &value), want);
	assert_int_equal(value, want ? 0xee : bytes[at]);
	assert_int_equal(c.off, want ? at : at + 1);
}

static void check_be16(struct iotx_cur c)
{
	enum iotx_err want = expected(c.off, 2, c.end);
	u32 at = c.off;
	u16 value = 0xeeee;

	assert_int_equal(iotx_cur_be16(&c, &value), want);
	assert_int_equal(value, want ? 0xeeee : bytes[at] << 8 | bytes[at + 1]);
	assert_int_equal(c.off, want ? at : at + 2);
}

static void check_be32(struct iotx_cur c)
{
	enum iotx_err want = expected(c.off, 4, c.end);
	u32 at = c.off, value = 0xeeeeeeee;

	assert_int_equal(iotx_cur_be32(&c, &value), want);
	if (!want)
		assert_int_equal(value, (u32)bytes[at] << 24 | (u32)bytes[at + 1] << 16 |
						(u32)bytes[at + 2] << 8 | bytes[at + 3]);
	assert_int_equal(c.off, want ? at : at + 4);
}

static void check_block(struct iotx_cur c)
{
	enum iotx_err want = expected(c.off, 7, c.end);
	u32 at = c.off;
	u8 value[7];

	assert_int_equal(iotx_cur_peek(&c, at, value, 7), want);
	assert_int_equal(c.off, at);
	assert_int_equal(iotx_cur_read(&c, value, 7), want);
	assert_int_equal(c.off, want ? at : at + 7);
	if (!want)
		assert_memory_equal(value, bytes + at, 7);
}

static void reads_stop_at_the_end_of_the_layer(void **state)
{
	(void)state;
	for (u32 len = 0; len <= ROOM; len++) {
		for (u32 at = 0; at <= ROOM + 4; at++) {
			struct iotx_cur c = iotx_guard_cur(bytes, len);

			c.off = at;
			check_u8(c);
			check_be16(c);
			check_be32(c);
			check_block(c);
			assert_int_equal(iotx_cur_left(&c), at < len ? len - at : 0);
		}
	}
}

static void a_peek_far_behind_the_end_does_not_wrap(void **state)
{
	static const u32 far[] = { 21, 0x7fffffff, 0x80000000, 0xfffffff0, 0xfffffffe, 0xffffffff };
	struct iotx_cur c = iotx_guard_cur(bytes, ROOM);
	u8 value[4];

	(void)state;
	for (u32 i = 0; i < sizeof(far) / sizeof(*far); i++) {
		assert_int_equal(iotx_cur_peek(&c, far[i], value, 1), IOTX_E_SHORT);
		assert_int_equal(iotx_cur_peek(&c, far[i], value, 4), IOTX_E_SHORT);
		c.off = far[i];
		assert_int_equal(iotx_cur_left(&c), 0);
		assert_int_equal(iotx_cur_skip(&c, 1), IOTX_E_SHORT);
		assert_int_equal(c.off, far[i]);
	}
}

static void skip_moves_up_to_the_end_and_no_further(void **state)
{
	static const u32 too_far[] = { ROOM + 1, 0x80000000, 0xffffffff };

	(void)state;
	for (u32 n = 0; n <= ROOM; n++) {
		struct iotx_cur c = iotx_guard_cur(bytes, ROOM);

		assert_int_equal(iotx_cur_skip(&c, n), IOTX_OK);
		assert_int_equal(c.off, n);
		assert_int_equal(iotx_cur_skip(&c, ROOM - n + 1), IOTX_E_SHORT);
		assert_int_equal(c.off, n);
	}
	for (u32 i = 0; i < 3; i++) {
		struct iotx_cur c = iotx_guard_cur(bytes, ROOM);

		assert_int_equal(iotx_cur_skip(&c, too_far[i]), IOTX_E_SHORT);
		assert_int_equal(c.end, ROOM);
	}
}

static void a_join_keeps_the_offset_below_its_bound(void **state)
{
	static const struct {
		u32 off;
		enum iotx_err want;
	} row[] = {
		{ 0, IOTX_OK }, { 54, IOTX_OK }, { 0x7ffe, IOTX_OK }, { 0x7fff, IOTX_OK },
		{ 0x8000, IOTX_E_LIMIT }, { 0xffffffff, IOTX_E_LIMIT },
	};

	(void)state;
	for (u32 i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct iotx_cur c = { .off = row[i].off, .end = 0xffffffff };

		assert_int_equal(iotx_cur_join(&c), row[i].want);
		assert_int_equal(c.off, row[i].off);
	}
}

static void a_head_holds_what_is_there_and_zeroes(void **state)
{
	(void)state;
	for (u32 len = 0; len <= ROOM; len++) {
		for (u32 at = 0; at <= len; at++) {
			struct iotx_cur c = iotx_guard_cur(bytes, len);
			struct iotx_head head = {};
			u32 want = len - at < IOTX_HEAD_MAX ? len - at : IOTX_HEAD_MAX;

			c.off = at;
			iotx_head_read(&c, &head);
			assert_int_equal(head.len, want);
			for (u32 i = 0; i < IOTX_HEAD_MAX; i++)
				assert_int_equal(head.b[i], i < want ? bytes[at + i] : 0);
		}
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_stop_at_the_end_of_the_layer),
		cmocka_unit_test(a_peek_far_behind_the_end_does_not_wrap),
		cmocka_unit_test(skip_moves_up_to_the_end_and_no_further),
		cmocka_unit_test(a_join_keeps_the_offset_below_its_bound),
		cmocka_unit_test(a_head_holds_what_is_there_and_zeroes),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
