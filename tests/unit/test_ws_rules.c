// SPDX-License-Identifier: GPL-2.0-only
/* Every rule of WebSocket: what breaks it, and what nearly does. */
#include "ws_lab.h"

#include <wire/ws_rule.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define GET "GET / HTTP/1.1\r\n"
#define HOST "Host: a\r\n"
#define UPGRADE "Upgrade: websocket\r\n"
#define CONNECTION "Connection: Upgrade\r\n"
#define KEY "Sec-WebSocket-Key: " WS_KEY "\r\n"
#define VERSION "Sec-WebSocket-Version: 13\r\n"
#define ASK GET HOST UPGRADE CONNECTION KEY VERSION
#define OK_101 "HTTP/1.1 101 Switching Protocols\r\n"
#define ACCEPT "Sec-WebSocket-Accept: " WS_ACCEPT "\r\n"
#define ANSWER OK_101 UPGRADE CONNECTION ACCEPT
#define EXT(s) "Sec-WebSocket-Extensions: " s "\r\n"
#define PMD(s) EXT("permessage-deflate" s)
#define PROTO(s) "Sec-WebSocket-Protocol: " s "\r\n"
#define COAP_IN PROTO("coap")

#define NONE IOTX_WS_RULE_COUNT /* a near miss */
#define R(id) IOTX_WS_RULE_##id

/*
 * `frames`: c or s for the side, then the first byte and a payload, ":text", "=hex" or
 * "*times"; or "#hex" for bytes as they stand; or F for FIN. A d is a delay of two seconds.
 */
struct row {
	const char *id; /* in the list of rules that the issue names */
	const char *request, *response, *frames;
	enum iotx_ws_rule rule;
};

