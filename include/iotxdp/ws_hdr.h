/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * WebSocket (RFC 6455): the opening handshake (section 4), as far as it tells a flow
 * apart, and the header of a frame (section 5.2).
 */
#ifndef IOTXDP_WS_HDR_H
#define IOTXDP_WS_HDR_H

#include "cursor.h"

/* Bytes of a request head that are searched for the Upgrade field. */
#define IOTX_WS_HEAD_MAX 1024

enum iotx_ws_shape {
	IOTX_WS_NONE,
	IOTX_WS_REQUEST,  /* starts like a GET request: search its head */
	IOTX_WS_RESPONSE, /* is a 101 response */
};

IOTX_FN enum iotx_ws_shape iotx_ws_shape(const struct iotx_head *head)
{
	if (head->len >= 4 && iotx_be32(head->b) == 0x47455420) /* "GET " */
		return IOTX_WS_REQUEST;
	if (head->len >= 12 && iotx_be32(head->b) == 0x48545450 &&   /* "HTTP" */
	    iotx_be32(head->b + 4) == 0x2f312e31 &&                  /* "/1.1" */
	    iotx_be32(head->b + 8) == 0x20313031)                    /* " 101" */
		return IOTX_WS_RESPONSE;
	return IOTX_WS_NONE;
}

/* Finds "Upgrade: websocket" in a head, byte by byte, in any case and spacing. */
struct iotx_ws_search {
	u8 matched; /* bytes of the pattern */
};

/* The pattern, in lower case; the blank stands for any run of blanks, also none. */
#define IOTX_WS_FIELD_LEN 9  /* "\nupgrade:" */
#define IOTX_WS_PATTERN_LEN 18 /* "\nupgrade:websocket" */

IOTX_FN u8 iotx_ws_pattern(u8 i)
{
	const u64 head = 0x0a75706772616465ull; /* "\nupgrade" */
	const u64 tail = 0x3a776562736f636bull; /* ":websock" */

	if (i < 8)
		return head >> (8 * (7 - i));
	if (i < 16)
		return tail >> (8 * (15 - i));
	return i == 16 ? 'e' : 't';
}

/* The next byte of the head; true when the field was found. */
IOTX_FN bool iotx_ws_search_push(struct iotx_ws_search *s, u8 byte)
{
	if (byte >= 'A' && byte <= 'Z')
		byte |= 0x20;
	if (s->matched == IOTX_WS_FIELD_LEN && (byte == ' ' || byte == '\t'))
		return false;
	if (byte == iotx_ws_pattern(s->matched))
		s->matched++;
	else
		s->matched = byte == '\n';
	return s->matched == IOTX_WS_PATTERN_LEN;
}

/* The start of a response that accepts. */
#define IOTX_WS_STATUS_LEN 12 /* "HTTP/1.1 101" */

IOTX_FN u8 iotx_ws_status(u8 i)
{
	const u64 head = 0x485454502f312e31ull; /* "HTTP/1.1" */
	const u32 tail = 0x20313031;            /* " 101" */

	return i < 8 ? head >> (8 * (7 - i)) : tail >> (8 * (11 - i));
}

/* --- frames -------------------------------------------------------------------------------- */

/* Opcodes: value, constant, name. The others are reserved (section 11.8). */
#define IOTX_WS_OPCODES(X)                                                                      \
	X(0, CONTINUATION, "continuation")                                                      \
	X(1, TEXT, "text")                                                                      \
	X(2, BINARY, "binary")                                                                  \
	X(8, CLOSE, "close")                                                                    \
	X(9, PING, "ping")                                                                      \
	X(10, PONG, "pong")

enum iotx_ws_opcode {
#define X(value, id, name) IOTX_WS_##id = value,
	IOTX_WS_OPCODES(X)
#undef X
	IOTX_WS_OPCODE_COUNT = 16
};

#define IOTX_WS_FIN 0x80 /* of the first byte */
#define IOTX_WS_RSV1 0x40
#define IOTX_WS_RSV2 0x20
#define IOTX_WS_RSV3 0x10
#define IOTX_WS_MASK 0x80 /* of the second */

