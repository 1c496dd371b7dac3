/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What becomes of one packet, between the look-up of its flow and the commit of its
 * counters. The kernel half and the offline reader wrap it in their own tables; both
 * follow the same order:
 *
 *   iotx_frame_locate    where is the payload?
 *   iotx_track_reset     nothing else is known yet
 *   (look up the flow and, if there is none, its reverse)
 *   iotx_track_unsure    none: may it be CoAP on a port nobody named? iotx_track_late
 *   iotx_track_begin     known flow, other half of one, or the claim of a new one
 *   iotx_track_step      header bytes, until it returns true (IOTX_WALK_STEPS at most)
 *   iotx_track_end       which protocol, if any, and what was found
 *   (make the flow entry if there is none)
 *   iotx_count_*         commit
 */
#ifndef IOTXDP_TRACK_H
#define IOTXDP_TRACK_H

#include "abi.h"
#include "classify.h"
#include "late.h"
#include "ws_walk.h"

/* What a datagram of an unknown port has to do with one before it: late.h. */
enum iotx_track_late { IOTX_LATE_NO, IOTX_LATE_NOTED, IOTX_LATE_RECOGNISED };

/* What is not set for every packet holds something only where something else says so. */
struct iotx_track {
	struct iotx_l4 l4;
	struct iotx_claim claim;
	enum iotx_proto proto;     /* of the packet; NOT_IOT until the end says otherwise */
	enum iotx_segment segment; /* of a framed protocol: MQTT, also in WebSocket */
	enum iotx_track_late late;
	u32 peer_seq, peer_known;  /* for the entry of a flow that opens here */
	u8 coap_message;           /* coap holds the header of a message */
	u8 mqttsn_message;         /* mqttsn does */
	u8 framed;                 /* walk holds what came of a segment */
	u8 shaping;                /* the packet holds bytes of a session-shaping message */
	struct iotx_coap_hdr coap;
	struct iotx_mqttsn_hdr mqttsn;
	struct iotx_head head; /* of the payload; only read where it is needed */
	struct iotx_walk walk; /* last: most of all this, and few packets need it */
};

/* Nothing is known but t->l4. */
IOTX_FN void iotx_track_reset(struct iotx_track *t)
{
	__builtin_memset(&t->claim, 0, __builtin_offsetof(struct iotx_track, coap) -
				       __builtin_offsetof(struct iotx_track, claim));
	t->head.len = 0;
}

IOTX_FN void iotx_track_head(struct iotx_track *t, const struct iotx_cur *c)
{
	if (t->head.len)
		return;
	__builtin_memset(&t->head, 0, sizeof(t->head));
	iotx_head_read(c, &t->head);
}

/* Does the protocol have message boundaries that are followed from segment to segment? */
IOTX_FN bool iotx_is_framed(enum iotx_proto proto)
{
	return proto == MQTT || proto == WEBSOCKET || proto == MQTT_TLS;
}

/* Is it framed? Then the walk is made ready. */
IOTX_FN bool iotx_track_framed(struct iotx_track *t)
{
	struct iotx_walk *w = &t->walk;

	if (!iotx_is_framed(t->claim.proto))
		return false;
	t->framed = 1;
	__builtin_memset(&w->search, 0, sizeof(*w) - __builtin_offsetof(struct iotx_walk, search));
	return true;
}

/* The packet's direction is known. */
IOTX_FN void iotx_track_known(struct iotx_track *t, const struct iotx_flow *flow)
{
	iotx_claim_set(&t->claim, IOTX_CLAIM_SURE, flow->proto);
	if (!iotx_track_framed(t))
		return;
	t->walk.framing = flow->framing;
	if (flow->proto == WEBSOCKET)
		t->walk.ws = flow->ws;
}

/* Only the other direction is known: its first message has said where this one starts. */
IOTX_FN void iotx_track_reverse(struct iotx_track *t, const struct iotx_flow *reverse)
{
	enum iotx_framing_state state = reverse->peer_known ? TRACKED : LOST;

	iotx_claim_set(&t->claim, IOTX_CLAIM_SURE, reverse->proto);
	if (iotx_track_framed(t))
		iotx_framing_start(&t->walk.framing, state,
				   reverse->peer_known ? reverse->peer_seq : t->l4.seq);
	if (reverse->proto == WEBSOCKET) /* behind a request comes a response, then frames */
		iotx_ws_walk_start(&t->walk.ws, !reverse->ws.client,
			      reverse->ws.client ? IN_HEAD : IN_HEADER);
}

