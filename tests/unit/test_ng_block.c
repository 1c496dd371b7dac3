// SPDX-License-Identifier: GPL-2.0-only
/* Packet blocks of pcapng: how much of a packet they hold. */
#include <output/ng_block.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static u32 number_at(const struct iotx_buf *b, u32 off)
{
	u32 value;

	memcpy(&value, b->data + off, sizeof(value));
	return value;
}

static void expect_kept(u32 data, u32 kept)
{
	static u8 bytes[IOTX_NG_PACKET_MAX + 1];
	const struct iotx_ng_packet p = {
		.head = iotx_slice_str("head"),
		.data = iotx_slice(bytes, data),
		.wire_len = data + 10,
	};
	struct iotx_buf b = {};

	assert_int_equal(iotx_ng_packet(&b, &p), 0);
	assert_int_equal(number_at(&b, 20), 4 + kept);
	assert_int_equal(number_at(&b, 24), 4 + data + 10);
	assert_int_equal(number_at(&b, 4), b.len);
	assert_int_equal(b.len, 28 + (4 + kept + 3) / 4 * 4 + 4 + 4); /* the end of options */
	iotx_buf_free(&b);
}

static void as_much_as_is_read(void **state)
{
	(void)state;
	expect_kept(5, 5);
	expect_kept(IOTX_NG_PACKET_MAX - 4, IOTX_NG_PACKET_MAX - 4);
	expect_kept(IOTX_NG_PACKET_MAX - 3, IOTX_NG_PACKET_MAX - 4);
	expect_kept(IOTX_NG_PACKET_MAX + 1, IOTX_NG_PACKET_MAX - 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_much_as_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
