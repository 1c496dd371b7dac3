/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The MQTT fixed header (MQTT 3.1.1 and 5.0, section 2) and what can be said of a
 * message from its first bytes. The full decoder starts here too.
 */
#ifndef IOTXDP_MQTT_HDR_H
#define IOTXDP_MQTT_HDR_H

#include "cursor.h"

/* Control Packet types: value, constant, field name. MQTT 5.0 table 2-1; 15 is new in 5. */
#define IOTX_MQTT_TYPES(X)                                                                      \
	X(1, CONNECT, connect)                                                                  \
	X(2, CONNACK, connack)                                                                  \
	X(3, PUBLISH, publish)                                                                  \
	X(4, PUBACK, puback)                                                                    \
	X(5, PUBREC, pubrec)                                                                    \
	X(6, PUBREL, pubrel)                                                                    \
	X(7, PUBCOMP, pubcomp)                                                                  \
	X(8, SUBSCRIBE, subscribe)                                                              \
	X(9, SUBACK, suback)                                                                    \
	X(10, UNSUBSCRIBE, unsubscribe)                                                         \
	X(11, UNSUBACK, unsuback)                                                               \
	X(12, PINGREQ, pingreq)                                                                 \
	X(13, PINGRESP, pingresp)                                                               \
	X(14, DISCONNECT, disconnect)                                                           \
	X(15, AUTH, auth)

enum iotx_mqtt_type {
	IOTX_MQTT_RESERVED, /* type 0: never valid */
#define X(value, id, name) IOTX_MQTT_##id = value,
	IOTX_MQTT_TYPES(X)
#undef X
	IOTX_MQTT_TYPE_COUNT
};

/* One bit per type whose messages shape a session: sampled whatever the rate is. */
#define IOTX_MQTT_SHAPING                                                                       \
	(1u << IOTX_MQTT_CONNECT | 1u << IOTX_MQTT_CONNACK | 1u << IOTX_MQTT_SUBSCRIBE |        \
	 1u << IOTX_MQTT_SUBACK | 1u << IOTX_MQTT_UNSUBSCRIBE | 1u << IOTX_MQTT_UNSUBACK |      \
	 1u << IOTX_MQTT_DISCONNECT | 1u << IOTX_MQTT_AUTH)

#define IOTX_MQTT_LENGTH_DIGITS 4 /* bytes of the Remaining Length at most; 2.1.4 */

/* A fixed header on its way in, byte by byte: it may be cut by any segment boundary. */
struct iotx_mqtt_hdr {
	u32 length; /* Remaining Length, as far as read */
	u8 first;   /* type and flags */
	u8 read;    /* bytes read so far: 0 to 5 */
};

IOTX_FN u8 iotx_mqtt_type(u8 first)
{
	return first >> 4;
}

/*
 * Takes the next byte of a fixed header. E_SHORT: more to come; OK: the header is
 * complete; E_BAD: the Remaining Length goes on after its fourth byte.
 */
IOTX_FN enum iotx_err iotx_mqtt_hdr_push(struct iotx_mqtt_hdr *h, u8 byte)
{
	if (!h->read) {
		h->first = byte;
		h->length = 0;
		h->read = 1;
		return IOTX_E_SHORT;
	}
	h->length |= (u32)(byte & 0x7f) << (((h->read - 1) & 3) * 7);
	h->read++;
	if (!(byte & 0x80))
		return IOTX_OK;
	return h->read > IOTX_MQTT_LENGTH_DIGITS ? IOTX_E_BAD : IOTX_E_SHORT;
}

/* Flags that a type demands, where it demands some; MQTT 5.0 table 2-2. */
IOTX_FN bool iotx_mqtt_flags_ok(u8 first)
{
	const u64 required = IOTX_NIB(IOTX_MQTT_PUBREL, 2) | IOTX_NIB(IOTX_MQTT_SUBSCRIBE, 2) |
			     IOTX_NIB(IOTX_MQTT_UNSUBSCRIBE, 2);
	u8 type = iotx_mqtt_type(first);

	if (type == IOTX_MQTT_PUBLISH)
		return (first & 0x06) != 0x06; /* QoS 3 */
	return iotx_nib(required, type) == (first & 15);
}

