/* SPDX-License-Identifier: GPL-2.0-only */
/* What an engine is made of: for engine.c and delivery.c alone. */
#ifndef IOTXDP_CORE_ENGINE_SELF_H
#define IOTXDP_CORE_ENGINE_SELF_H

#include "core/engine.h"

struct iotx_engine {
	struct iotx_engine_config config;
	iotx_event_fn emit;
	void *arg;
	struct iotx_tracker *tracker; /* for frames that no kernel has classified */
	struct iotx_tracker *whole;   /* for datagrams put together, which no kernel sees */
	struct iotx_defrag *defrag;
	struct iotx_names *names;
	struct iotx_mqtt_brokers *brokers;
	struct iotx_openings *openings;
	struct iotx_late_frames *late; /* that may be CoAP, and are not known for it yet */
	struct iotx_table *convs;
	u64 epoch; /* goes up when a conversation goes: paths to it are of the past */
	struct iotx_engine_stats stats;
	u64 flows;
};

#endif
