/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where MQTT messages start in one direction of a TCP connection, kept from
 * segment to segment without keeping a byte of payload.
 *
 * A direction is *tracked* while the sequence number of the next fixed-header byte
 * is known: every message from there on is counted, whichever way segments cut it,
 * and a segment seen before is recognised. It is *lost* after a gap, after bytes
 * that cannot be a fixed header, and when it is first seen in midstream. One
 * segment that holds nothing but whole, plausible messages and ends where the last
 * of them does finds it again; nothing less does.
 */
#ifndef IOTXDP_FRAMING_H
#define IOTXDP_FRAMING_H

#include "l4.h"
#include "mqtt_hdr.h"
#include "tls_hdr.h"
#include "ws_hdr.h"

/* Printed by bpftool. NOT_FRAMED: not MQTT, or MQTT compressed in WebSocket. */
enum iotx_framing_state { NOT_FRAMED, LOST, TRACKED };

/*
 * A segment further than this from what was seen is of another connection, or of
 * nobody's: one alone is ignored, a second one near it moves the direction there.
 */
#define IOTX_FAR (16u << 20)
#define IOTX_FAR_NEAR (1u << 20)

enum iotx_far { FAR_NONE, FAR_SEGMENT, FAR_SYN };

/* Lives in the flow value. Sequence numbers are compared modulo 2^32. */
struct iotx_framing {
	enum iotx_framing_state state;
	u32 next_seq; /* while tracked: of the next fixed-header byte */
	u32 seen_seq; /* end of the furthest segment seen */
	u32 far_seq;  /* end of the last segment that was far from it, or where a SYN starts */
	enum iotx_far far;
	/* read > 0: a header cut in half; else that of the last message */
	struct iotx_mqtt_hdr header;
};

/* Where in WebSocket the next byte is that has to be looked at, and what it carries. */
enum iotx_ws_phase { IN_HEAD, IN_HEADER, IN_PAYLOAD };
enum iotx_ws_carries { UNDECIDED, CARRIES_MQTT, CARRIES_OTHER };

/* What a direction in WebSocket needs beside struct iotx_framing; walked by ws_walk.h. */
struct iotx_ws_framing {
	struct iotx_ws_hdr frame; /* read > 0: cut in half, or of the frame at hand */
	u64 first8;  /* of an MQTT message: what is known of the bytes that tell */
	u32 at;      /* bytes of the frame's payload behind us */
	u32 body;    /* bytes of the MQTT message before us */
	u8 phase;    /* enum iotx_ws_phase */
	u8 carries;  /* enum iotx_ws_carries */
	u8 client;   /* it is the client's direction: masked */
	u8 telling;  /* bytes that are still to tell whether the message is MQTT */
	u8 told;
	u8 status;   /* bytes of a response's status line that were as they must be */
	u8 line_end; /* of a head: 1 after LF, 2 after LF CR */
	u8 rsv;
};
_Static_assert(sizeof(struct iotx_ws_framing) == 48, "no padding");

/* What a segment was to its direction. */
enum iotx_segment {
	IOTX_SEG_EMPTY,  /* no payload */
	IOTX_SEG_WALKED, /* headers were looked for in it, by the rules of its direction */
	IOTX_SEG_BODY,   /* all of it lies within a message whose header was seen */
	IOTX_SEG_OLD,    /* all of it was seen before: a retransmission */
	IOTX_SEG_FAR,    /* out of any window: ignored */
	IOTX_SEG_OPAQUE, /* of a direction that is not looked into: compressed WebSocket */
};

#define IOTX_NO_START 0xffffffffu

/* Header bytes that one segment may hold before the walk gives up on it. */
#define IOTX_WALK_STEPS 65536

/* One segment on its way through. The caller zeroes it, and commits what it found. */
struct iotx_walk {
	struct iotx_framing framing; /* the direction's, before and after */
	struct iotx_ws_framing ws;   /* the same, in WebSocket */
	struct iotx_ws_search search;
	u32 off;      /* of the next byte to look at, in the payload; may pass its end */
	u32 len;      /* of the payload */
	u32 base;     /* offset of the payload in the frame */
	u32 start;    /* payload offset of the first message that starts here, or IOTX_NO_START */
	u32 types;    /* bit per message type that has bytes in this segment */
	u32 count[16]; /* by type: messages whose header ends here */
	u32 frames;   /* WebSocket: headers that end here */
	/* what is not regular, in one word: iotx_walk_odd() */
	__attribute__((aligned(8)))
	u8 trial;     /* the direction is lost: believe nothing but the whole segment */
	u8 gap;       /* bytes before this segment are missing, a boundary among them */
	u8 bad;       /* a fixed header broke the format */
	u8 limit;     /* IOTX_WALK_STEPS, or a byte that could not be read */
	u8 resync;    /* a lost direction was found again */
	u8 handshake; /* WebSocket: bytes of an HTTP head are in this segment */
	u8 opaque;    /* a compressed frame is */
	u8 other;     /* it carries something else than MQTT */
	u8 was_client; /* before the trial */
	u8 framed;    /* a trial has found whole frames, with MQTT in them or not */
};

