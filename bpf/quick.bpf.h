/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What most packets of known flows are, done where it lies: an MQTT segment in its place, in
 * which one message starts or none, and a CoAP message. The long way through track.h would
 * change the same, at three times the cost; what is not as simple as this is left for it.
 */
#ifndef IOTXDP_QUICK_BPF_H
#define IOTXDP_QUICK_BPF_H

#include "flow.bpf.h"

/* The counts of a packet's message: places in struct iotx_counts, plus one; 0: none. */
struct quick {
	u32 kind, type;
};

#define QUICK_STATE (3u << IOTX_SLOT_STATE_SHIFT | 3u << IOTX_SLOT_FAR_SHIFT)
#define QUICK_STATE_IS \
	((u32)TRACKED << IOTX_SLOT_STATE_SHIFT | (u32)FAR_NONE << IOTX_SLOT_FAR_SHIFT)
#define QUICK_FLAGS_NOT (IOTX_TCP_SYN | IOTX_TCP_FIN | IOTX_TCP_RST)

/*
 * Is the segment where its direction is, with nothing missing, nothing seen and nothing cut?
 * Neither it nor one before it ends the direction.
 */
static __always_inline bool quick_in_place(const struct iotx_slot *slot, const struct iotx_l4 *l4)
{
	if ((slot->bits & QUICK_STATE) != QUICK_STATE_IS || slot->length >> 28 ||
	    l4->tcp_flags & QUICK_FLAGS_NOT || iotx_seq_far(l4->seq, slot->seen_seq))
		return false;
	return !l4->payload_len || (!iotx_seq_before(slot->next_seq, l4->seq) &&
				    iotx_seq_before(slot->seen_seq, l4->seq + l4->payload_len));
}

static __always_inline bool quick_mqtt(struct iotx_track *t, struct iotx_slot *slot,
				       const struct iotx_cur *c, struct quick *q)
{
	u32 off = slot->next_seq - t->l4.seq, len = t->l4.payload_len, types = 0, read;
	struct iotx_mqtt_hdr h;

	if (!quick_in_place(slot, &t->l4))
		return false;
	t->segment = IOTX_SEG_BODY;
	if (len && off)
		types = 1u << iotx_mqtt_type(slot->first);
	if (off < len) {
		read = iotx_mqtt_hdr_whole(c, c->off + off, &h);
		if (!read || off + read + h.length < len)
			return false;
		q->kind = iotx_mqtt_type(h.first);
		types |= 1u << q->kind;
		slot->next_seq = t->l4.seq + off + read + h.length;
		slot->first = h.first;
		slot->length = h.length;
		t->segment = IOTX_SEG_WALKED;
		t->walk.start = off;
	}
	if (len)
		slot->seen_seq = t->l4.seq + len;
	t->shaping = (types & IOTX_MQTT_SHAPING) != 0;
	return true;
}

static __always_inline bool quick_coap(struct iotx_track *t, const struct iotx_cur *c,
				       struct quick *q)
{
	u8 b[IOTX_COAP_HDR_LEN];
	struct iotx_coap_hdr h;

	if (t->l4.transport != UDP || iotx_cur_peek(c, c->off, b, sizeof(b)))
		return false;
	iotx_coap_hdr_set(&h, b);
	if (!iotx_coap_is_message(&h))
		return false;
	q->kind = iotx_coap_kind(h.code) + 1;
	q->type = h.type;
	t->segment = IOTX_SEG_EMPTY;
	t->shaping = iotx_coap_class(h.code) >= 4;
	return true;
}

static __always_inline void quick_count(struct iotx_slot *slot, u32 index, const struct quick *q,
					bool six)
{
	struct iotx_counts *counts = counts_of(slot, index, six);
	u32 over;

	if (!counts)
		return;
	over = iotx_counts_add(counts, iotx_one_of_16(q->kind - 1), 1);
	if (q->type)
		over |= iotx_counts_add(counts, iotx_one_of_16(q->type + IOTX_COUNT_NON - 1), 1);
	if (over)
		carry_over(index, slot, over, six);
}

