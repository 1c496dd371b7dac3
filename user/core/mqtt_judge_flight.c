// SPDX-License-Identifier: GPL-2.0-only
/*
 * Packet identifiers, and the handshakes that they name: MQTT 5.0, 2.2.1, 3.8.4, 3.10.4,
 * 4.3, 4.4, 4.6 and 4.9. Messages are followed in any connection; they are judged only
 * where all of it was seen.
 */
#include "core/mqtt_conn.h"

static void flag(struct iotx_mqtt_step *s, enum iotx_mqtt_duty duty, u32 off)
{
	if (s->c->whole)
		iotx_mqtt_breach(s, duty, off);
}

static struct iotx_mqtt_flights *flights_of(const struct iotx_mqtt_step *s, bool of_peer)
{
	return &s->c->flights[s->d->side ^ of_peer];
}

static struct iotx_mqtt_flight *start(struct iotx_mqtt_step *s, u8 type)
{
	const struct iotx_mqtt_msg *msg = &s->seen->msg;
	struct iotx_mqtt_flight *f = iotx_mqtt_flight_add(flights_of(s, false), msg->packet_id);

	if (!f) {
		if (msg->packet_id) {
			iotx_delivery_stats(s->d)->mqtt_inflight_limit++;
			iotx_mqtt_conn_doubt(s->c);
		}
		return NULL;
	}
	f->type = type;
	f->qos = msg->qos;
	f->copies = 1;
	f->serial = s->c->serial;
	f->sent_ns = f->step_ns = s->d->ts_ns;
	f->frame = s->d->frame_number;
	iotx_mqtt_conn_wait(s->c, s->d->ts_ns + IOTX_MQTT_ANSWER_NS);
	return f;
}

/* What a client does comes in the order of the messages that it is about (4.6). */
static void in_order(struct iotx_mqtt_step *s, u32 serial, u8 order, enum iotx_mqtt_duty duty)
{
	u32 *last = &s->c->order[order];

	if (!iotx_mqtt_by_client(s))
		return;
	if (serial < *last)
		flag(s, duty, 0);
	else
		*last = serial;
}

/* --- PUBLISH -------------------------------------------------------------------------------- */

/* 0: the payload was not captured whole. */
static u64 content_of(const struct iotx_mqtt_msg *msg)
{
	if (msg->publish.skipped_length)
		return 0;
	return iotx_mqtt_content(iotx_mqtt_topic_of(msg), msg->publish.payload);
}

static bool same_content(u64 a, u64 b)
{
	return !a || !b || a == b;
}

/* More at once than the peer takes: told when it begins. */
static void judge_quota(struct iotx_mqtt_step *s)
{
	const struct iotx_mqtt_flights *f = flights_of(s, false);
	bool *over = &s->c->over_quota[s->d->side];
	bool now = f->publishes > s->c->takes[!s->d->side].receive_max;

	if (s->c->version == IOTX_MQTT_V5 && s->c->stage == IOTX_MQTT_OPEN && now && !*over) {
		flag(s, iotx_mqtt_by_client(s) ? IOTX_MQTT_DUTY_RECEIVE_MAX_CLIENT :
						 IOTX_MQTT_DUTY_RECEIVE_MAX_SERVER, 0);
		flag(s, f->over ? IOTX_MQTT_DUTY_QUOTA_USED : IOTX_MQTT_DUTY_QUOTA_INITIAL, 0);
	}
	*over = now;
}

/* What the session's last connection has left over, in the words of this message. */
static struct iotx_mqtt_flight *left_over(const struct iotx_mqtt_step *s, u64 content)
{
	struct iotx_mqtt_flights *flights = flights_of(s, false);
	struct iotx_mqtt_flight *f = NULL;

	if (!s->c->resumed || !content)
		return NULL;
	while ((f = iotx_mqtt_flight_next(flights, f)))
		if (f->carried && f->content == content)
			return f;
	return NULL;
}

/*
 * DUP in a message that was not sent before. A copy may cross the answer to the first one;
 * and what was sent into a connection that was cut off may be nowhere on the wire.
 */
