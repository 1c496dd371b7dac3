/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The flow table, behind five calls: find the packet's flow, find the other direction's,
 * make an entry, commit what the packet has changed, or let go of it. Nothing else but
 * quick.bpf.h knows how the table is made; iotxdp/slot.h says it.
 *
 * What is found is locked and copied to s->flow: framing is exact although two CPUs may
 * have a packet of the same flow in hand. `six` is a constant wherever it is passed.
 */
#ifndef IOTXDP_FLOW_BPF_H
#define IOTXDP_FLOW_BPF_H

#include <iotxdp/count.h>

#include "lock.bpf.h"
#include "maps.bpf.h"

_Static_assert(__builtin_offsetof(struct scratch, key6) % 8 == 0 &&
	       __builtin_offsetof(struct scratch, key4) % 8 == 0, "compared by the word");

static __always_inline u32 key_words(bool six)
{
	return six ? IOTX_KEY6_WORDS : IOTX_KEY4_WORDS;
}

static __always_inline void *key_of(struct scratch *s, bool six)
{
	return six ? __builtin_assume_aligned(&s->key6, 8) :
		     __builtin_assume_aligned(&s->key4, 8);
}

/* The key stands at the start of a record, the rest of the slot behind it. */
static __always_inline void *record_at(u32 index, bool six)
{
	void *record = six ? bpf_map_lookup_elem(&slots6, &index) :
			     bpf_map_lookup_elem(&slots4, &index);

	return record ? __builtin_assume_aligned(record, 8) : NULL;
}

static __always_inline struct iotx_slot *slot_of(void *record, bool six)
{
	return six ? &((struct iotx_slot6 *)record)->slot : &((struct iotx_slot4 *)record)->slot;
}

static __always_inline bool in_use(const void *record, bool six)
{
	return six ? ((const struct iotx_slot6 *)record)->key.transport :
		     ((const struct iotx_slot4 *)record)->key.transport;
}

static __always_inline struct iotx_bucket *bucket_at(u32 bucket, bool six)
{
	return six ? bpf_map_lookup_elem(&buckets6, &bucket) :
		     bpf_map_lookup_elem(&buckets4, &bucket);
}

static __always_inline struct iotx_counts *counts_at(u32 index, bool six)
{
	return six ? bpf_map_lookup_elem(&counts6, &index) :
		     bpf_map_lookup_elem(&counts4, &index);
}

static __always_inline struct iotx_wide *wide_at(u32 index, bool six)
{
	return six ? bpf_map_lookup_elem(&wide6, &index) : bpf_map_lookup_elem(&wide4, &index);
}

static __always_inline bool is_six(const struct scratch *s)
{
	return s->track.l4.ip_version != 4;
}

static __always_inline u16 age_of(u32 ticks)
{
	return (u16)(ticks >> (cfg.age_shift & 31));
}

/* --- finding ------------------------------------------------------------------------- */

static __always_inline struct iotx_spot spot_of(const void *key, bool six)
{
	struct iotx_secret secret = { cfg.secret.start, cfg.secret.factor };

	return six ? iotx_key6_spot(key, &secret, cfg.bucket_mask6) :
		     iotx_key4_spot(key, &secret, cfg.bucket_mask4);
}

/* Where a key was found; record NULL: nowhere. */
struct place {
	void *record;
	u32 index;
};

/* Has a line fetched: a lock would wait until it is there, and all behind the lock with it. */
static __always_inline void touch(const void *line)
{
	(void)*(const volatile u32 *)line;
}

/* The slot of a bucket that has the key. */
static __always_inline struct place search(u32 bucket, const struct iotx_spot *at, const void *key,
					   bool six)
{
	const struct iotx_bucket *b = bucket_at(bucket, six);
	u64 match = b ? iotx_bucket_match(b, at->tag, at->home) : 0;
	struct place p = {};

	for (u32 i = 0; i < IOTX_WAYS && match; i++, match >>= 8) {
		if (!(match & 0x80))
			continue;
		p.index = bucket * IOTX_WAYS + ((at->home + i) & (IOTX_WAYS - 1));
		p.record = record_at(p.index, six);
		if (p.record && iotx_key_equal(p.record, key, key_words(six)))
			return p;
	}
	return (struct place){};
}

static __always_inline struct place search_all(const void *key, const struct iotx_spot *at,
					       bool six)
{
	struct place p = search(at->bucket, at, key, six);

	return p.record ? p : search(at->other, at, key, six);
}

