/* SPDX-License-Identifier: GPL-2.0-only */
/* What an MQTT message tells that Suricata's EVE has no word for: goes into "iotxdp". */
#include "mqtt_reason.h"
#include "mqtt_show.h"
#include "payload.h"

static const char *version_name(u8 version)
{
	if (version == IOTX_MQTT_V5)
		return "5.0";
	return version == IOTX_MQTT_V31 ? "3.1" : "3.1.1";
}

static void show_version(const struct iotx_mqtt_msg *msg, struct iotx_visitor *v)
{
	if (!msg->version)
		return;
	v->weight = IOTX_DETAIL;
	v_word(v, "version", version_name(msg->version));
	if (msg->version_guessed)
		v_bool(v, "version_guessed", true);
	v->weight = IOTX_SHOW;
}

/* The code is shown by name already where there is room for one of both only. */
static void show_reason(const struct iotx_mqtt_msg *msg, struct iotx_visitor *v)
{
	const char *name;

	if (!msg->has_reason)
		return;
	name = iotx_mqtt_reason_name(msg->version, msg->type, msg->reason);
	v->weight = IOTX_DETAIL;
	if (name)
		v_text(v, "reason", name);
	v->weight = IOTX_SHOW;
}

/* In step with the codes: "unknown" holds the place of a code without a name. */
static void show_reasons(const struct iotx_mqtt_msg *msg, struct iotx_visitor *v)
{
	struct iotx_slice list = msg->list;
	const char *name;
	u8 code;

	if (!list.len)
		return;
	v->weight = IOTX_DETAIL;
	v_list(v, "reasons");
	while (iotx_mqtt_code_next(&list, &code)) {
		name = iotx_mqtt_reason_name(msg->version, msg->type, code);
		v_text(v, NULL, name ? name : "unknown");
	}
	v_end(v);
	v->weight = IOTX_SHOW;
}

/* A string that is no UTF-8: in its own place the faulty bytes are replaced. */
static void show_octets(struct iotx_visitor *v, const char *name, struct iotx_slice s)
{
	if (s.len && !iotx_mqtt_is_text(s))
		v_bytes(v, name, s);
}

/* What the properties say of a payload (3.3.2.3.2, 3.3.2.3.9). */
static void describe(struct iotx_payload *p, struct iotx_slice props)
{
	struct iotx_mqtt_prop prop;
	u64 seen = 0; /* the first of each counts */

	while (!iotx_mqtt_prop_next(&props, &prop)) {
		if (seen >> prop.id & 1)
			continue;
		seen |= 1ull << prop.id;
		if (prop.id == IOTX_MQTT_PROP_CONTENT_TYPE)
			p->media = prop.value;
		else if (prop.id == IOTX_MQTT_PROP_PAYLOAD_FORMAT_INDICATOR)
			p->utf8 = prop.number == 1;
	}
}

static void show_will_payload(const struct iotx_mqtt_msg *msg, struct iotx_visitor *v)
{
	const struct iotx_mqtt_will *will = &msg->connect.will;
	static const struct iotx_payload_names names = {
		"will_payload_format", "will_payload_diagnostic", "will_payload_diagnostic_cut"
	};
	struct iotx_payload p = { .data = will->payload };
	enum iotx_payload_format format = IOTX_PAYLOAD_SPARKPLUG;

	describe(&p, will->props);
	if (!msg->sparkplug)
		format = iotx_payload_format(&p);
	v->weight = iotx_payload_weight(&p, format);
	if (!iotx_mqtt_is_text(will->payload))
		v_bytes(v, "will_message", will->payload);
	iotx_payload_show(v, &names, &p, format);
}

static void show_connect(const struct iotx_mqtt_msg *msg, struct iotx_visitor *v)
{
	const struct iotx_mqtt_connect *c = &msg->connect;
	const struct iotx_mqtt_will *will = &c->will;

	if (c->has_keep_alive)
		v_u64(v, "keep_alive", c->keep_alive_s);
	v->weight = IOTX_DETAIL;
	v_u64(v, "remaining_length", c->remaining_length);
	v->weight = IOTX_SHOW;
	if (c->level & IOTX_MQTT_LEVEL_BRIDGE && msg->version)
		v_bool(v, "bridge", true);
	if (c->password.data && v->show_secrets && !iotx_mqtt_is_text(c->password))
		v_bytes(v, "password", c->password);
	show_octets(v, "client_id", c->client_id);
	show_octets(v, "username", c->username);
	show_octets(v, "will_topic", will->topic);
	if (!will->topic.data)
		return;
	v_u64(v, "will_qos", will->qos);
	if (will->payload.data)
		show_will_payload(msg, v);
	iotx_mqtt_show_user(v, "will_user_properties", "will_user_properties_skipped", will->props);
}

/* The properties that do: most messages have neither. */
#define DESCRIBING                                                                              \
	(1ull << IOTX_MQTT_PROP_CONTENT_TYPE | 1ull << IOTX_MQTT_PROP_PAYLOAD_FORMAT_INDICATOR)

static void show_payload(const struct iotx_mqtt_msg *msg, struct iotx_visitor *v)
{
	const struct iotx_mqtt_publish *pub = &msg->publish;
	struct iotx_payload p = { .data = pub->payload, .part = pub->skipped_length };
	enum iotx_payload_format format = IOTX_PAYLOAD_SPARKPLUG;
	struct iotx_slice text;

	if (msg->props_seen & DESCRIBING)
		describe(&p, msg->props);
	if (!msg->sparkplug)
		format = iotx_payload_format(&p);
	v->weight = iotx_payload_weight(&p, format);
	if (!iotx_payload_is_text(format) && !iotx_mqtt_message_text(pub, &text))
		v_bytes(v, "message", pub->payload);
	iotx_payload_show(v, &iotx_payload_names, &p, format);
}