/* Is one of the eight flags from `trial` to `other` set? */
IOTX_FN bool iotx_walk_odd(const struct iotx_walk *w)
{
	u64 flags;

	__builtin_memcpy(&flags, __builtin_assume_aligned(&w->trial, 8), sizeof(flags));
	return flags;
}

IOTX_FN void iotx_framing_start(struct iotx_framing *f, enum iotx_framing_state state, u32 seq)
{
	__builtin_memset(f, 0, sizeof(*f));
	f->state = state;
	f->next_seq = seq;
	f->seen_seq = seq;
}

IOTX_FN bool iotx_seq_before(u32 a, u32 b)
{
	return (s32)(a - b) < 0;
}

IOTX_FN bool iotx_seq_far(u32 a, u32 b)
{
	return a - b + IOTX_FAR > 2 * IOTX_FAR;
}

/*
 * Is the segment out of any window? A SYN only says where another connection would
 * start: what follows it proves it, and moves the direction there.
 */
IOTX_FN bool iotx_framing_far(struct iotx_framing *f, const struct iotx_l4 *l4)
{
	bool far = iotx_seq_far(l4->seq, f->seen_seq);
	bool opens = f->far == FAR_SYN && l4->seq == f->far_seq;

	if (l4->tcp_flags & IOTX_TCP_SYN && l4->seq != f->next_seq) {
		f->far = FAR_SYN;
		f->far_seq = l4->seq;
		return true;
	}
	if (opens || (far && f->far != FAR_NONE && l4->seq - f->far_seq < IOTX_FAR_NEAR)) {
		iotx_framing_start(f, LOST, l4->seq); /* what it holds must prove it */
		return false;
	}
	if (!far)
		return false;
	f->far = FAR_SEGMENT;
	f->far_seq = l4->seq + l4->payload_len;
	return true;
}

/* Places the segment in its direction and readies the walk. w->framing is set by the caller. */
IOTX_FN enum iotx_segment iotx_walk_begin(struct iotx_walk *w, const struct iotx_l4 *l4)
{
	struct iotx_framing *f = &w->framing;
	u32 end_seq = l4->seq + l4->payload_len;
	bool old;

	w->base = l4->payload_off;
	w->len = l4->payload_len;
	w->off = 0;
	w->start = IOTX_NO_START;
	if (iotx_framing_far(f, l4))
		return IOTX_SEG_FAR;
	if (!l4->payload_len)
		return IOTX_SEG_EMPTY;
	old = !iotx_seq_before(f->seen_seq, end_seq);
	if (!old)
		f->seen_seq = end_seq;
	if (f->state == TRACKED && iotx_seq_before(f->next_seq, l4->seq)) {
		f->state = LOST;
		w->gap = 1;
	}
	if (f->state == NOT_FRAMED)
		return old ? IOTX_SEG_OLD : IOTX_SEG_OPAQUE;
	if (f->state == TRACKED) {
		w->off = f->next_seq - l4->seq;
		if (w->off && !old && !f->header.read)
			w->types = 1u << iotx_mqtt_type(f->header.first);
		if (w->off < w->len)
			return IOTX_SEG_WALKED;
		return old ? IOTX_SEG_OLD : IOTX_SEG_BODY;
	}
	if (old)
		return IOTX_SEG_OLD;
	w->trial = 1;
	__builtin_memset(&f->header, 0, sizeof(f->header));
	return IOTX_SEG_WALKED;
}

/* Messages that the fast loop takes of a segment; what is left is for iotx_walk_step(). */
#define IOTX_WALK_FAST 16

/*
 * Reads the fixed header at `at`: how many bytes it has, or 0 where it is cut or not in order.
 * Without branches where the length is long: the verifier would follow each.
 */
