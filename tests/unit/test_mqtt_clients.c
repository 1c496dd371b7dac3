// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rules about what a client has subscribed to and what goes on from one of its connections
 * to the next: what breaks each and nothing else, and what is next to it.
 */
#include "mqtt_words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* A subscription to "t" or another filter, answered. */
#define SUBSCRIBED(filter, options, granted) \
	"c 82 0002 00 " filter options ";" "s 90 0002 00 " granted ";"
#define WITH_ID(id, filter) "c 82 0002 02 0b" id filter "01;" "s 90 0002 00 01;"
#define WITH_ID2(id, filter) "c 82 0003 02 0b" id filter "01;" "s 90 0003 00 01;"
#define SYS "30 0006 245359532f61 00 78;" /* $SYS/a */

static const struct iotx_script_row delivery[] = {
	{ "MQTT-3.3.2-3", OPEN5 "s " PUB0, OPEN5 SUBSCRIBED("000174", "00", "00") "s " PUB0 },
	{ "MQTT-3.3.2-3",
	  OPEN5 SUBSCRIBED("000175", "00", "00") "s " PUB0,
	  OPEN5 "c 82 0002 00 000174 00;" "s " PUB0 },
	{ "MQTT-3.3.2-3", OPEN5 SUBSCRIBED("000174", "00", "80") "s " PUB0, "s " PUB0 },
	{ "MQTT-3.3.2-3", OPEN4 "s 30 000174 78;", OPEN4 SUBBED4 "c a2 0001 000123;" "s 30 000174 78;" },
	{ "MQTT-3.3.2-3", OPEN5 SUBSCRIBED("0004 742f2b2f", "00", "00") "s 30 0003 742f61 00 78;",
	  OPEN5 SUBSCRIBED("0003 742f2b", "00", "00") "s 30 0003 742f61 00 78;" },
	{ "MQTT-3.3.2-3", OPEN5 "s " PUB0, "c " NAME5 "00003c00000161;" "s 20 010000;" "s " PUB0 },
	{ "MQTT-4.7.2-1",
	  OPEN5 SUBSCRIBED("000123", "00", "00") "s " SYS,
	  OPEN5 SUBSCRIBED("0006 245359532f23", "00", "00") "s " SYS },
	{ "MQTT-4.7.2-1", OPEN4 "c 82 0002 0003 2b2f61 00;" "s 90 0002 00;" "s 30 0006 245359532f61 78;",
	  OPEN4 "c 82 0002 0006 245359532f2b 00;" "s 90 0002 00;" "s 30 0006 245359532f61 78;" },
	{ "MQTT-3.8.4-8",
	  OPEN5 SUBSCRIBED("000174", "02", "00") "s " PUB1("0009"),
	  OPEN5 SUBSCRIBED("000174", "02", "01") "s " PUB1("0009") },
	{ "MQTT-3.8.4-6", OPEN4 "c 82 0002 000174 02;" "s 90 0002 00;" "s " PUB1_4("0009"),
	  OPEN4 "c 82 0002 000174 02 000123 01;" "s 90 0002 00 01;" "s " PUB1_4("0009") },
	{ "MQTT-4.8.2-3", OPEN5 SUBSCRIBED("000a 2473686172652f672f74", "02", "00") "s " PUB1("0009"),
	  OPEN5 SUBSCRIBED("000a 2473686172652f672f74", "02", "01") "s " PUB1("0009") },
	{ "MQTT-3.3.4-3",
	  OPEN5 WITH_ID("07", "000174") "s " PUB0,
	  OPEN5 WITH_ID("07", "000174") "s 30 000174 020b07 78;" },
	{ "MQTT-3.3.4-3", OPEN5 WITH_ID("07", "000174") WITH_ID2("08", "000123") "s " PUB0,
	  OPEN5 WITH_ID("07", "000174") SUBBED "s " PUB0 },
	{ "MQTT-3.3.4-4",
	  OPEN5 WITH_ID("07", "000174") WITH_ID2("08", "000123") "c 82 0004 02 0b09 00012b 01;"
	  "s 90 0004 00 01;" "s 30 000174 040b070b08 78;",
	  OPEN5 WITH_ID("07", "000174") WITH_ID2("08", "000123") "c 82 0004 02 0b09 00012b 01;"
	  "s 90 0004 00 01;" "s 30 000174 060b070b090b08 78;" "s 30 000174 020b07 78;" },
	{ "MQTT-3.3.4-5",
	  OPEN5 WITH_ID("07", "000174") "s 30 000174 020b08 78;",
	  OPEN5 WITH_ID("07", "000174") "s 30 000174 020b07 78;" },
};

