// SPDX-License-Identifier: GPL-2.0-only
/* From frames to events: samples of the kernel half, datagrams, fragments, limits. */
#include "engine_lab.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* The same datagram, forwarded from one interface to another, is no duplicate. */
static void interfaces_are_kept_apart(void **state)
{
	static const u8 get[] = { 0x40, 1, 0, 9 };
	const struct iotx_pkt p = { .transport = UDP, .src_host = 1, .dst_host = 2,
				    .src_port = LAB_CLIENT, .dst_port = 5683, .payload = get,
				    .payload_len = sizeof(get) };
	u32 len = iotx_pkt_build(&p, lab_room, NULL);

	(void)state;
	lab.view = (struct iotx_kernel_view){ .proto = COAP, .flags = IOTX_SAMPLE_FLOW, .weight = 1 };
	for (u32 ifindex = 1; ifindex <= 2; ifindex++)
		iotx_engine_frame(lab.engine, &(struct iotx_frame){
			.data = lab_room, .cap_len = len, .wire_len = len, .ts_ns = ifindex,
			.ifindex = ifindex, .iface = "eth", .kernel = &lab.view,
		});
	lab_expect("0:c:CON GET 0:c:CON GET");
}

/* Live, with a snap length: the rest of a packet is missing by intention. */
static void samples_cut_short(void **state)
{
	struct iotx_buf buf = {};

	(void)state;
	lab.live = true;
	lab.view = (struct iotx_kernel_view){ .proto = MQTT, .weight = 1, .flags = IOTX_SAMPLE_FLOW };
	iotx_msg_connect(&buf);
	lab_send_buf(0, &buf);
	lab.snaplen = 100;
	lab_publish(&buf, "long", 1000);
	lab_send_buf(0, &buf);
	lab_publish(&buf, "short", 5);
	lab_send_buf(0, &buf);
	lab_expect("1:c:CONNECT 2:c:PUBLISH 3:c:PUBLISH");
	assert_int_equal(iotx_engine_stats(lab.engine)->messages_truncated, 1);
	iotx_buf_free(&buf);
}

/* Live, of a flow that is not sampled: lone segments, each with what the kernel saw in it. */
static void session_shaping_messages_alone(void **state)
{
	struct iotx_buf buf = {};

	(void)state;
	lab.live = true;
	lab.view = (struct iotx_kernel_view){ .proto = MQTT, .weight = 1, .flags = IOTX_SAMPLE_SHAPING };
	iotx_msg_connect(&buf);
	lab_send_buf(0, &buf);
	lab.seq[0] += 5000; /* PUBLISH messages that were not sampled */
	lab.view.start = 7;
	lab_segment(0, "payload\xe0\x00", 9);
	lab_expect("1:c:CONNECT 2:c:DISCONNECT+resync");
	iotx_buf_free(&buf);
}

static void datagram(u16 port, const void *data, u32 len)
{
	lab_frame(&(struct iotx_pkt){
		.transport = UDP, .src_host = 1, .dst_host = 2, .src_port = port, .dst_port = 5683,
		.payload = data, .payload_len = len,
	});
}

static void coap_duplicates_are_marked(void **state)
{
	(void)state;
	datagram(LAB_CLIENT, "\x40\x01\x00\x01", 4);
	datagram(LAB_CLIENT, "\x40\x01\x00\x01", 4);
	datagram(LAB_CLIENT + 1, "\x40\x01\x00\x01", 4);
	datagram(LAB_CLIENT, "\x40\x01\x00\x02", 4);
	datagram(LAB_CLIENT, "\x80\x01\x00\x02", 4); /* version 2: ignored */
	lab_expect("1:c:CON GET 2:c:CON GET+duplicate 3:s:CON GET 4:c:CON GET "
		   "4:c:note coap CON GET 5:c:note coap");
	assert_int_equal(iotx_engine_stats(lab.engine)->coap_messages, 4);
}

