// SPDX-License-Identifier: GPL-2.0-only
/* The WebSocket opening handshake, as far as it tells a flow apart, and frame headers. */
#include "native.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static enum iotx_ws_shape shape_of(const char *text, u32 len)
{
	struct iotx_cur c = iotx_guard_cur(text, len);
	struct iotx_head head = {};

	iotx_head_read(&c, &head);
	return iotx_ws_shape(&head);
}

static void shapes(void **state)
{
	static const struct {
		const char *text;
		enum iotx_ws_shape want;
		u32 told; /* bytes that suffice */
	} row[] = {
		{ "GET / HTTP/1.1\r\n", IOTX_WS_REQUEST, 4 },
		{ "HTTP/1.1 101 Switching Protocols\r\n", IOTX_WS_RESPONSE, 12 },
		{ "HTTP/1.1 101", IOTX_WS_RESPONSE, 12 },
		{ "HTTP/1.1 200 OK\r\n", IOTX_WS_NONE, 0 },
		{ "HTTP/1.0 101 \r\n", IOTX_WS_NONE, 0 },
		{ "POST / HTTP/1.1\r\n", IOTX_WS_NONE, 0 },
		{ "get / HTTP/1.1\r\n", IOTX_WS_NONE, 0 },
		{ "GETS / HTTP/1.1\r\n", IOTX_WS_NONE, 0 },
	};

	(void)state;
	for (u32 i = 0; i < sizeof(row) / sizeof(*row); i++)
		for (u32 len = 0; len <= strlen(row[i].text); len++)
			assert_int_equal(shape_of(row[i].text, len),
					 len >= row[i].told ? row[i].want : IOTX_WS_NONE);
}

/* Searches as iotx_ws_walk_step() does; returns whether the field was found. */
static bool search(const void *text, u32 len)
{
	const u8 *head = iotx_guard(text, len);
	struct iotx_ws_search s = {};

	for (u32 i = 0; i < len && i < IOTX_WS_HEAD_MAX; i++)
		if (iotx_ws_search_push(&s, head[i]))
			return true;
	return false;
}

static void upgrade_fields(void **state)
{
	static const struct {
		const char *what, *text;
		bool want;
	} row[] = {
		{ "as usual", "GET / HTTP/1.1\r\nUpgrade: websocket\r\n", true },
		{ "lower case", "GET / HTTP/1.1\r\nupgrade: websocket\r\n", true },
		{ "upper case", "GET / HTTP/1.1\r\nUPGRADE: WEBSOCKET\r\n", true },
		{ "mixed case", "GET / HTTP/1.1\r\nuPgRaDe: WebSocket\r\n", true },
		{ "no blank", "GET / HTTP/1.1\r\nUpgrade:websocket\r\n", true },
		{ "blanks and tabs", "GET / HTTP/1.1\r\nUpgrade: \t  websocket\r\n", true },
		{ "bare line feed", "GET / HTTP/1.1\nUpgrade: websocket\n", true },
		{ "after other fields", "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n", true },
		{ "after a line that starts alike", "GET /\r\nUpgra\r\nUpgrade: websocket\r\n", true },
		{ "the line feed of a failed match starts one", "G\n\nUpgrade: websocket", true },
		{ "a list that starts with it", "GET /\r\nUpgrade: websocket, foo\r\n", true },
		{ "another protocol", "GET / HTTP/1.1\r\nUpgrade: h2c\r\n", false },
		{ "within a line", "GET /?Upgrade: websocket HTTP/1.1\r\n", false },
		{ "another field", "GET / HTTP/1.1\r\nX-Upgrade: websocket\r\n", false },
		{ "the token is split", "GET / HTTP/1.1\r\nUpgrade: web socket\r\n", false },
		{ "the name is split", "GET / HTTP/1.1\r\nUp grade: websocket\r\n", false },
		{ "the token is cut", "GET / HTTP/1.1\r\nUpgrade: websocke", false },
		{ "no line before it", "Upgrade: websocket\r\n", false },
		{ "Connection only", "GET / HTTP/1.1\r\nConnection: Upgrade\r\n", false },
	};

	(void)state;
	for (u32 i = 0; i < sizeof(row) / sizeof(*row); i++)
		if (search(row[i].text, (u32)strlen(row[i].text)) != row[i].want)
			fail_msg("%s", row[i].what);
}

/* No prefix of a head is an upgrade before the token's last byte. */
static void cut_at_every_byte(void **state)
{
	static const char head[] = "GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n";
	u32 end = (u32)(strstr(head, "socket") + 6 - head);

	(void)state;
	for (u32 len = 0; len < sizeof(head); len++)
		assert_int_equal(search(head, len), len >= end);
}

/* The field's last byte is the last one that is looked at, then one beyond. */
static void the_search_has_a_limit(void **state)
{
	static const char field[] = "\nUpgrade: websocket";
	u32 n = sizeof(field) - 1;
	char head[IOTX_WS_HEAD_MAX + 1];

	(void)state;
	memset(head, 'x', sizeof(head));
	memcpy(head + IOTX_WS_HEAD_MAX - n, field, n);
	assert_true(search(head, sizeof(head)));
	memset(head, 'x', sizeof(head));
	memcpy(head + IOTX_WS_HEAD_MAX + 1 - n, field, n);
	assert_false(search(head, sizeof(head)));
}

/* --- frames -------------------------------------------------------------------------------- */

