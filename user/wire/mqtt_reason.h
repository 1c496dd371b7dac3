/* SPDX-License-Identifier: GPL-2.0-only */
/* Return codes of MQTT 3 and reason codes of MQTT 5. */
#ifndef IOTXDP_WIRE_MQTT_REASON_H
#define IOTXDP_WIRE_MQTT_REASON_H

#include "mqtt.h"

/* The name that a code has in packets of this type; NULL: it is none of theirs. */
const char *iotx_mqtt_reason_name(u8 version, u8 type, u8 code);

#endif
