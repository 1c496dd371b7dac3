/* SPDX-License-Identifier: GPL-2.0-only */
/* Clocks, and nanoseconds since 1970 as text. What a second has in common is worked out once. */
#ifndef IOTXDP_BASE_TIME_H
#define IOTXDP_BASE_TIME_H

#include "slice.h"

#include <time.h>

#define IOTX_NS_PER_S 1000000000ull

u64 iotx_clock_ns(clockid_t clock);

/* "2024-05-01T12:00:00.000000001+0000": EVE's form, UTC. */
#define IOTX_TIME_EVE_LEN 34
struct iotx_slice iotx_time_eve(char buf[IOTX_TIME_EVE_LEN], u64 ts_ns);

/* "12:00:00.000000": what a person compares with the clock on the wall, local time. */
#define IOTX_TIME_CLOCK_LEN 15
struct iotx_slice iotx_time_clock(char buf[IOTX_TIME_CLOCK_LEN], u64 ts_ns);

#endif
