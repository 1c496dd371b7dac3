// SPDX-License-Identifier: GPL-2.0-only
#include "mqtt_duty.h"

#include "mqtt.h"

static const struct {
	enum iotx_severity severity;
	const char *v311, *v5, *text;
} duties[] = {
#define X(id, severity, v311, v5, text)                                                         \
	[IOTX_MQTT_DUTY_##id] = { IOTX_##severity, v311, v5, text },
	IOTX_MQTT_DUTIES(X)
#undef X
};

bool iotx_mqtt_duty_rule(enum iotx_mqtt_duty duty, u8 version, struct iotx_rule *rule)
{
	rule->id = version == IOTX_MQTT_V5 ? duties[duty].v5 : duties[duty].v311;
	rule->severity = duties[duty].severity;
	rule->text = duties[duty].text;
	return rule->id;
}
