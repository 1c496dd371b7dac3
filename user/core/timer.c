// SPDX-License-Identifier: GPL-2.0-only
#include "core/timer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void put(struct iotx_timers *timers, u32 at, struct iotx_timer *t)
{
	timers->heap[at] = t;
	t->place = at + 1;
}

static void rise(struct iotx_timers *timers, u32 at)
{
	struct iotx_timer *t = timers->heap[at];

	while (at && timers->heap[(at - 1) / 2]->due_ns > t->due_ns) {
		put(timers, at, timers->heap[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
	put(timers, at, t);
}

static void sink(struct iotx_timers *timers, u32 at)
{
	struct iotx_timer *t = timers->heap[at];
	u32 child;

	for (; (child = 2 * at + 1) < timers->count; at = child) {
		if (child + 1 < timers->count &&
		    timers->heap[child + 1]->due_ns < timers->heap[child]->due_ns)
			child++;
		if (timers->heap[child]->due_ns >= t->due_ns)
			break;
		put(timers, at, timers->heap[child]);
	}
	put(timers, at, t);
}

int iotx_timer_set(struct iotx_timers *timers, struct iotx_timer *t, u64 due_ns)
{
	iotx_timer_stop(timers, t);
	if (timers->count == timers->room) {
		u32 room = timers->room ? timers->room * 2 : 64;
		struct iotx_timer **heap = realloc(timers->heap, room * sizeof(*heap));

		if (!heap)
			return -ENOMEM;
		timers->heap = heap;
		timers->room = room;
	}
	t->due_ns = due_ns;
	put(timers, timers->count++, t);
	rise(timers, t->place - 1);
	return 0;
}

void iotx_timer_stop(struct iotx_timers *timers, struct iotx_timer *t)
{
	u32 at = t->place - 1;
	struct iotx_timer *last;

	if (!t->place)
		return;
	t->place = 0;
	last = timers->heap[--timers->count];
	if (last == t)
		return;
	put(timers, at, last);
	rise(timers, at);
	sink(timers, last->place - 1);
}

struct iotx_timer *iotx_timers_next(struct iotx_timers *timers, u64 now_ns)
{
	struct iotx_timer *t;

	if (!iotx_timers_due(timers, now_ns))
		return NULL;
	t = timers->heap[0];
	iotx_timer_stop(timers, t);
	return t;
}

void iotx_timers_free(struct iotx_timers *timers)
{
	free(timers->heap);
	memset(timers, 0, sizeof(*timers));
}
