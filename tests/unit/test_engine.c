// SPDX-License-Identifier: GPL-2.0-only
/* From frames to events: which messages come out, of whom, and what became of every byte. */
#include "core/engine.h"
#include "msg.h"
#include "pkt.h"
#include "wire/coap.h"
#include "wire/mqtt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define CLIENT 40000
#define BROKER 1883

/* Everything one test needs: an engine, two directions of a connection, what came out. */
struct bench {
	struct iotx_engine *engine;
	u32 seq[2]; /* of the client, of the broker */
	u64 frames;
	char log[8192]; /* one word per event */
	u32 snaplen;    /* of live frames; 0: whole */
	bool live;
	struct iotx_kernel_view view;
};

static struct bench b;
static u8 room[IOTX_PKT_ROOM];

static void note(const char *word)
{
	size_t len = strlen(b.log);

	snprintf(b.log + len, sizeof(b.log) - len, "%s%s", len ? " " : "", word);
}

static void on_event(void *arg, const struct iotx_event *ev)
{
	char title[IOTX_TITLE_MAX], word[128];

	(void)arg;
	snprintf(word, sizeof(word), "%llu:%s:%s%s%s", (unsigned long long)ev->frame,
		 ev->ends->src_port == CLIENT ? "c" : "s", ev->cls->title(ev->msg, title),
		 ev->resync ? "+resync" : "", ev->duplicate ? "+duplicate" : "");
	note(word);
	if (ev->verdict) {
		snprintf(word, sizeof(word), "(%d)", ev->verdict);
		note(word);
	}
}

static void start(u32 flows_max, u32 message_max)
{
	static struct iotx_engine_config config;

	memset(&b, 0, sizeof(b));
	config = (struct iotx_engine_config){
		.sample_one_in = 1,
		.message_max = message_max,
		.reorder_max = 64 << 10,
		.flows_max = flows_max,
		.held_max = 256 << 20,
	};
	config.ports.tcp[BROKER] = MQTT;
	config.ports.udp[5683] = COAP;
	b.engine = iotx_engine_new(&config, on_event, NULL);
	assert_non_null(b.engine);
	b.seq[0] = 1000;
	b.seq[1] = 5000;
}

static int setup(void **state)
{
	(void)state;
	start(100, 1 << 20);
	return 0;
}

static int teardown(void **state)
{
	const struct iotx_engine_stats *s;

	(void)state;
	iotx_engine_finish(b.engine);
	s = iotx_engine_stats(b.engine);
	/* I4 holds after every test */
	assert_int_equal(s->stream_bytes, s->bytes_decoded + s->bytes_old + s->bytes_lost +
						  s->bytes_cut + s->bytes_limit + s->bytes_far +
						  s->bytes_held);
	iotx_engine_free(b.engine);
	return 0;
}

static void frame(const struct iotx_pkt *p)
{
	u32 len = iotx_pkt_build(p, room, NULL);
	u8 *copy = test_malloc(len); /* of exact size: the sanitizer sees every over-read */
	struct iotx_frame f = {
		.data = copy, .cap_len = len, .wire_len = len, .number = ++b.frames,
		.ts_ns = b.frames * 1000000,
	};

	memcpy(copy, room, len);
	if (b.live) {
		f.kernel = &b.view;
		f.number = b.frames;
		f.cap_len = b.snaplen && b.snaplen < len ? b.snaplen : len;
	}
	iotx_engine_frame(b.engine, &f);
	test_free(copy);
}

static void segment_at(u32 side, u32 seq, u32 ack, const void *data, u32 len, u8 flags)
{
	frame(&(struct iotx_pkt){
		.src_host = (u16)(1 + side), .dst_host = (u16)(2 - side),
		.src_port = side ? BROKER : CLIENT, .dst_port = side ? CLIENT : BROKER,
		.seq = seq, .ack = ack, .tcp_flags = flags ? flags : IOTX_TCP_ACK,
		.payload = data, .payload_len = len,
	});
}

static void segment(u32 side, const void *data, u32 len)
{
	segment_at(side, b.seq[side], b.seq[!side], data, len, 0);
	b.seq[side] += len;
}

