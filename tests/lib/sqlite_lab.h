/* SPDX-License-Identifier: GPL-2.0-only */
/* A database that is written, and asked: events that look like those of protocols. */
#ifndef IOTXDP_TESTS_SQLITE_LAB_H
#define IOTXDP_TESTS_SQLITE_LAB_H

#include "fake_event.h"
#include "sink_lab.h"

#define S(s) iotx_slice(s, sizeof(s) - 1)

typedef void (*iotx_show)(struct iotx_visitor *v);

/* The name of an event's class names its object. */
void iotx_sqlite_offer(struct iotx_sinks *sinks, const char *protocol, iotx_show object,
		       iotx_show own);

extern char iotx_sqlite_spec[IOTX_LAB_SPEC_MAX];

int iotx_sqlite_add(struct iotx_sinks *sinks, bool append);

/* All columns of all rows: "a|b c|d"; NULL is nothing. */
const char *iotx_sqlite_query(const char *sql);

/* Of each test. */
int iotx_sqlite_fresh(void **state);
int iotx_sqlite_clean(void **state);

#define IOTX_SQLITE_TEST(f) \
	cmocka_unit_test_setup_teardown(f, iotx_sqlite_fresh, iotx_sqlite_clean)

/* Fields of two messages. */
void iotx_sqlite_connect(struct iotx_visitor *v);
void iotx_sqlite_publish(struct iotx_visitor *v);
void iotx_sqlite_publish_own(struct iotx_visitor *v);

#endif
