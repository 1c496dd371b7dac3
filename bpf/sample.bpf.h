/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Copies wanted packets into the ring. Sampling never touches the counters of flows.
 *
 * A flood can't starve what shapes sessions: the last part of the ring is theirs alone
 * (share_takes), and so is the last part of each flow's budget (budget.bpf.h).
 */
#ifndef IOTXDP_SAMPLE_BPF_H
#define IOTXDP_SAMPLE_BPF_H

#include "budget.bpf.h"
#include "compat.bpf.h"
#include "maps.bpf.h"
#include <iotxdp/sample.h>

/*
 * May an ordinary record of this size be tried? How full the ring is costs a helper call,
 * so the answer is credit for a while. The credit of all CPUs together is less than half
 * of what is kept for session-shaping messages. Sets *wake when the consumer, who wakes
 * by itself every few milliseconds, should not wait for that: a wake-up costs ten times
 * a record.
 */
static __always_inline bool share_takes(struct scratch *s, u32 size, u64 *wake)
{
	u64 waiting, room;

	if (s->credit >= size) {
		s->credit -= size;
		return true;
	}
	waiting = bpf_ringbuf_query(&samples, BPF_RB_AVAIL_DATA);
	room = waiting < cfg.ring_share ? cfg.ring_share - waiting : 0;
	if (room < size)
		return false;
	if (room > cfg.ring_credit)
		room = cfg.ring_credit;
	s->credit = room < size ? 0 : room - size;
	if (waiting > cfg.ring_wake_bytes)
		*wake = BPF_RB_FORCE_WAKEUP;
	return true;
}

/* The linear part of a packet of either kind. */
#define SAMPLE_LINEAR(src, data, end)                                                           \
	do {                                                                                    \
		if ((src)->kind == IOTX_SRC_XDP) {                                              \
			const struct xdp_md *md_ = (src)->ctx;                                  \
			data = (const u8 *)(long)md_->data;                                     \
			end = (const u8 *)(long)md_->data_end;                                  \
		} else {                                                                        \
			const struct __sk_buff *md_ = (src)->ctx;                               \
			data = (const u8 *)(long)md_->data;                                     \
			end = (const u8 *)(long)md_->data_end;                                  \
		}                                                                               \
	} while (0)

/* Bounds behind the compiler's back, who would make one test of two. */
static __always_inline bool sample_bounded(u64 *n, u32 least, u32 most)
{
	IOTX_OPAQUE(*n);
	if (*n > most)
		return false;
	IOTX_OPAQUE(*n);
	return *n >= least;
}

/*
 * Without a helper call, which costs more than a small copy and is missing before 5.18: all
 * of the record's room where the packet fills it, else eight bytes at a time and the last
 * eight again.
 */
static __always_inline bool sample_copy_words(const struct iotx_src *src, u8 *dst, u32 room, u64 n)
{
	const u8 *data, *end;
	u32 done = 0;

	SAMPLE_LINEAR(src, data, end);
	if (data + room <= end) {
		plain_words(dst, data, room);
		return true;
	}
	for (; done + 8 <= room; done += 8) {
		if (data + done + 8 > end)
			break;
		plain_words(dst + done, data + done, 8);
	}
	if (!sample_bounded(&n, 8, room))
		return false;
	n -= 8;
	IOTX_OPAQUE(n); /* one pointer for the check and for the read */
	data += n;
	if (data + 8 > end)
		return false;
	plain_words(dst + n, data, 8);
	return true;
}

/* What bpf_xdp_load_bytes takes neither as an offset nor as a length: more. */
#define XDP_LOAD_MOST 0xffffu

/* n is more than XDP_LOAD_MOST: in two, of which the second is not too short for a helper. */
static __always_inline bool sample_copy_long(void *ctx, u8 *data, u32 room, u64 n)
{
	const u32 first = XDP_LOAD_MOST - 1;
	u32 most = room - first < XDP_LOAD_MOST ? room - first : XDP_LOAD_MOST;

	n -= first;
	return sample_bounded(&n, 2, most) && !bpf_xdp_load_bytes(ctx, 0, data, first) &&
	       !bpf_xdp_load_bytes(ctx, first, data + first, n);
}

