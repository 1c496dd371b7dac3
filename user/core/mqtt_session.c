// SPDX-License-Identifier: GPL-2.0-only
/*
 * MQTT in one TCP connection: cuts each direction's bytes into messages, keeps the
 * version, and resolves topic aliases, per direction.
 */
#include "core/alias.h"
#include "core/assembly.h"
#include "core/conv.h"
#include "core/mqtt_broker.h"
#include "core/mqtt_request.h"
#include "wire/mqtt_prop.h"
#include <iotxdp/framing.h>
#include <stdlib.h>

struct side {
	struct iotx_assembly assembly;
	struct iotx_aliases aliases;
};

struct session {
	struct side side[2];
	struct iotx_mqtt_conn conn;
};

static void *session_open(void)
{
	return calloc(1, sizeof(struct session));
}

static void session_close(void *session)
{
	struct session *s = session;

	iotx_mqtt_conn_free(&s->conn);
	for (int i = 0; i < 2; i++) {
		iotx_assembly_free(&s->side[i].assembly);
		iotx_aliases_free(&s->side[i].aliases);
	}
	free(s);
}

/* An alias may have been bound anew in what was lost. */
static void lost(void *session, const struct iotx_delivery *d)
{
	struct session *s = session;

	if (!s->conn.ended[d->side])
		iotx_mqtt_conn_doubt(&s->conn);
	iotx_aliases_free(&s->side[d->side].aliases);
}

static void bind(struct session *s, struct iotx_mqtt_step *step, u16 alias)
{
	struct iotx_slice topic = step->seen->msg.publish.topic;

	if (!iotx_aliases_set(&s->side[step->d->side].aliases, alias, topic))
		return;
	iotx_delivery_stats(step->d)->aliases_limit++;
	iotx_mqtt_conn_doubt(&s->conn);
}

/* What a message changes in the session, before it is judged. */
static void learn(struct session *s, struct iotx_mqtt_step *step)
{
	struct side *side = &s->side[step->d->side];
	struct iotx_mqtt_msg *msg = &step->seen->msg;
	u16 alias = iotx_mqtt_topic_alias(msg);

	if (!s->conn.version && msg->version_telling)
		s->conn.version = msg->version; /* in midstream */
	if (!alias || msg->type != IOTX_MQTT_PUBLISH)
		return;
	if (!msg->publish.topic.len)
		msg->resolved_topic = iotx_aliases_get(&side->aliases, alias);
	else
		bind(s, step, alias);
}

/* The clauses that bind the sides of a connection, in the order of its life. */
static void judge(struct iotx_mqtt_step *step)
{
	struct iotx_mqtt_conn *c = step->c;
	u8 type = step->seen->msg.type;
	bool again = type == IOTX_MQTT_CONNECT && c->stage != IOTX_MQTT_UNKNOWN;

	iotx_mqtt_judge_open(step);
	if (type == IOTX_MQTT_CONNECT && !again)
		iotx_mqtt_conn_connect(step);
	if (type == IOTX_MQTT_CONNACK && !c->connected) {
		iotx_mqtt_conn_connack(step);
		iotx_mqtt_judge_connack(step);
	}
	iotx_mqtt_judge_auth(step);
	iotx_mqtt_judge_limits(step);
	if (step->verdict != IOTX_E_BAD)
		iotx_mqtt_judge_flight(step);
	else if (!c->fault && iotx_mqtt_by_client(step) && type != IOTX_MQTT_CONNECT)
		c->fault = c->serial;
	iotx_mqtt_judge_delivery(step);
	iotx_mqtt_judge_forward(step);
	iotx_mqtt_judge_end(step);
	if (c->stage == IOTX_MQTT_OPEN)
		iotx_mqtt_broker_disconnect(step);
}

/* The first message: what the connection shares with all others. */
static void join(struct session *s, const struct iotx_delivery *d)
{
	struct iotx_purse *purse;

	s->conn.brokers = iotx_delivery_brokers(d);
	purse = s->conn.brokers->purse;
	s->conn.subs.purse = purse;
	for (u32 side = 0; side < 2; side++)
		s->side[side].aliases.purse = s->conn.flights[side].purse = purse;
}

/* Each message has its number; and what the other side has said before is all there. */
static void begin(struct session *s, const struct iotx_delivery *d)
{
	s->conn.d = *d;
	if (!s->conn.brokers)
		join(s, d);
	s->conn.serial++;
	if (s->conn.whole && !iotx_conv_complete(d->conv, !d->side))
		iotx_mqtt_conn_doubt(&s->conn);
}

/* A name and a value have five bytes at least. */
static void count_user(const struct iotx_delivery *d, struct iotx_slice props)
{
	u32 n;

	if (props.len < 5 * IOTX_MQTT_USER_MAX)
		return;
	n = iotx_mqtt_prop_count(props, IOTX_MQTT_PROP_USER_PROPERTY);
	if (n > IOTX_MQTT_USER_MAX)
		iotx_delivery_stats(d)->mqtt_properties_limit += n - IOTX_MQTT_USER_MAX;
}