/* Neither is known. */
IOTX_FN void iotx_track_new(struct iotx_track *t, const struct iotx_cur *c, u8 expected_dst,
			    u8 expected_src)
{
	iotx_track_head(t, c);
	IOTX_REREAD();
	iotx_claim_new(&t->head, &t->l4, expected_dst, expected_src, &t->claim);
	if (iotx_track_framed(t)) {
		iotx_framing_start(&t->walk.framing, t->claim.framing, t->l4.seq);
		t->walk.ws.client = t->claim.client;
	}
	if (t->claim.opens && t->l4.tcp_flags & IOTX_TCP_ACK) {
		t->peer_seq = t->l4.ack;
		t->peer_known = 1;
	}
}

/* Behind iotx_track_new: is it worth to ask what is remembered of the conversation? */
IOTX_FN bool iotx_track_unsure(const struct iotx_track *t)
{
	struct iotx_coap_hdr h;

	return t->claim.how == IOTX_CLAIM_NONE && t->l4.transport == UDP &&
	       iotx_late_shape(&t->head, t->l4.payload_len, &h);
}

/* Where that is remembered. */
IOTX_FN u32 iotx_track_late_place(const struct iotx_track *t)
{
	return (u32)iotx_flow_hash(&t->l4) & (IOTX_LATE_MAX - 1);
}

/* Two datagrams that agree are CoAP; one is remembered. */
IOTX_FN void iotx_track_late(struct iotx_track *t, struct iotx_late *kept)
{
	struct iotx_coap_hdr h;
	struct iotx_late next;

	iotx_coap_hdr_set(&h, t->head.b);
	iotx_late_set(&next, &t->l4, &t->head, &h);
	if (!iotx_late_agree(kept, &next)) {
		*kept = next;
		t->late = IOTX_LATE_NOTED;
		return;
	}
	__builtin_memset(kept, 0, sizeof(*kept));
	t->late = IOTX_LATE_RECOGNISED;
	iotx_claim_set(&t->claim, IOTX_CLAIM_SURE, COAP);
}

/* After one of the three above. Returns whether there are bytes to step through. */
IOTX_FN bool iotx_track_begin(struct iotx_track *t, const struct iotx_cur *c)
{
	struct iotx_cur header = *c;

	IOTX_REREAD();
	t->segment = IOTX_SEG_EMPTY;
	switch (t->claim.proto) {
	case MQTT:
		t->segment = iotx_walk_begin(&t->walk, &t->l4);
		if (t->segment != IOTX_SEG_WALKED)
			return false;
		iotx_walk_fast(&t->walk, c);
		IOTX_FORGET();
		return t->walk.off < t->walk.len;
	case COAP:
		if (t->l4.transport == UDP && !iotx_coap_hdr_read(&header, &t->coap))
			t->coap_message = iotx_coap_is_message(&t->coap);
		return false;
	case MQTTSN:
		iotx_track_head(t, c);
		t->mqttsn_message = !iotx_mqttsn_hdr_set(&t->mqttsn, t->head.b, t->head.len);
		return false;
	case MQTT_TLS:
		t->segment = iotx_walk_begin(&t->walk, &t->l4);
		return t->segment == IOTX_SEG_WALKED;
	case WEBSOCKET:
		t->segment = iotx_walk_begin(&t->walk, &t->l4);
		if (t->walk.trial)
			iotx_ws_walk_try(&t->walk, c);
		return t->segment == IOTX_SEG_WALKED;
	default:
		return false;
	}
}

/* One byte; true when done. */
IOTX_FN bool iotx_track_step(struct iotx_track *t, const struct iotx_cur *c)
{
	if (t->claim.proto == MQTT)
		return iotx_walk_step(&t->walk, c);
	if (t->claim.proto == MQTT_TLS)
		return iotx_walk_record(&t->walk, c);
	return iotx_ws_walk_step(&t->walk, c);
}