/* May a slot of the bucket have the tag? */
static __always_inline bool tagged(u32 bucket, u8 tag, bool six)
{
	const struct iotx_bucket *b = bucket_at(bucket, six);

	return b && iotx_bucket_match(b, tag, 0);
}

/* Locks the slot of the key, if there is one; sets s->slot, and returns its record. */
static __always_inline void *find(struct scratch *s, const void *key, bool six, enum loop_kind kind)
{
	const struct iotx_spot at = spot_of(key, six);
	const struct place p = search_all(key, &at, six);

	if (!p.record) {
		s->may_back = tagged(at.bucket, at.back, six) || tagged(at.other, at.back, six);
		return NULL;
	}
	if (!lock(&slot_of(p.record, six)->word, kind)) {
		s->busy = 1;
		return NULL;
	}
	if (!iotx_key_equal(p.record, key, key_words(six))) { /* taken over meanwhile */
		unlock(&slot_of(p.record, six)->word, kind);
		return NULL;
	}
	s->slot = p.index + 1;
	return p.record;
}

/* What the slot that is locked says, to s->flow. */
static __always_inline void load(struct scratch *s, void *record, bool six)
{
	const struct iotx_wide *wide;

	iotx_slot_load(slot_of(record, six), &s->flow);
	wide = s->flow.proto == WEBSOCKET ? wide_at(s->slot - 1, six) : NULL;
	if (wide)
		s->flow.ws = wide->ws;
}

static __always_inline void let_go(const struct scratch *s, bool six, enum loop_kind kind)
{
	void *record = record_at(s->slot - 1, six);

	if (record)
		unlock(&slot_of(record, six)->word, kind);
}

/* Whatever is held. */
static __always_inline void flow_drop(struct scratch *s, enum loop_kind kind)
{
	if (!s->slot)
		return;
	if (is_six(s))
		let_go(s, true, kind);
	else
		let_go(s, false, kind);
	s->slot = 0;
}

static __always_inline void find_and_load(struct scratch *s, bool six, enum loop_kind kind)
{
	void *record = find(s, key_of(s, six), six, kind);

	if (record)
		load(s, record, six);
}

static __always_inline bool find_reverse(struct scratch *s, enum loop_kind kind)
{
	bool found;

	if (is_six(s)) {
		IOTX_KEY_SWAP(&s->key6);
		find_and_load(s, true, kind);
		IOTX_KEY_SWAP(&s->key6);
	} else {
		IOTX_KEY_SWAP(&s->key4);
		find_and_load(s, false, kind);
		IOTX_KEY_SWAP(&s->key4);
	}
	found = s->slot;
	s->peer = s->slot;
	flow_drop(s, kind);
	return found;
}

/* --- making -------------------------------------------------------------------------- */

/* The last of a flow whose slot another is to have; user space takes it from here. */
static __always_inline void hand_over(const void *record, u32 index, bool six,
				      struct iotx_ledger *ledger)
{
	const struct iotx_slot *slot = slot_of((void *)record, six);
	struct iotx_counts *counts = counts_at(index, six);
	struct iotx_wide *wide = wide_at(index, six);
	struct iotx_gone *g;

	ledger->flows_evicted++;
	g = bpf_ringbuf_reserve(&gone, sizeof(*g), 0);
	if (!g) {
		ledger->flows_evicted_lost++;
		ledger->packets_evicted_lost += slot->packets;
		return;
	}
	__builtin_memset(g, 0, sizeof(*g));
	g->abi_version = IOTX_ABI_VERSION;
	g->ip_version = six ? 6 : 4;
	__builtin_memcpy(&g->key6, record, six ? sizeof(g->key6) : sizeof(g->key4));
	g->slot = *slot;
	if (counts && slot->bits & IOTX_SLOT_COUNTED)
		g->counts = *counts;
	if (wide && slot->bits & IOTX_SLOT_WIDE)
		__builtin_memcpy(g->carry, wide->carry, sizeof(g->carry));
	bpf_ringbuf_submit(g, BPF_RB_NO_WAKEUP);
}

/* Takes the slot over, whose lock is held. */
static __always_inline void take_over(struct scratch *s, struct iotx_bucket *b, void *record,
				      bool six, struct iotx_ledger *ledger)
{
	const void *key = key_of(s, six);
	u32 index = s->slot - 1, way = index & (IOTX_WAYS - 1);

	if (in_use(record, six))
		hand_over(record, index, six, ledger);
	__builtin_memcpy(record, key, key_words(six) * 8);
	iotx_slot_open(slot_of(record, six), &s->flow, s->now);
	b->tag[way] = spot_of(key, six).tag;
	b->age[way] = age_of(s->now) - IOTX_AGE_NEW;
	ledger->flows_created++;
}

