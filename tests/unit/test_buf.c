// SPDX-License-Identifier: GPL-2.0-only
/* The growing buffer keeps what it holds, whatever is asked of it. */
#include "base/buf.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void test_grows(void **state)
{
	struct iotx_buf b = {};

	(void)state;
	for (u32 i = 0; i < 100000; i++)
		assert_int_equal(iotx_buf_add(&b, &(u8){ (u8)i }, 1), 0);
	assert_int_equal(b.len, 100000);
	assert_true(b.room >= b.len && b.room < 4 * b.len);
	for (u32 i = 0; i < 100000; i++)
		assert_int_equal(b.data[i], (u8)i);
	iotx_buf_free(&b);
	assert_null(b.data);
	assert_int_equal(b.len + b.room, 0);
}

static void test_adds_nothing(void **state)
{
	struct iotx_buf b = {};

	(void)state;
	assert_int_equal(iotx_buf_add(&b, NULL, 0), 0);
	assert_int_equal(b.len, 0);
	iotx_buf_free(&b);
}

static void test_refuses_the_impossible(void **state)
{
	static const size_t sizes[] = { SIZE_MAX, SIZE_MAX - 3, SIZE_MAX / 2, SIZE_MAX / 4 };
	struct iotx_buf b = {};

	(void)state;
	iotx_buf_add(&b, "keep", 4);
	for (u32 i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		assert_int_equal(iotx_buf_reserve(&b, sizes[i]), -ENOMEM);
	assert_int_equal(b.len, 4);
	assert_memory_equal(b.data, "keep", 4);
	iotx_buf_free(&b);
}

static void test_reserve_is_room_to_write(void **state)
{
	struct iotx_buf b = {};

	(void)state;
	iotx_buf_add(&b, "ab", 2);
	assert_int_equal(iotx_buf_reserve(&b, 5000), 0);
	memset(b.data + b.len, 'x', 5000);
	assert_memory_equal(b.data, "abx", 3);
	iotx_buf_free(&b);
}

static void test_consume(void **state)
{
	struct iotx_buf b = {};

	(void)state;
	iotx_buf_consume(&b, 0);
	iotx_buf_add(&b, "abcdef", 6);
	iotx_buf_consume(&b, 0);
	assert_int_equal(b.len, 6);
	iotx_buf_consume(&b, 2);
	assert_int_equal(b.len, 4);
	assert_memory_equal(b.data, "cdef", 4);
	iotx_buf_consume(&b, 9);
	assert_int_equal(b.len, 0);
	iotx_buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_grows),
		cmocka_unit_test(test_adds_nothing),
		cmocka_unit_test(test_refuses_the_impossible),
		cmocka_unit_test(test_reserve_is_room_to_write),
		cmocka_unit_test(test_consume),
	};

	return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}
