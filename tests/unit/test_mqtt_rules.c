/* SPDX-License-Identifier: GPL-2.0-only */
/* One message for each way to offend, and the statement of the standard that it breaks. */
#include "mqtt_try.h"
#include <wire/mqtt_rule.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>

static struct iotx_try scratch; /* too large for a stack */

enum { ANYONE = IOTX_ROLE_UNKNOWN, CLIENT = IOTX_ROLE_CLIENT, SERVER = IOTX_ROLE_SERVER };

struct offence {
	enum iotx_mqtt_rule rule; /* NONE: allowed after all */
	u8 version;
	u8 role;
	const char *hex;
	const char *id; /* of the statement */
	u32 off;
};

#define R(id) IOTX_MQTT_RULE_##id

static const struct offence offences[] = {
	{ R(TYPE_0), 4, ANYONE, "000100", "MQTT 3.1.1 2.2.1", 0 },
	{ R(TYPE_0), 5, ANYONE, "0000", "MQTT 5.0 2.1.2", 0 },
	{ R(TYPE_15), 3, ANYONE, "f000", "MQTT 3.1.1 2.2.1", 0 },
	{ R(TYPE_15), 4, ANYONE, "f000", "MQTT 3.1.1 2.2.1", 0 },
	{ R(LENGTH_DIGITS), 4, ANYONE, "30ffffffff01", "MQTT 3.1.1 2.2.3", 1 },
	{ R(LENGTH_DIGITS), 4, ANYONE, "c08080808000", "MQTT 3.1.1 2.2.3", 1 },
	{ R(NONE), 4, ANYONE, "40020007", NULL, 0 },
	{ R(FLAGS), 4, ANYONE, "41020007", "MQTT-2.2.2-1", 0 },
	{ R(FLAGS), 5, ANYONE, "80060007000001742d", "MQTT-2.1.3-1", 0 },
	{ R(FLAGS), 4, ANYONE, "120d00044d51545404020000000163", "MQTT-2.2.2-1", 0 },
	{ R(NONE), 3, ANYONE, "8a0600070001740000", NULL, 0 }, /* 3.1 sends SUBSCRIBE again */
	{ R(NONE), 3, ANYONE, "c100", NULL, 0 },
	{ R(QOS_3), 4, ANYONE, "36050001740001", "MQTT-3.3.1-4", 0 },
	{ R(DUP), 4, ANYONE, "3803000174", "MQTT-3.3.1-2", 0 },
	{ R(DIRECTION), 4, SERVER, "100d00044d51545404020000000163", "MQTT 3.1.1 2.2.1", 0 },
	{ R(DIRECTION), 5, SERVER, "820700070000017400", "MQTT 5.0 2.1.2", 0 },
	{ R(DIRECTION), 5, SERVER, "c000", "MQTT 5.0 2.1.2", 0 },
	{ R(DIRECTION), 5, CLIENT, "d000", "MQTT 5.0 2.1.2", 0 },
	{ R(DIRECTION), 4, CLIENT, "20020000", "MQTT 3.1.1 2.2.1", 0 },
	{ R(DIRECTION), 4, SERVER, "e000", "MQTT 3.1.1 2.2.1", 0 },
	{ R(NONE), 5, SERVER, "e0018b", NULL, 0 },
	{ R(CUT), 4, ANYONE, "400100", "MQTT 3.1.1 2.2.3", 2 },
	{ R(CUT), 5, ANYONE, "3004000574 75", "MQTT 5.0 2.1.4", 4 },
	{ R(TRAILING), 4, ANYONE, "4003000700", "MQTT 3.1.1 2.2.3", 4 },
	{ R(TRAILING), 4, ANYONE, "100e00044d5154540402000000016300", "MQTT 3.1.1 2.2.3", 15 },
	{ R(TRAILING), 5, ANYONE, "c00100", "MQTT 5.0 2.1.4", 2 },
	{ R(TRAILING), 5, ANYONE, "40050007000000", "MQTT 5.0 2.1.4", 6 },
	{ R(UTF8), 4, ANYONE, "30040002c080", "MQTT-1.5.3-1", 4 },
	{ R(UTF8), 5, ANYONE, "30060003eda08000", "MQTT-1.5.4-1", 4 },
	{ R(NUL), 4, ANYONE, "30050003610062", "MQTT-1.5.3-2", 4 },
	{ R(NUL), 5, ANYONE, "a2060007000001 00", "MQTT-1.5.4-2", 7 },
	{ R(VARINT_DIGITS), 5, ANYONE, "20060000ffffffff", "MQTT 5.0 1.5.5", 4 },
	{ R(VARINT_DIGITS), 5, ANYONE, "300700017480808080", "MQTT 5.0 1.5.5", 5 },
	{ R(VARINT_LONG), 5, ANYONE, "c08000", "MQTT-1.5.5-1", 1 },
	{ R(NONE), 4, ANYONE, "c08000", NULL, 0 },
	{ R(PACKET_ID), 4, ANYONE, "32050001740000", "MQTT-2.3.1-1", 5 },
	{ R(PACKET_ID), 5, ANYONE, "820700000000017400", "MQTT-2.2.1-3", 2 },
	{ R(PACKET_ID_ACK), 4, ANYONE, "70020000", "MQTT-2.3.1-6", 2 },
	{ R(PACKET_ID_ACK), 5, ANYONE, "40020000", "MQTT-2.2.1-5", 2 },
	{ R(PACKET_ID_SUBACK), 5, ANYONE, "900400000000", "MQTT-2.2.1-6", 2 },
	{ R(PACKET_ID_SUBACK), 4, ANYONE, "b0020000", "MQTT-2.3.1-7", 2 },
	{ R(PACKET_ID_SERVER), 5, SERVER, "3206000174000000", "MQTT-2.2.1-4", 5 },
	{ R(FLAGS_PUBREL), 4, ANYONE, "60020007", "MQTT-3.6.1-1", 0 },
	{ R(FLAGS_SUBSCRIBE), 5, ANYONE, "800700070000017400", "MQTT-3.8.1-1", 0 },
	{ R(FLAGS_UNSUBSCRIBE), 5, ANYONE, "a006000700000174", "MQTT-3.10.1-1", 0 },
	{ R(FLAGS_DISCONNECT), 4, ANYONE, "e100", "MQTT-3.14.1-1", 0 },
	{ R(FLAGS_AUTH), 5, ANYONE, "f106180415000161", "MQTT-3.15.1-1", 0 },
	{ R(DUP_QOS_0), 4, ANYONE, "3803000174", "MQTT-4.3.1-1", 0 },
	{ R(PAIR_UTF8), 5, ANYONE, "e0080006260001ff0000", "MQTT-1.5.7-1", 7 },
	{ R(PROP_ABSENT), 5, ANYONE, "20020000", "MQTT-2.2.2-1", 4 },
	{ R(RESPONSE_TOPIC_UTF8), 5, ANYONE, "30080001740408 0001ff", "MQTT-3.3.2-13", 9 },
	{ R(CONTENT_TYPE_UTF8), 5, ANYONE, "30080001740403 0001ff", "MQTT-3.3.2-19", 9 },
	{ R(WILL_ABSENT), 0, ANYONE, "100d00044d51545404060000000163", "MQTT-3.1.2-9", 15 },
	{ R(USERNAME_EXTRA), 0, ANYONE, "101000044d51545404020000000163000175", "MQTT-3.1.2-18", 15 },
	{ R(USERNAME_ABSENT), 0, ANYONE, "100d00044d51545404820000000163", "MQTT-3.1.2-19", 15 },
	{ R(PASSWORD_EXTRA), 0, ANYONE, "101300044d51545404820000000163000175000170",
	  "MQTT-3.1.2-20", 18 },
	{ R(PASSWORD_ABSENT), 0, ANYONE, "101000044d51545404c20000000163000175", "MQTT-3.1.2-21", 18 },
	{ R(PAYLOAD_ORDER), 0, ANYONE, "100e00044d5154540402000000016300", "MQTT-3.1.3-1", 15 },
	{ R(CLIENT_ID_ABSENT), 0, ANYONE, "100a00044d51545404020000", "MQTT-3.1.3-3", 12 },
	{ R(CLIENT_ID_UTF8), 0, ANYONE, "100d00044d515454040200000001ff", "MQTT-3.1.3-4", 14 },
	{ R(WILL_TOPIC_UTF8), 0, ANYONE, "101200044d515454040600000001630001ff0000", "MQTT-3.1.3-10",
	  17 },
	{ R(USERNAME_UTF8), 0, ANYONE, "101000044d515454048200000001630001ff", "MQTT-3.1.3-11", 17 },
	{ R(TOPIC_ABSENT), 4, ANYONE, "3000", "MQTT-3.3.2-1", 2 },
	{ R(TOPIC_UTF8), 4, ANYONE, "30030001ff", "MQTT-3.3.2-1", 4 },
	{ R(TOPIC_NUL), 4, ANYONE, "3003000100", "MQTT-4.7.3-2", 4 },
	{ R(FILTER_UTF8), 4, ANYONE, "820600070001ff00", "MQTT-3.8.3-1", 6 },
	{ R(UNFILTER_UTF8), 4, ANYONE, "a20500070001ff", "MQTT-3.10.3-1", 6 },
	{ R(PROP_LENGTH), 5, ANYONE, "2003000001", "MQTT 5.0 2.2.2.1", 4 },
	{ R(PROP_CUT), 5, ANYONE, "20050000022200", "MQTT 5.0 2.2.2.1", 5 },
	{ R(PROP_UNKNOWN), 5, ANYONE, "2005000002 7e00", "MQTT 5.0 2.2.2.2", 5 },
	{ R(PROP_MISPLACED), 5, ANYONE, "2006000003230001", "MQTT 5.0 2.2.2.2", 5 },
	{ R(PROP_REPEATED), 5, ANYONE, "200900000613000a13000a", "MQTT 5.0 2.2.2.2", 8 },
	{ R(PROP_RANGE), 5, ANYONE, "20050000022402", "MQTT 5.0 2.2.2.2", 5 },
	{ R(VARINT_LONG), 5, ANYONE, "300700017403810001", "MQTT-1.5.5-1", 6 },
	{ R(TOPIC_ALIAS_0), 5, ANYONE, "300700017403230000", "MQTT-3.3.2-8", 6 },
	{ R(RESPONSE_TOPIC), 5, ANYONE, "300800017404080001 2b", "MQTT-3.3.2-14", 9 },
	{ R(AUTH_DATA), 5, ANYONE, "2006000003160000", "MQTT 5.0 3.1.2.11.10", 4 },
	{ R(AUTH_METHOD), 5, ANYONE, "f00118", "MQTT 5.0 3.15.2.2.2", 2 },
	{ R(SUB_ID_SENDER), 5, CLIENT, "3006000174020b01", "MQTT-3.3.4-6", 5 },
	{ R(NONE), 5, SERVER, "3006000174020b01", NULL, 0 },
	{ R(EXPIRY_SENDER), 5, SERVER, "e007000511000000 01", "MQTT-3.14.2-2", 2 },
	{ R(NONE), 5, CLIENT, "e007000511000000 01", NULL, 0 },
	{ R(REFERENCE_SENDER), 5, CLIENT, "e00600041c000173", "MQTT 5.0 3.14.2.2.5", 2 },
	{ R(NONE), 5, SERVER, "e0069c041c000173", NULL, 0 },
	{ R(PROTOCOL_NAME), 0, ANYONE, "100800054d5154545804", "MQTT-3.1.2-1", 2 },
	{ R(PROTOCOL_LEVEL), 0, ANYONE, "100d00044d51545406020000000163", "MQTT-3.1.2-2", 8 },
	{ R(PROTOCOL_LEVEL), 0, ANYONE, "100d00044d51545403020000000163", "MQTT-3.1.2-2", 8 },
	{ R(CONNECT_RESERVED), 0, ANYONE, "100d00044d51545404030000000163", "MQTT-3.1.2-3", 9 },
	{ R(NONE), 0, ANYONE, "100f00064d514973647003030000000163", NULL, 0 },
	{ R(WILL_QOS_3), 0, ANYONE, "101200044d515454041e00000001630001740000", "MQTT-3.1.2-14",
	  9 },
	{ R(WILL_QOS_3), 0, ANYONE, "101400044d515454051e0000000001630000017400 00",
	  "MQTT-3.1.2-12", 9 },
	{ R(WILL_QOS), 0, ANYONE, "100d00044d515454040a0000000163", "MQTT-3.1.2-13", 9 },
	{ R(WILL_RETAIN), 0, ANYONE, "100d00044d51545404220000000163", "MQTT-3.1.2-15", 9 },
	{ R(WILL_RETAIN), 0, ANYONE, "100e00044d5154540522000000000163", "MQTT-3.1.2-13", 9 },
	{ R(PASSWORD), 0, ANYONE, "100f00044d515454044200000001630000", "MQTT-3.1.2-22", 9 },
	{ R(CLIENT_ID), 0, ANYONE, "100c00044d515454040000000000", "MQTT-3.1.3-7", 12 },
	{ R(NONE), 0, ANYONE, "100c00044d515454040200000000", NULL, 0 },
	{ R(NONE), 0, ANYONE, "100d00044d51545405000000000000", NULL, 0 },
	{ R(CLIENT_ID_V31), 0, ANYONE, "100e00064d5149736470030200000000", "MQTT 3.1 3.1", 14 },
	{ R(NAME_WILDCARD), 0, ANYONE, "101200044d51545404060000000163000123 0000", "MQTT-4.7.1-1",
	  17 },
	{ R(NAME_WILDCARD), 0, ANYONE, "101400044d5154540506000000000163000001 2b0000",
	  "MQTT-4.7.0-1", 19 },
	{ R(TOPIC_EMPTY), 0, ANYONE, "101100044d515454040600000001630000 0000", "MQTT-4.7.3-1",
	  17 },
	{ R(CONNACK_FLAGS), 4, ANYONE, "20020200", "MQTT 3.1.1 3.2.2.1", 2 },
	{ R(CONNACK_FLAGS), 5, ANYONE, "2003800000", "MQTT-3.2.2-1", 2 },
	{ R(SESSION_PRESENT), 4, ANYONE, "20020105", "MQTT-3.2.2-4", 2 },
	{ R(SESSION_PRESENT), 5, ANYONE, "2003018000", "MQTT-3.2.2-6", 2 },
	{ R(REASON_CONNACK), 4, ANYONE, "20020006", "MQTT-3.2.2-6", 3 },
	{ R(REASON_CONNACK), 5, ANYONE, "2003000100", "MQTT-3.2.2-8", 3 },
	{ R(REASON_PUBACK), 5, ANYONE, "4003000711", "MQTT-3.4.2-1", 4 },
	{ R(REASON_PUBREC), 5, ANYONE, "5003000792", "MQTT-3.5.2-1", 4 },
	{ R(REASON_PUBREL), 5, ANYONE, "6203000710", "MQTT-3.6.2-1", 4 },
	{ R(REASON_PUBCOMP), 5, ANYONE, "7003000780", "MQTT-3.7.2-1", 4 },
	{ R(REASON_SUBACK), 4, ANYONE, "900400070003", "MQTT-3.9.3-2", 5 },
	{ R(REASON_UNSUBACK), 5, ANYONE, "b00400070084", "MQTT-3.11.3-2", 5 },
	{ R(REASON_DISCONNECT), 5, ANYONE, "e00105", "MQTT-3.14.2-1", 2 },
	{ R(REASON_AUTH), 5, ANYONE, "f0061704 15000161", "MQTT-3.15.2-1", 2 },
	{ R(SUBACK_EMPTY), 4, ANYONE, "90020007", "MQTT-3.8.4-5", 4 },
	{ R(UNSUBACK_EMPTY), 5, ANYONE, "b003000700", "MQTT 5.0 3.11.3", 5 },
	{ R(TOPIC_EMPTY), 4, ANYONE, "30020000", "MQTT-4.7.3-1", 4 },
	{ R(TOPIC_NO_ALIAS), 5, ANYONE, "3003000000", "MQTT 5.0 3.3.2.1", 4 },
	{ R(TOPIC_WILDCARD), 4, ANYONE, "30050003612f2b", "MQTT-3.3.2-2", 4 },
	{ R(PAYLOAD_FORMAT), 5, ANYONE, "3007000174020101ff", "MQTT 5.0 3.3.2.3.2", 8 },
	{ R(SUBSCRIBE_EMPTY), 4, ANYONE, "82020007", "MQTT-3.8.3-3", 4 },
	{ R(UNSUBSCRIBE_EMPTY), 5, ANYONE, "a203000700", "MQTT-3.10.3-2", 5 },
	{ R(SUB_OPTIONS), 4, ANYONE, "8206000700017404", "MQTT-3-8.3-4", 7 },
	{ R(SUB_OPTIONS), 5, ANYONE, "820700070000017440", "MQTT-3.8.3-5", 8 },
	{ R(SUB_QOS_V3), 4, ANYONE, "8206000700017403", "MQTT-3-8.3-4", 7 },
	{ R(SUB_QOS_V5), 5, ANYONE, "820700070000017403", "MQTT 5.0 3.8.3.1", 8 },
	{ R(RETAIN_HANDLING), 5, ANYONE, "820700070000017430", "MQTT 5.0 3.8.3.1", 8 },
	/* $share/g/t */
	{ R(SHARED_NO_LOCAL), 5, ANYONE, "8210000700000a2473686172652f672f7404", "MQTT-3.8.3-4",
	  17 },
	{ R(NONE), 5, ANYONE, "8210000700000a2473686172652f672f7400", NULL, 0 },
	{ R(FILTER_EMPTY), 4, ANYONE, "82050007000000", "MQTT-4.7.3-1", 6 },
	{ R(FILTER_HASH), 4, ANYONE, "a207000700032361 62", "MQTT-4.7.1-2", 6 },
	{ R(NONE), 5, ANYONE, "a208000700000361 2f61", NULL, 0 },
	{ R(FILTER_HASH), 5, ANYONE, "a2080007000003612323", "MQTT-4.7.1-1", 7 },
	{ R(NONE), 4, ANYONE, "a207000700032b2f 61", NULL, 0 },
	{ R(FILTER_PLUS), 4, ANYONE, "a20700070003612b 2f", "MQTT-4.7.1-3", 6 },
	/* $share//t, $share/, $share/+/t, $share/g, $share/g/, $share/g/#a; in 3.1.1 a topic */
	{ R(SHARE_NAME), 5, ANYONE, "a20e00070000092473686172652f2f74", "MQTT-4.8.2-1", 7 },
	{ R(SHARE_NAME), 5, ANYONE, "a20c00070000072473686172652f", "MQTT-4.8.2-1", 7 },
	{ R(SHARE_FILTER), 5, ANYONE, "a20f000700000a2473686172652f2b2f74", "MQTT-4.8.2-2", 7 },
	{ R(SHARE_FILTER), 5, ANYONE, "a20d00070000082473686172652f67", "MQTT-4.8.2-2", 7 },
	{ R(SHARE_FILTER), 5, ANYONE, "a20e00070000092473686172652f672f", "MQTT-4.8.2-2", 7 },
	{ R(FILTER_HASH), 5, ANYONE, "a210000700000b2473686172652f672f2361", "MQTT-4.7.1-1", 7 },
	{ R(NONE), 4, ANYONE, "a20d000700092473686172652f2f74", NULL, 0 },
};

