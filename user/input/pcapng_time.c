// SPDX-License-Identifier: GPL-2.0-only
#include "pcapng_time.h"

#define NS_PER_S 1000000000u
#define NS_DIGITS 9
#define U64_DIGITS 19 /* 10^19 fits in 64 bits */
#define POWER_OF_TWO 0x80

/* 0 when it does not fit */
static u64 power_of_ten(u32 n)
{
	u64 power = 1;

	if (n > U64_DIGITS)
		return 0;
	while (n--)
		power *= 10;
	return power;
}

void iotx_tick_set_unit(struct iotx_tick *t, u8 tsresol)
{
	u32 n = tsresol & ~POWER_OF_TWO;

	t->times = t->by = 1;
	t->shift = 0;
	if (tsresol & POWER_OF_TWO) {
		t->times = NS_PER_S;
		t->shift = (u8)n;
	} else if (n <= NS_DIGITS) {
		t->times = power_of_ten(NS_DIGITS - n);
	} else {
		t->by = power_of_ten(n - NS_DIGITS);
	}
}

static u64 clamp(__int128 ns)
{
	if (ns < 0)
		return 0;
	return ns > IOTX_TICK_NS_MAX ? IOTX_TICK_NS_MAX : (u64)ns;
}

/* No step overflows: 64 bits times at most 10^9 are 94 bits, and so is the offset. */
u64 iotx_tick_ns(const struct iotx_tick *t, u64 ticks)
{
	__int128 ns;

	if (t->by != 1)
		ticks = t->by ? ticks / t->by : 0;
	ns = (__int128)((unsigned __int128)ticks * t->times >> t->shift);
	return clamp(ns + (__int128)t->offset_s * NS_PER_S);
}
