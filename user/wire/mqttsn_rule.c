// SPDX-License-Identifier: GPL-2.0-only
#include "mqttsn_rule.h"

#include "base/utf8.h"

#define CLIENT_ID_MAX 23
#define PROTOCOL_ID 1
#define QOS_MINUS_ONE 3

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
		*diag = (struct iotx_diag){ msg->hdr.header_len, "MQTT-SN 1.2 5.3.4",
					    "QoS -1 is for PUBLISH alone" };
	else if (type == IOTX_MQTTSN_TOPIC_RESERVED)
		*diag = (struct iotx_diag){ msg->hdr.header_len, "MQTT-SN 1.2 5.3.4",
					    "the type of the topic id is reserved" };
}

static void connect(const struct iotx_mqttsn_msg *msg, struct iotx_diag *diag)
{
	if (msg->hdr.type == IOTX_MQTTSN_CONNECT && msg->protocol_id != PROTOCOL_ID)
		*diag = (struct iotx_diag){ msg->hdr.header_len + 1u, "MQTT-SN 1.2 5.3.8",
					    "the ProtocolId is not 0x01" };
}

static void client_id(const struct iotx_mqttsn_msg *msg, struct iotx_diag *diag)
{
	u32 len = msg->client_id.len + msg->skipped_length;

	if (iotx_mqttsn_has(msg, IOTX_MQTTSN_F_CLIENT_ID) && (!len || len > CLIENT_ID_MAX))
		*diag = (struct iotx_diag){ msg->hdr.length - len, "MQTT-SN 1.2 5.3.1",
					    "the ClientId has not 1 to 23 characters" };
}

static void topic_name(const struct iotx_mqttsn_msg *msg, struct iotx_diag *diag)
{
	if (!iotx_mqttsn_has(msg, IOTX_MQTTSN_F_TOPIC_NAME) || msg->skipped_length)
		return;
	if (iotx_utf8_check(msg->topic_name) == IOTX_UTF8_BAD)
		*diag = (struct iotx_diag){ msg->hdr.length - msg->topic_name.len,
					    "MQTT-SN 1.2 5.3.12", "the topic name is not UTF-8" };
}

static void return_code(const struct iotx_mqttsn_msg *msg, struct iotx_diag *diag)
{
	if (iotx_mqttsn_has(msg, IOTX_MQTTSN_F_RETURN_CODE) &&
	    !iotx_mqttsn_return_code_name(msg->return_code))
		*diag = (struct iotx_diag){ msg->hdr.length - 1u, "MQTT-SN 1.2 5.3.10",
					    "the return code is reserved" };
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
		*diag = (struct iotx_diag){ msg->hdr.header_len, "MQTT-SN 1.2 5.3.11",
					    "the topic id is a reserved value" };
}

static void publish(const struct iotx_mqttsn_msg *msg, struct iotx_diag *diag)
{
	u8 qos = iotx_mqttsn_qos(msg->flags);

	if (msg->hdr.type != IOTX_MQTTSN_PUBLISH)
		return;
	if (qos == QOS_MINUS_ONE && iotx_mqttsn_topic_type(msg) == IOTX_MQTTSN_TOPIC_NORMAL)
		*diag = (struct iotx_diag){ msg->hdr.header_len, "MQTT-SN 1.2 6.8",
					    "QoS -1 with a topic id that has to be registered" };
	else if ((qos == 0 || qos == QOS_MINUS_ONE) && msg->message_id)
		*diag = (struct iotx_diag){ msg->hdr.header_len + 3u, "MQTT-SN 1.2 5.4.12",
					    "a message id although QoS is neither 1 nor 2" };
}

enum iotx_err iotx_mqttsn_rules(const struct iotx_mqttsn_msg *msg, struct iotx_diag *diag)
{
	static void (*const rules[])(const struct iotx_mqttsn_msg *, struct iotx_diag *) = {
		flags, connect, topic_id, publish, client_id, topic_name, return_code,
	};

	for (u32 i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		rules[i](msg, diag);
		if (!diag->rule)
			continue;
		diag->off += msg->start;
		return IOTX_E_RULE;
	}
	return IOTX_OK;
}
