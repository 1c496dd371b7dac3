/* SPDX-License-Identifier: GPL-2.0-only */
/* CONNECT and CONNACK: sections 3.1 and 3.2 of MQTT 3.1, 3.1.1 and 5.0. */
#include "mqtt_prop.h"
#include "mqtt_reason.h"

#define CLIENT_ID_MAX_V31 23

/* The version that a protocol name and level stand for; 0: none. */
static u8 version_of(struct iotx_slice name, u8 level)
{
	bool mqtt = iotx_slice_eq(name, iotx_slice_str("MQTT"));
	bool mqisdp = iotx_slice_eq(name, iotx_slice_str("MQIsdp"));

	if (mqtt && level == IOTX_MQTT_V5)
		return IOTX_MQTT_V5;
	level &= (u8)~IOTX_MQTT_LEVEL_BRIDGE;
	if (mqtt && level == IOTX_MQTT_V311)
		return IOTX_MQTT_V311;
	return mqisdp && level == IOTX_MQTT_V31 ? IOTX_MQTT_V31 : 0;
}

static bool name_known(struct iotx_slice name)
{
	return version_of(name, IOTX_MQTT_V311) || version_of(name, IOTX_MQTT_V31);
}

/*
 * E_ALIEN: another version, of whose layout nothing is known. The fixed header is
 * judged behind this, because MQTT 3.1 leaves its flags open.
 */
static enum iotx_err read_version(struct iotx_mqtt_reader *r)
{
	struct iotx_mqtt_connect *c = &r->msg->connect;
	u32 off = r->cur.off;
	enum iotx_err err = iotx_mqtt_str(r, &c->protocol, IOTX_MQTT_RULE_NONE);

	if (!err)
		err = iotx_mqtt_u8(r, &c->level);
	if (err)
		return err;
	r->version = r->msg->version = version_of(c->protocol, c->level);
	if (r->version) {
		iotx_mqtt_check_header(r);
		return IOTX_OK;
	}
	if (name_known(c->protocol))
		iotx_mqtt_blame(r, IOTX_MQTT_RULE_PROTOCOL_LEVEL, r->cur.off - 1);
	else
		iotx_mqtt_blame(r, IOTX_MQTT_RULE_PROTOCOL_NAME, off);
	return IOTX_E_ALIEN;
}

static void check_flags(struct iotx_mqtt_reader *r, u8 flags, u32 off)
{
	u8 will_qos = flags & IOTX_MQTT_CONNECT_WILL_QOS;

	/* MQTT 3.1 does not use the bit. */
	if (flags & IOTX_MQTT_CONNECT_RESERVED && r->version != IOTX_MQTT_V31)
		iotx_mqtt_blame(r, IOTX_MQTT_RULE_CONNECT_RESERVED, off);
	if (will_qos == IOTX_MQTT_CONNECT_WILL_QOS)
		iotx_mqtt_blame(r, IOTX_MQTT_RULE_WILL_QOS_3, off);
	if (will_qos && !(flags & IOTX_MQTT_CONNECT_WILL))
		iotx_mqtt_blame(r, IOTX_MQTT_RULE_WILL_QOS, off);
	if (flags & IOTX_MQTT_CONNECT_WILL_RETAIN && !(flags & IOTX_MQTT_CONNECT_WILL))
		iotx_mqtt_blame(r, IOTX_MQTT_RULE_WILL_RETAIN, off);
	if (flags & IOTX_MQTT_CONNECT_PASSWORD && !(flags & IOTX_MQTT_CONNECT_USERNAME) &&
	    !iotx_mqtt_is_v5(r))
		iotx_mqtt_blame(r, IOTX_MQTT_RULE_PASSWORD, off);
}

static enum iotx_err read_variable_header(struct iotx_mqtt_reader *r)
{
	struct iotx_mqtt_connect *c = &r->msg->connect;
	u32 off = r->cur.off;
	enum iotx_err err = iotx_mqtt_u8(r, &c->flags);

	if (err)
		return err;
	c->has_flags = true;
	check_flags(r, c->flags, off);
	err = iotx_mqtt_be16(r, &c->keep_alive_s);
	if (err)
		return err;
	c->has_keep_alive = true;
	if (!iotx_mqtt_is_v5(r))
		return IOTX_OK;
	off = r->cur.off;
	err = iotx_mqtt_read_props(r, IOTX_MQTT_CONNECT, &r->msg->props);
	if (!err)
		iotx_mqtt_check_auth(r, off);
	return err;
}

static enum iotx_err read_client_id(struct iotx_mqtt_reader *r)
{
	struct iotx_mqtt_connect *c = &r->msg->connect;
	u32 off = r->cur.off;
	enum iotx_err err;