static void take(struct session *s, struct iotx_mqtt_step *step, struct iotx_event *ev)
{
	struct iotx_mqtt_conn *c = &s->conn;
	struct iotx_mqtt_seen *seen = step->seen;

	learn(s, step);
	step->verdict = ev->verdict;
	judge(step);
	iotx_mqtt_request(step);
	if (c->stage == IOTX_MQTT_UNKNOWN && !c->told) {
		c->told = true;
		seen->facts.from_midstream = true;
	}
	if (seen->msg.type == IOTX_MQTT_PUBLISH && seen->msg.retain && iotx_mqtt_by_client(step))
		seen->facts.retained = seen->msg.publish.payload.len ||
				       seen->msg.publish.skipped_length ? "set" : "erased";
	ev->resync = iotx_assembly_resynced(&s->side[step->d->side].assembly);
	iotx_delivery_stats(step->d)->mqtt_messages[seen->msg.type & 15]++;
	seen->facts.sparkplug = iotx_sparkplug_take(step);
	seen->msg.sparkplug = iotx_sparkplug_is_payload(seen->facts.sparkplug);
	count_user(step->d, seen->msg.props);
	count_user(step->d, seen->msg.connect.will.props);
	iotx_delivery_emit(step->d, ev);
	iotx_mqtt_findings(step);
	iotx_sparkplug_findings(step);
	iotx_mqtt_broker_told(step);
	iotx_mqtt_will_publish(step);
	if (step->goes_on)
		iotx_mqtt_goes_on(c, step->d->side);
	free(step->filters);
}

static void message(void *session, const struct iotx_delivery *d, const u8 *data, u32 cap_len,
		    u32 len)
{
	struct session *s = session;
	const struct iotx_mqtt_in in = {
		.data = data,
		.cap_len = cap_len,
		.len = len,
		.version = s->conn.version,
		.role = iotx_mqtt_role(&s->conn, d->side),
		.connected = s->conn.connected,
	};
	struct iotx_mqtt_seen seen; /* decoding clears the message */
	struct iotx_mqtt_step step;
	struct iotx_event ev;

	iotx_event_start(&ev, &iotx_mqtt_seen_event, &seen);
	ev.verdict = iotx_mqtt_decode(&in, &seen.msg, &ev.diag);
	ev.raw = iotx_slice(data, cap_len);
	ev.raw_len = len;
	if (cap_len < len)
		iotx_delivery_stats(d)->messages_truncated++;
	begin(s, d);
	if (ev.verdict == IOTX_E_SHORT) { /* too little of it to make an event of */
		iotx_mqtt_conn_doubt(&s->conn);
		return;
	}
	memset(&seen.facts, 0, sizeof(seen.facts));
	step.d = d;
	step.c = &s->conn;
	step.seen = &seen;
	step.data = data;
	step.len = len;
	step.filters = NULL;
	step.takeover = NULL;
	step.goes_on = false;
	step.count = 0;
	take(s, &step, &ev);
}

/* The classifier knows where. */
static bool boundary(const struct iotx_assembly *a, const struct iotx_piece *piece, u32 *skip)
{
	(void)a;
	*skip = piece->boundary_seq - piece->seq;
	return piece->has_boundary;
}

/* A type there is makes it a message, however its length reads; type 0 is none. */
static bool unmeasured(void *session, const struct iotx_delivery *d, const u8 *data, u32 n)
{
	if (!iotx_mqtt_type(data[0]))
		return false;
	message(session, d, data, n, n);
	return true;
}

static const struct iotx_assembly_class assembly = {
	.measure = iotx_mqtt_measure,
	.unmeasured = unmeasured,
	.boundary = boundary,
	.message = message,
	.lost = lost,
	.protocol = "mqtt",
	.rule = "MQTT 5.0 2.1.2",
	.finding = "no MQTT fixed header where a message has to start",
};

static struct iotx_assembly *assembly_of(void *session, const struct iotx_delivery *d)
{
	struct session *s = session;

	return &s->side[d->side].assembly;
}

static void session_bytes(void *session, const struct iotx_delivery *d,
			  const struct iotx_piece *piece)
{
	struct session *s = session;
	struct iotx_mqtt_conn *c = &s->conn;

	if (piece->sparse && c->whole) /* what lies between is not there on purpose */
		iotx_mqtt_conn_doubt(c);
	iotx_mqtt_conn_heard(c, d);
	iotx_assembly_bytes(&assembly, assembly_of(session, d), session, d, piece);
	if (c->overdue || (c->timer.place && c->timer.due_ns <= d->ts_ns))
		iotx_mqtt_conn_clock(c, d->ts_ns);
}

static void session_missing(void *session, const struct iotx_delivery *d, u32 n)
{
	iotx_assembly_missing(&assembly, assembly_of(session, d), session, d, n);
}

static void session_end(void *session, const struct iotx_delivery *d)
{
	struct session *s = session;

	iotx_mqtt_conn_heard(&s->conn, d);
	if (!s->conn.ended[0] && !s->conn.ended[1])
		iotx_mqtt_broker_end(&s->conn, d);
	s->conn.ended[d->side] = true;
	if (d->reset)
		s->conn.ended[!d->side] = true;
	iotx_assembly_end(&assembly, assembly_of(session, d), session, d);
}

const struct iotx_session_class iotx_session_mqtt = {
	.open = session_open,
	.close = session_close,
	.bytes = session_bytes,
	.missing = session_missing,
	.end = session_end,
};