static void send_buf(u32 side, struct iotx_buf *buf)
{
	segment(side, buf->data, (u32)buf->len);
	buf->len = 0;
}

static void publish(struct iotx_buf *buf, const char *topic, u32 payload)
{
	u8 body[70000] = { 0, (u8)strlen(topic) };

	memcpy(body + 2, topic, strlen(topic));
	memset(body + 2 + strlen(topic), 'x', payload);
	iotx_msg_mqtt(buf, 0x30, body, 2 + (u32)strlen(topic) + payload);
}

static void open_connection(struct iotx_buf *buf)
{
	iotx_msg_connect(buf);
	send_buf(0, buf);
	segment(1, "\x20\x02\x00\x00", 4);
}

static void expect(const char *log)
{
	assert_string_equal(b.log, log);
}

static void a_connection_is_told_in_order(void **state)
{
	struct iotx_buf buf = {};

	(void)state;
	open_connection(&buf);
	publish(&buf, "a/b", 5);
	publish(&buf, "a/c", 5);
	send_buf(0, &buf);
	segment(1, "\xd0\x00", 2);
	expect("1:c:CONNECT 2:s:CONNACK 3:c:PUBLISH 3:c:PUBLISH 4:s:PINGRESP");
	iotx_buf_free(&buf);
}

static void one_byte_at_a_time(void **state)
{
	struct iotx_buf buf = {};

	(void)state;
	open_connection(&buf);
	publish(&buf, "a", 300);
	publish(&buf, "b", 0);
	for (u32 i = 0; i < buf.len; i++)
		segment(0, buf.data + i, 1);
	expect("1:c:CONNECT 2:s:CONNACK 308:c:PUBLISH 313:c:PUBLISH");
	iotx_buf_free(&buf);
}

static void captured_in_another_order(void **state)
{
	struct iotx_buf buf = {};
	u32 seq;

	(void)state;
	open_connection(&buf);
	seq = b.seq[0];
	publish(&buf, "a", 1000);
	segment_at(0, seq + 700, 0, buf.data + 700, (u32)buf.len - 700, 0);
	segment_at(0, seq + 300, 0, buf.data + 300, 400, 0);
	segment_at(0, seq, 0, buf.data, 500, 0);
	expect("1:c:CONNECT 2:s:CONNACK 5:c:PUBLISH");
	iotx_buf_free(&buf);
}

static void a_gap_loses_and_a_whole_segment_finds(void **state)
{
	struct iotx_buf buf = {};

	(void)state;
	open_connection(&buf);
	b.seq[0] += 100; /* never captured */
	publish(&buf, "half", 100);
	segment(0, buf.data, 50);
	segment(0, buf.data + 50, (u32)buf.len - 50);
	buf.len = 0;
	publish(&buf, "whole", 10);
	send_buf(0, &buf);
	iotx_engine_finish(b.engine);
	iotx_buf_free(&buf);
	expect("1:c:CONNECT 2:s:CONNACK 5:c:PUBLISH+resync");
	assert_int_equal(iotx_engine_stats(b.engine)->gaps, 1);
	assert_int_equal(iotx_engine_stats(b.engine)->gap_bytes, 100);
}

/* Bytes missing within a message cost its payload, not the direction. */
static void a_gap_within_a_body_keeps_the_boundary(void **state)
{
	struct iotx_buf buf = {};

	(void)state;
	open_connection(&buf);
	publish(&buf, "long", 3000);
	segment(0, buf.data, 1000);
	b.seq[0] += 1000;
	segment(0, buf.data + 2000, (u32)buf.len - 2000);
	buf.len = 0;
	publish(&buf, "next", 1);
	send_buf(0, &buf);
	iotx_engine_finish(b.engine);
	expect("1:c:CONNECT 2:s:CONNACK 5:c:PUBLISH 5:c:PUBLISH");
	assert_int_equal(iotx_engine_stats(b.engine)->messages_truncated, 1);
	iotx_buf_free(&buf);
}

