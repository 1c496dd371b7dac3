/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The native twin of the kernel half: the same headers around a table of its own.
 * What it says of a packet is what the kernel says of the same bytes; a differential
 * test holds the two together.
 */
#ifndef IOTXDP_CORE_TRACK_H
#define IOTXDP_CORE_TRACK_H

#include "base/slice.h"
#include "frame.h"
#include <iotxdp/track.h>

struct iotx_tracker;

/* NULL when out of memory. */
struct iotx_tracker *iotx_tracker_new(const struct iotx_ports *ports, u32 flows_max);
void iotx_tracker_free(struct iotx_tracker *tr);

/*
 * Classifies and counts one frame, as if it had come in (INGRESS). *t says what it
 * was; *c is left at the payload when the verdict is OK.
 */
enum iotx_l4_verdict iotx_tracker_frame(struct iotx_tracker *tr, const struct iotx_frame *frame,
					struct iotx_cur *c, struct iotx_track *t);

/*
 * A WebSocket server accepts, which only segments together have said; `rest` of the last of
 * them, whose headers are *l4, is behind its "HTTP/1.1 101". Its direction is of a flow from
 * there on.
 */
void iotx_tracker_accepted(struct iotx_tracker *tr, const struct iotx_l4 *l4,
			   struct iotx_slice rest, u64 now_ns);

/*
 * What the caller keeps with a direction, so that one look-up serves both halves. All zero
 * in a new flow; the tracker does not look at it.
 */
struct iotx_path {
	void *conv;
	u64 epoch; /* conv is valid in */
	u32 side;
};

/* Of the last frame; NULL when it is of no flow. */
struct iotx_path *iotx_tracker_path(const struct iotx_tracker *tr);

/* The direction itself, as the last frame left it; NULL when it is of no flow. */
struct iotx_flow *iotx_tracker_flow(const struct iotx_tracker *tr);

const struct iotx_totals *iotx_tracker_totals(const struct iotx_tracker *tr);
const struct iotx_ledger *iotx_tracker_ledger(const struct iotx_tracker *tr);

/* NULL when there is no such flow. */
const struct iotx_flow *iotx_tracker_flow4(const struct iotx_tracker *tr,
					   const struct iotx_key4 *key);
const struct iotx_flow *iotx_tracker_flow6(const struct iotx_tracker *tr,
					   const struct iotx_key6 *key);

#endif