/* Fills data[] with the packet's first s->cap_len bytes. */
static __always_inline bool sample_copy(const struct iotx_src *src, const struct scratch *s,
					u8 *data, u32 room)
{
	bool plain = src->kind == IOTX_SRC_XDP && !iotx_has_xdp_load_bytes();
	u64 n = s->cap_len;

	if (room <= IOTX_SAMPLE_SMALL || plain) {
		if (room <= PLAIN_ROOM_MAX && sample_copy_words(src, data, room, n))
			return true;
		if (plain)
			return false;
	}
	if (src->kind == IOTX_SRC_XDP && room > XDP_LOAD_MOST && n > XDP_LOAD_MOST)
		return sample_copy_long(src->ctx, data, room, n);
	/* Before 6.8 a helper's length must have a bound above 0, and n < 1 is none. */
	if (!sample_bounded(&n, 2, room))
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
	r->dropped = s->dropped;
}

static __always_inline void sample_refuse(struct scratch *s, u64 *reason, u32 flags,
					  struct iotx_ledger *ledger)
{
	++*reason;
	if (flags & IOTX_SAMPLE_SHAPING)
		ledger->samples_shaping_lost++;
	budget_refused(s);
}

/* One size class: a reserve needs a constant. Returns from the caller when it was the one. */
#define SAMPLE_CLASS(room)                                                              \
	if (s->cap_len <= (room) && (!plain || (room) <= PLAIN_ROOM_MAX)) {                     \
		struct iotx_sample *r = NULL;                                           \
		if (flags & IOTX_SAMPLE_SHAPING ||                                      \
		    share_takes(s, sizeof(*r) + (room) + IOTX_RING_HEADER, &wake))      \
			r = bpf_ringbuf_reserve(&samples, sizeof(*r) + (room), 0);      \
		if (!r) {                                                               \
			sample_refuse(s, &ledger->samples_ring_full, flags, ledger);    \
			return;                                                         \
		}                                                                       \
		if (!sample_copy(src, s, r->data, room)) {                              \
			bpf_ringbuf_discard(r, BPF_RB_NO_WAKEUP);                       \
			sample_refuse(s, &ledger->samples_unreadable, flags, ledger);   \
			return;                                                         \
		}                                                                       \
		sample_describe(r, s, dir, flags);                                      \
		bpf_ringbuf_submit(r, wake);                                            \
		ledger->sample_bytes_cut += s->wire_len - s->cap_len;                   \
		return;                                                                 \
	}

static __always_inline void sample_send(const struct iotx_src *src, struct scratch *s,
					enum iotx_dir dir, u32 flags, struct iotx_ledger *ledger)
{
	bool plain = src->kind == IOTX_SRC_XDP && !iotx_has_xdp_load_bytes();
	u32 max = cfg.snaplen;
	u64 wake = BPF_RB_NO_WAKEUP;

	ledger->samples_wanted++;
	s->dropped = 0;
	if (cfg.budget_most && !(plain ? budget_admits_apart(dir) : budget_admits(s, dir))) {
		sample_refuse(s, &ledger->samples_over_budget, flags, ledger);
		return;
	}
	s->now_ns = bpf_ktime_get_ns() + cfg.clock_offset_ns; /* as dear as all before it */
	if (plain && max > PLAIN_ROOM_MAX)
		max = PLAIN_ROOM_MAX;
	s->cap_len = s->wire_len < max ? s->wire_len : max;
	IOTX_SAMPLE_CLASSES(SAMPLE_CLASS)
	sample_refuse(s, &ledger->samples_unreadable, flags, ledger);
}

/* Whole flows by their hash, and whatever shapes a session. */
static __always_inline void sample_packet(const struct iotx_src *src, struct scratch *s,
					  enum iotx_dir dir, struct iotx_ledger *ledger)
{
	u32 flags = 0, one_in;

	IOTX_FORGET();
	one_in = cfg.sample_one_in;
	if (one_in == 1 || /* a hash is for who needs it */
	    (one_in && iotx_flow_sampled(iotx_flow_hash(&s->track.l4), one_in)))
		flags |= IOTX_SAMPLE_FLOW;
	if (s->track.shaping)
		flags |= IOTX_SAMPLE_SHAPING;
	if (!flags || !iotx_proto_is_decoded(s->track.proto))
		return;
	s->flags = flags;
	IOTX_REREAD(); /* one path from here on */
	sample_send(src, s, dir, s->flags, ledger);
}

#endif
