// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a server makes of a message on its way from one client to others: MQTT 5.0, 3.3.1.3,
 * 3.3.2.3, 3.8.3.1, 4.6 and 4.8.2. Topic and payload tell which message it is, so that one is
 * judged which was published once. A server that sends what nobody was seen to publish has
 * other clients: it is judged no more.
 */
#include "base/hash.h"
#include "base/table.h"
#include "core/conv.h"
#include "core/mqtt_broker.h"
#include "wire/mqtt_prop.h"

#define SOON_NS (5 * IOTX_MQTT_SECOND_NS)

/* Instead of a message: the server has other clients. No message has this hash. */
#define HAS_OTHERS 0

enum { NO_LOCAL = 0x04, AS_PUBLISHED = 0x08 }; /* of the subscription options */

/* Hashes of what properties say; 0: there are none. */
struct said {
	u64 type, response, correlation, user, user_order;
	u32 users, expiry;
	bool utf8, expires;
};

struct published {
	struct said said;
	u64 ts_ns, serial;
	u64 sender; /* hash of its identifier; 0: unknown */
	u64 shared; /* hash of the Shared Subscription that it was last sent for; 0: none */
	u64 reader; /* ... to this client */
	u32 copies;
	u8 qos;
	u8 over; /* what is broken when another client that shares gets it; 0: nothing */
	bool retain;
};

struct iotx_table *iotx_mqtt_published_new(void)
{
	return iotx_table_new(sizeof(struct iotx_mqtt_at), sizeof(struct published),
			      IOTX_MQTT_PUBLISHED_MAX);
}

static u64 hash_of(struct iotx_slice value)
{
	return iotx_hash(IOTX_HASH_START, value) | 1;
}

static void read_prop(const struct iotx_mqtt_prop *p, struct said *said)
{
	u64 pair;

	switch (p->id) {
	case IOTX_MQTT_PROP_PAYLOAD_FORMAT_INDICATOR:
		said->utf8 = p->number == 1;
		break;
	case IOTX_MQTT_PROP_MESSAGE_EXPIRY_INTERVAL:
		said->expires = true;
		said->expiry = p->number;
		break;
	case IOTX_MQTT_PROP_CONTENT_TYPE:
		said->type = hash_of(p->value);
		break;
	case IOTX_MQTT_PROP_RESPONSE_TOPIC:
		said->response = hash_of(p->value);
		break;
	case IOTX_MQTT_PROP_CORRELATION_DATA:
		said->correlation = hash_of(p->value);
		break;
	case IOTX_MQTT_PROP_USER_PROPERTY:
		pair = iotx_hash(hash_of(p->name), p->value);
		said->users++;
		said->user += pair;
		said->user_order = iotx_hash_fold(said->user_order ^ pair, IOTX_HASH_START);
		break;
	}
}

static struct said said_by(struct iotx_slice props)
{
	struct said said = {};
	struct iotx_mqtt_prop p;

	while (!iotx_mqtt_prop_next(&props, &p))
		read_prop(&p, &said);
	return said;
}

static u64 content_of(const struct iotx_mqtt_step *s)
{
	const struct iotx_mqtt_msg *msg = &s->seen->msg;

	return iotx_mqtt_content(iotx_mqtt_topic_of(msg), msg->publish.payload);
}

static void *remember(struct iotx_mqtt_brokers *b, const struct iotx_mqtt_at *key)
{
	void *value = iotx_table_find(b->published, key);

	if (value)
		return value;
	if (iotx_table_count(b->published) == IOTX_MQTT_PUBLISHED_MAX)
		iotx_table_remove(b->published, iotx_table_oldest(b->published));
	return iotx_table_add(b->published, key);
}

/* A server that has other clients than those seen; as long as it is asked, it is not forgotten. */
static bool has_others(struct iotx_mqtt_brokers *b, const u8 *server)
{
	const struct iotx_mqtt_at key = iotx_mqtt_at(server, HAS_OTHERS);
	void *others = iotx_table_find(b->published, &key);

	if (others)
		iotx_table_touch(b->published, others);
	return others;
}

static u64 identity(const struct iotx_mqtt_conn *c)
{
	return c->who ? hash_of(iotx_slice(c->who->id, c->who->id_len)) : 0;
}

static void take_in(struct iotx_mqtt_step *s)
{
	const struct iotx_mqtt_msg *msg = &s->seen->msg;
	const u8 *server = s->d->conv->ends[s->d->side].dst_ip;
	struct iotx_mqtt_brokers *b = s->c->brokers;
	struct published *p;
	struct iotx_mqtt_at key;

	if (has_others(b, server))
		return;
	key = iotx_mqtt_at(server, content_of(s));
	p = remember(b, &key);
	if (!p || p->copies++)
		return;
	p->said = said_by(msg->props);
	p->ts_ns = s->d->ts_ns;
	p->serial = ++b->published_serial;
	p->sender = identity(s->c);
	p->qos = msg->qos;
	p->retain = msg->retain;
}