/* One client after the other: "a" again. Its session is to be kept (0x11). */
#define KEPT "c " NAME5 "00003c 05 11 00000e10 000161;" CONNACK5
#define AGAIN "c2 " NAME5 "00003c 05 11 00000e10 000161;" "s2 20 010000;"
#define KEPT4 "c " NAME4 "00003c 000161;" CONNACK4
#define AGAIN4 "c2 " NAME4 "00003c 000161;" "s2 20 0100;"
#define OPEN4_2 "c2 " NAME4 "02003c 000161;" "s2 20 0000;"
#define KEPT31 "c " NAME31 "00003c 000161;" CONNACK4
#define AGAIN31 "c2 " NAME31 "00003c 000161;" "s2 20 0000;"
#define TWO_LEFT KEPT SUBSCRIBED("000174", "01", "01") "s " PUB1("0001") "s 32 000174 0002 00 79;" "c fin;"
#define BACK_TAKES(max) "c2 " NAME5 "00003c 08 11 00000e10 2100" max "000161;" "s2 20 010000;" \
	"s2 3a 000174 0001 00 78;"
#define LATER2 "c2+20 c0;" "s2 d0;" "c2+20 c0;" "s2 d0;" "c2+20 c0;" "s2 d0;"

static const struct iotx_script_row clients[] = {
	{ "MQTT-4.6.0-1",
	  KEPT "c " PUB1("0001") "c 32 000174 0002 00 79;" "c fin;" AGAIN "c2 3a 000174 0002 00 79;"
	  "c2 3a 000174 0001 00 78;",
	  KEPT "c " PUB1("0001") "c 32 000174 0002 00 79;" "c fin;" AGAIN "c2 3a 000174 0001 00 78;"
	  "c2 3a 000174 0002 00 79;" },
	{ "MQTT-4.6.0-1",
	  KEPT4 "c " PUB1_4("0001") "c 32 000174 0002 79;" "c fin;" AGAIN4 "c2 3a 000174 0002 79;"
	  "c2 3a 000174 0001 78;",
	  KEPT4 "c " PUB1_4("0001") "c 32 000174 0002 79;" "c fin;" AGAIN4 "c2 3a 000174 0001 78;" "s2 40 0001;"
	  "c2 3a 000174 0002 79;" },
	/* what the broker sends again has an order of its own */
	{ "MQTT-4.6.0-1",
	  KEPT "c " PUB1("0001") "c 32 000174 0002 00 79;" "c fin;" AGAIN "c2 3a 000174 0002 00 79;"
	  "c2 3a 000174 0001 00 78;",
	  KEPT SUBSCRIBED("000174", "01", "01") "c " PUB1("0001") "s " PUB1("0009") "c fin;" AGAIN
	  "s2 3a 000174 0009 00 78;" "c2 3a 000174 0001 00 78;" },
	{ "MQTT-4.4.0-1",
	  KEPT "c " PUB1("0001") "c fin;" AGAIN LATER2,
	  KEPT "c " PUB1("0001") "c fin;" AGAIN "c2 3a 000174 0001 00 78;" "s2 40 0001;" LATER2 },
	{ "MQTT-4.4.0-1", KEPT4 "c " PUB2_4("0001") "s 50 0001;" "c fin;" AGAIN4 LATER2,
	  KEPT4 "c " PUB2_4("0001") "s 50 0001;" "c fin;" AGAIN4 "c2 62 0001;" "s2 70 0001;" LATER2 },
	/* a client that is slow, and takes one at a time */
	{ "MQTT-4.4.0-1 MQTT-4.3.2-4 MQTT-4.5.0-2", TWO_LEFT BACK_TAKES("02") LATER2, TWO_LEFT },
	{ "MQTT-4.3.2-4 MQTT-4.5.0-2", TWO_LEFT BACK_TAKES("01") LATER2, TWO_LEFT },
	/* What the old connection subscribed to still holds. */
	{ "MQTT-3.3.2-3", KEPT SUBSCRIBED("000174", "00", "00") "c fin;" AGAIN "s2 30 000175 00 78;",
	  KEPT SUBSCRIBED("000174", "00", "00") "c fin;" AGAIN "s2 " PUB0 },
	/* MQTT 3.1 does not say whether a session goes on: it may */
	{ "MQTT-3.3.2-3", OPEN4 "s 30 000174 78;", KEPT31 "s 30 000174 78;" },
	{ "MQTT-3.3.2-3", OPEN4 "c fin;" OPEN4_2 "s2 30 000174 78;",
	  KEPT31 "c 82 0002 000174 00;" "s 90 0002 00;" "c fin;" AGAIN31 "s2 30 000175 78;" },
	{ "MQTT-4.4.0-1", KEPT4 "c " PUB1_4("0001") "c fin;" AGAIN4 LATER2,
	  KEPT31 "c " PUB1_4("0001") "c fin;" AGAIN31 LATER2 },
	{ "MQTT 3.1.1 4.3.2", OPEN4 SUBBED4 "s 3a 000174 0001 78;", KEPT31 SUBBED4 "s 3a 000174 0001 78;" },
	/* under another identifier: it is no new message */
	{ "MQTT-4.4.0-1", KEPT SUBSCRIBED("000174", "01", "01") "s " PUB1("0009") "c fin;" AGAIN
	  "s2 3a 000174 0001 00 78;",
	  KEPT SUBSCRIBED("000174", "01", "01") "s " PUB1("0009") "c fin;" AGAIN "s2 3a 000174 0009 00 78;" },
	{ "MQTT-4.4.0-1", KEPT4 "c " PUB1_4("0009") "c rst;" AGAIN4 "c2 3a 000174 0001 78;" "s2 40 0001;" LATER2,
	  KEPT4 "c " PUB1_4("0009") "c rst;" AGAIN4 "c2 3a 000174 0009 78;" "s2 40 0009;" LATER2 },
	/* what was sent when the connection was cut off may be nowhere on the wire */
	{ "MQTT-4.3.2-2", KEPT SUBSCRIBED("000174", "01", "01") "c e0;" "c fin;" AGAIN "s2 3a 000174 0001 00 78;",
	  KEPT SUBSCRIBED("000174", "01", "01") "c rst;" AGAIN "s2 3a 000174 0001 00 78;" },
	{ "MQTT 3.1.1 4.3.3", OPEN4 SUBBED4 "s 3c 000174 0001 78;",
	  KEPT4 SUBBED4 "c rst;" AGAIN4 "s2 3c 000174 0001 78;" },
	{ "MQTT-3.1.4-3",
	  OPEN5 SUBSCRIBED("000174", "00", "00") "c2 " NAME5 "02003c 00 000161;" "s2 20 000000;" "s+2 " PUB0,
	  OPEN5 SUBSCRIBED("000174", "00", "00") "c2 " NAME5 "02003c 00 000161;" "s2 20 000000;" "s+2 e0 8e;"
	  "s fin;" },
	{ "MQTT-3.1.4-2", OPEN4 SUBBED4 "c2 " NAME4 "02003c 000161;" "s2 20 0000;" "s+2 30 000174 78;",
	  OPEN4 SUBBED4 "c2 " NAME4 "02003c 000162;" "s2 20 0000;" "s+2 30 000174 78;" },
	{ "MQTT-3.2.2-16",
	  "c " NAME5 "02003c000000;" ANSWER5("04", "12 00017a") "c2 " NAME5 "02003c000000;"
	  "s2 20 000004 12 00017a;",
	  "c " NAME5 "02003c000000;" ANSWER5("04", "12 00017a") "c fin;" "c2 " NAME5 "02003c000000;"
	  "s2 20 000004 12 00017a;" },
};

