// SPDX-License-Identifier: GPL-2.0-only
/* What a connection tells of its messages: answers, grants, aliases, requests, its start. */
#include "mqtt_words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct iotx_script s;

static int setup(void **state)
{
	(void)state;
	iotx_script_start(&s);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	iotx_script_stop(&s);
	return 0;
}

/* Plays what is of no interest, then what is: the MQTT events of the latter. */
static const char *told(const char *before, const char *script)
{
	iotx_script_play(&s, before);
	s.want = "mqtt";
	s.events[0] = '\0';
	iotx_script_play(&s, script);
	s.want = NULL;
	assert_string_equal(s.found, "");
	return s.events;
}

static void has(const char *text, const char *part)
{
	if (strstr(text, part))
		return;
	fprintf(stderr, "no %s in\n%s\n", part, text);
	fail();
}

static void lacks(const char *text, const char *part)
{
	if (!strstr(text, part))
		return;
	fprintf(stderr, "%s in\n%s\n", part, text);
	fail();
}

static void answers_have_their_latency(void **state)
{
	(void)state;
	has(told(OPEN5 "c " PUB1("0007"), "s+0.25 40 0007;"),
	    "\"request_frame\":3,\"latency_ns\":251000000(251.000ms)");
	told("", "c " PUB2("0008") "s+1 50 0008;" "c 62 0008;" "s+1 70 0008;");
	has(s.events, "PUBREC");
	has(s.events, "\"request_frame\":5,\"latency_ns\":1001000000");
	has(s.events, "\"request_frame\":5,\"latency_ns\":2003000000");
	has(told("c c0;", "s d0;"), "\"latency_ns\":1000000(1.000ms)");
}

/* In v5 an acknowledgement may leave out the reason, and the properties. */
static void acknowledgements_long_and_short(void **state)
{
	(void)state;
	has(told(OPEN5 "c " PUB1("0001"), "s 40 0001;"), "\"reason_code\":0(Success)");
	has(told("c " PUB1("0002"), "s 40 0002 10;"), "\"reason_code\":16(No matching subscribers)");
	has(told("c " PUB1("0003"), "s 40 0003 97 04 1f000161;"), "\"properties\":{\"reason_string\":\"a\"}");
}

/* The same number in both directions names two messages. */
static void one_number_in_both_directions(void **state)
{
	(void)state;
	told(OPEN5 SUBBED, "c " PUB2("0009") "s+1 " PUB1("0009") "c+1 40 0009;" "s+1 50 0009;");
	has(s.events, "PUBACK \"puback\":{\"qos\":0,\"retain\":false,\"dup\":false,\"message_id\":9");
	has(s.events, "\"request_frame\":6,\"latency_ns\":1001000000");
	has(s.events, "\"request_frame\":5,\"latency_ns\":3003000000");
}

static void grants_name_their_filters(void **state)
{
	(void)state;
	has(told(OPEN5 "c 82 000100 00016101 00016202;", "s 90 00010001 87;"),
	    "\"subscriptions\":[{\"filter\":\"a\",\"granted_qos\":1},"
	    "{\"filter\":\"b\",\"reason_code\":135(Not authorized)}]");
	has(told("c a2 000200 000161 00017a;", "s b0 00020000 11;"),
	    "[{\"filter\":\"a\",\"reason_code\":0(Success)},"
	    "{\"filter\":\"z\",\"reason_code\":17(No subscription existed)}]");
}

static void grants_of_the_older_version(void **state)
{
	(void)state;
	has(told(OPEN4 "c 82 0001 00016101 00016202;", "s 90 0001 01 80;"),
	    "[{\"filter\":\"a\",\"granted_qos\":1},{\"filter\":\"b\",\"reason_code\":128(Failure)}]");
	has(told("c a2 0002 000161;", "s b0 0002;"), "\"subscriptions\":[{\"filter\":\"a\"}]");
}

static void retained_set_and_erased(void **state)
{
	(void)state;
	has(told(OPEN5, "c 31 00017400 78;"), "\"retained\":\"set\"");
	has(told("", "c 31 00017400;"), "\"retained\":\"erased\"");
	lacks(told(SUBBED, "c " PUB0 "s 31 00017400 78;"), "retained");
}

#define TAKES_ALIASES WITH5("03", "22 0009") ANSWER5("03", "22 0009")

static void aliases_of_both_directions(void **state)
{
	(void)state;
	told(TAKES_ALIASES SUBBED, "c 30 000161 03 230001;" "s 30 000162 03 230001;"
	     "c 30 0000 03 230001 31;" "s 30 0000 03 230001 32;"
	     "c 30 000163 03 230001;" "c 30 0000 03 230001 33;" "s 30 0000 03 230001 34;");
	has(s.events, "\"topic\":\"a\",\"message\":\"1\"");
	has(s.events, "\"topic\":\"b\",\"message\":\"2\"");
	has(s.events, "\"topic\":\"c\",\"message\":\"3\"");
	has(s.events, "\"topic\":\"b\",\"message\":\"4\"");
}

