// SPDX-License-Identifier: GPL-2.0-only
/* Sparkplug B: topics, payloads to the last byte, aliases, and what births and deaths say. */
#include "guard.h"
#include "sparkplug_lab.h"

#include <core/sparkplug.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* --- the namespace -------------------------------------------------------------------------- */

static void topics(void **state)
{
	static const struct {
		const char *topic, *as; /* NULL: none of Sparkplug */
	} rows[] = {
		{ "spBv1.0/g/NBIRTH/n", "NBIRTH g n  " },
		{ "spBv1.0/g/NDEATH/n", "NDEATH g n  " },
		{ "spBv1.0/g/DDATA/n/d", "DDATA g n d " },
		{ "spBv1.0/g/DCMD/n/d/e", "DCMD g n d/e " },
		{ "spBv1.0/STATE/h", "STATE    h" },
		{ "spBv1.0/STATE/", NULL },
		{ "spBv1.0/STATE", NULL },
		{ "spBv1.0/g/STATE/n", NULL },
		{ "spBv1.0/g/NBIRTH/n/d", NULL },
		{ "spBv1.0/g/DBIRTH/n", NULL },
		{ "spBv1.0/g/DBIRTH/n/", NULL },
		{ "spBv1.0/g/NBIRTH/", NULL },
		{ "spBv1.0//NBIRTH/n", NULL },
		{ "spBv1.0/g/nbirth/n", NULL },
		{ "spBv1.0/g/NBIRTHS/n", NULL },
		{ "spBv1.0/g", NULL },
		{ "spBv1.0/", NULL },
		{ "spBv1.0", NULL },
		{ "spAv1.0/g/NBIRTH/n", NULL },
		{ "", NULL },
	};

	(void)state;
	for (u32 i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct iotx_sparkplug_topic t;
		bool is = iotx_sparkplug_topic(iotx_slice_str(rows[i].topic), &t);
		char as[128] = "";

		if (is)
			snprintf(as, sizeof(as), "%s %.*s %.*s %.*s %.*s", iotx_sparkplug_type_name(t.type),
				 (int)t.group.len, t.group.data, (int)t.node.len, t.node.data, (int)t.device.len,
				 t.device.data, (int)t.host.len, t.host.data);
		assert_string_equal(as, rows[i].as ? rows[i].as : "");
	}
}

/* --- payloads ------------------------------------------------------------------------------- */

/* One of each kind, and fields that nobody knows. */
static void everything(struct pb *p)
{
	struct pb m = { .n = 0 };

	pb_num(p, 1, 1700000000000);
	metric(p, "int", 1, SPB_INT32, 10, (u32)-5);
	metric(p, "long", 2, SPB_INT64, 11, (u64)-7000000000);
	metric(p, "float", 3, SPB_FLOAT, 12, 0x3dcccccd); /* 0.1 */
	metric(p, "double", 4, 10, 13, 0xc008000000000000); /* -3 */
	metric(p, "bool", 5, SPB_BOOLEAN, 14, 1);
	pb_str(&m, 1, "text");
	pb_num(&m, 3, 1700000000001);
	pb_num(&m, 4, SPB_STRING);
	pb_num(&m, 5, 1);
	pb_str(&m, 15, "hello");
	pb_fixed(&m, 99, 1, 8);
	pb_msg(p, 2, &m);
	m.n = 0;
	pb_str(&m, 1, "none");
	pb_num(&m, 7, 1);
	pb_msg(p, 2, &m);
	pb_num(p, 3, 255);
	pb_str(p, 4, "a-uuid");
	pb_fixed(p, 77, 5, 4);
	metric(p, "bdSeq", 0, SPB_INT64, 11, 9);
}

static void decode_and_walk(const u8 *data, u32 n, void *arg)
{
	struct iotx_sparkplug_payload p;
	struct iotx_sparkplug_metric m;
	struct iotx_slice fields;
	enum iotx_err *err = arg;
	u32 metrics = 0;

	*err = iotx_sparkplug_decode(iotx_slice(data, n), &p);
	for (fields = p.fields; iotx_sparkplug_metric_next(&fields, &m); metrics++)
		assert_true(!m.name.len || (m.name.data >= data && m.name.data + m.name.len <= data + n));
	if (!*err)
		assert_int_equal(metrics, p.metrics);
}

