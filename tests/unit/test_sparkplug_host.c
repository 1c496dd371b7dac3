// SPDX-License-Identifier: GPL-2.0-only
/* Sparkplug B around the payloads: what hosts say of themselves, wills, QoS and RETAIN. */
#include "sparkplug_lab.h"

#include <core/sparkplug.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void states(void **state)
{
	static const struct {
		const char *payload, *as; /* online, timestamp */
		bool good;
	} rows[] = {
		{ "{\"online\":true,\"timestamp\":1700000000000}", "1 1700000000000", true },
		{ " {\"timestamp\": 1, \"online\": false, \"more\": [{}]} ", "0 1", true },
		{ "{\"online\":true}", "1 -", false },
		{ "{\"timestamp\":1}", "- 1", false },
		{ "{\"online\":\"true\",\"timestamp\":1}", "- 1", false },
		{ "{\"online\":true,\"timestamp\":\"1\"}", "1 -", false },
		{ "{\"online\":true,\"timestamp\":-1}", "1 -", false },
		{ "{\"online\":true,\"timestamp\":1e3}", "1 -", false },
		{ "{\"online\":true,\"timestamp\":99999999999999999999}", "1 -", false },
		{ "{\"online\":true,\"timestamp\":1", "- -", false },
		{ "[true,1]", "- -", false },
		{ "ONLINE", "1 -", false },
		{ "OFFLINE", "0 -", false },
		{ "ONLINE ", "- -", false },
		{ "", "- -", false },
		{ "\xff", "- -", false },
	};

	(void)state;
	for (u32 i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct iotx_sparkplug_state s;
		char as[64], when[32];
		bool good = iotx_sparkplug_state(iotx_slice_str(rows[i].payload), &s);

		snprintf(when, sizeof(when), "%llu", (unsigned long long)s.timestamp);
		snprintf(as, sizeof(as), "%s %s", !s.has_online ? "-" : s.online ? "1" : "0",
			 s.has_timestamp ? when : "-");
		assert_string_equal(as, rows[i].as);
		assert_int_equal(good, rows[i].good);
	}
}

/* A PUBLISH with its first byte; of QoS 1 its identifier is 1. */
static void publish_text(const char *who, u32 first, const char *topic, const char *payload)
{
	char text[600];
	int at = snprintf(text, sizeof(text), "%s %02x %04x", who, first, (u32)strlen(topic));

	hex(text + at, topic, strlen(topic));
	if (first & 6)
		snprintf(text + strlen(text), 5, "0001");
	hex(text + strlen(text), payload, strlen(payload));
	snprintf(text + strlen(text), 2, ";");
	iotx_script_play(&script, text);
	if (first & 6)
		iotx_script_play(&script, *who == 'c' ? "s 40 0001;" : "c 40 0001;");
}

static void host_state(void **state)
{
	static const char topic[] = "spBv1.0/STATE/scada", good[] = "{\"online\":true,\"timestamp\":17}";

	(void)state;
	start();
	connect_node(0);
	publish_text("c", 0x33, topic, good);
	assert_non_null(strstr(script.events, "\"sparkplug\":{\"message_type\":\"STATE\","
					      "\"host_id\":\"scada\",\"online\":true,\"timestamp\":17}"));
	assert_non_null(strstr(script.events, "\"payload_format\":\"json\""));
	found("");
	publish_text("s", 0x30, topic, "{\"online\":false}"); /* what a broker passes on */
	found("");
	publish_text("c", 0x33, topic, "{\"online\":true}");
	found("tck-id-host-topic-phid-birth-payload");
	publish_text("c", 0x33, topic, "OFFLINE");
	found("tck-id-host-topic-phid-birth-payload");
	publish_text("c", 0x31, topic, good);
	found("tck-id-host-topic-phid-birth-qos");
	publish_text("c", 0x32, topic, good);
	found("tck-id-host-topic-phid-birth-retain");
	publish_text("c", 0x30, "STATE/old", "ONLINE");
	found("");
	assert_non_null(strstr(script.events, "\"host_id\":\"old\",\"online\":true}"));
	publish_text("c", 0x30, "STATE/other", "something");
	found("");
	assert_null(strstr(script.events, "\"host_id\":\"other\""));
	iotx_script_stop(&script);
}

