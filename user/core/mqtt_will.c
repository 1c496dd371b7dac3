// SPDX-License-Identifier: GPL-2.0-only
#include "core/mqtt_broker.h"

#include "base/hash.h"
#include "base/table.h"
#include "core/conv.h"
#include "wire/mqtt_prop.h"
#include <stddef.h>
#include <stdlib.h>

#define NEAR_NS (5 * IOTX_MQTT_SECOND_NS) /* of something that explains a message as well */

/* --- one ------------------------------------------------------------------------------------ */

static struct iotx_slice topic_of(const struct iotx_mqtt_testament *will)
{
	return iotx_slice(will->bytes, will->topic_len);
}

static struct iotx_slice payload_of(const struct iotx_mqtt_testament *will)
{
	return iotx_slice(will->bytes + will->topic_len, will->payload_len);
}

static u64 size_of(u32 len)
{
	return sizeof(struct iotx_mqtt_testament) + len;
}

void iotx_mqtt_will_drop(struct iotx_mqtt_brokers *b, struct iotx_mqtt_testament *will)
{
	if (will)
		iotx_purse_free(b->purse, will, size_of(will->topic_len + will->payload_len));
}

struct iotx_mqtt_testament *iotx_mqtt_will_new(struct iotx_mqtt_step *s)
{
	const struct iotx_mqtt_will *def = &s->seen->msg.connect.will;
	u32 len = def->topic.len + def->payload.len;
	struct iotx_mqtt_testament *will;
	struct iotx_mqtt_prop p;

	if (!def->topic.len)
		return NULL;
	will = len > IOTX_MQTT_WILL_BYTES_MAX ? NULL :
		iotx_purse_calloc(s->c->brokers->purse, size_of(len));
	if (!will) {
		iotx_delivery_stats(s->d)->mqtt_wills_limit++;
		return NULL;
	}
	memcpy(will->bytes, def->topic.data, def->topic.len);
	if (def->payload.len)
		memcpy(will->bytes + def->topic.len, def->payload.data, def->payload.len);
	will->topic_len = def->topic.len;
	will->payload_len = def->payload.len;
	will->qos = def->qos;
	will->retain = def->retain;
	will->armed_frame = s->d->frame_number;
	if (iotx_mqtt_prop_find(def->props, IOTX_MQTT_PROP_WILL_DELAY_INTERVAL, &p))
		will->delay_s = p.number;
	return will;
}

/* --- all of them ---------------------------------------------------------------------------- */

static u16 *topic_count(struct iotx_mqtt_wills *w, u64 topic_hash)
{
	return &w->topics[topic_hash % (sizeof(w->topics) / sizeof(*w->topics))];
}

/* Each of them is looked at when a message has their words. */
static bool is_crowded(const struct iotx_mqtt_testament *first)
{
	u32 n = 0;

	for (; first && n < IOTX_MQTT_WILLS_ALIKE; first = first->next)
		n++;
	return n == IOTX_MQTT_WILLS_ALIKE;
}

static bool put_in(struct iotx_mqtt_brokers *b, struct iotx_mqtt_testament *will)
{
	struct iotx_mqtt_at key = iotx_mqtt_at(will->broker_ip, will->content);
	struct iotx_mqtt_testament **first = iotx_table_find(b->wills.table, &key);

	if (!first)
		first = iotx_table_add(b->wills.table, &key);
	if (!first || is_crowded(*first))
		return false;
	will->next = *first;
	*first = will;
	b->wills.count++;
	++*topic_count(&b->wills, will->topic_hash);
	return true;
}

static void take_out(struct iotx_mqtt_brokers *b, const struct iotx_mqtt_testament *will)
{
	struct iotx_mqtt_at key = iotx_mqtt_at(will->broker_ip, will->content);
	struct iotx_mqtt_testament **first = iotx_table_find(b->wills.table, &key), **at = first;

	while (at && *at && *at != will)
		at = &(*at)->next;
	if (!at || !*at)
		return;
	*at = will->next;
	if (!*first)
		iotx_table_remove(b->wills.table, first);
	b->wills.count--;
	--*topic_count(&b->wills, will->topic_hash);
}

void iotx_mqtt_will_free(struct iotx_mqtt_brokers *b, struct iotx_mqtt_testament *will)
{
	take_out(b, will);
	iotx_timer_stop(&b->timers, &will->timer);
	will->client->will = NULL;
	iotx_mqtt_will_drop(b, will);
}