#define OFFENCE_COUNT (sizeof(offences) / sizeof(*offences))

static const struct iotx_breach *breach_of(const struct iotx_diag *diag,
					   const struct iotx_rule *rule)
{
	for (u32 i = 0; i < diag->count; i++)
		if (diag->breach[i].rule == rule)
			return &diag->breach[i];
	return NULL;
}

static void check(struct iotx_try *t, const struct offence *o)
{
	const struct iotx_mqtt_rule_def *def = iotx_mqtt_rule_def(o->rule);
	enum iotx_err want = o->id ? def->verdict : IOTX_OK;
	const struct iotx_breach *breach;

	iotx_try_init(t, o->hex, o->version);
	t->in.role = o->role;
	iotx_try_run(t);
	breach = o->id ? breach_of(&t->diag, o->version == 5 ? &def->v5 : &def->v311) : NULL;
	if (o->id && !breach)
		breach = breach_of(&t->diag, &def->v5);
	if (t->verdict != want ||
	    (o->id && (!breach || strcmp(breach->rule->id, o->id) || breach->off != o->off)))
		fail_msg("%s: %d %s at %u: %s, not %s", o->hex, t->verdict, t->diag.rule,
			 t->diag.off, t->diag.text, o->id ? o->id : "in order");
}

static void every_offence(void **state)
{
	(void)state;
	for (size_t i = 0; i < OFFENCE_COUNT; i++)
		check(&scratch, &offences[i]);
}

