/* SPDX-License-Identifier: GPL-2.0-only */
/* Which types of events are asked for: --events. */
#ifndef IOTXDP_CLI_EVENT_TYPES_H
#define IOTXDP_CLI_EVENT_TYPES_H

#include <iotxdp/port.h>

/* A bit for each type; 0: nothing was asked for. */
typedef u32 iotx_event_types;

/* Names with commas between them. False: one of them is none. */
bool iotx_event_types_parse(iotx_event_types *types, const char *names);

bool iotx_event_types_has(iotx_event_types types, const char *name);

/* That one, and no other? */
bool iotx_event_types_only(iotx_event_types types, const char *name);

#endif
