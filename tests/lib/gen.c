// SPDX-License-Identifier: GPL-2.0-only
#include "gen.h"
#include <string.h>

#define CONVS 64
#define OTHERS 16 /* conversations of other protocols, behind those */
#define PAYLOAD_MAX 2900 /* with every header it stays below what a test run takes */
#define FRAME_MIN 14

enum kind { KIND_MQTT, KIND_WEBSOCKET, KIND_COAP, KIND_OTHER };
static const enum kind kinds[4] = { KIND_MQTT, KIND_MQTT, KIND_WEBSOCKET, KIND_COAP };

enum { FIN = 0x01, SYN = 0x02, ACK = 0x10 };

/* One direction of a TCP conversation. */
struct dir {
	struct iotx_stream stream;
	u32 isn, pos;
};

struct iotx_gen_conv {
	enum kind kind;
	u8 other;            /* which of other_ports */
	struct iotx_pkt pkt; /* from the client */
	u32 left;            /* packets to live */
	u32 sent;
	struct dir dir[2]; /* from the client, from the server */
};

static const u16 mqtt_ports[] = { 1883, 1883, 1883, 1883, 1884, 443, 80 }; /* 80: many headers */
static const u16 ws_ports[] = { 80, 8080, 8083, 9001, 80, 8080, 8083, 8000, 1883 };
static const u16 coap_ports[] = { 5683, 5683, 5683, 5683, 5683, 5683, 5684, 53 };
static const u16 other_ports[4][4] = { /* MQTT-SN, DNS, DNS over TCP, CoAP over TCP */
	{ 1883, 1884, 10000, 9999 }, { 53, 5353, 53, 54 }, { 53, 53, 53, 54 }, { 5683, 5683, 5683, 54 },
};
static const u8 ext_kinds[] = { 0, 43, 51, 60, 135, 139, 140 };

/* The layers below TCP and UDP, near their limits now and then. */
static void wrap(struct iotx_rng *r, struct iotx_pkt *p)
{
	static const u16 tpid[] = { 0x8100, 0x88a8, 0x9100 };

	p->vlans = (u8)(iotx_rng_chance(r, 70) ? 0 : iotx_rng_chance(r, 90) ?
			1 + iotx_rng_below(r, 2) : 3);
	for (int i = 0; i < p->vlans; i++)
		p->tpid[i] = IOTX_PICK(r, tpid);
	p->ip_version = iotx_rng_chance(r, 60) ? 4 : 6;
	if (iotx_rng_chance(r, 20))
		p->ip_option_words = (u8)iotx_rng_below(r, 11);
	if (iotx_rng_chance(r, 30))
		p->tcp_option_words = (u8)iotx_rng_below(r, 11);
	if (p->ip_version == 6 && iotx_rng_chance(r, 30)) {
		p->exts = (u8)iotx_rng_below(r, iotx_rng_chance(r, 90) ? 9 : 10);
		for (int i = 0; i < p->exts; i++)
			p->ext[i] = IOTX_PICK(r, ext_kinds);
		if (p->exts && iotx_rng_chance(r, 20))
			p->ext[0] = 44; /* an atomic fragment */
		p->ext_units = (u8)iotx_rng_below(r, 3);
	}
}

static void ends(struct iotx_rng *r, struct iotx_pkt *p, u16 port)
{
	p->src_host = (u16)iotx_rng_below(r, 200);
	p->dst_host = (u16)(1000 + iotx_rng_below(r, 4));
	p->src_port = (u16)(32768 + iotx_rng_below(r, 28000));
	p->dst_port = port;
}

static void conv_begin(struct iotx_gen *g, struct iotx_gen_conv *c)
{
	struct iotx_rng *r = &g->rng;
	u16 port;

	for (int i = 0; i < 2; i++) {
		iotx_stream_free(&c->dir[i].stream);
		c->dir[i].pos = 0;
		c->dir[i].isn = iotx_rng_chance(r, 30) ? 0u - iotx_rng_below(r, 3000) :
							 (u32)iotx_rng_next(r);
	}
	c->sent = 0;
	c->left = 4 + iotx_rng_below(r, c->kind == KIND_MQTT ? 120 : 24);
	if (c->pkt.src_port && iotx_rng_chance(r, 20))
		return; /* the five-tuple is used anew */
	memset(&c->pkt, 0, sizeof(c->pkt));
	wrap(r, &c->pkt);
	port = c->kind == KIND_MQTT ? IOTX_PICK(r, mqtt_ports) :
	       c->kind == KIND_COAP ? IOTX_PICK(r, coap_ports) : IOTX_PICK(r, ws_ports);
	if (c->kind == KIND_OTHER)
		port = IOTX_PICK(r, other_ports[c->other]);
	ends(r, &c->pkt, port);
	if (c->kind == KIND_COAP || (c->kind == KIND_OTHER && c->other < 2))
		c->pkt.transport = UDP;
}