/* The table above leaves no rule out. */
static void none_missing(void **state)
{
	static const enum iotx_mqtt_rule rules[] = {
#define X(id, verdict, severity, v311, v5, text) R(id),
		IOTX_MQTT_RULES(X)
#undef X
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++) {
		size_t n = 0;

		while (n < OFFENCE_COUNT && (offences[n].rule != rules[i] || !offences[n].id))
			n++;
		if (n == OFFENCE_COUNT)
			fail_msg("no message breaks: %s", iotx_mqtt_rule_def(rules[i])->v5.text);
	}
}

/* A server of MQTT 3.1.1 refuses a CONNECT of MQTT 5; later that would be no CONNACK. */
static void refusal(void **state)
{
	struct iotx_try *t = &scratch;

	(void)state;
	iotx_try_init(t, "20020001", IOTX_MQTT_V5);
	iotx_try_run(t);
	assert_int_equal(t->verdict, IOTX_OK);
	assert_int_equal(t->msg.version, IOTX_MQTT_V311);
	assert_non_null(strstr(t->fields, "\"return_code\":1(Unacceptable protocol version)"));
	t->in.connected = true;
	iotx_try_run(t);
	assert_int_equal(t->verdict, IOTX_E_RULE);
	assert_string_equal(t->diag.rule, "MQTT-3.2.2-8");
	assert_int_equal(t->msg.reason, 1);
}

