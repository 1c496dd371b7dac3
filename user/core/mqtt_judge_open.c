// SPDX-License-Identifier: GPL-2.0-only
/* How a connection is opened: MQTT 5.0, 3.1, 3.2 and 4.12. */
#include "base/hash.h"
#include "core/conv.h"
#include "core/mqtt_conn.h"
#include "wire/mqtt_prop.h"

/* --- the order of messages ------------------------------------------------------------------ */

static void judge_client(struct iotx_mqtt_step *s)
{
	u8 type = s->seen->msg.type;

	if (type == IOTX_MQTT_CONNECT)
		iotx_mqtt_breach(s, IOTX_MQTT_DUTY_ONE_CONNECT, 0);
	else if (s->c->stage == IOTX_MQTT_ASKED && s->c->auth_method &&
		 type != IOTX_MQTT_AUTH && type != IOTX_MQTT_DISCONNECT)
		iotx_mqtt_breach(s, IOTX_MQTT_DUTY_AUTH_ONLY, 0);
}

static void judge_server(struct iotx_mqtt_step *s)
{
	const struct iotx_mqtt_conn *c = s->c;
	u8 type = s->seen->msg.type;

	if (type == IOTX_MQTT_CONNACK && c->connected)
		iotx_mqtt_breach(s, IOTX_MQTT_DUTY_ONE_CONNACK, 0);
	if (type == IOTX_MQTT_DISCONNECT && c->stage != IOTX_MQTT_OPEN)
		iotx_mqtt_breach(s, IOTX_MQTT_DUTY_DISCONNECT_FIRST, 0);
	else if (c->stage == IOTX_MQTT_ASKED && type != IOTX_MQTT_CONNACK &&
		 type != IOTX_MQTT_AUTH)
		iotx_mqtt_breach(s, IOTX_MQTT_DUTY_CONNACK_FIRST, 0);
	else if (c->stage == IOTX_MQTT_REFUSED && type != IOTX_MQTT_CONNACK)
		iotx_mqtt_breach(s, IOTX_MQTT_DUTY_REFUSED_SERVED, 0);
}

void iotx_mqtt_judge_open(struct iotx_mqtt_step *s)
{
	const struct iotx_mqtt_conn *c = s->c;

	if (c->stage == IOTX_MQTT_UNKNOWN && s->seen->msg.type != IOTX_MQTT_CONNECT &&
	    c->serial == 1 && s->d->conv->from_first[s->d->side])
		iotx_mqtt_breach(s, IOTX_MQTT_DUTY_FIRST, 0);
	if (!c->whole)
		return;
	if (iotx_mqtt_by_client(s))
		judge_client(s);
	else
		judge_server(s);
}

/* --- CONNACK -------------------------------------------------------------------------------- */

static void judge_accepted(struct iotx_mqtt_step *s)
{
	const struct iotx_mqtt_conn *c = s->c;
	const struct iotx_mqtt_msg *msg = &s->seen->msg;

	if (c->clean && msg->session_present)
		iotx_mqtt_breach(s, IOTX_MQTT_DUTY_CLEAN_PRESENT, msg->body_off);
	if (c->empty_id && !c->clean)
		iotx_mqtt_breach(s, IOTX_MQTT_DUTY_CLIENT_ID_ACCEPTED, 0);
	if (c->empty_id && !iotx_mqtt_has_prop(msg, IOTX_MQTT_PROP_ASSIGNED_CLIENT_IDENTIFIER)) {
		iotx_mqtt_breach(s, IOTX_MQTT_DUTY_ASSIGNED_MISSING, 0);
		iotx_mqtt_breach(s, IOTX_MQTT_DUTY_ASSIGNED_ABSENT, 0);
	}
	if (c->will && c->will_qos > c->offer.qos_max)
		iotx_mqtt_breach(s, IOTX_MQTT_DUTY_WILL_QOS_TAKEN, 0);
	if (c->will && c->will_retain && c->offer.no_retain)
		iotx_mqtt_breach(s, IOTX_MQTT_DUTY_WILL_RETAIN_TAKEN, 0);
}