/* "a" publishes, "b" has subscribed; topic "t", payload "x". */
#define PAIR_OF(options) OPEN5 "c2 " NAME5 "02003c00 000162;" "s2 20 000000;"                   \
	"c2 82 0002 00 000174 " options ";" "s2 90 0002 00 00;"
#define PAIR PAIR_OF("00")
#define IN(props) "c 30 000174 " props " 78;"
#define OUT(props) "s2 30 000174 " props " 78;"
#define MIX "26 000161 000162" /* User Properties, 7 bytes each */
#define MIX2 "26 000163 000164"

/* "a" publishes, "b" and "c" share "$share/g/t"; the session of "b" may be kept. */
#define SHARES(n, qos) "c" n " 82 0001 00 000a 2473686172652f672f74 " qos ";" "s" n " 90 0001 00 " qos ";"
#define THIRD(qos) "c3 " NAME5 "02003c00 000163;" "s3 20 000000;" SHARES("3", qos)
#define SHARING(qos) OPEN5 "c2 " NAME5 "02003c00 000162;" "s2 20 000000;" SHARES("2", qos) THIRD(qos)
#define SHARED_KEPT OPEN5 "c2 " NAME5 "02003c 05 11 00000e10 000162;" "s2 20 000000;" SHARES("2", "02")
#define BACK4 "c4 " NAME5 "00003c 05 11 00000e10 000162;" "s4 20 010000;"
#define LATER4 "c4+20 c0;" "s4 d0;" "c4+20 c0;" "s4 d0;" "c4+20 c0;" "s4 d0;"
#define IN1(id) "c " PUB1(id) "s 40 " id ";"
#define IN2(id) "c " PUB2(id) "s 50 " id ";" "c 62 " id ";" "s 70 " id ";"
#define OUT2(id) "s2 " PUB2(id)
#define OUT3(id) "s3 " PUB2(id)

