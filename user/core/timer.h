/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is to happen when the clock of the frames has moved far enough. There is no other
 * clock: a capture is read as fast as it can be, and means the time it was taken at.
 */
#ifndef IOTXDP_CORE_TIMER_H
#define IOTXDP_CORE_TIMER_H

#include <iotxdp/port.h>

/* Part of what waits. Zero-initialised is not set. */
struct iotx_timer {
	u64 due_ns;
	void (*due)(struct iotx_timer *t); /* of whoever set it */
	u32 place; /* in the heap, from 1; 0: not set */
};

/* A heap, the next one first. Zero-initialised is empty. */
struct iotx_timers {
	struct iotx_timer **heap;
	u32 count, room;
};

/* Sets it, or sets it anew. 0 or -ENOMEM: it is not set then. */
int iotx_timer_set(struct iotx_timers *timers, struct iotx_timer *t, u64 due_ns);
void iotx_timer_stop(struct iotx_timers *timers, struct iotx_timer *t);

/* Takes out one that is due; NULL: none is. */
struct iotx_timer *iotx_timers_next(struct iotx_timers *timers, u64 now_ns);
void iotx_timers_free(struct iotx_timers *timers);

static inline bool iotx_timers_due(const struct iotx_timers *timers, u64 now_ns)
{
	return timers->count && timers->heap[0]->due_ns <= now_ns;
}

#endif
