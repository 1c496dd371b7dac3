// SPDX-License-Identifier: GPL-2.0-only
#include "ws.h"

#include "base/utf8.h"

const char *iotx_ws_opcode_name(u8 opcode)
{
	switch (opcode) {
#define X(value, id, name)                                                                      \
	case value:                                                                             \
		return name;
		IOTX_WS_OPCODES(X)
#undef X
	}
	return NULL;
}

/* RFC 6455, section 7.4.1, and IANA's registry: code, may it stand in a Close, name. */
#define CLOSE_CODES(X)                                                                          \
	X(1000, true, "Normal Closure")                                                         \
	X(1001, true, "Going Away")                                                             \
	X(1002, true, "Protocol error")                                                         \
	X(1003, true, "Unsupported Data")                                                       \
	X(1004, false, "Reserved")                                                              \
	X(1005, false, "No Status Rcvd")                                                        \
	X(1006, false, "Abnormal Closure")                                                      \
	X(1007, true, "Invalid frame payload data")                                             \
	X(1008, true, "Policy Violation")                                                       \
	X(1009, true, "Message Too Big")                                                        \
	X(1010, true, "Mandatory Ext.")                                                         \
	X(1011, true, "Internal Error")                                                         \
	X(1012, true, "Service Restart")                                                        \
	X(1013, true, "Try Again Later")                                                        \
	X(1014, true, "Bad Gateway")                                                            \
	X(1015, false, "TLS handshake")

const char *iotx_ws_close_name(u16 code)
{
	switch (code) {
#define X(value, sendable, name)                                                                \
	case value:                                                                             \
		return name;
		CLOSE_CODES(X)
#undef X
	}
	return NULL;
}

/* 3000 to 4999 belong to libraries and applications; beyond them nothing is said (7.4.2). */
static bool close_code_ok(u16 code)
{
	switch (code) {
#define X(value, sendable, name)                                                                \
	case value:                                                                             \
		return sendable;
		CLOSE_CODES(X)
#undef X
	}
	return code >= 3000;
}

void iotx_ws_unmask(u8 *dst, const u8 *src, u32 n, u32 key, u32 off)
{
	u8 pattern[8];
	u64 wide, word;
	u32 i = 0;

	for (u32 k = 0; k < 8; k++)
		pattern[k] = iotx_ws_mask_byte(key, off + k);
	memcpy(&wide, pattern, 8);
	for (; i + 8 <= n; i += 8) {
		memcpy(&word, src + i, 8);
		word ^= wide;
		memcpy(dst + i, &word, 8);
	}
	for (; i < n; i++)
		dst[i] = src[i] ^ pattern[i & 7];
}

static void judge_rsv(const struct iotx_ws_hdr *h, const struct iotx_ws_place *place,
		      struct iotx_diag *diag)
{
	u8 rsv = h->first & (IOTX_WS_RSV1 | IOTX_WS_RSV2 | IOTX_WS_RSV3);

	if (!place->handshake)
		return;
	if (place->deflate && rsv & IOTX_WS_RSV1) {
		rsv &= ~IOTX_WS_RSV1;
		if (iotx_ws_is_control(h->first))
			iotx_ws_breach(diag, IOTX_WS_RULE_DEFLATE_CONTROL, 0);
		else if (iotx_ws_opcode(h->first) == IOTX_WS_CONTINUATION)
			iotx_ws_breach(diag, IOTX_WS_RULE_DEFLATE_CONTINUATION, 0);
	}
	if (rsv && !place->others)
		iotx_ws_breach(diag, IOTX_WS_RULE_RSV, 0);
}

static void judge_control(const struct iotx_ws_hdr *h, struct iotx_diag *diag)
{
	if (!(h->first & IOTX_WS_FIN))
		iotx_ws_breach(diag, IOTX_WS_RULE_CONTROL_FRAGMENT, 0);
	if (h->length > IOTX_WS_CONTROL_MAX)
		iotx_ws_breach(diag, IOTX_WS_RULE_CONTROL_LONG, 1);
}

static void judge_data(const struct iotx_ws_hdr *h, const struct iotx_ws_place *place,
		       struct iotx_diag *diag)
{
	bool continues = iotx_ws_opcode(h->first) == IOTX_WS_CONTINUATION;

	if (continues && !place->in_message && !place->unsure)
		iotx_ws_breach(diag, IOTX_WS_RULE_CONTINUATION, 0);
	if (!continues && place->in_message)
		iotx_ws_breach(diag, IOTX_WS_RULE_INTERRUPTED, 0);
	if (place->closed)
		iotx_ws_breach(diag, IOTX_WS_RULE_AFTER_CLOSE, 0);
}

void iotx_ws_judge_header(const struct iotx_ws_hdr *h, const struct iotx_ws_place *place,
			  struct iotx_diag *diag)
{
	bool masked = iotx_ws_is_masked(h);

	if (!iotx_ws_opcode_name(iotx_ws_opcode(h->first)))
		iotx_ws_breach(diag, IOTX_WS_RULE_OPCODE, 0);
	else if (iotx_ws_is_control(h->first))
		judge_control(h, diag);
	else
		judge_data(h, place, diag);
	judge_rsv(h, place, diag);
	if (place->role_known && masked != (place->role == IOTX_WS_CLIENT))
		iotx_ws_breach(diag, masked ? IOTX_WS_RULE_MASKED : IOTX_WS_RULE_UNMASKED, 1);
	if (!iotx_ws_length_minimal(h))
		iotx_ws_breach(diag, IOTX_WS_RULE_LENGTH_LONG, 1);
}

void iotx_ws_read_close(struct iotx_ws_msg *msg, bool whole, struct iotx_diag *diag)
{
	struct iotx_slice body = msg->payload;

	if (body.len < 2) {
		if (whole && body.len == 1)
			iotx_ws_breach(diag, IOTX_WS_RULE_CLOSE_SHORT, 0);
		return;
	}
	msg->has_code = true;
	msg->code = iotx_be16(body.data);
	msg->reason = iotx_slice(body.data + 2, body.len - 2);
	if (!close_code_ok(msg->code))
		iotx_ws_breach(diag, IOTX_WS_RULE_CLOSE_CODE, 0);
	if (msg->code >= 5000)
		iotx_ws_breach(diag, IOTX_WS_RULE_CLOSE_RANGE, 0);
	if (whole && iotx_utf8_check(msg->reason) == IOTX_UTF8_BAD)
		iotx_ws_breach(diag, IOTX_WS_RULE_CLOSE_REASON, 2);
}
