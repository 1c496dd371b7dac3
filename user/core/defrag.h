/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Puts IP datagrams together again from their fragments (RFC 791 3.2, RFC 8200 4.5).
 * Of IPv4 fragments that overlap the first bytes win; an IPv6 datagram with fragments
 * that overlap is dropped whole (RFC 5722).
 */
#ifndef IOTXDP_CORE_DEFRAG_H
#define IOTXDP_CORE_DEFRAG_H

#include "frame.h"

#define IOTX_DEFRAG_DATAGRAMS_MAX 256   /* in assembly at once; the oldest makes room */
#define IOTX_DEFRAG_FRAGMENTS_MAX 128   /* of one datagram */
#define IOTX_DEFRAG_BYTES_MAX 65535     /* of one datagram's payload */
#define IOTX_DEFRAG_NS (30 * 1000000000ull) /* from the first fragment to the last */

struct iotx_defrag;

/* What became of the fragments, apart from those still waiting. */
struct iotx_defrag_stats {
	u64 datagrams; /* put together */
	u64 dropped;   /* given up: incomplete for too long, too many, overlapping, impossible */
};

/* NULL when out of memory. */
struct iotx_defrag *iotx_defrag_new(void);
void iotx_defrag_free(struct iotx_defrag *d);

/*
 * Takes a frame that holds a fragment. True when it completes a datagram: *whole is
 * then a frame that starts at its network header, with the time and number of the
 * frame that completed it, valid until the next call.
 */
bool iotx_defrag_frame(struct iotx_defrag *d, const struct iotx_frame *frame,
		       struct iotx_frame *whole);

/* Gives up on all that are incomplete. */
void iotx_defrag_finish(struct iotx_defrag *d);

const struct iotx_defrag_stats *iotx_defrag_stats(const struct iotx_defrag *d);

#endif
