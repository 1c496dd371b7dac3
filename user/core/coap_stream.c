// SPDX-License-Identifier: GPL-2.0-only
/* CoAP over TCP (RFC 8323): the bytes of each direction are cut into messages. */
#include "core/coap_session.h"
#include "wire/coap_code.h"
#include "wire/coap_tcp.h"

/* A CSM says what its sender can receive, so it binds the other side (section 5.3.1). */
static void take_csm(struct iotx_coap_side *side, const struct iotx_coap_msg *msg)
{
	if (msg->hdr.code != IOTX_COAP_CODE_CSM)
		return;
	side->has_csm = true;
	side->message_size = iotx_coap_csm_message_size(msg);
}

static void judge_size(const struct iotx_coap_side *receiver, u32 len, struct iotx_event *ev)
{
	if (ev->verdict != IOTX_OK || !receiver->has_csm || len <= receiver->message_size)
		return;
	ev->verdict = iotx_coap_breach(&ev->diag, IOTX_COAP_RULE_MESSAGE_SIZE, 0);
}

void iotx_coap_stream_message(void *session, const struct iotx_delivery *d, const u8 *data,
			      u32 cap_len, u32 len)
{
	struct iotx_coap_session *s = session;
	struct iotx_engine_stats *stats = iotx_delivery_stats(d);
	struct iotx_coap_side *side = &s->side[d->side];
	struct iotx_coap_seen seen = {};
	struct iotx_event ev = { .raw = iotx_slice(data, cap_len) };

	ev.verdict = iotx_coap_tcp_decode(data, cap_len, len, &seen.msg, &ev.diag);
	if (cap_len < len)
		stats->messages_truncated++;
	if (ev.verdict == IOTX_E_SHORT) /* too little of it to make an event of */
		return;
	if (ev.verdict != IOTX_E_BAD)
		take_csm(side, &seen.msg);
	judge_size(&s->side[!d->side], len, &ev);
	ev.resync = iotx_assembly_resynced(&side->assembly);
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

static const struct iotx_assembly_class assembly = {
	.measure = iotx_coap_tcp_measure,
	.boundary = boundary,
	.message = iotx_coap_stream_message,
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