static void judge_new(struct iotx_mqtt_step *s, u64 content)
{
	const struct iotx_mqtt_msg *msg = &s->seen->msg;
	struct iotx_mqtt_flights *flights = flights_of(s, false);
	const struct iotx_mqtt_past *past;
	struct iotx_mqtt_flight *f;

	if (!msg->dup)
		return;
	past = iotx_mqtt_past_find(flights, msg->packet_id);
	f = past ? NULL : left_over(s, content);
	if (past && past->refused && same_content(past->content, content)) {
		flag(s, IOTX_MQTT_DUTY_AGAIN_REFUSED, 0);
	} else if (f) {
		flag(s, IOTX_MQTT_DUTY_AGAIN_OTHER_ID, iotx_mqtt_off_of_id(s));
		iotx_mqtt_flight_done(flights, f, false);
	} else if (!past && !s->c->past_unknown && !s->c->cut_off &&
		   flights->over <= IOTX_MQTT_PAST) {
		flag(s, msg->qos == 1 ? IOTX_MQTT_DUTY_NEW_DUP_QOS1 : IOTX_MQTT_DUTY_NEW_DUP_QOS2,
		     0);
	}
}

static void publish_new(struct iotx_mqtt_step *s, u64 content)
{
	struct iotx_mqtt_flight *f;

	judge_new(s, content);
	f = start(s, IOTX_MQTT_PUBLISH);
	if (!f)
		return;
	f->content = content;
	flights_of(s, false)->publishes++;
	judge_quota(s);
}

static void id_used(struct iotx_mqtt_step *s)
{
	u8 qos = s->seen->msg.qos;

	flag(s, iotx_mqtt_by_server(s) ? IOTX_MQTT_DUTY_ID_USED_SERVER :
					 IOTX_MQTT_DUTY_ID_USED_CLIENT, iotx_mqtt_off_of_id(s));
	if (s->seen->msg.type == IOTX_MQTT_PUBLISH)
		flag(s, qos == 1 ? IOTX_MQTT_DUTY_ID_USED_QOS1 : IOTX_MQTT_DUTY_ID_USED_QOS2,
		     iotx_mqtt_off_of_id(s));
}

/* The messages of a resumed session come again in their order, those of a client. */
static void sent_again_first(struct iotx_mqtt_step *s, struct iotx_mqtt_flight *f)
{
	f->carried = false;
	flights_of(s, false)->publishes++;
	in_order(s, f->serial, IOTX_MQTT_ORDER_AGAIN, IOTX_MQTT_DUTY_ORDER_AGAIN);
	f->serial = s->c->serial;
	judge_quota(s);
}

static void sent_again(struct iotx_mqtt_step *s, struct iotx_mqtt_flight *f)
{
	bool dup = s->seen->msg.dup;

	if (!dup)
		flag(s, IOTX_MQTT_DUTY_AGAIN_NO_DUP, 0);
	if (f->state == IOTX_MQTT_RELEASED)
		flag(s, IOTX_MQTT_DUTY_AGAIN_RELEASED, 0);
	else if (f->carried)
		sent_again_first(s, f);
	else if (dup)
		flag(s, IOTX_MQTT_DUTY_AGAIN_SAME, 0);
	f->copies += f->copies < UINT8_MAX;
	f->step_ns = s->d->ts_ns;
}

/* Takes an id that is in use: what it stood for is given up. */
static void publish_instead(struct iotx_mqtt_step *s, struct iotx_mqtt_flight *f, u64 content)
{
	id_used(s);
	iotx_mqtt_flight_done(flights_of(s, false), f, false);
	publish_new(s, content);
}

static void publish(struct iotx_mqtt_step *s)
{
	const struct iotx_mqtt_msg *msg = &s->seen->msg;
	struct iotx_mqtt_flight *f;
	u64 content;

	if (!msg->qos || msg->qos == 3 || !msg->packet_id)
		return;
	content = content_of(msg);
	f = iotx_mqtt_flight_find(flights_of(s, false), msg->packet_id);
	if (!f)
		publish_new(s, content);
	else if (f->type != IOTX_MQTT_PUBLISH || f->qos != msg->qos ||
		 !same_content(f->content, content))
		publish_instead(s, f, content);
	else
		sent_again(s, f);
}

/* --- its answers ---------------------------------------------------------------------------- */

static void answers(struct iotx_mqtt_step *s, const struct iotx_mqtt_flight *f)
{
	struct iotx_mqtt_facts *facts = &s->seen->facts;

	facts->answers = s->d->ts_ns >= f->sent_ns;
	facts->request_frame = f->frame;
	facts->latency_ns = s->d->ts_ns - f->sent_ns;
	if (s->c->fault && f->serial > s->c->fault && iotx_mqtt_by_server(s))
		flag(s, IOTX_MQTT_DUTY_FAULT_SERVED, 0);
}

