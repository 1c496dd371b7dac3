/* SPDX-License-Identifier: GPL-2.0-only */
/* Conversations: both directions of a five-tuple, what decodes them and who takes part. */
#ifndef IOTXDP_CORE_CONV_H
#define IOTXDP_CORE_CONV_H

#include "core/conv_key.h"
#include "core/event.h"
#include "core/session.h"
#include "core/stream.h"
#include <iotxdp/framing.h>

struct iotx_table;

/* Where a SYN said that the next connection of a side starts. */
struct iotx_opening {
	bool known;
	u32 seq;
};

struct iotx_conv {
	enum iotx_proto proto;
	const struct iotx_session_class *cls;
	void *session; /* NULL: not decoded */
	struct iotx_endpoints ends[2]; /* by the side that sends */
	struct iotx_stream stream[2];
	struct iotx_opening opening[2];
	bool from_first[2]; /* a SYN says that the first byte seen of a side is its first */
	u64 hash;           /* of the five-tuple */
	u64 connections;    /* seen on it */
	u32 weight;         /* flows that this one stands for */
	u64 dropped[2];     /* samples refused since the last event, by side */
	u64 names_version;  /* of the names in `ends` */
	u64 last_ns, last_frame; /* of the last frame */
};

/* Prepares a zeroed conversation. 0 or -ENOMEM. */
int iotx_conv_open(struct iotx_conv *conv, enum iotx_proto proto, const struct iotx_l4 *l4,
		   u32 side);

/* Forgets what was learnt: the five-tuple is used anew. 0 or -ENOMEM. */
int iotx_conv_reopen(struct iotx_conv *conv, enum iotx_proto proto);
void iotx_conv_close(struct iotx_conv *conv);

/* The name of the connection that was seen on a five-tuple after `before` others. */
u64 iotx_conv_flow_id(u64 hash, u64 before);

/*
 * Does the five-tuple serve another connection now, whose SYN is not in the capture? A CONNECT
 * where none of this connection's bytes can be says so.
 */
bool iotx_conv_connects_anew(const struct iotx_conv *conv, u32 side, u32 seq,
			     const struct iotx_cur *payload);

/* Over TCP: has anything been seen of it? */
static inline bool iotx_conv_begun(const struct iotx_conv *conv)
{
	return conv->stream[0].open || conv->stream[1].open;
}

/* Has everything of a side been seen that the other one has acknowledged? A FIN counts one. */
static inline bool iotx_conv_complete(const struct iotx_conv *conv, u32 side)
{
	const struct iotx_stream *s = &conv->stream[side];

	return !s->held && !(s->open && s->acked && iotx_seq_before(s->next_seq + 1, s->acked_seq));
}

/* Has the other side acknowledged everything that was seen of this one, and is it there? */
static inline bool iotx_conv_heard(const struct iotx_conv *conv, u32 side)
{
	const struct iotx_stream *s = &conv->stream[side];

	return s->open && s->acked && s->acked_seq == s->next_seq;
}

/* Has it acknowledged a FIN too? */
static inline bool iotx_conv_shut(const struct iotx_conv *conv, u32 side)
{
	const struct iotx_stream *s = &conv->stream[side];

	return s->open && s->acked && s->acked_seq == s->next_seq + 1;
}

#endif
