/* SPDX-License-Identifier: GPL-2.0-only */
/* The MQTT-SN message header (MQTT-SN 1.2, section 5.2). The full decoder starts here too. */
#ifndef IOTXDP_MQTTSN_HDR_H
#define IOTXDP_MQTTSN_HDR_H

#include "cursor.h"

/*
 * Message types: value, constant, member (register is a word of C). Table 3; others are
 * reserved.
 */
#define IOTX_MQTTSN_TYPES(X)                                                                    \
	X(0x00, ADVERTISE, advertise)                                                           \
	X(0x01, SEARCHGW, searchgw)                                                             \
	X(0x02, GWINFO, gwinfo)                                                                 \
	X(0x04, CONNECT, connect)                                                               \
	X(0x05, CONNACK, connack)                                                               \
	X(0x06, WILLTOPICREQ, willtopicreq)                                                     \
	X(0x07, WILLTOPIC, willtopic)                                                           \
	X(0x08, WILLMSGREQ, willmsgreq)                                                         \
	X(0x09, WILLMSG, willmsg)                                                               \
	X(0x0a, REGISTER, register_)                                                            \
	X(0x0b, REGACK, regack)                                                                 \
	X(0x0c, PUBLISH, publish)                                                               \
	X(0x0d, PUBACK, puback)                                                                 \
	X(0x0e, PUBCOMP, pubcomp)                                                               \
	X(0x0f, PUBREC, pubrec)                                                                 \
	X(0x10, PUBREL, pubrel)                                                                 \
	X(0x12, SUBSCRIBE, subscribe)                                                           \
	X(0x13, SUBACK, suback)                                                                 \
	X(0x14, UNSUBSCRIBE, unsubscribe)                                                       \
	X(0x15, UNSUBACK, unsuback)                                                             \
	X(0x16, PINGREQ, pingreq)                                                               \
	X(0x17, PINGRESP, pingresp)                                                             \
	X(0x18, DISCONNECT, disconnect)                                                         \
	X(0x1a, WILLTOPICUPD, willtopicupd)                                                     \
	X(0x1b, WILLTOPICRESP, willtopicresp)                                                   \
	X(0x1c, WILLMSGUPD, willmsgupd)                                                         \
	X(0x1d, WILLMSGRESP, willmsgresp)                                                       \
	X(0xfe, ENCAPSULATED, encapsulated)

enum iotx_mqttsn_type {
#define X(value, id, name) IOTX_MQTTSN_##id = value,
	IOTX_MQTTSN_TYPES(X)
#undef X
};

/* One bit per type whose messages shape a session, or give topics their numbers. */
#define IOTX_MQTTSN_SHAPING                                                                     \
	(1u << IOTX_MQTTSN_CONNECT | 1u << IOTX_MQTTSN_CONNACK | 1u << IOTX_MQTTSN_WILLTOPIC |  \
	 1u << IOTX_MQTTSN_WILLMSG | 1u << IOTX_MQTTSN_REGISTER | 1u << IOTX_MQTTSN_REGACK |    \
	 1u << IOTX_MQTTSN_SUBSCRIBE | 1u << IOTX_MQTTSN_SUBACK |                               \
	 1u << IOTX_MQTTSN_UNSUBSCRIBE | 1u << IOTX_MQTTSN_UNSUBACK |                           \
	 1u << IOTX_MQTTSN_DISCONNECT | 1u << IOTX_MQTTSN_WILLTOPICUPD |                        \
	 1u << IOTX_MQTTSN_WILLMSGUPD)

struct iotx_mqttsn_hdr {
	u16 length;    /* of the whole message, header included */
	u8 type;       /* enum iotx_mqttsn_type, or a reserved value */
	u8 header_len; /* 2, or 4 with the long form of the length */
};

/* From the first bytes of a datagram, of which `present` are at b. */
IOTX_FN enum iotx_err iotx_mqttsn_hdr_set(struct iotx_mqttsn_hdr *h, const u8 *b, u32 present)
{
	if (present < 2)
		return IOTX_E_SHORT;
	if (b[0] != 1) {
		h->length = b[0];
		h->type = b[1];
		h->header_len = 2;
	} else {
		if (present < 4)
			return IOTX_E_SHORT;
		h->length = iotx_be16(b + 1);
		h->type = b[3];
		h->header_len = 4;
	}
	return h->length < h->header_len ? IOTX_E_BAD : IOTX_OK;
}

IOTX_FN bool iotx_mqttsn_type_known(u8 type)
{
	const u32 known = 0x3dfdfff7; /* table 3: bit per value up to 0x1d */

	return type == IOTX_MQTTSN_ENCAPSULATED || (type < 32 && known >> type & 1);
}

IOTX_FN bool iotx_mqttsn_is_shaping(u8 type)
{
	return type < 32 && IOTX_MQTTSN_SHAPING >> type & 1;
}

/*
 * A CONNECT is safe to recognise on any port: its type, the reserved bits of its
 * flags, its ProtocolId and a Client Identifier that is there and short (5.4.4).
 */
IOTX_FN bool iotx_mqttsn_is_connect(const u8 *b, u32 present, u32 len)
{
	return present >= 7 && b[0] == len && len <= 6 + 23 && b[1] == IOTX_MQTTSN_CONNECT &&
	       !(b[2] & 0xf3) && b[3] == 1;
}

/*
 * May a datagram of `len` bytes that only its port vouches for be taken for MQTT-SN?
 * An encapsulated message is followed by the one it forwards.
 */
IOTX_FN bool iotx_mqttsn_plausible(const struct iotx_mqttsn_hdr *h, u32 len)
{
	if (!iotx_mqttsn_type_known(h->type))
		return false;
	return h->type == IOTX_MQTTSN_ENCAPSULATED ? h->length < len : h->length == len;
}

#endif