/* Locks the slot that has the key, unless it has just lost it. */
static __always_inline void make_again(struct scratch *s, const struct place *p, bool six,
				       enum loop_kind kind)
{
	if (!lock(&slot_of(p->record, six)->word, kind))
		return;
	if (iotx_key_equal(p->record, key_of(s, six), key_words(six)))
		s->slot = p->index + 1;
	else
		unlock(&slot_of(p->record, six)->word, kind);
}

/*
 * Not in the place of the other direction, which stands in the same bucket: while all else
 * there has seen more packets, two new ones would drive each other out for ever.
 */
static __always_inline void make_in(struct scratch *s, u32 bucket, struct iotx_bucket *b, bool six,
				    enum loop_kind kind, struct iotx_ledger *ledger)
{
	u32 peer = s->peer - 1 - bucket * IOTX_WAYS; /* its way, if it is less than their number */
	u32 way = iotx_bucket_choose(b, spot_of(key_of(s, six), six).home, peer, age_of(s->now));
	void *record = record_at(bucket * IOTX_WAYS + way, six);

	if (!record || !lock(&slot_of(record, six)->word, kind))
		return;
	s->slot = bucket * IOTX_WAYS + way + 1;
	take_over(s, b, record, six, ledger);
}

/* In the bucket, if it has room and nobody else is about to put something there. */
static __always_inline bool make_next(struct scratch *s, u32 bucket, bool six,
				      enum loop_kind kind, struct iotx_ledger *ledger)
{
	struct iotx_bucket *b = bucket_at(bucket, six);

	if (!b || iotx_bucket_full(b) || !try_lock(&b->lock, kind))
		return false;
	make_in(s, bucket, b, six, kind, ledger);
	unlock(&b->lock, kind);
	return s->slot;
}

/*
 * With the lock of the first bucket in hand. Whoever made an entry for the flow meanwhile
 * made the one that we take; it is not ours to count.
 */
static __always_inline void make_locked(struct scratch *s, const struct iotx_spot *at,
					struct iotx_bucket *b, bool six, enum loop_kind kind,
					struct iotx_ledger *ledger)
{
	const struct place p = search_all(key_of(s, six), at, six);

	if (p.record) {
		make_again(s, &p, six, kind);
		return;
	}
	if (iotx_bucket_full(b) && at->other != at->bucket &&
	    make_next(s, at->other, six, kind, ledger))
		return;
	make_in(s, at->bucket, b, six, kind, ledger);
}

static __always_inline void make(struct scratch *s, bool six, enum loop_kind kind,
				 struct iotx_ledger *ledger)
{
	const struct iotx_spot at = spot_of(key_of(s, six), six);
	struct iotx_bucket *b = bucket_at(at.bucket, six);

	if (!b || !lock(&b->lock, kind))
		return;
	make_locked(s, &at, b, six, kind, ledger);
	unlock(&b->lock, kind);
}

static __always_inline bool make_any(struct scratch *s, enum loop_kind kind,
				     struct iotx_ledger *ledger)
{
	if (is_six(s))
		make(s, true, kind, ledger);
	else
		make(s, false, kind, ledger);
	return s->slot;
}

/* --- only for packets without a flow --------------------------------------------------- */

/*
 * These are global functions, which the verifier looks at once, whatever is known where
 * they are called. A call costs 8 ns, and the packets of known flows make none.
 */
#define FLOW_FUNCTIONS(suffix, kind)                                                    \
	__noinline int flow_find_reverse_##suffix(u32 dir)                              \
	{                                                                               \
		struct scratch *s = bpf_map_lookup_elem(&scratch, &dir);                \
                                                                                        \
		return s && find_reverse(s, kind);                                      \
	}                                                                               \
                                                                                        \
	__noinline int flow_make_##suffix(u32 dir)                                      \
	{                                                                               \
		struct scratch *s = bpf_map_lookup_elem(&scratch, &dir);                \
		struct iotx_ledger *lg = bpf_map_lookup_elem(&ledger, &dir);            \
                                                                                        \
		return s && lg && make_any(s, kind, lg);                                \
	}

FLOW_FUNCTIONS(helper, LOOP_HELPER)
FLOW_FUNCTIONS(plain, LOOP_PLAIN)