void iotx_mqtt_will_arm(struct iotx_mqtt_conn *c)
{
	struct iotx_mqtt_testament *will = c->will_asked;
	const struct iotx_endpoints *ends = &c->d.conv->ends[c->client];

	c->will_asked = NULL;
	if (c->who->will && will)
		iotx_mqtt_will_free(c->brokers, c->who->will);
	if (!will)
		return;
	will->client = c->who;
	will->conn = c;
	will->flow_id = ends->flow_id;
	memcpy(will->broker_ip, ends->dst_ip, sizeof(will->broker_ip));
	will->topic_hash = iotx_hash(IOTX_HASH_START, topic_of(will));
	will->content = iotx_mqtt_content(topic_of(will), payload_of(will));
	if (put_in(c->brokers, will)) {
		c->who->will = will;
		return;
	}
	iotx_delivery_stats(&c->d)->mqtt_wills_limit++;
	iotx_mqtt_will_drop(c->brokers, will);
}

/* --- what is told --------------------------------------------------------------------------- */

static void tell(const struct iotx_mqtt_testament *will, const struct iotx_delivery *d,
		 const char *action, const struct iotx_mqtt_receiver *receiver)
{
	const struct iotx_mqtt_will_told told = {
		.action = action,
		.cause = will->cause,
		.client_id = iotx_slice(will->client->id, will->client->id_len),
		.topic = topic_of(will),
		.payload = payload_of(will),
		.will = will,
		.receiver = receiver,
	};
	struct iotx_event ev;

	iotx_event_start(&ev, &iotx_mqtt_will_event, &told);
	iotx_delivery_emit(d, &ev);
}

/* In the name of the client whose will it is. */
static struct iotx_delivery its_client(const struct iotx_mqtt_testament *will)
{
	struct iotx_delivery d = will->conn->d;

	d.side = will->conn->client;
	d.ts_ns = will->conn->brokers->now_ns;
	d.frame_number = will->conn->brokers->frame;
	return d;
}

static void cancel(struct iotx_mqtt_testament *will, const char *cause)
{
	struct iotx_delivery d = its_client(will);

	will->cause = cause;
	tell(will, &d, "cancelled", NULL);
	iotx_mqtt_will_free(will->conn->brokers, will);
}

static void fire(struct iotx_mqtt_testament *will)
{
	struct iotx_delivery d = its_client(will);

	will->state = IOTX_MQTT_WILL_FIRED;
	will->fired_frame = d.frame_number;
	tell(will, &d, "fired", NULL);
	for (u32 i = 0; i < will->early_count; i++)
		if (d.ts_ns - will->early[i].ts_ns <= NEAR_NS)
			tell(will, &d, "delivered", &will->early[i]);
	will->early_count = 0;
}

/* --- the end of a connection ---------------------------------------------------------------- */

static struct iotx_mqtt_testament *armed(const struct iotx_mqtt_conn *c)
{
	struct iotx_mqtt_testament *will = c->who ? c->who->will : NULL;

	return will && will->conn == c && will->state == IOTX_MQTT_WILL_ARMED ? will : NULL;
}

void iotx_mqtt_will_cancel(struct iotx_mqtt_conn *c, const char *cause)
{
	struct iotx_mqtt_testament *will = armed(c);

	if (will)
		cancel(will, cause);
}

static void timer_due(struct iotx_timer *timer)
{
	u8 *will = (u8 *)timer - offsetof(struct iotx_mqtt_testament, timer);

	fire((struct iotx_mqtt_testament *)will);
}

/* It waits for its delay, but no longer than its session lasts (3.1.3.2.2). */
static void end(struct iotx_mqtt_testament *will, const char *cause)
{
	struct iotx_mqtt_conn *c = will->conn;
	u64 delay_s = will->delay_s < c->expiry_s ? will->delay_s : c->expiry_s;

	will->cause = cause;
	will->end_ns = c->brokers->now_ns;
	will->timer.due = timer_due;
	if (delay_s && !iotx_timer_set(&c->brokers->timers, &will->timer,
				       will->end_ns + delay_s * IOTX_MQTT_SECOND_NS))
		will->state = IOTX_MQTT_WILL_DELAYED;
	else
		fire(will);
}

void iotx_mqtt_will_end(struct iotx_mqtt_conn *c, const char *cause)
{
	struct iotx_mqtt_testament *will = armed(c);

	if (will)
		end(will, cause);
}

