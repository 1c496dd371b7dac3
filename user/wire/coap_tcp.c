// SPDX-License-Identifier: GPL-2.0-only
#include "coap_tcp.h"

#include "coap_code.h"

enum iotx_err iotx_coap_tcp_measure(const u8 *data, u32 n, u32 *len)
{
	struct iotx_coap_tcp_hdr h;
	enum iotx_err err = iotx_coap_tcp_hdr_set(&h, data, n);

	if (!err)
		*len = h.length;
	return err;
}

/* Classes 1, 3 and 6 have no codes; class 7 has five. */
static bool is_plausible(u8 code)
{
	if (iotx_coap_is_signal(code))
		return iotx_coap_code_name(code) != NULL;
	return iotx_coap_kind(code) != IOTX_COAP_KIND_RESERVED;
}

bool iotx_coap_tcp_whole(const u8 *data, u32 n)
{
	struct iotx_coap_tcp_hdr h;

	while (n) {
		if (iotx_coap_tcp_hdr_set(&h, data, n) || h.length > n || !is_plausible(h.code))
			return false;
		data += h.length;
		n -= h.length;
	}
	return true;
}

static enum iotx_err header_read(struct iotx_coap_options *at, struct iotx_coap_msg *msg,
				 struct iotx_diag *diag)
{
	struct iotx_coap_tcp_hdr h;
	enum iotx_err err = iotx_coap_tcp_hdr_set(&h, at->cur.src.base, at->cur.end);

	if (err == IOTX_E_BAD)
		iotx_coap_breach(diag, IOTX_COAP_RULE_TCP_HEADER, 0);
	if (err)
		return err;
	msg->has_header = true;
	msg->hdr.code = h.code;
	msg->hdr.token_length = h.token_length;
	at->cur.off = h.header_len;
	return iotx_cur_slice(&at->cur, h.token_length, &msg->token);
}

/* Signalling has its class here; others stay reserved (RFC 7252, section 12.1). */
static void header_rule(struct iotx_coap_rules *rules, u8 code)
{
	u8 class = iotx_coap_class(code);

	rules->code = code;
	if (class == 1 || class == 6)
		iotx_coap_breach(rules->diag, IOTX_COAP_RULE_CLASS, 0);
}

enum iotx_err iotx_coap_tcp_decode(const u8 *data, u32 cap_len, u32 len, struct iotx_coap_msg *msg,
				   struct iotx_diag *diag)
{
	u32 present = cap_len < len ? cap_len : len;
	struct iotx_coap_options at = { .cur = iotx_cur_mem(data, present), .end = len };
	struct iotx_coap_rules rules = { .stream = true, .diag = diag };
	enum iotx_err err;

	*msg = (struct iotx_coap_msg){ .stream = true, .skipped_length = len - present };
	iotx_diag_clear(diag);
	err = header_read(&at, msg, diag);
	if (err)
		return err;
	header_rule(&rules, msg->hdr.code);
	err = iotx_coap_body_decode(&at, msg, &rules, diag);
	if (err == IOTX_E_SHORT) /* of a part nothing is said */
		iotx_diag_clear(diag);
	return err ? err : diag->verdict;
}

bool iotx_coap_tcp_telling(struct iotx_slice content)
{
	struct iotx_coap_msg msg;
	struct iotx_diag diag;
	struct iotx_slice value;

	if (!content.len || content.data[0] >> 4 ||
	    iotx_coap_tcp_decode(content.data, content.len, content.len, &msg, &diag) ||
	    !msg.token.len || !iotx_coap_code_name(msg.hdr.code))
		return false;
	if (iotx_coap_class(msg.hdr.code) == 0)
		return iotx_coap_find(&msg, IOTX_COAP_OPT_URI_PATH, &value);
	return iotx_coap_find(&msg, IOTX_COAP_OPT_OBSERVE, &value) ||
	       iotx_coap_find(&msg, IOTX_COAP_OPT_CONTENT_FORMAT, &value);
}

/* Section 3.2: 0 to 12 stand in the first byte, the others behind it. */
static u32 put_length(u8 *buf, u32 rest)
{
	static const struct {
		u32 from, bytes;
	} forms[] = { { 65805, 4 }, { 269, 2 }, { 13, 1 }, { 0, 0 } };
	u32 i = 0;

	while (rest < forms[i].from)
		i++;
	if (!forms[i].bytes) {
		buf[0] = (u8)(rest << 4);
		return 1;
	}
	buf[0] = (u8)((15 - i) << 4);
	for (u32 n = 0; n < forms[i].bytes; n++)
		buf[1 + n] = (u8)((rest - forms[i].from) >> 8 * (forms[i].bytes - 1 - n));
	return 1 + forms[i].bytes;
}

u32 iotx_coap_tcp_head(struct iotx_slice raw, u32 len, u8 buf[IOTX_DISSECTOR_HEAD_MAX],
		       u32 *replaced)
{
	struct iotx_coap_tcp_hdr h;
	u32 n, fixed;

	if (iotx_coap_tcp_hdr_set(&h, raw.data, raw.len) || h.length == len)
		return 0;
	fixed = h.header_len + h.token_length;
	if (len < fixed)
		return 0;
	n = put_length(buf, len - fixed);
	buf[0] |= h.token_length;
	buf[n++] = h.code;
	*replaced = h.header_len;
	return n;
}

u32 iotx_coap_csm_message_size(const struct iotx_coap_msg *msg)
{
	struct iotx_slice value;

	if (!iotx_coap_find(msg, IOTX_COAP_OPT_MAX_MESSAGE_SIZE, &value))
		return IOTX_COAP_MESSAGE_SIZE_BASE;
	return iotx_coap_uint(value);
}
