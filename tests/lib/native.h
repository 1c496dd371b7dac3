/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs the shared headers natively, on bytes that end flush against a page that faults. */
#ifndef IOTXDP_TESTS_NATIVE_H
#define IOTXDP_TESTS_NATIVE_H

#include <iotxdp/track.h>

/* Copies to just before a guard page; good until the next call. At most 256 KiB. */
const u8 *iotx_guard(const void *data, u32 len);

/* A cursor over all of it, behind iotx_guard(). */
struct iotx_cur iotx_guard_cur(const void *data, u32 len);

/* One TCP segment through the framing of a direction; returns whether the counts stand. */
struct iotx_seg {
	u32 seq;
	const u8 *data;
	u32 len;
	u8 tcp_flags;
};

bool iotx_native_walk(struct iotx_framing *f, const struct iotx_seg *seg, struct iotx_walk *w,
		      enum iotx_segment *kind);

#endif
