/* SPDX-License-Identifier: GPL-2.0-only */
#include "mqtt_rule.h"

static const struct iotx_mqtt_rule_def rules[] = {
#define X(id, verdict, severity, v311, v5, text)                                                \
	[IOTX_MQTT_RULE_##id] = { IOTX_##verdict,                                               \
				  { v311, IOTX_##severity, text },                              \
				  { v5, IOTX_##severity, text } },
	IOTX_MQTT_RULES(X)
#undef X
};

const struct iotx_mqtt_rule_def *iotx_mqtt_rule_def(enum iotx_mqtt_rule rule)
{
	return &rules[rule];
}
