/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Frames that may turn out to hold CoAP once another one agrees with them (iotxdp/late.h):
 * a capture can be read again from there, the wire could not.
 */
#ifndef IOTXDP_CORE_LATE_H
#define IOTXDP_CORE_LATE_H

#include "frame.h"

#define IOTX_LATE_FRAME_MAX 2048 /* bytes; a longer frame is not kept */

struct iotx_late_frames;

/* NULL when out of memory. */
struct iotx_late_frames *iotx_late_frames_new(void);
void iotx_late_frames_free(struct iotx_late_frames *late);

/* Keeps a copy in the place of another; false: it is too long, or there is no memory. */
bool iotx_late_frames_keep(struct iotx_late_frames *late, u32 place, const struct iotx_frame *in);

/* What is kept there, good until the next call; false: nothing. It is kept no longer. */
bool iotx_late_frames_take(struct iotx_late_frames *late, u32 place, struct iotx_frame *out);

#endif
