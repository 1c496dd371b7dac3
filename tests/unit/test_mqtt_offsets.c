// SPDX-License-Identifier: GPL-2.0-only
/* A finding says where in its message the field is that breaks the rule. */
#include "mqtt_words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define OPEN5_WITH(props_len, props) CONNECT5 ANSWER5(props_len, props)

static const struct {
	const char *rules, *offsets, *script;
} rows[] = {
	/* Packet Identifiers: behind the fixed header, and behind the topic of a PUBLISH */
	{ "MQTT-2.2.1-5", "2", OPEN5 "s 40 0009;" },
	{ "MQTT-2.2.1-3 MQTT-4.3.2-1", "7 7", OPEN5 "c 32 0003746f70 0001 00 78;" "c 32 0003746f70 0001 00 79;" },
	{ "MQTT-2.2.1-6 MQTT-3.8.4-2", "2 2", OPEN5 "s 90 0009 00 00;" },
	/* ... whose Remaining Length has two digits */
	{ "MQTT-2.2.1-5", "3",
	  OPEN5 "s 40 0009 00 8001 26 0005 6161616161 0076 "
	  "61616161616161616161616161616161616161616161616161616161616161616161616161616161"
	  "61616161616161616161616161616161616161616161616161616161616161616161616161616161"
	  "6161616161616161616161616161616161616161616161616161616161616161616161616161;" },
	/* acknowledge flags, reason codes */
	{ "MQTT-3.2.2-2", "2", CONNECT5 "s 20 010000;" },
	{ "MQTT-3.8.4-7", "6", OPEN5 "c 82 0001 00 000174 00 000175 00;" "s 90 0001 00 00 01;" },
	{ "MQTT-4.12.0-2", "2", WITH5("04", AUTH_M) "s f0 00 04" AUTH_M ";" },
	/* properties */
	{ "MQTT-4.12.0-5", "7", WITH5("04", AUTH_M) "s f0 18 07 1f0000 15 000178;" },
	{ "MQTT-3.1.2-28", "5", CONNECT5 ANSWER5("04", "1a 00017a") },
	{ "MQTT-3.1.2-29", "6",
	  WITH5("02", "1700") CONNACK5 "c " PUB1("0001") "s 40 000100 04 1f000161;" },
	{ "MQTT-3.1.2-27", "8", OPEN5 SUBBED "s 30 000174 05 0101 230001 78;" },
	{ "MQTT-3.3.2-7 MQTT-3.2.2-18", "7 7", OPEN5 "c 30 0000 05 0101 230001 78;" },
	{ "MQTT 5.0 3.2.2.3.12", "5", OPEN5_WITH("02", "2900") "c 82 0001 02 0b07 000174 00;" },
	{ "MQTT 5.0 3.14.2.2.2", "4", OPEN5 "c e0 00 05 11 0000000a;" },
	{ "MQTT-3.3.4-5", "8",
	  OPEN5 "c 82 0002 02 0b07 000174 01;" "s 90 0002 00 01;" "s 30 000174 04 0b07 0b08 78;" },
	/* topics and filters */
	{ "MQTT-3.3.2-3", "4", OPEN5 "s " PUB0 },
	{ "MQTT 5.0 3.2.2.3.11", "11", OPEN5_WITH("02", "2800") "c 82 0001 00 000174 00 00012b 00;" },
};

static void offsets(void **state)
{
	static struct iotx_script s;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		iotx_script_start(&s);
		iotx_script_play(&s, rows[i].script);
		iotx_script_stop(&s);
		assert_string_equal(s.found, rows[i].rules);
		if (strcmp(s.offsets, rows[i].offsets))
			fail_msg("%s: at \"%s\", not \"%s\"", s.found, s.offsets, rows[i].offsets);
	}
}

#define FIVE "00012b00 00012b00 00012b00 00012b00 00012b00"

/* A request may break one rule more often than is told; what is left out is counted. */
static void what_is_left_out_is_counted(void **state)
{
	static struct iotx_script s;
	(void)state;
	iotx_script_start(&s);
	iotx_script_play(&s, OPEN5_WITH("02", "2800") "c 82 0001 00" FIVE FIVE FIVE FIVE ";");
	assert_int_equal(iotx_engine_stats(s.engine)->findings, 8);
	assert_int_equal(iotx_engine_stats(s.engine)->mqtt_findings_limit, 12);
	iotx_script_stop(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(offsets),
		cmocka_unit_test(what_is_left_out_is_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
