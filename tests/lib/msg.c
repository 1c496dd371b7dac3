// SPDX-License-Identifier: GPL-2.0-only
#include "msg.h"
#include "pkt.h"
#include <string.h>

enum {
	CONNECT = 1,
	CONNACK,
	PUBLISH,
	PUBACK,
	PUBREL = 6,
	PUBCOMP,
	SUBSCRIBE,
	SUBACK,
	UNSUBSCRIBE,
	PINGREQ = 12,
	PINGRESP,
	DISCONNECT
};

void iotx_msg_bytes(struct iotx_buf *b, const void *data, u32 len)
{
	if (iotx_buf_add(b, data, len))
		abort();
}

void iotx_msg_text(struct iotx_buf *b, const char *text)
{
	iotx_msg_bytes(b, text, (u32)strlen(text));
}

static void zeroes(struct iotx_buf *b, u32 len)
{
	static const u8 block[4096];

	for (; len > sizeof(block); len -= sizeof(block))
		iotx_msg_bytes(b, block, sizeof(block));
	iotx_msg_bytes(b, block, len);
}

u32 iotx_msg_mqtt(struct iotx_buf *b, u8 first, const void *body, u32 len)
{
	u8 header[5] = { first };
	u32 n = 1, rest = len;

	do {
		header[n++] = (u8)((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
		rest >>= 7;
	} while (rest);
	iotx_msg_bytes(b, header, n);
	if (body)
		iotx_msg_bytes(b, body, len);
	else
		zeroes(b, len);
	return n;
}

void iotx_msg_connect_named(struct iotx_buf *b, const char *name)
{
	u8 body[64] = {};
	u32 n = (u32)strlen(name);

	iotx_put_be16(body, (u16)n);
	memcpy(body + 2, name, n);
	memcpy(body + 2 + n, "\x04\x02\x00\x3c\x00\x02id", 8); /* level, flags, keep alive, id */
	iotx_msg_mqtt(b, CONNECT << 4, body, 2 + n + 8);
}

void iotx_msg_connect(struct iotx_buf *b)
{
	iotx_msg_connect_named(b, "MQTT");
}

u8 iotx_msg_mqtt_first(u8 type)
{
	u8 flags = type == PUBREL || type == SUBSCRIBE || type == UNSUBSCRIBE ? 2 : 0;

	return (u8)(type << 4 | flags);
}

/* Least lengths by type, of bodies that are well formed in some version. */
static const u8 body_least[16] = { 0, 14, 2, 5, 2, 2, 2, 2, 6, 3, 5, 2, 0, 0, 0, 0 };

static void fill_body(u8 type, u8 *body, u32 len, struct iotx_rng *r)
{
	for (u32 i = 0; i < len; i++)
		body[i] = (u8)(i * 7 + r->state);
	if (type == CONNACK) {
		body[0] = 0;
	} else if (type == PUBLISH) {
		memcpy(body, "\x00\x01t", 3);
		iotx_put_be16(body + 3, (u16)(1 + iotx_rng_below(r, 65535))); /* Packet Identifier */
	} else if (type != DISCONNECT && len >= 2) {
		iotx_put_be16(body, (u16)(1 + iotx_rng_below(r, 65535)));
		if (type <= PUBCOMP && len > 2)
			body[2] = 0; /* Reason Code */
	}
}

void iotx_msg_mqtt_typed(struct iotx_buf *b, struct iotx_rng *r, u8 type, u32 body_len)
{
	u8 first = iotx_msg_mqtt_first(type);
	u8 *body;

	if (type == CONNECT) {
		iotx_msg_connect(b);
		return;
	}
	if (body_len < body_least[type])
		body_len = body_least[type];
	if (type == PINGREQ || type == PINGRESP)
		body_len = 0;
	else if (type == CONNACK || (type >= PUBACK && type != SUBACK && type != SUBSCRIBE))
		body_len = body_len > 200 ? 200 : body_len;
	body = calloc(1, body_len + 1);
	if (!body)
		abort();
	fill_body(type, body, body_len, r);
	if (type == PUBLISH) { /* any QoS but 3, any DUP and RETAIN */
		first |= (u8)(iotx_rng_below(r, 3) << 1);
		first |= iotx_rng_next(r) & 9;
	}
	iotx_msg_mqtt(b, first, body, body_len);
	free(body);
}

void iotx_msg_coap(struct iotx_buf *b, const struct iotx_msg_coap *m)
{
	u8 header[4 + 15] = { (u8)(m->version << 6 | m->type << 4 | m->token_length), m->code };

	iotx_put_be16(header + 2, m->message_id);
	for (int i = 0; i < m->token_length; i++)
		header[4 + i] = (u8)(0xa0 + i);
	iotx_msg_bytes(b, header, 4u + m->token_length);
	if (!m->payload_len)
		return;
	iotx_msg_bytes(b, "\xff", 1);
	zeroes(b, m->payload_len);
}

u32 iotx_msg_any_mqttsn(u8 *p, struct iotx_rng *r)
{
	u32 body = iotx_rng_below(r, iotx_rng_chance(r, 80) ? 30 : 600);
	u32 head = body + 2 > 255 || iotx_rng_chance(r, 20) ? 4 : 2;
	u32 len = head + body + (iotx_rng_chance(r, 5) ? 1 : 0);

	iotx_rng_fill(r, p, head + body);
	p[head - 1] = (u8)iotx_rng_below(r, 0x1e + 2);
	if (head == 4) {
		p[0] = 1;
		iotx_put_be16(p + 1, (u16)len);
	} else {
		p[0] = (u8)len;
	}
	if (iotx_rng_chance(r, 10)) { /* a CONNECT, or almost one */
		memcpy(p, "\x0a\4\x0c\1\0\x3c" "name", 10);
		p[iotx_rng_below(r, 10)] ^= (u8)iotx_rng_below(r, 2);
		return 10;
	}
	if (p[head - 1] > 0x1d) /* forwards what stands behind it */
		p[head - 1] = 0xfe;
	return p[head - 1] == 0xfe ? head + body + 2 : head + body;
}

u32 iotx_msg_any_dns(u8 *p, struct iotx_rng *r, bool with_length)
{
	u32 at = with_length ? 2 : 0, len = 12 + iotx_rng_below(r, 100);

	iotx_put_be16(p, (u16)len);
	iotx_rng_fill(r, p + at, len);
	p[at + 2] &= iotx_rng_chance(r, 90) ? 0x87 : 0xff;
	p[at + 3] &= iotx_rng_chance(r, 90) ? 0xbf : 0xff;
	iotx_put_be16(p + at + 4, (u16)iotx_rng_below(r, iotx_rng_chance(r, 90) ? 3 : 20));
	iotx_put_be16(p + at + 6, (u16)iotx_rng_below(r, 3));
	return iotx_rng_chance(r, 5) ? at + iotx_rng_below(r, 14) : at + len;
}

u32 iotx_msg_any_coap_tcp(u8 *p, struct iotx_rng *r)
{
	static const u8 codes[] = { 0xe1, 0xe2, 0x01, 0x02, 0x45, 0x84, 0xa0, 0x00, 0xc0 };
	u8 token = (u8)iotx_rng_below(r, iotx_rng_chance(r, 90) ? 9 : 16);
	u32 n = iotx_rng_below(r, iotx_rng_chance(r, 70) ? 13 : 600), head = 1;

	iotx_rng_fill(r, p, IOTX_MSG_ANY_MAX);
	if (n < 13) {
		p[0] = (u8)(n << 4 | token);
	} else if (n < 269) {
		p[0] = 0xd0 | token;
		p[head++] = (u8)(n - 13);
	} else {
		p[0] = 0xe0 | token;
		iotx_put_be16(p + head, (u16)(n - 269));
		head += 2;
	}
	p[head++] = IOTX_PICK(r, codes);
	n += head + token;
	return iotx_rng_chance(r, 10) ? iotx_rng_below(r, n + 2) : n;
}

void iotx_msg_upgrade(struct iotx_buf *b, u32 pad, const char *field)
{
	iotx_msg_text(b, "GET /mqtt HTTP/1.1\r\nHost: h\r\nX-Pad: ");
	for (u32 i = 0; i < pad; i++)
		iotx_msg_text(b, "x");
	iotx_msg_text(b, "\r\n");
	iotx_msg_text(b, field);
	iotx_msg_text(b, "\r\nSec-WebSocket-Version: 13\r\n\r\n");
}
