// SPDX-License-Identifier: GPL-2.0-only
#include "core/session.h"

#define IOTX_PROTO(id, name)                                                    \
	extern const struct iotx_session_class iotx_session_##name;
#include <iotxdp/protos.def>

/* Counted, and opaque: classes that take nothing. */
const struct iotx_session_class iotx_session_mqtt_tls = {};
const struct iotx_session_class iotx_session_coaps = {};

const struct iotx_session_class *iotx_session_class_of(enum iotx_proto proto)
{
	switch (proto) {
#define IOTX_PROTO(id, name)                                                    \
	case id:                                                                                \
		return &iotx_session_##name;
#include <iotxdp/protos.def>
	default:
		return NULL;
	}
}

struct iotx_byte_counts iotx_delivery_bytes(const struct iotx_delivery *d)
{
	struct iotx_engine_stats *s = iotx_delivery_stats(d);

	if (d->over)
		return (struct iotx_byte_counts){ &s->inner_decoded, &s->inner_lost, &s->inner_cut,
						  &s->inner_held };
	return (struct iotx_byte_counts){ &s->bytes_decoded, &s->bytes_lost, &s->bytes_cut,
					  &s->bytes_held };
}

void iotx_delivery_judged(const struct iotx_delivery *d, const struct iotx_event *ev,
			  const struct iotx_diag *judged)
{
	struct iotx_finding f = { .protocol = ev->cls->name, .of_last = true };
	char title[IOTX_TITLE_MAX];

	if (judged->count)
		f.message = ev->cls->title(ev->msg, title);
	for (u32 i = 0; i < judged->count; i++)
		iotx_delivery_find(d, judged->breach[i].rule, &f, judged->breach[i].off);
	iotx_delivery_stats(d)->findings_limit += judged->beyond;
}
