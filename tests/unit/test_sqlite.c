// SPDX-License-Identifier: GPL-2.0-only
/* The database: what of an event becomes rows, what the views make of them, what may go wrong. */
#include "fake_event.h"
#include "sink_lab.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define S(s) iotx_slice(s, sizeof(s) - 1)

static char spec[IOTX_LAB_SPEC_MAX];

/* --- events that look like those of protocols ------------------------------------------------ */

/* The name of an event's class names its object. */
static const char *title(const void *msg, char buf[IOTX_TITLE_MAX])
{
	(void)msg;
	(void)buf;
	return "";
}

static void fields(const void *msg, struct iotx_visitor *v)
{
	((const struct iotx_fake_msg *)msg)->fields(v);
}

static void extra(const void *arg, struct iotx_visitor *v)
{
	const struct iotx_fake_msg *msg = arg;

	if (msg->extra)
		msg->extra(v);
}

static struct iotx_event_class class_of(const char *name)
{
	return (struct iotx_event_class){
		.name = name,
		.label = name,
		.title = title,
		.fields = fields,
		.extra = extra,
	};
}

typedef void (*show)(struct iotx_visitor *v);

static void offer(struct iotx_sinks *sinks, const char *protocol, show object, show own)
{
	struct iotx_fake_msg msg = { .fields = object, .extra = own };
	struct iotx_event ev = iotx_fake_event(&msg);
	struct iotx_event_class cls = class_of(protocol);

	ev.cls = &cls;
	iotx_sinks_event(sinks, &ev);
}

/* --- the database under test ------------------------------------------------------------------ */

static int add(struct iotx_sinks *sinks, bool append)
{
	const struct iotx_sink_options opt = { .append = append, .source = "x.pcap" };

	return iotx_sinks_add(sinks, spec, &opt);
}

/* All columns of all rows: "a|b c|d"; NULL is nothing. */
static const char *query(const char *sql)
{
	static char out[4096];
	sqlite3_stmt *stmt;
	sqlite3 *db;
	size_t len = 0;

	out[0] = '\0';
	assert_int_equal(sqlite3_open_v2(iotx_lab_path, &db, SQLITE_OPEN_READWRITE, NULL), 0);
	if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL))
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	while (sqlite3_step(stmt) == SQLITE_ROW) {
		for (int i = 0; i < sqlite3_column_count(stmt); i++) {
			const char *text = (const char *)sqlite3_column_text(stmt, i);

			len += (size_t)snprintf(out + len, sizeof(out) - len, "%s%s",
						i ? "|" : len ? " " : "", text ? text : "");
		}
	}
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	return out;
}

static int fresh(void **state)
{
	(void)state;
	snprintf(spec, sizeof(spec), "sqlite:%s", iotx_lab_path);
	return 0;
}

static int clean(void **state)
{
	static const char *const ends[] = { "", "-wal", "-shm", "-journal" };
	char path[IOTX_LAB_SPEC_MAX];

	(void)state;
	for (u32 i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		snprintf(path, sizeof(path), "%s%s", iotx_lab_path, ends[i]);
		unlink(path);
	}
	return 0;
}

/* --- rows -------------------------------------------------------------------------------------- */

static void publish_object(struct iotx_visitor *v)
{
	v_open(v, "publish");
	v_u64(v, "qos", 1);
	v_bool(v, "retain", true);
	v_str(v, "topic", S("a/\xff/\xc3\xa9"));
	v_u64(v, "message_id", 9);
	v_str(v, "message", S("one\0two"));
	v_open(v, "properties");
	v_list(v, "numbers");
	v_u64(v, NULL, 1);
	v_u64(v, NULL, 2);
	v_end(v);
	v_close(v);
	v_text(v, "unheard_of", "nobody keeps it");
	v_close(v);
}

static void publish_extra(struct iotx_visitor *v)
{
	v_text(v, "src_name", "Client.example.");
	v_text(v, "version", "5.0");
}

