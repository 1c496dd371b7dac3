/* SPDX-License-Identifier: GPL-2.0-only */
/* An MQTT message with what its connection tells of it. */
#ifndef IOTXDP_CORE_MQTT_EVENT_H
#define IOTXDP_CORE_MQTT_EVENT_H

#include "core/sparkplug.h"
#include "wire/mqtt.h"

struct iotx_mqtt_facts {
	u64 request_frame; /* of what this answers; 0: none is known */
	u64 latency_ns;    /* since then */
	bool answers;
	u64 response_to_frame; /* of the request whose Response Topic this was sent to */
	u64 response_ns;
	bool response;
	bool from_midstream; /* the connection was not seen from its start */
	const char *retained; /* what the broker keeps of the topic from now on; NULL: as before */
	struct iotx_slice filters; /* of the request that a SUBACK or UNSUBACK answers */
	u8 request_type;
	const struct iotx_sparkplug_seen *sparkplug; /* what it carries; NULL: none of that */
};

struct iotx_mqtt_seen {
	struct iotx_mqtt_msg msg;
	struct iotx_mqtt_facts facts;
};

/* Of struct iotx_mqtt_seen; everything else is as iotx_mqtt_event of wire/mqtt.h has it. */
extern const struct iotx_event_class iotx_mqtt_seen_event;

#endif