void iotx_gen_init(struct iotx_gen *g, u64 seed)
{
	*g = (struct iotx_gen){ .rng = { seed } };
	g->conv = calloc(CONVS + OTHERS, sizeof(*g->conv));
	if (!g->conv)
		abort();
	for (u32 i = 0; i < CONVS; i++) {
		g->conv[i].kind = kinds[i % 4];
		conv_begin(g, &g->conv[i]);
	}
	for (u32 i = 0; i < OTHERS; i++) {
		g->conv[CONVS + i].kind = KIND_OTHER;
		g->conv[CONVS + i].other = i % 4;
		conv_begin(g, &g->conv[CONVS + i]);
	}
}

void iotx_gen_free(struct iotx_gen *g)
{
	for (u32 i = 0; i < CONVS + OTHERS; i++)
		for (int d = 0; d < 2; d++)
			iotx_stream_free(&g->conv[i].dir[d].stream);
	free(g->conv);
}

/* The packet of a direction, without payload. */
static struct iotx_pkt from_side(const struct iotx_gen_conv *c, int side)
{
	struct iotx_pkt p = c->pkt;

	if (side) {
		p.src_host = c->pkt.dst_host;
		p.dst_host = c->pkt.src_host;
		p.src_port = c->pkt.dst_port;
		p.dst_port = c->pkt.src_port;
	}
	p.seq = c->dir[side].isn + c->dir[side].pos;
	p.ack = c->dir[!side].isn + c->dir[!side].pos;
	return p;
}

static void emit(struct iotx_gen *g, struct iotx_pkt *p)
{
	struct iotx_rng *r = &g->rng;

	if (iotx_rng_chance(r, 15))
		p->padding = 1 + iotx_rng_below(r, 12);
	g->len = iotx_pkt_build(p, g->frame, NULL);
}

/* --- MQTT --------------------------------------------------------------------------------- */

static void stream_refill(struct iotx_gen *g, struct iotx_gen_conv *c, int side)
{
	struct dir *d = &c->dir[side];
	struct iotx_rng *r = &g->rng;

	if (d->pos < d->stream.bytes.len)
		return;
	d->isn += d->pos;
	d->pos = 0;
	iotx_stream_free(&d->stream);
	if (!c->sent && !side && iotx_rng_chance(r, 70))
		iotx_stream_add(&d->stream, r, 1, 0);
	iotx_stream_fill(&d->stream, r, 6, iotx_rng_chance(r, 80) ? 300 : 20000);
	if (iotx_rng_chance(r, 10)) { /* bytes that break the format */
		u32 at = iotx_rng_below(r, (u32)d->stream.bytes.len);
		u32 n = (u32)d->stream.bytes.len - at;

		iotx_rng_fill(r, d->stream.bytes.data + at, n < 6 ? n : 6);
	}
}

/* The end of at most `starts` messages that start in [from, to). */
static u32 few_starts(const struct dir *d, u32 from, u32 to, u32 starts)
{
	for (u32 i = from; i < to; i++)
		if (d->stream.marks.data[i] & IOTX_MARK_START && !starts--)
			return i;
	return to;
}

static u32 segment_len(struct iotx_rng *r, const struct iotx_pkt *p, u8 *scratch)
{
	static const u32 classes[] = { 216, 1560, 216, 1560, 1514 };
	u32 len;

	switch (iotx_rng_below(r, 6)) {
	case 0: /* next to a size class of samples */
		len = IOTX_PICK(r, classes) - iotx_pkt_build(p, scratch, NULL);
		return len + 1 - iotx_rng_below(r, 3);
	case 1:
		return 1 + iotx_rng_below(r, 4);
	case 2:
		return 1 + iotx_rng_below(r, PAYLOAD_MAX);
	default:
		return 1 + iotx_rng_below(r, 120);
	}
}

