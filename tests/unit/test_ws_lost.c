// SPDX-License-Identifier: GPL-2.0-only
/* WebSocket of which bytes are missing: holes, and captures that start in midstream. */
#include "ws_lab.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void a_gap_within_a_payload(void **state)
{
	struct iotx_buf b = {}, frame = {};

	(void)state;
	ws_lab_open_mqtt();
	lab_publish(&b, "a", 500);
	ws_frame(&frame, 0, 0x82, b.data, (u32)b.len);
	lab_segment(0, frame.data, 100);
	lab.seq[0] += 200; /* never captured */
	lab_segment(0, frame.data + 300, (u32)frame.len - 300);
	ws_lab_frame(0, 0x82, WS_PINGREQ, 2);
	iotx_engine_finish(lab.engine);
	ws_lab_expect("~c:PUBLISH ~c:PINGREQ");
	assert_int_equal(iotx_engine_stats(lab.engine)->messages_truncated, 1);
	iotx_buf_free(&b);
	iotx_buf_free(&frame);
}

static void a_gap_over_a_header(void **state)
{
	struct iotx_buf b = {}, frame = {};

	(void)state;
	ws_lab_open_mqtt();
	lab_publish(&b, "a", 500);
	ws_frame(&frame, 0, 0x82, b.data, (u32)b.len);
	lab.seq[0] += 200; /* never captured, and with it a header */
	lab_segment(0, frame.data + 200, (u32)frame.len - 200);
	ws_lab_frame(0, 0x82, b.data, 250); /* a whole frame, but not whole messages in it */
	ws_lab_frame(0, 0x82, b.data + 250, (u32)b.len - 250);
	ws_lab_frame(0, 0x82, WS_PINGREQ, 2);
	ws_lab_text(0, 0x89, "");
	ws_lab_frame(0, 0x82, WS_PINGREQ, 2);
	iotx_engine_finish(lab.engine);
	ws_lab_expect("~c:PINGREQ+resync c:PING+resync ~c:PINGREQ");
	iotx_buf_free(&b);
	iotx_buf_free(&frame);
}

static void a_gap_in_a_message_of_its_own(void **state)
{
	struct iotx_buf frame = {};

	(void)state;
	ws_lab_open("", "");
	ws_frame(&frame, 1, 0x81, "0123456789", 10);
	lab_segment(1, frame.data, 5);
	lab.seq[1] += 3;
	lab_segment(1, frame.data + 8, 4);
	ws_lab_text(1, 0x81, "next");
	iotx_engine_finish(lab.engine);
	ws_lab_expect("s:TEXT=012 s:TEXT=next");
	iotx_buf_free(&frame);
}

/* As the kernel half gives it: a flow of WebSocket of which the handshake is not there. */
static void live(void)
{
	lab.live = true;
	lab.view = (struct iotx_kernel_view){
		.proto = WEBSOCKET, .start = IOTX_NO_START, .weight = 1, .flags = IOTX_SAMPLE_FLOW,
	};
}

static void midstream(void **state)
{
	struct iotx_buf b = {};

	(void)state;
	live();
	lab_segment(0, "tail of a frame", 15);
	ws_lab_text(1, 0x81, "Hello"); /* who does not mask is the server */
	ws_lab_text(0, 0x81, "World");
	ws_lab_text(0, 0x82, "abc");
	ws_lab_expect("s:TEXT=Hello c:TEXT=World+resync c:BINARY=abc");
	lab_publish(&b, "a", 10);
	ws_lab_frame(1, 0x82, b.data, (u32)b.len);
	ws_lab_frame(0, 0x82, b.data, 7); /* no whole message: this side waits for one */
	ws_lab_frame(0, 0x82, b.data + 7, (u32)b.len - 7);
	ws_lab_frame(0, 0x82, WS_PINGREQ, 2);
	ws_lab_expect("~s:PUBLISH ~c:PINGREQ+resync");
	iotx_buf_free(&b);
}

