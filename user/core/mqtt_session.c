// SPDX-License-Identifier: GPL-2.0-only
/*
 * MQTT in one TCP connection: cuts each direction's bytes into messages, keeps the
 * version, and resolves topic aliases, per direction.
 *
 * A direction is lost until the classifier names a boundary in it. From then on it
 * counts: every message says how long it is. Bytes that are missing inside a message
 * cost that message its payload; bytes missing where a header is expected lose the
 * direction again.
 */
#include "base/buf.h"
#include "core/alias.h"
#include "core/finding.h"
#include "core/session.h"
#include "wire/mqtt.h"
#include <iotxdp/framing.h>
#include <stdlib.h>

struct side {
	bool tracked;
	bool was_lost;      /* the next message is the first after bytes that were skipped */
	bool hole;          /* the message in assembly lacks bytes behind those kept */
	u32 len;            /* of the message in assembly; 0: its header is not complete */
	u32 passed;         /* bytes of it that went by, kept or not */
	u32 delivered;      /* of them, bytes that were delivered */
	struct iotx_buf kept; /* its first bytes */
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
		iotx_buf_free(&s->side[i].kept);
		iotx_aliases_free(&s->side[i].aliases);
	}
	free(s);
}

/* What a message may leave allocated for the next one. */
#define KEPT_BETWEEN (16u << 10)

static void begin_message(struct side *side)
{
	side->hole = false;
	side->len = side->passed = side->delivered = 0;
	side->kept.len = 0;
	if (side->kept.room > KEPT_BETWEEN)
		iotx_buf_free(&side->kept);
}

/* What was kept of a message that will not be completed counts as cut. */
static void lose(struct side *side, const struct iotx_delivery *d)
{
	struct iotx_engine_stats *stats = iotx_delivery_stats(d);

	if (side->passed) {
		stats->messages_cut++;
		stats->bytes_cut += side->delivered;
		stats->bytes_held -= side->delivered;
	}
	begin_message(side);
	iotx_buf_free(&side->kept);
	side->tracked = false;
	side->was_lost = true;
	iotx_aliases_free(&side->aliases); /* one may have been bound anew meanwhile */
}

