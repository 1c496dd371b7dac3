// SPDX-License-Identifier: GPL-2.0-only
/* How MQTT-SN messages are shown: names of MQTT's object in EVE where they fit. */
#include "mqttsn.h"

#include "base/digits.h"
#include "base/utf8.h"
#include "payload.h"

#define NODE_MAX 252 /* octets of a Wireless Node Id: its length is one octet */

static void weigh(struct iotx_visitor *v, bool show)
{
	v->weight = show ? IOTX_SHOW : IOTX_DETAIL;
}

static bool is_text(struct iotx_slice s)
{
	return iotx_utf8_check(s) != IOTX_UTF8_BAD;
}

static void show_bit(struct iotx_visitor *v, const char *name, bool value)
{
	weigh(v, value);
	v_bool(v, name, value);
}

static void show_qos(struct iotx_visitor *v, u8 qos)
{
	weigh(v, qos);
	v_coded(v, "qos", qos, qos == 3 ? "-1" : NULL);
}

static void show_topic_type(struct iotx_visitor *v, enum iotx_mqttsn_topic_type type)
{
	static const char *const names[] = { "normal", "predefined", "short", "reserved" };

	weigh(v, type != IOTX_MQTTSN_TOPIC_NORMAL);
	v_text(v, "topic_id_type", names[type]);
}

/* Those flags that mean something in this type. */
static void show_flags(const struct iotx_mqttsn_msg *msg, struct iotx_visitor *v)
{
	u8 known = iotx_mqttsn_shape(msg->hdr.type)->flags;

	if (known & IOTX_MQTTSN_DUP)
		show_bit(v, "dup", msg->flags & IOTX_MQTTSN_DUP);
	if (known & IOTX_MQTTSN_QOS)
		show_qos(v, iotx_mqttsn_qos(msg->flags));
	if (known & IOTX_MQTTSN_RETAIN)
		show_bit(v, "retain", msg->flags & IOTX_MQTTSN_RETAIN);
	if (known & IOTX_MQTTSN_WILL)
		show_bit(v, "will", msg->flags & IOTX_MQTTSN_WILL);
	if (known & IOTX_MQTTSN_CLEAN)
		show_bit(v, "clean_session", msg->flags & IOTX_MQTTSN_CLEAN);
	if (known & IOTX_MQTTSN_TOPIC_TYPE)
		show_topic_type(v, iotx_mqttsn_topic_type(msg));
	v->weight = IOTX_SHOW;
}

/* A short name is the two octets of the id itself (5.3.11). */
static void show_topic_id(const struct iotx_mqttsn_msg *msg, struct iotx_visitor *v)
{
	const u8 octets[2] = { (u8)(msg->topic_id >> 8), (u8)msg->topic_id };
	struct iotx_slice name = iotx_slice(octets, 2);

	if (iotx_mqttsn_topic_type(msg) == IOTX_MQTTSN_TOPIC_SHORT && is_text(name)) {
		v_str(v, "topic", name);
		return;
	}
	if (msg->resolved_topic.len)
		v_str(v, "topic", msg->resolved_topic);
	weigh(v, !msg->resolved_topic.len);
	v_u64(v, "topic_id", msg->topic_id);
	v->weight = IOTX_SHOW;
}

static void show_message_id(const struct iotx_mqttsn_msg *msg, struct iotx_visitor *v)
{
	weigh(v, msg->message_id || msg->hdr.type != IOTX_MQTTSN_PUBLISH);
	v_u64(v, "message_id", msg->message_id);
	v->weight = IOTX_SHOW;
}

static void show_data(const struct iotx_mqttsn_msg *msg, struct iotx_visitor *v)
{
	if (is_text(msg->data))
		v_content(v, "message", msg->data);
	if (!msg->skipped_length)
		return;
	v_u64(v, "skipped_length", msg->skipped_length);
	v_bool(v, "truncated", true);
}