#define IOTX_WS_HDR_MAX 14
#define IOTX_WS_CONTROL_MAX 125 /* payload of a control frame; 5.5 */

/* A header on its way in, byte by byte: it may be cut by any segment boundary. */
struct iotx_ws_hdr {
	u64 length; /* of the payload, as far as read */
	u32 key;    /* of the mask, first byte highest; 0 without a mask */
	u8 first;   /* FIN, RSV1 to RSV3, opcode */
	u8 second;  /* MASK, and the length or what says how long the length is */
	u8 read;    /* bytes read so far: 0 to 14 */
	u8 rsv[5];
};

IOTX_FN u8 iotx_ws_opcode(u8 first)
{
	return first & 15;
}

/* Close, ping, pong, and what is reserved for their like (5.5). */
IOTX_FN bool iotx_ws_is_control(u8 first)
{
	return first & 8;
}

IOTX_FN bool iotx_ws_is_masked(const struct iotx_ws_hdr *h)
{
	return h->second & IOTX_WS_MASK;
}

/* Bytes of the length behind the second byte. */
IOTX_FN u8 iotx_ws_length_bytes(u8 second)
{
	u8 length = second & 0x7f;

	return length < 126 ? 0 : length == 126 ? 2 : 8;
}

/*
 * Takes the next byte of a header. E_SHORT: more to come; OK: the header is complete;
 * E_BAD: the length has 64 bits and its highest is set, which no frame's is.
 */
IOTX_FN enum iotx_err iotx_ws_hdr_push(struct iotx_ws_hdr *h, u8 byte)
{
	u8 extra, end;

	if (!h->read) {
		h->first = byte;
		h->second = 0;
		h->key = 0;
		h->read = 1;
		return IOTX_E_SHORT;
	}
	if (h->read == 1) {
		h->second = byte;
		h->length = iotx_ws_length_bytes(byte) ? 0 : byte & 0x7f;
	}
	h->read++;
	extra = iotx_ws_length_bytes(h->second);
	end = 2 + extra + (h->second & IOTX_WS_MASK ? 4 : 0);
	if (h->read > 2 && h->read <= 2 + extra)
		h->length = h->length << 8 | byte;
	else if (h->read > 2)
		h->key = h->key << 8 | byte;
	if (h->read == 3 && extra == 8 && byte & 0x80)
		return IOTX_E_BAD;
	return h->read < end ? IOTX_E_SHORT : IOTX_OK;
}

/* The byte that masks the payload's byte at `off` (5.3). */
IOTX_FN u8 iotx_ws_mask_byte(u32 key, u32 off)
{
	return (u8)(key >> (8 * (3 - (off & 3))));
}

/* Is the length written in the fewest bytes? */
IOTX_FN bool iotx_ws_length_minimal(const struct iotx_ws_hdr *h)
{
	u8 extra = iotx_ws_length_bytes(h->second);

	return extra == 0 || (extra == 2 && h->length >= 126) || (extra == 8 && h->length > 0xffff);
}

/*
 * Could a frame that nothing vouches for start with this byte? Stricter than a receiver
 * that knows which extensions were agreed. RSV1 means compression (RFC 7692, section 6).
 */
IOTX_FN bool iotx_ws_first_plausible(u8 first)
{
	u8 opcode = iotx_ws_opcode(first);

	if (first & (IOTX_WS_RSV2 | IOTX_WS_RSV3))
		return false;
	if (iotx_ws_is_control(first))
		return opcode <= IOTX_WS_PONG &&
		       (first & (IOTX_WS_FIN | IOTX_WS_RSV1)) == IOTX_WS_FIN;
	return opcode <= IOTX_WS_BINARY &&
	       !(opcode == IOTX_WS_CONTINUATION && first & IOTX_WS_RSV1);
}

/* Could this complete header be one of a frame: of a direction whose start was not seen? */
IOTX_FN bool iotx_ws_plausible(const struct iotx_ws_hdr *h)
{
	return iotx_ws_first_plausible(h->first) && iotx_ws_length_minimal(h) &&
	       (!iotx_ws_is_control(h->first) || h->length <= IOTX_WS_CONTROL_MAX);
}

#endif