/* Where the next segment ends: at a message, or anywhere. */
static u32 segment_end(struct iotx_gen *g, const struct dir *d, const struct iotx_pkt *p, u32 from)
{
	u32 left = (u32)d->stream.bytes.len - from, len;

	if (iotx_rng_chance(&g->rng, 50)) {
		len = few_starts(d, from + 1, from + left, iotx_rng_below(&g->rng, 4)) - from;
	} else {
		len = segment_len(&g->rng, p, g->frame);
	}
	if (len > left)
		len = left;
	if (len > PAYLOAD_MAX)
		len = PAYLOAD_MAX;
	return from + len;
}

static void mqtt_flags(struct iotx_rng *r, struct iotx_pkt *p, bool first)
{
	p->tcp_flags = ACK;
	if (first && iotx_rng_chance(r, 30))
		p->tcp_flags = SYN;
	else if (iotx_rng_chance(r, 2))
		p->tcp_flags = ACK | FIN;
	if (p->tcp_flags & SYN)
		p->seq--;
	if (iotx_rng_chance(r, 3))
		p->ack = (u32)iotx_rng_next(r);
}

static void next_mqtt(struct iotx_gen *g, struct iotx_gen_conv *c)
{
	struct iotx_rng *r = &g->rng;
	int side = c->sent && iotx_rng_chance(r, 45);
	struct dir *d = &c->dir[side];
	u32 from, to, pos, roll = iotx_rng_below(r, 100);
	struct iotx_pkt p;

	stream_refill(g, c, side);
	p = from_side(c, side);
	mqtt_flags(r, &p, !d->pos && c->sent < 2);
	from = pos = d->pos;
	to = segment_end(g, d, &p, from);
	if (roll < 5) { /* an ACK alone */
		to = from;
	} else if (roll < 12) { /* sent before, in part perhaps */
		from -= iotx_rng_below(r, from < 600 ? from + 1 : 600);
		to = to - from > PAYLOAD_MAX ? segment_end(g, d, &p, from) : to;
	} else if (roll < 16) { /* lost on the way */
		from = to;
		to = from < d->stream.bytes.len ? segment_end(g, d, &p, from) : from;
	}
	p.seq += from - pos;
	p.payload = d->stream.bytes.data + from;
	p.payload_len = to - from;
	if (to > d->pos)
		d->pos = to;
	emit(g, &p);
}

/* --- WebSocket ----------------------------------------------------------------------------- */

static u32 put_text(u8 *p, const char *text)
{
	u32 n = (u32)strlen(text);

	memcpy(p, text, n);
	return n;
}

/* A request whose Upgrade field ends near where the search ends, now and then. */
static u32 put_request(struct iotx_gen *g)
{
	static const char *const field[] = {
		"Upgrade: websocket", "upgrade:websocket", "UPGRADE: \t WebSocket",
		"Upgrade: websocket", "Upgrade: websocket", "Upgrade: websocke",
		"Upgrade: h2c",
	};
	const char *chosen = IOTX_PICK(&g->rng, field);
	u32 n = put_text(g->payload, iotx_rng_chance(&g->rng, 95) ? "GET / HTTP/1.1\r\nX: " : "PUT ");
	u32 pad = iotx_rng_below(&g->rng, 60);

	if (iotx_rng_chance(&g->rng, 30))
		pad = 1024 - n - 2 - (u32)strlen(chosen) + 6 - iotx_rng_below(&g->rng, 12);
	memset(g->payload + n, 'x', pad);
	n += pad;
	n += put_text(g->payload + n, "\r\n");
	n += put_text(g->payload + n, chosen);
	return n + put_text(g->payload + n, "\r\n\r\n");
}

static u32 put_noise(struct iotx_gen *g, u32 max)
{
	u32 n = iotx_rng_below(&g->rng, max + 1);

	iotx_rng_fill(&g->rng, g->payload, n);
	return n;
}

