// SPDX-License-Identifier: GPL-2.0-only
/* The database: what of an event becomes rows, and what the views make of them. */
#include "sqlite_lab.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void test_columns(void **state)
{
	struct iotx_sinks sinks = {};

	(void)state;
	assert_int_equal(iotx_sqlite_add(&sinks, false), 0);
	iotx_sqlite_offer(&sinks, "mqtt", iotx_sqlite_publish, iotx_sqlite_publish_own);
	assert_int_equal(iotx_sinks_close(&sinks), 0);
	assert_string_equal(iotx_sqlite_query("SELECT frame, time, time_ns, flow_id, src_ip, src_port, dst_ip, "
				  "dst_port, transport, src_name, dst_name, verdict FROM message"),
			    "7|2024-05-01T12:34:56.123456789Z|1714566896123456789|123456789|"
			    "10.9.0.1|40000|10.9.0.2|1883|TCP|Client.example.||ok");
	assert_string_equal(iotx_sqlite_query("SELECT type, version, topic, qos, retain, dup, message_id, "
				  "properties FROM mqtt_message"),
			    "publish|5.0|a/\xef\xbf\xbd/\xc3\xa9|1|1||9|{\"numbers\":[1,2]}");
	assert_string_equal(iotx_sqlite_query("SELECT typeof(payload), hex(payload) FROM mqtt_publish"),
			    "blob|6F6E650074776F");
	assert_string_equal(iotx_sqlite_query("SELECT address, name FROM host_name WHERE name <> 'localhost'"),
			    "10.9.0.1|client.example");
	assert_string_equal(iotx_sqlite_query("SELECT * FROM run"), "1|x.pcap");
	assert_string_equal(iotx_sqlite_query("PRAGMA journal_mode"), "wal");
}

static void subscribe_object(struct iotx_visitor *v)
{
	static const char *const topics[] = { "a/#", "$share/g/b/+", "plain", "$share/#", "a#" };

	v_open(v, "subscribe");
	v_u64(v, "message_id", 5);
	v_list(v, "topics");
	for (u32 i = 0; i < sizeof(topics) / sizeof(topics[0]); i++) {
		v_open(v, NULL);
		v_text(v, "topic", topics[i]);
		v_u64(v, "qos", i % 3);
		v_close(v);
	}
	v_end(v);
	v_close(v);
}

static void version_extra(struct iotx_visitor *v)
{
	v_text(v, "version", "5.0");
}

static void suback_object(struct iotx_visitor *v)
{
	v_open(v, "suback");
	v_u64(v, "message_id", 5);
	v_list(v, "qos_granted");
	for (u32 i = 0; i < 3; i++)
		v_coded(v, NULL, i == 1 ? 135 : i, "name");
	v_end(v);
	v_close(v);
}

static void suback_extra(struct iotx_visitor *v)
{
	v_list(v, "reasons");
	v_text(v, NULL, "Granted QoS 0");
	v_text(v, NULL, "Not authorized");
	v_end(v);
}

static void test_lists(void **state)
{
	struct iotx_sinks sinks = {};

	(void)state;
	assert_int_equal(iotx_sqlite_add(&sinks, false), 0);
	iotx_sqlite_offer(&sinks, "mqtt", iotx_sqlite_connect, version_extra);
	iotx_sqlite_offer(&sinks, "mqtt", subscribe_object, version_extra);
	iotx_sqlite_offer(&sinks, "mqtt", suback_object, suback_extra);
	assert_int_equal(iotx_sinks_close(&sinks), 0);
	assert_string_equal(iotx_sqlite_query("SELECT client_id, topic, share_name, filter, single_level, "
				  "multi_level, qos, granted, reason FROM mqtt_subscription"),
			    "c1|a/#||a/#|0|1|0|0|Granted QoS 0 "
			    "c1|$share/g/b/+|g|b/+|1|0|1|135|Not authorized "
			    "c1|plain||plain|0|0|2|2| "
			    "c1|$share/#||$share/#|0|1|0|| "
			    "c1|a#||a#|0|0|1||");
	assert_string_equal(iotx_sqlite_query("SELECT type, messages FROM summary"),
			    "connect|1 suback|1 subscribe|1");
}

