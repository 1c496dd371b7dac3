// SPDX-License-Identifier: GPL-2.0-only
/* Connections in CoAP: messages, exchanges, and what is lost and found again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "pkt.h"
#include "rng.h"
#include "coap_hex.h"
#include <core/coap_event.h>

#define CLIENT 40000
#define SERVER 5683

static struct {
	struct iotx_engine *engine;
	u32 seq[2];
	u64 frames;
	char log[8192]; /* a word per event */
} b;

static void note(const char *word)
{
	size_t len = strlen(b.log);

	snprintf(b.log + len, sizeof(b.log) - len, "%s%s", len ? "; " : "", word);
}

/* "3c:GET request#1": frame, sender, title, role and exchange, what is special. */
static void on_event(void *arg, const struct iotx_event *ev)
{
	const struct iotx_coap_seen *seen = ev->msg;
	char title[IOTX_TITLE_MAX], word[256];
	const char *role = NULL;
	int n;

	(void)arg;
	n = snprintf(word, sizeof(word), "%llu%s:%s", (unsigned long long)ev->frame,
		     ev->ends->src_port == CLIENT ? "c" : "s", ev->cls->title(ev->msg, title));
	if (ev->cls == &iotx_coap_seen_event)
		role = iotx_coap_role_name(seen->facts.role);
	if (role)
		n += snprintf(word + n, sizeof(word) - n, " %s#%llu", role,
			      (unsigned long long)seen->facts.exchange);
	if (role && seen->facts.has_latency)
		n += snprintf(word + n, sizeof(word) - n, " %llums",
			      (unsigned long long)seen->facts.latency_ns / 1000000);
	if (role && seen->body.complete)
		n += snprintf(word + n, sizeof(word) - n, " body=%u", seen->body.bytes.len);
	snprintf(word + n, sizeof(word) - n, "%s%s%s", ev->resync ? " resync" : "",
		 role && seen->facts.observe_stale ? " stale" : "", ev->verdict ? " !" : "");
	note(word);
	if (ev->verdict)
		note(ev->diag.rule);
}

static int setup(void **state)
{
	static struct iotx_engine_config config;

	(void)state;
	memset(&b, 0, sizeof(b));
	config = (struct iotx_engine_config){
		.sample_one_in = 1, .message_max = 100000, .reorder_max = 64 << 10, .flows_max = 10,
		.held_max = 256 << 20,
		.learnt_max = 256 << 20,
	};
	config.ports.tcp[SERVER] = COAP;
	b.engine = iotx_engine_new(&config, on_event, NULL);
	assert_non_null(b.engine);
	b.seq[0] = 1000;
	b.seq[1] = 5000;
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
						  s->bytes_cut + s->bytes_limit + s->bytes_held);
	iotx_engine_free(b.engine);
	return 0;
}

static void segment(u32 side, const void *data, u32 len)
{
	static u8 room[IOTX_PKT_ROOM];
	const struct iotx_pkt p = {
		.src_host = (u16)(1 + side), .dst_host = (u16)(2 - side),
		.src_port = side ? SERVER : CLIENT, .dst_port = side ? CLIENT : SERVER,
		.seq = b.seq[side], .ack = b.seq[!side], .payload = data, .payload_len = len,
	};
	u32 n = iotx_pkt_build(&p, room, NULL);
	u8 *copy = test_malloc(n);
	struct iotx_frame f = { .data = copy, .cap_len = n, .wire_len = n, .number = ++b.frames };

	f.ts_ns = b.frames * 1000000;
	memcpy(copy, room, n);
	b.seq[side] += len;
	iotx_engine_frame(b.engine, &f);
	test_free(copy);
}

static void send_hex(u32 side, const char *hex)
{
	static u8 data[COAP_TEST_MAX];
	int n = coap_bytes(hex, data);

	assert_true(n > 0);
	segment(side, data, (u32)n);
}

static void expect(const char *log)
{
	assert_string_equal(b.log, log);
}

#define CSM "40 e1 23 100000"
#define OPENED "1c:7.01 CSM; 2s:7.01 CSM; "

static void open_connection(void)
{
	send_hex(0, CSM);
	send_hex(1, CSM);
}

static void one_message_a_segment(void **state)
{
	(void)state;
	open_connection();
	send_hex(0, "21 01 aa b161");
	send_hex(1, "21 45 aa ff 31");
	expect(OPENED "3c:GET request#1; 4s:2.05 Content response#1 1ms");
	assert_int_equal(iotx_engine_stats(b.engine)->coap_tcp_messages, 4);
	assert_int_equal(iotx_engine_stats(b.engine)->coap_messages, 0);
}

