/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The "mqtt" object of an event: Suricata's EVE shape and nothing beside it, but for
 * "auth", which EVE lacks. What EVE has no word for is in mqtt_extra.c.
 */
#include "mqtt_reason.h"
#include "mqtt_show.h"

static const char *level_name(u8 level)
{
	switch (level & ~IOTX_MQTT_LEVEL_BRIDGE) {
	case IOTX_MQTT_V31:
		return "3.1";
	case IOTX_MQTT_V311:
		return "3.1.1";
	case IOTX_MQTT_V5:
		return "5.0";
	default:
		return NULL;
	}
}

static void show_flag(struct iotx_visitor *v, const char *name, bool value)
{
	iotx_mqtt_weigh(v, value);
	v_bool(v, name, value);
	v->weight = IOTX_SHOW;
}

static void show_str(struct iotx_visitor *v, const char *name, struct iotx_slice s)
{
	if (s.data)
		v_str(v, name, s);
}

static void show_id(const struct iotx_mqtt_msg *msg, struct iotx_visitor *v)
{
	if (msg->has_packet_id)
		v_u64(v, "message_id", msg->packet_id);
}

static void show_reason(const struct iotx_mqtt_msg *msg, struct iotx_visitor *v, const char *name)
{
	if (msg->has_reason)
		v_coded(v, name, msg->reason,
			iotx_mqtt_reason_name(msg->version, msg->type, msg->reason));
}

static void show_props(const struct iotx_mqtt_msg *msg, struct iotx_visitor *v)
{
	iotx_mqtt_show_props(v, "properties", msg->props);
}

/* --- CONNECT, CONNACK ---------------------------------------------------------------------- */

static void connect_flags(const struct iotx_mqtt_connect *c, struct iotx_visitor *v)
{
	bool clean = c->flags & IOTX_MQTT_CONNECT_CLEAN;

	if (!c->has_flags)
		return;
	iotx_mqtt_weigh(v, clean);
	v_open(v, "flags");
	v->weight = IOTX_DETAIL; /* the fields themselves say it too */
	v_bool(v, "username", c->flags & IOTX_MQTT_CONNECT_USERNAME);
	v_bool(v, "password", c->flags & IOTX_MQTT_CONNECT_PASSWORD);
	v_bool(v, "will_retain", c->flags & IOTX_MQTT_CONNECT_WILL_RETAIN);
	v_bool(v, "will", c->flags & IOTX_MQTT_CONNECT_WILL);
	iotx_mqtt_weigh(v, clean);
	v_bool(v, "clean_session", clean);
	v_close(v);
	v->weight = IOTX_SHOW;
}

static void connect_will(const struct iotx_mqtt_will *will, struct iotx_visitor *v)
{
	if (!will->topic.data)
		return;
	v_open(v, "will");
	v_str(v, "topic", will->topic);
	if (will->payload.data && iotx_mqtt_is_text(will->payload))
		v_content(v, "message", will->payload);
	iotx_mqtt_show_props(v, "properties", will->props);
	v_close(v);
}

static void connect_fields(const struct iotx_mqtt_msg *msg, struct iotx_visitor *v)
{
	const struct iotx_mqtt_connect *c = &msg->connect;

	v->weight = IOTX_DETAIL;
	show_str(v, "protocol_string", c->protocol);
	v->weight = IOTX_SHOW;
	if (c->level)
		v_coded(v, "protocol_version", c->level, level_name(c->level));
	connect_flags(c, v);
	show_str(v, "client_id", c->client_id);
	show_str(v, "username", c->username);
	if (c->password.data && (!v->show_secrets || iotx_mqtt_is_text(c->password)))
		v_secret(v, "password", c->password);
	connect_will(&c->will, v);
	show_props(msg, v);
}

static void connack_fields(const struct iotx_mqtt_msg *msg, struct iotx_visitor *v)
{
	show_flag(v, "session_present", msg->session_present);
	show_reason(msg, v, "return_code");
	show_props(msg, v);
}

/* --- PUBLISH and its answers --------------------------------------------------------------- */

static void publish_fields(const struct iotx_mqtt_msg *msg, struct iotx_visitor *v)
{
	const struct iotx_mqtt_publish *p = &msg->publish;
	struct iotx_slice text;

	show_str(v, "topic", msg->resolved_topic.len ? msg->resolved_topic : p->topic);
	show_id(msg, v);
	if (p->payload.data && iotx_mqtt_message_text(p, &text) && (text.len || !p->skipped_length))
		v_content(v, "message", text);
	if (p->skipped_length) {
		v_u64(v, "skipped_length", p->skipped_length);
		v_bool(v, "truncated", true);
	}
	show_props(msg, v);
}

static void ack_fields(const struct iotx_mqtt_msg *msg, struct iotx_visitor *v)
{
	show_id(msg, v);
	show_reason(msg, v, "reason_code");
}

/* --- SUBSCRIBE, UNSUBSCRIBE and their answers ---------------------------------------------- */

static void subscribe_fields(const struct iotx_mqtt_msg *msg, struct iotx_visitor *v)
{
	struct iotx_slice list = msg->list;
	struct iotx_mqtt_filter f;

	show_id(msg, v);
	if (!list.len)
		return;
	v_list(v, "topics");
	while (iotx_mqtt_filter_next(msg->type, &list, &f)) {
		v_open(v, NULL);
		v_str(v, "topic", f.filter);
		v_u64(v, "qos", iotx_mqtt_sub_qos(f.options));
		v_close(v);
	}
	v_end(v);
}

