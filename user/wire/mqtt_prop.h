/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The properties of MQTT 5 (section 2.2.2). One table says what each is called, how
 * it is encoded, where it may stand, how often, and which values it may have.
 */
#ifndef IOTXDP_WIRE_MQTT_PROP_H
#define IOTXDP_WIRE_MQTT_PROP_H

#include "mqtt_read.h"

/* Where a property may stand: a bit per packet type; the bit of type 0 is the will's. */
#define IOTX_MQTT_IN(type) (1u << IOTX_MQTT_##type)
#define IOTX_MQTT_IN_WILL (1u << IOTX_MQTT_RESERVED)
#define IOTX_MQTT_IN_MESSAGE (IOTX_MQTT_IN(PUBLISH) | IOTX_MQTT_IN_WILL)
#define IOTX_MQTT_IN_OPENING (IOTX_MQTT_IN(CONNECT) | IOTX_MQTT_IN(CONNACK))
#define IOTX_MQTT_IN_AUTH (IOTX_MQTT_IN_OPENING | IOTX_MQTT_IN(AUTH))
#define IOTX_MQTT_IN_ENDING (IOTX_MQTT_IN(CONNACK) | IOTX_MQTT_IN(DISCONNECT))
#define IOTX_MQTT_IN_ANSWER                                                                     \
	(IOTX_MQTT_IN(CONNACK) | IOTX_MQTT_IN(PUBACK) | IOTX_MQTT_IN(PUBREC) |                  \
	 IOTX_MQTT_IN(PUBREL) | IOTX_MQTT_IN(PUBCOMP) | IOTX_MQTT_IN(SUBACK) |                  \
	 IOTX_MQTT_IN(UNSUBACK) | IOTX_MQTT_IN(DISCONNECT) | IOTX_MQTT_IN(AUTH))
#define IOTX_MQTT_IN_ALL                                                                        \
	(IOTX_MQTT_IN_ANSWER | IOTX_MQTT_IN_MESSAGE | IOTX_MQTT_IN(CONNECT) |                   \
	 IOTX_MQTT_IN(SUBSCRIBE) | IOTX_MQTT_IN(UNSUBSCRIBE))

#define IOTX_MQTT_VARINT_MAX 268435455

/*        id, constant, name, type, stands in, may be repeated in, least, greatest */
#define IOTX_MQTT_PROPS(X)                                                                      \
	X(0x01, PAYLOAD_FORMAT_INDICATOR, payload_format_indicator, BYTE,                       \
	  IOTX_MQTT_IN_MESSAGE, 0, 0, 1)                                                        \
	X(0x02, MESSAGE_EXPIRY_INTERVAL, message_expiry_interval, U32,                          \
	  IOTX_MQTT_IN_MESSAGE, 0, 0, 0xffffffff)                                               \
	X(0x03, CONTENT_TYPE, content_type, STR, IOTX_MQTT_IN_MESSAGE, 0, 0, 0)                 \
	X(0x08, RESPONSE_TOPIC, response_topic, STR, IOTX_MQTT_IN_MESSAGE, 0, 0, 0)             \
	X(0x09, CORRELATION_DATA, correlation_data, BIN, IOTX_MQTT_IN_MESSAGE, 0, 0, 0)         \
	X(0x0b, SUBSCRIPTION_IDENTIFIER, subscription_identifier, VARINT,                       \
	  IOTX_MQTT_IN(PUBLISH) | IOTX_MQTT_IN(SUBSCRIBE), IOTX_MQTT_IN(PUBLISH), 1,            \
	  IOTX_MQTT_VARINT_MAX)                                                                 \
	X(0x11, SESSION_EXPIRY_INTERVAL, session_expiry_interval, U32,                          \
	  IOTX_MQTT_IN_OPENING | IOTX_MQTT_IN(DISCONNECT), 0, 0, 0xffffffff)                    \
	X(0x12, ASSIGNED_CLIENT_IDENTIFIER, assigned_client_identifier, STR,                    \
	  IOTX_MQTT_IN(CONNACK), 0, 0, 0)                                                       \
	X(0x13, SERVER_KEEP_ALIVE, server_keep_alive, U16, IOTX_MQTT_IN(CONNACK), 0, 0, 0xffff) \
	X(0x15, AUTHENTICATION_METHOD, authentication_method, STR, IOTX_MQTT_IN_AUTH, 0, 0, 0)  \
	X(0x16, AUTHENTICATION_DATA, authentication_data, BIN, IOTX_MQTT_IN_AUTH, 0, 0, 0)      \
	X(0x17, REQUEST_PROBLEM_INFORMATION, request_problem_information, BYTE,                 \
	  IOTX_MQTT_IN(CONNECT), 0, 0, 1)                                                       \
	X(0x18, WILL_DELAY_INTERVAL, will_delay_interval, U32, IOTX_MQTT_IN_WILL, 0, 0,         \
	  0xffffffff)                                                                           \
	X(0x19, REQUEST_RESPONSE_INFORMATION, request_response_information, BYTE,               \
	  IOTX_MQTT_IN(CONNECT), 0, 0, 1)                                                       \
	X(0x1a, RESPONSE_INFORMATION, response_information, STR, IOTX_MQTT_IN(CONNACK), 0, 0, 0) \
	X(0x1c, SERVER_REFERENCE, server_reference, STR, IOTX_MQTT_IN_ENDING, 0, 0, 0)          \
	X(0x1f, REASON_STRING, reason_string, STR, IOTX_MQTT_IN_ANSWER, 0, 0, 0)                \
	X(0x21, RECEIVE_MAXIMUM, receive_maximum, U16, IOTX_MQTT_IN_OPENING, 0, 1, 0xffff)      \
	X(0x22, TOPIC_ALIAS_MAXIMUM, topic_alias_maximum, U16, IOTX_MQTT_IN_OPENING, 0, 0,      \
	  0xffff)                                                                               \
	X(0x23, TOPIC_ALIAS, topic_alias, U16, IOTX_MQTT_IN(PUBLISH), 0, 1, 0xffff)             \
	X(0x24, MAXIMUM_QOS, maximum_qos, BYTE, IOTX_MQTT_IN(CONNACK), 0, 0, 1)                 \
	X(0x25, RETAIN_AVAILABLE, retain_available, BYTE, IOTX_MQTT_IN(CONNACK), 0, 0, 1)       \
	X(0x26, USER_PROPERTY, user_property, PAIR, IOTX_MQTT_IN_ALL, IOTX_MQTT_IN_ALL, 0, 0)   \
	X(0x27, MAXIMUM_PACKET_SIZE, maximum_packet_size, U32, IOTX_MQTT_IN_OPENING, 0, 1,      \
	  0xffffffff)                                                                           \
	X(0x28, WILDCARD_SUBSCRIPTION_AVAILABLE, wildcard_subscription_available, BYTE,         \
	  IOTX_MQTT_IN(CONNACK), 0, 0, 1)                                                       \
	X(0x29, SUBSCRIPTION_IDENTIFIER_AVAILABLE, subscription_identifier_available, BYTE,     \
	  IOTX_MQTT_IN(CONNACK), 0, 0, 1)                                                       \
	X(0x2a, SHARED_SUBSCRIPTION_AVAILABLE, shared_subscription_available, BYTE,             \
	  IOTX_MQTT_IN(CONNACK), 0, 0, 1)

