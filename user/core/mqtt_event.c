// SPDX-License-Identifier: GPL-2.0-only
#include "core/mqtt_event.h"

#include "base/digits.h"
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