static void test_columns(void **state)
{
	struct iotx_sinks sinks = {};

	(void)state;
	assert_int_equal(add(&sinks, false), 0);
	offer(&sinks, "mqtt", publish_object, publish_extra);
	assert_int_equal(iotx_sinks_close(&sinks), 0);
	assert_string_equal(query("SELECT frame, time, time_ns, flow_id, src_ip, src_port, dst_ip, "
				  "dst_port, transport, src_name, dst_name, verdict FROM message"),
			    "7|2024-05-01T12:34:56.123456789Z|1714566896123456789|123456789|"
			    "10.9.0.1|40000|10.9.0.2|1883|TCP|Client.example.||ok");
	assert_string_equal(query("SELECT type, version, topic, qos, retain, dup, message_id, "
				  "properties FROM mqtt_message"),
			    "publish|5.0|a/\xef\xbf\xbd/\xc3\xa9|1|1||9|{\"numbers\":[1,2]}");
	assert_string_equal(query("SELECT typeof(payload), hex(payload) FROM mqtt_publish"),
			    "blob|6F6E650074776F");
	assert_string_equal(query("SELECT address, name FROM host_name WHERE name <> 'localhost'"),
			    "10.9.0.1|client.example");
	assert_string_equal(query("SELECT * FROM run"), "1|x.pcap");
	assert_string_equal(query("PRAGMA journal_mode"), "wal");
}

