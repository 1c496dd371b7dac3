/* SPDX-License-Identifier: GPL-2.0-only */
/* What MQTT connections have in common: the clock of the frames, and what waits for it. */
#ifndef IOTXDP_CORE_MQTT_BROKER_H
#define IOTXDP_CORE_MQTT_BROKER_H

#include "core/mqtt_conn.h"

struct iotx_mqtt_brokers {
	struct iotx_timers timers;
	u64 now_ns; /* of the frames: it never goes back */
	u64 frame;  /* the one that is being looked at */
};

/* NULL when out of memory. */
struct iotx_mqtt_brokers *iotx_mqtt_brokers_new(void);
void iotx_mqtt_brokers_free(struct iotx_mqtt_brokers *b);

/* Does what has become due. */
void iotx_mqtt_brokers_due(struct iotx_mqtt_brokers *b);

/* A frame of this time comes next. */
static inline void iotx_mqtt_brokers_clock(struct iotx_mqtt_brokers *b, u64 ts_ns, u64 frame)
{
	b->frame = frame;
	if (ts_ns > b->now_ns)
		b->now_ns = ts_ns;
	if (iotx_timers_due(&b->timers, b->now_ns))
		iotx_mqtt_brokers_due(b);
}

/* The connection is no more. */
void iotx_mqtt_broker_forget(struct iotx_mqtt_conn *c);

#endif