void iotx_mqtt_judge_connack(struct iotx_mqtt_step *s)
{
	const struct iotx_mqtt_conn *c = s->c;
	const struct iotx_mqtt_msg *msg = &s->seen->msg;

	if (c->malformed && c->stage == IOTX_MQTT_OPEN)
		iotx_mqtt_breach(s, IOTX_MQTT_DUTY_MALFORMED_ACCEPTED, 0);
	if (!c->whole)
		return;
	if (iotx_mqtt_has_prop(msg, IOTX_MQTT_PROP_RESPONSE_INFORMATION) && !c->responses_on)
		iotx_mqtt_breach(s, IOTX_MQTT_DUTY_RESPONSE_UNASKED,
				 iotx_mqtt_off_of_prop(s, IOTX_MQTT_PROP_RESPONSE_INFORMATION));
	if (c->stage == IOTX_MQTT_OPEN)
		judge_accepted(s);
}

/* --- authentication ------------------------------------------------------------------------- */

/* 0: none. */
static u64 method_of(const struct iotx_mqtt_msg *msg)
{
	struct iotx_mqtt_prop p;

	if (!iotx_mqtt_prop_find(msg->props, IOTX_MQTT_PROP_AUTHENTICATION_METHOD, &p))
		return 0;
	return iotx_hash(IOTX_HASH_START, p.value);
}

static u32 off_of_method(const struct iotx_mqtt_step *s)
{
	return iotx_mqtt_off_of_prop(s, IOTX_MQTT_PROP_AUTHENTICATION_METHOD);
}

/* An AUTH with nothing in it is Success, and leaves the method out too (3.15.2.1). */
static bool other_method(const struct iotx_mqtt_step *s)
{
	const struct iotx_mqtt_msg *msg = &s->seen->msg;

	return method_of(msg) != s->c->auth_method &&
	       !(msg->type == IOTX_MQTT_AUTH && s->len == 2);
}

static void judge_connack(struct iotx_mqtt_step *s)
{
	const struct iotx_mqtt_msg *msg = &s->seen->msg;

	if (!s->c->auth_method && method_of(msg))
		iotx_mqtt_breach(s, IOTX_MQTT_DUTY_AUTH_UNASKED_SERVER, off_of_method(s));
	if (s->c->auth_method && !msg->reason && other_method(s))
		iotx_mqtt_breach(s, IOTX_MQTT_DUTY_AUTH_METHOD, off_of_method(s));
}

/* Before the CONNACK. */
static void judge_first(struct iotx_mqtt_step *s)
{
	bool client = iotx_mqtt_by_client(s);

	s->c->authenticated = true;
	if (s->seen->msg.reason != IOTX_MQTT_CONTINUE)
		iotx_mqtt_breach(s, client ? IOTX_MQTT_DUTY_AUTH_CONTINUE_CLIENT :
					     IOTX_MQTT_DUTY_AUTH_CONTINUE_SERVER,
				 s->seen->msg.body_off);
	if (other_method(s))
		iotx_mqtt_breach(s, IOTX_MQTT_DUTY_AUTH_METHOD, off_of_method(s));
}

/* Only the client begins, and with this reason. */
static void judge_again(struct iotx_mqtt_step *s)
{
	struct iotx_mqtt_conn *c = s->c;
	u8 reason = s->seen->msg.reason;
	bool begins = reason == IOTX_MQTT_REAUTHENTICATE && iotx_mqtt_by_client(s);

	if (!c->reauth && !begins)
		iotx_mqtt_breach(s, IOTX_MQTT_DUTY_REAUTH, s->seen->msg.body_off);
	else if (other_method(s))
		iotx_mqtt_breach(s, begins ? IOTX_MQTT_DUTY_REAUTH : IOTX_MQTT_DUTY_AUTH_METHOD,
				 off_of_method(s));
	c->reauth = reason != 0;
}

void iotx_mqtt_judge_auth(struct iotx_mqtt_step *s)
{
	const struct iotx_mqtt_conn *c = s->c;
	u8 type = s->seen->msg.type;

	if (!c->whole || c->version != IOTX_MQTT_V5)
		return;
	if (type == IOTX_MQTT_CONNACK)
		judge_connack(s);
	if (type != IOTX_MQTT_AUTH)
		return;
	if (!c->auth_method)
		iotx_mqtt_breach(s, iotx_mqtt_by_client(s) ? IOTX_MQTT_DUTY_AUTH_UNASKED_CLIENT :
							     IOTX_MQTT_DUTY_AUTH_UNASKED_SERVER, 0);
	else if (c->stage == IOTX_MQTT_ASKED)
		judge_first(s);
	else
		judge_again(s);
}
