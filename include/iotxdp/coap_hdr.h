/* SPDX-License-Identifier: GPL-2.0-only */
/* The CoAP header (RFC 7252, section 3). The full decoder starts here too. */
#ifndef IOTXDP_COAP_HDR_H
#define IOTXDP_COAP_HDR_H

#include "cursor.h"

enum iotx_coap_type { IOTX_COAP_CON, IOTX_COAP_NON, IOTX_COAP_ACK, IOTX_COAP_RST };

#define IOTX_COAP_VERSION 1
#define IOTX_COAP_TOKEN_MAX 8

struct iotx_coap_hdr {
	u16 message_id;
	u8 version;
	u8 type;         /* enum iotx_coap_type */
	u8 token_length; /* TKL as it stands: 9 to 15 are a format error */
	u8 code;         /* class in the upper three bits, detail below: c.dd */
};

IOTX_FN u8 iotx_coap_class(u8 code)
{
	return code >> 5;
}

/* What a message is to the counters: one of the four types and one of these. */
#define IOTX_COAP_KINDS(X)                                                                      \
	X(EMPTY, empty)                                                                         \
	X(GET, get)                                                                             \
	X(POST, post)                                                                           \
	X(PUT, put)                                                                             \
	X(DELETE, delete)                                                                       \
	X(FETCH, fetch)                                                                         \
	X(PATCH, patch)                                                                         \
	X(IPATCH, ipatch)                                                                       \
	X(OTHER_REQUEST, other_request)                                                         \
	X(SUCCESS, success)                                                                     \
	X(CLIENT_ERROR, client_error)                                                           \
	X(SERVER_ERROR, server_error)                                                           \
	X(RESERVED, reserved)

enum iotx_coap_kind {
#define X(id, name) IOTX_COAP_KIND_##id,
	IOTX_COAP_KINDS(X)
#undef X
};

IOTX_FN enum iotx_coap_kind iotx_coap_kind(u8 code)
{
	u8 class = iotx_coap_class(code);

	if (class == 0)
		return code <= 7 ? (enum iotx_coap_kind)code : IOTX_COAP_KIND_OTHER_REQUEST;
	if (class == 2)
		return IOTX_COAP_KIND_SUCCESS;
	if (class == 4)
		return IOTX_COAP_KIND_CLIENT_ERROR;
	if (class == 5)
		return IOTX_COAP_KIND_SERVER_ERROR;
	return IOTX_COAP_KIND_RESERVED;
}

#define IOTX_COAP_HDR_LEN 4

/* From the first four bytes. Judges nothing. */
IOTX_FN void iotx_coap_hdr_set(struct iotx_coap_hdr *h, const u8 *b)
{
	h->version = b[0] >> 6;
	h->type = (b[0] >> 4) & 3;
	h->token_length = b[0] & 15;
	h->code = b[1];
	h->message_id = iotx_be16(b + 2);
}

/* Reads the four bytes; moves past them. */
IOTX_FN enum iotx_err iotx_coap_hdr_read(struct iotx_cur *c, struct iotx_coap_hdr *h)
{
	u8 b[IOTX_COAP_HDR_LEN];
	enum iotx_err err = iotx_cur_read(c, b, sizeof(b));

	if (!err)
		iotx_coap_hdr_set(h, b);
	return err;
}

/* --- over TCP (RFC 8323, 3.2) -------------------------------------------------------------- */

#define IOTX_COAP_CSM 0xe1 /* 7.01, which opens each direction of a connection (5.3) */

struct iotx_coap_tcp_hdr {
	u32 length;      /* of the whole message: header, token, options and payload */
	u8 header_len;   /* up to and with the code: 2 to 6 */
	u8 token_length; /* TKL as it stands */
	u8 code;
};

/* From the first bytes of a message, of which `present` are at b (6 are enough). */
IOTX_FN enum iotx_err iotx_coap_tcp_hdr_set(struct iotx_coap_tcp_hdr *h, const u8 *b, u32 present)
{
	const u64 extra = IOTX_NIB(13, 1) | IOTX_NIB(14, 2) | IOTX_NIB(15, 4);
	u8 len = present ? b[0] >> 4 : 0, n = iotx_nib(extra, len);
	u32 body = len;

	if (present < 2u + n)
		return IOTX_E_SHORT;
	if (n == 1)
		body = b[1] + 13u;
	else if (n == 2)
		body = iotx_be16(b + 1) + 269u;
	else if (n == 4)
		body = iotx_be32(b + 1) + 65805u;
	h->token_length = b[0] & 15;
	h->header_len = (u8)(2 + n);
	h->code = n == 0 ? b[1] : n == 1 ? b[2] : n == 2 ? b[3] : b[5];
	h->length = h->header_len + h->token_length + body;
	if (h->length < body || (n == 4 && body < 65805u)) /* beyond 4 GiB: no message's */
		return IOTX_E_BAD;
	return h->token_length > IOTX_COAP_TOKEN_MAX ? IOTX_E_BAD : IOTX_OK;
}

/*
 * May a segment of `len` bytes that only its port vouches for be taken for CoAP over
 * TCP? It starts with the message that opens a connection, or is one message.
 */
IOTX_FN bool iotx_coap_tcp_plausible(const struct iotx_coap_tcp_hdr *h, u32 len)
{
	u8 class = h->code >> 5;

	return h->code == IOTX_COAP_CSM ||
	       (h->length == len && (class == 0 || class == 2 || class == 4 || class == 5));
}

/* --- over UDP ------------------------------------------------------------------------------ */

/*
 * A datagram of a recognised CoAP flow: is it a message? Another version must be
 * ignored in silence (section 3); everything else is CoAP, well formed or not.
 */
IOTX_FN bool iotx_coap_is_message(const struct iotx_coap_hdr *h)
{
	return h->version == IOTX_COAP_VERSION;
}

/*
 * May a datagram that only its port vouches for be taken for CoAP? A request comes
 * to the port; what leaves it is held to more, because the port may be a client's
 * by chance.
 */
IOTX_FN bool iotx_coap_plausible(const struct iotx_coap_hdr *h, u32 len, bool to_port)
{
	enum iotx_coap_kind kind = iotx_coap_kind(h->code);

	if (h->version != IOTX_COAP_VERSION)
		return false;
	if (to_port)
		return true;
	if (kind == IOTX_COAP_KIND_RESERVED)
		return false;
	if (kind == IOTX_COAP_KIND_EMPTY)
		return len == 4 && !h->token_length;
	return h->token_length <= IOTX_COAP_TOKEN_MAX && len >= 4u + h->token_length &&
	       h->type != IOTX_COAP_RST;
}

#endif