static void at_every_prefix(void **state)
{
	struct pb p = { .n = 0 };
	enum iotx_err err;
	u32 whole = 0;

	(void)state;
	everything(&p);
	iotx_guard_each_prefix(p.b, p.n, decode_and_walk, &err);
	assert_int_equal(err, IOTX_OK);
	for (u32 n = 0; n <= p.n; n++) {
		iotx_guard_whole(p.b, n, decode_and_walk, &err);
		assert_true(err == IOTX_OK || err == IOTX_E_SHORT);
		whole += err == IOTX_OK;
	}
	assert_int_equal(whole, 13); /* none, and behind each of twelve fields */
	for (u32 at = 0; at < p.n; at++)
		for (u32 bit = 0; bit < 8; bit++) {
			p.b[at] ^= (u8)(1u << bit);
			iotx_guard_whole(p.b, p.n, decode_and_walk, &err);
			p.b[at] ^= (u8)(1u << bit);
		}
}

static void values(void **state)
{
	static const char *const want[] = { "-5", "-7000000000", "0.1", "-3", "1" };
	struct pb p = { .n = 0 };
	struct iotx_sparkplug_payload payload;
	struct iotx_sparkplug_metric m;
	struct iotx_slice text;
	char buf[IOTX_DECIMAL_MAX];

	(void)state;
	everything(&p);
	assert_int_equal(iotx_sparkplug_decode(iotx_slice(p.b, p.n), &payload), IOTX_OK);
	assert_int_equal(payload.timestamp, 1700000000000);
	assert_int_equal(payload.seq, 255);
	assert_int_equal(payload.bd_seq, 9);
	assert_true(payload.has_timestamp && payload.has_seq && payload.has_bd_seq);
	for (u32 i = 0; i < sizeof(want) / sizeof(*want); i++) {
		assert_true(iotx_sparkplug_metric_next(&payload.fields, &m));
		assert_int_equal(m.alias, i + 1);
		text = iotx_sparkplug_number(&m, m.datatype, buf);
		assert_true(iotx_slice_eq(text, iotx_slice_str(want[i])));
	}
	assert_true(iotx_sparkplug_metric_next(&payload.fields, &m));
	assert_true(m.is_historical && m.timestamp == 1700000000001);
	assert_true(iotx_slice_eq(m.bytes, iotx_slice_str("hello")));
	assert_true(iotx_sparkplug_metric_next(&payload.fields, &m));
	assert_true(m.is_null && m.kind == IOTX_SPARKPLUG_NONE);
	assert_string_equal(iotx_sparkplug_datatype_name(34), "DateTimeArray");
	assert_null(iotx_sparkplug_datatype_name(35));
}