static const struct row rows[] = {
	{ "WS-01", GET HOST UPGRADE CONNECTION KEY VERSION, NULL, NULL, NONE },
	{ "WS-01", "GET / HTTP/1.0\r\n" HOST UPGRADE CONNECTION KEY VERSION, NULL, NULL, R(REQUEST_LINE) },
	{ "WS-01", "HEAD / HTTP/1.1\r\n" HOST UPGRADE CONNECTION KEY VERSION, NULL, NULL, R(REQUEST_LINE) },
	{ "WS-01", "GET / HTTP/1.2\r\n" HOST UPGRADE CONNECTION KEY VERSION, NULL, NULL, NONE },
	{ "WS-01", GET UPGRADE CONNECTION KEY VERSION, NULL, NULL, R(REQUEST_HOST) },
	{ "WS-01", GET "host:\r\n" UPGRADE CONNECTION KEY VERSION, NULL, NULL, NONE },
	{ "WS-01", GET HOST "Upgrade: h2c\r\n" CONNECTION KEY VERSION, NULL, NULL, R(REQUEST_UPGRADE) },
	{ "WS-01", GET HOST "upgrade: h2c , WebSocket\r\n" CONNECTION KEY VERSION, NULL, NULL, NONE },
	{ "WS-01", GET HOST UPGRADE "Connection: keep-alive\r\n" KEY VERSION, NULL, NULL, R(REQUEST_CONNECTION) },
	{ "WS-01", GET HOST UPGRADE "Connection: keep-alive\r\nconnection: upgrade\r\n" KEY VERSION, NULL, NULL, NONE },

	{ "WS-02", GET HOST UPGRADE CONNECTION VERSION, NULL, NULL, R(KEY) },
	{ "WS-02", GET HOST UPGRADE CONNECTION "Sec-WebSocket-Key: MTIzNDU2Nzg5MDEyMzQ1\r\n" VERSION,
	  NULL, NULL, R(KEY) },
	{ "WS-02", GET HOST UPGRADE CONNECTION "Sec-WebSocket-Key: MTIzNDU2Nzg5MDEyMzQ1Njc=\r\n" VERSION,
	  NULL, NULL, R(KEY) },
	{ "WS-02", GET HOST UPGRADE CONNECTION "Sec-WebSocket-Key: MTIzNDU2Nzg5MDEyMzQ1N!==\r\n" VERSION,
	  NULL, NULL, R(KEY) },
	{ "WS-02", GET HOST UPGRADE CONNECTION "Sec-WebSocket-Key:MTIzNDU2Nzg5MDEyMzQ1Ng==\r\n" VERSION,
	  NULL, NULL, NONE },
	{ "WS-02", GET HOST UPGRADE CONNECTION KEY "Sec-WebSocket-Version: 8\r\n", NULL, NULL, R(VERSION) },
	{ "WS-02", GET HOST UPGRADE CONNECTION KEY, NULL, NULL, R(VERSION) },
	{ "WS-02", GET HOST UPGRADE CONNECTION KEY "sec-websocket-version:13\r\n", NULL, NULL, NONE },

	{ "WS-03", ASK, ANSWER, NULL, NONE },
	{ "WS-03", ASK,
	  OK_101 UPGRADE CONNECTION "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOO=\r\n", NULL, R(ACCEPT) },
	{ "WS-03", ASK, OK_101 UPGRADE CONNECTION, NULL, R(ACCEPT) },
	{ "WS-03", ASK, OK_101 ACCEPT CONNECTION, NULL, R(RESPONSE_UPGRADE) },
	{ "WS-03", ASK, OK_101 ACCEPT UPGRADE, NULL, R(RESPONSE_UPGRADE) },
	{ "WS-03", NULL, ANSWER, NULL, NONE }, /* nothing is known of the key */
	{ "WS-03", ASK, "HTTP/1.1 400 Bad Request\r\n", NULL, NONE },

	{ "WS-04", ASK PROTO("a, b"), ANSWER PROTO("c"), NULL, R(SUBPROTOCOL) },
	{ "WS-04", ASK PROTO("a, b"), ANSWER PROTO("B"), NULL, R(SUBPROTOCOL) },
	{ "WS-04", ASK, ANSWER PROTO("a"), NULL, R(SUBPROTOCOL) },
	{ "WS-04", ASK PROTO("a") PROTO("b"), ANSWER PROTO("b"), NULL, NONE },
	{ "WS-04", ASK PROTO("a"), ANSWER, NULL, NONE },

	{ "WS-05", ASK, ANSWER EXT("x-foo"), NULL, R(EXTENSION) },
	{ "WS-05", ASK EXT("x-foo"), ANSWER PMD(""), NULL, R(EXTENSION) },
	{ "WS-05", ASK EXT("x-bar, x-foo; a=b"), ANSWER EXT("x-foo"), NULL, NONE },
	{ "WS-05", ASK EXT("x"), ANSWER EXT("x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,y"), NULL, R(EXTENSION) },
	{ "WS-05", ASK EXT("x"), ANSWER EXT("x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,y"), NULL, NONE }, /* so many? */

	{ "WS-06", ASK, ANSWER, "c#810161", R(UNMASKED) },
	{ "WS-06", ASK, ANSWER, "c#81810000000061", NONE },
	{ "WS-06", ASK, ANSWER, "s#81810000000061", R(MASKED) },
	{ "WS-06", ASK, ANSWER, "s#810161", NONE },

	{ "WS-07", ASK, ANSWER, "s91:a", R(RSV) },
	{ "WS-07", ASK, ANSWER, "sc1:a", R(RSV) },
	{ "WS-07", ASK PMD(""), ANSWER PMD(""), "sa1:a", R(RSV) },
	{ "WS-07", ASK EXT("x-foo"), ANSWER EXT("x-foo"), "s91:a", NONE },
	{ "WS-07", ASK PMD(""), ANSWER PMD(""), "sc1=f248cdc9c90700", NONE },

	{ "WS-08", ASK, ANSWER, "s83:a", R(OPCODE) },
	{ "WS-08", ASK, ANSWER, "c8b", R(OPCODE) },
	{ "WS-08", ASK, ANSWER, "s82:a c8a", NONE },

	{ "WS-09", ASK, ANSWER, "s#827f8000000000000000", R(LENGTH_BIT) },
	{ "WS-09", ASK, ANSWER, "s#827f0000000000010000", NONE },

	{ "WS-10", ASK, ANSWER, "s#827e00024142", R(LENGTH_LONG) },
	{ "WS-10", ASK, ANSWER, "s#827f00000000000000014a", R(LENGTH_LONG) },
	{ "WS-10", ASK, ANSWER, "s82*126 s82*125", NONE },

	{ "WS-11", ASK, ANSWER, "c80:a", R(CONTINUATION) },
	{ "WS-11", ASK, ANSWER, "c01:a c80:b c80:c", R(CONTINUATION) },
	{ "WS-11", ASK, ANSWER, "c01:a c82:b", R(INTERRUPTED) },
	{ "WS-11", ASK, ANSWER, "c01:a s81:b c00:c c80:d", NONE },

	{ "WS-12", ASK, ANSWER, "s89*126", R(CONTROL_LONG) },
	{ "WS-12", ASK, ANSWER, "s89*125", NONE },
	{ "WS-12", ASK, ANSWER, "c09:a", R(CONTROL_FRAGMENT) },
	{ "WS-12", ASK, ANSWER, "c89:a", NONE },

	{ "WS-13", ASK, ANSWER, "c01:a c89:p c81:b", R(INTERRUPTED) }, /* the ping has not ended it */
	{ "WS-13", ASK, ANSWER, "c01:a c89:p c80:b", NONE },

	{ "WS-14", ASK, ANSWER, "s88=03", R(CLOSE_SHORT) },
	{ "WS-14", ASK, ANSWER, "s88=03e8c3", R(CLOSE_REASON) },
	{ "WS-14", ASK, ANSWER, "s88=03e8c3a4 c88", NONE },

	{ "WS-15", ASK, ANSWER, "s88=03e7", R(CLOSE_CODE) }, /* 999 */
	{ "WS-15", ASK, ANSWER, "s88=03ec", R(CLOSE_CODE) }, /* 1004 */
	{ "WS-15", ASK, ANSWER, "s88=03ed", R(CLOSE_CODE) }, /* 1005 */
	{ "WS-15", ASK, ANSWER, "s88=03ee", R(CLOSE_CODE) }, /* 1006 */
	{ "WS-15", ASK, ANSWER, "s88=03f7", R(CLOSE_CODE) }, /* 1015 */
	{ "WS-15", ASK, ANSWER, "s88=03f8", R(CLOSE_CODE) }, /* 1016 */
	{ "WS-15", ASK, ANSWER, "s88=0bb7", R(CLOSE_CODE) }, /* 2999 */
	{ "WS-15", ASK, ANSWER, "s88=1388", R(CLOSE_RANGE) }, /* 5000 */
	{ "WS-15", ASK, ANSWER, "s88=03f6 c88=03e8", NONE }, /* 1014, 1000 */
	{ "WS-15", ASK, ANSWER, "s88=0bb8 c88=1387", NONE }, /* 3000, 4999 */

	{ "WS-16", ASK, ANSWER, "c88=03e8 c81:a", R(AFTER_CLOSE) },
	{ "WS-16", ASK, ANSWER, "c81:a c88=03e8 s81:b c8a", NONE },

	{ "WS-17", ASK, ANSWER, "c88=03e8 sF", R(CLOSE_UNANSWERED) },
	{ "WS-17", ASK, ANSWER, "c88=03e8 s88=03e8 sF cF", NONE },
	{ "WS-17", ASK, ANSWER, "sF c88=03e8 cF", NONE }, /* it came too late */
	{ "WS-17", ASK, ANSWER, "sF cF", NONE },

	{ "WS-18", ASK, ANSWER, "c89:a s8a:b", R(PONG) },
	{ "WS-18", ASK, ANSWER, "c89:a s8a", R(PONG) },
	{ "WS-18", ASK, ANSWER, "c89:a c89:b s8a:b", NONE }, /* the latest may be answered alone */
	{ "WS-18", ASK, ANSWER, "c89:a s8a:a s8a:x", NONE }, /* nobody asked */

	{ "WS-19", ASK, ANSWER, "c81=c3", R(TEXT) },
	{ "WS-19", ASK, ANSWER, "c01=c3 c80=28", R(TEXT) },
	{ "WS-19", ASK, ANSWER, "c01=c3 c80=a4 c82=c3", NONE },

	{ "WS-20", ASK, ANSWER, "c88=03e8 s88=03e8 cF sF", R(CLIENT_FIRST) },
	{ "WS-20", ASK, ANSWER, "c88=03e8 s88=03e8 sF cF", NONE },
	{ "WS-20", ASK, ANSWER, "c88=03e8 s88=03e8 d cF", NONE }, /* after a reasonable time */
	{ "WS-20", ASK, ANSWER, "c81:a cF", NONE },               /* no closing handshake */

	{ "WS-21", ASK WS_MQTT, ANSWER WS_MQTT, "c81=100c00044d5154540402003c0000", R(MQTT_TEXT) },
	{ "WS-21", ASK WS_MQTT, ANSWER WS_MQTT, "c82=100c00044d5154540402003c0000", NONE },

	{ "MQTT-6.0.0-3", ASK, ANSWER, "c82=100c00044d5154540402003c0000", R(MQTT_OFFER) },
	{ "MQTT-6.0.0-3", ASK WS_MQTT, ANSWER WS_MQTT, "c82=100c00044d5154540402003c0000", NONE },
	{ "MQTT-6.0.0-4", ASK WS_MQTT, ANSWER, "c82=100c00044d5154540402003c0000", R(MQTT_NAME) },
	{ "MQTT-6.0.0-4", ASK PROTO("mqttv3.1"), ANSWER PROTO("mqttv3.1"),
	  "c82=100f00064d51497364700302003c000163", NONE },

	{ "PMD-01", ASK PMD("; x"), NULL, NULL, R(DEFLATE_PARAM) },
	{ "PMD-01", ASK PMD("; client_max_window_bits; client_max_window_bits=10"), NULL, NULL, R(DEFLATE_PARAM) },
	{ "PMD-01", ASK PMD("; server_max_window_bits"), NULL, NULL, R(DEFLATE_PARAM) },
	{ "PMD-01", ASK PMD("; server_max_window_bits=7"), NULL, NULL, R(DEFLATE_PARAM) },
	{ "PMD-01", ASK PMD("; server_max_window_bits=16"), NULL, NULL, R(DEFLATE_PARAM) },
	{ "PMD-01", ASK PMD("; server_max_window_bits=08"), NULL, NULL, R(DEFLATE_PARAM) },
	{ "PMD-01", ASK PMD("; server_no_context_takeover=1"), NULL, NULL, R(DEFLATE_PARAM) },
	{ "PMD-01", ASK PMD("; client_max_window_bits"),
	  ANSWER PMD("; client_max_window_bits"), NULL, R(DEFLATE_PARAM) },
	{ "PMD-01", ASK PMD("; client_max_window_bits; server_max_window_bits=\"8\", permessage-deflate; "
			    "client_no_context_takeover; server_no_context_takeover; client_max_window_bits=15"),
	  NULL, NULL, NONE },

	{ "PMD-02", ASK PMD("; server_max_window_bits=10"),
	  ANSWER PMD("; server_max_window_bits=11"), NULL, R(DEFLATE_WINDOW) },
	{ "PMD-02", ASK PMD("; server_max_window_bits=10"), ANSWER PMD(""), NULL, R(DEFLATE_WINDOW) },
	{ "PMD-02", ASK PMD(""), ANSWER PMD("; client_max_window_bits=10"), NULL, R(DEFLATE_WINDOW) },
	{ "PMD-02", ASK PMD("; server_max_window_bits=10"), ANSWER PMD("; server_max_window_bits=10"), NULL, NONE },
	{ "PMD-02", ASK PMD(""), ANSWER PMD("; server_max_window_bits=9"), NULL, NONE },
	{ "PMD-02", ASK PMD("; server_max_window_bits=9, permessage-deflate; client_max_window_bits"),
	  ANSWER PMD("; client_max_window_bits=12"), NULL, NONE }, /* that of the second offer */

	{ "RFC 7692 7.1.1.1", ASK PMD("; server_no_context_takeover"), ANSWER PMD(""), NULL,
	  R(DEFLATE_NO_TAKEOVER) },
	{ "RFC 7692 7.1.1.1", ASK PMD("; server_no_context_takeover"),
	  ANSWER PMD("; server_no_context_takeover"), NULL, NONE },
	{ "RFC 7692 7.1.1.1", ASK PMD("; server_no_context_takeover, permessage-deflate"),
	  ANSWER PMD(""), NULL, NONE }, /* that of the second offer */

	{ "PMD-03", ASK PMD(""), ANSWER PMD(""), "c41=f248cd cc0=c9c90700", R(DEFLATE_CONTINUATION) },
	{ "PMD-03", ASK PMD(""), ANSWER PMD(""), "c41=f248cd c80=c9c90700", NONE },

	{ "PMD-04", ASK PMD(""), ANSWER PMD(""), "cc9:a", R(DEFLATE_CONTROL) },
	{ "PMD-04", ASK PMD(""), ANSWER PMD(""), "c89:a", NONE },

	{ "PMD-05", ASK PMD(""), ANSWER PMD(""), "cc1=ffffffff", R(INFLATE) },
	{ "PMD-05", ASK PMD(""), ANSWER PMD(""), "cc1=f248cd", R(INFLATE) },
	{ "PMD-05", ASK PMD(""), ANSWER PMD(""), "cc1=f200110000", R(INFLATE) }, /* beyond the window */
	{ "PMD-05", ASK PMD(""), ANSWER PMD(""), "cc1=f248cdc9c90700 cc1=00", NONE },

	{ "PMD-06", ASK PMD(""),
	  ANSWER PMD("; server_no_context_takeover"), "sc1=f248cdc9c90700 sc1=f200110000", R(TAKEOVER) },
	{ "PMD-06", ASK PMD(""),
	  ANSWER PMD("; server_no_context_takeover"), "cc1=f248cdc9c90700 cc1=f200110000", NONE },

	{ "CoAP", ASK COAP_IN, ANSWER COAP_IN, "c81=00e1", R(COAP_TEXT) },
	{ "CoAP", ASK COAP_IN, ANSWER COAP_IN, "c82=20e1c102", R(COAP_LENGTH) },
	{ "CoAP", ASK COAP_IN, ANSWER COAP_IN, "c82=00e1 s82=00e1", NONE },
};