static const struct iotx_script_row forward[] = {
	{ "MQTT-3.3.1-12", PAIR "c+6 31 000174 00 78;" "s2 31 000174 00 78;",
	  PAIR "c+6 31 000174 00 78;" OUT("00") },
	/* it may have been retained before */
	{ "MQTT-3.3.1-12", PAIR "c+6 31 000174 00 78;" "s2 31 000174 00 78;",
	  PAIR "c+3 31 000174 00 78;" "s2 31 000174 00 78;" },
	{ "MQTT-3.3.1-13", PAIR_OF("08") "c 31 000174 00 78;" OUT("00"),
	  PAIR_OF("08") "c 31 000174 00 78;" "s2 31 000174 00 78;" },
	{ "MQTT-3.3.1-13", PAIR_OF("08") "c+6 30 000174 00 78;" "s2 31 000174 00 78;",
	  PAIR_OF("08") "c+6 30 000174 00 78;" OUT("00") },
	/* it was published twice, once with RETAIN */
	{ "MQTT-3.3.1-13", PAIR_OF("08") "c 31 000174 00 78;" OUT("00"),
	  PAIR_OF("08") "c 31 000174 00 78;" IN("00") OUT("00") },
	{ "MQTT-3.3.2-4", PAIR IN("02 0101") OUT("00"), PAIR IN("02 0101") OUT("02 0101") },
	{ "MQTT-3.3.2-4", PAIR IN("02 0101") OUT("02 0100"), PAIR IN("02 0100") OUT("00") },
	{ "MQTT-3.3.2-6", PAIR IN("05 02 0000000a") OUT("00"), PAIR IN("05 02 0000000a") OUT("05 02 00000009") },
	{ "MQTT-3.3.2-6", PAIR IN("05 02 0000000a") OUT("05 02 0000000b"),
	  PAIR IN("05 02 0000000a") OUT("05 02 0000000a") },
	{ "MQTT-3.3.2-15", PAIR IN("04 08 000172") OUT("04 08 000173"), PAIR IN("04 08 000172") OUT("04 08 000172") },
	{ "MQTT-3.3.2-16", PAIR IN("04 09 0001ff") OUT("00"), PAIR IN("04 09 0001ff") OUT("04 09 0001ff") },
	{ "MQTT-3.3.2-17", PAIR IN("0e " MIX MIX2) OUT("07 " MIX), PAIR IN("07 " MIX) OUT("0e " MIX MIX2) },
	{ "MQTT-3.3.2-17", PAIR IN("07 " MIX) OUT("07 " MIX2), PAIR IN("07 " MIX) OUT("07 " MIX) },
	{ "MQTT-3.3.2-18", PAIR IN("0e " MIX MIX2) OUT("0e " MIX2 MIX),
	  PAIR IN("0e " MIX MIX2) OUT("0e " MIX MIX2) },
	{ "MQTT-3.3.2-20", PAIR IN("04 03 000172") OUT("04 03 000173"), PAIR IN("04 03 000172") OUT("04 03 000172") },
	/* a server that has other clients: nobody knows what they published */
	{ "MQTT-3.3.2-20", PAIR IN("04 03 000172") OUT("00"),
	  PAIR "s2 30 000174 00 79;" IN("04 03 000172") OUT("00") },
	/* it may be another one, which was retained before */
	{ "MQTT-3.3.2-20", PAIR IN("04 03 000172") OUT("00"),
	  PAIR IN("04 03 000172") "c2 82 0003 00 000174 00;" "s2 90 0003 00 00;" OUT("00") },
	{ "MQTT-3.8.3-3", OPEN5 SUBSCRIBED("000174", "04", "00") IN("00") "s 30 000174 00 78;",
	  PAIR_OF("04") IN("00") OUT("00") },
	/* who shares with "b": nobody gets what "b" has not taken */
	{ "MQTT-4.8.2-6", SHARING("02") IN2("0001") OUT2("0001") "c2 50 0001 87;" OUT3("0001"),
	  SHARING("02") IN2("0001") OUT2("0001") "c2 50 0001 00;" "s2 62 0001;" "c2 70 0001;" OUT3("0001") },
	{ "MQTT-4.8.2-6", SHARING("01") IN1("0001") "s2 " PUB1("0001") "c2 40 0001 97;" "s3 " PUB1("0001"),
	  SHARING("01") IN1("0001") "s2 " PUB1("0001") "c2 40 0001 97;" IN1("0002") "s3 " PUB1("0001") },
	{ "MQTT-4.8.2-6", SHARING("02") IN2("0001") OUT2("0001") "c2 50 0001 87;" OUT3("0001"),
	  SHARING("02") "c3 82 0002 00 000a 2473686172652f682f74 02;" "s3 90 0002 00 02;"
	  "c3 a2 0003 00 000a 2473686172652f672f74;" "s3 b0 0003 00 00;" IN2("0001") OUT2("0001")
	  "c2 50 0001 87;" OUT3("0001") },
	{ "MQTT-4.8.2-5", SHARING("02") IN2("0001") OUT2("0001") "c2 fin;" OUT3("0001"),
	  SHARING("01") IN1("0001") "s2 " PUB1("0001") "c2 fin;" "s3 " PUB1("0001") },
	{ "MQTT-4.8.2-5", SHARING("02") IN2("0001") OUT2("0001") "c2 50 0001;" "c2 rst;" OUT3("0001"),
	  SHARING("02") IN2("0001") OUT2("0001") "c2 50 0001;" "s2 62 0001;" "c2 70 0001;" "c2 fin;" OUT3("0001") },
	{ "MQTT-4.4.0-1 MQTT-4.8.2-4", SHARED_KEPT IN2("0001") OUT2("0001") "c2 fin;" BACK4 LATER4,
	  SHARED_KEPT IN2("0001") OUT2("0001") "c2 fin;" BACK4 "s4 3c 000174 0001 00 78;" "c4 50 0001;"
	  "s4 62 0001;" "c4 70 0001;" LATER4 },
	{ "MQTT-4.6.0-5 MQTT-4.6.0-6", PAIR IN("00") "c 30 000174 00 79;" "s2 30 000174 00 79;" OUT("00"),
	  PAIR IN("00") "c 30 000174 00 79;" OUT("00") "s2 30 000174 00 79;" },
	{ "MQTT-4.6.0-5 MQTT-4.6.0-6", PAIR IN("00") "c 30 000174 00 79;" "s2 30 000174 00 79;" OUT("00"),
	  PAIR IN("00") "c 32 000174 0001 00 79;" "s 40 0001;" "s2 30 000174 00 79;" OUT("00") },
};

