// SPDX-License-Identifier: GPL-2.0-only
/* CoAP in one conversation. Over UDP a datagram is a message; for TCP see coap_stream.c. */
#include "core/coap_session.h"

#include "core/conv.h"
#include <iotxdp/sample.h>
#include <stdlib.h>

static void *session_open(void)
{
	return calloc(1, sizeof(struct iotx_coap_session));
}

static void session_close(void *session)
{
	struct iotx_coap_session *s = session;

	iotx_coap_exchanges_free(&s->exchanges);
	iotx_coap_transfers_free(&s->transfers);
	iotx_assembly_free(&s->side[0].assembly);
	iotx_assembly_free(&s->side[1].assembly);
	free(s);
}

static u64 digest_of(const struct iotx_piece *piece)
{
	u64 h = piece->len, word;
	u32 i = 0;

	for (; i + 8 <= piece->cap_len; i += 8) {
		memcpy(&word, piece->data + i, 8);
		h = iotx_mix64(h ^ word);
	}
	word = 0;
	memcpy(&word, piece->data + i, piece->cap_len - i);
	return iotx_mix64(h ^ word);
}

/* RFC 7252, section 8.1. */
static bool goes_to_many(const struct iotx_delivery *d, const struct iotx_coap_msg *msg)
{
	const struct iotx_endpoints *ends = &d->conv->ends[d->side];

	return !msg->stream && msg->hdr.type == IOTX_COAP_CON &&
	       (ends->ip_version == 6 ? ends->dst_ip[0] == 0xff : ends->dst_ip[0] >> 4 == 0xe);
}

void iotx_coap_session_emit(struct iotx_coap_session *s, const struct iotx_delivery *d,
			    struct iotx_event *ev, struct iotx_coap_seen *seen, u64 digest)
{
	const struct iotx_coap_sight sight = {
		.msg = &seen->msg,
		.data = ev->raw.data,
		.whole = !seen->msg.stream || s->side[!d->side].began_well,
		.sound = ev->verdict == IOTX_OK || ev->verdict == IOTX_E_RULE,
		.side = d->side,
		.ts_ns = d->ts_ns,
		.frame = d->frame_number,
		.digest = digest,
		.judged = &seen->judged,
		.stats = iotx_delivery_stats(d),
		.purse = iotx_delivery_purse(d),
	};

	if (goes_to_many(d, &seen->msg))
		iotx_coap_breach(&seen->judged, IOTX_COAP_RULE_MULTICAST, 0);
	iotx_coap_exchanges_see(&s->exchanges, &sight, &seen->facts);
	iotx_coap_transfers_see(&s->transfers, &sight, &seen->facts, &seen->body);
	ev->cls = &iotx_coap_seen_event;
	ev->msg = seen;
	ev->duplicate = seen->facts.duplicate;
	iotx_delivery_emit(d, ev);
	iotx_delivery_judged(d, ev, &seen->judged);
	iotx_buf_free(&seen->body.own);
}

static void emit_alien(const struct iotx_delivery *d, const struct iotx_diag *diag)
{
	const struct iotx_finding f = { .protocol = iotx_coap_seen_event.name };

	if (diag->count)
		iotx_delivery_find(d, diag->breach[0].rule, &f, 0);
}

static void session_datagram(void *session, const struct iotx_delivery *d,
			     const struct iotx_piece *piece)
{
	struct iotx_engine_stats *stats = iotx_delivery_stats(d);
	struct iotx_coap_seen seen;
	struct iotx_event ev;

	if (d->over) { /* in a WebSocket message, in the form of TCP: RFC 8323, section 4.2 */
		iotx_coap_stream_message(session, d, piece->data, piece->cap_len, piece->len);
		return;
	}
	iotx_event_start(&ev, &iotx_coap_seen_event, &seen);
	iotx_coap_seen_start(&seen);
	ev.raw = iotx_slice(piece->data, piece->cap_len);
	ev.raw_len = piece->len;
	ev.verdict = iotx_coap_decode(piece->data, piece->cap_len, piece->len, &seen.msg, &ev.diag);
	if (ev.verdict == IOTX_E_ALIEN) { /* another version: to be ignored, RFC 7252 3 */
		emit_alien(d, &ev.diag);
		return;
	}
	if (ev.verdict == IOTX_E_SHORT) {
		stats->messages_cut++;
		return;
	}
	if (piece->cap_len < piece->len)
		stats->messages_truncated++;
	stats->coap_messages += seen.msg.has_header; /* as the kernel half counts */
	iotx_coap_session_emit(session, d, &ev, &seen, digest_of(piece));
}

const struct iotx_session_class iotx_session_coap = {
	.open = session_open,
	.close = session_close,
	.bytes = iotx_coap_stream_bytes,
	.missing = iotx_coap_stream_missing,
	.end = iotx_coap_stream_end,
	.datagram = session_datagram,
};