static void emit_finding(const struct iotx_delivery *d)
{
	const struct iotx_finding finding = { .protocol = "mqtt" };
	struct iotx_event ev = {
		.cls = &iotx_finding_event,
		.msg = &finding,
		.verdict = IOTX_E_BAD,
		.diag = { .rule = "MQTT 5.0 2.1.2",
			  .text = "no MQTT fixed header where a message has to start" },
	};

	iotx_delivery_emit(d, &ev);
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

/* One message, of which the first cap_len bytes are at data. */
static void message(struct session *s, const struct iotx_delivery *d, const u8 *data, u32 cap_len,
		    u32 len)
{
	struct iotx_engine_stats *stats = iotx_delivery_stats(d);
	struct side *side = &s->side[d->side];
	const struct iotx_mqtt_in in = {
		.data = data,
		.cap_len = cap_len,
		.len = len,
		.version = s->version,
		.role = role_of(s, d->side),
		.connected = s->connected,
	};
	struct iotx_mqtt_msg msg = {};
	struct iotx_event ev = { .cls = &iotx_mqtt_event, .msg = &msg };

	ev.verdict = iotx_mqtt_decode(&in, &msg, &ev.diag);
	if (cap_len < len)
		stats->messages_truncated++;
	if (ev.verdict == IOTX_E_SHORT) /* too little of it to make an event of */
		return;
	learn(s, d, &msg);
	ev.resync = side->was_lost;
	side->was_lost = false;
	stats->mqtt_messages[msg.type & 15]++;
	iotx_delivery_emit(d, &ev);
}

/* The message in assembly is complete. */
static void complete(struct session *s, const struct iotx_delivery *d)
{
	struct iotx_engine_stats *stats = iotx_delivery_stats(d);
	struct side *side = &s->side[d->side];

	stats->bytes_decoded += side->delivered;
	stats->bytes_held -= side->delivered;
	message(s, d, side->kept.data, (u32)side->kept.len, side->len);
	begin_message(side);
}

/* A type there is still makes it a message, however its length reads. */
static void show_bad_header(struct session *s, const struct iotx_delivery *d)
{
	const struct side *side = &s->side[d->side];
	u32 n = (u32)side->kept.len;

	if (iotx_mqtt_type(side->kept.data[0]))
		message(s, d, side->kept.data, n, n);
	else
		emit_finding(d);
}

/* Keeps up to the limit; beyond it a message has a hole at its end. */
static void keep(struct side *side, const struct iotx_delivery *d, const u8 *data, u32 n)
{
	const struct iotx_engine_config *config = iotx_delivery_config(d);
	u32 max = config->message_max;
	u32 room = side->kept.len < max ? max - (u32)side->kept.len : 0;

	if (side->hole)
		return;
	if (iotx_delivery_stats(d)->bytes_held > config->held_max) {
		iotx_delivery_stats(d)->memory_limited++;
		room = 0;
	}
	if (n > room) {
		side->hole = true;
		n = room;
	}
	if (n && iotx_buf_add(&side->kept, data, n))
		side->hole = true;
}

/* n bytes of the message went by; they wait for its end. */
static void pass(struct side *side, const struct iotx_delivery *d, u32 n)
{
	side->passed += n;
	side->delivered += n;
	iotx_delivery_stats(d)->bytes_held += n;
}

/* Takes header bytes one by one until they say how long the message is. */
static enum iotx_err measure(struct side *side, const struct iotx_delivery *d,
			     struct iotx_piece *piece)
{
	enum iotx_err err = IOTX_E_SHORT;

	while (err == IOTX_E_SHORT && piece->cap_len) {
		if (iotx_buf_add(&side->kept, piece->data, 1))
			return IOTX_E_LIMIT;
		piece->data++;
		piece->cap_len--;
		piece->len--;
		pass(side, d, 1);
		err = iotx_mqtt_measure(side->kept.data, (u32)side->kept.len, &side->len);
	}
	return err;
}

/* The body, as far as this piece goes. */
static void assemble(struct session *s, const struct iotx_delivery *d, struct iotx_piece *piece)
{
	struct side *side = &s->side[d->side];
	u32 want = side->len - side->passed;
	u32 n = want < piece->len ? want : piece->len;
	u32 cap = n < piece->cap_len ? n : piece->cap_len;

	keep(side, d, piece->data, cap);
	if (cap < n)
		side->hole = true;
	piece->data += cap;
	piece->cap_len -= cap;
	piece->len -= n;
	pass(side, d, n);
	if (side->passed == side->len)
		complete(s, d);
}

/* A whole message in one piece is decoded where it lies. */
static bool in_place(struct session *s, const struct iotx_delivery *d, struct iotx_piece *piece)
{
	u32 len;

	if (s->side[d->side].passed || iotx_mqtt_measure(piece->data, piece->cap_len, &len) ||
	    len > piece->cap_len || len > iotx_delivery_config(d)->message_max)
		return false;
	iotx_delivery_stats(d)->bytes_decoded += len;
	message(s, d, piece->data, len, len);
	piece->data += len;
	piece->cap_len -= len;
	piece->len -= len;
	return true;
}

/* One step through a piece; false when the direction is lost in it. */
static bool step(struct session *s, const struct iotx_delivery *d, struct iotx_piece *piece)
{
	struct side *side = &s->side[d->side];
	enum iotx_err err = IOTX_OK;

	if (in_place(s, d, piece))
		return true;
	if (!side->len)
		err = measure(side, d, piece);
	if (err == IOTX_E_SHORT && !piece->len)
		return true;
	if (err == IOTX_E_BAD)
		show_bad_header(s, d);
	if (err)
		return false;
	assemble(s, d, piece);
	return true;
}

/* Moves a lost direction to the boundary that the classifier saw, if it lies ahead. */
static bool find_boundary(struct side *side, const struct iotx_delivery *d,
			  struct iotx_piece *piece)
{
	u32 skip = piece->boundary_seq - piece->seq;

	if (!piece->has_boundary || skip >= piece->len || skip > piece->cap_len)
		return false;
	iotx_delivery_stats(d)->bytes_lost += skip;
	piece->data += skip;
	piece->cap_len -= skip;
	piece->len -= skip;
	side->tracked = true;
	side->was_lost |= skip > 0;
	return true;
}

static void session_bytes(void *session, const struct iotx_delivery *d, const struct iotx_piece *in)
{
	struct session *s = session;
	struct side *side = &s->side[d->side];
	struct iotx_piece piece = *in;

	if (!side->tracked && !find_boundary(side, d, &piece)) {
		side->was_lost = true;
		iotx_delivery_stats(d)->bytes_lost += piece.len;
		return;
	}
	while (piece.len) {
		if (step(s, d, &piece))
			continue;
		lose(side, d);
		iotx_delivery_stats(d)->bytes_lost += piece.len;
		return;
	}
}

static void session_missing(void *session, const struct iotx_delivery *d, u32 n)
{
	struct session *s = session;
	struct side *side = &s->side[d->side];

	if (!side->tracked)
		return;
	if (!side->len || n > side->len - side->passed) {
		lose(side, d);
		return;
	}
	side->hole = true;
	side->passed += n;
	if (side->passed == side->len)
		complete(s, d);
}

static void session_end(void *session, const struct iotx_delivery *d)
{
	struct session *s = session;

	lose(&s->side[d->side], d);
}

const struct iotx_session_class iotx_session_mqtt = {
	.open = session_open,
	.close = session_close,
	.bytes = session_bytes,
	.missing = session_missing,
	.end = session_end,
};
