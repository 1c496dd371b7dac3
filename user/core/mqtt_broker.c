// SPDX-License-Identifier: GPL-2.0-only
#include "core/mqtt_broker.h"

#include "core/conv.h"

#include <stddef.h>
#include <stdlib.h>

struct iotx_mqtt_brokers *iotx_mqtt_brokers_new(void)
{
	return calloc(1, sizeof(struct iotx_mqtt_brokers));
}

void iotx_mqtt_brokers_free(struct iotx_mqtt_brokers *b)
{
	if (b)
		iotx_timers_free(&b->timers);
	free(b);
}

static struct iotx_mqtt_conn *conn_of(struct iotx_timer *timer)
{
	return (struct iotx_mqtt_conn *)((u8 *)timer - offsetof(struct iotx_mqtt_conn, timer));
}

void iotx_mqtt_brokers_due(struct iotx_mqtt_brokers *b)
{
	struct iotx_timer *timer;

	while ((timer = iotx_timers_next(&b->timers, b->now_ns))) {
		struct iotx_mqtt_conn *c = conn_of(timer);

		iotx_mqtt_conn_clock(c, c->d.conv->last_ns);
	}
}

void iotx_mqtt_broker_forget(struct iotx_mqtt_conn *c)
{
	iotx_timer_stop(&c->brokers->timers, &c->timer);
}
