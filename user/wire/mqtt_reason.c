/* SPDX-License-Identifier: GPL-2.0-only */
#include "mqtt_reason.h"
#include "mqtt_prop.h"

/* Where a code stands: a bit per packet type. */
#define CONNACK IOTX_MQTT_IN(CONNACK)
#define PUBACK IOTX_MQTT_IN(PUBACK)
#define PUBREC IOTX_MQTT_IN(PUBREC)
#define PUBREL IOTX_MQTT_IN(PUBREL)
#define PUBCOMP IOTX_MQTT_IN(PUBCOMP)
#define SUBACK IOTX_MQTT_IN(SUBACK)
#define UNSUBACK IOTX_MQTT_IN(UNSUBACK)
#define DISCONNECT IOTX_MQTT_IN(DISCONNECT)
#define AUTH IOTX_MQTT_IN(AUTH)
#define PUB (PUBACK | PUBREC)
#define SUB (SUBACK | UNSUBACK)
#define BOTH_ENDS (CONNACK | DISCONNECT)

struct reason {
	u32 in;
	u8 code;
	const char *name;
};

/* MQTT 5.0, table 2-6. */
static const struct reason reasons_v5[] = {
	{ CONNACK | PUB | PUBREL | PUBCOMP | UNSUBACK | AUTH, 0x00, "Success" },
	{ DISCONNECT, 0x00, "Normal disconnection" },
	{ SUBACK, 0x00, "Granted QoS 0" },
	{ SUBACK, 0x01, "Granted QoS 1" },
	{ SUBACK, 0x02, "Granted QoS 2" },
	{ DISCONNECT, 0x04, "Disconnect with Will Message" },
	{ PUB, 0x10, "No matching subscribers" },
	{ UNSUBACK, 0x11, "No subscription existed" },
	{ AUTH, 0x18, "Continue authentication" },
	{ AUTH, 0x19, "Re-authenticate" },
	{ BOTH_ENDS | PUB | SUB, 0x80, "Unspecified error" },
	{ BOTH_ENDS, 0x81, "Malformed Packet" },
	{ BOTH_ENDS, 0x82, "Protocol Error" },
	{ BOTH_ENDS | PUB | SUB, 0x83, "Implementation specific error" },
	{ CONNACK, 0x84, "Unsupported Protocol Version" },
	{ CONNACK, 0x85, "Client Identifier not valid" },
	{ CONNACK, 0x86, "Bad User Name or Password" },
	{ BOTH_ENDS | PUB | SUB, 0x87, "Not authorized" },
	{ CONNACK, 0x88, "Server unavailable" },
	{ BOTH_ENDS, 0x89, "Server busy" },
	{ CONNACK, 0x8a, "Banned" },
	{ DISCONNECT, 0x8b, "Server shutting down" },
	{ BOTH_ENDS, 0x8c, "Bad authentication method" },
	{ DISCONNECT, 0x8d, "Keep Alive timeout" },
	{ DISCONNECT, 0x8e, "Session taken over" },
	{ DISCONNECT | SUB, 0x8f, "Topic Filter invalid" },
	{ BOTH_ENDS | PUB, 0x90, "Topic Name invalid" },
	{ PUB | SUB, 0x91, "Packet Identifier in use" },
	{ PUBREL | PUBCOMP, 0x92, "Packet Identifier not found" },
	{ DISCONNECT, 0x93, "Receive Maximum exceeded" },
	{ DISCONNECT, 0x94, "Topic Alias invalid" },
	{ BOTH_ENDS, 0x95, "Packet too large" },
	{ DISCONNECT, 0x96, "Message rate too high" },
	{ BOTH_ENDS | PUB | SUBACK, 0x97, "Quota exceeded" },
	{ DISCONNECT, 0x98, "Administrative action" },
	{ BOTH_ENDS | PUB, 0x99, "Payload format invalid" },
	{ BOTH_ENDS, 0x9a, "Retain not supported" },
	{ BOTH_ENDS, 0x9b, "QoS not supported" },
	{ BOTH_ENDS, 0x9c, "Use another server" },
	{ BOTH_ENDS, 0x9d, "Server moved" },
	{ DISCONNECT | SUBACK, 0x9e, "Shared Subscriptions not supported" },
	{ BOTH_ENDS, 0x9f, "Connection rate exceeded" },
	{ DISCONNECT, 0xa0, "Maximum connect time" },
	{ DISCONNECT | SUBACK, 0xa1, "Subscription Identifiers not supported" },
	{ DISCONNECT | SUBACK, 0xa2, "Wildcard Subscriptions not supported" },
};