/* ... but with Session Present it is none, and what is short then is too short. */
static void no_refusal(void **state)
{
	static const char *hexes[] = { "20020101", "20020000", "20020006" };
	struct iotx_try *t = &scratch;

	(void)state;
	for (u32 i = 0; i < 3; i++) {
		iotx_try_init(t, hexes[i], IOTX_MQTT_V5);
		iotx_try_run(t);
		assert_int_equal(t->verdict, IOTX_E_BAD);
	}
}

/* Allowed, but a receiver may refuse it: in order, with a note. */
static void notes(void **state)
{
	struct iotx_try *t = &scratch;

	(void)state;
	iotx_try_init(t, "3006000174 02 00 01", 4);
	iotx_try_run(t);
	assert_null(t->msg.note);
	iotx_try_init(t, "30040002617f", 4);
	iotx_try_run(t);
	assert_int_equal(t->verdict, IOTX_OK);
	assert_non_null(t->msg.note);
	assert_non_null(strstr(t->extra, "\"note\":\"a string holds a control character"));
}

/* --- near misses: a message next to each offence that is in order ----------------------------- */

static bool in_order(const u8 *bytes, u32 n, u8 version, u8 role)
{
	static struct iotx_mqtt_msg msg;
	struct iotx_mqtt_in in = { .data = bytes, .cap_len = n, .len = n, .version = version, .role = role };
	struct iotx_diag diag;
	u32 len;

	return !iotx_mqtt_measure(bytes, n, &len) && len == n && !iotx_mqtt_decode(&in, &msg, &diag);
}

