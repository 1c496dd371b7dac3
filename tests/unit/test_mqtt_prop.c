/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The 27 properties of MQTT 5, each in every packet and in the will. What is expected
 * is written down here once more, after table 2-4 of the standard.
 */
#include "mqtt_try.h"
#include <wire/mqtt_prop.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>

static struct iotx_try scratch; /* too large for a stack */

/* Where: C connect, c connack, P publish, a r l k the four answers to it, S subscribe,
 * s suback, U unsubscribe, u unsuback, D disconnect, A auth, W will. */
struct prop_case {
	const char *name;
	const char *where;
	const char *repeatable; /* where it may stand twice */
	const char *hex;        /* with its identifier */
	const char *shown;
	const char *out_of_range; /* a value that it must not have, or NULL */
};

static const struct prop_case props[] = {
	{ "payload_format_indicator", "PW", "", "0101", "1", NULL },
	{ "message_expiry_interval", "PW", "", "02000010e1", "4321", NULL },
	{ "content_type", "PW", "", "030003612f62", "\"a/b\"", NULL },
	{ "response_topic", "PW", "", "080003612f62", "\"a/b\"", "080003612f23" },
	{ "correlation_data", "PW", "", "09000200ff", "<00ff>", NULL },
	{ "subscription_identifier", "PS", "P", "0bcad413", "[322122]", "0b00" },
	{ "session_expiry_interval", "CcD", "", "11ffffffff", "4294967295", NULL },
	{ "assigned_client_identifier", "c", "", "1200027a7a", "\"zz\"", NULL },
	{ "server_keep_alive", "c", "", "13000a", "10", NULL },
	{ "authentication_method", "CcA", "", "15000161", "\"a\"", NULL },
	{ "authentication_data", "CcA", "", "16000200ff", "\"<redacted>\"", NULL },
	{ "request_problem_information", "C", "", "1700", "0", "17ff" },
	{ "will_delay_interval", "W", "", "1800000001", "1", NULL },
	{ "request_response_information", "C", "", "1901", "1", "1902" },
	{ "response_information", "c", "", "1a000172", "\"r\"", NULL },
	{ "server_reference", "cD", "", "1c000173", "\"s\"", NULL },
	{ "reason_string", "carlksuDA", "", "1f0003627573", "\"bus\"", NULL },
	{ "receive_maximum", "Cc", "", "210001", "1", "210000" },
	{ "topic_alias_maximum", "Cc", "", "220000", "0", NULL },
	{ "topic_alias", "P", "", "23ffff", "65535", "230000" },
	{ "maximum_qos", "c", "", "2401", "1", "2402" },
	{ "retain_available", "c", "", "2500", "0", "2502" },
	{ "user_property", "CcParlkSsUuDAW", "CcParlkSsUuDAW", "260001610002c3bc",
	  "{\"name\":\"a\",\"value\":\"\xc3\xbc\"}", NULL },
	{ "maximum_packet_size", "Cc", "", "2700000001", "1", "2700000000" },
	{ "wildcard_subscription_available", "c", "", "2800", "0", "2802" },
	{ "subscription_identifier_available", "c", "", "2901", "1", "2902" },
	{ "shared_subscription_available", "c", "", "2a00", "0", "2a09" },
};

#define PROP_COUNT (sizeof(props) / sizeof(*props))

/* A message by what stands around its properties. */
struct place {
	char letter;
	const char *first; /* byte of the fixed header */
	const char *before;
	const char *after;
};

static const struct place places[] = {
	{ 'C', "10", "00044d5154540502003c", "000163" },
	{ 'c', "20", "0000", "" },
	{ 'P', "30", "000174", "70" },
	{ 'a', "40", "000700", "" },
	{ 'r', "50", "000700", "" },
	{ 'l', "62", "000700", "" },
	{ 'k', "70", "000700", "" },
	{ 'S', "82", "0007", "00017400" },
	{ 's', "90", "0007", "00" },
	{ 'U', "a2", "0007", "000174" },
	{ 'u', "b0", "0007", "00" },
	{ 'D', "e0", "80", "" },
	{ 'A', "f0", "18", "" },
	{ 'W', "10", "00044d5154540506003c00000163", "0001740000" },
};

#define PLACE_COUNT (sizeof(places) / sizeof(*places))

/* What AUTH cannot do without, and Authentication Data nowhere. */
static const char *method_for(const struct place *p, const struct prop_case *c)
{
	if (!strcmp(c->name, "authentication_method"))
		return "";
	return p->letter == 'A' || !strcmp(c->name, "authentication_data") ? "15000161" : "";
}

static void run_at(struct iotx_try *t, const struct place *p, const char *method, const char *hex)
{
	u32 props_len = (u32)(strlen(method) + strlen(hex)) / 2;
	u32 len = props_len + 1 + (u32)(strlen(p->before) + strlen(p->after)) / 2;
	char text[1024];

	snprintf(text, sizeof(text), "%s%02x%s%02x%s%s%s", p->first, len, p->before, props_len,
		 method, hex, p->after);
	iotx_try_init(t, text, IOTX_MQTT_V5);
	iotx_try_run(t);
}

