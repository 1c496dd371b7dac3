// SPDX-License-Identifier: GPL-2.0-only
/* What topic ids stand for: who gives them out, to whom, and how long they hold. */
#include "talk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define GATEWAY 1885

static struct iotx_talk t;
static u16 client_port;

static int setup(void **state)
{
	(void)state;
	iotx_talk_start(&t);
	client_port = 40000;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	iotx_talk_stop(&t);
	return 0;
}

static void say_len(u8 from, const void *data, u32 len)
{
	iotx_talk_udp(&t, &(struct iotx_say){
		.from = from,
		.src_port = from ? GATEWAY : client_port,
		.dst_port = from ? client_port : GATEWAY,
		.data = data, .len = len,
	});
}

#define CLIENT(text) say_len(0, text, sizeof(text) - 1)
#define GATEWAY_SAYS(text) say_len(1, text, sizeof(text) - 1)

#define REGISTER_TEMP "\x0a\x0a\0\0\0\1temp"
#define PUBLISH_5 "\x08\x0c\0\0\5\0\0x"
#define CONNECT_CLEAN "\7\4\4\1\0\x3c" "a"
#define CONNECT_AGAIN "\7\4\0\1\0\x3c" "a"

#define NAMED "PUBLISH {\"publish\":{\"topic\":\"temp\",\"message\":\"x\"}}\n"
#define UNNAMED "PUBLISH {\"publish\":{\"topic_id\":5,\"message\":\"x\"}}\n"

static void expect(const char *log)
{
	assert_string_equal(iotx_talk_log(&t), log);
}

static void quiet(void)
{
	iotx_talk_log(&t);
}

static void registered(void)
{
	CLIENT(REGISTER_TEMP);
	GATEWAY_SAYS("\7\x0b\0\5\0\1\0");
	quiet();
}

static void a_client_registers(void **state)
{
	(void)state;
	CLIENT(PUBLISH_5);
	expect(UNNAMED);
	CLIENT(REGISTER_TEMP);
	expect("REGISTER {\"register\":{\"topic_id\":0,\"message_id\":1,\"topic\":\"temp\"}}\n");
	CLIENT(PUBLISH_5);
	expect(UNNAMED);
	GATEWAY_SAYS("\7\x0b\0\5\0\1\0");
	expect("REGACK {\"regack\":{\"topic\":\"temp\",\"message_id\":1,\"return_code\":0(accepted)}}\n");
	CLIENT(PUBLISH_5);
	GATEWAY_SAYS(PUBLISH_5);
	expect(NAMED NAMED);
}

static void an_answer_to_another_question(void **state)
{
	(void)state;
	CLIENT(REGISTER_TEMP);
	GATEWAY_SAYS("\7\x0b\0\5\0\2\0"); /* another message id */
	CLIENT("\7\x0b\0\5\0\1\0");       /* of the wrong side */
	quiet();
	CLIENT(PUBLISH_5);
	expect(UNNAMED);
}

static void the_gateway_refuses(void **state)
{
	(void)state;
	CLIENT(REGISTER_TEMP);
	GATEWAY_SAYS("\7\x0b\0\5\0\1\2");
	quiet();
	CLIENT(PUBLISH_5);
	expect(UNNAMED);
}

/* For a subscription with wildcards (6.10). Its id is in the REGISTER itself. */
static void the_gateway_registers(void **state)
{
	(void)state;
	GATEWAY_SAYS("\x0a\x0a\0\5\0\1temp");
	GATEWAY_SAYS(PUBLISH_5); /* the REGACK was not captured */
	CLIENT("\7\x0b\0\5\0\1\0");
	quiet();
	GATEWAY_SAYS(PUBLISH_5);
	expect(NAMED);
	GATEWAY_SAYS("\x0a\x0a\0\5\0\2none");
	CLIENT("\7\x0b\0\5\0\2\2");
	quiet();
	GATEWAY_SAYS(PUBLISH_5);
	expect(UNNAMED);
}

static void a_subscription_gives_an_id(void **state)
{
	(void)state;
	CLIENT("\x09\x12\0\0\7temp");
	GATEWAY_SAYS("\x08\x13\0\0\5\0\7\0");
	expect("SUBSCRIBE {\"subscribe\":{\"message_id\":7,\"topic\":\"temp\"}}\n"
	       "SUBACK {\"suback\":{\"topic\":\"temp\",\"message_id\":7,\"return_code\":0(accepted)}}\n");
	GATEWAY_SAYS(PUBLISH_5);
	expect(NAMED);
}

static void a_filter_has_no_id(void **state)
{
	(void)state;
	CLIENT("\x09\x12\0\0\7te/#");
	GATEWAY_SAYS("\x08\x13\0\0\5\0\7\0");
	quiet();
	GATEWAY_SAYS(PUBLISH_5);
	expect(UNNAMED);
}

/* The same number means something else when it is predefined or a short name. */
static void kinds_of_topic_ids(void **state)
{
	(void)state;
	registered();
	CLIENT("\x08\x0c\1\0\5\0\0x");
	CLIENT("\x08\x0c\2tt\0\0x");
	expect("PUBLISH {\"publish\":{\"topic_id_type\":\"predefined\",\"topic_id\":5,\"message\":\"x\"}}\n"
	       "PUBLISH {\"publish\":{\"topic_id_type\":\"short\",\"topic\":\"tt\",\"message\":\"x\"}}\n");
}