/* The length in the fixed header is made to fit, where it is one byte. */
static bool fits(u8 *bytes, u32 n, const struct offence *o)
{
	if (in_order(bytes, n, o->version, o->role))
		return true;
	if (n < 2 || n > 129)
		return false;
	bytes[1] = (u8)(n - 2);
	return in_order(bytes, n, o->version, o->role);
}

/* One byte changed to any other, left out or put in; or the other side says it. */
static bool has_neighbour(const struct offence *o)
{
	u8 bytes[IOTX_TRY_MAX], other[IOTX_TRY_MAX + 1];
	u32 n = iotx_try_hex(o->hex, bytes);

	if (o->role != ANYONE && in_order(bytes, n, o->version, o->role == CLIENT ? SERVER : CLIENT))
		return true;
	for (u32 at = 0; at <= n; at++)
		for (u32 byte = 0; byte < 256; byte++) {
			memcpy(other, bytes, n);
			other[at] = (u8)byte;
			if (at < n && fits(other, n, o))
				return true;
			memcpy(other + at + 1, bytes + at, n - at);
			if (fits(other, n + 1, o))
				return true;
		}
	for (u32 at = 0; at < n; at++) {
		memcpy(other, bytes, at);
		memcpy(other + at, bytes + at + 1, n - at - 1);
		if (fits(other, n - 1, o))
			return true;
	}
	return false;
}

