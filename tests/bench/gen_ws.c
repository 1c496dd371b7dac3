// SPDX-License-Identifier: GPL-2.0-only
#include "gen.h"
#include <msg.h>
#include <pkt.h>
#include <string.h>

#define FIN_BINARY 0x82
#define MASKED 0x80

/* Key and answer are the example of RFC 6455, section 1.3. */
void gen_ws_request(struct gen *g)
{
	iotx_msg_text(&g->write, "GET /mqtt HTTP/1.1\r\nHost: broker.example\r\n"
				 "Upgrade: websocket\r\nConnection: Upgrade\r\n"
				 "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
				 "Sec-WebSocket-Protocol: mqtt\r\nSec-WebSocket-Version: 13\r\n\r\n");
}

void gen_ws_response(struct gen *g)
{
	iotx_msg_text(&g->write, "HTTP/1.1 101 Switching Protocols\r\n"
				 "Upgrade: websocket\r\nConnection: Upgrade\r\n"
				 "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
				 "Sec-WebSocket-Protocol: mqtt\r\n\r\n");
}

/* Clients mask, servers do not (RFC 6455, section 5.1). */
void gen_ws_frame(struct gen *g, u32 start, u32 side)
{
	u32 len = (u32)g->write.len - start, n = 2;
	u8 head[8] = { FIN_BINARY, (u8)(len < 126 ? len : 126) };
	u8 *data, *key = NULL;

	if (len >= 126) {
		iotx_put_be16(head + 2, (u16)len);
		n += 2;
	}
	if (!side) {
		head[1] |= MASKED;
		key = head + n;
		iotx_rng_fill(&g->rng, key, 4);
		n += 4;
	}
	iotx_msg_bytes(&g->write, head, n); /* room; its content moves to the front */
	data = g->write.data + start;
	memmove(data + n, data, len);
	memcpy(data, head, n);
	for (u32 i = 0; key && i < len; i++)
		data[n + i] ^= key[i & 3];
}