	if (iotx_mqtt_absent(r, IOTX_MQTT_RULE_CLIENT_ID_ABSENT))
		return IOTX_E_BAD;
	err = iotx_mqtt_str(r, &c->client_id, IOTX_MQTT_RULE_CLIENT_ID_UTF8);
	if (err)
		return err;
	if (r->version == IOTX_MQTT_V31 && !c->client_id.len)
		iotx_mqtt_blame(r, IOTX_MQTT_RULE_CLIENT_ID_V31, off);
	if (r->version == IOTX_MQTT_V31 && c->client_id.len > CLIENT_ID_MAX_V31)
		iotx_mqtt_note(r, "the client identifier is longer than MQTT 3.1 allows");
	if (r->version == IOTX_MQTT_V311 && !c->client_id.len &&
	    !(c->flags & IOTX_MQTT_CONNECT_CLEAN))
		iotx_mqtt_blame(r, IOTX_MQTT_RULE_CLIENT_ID, off);
	return IOTX_OK;
}

/* E_RULE: a will without a topic is none, and what follows it is not read as one. */
static enum iotx_err check_will_topic(struct iotx_mqtt_reader *r, struct iotx_slice topic)
{
	if (!topic.len) {
		iotx_mqtt_blame(r, IOTX_MQTT_RULE_TOPIC_EMPTY, iotx_mqtt_off(r, topic));
		return IOTX_E_RULE;
	}
	if (!iotx_mqtt_topic_ok(topic))
		iotx_mqtt_blame(r, IOTX_MQTT_RULE_NAME_WILDCARD, iotx_mqtt_off(r, topic));
	return IOTX_OK;
}

static enum iotx_err will_props(struct iotx_mqtt_reader *r, struct iotx_mqtt_will *will)
{
	if (!iotx_mqtt_is_v5(r))
		return IOTX_OK;
	if (iotx_mqtt_absent(r, IOTX_MQTT_RULE_WILL_ABSENT))
		return IOTX_E_BAD;
	return iotx_mqtt_read_props(r, IOTX_MQTT_RESERVED, &will->props);
}

static enum iotx_err will_topic(struct iotx_mqtt_reader *r, struct iotx_mqtt_will *will)
{
	enum iotx_err err;

	if (iotx_mqtt_absent(r, IOTX_MQTT_RULE_WILL_ABSENT))
		return IOTX_E_BAD;
	err = iotx_mqtt_str(r, &will->topic, IOTX_MQTT_RULE_WILL_TOPIC_UTF8);
	return err ? err : check_will_topic(r, will->topic);
}

static enum iotx_err will_message(struct iotx_mqtt_reader *r, struct iotx_mqtt_will *will)
{
	enum iotx_err err;

	if (iotx_mqtt_absent(r, IOTX_MQTT_RULE_WILL_ABSENT))
		return IOTX_E_BAD;
	err = iotx_mqtt_bin(r, &will->payload);
	if (!err)
		iotx_mqtt_check_payload(r, will->props, will->payload);
	return err;
}

static enum iotx_err read_will(struct iotx_mqtt_reader *r)
{
	struct iotx_mqtt_will *will = &r->msg->connect.will;
	u8 flags = r->msg->connect.flags;
	enum iotx_err err;

	if (!(flags & IOTX_MQTT_CONNECT_WILL))
		return IOTX_OK;
	will->qos = (flags & IOTX_MQTT_CONNECT_WILL_QOS) >> 3;
	will->retain = flags & IOTX_MQTT_CONNECT_WILL_RETAIN;
	err = will_props(r, will);
	if (!err)
		err = will_topic(r, will);
	return err ? err : will_message(r, will);
}

/*
 * In MQTT 3.1 the Remaining Length counts for more than the flags: a user name or a
 * password that is announced may be missing (its section 3.1).
 */
static bool left_out(struct iotx_mqtt_reader *r)
{
	if (r->version != IOTX_MQTT_V31 || iotx_mqtt_left(r))
		return false;
	iotx_mqtt_note(r, "a user name or a password is announced and left out");
	return true;
}

static enum iotx_err read_username(struct iotx_mqtt_reader *r)
{
	struct iotx_mqtt_connect *c = &r->msg->connect;

	if (!(c->flags & IOTX_MQTT_CONNECT_USERNAME) || left_out(r))
		return IOTX_OK;
	if (iotx_mqtt_absent(r, IOTX_MQTT_RULE_USERNAME_ABSENT))
		return IOTX_E_BAD;
	return iotx_mqtt_str(r, &c->username, IOTX_MQTT_RULE_USERNAME_UTF8);
}

static enum iotx_err read_password(struct iotx_mqtt_reader *r)
{
	struct iotx_mqtt_connect *c = &r->msg->connect;

	if (!(c->flags & IOTX_MQTT_CONNECT_PASSWORD) || left_out(r))
		return IOTX_OK;
	if (iotx_mqtt_absent(r, IOTX_MQTT_RULE_PASSWORD_ABSENT))
		return IOTX_E_BAD;
	return iotx_mqtt_bin(r, &c->password);
}