static void sessions_end(void **state)
{
	(void)state;
	registered();
	CLIENT("\4\x18\2\x58"); /* sleeps (6.14) */
	CLIENT(CONNECT_AGAIN);
	quiet();
	CLIENT(PUBLISH_5);
	expect(NAMED);
	CLIENT("\2\x18");
	quiet();
	CLIENT(PUBLISH_5);
	expect(UNNAMED);
	registered();
	CLIENT(CONNECT_CLEAN);
	quiet();
	CLIENT(PUBLISH_5);
	expect(UNNAMED);
}

static void clients_are_kept_apart(void **state)
{
	(void)state;
	registered();
	client_port++;
	CLIENT(PUBLISH_5);
	expect(UNNAMED);
	client_port--;
	CLIENT(PUBLISH_5);
	expect(NAMED);
}

#define NODE(n) "\5\xfe\0\0" n

/* A forwarder has one pair of ports for many clients (5.5). */
static void clients_behind_a_forwarder(void **state)
{
	(void)state;
	CLIENT(NODE("\1") REGISTER_TEMP);
	GATEWAY_SAYS(NODE("\1") "\7\x0b\0\5\0\1\0");
	CLIENT(NODE("\2") REGISTER_TEMP);
	quiet();
	CLIENT(NODE("\1") PUBLISH_5);
	CLIENT(NODE("\2") PUBLISH_5);
	CLIENT(PUBLISH_5);
	expect(NAMED UNNAMED UNNAMED);
}

/* The sixty-fifth client makes room: the one not heard of for longest is forgotten. */
static void clients_are_bounded(void **state)
{
	u8 publish[] = NODE("\0") PUBLISH_5;

	(void)state;
	CLIENT(NODE("\0") REGISTER_TEMP);
	GATEWAY_SAYS(NODE("\0") "\7\x0b\0\5\0\1\0");
	for (u8 node = 1; node < 64; node++) {
		publish[4] = node;
		say_len(0, publish, sizeof(publish) - 1);
	}
	quiet();
	CLIENT(NODE("\0") PUBLISH_5);
	expect(NAMED);
	for (u8 node = 1; node < 65; node++) {
		publish[4] = node;
		say_len(0, publish, sizeof(publish) - 1);
	}
	quiet();
	CLIENT(NODE("\0") PUBLISH_5);
	expect(UNNAMED);
}

/* Registrations without end: beyond the limit ids have no names, and a counter says so. */
static void names_are_bounded(void **state)
{
	u8 ask[255] = "\xff\x0a\0\0\0\0", answer[7] = "\7\x0b";

	(void)state;
	memset(ask + 6, 'n', sizeof(ask) - 6);
	for (u32 id = 1; id < 2000; id++) {
		ask[4] = answer[2] = answer[4] = (u8)(id >> 8);
		ask[5] = answer[3] = answer[5] = (u8)id;
		say_len(0, ask, sizeof(ask));
		say_len(1, answer, sizeof(answer));
		quiet();
	}
	CLIENT(PUBLISH_5);
	assert_non_null(strstr(iotx_talk_log(&t), "\"topic\":\"nnn"));
	CLIENT("\x08\x0c\0\7\xcf\0\0x");
	expect("PUBLISH {\"publish\":{\"topic_id\":1999,\"message\":\"x\"}}\n");
	assert_int_equal(iotx_engine_stats(t.engine)->aliases_limit,
			 1999 - (256 << 10) / (249 + 16));
}

/* Counted by the same types as in the kernel half, good or bad. */
static void counted_by_type(void **state)
{
	const struct iotx_mqttsn_count *decoded = &iotx_engine_stats(t.engine)->mqttsn_messages;
	const struct iotx_mqttsn_count *counted = &iotx_engine_totals(t.engine)->mqttsn_messages;

	(void)state;
	registered();
	CLIENT("\2\x16");
	CLIENT("\2\x16\0");
	CLIENT("\2\3");
	CLIENT("\0\x16");
	CLIENT("\3");
	CLIENT(NODE("\1") "\2\x16");
	assert_int_equal(decoded->register_, 1);
	assert_int_equal(decoded->regack, 1);
	assert_int_equal(decoded->pingreq, 2);
	assert_int_equal(decoded->reserved, 1);
	assert_int_equal(decoded->encapsulated, 1);
	assert_memory_equal(decoded, counted, sizeof(*decoded));
	expect("PINGREQ {\"pingreq\":{}}\n"
	       "PINGREQ {\"pingreq\":{}} malformed\nerror mqttsn PINGREQ malformed\n"
	       "RESERVED {\"reserved\":{\"type\":3}} malformed\nerror mqttsn RESERVED malformed\n"
	       "cut header {} malformed\nerror mqttsn cut header malformed\n"
	       "cut header {} malformed\nerror mqttsn cut header malformed\nPINGREQ {\"pingreq\":{}}\n");
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	static const struct CMUnitTest tests[] = {
		CASE(a_client_registers),
		CASE(an_answer_to_another_question),
		CASE(the_gateway_refuses),
		CASE(the_gateway_registers),
		CASE(a_subscription_gives_an_id),
		CASE(a_filter_has_no_id),
		CASE(kinds_of_topic_ids),
		CASE(sessions_end),
		CASE(clients_are_kept_apart),
		CASE(clients_behind_a_forwarder),
		CASE(clients_are_bounded),
		CASE(names_are_bounded),
		CASE(counted_by_type),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
