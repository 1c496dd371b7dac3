// SPDX-License-Identifier: GPL-2.0-only
#include "core/mqtt_conn.h"

#include "base/hash.h"
#include "core/conv.h"
#include "core/mqtt_broker.h"
#include "wire/mqtt_prop.h"
#include <stdlib.h>

#define CONTENT_MAX 1024 /* bytes of a payload that tell messages apart */

/* --- findings ------------------------------------------------------------------------------ */

/* A rule that this version has, and that has not been found often enough already. */
static bool to_be_found(struct iotx_mqtt_conn *c, enum iotx_mqtt_duty duty, struct iotx_rule *rule)
{
	if (!iotx_mqtt_duty_rule(duty, c->version, rule))
		return false;
	if (c->found[duty] == IOTX_MQTT_SAME_RULE_MAX) {
		iotx_delivery_stats(&c->d)->mqtt_findings_limit++;
		return false;
	}
	c->found[duty]++;
	return true;
}

void iotx_mqtt_breach(struct iotx_mqtt_step *s, enum iotx_mqtt_duty duty, u32 off)
{
	if (s->count == sizeof(s->found) / sizeof(*s->found)) {
		iotx_delivery_stats(s->d)->mqtt_findings_limit++;
		return;
	}
	s->found[s->count].duty = (u8)duty;
	s->found[s->count].off = off;
	s->count++;
}

u32 iotx_mqtt_off_of(const struct iotx_mqtt_step *s, const u8 *field)
{
	return field ? (u32)(field - s->data) : 0;
}

u32 iotx_mqtt_off_of_prop(const struct iotx_mqtt_step *s, u32 id)
{
	struct iotx_slice rest = s->seen->msg.props;
	struct iotx_mqtt_prop p;
	const u8 *at = rest.data;

	for (; !iotx_mqtt_prop_next(&rest, &p); at = rest.data)
		if (p.id == id)
			return iotx_mqtt_off_of(s, at);
	return 0;
}

/* That of a PUBLISH stands behind its topic. */
u32 iotx_mqtt_off_of_id(const struct iotx_mqtt_step *s)
{
	const struct iotx_mqtt_msg *msg = &s->seen->msg;

	if (msg->type != IOTX_MQTT_PUBLISH)
		return msg->body_off;
	return iotx_mqtt_off_of(s, msg->publish.topic.data) + msg->publish.topic.len;
}

void iotx_mqtt_findings(struct iotx_mqtt_step *s)
{
	char title[IOTX_TITLE_MAX];
	struct iotx_finding f = { .protocol = iotx_mqtt_seen_event.name, .of_last = true };
	struct iotx_rule rule;

	if (!s->count)
		return;
	f.message = iotx_mqtt_seen_event.title(s->seen, title);
	for (u32 i = 0; i < s->count; i++)
		if (to_be_found(s->c, s->found[i].duty, &rule))
			iotx_delivery_find(s->d, &rule, &f, s->found[i].off);
}

void iotx_mqtt_breach_of(struct iotx_mqtt_conn *c, u32 side, enum iotx_mqtt_duty duty)
{
	const struct iotx_finding f = { .protocol = iotx_mqtt_seen_event.name };
	struct iotx_delivery d = c->d;
	struct iotx_rule rule;

	d.side = side;
	d.ts_ns = c->brokers->now_ns;
	d.frame_number = c->brokers->frame;
	if (to_be_found(c, duty, &rule))
		iotx_delivery_find(&d, &rule, &f, 0);
}

/* --- what the opening says ------------------------------------------------------------------ */

static void take_limit(struct iotx_mqtt_takes *takes, const struct iotx_mqtt_prop *p)
{
	switch (p->id) {
	case IOTX_MQTT_PROP_RECEIVE_MAXIMUM:
		takes->receive_max = (u16)p->number;
		break;
	case IOTX_MQTT_PROP_TOPIC_ALIAS_MAXIMUM:
		takes->alias_max = (u16)p->number;
		break;
	case IOTX_MQTT_PROP_MAXIMUM_PACKET_SIZE:
		takes->packet_max = p->number;
		break;
	default:
		break;
	}
}

