/* SPDX-License-Identifier: GPL-2.0-only */
/* What stands behind the fixed header: sections 3.3 to 3.15; 3.1 and 3.2 are elsewhere. */
#include "base/utf8.h"
#include "mqtt_prop.h"

/* The rest of the message as far as it was captured; E_SHORT when that is not all. */
static enum iotx_err take_rest(struct iotx_mqtt_reader *r, struct iotx_slice *out)
{
	enum iotx_err err = iotx_mqtt_take(r, iotx_cur_left(&r->cur), out);

	return !err && iotx_mqtt_left(r) ? IOTX_E_SHORT : err;
}

/* --- PUBLISH ------------------------------------------------------------------------------- */

static void check_topic(struct iotx_mqtt_reader *r)
{
	struct iotx_slice topic = r->msg->publish.topic;
	u32 off = iotx_mqtt_off(r, topic);

	if (topic.len && !iotx_mqtt_topic_ok(topic)) {
		iotx_mqtt_blame(r, IOTX_MQTT_RULE_TOPIC_WILDCARD, off);
		iotx_mqtt_blame(r, IOTX_MQTT_RULE_NAME_WILDCARD, off);
	}
	if (!topic.len && !iotx_mqtt_is_v5(r))
		iotx_mqtt_blame(r, IOTX_MQTT_RULE_TOPIC_EMPTY, off);
}

static enum iotx_err read_publish_props(struct iotx_mqtt_reader *r)
{
	u32 off = r->cur.off;
	enum iotx_err err;

	if (!iotx_mqtt_is_v5(r))
		return IOTX_OK;
	err = iotx_mqtt_read_props(r, IOTX_MQTT_PUBLISH, &r->msg->props);
	if (err)
		return err;
	if (!r->msg->publish.topic.len && !iotx_mqtt_saw_prop(r, IOTX_MQTT_PROP_TOPIC_ALIAS))
		iotx_mqtt_blame(r, IOTX_MQTT_RULE_TOPIC_NO_ALIAS, off);
	if (r->role == IOTX_ROLE_CLIENT &&
	    iotx_mqtt_saw_prop(r, IOTX_MQTT_PROP_SUBSCRIPTION_IDENTIFIER))
		iotx_mqtt_blame(r, IOTX_MQTT_RULE_SUB_ID_SENDER, off);
	return IOTX_OK;
}

static enum iotx_err publish(struct iotx_mqtt_reader *r)
{
	struct iotx_mqtt_publish *p = &r->msg->publish;
	enum iotx_err err;

	if (iotx_mqtt_absent(r, IOTX_MQTT_RULE_TOPIC_ABSENT))
		return IOTX_E_BAD;
	err = iotx_mqtt_str(r, &p->topic, IOTX_MQTT_RULE_TOPIC_UTF8);
	if (err)
		return err;
	check_topic(r);
	if (r->msg->qos == 3) /* nobody can say what follows */
		return IOTX_E_BAD;
	if (r->msg->qos)
		err = iotx_mqtt_packet_id(r, r->role == IOTX_ROLE_SERVER ?
						     IOTX_MQTT_RULE_PACKET_ID_SERVER :
						     IOTX_MQTT_RULE_PACKET_ID);
	if (!err)
		err = read_publish_props(r);
	if (err)
		return err;
	err = take_rest(r, &p->payload);
	p->skipped_length = iotx_mqtt_left(r);
	if (!err)
		iotx_mqtt_check_payload(r, r->msg->props, p->payload);
	return err;
}

void iotx_mqtt_check_payload(struct iotx_mqtt_reader *r, struct iotx_slice props,
			     struct iotx_slice payload)
{
	struct iotx_mqtt_prop p;

	if (iotx_mqtt_saw_prop(r, IOTX_MQTT_PROP_PAYLOAD_FORMAT_INDICATOR) &&
	    iotx_mqtt_prop_find(props, IOTX_MQTT_PROP_PAYLOAD_FORMAT_INDICATOR, &p) &&
	    p.number == 1 && iotx_utf8_check(payload) == IOTX_UTF8_BAD)
		iotx_mqtt_blame(r, IOTX_MQTT_RULE_PAYLOAD_FORMAT, iotx_mqtt_off(r, payload));
}

/* --- PUBACK, PUBREC, PUBREL, PUBCOMP; DISCONNECT, AUTH -------------------------------------- */

