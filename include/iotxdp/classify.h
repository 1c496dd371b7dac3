/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which protocol a packet that belongs to no known flow starts, if any: by content
 * where content is telling, else by port *and* content. The kernel and the offline
 * reader run this very code, so they cannot disagree.
 */
#ifndef IOTXDP_CLASSIFY_H
#define IOTXDP_CLASSIFY_H

#include "coap_hdr.h"
#include "dns_hdr.h"
#include "framing.h"
#include "l4.h"
#include "mqttsn_hdr.h"
#include "tls_hdr.h"
#include "ws_hdr.h"

/* How sure a packet makes us. */
enum iotx_claim_how {
	IOTX_CLAIM_NONE,
	IOTX_CLAIM_SURE,
	IOTX_CLAIM_IF_WHOLE,   /* in midstream: if the walk finds the segment whole */
	IOTX_CLAIM_IF_UPGRADE, /* a GET: if its head asks for a WebSocket */
	IOTX_CLAIM_ASIDE,      /* of use by itself: it makes no flow */
};

struct iotx_claim {
	enum iotx_claim_how how;
	enum iotx_proto proto;
	enum iotx_framing_state framing; /* is the payload's first byte a boundary? */
	bool opens; /* its acknowledgement number is where the other direction starts */
	bool client; /* WebSocket: it is the client's direction */
};

IOTX_FN void iotx_claim_set(struct iotx_claim *claim, enum iotx_claim_how how,
			    enum iotx_proto proto)
{
	claim->how = how;
	claim->proto = proto;
}

/*
 * What may be a CONNECT because it comes to an MQTT port, whatever is wrong with it: its
 * first byte says so, or its type does and the Remaining Length ends with the segment
 * (TLS starts with that type, too).
 */
IOTX_FN bool iotx_connect_attempted(const struct iotx_head *head, u32 len)
{
	struct iotx_mqtt_hdr h = {};
	enum iotx_err err = IOTX_E_SHORT;
	u32 at = 0;

	if (head->b[0] == IOTX_MQTT_CONNECT << 4)
		return true;
	if (iotx_mqtt_type(head->b[0]) != IOTX_MQTT_CONNECT)
		return false;
	for (; at <= IOTX_MQTT_LENGTH_DIGITS && err == IOTX_E_SHORT && at < head->len; at++)
		err = iotx_mqtt_hdr_push(&h, head->b[at]);
	return !err && at + h.length == len;
}

/* A CONNECT at the payload's start, on any port; to an MQTT port also a faulty one. */
IOTX_FN bool iotx_claim_connect(const struct iotx_head *head, u32 len, bool port, bool to_port,
				struct iotx_claim *claim)
{
	enum iotx_err err = iotx_mqtt_connect_check(head);

	if (err && !(err == IOTX_E_SHORT && port) &&
	    !(to_port && iotx_connect_attempted(head, len)))
		return false;
	iotx_claim_set(claim, IOTX_CLAIM_SURE, MQTT);
	claim->framing = TRACKED;
	claim->opens = true;
	return true;
}

/* In midstream: could a frame start here, masked as that side has to? */
IOTX_FN bool iotx_ws_frame_starts(const struct iotx_head *head, bool client)
{
	return head->len >= 2 && iotx_ws_first_plausible(head->b[0]) &&
	       ((head->b[1] & IOTX_WS_MASK) != 0) == client;
}

IOTX_FN void iotx_claim_websocket(const struct iotx_head *head, bool to_port,
				  struct iotx_claim *claim)
{
	enum iotx_ws_shape shape = iotx_ws_shape(head);

	claim->framing = LOST;
	claim->client = to_port;
	if (shape == IOTX_WS_REQUEST) {
		iotx_claim_set(claim, IOTX_CLAIM_IF_UPGRADE, WEBSOCKET);
		claim->opens = claim->client = true;
	} else if (shape == IOTX_WS_RESPONSE) {
		iotx_claim_set(claim, IOTX_CLAIM_SURE, WEBSOCKET);
		claim->opens = true;
		claim->client = false;
	} else if (iotx_ws_frame_starts(head, to_port)) {
		iotx_claim_set(claim, IOTX_CLAIM_IF_WHOLE, WEBSOCKET);
	}
}