static bool is_in(const char *letters, char letter)
{
	return strchr(letters, letter);
}

/* What a property is shown as, wherever that may be. */
static void check_shown(const struct iotx_try *t, const struct prop_case *c)
{
	bool user = !strcmp(c->name, "user_property");
	char want[256];

	snprintf(want, sizeof(want), "%s\":%s%s%s", user ? "user_properties" : c->name,
		 user ? "[" : "", c->shown, user ? "]" : "");
	assert_true(strstr(t->fields, want) || strstr(t->extra, want));
}

static void every_place(void **state)
{
	struct iotx_try *t = &scratch;
	u32 good = 0, bad = 0;

	(void)state;
	for (size_t i = 0; i < PROP_COUNT * PLACE_COUNT; i++) {
		const struct prop_case *c = &props[i / PLACE_COUNT];
		const struct place *p = &places[i % PLACE_COUNT];
		bool allowed = is_in(c->where, p->letter);

		run_at(t, p, allowed ? method_for(p, c) : "", c->hex);
		assert_int_equal(t->verdict, allowed ? IOTX_OK : IOTX_E_BAD);
		if (allowed)
			check_shown(t, c);
		else
			assert_string_equal(t->diag.rule, "MQTT 5.0 2.2.2.2");
		allowed ? good++ : bad++;
	}
	assert_int_equal(good + bad, 27 * 14);
}

static void twice(void **state)
{
	struct iotx_try *t = &scratch;
	char hex[256];

	(void)state;
	for (size_t i = 0; i < PROP_COUNT * PLACE_COUNT; i++) {
		const struct prop_case *c = &props[i / PLACE_COUNT];
		const struct place *p = &places[i % PLACE_COUNT];
		bool allowed = is_in(c->repeatable, p->letter);

		if (!is_in(c->where, p->letter))
			continue;
		snprintf(hex, sizeof(hex), "%s%s", c->hex, c->hex);
		run_at(t, p, method_for(p, c), hex);
		assert_int_equal(t->verdict, allowed ? IOTX_OK : IOTX_E_RULE);
		if (!allowed)
			assert_string_equal(t->diag.text, "this property must not stand twice");
	}
}

static void out_of_range(void **state)
{
	struct iotx_try *t = &scratch;

	(void)state;
	for (size_t i = 0; i < PROP_COUNT * PLACE_COUNT; i++) {
		const struct prop_case *c = &props[i / PLACE_COUNT];
		const struct place *p = &places[i % PLACE_COUNT];

		if (!c->out_of_range || !is_in(c->where, p->letter))
			continue;
		run_at(t, p, method_for(p, c), c->out_of_range);
		assert_int_equal(t->verdict, IOTX_E_RULE);
	}
}

/* A property whose value goes on after the properties do; every cut of every one. */
static void cut(void **state)
{
	struct iotx_try *t = &scratch;
	char hex[256];

	(void)state;
	for (size_t i = 0; i < PROP_COUNT; i++) {
		const struct place *p = strchr(props[i].where, 'W') ? &places[PLACE_COUNT - 1] :
								      &places[0];

		for (size_t n = 2; n < strlen(props[i].hex); n += 2) {
			snprintf(hex, sizeof(hex), "%.*s", (int)n, props[i].hex);
			run_at(t, p, "", hex);
			assert_int_equal(t->verdict, IOTX_E_BAD);
		}
	}
}

struct odd {
	const char *sentence;
	char place;
	const char *hex;
	enum iotx_err verdict;
	const char *rule;
	const char *shown; /* somewhere */
};

