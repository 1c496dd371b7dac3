/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a protocol remembers of a conversation, and how its bytes become messages. One
 * class per line of protos.def; the engine feeds it, and it emits events through the
 * engine's few calls below.
 */
#ifndef IOTXDP_CORE_SESSION_H
#define IOTXDP_CORE_SESSION_H

#include "engine.h"
#include "event.h"
#include "finding.h"
#include "stream.h"

struct iotx_conv;

/* What the frame brings that is being delivered. Borrowed for the call. */
struct iotx_delivery {
	struct iotx_engine *engine;
	struct iotx_conv *conv;
	u64 ts_ns;         /* of the frame */
	u64 frame_number;  /* in its capture; 0: live */
	u32 side;          /* 0 or 1: who sent it */
	bool recalled;     /* the frame was kept until a later one said what it is */
	const char *over;  /* what carries the bytes beside TCP and UDP: "websocket"; or NULL */
	bool closed;       /* when it ends: the side said so itself, by FIN or RST */
	bool reset;        /* ... by RST */
};

/* Members that a protocol has no use for are NULL; with none at all it is not decoded. */
struct iotx_session_class {
	void *(*open)(void); /* NULL: out of memory */
	void (*close)(void *session);
	/* Streams: the next bytes of d->side. */
	void (*bytes)(void *session, const struct iotx_delivery *d, const struct iotx_piece *piece);
	/* Streams: n bytes of d->side will never come. */
	void (*missing)(void *session, const struct iotx_delivery *d, u32 n);
	/* Streams: nothing more will come of d->side. */
	void (*end)(void *session, const struct iotx_delivery *d);
	/* Datagrams: one whole payload. */
	void (*datagram)(void *session, const struct iotx_delivery *d,
			 const struct iotx_piece *piece);
};

/* The class of a protocol; NULL for NOT_IOT. */
const struct iotx_session_class *iotx_session_class_of(enum iotx_proto proto);

struct iotx_names;

/* For sessions: */
const struct iotx_engine_config *iotx_delivery_config(const struct iotx_delivery *d);
struct iotx_engine_stats *iotx_delivery_stats(const struct iotx_delivery *d);

struct iotx_purse;

/* What is kept of what the conversations have said is taken from here. */
struct iotx_purse *iotx_delivery_purse(const struct iotx_delivery *d);

struct iotx_names *iotx_delivery_names(const struct iotx_delivery *d);

struct iotx_mqtt_brokers;
struct iotx_mqtt_brokers *iotx_delivery_brokers(const struct iotx_delivery *d);

/*
 * Where the bytes of the stream that is being delivered are counted. A stream that another
 * one carries is apart from it (I4): its bytes may be fewer or more than those on the wire.
 */
struct iotx_byte_counts {
	u64 *decoded, *lost, *cut, *held;
};

struct iotx_byte_counts iotx_delivery_bytes(const struct iotx_delivery *d);

/*
 * Fills in time, frame, endpoints and weight, and emits; a message that breaks rules by
 * itself is followed by a finding for each.
 */
void iotx_delivery_emit(const struct iotx_delivery *d, struct iotx_event *ev);

/*
 * Emits a finding for each rule that the message of ev, which was emitted, breaks together
 * with others. Its own verdict stays.
 */
void iotx_delivery_judged(const struct iotx_delivery *d, const struct iotx_event *ev,
			  const struct iotx_diag *judged);

/* At n places its segment gives bytes that came before another content: it is found once. */
void iotx_delivery_conflicts(const struct iotx_delivery *d, u32 n);

/* Emits what breaks a rule; f's protocol and message, and off in the message, say where. */
void iotx_delivery_find(const struct iotx_delivery *d, const struct iotx_rule *rule,
			const struct iotx_finding *f, u32 off);

#endif
