/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * MQTT through WebSocket: the walk over a segment of a direction that is an HTTP head,
 * then frames (RFC 6455), whose payload is a stream of MQTT messages, however frames cut
 * it. framing.h places the segment; here its bytes are looked at, as few as it takes:
 * frame headers, fixed headers, and of a direction's first message, or of one that is not
 * vouched for, the bytes that tell whether it is MQTT.
 */
#ifndef IOTXDP_WS_WALK_H
#define IOTXDP_WS_WALK_H

#include "coap_hdr.h"
#include "framing.h"

/* A frame longer than any MQTT message: what follows it is not waited for. */
#define IOTX_WS_FRAME_MAX (256u << 20)

IOTX_FN bool iotx_ws_walk_data(const struct iotx_ws_framing *f)
{
	return iotx_ws_opcode(f->frame.first) <= IOTX_WS_BINARY;
}

/* A direction whose head comes first, or whose frames do. */
IOTX_FN void iotx_ws_walk_start(struct iotx_ws_framing *f, bool client, enum iotx_ws_phase phase)
{
	__builtin_memset(f, 0, sizeof(*f));
	f->client = client;
	f->phase = (u8)phase;
}

/*
 * A segment of a lost direction: a head that opens a connection, or frames that hold whole
 * MQTT messages. No frame that is in order starts with the 'G' of GET or the 'H' of HTTP.
 */
IOTX_FN void iotx_ws_walk_try(struct iotx_walk *w, const struct iotx_cur *c)
{
	struct iotx_ws_framing *f = &w->ws;
	u8 first = 0, client = f->client;

	w->was_client = client;
	iotx_cur_peek(c, w->base, &first, 1);
	if (first == 'G' || first == 'H') {
		iotx_ws_walk_start(f, first == 'G', IN_HEAD);
	} else {
		iotx_ws_walk_start(f, client, IN_HEADER);
		f->carries = CARRIES_MQTT;
	}
}

IOTX_FN bool iotx_ws_walk_bad(struct iotx_walk *w)
{
	w->bad = 1;
	return true;
}

/* The head says that it opens a connection: nothing more has to be proven. */
IOTX_FN void iotx_ws_walk_opened(struct iotx_walk *w)
{
	w->trial = 0;
	w->framing.state = TRACKED;
}

/* The next byte of an HTTP head; all results are those of iotx_ws_walk_step(). */
IOTX_FN bool iotx_ws_walk_head_byte(struct iotx_walk *w, u8 byte)
{
	struct iotx_ws_framing *f = &w->ws;

	w->handshake = 1;
	if (!f->client && f->status < IOTX_WS_STATUS_LEN) {
		if (byte != iotx_ws_status(f->status))
			return iotx_ws_walk_bad(w);
		f->status++;
		if (f->status == IOTX_WS_STATUS_LEN)
			iotx_ws_walk_opened(w);
	}
	if (f->client && w->trial) {
		if (iotx_ws_search_push(&w->search, byte))
			iotx_ws_walk_opened(w);
		else if (w->off >= IOTX_WS_HEAD_MAX)
			return iotx_ws_walk_bad(w);
	}
	if (byte == '\n' && f->line_end) { /* a blank line */
		if (w->trial)
			return iotx_ws_walk_bad(w);
		f->phase = IN_HEADER;
	}
	f->line_end = byte == '\n' ? 1 : byte == '\r' && f->line_end == 1 ? 2 : 0;
	return false;
}

/* Goes over what need not be looked at: to the next byte of a header. */
IOTX_FN void iotx_ws_walk_pass(struct iotx_walk *w)
{
	struct iotx_ws_framing *f = &w->ws;
	u32 left = (u32)f->frame.length - f->at, n = left;

	if (iotx_ws_walk_data(f) && f->carries != CARRIES_OTHER) {
		n = f->body < left ? f->body : left;
		if (f->telling)
			n = 0;
		f->body -= n;
	}
	w->off += n;
	f->at += n;
	if (f->at == (u32)f->frame.length) {
		f->phase = IN_HEADER;
		f->frame.read = 0;
	}
}

