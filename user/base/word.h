/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Text, eight bytes at a time. Bytes of a word that are of a kind are marked by their
 * highest bit; below the first mark there is none by mistake, above it there may be.
 */
#ifndef IOTXDP_BASE_WORD_H
#define IOTXDP_BASE_WORD_H

#include "slice.h"
#include <endian.h>

#define IOTX_EACH_BYTE(b) (0x0101010101010101ull * (b))

static inline u32 iotx_load32(const u8 *p)
{
	u32 x;

	memcpy(&x, p, 4);
	return le32toh(x);
}

/* The first eight bytes, the first byte lowest; blanks stand for those that are missing. */
static inline u64 iotx_word(const u8 *p, u32 n)
{
	u64 x = IOTX_EACH_BYTE(' ');

	if (n >= 8) {
		memcpy(&x, p, 8);
		return le64toh(x);
	}
	if (!n)
		return x;
	x <<= 8 * n;
	if (n >= 4)
		return x | iotx_load32(p) | (u64)iotx_load32(p + n - 4) << 8 * (n - 4);
	return x | p[0] | (u64)p[n / 2] << 8 * (n / 2) | (u64)p[n - 1] << 8 * (n - 1);
}

/* Marks control characters, DEL and whatever is not ASCII. */
static inline u64 iotx_word_unprintable(u64 x)
{
	return (x | (x - IOTX_EACH_BYTE(0x20)) | ((x ^ IOTX_EACH_BYTE(0x7f)) - IOTX_EACH_BYTE(1))) &
	       IOTX_EACH_BYTE(0x80);
}

/* Marks a character of ASCII, and maybe what is not ASCII. */
static inline u64 iotx_word_equal(u64 x, char c)
{
	return ((x ^ IOTX_EACH_BYTE((u8)c)) - IOTX_EACH_BYTE(1)) & IOTX_EACH_BYTE(0x80);
}

/* Which byte is the first that is marked; there must be one. */
static inline u32 iotx_word_first(u64 marks)
{
	return (u32)__builtin_ctzll(marks) / 8;
}

#endif