/* Response Topic "r", Correlation Data "k". */
#define ASKS "30 000171 08 080001 72 090001 6b;"
#define ANSWERS(data) "30 000172 04 090001" data ";"
#define CLIENT(n, filter) \
	"c" n " " NAME5 "02003c00 000163;" "s" n " 20 000000;" "c" n " 82 0001 00" filter "00;" "s" n " 90 0001 0000;"

/* From the client to whoever answers, and back, through the broker. */
static void requests_and_responses(void **state)
{
	(void)state;
	told(CLIENT("1", "000172") "c2 " NAME5 "02003c00 000164;" "s2 20 000000;"
	     "c2 82 0001 00 00017100;" "s2 90 0001 0000;", "c1 " ASKS "s2 " ASKS);
	lacks(s.events, "response_to_frame");
	has(told("", "c2+1 " ANSWERS("6b")), "\"response_to_frame\":9,\"response_latency_ns\":1002000000");
	has(told("", "s1+1 " ANSWERS("6b")), "\"response_to_frame\":9,\"response_latency_ns\":2003000000");
	lacks(told("", "c2 " ANSWERS("6c")), "response_to_frame");
}

static void a_start_that_was_not_seen(void **state)
{
	(void)state;
	has(told("", "c " PUB0), "\"session_seen_from_start\":false");
	lacks(told("", "c " PUB0), "session_seen_from_start");
}

static void nothing_is_judged_behind_a_loss(void **state)
{
	(void)state;
	told(OPEN5 "c lose " SUB5("0001"), "s 90 0001 0001;" "c+1 c0;" "s d0;" "s 40 0001;");
	assert_string_equal(s.found, "");
}

/* 5 bytes each. */
static const char *user_properties(u32 count)
{
	static char script[32768];
	size_t n = (size_t)snprintf(script, sizeof(script), "c 30 000174 %02x%02x", (count * 5 & 127) | 128,
				    count * 5 >> 7);

	for (u32 i = 0; i < count; i++)
		n += (size_t)snprintf(script + n, sizeof(script) - n, "2600000000");
	snprintf(script + n, sizeof(script) - n, "78;");
	return script;
}

static void many_user_properties(void **state)
{
	(void)state;
	assert_null(strstr(told(OPEN5, user_properties(1000)), "skipped"));
	assert_int_equal(iotx_engine_stats(s.engine)->mqtt_properties_limit, 0);
	has(told("", user_properties(1100)), "\"user_properties_skipped\":76");
	assert_int_equal(iotx_engine_stats(s.engine)->mqtt_properties_limit, 76);
}

static void a_length_that_is_cut(void **state)
{
	static const char x[133] = "\0\1t\0";

	(void)state;
	told(OPEN5, "c raw 3085;");
	assert_string_equal(s.events, "");
	s.want = "mqtt";
	iotx_script_play(&s, "c raw 01;");
	iotx_script_bytes(&s, 0, x, sizeof(x));
	has(s.events, "PUBLISH");
	has(s.events, "\"message_length\":129");
}

static void a_length_of_four_bytes(void **state)
{
	static const char x[32768] = "\0\1t\0";
	static const char none[32768];

	(void)state;
	told(OPEN5, "c raw 3080808001;"); /* 2 MiB: more than is kept of a message */
	iotx_script_bytes(&s, 0, x, sizeof(x));
	for (int i = 1; i < 64; i++)
		iotx_script_bytes(&s, 0, none, sizeof(none));
	assert_int_equal(iotx_engine_stats(s.engine)->messages_truncated, 1);
	has(told("", "c c0;"), "PINGREQ");
}

static void authentication_goes_to_and_fro(void **state)
{
	(void)state;
	told("", WITH5("04", AUTH_M) "s f0 18 08" AUTH_M "160001 31;" "c f0 18 08" AUTH_M "160001 32;"
	     ANSWER5("04", AUTH_M) "c f0 19 04" AUTH_M ";" "s f0 18 04" AUTH_M ";" "c f0 18 04" AUTH_M ";"
	     "s f0 00 04" AUTH_M ";");
	has(s.events, "\"reason_code\":24(Continue authentication)");
	has(s.events, "\"reason_code\":25(Re-authenticate)");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(answers_have_their_latency),
		TEST(acknowledgements_long_and_short),
		TEST(one_number_in_both_directions),
		TEST(grants_name_their_filters),
		TEST(grants_of_the_older_version),
		TEST(retained_set_and_erased),
		TEST(aliases_of_both_directions),
		TEST(requests_and_responses),
		TEST(a_start_that_was_not_seen),
		TEST(nothing_is_judged_behind_a_loss),
		TEST(many_user_properties),
		TEST(a_length_that_is_cut),
		TEST(a_length_of_four_bytes),
		TEST(authentication_goes_to_and_fro),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