static void several_in_a_segment(void **state)
{
	(void)state;
	send_hex(0, CSM "21 01 aa b161 21 01 ab b162 01 02 ac");
	send_hex(1, CSM "21 45 ab ff 31 01 44 ac 21 45 aa ff 31");
	expect("1c:7.01 CSM; 1c:GET request#1; 1c:GET request#2; 1c:POST request#3; 2s:7.01 CSM; "
	       "2s:2.05 Content response#2 1ms; 2s:2.04 Changed response#3 1ms; "
	       "2s:2.05 Content response#1 1ms");
}

static void one_over_many_segments(void **state)
{
	static const u8 request[] = { 0xd1, 0x01, 0x02, 0xaa, 0xb1, 'a', 0xff, 'x', 'x', 'x', 'x', 'x',
				      'x',  'x',  'x',	'x',  'x', 'x' };

	(void)state;
	open_connection();
	for (u32 i = 0; i < sizeof(request); i++)
		segment(0, request + i, 1);
	send_hex(1, "01 44 aa");
	expect(OPENED "20c:POST request#1; 21s:2.04 Changed response#1 1ms");
}

static void the_first_segment_holds_a_part_too(void **state)
{
	(void)state;
	send_hex(0, CSM "21 01");
	send_hex(0, "aa b161");
	expect("1c:7.01 CSM; 2c:GET request#1");
}

static void ping_and_pong_by_token(void **state)
{
	(void)state;
	open_connection();
	send_hex(0, "01 e2 aa");
	send_hex(0, "01 e2 ab");
	send_hex(0, "01 01 aa");
	send_hex(1, "01 e3 ab");
	send_hex(1, "01 e3 aa");
	send_hex(1, "01 45 aa");
	send_hex(1, "01 e3 ac");
	send_hex(1, "00 e4");
	expect(OPENED "3c:7.02 Ping ping#1; 4c:7.02 Ping ping#2; 5c:GET request#3; 6s:7.03 Pong pong#2 2ms; "
		      "7s:7.03 Pong pong#1 4ms; 8s:2.05 Content response#3 3ms; 9s:7.03 Pong pong#0; "
		      "9s:warning coap 7.03 Pong !; RFC 8323 5.4; "
		      "10s:7.04 Release");
}

/* Equal bytes are no duplicate here: TCP has taken those out. */
static void tokens_are_used_again(void **state)
{
	(void)state;
	open_connection();
	send_hex(0, "21 01 aa b161");
	send_hex(1, "01 45 aa");
	send_hex(0, "21 01 aa b161");
	send_hex(1, "01 45 aa");
	expect(OPENED "3c:GET request#1; 4s:2.05 Content response#1 1ms; 5c:GET request#2; "
		      "6s:2.05 Content response#2 1ms");
}

static void notifications_are_in_order(void **state)
{
	(void)state;
	open_connection();
	send_hex(0, "31 01 aa 60 5161");
	send_hex(1, "21 45 aa 61 09");
	send_hex(1, "11 45 aa 60");
	send_hex(1, "11 45 aa 60");
	expect(OPENED "3c:GET request#1; 4s:2.05 Content response#1 1ms; 5s:2.05 Content notification#1; "
		      "6s:2.05 Content notification#1");
}

static void rows_of_blocks(void **state)
{
	static u8 block[9 + 2048] = { 0xe1, 0x06, 0xf7, 0x45, 0xaa, 0xd1, 0x0a, 0x0f, 0xff };
	static const u8 last[] = { 0x61, 0x45, 0xaa, 0xd1, 0x0a, 0x27, 0xff, 'e', 'n' };

	(void)state;
	open_connection();
	send_hex(0, "21 01 aa b161");
	segment(1, block, 9 + 2048);
	send_hex(0, "41 01 aa b161 c1 27");
	segment(1, last, sizeof(last));
	expect(OPENED "3c:GET request#1; 4s:2.05 Content response#1 1ms; 5c:GET request#2; "
		      "6s:2.05 Content response#2 1ms body=2050");
}

static void lost_bytes_and_the_next_whole_segment(void **state)
{
	(void)state;
	open_connection();
	b.seq[0] += 50;                     /* never captured */
	send_hex(0, "a1 01 aa b161 ff");    /* the beginning of a message */
	send_hex(0, "31 32 33 34 35 36 37");
	send_hex(0, "21 01 ab b161 01 02 ac");
	send_hex(0, "01 01 ad");
	iotx_engine_finish(b.engine);
	expect(OPENED "6c:GET request#1 resync; 6c:POST request#2; 6c:GET request#3");
}