/* After the last step. Returns whether the segment bears out what it was taken for. */
IOTX_FN bool iotx_track_walked(struct iotx_track *t)
{
	struct iotx_walk *w = &t->walk;
	bool proven = true;

	if (t->segment == IOTX_SEG_WALKED)
		proven = t->claim.proto == WEBSOCKET ? iotx_ws_walk_end(w, &t->l4) :
						       iotx_walk_end(w, &t->l4);
	if (!proven) { /* counts of a trial that failed are no counts */
		__builtin_memset(w->count, 0, sizeof(w->count));
		w->types = 0;
	}
	t->shaping = (w->types & IOTX_MQTT_SHAPING) != 0 || (w->bad && !w->trial) || w->handshake;
	return proven || (t->claim.how == IOTX_CLAIM_IF_WHOLE && w->framed);
}

/* Settles t->proto and t->shaping. */
IOTX_FN void iotx_track_end(struct iotx_track *t)
{
	bool proven = true;

	IOTX_FORGET();
	if (t->framed)
		proven = iotx_track_walked(t);
	else
		t->shaping = t->claim.how == IOTX_CLAIM_ASIDE ||
			     (t->mqttsn_message && iotx_mqttsn_is_shaping(t->mqttsn.type)) ||
			     (t->coap_message && iotx_coap_class(t->coap.code) >= 4);
	IOTX_FORGET();
	t->proto = t->claim.proto;
	if (t->claim.how == IOTX_CLAIM_NONE || (t->claim.how != IOTX_CLAIM_SURE && !proven))
		t->proto = NOT_IOT;
	if (!iotx_proto_is_decoded(t->proto))
		t->shaping = 0;
}

/* A fresh entry for t, before its first packet is counted. */
IOTX_FN void iotx_track_flow(const struct iotx_track *t, enum iotx_dir dir, u64 now_ns,
			     struct iotx_flow *flow)
{
	flow->proto = t->proto;
	flow->dir = dir;
	flow->first_seen_ns = now_ns;
	if (t->framed)
		flow->framing = t->walk.framing;
	else
		__builtin_memset(&flow->framing, 0, sizeof(flow->framing));
	if (t->proto == WEBSOCKET)
		flow->ws = t->walk.ws;
	flow->peer_seq = t->peer_seq;
	flow->peer_known = t->peer_known;
}

IOTX_FN void iotx_key4_set(struct iotx_key4 *key, const struct iotx_l4 *l4)
{
	__builtin_memset(key, 0, sizeof(*key));
	__builtin_memcpy(key->src_ip, l4->src, 4);
	__builtin_memcpy(key->dst_ip, l4->dst, 4);
	key->src_port = l4->src_port;
	key->dst_port = l4->dst_port;
	key->transport = (enum iotx_transport)l4->transport;
}

/* An address of struct iotx_l4, which is aligned. */
IOTX_FN unsigned __int128 iotx_be128(const u8 *ip)
{
	u64 high, low;

	ip = __builtin_assume_aligned(ip, 8);
	__builtin_memcpy(&high, ip, 8);
	__builtin_memcpy(&low, ip + 8, 8);
	return (unsigned __int128)IOTX_FROM_BE(64, high) << 64 | IOTX_FROM_BE(64, low);
}

IOTX_FN void iotx_key6_set(struct iotx_key6 *key, const struct iotx_l4 *l4)
{
	__builtin_memset(key, 0, sizeof(*key));
	key->src_ip = iotx_be128(l4->src);
	key->dst_ip = iotx_be128(l4->dst);
	key->src_port = l4->src_port;
	key->dst_port = l4->dst_port;
	key->transport = (enum iotx_transport)l4->transport;
}

/* The other direction: swaps the ends of a key of either kind. */
#define IOTX_KEY_SWAP(key)                                                                      \
	do {                                                                                    \
		__typeof__(*(key)) k_ = *(key);                                                 \
		__builtin_memcpy(&(key)->src_ip, &k_.dst_ip, sizeof(k_.src_ip));                \
		__builtin_memcpy(&(key)->dst_ip, &k_.src_ip, sizeof(k_.src_ip));                \
		(key)->src_port = k_.dst_port;                                                  \
		(key)->dst_port = k_.src_port;                                                  \
	} while (0)

#endif
