// SPDX-License-Identifier: GPL-2.0-only
/*
 * MQTT in one TCP connection: cuts each direction's bytes into messages, keeps the
 * version, and resolves topic aliases, per direction.
 */
#include "core/alias.h"
#include "core/assembly.h"
#include "core/session.h"
#include "wire/mqtt.h"
#include <iotxdp/framing.h>
#include <stdlib.h>

struct side {
	struct iotx_assembly assembly;
	struct iotx_aliases aliases;
};

struct session {
	struct side side[2];
	u8 version; /* of the connection; 0: nothing has told yet */
	bool connected; /* its CONNACK was seen */
	bool client_known;
	u32 client; /* the side that sent the CONNECT */
};

static void *session_open(void)
{
	return calloc(1, sizeof(struct session));
}

static void session_close(void *session)
{
	struct session *s = session;

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

	iotx_aliases_free(&s->side[d->side].aliases);
}

/* What a message changes in the session, before it is shown. */
static void learn(struct session *s, const struct iotx_delivery *d, struct iotx_mqtt_msg *msg)
{
	struct side *side = &s->side[d->side];
	u16 alias = iotx_mqtt_topic_alias(msg);

	if (msg->type == IOTX_MQTT_CONNECT) {
		s->version = msg->version;
		s->connected = false;
		s->client_known = true;
		s->client = d->side;
	} else if (!s->version && msg->version_telling) {
		s->version = msg->version; /* in midstream */
	}
	if (msg->type == IOTX_MQTT_CONNACK)
		s->connected = true;
	if (!alias || msg->type != IOTX_MQTT_PUBLISH)
		return;
	if (!msg->publish.topic.len)
		msg->resolved_topic = iotx_aliases_get(&side->aliases, alias);
	else if (iotx_aliases_set(&side->aliases, alias, msg->publish.topic))
		iotx_delivery_stats(d)->aliases_limit++;
}

static u8 role_of(const struct session *s, u32 side)
{
	if (!s->client_known)
		return IOTX_ROLE_UNKNOWN;
	return s->client == side ? IOTX_ROLE_CLIENT : IOTX_ROLE_SERVER;
}

static void message(void *session, const struct iotx_delivery *d, const u8 *data, u32 cap_len,
		    u32 len)
{
	struct session *s = session;
	struct iotx_engine_stats *stats = iotx_delivery_stats(d);
	const struct iotx_mqtt_in in = {
		.data = data,
		.cap_len = cap_len,
		.len = len,
		.version = s->version,
		.role = role_of(s, d->side),
		.connected = s->connected,
	};
	struct iotx_mqtt_msg msg; /* decoding clears it */
	struct iotx_event ev;

	iotx_event_start(&ev, &iotx_mqtt_event, &msg);
	ev.verdict = iotx_mqtt_decode(&in, &msg, &ev.diag);
	ev.raw = iotx_slice(data, cap_len);
	if (cap_len < len)
		stats->messages_truncated++;
	if (ev.verdict == IOTX_E_SHORT) /* too little of it to make an event of */
		return;
	learn(s, d, &msg);
	ev.resync = iotx_assembly_resynced(&s->side[d->side].assembly);
	stats->mqtt_messages[msg.type & 15]++;
	iotx_delivery_emit(d, &ev);
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
	iotx_assembly_bytes(&assembly, assembly_of(session, d), session, d, piece);
}

static void session_missing(void *session, const struct iotx_delivery *d, u32 n)
{
	iotx_assembly_missing(&assembly, assembly_of(session, d), session, d, n);
}

static void session_end(void *session, const struct iotx_delivery *d)
{
	iotx_assembly_end(&assembly, assembly_of(session, d), session, d);
}

const struct iotx_session_class iotx_session_mqtt = {
	.open = session_open,
	.close = session_close,
	.bytes = session_bytes,
	.missing = session_missing,
	.end = session_end,
};