static void lost_bytes_within_a_message(void **state)
{
	static u8 head[400] = { 0xe1, 0x03, 0x00, 0x02, 0xaa, 0xb1, 'a', 0xff };

	(void)state; /* 4 + 1 + 768 + 269 bytes, of which 300 are never captured */
	open_connection();
	segment(0, head, 400);
	b.seq[0] += 300;
	segment(0, head + 8, 342);
	send_hex(0, "01 01 ab");
	iotx_engine_finish(b.engine);
	expect(OPENED "5c:POST request#1; 5c:GET request#2");
	assert_int_equal(iotx_engine_stats(b.engine)->messages_truncated, 1);
}

static void no_header_where_one_has_to_be(void **state)
{
	(void)state;
	open_connection();
	send_hex(0, "01 01 aa 0f 01 aa");
	send_hex(0, "01 01 ab");
	expect(OPENED "3c:GET request#1; 3c:error coap !; RFC 8323 3.2; 4c:GET request#2 resync");
}

static void longer_than_the_receiver_takes(void **state)
{
	(void)state;
	send_hex(0, "30 e1 22 0010"); /* 16 bytes */
	send_hex(1, CSM);
	send_hex(1, "d1 01 45 aa ff 31*13");
	send_hex(0, "d1 01 02 aa ff 31*13");
	expect(OPENED "3s:2.05 Content response#0 !; RFC 8323 5.3.1; "
		      "3s:error coap 2.05 Content !; RFC 8323 5.3.1; "
		      "3s:warning coap 2.05 Content !; RFC 7252 5.3.1; 4c:POST request#1");
}

static void longer_than_our_limit(void **state)
{
	static u8 data[60000] = { 0xf1, 0, 1, 0, 0, 0x02, 0xaa, 0xb1, 'a', 0xff };
	const u32 len = 6 + 1 + 65536 + 65805;

	(void)state;
	open_connection();
	segment(0, data, sizeof(data));
	segment(0, data + 100, 50000);
	segment(0, data + 100, len - 110000);
	send_hex(0, "01 01 ab");
	expect(OPENED "5c:POST request#1; 6c:GET request#2");
	assert_int_equal(iotx_engine_stats(b.engine)->messages_truncated, 1);
}

static void in_midstream(void **state)
{
	(void)state;
	send_hex(0, "21 01 aa b161");
	send_hex(1, "31 32 33");
	send_hex(1, "01 45 aa");
	expect("1c:GET request#1; 3s:2.05 Content response#1 2ms resync");
}

/* A connection cut anywhere tells the same. */
static void cut_anywhere(void **state)
{
	static const char *const whole = CSM "21 01 aa b161 d1 02 02 ab ff 31*14 01 e2 ac 21 01 ad b162";
	struct iotx_rng rng = { .state = 3 };
	u8 data[COAP_TEST_MAX];
	u32 n = (u32)coap_bytes(whole, data);

	(void)state;
	for (u32 round = 0; round < 300; round++) {
		static const char *const words[] = { "c:7.01 CSM", "c:GET request#1", "c:POST request#2",
						     "c:7.02 Ping ping#3", "c:GET request#4" };
		const char *at = b.log;

		for (u32 i = 0; i < n;) {
			u32 len = i ? 1 + iotx_rng_below(&rng, n - i) : 2 + iotx_rng_below(&rng, n - 2);

			segment(0, data + i, len);
			i += len;
		}
		for (u32 i = 0; i < sizeof(words) / sizeof(*words); i++) {
			at = strstr(at, words[i]);
			assert_non_null(at);
			at++;
		}
		assert_null(strstr(b.log, "resync"));
		teardown(NULL);
		setup(NULL);
	}
}

static void anything(void **state)
{
	struct iotx_rng rng = { .state = 9 };
	u8 data[600];

	(void)state;
	open_connection();
	for (u32 i = 0; i < 20000; i++) {
		u32 len = 1 + iotx_rng_below(&rng, iotx_rng_chance(&rng, 90) ? 40 : 600);

		iotx_rng_fill(&rng, data, len);
		data[0] &= iotx_rng_chance(&rng, 80) ? 0x73 : 0xff;
		if (iotx_rng_chance(&rng, 5))
			b.seq[0] += iotx_rng_below(&rng, 50);
		segment(iotx_rng_below(&rng, 2), data, len);
		b.log[0] = '\0';
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_message_a_segment),
		TEST(several_in_a_segment),
		TEST(one_over_many_segments),
		TEST(the_first_segment_holds_a_part_too),
		TEST(ping_and_pong_by_token),
		TEST(tokens_are_used_again),
		TEST(notifications_are_in_order),
		TEST(rows_of_blocks),
		TEST(lost_bytes_and_the_next_whole_segment),
		TEST(lost_bytes_within_a_message),
		TEST(no_header_where_one_has_to_be),
		TEST(longer_than_the_receiver_takes),
		TEST(longer_than_our_limit),
		TEST(in_midstream),
		TEST(cut_anywhere),
		TEST(anything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
