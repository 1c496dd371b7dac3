/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which protocol a packet that belongs to no known flow starts, if any: by content
 * where content is telling, else by port *and* content. The kernel and the offline
 * reader run this very code, so they cannot disagree.
 */
#ifndef IOTXDP_CLASSIFY_H
#define IOTXDP_CLASSIFY_H

#include "coap_hdr.h"
#include "framing.h"
#include "l4.h"
#include "ws_hdr.h"

/* How sure a packet makes us. */
enum iotx_claim_how {
	IOTX_CLAIM_NONE,
	IOTX_CLAIM_SURE,
	IOTX_CLAIM_IF_WHOLE,   /* MQTT in midstream: if the walk finds the segment whole */
	IOTX_CLAIM_IF_UPGRADE, /* a GET: if its head asks for a WebSocket */
};

struct iotx_claim {
	enum iotx_claim_how how;
	enum iotx_proto proto;
	enum iotx_framing_state framing; /* MQTT: is the payload's first byte a boundary? */
	bool opens; /* a CONNECT: its acknowledgement number is where the other direction starts */
};

IOTX_FN void iotx_claim_set(struct iotx_claim *claim, enum iotx_claim_how how,
			    enum iotx_proto proto)
{
	claim->how = how;
	claim->proto = proto;
}

/* A CONNECT at the payload's start, on any port; on an MQTT port also one cut short. */
IOTX_FN bool iotx_claim_connect(const struct iotx_head *head, bool port, struct iotx_claim *claim)
{
	enum iotx_err err = iotx_mqtt_connect_check(head);

	if (err && !(err == IOTX_E_SHORT && port))
		return false;
	iotx_claim_set(claim, IOTX_CLAIM_SURE, MQTT);
	claim->framing = TRACKED;
	claim->opens = true;
	return true;
}

IOTX_FN void iotx_claim_tcp(const struct iotx_head *head, u8 expected, struct iotx_claim *claim)
{
	enum iotx_ws_shape shape;

	if (!head->len || iotx_claim_connect(head, expected == MQTT, claim))
		return;
	if (expected == MQTT) {
		iotx_claim_set(claim, IOTX_CLAIM_IF_WHOLE, MQTT);
		claim->framing = LOST;
	}
	if (expected != WEBSOCKET)
		return;
	shape = iotx_ws_shape(head);
	if (shape == IOTX_WS_REQUEST)
		iotx_claim_set(claim, IOTX_CLAIM_IF_UPGRADE, WEBSOCKET);
	else if (shape == IOTX_WS_RESPONSE)
		iotx_claim_set(claim, IOTX_CLAIM_SURE, WEBSOCKET);
}

IOTX_FN void iotx_claim_udp(const struct iotx_head *head, u32 len, u8 expected, bool to_port,
			    struct iotx_claim *claim)
{
	struct iotx_coap_hdr h;

	if (expected != COAP || head->len < IOTX_COAP_HDR_LEN)
		return;
	iotx_coap_hdr_set(&h, head->b);
	if (iotx_coap_plausible(&h, len, to_port))
		iotx_claim_set(claim, IOTX_CLAIM_SURE, COAP);
}

/*
 * A packet whose direction has no flow entry, and whose reverse has none either.
 * `head` is the start of the payload. `expected_dst` and `expected_src` are what the
 * port table says of the two ports.
 */
IOTX_FN void iotx_claim_new(const struct iotx_head *head, const struct iotx_l4 *l4,
			    u8 expected_dst, u8 expected_src, struct iotx_claim *claim)
{
	u8 expected = expected_dst ? expected_dst : expected_src;

	__builtin_memset(claim, 0, sizeof(*claim));
	if (l4->transport == TCP)
		iotx_claim_tcp(head, expected, claim);
	else
		iotx_claim_udp(head, l4->payload_len, expected, expected_dst != NOT_IOT, claim);
}

#endif