static void take_wish(struct iotx_mqtt_conn *c, const struct iotx_mqtt_prop *p)
{
	switch (p->id) {
	case IOTX_MQTT_PROP_SESSION_EXPIRY_INTERVAL:
		c->expiry_s = p->number;
		break;
	case IOTX_MQTT_PROP_REQUEST_PROBLEM_INFORMATION:
		c->problems_off = !p->number;
		break;
	case IOTX_MQTT_PROP_REQUEST_RESPONSE_INFORMATION:
		c->responses_on = p->number;
		break;
	case IOTX_MQTT_PROP_AUTHENTICATION_METHOD:
		c->auth_method = iotx_hash(IOTX_HASH_START, p->value);
		break;
	default:
		take_limit(&c->takes[c->client], p);
	}
}

static void take_offer(struct iotx_mqtt_conn *c, const struct iotx_mqtt_prop *p)
{
	switch (p->id) {
	case IOTX_MQTT_PROP_SESSION_EXPIRY_INTERVAL:
		c->expiry_s = p->number;
		break;
	case IOTX_MQTT_PROP_MAXIMUM_QOS:
		c->offer.qos_max = (u8)p->number;
		break;
	case IOTX_MQTT_PROP_RETAIN_AVAILABLE:
		c->offer.no_retain = !p->number;
		break;
	case IOTX_MQTT_PROP_WILDCARD_SUBSCRIPTION_AVAILABLE:
		c->offer.no_wildcard = !p->number;
		break;
	case IOTX_MQTT_PROP_SUBSCRIPTION_IDENTIFIER_AVAILABLE:
		c->offer.no_subscription_id = !p->number;
		break;
	case IOTX_MQTT_PROP_SHARED_SUBSCRIPTION_AVAILABLE:
		c->offer.no_shared = !p->number;
		break;
	case IOTX_MQTT_PROP_SERVER_KEEP_ALIVE:
		c->offer.has_keep_alive = true;
		c->offer.keep_alive_s = (u16)p->number;
		break;
	default:
		take_limit(&c->takes[!c->client], p);
	}
}

/* What holds when nobody says anything else. */
static void defaults(struct iotx_mqtt_conn *c)
{
	for (u32 side = 0; side < 2; side++)
		c->takes[side] = (struct iotx_mqtt_takes){ .receive_max = 0xffff };
	c->offer = (struct iotx_mqtt_offer){ .qos_max = 2 };
}

/* A longer one is not followed. */
static void keep_id(struct iotx_mqtt_conn *c, struct iotx_slice id)
{
	if (!id.len || id.len > IOTX_MQTT_ID_MAX)
		return;
	c->id = malloc(id.len);
	if (!c->id)
		return;
	memcpy(c->id, id.data, id.len);
	c->id_len = id.len;
}

void iotx_mqtt_conn_connect(struct iotx_mqtt_step *s)
{
	const struct iotx_mqtt_msg *msg = &s->seen->msg;
	struct iotx_mqtt_conn *c = s->c;
	struct iotx_slice props = msg->props;
	struct iotx_mqtt_prop p;

	c->client = (u8)s->d->side;
	c->version = msg->version;
	c->stage = IOTX_MQTT_ASKED;
	c->connected = false;
	c->whole = msg->version && s->verdict != IOTX_E_BAD;
	c->malformed = s->verdict == IOTX_E_BAD;
	c->connect_ns = s->d->ts_ns;
	c->connect_frame = s->d->frame_number;
	c->clean = msg->connect.flags & IOTX_MQTT_CONNECT_CLEAN;
	c->keep_alive_s = msg->connect.keep_alive_s;
	c->bridge = msg->connect.level & IOTX_MQTT_LEVEL_BRIDGE;
	c->will_asked = iotx_mqtt_will_new(s);
	keep_id(c, msg->connect.client_id);
	iotx_mqtt_broker_ask(s);
	c->empty_id = msg->connect.client_id.data && !msg->connect.client_id.len;
	c->will = msg->connect.will.topic.len;
	c->will_qos = msg->connect.will.qos;
	c->will_retain = msg->connect.will.retain;
	defaults(c);
	if (msg->version != IOTX_MQTT_V5)
		c->expiry_s = c->clean ? 0 : UINT32_MAX;
	while (!iotx_mqtt_prop_next(&props, &p))
		take_wish(c, &p);
	iotx_mqtt_conn_wait(c, s->d->ts_ns + IOTX_MQTT_ANSWER_NS);
}

