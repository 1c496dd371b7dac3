/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Requests and responses (MQTT 5.0, 4.10): a message with a Response Topic asks for another
 * one, which is sent there with the same Correlation Data, by whoever answers.
 */
#ifndef IOTXDP_CORE_MQTT_REQUEST_H
#define IOTXDP_CORE_MQTT_REQUEST_H

#include "core/mqtt_conn.h"

#define IOTX_MQTT_REQUESTS_MAX 16384 /* remembered; the oldest makes room */

struct iotx_table;

/* NULL when out of memory; freed as any table. */
struct iotx_table *iotx_mqtt_requests_new(void);

/* A PUBLISH: is it a request, or the response to one? */
void iotx_mqtt_request(struct iotx_mqtt_step *s);

#endif
