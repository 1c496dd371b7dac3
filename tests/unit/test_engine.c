// SPDX-License-Identifier: GPL-2.0-only
/* From segments to events: which messages come out, of whom, and what became of every byte. */
#include "engine_lab.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* The SYNs of a connection: `client` and `broker` are the numbers of the first bytes. */
static void handshake(u32 client, u32 broker)
{
	lab_segment_at(0, client - 1, 0, NULL, 0, IOTX_TCP_SYN);
	lab_segment_at(1, broker - 1, client, NULL, 0, IOTX_TCP_SYN | IOTX_TCP_ACK);
}

static void a_connection_is_told_in_order(void **state)
{
	struct iotx_buf buf = {};

	(void)state;
	lab_open_connection(&buf);
	lab_publish(&buf, "a/b", 5);
	lab_publish(&buf, "a/c", 5);
	lab_send_buf(0, &buf);
	lab_segment(1, "\xd0\x00", 2);
	lab_expect("1:c:CONNECT 2:s:CONNACK 3:c:PUBLISH 3:c:PUBLISH 4:s:PINGRESP");
	iotx_buf_free(&buf);
}

static void one_byte_at_a_time(void **state)
{
	struct iotx_buf buf = {};

	(void)state;
	lab_open_connection(&buf);
	lab_publish(&buf, "a", 300);
	lab_publish(&buf, "b", 0);
	for (u32 i = 0; i < buf.len; i++)
		lab_segment(0, buf.data + i, 1);
	lab_expect("1:c:CONNECT 2:s:CONNACK 308:c:PUBLISH 313:c:PUBLISH");
	iotx_buf_free(&buf);
}

static void captured_in_another_order(void **state)
{
	struct iotx_buf buf = {};
	u32 seq;

	(void)state;
	lab_open_connection(&buf);
	seq = lab.seq[0];
	lab_publish(&buf, "a", 1000);
	lab_segment_at(0, seq + 700, 0, buf.data + 700, (u32)buf.len - 700, 0);
	lab_segment_at(0, seq + 300, 0, buf.data + 300, 400, 0);
	lab_segment_at(0, seq, 0, buf.data, 500, 0);
	lab_expect("1:c:CONNECT 2:s:CONNACK 5:c:PUBLISH");
	iotx_buf_free(&buf);
}

/* Its first bytes were seen, and are no message: nothing waits for them. */
static void the_first_segment_let_pass(void **state)
{
	struct iotx_buf buf = {};
	u32 client = lab.seq[0], broker = lab.seq[1];

	(void)state;
	handshake(client, broker);
	lab_segment_at(0, client, broker, "hello", 5, 0);
	lab_publish(&buf, "a", 0);
	lab_segment_at(0, client + 5, broker, buf.data, (u32)buf.len, 0);
	lab_expect("4:c:PUBLISH");
	iotx_buf_free(&buf);
}

/* A SYN says where a direction starts: what comes before its first bytes has to wait. */
static void the_first_segments_in_another_order(void **state)
{
	struct iotx_buf buf = {};
	u32 client = lab.seq[0], broker = lab.seq[1], connect;

	(void)state;
	handshake(client, broker);
	iotx_msg_connect(&buf);
	connect = (u32)buf.len;
	lab_publish(&buf, "a", 10);
	lab_segment_at(0, client + connect, broker, buf.data + connect, (u32)buf.len - connect, 0);
	lab_segment_at(1, broker + 4, client + connect, "\x40\2\0\1", 4, 0);
	lab_segment_at(0, client, broker, buf.data, connect, 0);
	lab_segment_at(1, broker, client + connect, "\x20\2\0\0", 4, 0);
	lab_expect("5:c:CONNECT 5:c:PUBLISH 6:s:CONNACK 6:s:PUBACK");
	assert_int_equal(iotx_engine_stats(lab.engine)->bytes_old, 0);
	iotx_buf_free(&buf);
}

