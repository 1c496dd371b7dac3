/* SPDX-License-Identifier: GPL-2.0-only */
#include "mqtt_show.h"
#include "base/utf8.h"
#include "payload.h"

/* --- properties ---------------------------------------------------------------------------- */

static void show_value(struct iotx_visitor *v, const char *name, const struct iotx_mqtt_prop *p)
{
	bool secret = p->id == IOTX_MQTT_PROP_AUTHENTICATION_DATA && !v->show_secrets;

	if (p->def->kind == IOTX_MQTT_PROP_STR)
		v_str(v, name, p->value);
	else if (secret)
		v_secret(v, name, p->value);
	else if (p->def->kind == IOTX_MQTT_PROP_BIN)
		v_bytes(v, name, p->value);
	else
		v_u64(v, name, p->number);
}

/* All values of a property that may be repeated. */
static void show_values(struct iotx_visitor *v, u32 id, struct iotx_slice props)
{
	struct iotx_mqtt_prop p;

	v_list(v, iotx_mqtt_prop_def(id)->name);
	while (!iotx_mqtt_prop_next(&props, &p))
		if (p.id == id)
			show_value(v, NULL, &p);
	v_end(v);
}

void iotx_mqtt_show_props(struct iotx_visitor *v, const char *name, struct iotx_slice props)
{
	struct iotx_slice rest = props;
	struct iotx_mqtt_prop p;
	/* A name may stand once in an object; User Properties have a list of their own. */
	const u64 user = 1ull << IOTX_MQTT_PROP_USER_PROPERTY;
	u64 shown = user;

	while (!iotx_mqtt_prop_next(&rest, &p)) {
		if (shown >> p.id & 1)
			continue;
		if (shown == user)
			v_open(v, name);
		shown |= 1ull << p.id;
		if (p.def->repeat)
			show_values(v, p.id, props);
		else
			show_value(v, p.def->name, &p);
	}
	if (shown != user)
		v_close(v);
}

void iotx_mqtt_show_user(struct iotx_visitor *v, const char *name, const char *skipped,
			 struct iotx_slice props)
{
	struct iotx_mqtt_prop p;
	u32 n = 0;

	while (!iotx_mqtt_prop_next(&props, &p)) {
		if (p.id != IOTX_MQTT_PROP_USER_PROPERTY || n++ >= IOTX_MQTT_USER_MAX)
			continue;
		if (n == 1)
			v_list(v, name);
		v_open(v, NULL);
		v_str(v, "name", p.name);
		v_str(v, "value", p.value);
		v_close(v);
	}
	if (n)
		v_end(v);
	if (n > IOTX_MQTT_USER_MAX)
		v_u64(v, skipped, n - IOTX_MQTT_USER_MAX);
}

/* --- text ---------------------------------------------------------------------------------- */

bool iotx_mqtt_is_text(struct iotx_slice s)
{
	return iotx_utf8_check(s) != IOTX_UTF8_BAD;
}

bool iotx_mqtt_message_text(const struct iotx_mqtt_publish *p, struct iotx_slice *text)
{
	return iotx_payload_text(p->payload, p->skipped_length, text);
}