/* Something that answers, and nothing to be answered: unless that is over already. */
static void unknown(struct iotx_mqtt_step *s, const struct iotx_mqtt_flights *f)
{
	const struct iotx_mqtt_msg *msg = &s->seen->msg;
	const struct iotx_mqtt_past past = { .id = msg->packet_id, .type = msg->type };

	if (!msg->packet_id || s->c->past_unknown || iotx_mqtt_past_find(f, msg->packet_id))
		return;
	flag(s, s->c->fault ? IOTX_MQTT_DUTY_FAULT_SERVED : IOTX_MQTT_DUTY_ACK_UNKNOWN,
	     iotx_mqtt_off_of_id(s));
	iotx_mqtt_past_add(flights_of(s, msg->type != IOTX_MQTT_PUBREL), &past);
}

static void done(struct iotx_mqtt_step *s, struct iotx_mqtt_flight *f, bool of_peer, bool refused)
{
	iotx_mqtt_flight_done(flights_of(s, of_peer), f, refused);
}

static void puback(struct iotx_mqtt_step *s, struct iotx_mqtt_flight *f)
{
	answers(s, f);
	if (f->qos != 1)
		flag(s, IOTX_MQTT_DUTY_ACK_KIND, 0);
	else
		in_order(s, f->serial, IOTX_MQTT_ORDER_PUBACK, IOTX_MQTT_DUTY_ORDER_PUBACK);
	done(s, f, true, s->seen->msg.reason >= 0x80);
}

static void pubrec(struct iotx_mqtt_step *s, struct iotx_mqtt_flight *f)
{
	answers(s, f);
	if (f->qos != 2)
		flag(s, IOTX_MQTT_DUTY_ACK_KIND, 0);
	else if (!f->answers)
		in_order(s, f->serial, IOTX_MQTT_ORDER_PUBREC, IOTX_MQTT_DUTY_ORDER_PUBREC);
	if (f->qos != 2 || s->seen->msg.reason >= 0x80) {
		done(s, f, true, s->seen->msg.reason >= 0x80);
		return;
	}
	f->answers += f->answers < UINT8_MAX;
	f->step_ns = s->d->ts_ns;
	f->late = false;
	if (f->state == IOTX_MQTT_SENT) {
		f->state = IOTX_MQTT_RECEIVED;
		f->received = s->c->serial;
	}
}

static void pubrel(struct iotx_mqtt_step *s, struct iotx_mqtt_flight *f)
{
	if (f->state == IOTX_MQTT_RECEIVED)
		in_order(s, f->received, IOTX_MQTT_ORDER_PUBREL, IOTX_MQTT_DUTY_ORDER_PUBREL);
	if (f->carried) { /* it goes on where it was broken off */
		f->carried = false;
		flights_of(s, false)->publishes++;
	}
	f->state = IOTX_MQTT_RELEASED;
	f->step_ns = s->d->ts_ns;
	f->late = false;
	s->seen->facts.request_frame = f->frame;
	iotx_mqtt_conn_wait(s->c, s->d->ts_ns + IOTX_MQTT_ANSWER_NS);
}

static void pubcomp(struct iotx_mqtt_step *s, struct iotx_mqtt_flight *f)
{
	answers(s, f);
	if (f->qos != 2)
		flag(s, IOTX_MQTT_DUTY_ACK_KIND, 0);
	done(s, f, true, false);
}

/* PUBACK, PUBREC and PUBCOMP answer the peer; PUBREL goes on with a message of one's own. */
static void answer(struct iotx_mqtt_step *s, bool of_peer,
		   void (*take)(struct iotx_mqtt_step *s, struct iotx_mqtt_flight *f))
{
	const struct iotx_mqtt_flights *flights = flights_of(s, of_peer);
	struct iotx_mqtt_flight *f = iotx_mqtt_flight_find(flights, s->seen->msg.packet_id);

	if (f && f->type == IOTX_MQTT_PUBLISH)
		take(s, f);
	else
		unknown(s, flights);
	s->c->over_quota[s->d->side ^ of_peer] = false;
}

/* --- SUBSCRIBE, UNSUBSCRIBE ----------------------------------------------------------------- */

static void request(struct iotx_mqtt_step *s)
{
	const struct iotx_mqtt_msg *msg = &s->seen->msg;
	struct iotx_mqtt_flight *f = iotx_mqtt_flight_find(flights_of(s, false), msg->packet_id);

	if (f && f->type == msg->type && s->c->version != IOTX_MQTT_V5 && msg->dup)
		return; /* MQTT 3.1 sends it again */
	if (f) {
		id_used(s);
		iotx_mqtt_flight_done(flights_of(s, false), f, false);
	}
	f = start(s, msg->type);
	if (f && msg->list.len && !iotx_mqtt_flight_keep(flights_of(s, false), f, msg->list))
		iotx_delivery_stats(s->d)->mqtt_inflight_limit++;
}

