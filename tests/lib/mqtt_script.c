// SPDX-License-Identifier: GPL-2.0-only
#include "mqtt_words.h"
#include "msg.h"
#include "pkt.h"
#include "record.h"
#include "talk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wire/mqtt.h>

#define PORT 40000
#define BROKER 1883
#define SECOND_NS 1e9

static void add(char *log, size_t room, const char *a, const char *b)
{
	size_t len = strlen(log);

	snprintf(log + len, room - len, "%s%s%s", len ? " " : "", a, b);
}

static void on_event(void *arg, const struct iotx_event *ev)
{
	static struct iotx_record record;
	struct iotx_script *s = arg;
	char title[IOTX_TITLE_MAX], off[16];

	if (ev->cls->of_rules) {
		add(s->found, sizeof(s->found), ev->diag.rule, "");
		snprintf(off, sizeof(off), "%u", ev->diag.off);
		add(s->offsets, sizeof(s->offsets), off, "");
	}
	if (!s->want || strcmp(s->want, ev->cls->name))
		return;
	iotx_record_init(&record);
	add(s->events, sizeof(s->events), ev->cls->title(ev->msg, title), "");
	if (ev->cls->fields)
		add(s->events, sizeof(s->events), iotx_record_show(&record, ev->cls->fields, ev->msg),
		    "");
	add(s->events, sizeof(s->events), iotx_record_show(&record, ev->cls->extra, ev->msg), "");
}

void iotx_script_start(struct iotx_script *s)
{
	memset(s, 0, sizeof(*s));
	s->engine = iotx_talk_engine(on_event, s);
	s->ts_ns = 1700000000ull * 1000000000ull;
	for (u32 i = 0; i < 10; i++) {
		s->seq[i][0] = 1000;
		s->seq[i][1] = 5000;
	}
}

void iotx_script_stop(struct iotx_script *s)
{
	iotx_engine_finish(s->engine);
	iotx_engine_free(s->engine);
}

static void segment(struct iotx_script *s, u32 conn, u32 side, const struct iotx_buf *bytes, u8 flags)
{
	static u8 room[IOTX_PKT_ROOM];
	u16 client = (u16)(PORT + conn);
	struct iotx_pkt p = {
		.src_host = (u16)(1 + side), .dst_host = (u16)(2 - side),
		.src_port = side ? BROKER : client, .dst_port = side ? client : BROKER,
		.seq = s->seq[conn][side], .ack = s->seq[conn][!side],
		.tcp_flags = flags, .payload = bytes->data, .payload_len = (u32)bytes->len,
	};
	u32 len = iotx_pkt_build(&p, room, NULL);
	u8 *copy = malloc(len); /* of exact size: the sanitizer sees every over-read */
	struct iotx_frame f = {
		.data = copy, .cap_len = len, .wire_len = len, .number = ++s->frames,
		.ts_ns = s->ts_ns,
	};

	if (!copy)
		abort();
	memcpy(copy, room, len);
	iotx_engine_frame(s->engine, &f);
	free(copy);
	s->seq[conn][side] += (u32)bytes->len + !!(flags & (IOTX_TCP_FIN | IOTX_TCP_SYN));
}

static void hex(struct iotx_buf *b, const char *text)
{
	unsigned int byte;

	for (; *text; text += 2) {
		u8 value;

		while (*text == ' ')
			text++;
		if (!*text)
			break;
		if (sscanf(text, "%2x", &byte) != 1 || !text[1]) {
			fprintf(stderr, "no hexadecimal: %s\n", text);
			abort();
		}
		value = (u8)byte;
		iotx_msg_bytes(b, &value, 1);
	}
}

static void message(struct iotx_buf *out, const char *text)
{
	struct iotx_buf body = {};

	hex(&body, text);
	iotx_msg_mqtt(out, body.data[0], body.data + 1, (u32)body.len - 1);
	iotx_buf_free(&body);
}

/* One statement, without its ';'. */
static void statement(struct iotx_script *s, char *text)
{
	struct iotx_buf bytes = {};
	char *end, *what = text + strspn(text, " ");
	u32 side = *what++ == 's', conn = 0;
	u8 flags = IOTX_TCP_ACK;

	if (*what >= '0' && *what <= '9')
		conn = (u32)(*what++ - '0');
	s->ts_ns += 1000000;
	if (*what == '+') {
		s->ts_ns += (u64)(strtod(what + 1, &end) * SECOND_NS);
		what = end;
	}
	what += strspn(what, " ");
	if (!strncmp(what, "lose ", 5)) {
		message(&bytes, what + 5);
		s->seq[conn][side] += (u32)bytes.len;
		iotx_buf_free(&bytes);
		return;
	}
	if (!strcmp(what, "syn"))
		flags = side ? IOTX_TCP_SYN | IOTX_TCP_ACK : IOTX_TCP_SYN;
	else if (!strcmp(what, "fin"))
		flags |= IOTX_TCP_FIN;
	else if (!strcmp(what, "rst"))
		flags |= IOTX_TCP_RST;
	else if (!strncmp(what, "raw ", 4))
		hex(&bytes, what + 4);
	else if (strcmp(what, "ack"))
		message(&bytes, what);
	segment(s, conn, side, &bytes, flags);
	iotx_buf_free(&bytes);
}

void iotx_script_bytes(struct iotx_script *s, u32 side, const void *data, u32 len)
{
	struct iotx_buf bytes = {};

	iotx_msg_bytes(&bytes, data, len);
	segment(s, 0, side, &bytes, IOTX_TCP_ACK);
	iotx_buf_free(&bytes);
}

void iotx_script_play(struct iotx_script *s, const char *script)
{
	static char text[1 << 16];

	while (*script) {
		size_t n = strcspn(script, ";");

		if (strspn(script, " ") < n) {
			snprintf(text, sizeof(text), "%.*s", (int)n, script);
			statement(s, text);
		}
		script += n + (script[n] == ';');
	}
}

const char *iotx_script_rules(const char *script)
{
	static struct iotx_script s;

	iotx_script_start(&s);
	iotx_script_play(&s, script);
	iotx_script_stop(&s);
	return s.found;
}

/* --- rows ----------------------------------------------------------------------------------- */

static char covered[16384];
static size_t used;

u32 iotx_script_wrong(const struct iotx_script_row *rows, u32 n)
{
	u32 wrong = 0;

	for (u32 i = 0; i < n; i++) {
		const char *found = iotx_script_rules(rows[i].breaks);

		if (strcmp(found, rows[i].rules)) {
			fprintf(stderr, "%u: \"%s\" instead of \"%s\"\n", i, found, rows[i].rules);
			wrong++;
		}
		found = iotx_script_rules(rows[i].beside);
		if (*found) {
			fprintf(stderr, "%u: \"%s\" beside \"%s\"\n", i, found, rows[i].rules);
			wrong++;
		}
		used += (size_t)snprintf(covered + used, sizeof(covered) - used, "%s ", rows[i].rules);
	}
	return wrong;
}

u32 iotx_script_missing(enum iotx_mqtt_duty duty)
{
	static const u8 versions[] = { IOTX_MQTT_V311, IOTX_MQTT_V5 };
	struct iotx_rule rule;
	char word[64];
	u32 missing = 0;

	for (u32 v = 0; v < 2; v++) {
		if (!iotx_mqtt_duty_rule(duty, versions[v], &rule))
			continue;
		snprintf(word, sizeof(word), "%s ", rule.id);
		if (strstr(covered, word))
			continue;
		fprintf(stderr, "no row for %s: %s\n", rule.id, rule.text);
		missing++;
	}
	return missing;
}
