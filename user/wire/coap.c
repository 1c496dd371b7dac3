// SPDX-License-Identifier: GPL-2.0-only
#include "coap.h"

#include "coap_code.h"

/* The version is asked first: what is of another one breaks no rule of ours. */
static enum iotx_err header_read(struct iotx_coap_options *at, struct iotx_coap_msg *msg,
				 struct iotx_diag *diag)
{
	enum iotx_err err;
	u8 first;

	if (!at->end)
		return IOTX_E_ALIEN;
	if (iotx_cur_peek(&at->cur, 0, &first, 1))
		return IOTX_E_SHORT;
	if (first >> 6 != IOTX_COAP_VERSION) {
		iotx_coap_breach(diag, IOTX_COAP_RULE_VERSION, 0);
		return IOTX_E_ALIEN;
	}
	err = iotx_coap_hdr_read(&at->cur, &msg->hdr);
	msg->has_header = !err;
	if (err && at->cur.end == at->end) {
		u8 cut[IOTX_COAP_HDR_LEN] = { first };

		msg->header_len = (u8)at->end;
		iotx_cur_peek(&at->cur, 1, &cut[1], 1);
		iotx_coap_hdr_set(&msg->hdr, cut);
		return iotx_coap_breach(diag, IOTX_COAP_RULE_HEADER_CUT, 0);
	}
	return err;
}

static enum iotx_err token_read(struct iotx_coap_options *at, struct iotx_coap_msg *msg,
				struct iotx_diag *diag)
{
	u32 n = msg->hdr.token_length;

	if (n > IOTX_COAP_TOKEN_MAX)
		return iotx_coap_breach(diag, IOTX_COAP_RULE_TOKEN_LENGTH, 0);
	if (n > at->end - at->cur.off)
		return iotx_coap_breach(diag, IOTX_COAP_RULE_TOKEN_CUT, at->cur.off);
	return iotx_cur_slice(&at->cur, n, &msg->token);
}

/* From the payload marker, if there is one, to the end. */
static enum iotx_err payload_read(struct iotx_coap_options *at, struct iotx_coap_msg *msg,
				  struct iotx_diag *diag)
{
	u32 marker = at->cur.off;

	if (marker == at->end)
		return IOTX_OK;
	msg->payload_len = at->end - marker - 1;
	if (!msg->payload_len)
		return iotx_coap_breach(diag, IOTX_COAP_RULE_NO_PAYLOAD, marker);
	at->cur.off++;
	return iotx_cur_slice(&at->cur, iotx_cur_left(&at->cur), &msg->payload);
}

enum iotx_err iotx_coap_body_decode(struct iotx_coap_options *at, struct iotx_coap_msg *msg,
				    struct iotx_coap_rules *rules, struct iotx_diag *diag)
{
	u32 start = at->cur.off;
	struct iotx_coap_option opt;
	enum iotx_err err;

	while (!(err = iotx_coap_option_next(at, &opt, diag))) {
		iotx_coap_rules_option(rules, &opt);
		msg->options_seen |= iotx_coap_option_bit(opt.number);
	}
	msg->options = iotx_slice(at->cur.src.base + start, at->cur.off - start);
	if (err == IOTX_E_END)
		err = payload_read(at, msg, diag);
	if (!err)
		iotx_coap_rules_payload(rules, msg->payload_len, at->end);
	return err;
}

static enum iotx_err message_read(struct iotx_coap_options *at, struct iotx_coap_msg *msg,
				  struct iotx_coap_rules *rules, struct iotx_diag *diag)
{
	enum iotx_err err = header_read(at, msg, diag);

	if (err)
		return err;
	iotx_coap_rules_header(rules, &msg->hdr);
	if (msg->hdr.code == IOTX_COAP_CODE_EMPTY) {
		if (!msg->hdr.token_length && at->end == at->cur.off)
			return IOTX_OK;
		return iotx_coap_breach(diag, IOTX_COAP_RULE_EMPTY,
					msg->hdr.token_length ? 0 : at->cur.off);
	}
	err = token_read(at, msg, diag);
	return err ? err : iotx_coap_body_decode(at, msg, rules, diag);
}

enum iotx_err iotx_coap_decode(const u8 *data, u32 cap_len, u32 len, struct iotx_coap_msg *msg,
			       struct iotx_diag *diag)
{
	u32 present = cap_len < len ? cap_len : len;
	struct iotx_coap_options at = { .cur = iotx_cur_mem(data, present), .end = len };
	struct iotx_coap_rules rules = { .diag = diag };
	enum iotx_err err;

	*msg = (struct iotx_coap_msg){ .skipped_length = len - present };
	iotx_diag_clear(diag);
	err = message_read(&at, msg, &rules, diag);
	if (err == IOTX_E_SHORT) /* of a part nothing is said */
		iotx_diag_clear(diag);
	return err ? err : diag->verdict;
}
