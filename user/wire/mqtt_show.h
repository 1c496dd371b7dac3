/* SPDX-License-Identifier: GPL-2.0-only */
/* How MQTT shows itself: what mqtt_fields.c and mqtt_extra.c share. */
#ifndef IOTXDP_WIRE_MQTT_SHOW_H
#define IOTXDP_WIRE_MQTT_SHOW_H

#include "mqtt_prop.h"

/* An object of all properties but User Properties; nothing when there are none. */
void iotx_mqtt_show_props(struct iotx_visitor *v, const char *name, struct iotx_slice props);

/*
 * A list of the User Properties in their order; nothing when there are none. `skipped` is the
 * name under which those beyond IOTX_MQTT_USER_MAX are counted.
 */
void iotx_mqtt_show_user(struct iotx_visitor *v, const char *name, const char *skipped,
			 struct iotx_slice props);

/* Octets that can be shown as text. */
bool iotx_mqtt_is_text(struct iotx_slice s);

/*
 * The payload of a PUBLISH as text. When its end was not captured, a character that
 * is cut in half is left off. False: it is no text.
 */
bool iotx_mqtt_message_text(const struct iotx_mqtt_publish *p, struct iotx_slice *text);

/* IOTX_SHOW if a person wants to see it, else IOTX_DETAIL. Set back to IOTX_SHOW after. */
static inline void iotx_mqtt_weigh(struct iotx_visitor *v, bool show)
{
	v->weight = show ? IOTX_SHOW : IOTX_DETAIL;
}

/* What EVE has no word for; in mqtt_extra.c. */
void iotx_mqtt_extra(const void *msg, struct iotx_visitor *v);

#endif
