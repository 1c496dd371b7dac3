// SPDX-License-Identifier: GPL-2.0-only
#include "sampling.h"

#include <bpf/libbpf.h>
#include <time.h>

/* The resolution of the coarse clock is a tick of the scheduler's. */
static u32 ticks_per_second(void)
{
	struct timespec tick;

	if (clock_getres(CLOCK_MONOTONIC_COARSE, &tick) || !tick.tv_nsec)
		return 100;
	return (u32)(1000000000 / tick.tv_nsec);
}

/*
 * A quarter of the ring is for session-shaping messages. Credit that CPUs have not used
 * yet may reach into it: all of it together, of both directions, is less than a half.
 */
void iotx_sampling_set(struct iotx_cfg *cfg, u32 ring_bytes, u32 budget)
{
	int cpus = libbpf_num_possible_cpus();
	u32 reserve = ring_bytes / 4;

	cfg->ring_wake_bytes = ring_bytes / 4;
	cfg->ring_share = ring_bytes - reserve;
	cfg->ring_credit = reserve / (2 * IOTX_DIR_COUNT * (cpus > 0 ? (u32)cpus : 1));
	cfg->budget_most = budget * IOTX_BUDGET_TOKEN;
	cfg->budget_tick = cfg->budget_most / ticks_per_second();
}
