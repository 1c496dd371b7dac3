// SPDX-License-Identifier: GPL-2.0-only
#include "mqttsn_rule.h"

#include "base/utf8.h"

#define CLIENT_ID_MAX 23
#define PROTOCOL_ID 1
#define QOS_MINUS_ONE 3

static const struct {
	struct iotx_rule rule;
	enum iotx_err verdict;
} rules[] = {
#define X(id, verdict, severity, section, text)                                                 \
	[IOTX_MQTTSN_RULE_##id] = { { "MQTT-SN 1.2 " section, IOTX_##severity, text },          \
				    IOTX_##verdict },
	IOTX_MQTTSN_RULES(X)
#undef X
};

const struct iotx_rule *iotx_mqttsn_rule(enum iotx_mqttsn_rule rule)
{
	return &rules[rule].rule;
}

enum iotx_err iotx_mqttsn_breach(struct iotx_diag *diag, enum iotx_mqttsn_rule rule, u32 off)
{
	iotx_diag_breach(diag, &rules[rule].rule, rules[rule].verdict, off);
	return rules[rule].verdict;
}

/* `off` counts from the message itself, behind what a forwarder put before it. */
static void offend(const struct iotx_mqttsn_msg *msg, struct iotx_diag *diag,
		   enum iotx_mqttsn_rule rule, u32 off)
{
	iotx_mqttsn_breach(diag, rule, msg->start + off);
}

static bool is_in(const struct iotx_mqttsn_msg *msg, u8 flag)
{
	return iotx_mqttsn_has(msg, IOTX_MQTTSN_F_FLAGS) &&
	       iotx_mqttsn_shape(msg->hdr.type)->flags & flag;
}

static bool is_reserved_id(u16 topic_id)
{
	return topic_id == 0 || topic_id == 0xffff;
}

static void flags(const struct iotx_mqttsn_msg *msg, struct iotx_diag *diag)
{
	u8 qos = iotx_mqttsn_qos(msg->flags);
	enum iotx_mqttsn_topic_type type = iotx_mqttsn_topic_type(msg);

	if (is_in(msg, IOTX_MQTTSN_QOS) && qos == QOS_MINUS_ONE &&
	    msg->hdr.type != IOTX_MQTTSN_PUBLISH)
		offend(msg, diag, IOTX_MQTTSN_RULE_QOS_MINUS_ONE, msg->hdr.header_len);
	if (type == IOTX_MQTTSN_TOPIC_RESERVED)
		offend(msg, diag, IOTX_MQTTSN_RULE_TOPIC_TYPE, msg->hdr.header_len);
}

static void connect(const struct iotx_mqttsn_msg *msg, struct iotx_diag *diag)
{
	if (msg->hdr.type == IOTX_MQTTSN_CONNECT && msg->protocol_id != PROTOCOL_ID)
		offend(msg, diag, IOTX_MQTTSN_RULE_PROTOCOL_ID, msg->hdr.header_len + 1u);
}

static void client_id(const struct iotx_mqttsn_msg *msg, struct iotx_diag *diag)
{
	u32 len = msg->client_id.len + msg->skipped_length;

	if (iotx_mqttsn_has(msg, IOTX_MQTTSN_F_CLIENT_ID) && (!len || len > CLIENT_ID_MAX))
		offend(msg, diag, IOTX_MQTTSN_RULE_CLIENT_ID, msg->hdr.length - len);
}

static void topic_name(const struct iotx_mqttsn_msg *msg, struct iotx_diag *diag)
{
	u32 off = msg->hdr.length - msg->topic_name.len;

	if (!iotx_mqttsn_has(msg, IOTX_MQTTSN_F_TOPIC_NAME) || msg->skipped_length)
		return;
	if (iotx_utf8_check(msg->topic_name) == IOTX_UTF8_BAD)
		offend(msg, diag, IOTX_MQTTSN_RULE_TOPIC_UTF8, off);
}

static void return_code(const struct iotx_mqttsn_msg *msg, struct iotx_diag *diag)
{
	if (iotx_mqttsn_has(msg, IOTX_MQTTSN_F_RETURN_CODE) &&
	    !iotx_mqttsn_return_code_name(msg->return_code))
		offend(msg, diag, IOTX_MQTTSN_RULE_RETURN_CODE, msg->hdr.length - 1u);
}

/* Where an id names a topic. A client's REGISTER has 0 for it; a SUBACK may have none to tell. */
static bool names_by_id(const struct iotx_mqttsn_msg *msg)
{
	return iotx_mqttsn_has(msg, IOTX_MQTTSN_F_TOPIC_ID) &&
	       iotx_mqttsn_topic_type(msg) != IOTX_MQTTSN_TOPIC_SHORT;
}

static void topic_id(const struct iotx_mqttsn_msg *msg, struct iotx_diag *diag)
{
	bool reserved = is_reserved_id(msg->topic_id);
	u8 type = msg->hdr.type;

	if (!names_by_id(msg))
		return;
	if (type == IOTX_MQTTSN_REGISTER || type == IOTX_MQTTSN_SUBACK)
		reserved = msg->topic_id == 0xffff;
	else if (type == IOTX_MQTTSN_REGACK)
		reserved = reserved && !msg->return_code;
	else if (type == IOTX_MQTTSN_PUBACK) /* repeats what it answers */
		reserved = false;
	if (reserved)
		offend(msg, diag, IOTX_MQTTSN_RULE_TOPIC_ID, msg->hdr.header_len);
}

static void publish(const struct iotx_mqttsn_msg *msg, struct iotx_diag *diag)
{
	u8 qos = iotx_mqttsn_qos(msg->flags);

	if (msg->hdr.type != IOTX_MQTTSN_PUBLISH)
		return;
	if (qos == QOS_MINUS_ONE && iotx_mqttsn_topic_type(msg) == IOTX_MQTTSN_TOPIC_NORMAL)
		offend(msg, diag, IOTX_MQTTSN_RULE_QOS_MINUS_ONE_ID, msg->hdr.header_len);
	if ((qos == 0 || qos == QOS_MINUS_ONE) && msg->message_id)
		offend(msg, diag, IOTX_MQTTSN_RULE_MESSAGE_ID, msg->hdr.header_len + 3u);
}

void iotx_mqttsn_rules(const struct iotx_mqttsn_msg *msg, struct iotx_diag *diag)
{
	flags(msg, diag);
	connect(msg, diag);
	topic_id(msg, diag);
	publish(msg, diag);
	client_id(msg, diag);
	topic_name(msg, diag);
	return_code(msg, diag);
}