/* --- what is sent on ------------------------------------------------------------------------- */

/* The subscriptions that it came for. */
struct way {
	u32 count, shared;
	u64 filter; /* hash of one of them */
	u8 all, any; /* options of all of them, of any of them */
	bool unsure;
};

static struct way way_of(const struct iotx_mqtt_conn *c, struct iotx_slice topic)
{
	const struct iotx_mqtt_sub *sub = NULL;
	struct way way = { .all = 0xff };

	while ((sub = iotx_mqtt_subs_next(&c->subs, topic, sub))) {
		if (!iotx_mqtt_sub_matches(sub, topic))
			continue;
		way.unsure |= sub->waiting || sub->gone || sub->changed;
		way.count++;
		way.shared += sub->bare > 0;
		way.filter = hash_of(iotx_mqtt_sub_filter(sub));
		way.all &= sub->options;
		way.any |= sub->options;
	}
	way.unsure |= !way.count;
	return way;
}

static void altered(struct iotx_mqtt_step *s, enum iotx_mqtt_duty duty, enum iotx_mqtt_prop_id id)
{
	iotx_mqtt_breach(s, duty, iotx_mqtt_off_of_prop(s, id));
}

static void judge_said(struct iotx_mqtt_step *s, const struct said *was)
{
	struct said is = said_by(s->seen->msg.props);

	if (was->utf8 && !is.utf8)
		altered(s, IOTX_MQTT_DUTY_FORMAT_ALTERED, IOTX_MQTT_PROP_PAYLOAD_FORMAT_INDICATOR);
	if (was->expires && (!is.expires || is.expiry > was->expiry))
		altered(s, IOTX_MQTT_DUTY_EXPIRY_ALTERED, IOTX_MQTT_PROP_MESSAGE_EXPIRY_INTERVAL);
	if (was->response && is.response != was->response)
		altered(s, IOTX_MQTT_DUTY_RESPONSE_ALTERED, IOTX_MQTT_PROP_RESPONSE_TOPIC);
	if (was->correlation && is.correlation != was->correlation)
		altered(s, IOTX_MQTT_DUTY_CORRELATION_ALTERED, IOTX_MQTT_PROP_CORRELATION_DATA);
	if (is.users < was->users || (is.users == was->users && is.user != was->user))
		altered(s, IOTX_MQTT_DUTY_USER_ALTERED, IOTX_MQTT_PROP_USER_PROPERTY);
	else if (is.users == was->users && is.user_order != was->user_order)
		altered(s, IOTX_MQTT_DUTY_USER_ORDER, IOTX_MQTT_PROP_USER_PROPERTY);
	if (was->type && is.type != was->type)
		altered(s, IOTX_MQTT_DUTY_TYPE_ALTERED, IOTX_MQTT_PROP_CONTENT_TYPE);
}

static void judge_options(struct iotx_mqtt_step *s, const struct published *p,
			  const struct way *way)
{
	bool retain = s->seen->msg.retain;

	if (retain && !(way->any & AS_PUBLISHED))
		iotx_mqtt_breach(s, IOTX_MQTT_DUTY_RETAIN_KEPT, 0);
	if (way->all & AS_PUBLISHED && retain != p->retain)
		iotx_mqtt_breach(s, IOTX_MQTT_DUTY_RETAIN_ALTERED, 0);
	if (way->all & NO_LOCAL && p->sender && p->sender == identity(s->c))
		iotx_mqtt_breach(s, IOTX_MQTT_DUTY_NOT_LOCAL, 0);
}

/* Messages of one client, one topic and one QoS: in the order in which they came. */
static void judge_order(struct iotx_mqtt_step *s, const struct published *p, const struct way *way)
{
	struct iotx_mqtt_forwarded *last = &s->c->forwarded;
	const struct iotx_mqtt_forwarded now = {
		.serial = p->serial,
		.sender = p->sender,
		.topic = hash_of(iotx_mqtt_topic_of(&s->seen->msg)),
		.qos = (u8)(p->qos << 4 | s->seen->msg.qos),
	};
	bool same = now.sender && now.sender == last->sender && now.topic == last->topic &&
		    now.qos == last->qos;

	if (same && now.serial < last->serial && way->count == 1) {
		iotx_mqtt_breach(s, IOTX_MQTT_DUTY_ORDER_TOPIC, 0);
		if (!way->shared)
			iotx_mqtt_breach(s, IOTX_MQTT_DUTY_ORDER_SUBSCRIBER, 0);
	}
	*last = now;
}

/* --- Shared Subscriptions (4.8.2): who got it is the only one who may ------------------------ */

