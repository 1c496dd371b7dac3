// SPDX-License-Identifier: GPL-2.0-only
#include "talk.h"
#include "pkt.h"
#include "record.h"

#include <cli/ports.h>
#include <core/finding.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void note(struct iotx_talk *t, const char *form, const char *text)
{
	size_t len = strlen(t->log);

	snprintf(t->log + len, sizeof(t->log) - len, form, text);
}

static void note_verdict(struct iotx_talk *t, const struct iotx_event *ev)
{
	const struct iotx_finding *f = ev->msg;
	size_t len = strlen(t->verdicts);

	if (!ev->cls->of_rules || (!f->message && ev->verdict == IOTX_E_BAD))
		snprintf(t->verdicts + len, sizeof(t->verdicts) - len, "%s ",
			 iotx_verdict_name(ev->verdict));
}

static void on_event(void *arg, const struct iotx_event *ev)
{
	static struct iotx_record record;
	struct iotx_talk *t = arg;
	char buf[IOTX_TITLE_MAX];

	note_verdict(t, ev);
	if (ev->cls->of_rules) {
		size_t len = strlen(t->findings), at = strlen(t->offsets);

		snprintf(t->findings + len, sizeof(t->findings) - len, "%s: %s|", ev->diag.rule,
			 ev->diag.text);
		snprintf(t->offsets + at, sizeof(t->offsets) - at, "%u ", ev->diag.off);
	}
	iotx_record_init(&record);
	record.brief = true;
	note(t, "%s", ev->cls->title(ev->msg, buf));
	if (ev->cls->fields)
		note(t, " {%s}", iotx_record_show(&record, ev->cls->fields, ev->msg));
	if (ev->verdict)
		note(t, " %s", iotx_verdict_name(ev->verdict));
	if (ev->ends->src_name)
		note(t, " from %s", ev->ends->src_name);
	if (ev->ends->dst_name)
		note(t, " to %s", ev->ends->dst_name);
	note(t, "%s", "\n");
}

struct iotx_engine *iotx_talk_engine(iotx_event_fn take, void *arg)
{
	static struct iotx_engine_config config;
	struct iotx_engine *engine;

	config = (struct iotx_engine_config){
		.sample_one_in = 1,
		.message_max = 1 << 20,
		.reorder_max = 64 << 10,
		.flows_max = 1000,
		.held_max = 256 << 20,
		.learnt_max = 256 << 20,
	};
	iotx_ports_reset(&config.ports);
	engine = iotx_engine_new(&config, take, arg);
	if (!engine)
		abort();
	return engine;
}

void iotx_talk_start(struct iotx_talk *t)
{
	memset(t, 0, sizeof(*t));
	t->engine = iotx_talk_engine(on_event, t);
}

void iotx_talk_stop(struct iotx_talk *t)
{
	iotx_engine_finish(t->engine);
	iotx_engine_free(t->engine);
}

static void frame(struct iotx_talk *t, const struct iotx_say *say, u8 transport)
{
	static const u8 group[] = { 224, 0, 1, 187 };
	static u8 room[IOTX_PKT_ROOM];
	struct iotx_pkt p = {
		.transport = transport,
		.src_host = (u16)(1 + say->from), .dst_host = (u16)(2 - say->from),
		.src_port = say->src_port, .dst_port = say->dst_port,
		.seq = t->seq[say->from], .ack = t->seq[!say->from],
		.payload = say->data, .payload_len = say->len,
	};
	struct iotx_pkt_at at;
	u32 len = iotx_pkt_build(&p, room, &at);
	u8 *copy = malloc(len); /* of exact size: the sanitizer sees every over-read */
	struct iotx_frame f = {
		.data = copy, .cap_len = len, .wire_len = len, .number = ++t->frames,
		.ts_ns = t->frames * 1000000 + t->waited_ns,
	};

	if (!copy)
		abort();
	if (say->multicast)
		memcpy(room + at.ip + 16, group, sizeof(group));
	memcpy(copy, room, len);
	iotx_engine_frame(t->engine, &f);
	free(copy);
}

void iotx_talk_udp(struct iotx_talk *t, const struct iotx_say *say)
{
	frame(t, say, UDP);
}

void iotx_talk_tcp(struct iotx_talk *t, const struct iotx_say *say)
{
	t->seq[say->from] += say->skip;
	frame(t, say, TCP);
	t->seq[say->from] += say->len;
}

void iotx_talk_wait(struct iotx_talk *t, u64 ns)
{
	t->waited_ns += ns;
}

const char *iotx_talk_log(struct iotx_talk *t)
{
	static char log[sizeof(t->log)];

	memcpy(log, t->log, sizeof(log));
	t->log[0] = '\0';
	return log;
}