#define ROWS (sizeof(rows) / sizeof(*rows))

static u64 found; /* rules, by number */
static u32 others;

static void take_note(const struct iotx_event *ev, char *word, size_t room)
{
	u32 i = 0;

	snprintf(word, room, "%s", ev->diag.rule ? ev->diag.rule : ".");
	if (!ev->cls->of_rules)
		return;
	while (i < NONE && iotx_ws_rule(i)->text != ev->diag.text)
		i++;
	if (i < NONE)
		found |= 1ull << i;
	else
		others++;
}

static void head(u32 side, const char *lines)
{
	char text[2000];

	if (!lines)
		return;
	snprintf(text, sizeof(text), "%s\r\n", lines);
	lab_segment(side, text, (u32)strlen(text));
}

static u32 unhex(const char *hex, char *out)
{
	u32 n = 0;

	for (; *hex; hex += 2) {
		char digits[3] = { hex[0], hex[1], 0 };

		out[n++] = (char)strtoul(digits, NULL, 16);
	}
	return n;
}

static void step(const char *word)
{
	u32 side = word[0] == 's', n = 0;
	char digits[3] = { word[1], word[1] ? word[2] : 0, 0 }, payload[256];

	if (word[0] == 'd')
		lab.frames += 2000;
	else if (word[1] == 'F')
		ws_lab_close(side);
	else if (word[1] == '#')
		lab_segment(side, payload, unhex(word + 2, payload));
	if (word[0] == 'd' || word[1] == 'F' || word[1] == '#')
		return;
	if (word[3] == ':')
		n = (u32)snprintf(payload, sizeof(payload), "%s", word + 4);
	else if (word[3] == '=')
		n = unhex(word + 4, payload);
	else if (word[3] == '*')
		memset(payload, 'x', n = (u32)strtoul(word + 4, NULL, 10));
	ws_lab_frame(side, (u8)strtoul(digits, NULL, 16), payload, n);
}