/* Captured before the CONNECT that it answers: on no port that anybody named, by itself nothing. */
static void the_answer_overtakes_what_it_answers(void **state)
{
	struct iotx_buf buf = {};
	u32 client = lab.seq[0], broker = lab.seq[1], len;

	(void)state;
	lab.port = 2001;
	lab_segment_at(1, broker - 1, client, NULL, 0, IOTX_TCP_SYN | IOTX_TCP_ACK);
	lab_segment_at(0, client - 1, 0, NULL, 0, IOTX_TCP_SYN);
	iotx_msg_connect(&buf);
	len = (u32)buf.len;
	lab_segment_at(1, broker, client + len, "\x20\2\0\0", 4, 0);
	lab_expect("");
	lab_segment_at(0, client, broker, buf.data, len, 0);
	lab_expect("4:c:CONNECT 3:s:CONNACK");
	iotx_buf_free(&buf);
}

/* A server that speaks first speaks another protocol: what follows waits for nothing. */
static void a_greeting_is_let_pass(void **state)
{
	u32 client = lab.seq[0], broker = lab.seq[1];

	(void)state;
	lab.port = 2001;
	handshake(client, broker);
	lab_segment_at(1, broker, client, "220 hello\r\n", 11, 0);
	lab_segment_at(0, client, broker, "EHLO x\r\n", 8, 0);
	lab_segment_at(1, broker + 11, client + 8, "250 x\r\n", 7, 0);
	lab_expect("");
	assert_int_equal(iotx_engine_flows(lab.engine), 0);
}

/* Of a message that was cut: the classifier cannot tell what its end is. */
static void a_cut_segment_overtakes_the_first_ones(void **state)
{
	struct iotx_buf buf = {};
	u32 client = lab.seq[0], connect, cut;

	(void)state;
	lab_segment_at(0, client - 1, 0, NULL, 0, IOTX_TCP_SYN);
	iotx_msg_connect(&buf);
	connect = (u32)buf.len;
	lab_publish(&buf, "a", 10);
	lab_publish(&buf, "b", 10);
	cut = connect + 5;
	lab_segment_at(0, client + cut, 0, buf.data + cut, (u32)buf.len - cut - 3, 0);
	lab_segment_at(0, client + (u32)buf.len - 3, 0, buf.data + buf.len - 3, 3, 0);
	lab_segment_at(0, client, 0, buf.data, connect, 0);
	lab_segment_at(0, client + connect, 0, buf.data + connect, cut - connect, 0);
	lab_expect("4:c:CONNECT 5:c:PUBLISH 5:c:PUBLISH");
	assert_int_equal(iotx_engine_stats(lab.engine)->gaps, 0);
	iotx_buf_free(&buf);
}

/* What starts with the first byte has overtaken nothing, whatever it is. */
static void first_bytes_of_nothing_known_are_not_kept(void **state)
{
	struct iotx_buf buf = {};
	u32 client = lab.seq[0];

	(void)state;
	lab_segment_at(0, client - 1, 0, NULL, 0, IOTX_TCP_SYN);
	lab_segment_at(0, client, 0, "\xff\xff\xff", 3, 0);
	lab_segment_at(0, client + 3, 0, "\xff\xff", 2, 0);
	iotx_msg_connect(&buf);
	lab_segment_at(0, client + 5, 0, buf.data, (u32)buf.len, 0);
	iotx_engine_finish(lab.engine);
	lab_expect("4:c:CONNECT");
	assert_int_equal(iotx_engine_stats(lab.engine)->stream_bytes, buf.len);
	iotx_buf_free(&buf);
}

