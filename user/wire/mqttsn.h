/* SPDX-License-Identifier: GPL-2.0-only */
/* MQTT-SN messages (MQTT-SN 1.2). */
#ifndef IOTXDP_WIRE_MQTTSN_H
#define IOTXDP_WIRE_MQTTSN_H

#include "wire.h"
#include <iotxdp/mqttsn_hdr.h>

/* Flags (5.3.4) */
#define IOTX_MQTTSN_DUP 0x80
#define IOTX_MQTTSN_QOS 0x60
#define IOTX_MQTTSN_RETAIN 0x10
#define IOTX_MQTTSN_WILL 0x08
#define IOTX_MQTTSN_CLEAN 0x04
#define IOTX_MQTTSN_TOPIC_TYPE 0x03

/* As it stands on the wire, QoS -1 is 3. */
static inline u8 iotx_mqttsn_qos(u8 flags)
{
	return (flags & IOTX_MQTTSN_QOS) >> 5;
}

enum iotx_mqttsn_topic_type {
	IOTX_MQTTSN_TOPIC_NORMAL,
	IOTX_MQTTSN_TOPIC_PREDEFINED,
	IOTX_MQTTSN_TOPIC_SHORT,
	IOTX_MQTTSN_TOPIC_RESERVED,
};

/* What a message can consist of (5.3). The texts and what is TAIL go to the message's end. */
enum iotx_mqttsn_field {
	IOTX_MQTTSN_F_END, /* of a list of fields */
	IOTX_MQTTSN_F_FLAGS,
	IOTX_MQTTSN_F_PROTOCOL_ID,
	IOTX_MQTTSN_F_DURATION,
	IOTX_MQTTSN_F_GW_ID,
	IOTX_MQTTSN_F_RADIUS,
	IOTX_MQTTSN_F_TOPIC_ID,
	IOTX_MQTTSN_F_MESSAGE_ID,
	IOTX_MQTTSN_F_RETURN_CODE,
	IOTX_MQTTSN_F_TOPIC, /* a name or an id, as the flags say */
	IOTX_MQTTSN_F_TAIL,
	IOTX_MQTTSN_F_GW_ADDRESS = IOTX_MQTTSN_F_TAIL,
	IOTX_MQTTSN_F_CLIENT_ID,
	IOTX_MQTTSN_F_TOPIC_NAME,
	IOTX_MQTTSN_F_DATA,
};

#define IOTX_MQTTSN_FIELDS_MAX 5

/* One line of the table of message types. */
struct iotx_mqttsn_shape {
	const char *title, *name; /* for people; for the event's object */
	struct iotx_rule cut;     /* a field of it is missing, by its section */
	struct iotx_rule behind;  /* more than its fields is there */
	u8 flags;                 /* those that mean something in it */
	u8 required;              /* of the fields; those behind them may be missing together */
	u8 fields[IOTX_MQTTSN_FIELDS_MAX + 1];
};

/* NULL for a reserved type. */
const struct iotx_mqttsn_shape *iotx_mqttsn_shape(u8 type);

struct iotx_mqttsn_msg {
	struct iotx_mqttsn_hdr hdr; /* of the message itself, also when it was forwarded */
	bool has_header;            /* otherwise the datagram ends in it, and hdr says nothing */
	bool forwarded;             /* it came in an encapsulation (5.5) ... */
	u8 forwarder_radius;        /* ... which says how far to broadcast it ... */
	struct iotx_slice node;     /* ... and which wireless node it is of */
	u32 start;                  /* offset of the message itself in the datagram */
	u32 has;                    /* a bit for each enum iotx_mqttsn_field that is there */
	u8 flags, protocol_id, gw_id, radius, return_code;
	u16 duration_s, topic_id, message_id;
	struct iotx_slice gw_address, client_id, topic_name, data;
	struct iotx_slice resolved_topic; /* what the topic id stands for; set by the session */
	u32 skipped_length;               /* bytes of the last field that the capture lacks */
};

static inline bool iotx_mqttsn_has(const struct iotx_mqttsn_msg *msg, enum iotx_mqttsn_field field)
{
	return msg->has >> field & 1;
}

/*
 * One UDP datagram, of which cap_len bytes of len are present. E_SHORT when the capture ends
 * before the last field does; one that goes to the message's end may be cut. On E_BAD and
 * E_RULE `msg` holds what could be decoded.
 */
enum iotx_err iotx_mqttsn_decode(const u8 *data, u32 cap_len, u32 len, struct iotx_mqttsn_msg *msg,
				 struct iotx_diag *diag);

/* Does msg speak of a topic by this kind of name? Messages without topic: NORMAL. */
enum iotx_mqttsn_topic_type iotx_mqttsn_topic_type(const struct iotx_mqttsn_msg *msg);

/* NULL when reserved (5.3.10). */
const char *iotx_mqttsn_return_code_name(u8 code);

extern const struct iotx_event_class iotx_mqttsn_event;

#endif