static void finding_extra(struct iotx_visitor *v)
{
	v_text(v, "rule", "R 1");
	v_u64(v, "offset", 4);
	v_text(v, "finding", "a sentence");
	v_text(v, "severity", "error");
	v_text(v, "protocol", "mqtt");
	v_text(v, "message", "PUBLISH");
}

static void nothing(struct iotx_visitor *v)
{
	(void)v;
}

/* A finding is no message of its flow. */
static void test_findings(void **state)
{
	struct iotx_sinks sinks = {};

	(void)state;
	assert_int_equal(iotx_sqlite_add(&sinks, false), 0);
	iotx_sqlite_offer(&sinks, "mqtt", iotx_sqlite_connect, NULL);
	iotx_sqlite_offer(&sinks, "finding", nothing, finding_extra);
	assert_int_equal(iotx_sinks_close(&sinks), 0);
	assert_string_equal(iotx_sqlite_query("SELECT frame, time, flow_id, src_ip, dst_port, protocol, message, "
				  "rule, severity, offset, text FROM finding"),
			    "7|2024-05-01T12:34:56.123456789Z|123456789|10.9.0.1|1883|mqtt|PUBLISH|"
			    "R 1|error|4|a sentence");
	assert_string_equal(iotx_sqlite_query("SELECT messages FROM flow"), "1");
	assert_string_equal(iotx_sqlite_query("SELECT messages_sent FROM host WHERE address = '10.9.0.1'"), "1");
	assert_string_equal(iotx_sqlite_query("SELECT protocol, type, messages FROM summary"),
			    "finding|R 1|1 mqtt|connect|1");
}

static void a_metric(struct iotx_visitor *v, const char *name, const char *type, const char *value)
{
	v_open(v, NULL);
	v_text(v, "name", name);
	v_u64(v, "alias", 5);
	v_text(v, "datatype", type);
	v_u64(v, "timestamp", 1700000000001);
	if (value)
		v_text(v, "value", value);
	else
		v_bool(v, "is_null", true);
	v_close(v);
}

static void sparkplug_extra(struct iotx_visitor *v)
{
	v_open(v, "sparkplug");
	v_text(v, "message_type", "DDATA");
	v_text(v, "group_id", "plant");
	v_text(v, "edge_node_id", "press");
	v_text(v, "device_id", "head");
	v_u64(v, "timestamp", 1700000000000);
	v_u64(v, "seq", 255);
	v_list(v, "metrics");
	a_metric(v, "a", "Int8", "-1");
	a_metric(v, "b", "UInt64", "18446744073709551615");
	a_metric(v, "c", "Float", "21.5");
	a_metric(v, "d", "Double", "nan");
	a_metric(v, "e", "Boolean", "true");
	a_metric(v, "f", "String", "12");
	a_metric(v, "g", "DateTime", "1700000000002");
	a_metric(v, "h", "Int32", NULL);
	v_open(v, NULL);
	v_u64(v, "alias", 9);
	v_bytes(v, "value", S("\0\1"));
	v_close(v);
	v_end(v);
	v_close(v);
}

