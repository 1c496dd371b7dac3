// SPDX-License-Identifier: GPL-2.0-only
/* What one side has said that it takes, and what the other one sends. */
#include "core/mqtt_conn.h"
#include "wire/mqtt_prop.h"

/* --- size ----------------------------------------------------------------------------------- */

#define EXTRA(type)                                                                             \
	[IOTX_MQTT_##type] = { IOTX_MQTT_DUTY_REASON_##type, IOTX_MQTT_DUTY_USER_##type }

/* What the packet could have left out (by type; CONNECT, PUBLISH, SUBSCRIBE have nothing). */
static const struct {
	u8 reason, user;
} extras[IOTX_MQTT_TYPE_COUNT] = {
	EXTRA(CONNACK), EXTRA(PUBACK), EXTRA(PUBREC), EXTRA(PUBREL), EXTRA(PUBCOMP),
	EXTRA(SUBACK), EXTRA(UNSUBACK), EXTRA(DISCONNECT), EXTRA(AUTH),
};

static void judge_size(struct iotx_mqtt_step *s)
{
	const struct iotx_mqtt_msg *msg = &s->seen->msg;
	u32 max = s->c->takes[!s->d->side].packet_max;

	if (!max || s->len <= max)
		return;
	iotx_mqtt_breach(s, iotx_mqtt_by_client(s) ? IOTX_MQTT_DUTY_SIZE_CLIENT :
						     IOTX_MQTT_DUTY_SIZE_SERVER, 0);
	if (!extras[msg->type].user)
		return;
	if (iotx_mqtt_has_prop(msg, IOTX_MQTT_PROP_REASON_STRING))
		iotx_mqtt_breach(s, extras[msg->type].reason,
				 iotx_mqtt_off_of_prop(s, IOTX_MQTT_PROP_REASON_STRING));
	if (iotx_mqtt_has_prop(msg, IOTX_MQTT_PROP_USER_PROPERTY))
		iotx_mqtt_breach(s, extras[msg->type].user,
				 iotx_mqtt_off_of_prop(s, IOTX_MQTT_PROP_USER_PROPERTY));
}

static void unasked(struct iotx_mqtt_step *s, enum iotx_mqtt_prop_id id)
{
	iotx_mqtt_breach(s, IOTX_MQTT_DUTY_PROBLEM_UNASKED, iotx_mqtt_off_of_prop(s, id));
}

static void judge_problems(struct iotx_mqtt_step *s)
{
	const struct iotx_mqtt_msg *msg = &s->seen->msg;
	u32 free_of_it = IOTX_MQTT_IN(PUBLISH) | IOTX_MQTT_IN(CONNACK) | IOTX_MQTT_IN(DISCONNECT);

	if (!s->c->problems_off || !iotx_mqtt_by_server(s) || free_of_it >> msg->type & 1)
		return;
	if (iotx_mqtt_has_prop(msg, IOTX_MQTT_PROP_REASON_STRING))
		unasked(s, IOTX_MQTT_PROP_REASON_STRING);
	else if (iotx_mqtt_has_prop(msg, IOTX_MQTT_PROP_USER_PROPERTY))
		unasked(s, IOTX_MQTT_PROP_USER_PROPERTY);
}

/* --- PUBLISH -------------------------------------------------------------------------------- */

static void judge_alias(struct iotx_mqtt_step *s)
{
	const struct iotx_mqtt_msg *msg = &s->seen->msg;
	u16 alias = iotx_mqtt_topic_alias(msg), max = s->c->takes[!s->d->side].alias_max;
	bool unbound = alias && !msg->publish.topic.len && !msg->resolved_topic.len;
	bool client = iotx_mqtt_by_client(s);
	u32 off;

	if (!unbound && alias <= max)
		return;
	off = iotx_mqtt_off_of_prop(s, IOTX_MQTT_PROP_TOPIC_ALIAS);
	if (unbound)
		iotx_mqtt_breach(s, IOTX_MQTT_DUTY_ALIAS_UNBOUND, off);
	if (alias <= max)
		return;
	if (!max) {
		iotx_mqtt_breach(s, client ? IOTX_MQTT_DUTY_ALIAS_NONE_CLIENT :
					     IOTX_MQTT_DUTY_ALIAS_NONE_SERVER, off);
		return;
	}
	iotx_mqtt_breach(s, client ? IOTX_MQTT_DUTY_ALIAS_MAX_CLIENT :
				     IOTX_MQTT_DUTY_ALIAS_MAX_SERVER, off);
	iotx_mqtt_breach(s, client ? IOTX_MQTT_DUTY_ALIAS_CLIENT : IOTX_MQTT_DUTY_ALIAS_SERVER,
			 off);
}

static void judge_publish(struct iotx_mqtt_step *s)
{
	const struct iotx_mqtt_msg *msg = &s->seen->msg;

	if (iotx_mqtt_has_prop(msg, IOTX_MQTT_PROP_TOPIC_ALIAS))
		judge_alias(s);
	if (!iotx_mqtt_by_client(s))
		return;
	if (msg->qos > s->c->offer.qos_max && msg->qos < 3)
		iotx_mqtt_breach(s, IOTX_MQTT_DUTY_QOS_MAX, 0);
	if (msg->retain && s->c->offer.no_retain)
		iotx_mqtt_breach(s, IOTX_MQTT_DUTY_RETAIN, 0);
}

/* --- SUBSCRIBE, DISCONNECT ------------------------------------------------------------------ */

static void judge_subscribe(struct iotx_mqtt_step *s)
{
	const struct iotx_mqtt_offer *offer = &s->c->offer;
	struct iotx_slice list = s->seen->msg.list;
	struct iotx_mqtt_filter f;

	if (offer->no_subscription_id &&
	    iotx_mqtt_has_prop(&s->seen->msg, IOTX_MQTT_PROP_SUBSCRIPTION_IDENTIFIER))
		iotx_mqtt_breach(s, IOTX_MQTT_DUTY_SUBSCRIPTION_ID,
				 iotx_mqtt_off_of_prop(s, IOTX_MQTT_PROP_SUBSCRIPTION_IDENTIFIER));
	if (!offer->no_wildcard && !offer->no_shared)
		return;
	while (iotx_mqtt_filter_next(IOTX_MQTT_SUBSCRIBE, &list, &f)) {
		if (offer->no_wildcard && f.filter.len && !iotx_mqtt_topic_ok(f.filter))
			iotx_mqtt_breach(s, IOTX_MQTT_DUTY_WILDCARD,
					 iotx_mqtt_off_of(s, f.filter.data));
		if (offer->no_shared && iotx_mqtt_is_shared(f.filter))
			iotx_mqtt_breach(s, IOTX_MQTT_DUTY_SHARED,
					 iotx_mqtt_off_of(s, f.filter.data));
	}
}

static void judge_disconnect(struct iotx_mqtt_step *s)
{
	struct iotx_mqtt_prop p;

	if (iotx_mqtt_by_client(s) && !s->c->expiry_s &&
	    iotx_mqtt_prop_find(s->seen->msg.props, IOTX_MQTT_PROP_SESSION_EXPIRY_INTERVAL, &p) &&
	    p.number)
		iotx_mqtt_breach(s, IOTX_MQTT_DUTY_EXPIRY_REVIVED,
				 iotx_mqtt_off_of_prop(s, IOTX_MQTT_PROP_SESSION_EXPIRY_INTERVAL));
}

/* Before MQTT 5 nobody says what it takes. The client may not know yet what the server does. */
void iotx_mqtt_judge_limits(struct iotx_mqtt_step *s)
{
	const struct iotx_mqtt_conn *c = s->c;

	if (c->version != IOTX_MQTT_V5 || !c->whole)
		return;
	if (iotx_mqtt_by_client(s) && c->stage != IOTX_MQTT_OPEN)
		return;
	judge_size(s);
	judge_problems(s);
	if (s->seen->msg.type == IOTX_MQTT_PUBLISH)
		judge_publish(s);
	else if (s->seen->msg.type == IOTX_MQTT_SUBSCRIBE)
		judge_subscribe(s);
	else if (s->seen->msg.type == IOTX_MQTT_DISCONNECT)
		judge_disconnect(s);
}
