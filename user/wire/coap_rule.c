// SPDX-License-Identifier: GPL-2.0-only
#include "coap_rule.h"

#include "base/utf8.h"
#include "coap_code.h"

static void offend(struct iotx_coap_rules *r, u32 off, const char *rule, const char *text)
{
	if (!r->offence.rule)
		r->offence = (struct iotx_diag){ off, rule, text };
}

#define OFF_CODE 1

/* What each type may carry: RFC 7252, table 1 and sections 4.2 and 4.3. */
void iotx_coap_rules_header(struct iotx_coap_rules *r, const struct iotx_coap_hdr *hdr)
{
	u8 class = iotx_coap_class(hdr->code);

	r->code = hdr->code;
	/* 3 is reserved too, but among the responses: a receiver need not reject it (4.2). */
	if (class == 1 || class == 6 || class == 7)
		offend(r, OFF_CODE, "RFC 7252 12.1", "the code is of a reserved class");
	if (hdr->type == IOTX_COAP_RST && hdr->code)
		offend(r, OFF_CODE, "RFC 7252 4.2", "a Reset is not Empty");
	if (hdr->type == IOTX_COAP_ACK && iotx_coap_is_request(hdr->code))
		offend(r, OFF_CODE, "RFC 7252 4.2", "an Acknowledgement carries a request");
	if (hdr->type == IOTX_COAP_NON && !hdr->code)
		offend(r, OFF_CODE, "RFC 7252 4.3", "a Non-confirmable message is Empty");
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
		offend(r, opt->off, "RFC 7252 5.10.2", "Proxy-Uri stands beside a Uri option");
	if ((own & both) && (r->families & both & ~own))
		offend(r, opt->off, "RFC 9177 4.1", "Block and Q-Block options are mixed");
	r->families |= own;
}

static void occurrence(struct iotx_coap_rules *r, const struct iotx_coap_option *opt,
		       const struct iotx_coap_option_def *def)
{
	if (opt->number != r->last)
		return;
	if (!def->repeatable)
		offend(r, opt->off, "RFC 7252 5.4.5", "an option is repeated that may not be");
	if (opt->number == IOTX_COAP_OPT_ETAG && iotx_coap_is_response(r->code))
		offend(r, opt->off, "RFC 7252 5.10.6.1", "a response has more than one ETag");
}

static bool is_dots(struct iotx_slice s)
{
	return iotx_slice_eq(s, iotx_slice_str(".")) || iotx_slice_eq(s, iotx_slice_str(".."));
}

static void text_value(struct iotx_coap_rules *r, const struct iotx_coap_option *opt,
		       const struct iotx_coap_option_def *def)
{
	if (iotx_utf8_check(opt->value) == IOTX_UTF8_BAD)
		offend(r, opt->off, "RFC 7252 3.2", "a string option is not UTF-8");
	if (def->format == IOTX_COAP_PATH && is_dots(opt->value))
		offend(r, opt->off,
		       opt->number == IOTX_COAP_OPT_URI_PATH ? "RFC 7252 5.10.1" :
							       "RFC 7252 5.10.7",
		       "a path segment is \".\" or \"..\"");
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
		offend(r, opt->off, "RFC 7959 2.2", "a block has the reserved size exponent 7");
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
		offend(r, opt->off, "RFC 7641 2", "a request's Observe is neither 0 nor 1");
	if (opt->number == IOTX_COAP_OPT_HOP_LIMIT && !value)
		offend(r, opt->off, "RFC 8768 3", "the Hop-Limit is 0");
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

void iotx_coap_rules_option(struct iotx_coap_rules *r, const struct iotx_coap_option *opt)
{
	const struct iotx_coap_option_def *def = iotx_coap_option_in(r->code, opt->number);

	if (def) {
		occurrence(r, opt, def);
		company(r, opt);
		if (opt->value.len < def->len_min || opt->value.len > def->len_max)
			offend(r, opt->off, "RFC 7252 5.4.3", "an option's length is out of range");
		else
			option_value(r, opt, def);
	}
	r->last = opt->number;
}

void iotx_coap_rules_payload(struct iotx_coap_rules *r, u32 payload_len)
{
	bool whole = r->bert ? payload_len && payload_len % r->block_size == 0 :
			       payload_len == r->block_size;

	if (r->block_size && !whole)
		offend(r, r->block_off, "RFC 7959 2.3",
		       "a block that others follow is not of its size");
}