IOTX_FN bool iotx_ws_walk_frame_ok(const struct iotx_walk *w)
{
	const struct iotx_ws_hdr *h = &w->ws.frame;

	if (h->length > IOTX_WS_FRAME_MAX)
		return false;
	return !w->trial ||
	       (iotx_ws_plausible(h) && iotx_ws_is_masked(h) == (w->ws.client != 0));
}

IOTX_FN bool iotx_ws_walk_header_byte(struct iotx_walk *w, u8 byte)
{
	struct iotx_ws_framing *f = &w->ws;
	enum iotx_err err = iotx_ws_hdr_push(&f->frame, byte);

	if (err == IOTX_E_SHORT)
		return false;
	if (err || !iotx_ws_walk_frame_ok(w))
		return iotx_ws_walk_bad(w);
	if (f->frame.first & IOTX_WS_RSV1 && iotx_ws_walk_data(f)) { /* compressed: RFC 7692 */
		w->opaque = 1;
		return true;
	}
	w->frames++;
	f->at = 0;
	f->phase = IN_PAYLOAD;
	if (iotx_ws_walk_data(f) && f->carries != CARRIES_OTHER && f->body)
		w->types |= 1u << iotx_mqtt_type(w->framing.header.first);
	iotx_ws_walk_pass(w);
	return false;
}

/* Nothing that this direction carries from here on is counted as MQTT. */
IOTX_FN bool iotx_ws_walk_other(struct iotx_walk *w)
{
	w->ws.carries = CARRIES_OTHER;
	w->ws.telling = 0;
	w->ws.body = 0;
	w->framing.header.read = 0;
	w->types = 0;
	iotx_ws_walk_pass(w);
	return false;
}

/* Is the message that w->ws.first8 tells of MQTT's, and at its place? */
IOTX_FN bool iotx_ws_walk_mqtt_ok(const struct iotx_walk *w)
{
	const struct iotx_mqtt_hdr *h = &w->framing.header;
	u8 opens = w->ws.client ? IOTX_MQTT_CONNECT : IOTX_MQTT_CONNACK;

	if (w->ws.carries == UNDECIDED &&
	    (iotx_mqtt_type(h->first) != opens ||
	     iotx_ws_opcode(w->ws.frame.first) == IOTX_WS_TEXT))
		return false;
	return iotx_mqtt_plausible_with(h, w->ws.first8);
}

/* A fixed header is complete, and so is what is needed of the body. */
IOTX_FN bool iotx_ws_walk_message(struct iotx_walk *w)
{
	struct iotx_mqtt_hdr *h = &w->framing.header;

	if ((w->trial || w->ws.carries == UNDECIDED) && !iotx_ws_walk_mqtt_ok(w))
		return iotx_ws_walk_other(w);
	w->ws.carries = CARRIES_MQTT;
	w->count[iotx_mqtt_type(h->first) & 15]++;
	h->read = 0;
	iotx_ws_walk_pass(w);
	return false;
}

/* May it be CoAP (RFC 8323, section 4.2)? A frame is a message, whose Len is 0. */
IOTX_FN bool iotx_ws_walk_coap(const struct iotx_ws_framing *f, u8 byte)
{
	return f->frame.first == (IOTX_WS_FIN | IOTX_WS_BINARY) && f->at == 1 &&
	       byte <= IOTX_COAP_TOKEN_MAX && f->frame.length >= 2u + byte;
}

/* A byte of a fixed header. */
IOTX_FN bool iotx_ws_walk_fixed_byte(struct iotx_walk *w, u8 byte)
{
	struct iotx_mqtt_hdr *h = &w->framing.header;
	struct iotx_ws_framing *f = &w->ws;
	enum iotx_err err = iotx_mqtt_hdr_push(h, byte);
	u8 type = iotx_mqtt_type(h->first) & 15;
	bool vouched = !w->trial && f->carries == CARRIES_MQTT;

	w->types |= 1u << type;
	if (err == IOTX_E_SHORT && type) {
		iotx_ws_walk_pass(w);
		return false;
	}
	if (err || !type) {
		if (vouched)
			return iotx_ws_walk_bad(w);
		w->framed |= iotx_ws_walk_coap(f, byte);
		return iotx_ws_walk_other(w);
	}
	f->body = h->length;
	f->first8 = 0;
	if (!vouched && h->length >= iotx_mqtt_length_min(type))
		f->telling = (u8)iotx_mqtt_telling(h);
	if (!f->telling)
		return iotx_ws_walk_message(w);
	iotx_ws_walk_pass(w);
	return false;
}