enum iotx_mqtt_prop_id {
#define X(value, id, name, kind, in, repeat, min, max) IOTX_MQTT_PROP_##id = value,
	IOTX_MQTT_PROPS(X)
#undef X
	IOTX_MQTT_PROP_LIMIT = 0x2b,
};

enum iotx_mqtt_prop_kind {
	IOTX_MQTT_NO_PROP,
	IOTX_MQTT_PROP_BYTE,
	IOTX_MQTT_PROP_U16,
	IOTX_MQTT_PROP_U32,
	IOTX_MQTT_PROP_VARINT,
	IOTX_MQTT_PROP_STR,
	IOTX_MQTT_PROP_BIN,
	IOTX_MQTT_PROP_PAIR, /* of strings */
};

struct iotx_mqtt_prop_def {
	const char *name; /* EVE's */
	enum iotx_mqtt_prop_kind kind;
	u32 in;     /* IOTX_MQTT_IN() */
	u32 repeat; /* of them, those in which it may stand more than once */
	u32 min;
	u32 max;
};

struct iotx_mqtt_prop {
	const struct iotx_mqtt_prop_def *def;
	u32 id;
	u32 number;               /* BYTE, U16, U32, VARINT */
	struct iotx_slice name;   /* PAIR: its first string */
	struct iotx_slice value;  /* STR, BIN; PAIR: its second string */
	enum iotx_mqtt_rule rule; /* after E_BAD: what it broke */
	bool long_form;           /* a Variable Byte Integer has more bytes than it needs */
};

/* NULL: there is no such property. */
const struct iotx_mqtt_prop_def *iotx_mqtt_prop_def(u32 id);

/*
 * Takes the first property off the front of the slice: IOTX_OK, E_END at its end,
 * E_BAD when what stands there is no property; then the slice keeps its front.
 */
enum iotx_err iotx_mqtt_prop_next(struct iotx_slice *props, struct iotx_mqtt_prop *p);

#define IOTX_MQTT_USER_MAX 1024 /* User Properties that are shown */

/* How many properties of this identifier there are. */
u32 iotx_mqtt_prop_count(struct iotx_slice props, u32 id);

/* The first property of this identifier. */
bool iotx_mqtt_prop_find(struct iotx_slice props, u32 id, struct iotx_mqtt_prop *p);

/*
 * Reads a Property Length and what it announces, and judges each property. `scope` is
 * the packet's type, or IOTX_MQTT_RESERVED for the properties of a will. *props gets
 * the part that is well formed.
 */
enum iotx_err iotx_mqtt_read_props(struct iotx_mqtt_reader *r, u8 scope, struct iotx_slice *props);

static inline bool iotx_mqtt_saw_prop(const struct iotx_mqtt_reader *r, enum iotx_mqtt_prop_id id)
{
	return r->props_seen >> id & 1;
}

/* Authentication Data is nothing without a method (3.1.2.11.10, 3.2.2.3.18). */
void iotx_mqtt_check_auth(struct iotx_mqtt_reader *r, u32 off);

#endif
