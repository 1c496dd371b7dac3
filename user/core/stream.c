// SPDX-License-Identifier: GPL-2.0-only
#include "core/stream.h"

#include <iotxdp/framing.h>
#include <stdlib.h>
#include <string.h>

/* How long a hole that the peer has acknowledged may still be filled by a capture
 * that put packets in the wrong order; and one that nobody acknowledges. */
#define ACKED_HOLE_NS (200 * 1000000ull)
#define HOLE_NS (30 * 1000000000ull)

struct iotx_held {
	struct iotx_held *next;
	struct iotx_piece piece;
	u8 data[];
};

static void let_out(struct iotx_stream *s, const struct iotx_piece *piece,
		    struct iotx_stream_out *out)
{
	struct iotx_piece first;

	if (s->at_first) {
		first = *piece;
		first.has_boundary = true;
		first.boundary_seq = piece->seq;
		piece = &first;
		s->at_first = false;
	}
	s->next_seq += piece->len;
	iotx_recent_add(&s->recent, piece);
	out->bytes(out->arg, piece);
}

/* Lets out what follows without a hole. */
static void drain(struct iotx_stream *s, struct iotx_stream_out *out)
{
	while (s->held && s->held->piece.seq == s->next_seq) {
		struct iotx_held *h = s->held;

		s->held = h->next;
		s->held_bytes -= h->piece.len;
		s->held_count--;
		let_out(s, &h->piece, out);
		free(h);
	}
}

static void give_up_hole(struct iotx_stream *s, struct iotx_stream_out *out)
{
	u32 n = s->held->piece.seq - s->next_seq;

	s->next_seq = s->held->piece.seq;
	s->at_first = false;
	out->missing(out->arg, n);
	drain(s, out);
	s->hole_ns = 0;
}

/* A jump that two segments agree on: what was held is of the past. */
static void jump(struct iotx_stream *s, u32 seq, struct iotx_stream_out *out)
{
	while (s->held)
		give_up_hole(s, out);
	out->missing(out->arg, IOTX_MISSING_UNKNOWN);
	s->next_seq = seq;
	s->at_first = false;
	s->far = false;
}

/*
 * A segment out of any window is of another connection, or of nobody's: one alone is
 * ignored. The rule is that of iotx_framing_far().
 */
static bool is_far(struct iotx_stream *s, const struct iotx_piece *in, struct iotx_stream_out *out)
{
	if (!iotx_seq_far(in->seq, s->next_seq))
		return false;
	if (s->far && in->seq - s->far_seq < IOTX_FAR_NEAR) {
		jump(s, in->seq, out);
		return false;
	}
	s->far = true;
	s->far_seq = in->seq + in->len;
	out->far += in->len;
	return true;
}

/* Cuts n bytes off the front. */
static void cut_front(struct iotx_piece *in, u32 n)
{
	u32 cap = n < in->cap_len ? n : in->cap_len;

	in->data += cap;
	in->cap_len -= cap;
	in->len -= n;
	in->seq += n;
}

static void hold_part(struct iotx_stream *s, struct iotx_held **at, const struct iotx_piece *in,
		      struct iotx_stream_out *out)
{
	struct iotx_held *h = malloc(sizeof(*h) + in->cap_len);

	if (!h) {
		out->refused += in->len;
		return;
	}
	h->piece = *in;
	h->piece.data = h->data;
	if (in->cap_len)
		memcpy(h->data, in->data, in->cap_len);
	h->next = *at;
	*at = h;
	s->held_bytes += in->len;
	s->held_count++;
}

/* Do the first n bytes of a piece differ from held ones in the same place? */
static bool differs(const struct iotx_held *h, const struct iotx_piece *in, u32 n)
{
	u32 at = in->seq - h->piece.seq;
	u32 held = at < h->piece.cap_len ? h->piece.cap_len - at : 0;

	n = n < held ? n : held;
	n = n < in->cap_len ? n : in->cap_len;
	return n && memcmp(h->data + at, in->data, n);
}

