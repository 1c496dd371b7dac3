// SPDX-License-Identifier: GPL-2.0-only
#include "core/late.h"

#include <iotxdp/late.h>
#include <stdlib.h>
#include <string.h>

struct kept {
	struct iotx_frame frame; /* its data is what `bytes` says */
	u8 *bytes;
	bool valid;
};

struct iotx_late_frames {
	struct kept kept[IOTX_LATE_MAX];
};

struct iotx_late_frames *iotx_late_frames_new(void)
{
	return calloc(1, sizeof(struct iotx_late_frames));
}

void iotx_late_frames_free(struct iotx_late_frames *late)
{
	if (!late)
		return;
	for (u32 i = 0; i < IOTX_LATE_MAX; i++)
		free(late->kept[i].bytes);
	free(late);
}

bool iotx_late_frames_keep(struct iotx_late_frames *late, u32 place, const struct iotx_frame *in)
{
	struct kept *k = &late->kept[place % IOTX_LATE_MAX];

	k->valid = false;
	if (in->cap_len > IOTX_LATE_FRAME_MAX)
		return false;
	if (!k->bytes)
		k->bytes = malloc(IOTX_LATE_FRAME_MAX);
	if (!k->bytes)
		return false;
	memcpy(k->bytes, in->data, in->cap_len);
	k->frame = *in;
	k->frame.data = k->bytes;
	k->valid = true;
	return true;
}

bool iotx_late_frames_take(struct iotx_late_frames *late, u32 place, struct iotx_frame *out)
{
	struct kept *k = &late->kept[place % IOTX_LATE_MAX];
	bool valid = k->valid;

	*out = k->frame;
	k->valid = false;
	return valid;
}