static void next_websocket(struct iotx_gen *g, struct iotx_gen_conv *c)
{
	static const char *const answers[] = {
		"HTTP/1.1 101 Switching Protocols\r\n\r\n", "HTTP/1.1 101", "HTTP/1.1 10",
		"HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 101 Switching Protocols\r\n\r\n",
	};
	int side = c->sent && iotx_rng_chance(&g->rng, 50);
	struct iotx_pkt p = from_side(c, side);

	p.payload = g->payload;
	if (c->sent < 2 && !side)
		p.payload_len = put_request(g);
	else if (c->sent < 3)
		p.payload_len = put_text(g->payload, IOTX_PICK(&g->rng, answers));
	else
		p.payload_len = put_noise(g, 600);
	c->dir[side].pos += p.payload_len;
	emit(g, &p);
}

/* --- CoAP ---------------------------------------------------------------------------------- */

static void next_coap(struct iotx_gen *g, struct iotx_gen_conv *c)
{
	static const u8 codes[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 31, 0x20, 0x41, 0x45, 0x5f, 0x60,
				    0x80, 0x84, 0x9f, 0xa0, 0xa3, 0xbf, 0xc0, 0xe1, 0xff };
	struct iotx_rng *r = &g->rng;
	int side = iotx_rng_chance(r, 40);
	struct iotx_pkt p = from_side(c, side);
	u8 token = (u8)iotx_rng_below(r, iotx_rng_chance(r, 80) ? 9 : 16);
	u8 version = (u8)(iotx_rng_chance(r, 94) ? 1 : iotx_rng_below(r, 4));

	p.payload = g->payload;
	p.payload_len = 4u + token + put_noise(g, iotx_rng_chance(r, 90) ? 60 : 1200);
	g->payload[0] = (u8)(version << 6 | iotx_rng_below(r, 4) << 4 | token);
	g->payload[1] = IOTX_PICK(r, codes);
	if (iotx_rng_chance(r, 10))
		p.payload_len = iotx_rng_below(r, 6 + token);
	emit(g, &p);
}

/* --- other protocols ------------------------------------------------------------------------ */

static void next_other_proto(struct iotx_gen *g, struct iotx_gen_conv *c)
{
	int side = c->sent && iotx_rng_chance(&g->rng, 40);
	struct iotx_pkt p = from_side(c, side);

	p.payload = g->payload;
	if (c->other == 0)
		p.payload_len = iotx_msg_any_mqttsn(g->payload, &g->rng);
	else if (c->other < 3)
		p.payload_len = iotx_msg_any_dns(g->payload, &g->rng, c->other == 2);
	else
		p.payload_len = iotx_msg_any_coap_tcp(g->payload, &g->rng);
	c->dir[side].pos += p.payload_len;
	emit(g, &p);
}

/* --- what is not counted as a protocol ------------------------------------------------------ */

static struct iotx_pkt any_packet(struct iotx_gen *g)
{
	static const u16 ports[] = { 1883, 5683, 53, 443, 40000, 80 };
	struct iotx_pkt p = { .transport = iotx_rng_chance(&g->rng, 50) ? TCP : UDP };

	wrap(&g->rng, &p);
	ends(&g->rng, &p, IOTX_PICK(&g->rng, ports));
	if (iotx_rng_chance(&g->rng, 30)) {
		u16 port = p.src_port;

		p.src_port = p.dst_port;
		p.dst_port = port;
	}
	p.payload = g->payload;
	p.payload_len = put_noise(g, iotx_rng_chance(&g->rng, 50) ? 30 : 400);
	return p;
}

static void next_fragment(struct iotx_gen *g)
{
	static const u16 fields[] = { 0x2000, 0x2001, 0x0001, 0x1fff, 0x3fff, 0x6000, 0xa008,
				      0x4000, 0x8000 };
	static const u16 ext_fields[] = { 1, 8, 9, 0xfff8, 0xfff9, 0x10, 6, 7, 1 };
	struct iotx_pkt p = any_packet(g);

	if (p.vlans > 2)
		p.vlans = 2;
	p.fragment = IOTX_PICK(&g->rng, fields);
	p.ext_fragment = IOTX_PICK(&g->rng, ext_fields);
	if (p.ip_version == 6) {
		p.exts = (u8)(1 + iotx_rng_below(&g->rng, 3));
		p.ext[0] = p.ext[1] = 0;
		p.ext[p.exts - 1] = 44;
	}
	emit(g, &p);
}

/* A number next to what would be right, or any. */
static u16 near(struct iotx_rng *r, u32 right)
{
	return iotx_rng_chance(r, 70) ? (u16)(right + iotx_rng_below(r, 5) - 2) :
					(u16)iotx_rng_next(r);
}