/* Puts what is new of a segment among the held ones: where they overlap, the first wins. */
static void hold(struct iotx_stream *s, struct iotx_piece in, struct iotx_stream_out *out)
{
	struct iotx_held **at = &s->held;

	while (in.len) {
		struct iotx_held *h = *at;
		struct iotx_piece front;
		u32 ahead;

		if (!h || !iotx_seq_before(h->piece.seq, in.seq + in.len)) {
			hold_part(s, at, &in, out);
			return;
		}
		if (iotx_seq_before(in.seq, h->piece.seq)) {
			front = in;
			front.len = h->piece.seq - in.seq;
			front.cap_len = in.cap_len < front.len ? in.cap_len : front.len;
			hold_part(s, at, &front, out);
			cut_front(&in, front.len);
			continue;
		}
		if (iotx_seq_before(in.seq, h->piece.seq + h->piece.len)) {
			ahead = h->piece.seq + h->piece.len - in.seq;
			ahead = ahead < in.len ? ahead : in.len;
			out->old += ahead;
			out->conflicts += differs(h, &in, ahead);
			cut_front(&in, ahead);
		}
		at = &h->next;
	}
}

/* RFC 9293 3.8.4: the octet of a keep-alive was sent before, and may be anything. */
static bool is_keep_alive(const struct iotx_stream *s, const struct iotx_piece *in)
{
	return in->len == 1 && in->seq + 1 == s->next_seq;
}

/* Cuts off what has come out before; where it differs, the first bytes won. */
static void cut_old(const struct iotx_stream *s, struct iotx_piece *in,
		    struct iotx_stream_out *out)
{
	u32 behind = s->next_seq - in->seq;

	if (!iotx_seq_before(in->seq, s->next_seq))
		return;
	out->conflicts += !is_keep_alive(s, in) && iotx_recent_differs(&s->recent, in);
	behind = behind < in->len ? behind : in->len;
	out->old += behind;
	cut_front(in, behind);
}

void iotx_stream_push(struct iotx_stream *s, const struct iotx_piece *piece,
		      struct iotx_stream_out *out)
{
	struct iotx_piece in = *piece;

	if (!s->open)
		iotx_stream_open(s, in.seq);
	if (is_far(s, &in, out))
		return;
	cut_old(s, &in, out);
	if (!in.len)
		return;
	if (in.seq == s->next_seq &&
	    (!s->held || !iotx_seq_before(s->held->piece.seq, in.seq + in.len))) {
		let_out(s, &in, out);
	} else {
		if (!s->hole_ns)
			s->hole_ns = in.ts_ns;
		hold(s, in, out);
	}
	drain(s, out);
	if (s->held && s->hole_ns && in.ts_ns > s->hole_ns && in.ts_ns - s->hole_ns > HOLE_NS)
		give_up_hole(s, out);
	while (s->held && (in.sparse || s->held_bytes > out->held_max ||
			   s->held_count > IOTX_HELD_MAX))
		give_up_hole(s, out);
	if (!s->held)
		s->hole_ns = 0;
}

void iotx_stream_acked(struct iotx_stream *s, u32 ack_seq)
{
	if (s->acked && !iotx_seq_before(s->acked_seq, ack_seq))
		return;
	s->acked = true;
	s->acked_seq = ack_seq;
}

void iotx_stream_ack(struct iotx_stream *s, u32 ack_seq, u64 ts_ns, struct iotx_stream_out *out)
{
	u64 age;

	iotx_stream_acked(s, ack_seq);
	if (!s->held || !s->hole_ns || ts_ns < s->hole_ns)
		return;
	age = ts_ns - s->hole_ns;
	if (age > HOLE_NS ||
	    (age > ACKED_HOLE_NS && !iotx_seq_before(s->acked_seq, s->held->piece.seq)))
		give_up_hole(s, out);
	if (s->held && !s->hole_ns)
		s->hole_ns = ts_ns;
}

bool iotx_stream_ended(const struct iotx_stream *s)
{
	return s->ends && s->open && s->next_seq == s->end_seq;
}

void iotx_stream_finish(struct iotx_stream *s, struct iotx_stream_out *out)
{
	while (s->held)
		give_up_hole(s, out);
}

void iotx_stream_reset(struct iotx_stream *s)
{
	while (s->held) {
		struct iotx_held *h = s->held;

		s->held = h->next;
		free(h);
	}
	memset(s, 0, sizeof(*s));
}