IOTX_FN u32 iotx_mqtt_hdr_whole(const struct iotx_cur *c, u32 at, struct iotx_mqtt_hdr *h)
{
	u8 b[IOTX_MQTT_LENGTH_DIGITS + 1], two, three, four;

	if (iotx_cur_peek(c, at, b, 2) || !iotx_mqtt_type(b[0]))
		return 0;
	h->first = b[0];
	h->length = b[1] & 0x7f;
	if (!(b[1] & 0x80))
		return 2;
	if (iotx_cur_peek(c, at, b, sizeof(b)))
		return 0;
	two = b[2] >> 7;
	three = two & b[3] >> 7;
	four = three & b[4] >> 7;
	if (four)
		return 0;
	h->length |= (u32)(b[2] & 0x7f) << 7;
	h->length |= (u32)(b[3] & 0x7f & -two) << 14;
	h->length |= (u32)(b[4] & 0x7f & -three) << 21;
	return 3u + two + three;
}

/* A message of which the whole header is in the segment. False: it is not. */
IOTX_FN bool iotx_walk_whole(struct iotx_walk *w, const struct iotx_cur *c, u32 off)
{
	struct iotx_mqtt_hdr h;
	u32 read = iotx_mqtt_hdr_whole(c, w->base + off, &h);

	if (!read)
		return false;
	w->types |= 1u << iotx_mqtt_type(h.first);
	w->count[iotx_mqtt_type(h.first) & 15]++;
	w->framing.header.first = h.first;
	w->framing.header.length = h.length;
	w->off = off + read + h.length;
	return true;
}

/*
 * Whole headers first, for the price of a few instructions each; iotx_walk_step() goes on
 * where it stops, and decides by itself where nothing vouches for the bytes.
 */
IOTX_FN void iotx_walk_fast(struct iotx_walk *w, const struct iotx_cur *c)
{
	u32 off;

	if (w->trial || w->framing.header.read)
		return;
	if (w->off < w->len)
		w->start = w->off;
	for (u32 i = 0; i < IOTX_WALK_FAST; i++) {
		IOTX_FORGET(); /* every turn starts from what memory says, and looks alike */
		off = w->off;
		if (off >= w->len || !iotx_walk_whole(w, c, off))
			break;
	}
}

/* One fixed-header byte; true when the walk is over. The cursor is confined to the payload. */
IOTX_FN bool iotx_walk_step(struct iotx_walk *w, const struct iotx_cur *c)
{
	struct iotx_mqtt_hdr *h = &w->framing.header;
	enum iotx_err err;
	u8 byte, type;

	if (w->off >= w->len)
		return true;
	if (iotx_cur_peek(c, w->base + w->off, &byte, 1)) {
		w->limit = 1;
		return true;
	}
	if (!h->read && w->start == IOTX_NO_START)
		w->start = w->off;
	w->off++;
	err = iotx_mqtt_hdr_push(h, byte);
	type = iotx_mqtt_type(h->first) & 15;
	w->types |= 1u << type;
	if (err == IOTX_E_SHORT && type)
		return false;
	if (err || !type || (w->trial && !iotx_mqtt_plausible(c, w->base + w->off, h))) {
		w->bad = 1;
		return true;
	}
	w->count[type]++;
	w->off += h->length;
	h->read = 0;
	return false;
}

/* The same of TLS: a record's header, and over the record. Records count as of type 0. */
IOTX_FN bool iotx_walk_record(struct iotx_walk *w, const struct iotx_cur *c)
{
	struct iotx_mqtt_hdr *h = &w->framing.header;
	enum iotx_err err;
	u8 byte;

	if (w->off >= w->len)
		return true;
	if (iotx_cur_peek(c, w->base + w->off, &byte, 1)) {
		w->limit = 1;
		return true;
	}
	w->off++;
	err = iotx_tls_hdr_push(h, byte);
	if (err == IOTX_E_SHORT)
		return false;
	if (err) {
		w->bad = 1;
		return true;
	}
	w->count[0]++;
	w->off += h->length;
	h->read = 0;
	return false;
}

/* After the last step. Returns whether the counts may be believed. */
IOTX_FN bool iotx_walk_end(struct iotx_walk *w, const struct iotx_l4 *l4)
{
	struct iotx_framing *f = &w->framing;

	if (!w->bad && !w->limit && w->off < w->len)
		w->limit = 1; /* the steps ran out */
	f->next_seq = l4->seq + w->off;
	if (!w->trial) {
		if (w->bad || w->limit)
			f->state = LOST;
		return true;
	}
	w->resync = !w->bad && !w->limit && w->off == w->len && !f->header.read;
	if (w->resync)
		f->state = TRACKED;
	else
		w->start = IOTX_NO_START;
	return w->resync;
}

#endif
