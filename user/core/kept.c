// SPDX-License-Identifier: GPL-2.0-only
#include "core/kept.h"

#include <stdlib.h>
#include <string.h>

struct place {
	struct iotx_frame frame; /* its data is what `bytes` says */
	u8 *bytes;
	bool valid;
};

struct iotx_kept {
	u32 places, max;
	struct place place[];
};

struct iotx_kept *iotx_kept_new(u32 places, u32 max)
{
	struct iotx_kept *kept = calloc(1, sizeof(*kept) + places * sizeof(kept->place[0]));

	if (!kept)
		return NULL;
	kept->places = places;
	kept->max = max;
	return kept;
}

void iotx_kept_free(struct iotx_kept *kept)
{
	if (!kept)
		return;
	for (u32 i = 0; i < kept->places; i++)
		free(kept->place[i].bytes);
	free(kept);
}

bool iotx_kept_put(struct iotx_kept *kept, u32 place, const struct iotx_frame *in)
{
	struct place *p = &kept->place[place % kept->places];

	p->valid = false;
	if (in->cap_len > kept->max)
		return false;
	if (!p->bytes)
		p->bytes = malloc(kept->max);
	if (!p->bytes)
		return false;
	memcpy(p->bytes, in->data, in->cap_len);
	p->frame = *in;
	p->frame.data = p->bytes;
	p->valid = true;
	return true;
}

bool iotx_kept_take(struct iotx_kept *kept, u32 place, struct iotx_frame *out)
{
	struct place *p = &kept->place[place % kept->places];
	bool valid = p->valid;

	*out = p->frame;
	p->valid = false;
	return valid;
}