/* The least Remaining Length that a type can have in any version. */
IOTX_FN u32 iotx_mqtt_length_min(u8 type)
{
	const u64 least = IOTX_NIB(IOTX_MQTT_CONNECT, 12) | IOTX_NIB(IOTX_MQTT_CONNACK, 2) |
			  IOTX_NIB(IOTX_MQTT_PUBLISH, 2) | IOTX_NIB(IOTX_MQTT_PUBACK, 2) |
			  IOTX_NIB(IOTX_MQTT_PUBREC, 2) | IOTX_NIB(IOTX_MQTT_PUBREL, 2) |
			  IOTX_NIB(IOTX_MQTT_PUBCOMP, 2) | IOTX_NIB(IOTX_MQTT_SUBSCRIBE, 6) |
			  IOTX_NIB(IOTX_MQTT_SUBACK, 3) | IOTX_NIB(IOTX_MQTT_UNSUBSCRIBE, 5) |
			  IOTX_NIB(IOTX_MQTT_UNSUBACK, 2);

	return iotx_nib(least, type);
}

#define IOTX_MQTT_NAME_MQTT 0x00044d515454ull       /* length 4, "MQTT": 3.1.1 and 5 */
#define IOTX_MQTT_NAME_MQISDP 0x00064d5149736470ull /* length 6, "MQIsdp": 3.1 */

/*
 * The protocol name of a CONNECT (3.1.2.1), given the first eight bytes of its
 * variable header as a number and how many of them are there, the missing ones zero:
 * OK when it is one of MQTT's, E_SHORT when the bytes end within it and agree so far,
 * E_ALIEN when it is none.
 */
IOTX_FN enum iotx_err iotx_mqtt_name_check(u64 first8, u32 present)
{
	u32 n = present < 8 ? present : 8;
	u64 mask = n ? ~0ull << (8 * (8 - n)) : 0;

	if ((n >= 6 && first8 >> 16 == IOTX_MQTT_NAME_MQTT) ||
	    (n == 8 && first8 == IOTX_MQTT_NAME_MQISDP))
		return IOTX_OK;
	if (n < 8 && (first8 == (IOTX_MQTT_NAME_MQISDP & mask) ||
		      (n < 6 && first8 == (IOTX_MQTT_NAME_MQTT << 16 & mask))))
		return IOTX_E_SHORT;
	return IOTX_E_ALIEN;
}

/* Reads a CONNECT's fixed header and protocol name off the start of a stream. */
IOTX_FN enum iotx_err iotx_mqtt_connect_check(const struct iotx_head *head)
{
	struct iotx_mqtt_hdr h = {};
	enum iotx_err err = IOTX_E_SHORT;
	u64 first8 = 0;
	u32 at = 0;

	if (!head->len || head->b[0] != IOTX_MQTT_CONNECT << 4)
		return IOTX_E_ALIEN;
	for (; at <= IOTX_MQTT_LENGTH_DIGITS && err == IOTX_E_SHORT; at++) {
		if (at >= head->len)
			return IOTX_E_SHORT;
		err = iotx_mqtt_hdr_push(&h, head->b[at]);
	}
	if (err)
		return IOTX_E_ALIEN;
	for (u32 i = 0; i < 8; i++)
		first8 = first8 << 8 | head->b[(at + i) & (IOTX_HEAD_MAX - 1)];
	return iotx_mqtt_name_check(first8, head->len - at);
}

/*
 * The Reason Code of PUBACK to PUBCOMP, in MQTT 5.0 behind the Packet Identifier
 * (2.4). A text protocol such as HTTP's "POST /" has a letter or a blank there.
 */
