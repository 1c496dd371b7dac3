/* SPDX-License-Identifier: GPL-2.0-only */
/* A hash of bytes that are compared within one run only: quick, and not to be stored. */
#ifndef IOTXDP_BASE_HASH_H
#define IOTXDP_BASE_HASH_H

#include "slice.h"

#define IOTX_HASH_START 0x9e3779b97f4a7c15ull

/* Both halves of a product: every bit of the result depends on all of both factors. */
static inline u64 iotx_hash_fold(u64 a, u64 b)
{
	unsigned __int128 product = (unsigned __int128)a * b;

	return (u64)product ^ (u64)(product >> 64);
}

/* The next sixteen bytes. */
static inline u64 iotx_hash_block(u64 h, const u8 *p)
{
	u64 word[2];

	memcpy(word, p, sizeof(word));
	return iotx_hash_fold(word[0] ^ h, word[1] ^ IOTX_HASH_START);
}

/*
 * Goes on from another hash, so that several slices make one. Of long ones two hashes are made
 * side by side: a product waits for the one before it. The last block may overlap others.
 */
static inline u64 iotx_hash(u64 h, struct iotx_slice s)
{
	u64 other = ~h;
	u8 last[16] = {};
	u32 i = 0;

	for (; i + 32 < s.len; i += 32) {
		h = iotx_hash_block(h, s.data + i);
		other = iotx_hash_block(other, s.data + i + 16);
	}
	if (i + 16 < s.len)
		h = iotx_hash_block(h, s.data + i);
	if (s.len >= 16) {
		other = iotx_hash_block(other, s.data + s.len - 16);
	} else if (s.len) {
		memcpy(last, s.data, s.len);
		other = iotx_hash_block(other, last);
	}
	return iotx_hash_fold(h ^ s.len, other ^ IOTX_HASH_START);
}

#endif