/* The ClientHello opens both directions; in midstream records have to be whole. */
IOTX_FN void iotx_claim_tls(const struct iotx_head *head, bool to_port, struct iotx_claim *claim)
{
	bool opens = to_port && iotx_tls_opens(head);

	iotx_claim_set(claim, opens ? IOTX_CLAIM_SURE : IOTX_CLAIM_IF_WHOLE, MQTT_TLS);
	claim->framing = opens ? TRACKED : LOST;
	claim->opens = opens;
}

/* `behind` bytes of the head stand before the message: over TCP its length. */
IOTX_FN void iotx_claim_dns(const struct iotx_head *head, u32 behind, struct iotx_claim *claim)
{
	if (head->len >= behind + IOTX_DNS_HDR_LEN && iotx_dns_plausible(head->b + behind))
		iotx_claim_set(claim, IOTX_CLAIM_ASIDE, DNS);
}

IOTX_FN void iotx_claim_tcp(const struct iotx_head *head, u32 len, u8 expected, bool to_port,
			    struct iotx_claim *claim)
{
	bool mqtt = expected == MQTT;
	struct iotx_coap_tcp_hdr h;

	if (!head->len || iotx_claim_connect(head, len, mqtt, mqtt && to_port, claim))
		return;
	if (expected == MQTT) {
		iotx_claim_set(claim, IOTX_CLAIM_IF_WHOLE, MQTT);
		claim->framing = LOST;
	} else if (expected == WEBSOCKET)
		iotx_claim_websocket(head, to_port, claim);
	else if (expected == MQTT_TLS)
		iotx_claim_tls(head, to_port, claim);
	else if (expected == DNS)
		iotx_claim_dns(head, 2, claim);
	else if (expected == COAP && !iotx_coap_tcp_hdr_set(&h, head->b, head->len) &&
		 iotx_coap_tcp_plausible(&h, len))
		iotx_claim_set(claim, IOTX_CLAIM_SURE, COAP);
}

IOTX_FN void iotx_claim_coap(const struct iotx_head *head, u32 len, bool to_port,
			     struct iotx_claim *claim)
{
	struct iotx_coap_hdr h;

	if (head->len < IOTX_COAP_HDR_LEN)
		return;
	iotx_coap_hdr_set(&h, head->b);
	if (iotx_coap_plausible(&h, len, to_port))
		iotx_claim_set(claim, IOTX_CLAIM_SURE, COAP);
}

IOTX_FN void iotx_claim_udp(const struct iotx_head *head, u32 len, u8 expected, bool to_port,
			    struct iotx_claim *claim)
{
	struct iotx_mqttsn_hdr h;

	if (expected == COAP)
		iotx_claim_coap(head, len, to_port, claim);
	else if (expected == COAPS && iotx_dtls_plausible(head, len))
		iotx_claim_set(claim, IOTX_CLAIM_SURE, COAPS);
	else if (expected == DNS)
		iotx_claim_dns(head, 0, claim);
	else if (iotx_mqttsn_is_connect(head->b, head->len, len) ||
		 (expected == MQTTSN && !iotx_mqttsn_hdr_set(&h, head->b, head->len) &&
		  iotx_mqttsn_plausible(&h, len)))
		iotx_claim_set(claim, IOTX_CLAIM_SURE, MQTTSN);
}

/*
 * By its first two bytes: may a packet between ports of which nothing is expected be claimed
 * all the same, by iotx_claim_new() or by what late.h remembers? Most packets may not.
 */
IOTX_FN bool iotx_claim_possible(const struct iotx_l4 *l4, u8 first, u8 second)
{
	if (l4->transport == TCP)
		return first == IOTX_MQTT_CONNECT << 4;
	return second == IOTX_MQTTSN_CONNECT || first >> 6 == IOTX_COAP_VERSION;
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
		iotx_claim_tcp(head, l4->payload_len, expected, expected_dst != NOT_IOT, claim);
	else
		iotx_claim_udp(head, l4->payload_len, expected, expected_dst != NOT_IOT, claim);
}

#endif