static void forward_rows(void **state)
{
	(void)state;
	assert_int_equal(iotx_script_wrong(forward, sizeof(forward) / sizeof(*forward)), 0);
}

static void delivery_rows(void **state)
{
	(void)state;
	assert_int_equal(iotx_script_wrong(delivery, sizeof(delivery) / sizeof(*delivery)), 0);
}

static void client_rows(void **state)
{
	(void)state;
	assert_int_equal(iotx_script_wrong(clients, sizeof(clients) / sizeof(*clients)), 0);
}

/* Runs last. */
static void every_rule_has_a_row(void **state)
{
	u32 missing = 0;

	(void)state;
	for (u32 i = 0; i < IOTX_MQTT_DUTY_COUNT; i++)
		if (iotx_script_of_clients((enum iotx_mqtt_duty)i))
			missing += iotx_script_missing((enum iotx_mqtt_duty)i);
	assert_int_equal(missing, 0);
}

/* What is asked and never answered waits, up to a limit. */
static void filters_that_wait(void **state)
{
	static u8 msg[3 + 15003] = { 0x82, 0x9b, 0x75, 0, 0, 0, 0x3a, 0x95 };
	static struct iotx_script s;

	(void)state;
	memset(msg + 8, 'f', 14997);
	iotx_script_start(&s);
	iotx_script_play(&s, "c 10 00044d5154540502003c00 000161;s 20 000000;");
	for (u8 i = 1; i <= 5; i++) {
		assert_int_equal(iotx_engine_stats(s.engine)->mqtt_inflight_limit, 0);
		msg[4] = i;
		iotx_script_bytes(&s, 0, msg, sizeof(msg));
	}
	assert_int_equal(iotx_engine_stats(s.engine)->mqtt_inflight_limit, 1);
	iotx_script_stop(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(delivery_rows),
		cmocka_unit_test(forward_rows),
		cmocka_unit_test(client_rows),
		cmocka_unit_test(every_rule_has_a_row),
		cmocka_unit_test(filters_that_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
