/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Records of TLS (RFC 8446 5.1) and DTLS (RFC 6347 4.1, RFC 9147 4), as far as they can
 * be counted without a key: what they carry is not known here.
 */
#ifndef IOTXDP_TLS_HDR_H
#define IOTXDP_TLS_HDR_H

#include "mqtt_hdr.h"

enum iotx_tls_type {
	IOTX_TLS_CHANGE_CIPHER_SPEC = 20,
	IOTX_TLS_ALERT = 21,
	IOTX_TLS_HANDSHAKE = 22,
	IOTX_TLS_APPLICATION_DATA = 23,
	IOTX_TLS_HEARTBEAT = 24,
	IOTX_DTLS_CID = 25, /* RFC 9146 */
};

#define IOTX_TLS_HDR_LEN 5
#define IOTX_TLS_RECORD_MAX (16384 + 2048) /* of TLS 1.2, which may be longer than of 1.3 */
#define IOTX_DTLS_HDR_LEN 13

/*
 * Takes the next byte of a record's header, which stands where framing.h keeps the header
 * of a message. E_SHORT: more to come; OK: length is known; E_BAD: no header of a record.
 */
IOTX_FN enum iotx_err iotx_tls_hdr_push(struct iotx_mqtt_hdr *h, u8 byte)
{
	u8 at = h->read++;

	if (at == 0) {
		h->first = byte;
		h->length = 0;
		return byte >= IOTX_TLS_CHANGE_CIPHER_SPEC && byte <= IOTX_TLS_HEARTBEAT ?
			       IOTX_E_SHORT :
			       IOTX_E_BAD;
	}
	if (at == 1)
		return byte == 3 ? IOTX_E_SHORT : IOTX_E_BAD;
	if (at == 2)
		return byte <= 4 ? IOTX_E_SHORT : IOTX_E_BAD;
	h->length = h->length << 8 | byte;
	if (at == 3)
		return IOTX_E_SHORT;
	return h->length <= IOTX_TLS_RECORD_MAX ? IOTX_OK : IOTX_E_BAD;
}

/* Does a stream begin with a handshake record: a ClientHello, a ServerHello? */
IOTX_FN bool iotx_tls_opens(const struct iotx_head *head)
{
	return head->len >= 2 && head->b[0] == IOTX_TLS_HANDSHAKE && head->b[1] == 3;
}

/* A datagram of `len` bytes: a record with its version, or one of DTLS 1.3 in short form. */
IOTX_FN bool iotx_dtls_plausible(const struct iotx_head *head, u32 len)
{
	u8 first = head->b[0];

	if (head->len >= IOTX_DTLS_HDR_LEN && first >= IOTX_TLS_CHANGE_CIPHER_SPEC &&
	    first <= IOTX_DTLS_CID && head->b[1] == 0xfe && head->b[2] >= 0xfc)
		return first == IOTX_DTLS_CID ||
		       iotx_be16(head->b + 11) + (u32)IOTX_DTLS_HDR_LEN <= len;
	return len > 17 && first >> 5 == 1; /* RFC 9147 4: 001, a tag of 16 bytes */
}

#endif
