// SPDX-License-Identifier: GPL-2.0-only
#include "gen.h"
#include <msg.h>
#include <pkt.h>
#include <string.h>

enum { CON, NON, ACK };
enum { GET = 0x01, POST = 0x02, PUT = 0x03, CHANGED = 0x44, CONTENT = 0x45, NOT_FOUND = 0x84 };
enum { URI_PATH = 11, CONTENT_FORMAT = 12 };

static void put_header(struct gen *g, const struct gen_flow *f, u8 type, u8 code)
{
	u8 h[8] = { (u8)(0x44 | type << 4), code }; /* version 1, a token of four bytes */

	iotx_put_be16(h + 2, f->id);
	iotx_put_be32(h + 4, f->token);
	iotx_msg_bytes(&g->write, h, sizeof(h));
}

/* Deltas and lengths up to 12 need no extension. */
static void put_option(struct gen *g, u8 delta, const void *value, u32 len)
{
	u8 head = (u8)(delta << 4 | len);

	iotx_msg_bytes(&g->write, &head, 1);
	iotx_msg_bytes(&g->write, value, len);
}

static void put_payload(struct gen *g)
{
	char text[32];
	int n = snprintf(text, sizeof(text), "\xff%u.%02u", iotx_rng_below(&g->rng, 90),
			 iotx_rng_below(&g->rng, 100));

	iotx_msg_bytes(&g->write, text, (u32)n);
}

static void request(struct gen *g, struct gen_flow *f)
{
	static const u8 codes[] = { GET, GET, GET, POST, PUT };
	static const char *const places[] = { "cellar", "kitchen", "roof", "gate" };
	static const char *const things[] = { "temp", "humidity", "door", "power", "valve" };
	const char *place = IOTX_PICK(&g->rng, places), *thing = IOTX_PICK(&g->rng, things);

	f->id++;
	f->token = (u32)iotx_rng_next(&g->rng);
	f->type = iotx_rng_chance(&g->rng, 70) ? CON : NON;
	f->code = IOTX_PICK(&g->rng, codes);
	put_header(g, f, f->type, f->code);
	put_option(g, URI_PATH, place, (u32)strlen(place));
	put_option(g, 0, thing, (u32)strlen(thing));
	if (f->code == GET)
		return;
	put_option(g, CONTENT_FORMAT - URI_PATH, "", 0); /* text/plain */
	put_payload(g);
}

/* In the acknowledgement, or with a Message ID of its own behind a NON. */
static void answer(struct gen *g, const struct gen_flow *f)
{
	bool found = iotx_rng_chance(&g->rng, 95);
	struct gen_flow server = *f;

	if (f->type == NON)
		server.id = (u16)~f->id;
	put_header(g, &server, f->type == CON ? ACK : NON,
		   !found ? NOT_FOUND : f->code == GET ? CONTENT : CHANGED);
	if (!found || f->code != GET)
		return;
	put_option(g, CONTENT_FORMAT, "", 0);
	put_payload(g);
}

u32 gen_coap_message(struct gen *g, struct gen_flow *f)
{
	u32 side = f->waits;

	if (side)
		answer(g, f);
	else
		request(g, f);
	f->waits = !side;
	g->coap++;
	return side;
}