/* CoAP is known by messages that no other bytes are likely to be; those before stay binary. */
static void midstream_coap(void **state)
{
	(void)state;
	live();
	ws_lab_frame(1, 0x82, "\x01\x45\xaa", 3);           /* no option */
	ws_lab_frame(0, 0x82, "\x00\x01\xb1\x61", 4);       /* no Token */
	ws_lab_frame(0, 0x82, "\x01\x09\xaa\xb1\x61", 5);   /* no method */
	ws_lab_frame(0, 0x82, "\x01\x01\xaa\xb2\x61", 5);   /* an option that is cut */
	ws_lab_expect("s:BINARY=<3> c:BINARY=<4> c:BINARY=<5> c:BINARY=<5>");
	ws_lab_frame(0, 0x82, "\x01\x01\xaa\xb1\x61", 5);
	ws_lab_frame(1, 0x82, "\x01\x45\xaa", 3);
	ws_lab_expect("~c:GET ~s:2.05 Content");
}

/* A notification alone is enough. */
static void midstream_notification(void **state)
{
	(void)state;
	live();
	ws_lab_frame(1, 0x82, "\x01\x45\xaa\x61\x07\xffhi", 8);
	ws_lab_expect("~s:2.05 Content");
}

/* Samples that end within a payload cost that payload; within a header, the direction. */
static void samples_cut_short(void **state)
{
	struct iotx_buf b = {};

	(void)state;
	live();
	ws_lab_open_mqtt();
	lab.snaplen = 100;
	lab_publish(&b, "a", 200);
	ws_lab_frame(0, 0x82, b.data, (u32)b.len);
	ws_lab_frame(0, 0x82, WS_PINGREQ, 2);
	ws_lab_expect("~c:PUBLISH ~c:PINGREQ");
	assert_int_equal(iotx_engine_stats(lab.engine)->messages_truncated, 1);
	b.len = 0;
	lab_publish(&b, "a", 10);
	lab_publish(&b, "b", 200);
	lab_publish(&b, "c", 10); /* its header is not in the sample */
	ws_lab_frame(0, 0x82, b.data, (u32)b.len);
	ws_lab_frame(0, 0x82, WS_PINGREQ, 2);
	ws_lab_expect("~c:PUBLISH ~c:PINGREQ+resync");
	lab.snaplen = 57;
	ws_lab_frame(0, 0x82, WS_PINGREQ, 2); /* nor is that of this frame */
	lab.snaplen = 0;
	ws_lab_frame(0, 0x82, WS_PINGREQ, 2);
	ws_lab_expect("~c:PINGREQ+resync");
	iotx_buf_free(&b);
}

/* mqtt.js: the first byte of a message is a frame, the length another, and so on. */
static void midstream_by_fields(void **state)
{
	struct iotx_buf b = {}, frames = {};

	(void)state;
	live();
	lab_publish(&b, "a", 10);
	ws_frame(&frames, 0, 0x82, b.data, 1);
	ws_frame(&frames, 0, 0x82, b.data + 1, 1);
	ws_frame(&frames, 0, 0x82, b.data + 2, (u32)b.len - 2);
	lab_segment(0, frames.data, (u32)frames.len);
	lab_segment(0, frames.data, 10);
	lab_segment(0, frames.data + 10, (u32)frames.len - 10);
	ws_lab_expect("~c:PUBLISH ~c:PUBLISH");
	iotx_buf_free(&b);
	iotx_buf_free(&frames);
}

static void no_frames_at_all(void **state)
{
	(void)state;
	live();
	lab_segment(0, "\x82\x85\x01\x02\x03\x04xy", 8); /* goes on */
	lab_segment(0, "\x83\x80\x01\x02\x03\x04", 6);   /* reserved */
	lab_segment(0, "\x82\x80\x01\x02\x03\x04x", 7);  /* more than frames */
	lab_segment(1, "\x82\x80\x01\x02\x03\x04\x82\x00", 8); /* masked and not */
	ws_lab_expect("");
	assert_int_equal(iotx_engine_stats(lab.engine)->bytes_lost, 29);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, ws_lab_setup, lab_teardown)

