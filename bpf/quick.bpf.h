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
 * Is it the next segment of its direction, with nothing cut? It does not end the direction, nor
 * has one before it.
 */
static __always_inline bool quick_is_next(const struct iotx_slot *slot, const struct iotx_l4 *l4)
{
	return (slot->bits & QUICK_STATE) == QUICK_STATE_IS && !(slot->length >> 28) &&
	       !(l4->tcp_flags & QUICK_FLAGS_NOT) && l4->seq == slot->seen_seq &&
	       !iotx_seq_before(slot->next_seq, l4->seq);
}

/* One for a type that shapes a session, in the lowest bit. */
static __always_inline u32 quick_shaping(u8 first)
{
	return IOTX_MQTT_SHAPING >> iotx_mqtt_type(first);
}

static __always_inline bool quick_mqtt(struct iotx_track *t, struct iotx_slot *slot,
				       const struct iotx_src *src, struct quick *q)
{
	struct iotx_cur c = { .src = *src, .off = t->l4.payload_off };
	u32 off = slot->next_seq - t->l4.seq, len = t->l4.payload_len, shaping = 0, read;
	struct iotx_mqtt_hdr h;

	c.end = c.off + len;
	if (!quick_is_next(slot, &t->l4))
		return false;
	if (len && off)
		shaping = quick_shaping(slot->first);
	if (off < len) {
		read = iotx_mqtt_hdr_whole(&c, c.off + off, &h);
		if (!read || off + read + h.length < len)
			return false;
		q->kind = iotx_mqtt_type(h.first);
		shaping |= quick_shaping(h.first);
		slot->next_seq = t->l4.seq + off + read + h.length;
		slot->first = h.first;
		slot->length = h.length;
		t->segment = IOTX_SEG_WALKED;
		t->walk.start = off;
	} else {
		t->segment = IOTX_SEG_BODY;
	}
	slot->seen_seq = t->l4.seq + len;
	t->shaping = shaping & 1;
	return true;
}

static __always_inline bool quick_coap(struct iotx_track *t, const struct iotx_src *src,
				       struct quick *q)
{
	struct iotx_cur c = { .src = *src, .off = t->l4.payload_off };
	u8 b[IOTX_COAP_HDR_LEN];
	struct iotx_coap_hdr h;

	c.end = c.off + t->l4.payload_len;
	if (t->l4.transport != UDP || iotx_cur_peek(&c, c.off, b, sizeof(b)))
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

/* A message of CoAP like the first of its flow is counted in the slot. */
static __always_inline bool quick_alike(struct iotx_slot *slot, const struct quick *q)
{
	return slot->proto == COAP && iotx_slot_count_alike(slot, q->kind - 1, q->type);
}

/* The age seldom changes: in a tick of the clock, only that of a flow's first packets does. */
static __always_inline void quick_commit(struct scratch *s, struct iotx_slot *slot, u32 index,
					 const struct quick *q, bool six)
{
	slot->packets++;
	slot->bytes += s->wire_len;
	if (q->kind && !quick_alike(slot, q))
		quick_count(slot, index, q, six);
	if (slot->last_seen != s->now || slot->packets <= 2)
		set_age(s, slot, index, false, six);
	slot->last_seen = s->now;
}

/* With the slot's lock. False: nothing has been changed. */
static __always_inline bool quick_take(struct scratch *s, struct iotx_slot *slot, u32 index,
				       const struct iotx_src *src, struct iotx_totals *totals,
				       bool six)
{
	struct iotx_track *t = &s->track;
	struct quick q = {};

	t->proto = slot->proto;
	if (t->proto == MQTT && quick_mqtt(t, slot, src, &q)) {
		quick_commit(s, slot, index, &q, six);
		iotx_count_volume(totals, MQTT, s->wire_len);
		if (q.kind)
			iotx_count_mqtt_one(&totals->mqtt_messages, q.kind);
		return true;
	}
	if (t->proto == COAP && quick_coap(t, src, &q)) {
		quick_commit(s, slot, index, &q, six);
		iotx_count_volume(totals, COAP, s->wire_len);
		iotx_count_coap_one(&totals->coap_messages, q.type, q.kind - 1);
		return true;
	}
	return false;
}

/*
 * The record of a flow that is at home, which most are: locked. NULL: it is to be looked for.
 * The tag is all that is asked before the lock, for behind it the key is asked anyway. What the
 * packet will need is fetched while its bucket is: the counts, if a segment is to be counted by
 * its type, and of a new flow the slot that it is likely to get.
 */
static __always_inline void *quick_home(const struct scratch *s, const void *key, u32 *index,
					bool six, enum loop_kind kind)
{
	const struct iotx_spot at = spot_of(key, six);
	u32 home = at.bucket * IOTX_WAYS + at.home;
	const struct iotx_bucket *b = bucket_at(at.bucket, six);
	const struct iotx_counts *counts = counts_at(home, six);
	void *record = record_at(home, six);

	if (!b || !record || !counts)
		return NULL;
	if (s->track.l4.transport == TCP && s->track.l4.payload_len)
		touch(counts);
	if (b->tag[at.home] != at.tag) {
		touch(record);
		return NULL;
	}
	if (!try_lock(&slot_of(record, six)->word, kind))
		return NULL;
	*index = home;
	if (iotx_key_equal(record, key, key_words(six)))
		return record;
	unlock(&slot_of(record, six)->word, kind);
	return NULL;
}

/* For the long way: nothing is known yet. */
static __always_inline void flow_none(struct scratch *s)
{
	s->slot = 0;
	s->peer = 0;
	s->busy = 0;
}

/* The key is the caller's, in registers; a copy of it is for who comes later. */
static __always_inline bool quick_find(struct scratch *s, const void *key,
				       const struct iotx_src *src, struct iotx_totals *totals,
				       bool six, enum loop_kind kind)
{
	u32 index;
	void *record = quick_home(s, key, &index, six, kind);

	if (!record) {
		flow_none(s);
		__builtin_memcpy(key_of(s, six), key, six ? sizeof(s->key6) : sizeof(s->key4));
		IOTX_REREAD();
		record = find(s, key_of(s, six), six, kind);
		if (!record)
			return false;
		index = s->slot - 1;
	}
	if (quick_take(s, slot_of(record, six), index, src, totals, six)) {
		unlock(&slot_of(record, six)->word, kind);
		return true;
	}
	flow_none(s);
	s->slot = index + 1;
	load(s, record, six);
	return false;
}

/*
 * Looks the packet's flow up. True: all is done but for the sample. Else, s->slot: it is locked,
 * and s->flow says what it does; or there is none, or another CPU has it (s->busy).
 */
static __always_inline bool flow_find(struct scratch *s, const struct iotx_src *src,
				      struct iotx_totals *totals, enum loop_kind kind)
{
	struct iotx_key4 key4 __attribute__((aligned(8)));
	struct iotx_key6 key6;

	if (is_six(s)) {
		iotx_key6_set(&key6, &s->track.l4);
		return quick_find(s, &key6, src, totals, true, kind);
	}
	iotx_key4_set(&key4, &s->track.l4);
	return quick_find(s, &key4, src, totals, false, kind);
}

#endif