static void a_gap_loses_and_a_whole_segment_finds(void **state)
{
	struct iotx_buf buf = {};

	(void)state;
	lab_open_connection(&buf);
	lab.seq[0] += 100; /* never captured */
	lab_publish(&buf, "half", 100);
	lab_segment(0, buf.data, 50);
	lab_segment(0, buf.data + 50, (u32)buf.len - 50);
	buf.len = 0;
	lab_publish(&buf, "whole", 10);
	lab_send_buf(0, &buf);
	iotx_engine_finish(lab.engine);
	iotx_buf_free(&buf);
	lab_expect("1:c:CONNECT 2:s:CONNACK 5:c:PUBLISH+resync");
	assert_int_equal(iotx_engine_stats(lab.engine)->gaps, 1);
	assert_int_equal(iotx_engine_stats(lab.engine)->gap_bytes, 100);
}

/* Bytes missing within a message cost its payload, not the direction. */
static void a_gap_within_a_body_keeps_the_boundary(void **state)
{
	struct iotx_buf buf = {};

	(void)state;
	lab_open_connection(&buf);
	lab_publish(&buf, "long", 3000);
	lab_segment(0, buf.data, 1000);
	lab.seq[0] += 1000;
	lab_segment(0, buf.data + 2000, (u32)buf.len - 2000);
	buf.len = 0;
	lab_publish(&buf, "next", 1);
	lab_send_buf(0, &buf);
	iotx_engine_finish(lab.engine);
	lab_expect("1:c:CONNECT 2:s:CONNACK 5:c:PUBLISH 5:c:PUBLISH");
	assert_int_equal(iotx_engine_stats(lab.engine)->messages_truncated, 1);
	iotx_buf_free(&buf);
}

static void midstream_starts_at_the_first_whole_segment(void **state)
{
	struct iotx_buf buf = {};

	(void)state;
	lab_publish(&buf, "cut", 100);
	lab_segment(0, buf.data + 20, (u32)buf.len - 20);
	buf.len = 0;
	lab_publish(&buf, "a", 1);
	lab_send_buf(0, &buf);
	lab_segment(1, "\xd0\x00", 2);
	lab_expect("2:c:PUBLISH 3:s:PINGRESP");
	iotx_buf_free(&buf);
}

static void longer_than_the_limit(void **state)
{
	struct iotx_buf buf = {};

	(void)state;
	iotx_engine_free(lab.engine);
	lab_start(100, 4096);
	lab_open_connection(&buf);
	lab_publish(&buf, "big", 60000);
	lab_segment(0, buf.data, 30000);
	/* what is not kept takes no room from others */
	assert_int_equal(iotx_engine_stats(lab.engine)->bytes_held, 30000);
	assert_int_equal(iotx_engine_stats(lab.engine)->memory_held, 4096);
	lab_segment(0, buf.data + 30000, (u32)buf.len - 30000);
	buf.len = 0;
	lab_publish(&buf, "next", 1);
	lab_send_buf(0, &buf);
	lab_expect("1:c:CONNECT 2:s:CONNACK 4:c:PUBLISH 5:c:PUBLISH");
	assert_int_equal(iotx_engine_stats(lab.engine)->messages_truncated, 1);
	iotx_buf_free(&buf);
}

static void the_last_message_may_be_cut(void **state)
{
	struct iotx_buf buf = {};

	(void)state;
	lab_open_connection(&buf);
	lab_publish(&buf, "cut", 100);
	lab_segment(0, buf.data, 60);
	iotx_engine_finish(lab.engine);
	lab_expect("1:c:CONNECT 2:s:CONNACK");
	assert_int_equal(iotx_engine_stats(lab.engine)->messages_cut, 1);
	assert_int_equal(iotx_engine_stats(lab.engine)->bytes_cut, 60);
	iotx_buf_free(&buf);
}

static void no_header_where_one_must_be(void **state)
{
	struct iotx_buf buf = {};

	(void)state;
	lab_open_connection(&buf);
	lab_segment(0, "\x00\x10garbage", 9);
	lab_publish(&buf, "again", 3);
	lab_send_buf(0, &buf);
	lab_expect("1:c:CONNECT 2:s:CONNACK 3:c:error mqtt (-2) 4:c:PUBLISH+resync");
	iotx_buf_free(&buf);
}

