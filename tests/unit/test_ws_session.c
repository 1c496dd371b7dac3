// SPDX-License-Identifier: GPL-2.0-only
/* Connections in WebSocket, through the engine: what is carried, what is lost, limits. */
#include "ws_lab.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

#include <cmocka.h>

#define COAP_IN "Sec-WebSocket-Protocol: coap\r\n"

/* --- messages ------------------------------------------------------------------------------ */

static void text_and_binary(void **state)
{
	(void)state;
	ws_lab_open("", "");
	ws_lab_text(0, 0x81, "Hello");
	ws_lab_text(1, 0x82, "World");
	ws_lab_frame(1, 0x82, "\0\1", 2);
	ws_lab_frame(0, 0x81, "", 0);
	ws_lab_expect("c:TEXT=Hello s:BINARY=World s:BINARY=<2> c:TEXT");
}

static void fragments_with_a_ping_between(void **state)
{
	(void)state;
	ws_lab_open("", "");
	ws_lab_text(0, 0x01, "Hel");
	ws_lab_text(0, 0x89, "x");
	ws_lab_text(1, 0x8a, "x");
	ws_lab_text(0, 0x00, "");
	ws_lab_text(0, 0x80, "lo");
	ws_lab_expect("c:PING=x s:PONG=x c:TEXT=Hello");
}

static void all_lengths(void **state)
{
	static const u32 lengths[] = { 0, 1, 125, 126, 127, 65535, 65536, 70000 };
	static u8 data[70000];
	char want[40];

	(void)state;
	ws_lab_open("", "");
	for (u32 i = 0; i < sizeof(lengths) / sizeof(*lengths); i++)
		for (u32 side = 0; side < 2; side++) {
			ws_lab_frame(side, 0x82, data, lengths[i]);
			snprintf(want, sizeof(want), lengths[i] ? "%s:BINARY=<%u>" : "%s:BINARY",
				 side ? "s" : "c", lengths[i]);
			ws_lab_expect(want);
		}
}

/* A conversation whose segments are cut anywhere tells the same. */
static void cut_anywhere(void **state)
{
	struct iotx_rng rng = { .state = 5 };
	struct iotx_buf b = {};

	(void)state;
	iotx_msg_text(&b, "GET / HTTP/1.1\r\nhost: a\r\nSEC-WEBSOCKET-VERSION:13\r\nUpGrade: WebSocket\r\n"
			  "connection: keep-alive, upgrade\r\nsec-websocket-key:" WS_KEY "\r\n\r\n");
	ws_frame(&b, 0, 0x01, "Hel", 3);
	ws_frame(&b, 0, 0x89, "x", 1);
	ws_frame(&b, 0, 0x80, "lo", 2);
	ws_frame(&b, 0, 0x88, "\x03\xe8", 2);
	for (u32 round = 0; round < 300; round++) {
		u32 first = 90 + iotx_rng_below(&rng, (u32)b.len - 90); /* recognised by its Upgrade */

		for (size_t i = 0; i < b.len;) {
			size_t n = i ? 1 + iotx_rng_below(&rng, (u32)(b.len - i)) : first;

			if (round == 0 && i)
				n = 1;
			lab_segment(0, b.data + i, (u32)n);
			i += n;
		}
		ws_lab_expect("c:UPGRADE c:PING=x c:TEXT=Hello c:CLOSE=<2>");
		lab_teardown(NULL);
		ws_lab_setup(NULL);
	}
	iotx_buf_free(&b);
}

static void data_behind_the_response(void **state)
{
	struct iotx_buf b = {};

	(void)state;
	ws_lab_request("");
	iotx_msg_text(&b, "HTTP/1.1 101 x\r\nSec-WebSocket-Accept: " WS_ACCEPT "\r\nCONNECTION: upgrade\r\n"
			  "UPGRADE: WEBSOCKET\r\n\r\n");
	ws_frame(&b, 1, 0x81, "Hello", 5);
	lab_send_buf(1, &b);
	ws_lab_expect("c:UPGRADE s:UPGRADED s:TEXT=Hello");
	iotx_buf_free(&b);
}

