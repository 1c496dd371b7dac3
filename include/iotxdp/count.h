/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Commits what a packet was to the counters. A flow entry may be touched by several
 * CPUs and is added to atomically; totals and ledger are one per CPU.
 */
#ifndef IOTXDP_COUNT_H
#define IOTXDP_COUNT_H

#include "track.h"

IOTX_FN void iotx_count_mqtt(struct iotx_mqtt_count *flow, struct iotx_mqtt_count *total,
			     const struct iotx_walk *w)
{
#define X(value, id, name)                                                                      \
	if (w->count[value]) {                                                                  \
		IOTX_ADD(flow->name, w->count[value]);                                          \
		total->name += w->count[value];                                                 \
	}
	IOTX_MQTT_TYPES(X)
#undef X
}

/* Adds one to the type and to the kind of a message. */
IOTX_FN void iotx_count_coap_one(struct iotx_coap_count *count, const struct iotx_coap_hdr *h)
{
	enum iotx_coap_kind kind = iotx_coap_kind(h->code);

	IOTX_ADD(count->con, h->type == IOTX_COAP_CON);
	IOTX_ADD(count->non, h->type == IOTX_COAP_NON);
	IOTX_ADD(count->ack, h->type == IOTX_COAP_ACK);
	IOTX_ADD(count->rst, h->type == IOTX_COAP_RST);
	switch (kind) {
#define X(id, name)                                                                             \
	case IOTX_COAP_KIND_##id:                                                               \
		IOTX_ADD(count->name, 1);                                                       \
		break;
		IOTX_COAP_KINDS(X)
#undef X
	}
}

IOTX_FN void iotx_count_mqttsn(struct iotx_mqttsn_count *count, u8 type)
{
	switch (type) {
#define X(value, id, name)                                                                      \
	case value:                                                                             \
		count->name++;                                                                  \
		break;
		IOTX_MQTTSN_TYPES(X)
#undef X
	default:
		count->reserved++;
	}
}

IOTX_FN void iotx_count_flow(struct iotx_flow *flow, const struct iotx_track *t, u32 wire_len,
			     u64 now_ns)
{
	IOTX_ADD(flow->packets, 1);
	IOTX_ADD(flow->bytes, wire_len);
	flow->last_seen_ns = now_ns;
	if (iotx_is_framed(t->proto))
		flow->framing = t->walk.framing;
	if (t->proto == WEBSOCKET)
		flow->ws = t->walk.ws;
}

/* The messages of a packet, into its flow and the totals of its direction. */
IOTX_FN void iotx_count_messages(struct iotx_flow *flow, struct iotx_totals *totals,
				 const struct iotx_track *t)
{
	if (t->segment == IOTX_SEG_WALKED)
		iotx_count_mqtt(&flow->mqtt, &totals->mqtt_messages, &t->walk);
	if (t->mqttsn_message) {
		IOTX_ADD(flow->mqttsn_messages, 1);
		iotx_count_mqttsn(&totals->mqttsn_messages, t->mqttsn.type);
	}
	if (t->coap_message) {
		iotx_count_coap_one(&flow->coap, &t->coap);
		iotx_count_coap_one(&totals->coap_messages, &t->coap);
	}
}

IOTX_FN void iotx_count_volume(struct iotx_totals *totals, enum iotx_proto proto, u32 wire_len)
{
	switch (proto) {
#define IOTX_PROTO(id, name)                                                    \
	case id:                                                                                \
		totals->name.packets++;                                                         \
		totals->name.bytes += wire_len;                                                 \
		break;
#include "protos.def"
	default:
		break;
	}
}

/* A packet of a recognised protocol: what the ledger says of it. */
IOTX_FN void iotx_count_tracked(struct iotx_ledger *ledger, const struct iotx_track *t)
{
	const struct iotx_walk *w = &t->walk;

	if (t->proto == COAP && t->l4.transport == UDP && t->l4.payload_len && !t->coap_message)
		ledger->coap_ignored++;
	if (t->segment == IOTX_SEG_OLD)
		ledger->segments_old++;
	if (t->segment == IOTX_SEG_FAR)
		ledger->segments_far++;
	ledger->segments_gap += w->gap;
	ledger->segments_lost += w->trial && !w->resync;
	ledger->resyncs += w->resync;
	ledger->headers_bad += w->bad && !w->trial;
	ledger->walks_limited += w->limit;
	ledger->ws_not_framed += w->opaque || t->segment == IOTX_SEG_OPAQUE;
	ledger->ws_other += w->other;
	ledger->recognised_late += t->late == IOTX_LATE_RECOGNISED;
}

/* A packet that did not get as far as TCP or UDP. */
IOTX_FN void iotx_count_unlocated(struct iotx_ledger *ledger, enum iotx_l4_verdict verdict)
{
	if (verdict == IOTX_L4_FRAGMENT)
		ledger->fragments++;
	else if (verdict == IOTX_L4_MALFORMED)
		ledger->malformed++;
	else
		ledger->not_iot++;
}

#endif