static void spoil_length(struct iotx_gen *g, const struct iotx_pkt *p, const struct iotx_pkt_at *at)
{
	struct iotx_rng *r = &g->rng;
	u32 ip_len = g->len - at->ip;
	u8 *ip = g->frame + at->ip, *l4 = g->frame + at->l4;

	switch (iotx_rng_below(r, 5)) {
	case 0:
		if (p->ip_version == 6)
			iotx_put_be16(ip + 4, near(r, iotx_rng_chance(r, 50) ? ip_len - 40 : 8));
		else
			iotx_put_be16(ip + 2, near(r, iotx_rng_chance(r, 50) ? ip_len : 28));
		break;
	case 1:
		ip[0] = (u8)iotx_rng_next(r);
		break;
	case 2:
		if (p->ip_version == 6 && p->exts)
			g->frame[at->ext + 1] = (u8)near(r, (g->len - at->ext) / 8);
		break;
	default:
		if (p->transport == UDP)
			iotx_put_be16(l4 + 4, near(r, iotx_rng_chance(r, 50) ? g->len - at->l4 : 8));
		else
			l4[12] = (u8)(near(r, iotx_rng_chance(r, 50) ? (g->len - at->l4) / 4 : 5) << 4);
	}
}

/* Cut anywhere, or with a length that is off by a little; some of them remain good. */
static void next_malformed(struct iotx_gen *g)
{
	struct iotx_pkt p = any_packet(g);
	struct iotx_pkt_at at;

	if (iotx_rng_chance(&g->rng, 50))
		p.payload_len = iotx_rng_below(&g->rng, 21);
	if (iotx_rng_chance(&g->rng, 30))
		p.padding = iotx_rng_below(&g->rng, 8);
	if (iotx_rng_chance(&g->rng, 10)) {
		p.exts = (u8)(8 + iotx_rng_below(&g->rng, 2));
		memset(p.ext, 60, sizeof(p.ext));
	}
	g->len = iotx_pkt_build(&p, g->frame, &at);
	if (iotx_rng_chance(&g->rng, 40))
		g->len = FRAME_MIN + iotx_rng_below(&g->rng, g->len - FRAME_MIN);
	else
		spoil_length(g, &p, &at);
}

static void next_other(struct iotx_gen *g)
{
	static const u16 types[] = { 0x0806, 0x88cc, 0x8863, 0x0800, 0x86dd };
	static const u8 transports[] = { 1, 2, 58, 59, 132, 42, 61, 107, 141 };
	struct iotx_pkt p = any_packet(g);

	if (iotx_rng_chance(&g->rng, 30))
		p.ethertype = IOTX_PICK(&g->rng, types);
	else if (iotx_rng_chance(&g->rng, 50))
		p.transport = IOTX_PICK(&g->rng, transports);
	emit(g, &p);
}

static void next_of_conv(struct iotx_gen *g, struct iotx_gen_conv *c)
{
	if (c->kind == KIND_MQTT)
		next_mqtt(g, c);
	else if (c->kind == KIND_COAP)
		next_coap(g, c);
	else if (c->kind == KIND_OTHER)
		next_other_proto(g, c);
	else
		next_websocket(g, c);
	c->sent++;
	if (!--c->left)
		conv_begin(g, c);
}

/* Of the first CONVS every fourth is CoAP, every fourth WebSocket, the others MQTT. */
void iotx_gen_next(struct iotx_gen *g)
{
	u32 roll = iotx_rng_below(&g->rng, 100);
	u32 four = iotx_rng_below(&g->rng, CONVS / 4) * 4;

	if (roll < 14)
		next_fragment(g);
	else if (roll < 33)
		next_malformed(g);
	else if (roll < 37)
		next_other(g);
	else if (roll < 37 + 21)
		next_of_conv(g, &g->conv[four + 2]);
	else if (roll < 37 + 21 + 18)
		next_of_conv(g, &g->conv[four + 3]);
	else if (roll < 37 + 21 + 18 + 9)
		next_of_conv(g, &g->conv[CONVS + iotx_rng_below(&g->rng, OTHERS)]);
	else
		next_of_conv(g, &g->conv[four + iotx_rng_below(&g->rng, 2)]);
}
