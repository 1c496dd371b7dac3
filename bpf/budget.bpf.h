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

/*
 * Of 64 bits that name a direction of a flow: cheap, and only for this. The products wait
 * for nobody. What tells neighbours apart stands in the low bits, so that it gets into all.
 */
static __always_inline u64 budget_hash(const struct iotx_l4 *l4, u32 dir)
{
	u64 word[4], ports = (u64)l4->src_port << 32 | (u32)l4->dst_port << 16 | dir, h;

	__builtin_memcpy(word, l4->src, 16);
	__builtin_memcpy(word + 2, l4->dst, 16);
	h = __builtin_bswap64(word[0]) * 0x9e3779b97f4a7c15ull +
	    __builtin_bswap64(word[1]) * 0xbf58476d1ce4e5b9ull +
	    __builtin_bswap64(word[2]) * 0x94d049bb133111ebull +
	    __builtin_bswap64(word[3]) * 0xd6e8feb86659fd93ull + ports * 0xa0761d6478bd642full;
	return (h ^ h >> 32) * 0xe7037ed1a0b428dbull;
}

/* The flow's own bucket, else the one that was idle for longest, emptied for it: a full one. */
static __always_inline u32 budget_way(struct budget_set *b, u32 tag)
{
	u32 now = bpf_jiffies64(), oldest = 0;

	for (u32 i = 0; i < BUDGET_WAYS; i++)
		if (b->way[i].tag == tag)
			return i;
	for (u32 i = 1; i < BUDGET_WAYS; i++)
		if (now - b->way[i].tick > now - b->way[oldest].tick)
			oldest = i;
	b->way[oldest].tag = tag;
	b->way[oldest].tick = now;
	b->way[oldest].left = cfg.budget_most;
	b->way[oldest].dropped = 0;
	return oldest;
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

/* May the packet be sampled? */
static __always_inline int budget_admits(struct scratch *s, u32 dir)
{
	u64 hash = budget_hash(&s->track.l4, dir);
	u32 set = hash >> 32 & (BUDGET_SETS - 1);
	struct budget_set *b = bpf_map_lookup_elem(&budgets, &set);
	struct budget *own;

	if (!b)
		return true;
	s->set = set;
	s->way = budget_way(b, (u32)hash | 1);
	IOTX_REREAD(); /* one path from here on */
	own = &b->way[s->way & (BUDGET_WAYS - 1)];
	if (!budget_takes(own, s->flags & IOTX_SAMPLE_SHAPING))
		return false;
	s->dropped = own->dropped;
	own->dropped = 0;
	return true;
}

/* By itself, for a verifier that would multiply the ways through it with all that follows. */
__noinline int budget_admits_apart(u32 dir)
{
	struct scratch *s = bpf_map_lookup_elem(&scratch, &dir);

	return s ? budget_admits(s, dir) : true;
}

/* The record was refused: the next one of the flow says so, and what this one was to say. */
static __always_inline void budget_refused(struct scratch *s)
{
	u32 set = s->set;
	struct budget_set *b = cfg.budget_most ? bpf_map_lookup_elem(&budgets, &set) : NULL;

	if (b)
		b->way[s->way & (BUDGET_WAYS - 1)].dropped += s->dropped + 1;
}

#endif
