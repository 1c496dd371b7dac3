/* SPDX-License-Identifier: GPL-2.0-only */
/* Copies wanted packets into the ring. Sampling never touches the counters of flows. */
#ifndef IOTXDP_SAMPLE_BPF_H
#define IOTXDP_SAMPLE_BPF_H

#include "compat.bpf.h"
#include "maps.bpf.h"
#include <iotxdp/sample.h>

/*
 * The consumer wakes by itself every few milliseconds: a wake-up per record costs ten
 * times the record. Only a ring that fills up calls for it.
 */
static __always_inline u64 sample_wakeup(void)
{
	u64 waiting = bpf_ringbuf_query(&samples, BPF_RB_AVAIL_DATA);

	return waiting > cfg.ring_wake_bytes ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP;
}

/*
 * Fills data[] with the packet's first s->cap_len bytes; where the kernel can't, with
 * fewer, and says how many.
 */
static __always_inline bool sample_copy(const struct iotx_src *src, struct scratch *s, u8 *data,
					u32 room)
{
	u64 n = s->cap_len;

	if (src->kind == IOTX_SRC_XDP && !iotx_has_xdp_load_bytes()) {
		if (room < PLAIN_COPY_MAX)
			return false;
		s->cap_len = plain_copy(src->ctx, data, n);
		barrier(); /* read back: the verifier then knows no single value of it */
		return true;
	}
	/* 1 to room, checked behind the compiler's back: 6.1 and 6.18 both see the bounds */
	IOTX_OPAQUE(n);
	if (n < 1 || n > room)
		return false;
	if (src->kind == IOTX_SRC_XDP)
		return !bpf_xdp_load_bytes(src->ctx, 0, data, n);
	return !bpf_skb_load_bytes(src->ctx, 0, data, n);
}

static __always_inline void sample_describe(struct iotx_sample *r, const struct scratch *s,
					    enum iotx_dir dir, u32 flags)
{
	const struct iotx_track *t = &s->track;

	r->abi_version = IOTX_ABI_VERSION;
	r->dir = dir;
	r->proto = t->proto;
	r->ifindex = cfg.ifindex;
	r->ts_ns = s->now_ns;
	r->wire_len = s->wire_len;
	r->cap_len = s->cap_len;
	r->start = t->segment == IOTX_SEG_WALKED ? t->walk.start : IOTX_NO_START;
	r->weight = flags & IOTX_SAMPLE_FLOW ? cfg.sample_one_in : 1;
	r->flags = flags;
	r->rsv = 0;
}

/* One size class: a reserve needs a constant. Returns from the caller when it was the one. */
#define SAMPLE_CLASS(room)                                                              \
	if (s->cap_len <= (room) && (room) >= least) {                                  \
		struct iotx_sample *r = bpf_ringbuf_reserve(&samples, sizeof(*r) + (room), 0); \
		if (!r) {                                                               \
			ledger->samples_ring_full++;                                    \
			return;                                                         \
		}                                                                       \
		if (!sample_copy(src, s, r->data, room)) {                              \
			bpf_ringbuf_discard(r, BPF_RB_NO_WAKEUP);                       \
			ledger->samples_unreadable++;                                   \
			return;                                                         \
		}                                                                       \
		sample_describe(r, s, dir, flags);                                      \
		bpf_ringbuf_submit(r, sample_wakeup());                                 \
		ledger->sample_bytes_cut += s->wire_len - s->cap_len;                   \
		return;                                                                 \
	}

static __always_inline void sample_send(const struct iotx_src *src, struct scratch *s,
					enum iotx_dir dir, u32 flags, struct iotx_ledger *ledger)
{
	bool plain = src->kind == IOTX_SRC_XDP && !iotx_has_xdp_load_bytes();
	u32 max = cfg.snaplen, least = plain ? PLAIN_COPY_MAX : 0;

	ledger->samples_wanted++;
	if (plain && max > PLAIN_COPY_MAX)
		max = PLAIN_COPY_MAX;
	s->cap_len = s->wire_len < max ? s->wire_len : max;
	IOTX_SAMPLE_CLASSES(SAMPLE_CLASS)
	ledger->samples_unreadable++;
}

/* Whole flows by their hash, and whatever shapes a session. */
static __always_inline void sample_packet(const struct iotx_src *src, struct scratch *s,
					  enum iotx_dir dir, struct iotx_ledger *ledger)
{
	u32 flags = 0;

	if (iotx_flow_sampled(iotx_flow_hash(&s->track.l4), cfg.sample_one_in))
		flags |= IOTX_SAMPLE_FLOW;
	if (s->track.shaping)
		flags |= IOTX_SAMPLE_SHAPING;
	if (flags)
		sample_send(src, s, dir, flags, ledger);
}

#endif