static void judge_codes(struct iotx_mqtt_step *s, const struct iotx_mqtt_flight *f)
{
	struct iotx_slice filters = iotx_slice(f->filters, f->filters_len);
	struct iotx_slice codes = s->seen->msg.list;
	bool suback = f->type == IOTX_MQTT_SUBSCRIBE, more_codes, more_filters;
	struct iotx_mqtt_filter filter;
	u8 code;

	if (!filters.len || (!suback && s->c->version != IOTX_MQTT_V5))
		return;
	for (;;) {
		more_filters = iotx_mqtt_filter_next(f->type, &filters, &filter);
		more_codes = iotx_mqtt_code_next(&codes, &code);
		if (!more_filters || !more_codes)
			break;
		if (suback && code <= 2 && code > iotx_mqtt_sub_qos(filter.options))
			flag(s, IOTX_MQTT_DUTY_GRANTED, iotx_mqtt_off_of(s, codes.data - 1));
	}
	if (more_filters != more_codes)
		flag(s, suback ? IOTX_MQTT_DUTY_SUBACK_COUNT : IOTX_MQTT_DUTY_UNSUBACK_COUNT, 0);
}

static void request_unknown(struct iotx_mqtt_step *s, const struct iotx_mqtt_flights *flights)
{
	bool suback = s->seen->msg.type == IOTX_MQTT_SUBACK;
	u8 type = suback ? IOTX_MQTT_SUBSCRIBE : IOTX_MQTT_UNSUBSCRIBE;
	const struct iotx_mqtt_past *past = iotx_mqtt_past_find(flights, s->seen->msg.packet_id);
	u32 off = iotx_mqtt_off_of_id(s);

	if (!s->seen->msg.packet_id)
		return;
	if (past && past->type == type) {
		flag(s, suback ? IOTX_MQTT_DUTY_SUBACK_TWICE : IOTX_MQTT_DUTY_UNSUBACK_TWICE, off);
		return;
	}
	flag(s, IOTX_MQTT_DUTY_SUBACK_ID, off);
	flag(s, suback ? IOTX_MQTT_DUTY_SUBACK_SAME : IOTX_MQTT_DUTY_UNSUBACK_SAME, off);
}

static void request_answer(struct iotx_mqtt_step *s)
{
	struct iotx_mqtt_flights *flights = flights_of(s, true);
	struct iotx_mqtt_flight *f = iotx_mqtt_flight_find(flights, s->seen->msg.packet_id);
	u8 type = s->seen->msg.type == IOTX_MQTT_SUBACK ? IOTX_MQTT_SUBSCRIBE :
							  IOTX_MQTT_UNSUBSCRIBE;

	if (!f || f->type != type) {
		request_unknown(s, flights);
		return;
	}
	answers(s, f);
	judge_codes(s, f);
	s->filters = f->filters;
	s->seen->facts.filters = iotx_slice(f->filters, f->filters_len);
	s->seen->facts.request_type = type;
	f->filters = NULL;
	iotx_mqtt_flight_done(flights, f, false);
}

/* --- PINGREQ, PINGRESP ---------------------------------------------------------------------- */

static void ping(struct iotx_mqtt_step *s)
{
	struct iotx_mqtt_conn *c = s->c;

	if (s->seen->msg.type == IOTX_MQTT_PINGREQ && !c->ping_ns) {
		c->ping_ns = s->d->ts_ns;
		c->ping_frame = s->d->frame_number;
		c->ping_serial = c->serial;
		iotx_mqtt_conn_wait(c, s->d->ts_ns + IOTX_MQTT_ANSWER_NS);
	}
	if (s->seen->msg.type != IOTX_MQTT_PINGRESP || !c->ping_ns)
		return;
	answers(s, &(struct iotx_mqtt_flight){
		.sent_ns = c->ping_ns, .frame = c->ping_frame, .serial = c->ping_serial });
	c->ping_ns = 0;
}

void iotx_mqtt_judge_flight(struct iotx_mqtt_step *s)
{
	switch (s->seen->msg.type) {
	case IOTX_MQTT_PUBLISH:
		publish(s);
		break;
	case IOTX_MQTT_PUBACK:
		answer(s, true, puback);
		break;
	case IOTX_MQTT_PUBREC:
		answer(s, true, pubrec);
		break;
	case IOTX_MQTT_PUBREL:
		answer(s, false, pubrel);
		break;
	case IOTX_MQTT_PUBCOMP:
		answer(s, true, pubcomp);
		break;
	case IOTX_MQTT_SUBSCRIBE:
	case IOTX_MQTT_UNSUBSCRIBE:
		request(s);
		break;
	case IOTX_MQTT_SUBACK:
	case IOTX_MQTT_UNSUBACK:
		request_answer(s);
		break;
	default:
		ping(s);
	}
}
