// SPDX-License-Identifier: GPL-2.0-only
/* The MQTT-SN header (1.2, 5.2) and what a datagram is taken for by it. */
#include "native.h"

#include <iotxdp/mqttsn_hdr.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void every_short_header(void **state)
{
	(void)state;
	for (u32 first = 0; first < 256; first++) {
		for (u32 type = 0; type < 256; type++) {
			const u8 b[2] = { (u8)first, (u8)type };
			struct iotx_mqttsn_hdr h = {};
			enum iotx_err err = iotx_mqttsn_hdr_set(&h, iotx_guard(b, 2), 2);

			if (first == 1) { /* the mark of the long form, of which more is missing */
				assert_int_equal(err, IOTX_E_SHORT);
				continue;
			}
			assert_int_equal(err, first < 2 ? IOTX_E_BAD : IOTX_OK);
			assert_int_equal(h.length, first);
			assert_int_equal(h.type, type);
			assert_int_equal(h.header_len, 2);
		}
	}
}

static void every_long_header(void **state)
{
	(void)state;
	for (u32 length = 0; length < 65536; length++) {
		const u8 b[4] = { 1, (u8)(length >> 8), (u8)length, IOTX_MQTTSN_PUBLISH };
		struct iotx_mqttsn_hdr h = {};

		assert_int_equal(iotx_mqttsn_hdr_set(&h, iotx_guard(b, 4), 4),
				 length < 4 ? IOTX_E_BAD : IOTX_OK);
		assert_int_equal(h.length, length);
		assert_int_equal(h.type, IOTX_MQTTSN_PUBLISH);
		assert_int_equal(h.header_len, 4);
	}
}

static void cut_at_every_byte(void **state)
{
	struct iotx_mqttsn_hdr h;

	(void)state;
	for (u32 len = 0; len < 2; len++)
		assert_int_equal(iotx_mqttsn_hdr_set(&h, iotx_guard("\2\x16", len), len),
				 IOTX_E_SHORT);
	for (u32 len = 0; len < 4; len++)
		assert_int_equal(iotx_mqttsn_hdr_set(&h, iotx_guard("\1\0\4\x16", len), len),
				 IOTX_E_SHORT);
}

/* Table 3 of the specification, by its text. */
static void types_that_are_defined(void **state)
{
	static const u8 reserved[] = { 0x03, 0x11, 0x19 };

	(void)state;
	for (u32 type = 0; type < 256; type++) {
		bool want = type <= 0x1d || type == 0xfe;

		for (u32 i = 0; i < sizeof(reserved); i++)
			want = want && type != reserved[i];
		if (iotx_mqttsn_type_known((u8)type) != want)
			fail_msg("type 0x%02x", type);
	}
}

static void types_that_shape_a_session(void **state)
{
	static const u8 shaping[] = { 0x04, 0x05, 0x07, 0x09, 0x0a, 0x0b, 0x12, 0x13, 0x14,
				      0x15, 0x18, 0x1a, 0x1c };

	(void)state;
	for (u32 type = 0; type < 256; type++)
		if (iotx_mqttsn_is_shaping((u8)type) !=
		    !!memchr(shaping, (int)type, sizeof(shaping)))
			fail_msg("type 0x%02x", type);
}

static void plausible_datagrams(void **state)
{
	static const struct {
		const char *what;
		struct iotx_mqttsn_hdr h;
		u32 len;
		bool want;
	} rows[] = {
		{ "PINGREQ", { 2, 0x16, 2 }, 2, true },
		{ "a byte behind it", { 2, 0x16, 2 }, 3, false },
		{ "a byte too few", { 3, 0x16, 2 }, 2, false },
		{ "the longest", { 65535, 0x0c, 4 }, 65535, true },
		{ "a reserved type", { 2, 0x03, 2 }, 2, false },
		{ "forwarded", { 3, 0xfe, 2 }, 5, true },
		{ "forwarded, but nothing", { 3, 0xfe, 2 }, 3, false },
	};

	(void)state;
	for (u32 i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (iotx_mqttsn_plausible(&rows[i].h, rows[i].len) != rows[i].want)
			fail_msg("%s", rows[i].what);
}

/* Each of its fixed bytes makes it another datagram. */
static void a_connect_on_any_port(void **state)
{
	static const u8 connect[] = { 7, 4, 0x0c, 1, 0, 60, 'a' };
	static const u8 longest[29] = { 29, 4, 0x04, 1 };

	(void)state;
	assert_true(iotx_mqttsn_is_connect(iotx_guard(connect, 7), 7, 7));
	assert_true(iotx_mqttsn_is_connect(iotx_guard(longest, 16), 16, 29));
	assert_false(iotx_mqttsn_is_connect(iotx_guard(longest, 16), 16, 30));
	for (u32 len = 0; len < 7; len++)
		assert_false(iotx_mqttsn_is_connect(iotx_guard(connect, len), len, len));
	for (u32 i = 0; i < 4; i++) {
		u8 other[7];

		memcpy(other, connect, 7);
		other[i] ^= i == 2 ? 0x80 : 1;
		assert_false(iotx_mqttsn_is_connect(iotx_guard(other, 7), 7, 7));
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_short_header),
		cmocka_unit_test(every_long_header),
		cmocka_unit_test(cut_at_every_byte),
		cmocka_unit_test(types_that_are_defined),
		cmocka_unit_test(types_that_shape_a_session),
		cmocka_unit_test(plausible_datagrams),
		cmocka_unit_test(a_connect_on_any_port),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
