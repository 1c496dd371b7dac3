/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Commits what a packet was to the counters. Totals and ledger are one per CPU, and
 * whoever counts into a flow holds its lock.
 */
#ifndef IOTXDP_COUNT_H
#define IOTXDP_COUNT_H

#include "slot.h"
#include "track.h"

IOTX_FN void iotx_count_mqtt(struct iotx_mqtt_count *count, const struct iotx_walk *w)
{
#define X(value, id, name)                                                                      \
	if (w->count[value])                                                                    \
		count->name += w->count[value];
	IOTX_MQTT_TYPES(X)
#undef X
}

/* One of sixteen, for a verifier that knows less of the number than the compiler. */
IOTX_FN u32 iotx_one_of_16(u32 i)
{
	IOTX_OPAQUE(i);
	return i & 15;
}

IOTX_FN void iotx_count_mqtt_one(struct iotx_mqtt_count *count, u8 type)
{
	u64 *by_type = &count->connect; /* in the order of types, from CONNECT on */

	by_type[iotx_one_of_16(type - IOTX_MQTT_CONNECT)]++;
}

/* Adds one to the type and to the kind of a message. */
IOTX_FN void iotx_count_coap_one(struct iotx_coap_count *count, u8 type, enum iotx_coap_kind kind)
{
	u64 *by_type = &count->con, *by_kind = &count->empty; /* each in order */

	by_type[iotx_one_of_16(type)]++;
	by_kind[iotx_one_of_16(kind)]++;
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
	flow->packets++;
	flow->bytes += wire_len;
	flow->last_seen_ns = now_ns;
	if (t->framed)
		flow->framing = t->walk.framing;
	if (t->proto == WEBSOCKET)
		flow->ws = t->walk.ws;
	if (t->segment == IOTX_SEG_WALKED) {
		iotx_count_mqtt(&flow->mqtt, &t->walk);
		flow->tls_records += t->walk.count[0];
	}
	flow->mqttsn_messages += t->mqttsn_message;
	if (t->coap_message)
		iotx_count_coap_one(&flow->coap, t->coap.type, iotx_coap_kind(t->coap.code));
}

/* Did the packet hold a message, or the end of one's header? */
IOTX_FN bool iotx_count_any(const struct iotx_track *t)
{
	return t->segment == IOTX_SEG_WALKED || t->mqttsn_message || t->coap_message;
}

/* The message of a datagram, if the slot itself can count it. */
IOTX_FN bool iotx_count_alike(struct iotx_slot *slot, const struct iotx_track *t)
{
	if (t->coap_message)
		return iotx_slot_count_alike(slot, iotx_coap_kind(t->coap.code), t->coap.type);
	return t->mqttsn_message && iotx_slot_count_alike(slot, 0, 0);
}

/*
 * What is known of a slot's end after the packet: IOTX_SLOT_FIN, IOTX_SLOT_RST. Where
 * the place in the stream is known, only what stands at its end is believed.
 */
IOTX_FN u8 iotx_slot_ending(const struct iotx_slot *slot, const struct iotx_track *t)
{
	u8 ending = slot->proto & (IOTX_SLOT_FIN | IOTX_SLOT_RST), flags = t->l4.tcp_flags;
	bool in_place = !t->framed ||
			t->l4.seq + t->l4.payload_len == t->walk.framing.seen_seq;

	if (t->l4.transport != TCP)
		return 0;
	if (flags & IOTX_TCP_SYN || (t->l4.payload_len && !(flags & IOTX_TCP_FIN)))
		ending = 0; /* it goes on */
	if (!in_place)
		return ending;
	if (flags & IOTX_TCP_FIN)
		ending |= IOTX_SLOT_FIN;
	if (flags & IOTX_TCP_RST)
		ending |= IOTX_SLOT_RST;
	return ending;
}

/* The messages of a packet into its slot; a bit for each count that ran over. */
IOTX_FN u32 iotx_count_slot(struct iotx_counts *c, const struct iotx_track *t)
{
	u32 carry = 0;

	IOTX_OPAQUE(carry);
	if (t->segment == IOTX_SEG_WALKED) {
#define X(value, id, name)                                                                      \
		if (t->walk.count[value])                                                       \
			carry |= iotx_counts_add(c, value - 1, t->walk.count[value]);
		IOTX_MQTT_TYPES(X)
#undef X
		if (t->walk.count[0]) /* records of TLS */
			carry |= iotx_counts_add(c, 0, t->walk.count[0]);
	}
	if (t->coap_message) {
		carry |= iotx_counts_add(c, iotx_coap_kind(t->coap.code) & 15, 1);
		if (t->coap.type != IOTX_COAP_CON)
			carry |= iotx_counts_add(c, (t->coap.type + IOTX_COUNT_NON - 1) & 15, 1);
	}
	if (t->mqttsn_message)
		carry |= iotx_counts_add(c, 0, 1);
	return carry;
}

/* The messages of a packet into the totals of its direction. */
IOTX_FN void iotx_count_messages(struct iotx_totals *totals, const struct iotx_track *t)
{
	if (t->segment == IOTX_SEG_WALKED) {
		iotx_count_mqtt(&totals->mqtt_messages, &t->walk);
		totals->mqtt_tls_records += t->walk.count[0];
	}
	if (t->mqttsn_message)
		iotx_count_mqttsn(&totals->mqttsn_messages, t->mqttsn.type);
	if (t->coap_message)
		iotx_count_coap_one(&totals->coap_messages, t->coap.type,
				    iotx_coap_kind(t->coap.code));
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

/* What was not regular in a segment of a framed protocol. */
IOTX_FN void iotx_count_walk(struct iotx_ledger *ledger, const struct iotx_track *t)
{
	const struct iotx_walk *w = &t->walk;

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
}

/* A packet of a recognised protocol: what the ledger says of it. */
IOTX_FN void iotx_count_tracked(struct iotx_ledger *ledger, const struct iotx_track *t)
{
	if (t->framed && (t->segment > IOTX_SEG_BODY || iotx_walk_odd(&t->walk)))
		iotx_count_walk(ledger, t);
	if (t->proto == COAP && t->l4.transport == UDP && t->l4.payload_len && !t->coap_message)
		ledger->coap_ignored++;
	if (t->late == IOTX_LATE_RECOGNISED)
		ledger->recognised_late++;
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
