// SPDX-License-Identifier: GPL-2.0-only
#include "ws_stream.h"
#include <string.h>

static void add(struct iotx_ws_stream *ws, u8 byte, u8 mark)
{
	iotx_msg_bytes(&ws->bytes, &byte, 1);
	iotx_msg_bytes(&ws->marks, &mark, 1);
}

void iotx_ws_stream_head(struct iotx_ws_stream *ws, bool client)
{
	const char *head = client ?
		"GET /mqtt HTTP/1.1\r\nHost: broker\r\nUpgrade: websocket\r\n"
		"Connection: Upgrade\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n" :
		"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
		"Connection: Upgrade\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n";

	for (; *head; head++)
		add(ws, (u8)*head, 0);
	ws->head_len = (u32)ws->bytes.len;
}

static void put_length(struct iotx_ws_stream *ws, u32 len, u8 mask)
{
	if (len < 126) {
		add(ws, (u8)(mask | len), 0);
		return;
	}
	add(ws, mask | (len < 65536 ? 126 : 127), 0);
	for (int i = len < 65536 ? 1 : 7; i >= 0; i--)
		add(ws, (u8)((u64)len >> (8 * i)), 0);
}

/* Returns where the payload starts. */
static size_t frame(struct iotx_ws_stream *ws, struct iotx_rng *r, u8 first, bool client,
		    struct iotx_slice payload)
{
	u8 key[4] = {};
	size_t at;

	add(ws, first, 0);
	put_length(ws, payload.len, client ? 0x80 : 0);
	if (client)
		iotx_rng_fill(r, key, 4);
	for (int i = 0; client && i < 4; i++)
		add(ws, key[i], 0);
	at = ws->bytes.len;
	for (u32 i = 0; i < payload.len; i++)
		add(ws, payload.data[i] ^ key[i % 4], 0);
	return at;
}

void iotx_ws_stream_frame(struct iotx_ws_stream *ws, struct iotx_rng *r, u8 first, bool client,
			  const void *payload, u32 len)
{
	frame(ws, r, first, client, iotx_slice(payload, len));
}

static u32 piece_len(const struct iotx_stream *s, u32 from, struct iotx_rng *r,
		     enum iotx_ws_cut cut)
{
	u32 left = (u32)s->bytes.len - from, n = 0;

	if (cut == IOTX_WS_CUT_FIELDS)
		n = iotx_rng_below(r, 9);
	else if (cut == IOTX_WS_CUT_ANY)
		n = iotx_rng_below(r, iotx_rng_chance(r, 80) ? 200 : 70000);
	else
		for (u32 messages = 1 + iotx_rng_below(r, 3); messages; messages--)
			do
				n++;
			while (n < left && !(s->marks.data[from + n] & IOTX_MARK_START));
	return n < left ? n : left;
}

static void maybe_control(struct iotx_ws_stream *ws, struct iotx_rng *r, bool client)
{
	u8 payload[125];
	u32 len = iotx_rng_below(r, 3) ? iotx_rng_below(r, 126) : 0;

	iotx_rng_fill(r, payload, len);
	if (iotx_rng_chance(r, 10))
		iotx_ws_stream_frame(ws, r, iotx_rng_chance(r, 50) ? 0x89 : 0x8a, client, payload,
				     len);
}

void iotx_ws_stream_fill(struct iotx_ws_stream *ws, struct iotx_rng *r,
			 const struct iotx_stream *s, bool client, enum iotx_ws_cut cut)
{
	bool open = false; /* a message that goes on in continuation frames */

	for (u32 from = 0, n; from < s->bytes.len; from += n) {
		bool fin = iotx_rng_chance(r, 80);
		u8 first = (u8)((fin ? 0x80 : 0) | (open ? 0 : 2));
		size_t start = ws->bytes.len, at;

		n = piece_len(s, from, r, cut);
		at = frame(ws, r, first, client, iotx_slice(s->bytes.data + from, n));
		for (u32 i = 0; i < n; i++)
			ws->marks.data[at + i] = s->marks.data[from + i] & IOTX_MARK_TYPE;
		if (n && s->marks.data[from] & IOTX_MARK_START)
			ws->marks.data[start] |= IOTX_MARK_START;
		open = !fin;
		maybe_control(ws, r, client);
	}
	for (int type = 0; type < 16; type++)
		ws->count[type] += s->count[type];
}

void iotx_ws_stream_free(struct iotx_ws_stream *ws)
{
	iotx_buf_free(&ws->bytes);
	iotx_buf_free(&ws->marks);
	memset(ws, 0, sizeof(*ws));
}
