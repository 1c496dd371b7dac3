// SPDX-License-Identifier: GPL-2.0-only
/* Subscriptions, and what a server sends for them: MQTT 5.0, 3.3.4, 3.8.4, 4.7 and 4.8. */
#include "core/mqtt_conn.h"
#include "wire/mqtt_prop.h"

/* --- what is subscribed to ------------------------------------------------------------------ */

/* Some servers do other things for filters of their own that begin with $. */
static bool special(struct iotx_slice filter)
{
	struct iotx_slice system = iotx_slice_str("$SYS/");

	return filter.len && filter.data[0] == '$' && !iotx_mqtt_is_shared(filter) &&
	       !(filter.len >= system.len && !memcmp(filter.data, system.data, system.len));
}

static void subscribe(struct iotx_mqtt_step *s)
{
	struct iotx_mqtt_subs *subs = &s->c->subs;
	struct iotx_slice list = s->seen->msg.list;
	struct iotx_mqtt_prop p;
	struct iotx_mqtt_filter f;
	u32 id = 0;

	if (iotx_mqtt_prop_find(s->seen->msg.props, IOTX_MQTT_PROP_SUBSCRIPTION_IDENTIFIER, &p))
		id = p.number;
	while (iotx_mqtt_filter_next(IOTX_MQTT_SUBSCRIBE, &list, &f)) {
		subs->partial |= special(f.filter);
		if (f.filter.len && !iotx_mqtt_subs_add(subs, f.filter, f.options, id))
			iotx_delivery_stats(s->d)->mqtt_subs_limit++;
	}
}

static void unsubscribe(struct iotx_mqtt_step *s)
{
	struct iotx_slice list = s->seen->msg.list;
	struct iotx_mqtt_filter f;
	struct iotx_mqtt_sub *sub;

	while (iotx_mqtt_filter_next(IOTX_MQTT_UNSUBSCRIBE, &list, &f)) {
		sub = iotx_mqtt_subs_find(&s->c->subs, f.filter);
		if (sub)
			sub->gone = true;
	}
}

static void granted(struct iotx_mqtt_sub *sub, u8 code)
{
	sub->waiting = false;
	if (code > 2) {
		sub->gone = sub->granted; /* what it was before may still be on its way */
		sub->granted = false;
		return;
	}
	sub->granted = true;
	sub->most = code > sub->most ? code : sub->most;
}

/* The request was found: its filters stand beside the codes. */
static void suback(struct iotx_mqtt_step *s)
{
	struct iotx_slice filters = s->seen->facts.filters, codes = s->seen->msg.list;
	struct iotx_mqtt_filter f;
	struct iotx_mqtt_sub *sub;
	u8 code;

	while (iotx_mqtt_filter_next(IOTX_MQTT_SUBSCRIBE, &filters, &f) &&
	       iotx_mqtt_code_next(&codes, &code)) {
		sub = iotx_mqtt_subs_find(&s->c->subs, f.filter);
		if (sub)
			granted(sub, code);
	}
}

/* --- what is sent for it --------------------------------------------------------------------- */

struct match {
	u32 ids[8]; /* of subscriptions that match */
	u32 id_count;
	u32 live;      /* subscriptions that match */
	u32 anonymous; /* of them, without a Subscription Identifier */
	u32 shared;
	u8 most;
	bool unsure; /* another one may match, or not any more */
	bool dollar; /* only a wildcard that must not match $ does */
};

static void take_match(struct match *m, const struct iotx_mqtt_sub *sub)
{
	if (sub->gone || sub->waiting || sub->changed) {
		m->unsure = true;
		return;
	}
	m->live++;
	m->shared += sub->bare > 0;
	m->anonymous += !sub->sub_id;
	m->most = sub->most > m->most ? sub->most : m->most;
	if (sub->sub_id && m->id_count < sizeof(m->ids) / sizeof(*m->ids))
		m->ids[m->id_count++] = sub->sub_id;
	else
		m->unsure |= sub->sub_id > 0;
}

