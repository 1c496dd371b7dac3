/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the last segments of one direction held, as digests: so that one that is sent again
 * with another content is noticed although the first was handed on long ago.
 */
#ifndef IOTXDP_CORE_RECENT_H
#define IOTXDP_CORE_RECENT_H

#include <iotxdp/port.h>

#define IOTX_RECENT_MAX 8 /* a power of two */

struct iotx_piece;

/* Zero-initialised is empty. */
struct iotx_recent {
	struct {
		u64 digest;
		u32 seq, len; /* no len: not in use */
	} piece[IOTX_RECENT_MAX];
	u32 next; /* the one to be overwritten */
};

/* Remembers one instead of the oldest; one of which bytes were not captured is left out. */
void iotx_recent_add(struct iotx_recent *r, const struct iotx_piece *piece);

/* Does it give a remembered one that it holds as a whole another content? */
bool iotx_recent_differs(const struct iotx_recent *r, const struct iotx_piece *again);

#endif