/* RFC 9293: a SYN with another sequence number is another connection. */
static void a_five_tuple_is_used_again(void **state)
{
	struct iotx_buf buf = {};

	(void)state;
	lab_open_connection(&buf);
	lab.seq[0] = 777000;
	lab_segment_at(0, lab.seq[0] - 1, 0, NULL, 0, IOTX_TCP_SYN);
	lab.seq[1] = 999000;
	lab_segment_at(1, lab.seq[1] - 1, lab.seq[0], NULL, 0, IOTX_TCP_SYN | IOTX_TCP_ACK);
	lab_open_connection(&buf);
	lab_expect("1:c:CONNECT 2:s:CONNACK 5:c:CONNECT 6:s:CONNACK");
	assert_int_equal(iotx_engine_flows(lab.engine), 2);
	iotx_buf_free(&buf);
}

/* A capture of messages alone has no SYN: the CONNECT itself says it. */
static void a_five_tuple_is_used_again_without_a_syn(void **state)
{
	static const u32 jumps[] = { 1u << 30, 100000, -3000000u };
	struct iotx_buf buf = {};

	(void)state;
	lab_open_connection(&buf);
	for (u32 i = 0; i < 3; i++) {
		lab.seq[0] += jumps[i];
		lab.seq[1] += jumps[i];
		lab_open_connection(&buf);
	}
	lab_expect("1:c:CONNECT 2:s:CONNACK 3:c:CONNECT 4:s:CONNACK 5:c:CONNECT 6:s:CONNACK "
		   "7:c:CONNECT 8:s:CONNACK");
	assert_int_equal(iotx_engine_flows(lab.engine), 4);
	iotx_buf_free(&buf);
}

/* One that comes again, however late, is no other connection. */
static void a_connect_sent_again_is_the_same(void **state)
{
	struct iotx_buf buf = {}, connect = {};
	u32 seq = lab.seq[0];

	(void)state;
	iotx_msg_connect(&connect);
	lab_open_connection(&buf);
	buf.len = 0;
	lab_publish(&buf, "a", 30000);
	lab_send_buf(0, &buf);
	lab_segment_at(0, seq, 0, connect.data, (u32)connect.len, 0);
	lab_expect("1:c:CONNECT 2:s:CONNACK 3:c:PUBLISH");
	assert_int_equal(iotx_engine_flows(lab.engine), 1);
	iotx_buf_free(&connect);
	iotx_buf_free(&buf);
}

/* Nor is what its own SYN, which comes late too, says to start there. */
static void a_syn_sent_again_is_of_the_same(void **state)
{
	struct iotx_buf buf = {}, connect = {};
	u32 seq[2] = { lab.seq[0], lab.seq[1] };

	(void)state;
	iotx_msg_connect(&connect);
	handshake(seq[0], seq[1]);
	lab_open_connection(&buf);
	handshake(seq[0], seq[1]);
	lab_segment_at(0, seq[0], 0, connect.data, (u32)connect.len, 0);
	lab_expect("3:c:CONNECT 4:s:CONNACK");
	assert_int_equal(iotx_engine_flows(lab.engine), 1);
	iotx_buf_free(&connect);
	iotx_buf_free(&buf);
}

/* A FIN without data may be captured before the data that it follows. */
static void a_fin_overtakes_its_data(void **state)
{
	struct iotx_buf buf = {};
	u32 seq;

	(void)state;
	lab_open_connection(&buf);
	seq = lab.seq[0];
	lab_publish(&buf, "last", 10);
	lab_segment_at(0, seq, 0, buf.data, 4, 0);
	lab_segment_at(0, seq + (u32)buf.len, 0, NULL, 0, IOTX_TCP_FIN | IOTX_TCP_ACK);
	lab_segment_at(0, seq + 4, 0, buf.data + 4, (u32)buf.len - 4, 0);
	lab_expect("1:c:CONNECT 2:s:CONNACK 5:c:PUBLISH");
	iotx_buf_free(&buf);
}