/* After flow_find has found nothing. Leaves the keys as they were, and holds nothing. */
static __always_inline struct iotx_flow *flow_find_reverse(struct scratch *s, enum iotx_dir dir,
							   enum loop_kind kind)
{
	int found;

	if (!s->may_back)
		return NULL;
	found = kind == LOOP_HELPER ? flow_find_reverse_helper(dir) : flow_find_reverse_plain(dir);

	return found ? &s->flow : NULL;
}

/* After flow_find has found nothing: an entry that says what s->flow does. False: refused. */
static __always_inline bool flow_make(enum iotx_dir dir, enum loop_kind kind)
{
	return kind == LOOP_HELPER ? flow_make_helper(dir) : flow_make_plain(dir);
}

/* --- committing ---------------------------------------------------------------------- */

/* The wide part of a slot, which is to be the flow's own from here on. */
static __always_inline struct iotx_wide *widen(u32 index, struct iotx_slot *slot, bool six)
{
	struct iotx_wide *wide = wide_at(index, six);

	if (wide && !(slot->bits & IOTX_SLOT_WIDE))
		__builtin_memset(wide, 0, sizeof(*wide));
	slot->bits |= IOTX_SLOT_WIDE;
	return wide;
}

static __always_inline void carry_over(u32 index, struct iotx_slot *slot, u32 over, bool six)
{
	struct iotx_wide *wide = widen(index, slot, six);

	if (!wide)
		return;
	for (u32 i = 0; i < IOTX_COUNTS; i++)
		wide->carry[i] += over >> i & 1;
}

/* The counts of a slot, which are to be the flow's own from here on. */
static __always_inline struct iotx_counts *counts_of(struct iotx_slot *slot, u32 index, bool six)
{
	struct iotx_counts *counts = counts_at(index, six);

	if (counts && !(slot->bits & IOTX_SLOT_COUNTED)) {
		__builtin_memset(counts, 0, sizeof(*counts));
		slot->bits |= IOTX_SLOT_COUNTED;
	}
	return counts;
}

static __always_inline void count(struct iotx_slot *slot, u32 index, const struct iotx_track *t,
				  bool six)
{
	struct iotx_counts *counts = counts_of(slot, index, six);
	u32 over = counts ? iotx_count_slot(counts, t) : 0;

	if (over)
		carry_over(index, slot, over, six);
}

/* The age only where it has changed: it stands in another line. */
static __always_inline void set_age(const struct scratch *s, const struct iotx_slot *slot,
				    u32 index, bool was_closed, bool six)
{
	bool closed = iotx_slot_closed(slot);
	u16 age = age_of(s->now);
	struct iotx_bucket *b;

	if (slot->packets == 1 ||
	    (age == age_of(slot->last_seen) && closed == was_closed && slot->packets != 2))
		return;
	b = bucket_at(index / IOTX_WAYS, six);
	if (b)
		b->age[index & (IOTX_WAYS - 1)] = closed ? age - IOTX_AGE_CLOSED : age;
}

static __always_inline void commit(const struct scratch *s, bool six, enum loop_kind kind)
{
	const struct iotx_track *t = &s->track;
	void *record = record_at(s->slot - 1, six);
	struct iotx_wide *wide;
	struct iotx_slot *slot;
	bool closed;

	if (!record)
		return;
	slot = slot_of(record, six);
	closed = iotx_slot_closed(slot);
	slot->packets++;
	slot->bytes += s->wire_len;
	if (t->framed)
		iotx_slot_store_framing(slot, &t->walk.framing);
	wide = t->proto == WEBSOCKET ? widen(s->slot - 1, slot, six) : NULL;
	if (wide)
		wide->ws = t->walk.ws;
	slot->proto = (slot->proto & IOTX_SLOT_PROTO) | iotx_slot_ending(slot, t);
	if (iotx_count_any(t) && !iotx_count_alike(slot, t))
		count(slot, s->slot - 1, t, six);
	set_age(s, slot, s->slot - 1, closed, six);
	slot->last_seen = s->now;
	unlock(&slot->word, kind);
}

/* What the packet has changed of the flow whose slot is held; lets go of it. */
static __always_inline void flow_commit(struct scratch *s, enum loop_kind kind)
{
	IOTX_REREAD();
	if (!s->slot)
		return;
	if (is_six(s))
		commit(s, true, kind);
	else
		commit(s, false, kind);
	s->slot = 0;
}

#endif
