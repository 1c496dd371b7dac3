// SPDX-License-Identifier: GPL-2.0-only
#include "ws_lab.h"

#include <wire/ws.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static bool is_text(struct iotx_slice s)
{
	for (u32 i = 0; i < s.len; i++)
		if (s.data[i] <= ' ' || s.data[i] > '~')
			return false;
	return s.len <= 40;
}

static void describe(const struct iotx_event *ev, char *word, size_t room)
{
	char title[IOTX_TITLE_MAX], payload[64] = "";
	const struct iotx_ws_msg *msg = ev->msg;

	if (ev->cls->of_rules) {
		snprintf(word, room, "!%s", ev->diag.rule);
		return;
	}
	/* how much is kept of what is too long depends on the segments */
	if (ev->cls == &iotx_ws_event && msg->payload.len && ev->verdict != IOTX_E_LIMIT)
		snprintf(payload, sizeof(payload), is_text(msg->payload) ? "=%.*s" : "=<%u>",
			 msg->payload.len, (const char *)msg->payload.data);
	snprintf(word, room, "%s%s:%s%s%s%s%s%s", ev->over ? "~" : "",
		 ev->ends->src_port == LAB_CLIENT ? "c" : "s", ev->cls->title(ev->msg, title), payload,
		 ev->resync ? "+resync" : "", ev->verdict ? "(" : "",
		 ev->verdict ? iotx_verdict_name(ev->verdict) : "", ev->verdict ? ")" : "");
}

int ws_lab_setup(void **state)
{
	lab_setup(state);
	lab.port = LAB_WEB;
	lab.describe = describe;
	return 0;
}

void ws_lab_request(const char *lines)
{
	char head[20000];

	snprintf(head, sizeof(head),
		 "GET /mqtt HTTP/1.1\r\nHost: broker\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
		 "Sec-WebSocket-Key: " WS_KEY "\r\nSec-WebSocket-Version: 13\r\n%s\r\n", lines);
	lab_segment(0, head, (u32)strlen(head));
}

void ws_lab_response(const char *lines)
{
	char head[2000];

	snprintf(head, sizeof(head),
		 "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
		 "Sec-WebSocket-Accept: " WS_ACCEPT "\r\n%s\r\n", lines);
	lab_segment(1, head, (u32)strlen(head));
}

void ws_lab_open(const char *request, const char *response)
{
	ws_lab_request(request);
	ws_lab_response(response);
	ws_lab_expect("c:UPGRADE s:UPGRADED");
}

void ws_frame(struct iotx_buf *b, u32 side, u8 first, const void *data, u32 len)
{
	static const u8 key[4] = { 0x37, 0xfa, 0x21, 0x3d };
	u8 head[10] = { first }, mask = side ? 0 : 0x80, clear;
	u32 n = 2;

	if (len < 126) {
		head[1] = (u8)(mask | len);
	} else if (len < 65536) {
		head[1] = mask | 126;
		head[n++] = (u8)(len >> 8);
		head[n++] = (u8)len;
	} else {
		head[1] = mask | 127;
		for (n = 2; n < 10; n++)
			head[n] = n < 6 ? 0 : (u8)(len >> 8 * (9 - n));
	}
	iotx_msg_bytes(b, head, n);
	if (!side)
		iotx_msg_bytes(b, key, 4);
	for (u32 i = 0; i < len; i++) {
		clear = ((const u8 *)data)[i] ^ (side ? 0 : key[i % 4]);
		iotx_msg_bytes(b, &clear, 1);
	}
}

void ws_lab_frame(u32 side, u8 first, const void *data, u32 len)
{
	struct iotx_buf b = {};

	ws_frame(&b, side, first, data, len);
	for (size_t i = 0; i < b.len; i += 60000)
		lab_segment(side, b.data + i, b.len - i < 60000 ? (u32)(b.len - i) : 60000);
	iotx_buf_free(&b);
}

void ws_lab_connect(void)
{
	struct iotx_buf b = {};

	iotx_msg_connect(&b);
	ws_lab_frame(0, 0x82, b.data, (u32)b.len);
	iotx_buf_free(&b);
}

void ws_lab_open_mqtt(void)
{
	ws_lab_open(WS_MQTT, WS_MQTT);
	ws_lab_connect();
	ws_lab_frame(1, 0x82, WS_CONNACK, 4);
	ws_lab_expect("~c:CONNECT ~s:CONNACK");
}

void ws_lab_text(u32 side, u8 first, const char *text)
{
	ws_lab_frame(side, first, text, (u32)strlen(text));
}

void ws_lab_hex(u32 side, const char *hex)
{
	static u8 data[8192];
	u32 n = 0;

	for (; *hex; hex++) {
		char digits[3] = { hex[0], hex[1], 0 };

		if (*hex == ' ')
			continue;
		assert_true(n < sizeof(data));
		data[n++] = (u8)strtoul(digits, NULL, 16);
		hex++;
	}
	lab_segment(side, data, n);
}

void ws_lab_close(u32 side)
{
	lab_segment_at(side, lab.seq[side], lab.seq[!side], NULL, 0, IOTX_TCP_FIN | IOTX_TCP_ACK);
	lab.seq[side]++;
}

void ws_lab_expect(const char *log)
{
	assert_string_equal(lab.log, log);
	lab.log[0] = '\0';
}