/* Pushes bytes until the header is complete or bad; *n says how many it took. */
static enum iotx_err push(struct iotx_ws_hdr *h, const u8 *bytes, u32 len, u32 *n)
{
	enum iotx_err err = IOTX_E_SHORT;

	memset(h, 0, sizeof(*h));
	for (*n = 0; *n < len && err == IOTX_E_SHORT; ++*n)
		err = iotx_ws_hdr_push(h, bytes[*n]);
	return err;
}

static void frame_headers(void **state)
{
	static const struct {
		const char *what;
		u8 bytes[IOTX_WS_HDR_MAX + 1];
		u8 len; /* of the header */
		enum iotx_err err;
		u64 length;
		u32 key;
		bool minimal, plausible;
	} row[] = {
		{ "text", { 0x81, 0x05 }, 2, IOTX_OK, 5, 0, true, true },
		{ "masked", { 0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d }, 6, IOTX_OK, 5, 0x37fa213d, true, true },
		{ "empty", { 0x82, 0x00 }, 2, IOTX_OK, 0, 0, true, true },
		{ "125", { 0x82, 0x7d }, 2, IOTX_OK, 125, 0, true, true },
		{ "126", { 0x82, 0x7e, 0, 126 }, 4, IOTX_OK, 126, 0, true, true },
		{ "125 in two bytes", { 0x82, 0x7e, 0, 125 }, 4, IOTX_OK, 125, 0, false, false },
		{ "65535", { 0x82, 0x7e, 0xff, 0xff }, 4, IOTX_OK, 65535, 0, true, true },
		{ "65535, masked", { 0x82, 0xfe, 0xff, 0xff, 1, 2, 3, 4 }, 8, IOTX_OK, 65535, 0x01020304, true, true },
		{ "65536", { 0x82, 0x7f, 0, 0, 0, 0, 0, 1, 0, 0 }, 10, IOTX_OK, 65536, 0, true, true },
		{ "65535 in eight", { 0x82, 0x7f, 0, 0, 0, 0, 0, 0, 255, 255 }, 10, IOTX_OK, 65535, 0, false, false },
		{ "masked, eight bytes of length", { 0x82, 0xff, 0, 0, 0, 0, 0, 2, 0, 0, 9, 8, 7, 6 }, 14, IOTX_OK,
		  131072, 0x09080706, true, true },
		{ "the largest", { 0x82, 0x7f, 0x7f, 255, 255, 255, 255, 255, 255, 255 }, 10, IOTX_OK,
		  0x7fffffffffffffff, 0, true, true },
		{ "beyond the largest", { 0x82, 0x7f, 0x80 }, 3, IOTX_E_BAD, 0x80, 0, false, false },
		{ "compressed", { 0xc1, 0x05 }, 2, IOTX_OK, 5, 0, true, true },
		{ "a compressed continuation", { 0xc0, 0x05 }, 2, IOTX_OK, 5, 0, true, false },
		{ "RSV2", { 0xa1, 0x05 }, 2, IOTX_OK, 5, 0, true, false },
		{ "RSV3", { 0x91, 0x05 }, 2, IOTX_OK, 5, 0, true, false },
		{ "opcode 3", { 0x83, 0x05 }, 2, IOTX_OK, 5, 0, true, false },
		{ "opcode 11", { 0x8b, 0x05 }, 2, IOTX_OK, 5, 0, true, false },
		{ "ping", { 0x89, 0x7d }, 2, IOTX_OK, 125, 0, true, true },
		{ "ping, too long", { 0x89, 0x7e, 0, 126 }, 4, IOTX_OK, 126, 0, true, false },
		{ "ping, a fragment", { 0x09, 0x01 }, 2, IOTX_OK, 1, 0, true, false },
		{ "ping, compressed", { 0xc9, 0x01 }, 2, IOTX_OK, 1, 0, true, false },
		{ "a fragment", { 0x01, 0x03 }, 2, IOTX_OK, 3, 0, true, true },
	};
	struct iotx_ws_hdr h;
	u32 n;

	(void)state;
	for (u32 i = 0; i < sizeof(row) / sizeof(*row); i++) {
		print_message("%s\n", row[i].what);
		for (u32 len = 0; len < row[i].len; len++)
			assert_int_equal(push(&h, row[i].bytes, len, &n), IOTX_E_SHORT);
		assert_int_equal(push(&h, row[i].bytes, sizeof(row[i].bytes), &n), row[i].err);
		assert_int_equal(n, row[i].len);
		assert_int_equal(h.length, row[i].length);
		assert_int_equal(h.key, row[i].key);
		if (row[i].err)
			continue;
		assert_int_equal(iotx_ws_length_minimal(&h), row[i].minimal);
		assert_int_equal(iotx_ws_plausible(&h), row[i].plausible);
	}
}

static void mask_bytes(void **state)
{
	static const u8 key[] = { 0x37, 0xfa, 0x21, 0x3d };

	(void)state;
	for (u32 i = 0; i < 10; i++)
		assert_int_equal(iotx_ws_mask_byte(0x37fa213d, i), key[i % 4]);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(shapes),
		cmocka_unit_test(upgrade_fields),
		cmocka_unit_test(cut_at_every_byte),
		cmocka_unit_test(the_search_has_a_limit),
		cmocka_unit_test(frame_headers),
		cmocka_unit_test(mask_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
