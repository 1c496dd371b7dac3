// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which of the rules that an observer can judge have one in our tables: the numbered
 * statements of MQTT 5.0, and a list of those of the other standards, as
 * $IOTXDP_SHARED/vectors keeps them. What has none is named, with the reason.
 */
#include "vectors.h"
#include <wire/coap_rule.h>
#include <wire/mqtt_duty.h>
#include <wire/mqtt_rule.h>
#include <wire/mqttsn_rule.h>
#include <wire/ws_rule.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

struct reason {
	const char *id, *why;
};

static const char *reason_of(const struct reason *list, size_t n, const char *id)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(list[i].id, id))
			return list[i].why;
	return NULL;
}

/* --- MQTT 5.0 -------------------------------------------------------------------------------- */

static const char *const statements[] = {
#define X(id, verdict, severity, v311, v5, text) v5,
	IOTX_MQTT_RULES(X)
#undef X
#define X(id, severity, v311, v5, text) v5,
	IOTX_MQTT_DUTIES(X)
#undef X
#define X(id, verdict, severity, statement, text) statement,
	IOTX_WS_RULES(X)
#undef X
};

static const struct reason uncovered[] = {
	{ "MQTT-4.7.3-3", "two bytes of length cannot say more than 65,535" },
};

static bool is_covered(const char *id)
{
	for (size_t i = 0; i < COUNT(statements); i++)
		if (statements[i] && !strcmp(statements[i], id))
			return true;
	return false;
}

struct tally {
	u32 rows, covered;
};

static void tell(const char *id, const char *class, struct tally *t)
{
	const char *why = reason_of(uncovered, COUNT(uncovered), id);

	t->rows++;
	if (is_covered(id)) {
		t->covered++;
		if (why)
			fail_msg("%s has a rule, and a reason to have none", id);
		return;
	}
	print_message("# %s (%s): %s\n", id, class, why ? why : "no rule");
}

static void of_mqtt(void **state)
{
	static const char classes[] = "PCTX"; /* what X says may be seen, or may not */
	struct iotx_vectors v;
	struct tally by_class[4] = {};
	u32 covered = 0, rows = 0;

	(void)state;
	iotx_vectors_open(&v, "mqtt5_normative.tsv");
	while (iotx_vectors_next(&v)) {
		const char *class = strchr(classes, v.column[1][0]);

		if (class)
			tell(v.column[0], v.column[1], &by_class[class - classes]);
	}
	iotx_vectors_close(&v);
	for (u32 i = 0; i < 4; i++)
		print_message("%c: %u of %u\n", classes[i], by_class[i].covered, by_class[i].rows);
	for (u32 i = 0; i < 3; i++) {
		covered += by_class[i].covered;
		rows += by_class[i].rows;
	}
	print_message("mqtt5_normative.tsv: %u of %u statements have a rule\n", covered, rows);
	assert_int_equal(rows, 174);
	assert_true(by_class[0].covered >= 64);
	assert_true(covered >= 173);
	assert_true(by_class[3].covered >= 16);
}

/* --- WebSocket, CoAP, MQTT-SN ---------------------------------------------------------------- */

