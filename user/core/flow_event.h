/* SPDX-License-Identifier: GPL-2.0-only */
/* A conversation that is over, as an event: EVE's "flow". */
#ifndef IOTXDP_CORE_FLOW_EVENT_H
#define IOTXDP_CORE_FLOW_EVENT_H

#include "core/flow_record.h"
#include "wire/wire.h"

struct iotx_flow_event {
	const struct iotx_flow_pair *pair;
	u32 client; /* its side */
};

extern const struct iotx_event_class iotx_flow_event;

#endif