/* CONNECT with a will of these flags. */
static void connect_with_will(u32 flags, const char *topic, const char *payload, u32 len)
{
	char text[600];
	int at = snprintf(text, sizeof(text), "c 10 00044d51545404%02x003c000161%04x", flags,
			  (u32)strlen(topic));

	start();
	hex(text + at, topic, strlen(topic));
	snprintf(text + strlen(text), 5, "%04x", len);
	hex(text + strlen(text), payload, len);
	snprintf(text + strlen(text), 12, ";s 20 0000;");
	iotx_script_play(&script, text);
}

static void wills(void **state)
{
	static const char topic[] = "spBv1.0/STATE/scada", good[] = "{\"online\":false,\"timestamp\":17}";
	static const char online[] = "{\"online\":true,\"timestamp\":17}", node[] = "spBv1.0/g/NDEATH/n";
	struct pb p = { .n = 0 };

	(void)state;
	connect_with_will(0x2e, topic, good, sizeof(good) - 1);
	found("");
	assert_non_null(strstr(script.events, "\"host_id\":\"scada\",\"online\":false,\"timestamp\":17}"));
	iotx_script_stop(&script);
	connect_with_will(0x2e, topic, online, sizeof(online) - 1);
	found("tck-id-host-topic-phid-death-payload");
	iotx_script_stop(&script);
	connect_with_will(0x26, topic, good, sizeof(good) - 1);
	found("tck-id-host-topic-phid-death-qos");
	iotx_script_stop(&script);
	connect_with_will(0x0e, topic, good, sizeof(good) - 1);
	found("tck-id-host-topic-phid-death-retain");
	iotx_script_stop(&script);
	metric(&p, "bdSeq", 0, SPB_INT64, 11, 4);
	connect_with_will(0x0e, node, (const char *)p.b, p.n);
	found("");
	assert_non_null(strstr(script.events, "\"message_type\":\"NDEATH\""));
	assert_non_null(strstr(script.events, "\"name\":\"bdSeq\""));
	assert_non_null(strstr(script.events, "\"will_payload_format\":\"sparkplug\""));
	iotx_script_stop(&script);
	connect_with_will(0x06, node, (const char *)p.b, p.n);
	found("tck-id-payloads-ndeath-will-message-qos");
	iotx_script_stop(&script);
	connect_with_will(0x2e, node, (const char *)p.b, p.n);
	found("tck-id-payloads-ndeath-will-message-retain");
	iotx_script_stop(&script);
}

/* QoS 0 and no RETAIN, each type by a rule of its own. */
static void flags(void **state)
{
	static const struct {
		const char *topic, *name;
	} rows[] = {
		{ "spBv1.0/g/NBIRTH/n", "nbirth" }, { "spBv1.0/g/DBIRTH/n/d", "dbirth" },
		{ "spBv1.0/g/NDATA/n", "ndata" },   { "spBv1.0/g/DDATA/n/d", "ddata" },
		{ "spBv1.0/g/NCMD/n", "ncmd" },	    { "spBv1.0/g/DCMD/n/d", "dcmd" },
	};

	(void)state;
	for (u32 i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		for (u32 first = 0x30; first <= 0x33; first++) {
			char qos[64], retain[64];

			start();
			connect_node(0);
			publish_text("c", first, rows[i].topic, "\x18"); /* cut: nothing else is judged */
			snprintf(qos, sizeof(qos), "tck-id-payloads-%s-qos", rows[i].name);
			snprintf(retain, sizeof(retain), "tck-id-payloads-%s-retain", rows[i].name);
			assert_int_equal(!!strstr(script.found, qos), !!(first & 2));
			assert_int_equal(!!strstr(script.found, retain), first & 1);
			iotx_script_stop(&script);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(states),
		cmocka_unit_test(host_state),
		cmocka_unit_test(wills),
		cmocka_unit_test(flags),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