IOTX_FN bool iotx_mqtt_ack_reason_ok(u8 code)
{
	const u32 errors = 1u << (0x80 - 0x80) | 1u << (0x83 - 0x80) | 1u << (0x87 - 0x80) |
			   1u << (0x90 - 0x80) | 1u << (0x91 - 0x80) | 1u << (0x92 - 0x80) |
			   1u << (0x97 - 0x80) | 1u << (0x99 - 0x80);

	return code == 0x00 || code == 0x10 || (code >> 5 == 4 && errors >> (code & 31) & 1);
}

/* How many of the first bytes of its body, of 8 at most, tell whether a message is plausible. */
IOTX_FN u32 iotx_mqtt_telling(const struct iotx_mqtt_hdr *h)
{
	const u64 bytes = IOTX_NIB(IOTX_MQTT_CONNECT, 8) | IOTX_NIB(IOTX_MQTT_CONNACK, 2) |
			  IOTX_NIB(IOTX_MQTT_PUBLISH, 2) | IOTX_NIB(IOTX_MQTT_PUBACK, 2) |
			  IOTX_NIB(IOTX_MQTT_PUBREC, 2) | IOTX_NIB(IOTX_MQTT_PUBREL, 2) |
			  IOTX_NIB(IOTX_MQTT_PUBCOMP, 2) | IOTX_NIB(IOTX_MQTT_SUBSCRIBE, 2) |
			  IOTX_NIB(IOTX_MQTT_SUBACK, 2) | IOTX_NIB(IOTX_MQTT_UNSUBSCRIBE, 2) |
			  IOTX_NIB(IOTX_MQTT_UNSUBACK, 2);
	u8 type = iotx_mqtt_type(h->first);
	bool reason = type >= IOTX_MQTT_PUBACK && type <= IOTX_MQTT_PUBCOMP && h->length > 2;

	return iotx_nib(bytes, type) + reason;
}

/*
 * Could the message whose complete header is h be MQTT? `first8` holds the bytes that
 * iotx_mqtt_telling() asks for, the first one highest. Stricter than the standard demands
 * of a receiver, because it decides whether bytes that nothing else vouches for are MQTT
 * at all: a message in a stream whose start was not seen.
 */
IOTX_FN bool iotx_mqtt_plausible_with(const struct iotx_mqtt_hdr *h, u64 first8)
{
	u8 type = iotx_mqtt_type(h->first), first = (u8)(first8 >> 56);
	u32 n = (u32)(first8 >> 48);

	if (!type || !iotx_mqtt_flags_ok(h->first) || h->length < iotx_mqtt_length_min(type))
		return false;
	if (type == IOTX_MQTT_PINGREQ || type == IOTX_MQTT_PINGRESP)
		return !h->length;
	if (type == IOTX_MQTT_CONNECT)
		return !iotx_mqtt_name_check(first8, 8);
	if (type == IOTX_MQTT_DISCONNECT || type == IOTX_MQTT_AUTH)
		return h->length < 0x10000;
	if (type == IOTX_MQTT_CONNACK)
		return first <= 1; /* only Session Present */
	if (type == IOTX_MQTT_PUBLISH) /* the topic, and a Packet Identifier above QoS 0 */
		return n + 2 + (h->first & 0x06 ? 2 : 0) <= h->length;
	if (type <= IOTX_MQTT_PUBCOMP && h->length > 2 &&
	    !iotx_mqtt_ack_reason_ok((u8)(first8 >> 40)))
		return false;
	return n != 0; /* the Packet Identifier */
}

/* The same of a message whose body starts at `body`. */
IOTX_FN bool iotx_mqtt_plausible(const struct iotx_cur *c, u32 body, const struct iotx_mqtt_hdr *h)
{
	u32 n = iotx_mqtt_telling(h);
	enum iotx_err err = IOTX_OK;
	u8 b[8] = {};

	if (n == 8)
		err = iotx_cur_peek(c, body, b, 8);
	else if (n == 3)
		err = iotx_cur_peek(c, body, b, 3);
	else if (n)
		err = iotx_cur_peek(c, body, b, 2);
	return !err && iotx_mqtt_plausible_with(h, (u64)iotx_be32(b) << 32 | iotx_be32(b + 4));
}

#endif
