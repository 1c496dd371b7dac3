/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a direction of a flow may put into the ring: a bucket of tokens, one a record,
 * filled by the clock of the scheduler, which costs nothing to read. Ordinary records
 * leave the last quarter to session-shaping ones.
 *
 * The buckets are a cache of their own, so that a flow that is not in the flow table has
 * one too: sets of four in a cache line, the one idle for longest is replaced.
 */
#ifndef IOTXDP_BUDGET_BPF_H
#define IOTXDP_BUDGET_BPF_H

#include "maps.bpf.h"

/* Of 64 bits that name a direction of a flow: cheap, and only for this. */
static __always_inline u64 budget_hash(const struct iotx_l4 *l4, enum iotx_dir dir)
{
	const u64 odd = 0x9e3779b97f4a7c15ull;
	u64 word[4], h;

	__builtin_memcpy(word, l4->src, 16);
	__builtin_memcpy(word + 2, l4->dst, 16);
	h = (word[0] + (u32)l4->src_port) * odd + word[1];
	h = (h ^ h >> 29) * odd + word[2] + (u32)l4->dst_port;
	h = (h ^ h >> 29) * odd + word[3] + dir;
	return (h ^ h >> 32) * odd;
}

/* NULL when there is no budget to keep. A new flow starts with a full bucket. */
static __always_inline struct budget *budget_find(const struct scratch *s, enum iotx_dir dir)
{
	u64 hash = budget_hash(&s->track.l4, dir);
	u32 set = hash & (BUDGET_SETS - 1), tag = hash >> 32 | 1, now, oldest = 0;
	struct budget_set *b;

	if (!cfg.budget_most)
		return NULL;
	b = bpf_map_lookup_elem(&budgets, &set);
	if (!b)
		return NULL;
	if (b->way[0].tag == tag)
		return &b->way[0];
	if (b->way[1].tag == tag)
		return &b->way[1];
	if (b->way[2].tag == tag)
		return &b->way[2];
	if (b->way[3].tag == tag)
		return &b->way[3];
	now = bpf_jiffies64();
	for (u32 i = 1; i < BUDGET_WAYS; i++)
		if (now - b->way[i].tick > now - b->way[oldest & (BUDGET_WAYS - 1)].tick)
			oldest = i;
	oldest &= BUDGET_WAYS - 1;
	b->way[oldest].tag = tag;
	b->way[oldest].tick = now;
	b->way[oldest].left = cfg.budget_most;
	b->way[oldest].dropped = 0;
	return &b->way[oldest];
}

static __always_inline void budget_fill(struct budget *b)
{
	u32 now = bpf_jiffies64(), ticks = now - b->tick;
	u64 left;

	if (!ticks)
		return;
	left = b->left + (u64)ticks * cfg.budget_tick;
	b->left = left < cfg.budget_most ? left : cfg.budget_most;
	b->tick = now;
}

static __always_inline bool budget_takes(struct budget *b, bool shaping)
{
	u32 least = IOTX_BUDGET_TOKEN + (shaping ? 0 : cfg.budget_most / 4);

	budget_fill(b);
	if (b->left < least)
		return false;
	b->left -= IOTX_BUDGET_TOKEN;
	return true;
}

/* Records of the flow that were refused since the last one that was not. */
static __always_inline u32 budget_dropped(struct budget *b)
{
	u32 n;

	if (!b)
		return 0;
	n = b->dropped;
	b->dropped = 0;
	return n;
}

#endif
