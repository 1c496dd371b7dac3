// SPDX-License-Identifier: GPL-2.0-only
/* CoAP over TCP (RFC 8323): the bytes of each direction are cut into messages. */
#include "core/coap_session.h"
#include "wire/coap_code.h"
#include "wire/coap_tcp.h"

/* A CSM says what its sender can receive, so it binds the other side (section 5.3.1). */
static void take_csm(struct iotx_coap_side *side, const struct iotx_coap_msg *msg)
{
	side->has_csm = true;
	side->message_size = iotx_coap_csm_message_size(msg);
}

static void judge_size(const struct iotx_coap_side *receiver, u32 len, struct iotx_event *ev)
{
	if (ev->verdict == IOTX_OK && receiver->has_csm && len > receiver->message_size)
		ev->verdict = iotx_coap_breach(&ev->diag, IOTX_COAP_RULE_MESSAGE_SIZE, 0);
}

/*
 * Both sides begin with a CSM (section 5.3). That of one side tells that this is the
 * beginning of the connection, and so what the other side has begun with, and that it
 * sent more than it may before it knew (section 5.3.1).
 */
static void judge_beginning(struct iotx_coap_side *side, struct iotx_coap_side *other,
			    struct iotx_diag *judged)
{
	const struct iotx_coap_side *first = side->began_well ? other : side;
	bool told = side->told || other->told;

	if (side->began_well && other->early_size > IOTX_COAP_MESSAGE_SIZE_BASE)
		iotx_coap_breach(judged, IOTX_COAP_RULE_MESSAGE_SIZE, 0);
	if (side->began_well == other->began_well || !first->began || told)
		return;
	iotx_coap_breach(judged, IOTX_COAP_RULE_CSM_FIRST, 0);
	side->told = true;
}

/* An Empty message is a sign of life that nobody answers (section 3.4). */
static void judge_answer(const struct iotx_coap_session *s, u32 side, struct iotx_coap_seen *seen)
{
	const struct iotx_coap_side *other = &s->side[!side];
	struct iotx_slice token = seen->msg.token;

	if (other->has_empty && iotx_coap_is_response(seen->msg.hdr.code) &&
	    iotx_slice_eq(token, iotx_slice(other->empty, other->empty_length)) &&
	    !iotx_coap_store_token(&s->exchanges.store, !side, token, NULL))
		iotx_coap_breach(&seen->judged, IOTX_COAP_RULE_EMPTY_ANSWERED, 0);
}

static void take_empty(struct iotx_coap_side *side, const struct iotx_coap_msg *msg)
{
	side->has_empty = true;
	side->empty_length = (u8)msg->token.len;
	if (msg->token.len)
		memcpy(side->empty, msg->token.data, msg->token.len);
}

static void take(struct iotx_coap_side *side, const struct iotx_coap_msg *msg)
{
	if (msg->hdr.code == IOTX_COAP_CODE_CSM)
		take_csm(side, msg);
	if (msg->hdr.code == IOTX_COAP_CODE_ABORT)
		side->aborted = true;
	if (msg->hdr.code == IOTX_COAP_CODE_EMPTY)
		take_empty(side, msg);
}

/* What the message breaks together with those before it. */
static void judge(struct iotx_coap_session *s, u32 side_no, u32 len, struct iotx_coap_seen *seen)
{
	struct iotx_coap_side *side = &s->side[side_no], *other = &s->side[!side_no];
	bool first = !side->began;

	if (side->aborted)
		iotx_coap_breach(&seen->judged, IOTX_COAP_RULE_AFTER_ABORT, 0);
	if (first) {
		side->began = true;
		side->began_well = seen->msg.hdr.code == IOTX_COAP_CODE_CSM;
	}
	if (!other->has_csm && len > side->early_size)
		side->early_size = len;
	if (first && !side->joined)
		judge_beginning(side, other, &seen->judged);
	judge_answer(s, side_no, seen);
}

void iotx_coap_stream_message(void *session, const struct iotx_delivery *d, const u8 *data,
			      u32 cap_len, u32 len)
{
	struct iotx_coap_session *s = session;
	struct iotx_engine_stats *stats = iotx_delivery_stats(d);
	struct iotx_coap_side *side = &s->side[d->side];
	struct iotx_coap_seen seen = {};
	struct iotx_event ev = { .raw = iotx_slice(data, cap_len), .raw_len = len };

	ev.verdict = iotx_coap_tcp_decode(data, cap_len, len, &seen.msg, &ev.diag);
	if (cap_len < len)
		stats->messages_truncated++;
	if (ev.verdict == IOTX_E_SHORT) /* too little of it to make an event of */
		return;
	ev.resync = iotx_assembly_resynced(&side->assembly);
	side->joined |= ev.resync;
	judge(s, d->side, len, &seen);
	if (ev.verdict != IOTX_E_BAD)
		take(side, &seen.msg);
	judge_size(&s->side[!d->side], len, &ev);
	stats->coap_tcp_messages++;
	iotx_coap_session_emit(s, d, &ev, &seen, 0);
}

/*
 * Nothing in a header tells it from other bytes. A direction starts with a CSM (section
 * 5.3); where bytes went by before, a segment of whole messages and nothing else is one.
 */
static bool boundary(const struct iotx_assembly *a, const struct iotx_piece *piece, u32 *skip)
{
	struct iotx_coap_tcp_hdr h;

	*skip = 0;
	if (!a->was_lost && !iotx_coap_tcp_hdr_set(&h, piece->data, piece->cap_len) &&
	    h.code == IOTX_COAP_CSM)
		return true;
	return piece->cap_len == piece->len && iotx_coap_tcp_whole(piece->data, piece->len);
}

/* What was said in between is not known. */
static void lost(void *session, const struct iotx_delivery *d)
{
	struct iotx_coap_session *s = session;

	s->side[d->side].joined = true;
	s->side[d->side].began_well = false;
}

static const struct iotx_assembly_class assembly = {
	.measure = iotx_coap_tcp_measure,
	.boundary = boundary,
	.message = iotx_coap_stream_message,
	.lost = lost,
	.protocol = "coap",
	.rule = "RFC 8323 3.2",
	.finding = "no CoAP header where a message has to start",
};

static struct iotx_assembly *assembly_of(void *session, const struct iotx_delivery *d)
{
	struct iotx_coap_session *s = session;

	return &s->side[d->side].assembly;
}

void iotx_coap_stream_bytes(void *session, const struct iotx_delivery *d,
			    const struct iotx_piece *piece)
{
	iotx_assembly_bytes(&assembly, assembly_of(session, d), session, d, piece);
}

void iotx_coap_stream_missing(void *session, const struct iotx_delivery *d, u32 n)
{
	iotx_assembly_missing(&assembly, assembly_of(session, d), session, d, n);
}

void iotx_coap_stream_end(void *session, const struct iotx_delivery *d)
{
	iotx_assembly_end(&assembly, assembly_of(session, d), session, d);
}