static void refused(void **state)
{
	static const char answer[] = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 5\r\n\r\nAgain";

	(void)state;
	ws_lab_request("");
	lab_segment(1, answer, sizeof(answer) - 1);
	ws_lab_request("Authorization: x\r\n");
	ws_lab_response("");
	ws_lab_text(1, 0x81, "Hello");
	ws_lab_expect("c:UPGRADE s:REFUSED c:UPGRADE s:UPGRADED s:TEXT=Hello");
	assert_int_equal(iotx_engine_stats(lab.engine)->bytes_lost, 5);
}

/* What a connection serves that was not made a WebSocket is nobody's concern. */
static void refused_and_used_for_http(void **state)
{
	static const char no[] = "HTTP/1.1 426 Upgrade Required\r\n\r\n", yes[] = "HTTP/1.1 200 OK\r\n\r\n<html>";
	static const char get[] = "GET /a HTTP/1.1\r\n\r\n", post[] = "POST /b HTTP/1.1\r\n\r\nbody";

	(void)state;
	ws_lab_request("");
	lab_segment(1, no, sizeof(no) - 1);
	for (u32 i = 0; i < 3; i++) {
		lab_segment(0, get, sizeof(get) - 1);
		lab_segment(1, yes, sizeof(yes) - 1);
		lab_segment(0, post, sizeof(post) - 1);
		lab_segment(1, yes, sizeof(yes) - 1);
	}
	ws_lab_expect("c:UPGRADE s:REFUSED");
	ws_lab_open("", "");
	ws_lab_text(0, 0x81, "Hello");
	ws_lab_expect("c:TEXT=Hello");
}

/* To HTTP/2, say: what follows is none of ours. */
static void switched_to_something_else(void **state)
{
	static const char answer[] = "HTTP/1.1 101 x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n";

	(void)state;
	lab_segment(1, answer, sizeof(answer) - 1);
	lab_segment(1, "\0\0\0\4\0\0\0\0\0", 9);
	lab_segment(0, "PRI * HTTP/2.0\r\n\r\n", 18);
	ws_lab_expect("");
	assert_int_equal(iotx_engine_stats(lab.engine)->bytes_lost, 27);
}

static void a_head_too_long(void **state)
{
	static char line[17000];

	(void)state;
	memset(line, 'x', sizeof(line) - 3);
	memcpy(line, "X: ", 3);
	memcpy(line + 16000, "\r\n", 3);
	ws_lab_request(line);
	ws_lab_expect("c:UPGRADE");
	memset(line + 16000, 'x', 3);
	memcpy(line + sizeof(line) - 3, "\r\n", 3);
	ws_lab_request(line);
	ws_lab_expect("c:UPGRADE(limit)");
	assert_int_equal(iotx_engine_stats(lab.engine)->ws_heads_limit, 1);
}

/* --- MQTT and CoAP inside ------------------------------------------------------------------ */

static void mqtt_by_subprotocol(void **state)
{
	(void)state;
	ws_lab_open_mqtt();
	ws_lab_frame(0, 0x82, WS_PINGREQ, 2);
	ws_lab_expect("~c:PINGREQ");
}

static void mqtt_over_two_frames_and_two_in_one(void **state)
{
	struct iotx_buf b = {};

	(void)state;
	ws_lab_open_mqtt();
	ws_lab_frame(0, 0x82, "\x82\x06\0\1\0\1#\0", 8);
	ws_lab_frame(1, 0x82, "\x90\x03\0\1\0", 5);
	ws_lab_expect("~c:SUBSCRIBE ~s:SUBACK");
	lab_publish(&b, "a/b", 300);
	for (u32 cut = 1; cut < b.len; cut += 7) { /* two messages, also within the fixed header */
		ws_lab_frame(0, 0x82, b.data, cut);
		ws_lab_frame(0, 0x82, b.data + cut, (u32)b.len - cut);
		ws_lab_expect("~c:PUBLISH");
		ws_lab_frame(1, 0x02, b.data, cut); /* two fragments, and a ping between */
		ws_lab_text(1, 0x89, "");
		ws_lab_frame(1, 0x80, b.data + cut, (u32)b.len - cut);
		ws_lab_expect("s:PING ~s:PUBLISH");
	}
	lab_publish(&b, "a/b", 0);
	lab_publish(&b, "a/b", 70);
	ws_lab_frame(0, 0x82, b.data, (u32)b.len);
	ws_lab_expect("~c:PUBLISH ~c:PUBLISH ~c:PUBLISH");
	for (size_t i = 0; i < b.len; i++) /* a frame for every byte */
		ws_lab_frame(1, 0x82, b.data + i, 1);
	ws_lab_expect("~s:PUBLISH ~s:PUBLISH ~s:PUBLISH");
	iotx_buf_free(&b);
}