static void midstream_starts_at_the_first_whole_segment(void **state)
{
	struct iotx_buf buf = {};

	(void)state;
	publish(&buf, "cut", 100);
	segment(0, buf.data + 20, (u32)buf.len - 20);
	buf.len = 0;
	publish(&buf, "a", 1);
	send_buf(0, &buf);
	segment(1, "\xd0\x00", 2);
	expect("2:c:PUBLISH 3:s:PINGRESP");
	iotx_buf_free(&buf);
}

static void longer_than_the_limit(void **state)
{
	struct iotx_buf buf = {};

	(void)state;
	iotx_engine_free(b.engine);
	start(100, 4096);
	open_connection(&buf);
	publish(&buf, "big", 60000);
	segment(0, buf.data, 30000);
	segment(0, buf.data + 30000, (u32)buf.len - 30000);
	buf.len = 0;
	publish(&buf, "next", 1);
	send_buf(0, &buf);
	expect("1:c:CONNECT 2:s:CONNACK 4:c:PUBLISH 5:c:PUBLISH");
	assert_int_equal(iotx_engine_stats(b.engine)->messages_truncated, 1);
	iotx_buf_free(&buf);
}

static void the_last_message_may_be_cut(void **state)
{
	struct iotx_buf buf = {};

	(void)state;
	open_connection(&buf);
	publish(&buf, "cut", 100);
	segment(0, buf.data, 60);
	iotx_engine_finish(b.engine);
	expect("1:c:CONNECT 2:s:CONNACK");
	assert_int_equal(iotx_engine_stats(b.engine)->messages_cut, 1);
	assert_int_equal(iotx_engine_stats(b.engine)->bytes_cut, 60);
	iotx_buf_free(&buf);
}

static void no_header_where_one_must_be(void **state)
{
	struct iotx_buf buf = {};

	(void)state;
	open_connection(&buf);
	segment(0, "\x00\x10garbage", 9);
	publish(&buf, "again", 3);
	send_buf(0, &buf);
	expect("1:c:CONNECT 2:s:CONNACK 3:c:mqtt (-2) 4:c:PUBLISH+resync");
	iotx_buf_free(&buf);
}

/* RFC 9293: a SYN with another sequence number is another connection. */
static void a_five_tuple_is_used_again(void **state)
{
	struct iotx_buf buf = {};

	(void)state;
	open_connection(&buf);
	b.seq[0] = 777000;
	segment_at(0, b.seq[0] - 1, 0, NULL, 0, IOTX_TCP_SYN);
	b.seq[1] = 999000;
	segment_at(1, b.seq[1] - 1, b.seq[0], NULL, 0, IOTX_TCP_SYN | IOTX_TCP_ACK);
	open_connection(&buf);
	expect("1:c:CONNECT 2:s:CONNACK 5:c:CONNECT 6:s:CONNACK");
	assert_int_equal(iotx_engine_flows(b.engine), 2);
	iotx_buf_free(&buf);
}

/* A FIN without data may be captured before the data that it follows. */
static void a_fin_overtakes_its_data(void **state)
{
	struct iotx_buf buf = {};
	u32 seq;

	(void)state;
	open_connection(&buf);
	seq = b.seq[0];
	publish(&buf, "last", 10);
	segment_at(0, seq, 0, buf.data, 4, 0);
	segment_at(0, seq + (u32)buf.len, 0, NULL, 0, IOTX_TCP_FIN | IOTX_TCP_ACK);
	segment_at(0, seq + 4, 0, buf.data + 4, (u32)buf.len - 4, 0);
	expect("1:c:CONNECT 2:s:CONNACK 5:c:PUBLISH");
	iotx_buf_free(&buf);
}

/* Neither a RST nor a SYN nor data that lies out of any window changes anything. */
static void what_is_out_of_any_window_is_ignored(void **state)
{
	struct iotx_buf buf = {};
	u32 far = 1u << 30;

	(void)state;
	open_connection(&buf);
	publish(&buf, "a", 10);
	segment(0, buf.data, 5);
	segment_at(0, b.seq[0] + far, 0, NULL, 0, IOTX_TCP_RST);
	segment_at(0, b.seq[0] + far, 0, "x", 1, 0);
	segment_at(0, b.seq[0] - far, 0, NULL, 0, IOTX_TCP_SYN);
	segment(0, buf.data + 5, (u32)buf.len - 5);
	buf.len = 0;
	publish(&buf, "b", 1);
	send_buf(0, &buf);
	expect("1:c:CONNECT 2:s:CONNACK 7:c:PUBLISH 8:c:PUBLISH");
	assert_int_equal(iotx_engine_stats(b.engine)->bytes_far, 1);
	assert_int_equal(iotx_engine_ledger(b.engine)->segments_far, 3);
	iotx_buf_free(&buf);
}

