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

/* Right behind the CONNECT, and granted: what the server sends is asked for. */
static void subscribe_to_all(struct gen *g, struct gen_flow *f)
{
	put_id(g, f);
	put_no_properties(g);
	put_text(g, "site/#");
	put_u8(g, 2);
	finish(g, SUBSCRIBE, 2);
}

static void grant_all(struct gen *g)
{
	put_u16(g, 1); /* the client's first Packet Identifier */
	put_no_properties(g);
	put_u8(g, 2);
	finish(g, SUBACK, 0);
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
	subscribe_to_all(g, f);
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
	grant_all(g);
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

/* --- handshakes ---------------------------------------------------------------------------- */

static bool may_ask(const struct gen_flow *f, u32 side)
{
	return f->dues[!side] < GEN_DUES;
}

static void owe(struct gen_flow *f, u32 side, struct gen_due due)
{
	f->due[side][(f->due_from[side] + f->dues[side]++) % GEN_DUES] = due;
}

/* What is owed for longest; a step of QoS 2 makes the other side owe the next one. */
static void answer(struct gen *g, struct gen_flow *f, u32 side)
{
	struct gen_due due = f->due[side][f->due_from[side]++ % GEN_DUES];

	f->dues[side]--;
	if (due.type != PINGRESP)
		put_u16(g, due.id);
	if (due.type == SUBACK || due.type == UNSUBACK)
		put_no_properties(g);
	if (due.type == SUBACK || g->kind == GEN_MQTT5) /* MQTT 3.1.1 has no codes in UNSUBACK */
		for (u32 i = 0; i < due.codes; i++)
			put_u8(g, 0);
	if (due.type == PUBREC || due.type == PUBREL)
		owe(f, !side, (struct gen_due){ (u8)(due.type + 1), 0, due.id });
	finish(g, due.type, due.type == PUBREL ? 2 : 0);
}

/* QoS 0, 1 and 2 in 70, 25 and 5 of 100, as long as the peer keeps up. */
static void publish(struct gen *g, struct gen_flow *f, u32 side)
{
	u32 dice = iotx_rng_below(&g->rng, 100);
	u8 qos = dice < 70 || !may_ask(f, side) ? 0 : dice < 95 ? 1 : 2;

	put_text(g, any_topic(g));
	if (qos) {
		put_id(g, f);
		owe(f, !side, (struct gen_due){ qos == 1 ? PUBACK : PUBREC, 0, f->id });
	}
	if (g->kind == GEN_MQTT5)
		put_publish_properties(g);
	put_payload(g);
	finish(g, PUBLISH, (u8)(qos << 1 | iotx_rng_chance(&g->rng, 10)));
}

static void subscribe(struct gen *g, struct gen_flow *f)
{
	u32 n = 1 + iotx_rng_below(&g->rng, 3);

	put_id(g, f);
	owe(f, 1, (struct gen_due){ SUBACK, (u8)n, f->id });
	put_no_properties(g);
	for (u32 i = 0; i < n; i++) {
		put_text(g, any_topic(g));
		put_u8(g, (u8)iotx_rng_below(&g->rng, 3));
	}
	finish(g, SUBSCRIBE, 2);
}

static void unsubscribe(struct gen *g, struct gen_flow *f)
{
	put_id(g, f);
	owe(f, 1, (struct gen_due){ UNSUBACK, 1, f->id });
	put_no_properties(g);
	put_text(g, any_topic(g));
	finish(g, UNSUBSCRIBE, 2);
}

void gen_mqtt_ping(struct gen *g)
{
	finish(g, PINGREQ, 0);
}

static void ping(struct gen *g, struct gen_flow *f)
{
	owe(f, 1, (struct gen_due){ .type = PINGRESP });
	gen_mqtt_ping(g);
}

/* Two messages of three are answers while there are any; of a client's others some ask. */
void gen_mqtt_message(struct gen *g, struct gen_flow *f, u32 side)
{
	bool answers = f->dues[side] && iotx_rng_below(&g->rng, 3);
	u32 dice = side || !may_ask(f, side) ? 100 : iotx_rng_below(&g->rng, 100);

	if (answers)
		answer(g, f, side);
	else if (dice < 4)
		ping(g, f);
	else if (dice < 8)
		subscribe(g, f);
	else if (dice < 10)
		unsubscribe(g, f);
	else
		publish(g, f, side);
}
