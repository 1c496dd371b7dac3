// SPDX-License-Identifier: GPL-2.0-only
#include "digits.h"

#include <string.h>

static const char pairs[] = "00010203040506070809"
			    "10111213141516171819"
			    "20212223242526272829"
			    "30313233343536373839"
			    "40414243444546474849"
			    "50515253545556575859"
			    "60616263646566676869"
			    "70717273747576777879"
			    "80818283848586878889"
			    "90919293949596979899";

static u32 digits_of(u64 value)
{
	u32 n = 1;

	for (; value >= 100; value /= 100)
		n += 2;
	return n + (value >= 10);
}

void iotx_digits_fixed(char *at, u32 width, u64 value)
{
	for (; width >= 2; value /= 100) {
		width -= 2;
		memcpy(at + width, pairs + 2 * (value % 100), 2);
	}
	if (width)
		at[0] = (char)('0' + value % 10);
}

u32 iotx_digits_put(char *at, u64 value)
{
	u32 n = digits_of(value);

	iotx_digits_fixed(at, n, value);
	return n;
}

void iotx_digits_hex(char *at, u8 value)
{
	static const char hex[] = "0123456789abcdef";

	at[0] = hex[value >> 4];
	at[1] = hex[value & 15];
}
