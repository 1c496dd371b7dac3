// SPDX-License-Identifier: GPL-2.0-only
/* The CoAP headers (RFC 7252 3, RFC 8323 3.2) and what a datagram is taken for by it. */
#include "native.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void every_header(void **state)
{
	(void)state;
	for (u32 first = 0; first < 256; first++) {
		for (u32 code = 0; code < 256; code++) {
			const u8 b[4] = { (u8)first, (u8)code, 0xab, 0xcd };
			struct iotx_cur c = iotx_guard_cur(b, 4);
			struct iotx_coap_hdr h = {};

			assert_int_equal(iotx_coap_hdr_read(&c, &h), IOTX_OK);
			assert_int_equal(c.off, 4);
			assert_int_equal(h.version << 6 | h.type << 4 | h.token_length, first);
			assert_int_equal(h.code, code);
			assert_int_equal(h.message_id, 0xabcd);
			assert_int_equal(iotx_coap_is_message(&h), first >> 6 == 1);
		}
	}
}

static void cut_at_every_byte(void **state)
{
	(void)state;
	for (u32 len = 0; len < 4; len++) {
		struct iotx_cur c = iotx_guard_cur("\x40\x01\x00\x01", len);
		struct iotx_coap_hdr h;

		assert_int_equal(iotx_coap_hdr_read(&c, &h), IOTX_E_SHORT);
		assert_int_equal(c.off, 0);
	}
}

#define CODE(class, detail) ((class) << 5 | (detail))

static void kinds_of_codes(void **state)
{
	static const struct {
		u8 code;
		enum iotx_coap_kind want;
	} row[] = {
		{ CODE(0, 0), IOTX_COAP_KIND_EMPTY },
		{ CODE(0, 1), IOTX_COAP_KIND_GET },
		{ CODE(0, 2), IOTX_COAP_KIND_POST },
		{ CODE(0, 3), IOTX_COAP_KIND_PUT },
		{ CODE(0, 4), IOTX_COAP_KIND_DELETE },
		{ CODE(0, 5), IOTX_COAP_KIND_FETCH },
		{ CODE(0, 6), IOTX_COAP_KIND_PATCH },
		{ CODE(0, 7), IOTX_COAP_KIND_IPATCH },
		{ CODE(0, 8), IOTX_COAP_KIND_OTHER_REQUEST },
		{ CODE(0, 31), IOTX_COAP_KIND_OTHER_REQUEST },
		{ CODE(1, 0), IOTX_COAP_KIND_RESERVED },
		{ CODE(1, 31), IOTX_COAP_KIND_RESERVED },
		{ CODE(2, 0), IOTX_COAP_KIND_SUCCESS },
		{ CODE(2, 31), IOTX_COAP_KIND_SUCCESS },
		{ CODE(3, 0), IOTX_COAP_KIND_RESERVED },
		{ CODE(4, 4), IOTX_COAP_KIND_CLIENT_ERROR },
		{ CODE(4, 31), IOTX_COAP_KIND_CLIENT_ERROR },
		{ CODE(5, 0), IOTX_COAP_KIND_SERVER_ERROR },
		{ CODE(5, 31), IOTX_COAP_KIND_SERVER_ERROR },
		{ CODE(6, 0), IOTX_COAP_KIND_RESERVED },
		{ CODE(7, 0), IOTX_COAP_KIND_RESERVED }, /* RFC 8323: TCP only */
		{ CODE(7, 31), IOTX_COAP_KIND_RESERVED },
	};

	(void)state;
	for (u32 i = 0; i < sizeof(row) / sizeof(*row); i++)
		if (iotx_coap_kind(row[i].code) != row[i].want)
			fail_msg("%u.%02u", row[i].code >> 5, row[i].code & 31);
}

struct row {
	const char *what;
	struct iotx_coap_hdr h;
	u32 len;
	bool to_port, from_port;
};

#define V1(t, tkl, c) { .version = 1, .type = IOTX_COAP_##t, .token_length = tkl, .code = c }

static const struct row rows[] = {
	{ "GET", V1(CON, 0, CODE(0, 1)), 4, true, true },
	{ "GET with a token", V1(CON, 8, CODE(0, 1)), 12, true, true },
	{ "its token is cut", V1(CON, 8, CODE(0, 1)), 11, true, false },
	{ "a token of 9 bytes", V1(CON, 9, CODE(0, 1)), 13, true, false },
	{ "a token length of 15", V1(CON, 15, CODE(0, 1)), 40, true, false },
	{ "content", V1(ACK, 2, CODE(2, 5)), 30, true, true },
	{ "an error", V1(NON, 0, CODE(5, 3)), 4, true, true },
	{ "an empty ACK", V1(ACK, 0, 0), 4, true, true },
	{ "an empty RST", V1(RST, 0, 0), 4, true, true },
	{ "an empty message with more", V1(ACK, 0, 0), 5, true, false },
	{ "an empty message with a token", V1(ACK, 1, 0), 5, true, false },
	{ "a RST that is not empty", V1(RST, 0, CODE(2, 5)), 4, true, false },
	{ "class 1", V1(CON, 0, CODE(1, 1)), 4, true, false },
	{ "class 3", V1(CON, 0, CODE(3, 1)), 4, true, false },
	{ "class 6", V1(CON, 0, CODE(6, 1)), 4, true, false },
	{ "class 7", V1(CON, 0, CODE(7, 1)), 4, true, false },
	{ "version 0", { .version = 0, .code = CODE(0, 1) }, 4, false, false },
	{ "version 2", { .version = 2, .code = CODE(0, 1) }, 4, false, false },
	{ "version 3", { .version = 3, .code = CODE(0, 1) }, 4, false, false },
};

