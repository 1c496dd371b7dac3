// SPDX-License-Identifier: GPL-2.0-only
#include "digits.h"

#include <endian.h>
#include <string.h>

#define EIGHT_DIGITS 100000000u

/*
 * Eight digits at once: halves the number until every byte of a word is a digit, the
 * first one lowest. n / 100 is n * 10486 >> 20 below 10,000; n / 10 is n * 103 >> 10
 * below 100.
 */
static u64 eight_digits(u32 value)
{
	u64 x = value / 10000 | (u64)(value % 10000) << 32, q;

	q = x * 10486 >> 20 & 0x0000007f0000007full;
	x = q | (x - 100 * q) << 16;
	q = x * 103 >> 10 & 0x000f000f000f000full;
	return q | (x - 10 * q) << 8;
}

static void put_eight(char *at, u64 digits)
{
	u64 text = htole64(digits | 0x3030303030303030ull);

	memcpy(at, &text, 8);
}

void iotx_digits_fixed(char *at, u32 width, u64 value)
{
	for (; width >= 8; value /= EIGHT_DIGITS) {
		width -= 8;
		put_eight(at + width, eight_digits((u32)(value % EIGHT_DIGITS)));
	}
	for (; width; value /= 10)
		at[--width] = (char)('0' + value % 10);
}

u32 iotx_digits_put_many(char *at, u64 value)
{
	u32 n, zeros;
	u64 digits;

	if (value >= EIGHT_DIGITS) {
		n = iotx_digits_put_many(at, value / EIGHT_DIGITS);
		put_eight(at + n, eight_digits((u32)(value % EIGHT_DIGITS)));
		return n + 8;
	}
	digits = eight_digits((u32)value);
	zeros = (u32)__builtin_ctzll(digits | 1ull << 56) / 8; /* the last digit stays */
	put_eight(at, digits >> 8 * zeros);
	return 8 - zeros;
}

void iotx_digits_hex(char *at, u8 value)
{
	static const char hex[] = "0123456789abcdef";

	at[0] = hex[value >> 4];
	at[1] = hex[value & 15];
}

const char *iotx_digits_ms(char *at, u64 ns)
{
	u64 us = ns / 1000;
	u32 n = iotx_digits_put(at, us / 1000);

	at[n] = '.';
	iotx_digits_fixed(at + n + 1, 3, us % 1000);
	memcpy(at + n + 4, "ms", sizeof("ms"));
	return at;
}