/* Each row has what its message has. Of no other message does an event leave a row. */
static void test_metrics(void **state)
{
	struct iotx_sinks sinks = {};

	(void)state;
	assert_int_equal(iotx_sqlite_add(&sinks, false), 0);
	iotx_sqlite_offer(&sinks, "mqtt", iotx_sqlite_connect, version_extra);
	iotx_sqlite_offer(&sinks, "mqtt", iotx_sqlite_publish, sparkplug_extra);
	iotx_sqlite_offer(&sinks, "mqtt", iotx_sqlite_publish, iotx_sqlite_publish_own);
	assert_int_equal(iotx_sinks_close(&sinks), 0);
	assert_string_equal(iotx_sqlite_query("SELECT frame, flow_id, time, message_type, group_id, edge_node_id, "
				  "device_id, timestamp, seq, client_id, by_client, in_will FROM sparkplug_message"),
			    "7|123456789|2024-05-01T12:34:56.123456789Z|DDATA|plant|press|head|"
			    "1700000000000|255|c1|1|0");
	assert_string_equal(iotx_sqlite_query("SELECT name, value, number, is_null FROM sparkplug_metric LIMIT 8"),
			    "a|-1|-1| b|18446744073709551615|1.84467440737096e+19| c|21.5|21.5| d|nan|| "
			    "e|true|1| f|12|| g|1700000000002|1700000000002| h|||1");
	assert_string_equal(iotx_sqlite_query("SELECT frame, flow_id, time, seq, position, alias, datatype, "
				  "metric_timestamp FROM sparkplug_metric WHERE name = 'h'"),
			    "7|123456789|2024-05-01T12:34:56.123456789Z|255|7|5|Int32|1700000000001");
	assert_string_equal(iotx_sqlite_query("SELECT name, alias, hex(value), typeof(value), typeof(number) "
				  "FROM sparkplug_metric WHERE position = 8"),
			    "|9|0001|blob|null");
}

static void record(struct iotx_visitor *v, const char *name, const char *type, const char *data)
{
	v_open(v, NULL);
	v_text(v, "rrname", name);
	v_text(v, "rrtype", type);
	v_u64(v, "ttl", 60);
	v_text(v, "rdata", data);
	v_close(v);
}

static void dns_object(struct iotx_visitor *v)
{
	v_text(v, "type", "response");
	v_list(v, "answers");
	record(v, "Broker.example", "CNAME", "lb.example");
	record(v, "lb.example", "CNAME", "node.example");
	record(v, "node.example", "A", "10.9.0.2");
	record(v, "node.example", "AAAA", "fd09::2");
	record(v, "loop.example", "CNAME", "loop.example");
	v_end(v);
}

static void test_names(void **state)
{
	struct iotx_sinks sinks = {};

	(void)state;
	assert_int_equal(iotx_sqlite_add(&sinks, false), 0);
	iotx_sqlite_offer(&sinks, "dns", dns_object, NULL);
	assert_int_equal(iotx_sinks_close(&sinks), 0);
	assert_string_equal(iotx_sqlite_query("SELECT address FROM host_name WHERE name = 'broker.example'"),
			    "10.9.0.2 fd09::2");
	assert_string_equal(iotx_sqlite_query("SELECT count(*) FROM host_name WHERE name <> 'localhost'"), "6");
	assert_string_equal(iotx_sqlite_query("SELECT rrtype, rdata, frame FROM dns_answer LIMIT 1"),
			    "CNAME|lb.example|7");
	assert_string_equal(iotx_sqlite_query("SELECT names FROM host WHERE address = '10.9.0.2'"),
			    "broker.example lb.example node.example");
}

static void deep_object(struct iotx_visitor *v)
{
	for (u32 i = 0; i < 100; i++)
		v_open(v, "x");
	v_u64(v, "y", 1);
	for (u32 i = 0; i < 100; i++)
		v_close(v);
	iotx_sqlite_connect(v);
}

static void test_deep(void **state)
{
	struct iotx_sinks sinks = {};

	(void)state;
	assert_int_equal(iotx_sqlite_add(&sinks, false), 0);
	iotx_sqlite_offer(&sinks, "mqtt", deep_object, NULL);
	assert_int_equal(iotx_sinks_close(&sinks), 0);
	assert_string_equal(iotx_sqlite_query("SELECT client_id FROM mqtt"), "c1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IOTX_SQLITE_TEST(test_columns),
		IOTX_SQLITE_TEST(test_lists),
		IOTX_SQLITE_TEST(test_names),
		IOTX_SQLITE_TEST(test_deep),
		IOTX_SQLITE_TEST(test_findings),
		IOTX_SQLITE_TEST(test_metrics),
	};

	return cmocka_run_group_tests_name("sqlite rows", tests, iotx_lab_setup, iotx_lab_teardown);
}