static void near_misses(void **state)
{
	bool found[IOTX_MQTT_RULE_COUNT] = { true };

	(void)state;
	for (size_t i = 0; i < OFFENCE_COUNT; i++)
		if (!found[offences[i].rule] && strlen(offences[i].hex) < 200)
			found[offences[i].rule] = has_neighbour(&offences[i]);
	for (size_t i = 0; i < IOTX_MQTT_RULE_COUNT; i++)
		if (!found[i])
			fail_msg("nothing in order is near: %s", iotx_mqtt_rule_def((enum iotx_mqtt_rule)i)->v5.text);
}

/* What follows a fault that leaves the message readable is shown all the same. */
static void read_on(void **state)
{
	struct iotx_try *t = &scratch;

	(void)state;
	iotx_try_init(t, "3808000461ff2f62 6869", 4);
	iotx_try_run(t);
	assert_int_equal(t->verdict, IOTX_E_BAD);
	assert_non_null(strstr(t->fields, "\"message\":\"hi\""));
	iotx_try_init(t, "36050001740001", 4); /* at QoS 3 nobody knows what follows the topic */
	iotx_try_run(t);
	assert_non_null(strstr(t->fields, "\"topic\":\"t\"}"));
	iotx_try_init(t, "100f00044d51545404c100000001630005", 4);
	iotx_try_run(t);
	assert_int_equal(t->verdict, IOTX_E_BAD);
	assert_string_equal(t->diag.rule, "MQTT-3.1.2-3");
	assert_non_null(strstr(t->fields, "\"client_id\":\"c\""));
}

