// SPDX-License-Identifier: GPL-2.0-only
#include "sqlite_lab.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

char iotx_sqlite_spec[IOTX_LAB_SPEC_MAX];

/* --- events that look like those of protocols ------------------------------------------------ */

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

void iotx_sqlite_offer(struct iotx_sinks *sinks, const char *protocol, iotx_show object,
		       iotx_show own)
{
	struct iotx_fake_msg msg = { .fields = object, .extra = own };
	struct iotx_event ev = iotx_fake_event(&msg);
	struct iotx_event_class cls = class_of(protocol);

	ev.cls = &cls;
	iotx_sinks_event(sinks, &ev);
}

/* --- the database under test ------------------------------------------------------------------ */

int iotx_sqlite_add(struct iotx_sinks *sinks, bool append)
{
	const struct iotx_sink_options opt = { .append = append, .source = "x.pcap" };

	return iotx_sinks_add(sinks, iotx_sqlite_spec, &opt);
}

const char *iotx_sqlite_query(const char *sql)
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

int iotx_sqlite_fresh(void **state)
{
	(void)state;
	snprintf(iotx_sqlite_spec, sizeof(iotx_sqlite_spec), "sqlite:%s", iotx_lab_path);
	return 0;
}

int iotx_sqlite_clean(void **state)
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

/* --- messages ----------------------------------------------------------------------------------- */

void iotx_sqlite_connect(struct iotx_visitor *v)
{
	v_open(v, "connect");
	v_text(v, "client_id", "c1");
	v_close(v);
}

void iotx_sqlite_publish(struct iotx_visitor *v)
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

void iotx_sqlite_publish_own(struct iotx_visitor *v)
{
	v_text(v, "src_name", "Client.example.");
	v_text(v, "version", "5.0");
}