/* The age seldom changes: in a tick of the clock, only that of a flow's first packets does. */
static __always_inline void quick_commit(struct scratch *s, struct iotx_slot *slot, u32 index,
					 const struct quick *q, bool six)
{
	slot->packets++;
	slot->bytes += s->wire_len;
	if (q->kind)
		quick_count(slot, index, q, six);
	if (slot->last_seen != s->now || slot->packets <= 2)
		set_age(s, slot, index, false, six);
	slot->last_seen = s->now;
}

/* With the slot's lock. False: nothing has been changed. */
static __always_inline bool quick_take(struct scratch *s, struct iotx_slot *slot, u32 index,
				       const struct iotx_cur *c, struct iotx_totals *totals,
				       bool six)
{
	struct iotx_track *t = &s->track;
	struct quick q = {};

	t->proto = slot->proto;
	if (t->proto == MQTT && quick_mqtt(t, slot, c, &q)) {
		quick_commit(s, slot, index, &q, six);
		iotx_count_volume(totals, MQTT, s->wire_len);
		if (q.kind)
			iotx_count_mqtt_one(&totals->mqtt_messages, q.kind);
		return true;
	}
	if (t->proto == COAP && quick_coap(t, c, &q)) {
		quick_commit(s, slot, index, &q, six);
		iotx_count_volume(totals, COAP, s->wire_len);
		iotx_count_coap_one(&totals->coap_messages, q.type, q.kind - 1);
		return true;
	}
	return false;
}

/*
 * The record of a flow that is at home, which most are: locked. NULL: it is to be looked for.
 * The tag is all that is asked before the lock, for behind it the key is asked anyway.
 */
static __always_inline void *quick_home(const void *key, u32 *index, bool six, enum loop_kind kind)
{
	const struct iotx_spot at = spot_of(key, six);
	const struct iotx_bucket *b = bucket_at(at.bucket, six);
	void *record;

	if (!b || b->tag[at.home] != at.tag)
		return NULL;
	*index = at.bucket * IOTX_WAYS + at.home;
	record = record_at(*index, six);
	if (!record || !try_lock(&slot_of(record, six)->word, kind))
		return NULL;
	if (iotx_key_equal(record, key, key_words(six)))
		return record;
	unlock(&slot_of(record, six)->word, kind);
	return NULL;
}

/* The key is the caller's, in registers; a copy of it is for who comes later. */
static __always_inline bool quick_find(struct scratch *s, const void *key, const struct iotx_cur *c,
				       struct iotx_totals *totals, bool six, enum loop_kind kind)
{
	u32 index;
	void *record = quick_home(key, &index, six, kind);

	if (!record) {
		__builtin_memcpy(key_of(s, six), key, six ? sizeof(s->key6) : sizeof(s->key4));
		IOTX_REREAD();
		record = find(s, key_of(s, six), six, kind);
		if (!record)
			return false;
		index = s->slot - 1;
	}
	if (quick_take(s, slot_of(record, six), index, c, totals, six)) {
		unlock(&slot_of(record, six)->word, kind);
		return true;
	}
	s->slot = index + 1;
	load(s, record, six);
	return false;
}

/*
 * Looks the packet's flow up. True: all is done but for the sample. Else, s->slot: it is locked,
 * and s->flow says what it does; or there is none, or another CPU has it (s->busy).
 */
static __always_inline bool flow_find(struct scratch *s, const struct iotx_cur *c,
				      struct iotx_totals *totals, enum loop_kind kind)
{
	struct iotx_key4 key4 __attribute__((aligned(8)));
	struct iotx_key6 key6;

	s->slot = 0;
	s->peer = 0;
	s->busy = 0;
	if (is_six(s)) {
		iotx_key6_set(&key6, &s->track.l4);
		return quick_find(s, &key6, c, totals, true, kind);
	}
	iotx_key4_set(&key4, &s->track.l4);
	return quick_find(s, &key4, c, totals, false, kind);
}

#endif