static void play(const struct row *r)
{
	char frames[256], *rest = frames, *word;

	found = 0;
	others = 0;
	lab.describe = take_note;
	lab.live = true; /* the kernel half recognises only some of these requests */
	lab.view = (struct iotx_kernel_view){
		.proto = WEBSOCKET, .start = IOTX_NO_START, .weight = 1, .flags = IOTX_SAMPLE_FLOW,
	};
	head(0, r->request);
	head(1, r->response);
	snprintf(frames, sizeof(frames), "%s", r->frames ? r->frames : "");
	while ((word = strsep(&rest, " ")))
		if (*word)
			step(word);
}

static void every_rule(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		const struct row *r = &rows[i];
		u64 want = r->rule == NONE ? 0 : 1ull << r->rule;

		ws_lab_setup(NULL);
		play(r);
		if (found != want || others)
			fail_msg("row %zu, %s, %s: %s", i, r->id,
				 want ? iotx_ws_rule(r->rule)->text : "a near miss", lab.log);
		lab_teardown(NULL);
	}
}

/* MQTT need not line up with frames (WS-22): what is wrong is found, and only that. */
static void cut_by_frames(void **state)
{
	static const char connect[] = "c82=100c00044d5154540402003c0000 s82=20020000 ";
	static const struct {
		const char *frames, *finding;
	} cases[] = {
		{ "c82=30 c82=0400 c02=0174 c80=78", NULL },
		{ "c82=36 c82=0600 c02=0174 c80=000178", "MQTT-3.3.1-4" },
		{ "c82=30040001747830 c82=0400017478", NULL },
		{ "c82=30040001747836 c82=060001740001 c82=78", "MQTT-3.3.1-4" },
	};

	(void)state;
	for (u32 i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char frames[256];
		struct row r = { "WS-22", ASK WS_MQTT, ANSWER WS_MQTT, frames, NONE };

		snprintf(frames, sizeof(frames), "%s%s", connect, cases[i].frames);
		ws_lab_setup(NULL);
		play(&r);
		assert_true(!found);
		assert_int_equal(others, cases[i].finding != NULL);
		if (cases[i].finding)
			assert_non_null(strstr(lab.log, cases[i].finding));
		lab_teardown(NULL);
	}
}

/* A table that looks complete and leaves something out is worse than none. */
static void none_missing(void **state)
{
	u64 broken = 0;

	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		bool trips = false, misses = false;

		if (rows[i].rule < NONE)
			broken |= 1ull << rows[i].rule;
		for (size_t k = 0; k < ROWS; k++) {
			if (strcmp(rows[i].id, rows[k].id))
				continue;
			trips |= rows[k].rule != NONE;
			misses |= rows[k].rule == NONE;
		}
		if (!trips || !misses)
			fail_msg("%s is not tried from both sides", rows[i].id);
	}
	for (u32 i = 0; i < NONE; i++)
		if (!(broken >> i & 1))
			fail_msg("nothing breaks: %s", iotx_ws_rule(i)->text);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_rule),
		cmocka_unit_test(cut_by_frames),
		cmocka_unit_test(none_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