static void mqtt_by_content(void **state)
{
	static const u32 cuts[] = { 0, 1, 2, 4, 8, 11 };
	struct iotx_buf b = {};

	(void)state;
	iotx_msg_connect(&b);
	for (u32 i = 0; i < sizeof(cuts) / sizeof(*cuts); i++) {
		ws_lab_open("Sec-WebSocket-Protocol: v1\r\n", "Sec-WebSocket-Protocol: v1\r\n");
		if (cuts[i])
			ws_lab_frame(0, 0x82, b.data, cuts[i]);
		ws_lab_frame(0, 0x82, b.data + cuts[i], (u32)b.len - cuts[i]);
		ws_lab_frame(1, 0x82, WS_CONNACK, 4);
		ws_lab_frame(0, 0x82, WS_PINGREQ, 2);
		ws_lab_expect("!MQTT-6.0.0-3 ~c:CONNECT ~s:CONNACK ~c:PINGREQ");
		lab_teardown(NULL);
		ws_lab_setup(NULL);
	}
	iotx_buf_free(&b);
}

/* Two bytes of a CONNECT, then none: both are shown after all, and so is what follows. */
static void nearly_mqtt(void **state)
{
	(void)state;
	ws_lab_open("", "");
	ws_lab_text(0, 0x82, "\x10");
	ws_lab_text(0, 0x82, "ab");
	ws_lab_frame(0, 0x82, WS_PINGREQ, 2);
	ws_lab_expect("c:BINARY=<1> c:BINARY=ab c:BINARY=<2>");
	lab_teardown(NULL);
	ws_lab_setup(NULL);
	ws_lab_open("", "");
	ws_lab_text(0, 0x82, "\x10");
	ws_lab_expect("");
	iotx_engine_finish(lab.engine);
	ws_lab_expect("c:BINARY=<1>");
}

static void coap(void **state)
{
	static const char *const protocols[] = { COAP_IN, "" };

	(void)state;
	for (u32 i = 0; i < 2; i++) { /* by subprotocol, by content */
		ws_lab_open(protocols[i], protocols[i]);
		ws_lab_frame(0, 0x82, "\x00\xe1", 2);
		ws_lab_frame(1, 0x82, "\x00\xe1", 2);
		ws_lab_frame(0, 0x02, "\x01\x01\xaa", 3);
		ws_lab_frame(0, 0x80, "\xb1\x61", 2);
		ws_lab_frame(1, 0x82, "\x01\x45\xaa\xffhi", 6);
		ws_lab_expect("~c:7.01 CSM ~s:7.01 CSM ~c:GET ~s:2.05 Content");
		lab_teardown(NULL);
		ws_lab_setup(NULL);
	}
}

/* --- permessage-deflate -------------------------------------------------------------------- */

static u8 packed[1 << 16];

/* A message as a sender compresses it, in the context `z`. */
static u32 deflated(z_stream *z, const void *data, u32 n)
{
	z->next_in = (Bytef *)data;
	z->avail_in = n;
	z->next_out = packed;
	z->avail_out = sizeof(packed);
	assert_int_equal(deflate(z, Z_SYNC_FLUSH), Z_OK);
	return (u32)sizeof(packed) - z->avail_out - 4;
}

static void deflater(z_stream *z)
{
	memset(z, 0, sizeof(*z));
	assert_int_equal(deflateInit2(z, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY), Z_OK);
}

