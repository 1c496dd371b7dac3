/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which flows are sampled. The choice is by a hash of the conversation, the same for
 * both directions, so a sampled conversation arrives whole; the same hash names it
 * in every output.
 */
#ifndef IOTXDP_SAMPLE_H
#define IOTXDP_SAMPLE_H

#include "l4.h"

/* A finaliser with full avalanche (the constants of SplitMix64). */
IOTX_FN u64 iotx_mix64(u64 x)
{
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
	return x ^ (x >> 31);
}

/* `ip` is one of struct iotx_l4: aligned. */
IOTX_FN u64 iotx_endpoint_hash(const u8 *ip, u16 port)
{
	u64 high, low;

	ip = __builtin_assume_aligned(ip, 8);
	__builtin_memcpy(&high, ip, 8);
	__builtin_memcpy(&low, ip + 8, 8);
	return iotx_mix64(iotx_mix64(high + port) + low);
}

/* Of a conversation: equal for both directions. */
IOTX_FN u64 iotx_flow_hash(const struct iotx_l4 *l4)
{
	u64 src = iotx_endpoint_hash(l4->src, l4->src_port);
	u64 dst = iotx_endpoint_hash(l4->dst, l4->dst_port);

	return iotx_mix64(src + dst + l4->transport);
}

/* one_in 0 samples no flow. */
IOTX_FN bool iotx_flow_sampled(u64 hash, u32 one_in)
{
	return one_in == 1 || (one_in && (u32)(hash >> 32) % one_in == 0);
}

#endif