static void show_field(const struct iotx_mqttsn_msg *msg, u8 field, struct iotx_visitor *v)
{
	switch (field) {
	case IOTX_MQTTSN_F_FLAGS:
		show_flags(msg, v);
		break;
	case IOTX_MQTTSN_F_PROTOCOL_ID:
		v->weight = IOTX_DETAIL;
		v_u64(v, "protocol_id", msg->protocol_id);
		v->weight = IOTX_SHOW;
		break;
	case IOTX_MQTTSN_F_DURATION:
		v_u64(v, "duration", msg->duration_s);
		break;
	case IOTX_MQTTSN_F_GW_ID:
		v_u64(v, "gw_id", msg->gw_id);
		break;
	case IOTX_MQTTSN_F_RADIUS:
		v_u64(v, "radius", msg->radius);
		break;
	case IOTX_MQTTSN_F_TOPIC_ID:
		show_topic_id(msg, v);
		break;
	case IOTX_MQTTSN_F_MESSAGE_ID:
		show_message_id(msg, v);
		break;
	case IOTX_MQTTSN_F_RETURN_CODE:
		v_coded(v, "return_code", msg->return_code,
			iotx_mqttsn_return_code_name(msg->return_code));
		break;
	case IOTX_MQTTSN_F_GW_ADDRESS:
		v_bytes(v, "gw_address", msg->gw_address);
		break;
	case IOTX_MQTTSN_F_CLIENT_ID:
		v_str(v, "client_id", msg->client_id);
		break;
	case IOTX_MQTTSN_F_TOPIC_NAME:
		v_str(v, "topic", msg->topic_name);
		break;
	case IOTX_MQTTSN_F_DATA:
		show_data(msg, v);
		break;
	}
}

/* The topic of a SUBSCRIBE has been read as a name or as an id. */
static u8 field_of(const struct iotx_mqttsn_msg *msg, u8 field)
{
	if (field != IOTX_MQTTSN_F_TOPIC)
		return field;
	return iotx_mqttsn_has(msg, IOTX_MQTTSN_F_TOPIC_NAME) ? IOTX_MQTTSN_F_TOPIC_NAME :
								IOTX_MQTTSN_F_TOPIC_ID;
}

static void fields(const void *data, struct iotx_visitor *v)
{
	const struct iotx_mqttsn_msg *msg = data;
	const struct iotx_mqttsn_shape *shape = iotx_mqttsn_shape(msg->hdr.type);

	if (!msg->has_header)
		return;
	v_open(v, shape ? shape->name : "reserved");
	if (!shape)
		v_u64(v, "type", msg->hdr.type);
	for (u32 i = 0; shape && shape->fields[i]; i++) {
		u8 field = field_of(msg, shape->fields[i]);

		if (iotx_mqttsn_has(msg, field))
			show_field(msg, field, v);
	}
	v_close(v);
}

static void show_forwarder(const struct iotx_mqttsn_msg *msg, struct iotx_visitor *v)
{
	char hex[2 * NODE_MAX];

	for (u32 i = 0; i < msg->node.len; i++)
		iotx_digits_hex(hex + 2 * i, msg->node.data[i]);
	v_str(v, "wireless_node_id", iotx_slice(hex, 2 * msg->node.len));
	v_u64(v, "forwarder_radius", msg->forwarder_radius);
}

static void show_payload(const struct iotx_mqttsn_msg *msg, struct iotx_visitor *v)
{
	const struct iotx_payload p = { .data = msg->data, .part = msg->skipped_length };
	enum iotx_payload_format format = iotx_payload_format(&p);

	v->weight = iotx_payload_weight(&p, format);
	if (!is_text(msg->data))
		v_bytes(v, "message", msg->data);
	iotx_payload_show(v, &iotx_payload_names, &p, format);
}

static void extra(const void *data, struct iotx_visitor *v)
{
	const struct iotx_mqttsn_msg *msg = data;
	const char *reason;

	if (msg->forwarded)
		show_forwarder(msg, v);
	if (iotx_mqttsn_has(msg, IOTX_MQTTSN_F_DATA)) {
		show_payload(msg, v);
		weigh(v, msg->skipped_length);
		v_u64(v, "message_length", (u64)msg->data.len + msg->skipped_length);
	}
	v->weight = IOTX_DETAIL;
	reason = iotx_mqttsn_return_code_name(msg->return_code);
	if (iotx_mqttsn_has(msg, IOTX_MQTTSN_F_RETURN_CODE) && reason)
		v_text(v, "reason", reason);
	v->weight = IOTX_SHOW;
}

static const char *title(const void *data, char buf[IOTX_TITLE_MAX])
{
	const struct iotx_mqttsn_msg *msg = data;
	const struct iotx_mqttsn_shape *shape = iotx_mqttsn_shape(msg->hdr.type);

	(void)buf;
	if (!msg->has_header)
		return "cut header";
	return shape ? shape->title : "RESERVED";
}

const struct iotx_event_class iotx_mqttsn_event = {
	.name = "mqttsn",
	.label = "MQTT-SN",
	.dissector = { .name = "udp.port", .port = 1884 }, /* it has no name of its own */
	.title = title,
	.fields = fields,
	.extra = extra,
};