static void deflate_with_takeover(void **state)
{
	struct iotx_buf b = {};
	z_stream z;
	u32 n;

	(void)state;
	deflater(&z);
	ws_lab_open(WS_MQTT WS_DEFLATE "\r\n", WS_MQTT WS_DEFLATE "\r\n");
	iotx_msg_connect(&b);
	n = deflated(&z, b.data, (u32)b.len);
	ws_lab_frame(0, 0xc2, packed, n);
	ws_lab_frame(1, 0x82, WS_CONNACK, 4); /* not every message is compressed */
	b.len = 0;
	lab_publish(&b, "some/topic", 200);
	for (u32 i = 0; i < 5; i++) { /* a message over two, and over fragments */
		n = deflated(&z, b.data, 77);
		ws_lab_frame(0, 0xc2, packed, n);
		n = deflated(&z, b.data + 77, (u32)b.len - 77);
		ws_lab_frame(0, 0x42, packed, n / 2);
		ws_lab_text(0, 0x89, "");
		ws_lab_frame(0, 0x80, packed + n / 2, n - n / 2);
	}
	ws_lab_expect("~c:CONNECT ~s:CONNACK c:PING ~c:PUBLISH c:PING ~c:PUBLISH c:PING ~c:PUBLISH "
		      "c:PING ~c:PUBLISH c:PING ~c:PUBLISH");
	iotx_buf_free(&b);
	deflateEnd(&z);
}

static void deflate_without_takeover(void **state)
{
	z_stream z;

	(void)state;
	deflater(&z);
	ws_lab_open(WS_DEFLATE "; client_no_context_takeover\r\n",
		    WS_DEFLATE "; client_no_context_takeover; server_no_context_takeover\r\n");
	for (u32 i = 0; i < 3; i++) {
		deflateReset(&z);
		ws_lab_frame(0, 0xc1, packed, deflated(&z, "Hello-hello-hello", 17));
		deflateReset(&z);
		ws_lab_frame(1, 0xc1, packed, deflated(&z, "World-world-world", 17));
		ws_lab_expect("c:TEXT=Hello-hello-hello s:TEXT=World-world-world");
		assert_int_equal(iotx_engine_stats(lab.engine)->ws_inflaters, 0);
	}
	deflateEnd(&z);
}

/* What was compressed behind a hole cannot be read, and is not guessed at. */
static void deflate_and_a_hole(void **state)
{
	z_stream z;

	(void)state;
	deflater(&z);
	ws_lab_open(WS_DEFLATE "\r\n", WS_DEFLATE "\r\n");
	ws_lab_frame(0, 0xc1, packed, deflated(&z, "Hello", 5));
	lab.seq[0] += 6 + deflated(&z, "World", 5); /* never captured */
	ws_lab_frame(0, 0xc1, packed, deflated(&z, "Hello", 5));
	ws_lab_text(0, 0x81, "plain");
	ws_lab_frame(0, 0xc1, packed, deflated(&z, "World", 5));
	iotx_engine_finish(lab.engine);
	ws_lab_expect("c:TEXT=Hello c:TEXT+resync(lost) c:TEXT=plain c:TEXT(lost)");
	deflateEnd(&z);
}

/* A context is given back with its connection: there are only so many for all. */
static void deflate_and_the_end(void **state)
{
	z_stream z;

	(void)state;
	deflater(&z);
	ws_lab_open(WS_DEFLATE "\r\n", WS_DEFLATE "\r\n");
	ws_lab_frame(0, 0xc1, packed, deflated(&z, "Hello", 5));
	ws_lab_expect("c:TEXT=Hello");
	assert_int_equal(iotx_engine_stats(lab.engine)->ws_inflaters, 1);
	ws_lab_close(0);
	assert_int_equal(iotx_engine_stats(lab.engine)->ws_inflaters, 0);
	deflateEnd(&z);
}

static void deflate_too_dense(void **state)
{
	static u8 zeroes[1 << 20];
	z_stream z;

	(void)state;
	deflater(&z);
	ws_lab_open(WS_DEFLATE "\r\n", WS_DEFLATE "\r\n");
	ws_lab_frame(0, 0xc2, packed, deflated(&z, zeroes, 16 << 10));
	ws_lab_expect("c:BINARY=<16384>");
	ws_lab_frame(0, 0xc2, packed, deflated(&z, zeroes, sizeof(zeroes)));
	ws_lab_text(0, 0x82, "next");
	assert_non_null(strstr(lab.log, "(limit) c:BINARY=next"));
	assert_int_equal(iotx_engine_stats(lab.engine)->ws_messages_limit, 1);
	deflateEnd(&z);
}

