// SPDX-License-Identifier: GPL-2.0-only
#include "kernel_case.h"

#include "msg.h"

#include <stdlib.h>
#include <string.h>

#define T(id) (1u << YARD_##id)
#define YARDS (T(PASS) | T(LRU) | T(READ) | T(SUBJECT))
#define SAMPLERS (T(PASS) | T(CLOCK) | T(RING) | T(RINGBARE) | T(PERF) | T(SUBJECT) | T(SUBJECT2))
#define K (1u << 10)
#define M (1u << 20)
#define SLICE 200000u

/* The number of flows is a power of two: 1,024, 131,072, 1,048,576. */
const struct kernel_case kernel_cases[] = {
	{ "other-tcp", KERNEL_OTHER_TCP, 1, 1, T(PASS) | T(SUBJECT), 1000000, .direct = true },
	{ "other-udp", KERNEL_OTHER_UDP, 1, 1, T(PASS) | T(SUBJECT), 1000000, .direct = true },
	{ "mqtt", KERNEL_MQTT, 1, 1, YARDS | T(LOAD), SLICE, .ip_version = 4 },
	{ "mqtt-16", KERNEL_MQTT, 16, 1, T(PASS) | T(SUBJECT), SLICE, .ip_version = 4 },
	{ "mqtt-vlan", KERNEL_MQTT, 1, 1, T(PASS) | T(SUBJECT), SLICE, .vlans = 1 },
	{ "mqtt-qinq", KERNEL_MQTT, 1, 1, T(PASS) | T(SUBJECT), SLICE, .vlans = 2, .tpid = { 0x88a8 } },
	{ "mqtt-ipv6", KERNEL_MQTT, 1, 1, T(PASS) | T(SUBJECT), SLICE, .ip_version = 6 },
	{ "coap", KERNEL_COAP, 1, 1, YARDS, SLICE, .ip_version = 4 },
	{ "websocket", KERNEL_WS, 1, 1, YARDS, SLICE, .ip_version = 4 },
	{ "bare-1", KERNEL_MQTT_BARE, 1, 1, YARDS, SLICE, .serial = true },
	{ "bare-1K", KERNEL_MQTT_BARE, 1, K, YARDS, SLICE, .serial = true },
	{ "bare-128K", KERNEL_MQTT_BARE, 1, 128 * K, YARDS, 2 * SLICE, .serial = true },
	{ "bare-1M", KERNEL_MQTT_BARE, 1, M, YARDS, 2 * SLICE, .serial = true },
	{ "mqtt-1K", KERNEL_MQTT, 1, K, YARDS, SLICE, .serial = true },
	{ "mqtt-128K", KERNEL_MQTT, 1, 128 * K, YARDS, 2 * SLICE, .serial = true },
	{ "mqtt-1M", KERNEL_MQTT, 1, M, YARDS, 2 * SLICE, .serial = true },
	{ "churn", KERNEL_COAP, 1, 0, YARDS, 2 * SLICE, .ip_version = 4 },
	{ "sample-64", KERNEL_MQTT, 1, 1, SAMPLERS, SLICE / 10,
	  .subject_one_in = { 0, 1 }, .snaplen = 64 },
};
const u32 kernel_case_count = sizeof(kernel_cases) / sizeof(kernel_cases[0]);

#define ISN 1000
#define KEY "\x12\x34\x56\x78"

static void websocket_frame(struct iotx_buf *b, const struct iotx_buf *message)
{
	const u8 head[2] = { 0x82, (u8)(0x80 | message->len) };

	iotx_msg_bytes(b, head, sizeof(head));
	iotx_msg_bytes(b, KEY, 4);
	for (u32 i = 0; i < message->len; i++) {
		u8 byte = message->data[i] ^ (u8)KEY[i & 3];

		iotx_msg_bytes(b, &byte, 1);
	}
}

/* Of a sensor: 24 bytes. */
static void publish(struct iotx_buf *b)
{
	iotx_msg_mqtt(b, 0x30, "\0\x0bsensors/1/t21.75 Cels", 22);
}

