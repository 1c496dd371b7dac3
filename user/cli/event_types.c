// SPDX-License-Identifier: GPL-2.0-only
#include "event_types.h"

#include <iotxdp/proto.h>
#include <string.h>

struct type {
	const char *name;
	bool made; /* opaque protocols have no events */
};

static const struct type types_known[] = {
#define IOTX_PROTO(id, name) { #name, id != MQTT_TLS && id != COAPS },
#include <iotxdp/protos.def>
	{ "finding", true },
	{ "flow", true },
};
#define TYPES (sizeof(types_known) / sizeof(types_known[0]))

static iotx_event_types bit_of(const char *name, size_t len)
{
	for (u32 i = 0; i < TYPES; i++) {
		const struct type *t = &types_known[i];

		if (t->made && strlen(t->name) == len && !memcmp(t->name, name, len))
			return 1u << i;
	}
	return 0;
}

bool iotx_event_types_parse(iotx_event_types *types, const char *names)
{
	for (const char *end; *names; names = end + (*end == ',')) {
		iotx_event_types bit;

		end = names + strcspn(names, ",");
		bit = bit_of(names, (size_t)(end - names));
		if (!bit || (*end && !end[1]))
			return false;
		*types |= bit;
	}
	return *types;
}

bool iotx_event_types_has(iotx_event_types types, const char *name)
{
	return types & bit_of(name, strlen(name));
}

bool iotx_event_types_only(iotx_event_types types, const char *name)
{
	return types && types == bit_of(name, strlen(name));
}