static void show_publish(const struct iotx_mqtt_msg *msg, struct iotx_visitor *v)
{
	const struct iotx_mqtt_publish *p = &msg->publish;
	u16 alias = iotx_mqtt_topic_alias(msg);

	v->weight = IOTX_DETAIL; /* among the properties too */
	if (alias)
		v_u64(v, "topic_alias", alias);
	v->weight = IOTX_SHOW;
	if (msg->has_octets)
		show_octets(v, "topic", p->topic);
	if (!p->payload.data)
		return;
	show_payload(msg, v);
	iotx_mqtt_weigh(v, p->skipped_length);
	v_u64(v, "message_length", (u64)p->payload.len + p->skipped_length);
	v->weight = IOTX_SHOW;
}

static bool any_option(struct iotx_slice list)
{
	struct iotx_mqtt_filter f;

	while (iotx_mqtt_filter_next(IOTX_MQTT_SUBSCRIBE, &list, &f))
		if (f.options & ~3)
			return true;
	return false;
}

/* In step with the topics. Only MQTT 5 has options beside the QoS. */
static void show_options(const struct iotx_mqtt_msg *msg, struct iotx_visitor *v)
{
	struct iotx_slice list = msg->list;
	struct iotx_mqtt_filter f;

	if (!list.len || msg->version != IOTX_MQTT_V5)
		return;
	iotx_mqtt_weigh(v, any_option(list));
	v_list(v, "subscription_options");
	while (iotx_mqtt_filter_next(msg->type, &list, &f)) {
		v_open(v, NULL);
		v_bool(v, "no_local", iotx_mqtt_sub_no_local(f.options));
		v_bool(v, "retain_as_published", iotx_mqtt_sub_retain_as_published(f.options));
		v_u64(v, "retain_handling", iotx_mqtt_sub_retain_handling(f.options));
		v_close(v);
	}
	v_end(v);
	v->weight = IOTX_SHOW;
}

/* One of a list of strings that are no UTF-8; the list is opened by the first of them. */
struct octets {
	struct iotx_visitor *v;
	bool open;
};

static void add_octets(struct octets *o, const char *field, u32 index, struct iotx_slice s)
{
	if (!s.len || iotx_mqtt_is_text(s))
		return;
	if (!o->open)
		v_list(o->v, "octets");
	o->open = true;
	v_open(o->v, NULL);
	v_text(o->v, "field", field);
	v_u64(o->v, "index", index);
	v_bytes(o->v, "value", s);
	v_close(o->v);
}

static void add_filters(struct octets *o, const struct iotx_mqtt_msg *msg)
{
	struct iotx_slice list = msg->list;
	struct iotx_mqtt_filter f;

	if (msg->type != IOTX_MQTT_SUBSCRIBE && msg->type != IOTX_MQTT_UNSUBSCRIBE)
		return;
	for (u32 i = 0; iotx_mqtt_filter_next(msg->type, &list, &f); i++)
		add_octets(o, "topics", i, f.filter);
}

static void add_props(struct octets *o, struct iotx_slice props)
{
	struct iotx_mqtt_prop p;
	u32 pairs = 0;

	while (!iotx_mqtt_prop_next(&props, &p)) {
		if (p.def->kind == IOTX_MQTT_PROP_STR)
			add_octets(o, p.def->name, 0, p.value);
		if (p.def->kind != IOTX_MQTT_PROP_PAIR)
			continue;
		add_octets(o, "user_properties.name", pairs, p.name);
		add_octets(o, "user_properties.value", pairs++, p.value);
	}
}

/* Those that have no place of their own above: which they are, and their bytes. */
static void show_all_octets(const struct iotx_mqtt_msg *msg, struct iotx_visitor *v)
{
	struct octets o = { .v = v };

	if (!msg->has_octets)
		return;
	add_filters(&o, msg);
	add_props(&o, msg->props);
	add_props(&o, msg->connect.will.props);
	if (o.open)
		v_end(v);
}

static void show_type(const struct iotx_mqtt_msg *msg, struct iotx_visitor *v)
{
	switch (msg->type) {
	case IOTX_MQTT_CONNECT:
		show_connect(msg, v);
		break;
	case IOTX_MQTT_PUBLISH:
		show_publish(msg, v);
		break;
	case IOTX_MQTT_SUBSCRIBE:
		show_options(msg, v);
		break;
	case IOTX_MQTT_SUBACK:
	case IOTX_MQTT_UNSUBACK:
		show_reasons(msg, v);
		break;
	default:
		show_reason(msg, v);
	}
}

/* The types in whose objects EVE keeps properties; AUTH is ours. */
#define EVE_HAS_PROPERTIES                                                                      \
	(IOTX_MQTT_IN(CONNECT) | IOTX_MQTT_IN(CONNACK) | IOTX_MQTT_IN(PUBLISH) |                \
	 IOTX_MQTT_IN(DISCONNECT) | IOTX_MQTT_IN(AUTH))

void iotx_mqtt_extra(const void *data, struct iotx_visitor *v)
{
	const struct iotx_mqtt_msg *msg = data;

	show_version(msg, v);
	show_type(msg, v);
	if (!(EVE_HAS_PROPERTIES >> msg->type & 1))
		iotx_mqtt_show_props(v, "properties", msg->props);
	if (iotx_mqtt_has_prop(msg, IOTX_MQTT_PROP_USER_PROPERTY))
		iotx_mqtt_show_user(v, "user_properties", "user_properties_skipped", msg->props);
	show_all_octets(msg, v);
	if (msg->note)
		v_text(v, "note", msg->note);
}
