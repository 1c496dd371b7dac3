/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * When the conversations of a capture are over, by the clock of its frames. What they count
 * stands in the flows of a tracker (core/track.h): the end of a conversation takes it out.
 */
#ifndef IOTXDP_CORE_FLOW_BOOK_H
#define IOTXDP_CORE_FLOW_BOOK_H

#include "core/flow_record.h"
#include "core/timer.h"
#include <iotxdp/track.h>

struct iotx_flow_book {
	struct iotx_timers timers;
	struct iotx_table *pairs; /* conversations that are not over */
	struct iotx_idle idle;
	iotx_flow_pair_fn ended;
	void *arg;
};

/* NULL when out of memory. `max`: of conversations. */
struct iotx_flow_book *iotx_flow_book_new(const struct iotx_idle *idle, u32 max,
					  iotx_flow_pair_fn ended, void *arg);
void iotx_flow_book_free(struct iotx_flow_book *b);

/* A packet that the flow has just counted, at flow->last_seen_ns. */
void iotx_flow_book_packet(struct iotx_flow_book *b, const struct iotx_track *t,
			   struct iotx_flow *flow, u32 wire_len);

/* The packet is of a connection on ports that another one has had. */
void iotx_flow_book_reused(struct iotx_flow_book *b, const struct iotx_l4 *l4);

/* What is over by now. */
void iotx_flow_book_due(struct iotx_flow_book *b, u64 now_ns);

static inline void iotx_flow_book_clock(struct iotx_flow_book *b, u64 now_ns)
{
	if (iotx_timers_due(&b->timers, now_ns))
		iotx_flow_book_due(b, now_ns);
}

/* All that are left: the capture is over. */
void iotx_flow_book_finish(struct iotx_flow_book *b);

#endif