/* The stream inside goes on where a message that is not compressed shows where. */
static void mqtt_behind_what_is_too_dense(void **state)
{
	static u8 zeroes[1 << 20];
	z_stream z;

	(void)state;
	deflater(&z);
	ws_lab_open(WS_MQTT WS_DEFLATE "\r\n", WS_MQTT WS_DEFLATE "\r\n");
	ws_lab_connect();
	ws_lab_frame(0, 0xc2, packed, deflated(&z, zeroes, sizeof(zeroes)));
	ws_lab_frame(0, 0xc2, packed, deflated(&z, WS_PINGREQ, 2));
	ws_lab_frame(0, 0x82, WS_PINGREQ, 2);
	ws_lab_expect("~c:CONNECT !MQTT 5.0 2.1.2 c:BINARY(limit) c:BINARY(lost) ~c:PINGREQ+resync");
	deflateEnd(&z);
}

/* --- limits -------------------------------------------------------------------------------- */

static void too_long(void **state)
{
	static u8 data[1500];

	(void)state;
	lab_teardown(NULL);
	lab_start(10, 1000);
	lab.port = LAB_WEB;
	ws_lab_request("");
	ws_lab_response("");
	lab.log[0] = 0;
	ws_lab_frame(0, 0x82, data, 1000);
	assert_non_null(strstr(lab.log, "c:BINARY"));
	assert_null(strstr(lab.log, "(-4)"));
	ws_lab_frame(0, 0x82, data, 1001); /* as its length says */
	assert_non_null(strstr(lab.log, "(-4)"));
	lab.log[0] = 0;
	ws_lab_frame(0, 0x02, data, 600); /* together */
	assert_int_equal(iotx_engine_stats(lab.engine)->memory_held, 600);
	ws_lab_frame(0, 0x80, data, 600);
	assert_non_null(strstr(lab.log, "c:BINARY (-4)"));
	lab.log[0] = 0;
	ws_lab_hex(1, "827f7fffffffffffffff"); /* shown though it never ends */
	assert_non_null(strstr(lab.log, "s:BINARY (-4)"));
	assert_int_equal(iotx_engine_stats(lab.engine)->ws_messages_limit, 3);
}

static void anything(void **state)
{
	struct iotx_rng rng = { .state = 11 };
	u8 data[300];

	(void)state;
	ws_lab_open(WS_MQTT WS_DEFLATE "\r\n", WS_MQTT WS_DEFLATE "\r\n");
	for (u32 i = 0; i < 30000; i++) {
		u32 n = iotx_rng_below(&rng, iotx_rng_chance(&rng, 90) ? 20 : sizeof(data));
		u32 side = iotx_rng_below(&rng, 2);

		iotx_rng_fill(&rng, data, sizeof(data));
		if (iotx_rng_chance(&rng, 3))
			lab.seq[side] += iotx_rng_below(&rng, 40);
		if (iotx_rng_chance(&rng, 95))
			ws_lab_frame(side, data[0] & (iotx_rng_chance(&rng, 80) ? 0xc2 : 0xff), data, n);
		else
			lab_segment(side, data, n + 1);
		lab.log[0] = '\0';
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, ws_lab_setup, lab_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(text_and_binary),
		TEST(fragments_with_a_ping_between),
		TEST(all_lengths),
		TEST(cut_anywhere),
		TEST(data_behind_the_response),
		TEST(refused),
		TEST(refused_and_used_for_http),
		TEST(switched_to_something_else),
		TEST(a_head_too_long),
		TEST(mqtt_by_subprotocol),
		TEST(mqtt_over_two_frames_and_two_in_one),
		TEST(mqtt_by_content),
		TEST(nearly_mqtt),
		TEST(coap),
		TEST(deflate_with_takeover),
		TEST(deflate_without_takeover),
		TEST(deflate_and_a_hole),
		TEST(deflate_and_the_end),
		TEST(deflate_too_dense),
		TEST(mqtt_behind_what_is_too_dense),
		TEST(too_long),
		TEST(anything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
