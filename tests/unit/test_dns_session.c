// SPDX-License-Identifier: GPL-2.0-only
/* Which names the addresses of later messages get, and DNS over TCP. */
#include "talk.h"
#include "coap_hex.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct iotx_talk t;
static u8 bytes[COAP_TEST_MAX];

static int setup(void **state)
{
	(void)state;
	iotx_talk_start(&t);
	return 0;
}

static int teardown(void **state)
{
	const struct iotx_engine_stats *s;

	(void)state;
	iotx_engine_finish(t.engine);
	s = iotx_engine_stats(t.engine);
	assert_int_equal(s->stream_bytes, s->bytes_decoded + s->bytes_old + s->bytes_lost +
						  s->bytes_cut + s->bytes_limit + s->bytes_held);
	iotx_talk_stop(&t);
	return 0;
}

static u32 bytes_of(const char *hex)
{
	int n = coap_bytes(hex, bytes);

	assert_true(n > 0);
	return (u32)n;
}

/* Host 1 is the server, at 10.9.0.2 in what it answers. */
static void answer(u16 port, const char *hex)
{
	u32 n = bytes_of(hex);

	iotx_talk_udp(&t, &(struct iotx_say){ .from = 1, .src_port = port, .dst_port = port == 53 ?
					      40000 : port, .data = bytes, .len = n });
	iotx_talk_log(&t);
}

/* What the next message to host 1 says of its name. */
static const char *name(void)
{
	static char text[300];
	const char *log, *to;

	iotx_talk_udp(&t, &(struct iotx_say){ .from = 0, .src_port = 41000, .dst_port = 5683,
					      .data = "\x40\1\0\1", .len = 4 });
	log = iotx_talk_log(&t);
	to = strstr(log, " to ");
	memset(text, 0, sizeof(text));
	if (to)
		memcpy(text, to + 4, strcspn(to + 4, " \n"));
	return text;
}

#define ASK "03 61 2d 62 00 0001 0001 " /* "a-b", A, IN; the name is at 12 */
#define HOST_A "0001 0001 0000003c 0004 0a090002 "
#define OTHER_A "0001 0001 0000003c 0004 0a090003 "
#define CNAME "0005 0001 0000003c "

static void an_answer_names_an_address(void **state)
{
	(void)state;
	assert_string_equal(name(), "");
	answer(53, "0001 8180 0001 0001 0000 0000" ASK "c00c" HOST_A);
	assert_string_equal(name(), "a-b");
	answer(53, "0001 8180 0001 0001 0000 0000" "03 43 2d 44 00 0001 0001 c00c" HOST_A);
	assert_string_equal(name(), "c-d"); /* in lower case: RFC 4343 */
}

static void messages_that_name_nothing(void **state)
{
	static const char *const rows[] = {
		"0001 0180 0001 0001 0000 0000" ASK "c00c" HOST_A,  /* no response */
		"0001 8183 0001 0001 0000 0000" ASK "c00c" HOST_A,  /* NXDOMAIN */
		"0001 8180 0001 0001 0000 0000" ASK "c00c" OTHER_A, /* of somebody else */
		"0001 8180 0001 0002 0000 0000" ASK "c00c" HOST_A,  /* malformed */
		"0001 8180 0001 0000 0000 0001" ASK "c00c" HOST_A,  /* beside the answer */
		"0001 8180 0001 0001 0000 0000" ASK "c00c" "0001 0003 0000003c 0004 0a090002",
	};

	(void)state;
	for (u32 i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		answer(53, rows[i]);
		if (name()[0])
			fail_msg("row %u", i);
	}
}

/* "a-b" is "c", which is "d", which has the address: in any order of the records. */
static void a_chain_of_aliases(void **state)
{
	(void)state;
	answer(53, "0001 8180 0001 0003 0000 0000" ASK "c00c" CNAME "0003 016300"
	       "016300" CNAME "0003 016400" "016400" HOST_A);
	assert_string_equal(name(), "a-b");
	answer(53, "0001 8180 0001 0003 0000 0000" "0165 00 0001 0001" "016400" HOST_A
	       "016300" CNAME "0003 014400" "016500" CNAME "0003 016300");
	assert_string_equal(name(), "e");
}

static void a_ring_of_aliases(void **state)
{
	(void)state;
	answer(53, "0001 8180 0001 0003 0000 0000" ASK "c00c" CNAME "0003 016300"
	       "016300" CNAME "0002 c00c" "016300" HOST_A);
	assert_string_not_equal(name(), "");
}

static void mdns_names_itself(void **state)
{
	(void)state;
	answer(5353, "0000 8400 0000 0001 0000 0000" "0568656c6c6f 056c6f63616c 00"
	       "0001 8001 00000078 0004 0a090002");
	assert_string_equal(name(), "hello.local");
	answer(5353, "0000 8400 0000 0001 0000 0001 01 73 00 000c 0001 00000078 0002 c00c"
	       "0577 6f726c64 056c6f63616c 00 0001 8001 00000078 0004 0a090002");
	assert_string_equal(name(), "world.local");
}

static void say(const char *hex, u32 from, u32 to, u32 skip)
{
	u32 n = bytes_of(hex);

	iotx_talk_tcp(&t, &(struct iotx_say){
		.from = 1, .src_port = 53, .dst_port = 40000, .data = bytes + from,
		.len = (to ? to : n) - from, .skip = skip,
	});
}

#define STREAM_A "0025 0001 8180 0001 0001 0000 0000" ASK "c00c" HOST_A
#define STREAM_Q "0015 0002 0100 0001 0000 0000 0000" ASK

static void over_tcp(void **state)
{
	(void)state;
	say(STREAM_Q STREAM_A STREAM_Q, 0, 0, 0);
	assert_string_equal(iotx_talk_log(&t),
			    "query {\"queries\":[{\"rrname\":\"a-b\",\"rrtype\":\"A\"}]}\n"
			    "response NOERROR {\"queries\":[{\"rrname\":\"a-b\",\"rrtype\":\"A\"}],"
			    "\"answers\":[{\"rrname\":\"a-b\",\"rrtype\":\"A\",\"rdata\":\"10.9.0.2\"}]}"
			    " from a-b\n"
			    "query {\"queries\":[{\"rrname\":\"a-b\",\"rrtype\":\"A\"}]} from a-b\n");
	assert_string_equal(name(), "a-b");
}

/* The segment behind starts with a message again: whatever was missing before it. */
static void over_tcp_with_a_gap(void **state)
{
	(void)state;
	say(STREAM_A, 0, 30, 0);
	say(STREAM_Q, 0, 0, 500);
	iotx_engine_finish(t.engine);
	assert_string_equal(iotx_talk_log(&t), "query {\"queries\":[{\"rrname\":\"a-b\",\"rrtype\":\"A\"}]}\n");
	assert_int_equal(iotx_engine_stats(t.engine)->messages_cut, 1);
}

static void over_tcp_without_a_length(void **state)
{
	(void)state;
	say(STREAM_Q "0003 000000", 0, 0, 0);
	assert_string_equal(iotx_talk_log(&t), "query {\"queries\":[{\"rrname\":\"a-b\",\"rrtype\":\"A\"}]}\n"
			    "error dns malformed\n");
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	static const struct CMUnitTest tests[] = {
		CASE(an_answer_names_an_address),
		CASE(messages_that_name_nothing),
		CASE(a_chain_of_aliases),
		CASE(a_ring_of_aliases),
		CASE(mdns_names_itself),
		CASE(over_tcp),
		CASE(over_tcp_with_a_gap),
		CASE(over_tcp_without_a_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
