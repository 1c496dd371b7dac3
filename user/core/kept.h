/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Frames that no protocol has claimed yet, kept until another one says what they are: a
 * capture can be read again from there, the wire could not.
 */
#ifndef IOTXDP_CORE_KEPT_H
#define IOTXDP_CORE_KEPT_H

#include "frame.h"

struct iotx_kept;

/* `places` frames of at most `max` bytes each. NULL when out of memory. */
struct iotx_kept *iotx_kept_new(u32 places, u32 max);
void iotx_kept_free(struct iotx_kept *kept);

/* A copy takes the place of another; false: it is too long, or there is no memory. */
bool iotx_kept_put(struct iotx_kept *kept, u32 place, const struct iotx_frame *in);

/* What is kept there, good until the next put; false: nothing. It is kept no longer. */
bool iotx_kept_take(struct iotx_kept *kept, u32 place, struct iotx_frame *out);

#endif
