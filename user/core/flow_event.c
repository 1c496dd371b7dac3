// SPDX-License-Identifier: GPL-2.0-only
#include "core/flow_event.h"

#include "base/time.h"

/* Of each way to end: what EVE calls the reason, and our own word. */
static const char *const reasons[][2] = {
	[IOTX_FLOW_IDLE] = { "timeout", "idle" },
	[IOTX_FLOW_CLOSED] = { "timeout", "closed" },
	[IOTX_FLOW_EVICTED] = { "forced", "evicted" },
	[IOTX_FLOW_REUSED] = { "tcp_reuse", "reused" },
	[IOTX_FLOW_SHUTDOWN] = { "shutdown", "shutdown" },
};

static const char *protocol(const void *msg)
{
	const struct iotx_flow_event *f = msg;

	switch (f->pair->proto) {
#define IOTX_PROTO(id, name)                                                    \
	case id:                                                                                \
		return #name;
#include <iotxdp/protos.def>
	default:
		return "unknown";
	}
}

static const char *title(const void *msg, char buf[IOTX_TITLE_MAX])
{
	(void)buf;
	return protocol(msg);
}

static const char *state(const struct iotx_flow_pair *p)
{
	if (iotx_flow_pair_closed(p))
		return "closed";
	return p->side[0].packets && p->side[1].packets ? "established" : "new";
}

static void show_time(struct iotx_visitor *v, const char *name, u64 ts_ns)
{
	char time[IOTX_TIME_EVE_LEN];

	v_str(v, name, iotx_time_eve(time, ts_ns));
}

static u64 first_ns(const struct iotx_flow_pair *p)
{
	const struct iotx_flow_sum *a = &p->side[0], *b = &p->side[1];

	if (!a->packets || (b->packets && b->first_ns < a->first_ns))
		return b->first_ns;
	return a->first_ns;
}

static void fields(const void *msg, struct iotx_visitor *v)
{
	const struct iotx_flow_event *f = msg;
	const struct iotx_flow_sum *to_server = &f->pair->side[f->client];
	const struct iotx_flow_sum *to_client = &f->pair->side[!f->client];
	u64 start = first_ns(f->pair), end = iotx_flow_pair_last_ns(f->pair);

	v_u64(v, "pkts_toserver", to_server->packets);
	v_u64(v, "pkts_toclient", to_client->packets);
	v_u64(v, "bytes_toserver", to_server->bytes);
	v_u64(v, "bytes_toclient", to_client->bytes);
	v->weight = IOTX_DETAIL;
	show_time(v, "start", start);
	show_time(v, "end", end);
	v->weight = IOTX_SHOW;
	v_u64(v, "age", end > start ? (end - start) / IOTX_NS_PER_S : 0);
	v_text(v, "state", state(f->pair));
	v->weight = IOTX_DETAIL;
	v_text(v, "reason", reasons[f->pair->end][0]);
	v_bool(v, "alerted", false);
}

/* --- messages by type -------------------------------------------------------------------- */

static void show_count(struct iotx_visitor *v, const char *name, u64 count)
{
	if (count)
		v_u64(v, name, count);
}

static void show_mqtt(struct iotx_visitor *v, const struct iotx_mqtt_count *c)
{
#define X(value, id, name) show_count(v, #name, c->name);
	IOTX_MQTT_TYPES(X)
#undef X
}

static void show_coap(struct iotx_visitor *v, const struct iotx_coap_count *c)
{
	show_count(v, "con", c->con);
	show_count(v, "non", c->non);
	show_count(v, "ack", c->ack);
	show_count(v, "rst", c->rst);
#define X(id, name) show_count(v, #name, c->name);
	IOTX_COAP_KINDS(X)
#undef X
}

static void show_messages(struct iotx_visitor *v, const char *name, enum iotx_proto proto,
			  const struct iotx_flow_sum *sum)
{
	v_open(v, name);
	if (proto == COAP)
		show_coap(v, &sum->coap);
	else if (proto == MQTTSN)
		show_count(v, "mqttsn", sum->mqttsn_messages);
	else if (proto == MQTT_TLS)
		show_count(v, "tls_records", sum->tls_records);
	else
		show_mqtt(v, &sum->mqtt);
	v_close(v);
}

static void extra(const void *msg, struct iotx_visitor *v)
{
	const struct iotx_flow_event *f = msg;
	const struct iotx_flow_pair *p = f->pair;

	v_text(v, "end", reasons[p->end][1]);
	if (p->evictions)
		v_u64(v, "evictions", p->evictions);
	v->weight = IOTX_DETAIL;
	show_messages(v, "messages_toserver", p->proto, &p->side[f->client]);
	show_messages(v, "messages_toclient", p->proto, &p->side[!f->client]);
}

const struct iotx_event_class iotx_flow_event = {
	.name = "flow",
	.label = "FLOW",
	.of_flows = true,
	.app_proto = protocol,
	.title = title,
	.fields = fields,
	.extra = extra,
};