/* A reason code and properties, of which the message may hold both, one or none. */
static enum iotx_err read_outcome(struct iotx_mqtt_reader *r)
{
	enum iotx_err err = IOTX_OK;

	if (!iotx_mqtt_is_v5(r))
		return IOTX_OK;
	r->msg->has_reason = true; /* 0 when it is left out */
	if (iotx_mqtt_left(r))
		err = iotx_mqtt_reason(r);
	if (!err && iotx_mqtt_left(r))
		err = iotx_mqtt_read_props(r, r->msg->type, &r->msg->props);
	return err;
}

static enum iotx_err ack(struct iotx_mqtt_reader *r)
{
	enum iotx_err err = iotx_mqtt_packet_id(r, IOTX_MQTT_RULE_PACKET_ID_ACK);

	return err ? err : read_outcome(r);
}

/* What only a client says in a DISCONNECT, whoever is thought to send it. */
static bool from_client(const struct iotx_mqtt_reader *r)
{
	return r->role != IOTX_ROLE_SERVER &&
	       (iotx_mqtt_saw_prop(r, IOTX_MQTT_PROP_SESSION_EXPIRY_INTERVAL) ||
		r->msg->reason < 0x80);
}

static enum iotx_err disconnect(struct iotx_mqtt_reader *r)
{
	u32 off = r->cur.off;
	enum iotx_err err = read_outcome(r);

	if (err)
		return err;
	if (r->role == IOTX_ROLE_SERVER &&
	    iotx_mqtt_saw_prop(r, IOTX_MQTT_PROP_SESSION_EXPIRY_INTERVAL))
		iotx_mqtt_blame(r, IOTX_MQTT_RULE_EXPIRY_SENDER, off);
	if (from_client(r) && iotx_mqtt_saw_prop(r, IOTX_MQTT_PROP_SERVER_REFERENCE))
		iotx_mqtt_blame(r, IOTX_MQTT_RULE_REFERENCE_SENDER, off);
	return IOTX_OK;
}

static enum iotx_err auth(struct iotx_mqtt_reader *r)
{
	u32 off = r->cur.off;
	bool empty = !iotx_mqtt_left(r);
	enum iotx_err err;

	if (!iotx_mqtt_is_v5(r)) {
		iotx_mqtt_blame(r, IOTX_MQTT_RULE_TYPE_15, 0);
		return IOTX_E_BAD;
	}
	err = read_outcome(r);
	if (err)
		return err;
	iotx_mqtt_check_auth(r, off);
	/* Success without anything is a form of its own (3.15.2.1). */
	if (!empty && !iotx_mqtt_saw_prop(r, IOTX_MQTT_PROP_AUTHENTICATION_METHOD))
		iotx_mqtt_blame(r, IOTX_MQTT_RULE_AUTH_METHOD, off);
	return IOTX_OK;
}

/* --- SUBSCRIBE, UNSUBSCRIBE ----------------------------------------------------------------- */

static enum iotx_err read_packet_head(struct iotx_mqtt_reader *r, enum iotx_mqtt_rule zero)
{
	enum iotx_err err = iotx_mqtt_packet_id(r, zero);

	if (!err && iotx_mqtt_is_v5(r))
		err = iotx_mqtt_read_props(r, r->msg->type, &r->msg->props);
	if (!err)
		r->msg->list = iotx_slice(r->cur.src.base + r->cur.off, 0);
	return err;
}

static void check_options(struct iotx_mqtt_reader *r, const struct iotx_mqtt_filter *f, u32 off)
{
	bool v5 = iotx_mqtt_is_v5(r);

	if (f->options & (v5 ? 0xc0 : 0xfc))
		iotx_mqtt_blame(r, IOTX_MQTT_RULE_SUB_OPTIONS, off);
	if (iotx_mqtt_sub_qos(f->options) == 3)
		iotx_mqtt_blame(r, v5 ? IOTX_MQTT_RULE_SUB_QOS_V5 : IOTX_MQTT_RULE_SUB_QOS_V3, off);
	if (v5 && iotx_mqtt_sub_retain_handling(f->options) == 3)
		iotx_mqtt_blame(r, IOTX_MQTT_RULE_RETAIN_HANDLING, off);
	if (v5 && iotx_mqtt_sub_no_local(f->options) && iotx_mqtt_is_shared(f->filter))
		iotx_mqtt_blame(r, IOTX_MQTT_RULE_SHARED_NO_LOCAL, off);
}

