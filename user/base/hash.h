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

/* Goes on from another hash, so that several slices make one. */
static inline u64 iotx_hash(u64 h, struct iotx_slice s)
{
	u64 word[2];
	u32 i = 0;

	for (; i + 16 <= s.len; i += 16) {
		memcpy(word, s.data + i, 16);
		h = iotx_hash_fold(word[0] ^ h, word[1] ^ IOTX_HASH_START);
	}
	word[0] = word[1] = 0;
	if (i < s.len)
		memcpy(word, s.data + i, s.len - i);
	h = iotx_hash_fold(word[0] ^ h, word[1] ^ IOTX_HASH_START);
	return iotx_hash_fold(h ^ s.len, IOTX_HASH_START);
}

#endif
