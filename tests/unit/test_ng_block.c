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
		.data = iotx_slice(bytes, data),
		.wire_len = data + 10,
	};
	struct iotx_buf b = {};

	assert_int_equal(iotx_ng_packet(&b, &p), 0);
	assert_int_equal(number_at(&b, 20), kept);
	assert_int_equal(number_at(&b, 24), data + 10);
	assert_int_equal(number_at(&b, 4), b.len);
	assert_int_equal(b.len, 28 + (kept + 3) / 4 * 4 + 4 + 4); /* the end of options */
	iotx_buf_free(&b);
}

static void as_much_as_is_read(void **state)
{
	(void)state;
	expect_kept(5, 5);
	expect_kept(IOTX_NG_PACKET_MAX, IOTX_NG_PACKET_MAX);
	expect_kept(IOTX_NG_PACKET_MAX + 1, IOTX_NG_PACKET_MAX);
}

/* Each is an option of its own (3.5), in their order; the room is that of all of them. */
static void comments_of_a_packet(void **state)
{
	static const u8 want[] = { 1, 0, 1, 0, 'a', 0, 0, 0, 1, 0, 0, 0, 1, 0, 4, 0, 'b', 'c',
				   'd', 'e', 0, 0, 0, 0 };
	static const u8 texts[] = "a\0\0bcde"; /* and the NUL of the last */
	static const u8 many[4096];              /* that many of them are empty */
	struct iotx_ng_packet p = { .comments = iotx_slice(texts, sizeof(texts)) };
	struct iotx_buf b = {};

	(void)state;
	assert_int_equal(iotx_ng_packet(&b, &p), 0);
	assert_int_equal(b.len, 28 + sizeof(want) + 4);
	assert_memory_equal(b.data + 28, want, 2);
	assert_memory_equal(b.data + 28, want, sizeof(want));
	b.len = 0;
	p.comments = iotx_slice(many, sizeof(many));
	assert_int_equal(iotx_ng_packet(&b, &p), 0);
	assert_int_equal(b.len, 28 + 4 * sizeof(many) + 4 + 4);
	assert_true(b.len <= b.room);
	iotx_buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_much_as_is_read),
		cmocka_unit_test(comments_of_a_packet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
