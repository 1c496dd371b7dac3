/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One direction of a TCP connection, put in order. Segments go in as they were
 * captured; bytes come out in sequence, each once, with what is missing said.
 */
#ifndef IOTXDP_CORE_STREAM_H
#define IOTXDP_CORE_STREAM_H

#include "recent.h"
#include <iotxdp/port.h>
#include <stddef.h>

/* Payload of one frame, or a part of it. */
struct iotx_piece {
	const u8 *data;
	u32 cap_len; /* bytes at data */
	u32 len;     /* bytes on the wire: a sample may hold fewer */
	u32 seq;     /* TCP: of the first byte */
	bool has_boundary; /* the classifier saw a message start in its frame ... */
	u32 boundary_seq;  /* ... at this sequence number, maybe not in this part */
	bool sparse;       /* frames around it are missing by intention: wait for none */
	u64 ts_ns;         /* of its frame */
};

struct iotx_held;

/* Zero-initialised is a stream of which nothing was seen. */
struct iotx_stream {
	bool open;        /* next_seq is known */
	u32 next_seq;     /* of the next byte to come out */
	u32 first_seq;    /* ... when the first segment came */
	bool at_first;    /* it is the first one of the connection: a message starts there */
	u32 acked_seq;    /* the peer has acknowledged up to here */
	bool acked;
	bool far;         /* a segment was ignored because it is out of any window ... */
	u32 far_seq;      /* ... which ended here */
	bool ends;        /* a FIN was seen ... */
	u32 end_seq;      /* ... with this number */
	u64 hole_ns;      /* when the hole before the held segments was first seen */
	struct iotx_held *held; /* in order of sequence, without overlap */
	u32 held_bytes, held_count;
	struct iotx_recent recent; /* of what came out */
};

#define IOTX_MISSING_UNKNOWN 0xffffffffu

#define IOTX_HELD_MAX 256 /* pieces held out of order */

/* The other end: what comes out goes there. */
struct iotx_stream_out {
	void (*bytes)(void *arg, const struct iotx_piece *piece); /* the next ones */
	void (*missing)(void *arg, u32 n); /* the next n bytes will never come; may be unknown */
	void *arg;
	u32 held_max;  /* bytes held out of order; beyond them the hole is given up */
	u32 old;       /* counts bytes that were seen before */
	u32 refused;   /* counts bytes for which there was no memory */
	u32 far;       /* counts bytes out of any window: ignored */
	u32 conflicts; /* counts overlaps that differ: the first bytes won */
};

/* Of a stream of which nothing was seen: `seq` is its next byte. */
static inline void iotx_stream_open(struct iotx_stream *s, u32 seq)
{
	s->open = true;
	s->next_seq = s->first_seq = seq;
}

void iotx_stream_push(struct iotx_stream *s, const struct iotx_piece *piece,
		      struct iotx_stream_out *out);

/* Has everything up to the FIN come out? */
bool iotx_stream_ended(const struct iotx_stream *s);

/* The peer's acknowledgement: what it covers was sent, so a hole in it stays one. */
void iotx_stream_ack(struct iotx_stream *s, u32 ack_seq, u64 ts_ns, struct iotx_stream_out *out);

/* Gives up on every hole and lets everything out. */
void iotx_stream_finish(struct iotx_stream *s, struct iotx_stream_out *out);

/* Forgets everything, also what is held. */
void iotx_stream_reset(struct iotx_stream *s);

/* The same, as far as the acknowledgement itself goes: for a stream that holds nothing. */
void iotx_stream_acked(struct iotx_stream *s, u32 ack_seq);

#endif
