// SPDX-License-Identifier: GPL-2.0-only
/* The WebSocket opening handshake (RFC 6455 4), as far as it tells a flow apart. */
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

/* Searches as iotx_track_step() does; returns whether the field was found. */
static bool search(const void *text, u32 len)
{
	struct iotx_cur c = iotx_guard_cur(text, len);
	struct iotx_ws_search s = {};

	while (s.off < IOTX_WS_HEAD_MAX && !iotx_ws_search_step(&s, &c, 0))
		;
	assert_true(s.off <= len);
	return s.found;
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

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(shapes),
		cmocka_unit_test(upgrade_fields),
		cmocka_unit_test(cut_at_every_byte),
		cmocka_unit_test(the_search_has_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
