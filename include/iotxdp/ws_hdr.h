/* SPDX-License-Identifier: GPL-2.0-only */
/* The WebSocket opening handshake (RFC 6455, section 4), as far as it tells a flow apart. */
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
	u32 off;
	u8 matched; /* bytes of the pattern */
	u8 found;
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

/* One byte of the head at payload offset s->off; true when the search is over. */
IOTX_FN bool iotx_ws_search_step(struct iotx_ws_search *s, const struct iotx_cur *c, u32 at)
{
	u8 byte;

	if (iotx_cur_peek(c, at + s->off, &byte, 1))
		return true;
	s->off++;
	if (byte >= 'A' && byte <= 'Z')
		byte |= 0x20;
	if (s->matched == IOTX_WS_FIELD_LEN && (byte == ' ' || byte == '\t'))
		return false;
	if (byte == iotx_ws_pattern(s->matched))
		s->matched++;
	else
		s->matched = byte == '\n';
	s->found = s->matched == IOTX_WS_PATTERN_LEN;
	return s->found;
}

#endif
