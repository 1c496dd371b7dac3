/* SPDX-License-Identifier: GPL-2.0-only */
#include "mqtt_prop.h"

static const struct iotx_mqtt_prop_def defs[IOTX_MQTT_PROP_LIMIT] = {
#define X(value, id, prop_name, kind, in, repeat, min, max)                                     \
	[value] = { #prop_name, IOTX_MQTT_PROP_##kind, in, repeat, min, max },
	IOTX_MQTT_PROPS(X)
#undef X
};

const struct iotx_mqtt_prop_def *iotx_mqtt_prop_def(u32 id)
{
	return id < IOTX_MQTT_PROP_LIMIT && defs[id].name ? &defs[id] : NULL;
}

/* --- the iterator -------------------------------------------------------------------------- */

static enum iotx_err read_varint(struct iotx_cur *c, u32 *value, bool *long_form)
{
	struct iotx_mqtt_hdr digits = { .read = 1 };
	enum iotx_err err = IOTX_E_SHORT;
	u8 byte = 0;

	while (err == IOTX_E_SHORT) {
		if (iotx_cur_u8(c, &byte))
			return IOTX_E_SHORT;
		err = iotx_mqtt_hdr_push(&digits, byte);
	}
	*value = digits.length;
	*long_form |= !byte && digits.read > 2;
	return err;
}

static enum iotx_err read_bin(struct iotx_cur *c, struct iotx_slice *out)
{
	u16 len;
	enum iotx_err err = iotx_cur_be16(c, &len);

	return err ? err : iotx_cur_slice(c, len, out);
}

static enum iotx_err read_value(struct iotx_cur *c, struct iotx_mqtt_prop *p)
{
	enum iotx_err err;
	u16 word = 0;
	u8 byte = 0;

	switch (p->def->kind) {
	case IOTX_MQTT_PROP_BYTE:
		err = iotx_cur_u8(c, &byte);
		p->number = byte;
		return err;
	case IOTX_MQTT_PROP_U16:
		err = iotx_cur_be16(c, &word);
		p->number = word;
		return err;
	case IOTX_MQTT_PROP_U32:
		return iotx_cur_be32(c, &p->number);
	case IOTX_MQTT_PROP_VARINT:
		return read_varint(c, &p->number, &p->long_form);
	case IOTX_MQTT_PROP_STR:
	case IOTX_MQTT_PROP_BIN:
		return read_bin(c, &p->value);
	case IOTX_MQTT_PROP_PAIR:
		err = read_bin(c, &p->name);
		return err ? err : read_bin(c, &p->value);
	case IOTX_MQTT_NO_PROP:
		break;
	}
	return IOTX_E_BAD;
}

/* A Variable Byte Integer like others, but every identifier there is has one byte. */
static enum iotx_err read_id(struct iotx_cur *c, struct iotx_mqtt_prop *p)
{
	u8 byte;

	if (iotx_cur_peek(c, c->off, &byte, 1) || byte & 0x80)
		return read_varint(c, &p->id, &p->long_form);
	c->off++;
	p->id = byte;
	return IOTX_OK;
}

static enum iotx_mqtt_rule read_prop(struct iotx_cur *c, struct iotx_mqtt_prop *p)
{
	enum iotx_err err = read_id(c, p);

	if (!err) {
		p->def = iotx_mqtt_prop_def(p->id);
		if (!p->def)
			return IOTX_MQTT_RULE_PROP_UNKNOWN;
		err = read_value(c, p);
	}
	if (err == IOTX_E_SHORT)
		return IOTX_MQTT_RULE_PROP_CUT;
	return err ? IOTX_MQTT_RULE_VARINT_DIGITS : IOTX_MQTT_RULE_NONE;
}

enum iotx_err iotx_mqtt_prop_next(struct iotx_slice *props, struct iotx_mqtt_prop *p)
{
	struct iotx_cur c = iotx_cur_mem(props->data, props->len);

	memset(p, 0, sizeof(*p));
	if (!props->len)
		return IOTX_E_END;
	p->rule = read_prop(&c, p);
	if (p->rule)
		return IOTX_E_BAD;
	*props = iotx_slice(props->data + c.off, props->len - c.off);
	return IOTX_OK;
}

u32 iotx_mqtt_prop_count(struct iotx_slice props, u32 id)
{
	struct iotx_mqtt_prop p;
	u32 n = 0;

	while (!iotx_mqtt_prop_next(&props, &p))
		n += p.id == id;
	return n;
}

bool iotx_mqtt_prop_find(struct iotx_slice props, u32 id, struct iotx_mqtt_prop *p)
{
	while (!iotx_mqtt_prop_next(&props, p))
		if (p->id == id)
			return true;
	return false;
}

/* --- judging ------------------------------------------------------------------------------- */

static void check_response_topic(struct iotx_mqtt_reader *r, struct iotx_slice topic)
{
	u32 off = iotx_mqtt_off(r, topic);

	if (!topic.len) {
		iotx_mqtt_blame(r, IOTX_MQTT_RULE_TOPIC_EMPTY, off);
	} else if (!iotx_mqtt_topic_ok(topic)) {
		iotx_mqtt_blame(r, IOTX_MQTT_RULE_RESPONSE_TOPIC, off);
		iotx_mqtt_blame(r, IOTX_MQTT_RULE_NAME_WILDCARD, off);
	}
}

/* What a property breaks by being no string of 1.5.4, where the standard says so of it. */
static enum iotx_mqtt_rule own_rule(const struct iotx_mqtt_prop *p)
{
	if (p->def->kind == IOTX_MQTT_PROP_PAIR)
		return IOTX_MQTT_RULE_PAIR_UTF8;
	if (p->id == IOTX_MQTT_PROP_RESPONSE_TOPIC)
		return IOTX_MQTT_RULE_RESPONSE_TOPIC_UTF8;
	return p->id == IOTX_MQTT_PROP_CONTENT_TYPE ? IOTX_MQTT_RULE_CONTENT_TYPE_UTF8 :
						      IOTX_MQTT_RULE_NONE;
}

static void check_text(struct iotx_mqtt_reader *r, const struct iotx_mqtt_prop *p)
{
	enum iotx_mqtt_rule own = own_rule(p);

	if (p->def->kind == IOTX_MQTT_PROP_PAIR)
		iotx_mqtt_check_str(r, p->name, own);
	if (p->def->kind == IOTX_MQTT_PROP_PAIR || p->def->kind == IOTX_MQTT_PROP_STR)
		iotx_mqtt_check_str(r, p->value, own);
	if (p->id == IOTX_MQTT_PROP_RESPONSE_TOPIC)
		check_response_topic(r, p->value);
}

static void check_number(struct iotx_mqtt_reader *r, const struct iotx_mqtt_prop *p, u32 off)
{
	if (p->long_form)
		iotx_mqtt_blame(r, IOTX_MQTT_RULE_VARINT_LONG, off);
	if (p->number >= p->def->min && p->number <= p->def->max)
		return;
	if (p->id == IOTX_MQTT_PROP_PAYLOAD_FORMAT_INDICATOR) { /* 3.3.2.3.2: no rule */
		iotx_mqtt_note(r, "the Payload Format Indicator is neither 0 nor 1");
		return;
	}
	iotx_mqtt_blame(r,
			p->id == IOTX_MQTT_PROP_TOPIC_ALIAS ? IOTX_MQTT_RULE_TOPIC_ALIAS_0 :
							      IOTX_MQTT_RULE_PROP_RANGE,
			off);
}

static void check_prop(struct iotx_mqtt_reader *r, u8 scope, const struct iotx_mqtt_prop *p,
		       u32 off)
{
	u32 here = 1u << scope;

	if (!(p->def->in & here))
		iotx_mqtt_blame(r, IOTX_MQTT_RULE_PROP_MISPLACED, off);
	if (iotx_mqtt_saw_prop(r, p->id) && !(p->def->repeat & here))
		iotx_mqtt_blame(r, IOTX_MQTT_RULE_PROP_REPEATED, off);
	r->props_seen |= 1ull << p->id;
	check_number(r, p, off);
	check_text(r, p);
}

static u32 check_props(struct iotx_mqtt_reader *r, u8 scope, struct iotx_slice all)
{
	struct iotx_slice rest = all;
	struct iotx_mqtt_prop p;
	enum iotx_err err;
	u32 off;

	while (off = iotx_mqtt_off(r, rest), !(err = iotx_mqtt_prop_next(&rest, &p)))
		check_prop(r, scope, &p, off);
	if (err == IOTX_E_BAD)
		iotx_mqtt_blame(r, p.rule, off);
	return all.len - rest.len;
}

enum iotx_err iotx_mqtt_read_props(struct iotx_mqtt_reader *r, u8 scope, struct iotx_slice *props)
{
	struct iotx_slice all;
	u32 len, off = r->cur.off;
	enum iotx_err err;

	r->props_seen = 0;
	if (iotx_mqtt_absent(r, IOTX_MQTT_RULE_PROP_ABSENT))
		return IOTX_E_BAD;
	err = iotx_mqtt_varint(r, &len);
	if (err)
		return err;
	if (len > iotx_mqtt_left(r)) {
		iotx_mqtt_blame(r, IOTX_MQTT_RULE_PROP_LENGTH, off);
		return IOTX_E_BAD;
	}
	err = iotx_mqtt_take(r, len, &all);
	if (!err)
		*props = iotx_slice(all.data, check_props(r, scope, all));
	if (scope != IOTX_MQTT_RESERVED) /* those of a will are not the message's */
		r->msg->props_seen = r->props_seen;
	return err;
}

void iotx_mqtt_check_auth(struct iotx_mqtt_reader *r, u32 off)
{
	if (iotx_mqtt_saw_prop(r, IOTX_MQTT_PROP_AUTHENTICATION_DATA) &&
	    !iotx_mqtt_saw_prop(r, IOTX_MQTT_PROP_AUTHENTICATION_METHOD))
		iotx_mqtt_blame(r, IOTX_MQTT_RULE_AUTH_DATA, off);
}