static void a_length_without_an_end_is_of_a_message(void **state)
{
	struct iotx_buf buf = {};

	(void)state;
	open_connection(&buf);
	segment(0, "\x30\xff\xff\xff\xff\x01garbage", 13);
	expect("1:c:CONNECT 2:s:CONNACK 3:c:PUBLISH (-2)");
	iotx_buf_free(&buf);
}

/* The same datagram, forwarded from one interface to another, is no duplicate. */
static void interfaces_are_kept_apart(void **state)
{
	static const u8 get[] = { 0x40, 1, 0, 9 };
	const struct iotx_pkt p = { .transport = UDP, .src_host = 1, .dst_host = 2,
				    .src_port = CLIENT, .dst_port = 5683, .payload = get,
				    .payload_len = sizeof(get) };
	u32 len = iotx_pkt_build(&p, room, NULL);

	(void)state;
	b.view = (struct iotx_kernel_view){ .proto = COAP, .flags = IOTX_SAMPLE_FLOW, .weight = 1 };
	for (u32 ifindex = 1; ifindex <= 2; ifindex++)
		iotx_engine_frame(b.engine, &(struct iotx_frame){
			.data = room, .cap_len = len, .wire_len = len, .ts_ns = ifindex,
			.ifindex = ifindex, .iface = "eth", .kernel = &b.view,
		});
	expect("0:c:CON GET 0:c:CON GET");
}

/* Live, with a snap length: the rest of a packet is missing by intention. */
static void samples_cut_short(void **state)
{
	struct iotx_buf buf = {};

	(void)state;
	b.live = true;
	b.view = (struct iotx_kernel_view){ .proto = MQTT, .weight = 1, .flags = IOTX_SAMPLE_FLOW };
	iotx_msg_connect(&buf);
	send_buf(0, &buf);
	b.snaplen = 100;
	publish(&buf, "long", 1000);
	send_buf(0, &buf);
	publish(&buf, "short", 5);
	send_buf(0, &buf);
	expect("1:c:CONNECT 2:c:PUBLISH 3:c:PUBLISH");
	assert_int_equal(iotx_engine_stats(b.engine)->messages_truncated, 1);
	iotx_buf_free(&buf);
}

/* Live, of a flow that is not sampled: lone segments, each with what the kernel saw in it. */
static void session_shaping_messages_alone(void **state)
{
	struct iotx_buf buf = {};

	(void)state;
	b.live = true;
	b.view = (struct iotx_kernel_view){ .proto = MQTT, .weight = 1, .flags = IOTX_SAMPLE_SHAPING };
	iotx_msg_connect(&buf);
	send_buf(0, &buf);
	b.seq[0] += 5000; /* PUBLISH messages that were not sampled */
	b.view.start = 7;
	segment(0, "payload\xe0\x00", 9);
	expect("1:c:CONNECT 2:c:DISCONNECT+resync");
	iotx_buf_free(&buf);
}

static void datagram(u16 port, const void *data, u32 len)
{
	frame(&(struct iotx_pkt){
		.transport = UDP, .src_host = 1, .dst_host = 2, .src_port = port, .dst_port = 5683,
		.payload = data, .payload_len = len,
	});
}

static void coap_duplicates_are_marked(void **state)
{
	(void)state;
	datagram(CLIENT, "\x40\x01\x00\x01", 4);
	datagram(CLIENT, "\x40\x01\x00\x01", 4);
	datagram(CLIENT + 1, "\x40\x01\x00\x01", 4);
	datagram(CLIENT, "\x40\x01\x00\x02", 4);
	datagram(CLIENT, "\x80\x01\x00\x02", 4); /* version 2: ignored */
	expect("1:c:CON GET 2:c:CON GET+duplicate 3:s:CON GET 4:c:CON GET");
	assert_int_equal(iotx_engine_stats(b.engine)->coap_messages, 4);
}