static enum iotx_err read_filter(struct iotx_mqtt_reader *r)
{
	bool sub = r->msg->type == IOTX_MQTT_SUBSCRIBE;
	struct iotx_mqtt_filter f = {};
	enum iotx_err err = iotx_mqtt_str(r, &f.filter, sub ? IOTX_MQTT_RULE_FILTER_UTF8 :
							      IOTX_MQTT_RULE_UNFILTER_UTF8);
	u32 off = r->cur.off;

	if (!err && sub)
		err = iotx_mqtt_u8(r, &f.options);
	if (err)
		return err;
	iotx_mqtt_check_filter(r, f.filter);
	check_options(r, &f, off);
	r->msg->list.len = r->cur.off - iotx_mqtt_off(r, r->msg->list);
	return IOTX_OK;
}

static enum iotx_err filters(struct iotx_mqtt_reader *r)
{
	enum iotx_err err = read_packet_head(r, IOTX_MQTT_RULE_PACKET_ID);

	while (!err && iotx_mqtt_left(r))
		err = read_filter(r);
	if (!err && !r->msg->list.len)
		iotx_mqtt_blame(r,
				r->msg->type == IOTX_MQTT_SUBSCRIBE ?
					IOTX_MQTT_RULE_SUBSCRIBE_EMPTY :
					IOTX_MQTT_RULE_UNSUBSCRIBE_EMPTY,
				r->cur.off);
	return err;
}

/* --- SUBACK, UNSUBACK ----------------------------------------------------------------------- */

static enum iotx_err read_codes(struct iotx_mqtt_reader *r, enum iotx_mqtt_rule empty)
{
	struct iotx_slice *codes = &r->msg->list;
	enum iotx_err err;

	if (!iotx_mqtt_left(r))
		iotx_mqtt_blame(r, empty, r->cur.off);
	err = take_rest(r, codes);
	for (u32 i = 0; i < codes->len; i++)
		iotx_mqtt_check_reason(r, codes->data[i], iotx_mqtt_off(r, *codes) + i);
	if (err)
		r->cut = true;
	return err;
}

static enum iotx_err suback(struct iotx_mqtt_reader *r)
{
	enum iotx_err err = read_packet_head(r, IOTX_MQTT_RULE_PACKET_ID_SUBACK);

	return err ? err : read_codes(r, IOTX_MQTT_RULE_SUBACK_EMPTY);
}

/* Before MQTT 5 it has no codes. */
static enum iotx_err unsuback(struct iotx_mqtt_reader *r)
{
	enum iotx_err err = read_packet_head(r, IOTX_MQTT_RULE_PACKET_ID_SUBACK);

	if (err || !iotx_mqtt_is_v5(r))
		return err;
	return read_codes(r, IOTX_MQTT_RULE_UNSUBACK_EMPTY);
}

/* --- PINGREQ, PINGRESP ---------------------------------------------------------------------- */

static enum iotx_err nothing(struct iotx_mqtt_reader *r)
{
	(void)r;
	return IOTX_OK;
}

const iotx_mqtt_body_fn iotx_mqtt_bodies[IOTX_MQTT_TYPE_COUNT] = {
	[IOTX_MQTT_CONNECT] = iotx_mqtt_connect,
	[IOTX_MQTT_CONNACK] = iotx_mqtt_connack,
	[IOTX_MQTT_PUBLISH] = publish,
	[IOTX_MQTT_PUBACK] = ack,
	[IOTX_MQTT_PUBREC] = ack,
	[IOTX_MQTT_PUBREL] = ack,
	[IOTX_MQTT_PUBCOMP] = ack,
	[IOTX_MQTT_SUBSCRIBE] = filters,
	[IOTX_MQTT_SUBACK] = suback,
	[IOTX_MQTT_UNSUBSCRIBE] = filters,
	[IOTX_MQTT_UNSUBACK] = unsuback,
	[IOTX_MQTT_PINGREQ] = nothing,
	[IOTX_MQTT_PINGRESP] = nothing,
	[IOTX_MQTT_DISCONNECT] = disconnect,
	[IOTX_MQTT_AUTH] = auth,
};