/* An IPv4 frame of the connection, in pieces of 8 octets that arrive last first. */
static void in_fragments(const struct iotx_pkt *p)
{
	struct iotx_pkt_at at;
	u32 len = iotx_pkt_build(p, lab_room, &at), body = len - at.l4, last = (body - 1) / 8 * 8;
	u8 piece[200];

	for (u32 from = last + 8; from; from -= 8) {
		u32 off = from - 8, n = body - off < 8 ? body - off : 8;
		struct iotx_frame f = { .data = piece, .cap_len = at.l4 + n, .wire_len = at.l4 + n,
					.number = ++lab.frames, .ts_ns = lab.frames * 1000000 };

		memcpy(piece, lab_room, at.l4);
		memcpy(piece + at.l4, lab_room + at.l4 + off, n);
		iotx_put_be16(piece + at.ip + 2, (u16)(at.l4 - at.ip + n));
		iotx_put_be16(piece + at.ip + 6, (u16)(off / 8 | (off == last ? 0 : 0x2000)));
		iotx_engine_frame(lab.engine, &f);
	}
}

static void messages_in_ip_fragments(void **state)
{
	static const u8 get[] = { 0x40, 1, 0, 9, 0xb5, 'h', 'e', 'l', 'l', 'o' };
	struct iotx_buf buf = {};

	(void)state;
	in_fragments(&(struct iotx_pkt){
		.transport = UDP, .src_host = 1, .dst_host = 2, .src_port = LAB_CLIENT, .dst_port = 5683,
		.payload = get, .payload_len = sizeof(get),
	});
	lab_open_connection(&buf);
	lab_publish(&buf, "in/fragments", 30);
	in_fragments(&(struct iotx_pkt){
		.src_host = 1, .dst_host = 2, .src_port = LAB_CLIENT, .dst_port = LAB_BROKER,
		.seq = lab.seq[0], .ack = lab.seq[1], .payload = buf.data, .payload_len = (u32)buf.len,
	});
	lab_expect("3:c:CON GET 4:c:CONNECT 5:s:CONNACK 14:c:PUBLISH");
	assert_int_equal(iotx_engine_stats(lab.engine)->datagrams_whole, 0); /* said at the end */
	iotx_engine_finish(lab.engine);
	assert_int_equal(iotx_engine_stats(lab.engine)->datagrams_whole, 2);
	assert_int_equal(iotx_engine_ledger(lab.engine)->fragments, 12);
	iotx_buf_free(&buf);
}

/* A part of a message says nothing by itself: the conversation it is in does. */
static void the_middle_of_a_message_in_ip_fragments(void **state)
{
	struct iotx_buf buf = {};

	(void)state;
	lab_open_connection(&buf);
	lab_publish(&buf, "in/fragments", 100);
	lab_segment(0, buf.data, 50);
	in_fragments(&(struct iotx_pkt){
		.src_host = 1, .dst_host = 2, .src_port = LAB_CLIENT, .dst_port = LAB_BROKER,
		.seq = lab.seq[0], .ack = lab.seq[1], .payload = buf.data + 50,
		.payload_len = (u32)buf.len - 50,
	});
	assert_non_null(strstr(lab.log, "c:PUBLISH"));
	iotx_buf_free(&buf);
}

static void the_quietest_conversation_makes_room(void **state)
{
	(void)state;
	iotx_engine_free(lab.engine);
	lab_start(2, 1 << 20);
	for (u16 i = 0; i < 3; i++)
		datagram((u16)(LAB_CLIENT + i), "\x40\x01\x00\x01", 4);
	datagram(LAB_CLIENT + 2, "\x40\x01\x00\x01", 4); /* still known: a duplicate */
	datagram(LAB_CLIENT, "\x40\x01\x00\x01", 4);     /* forgotten */
	lab_expect("1:c:CON GET 2:s:CON GET 3:s:CON GET 4:s:CON GET+duplicate 5:c:CON GET");
	assert_int_equal(iotx_engine_stats(lab.engine)->conversations_evicted, 2);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, lab_setup, lab_teardown)
	const struct CMUnitTest tests[] = {
		CASE(interfaces_are_kept_apart),
		CASE(samples_cut_short),
		CASE(session_shaping_messages_alone),
		CASE(coap_duplicates_are_marked),
		CASE(messages_in_ip_fragments),
		CASE(the_middle_of_a_message_in_ip_fragments),
		CASE(the_quietest_conversation_makes_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