/* An IPv4 frame of the connection, in pieces of 8 octets that arrive last first. */
static void in_fragments(const struct iotx_pkt *p)
{
	struct iotx_pkt_at at;
	u32 len = iotx_pkt_build(p, room, &at), body = len - at.l4, last = (body - 1) / 8 * 8;
	u8 piece[200];

	for (u32 from = last + 8; from; from -= 8) {
		u32 off = from - 8, n = body - off < 8 ? body - off : 8;
		struct iotx_frame f = { .data = piece, .cap_len = at.l4 + n, .wire_len = at.l4 + n,
					.number = ++b.frames, .ts_ns = b.frames * 1000000 };

		memcpy(piece, room, at.l4);
		memcpy(piece + at.l4, room + at.l4 + off, n);
		iotx_put_be16(piece + at.ip + 2, (u16)(at.l4 - at.ip + n));
		iotx_put_be16(piece + at.ip + 6, (u16)(off / 8 | (off == last ? 0 : 0x2000)));
		iotx_engine_frame(b.engine, &f);
	}
}

static void messages_in_ip_fragments(void **state)
{
	static const u8 get[] = { 0x40, 1, 0, 9, 0xb5, 'h', 'e', 'l', 'l', 'o' };
	struct iotx_buf buf = {};

	(void)state;
	in_fragments(&(struct iotx_pkt){
		.transport = UDP, .src_host = 1, .dst_host = 2, .src_port = CLIENT, .dst_port = 5683,
		.payload = get, .payload_len = sizeof(get),
	});
	open_connection(&buf);
	publish(&buf, "in/fragments", 30);
	in_fragments(&(struct iotx_pkt){
		.src_host = 1, .dst_host = 2, .src_port = CLIENT, .dst_port = BROKER,
		.seq = b.seq[0], .ack = b.seq[1], .payload = buf.data, .payload_len = (u32)buf.len,
	});
	expect("3:c:CON GET 4:c:CONNECT 5:s:CONNACK 14:c:PUBLISH");
	assert_int_equal(iotx_engine_stats(b.engine)->datagrams_whole, 0); /* said at the end */
	iotx_engine_finish(b.engine);
	assert_int_equal(iotx_engine_stats(b.engine)->datagrams_whole, 2);
	assert_int_equal(iotx_engine_ledger(b.engine)->fragments, 12);
	iotx_buf_free(&buf);
}

static void the_quietest_conversation_makes_room(void **state)
{
	(void)state;
	iotx_engine_free(b.engine);
	start(2, 1 << 20);
	for (u16 i = 0; i < 3; i++)
		datagram((u16)(CLIENT + i), "\x40\x01\x00\x01", 4);
	datagram(CLIENT + 2, "\x40\x01\x00\x01", 4); /* still known: a duplicate */
	datagram(CLIENT, "\x40\x01\x00\x01", 4);     /* forgotten */
	expect("1:c:CON GET 2:s:CON GET 3:s:CON GET 4:s:CON GET+duplicate 5:c:CON GET");
	assert_int_equal(iotx_engine_stats(b.engine)->flows_evicted, 2);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		CASE(a_connection_is_told_in_order),
		CASE(one_byte_at_a_time),
		CASE(captured_in_another_order),
		CASE(a_gap_loses_and_a_whole_segment_finds),
		CASE(a_gap_within_a_body_keeps_the_boundary),
		CASE(midstream_starts_at_the_first_whole_segment),
		CASE(longer_than_the_limit),
		CASE(the_last_message_may_be_cut),
		CASE(no_header_where_one_must_be),
		CASE(a_five_tuple_is_used_again),
		CASE(a_fin_overtakes_its_data),
		CASE(what_is_out_of_any_window_is_ignored),
		CASE(a_length_without_an_end_is_of_a_message),
		CASE(interfaces_are_kept_apart),
		CASE(samples_cut_short),
		CASE(session_shaping_messages_alone),
		CASE(coap_duplicates_are_marked),
		CASE(messages_in_ip_fragments),
		CASE(the_quietest_conversation_makes_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