/* Only the Upgrade field tells a handshake from other HTTP; what comes before it waits. */
static void a_request_in_two_segments(void **state)
{
	static const char request[] =
		"GET /mqtt HTTP/1.1\r\nHost: broker\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
		"Sec-WebSocket-Key: " WS_KEY "\r\nSec-WebSocket-Version: 13\r\n\r\n";

	(void)state;
	for (u32 cut = 1; cut < sizeof(request) - 1; cut++) {
		lab_segment_at(0, lab.seq[0] - 1, 0, NULL, 0, IOTX_TCP_SYN);
		lab_segment(0, request, cut);
		lab_segment(0, request + cut, sizeof(request) - 1 - cut);
		ws_lab_response("");
		ws_lab_text(0, 0x81, "Hello");
		ws_lab_expect("c:UPGRADE s:UPGRADED c:TEXT=Hello");
		lab_teardown(NULL);
		ws_lab_setup(NULL);
	}
}

static void a_request_byte_by_byte(void **state)
{
	static const char request[] =
		"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
		"Sec-WebSocket-Key: " WS_KEY "\r\nSec-WebSocket-Version: 13\r\n\r\n";

	(void)state;
	lab_segment_at(0, lab.seq[0] - 1, 0, NULL, 0, IOTX_TCP_SYN);
	for (u32 i = 0; i < sizeof(request) - 1; i++)
		lab_segment(0, request + i, 1);
	ws_lab_response("");
	ws_lab_expect("c:UPGRADE s:UPGRADED");
}

static void in_pieces(u32 side, const void *data, u32 len, u32 piece)
{
	for (u32 at = 0; at < len; at += piece)
		lab_segment(side, (const u8 *)data + at, len - at < piece ? len - at : piece);
}

/* A whole connection in which no segment says what it is; `code` makes it one or not. */
static void all_in_pieces(u32 piece, const char *code, const char *want)
{
	static const char request[] =
		"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
		"Sec-WebSocket-Key: " WS_KEY "\r\nSec-WebSocket-Version: 13\r\n\r\n";
	struct iotx_buf hello = {}, answer = {};

	iotx_msg_text(&answer, "HTTP/1.1 ");
	iotx_msg_text(&answer, code);
	iotx_msg_text(&answer, " x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
			       "Sec-WebSocket-Accept: " WS_ACCEPT "\r\n\r\n");
	ws_frame(&answer, 1, 0x81, "World", 5);
	ws_frame(&hello, 0, 0x81, "Hello", 5);
	lab_segment_at(0, lab.seq[0] - 1, 0, NULL, 0, IOTX_TCP_SYN);
	lab_segment_at(1, lab.seq[1] - 1, lab.seq[0], NULL, 0, IOTX_TCP_SYN | IOTX_TCP_ACK);
	in_pieces(0, request, sizeof(request) - 1, piece);
	in_pieces(1, answer.data, (u32)answer.len, piece);
	in_pieces(0, hello.data, (u32)hello.len, piece);
	ws_lab_expect(want);
	iotx_buf_free(&hello);
	iotx_buf_free(&answer);
	lab_teardown(NULL);
	ws_lab_setup(NULL);
}

static void a_connection_in_pieces(void **state)
{
	(void)state;
	for (u32 piece = 1; piece < 12; piece++) {
		all_in_pieces(piece, "101", "c:UPGRADE s:UPGRADED s:TEXT=World c:TEXT=Hello");
		all_in_pieces(piece, "100", "");
		all_in_pieces(piece, "200", "");
	}
}

/* HTTP that is no handshake is nothing of ours, whatever waits of it. */
static void other_http_in_two_segments(void **state)
{
	(void)state;
	lab_segment_at(0, lab.seq[0] - 1, 0, NULL, 0, IOTX_TCP_SYN);
	lab_segment(0, "GET / HTTP/1.1\r\n", 16);
	lab_segment(0, "Host: a\r\n\r\n", 11);
	lab_segment(1, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 38);
	iotx_engine_finish(lab.engine);
	ws_lab_expect("");
	assert_int_equal(iotx_engine_stats(lab.engine)->events, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_gap_within_a_payload),
		TEST(a_gap_over_a_header),
		TEST(a_gap_in_a_message_of_its_own),
		TEST(midstream),
		TEST(midstream_by_fields),
		TEST(midstream_coap),
		TEST(midstream_notification),
		TEST(samples_cut_short),
		TEST(no_frames_at_all),
		TEST(a_request_in_two_segments),
		TEST(a_request_byte_by_byte),
		TEST(a_connection_in_pieces),
		TEST(other_http_in_two_segments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
