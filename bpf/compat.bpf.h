/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between kernels, each difference once.
 *
 *   bpf_loop             5.17  walks any number of headers for the price of one; user
 *                              space loads the *_plain programs where it is missing
 *   cmpxchg              5.12  locks a slot of the flow table; the *_plain programs add
 *                              and look (lock.bpf.h), for a kernel that does not know the
 *                              instruction refuses a program that has it
 *   bpf_xdp_load_bytes   5.18  copies a packet of any shape; before, the linear part
 *                              up to PLAIN_ROOM_MAX is copied piece by piece
 *   xdp.frags            5.18  packets in several pieces, which jumbo frames are; before,
 *                              native XDP refuses such an MTU, and generic XDP makes
 *                              one piece of them
 */
#ifndef IOTXDP_COMPAT_BPF_H
#define IOTXDP_COMPAT_BPF_H

#include <iotxdp/cursor.h>

/* Which of a pair of programs it is: with bpf_loop and cmpxchg, or the *_plain one. */
enum loop_kind { LOOP_HELPER, LOOP_PLAIN };

/* Turns of the walk in a loop of its own where bpf_loop is missing: the verifier walks each. */
#define PLAIN_ROUND_TURNS 128

/* Bytes of a packet that a sample can hold where bpf_xdp_load_bytes is missing: a size class. */
#define PLAIN_ROOM_MAX 1560

/* n bytes, a multiple of eight; the words of a packet stand where they stand. */
static __always_inline void plain_words(u8 *dst, const u8 *from, u32 n)
{
	for (u32 i = 0; i < n; i += 8)
		*(u64 *)(dst + i) = *(const u64 *)(from + i);
}

#endif
