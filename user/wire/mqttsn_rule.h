/* SPDX-License-Identifier: GPL-2.0-only */
/* Rules that one well-formed MQTT-SN message can break alone. */
#ifndef IOTXDP_WIRE_MQTTSN_RULE_H
#define IOTXDP_WIRE_MQTTSN_RULE_H

#include "mqttsn.h"

/* OK or E_RULE; the first offence is kept. */
enum iotx_err iotx_mqttsn_rules(const struct iotx_mqttsn_msg *msg, struct iotx_diag *diag);

#endif