static void malformed(void **state)
{
	static const struct {
		const char *bytes;
		u32 n;
		enum iotx_err err;
		const char *why;
	} rows[] = {
		{ "\x08\x01", 2, IOTX_OK, "a timestamp" },
		{ "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11, IOTX_OK, "the largest number" },
		{ "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 11, IOTX_E_BAD, "a number beyond 64 bits" },
		{ "\x08\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00", 12, IOTX_E_BAD, "a number without end" },
		{ "\x00\x01", 2, IOTX_E_BAD, "field 0" },
		{ "\x0b\x0c", 2, IOTX_E_BAD, "a group" },
		{ "\x0e\x01", 2, IOTX_E_BAD, "wire type 6" },
		{ "\x12\x05\x08", 3, IOTX_E_SHORT, "a metric that is cut" },
		{ "\x12\x02\x0a\x05", 4, IOTX_E_BAD, "a name longer than its metric" },
		{ "\x12\x03\x0a\x01x", 5, IOTX_OK, "a name as long as its metric" },
		{ "\x12\xff\xff\xff\xff\x0f", 6, IOTX_E_BAD, "a length beyond 31 bits" },
		{ "\x10\x05", 2, IOTX_OK, "metrics of another wire type: unknown" },
	};

	(void)state;
	for (u32 i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		enum iotx_err err;

		iotx_guard_whole((const u8 *)rows[i].bytes, rows[i].n, decode_and_walk, &err);
		if (err != rows[i].err)
			fail_msg("%s: %d", rows[i].why, (int)err);
	}
}

/* --- edge nodes ----------------------------------------------------------------------------- */

static void names_by_alias(void **state)
{
	struct pb p = { .n = 0 };

	(void)state;
	start();
	connect_node(3);
	birth("c", 0, 3);
	assert_non_null(strstr(script.events, "\"sparkplug\":{\"message_type\":\"NBIRTH\",\"group_id\":\"g\","
			       "\"edge_node_id\":\"n\",\"timestamp\":8,\"seq\":0,\"metrics\":[{\"name\":\"bdSeq\","));
	assert_non_null(strstr(script.events, "{\"name\":\"temp\",\"alias\":1,\"datatype\":\"Float\","
			       "\"timestamp\":9,\"value\":\"21.5\"}"));
	script.events[0] = '\0';
	data("c", NDATA, 1, 2);
	assert_non_null(strstr(script.events, "{\"name\":\"level\",\"alias\":2,\"datatype\":\"Int32\","
			       "\"timestamp\":9,\"value\":\"-2\"}"));
	pb_num(&p, 1, 8);
	metric(&p, "valve", 7, SPB_BOOLEAN, 14, 1);
	pb_num(&p, 3, 2);
	publish("c", "spBv1.0/g/DBIRTH/n/d", &p);
	birth("s", 0, 3); /* the broker passes the first one on: the device's aliases still hold */
	script.events[0] = '\0';
	data("c", DDATA, 3, 7);
	assert_non_null(strstr(script.events, "\"device_id\":\"d\",\"timestamp\":8,\"seq\":3,"
					      "\"metrics\":[{\"name\":\"valve\""));
	found("");
	data("c", DDATA, 4, 8);
	found("tck-id-topics-dbirth-metric-reqs");
	data("c", NDATA, 5, 9);
	found("tck-id-topics-nbirth-metric-reqs");
	iotx_script_stop(&script);
}

static void a_rebirth_begins_anew(void **state)
{
	struct pb p = { .n = 0 };

	(void)state;
	start();
	connect_node(0);
	birth("c", 0, 0);
	data("c", NDATA, 1, 2);
	pb_num(&p, 1, 8);
	metric(&p, "bdSeq", 0, SPB_INT64, 11, 0);
	rebirth(&p);
	metric(&p, "other", 2, SPB_INT32, 10, 1);
	pb_num(&p, 3, 0);
	publish("c", "spBv1.0/g/NBIRTH/n", &p);
	script.events[0] = '\0';
	data("c", NDATA, 1, 2);
	assert_non_null(strstr(script.events, "\"name\":\"other\""));
	found("");
	data("c", NDATA, 2, 1); /* of the birth before */
	found("tck-id-topics-nbirth-metric-reqs");
	iotx_script_stop(&script);
}

/* What lies behind the last metric that is looked at may be there: nothing is said of it. */
static void more_metrics_than_are_read(void **state)
{
	const struct iotx_engine_stats *stats;
	struct pb p = { .n = 0 }, none = { .n = 0 };

	(void)state;
	start();
	stats = iotx_engine_stats(script.engine);
	connect_node(0);
	pb_num(&p, 1, 8);
	for (u32 i = 0; i < IOTX_SPARKPLUG_METRICS_MAX; i++)
		pb_msg(&p, 2, &none);
	metric(&p, "bdSeq", 0, SPB_INT64, 11, 0);
	pb_num(&p, 3, 0);
	publish("c", "spBv1.0/g/NBIRTH/n", &p);
	found("tck-id-payloads-name-requirement tck-id-payloads-name-birth-data-requirement "
	      "tck-id-payloads-metric-datatype-req");
	assert_int_equal(stats->sparkplug_limit, 1);
	data("c", NDATA, 1, 77); /* an alias that the rest of the birth may have given */
	found("");
	birth("s", 0, 0);
	data("c", NDATA, 2, 78); /* what was learnt since then is whole */
	found("tck-id-topics-nbirth-metric-reqs");
	iotx_script_stop(&script);
}

static void sequence(void **state)
{
	(void)state;
	start();
	connect_node(0);
	birth("c", 0, 0);
	for (u32 i = 1; i < 520; i++) /* around twice */
		data("c", NDATA, i & 255, 1);
	found("");
	data("c", NDATA, 9, 1); /* 8 is missing */
	found("tck-id-payloads-sequence-num-incrementing");
	data("c", NDATA, 10, 1);
	data("s", NDATA, 200, 1); /* of the broker: in any order */
	found("");
	data("c", NDATA, 10, 1);
	found("tck-id-payloads-sequence-num-incrementing");
	birth("c", 1, 0);
	found("tck-id-topics-nbirth-seq-num");
	birth("c", 0, 0);
	data("c", NDATA, 256, 1);
	found("tck-id-payloads-sequence-num-incrementing");
	iotx_script_stop(&script);
}

static void no_sequence(void **state)
{
	struct pb p = { .n = 0 };

	(void)state;
	start();
	connect_node(0);
	birth("c", 0, 0);
	pb_num(&p, 1, 8);
	metric(&p, "Node Control/Rebirth", 0, 0, 14, 1);
	publish("c", "spBv1.0/g/NCMD/n", &p); /* a command has none */
	found("");
	publish("c", NDATA, &p);
	found("tck-id-payloads-sequence-num-always-included");
	pb_raw(&p, "\x0b", 1);
	publish("c", NDATA, &p);
	found("Sparkplug 3.0.0 6.4.1");
	assert_non_null(strstr(script.events, "\"cut\":\"malformed\""));
	publish("c", "spBv1.0/g/NDATAX/n", &p); /* another namespace's business */
	found("");
	iotx_script_stop(&script);
}

static void lives_and_deaths(void **state)
{
	struct pb p = { .n = 0 };

	(void)state;
	start();
	connect_node(4);
	birth("c", 0, 4);
	found("");
	birth("c", 0, 5);
	found("tck-id-topics-nbirth-bdseq-matching");
	birth("c", 0, -1);
	found("tck-id-payloads-nbirth-bdseq");
	birth("c", 0, 4);
	metric(&p, "bdSeq", 0, SPB_INT64, 11, 4);
	publish("c", "spBv1.0/g/NDEATH/n", &p);
	found("");
	pb_num(&p, 3, 1);
	publish("c", "spBv1.0/g/NDEATH/n", &p);
	found("tck-id-payloads-ndeath-seq");
	p.n = 0;
	metric(&p, "bdSeq", 0, SPB_INT64, 11, 3);
	publish("c", "spBv1.0/g/NDEATH/n", &p);
	found("tck-id-payloads-ndeath-bdseq");
	iotx_script_stop(&script);
	start();
	connect_node(-1);
	found("tck-id-payloads-ndeath-bdseq");
	iotx_script_stop(&script);
}

/* A connection of which the start is missing: names are learnt, the order is not judged. */
static void from_midstream(void **state)
{
	(void)state;
	start();
	birth("c", 0, 3);
	data("c", NDATA, 77, 2);
	assert_non_null(strstr(script.events, "\"name\":\"level\""));
	found("");
	iotx_script_stop(&script);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(topics),
		cmocka_unit_test(at_every_prefix),
		cmocka_unit_test(values),
		cmocka_unit_test(malformed),
		cmocka_unit_test(names_by_alias),
		cmocka_unit_test(a_rebirth_begins_anew),
		cmocka_unit_test(more_metrics_than_are_read),
		cmocka_unit_test(sequence),
		cmocka_unit_test(no_sequence),
		cmocka_unit_test(lives_and_deaths),
		cmocka_unit_test(from_midstream),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
