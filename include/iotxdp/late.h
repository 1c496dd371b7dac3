/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CoAP on a port that nobody configured. One datagram that looks like CoAP may be
 * anything's: four bytes with two bits of version say little. Two that agree are CoAP: a
 * request and what answers it by Message ID or token, a response and its acknowledgement,
 * or two of a kind with consecutive Message IDs (RFC 7252 4.4). The first of them was
 * counted as not IoT; it is remembered in a small table by the hash of its conversation.
 */
#ifndef IOTXDP_LATE_H
#define IOTXDP_LATE_H

#include "coap_hdr.h"
#include "l4.h"
#include "sample.h"

#define IOTX_LATE_MAX 1024 /* conversations remembered; one more takes another's place */

/* What is remembered of a datagram. All zero: nothing. */
struct iotx_late {
	u64 conversation; /* hash of both ends */
	u64 sender;       /* hash of the end that sent it */
	u64 token;        /* as a number */
	u16 message_id;
	u8 token_length;
	u8 type;
	u8 code;
	u8 rsv[3];
};
_Static_assert(sizeof(struct iotx_late) == 32, "no padding");

/* Where the payload of a message goes on behind its token: an option, or the marker. */
IOTX_FN bool iotx_late_option_ok(u8 byte, u32 left)
{
	return byte == 0xff ? left > 1 : byte >> 4 <= 13 && (byte & 15) != 15;
}

/* Could the datagram that starts with `head` be CoAP, by all that its first bytes say? */
IOTX_FN bool iotx_late_shape(const struct iotx_head *head, u32 len, struct iotx_coap_hdr *h)
{
	u32 behind;
	u8 class;

	if (head->len < IOTX_COAP_HDR_LEN)
		return false;
	iotx_coap_hdr_set(h, head->b);
	behind = IOTX_COAP_HDR_LEN + h->token_length;
	class = iotx_coap_class(h->code);
	if (h->version != IOTX_COAP_VERSION || h->token_length > IOTX_COAP_TOKEN_MAX ||
	    len < behind)
		return false;
	if (!h->code)
		return len == IOTX_COAP_HDR_LEN && h->type != IOTX_COAP_NON;
	if (class == 0 ? h->code > IOTX_COAP_KIND_IPATCH || h->type >= IOTX_COAP_ACK :
			 (class != 2 && class != 4 && class != 5) || h->type == IOTX_COAP_RST)
		return false;
	return len == behind ||
	       iotx_late_option_ok(head->b[behind & (IOTX_HEAD_MAX - 1)], len - behind);
}

IOTX_FN u64 iotx_late_token(const struct iotx_head *head, u8 length)
{
	u64 token = (u64)iotx_be32(head->b + 4) << 32 | iotx_be32(head->b + 8);

	return length && length <= 8 ? token >> (8 * (8 - length)) : 0;
}

IOTX_FN void iotx_late_set(struct iotx_late *late, const struct iotx_l4 *l4,
			   const struct iotx_head *head, const struct iotx_coap_hdr *h)
{
	__builtin_memset(late, 0, sizeof(*late));
	late->conversation = iotx_flow_hash(l4);
	late->sender = iotx_endpoint_hash(l4->src, l4->src_port);
	late->token = iotx_late_token(head, h->token_length);
	late->message_id = h->message_id;
	late->token_length = h->token_length;
	late->type = h->type;
	late->code = h->code;
}

/* A short token may be equal by chance. */
IOTX_FN bool iotx_late_token_tells(const struct iotx_late *a, const struct iotx_late *b)
{
	return a->token_length >= 2 && a->token_length == b->token_length && a->token == b->token;
}

/* Does `next` answer `first`? They are of opposite senders. */
IOTX_FN bool iotx_late_answers(const struct iotx_late *first, const struct iotx_late *next)
{
	bool same_id = first->message_id == next->message_id;
	bool request = first->code && iotx_coap_class(first->code) == 0;

	if (first->type == IOTX_COAP_CON && !next->code)
		return same_id && next->type != IOTX_COAP_CON;
	if (!request || iotx_coap_class(next->code) < 2)
		return false;
	if (next->type == IOTX_COAP_ACK)
		return same_id && first->type == IOTX_COAP_CON &&
		       first->token_length == next->token_length && first->token == next->token;
	return iotx_late_token_tells(first, next);
}

/*
 * Two requests of one sender, one after the other; or two responses of one kind, of which
 * those that answer in the same packet have the Message IDs of their requests.
 */
IOTX_FN bool iotx_late_continues(const struct iotx_late *first, const struct iotx_late *next)
{
	bool request = iotx_coap_class(first->code) == 0;
	bool acks = first->type == IOTX_COAP_ACK, acks_next = next->type == IOTX_COAP_ACK;

	return first->code && first->code == next->code && acks == acks_next &&
	       first->token_length == next->token_length &&
	       (request || first->token_length >= 2) &&
	       (u16)(first->message_id + 1) == next->message_id;
}

IOTX_FN bool iotx_late_agree(const struct iotx_late *first, const struct iotx_late *next)
{
	if (first->conversation != next->conversation)
		return false;
	if (first->sender == next->sender)
		return iotx_late_continues(first, next);
	/* a capture may hold the answer before what it answers */
	return iotx_late_answers(first, next) || iotx_late_answers(next, first);
}

#endif