void iotx_mqtt_will_reconnect(struct iotx_mqtt_testament *will, bool clean)
{
	if (!will->conn)
		return;
	if (will->state == IOTX_MQTT_WILL_ARMED)
		end(will, "takeover");
	if (will->state != IOTX_MQTT_WILL_DELAYED)
		return;
	iotx_timer_stop(&will->conn->brokers->timers, &will->timer);
	if (clean) /* the session that it belongs to is over */
		fire(will);
	else
		cancel(will, "reconnected");
}

void iotx_mqtt_will_orphan(struct iotx_mqtt_testament *will)
{
	if (will->state == IOTX_MQTT_WILL_FIRED)
		will->conn = NULL;
	else
		iotx_mqtt_will_free(will->conn->brokers, will);
}

/* --- messages that may be one ---------------------------------------------------------------- */

static struct iotx_mqtt_testament *find(const struct iotx_mqtt_step *s, const u8 *ip)
{
	struct iotx_mqtt_wills *w = &s->c->brokers->wills;
	const struct iotx_mqtt_msg *msg = &s->seen->msg;
	struct iotx_slice topic = iotx_mqtt_topic_of(msg);
	struct iotx_mqtt_testament **first;
	struct iotx_mqtt_at key;

	if (!*topic_count(w, iotx_hash(IOTX_HASH_START, topic)) || msg->publish.skipped_length)
		return NULL;
	key = iotx_mqtt_at(ip, iotx_mqtt_content(topic, msg->publish.payload));
	first = iotx_table_find(w->table, &key);
	return first ? *first : NULL;
}

/* Through which subscription: through one without a wildcard, if there is one. */
static void find_way(const struct iotx_mqtt_step *s, struct iotx_mqtt_receiver *r)
{
	struct iotx_slice topic = iotx_mqtt_topic_of(&s->seen->msg);
	const struct iotx_mqtt_sub *sub = NULL;

	while ((sub = iotx_mqtt_subs_next(&s->c->subs, topic, sub))) {
		if (!iotx_mqtt_sub_matches(sub, topic))
			continue;
		r->known = true;
		r->wildcard = sub->wildcard;
		if (!r->wildcard)
			return;
	}
}

static struct iotx_mqtt_receiver receiver_of(const struct iotx_mqtt_step *s)
{
	const struct iotx_endpoints *ends = &s->d->conv->ends[s->d->side];
	const struct iotx_mqtt_client *who = s->c->who;
	struct iotx_mqtt_receiver r = {
		.ts_ns = s->d->ts_ns,
		.frame = s->d->frame_number,
		.flow_id = ends->flow_id,
		.ip_version = ends->ip_version,
		.port = ends->dst_port,
	};

	memcpy(r.ip, ends->dst_ip, sizeof(r.ip));
	if (who) {
		r.name_len = (u16)(who->id_len < sizeof(r.name) ? who->id_len : sizeof(r.name));
		memcpy(r.name, who->id, r.name_len);
	}
	find_way(s, &r);
	return r;
}

/* Before the end of its connection was seen: maybe it follows. */
static void early(struct iotx_mqtt_testament *will, const struct iotx_mqtt_receiver *r)
{
	if (will->early_count == IOTX_MQTT_EARLY_MAX)
		memmove(will->early, will->early + 1, --will->early_count * sizeof(*r));
	will->early[will->early_count++] = *r;
}

static void delivered(struct iotx_mqtt_step *s, struct iotx_mqtt_testament *will)
{
	const struct iotx_mqtt_receiver r = receiver_of(s);

	if (will->echo_ns && s->d->ts_ns - will->echo_ns < NEAR_NS)
		return;
	if (will->state == IOTX_MQTT_WILL_ARMED &&
	    iotx_mqtt_silent_too_long(will->conn, s->d->ts_ns))
		end(will, "keep_alive");
	if (will->state == IOTX_MQTT_WILL_FIRED)
		tell(will, s->d, "delivered", &r);
	else
		early(will, &r);
}

void iotx_mqtt_will_publish(struct iotx_mqtt_step *s)
{
	const struct iotx_endpoints *ends = &s->d->conv->ends[s->d->side];
	struct iotx_mqtt_testament *will, *next;

	if (!s->c->brokers->wills.count || s->seen->msg.type != IOTX_MQTT_PUBLISH)
		return;
	if (iotx_mqtt_by_client(s)) {
		for (will = find(s, ends->dst_ip); will; will = will->next)
			will->echo_ns = s->d->ts_ns;
		return;
	}
	for (will = find(s, ends->src_ip); will; will = next) {
		next = will->next;
		delivered(s, will);
	}
}