/* ... which may be all that its direction holds. */
static void a_fin_overtakes_all_data(void **state)
{
	struct iotx_buf buf = {};
	u32 client = lab.seq[0], broker = lab.seq[1], len;

	(void)state;
	handshake(client, broker);
	iotx_msg_connect(&buf);
	len = (u32)buf.len;
	lab_segment_at(0, client, broker, buf.data, len, 0);
	lab_segment_at(1, broker + 4, client + len, NULL, 0, IOTX_TCP_FIN | IOTX_TCP_ACK);
	lab_segment_at(1, broker, client + len, "\x20\2\0\0", 4, 0);
	lab_expect("3:c:CONNECT 5:s:CONNACK");
	iotx_buf_free(&buf);
}

/* Neither a RST nor a SYN nor data that lies out of any window changes anything. */
static void what_is_out_of_any_window_is_ignored(void **state)
{
	struct iotx_buf buf = {};
	u32 far = 1u << 30;

	(void)state;
	lab_open_connection(&buf);
	lab_publish(&buf, "a", 10);
	lab_segment(0, buf.data, 5);
	lab_segment_at(0, lab.seq[0] + far, 0, NULL, 0, IOTX_TCP_RST);
	lab_segment_at(0, lab.seq[0] + far, 0, "x", 1, 0);
	lab_segment_at(0, lab.seq[0] - far, 0, NULL, 0, IOTX_TCP_SYN);
	lab_segment(0, buf.data + 5, (u32)buf.len - 5);
	buf.len = 0;
	lab_publish(&buf, "b", 1);
	lab_send_buf(0, &buf);
	lab_expect("1:c:CONNECT 2:s:CONNACK 7:c:PUBLISH 8:c:PUBLISH");
	assert_int_equal(iotx_engine_stats(lab.engine)->bytes_far, 1);
	assert_int_equal(iotx_engine_ledger(lab.engine)->segments_far, 3);
	iotx_buf_free(&buf);
}

static void a_length_without_an_end_is_of_a_message(void **state)
{
	struct iotx_buf buf = {};

	(void)state;
	lab_open_connection(&buf);
	lab_segment(0, "\x30\xff\xff\xff\xff\x01garbage", 13);
	lab_expect("1:c:CONNECT 2:s:CONNACK 3:c:PUBLISH (-2) 3:c:error mqtt PUBLISH (-2)");
	iotx_buf_free(&buf);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, lab_setup, lab_teardown)
	const struct CMUnitTest tests[] = {
		CASE(a_connection_is_told_in_order),
		CASE(one_byte_at_a_time),
		CASE(captured_in_another_order),
		CASE(the_first_segments_in_another_order),
		CASE(the_first_segment_let_pass),
		CASE(the_answer_overtakes_what_it_answers),
		CASE(a_greeting_is_let_pass),
		CASE(a_cut_segment_overtakes_the_first_ones),
		CASE(first_bytes_of_nothing_known_are_not_kept),
		CASE(a_gap_loses_and_a_whole_segment_finds),
		CASE(a_gap_within_a_body_keeps_the_boundary),
		CASE(midstream_starts_at_the_first_whole_segment),
		CASE(longer_than_the_limit),
		CASE(the_last_message_may_be_cut),
		CASE(no_header_where_one_must_be),
		CASE(a_five_tuple_is_used_again),
		CASE(a_five_tuple_is_used_again_without_a_syn),
		CASE(a_connect_sent_again_is_the_same),
		CASE(a_syn_sent_again_is_of_the_same),
		CASE(a_fin_overtakes_its_data),
		CASE(a_fin_overtakes_all_data),
		CASE(what_is_out_of_any_window_is_ignored),
		CASE(a_length_without_an_end_is_of_a_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