static void judge_shared(struct iotx_mqtt_step *s, struct published *p, const struct way *way)
{
	u64 reader = identity(s->c);
	struct iotx_mqtt_flight *f;

	if (way->count != 1 || !way->shared)
		return;
	if (p->over && p->shared == way->filter && p->reader != reader)
		iotx_mqtt_breach(s, (enum iotx_mqtt_duty)p->over, 0);
	p->over = 0;
	p->shared = way->filter;
	p->reader = reader;
	f = iotx_mqtt_flight_find(&s->c->flights[s->d->side], s->seen->msg.packet_id);
	if (f)
		f->shared = true;
}

/* What was last sent to this client for a Shared Subscription may not go to another one. */
static void is_over(const struct iotx_mqtt_conn *c, u64 content, enum iotx_mqtt_duty duty)
{
	struct iotx_mqtt_at key = iotx_mqtt_at(c->d.conv->ends[c->client].dst_ip, content);
	struct published *p = content ? iotx_table_find(c->brokers->published, &key) : NULL;

	if (p && p->shared && p->reader && p->reader == identity(c))
		p->over = (u8)duty;
}

static void refused(const struct iotx_mqtt_step *s)
{
	const struct iotx_mqtt_flights *flights = &s->c->flights[!s->d->side];
	const struct iotx_mqtt_past *past = iotx_mqtt_past_find(flights, s->seen->msg.packet_id);

	if (past && past->refused && s->seen->msg.reason >= 0x80 && iotx_mqtt_by_client(s))
		is_over(s->c, past->content, IOTX_MQTT_DUTY_SHARED_REFUSED);
}

void iotx_mqtt_forward_end(struct iotx_mqtt_conn *c)
{
	const struct iotx_mqtt_flights *flights = &c->flights[!c->client];
	const struct iotx_mqtt_flight *f = NULL;

	while ((f = iotx_mqtt_flight_next(flights, f)))
		if (f->shared && f->qos == 2)
			is_over(c, f->content, IOTX_MQTT_DUTY_SHARED_ENDED);
}

/* --- all of it ------------------------------------------------------------------------------- */

/* Nobody was seen to publish it, and it is neither retained, a will nor the server's own. */
static bool is_foreign(const struct iotx_mqtt_step *s, struct iotx_slice topic)
{
	return !s->seen->msg.retain && topic.data[0] != '$' && !s->c->brokers->wills.count;
}

static void give_out(struct iotx_mqtt_step *s)
{
	const u8 *server = s->d->conv->ends[s->d->side].src_ip;
	struct iotx_slice topic = iotx_mqtt_topic_of(&s->seen->msg);
	struct iotx_mqtt_brokers *b = s->c->brokers;
	struct iotx_mqtt_at key;
	struct published *p;
	struct way way;
	u64 since;

	if (!topic.len || has_others(b, server))
		return;
	key = iotx_mqtt_at(server, content_of(s));
	p = iotx_table_find(b->published, &key);
	if (!p && is_foreign(s, topic)) {
		key.what = HAS_OTHERS;
		remember(b, &key);
	}
	way = way_of(s->c, topic);
	/* behind a SUBACK what comes with RETAIN may be an older one */
	since = s->c->suback_ns + (s->seen->msg.retain ? SOON_NS : 0);
	if (!p || p->copies > 1 || p->ts_ns <= since || way.unsure ||
	    s->d->ts_ns - p->ts_ns > SOON_NS || b->wills.count)
		return;
	judge_said(s, &p->said);
	judge_options(s, p, &way);
	judge_order(s, p, &way);
	judge_shared(s, p, &way);
}

static void publish(struct iotx_mqtt_step *s)
{
	const struct iotx_mqtt_conn *c = s->c;

	if (!c->brokers->forwards || s->seen->msg.publish.skipped_length)
		return;
	if (iotx_mqtt_by_client(s))
		take_in(s);
	else if (iotx_mqtt_by_server(s) && c->whole && c->version == IOTX_MQTT_V5 &&
		 c->suback_ns && !c->subs.partial && !s->seen->msg.dup)
		give_out(s);
}

void iotx_mqtt_judge_forward(struct iotx_mqtt_step *s)
{
	switch (s->seen->msg.type) {
	case IOTX_MQTT_SUBSCRIBE:
		s->c->brokers->forwards |= s->c->version == IOTX_MQTT_V5;
		break;
	case IOTX_MQTT_SUBACK:
		s->c->suback_ns = s->d->ts_ns;
		break;
	case IOTX_MQTT_PUBLISH:
		publish(s);
		break;
	case IOTX_MQTT_PUBACK:
	case IOTX_MQTT_PUBREC:
		refused(s);
		break;
	default:
		break;
	}
}
