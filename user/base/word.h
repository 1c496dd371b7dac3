/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Text, eight or sixteen bytes at a time. Bytes of a word that are of a kind are marked by their
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

/* Sixteen bytes at once, in the vectors that GCC and clang make of any machine's. */
#define IOTX_BLOCK 16
typedef signed char iotx_block __attribute__((vector_size(IOTX_BLOCK)));

static inline iotx_block iotx_block_load(const u8 *p)
{
	iotx_block x;

	memcpy(&x, p, IOTX_BLOCK);
	return x;
}

/* Which are control characters, DEL or, as signed bytes below zero, no ASCII. */
static inline iotx_block iotx_block_unprintable(iotx_block x)
{
	return (iotx_block)(x < 0x20) | (iotx_block)(x == 0x7f);
}

/* A bit for each byte, the first one lowest: is it marked? */
static inline u32 iotx_block_bits(iotx_block marks)
{
#ifdef __SSE2__
	typedef char bytes __attribute__((vector_size(IOTX_BLOCK)));

	return (u32)__builtin_ia32_pmovmskb128((bytes)marks);
#else
	u64 half[2];

	memcpy(half, &marks, IOTX_BLOCK);
	for (u32 i = 0; i < 2; i++) { /* the product gathers the highest bits of all bytes */
		half[i] = le64toh(half[i]) >> 7 & IOTX_EACH_BYTE(1);
		half[i] = half[i] * 0x0102040810204080ull >> 56;
	}
	return (u32)(half[0] | half[1] << 8);
#endif
}

/* The index of the first byte that is marked; IOTX_BLOCK: none is. */
static inline u32 iotx_block_first(iotx_block marks)
{
#ifdef __SSE2__
	u32 bits = iotx_block_bits(marks);

	/* a branch: what follows needs not wait for the count */
	return __builtin_expect(!bits, 1) ? IOTX_BLOCK : (u32)__builtin_ctz(bits);
#else
	u64 half[2];

	memcpy(half, &marks, IOTX_BLOCK);
	if (!(half[0] | half[1]))
		return IOTX_BLOCK;
	return half[0] ? iotx_word_first(le64toh(half[0])) : 8 + iotx_word_first(le64toh(half[1]));
#endif
}

#endif
