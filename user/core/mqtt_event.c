// SPDX-License-Identifier: GPL-2.0-only
#include "core/mqtt_broker.h"

#include "base/digits.h"
#include "base/ip.h"
#include "base/utf8.h"
#include "wire/mqtt_reason.h"

/* "1.234ms" for people, who compare such numbers; a program takes nanoseconds. */
static void show_ns(struct iotx_visitor *v, const char *name, u64 ns)
{
	char text[IOTX_DIGITS_MS];

	v_coded(v, name, ns, iotx_digits_ms(text, ns));
}

/* What the server says to each filter: its request is needed to name them. */
static void show_grants(const struct iotx_mqtt_seen *s, struct iotx_visitor *v)
{
	struct iotx_slice filters = s->facts.filters, codes = s->msg.list;
	struct iotx_mqtt_filter f;
	u8 code;

	if (!filters.len)
		return;
	v_list(v, "subscriptions");
	while (iotx_mqtt_filter_next(s->facts.request_type, &filters, &f)) {
		v_open(v, NULL);
		v_str(v, "filter", f.filter);
		if (!iotx_mqtt_code_next(&codes, &code))
			code = 0; /* an UNSUBACK before MQTT 5 has none */
		else if (s->msg.type == IOTX_MQTT_SUBACK && code <= 2)
			v_u64(v, "granted_qos", code);
		else
			v_coded(v, "reason_code", code,
				iotx_mqtt_reason_name(s->msg.version, s->msg.type, code));
		v_close(v);
	}
	v_end(v);
}

static void extra(const void *data, struct iotx_visitor *v)
{
	const struct iotx_mqtt_seen *s = data;
	const struct iotx_mqtt_facts *f = &s->facts;

	iotx_mqtt_event.extra(&s->msg, v);
	v->weight = IOTX_DETAIL;
	if (f->from_midstream)
		v_bool(v, "session_seen_from_start", false);
	if (f->request_frame)
		v_u64(v, "request_frame", f->request_frame);
	if (f->response_to_frame)
		v_u64(v, "response_to_frame", f->response_to_frame);
	v->weight = IOTX_SHOW;
	if (f->answers)
		show_ns(v, "latency_ns", f->latency_ns);
	if (f->response)
		show_ns(v, "response_latency_ns", f->response_ns);
	if (f->retained)
		v_text(v, "retained", f->retained);
	show_grants(s, v);
	if (f->sparkplug)
		iotx_sparkplug_show(f->sparkplug, v);
	v->weight = IOTX_SHOW;
}

static const char *title(const void *msg, char buf[IOTX_TITLE_MAX])
{
	return iotx_mqtt_event.title(msg, buf);
}

static void fields(const void *msg, struct iotx_visitor *v)
{
	iotx_mqtt_event.fields(msg, v);
}

const struct iotx_event_class iotx_mqtt_seen_event = {
	.name = "mqtt",
	.label = "MQTT",
	.dissector = { .name = "mqtt" },
	.title = title,
	.fields = fields,
	.extra = extra,
};

/* --- wills ---------------------------------------------------------------------------------- */

static void show_text(struct iotx_visitor *v, const char *name, struct iotx_slice text)
{
	if (iotx_utf8_check(text) == IOTX_UTF8_BAD)
		v_bytes(v, name, text);
	else
		v_str(v, name, text);
}

static void show_address(struct iotx_visitor *v, u8 ip_version, const u8 *ip, u16 port)
{
	char text[IOTX_ENDPOINT_MAX];

	v_str(v, "ip", iotx_slice(text, (u32)(iotx_ip_put(text, ip_version, ip) - text)));
	v_u64(v, "port", port);
}

static void show_receiver(struct iotx_visitor *v, const struct iotx_mqtt_receiver *r)
{
	v_open(v, "receiver");
	if (r->name_len)
		show_text(v, "client_id", iotx_slice(r->name, r->name_len));
	show_address(v, r->ip_version, r->ip, r->port);
	v->weight = IOTX_DETAIL;
	v_u64(v, "flow_id", r->flow_id);
	if (r->frame)
		v_u64(v, "frame", r->frame);
	v->weight = IOTX_SHOW;
	if (r->known)
		v_bool(v, "wildcard", r->wildcard);
	v_close(v);
}

static void will_extra(const void *msg, struct iotx_visitor *v)
{
	const struct iotx_mqtt_will_told *t = msg;
	const struct iotx_mqtt_testament *will = t->will;

	v_open(v, "will");
	v->weight = IOTX_DETAIL; /* the title says it */
	v_text(v, "action", t->action);
	v->weight = IOTX_SHOW;
	v_text(v, "cause", t->cause);
	show_text(v, "client_id", t->client_id);
	show_text(v, "topic", t->topic);
	show_text(v, "message", t->payload);
	v_u64(v, "qos", will->qos);
	v_bool(v, "retain", will->retain);
	if (will->delay_s)
		v_u64(v, "delay", will->delay_s);
	v->weight = IOTX_DETAIL;
	v_u64(v, "will_flow_id", will->flow_id);
	if (will->armed_frame)
		v_u64(v, "armed_frame", will->armed_frame);
	if (will->fired_frame)
		v_u64(v, "fired_frame", will->fired_frame);
	v->weight = IOTX_SHOW;
	if (t->receiver)
		show_receiver(v, t->receiver);
	v_close(v);
}

static const char *will_title(const void *msg, char buf[IOTX_TITLE_MAX])
{
	const struct iotx_mqtt_will_told *t = msg;

	(void)buf;
	if (t->receiver)
		return "WILL delivered";
	return t->will->state == IOTX_MQTT_WILL_FIRED ? "WILL fired" : "WILL cancelled";
}

const struct iotx_event_class iotx_mqtt_will_event = {
	.name = "mqtt_will",
	.label = "MQTT",
	.title = will_title,
	.extra = will_extra,
};

/* --- one client identifier at two places ------------------------------------------------------ */

static void takeover_extra(const void *msg, struct iotx_visitor *v)
{
	const struct iotx_mqtt_takeover *t = msg;

	v_open(v, "takeover");
	show_text(v, "client_id", t->client_id);
	v_open(v, "before");
	show_address(v, t->ip_version, t->ip, t->port);
	v->weight = IOTX_DETAIL;
	v_u64(v, "flow_id", t->flow_id);
	if (t->frame)
		v_u64(v, "frame", t->frame);
	v->weight = IOTX_SHOW;
	v_close(v);
	v_close(v);
}

static const char *takeover_title(const void *msg, char buf[IOTX_TITLE_MAX])
{
	(void)msg;
	(void)buf;
	return "TAKEOVER";
}

const struct iotx_event_class iotx_mqtt_takeover_event = {
	.name = "mqtt_takeover",
	.label = "MQTT",
	.title = takeover_title,
	.extra = takeover_extra,
};
