// SPDX-License-Identifier: GPL-2.0-only
/* How WebSocket messages are shown: the "websocket" object is EVE's. */
#include "ws.h"

#include "base/digits.h"
#include "base/utf8.h"

static const char *title(const void *m, char buf[IOTX_TITLE_MAX])
{
	static const char *const titles[IOTX_WS_OPCODE_COUNT] = {
		[IOTX_WS_CONTINUATION] = "CONTINUATION", [IOTX_WS_TEXT] = "TEXT",
		[IOTX_WS_BINARY] = "BINARY", [IOTX_WS_CLOSE] = "CLOSE",
		[IOTX_WS_PING] = "PING", [IOTX_WS_PONG] = "PONG",
	};
	const struct iotx_ws_msg *msg = m;

	(void)buf;
	return titles[msg->opcode & 15] ? titles[msg->opcode & 15] : "RESERVED";
}

/* Of a message whose end is not kept, a character may be cut in half. */
static bool as_text(const struct iotx_ws_msg *msg, struct iotx_slice *text)
{
	*text = msg->payload;
	for (u32 i = 0; i < 4; i++) {
		if (iotx_utf8_check(*text) <= IOTX_UTF8_DISCOURAGED)
			return true;
		if (!msg->skipped || !text->len)
			return false;
		text->len--;
	}
	return false;
}

static void show_payload(const struct iotx_ws_msg *msg, struct iotx_visitor *v)
{
	struct iotx_slice text;

	if (!msg->payload.len || msg->opcode == IOTX_WS_CLOSE)
		return;
	if (msg->opcode != IOTX_WS_BINARY && as_text(msg, &text))
		v_str(v, "payload_printable", text);
	else
		v_bytes(v, "payload", msg->payload);
}

static void fields(const void *m, struct iotx_visitor *v)
{
	const struct iotx_ws_msg *msg = m;
	const char *name = iotx_ws_opcode_name(msg->opcode);
	char digits[IOTX_U64_DIGITS];

	v->weight = IOTX_DETAIL;
	if (name)
		v_text(v, "opcode", name);
	else
		v_str(v, "opcode", iotx_slice(digits, iotx_digits_put(digits, msg->opcode)));
	v_bool(v, "fin", msg->fin);
	if (msg->masked)
		v_u64(v, "mask", msg->key);
	v->weight = IOTX_SHOW;
	show_payload(msg, v);
}

static void show_close(const struct iotx_ws_msg *msg, struct iotx_visitor *v)
{
	if (!msg->has_code)
		return;
	v_coded(v, "close_code", msg->code, iotx_ws_close_name(msg->code));
	if (msg->reason.len)
		v_str(v, "close_reason", msg->reason);
}

static void extra(const void *m, struct iotx_visitor *v)
{
	const struct iotx_ws_msg *msg = m;
	char text[IOTX_DIGITS_MS];

	show_close(msg, v);
	if (msg->has_rtt)
		v_coded(v, "rtt_ns", msg->rtt_ns, iotx_digits_ms(text, msg->rtt_ns));
	v->weight = IOTX_DETAIL;
	if (msg->has_rtt && msg->ping_frame)
		v_u64(v, "ping_frame", msg->ping_frame);
	v_u64(v, "payload_length", msg->length);
	if (msg->compressed)
		v_bool(v, "compressed", true);
	if (msg->frames > 1)
		v_u64(v, "fragments", msg->frames);
	v->weight = IOTX_SHOW;
	if (msg->skipped)
		v_u64(v, "skipped_length", msg->skipped);
}

const struct iotx_event_class iotx_ws_event = {
	.name = "websocket",
	.label = "WebSocket",
	.title = title,
	.fields = fields,
	.extra = extra,
};
