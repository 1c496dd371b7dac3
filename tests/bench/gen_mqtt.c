// SPDX-License-Identifier: GPL-2.0-only
#include "gen.h"
#include <msg.h>
#include <pkt.h>
#include <string.h>

enum {
	CONNECT = 1,
	CONNACK,
	PUBLISH,
	PUBACK,
	PUBREC,
	PUBREL,
	PUBCOMP,
	SUBSCRIBE,
	SUBACK,
	UNSUBSCRIBE,
	UNSUBACK,
	PINGREQ,
	PINGRESP,
};

enum {
	CONTENT_TYPE = 0x03,
	RESPONSE_TOPIC = 0x08,
	CORRELATION_DATA = 0x09,
	USER_PROPERTY = 0x26,
};

/* --- fields of the body ------------------------------------------------------------------- */

static void put_u8(struct gen *g, u8 value)
{
	iotx_msg_bytes(&g->body, &value, 1);
}

static void put_u16(struct gen *g, u16 value)
{
	u8 at[2];

	iotx_put_be16(at, value);
	iotx_msg_bytes(&g->body, at, 2);
}

static void put_text(struct gen *g, const char *text)
{
	put_u16(g, (u16)strlen(text));
	iotx_msg_text(&g->body, text);
}

static void put_id(struct gen *g, struct gen_flow *f)
{
	f->id = f->id == 0xffff ? 1 : (u16)(f->id + 1);
	put_u16(g, f->id);
}

static const char *any_topic(struct gen *g)
{
	return g->topics[iotx_rng_below(&g->rng, GEN_TOPICS)];
}

/* Properties are written behind a length of one byte, which holds up to 127. */
static size_t open_properties(struct gen *g)
{
	put_u8(g, 0);
	return g->body.len;
}

static void close_properties(struct gen *g, size_t start)
{
	g->body.data[start - 1] = (u8)(g->body.len - start);
}

static void put_publish_properties(struct gen *g)
{
	size_t start = open_properties(g);
	u64 which = iotx_rng_next(&g->rng);
	char text[16];

	if (which & 1)
		iotx_msg_bytes(&g->body, "\x01\x01", 2); /* Payload Format: UTF-8 */
	if (which & 2)
		iotx_msg_bytes(&g->body, "\x02\x00\x00\x0e\x10", 5); /* Message Expiry */
	if (which & 4) {
		put_u8(g, CONTENT_TYPE);
		put_text(g, "application/json");
	}
	if ((which & 24) == 24) {
		put_u8(g, RESPONSE_TOPIC);
		put_text(g, any_topic(g));
		put_u8(g, CORRELATION_DATA);
		put_u16(g, 8);
		iotx_msg_bytes(&g->body, &which, 8);
	}
	if (which & 32) {
		snprintf(text, sizeof(text), "u%02u", (u32)(which >> 32) % 100);
		put_u8(g, USER_PROPERTY);
		put_text(g, "unit");
		put_text(g, text);
	}
	close_properties(g, start);
}

static void put_no_properties(struct gen *g)
{
	if (g->kind == GEN_MQTT5)
		put_u8(g, 0);
}

/* --- messages ------------------------------------------------------------------------------ */

static void finish(struct gen *g, u8 type, u8 flags)
{
	iotx_msg_mqtt(&g->write, (u8)(type << 4 | flags), g->body.data, (u32)g->body.len);
	g->body.len = 0;
	g->mqtt[type]++;
}

void gen_mqtt_connect(struct gen *g, struct gen_flow *f)
{
	char id[24];

	put_text(g, "MQTT");
	put_u8(g, g->kind == GEN_MQTT5 ? 5 : 4);
	put_u8(g, 2); /* clean session */
	put_u16(g, 60);
	if (g->kind == GEN_MQTT5) {
		size_t start = open_properties(g);

		iotx_msg_bytes(&g->body, "\x11\x00\x00\x00\x3c", 5); /* Session Expiry */
		iotx_msg_bytes(&g->body, "\x21\x00\x14", 3);         /* Receive Maximum */
		close_properties(g, start);
	}
	snprintf(id, sizeof(id), "device-%04u", f->number);
	put_text(g, id);
	finish(g, CONNECT, 0);
}

void gen_mqtt_connack(struct gen *g)
{
	put_u16(g, 0);
	if (g->kind == GEN_MQTT5) {
		size_t start = open_properties(g);

		iotx_msg_bytes(&g->body, "\x22\x00\x10", 3); /* Topic Alias Maximum */
		close_properties(g, start);
	}
	finish(g, CONNACK, 0);
}

static void put_payload(struct gen *g)
{
	u32 n = 20 + iotx_rng_below(&g->rng, 150), head;
	char text[192];

	head = (u32)snprintf(text, sizeof(text), "{\"seq\":%llu,\"value\":%u.%02u,\"text\":\"",
			     (unsigned long long)g->mqtt[PUBLISH], iotx_rng_below(&g->rng, 90),
			     iotx_rng_below(&g->rng, 100));
	if (n < head + 2)
		n = head + 2;
	for (u32 i = head; i < n - 2; i++)
		text[i] = (char)('a' + i % 26);
	memcpy(text + n - 2, "\"}", 2);
	iotx_msg_bytes(&g->body, text, n);
}

/* QoS 0, 1 and 2 in 70, 25 and 5 of 100. */
static void publish(struct gen *g, struct gen_flow *f)
{
	u32 dice = iotx_rng_below(&g->rng, 100);
	u8 qos = dice < 70 ? 0 : dice < 95 ? 1 : 2;

	put_text(g, any_topic(g));
	if (qos)
		put_id(g, f);
	if (g->kind == GEN_MQTT5)
		put_publish_properties(g);
	put_payload(g);
	finish(g, PUBLISH, (u8)(qos << 1 | iotx_rng_chance(&g->rng, 10)));
}

static void subscribe(struct gen *g, struct gen_flow *f)
{
	put_id(g, f);
	put_no_properties(g);
	for (u32 i = 1 + iotx_rng_below(&g->rng, 3); i; i--) {
		put_text(g, any_topic(g));
		put_u8(g, (u8)iotx_rng_below(&g->rng, 3));
	}
	finish(g, SUBSCRIBE, 2);
}

static void unsubscribe(struct gen *g, struct gen_flow *f)
{
	put_id(g, f);
	put_no_properties(g);
	put_text(g, any_topic(g));
	finish(g, UNSUBSCRIBE, 2);
}

/* SUBACK and UNSUBACK for one filter; MQTT 3.1.1 has no codes in the latter. */
static void acknowledge_filter(struct gen *g, struct gen_flow *f, u8 type)
{
	put_id(g, f);
	put_no_properties(g);
	if (type == SUBACK || g->kind == GEN_MQTT5)
		put_u8(g, 0);
	finish(g, type, 0);
}

static void acknowledge(struct gen *g, struct gen_flow *f)
{
	u8 type = (u8)(PUBACK + iotx_rng_below(&g->rng, 4));

	put_id(g, f);
	finish(g, type, type == PUBREL ? 2 : 0);
}

void gen_mqtt_message(struct gen *g, struct gen_flow *f, u32 side)
{
	u32 dice = iotx_rng_below(&g->rng, 100);

	if (dice < 75)
		publish(g, f);
	else if (dice < 94)
		acknowledge(g, f);
	else if (dice < 97)
		finish(g, side ? PINGRESP : PINGREQ, 0);
	else if (side)
		acknowledge_filter(g, f, dice < 99 ? SUBACK : UNSUBACK);
	else if (dice < 99)
		subscribe(g, f);
	else
		unsubscribe(g, f);
}