static void unsubscribe_fields(const struct iotx_mqtt_msg *msg, struct iotx_visitor *v)
{
	struct iotx_slice list = msg->list;
	struct iotx_mqtt_filter f;

	show_id(msg, v);
	if (!list.len)
		return;
	v_list(v, "topics");
	while (iotx_mqtt_filter_next(msg->type, &list, &f))
		v_str(v, NULL, f.filter);
	v_end(v);
}

static void codes_fields(const struct iotx_mqtt_msg *msg, struct iotx_visitor *v)
{
	struct iotx_slice list = msg->list;
	u8 code;

	show_id(msg, v);
	if (!list.len)
		return;
	v_list(v, msg->type == IOTX_MQTT_SUBACK ? "qos_granted" : "reason_codes");
	while (iotx_mqtt_code_next(&list, &code))
		v_coded(v, NULL, code, iotx_mqtt_reason_name(msg->version, msg->type, code));
	v_end(v);
}

/* --- the rest ------------------------------------------------------------------------------ */

static void end_fields(const struct iotx_mqtt_msg *msg, struct iotx_visitor *v)
{
	show_reason(msg, v, "reason_code");
	show_props(msg, v);
}

static void no_fields(const struct iotx_mqtt_msg *msg, struct iotx_visitor *v)
{
	(void)msg;
	(void)v;
}

struct shape {
	const char *title;
	const char *name;
	void (*fields)(const struct iotx_mqtt_msg *msg, struct iotx_visitor *v);
};

static const struct shape shapes[IOTX_MQTT_TYPE_COUNT] = {
	[IOTX_MQTT_RESERVED] = { "RESERVED", "reserved", no_fields },
	[IOTX_MQTT_CONNECT] = { "CONNECT", "connect", connect_fields },
	[IOTX_MQTT_CONNACK] = { "CONNACK", "connack", connack_fields },
	[IOTX_MQTT_PUBLISH] = { "PUBLISH", "publish", publish_fields },
	[IOTX_MQTT_PUBACK] = { "PUBACK", "puback", ack_fields },
	[IOTX_MQTT_PUBREC] = { "PUBREC", "pubrec", ack_fields },
	[IOTX_MQTT_PUBREL] = { "PUBREL", "pubrel", ack_fields },
	[IOTX_MQTT_PUBCOMP] = { "PUBCOMP", "pubcomp", ack_fields },
	[IOTX_MQTT_SUBSCRIBE] = { "SUBSCRIBE", "subscribe", subscribe_fields },
	[IOTX_MQTT_SUBACK] = { "SUBACK", "suback", codes_fields },
	[IOTX_MQTT_UNSUBSCRIBE] = { "UNSUBSCRIBE", "unsubscribe", unsubscribe_fields },
	[IOTX_MQTT_UNSUBACK] = { "UNSUBACK", "unsuback", codes_fields },
	[IOTX_MQTT_PINGREQ] = { "PINGREQ", "pingreq", no_fields },
	[IOTX_MQTT_PINGRESP] = { "PINGRESP", "pingresp", no_fields },
	[IOTX_MQTT_DISCONNECT] = { "DISCONNECT", "disconnect", end_fields },
	[IOTX_MQTT_AUTH] = { "AUTH", "auth", end_fields },
};

static const struct shape *shape_of(const struct iotx_mqtt_msg *msg)
{
	return &shapes[msg->type & 15];
}

static const char *title(const void *msg, char buf[IOTX_TITLE_MAX])
{
	(void)buf;
	return shape_of(msg)->title;
}

struct header {
	u8 type, qos, retain, dup;
};

/* The object's beginning. The flags say something in a PUBLISH only. */
static void show_header(const void *thing, struct iotx_visitor *v)
{
	const struct header *h = thing;
	bool publish = h->type == IOTX_MQTT_PUBLISH;

	v_open(v, shapes[h->type].name);
	iotx_mqtt_weigh(v, publish && h->qos);
	v_u64(v, "qos", h->qos);
	iotx_mqtt_weigh(v, publish && h->retain);
	v_bool(v, "retain", h->retain);
	iotx_mqtt_weigh(v, h->dup);
	v_bool(v, "dup", h->dup);
	v->weight = IOTX_SHOW;
}

static void visit_header(const struct iotx_mqtt_msg *msg, struct iotx_visitor *v)
{
	const struct header h = { msg->type & 15, msg->qos, msg->retain, msg->dup };
	const struct iotx_refrain refrain = {
		.show = show_header,
		.thing = &h,
		.size = sizeof(h),
		.hash = (h.type << 4 | h.qos << 2 | h.retain << 1 | h.dup) * 0x9e3779b1u >> 16,
	};

	v_refrain(v, &refrain);
}

static void fields(const void *data, struct iotx_visitor *v)
{
	const struct iotx_mqtt_msg *msg = data;

	if (msg->type == IOTX_MQTT_RESERVED) /* a finding, no packet */
		return;
	visit_header(msg, v);
	shape_of(msg)->fields(msg, v);
	v_close(v);
}

const struct iotx_event_class iotx_mqtt_event = {
	.name = "mqtt",
	.label = "MQTT",
	.dissector = { .name = "mqtt" },
	.title = title,
	.fields = fields,
	.extra = iotx_mqtt_extra,
};