/* Where a string is shown repaired, its bytes are shown too. */
static void octets(void **state)
{
	struct iotx_try *t = &scratch;

	(void)state;
	iotx_try_init(t, "82 0f 0007 00 000174 00 0002 61ff 00 0001fe 00", 5);
	t->bytes[1] = (u8)(t->n - 2);
	iotx_try_run(t);
	assert_int_equal(t->verdict, IOTX_E_BAD);
	assert_non_null(strstr(t->extra, "\"octets\":[{\"field\":\"topics\",\"index\":1,\"value\":"));
	assert_non_null(strstr(t->extra, "{\"field\":\"topics\",\"index\":2,\"value\":"));
	iotx_try_init(t, "30 10 000174 0c 030001ff 26 000161 0001fe", 5);
	t->bytes[1] = (u8)(t->n - 2);
	t->bytes[5] = (u8)(t->n - 6);
	iotx_try_run(t);
	assert_int_equal(t->verdict, IOTX_E_BAD);
	assert_non_null(strstr(t->extra, "{\"field\":\"content_type\",\"index\":0,\"value\":"));
	assert_non_null(strstr(t->extra, "{\"field\":\"user_properties.value\",\"index\":0,"));
	assert_null(strstr(t->extra, "user_properties.name"));
	iotx_try_init(t, "8207000700 000174 00", 5);
	t->bytes[1] = (u8)(t->n - 2);
	iotx_try_run(t);
	assert_null(strstr(t->extra, "octets"));
}

static void topics(void **state)
{
	static const struct {
		const char *text;
		bool topic, filter, share;
	} cases[] = {
		{ "a/b", true, true, false },	    { "", false, false, false },
		{ "/", true, true, false },	    { "#", false, true, false },
		{ "a/#", false, true, false },	    { "a#", false, false, false },
		{ "#/a", false, false, false },	    { "+", false, true, false },
		{ "+/+", false, true, false },	    { "/+", false, true, false },
		{ "a+/b", false, false, false },    { "+a", false, false, false },
		{ "+/b/#", false, true, false },    { "$share/g/t", true, true, true },
		{ "$share/g/+", false, true, true }, { "$share/g/", true, true, false },
		{ "$share/g", true, true, false },  { "$shared/g/t", true, true, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct iotx_slice s = iotx_slice_str(cases[i].text);

		assert_int_equal(iotx_mqtt_topic_ok(s), cases[i].topic);
		assert_int_equal(iotx_mqtt_filter_ok(s), cases[i].filter);
		assert_int_equal(iotx_mqtt_share_ok(s), cases[i].share);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_offence), cmocka_unit_test(none_missing),
		cmocka_unit_test(near_misses),
		cmocka_unit_test(refusal),       cmocka_unit_test(notes),
		cmocka_unit_test(read_on),       cmocka_unit_test(topics),
		cmocka_unit_test(no_refusal),   cmocka_unit_test(octets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