static void connect_object(struct iotx_visitor *v)
{
	v_open(v, "connect");
	v_text(v, "client_id", "c1");
	v_close(v);
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
	assert_int_equal(add(&sinks, false), 0);
	offer(&sinks, "mqtt", connect_object, version_extra);
	offer(&sinks, "mqtt", subscribe_object, version_extra);
	offer(&sinks, "mqtt", suback_object, suback_extra);
	assert_int_equal(iotx_sinks_close(&sinks), 0);
	assert_string_equal(query("SELECT client_id, topic, share_name, filter, single_level, "
				  "multi_level, qos, granted, reason FROM mqtt_subscription"),
			    "c1|a/#||a/#|0|1|0|0|Granted QoS 0 "
			    "c1|$share/g/b/+|g|b/+|1|0|1|135|Not authorized "
			    "c1|plain||plain|0|0|2|2| "
			    "c1|$share/#||$share/#|0|1|0|| "
			    "c1|a#||a#|0|0|1||");
	assert_string_equal(query("SELECT type, messages FROM summary"),
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
	assert_int_equal(add(&sinks, false), 0);
	offer(&sinks, "mqtt", connect_object, NULL);
	offer(&sinks, "finding", nothing, finding_extra);
	assert_int_equal(iotx_sinks_close(&sinks), 0);
	assert_string_equal(query("SELECT frame, time, flow_id, src_ip, dst_port, protocol, message, "
				  "rule, severity, offset, text FROM finding"),
			    "7|2024-05-01T12:34:56.123456789Z|123456789|10.9.0.1|1883|mqtt|PUBLISH|"
			    "R 1|error|4|a sentence");
	assert_string_equal(query("SELECT messages FROM flow"), "1");
	assert_string_equal(query("SELECT messages_sent FROM host WHERE address = '10.9.0.1'"), "1");
	assert_string_equal(query("SELECT protocol, type, messages FROM summary"),
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
	assert_int_equal(add(&sinks, false), 0);
	offer(&sinks, "mqtt", connect_object, version_extra);
	offer(&sinks, "mqtt", publish_object, sparkplug_extra);
	offer(&sinks, "mqtt", publish_object, publish_extra);
	assert_int_equal(iotx_sinks_close(&sinks), 0);
	assert_string_equal(query("SELECT frame, flow_id, time, message_type, group_id, edge_node_id, "
				  "device_id, timestamp, seq, client_id, by_client, in_will FROM sparkplug_message"),
			    "7|123456789|2024-05-01T12:34:56.123456789Z|DDATA|plant|press|head|"
			    "1700000000000|255|c1|1|0");
	assert_string_equal(query("SELECT name, value, number, is_null FROM sparkplug_metric LIMIT 8"),
			    "a|-1|-1| b|18446744073709551615|1.84467440737096e+19| c|21.5|21.5| d|nan|| "
			    "e|true|1| f|12|| g|1700000000002|1700000000002| h|||1");
	assert_string_equal(query("SELECT frame, flow_id, time, seq, position, alias, datatype, "
				  "metric_timestamp FROM sparkplug_metric WHERE name = 'h'"),
			    "7|123456789|2024-05-01T12:34:56.123456789Z|255|7|5|Int32|1700000000001");
	assert_string_equal(query("SELECT name, alias, hex(value), typeof(value), typeof(number) "
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
	assert_int_equal(add(&sinks, false), 0);
	offer(&sinks, "dns", dns_object, NULL);
	assert_int_equal(iotx_sinks_close(&sinks), 0);
	assert_string_equal(query("SELECT address FROM host_name WHERE name = 'broker.example'"),
			    "10.9.0.2 fd09::2");
	assert_string_equal(query("SELECT count(*) FROM host_name WHERE name <> 'localhost'"), "6");
	assert_string_equal(query("SELECT rrtype, rdata, frame FROM dns_answer LIMIT 1"),
			    "CNAME|lb.example|7");
	assert_string_equal(query("SELECT names FROM host WHERE address = '10.9.0.2'"),
			    "broker.example lb.example node.example");
}

static void deep_object(struct iotx_visitor *v)
{
	for (u32 i = 0; i < 100; i++)
		v_open(v, "x");
	v_u64(v, "y", 1);
	for (u32 i = 0; i < 100; i++)
		v_close(v);
	connect_object(v);
}

static void test_deep(void **state)
{
	struct iotx_sinks sinks = {};

	(void)state;
	assert_int_equal(add(&sinks, false), 0);
	offer(&sinks, "mqtt", deep_object, NULL);
	assert_int_equal(iotx_sinks_close(&sinks), 0);
	assert_string_equal(query("SELECT client_id FROM mqtt"), "c1");
}

/* --- the file ------------------------------------------------------------------------------------ */

static void test_append(void **state)
{
	struct iotx_sinks sinks = {};

	(void)state;
	for (int run = 0; run < 2; run++) {
		assert_int_equal(add(&sinks, run), 0);
		offer(&sinks, "mqtt", connect_object, NULL);
		assert_int_equal(iotx_sinks_close(&sinks), 0);
		assert_int_equal(sinks.list[0].written, 1);
		memset(&sinks, 0, sizeof(sinks));
		assert_int_equal(iotx_lab_add(&sinks, spec), -EEXIST);
		assert_int_equal(iotx_lab_said(), 1);
	}
	assert_string_equal(query("SELECT id, run FROM mqtt_connection"), "1|1 2|2");
}

/* Appending is asked for: no way to write to what is not ours. */
static void refuses(const char *what, int want)
{
	static const struct iotx_sink_options opt = { .append = true };
	struct iotx_sinks sinks = {};

	if (iotx_sinks_add(&sinks, what, &opt) != want)
		fail_msg("%s is not refused with %s", what, strerror(-want));
}

static void test_refused(void **state)
{
	int fd;

	(void)state;
	refuses("sqlite", -EINVAL);
	refuses("sqlite:", -EINVAL);
	refuses("sqlite:/nonexistent/x.db", -ENOENT);
	refuses("sqlite:/", -EISDIR);
	assert_int_equal(symlink("/dev/null", iotx_lab_path), 0);
	refuses(spec, -ELOOP);
	unlink(iotx_lab_path);
	fd = open(iotx_lab_path, O_WRONLY | O_CREAT, 0600);
	assert_int_equal(write(fd, spec, sizeof(spec)), sizeof(spec));
	close(fd);
	refuses(spec, -EMEDIUMTYPE);
	unlink(iotx_lab_path);
}

static void test_not_ours(void **state)
{
	sqlite3 *db;

	(void)state;
	assert_int_equal(sqlite3_open(iotx_lab_path, &db), 0);
	assert_int_equal(sqlite3_exec(db, "CREATE TABLE theirs (x)", NULL, NULL, NULL), 0);
	sqlite3_close(db);
	refuses(spec, -EMEDIUMTYPE);
	assert_string_equal(query("SELECT name FROM sqlite_schema"), "theirs");
}

static void offer_many(struct iotx_sinks *sinks, u32 count)
{
	for (u32 i = 0; i < count; i++)
		offer(sinks, "mqtt", publish_object, publish_extra);
}

/* Whole batches, nothing of the one that was open. */
static void test_killed(void **state)
{
	int status;
	pid_t child = fork();

	(void)state;
	if (!child) {
		struct iotx_sinks sinks = {};

		if (add(&sinks, false))
			_exit(1);
		offer_many(&sinks, 1000);
		iotx_sinks_flush(&sinks);
		offer_many(&sinks, 500);
		kill(getpid(), SIGKILL);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	assert_string_equal(query("PRAGMA integrity_check"), "ok");
	assert_string_equal(query("SELECT count(*) FROM event"), "1000");
	assert_string_equal(query("SELECT count(*) FROM mqtt_publish"), "1000");
}

/* A limit on files is as good as a full disk: what is not committed counts as dropped. */
static void test_full(void **state)
{
	struct rlimit before, small = { .rlim_cur = 1 << 20 };
	struct iotx_sinks sinks = {};
	char count[32];

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &before);
	small.rlim_max = before.rlim_max;
	assert_int_equal(add(&sinks, false), 0);
	offer_many(&sinks, 100);
	iotx_lab_flush(&sinks);
	setrlimit(RLIMIT_FSIZE, &small);
	offer_many(&sinks, 20000);
	iotx_lab_flush(&sinks);
	setrlimit(RLIMIT_FSIZE, &before);
	iotx_lab_check_sum(&sinks.list[0]);
	assert_in_range(sinks.list[0].dropped, 1, 20000);
	assert_in_range(sinks.list[0].written, 100, 20099);
	assert_true(sinks.list[0].err < 0);
	offer_many(&sinks, 10); /* the disk has room again */
	iotx_lab_flush(&sinks);
	iotx_lab_check_sum(&sinks.list[0]);
	snprintf(count, sizeof(count), "%llu", (unsigned long long)sinks.list[0].written);
	assert_true(iotx_lab_finish(&sinks) < 0);
	assert_string_equal(query("PRAGMA integrity_check"), "ok");
	assert_string_equal(query("SELECT count(*) FROM event"), count);
}

/* Somebody who reads stands in nobody's way; somebody who writes costs the batch. */
static void test_busy(void **state)
{
	struct iotx_sinks sinks = {};
	sqlite3 *db;

	(void)state;
	assert_int_equal(add(&sinks, false), 0);
	assert_int_equal(sqlite3_open(iotx_lab_path, &db), 0);
	assert_int_equal(sqlite3_exec(db, "BEGIN; SELECT * FROM event", NULL, NULL, NULL), 0);
	offer_many(&sinks, 3);
	iotx_lab_flush(&sinks);
	assert_int_equal(sinks.list[0].written, 3);
	assert_int_equal(sqlite3_exec(db, "COMMIT; BEGIN IMMEDIATE", NULL, NULL, NULL), 0);
	offer(&sinks, "mqtt", connect_object, NULL);
	assert_int_equal(sinks.list[0].dropped, 1);
	assert_int_equal(sinks.list[0].err, -EBUSY);
	sqlite3_close(db);
	offer_many(&sinks, 2);
	assert_int_equal(iotx_lab_finish(&sinks), -EBUSY);
	assert_int_equal(sinks.list[0].written, 5);
	iotx_lab_check_sum(&sinks.list[0]);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, fresh, clean)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_columns), TEST(test_lists),   TEST(test_names),  TEST(test_deep),
		TEST(test_append),  TEST(test_refused), TEST(test_not_ours), TEST(test_killed),
		TEST(test_full),    TEST(test_busy), TEST(test_findings),
		TEST(test_metrics),
	};

	return cmocka_run_group_tests_name("sqlite", tests, iotx_lab_setup, iotx_lab_teardown);
}