static void match_all(const struct iotx_mqtt_subs *subs, struct iotx_slice topic, struct match *m)
{
	const struct iotx_mqtt_sub *sub = NULL;

	memset(m, 0, sizeof(*m));
	while ((sub = iotx_mqtt_subs_next(subs, topic, sub))) {
		if (!sub->granted && !sub->gone && !sub->waiting)
			continue;
		if (iotx_mqtt_sub_matches(sub, topic))
			take_match(m, sub);
		else if (topic.data[0] == '$')
			m->dollar |= iotx_mqtt_levels_match(topic, iotx_mqtt_sub_bare(sub));
	}
}

static bool has_id(const struct match *m, u32 id)
{
	for (u32 i = 0; i < m->id_count; i++)
		if (m->ids[i] == id)
			return true;
	return false;
}

/* The identifiers in the message against those of the subscriptions that match. */
static void judge_ids(struct iotx_mqtt_step *s, const struct match *m)
{
	const u64 seen = s->seen->msg.props_seen;
	bool any = seen >> IOTX_MQTT_PROP_SUBSCRIPTION_IDENTIFIER & 1;
	struct iotx_slice props = s->seen->msg.props;
	struct iotx_mqtt_prop p;
	const u8 *at = props.data, *other = NULL;
	u32 count = 0;

	for (; any && !iotx_mqtt_prop_next(&props, &p); at = props.data) {
		if (p.id != IOTX_MQTT_PROP_SUBSCRIPTION_IDENTIFIER)
			continue;
		count++;
		if (!other && !has_id(m, p.number))
			other = at;
	}
	if (other)
		iotx_mqtt_breach(s, IOTX_MQTT_DUTY_SUB_ID_OTHER, iotx_mqtt_off_of(s, other));
	else if (!count && !m->anonymous)
		iotx_mqtt_breach(s, IOTX_MQTT_DUTY_SUB_ID_MISSING, 0);
	else if (count > 1 && count < m->id_count) /* more than one: not a copy for each */
		iotx_mqtt_breach(s, IOTX_MQTT_DUTY_SUB_ID_PART,
				 iotx_mqtt_off_of_prop(s, IOTX_MQTT_PROP_SUBSCRIPTION_IDENTIFIER));
}

static void judge_delivery(struct iotx_mqtt_step *s)
{
	const struct iotx_mqtt_msg *msg = &s->seen->msg;
	struct iotx_slice topic = iotx_mqtt_topic_of(msg);
	struct match m;

	if (!topic.len || s->c->subs.partial)
		return;
	match_all(&s->c->subs, topic, &m);
	if (!m.live && !m.unsure) {
		iotx_mqtt_breach(s, m.dollar ? IOTX_MQTT_DUTY_DOLLAR : IOTX_MQTT_DUTY_UNMATCHED,
				 iotx_mqtt_off_of(s, msg->publish.topic.data));
		return;
	}
	if (m.unsure)
		return;
	if (msg->qos > m.most)
		iotx_mqtt_breach(s, m.shared == m.live ? IOTX_MQTT_DUTY_ABOVE_GRANT_SHARED :
							 IOTX_MQTT_DUTY_ABOVE_GRANT, 0);
	if (s->c->version == IOTX_MQTT_V5)
		judge_ids(s, &m);
}

void iotx_mqtt_judge_delivery(struct iotx_mqtt_step *s)
{
	if (!s->c->whole)
		return;
	switch (s->seen->msg.type) {
	case IOTX_MQTT_PUBLISH:
		if (iotx_mqtt_by_server(s))
			judge_delivery(s);
		break;
	case IOTX_MQTT_SUBSCRIBE:
		subscribe(s);
		break;
	case IOTX_MQTT_UNSUBSCRIBE:
		unsubscribe(s);
		break;
	case IOTX_MQTT_SUBACK:
		suback(s);
		break;
	default:
		break;
	}
}