static void plausible_datagrams(void **state)
{
	(void)state;
	for (u32 i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (iotx_coap_plausible(&rows[i].h, rows[i].len, true) != rows[i].to_port ||
		    iotx_coap_plausible(&rows[i].h, rows[i].len, false) != rows[i].from_port)
			fail_msg("%s", rows[i].what);
	}
}

/* --- over TCP ------------------------------------------------------------------------------ */

static void lengths_over_tcp(void **state)
{
	static const struct {
		const char *what;
		u8 b[6];
		u32 present;
		enum iotx_err err;
		u32 length;
		u8 header_len, code;
	} row[] = {
		{ "nothing in it", { 0x00, 0xe1 }, 2, IOTX_OK, 2, 2, 0xe1 },
		{ "a token", { 0x08, 0x01 }, 2, IOTX_OK, 10, 2, 0x01 },
		{ "12 bytes", { 0xc0, 0x01 }, 2, IOTX_OK, 14, 2, 0x01 },
		{ "13 bytes", { 0xd0, 0, 0x45 }, 3, IOTX_OK, 16, 3, 0x45 },
		{ "268 bytes and a token", { 0xd3, 255, 0x45 }, 3, IOTX_OK, 274, 3, 0x45 },
		{ "269 bytes", { 0xe0, 0, 0, 0x45 }, 4, IOTX_OK, 273, 4, 0x45 },
		{ "65804 bytes", { 0xe0, 255, 255, 0x45 }, 4, IOTX_OK, 65808, 4, 0x45 },
		{ "65805 bytes", { 0xf0, 0, 0, 0, 0, 0x45 }, 6, IOTX_OK, 65811, 6, 0x45 },
		{ "the most", { 0xf8, 255, 254, 254, 228, 0x45 }, 6, IOTX_OK, 4294967295u, 6, 0x45 },
		{ "more than 4 GiB", { 0xf8, 255, 254, 254, 229, 0x45 }, 6, IOTX_E_BAD, 0, 6, 0x45 },
		{ "much more", { 0xf0, 255, 255, 255, 255, 0x45 }, 6, IOTX_E_BAD, 0, 6, 0x45 },
		{ "a token of 9 bytes", { 0x09, 0x01 }, 2, IOTX_E_BAD, 11, 2, 0x01 },
		{ "no byte", { 0 }, 0, IOTX_E_SHORT, 0, 0, 0 },
		{ "one byte", { 0x00 }, 1, IOTX_E_SHORT, 0, 0, 0 },
		{ "13, without the code", { 0xd0, 0 }, 2, IOTX_E_SHORT, 0, 0, 0 },
		{ "14, without the code", { 0xe0, 0, 0 }, 3, IOTX_E_SHORT, 0, 0, 0 },
		{ "15, without the code", { 0xf0, 0, 0, 0, 0 }, 5, IOTX_E_SHORT, 0, 0, 0 },
	};

	(void)state;
	for (u32 i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct iotx_coap_tcp_hdr h = {};
		enum iotx_err err;

		err = iotx_coap_tcp_hdr_set(&h, iotx_guard(row[i].b, row[i].present), row[i].present);
		if (err != row[i].err || h.header_len != row[i].header_len || h.code != row[i].code ||
		    (!err && h.length != row[i].length))
			fail_msg("%s: %d, %u bytes", row[i].what, err, h.length);
	}
}

static void plausible_segments(void **state)
{
	(void)state;
	for (u32 code = 0; code < 256; code++) {
		const struct iotx_coap_tcp_hdr h = { .length = 10, .header_len = 2, .code = (u8)code };
		u32 class = code >> 5;
		bool want = class == 0 || class == 2 || class == 4 || class == 5;

		assert_int_equal(iotx_coap_tcp_plausible(&h, 10), want || code == IOTX_COAP_CSM);
		assert_int_equal(iotx_coap_tcp_plausible(&h, 9), code == IOTX_COAP_CSM);
		assert_int_equal(iotx_coap_tcp_plausible(&h, 11), code == IOTX_COAP_CSM);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_header),
		cmocka_unit_test(cut_at_every_byte),
		cmocka_unit_test(kinds_of_codes),
		cmocka_unit_test(plausible_datagrams),
		cmocka_unit_test(lengths_over_tcp),
		cmocka_unit_test(plausible_segments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