/* A row of the list, and the first of the rules that it asks for. */
static const struct listed {
	const char *row, *rule;
} listed[] = {
#define IS(row, table, id) { row, #table "_" #id },
	IS("WS-01", WS, REQUEST_LINE) IS("WS-02", WS, KEY) IS("WS-03", WS, ACCEPT)
	IS("WS-04", WS, SUBPROTOCOL) IS("WS-05", WS, EXTENSION) IS("WS-06", WS, UNMASKED)
	IS("WS-07", WS, RSV) IS("WS-08", WS, OPCODE) IS("WS-09", WS, LENGTH_BIT)
	IS("WS-10", WS, LENGTH_LONG) IS("WS-11", WS, CONTINUATION) IS("WS-12", WS, CONTROL_LONG)
	IS("WS-14", WS, CLOSE_SHORT) IS("WS-15", WS, CLOSE_CODE) IS("WS-16", WS, AFTER_CLOSE)
	IS("WS-17", WS, CLOSE_UNANSWERED) IS("WS-18", WS, PONG) IS("WS-19", WS, TEXT)
	IS("WS-20", WS, CLIENT_FIRST) IS("WS-21", WS, MQTT_TEXT) IS("PMD-01", WS, DEFLATE_PARAM)
	IS("PMD-02", WS, DEFLATE_WINDOW) IS("PMD-03", WS, DEFLATE_CONTINUATION)
	IS("PMD-04", WS, DEFLATE_CONTROL) IS("PMD-05", WS, INFLATE) IS("PMD-06", WS, TAKEOVER)
	IS("COAP-01", COAP, VERSION) IS("COAP-02", COAP, TOKEN_LENGTH) IS("COAP-03", COAP, EMPTY)
	IS("COAP-04", COAP, NON_EMPTY) IS("COAP-05", COAP, RESET) IS("COAP-06", COAP, CLASS)
	IS("COAP-07", COAP, NIBBLE) IS("COAP-08", COAP, OPTION_NUMBER) IS("COAP-09", COAP, NO_PAYLOAD)
	IS("COAP-10", COAP, OPTION_LENGTH) IS("COAP-11", COAP, OPTION_REPEATED)
	IS("COAP-12", COAP, OPTION_UTF8) IS("COAP-13", COAP, PROXY_URI) IS("COAP-14", COAP, MID_UNKNOWN)
	IS("COAP-15", COAP, ACK_TOKEN) IS("COAP-16", COAP, MID_REUSED)
	IS("COAP-17", COAP, RETRANSMIT_TIME) IS("COAP-18", COAP, NSTART) IS("COAP-19", COAP, MULTICAST)
	IS("COAP-20", COAP, SIZE) IS("BLK-01", COAP, SZX) IS("BLK-02", COAP, BLOCK_SIZE)
	IS("BLK-03", COAP, BLOCK1_NUM) IS("BLK-04", COAP, BLOCK_ETAG) IS("BLK-05", COAP, CONTINUE)
	IS("OBS-01", COAP, OBSERVE) IS("OBS-02", COAP, OBSERVE_STALE) IS("OBS-03", COAP, OBSERVE_ENDED)
	IS("OBS-04", COAP, OBSERVE_RESET) IS("TCP-01", COAP, TCP_HEADER) IS("TCP-02", COAP, CSM_FIRST)
	IS("TCP-03", COAP, MESSAGE_SIZE) IS("TCP-04", COAP, EMPTY_ANSWERED) IS("TCP-05", COAP, PONG_TOKEN)
	IS("TCP-06", COAP, SIGNAL_OPTION) IS("TCP-07", WS, COAP_LENGTH) IS("SN-01", SN, LENGTH)
	IS("SN-02", SN, TOO_LONG) IS("SN-03", SN, TYPE) IS("SN-04", SN, CLIENT_ID)
	IS("SN-05", SN, QOS_MINUS_ONE) IS("SN-06", SN, PROTOCOL_ID) IS("SN-07", SN, TOPIC_ID)
	IS("SN-08", SN, TOPIC_UNKNOWN) IS("SN-09", SN, MESSAGE_ID) IS("SN-10", SN, RETURN_CODE)
	IS("SN-11", SN, SLEEP_SENT) IS("SN-12", SN, FORWARDER_EMPTY)
#undef IS
};

static const char *const rules[] = {
#define X(id, ...) "WS_" #id,
	IOTX_WS_RULES(X)
#undef X
#define X(id, ...) "COAP_" #id,
	IOTX_COAP_RULES(X)
#undef X
#define X(id, ...) "SN_" #id,
	IOTX_MQTTSN_RULES(X)
#undef X
};

static const struct reason permissions[] = {
	{ "WS-13", "allows something; tests of the streams do it" },
	{ "WS-22", "allows something; tests of the streams do it" },
};

static const char *rule_of(const char *row)
{
	for (size_t i = 0; i < COUNT(listed); i++)
		if (!strcmp(listed[i].row, row))
			return listed[i].rule;
	return NULL;
}

static bool is_rule(const char *name)
{
	for (size_t i = 0; i < COUNT(rules); i++)
		if (!strcmp(rules[i], name))
			return true;
	return false;
}

static void of_the_others(void **state)
{
	struct iotx_vectors v;
	u32 rows = 0, covered = 0;

	(void)state;
	iotx_vectors_open(&v, "rules_ws_coap_sn.tsv");
	for (; iotx_vectors_next(&v); rows++) {
		const char *rule = rule_of(v.column[0]);
		const char *why = reason_of(permissions, COUNT(permissions), v.column[0]);

		if (rule && !is_rule(rule))
			fail_msg("%s: no table has %s", v.column[0], rule);
		if (!rule && !why)
			fail_msg("%s has no rule", v.column[0]);
		if (why)
			print_message("# %s: %s\n", v.column[0], why);
		covered += rule != NULL;
	}
	iotx_vectors_close(&v);
	print_message("rules_ws_coap_sn.tsv: %u of %u rows have a rule\n", covered, rows);
	assert_int_equal(rows, 76);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_mqtt),
		cmocka_unit_test(of_the_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