static const struct odd odds[] = {
	{ "an identifier that does not exist", 'C', "7e00", IOTX_E_BAD, "MQTT 5.0 2.2.2.2", NULL },
	{ "an identifier of two bytes is none today", 'C', "8101", IOTX_E_BAD, "MQTT 5.0 2.2.2.2",
	  NULL },
	{ "what stands before an unknown property is shown", 'C', "2100057e00", IOTX_E_BAD,
	  "MQTT 5.0 2.2.2.2", "\"properties\":{\"receive_maximum\":5}" },
	{ "what stands behind the properties is shown as well", 'C', "7e00", IOTX_E_BAD,
	  "MQTT 5.0 2.2.2.2", "\"client_id\":\"c\"" },
	{ "an identifier in more bytes than it needs", 'P', "a300ffff", IOTX_E_BAD,
	  "MQTT-1.5.5-1", "\"topic_alias\":65535" },
	{ "an identifier without an end", 'P', "a3808080", IOTX_E_BAD, "MQTT 5.0 1.5.5", NULL },
	{ "a string of a property that is no UTF-8", 'P', "030001ff", IOTX_E_BAD, "MQTT-1.5.4-1",
	  NULL },
	{ "a name of a User Property with U+0000", 'P', "260001000000", IOTX_E_BAD, "MQTT-1.5.4-2",
	  NULL },
	{ "a value of a User Property that is a surrogate", 'P', "2600000003eda080", IOTX_E_BAD,
	  "MQTT-1.5.4-1", NULL },
	{ "User Properties keep their order and their doubles", 'P',
	  "260001620001312600016100013226000162000133", IOTX_OK, NULL,
	  "\"user_properties\":[{\"name\":\"b\",\"value\":\"1\"},{\"name\":\"a\",\"value\":\"2\"},"
	  "{\"name\":\"b\",\"value\":\"3\"}]" },
	{ "Subscription Identifiers in a list", 'P', "0b010101 0b02 0bffffff7f", IOTX_OK, NULL,
	  "\"properties\":{\"subscription_identifier\":[1,2,268435455],"
	  "\"payload_format_indicator\":1}" },
	{ "of a property that stands twice the first is shown", 'P', "230001230002", IOTX_E_RULE,
	  "MQTT 5.0 2.2.2.2", "\"properties\":{\"topic_alias\":1}" },
	{ "a Topic Alias of 0", 'P', "230000", IOTX_E_RULE, "MQTT-3.3.2-8", NULL },
	{ "an empty Response Topic", 'P', "080000", IOTX_E_RULE, "MQTT-4.7.3-1", NULL },
	{ "Authentication Data without a method", 'C', "160000", IOTX_E_RULE,
	  "MQTT 5.0 3.1.2.11.10", NULL },
	{ "the same in a CONNACK", 'c', "160000", IOTX_E_RULE, "MQTT 5.0 3.1.2.11.10", NULL },
	{ "an AUTH without a method", 'A', "1f000161", IOTX_E_RULE, "MQTT 5.0 3.15.2.2.2", NULL },
	{ "the will's User Properties by themselves", 'W', "260001610000", IOTX_OK, NULL,
	  "\"will_user_properties\":[{\"name\":\"a\",\"value\":\"\"}]" },
	{ "malformed counts for more than a rule broken before it", 'P', "2300007e", IOTX_E_BAD,
	  "MQTT 5.0 2.2.2.2", NULL },
};

static void odd_ones(void **state)
{
	struct iotx_try *t = &scratch;

	(void)state;
	for (size_t i = 0; i < sizeof(odds) / sizeof(*odds); i++) {
		const struct odd *o = &odds[i];
		const struct place *p = places;
		char hex[256] = "";

		for (const char *s = o->hex; *s; s++)
			if (*s != ' ')
				strncat(hex, s, 1);
		while (p->letter != o->place)
			p++;
		run_at(t, p, "", hex);
		if (t->verdict != o->verdict || (o->rule && strcmp(t->diag.rule, o->rule)) ||
		    (o->shown && !strstr(t->fields, o->shown) && !strstr(t->extra, o->shown)))
			fail_msg("%s: %d %s %s %s", o->sentence, t->verdict, t->diag.rule,
				 t->fields, t->extra);
	}
}

/* The Property Length itself. */
static void lengths(void **state)
{
	struct iotx_try *t = &scratch;

	(void)state;
	iotx_try_init(t, "2003000001", IOTX_MQTT_V5);
	iotx_try_run(t);
	assert_int_equal(t->verdict, IOTX_E_BAD);
	assert_string_equal(t->diag.rule, "MQTT 5.0 2.2.2.1");
	assert_int_equal(t->diag.off, 4);
	iotx_try_init(t, "200400008000", IOTX_MQTT_V5);
	iotx_try_run(t);
	assert_int_equal(t->verdict, IOTX_E_BAD);
	assert_string_equal(t->diag.rule, "MQTT-1.5.5-1");
	iotx_try_init(t, "20060000ffffffff", IOTX_MQTT_V5);
	iotx_try_run(t);
	assert_int_equal(t->verdict, IOTX_E_BAD);
	assert_string_equal(t->diag.rule, "MQTT 5.0 1.5.5");
	iotx_try_init(t, "20020000", IOTX_MQTT_V5);
	iotx_try_run(t);
	assert_int_equal(t->verdict, IOTX_E_BAD);
	assert_string_equal(t->diag.rule, "MQTT-2.2.2-1");
}

/* Secrets are shown on request only. */
static void secrets(void **state)
{
	struct iotx_try *t = &scratch;

	(void)state;
	iotx_try_init(t, "f00c18 0a 15000161 16000353ff42", IOTX_MQTT_V5);
	iotx_try_run(t);
	assert_int_equal(t->verdict, IOTX_OK);
	assert_non_null(strstr(t->fields, "\"authentication_data\":\"<redacted>\""));
	t->record.visitor.show_secrets = true;
	iotx_try_run(t);
	assert_non_null(strstr(t->fields, "\"authentication_data\":<53ff42>"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_place), cmocka_unit_test(twice),
		cmocka_unit_test(out_of_range), cmocka_unit_test(cut),
		cmocka_unit_test(odd_ones),    cmocka_unit_test(lengths),
		cmocka_unit_test(secrets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