static void payload_of(const struct kernel_case *k, struct iotx_buf *b)
{
	struct iotx_buf message = {};

	for (u32 i = 0; i < k->messages; i++) {
		switch (k->frame) {
		case KERNEL_OTHER_TCP:
		case KERNEL_OTHER_UDP:
			iotx_msg_text(b, "\x17\x03\x03 of no protocol that is known here");
			break;
		case KERNEL_MQTT:
			publish(b);
			break;
		case KERNEL_COAP:
			iotx_msg_coap(b, &(struct iotx_msg_coap){ .version = 1, .code = 1, .token_length = 4,
								   .message_id = 7, .payload_len = 20 });
			break;
		case KERNEL_WS:
			message.len = 0;
			publish(&message);
			websocket_frame(b, &message);
			break;
		case KERNEL_MQTT_BARE:
			break;
		}
	}
	iotx_buf_free(&message);
}

static void build(const struct kernel_case *k, struct kernel_packet *out, struct iotx_pkt *p,
		  const struct iotx_buf *payload)
{
	static u8 room[IOTX_PKT_ROOM];
	struct iotx_pkt_at at;

	p->ip_version = k->ip_version;
	p->vlans = k->vlans;
	memcpy(p->tpid, k->tpid, sizeof(k->tpid));
	p->payload = payload->data;
	p->payload_len = (u32)payload->len;
	out->len = iotx_pkt_build(p, room, &at);
	if (out->len > sizeof(out->data))
		abort();
	memcpy(out->data, room, out->len);
	out->src_off = at.ip + (k->ip_version == 6 ? 8 + 12 : 12);
	out->seq_off = p->transport == UDP ? 0 : at.l4 + 4;
	out->payload_len = p->payload_len;
}

static u16 port_of(enum kernel_frame frame)
{
	switch (frame) {
	case KERNEL_OTHER_TCP:
		return 443;
	case KERNEL_OTHER_UDP:
		return 4500;
	case KERNEL_COAP:
		return 5683;
	case KERNEL_WS:
		return 8083;
	default:
		return 1883;
	}
}

static struct iotx_pkt from_client(const struct kernel_case *k)
{
	bool udp = k->frame == KERNEL_COAP || k->frame == KERNEL_OTHER_UDP;

	return (struct iotx_pkt){ .src_port = 40000, .dst_port = port_of(k->frame), .dst_host = 2, .seq = ISN,
				  .ack = 5000, .transport = udp ? UDP : TCP };
}

u32 kernel_openers(const struct kernel_case *k, struct kernel_packet *openers)
{
	struct iotx_buf payload = {}, message = {};
	struct iotx_pkt p = from_client(k);
	u32 n = 0;

	if (k->frame == KERNEL_WS) {
		iotx_msg_upgrade(&payload, 0, "Upgrade: websocket\r\nSec-WebSocket-Protocol: mqtt");
		build(k, &openers[n++], &p, &payload);
	}
	payload.len = 0;
	iotx_msg_connect(k->frame == KERNEL_WS ? &message : &payload);
	if (k->frame == KERNEL_WS)
		websocket_frame(&payload, &message);
	if (k->frame == KERNEL_MQTT || k->frame == KERNEL_MQTT_BARE || k->frame == KERNEL_WS)
		build(k, &openers[n++], &p, &payload);
	iotx_buf_free(&message);
	iotx_buf_free(&payload);
	return n;
}

void kernel_frame(const struct kernel_case *k, struct kernel_packet *packet)
{
	struct iotx_buf payload = {};
	struct iotx_pkt p = from_client(k);

	payload_of(k, &payload);
	build(k, packet, &p, &payload);
	iotx_buf_free(&payload);
}

u64 kernel_counted(const struct kernel_case *k, const struct iotx_bpf *b)
{
	struct iotx_totals t;
	struct iotx_ledger l;

	iotx_bpf_totals(b, INGRESS, &t);
	iotx_bpf_ledger(b, INGRESS, &l);
	switch (k->frame) {
	case KERNEL_MQTT:
	case KERNEL_WS:
		return t.mqtt_messages.publish;
	case KERNEL_MQTT_BARE:
		return t.mqtt.packets;
	case KERNEL_COAP:
		return t.coap_messages.con;
	default:
		return l.not_iot;
	}
}
