// SPDX-License-Identifier: GPL-2.0-only
#include "sparkplug_lab.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct iotx_script script;

void metric(struct pb *p, const char *name, u64 alias, u32 datatype, u32 kind, u64 value)
{
	struct pb m = { .n = 0 };

	if (name)
		pb_str(&m, 1, name);
	if (alias)
		pb_num(&m, 2, alias);
	pb_num(&m, 3, 9);
	if (datatype)
		pb_num(&m, 4, datatype);
	if (kind == 12 || kind == 13)
		pb_fixed(&m, kind, value, kind == 12 ? 4 : 8);
	else if (kind)
		pb_num(&m, kind, value);
	pb_msg(p, 2, &m);
}

void rebirth(struct pb *p)
{
	metric(p, "Node Control/Rebirth", 0, SPB_BOOLEAN, 14, 0);
}

/* A PUBLISH of QoS 0, of MQTT 3.1.1. */
void publish(const char *who, const char *topic, const struct pb *p)
{
	static char text[2 * sizeof(p->b) + 200];
	size_t n = strlen(topic);
	int at = snprintf(text, sizeof(text), "%s 30 %04x", who, (unsigned int)n);

	hex(text + at, topic, n);
	hex(text + at + 2 * n, p->b, p->n);
	snprintf(text + strlen(text), 2, ";");
	iotx_script_play(&script, text);
}

void birth(const char *who, u64 seq, int bd_seq)
{
	struct pb p = { .n = 0 };

	pb_num(&p, 1, 8);
	if (bd_seq >= 0)
		metric(&p, "bdSeq", 0, SPB_INT64, 11, (u64)bd_seq);
	rebirth(&p);
	metric(&p, "temp", 1, SPB_FLOAT, 12, 0x41ac0000);
	metric(&p, "level", 2, SPB_INT32, 10, (u32)-1);
	pb_num(&p, 3, seq);
	publish(who, "spBv1.0/g/NBIRTH/n", &p);
}

void data(const char *who, const char *topic, u64 seq, u64 alias)
{
	struct pb p = { .n = 0 };

	pb_num(&p, 1, 8);
	metric(&p, NULL, alias, 0, 10, (u32)-2);
	pb_num(&p, 3, seq);
	publish(who, topic, &p);
}

void hex(char *out, const void *data, size_t n)
{
	for (size_t i = 0; i < n; i++)
		snprintf(out + 2 * i, 3, "%02x", ((const u8 *)data)[i]);
}

void connect_node(int bd_seq)
{
	static const char topic[] = "spBv1.0/g/NDEATH/n";
	struct pb p = { .n = 0 };
	char text[600], will[200] = "", name[100];

	if (bd_seq >= 0)
		metric(&p, "bdSeq", 0, SPB_INT64, 11, (u64)bd_seq);
	hex(name, topic, sizeof(topic) - 1);
	hex(will, p.b, p.n);
	snprintf(text, sizeof(text), "c 10 00044d515454040e003c000161%04x%s%04x%s;s 20 0000;"
		 "c 82 0001 000123 00;s 90 0001 00;",
		 (unsigned int)sizeof(topic) - 1, name, p.n, will);
	iotx_script_play(&script, text);
}

void start(void)
{
	iotx_script_start(&script);
	script.want = "mqtt";
}

void found(const char *ids)
{
	assert_string_equal(script.found, ids);
	script.found[0] = '\0';
}
