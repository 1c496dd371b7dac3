/* SPDX-License-Identifier: GPL-2.0-only */
#include "mqtt_read.h"
#include "base/utf8.h"

void iotx_mqtt_blame(struct iotx_mqtt_reader *r, enum iotx_mqtt_rule rule, u32 off)
{
	const struct iotx_mqtt_rule_def *def = iotx_mqtt_rule_def(rule);
	bool v5 = def->v5.id && (iotx_mqtt_is_v5(r) || !def->v311.id);

	iotx_diag_breach(r->diag, v5 ? &def->v5 : &def->v311, def->verdict, off);
}

void iotx_mqtt_note(struct iotx_mqtt_reader *r, const char *text)
{
	if (!r->msg->note)
		r->msg->note = text;
}

enum iotx_err iotx_mqtt_varint(struct iotx_mqtt_reader *r, u32 *value)
{
	struct iotx_mqtt_hdr digits = { .read = 1 };
	u32 off = r->cur.off;
	enum iotx_err err, step = IOTX_E_SHORT;
	u8 byte = 0;

	while (step == IOTX_E_SHORT) {
		err = iotx_mqtt_u8(r, &byte);
		if (err)
			return err;
		step = iotx_mqtt_hdr_push(&digits, byte);
	}
	if (step)
		iotx_mqtt_blame(r, IOTX_MQTT_RULE_VARINT_DIGITS, off);
	else if (!byte && digits.read > 2)
		iotx_mqtt_blame(r, IOTX_MQTT_RULE_VARINT_LONG, off);
	*value = digits.length;
	return step;
}

static bool is_topic(enum iotx_mqtt_rule own)
{
	return own == IOTX_MQTT_RULE_TOPIC_UTF8 || own == IOTX_MQTT_RULE_WILL_TOPIC_UTF8 ||
	       own == IOTX_MQTT_RULE_RESPONSE_TOPIC_UTF8 || own == IOTX_MQTT_RULE_FILTER_UTF8 ||
	       own == IOTX_MQTT_RULE_UNFILTER_UTF8;
}

static void blame_str(struct iotx_mqtt_reader *r, enum iotx_utf8_verdict utf8,
		      enum iotx_mqtt_rule own, u32 off)
{
	bool nul = utf8 == IOTX_UTF8_NUL;

	r->msg->has_octets = true;
	iotx_mqtt_blame(r, nul ? IOTX_MQTT_RULE_NUL : IOTX_MQTT_RULE_UTF8, off);
	if (own)
		iotx_mqtt_blame(r, own, off);
	if (nul && is_topic(own))
		iotx_mqtt_blame(r, IOTX_MQTT_RULE_TOPIC_NUL, off);
}

void iotx_mqtt_check_str(struct iotx_mqtt_reader *r, struct iotx_slice s, enum iotx_mqtt_rule own)
{
	enum iotx_utf8_verdict utf8 = iotx_utf8_check(s);

	if (utf8 == IOTX_UTF8_DISCOURAGED)
		iotx_mqtt_note(r, "a string holds a control character or a non-character");
	else if (utf8 != IOTX_UTF8_OK)
		blame_str(r, utf8, own, iotx_mqtt_off(r, s));
}

enum iotx_err iotx_mqtt_str(struct iotx_mqtt_reader *r, struct iotx_slice *out,
			    enum iotx_mqtt_rule own)
{
	enum iotx_err err = iotx_mqtt_bin(r, out);

	if (!err)
		iotx_mqtt_check_str(r, *out, own);
	return err;
}

bool iotx_mqtt_absent(struct iotx_mqtt_reader *r, enum iotx_mqtt_rule rule)
{
	if (iotx_mqtt_left(r))
		return false;
	iotx_mqtt_blame(r, rule, r->cur.off);
	return true;
}

enum iotx_err iotx_mqtt_packet_id(struct iotx_mqtt_reader *r, enum iotx_mqtt_rule zero)
{
	u32 off = r->cur.off;
	enum iotx_err err = iotx_mqtt_be16(r, &r->msg->packet_id);

	if (err)
		return err;
	r->msg->has_packet_id = true;
	if (!r->msg->packet_id)
		iotx_mqtt_blame(r, zero, off);
	return IOTX_OK;
}