/* How many fields with a length of their own the rest is, without a byte left over; 0: none. */
static u32 fields_left(const struct iotx_mqtt_reader *r)
{
	struct iotx_cur c = r->cur;
	u32 n = 0;
	u16 len;

	for (; iotx_cur_left(&c); n++)
		if (iotx_cur_be16(&c, &len) || iotx_cur_skip(&c, len))
			return 0;
	return c.off == r->end ? n : 0;
}

/* What follows the fields that are announced: maybe those that are not. */
static void check_rest(struct iotx_mqtt_reader *r)
{
	u8 flags = r->msg->connect.flags;
	u32 off = r->cur.off, n = fields_left(r);

	if (!iotx_mqtt_left(r))
		return;
	if ((n == 1 || n == 2) && !(flags & IOTX_MQTT_CONNECT_USERNAME)) {
		iotx_mqtt_blame(r, IOTX_MQTT_RULE_USERNAME_EXTRA, off);
		n--;
	}
	if (n == 1 && !(flags & IOTX_MQTT_CONNECT_PASSWORD))
		iotx_mqtt_blame(r, IOTX_MQTT_RULE_PASSWORD_EXTRA, off);
	iotx_mqtt_blame(r, IOTX_MQTT_RULE_TRAILING, off);
	iotx_mqtt_blame(r, IOTX_MQTT_RULE_PAYLOAD_ORDER, off);
}

static enum iotx_err read_payload(struct iotx_mqtt_reader *r)
{
	enum iotx_err err = read_client_id(r);

	if (!err)
		err = read_will(r);
	if (!err)
		err = read_username(r);
	if (!err)
		err = read_password(r);
	if (!err)
		check_rest(r);
	if (err == IOTX_E_BAD)
		iotx_mqtt_blame(r, IOTX_MQTT_RULE_PAYLOAD_ORDER, r->cur.off);
	return err;
}

enum iotx_err iotx_mqtt_connect(struct iotx_mqtt_reader *r)
{
	enum iotx_err err;

	r->msg->connect.remaining_length = r->end - r->cur.off;
	err = read_version(r);
	if (!err)
		err = read_variable_header(r);
	return err ? err : read_payload(r);
}

/* --- CONNACK ------------------------------------------------------------------------------- */

/*
 * A server that knows only MQTT 3.1.1 answers a CONNECT of MQTT 5 in its own form and
 * with return code 1 (MQTT 3.1.1, MQTT-3.1.2-2): two bytes, no properties.
 */
static bool is_refusal_v311(const struct iotx_mqtt_reader *r)
{
	u8 b[2];

	return iotx_mqtt_is_v5(r) && iotx_mqtt_left(r) == sizeof(b) &&
	       !iotx_cur_peek(&r->cur, r->cur.off, b, sizeof(b)) && !b[0] && b[1] &&
	       iotx_mqtt_reason_name(IOTX_MQTT_V311, IOTX_MQTT_CONNACK, b[1]);
}

static void take_refusal_v311(struct iotx_mqtt_reader *r)
{
	if (r->connected)
		iotx_mqtt_blame(r, IOTX_MQTT_RULE_REASON_CONNACK, r->cur.off + 1);
	iotx_mqtt_note(r, "a CONNACK of MQTT 3.1.1 in a connection of MQTT 5");
	r->version = r->msg->version = IOTX_MQTT_V311;
}

/* MQTT 3.1 does not use the byte. */
static void check_ack_flags(struct iotx_mqtt_reader *r, u8 flags, u32 off)
{
	if (r->version == IOTX_MQTT_V31)
		return;
	r->msg->session_present = flags & 1;
	if (flags >> 1)
		iotx_mqtt_blame(r, IOTX_MQTT_RULE_CONNACK_FLAGS, off);
}

enum iotx_err iotx_mqtt_connack(struct iotx_mqtt_reader *r)
{
	u32 off = r->cur.off;
	enum iotx_err err;
	u8 flags;

	if (is_refusal_v311(r))
		take_refusal_v311(r);
	err = iotx_mqtt_u8(r, &flags);
	if (err)
		return err;
	check_ack_flags(r, flags, off);
	err = iotx_mqtt_reason(r);
	if (err)
		return err;
	if (r->msg->session_present && r->msg->reason)
		iotx_mqtt_blame(r, IOTX_MQTT_RULE_SESSION_PRESENT, off);
	if (!iotx_mqtt_is_v5(r))
		return IOTX_OK;
	off = r->cur.off;
	err = iotx_mqtt_read_props(r, IOTX_MQTT_CONNACK, &r->msg->props);
	if (!err)
		iotx_mqtt_check_auth(r, off);
	return err;
}
