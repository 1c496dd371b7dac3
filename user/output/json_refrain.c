// SPDX-License-Identifier: GPL-2.0-only
#include "json_refrain.h"

#include <stdlib.h>

/* Two per conversation; with four times as many as there are, few share a place. */
#define SLOTS 4096u
#define THING_MAX 48
#define TEXT_MAX 272 /* of two IPv6 addresses with all their fields */

struct slot {
	void (*show)(const void *thing, struct iotx_visitor *v); /* NULL: empty */
	u16 size, len;
	u8 thing[THING_MAX];
	u8 text[TEXT_MAX];
};

struct iotx_json_refrains {
	struct slot slots[SLOTS];
};

struct iotx_json_refrains *iotx_json_refrains_new(void)
{
	return calloc(1, sizeof(struct iotx_json_refrains));
}

void iotx_json_refrains_free(struct iotx_json_refrains *r)
{
	free(r);
}

static u32 place_of(const struct iotx_refrain *refrain)
{
	return refrain->hash & (SLOTS - 1);
}

struct iotx_slice iotx_json_refrain_find(const struct iotx_json_refrains *r,
					 const struct iotx_refrain *refrain)
{
	const struct slot *s = &r->slots[place_of(refrain)];

	if (s->show != refrain->show || s->size != refrain->size ||
	    memcmp(s->thing, refrain->thing, s->size))
		return (struct iotx_slice){};
	return iotx_slice(s->text, s->len);
}

void iotx_json_refrain_keep(struct iotx_json_refrains *r, const struct iotx_refrain *refrain,
			 struct iotx_slice text)
{
	struct slot *s = &r->slots[place_of(refrain)];

	if (refrain->size > THING_MAX || text.len > TEXT_MAX)
		return;
	s->show = refrain->show;
	s->size = (u16)refrain->size;
	s->len = (u16)text.len;
	memcpy(s->thing, refrain->thing, refrain->size);
	memcpy(s->text, text.data, text.len);
}
