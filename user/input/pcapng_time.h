/* SPDX-License-Identifier: GPL-2.0-only */
/* What the ticks of an interface's clock are in nanoseconds since 1970. */
#ifndef IOTXDP_INPUT_PCAPNG_TIME_H
#define IOTXDP_INPUT_PCAPNG_TIME_H

#include <iotxdp/port.h>

#define IOTX_TICK_DEFAULT 6 /* if_tsresol where there is none: microseconds */

/* SQLite counts no further, and what becomes due some time later does not overflow. */
#define IOTX_TICK_NS_MAX INT64_MAX

/* Zero-initialised, then given a unit. */
struct iotx_tick {
	u64 times;    /* nanoseconds: ticks * times >> shift, or ticks / by */
	u64 by;       /* 0: no nanosecond comes of any number of ticks */
	u8 shift;
	int64_t offset_s; /* if_tsoffset */
};

/* From an if_tsresol: 10^-n, or with the highest bit set 2^-n, of a second. */
void iotx_tick_set_unit(struct iotx_tick *t, u8 tsresol);

/* Rounds down; what lies before 1970 or after April 2262 becomes the nearest that can be said. */
u64 iotx_tick_ns(const struct iotx_tick *t, u64 ticks);

#endif
