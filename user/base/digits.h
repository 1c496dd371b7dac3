/* SPDX-License-Identifier: GPL-2.0-only */
/* Numbers as text, without the printf family: every event is made of them. */
#ifndef IOTXDP_BASE_DIGITS_H
#define IOTXDP_BASE_DIGITS_H

#include <iotxdp/port.h>

#define IOTX_U64_DIGITS 20 /* of the largest 64-bit number */

/*
 * Decimal; returns the number of digits. No NUL behind them, but `at` has room for
 * IOTX_U64_DIGITS, and what it holds behind them is lost.
 */
u32 iotx_digits_put_many(char *at, u64 value);
static inline u32 iotx_digits_put(char *at, u64 value)
{
	if (value >= 10)
		return iotx_digits_put_many(at, value);
	*at = (char)('0' + value);
	return 1;
}

/* Exactly `width` decimal digits, zeros in front; what does not fit is cut off. */
void iotx_digits_fixed(char *at, u32 width, u64 value);

/* Nanoseconds as milliseconds, to the microsecond: "1.234ms" and a NUL. Returns `at`. */
#define IOTX_DIGITS_MS (IOTX_U64_DIGITS + sizeof(".234ms"))
const char *iotx_digits_ms(char *at, u64 ns);

/* A byte as two hexadecimal digits, lower case. */
void iotx_digits_hex(char *at, u8 value);

#endif