void iotx_mqtt_conn_connack(struct iotx_mqtt_step *s)
{
	const struct iotx_mqtt_msg *msg = &s->seen->msg;
	struct iotx_mqtt_conn *c = s->c;
	struct iotx_slice props = msg->props;
	struct iotx_mqtt_prop p;

	c->connected = true;
	if (c->stage == IOTX_MQTT_UNKNOWN)
		return;
	c->refused = msg->reason;
	c->stage = msg->reason ? IOTX_MQTT_REFUSED : IOTX_MQTT_OPEN;
	c->resumed = !msg->reason && (msg->session_present || iotx_mqtt_resumes_unsaid(c));
	while (!iotx_mqtt_prop_next(&props, &p))
		take_offer(c, &p);
	if (c->stage == IOTX_MQTT_REFUSED)
		c->waiting_ns = s->d->ts_ns;
	if (c->stage != IOTX_MQTT_OPEN)
		return;
	iotx_mqtt_broker_accept(s);
	iotx_mqtt_conn_wait(c, iotx_mqtt_clock_alive(c, s->d->ts_ns));
}

u64 iotx_mqtt_content(struct iotx_slice topic, struct iotx_slice payload)
{
	u64 h = iotx_hash_fold(iotx_hash(IOTX_HASH_START, topic) ^ payload.len, IOTX_HASH_START);

	payload.len = payload.len < CONTENT_MAX ? payload.len : CONTENT_MAX;
	return iotx_hash(h, payload) | 1;
}

/* --- doubt ---------------------------------------------------------------------------------- */

void iotx_mqtt_conn_doubt(struct iotx_mqtt_conn *c)
{
	c->whole = false;
	c->ping_ns = 0;
	for (u32 side = 0; side < 2; side++)
		iotx_mqtt_flights_free(&c->flights[side]);
}

bool iotx_mqtt_conn_complete(const struct iotx_delivery *d)
{
	return iotx_conv_complete(d->conv, 0) && iotx_conv_complete(d->conv, 1);
}

void iotx_mqtt_conn_free(struct iotx_mqtt_conn *c)
{
	if (c->brokers)
		iotx_mqtt_broker_forget(c);
	for (u32 side = 0; side < 2; side++)
		iotx_mqtt_flights_free(&c->flights[side]);
	iotx_mqtt_subs_free(&c->subs);
	iotx_mqtt_will_drop(c->brokers, c->will_asked);
	free(c->id);
}

/* --- the clock ------------------------------------------------------------------------------ */

/* As far as something of the connection was seen. */
static void timer_due(struct iotx_timer *timer)
{
	struct iotx_mqtt_conn *c =
		(struct iotx_mqtt_conn *)((u8 *)timer - offsetof(struct iotx_mqtt_conn, timer));

	iotx_mqtt_conn_clock(c, c->d.conv->last_ns);
}

void iotx_mqtt_conn_wait(struct iotx_mqtt_conn *c, u64 due_ns)
{
	if (due_ns == UINT64_MAX || (c->timer.place && c->timer.due_ns <= due_ns))
		return;
	c->timer.due = timer_due;
	iotx_timer_set(&c->brokers->timers, &c->timer, due_ns);
}

static u64 sooner(u64 a, u64 b)
{
	return a < b ? a : b;
}

void iotx_mqtt_conn_clock(struct iotx_mqtt_conn *c, u64 now_ns)
{
	u64 due = iotx_mqtt_clock_end(c, now_ns);

	if (c->whole && !c->ended[0] && !c->ended[1] && iotx_mqtt_conn_complete(&c->d)) {
		due = sooner(due, iotx_mqtt_clock_flights(c, now_ns));
		due = sooner(due, iotx_mqtt_clock_alive(c, now_ns));
	}
	c->overdue = due <= c->brokers->now_ns; /* until something is seen that proves it */
	if (c->overdue)
		due = c->brokers->now_ns + IOTX_MQTT_ANSWER_NS;
	iotx_mqtt_conn_wait(c, due);
}
