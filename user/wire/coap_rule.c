// SPDX-License-Identifier: GPL-2.0-only
#include "coap_rule.h"

#include "base/utf8.h"
#include "coap_code.h"

static const struct {
	struct iotx_rule rule;
	enum iotx_err verdict;
} rules[] = {
#define X(id, verdict, severity, section, text)                                                 \
	[IOTX_COAP_RULE_##id] = { { section, IOTX_##severity, text }, IOTX_##verdict },
	IOTX_COAP_RULES(X)
#undef X
};

const struct iotx_rule *iotx_coap_rule(enum iotx_coap_rule rule)
{
	return &rules[rule].rule;
}

enum iotx_err iotx_coap_breach(struct iotx_diag *diag, enum iotx_coap_rule rule, u32 off)
{
	if (diag)
		iotx_diag_breach(diag, &rules[rule].rule, rules[rule].verdict, off);
	return rules[rule].verdict;
}

static void offend(struct iotx_coap_rules *r, u32 off, enum iotx_coap_rule rule)
{
	iotx_coap_breach(r->diag, rule, off);
}

#define OFF_CODE 1

/* What each type may carry: RFC 7252, table 1 and sections 4.2 and 4.3. */
void iotx_coap_rules_header(struct iotx_coap_rules *r, const struct iotx_coap_hdr *hdr)
{
	u8 class = iotx_coap_class(hdr->code);

	r->code = hdr->code;
	/* 3 is reserved too, but among the responses: a receiver need not reject it (4.2). */
	if (class == 1 || class == 6 || class == 7)
		offend(r, OFF_CODE, IOTX_COAP_RULE_CLASS);
	if (hdr->type == IOTX_COAP_RST && hdr->code)
		offend(r, OFF_CODE, IOTX_COAP_RULE_RESET);
	if (hdr->type == IOTX_COAP_ACK && iotx_coap_is_request(hdr->code))
		offend(r, OFF_CODE, IOTX_COAP_RULE_ACK_REQUEST);
	if (hdr->type == IOTX_COAP_NON && !hdr->code)
		offend(r, OFF_CODE, IOTX_COAP_RULE_NON_EMPTY);
}

/* Options that exclude those of another family. */
#define FAMILY_URI 1
#define FAMILY_BLOCK 2
#define FAMILY_Q_BLOCK 4

static u8 family(u16 number)
{
	switch (number) {
	case IOTX_COAP_OPT_URI_HOST:
	case IOTX_COAP_OPT_URI_PORT:
	case IOTX_COAP_OPT_URI_PATH:
	case IOTX_COAP_OPT_URI_QUERY:
		return FAMILY_URI;
	case IOTX_COAP_OPT_BLOCK1:
	case IOTX_COAP_OPT_BLOCK2:
		return FAMILY_BLOCK;
	case IOTX_COAP_OPT_Q_BLOCK1:
	case IOTX_COAP_OPT_Q_BLOCK2:
		return FAMILY_Q_BLOCK;
	}
	return 0;
}

static void company(struct iotx_coap_rules *r, const struct iotx_coap_option *opt)
{
	const u8 both = FAMILY_BLOCK | FAMILY_Q_BLOCK;
	u8 own = family(opt->number);

	if (opt->number == IOTX_COAP_OPT_PROXY_URI && (r->families & FAMILY_URI) &&
	    iotx_coap_is_request(r->code))
		offend(r, opt->off, IOTX_COAP_RULE_PROXY_URI);
	if ((own & both) && (r->families & both & ~own))
		offend(r, opt->off, IOTX_COAP_RULE_Q_BLOCK);
	r->families |= own;
}

static void occurrence(struct iotx_coap_rules *r, const struct iotx_coap_option *opt,
		       const struct iotx_coap_option_def *def)
{
	if (opt->number != r->last)
		return;
	if (!def->repeatable)
		offend(r, opt->off, IOTX_COAP_RULE_OPTION_REPEATED);
	if (opt->number == IOTX_COAP_OPT_ETAG && iotx_coap_is_response(r->code))
		offend(r, opt->off, IOTX_COAP_RULE_ETAG_REPEATED);
}

static bool is_dots(struct iotx_slice s)
{
	return iotx_slice_eq(s, iotx_slice_str(".")) || iotx_slice_eq(s, iotx_slice_str(".."));
}

static void text_value(struct iotx_coap_rules *r, const struct iotx_coap_option *opt,
		       const struct iotx_coap_option_def *def)
{
	if (iotx_utf8_check(opt->value) == IOTX_UTF8_BAD)
		offend(r, opt->off, IOTX_COAP_RULE_OPTION_UTF8);
	if (def->format == IOTX_COAP_PATH && is_dots(opt->value))
		offend(r, opt->off,
		       opt->number == IOTX_COAP_OPT_URI_PATH ? IOTX_COAP_RULE_URI_DOTS :
							       IOTX_COAP_RULE_LOCATION_DOTS);
}

/*
 * Does the option describe this message's own payload (RFC 7959, section 2.3)? What an error
 * response carries is a diagnostic message and no block of a representation.
 */
static bool is_descriptive(u8 code, u16 number)
{
	if (number == IOTX_COAP_OPT_BLOCK1 || number == IOTX_COAP_OPT_Q_BLOCK1)
		return iotx_coap_is_request(code);
	return iotx_coap_class(code) == 2;
}

static void block_value(struct iotx_coap_rules *r, const struct iotx_coap_option *opt)
{
	struct iotx_coap_block block = iotx_coap_block(opt->value);

	if (block.reserved && !r->stream)
		offend(r, opt->off, IOTX_COAP_RULE_SZX);
	/* The size binds the payload only while more blocks follow (section 2.3). */
	if (block.more && is_descriptive(r->code, opt->number)) {
		r->bert = block.reserved && r->stream;
		r->block_size = r->bert ? IOTX_COAP_BERT_SIZE : block.size;
		r->block_off = opt->off;
	}
}

static void number_value(struct iotx_coap_rules *r, const struct iotx_coap_option *opt)
{
	u32 value = iotx_coap_uint(opt->value);
	bool registers = r->code == IOTX_COAP_CODE_GET || r->code == IOTX_COAP_CODE_FETCH;

	if (opt->number == IOTX_COAP_OPT_OBSERVE && registers && value > 1)
		offend(r, opt->off, IOTX_COAP_RULE_OBSERVE);
	if (opt->number == IOTX_COAP_OPT_HOP_LIMIT && !value)
		offend(r, opt->off, IOTX_COAP_RULE_HOP_LIMIT);
}

static void option_value(struct iotx_coap_rules *r, const struct iotx_coap_option *opt,
			 const struct iotx_coap_option_def *def)
{
	switch (def->format) {
	case IOTX_COAP_STRING:
	case IOTX_COAP_PATH:
	case IOTX_COAP_QUERY:
		text_value(r, opt, def);
		break;
	case IOTX_COAP_BLOCK:
		block_value(r, opt);
		break;
	case IOTX_COAP_UINT:
		number_value(r, opt);
		break;
	case IOTX_COAP_EMPTY:
	case IOTX_COAP_OPAQUE:
	case IOTX_COAP_MEDIA:
		break;
	}
}

/* Signalling options are critical by their number too (RFC 8323, section 5.2). */
static void unknown(struct iotx_coap_rules *r, const struct iotx_coap_option *opt)
{
	if (!iotx_coap_option_critical(opt->number))
		return;
	if (!iotx_coap_is_signal(r->code))
		offend(r, opt->off, IOTX_COAP_RULE_CRITICAL);
	else if (iotx_coap_code_name(r->code))
		offend(r, opt->off, IOTX_COAP_RULE_SIGNAL_OPTION);
}

void iotx_coap_rules_option(struct iotx_coap_rules *r, const struct iotx_coap_option *opt)
{
	const struct iotx_coap_option_def *def = iotx_coap_option_in(r->code, opt->number);

	if (def) {
		occurrence(r, opt, def);
		company(r, opt);
		if (opt->value.len < def->len_min || opt->value.len > def->len_max)
			offend(r, opt->off, IOTX_COAP_RULE_OPTION_LENGTH);
		else
			option_value(r, opt, def);
	} else {
		unknown(r, opt);
	}
	r->last = opt->number;
}

#define MESSAGE_ADVISED 1152
#define PAYLOAD_ADVISED 1024

void iotx_coap_rules_payload(struct iotx_coap_rules *r, u32 payload_len, u32 len)
{
	bool whole = r->bert ? payload_len && payload_len % r->block_size == 0 :
			       payload_len == r->block_size;

	if (r->block_size && !whole)
		offend(r, r->block_off, IOTX_COAP_RULE_BLOCK_SIZE);
	if (!r->stream && (payload_len > PAYLOAD_ADVISED || len > MESSAGE_ADVISED))
		offend(r, 0, IOTX_COAP_RULE_SIZE);
}
