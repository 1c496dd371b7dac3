// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rules of MQTT-SN: for each a conversation that breaks it, and one that nearly does and
 * breaks none. "SN-05" and the like are rows of the list that the project set out with.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "script.h"
#include <wire/mqttsn_rule.h>

#define R(id) IOTX_MQTTSN_RULE_##id

#define OPEN "c 0704040100 3c61; s 030500;" /* CONNECT of "a", Clean; CONNACK */
#define REGISTER "c 070a 0000 0001 74; s 070b 0005 0001 00;"
#define SLEEP "c 0418 000a; s 0218;" /* for ten seconds */

static const struct {
	const char *id;
	enum iotx_mqttsn_rule rule;
	const char *trip, *near;
} rows[] = {
	{ "SN-01", R(LENGTH), OPEN "c 0016", OPEN "c 0216" },
	{ "SN-01", R(LENGTH), OPEN "c 01000316", OPEN "c 0216" },
	{ "SN-01", R(HEADER_CUT), OPEN "c 02", OPEN "c 0216" },
	{ "SN-02", R(TOO_LONG), OPEN "c 0316", OPEN "c 0216" },
	{ "SN-02", R(TOO_SHORT), OPEN "c 021600", OPEN "c 0216" },
	{ "SN-02", R(LENGTH_FORM), OPEN "c 01000416", OPEN "c 0216" },
	{ "SN-02", R(LENGTH_FORM), OPEN "c 0100ff 0c 01 0001 0000 61*246",
	  OPEN "c 010100 0c 01 0001 0000 61*247" },
	{ "SN-03", R(TYPE), OPEN "c 0203", OPEN "c 0217" },
	{ "SN-03", R(TYPE), OPEN "c 0211", OPEN "c 0218" },
	{ "SN-04", R(CLIENT_ID), OPEN "c 1e04040100 3c 61*24", OPEN "c 1d04040100 3c 61*23" },
	{ "SN-05", R(QOS_MINUS_ONE), OPEN "c 06126000 0174", OPEN "c 06124000 0174" },
	{ "SN-05", R(TOPIC_TYPE), OPEN "c 080c03 0001 0000 61", OPEN "c 080c01 0001 0000 61" },
	{ "SN-06", R(PROTOCOL_ID), OPEN "c 0704040200 3c61", OPEN "c 0704040100 3c61" },
	{ "SN-07", R(TOPIC_ID), OPEN "c 080c01 0000 0000 61", OPEN "c 080c01 0001 0000 61" },
	{ "SN-07", R(TOPIC_ID), OPEN "c 080c01 ffff 0000 61", OPEN "c 080c01 fffe 0000 61" },
	{ "SN-08", R(TOPIC_UNKNOWN), OPEN REGISTER "c 080c00 0006 0000 61",
	  OPEN REGISTER "c 080c00 0005 0000 61" },
	{ "SN-08", R(TOPIC_UNKNOWN), OPEN "c 080c00 0005 0000 61", OPEN "c 080c01 0005 0000 61" },
	{ "SN-08", R(TOPIC_UNKNOWN), OPEN "c 080c00 0005 0000 61", OPEN "c 080c02 6162 0000 61" },
	{ "SN-08", R(TOPIC_UNKNOWN), OPEN "s 080c00 0005 0000 61",
	  OPEN "s 070a 0005 0001 74; c 070b 0005 0001 00; s 080c00 0005 0000 61" },
	/* a session that goes on: its ids may be older than the capture */
	{ "SN-08", R(TOPIC_UNKNOWN), OPEN "c 080c00 0005 0000 61",
	  "c 0704000100 3c61; s 030500; c 080c00 0005 0000 61" },
	{ "SN-09", R(MESSAGE_ID), OPEN "c 080c01 0001 0001 61", OPEN "c 080c21 0001 0001 61" },
	{ "SN-10", R(RETURN_CODE), "c 0704040100 3c61; s 030504", "c 0704040100 3c61; s 030503" },
	{ "SN-11", R(SLEEP_SENT), OPEN REGISTER SLEEP "s 080c00 0005 0000 61",
	  OPEN REGISTER SLEEP "c 0316 61; s 080c00 0005 0000 61; s 0217" },
	{ "SN-11", R(SLEEP_SENT), OPEN REGISTER SLEEP "c 0316 61; s 0217; s 080c00 0005 0000 61",
	  OPEN REGISTER SLEEP "c 0316 61; s 080c00 0005 0000 61; s 0217" },
	{ "SN-11", R(SLEEP_TALK), OPEN REGISTER SLEEP "c 080c00 0005 0000 61",
	  OPEN REGISTER "c 080c00 0005 0000 61;" SLEEP },
	{ "SN-11", R(SLEEP_TALK), OPEN SLEEP "c 0216", OPEN SLEEP "c 0316 61" },
	{ "SN-11", R(SLEEP_LATE), OPEN SLEEP "+11500; c 0316 61", OPEN SLEEP "+10500; c 0316 61" },
	{ "SN-12", R(FORWARDER_EMPTY), OPEN "c 04fe0061", OPEN "c 04fe0061 0216" },
	{ "SN-12", R(FORWARDER_NESTED), OPEN "c 04fe0061 04fe0062 0216", OPEN "c 04fe0061 0216" },
	{ "SN-12", R(FORWARDER_LENGTH), OPEN "c 010006fe0061 0216", OPEN "c 04fe0061 0216" },
	{ "6.8", R(QOS_MINUS_ONE_ID), OPEN "c 080c60 0001 0000 61", OPEN "c 080c61 0001 0000 61" },
	{ "5.3.12", R(TOPIC_UTF8), OPEN "c 070a 0000 0001 ff", OPEN "c 070a 0000 0001 7f" },
};

#define COUNT (sizeof(rows) / sizeof(*rows))

static void conversations(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT; i++) {
		const struct iotx_script s = {
			.row = rows[i].id,
			.rule = iotx_mqttsn_rule(rows[i].rule),
			.port = 1884,
			.trip = rows[i].trip,
			.near = rows[i].near,
		};

		iotx_script_check(&s);
	}
}

static void no_rule_is_left_out(void **state)
{
	(void)state;
	for (u32 rule = 0; rule < IOTX_MQTTSN_RULE_COUNT; rule++) {
		size_t i = 0;

		while (i < COUNT && rows[i].rule != rule)
			i++;
		if (i == COUNT)
			fail_msg("nothing breaks: %s", iotx_mqttsn_rule(rule)->text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(conversations),
		cmocka_unit_test(no_rule_is_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