/* MQTT 3.1.1, table 3.1 and section 3.9.3. */
static const struct reason reasons_v3[] = {
	{ CONNACK, 0, "Accepted" },
	{ CONNACK, 1, "Unacceptable protocol version" },
	{ CONNACK, 2, "Identifier rejected" },
	{ CONNACK, 3, "Server unavailable" },
	{ CONNACK, 4, "Bad user name or password" },
	{ CONNACK, 5, "Not authorized" },
	{ SUBACK, 0x00, "Granted QoS 0" },
	{ SUBACK, 0x01, "Granted QoS 1" },
	{ SUBACK, 0x02, "Granted QoS 2" },
	{ SUBACK, 0x80, "Failure" },
};

static const char *find(const struct reason *list, size_t n, u8 type, u8 code)
{
	for (size_t i = 0; i < n; i++)
		if (list[i].code == code && list[i].in >> type & 1)
			return list[i].name;
	return NULL;
}

const char *iotx_mqtt_reason_name(u8 version, u8 type, u8 code)
{
	if (version == IOTX_MQTT_V5)
		return find(reasons_v5, sizeof(reasons_v5) / sizeof(*reasons_v5), type, code);
	return find(reasons_v3, sizeof(reasons_v3) / sizeof(*reasons_v3), type, code);
}

static enum iotx_mqtt_rule reason_rule(u8 type)
{
	static const u8 rules[IOTX_MQTT_TYPE_COUNT] = {
		[IOTX_MQTT_CONNACK] = IOTX_MQTT_RULE_REASON_CONNACK,
		[IOTX_MQTT_PUBACK] = IOTX_MQTT_RULE_REASON_PUBACK,
		[IOTX_MQTT_PUBREC] = IOTX_MQTT_RULE_REASON_PUBREC,
		[IOTX_MQTT_PUBREL] = IOTX_MQTT_RULE_REASON_PUBREL,
		[IOTX_MQTT_PUBCOMP] = IOTX_MQTT_RULE_REASON_PUBCOMP,
		[IOTX_MQTT_SUBACK] = IOTX_MQTT_RULE_REASON_SUBACK,
		[IOTX_MQTT_UNSUBACK] = IOTX_MQTT_RULE_REASON_UNSUBACK,
		[IOTX_MQTT_DISCONNECT] = IOTX_MQTT_RULE_REASON_DISCONNECT,
		[IOTX_MQTT_AUTH] = IOTX_MQTT_RULE_REASON_AUTH,
	};

	return rules[type];
}

void iotx_mqtt_check_reason(struct iotx_mqtt_reader *r, u8 code, u32 off)
{
	if (!iotx_mqtt_reason_name(r->version, r->msg->type, code))
		iotx_mqtt_blame(r, reason_rule(r->msg->type), off);
}

enum iotx_err iotx_mqtt_reason(struct iotx_mqtt_reader *r)
{
	u32 off = r->cur.off;
	enum iotx_err err = iotx_mqtt_u8(r, &r->msg->reason);

	if (err)
		return err;
	r->msg->has_reason = true;
	iotx_mqtt_check_reason(r, r->msg->reason, off);
	return IOTX_OK;
}