/* A byte of a data frame's payload, unmasked. */
IOTX_FN bool iotx_ws_walk_payload_byte(struct iotx_walk *w, u8 byte)
{
	struct iotx_ws_framing *f = &w->ws;

	f->at++;
	if (!f->telling)
		return iotx_ws_walk_fixed_byte(w, byte);
	f->body--;
	f->telling--;
	f->first8 |= (u64)byte << ((56 - 8 * f->told) & 63);
	f->told++;
	if (f->telling) {
		iotx_ws_walk_pass(w);
		return false;
	}
	f->told = 0;
	return iotx_ws_walk_message(w);
}

/* Does a head or a frame start with the next byte? */
IOTX_FN bool iotx_ws_walk_starts(const struct iotx_walk *w)
{
	const struct iotx_ws_framing *f = &w->ws;

	if (f->phase == IN_HEAD)
		return w->trial || (!f->client && !f->status);
	return f->phase == IN_HEADER && !f->frame.read;
}

/* One byte; true when the walk is over. The cursor is confined to the payload. */
IOTX_FN bool iotx_ws_walk_step(struct iotx_walk *w, const struct iotx_cur *c)
{
	struct iotx_ws_framing *f = &w->ws;
	u8 byte;

	if (w->off >= w->len)
		return true;
	if (iotx_cur_peek(c, w->base + w->off, &byte, 1)) {
		w->limit = 1;
		return true;
	}
	if (w->start == IOTX_NO_START && iotx_ws_walk_starts(w))
		w->start = w->off;
	w->off++;
	if (f->phase == IN_HEAD)
		return iotx_ws_walk_head_byte(w, byte);
	if (f->phase == IN_HEADER)
		return iotx_ws_walk_header_byte(w, byte);
	if (iotx_ws_is_masked(&f->frame))
		byte ^= iotx_ws_mask_byte(f->frame.key, f->at);
	return iotx_ws_walk_payload_byte(w, byte);
}

/* A lost direction: does the segment hold whole frames and nothing else? */
IOTX_FN bool iotx_ws_walk_whole(const struct iotx_walk *w)
{
	return !w->bad && !w->limit && !w->opaque && w->off == w->len &&
	       w->ws.phase == IN_HEADER && !w->ws.frame.read;
}

/*
 * After the last step. Returns whether the counts may be believed. A lost direction is
 * found again by frames that hold whole messages; a flow is WebSocket's (w->framed) if
 * whole frames are too many, or a length too long, to fit by chance, or hold CoAP.
 */
IOTX_FN bool iotx_ws_walk_end(struct iotx_walk *w, const struct iotx_l4 *l4)
{
	const struct iotx_ws_framing *f = &w->ws;
	bool whole = iotx_ws_walk_whole(w);

	if (!w->bad && !w->limit && !w->opaque && w->off < w->len)
		w->limit = 1; /* the steps ran out */
	w->framing.next_seq = l4->seq + w->off;
	w->other = f->carries == CARRIES_OTHER;
	if (!w->trial) {
		if (w->opaque)
			w->framing.state = NOT_FRAMED;
		else if (w->bad || w->limit)
			w->framing.state = LOST;
		return true;
	}
	w->resync = whole && f->carries == CARRIES_MQTT && !f->body && !f->telling &&
		    !w->framing.header.read && w->types;
	w->framed = whole && (w->framed || w->resync || w->frames > 1 || f->frame.length > 125);
	w->opaque = 0;
	w->other = 0;
	w->ws.client = w->was_client; /* what looked like a head was none */
	if (w->resync)
		w->framing.state = TRACKED;
	if (!w->framed)
		w->start = IOTX_NO_START;
	return w->resync;
}

#endif
