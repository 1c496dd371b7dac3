// SPDX-License-Identifier: GPL-2.0-only
#include "coap_option.h"

#include "coap_code.h"
#include "coap_rule.h"

/* Places in the table, by name. */
enum option_index {
#define X(id, ...) AT_##id,
	IOTX_COAP_OPTIONS(X)
#undef X
};

static const struct iotx_coap_option_def options[] = {
#define X(id, number_, name_, field_, format_, min_, max_, repeat_, weight_, defined_)          \
	[AT_##id] = {                                                                           \
		.number = number_,                                                              \
		.len_min = min_,                                                                \
		.len_max = max_,                                                                \
		.format = IOTX_COAP_##format_,                                                  \
		.weight = IOTX_##weight_,                                                       \
		.repeatable = IOTX_COAP_##repeat_,                                              \
		.name = name_,                                                                  \
		.field = field_,                                                                \
		.defined = defined_,                                                            \
	},
	IOTX_COAP_OPTIONS(X)
#undef X
};

const struct iotx_coap_option_def *iotx_coap_option_def(u16 number)
{
	switch (number) {
#define X(id, number_, ...)                                                                     \
	case number_:                                                                           \
		return &options[AT_##id];
		IOTX_COAP_OPTIONS(X)
#undef X
	}
	return NULL;
}

const struct iotx_coap_option_def *iotx_coap_option_in(u8 code, u16 number)
{
	static const struct {
		u8 code;
		struct iotx_coap_option_def def;
	} signals[] = {
#define X(code_, number_, name_, field_, format_, min_, max_, repeat_, defined_)                \
		{ IOTX_COAP_CODE_##code_, {                                                     \
			.number = number_,                                                      \
			.len_min = min_,                                                        \
			.len_max = max_,                                                        \
			.format = IOTX_COAP_##format_,                                          \
			.weight = IOTX_SHOW,                                                    \
			.repeatable = IOTX_COAP_##repeat_,                                      \
			.name = name_,                                                          \
			.field = field_,                                                        \
			.defined = defined_,                                                    \
		} },
		IOTX_COAP_SIGNAL_OPTIONS(X)
#undef X
	};

	if (!iotx_coap_is_signal(code))
		return iotx_coap_option_def(number);
	for (u32 i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		if (signals[i].code == code && signals[i].def.number == number)
			return &signals[i].def;
	return NULL;
}

struct iotx_coap_options iotx_coap_options_of(struct iotx_slice slice)
{
	return (struct iotx_coap_options){
		.cur = iotx_cur_mem(slice.data, slice.len),
		.end = slice.len,
	};
}

/* The next n bytes: E_BAD if the message has not so many, E_SHORT if the capture has not. */
static enum iotx_err take(struct iotx_coap_options *it, u32 n, struct iotx_slice *bytes)
{
	if (n > it->end - it->cur.off)
		return IOTX_E_BAD;
	return iotx_cur_slice(&it->cur, n, bytes);
}

/* Nibbles 13 and 14 say that a byte or two follow (section 3.1). */
static enum iotx_err extend(struct iotx_coap_options *it, u8 nibble, u32 *value)
{
	struct iotx_slice more;
	enum iotx_err err;

	*value = nibble;
	if (nibble < 13)
		return IOTX_OK;
	err = take(it, nibble == 13 ? 1 : 2, &more);
	if (!err)
		*value = nibble == 13 ? 13u + more.data[0] : 269u + iotx_be16(more.data);
	return err;
}

static enum iotx_err option_read(struct iotx_coap_options *it, u8 first,
				 struct iotx_coap_option *opt, struct iotx_diag *diag)
{
	u32 delta, len;
	enum iotx_err err;

	if (first >> 4 == 15 || (first & 15) == 15)
		return iotx_coap_breach(diag, IOTX_COAP_RULE_NIBBLE, opt->off);
	err = extend(it, first >> 4, &delta);
	if (!err)
		err = extend(it, first & 15, &len);
	if (err == IOTX_E_BAD)
		return iotx_coap_breach(diag, IOTX_COAP_RULE_OPTION_CUT, opt->off);
	if (err)
		return err;
	if (it->number + delta > IOTX_COAP_OPTION_NUMBER_MAX)
		return iotx_coap_breach(diag, IOTX_COAP_RULE_OPTION_NUMBER, opt->off);
	it->number += delta;
	opt->number = (u16)it->number;
	err = take(it, len, &opt->value);
	if (err == IOTX_E_BAD)
		return iotx_coap_breach(diag, IOTX_COAP_RULE_VALUE_CUT, opt->off);
	return err;
}

enum iotx_err iotx_coap_option_next(struct iotx_coap_options *it, struct iotx_coap_option *opt,
				    struct iotx_diag *diag)
{
	u32 start = it->cur.off, number = it->number;
	enum iotx_err err;
	u8 first;

	if (start >= it->end)
		return IOTX_E_END;
	opt->off = start;
	if (iotx_cur_peek(&it->cur, start, &first, 1))
		return IOTX_E_SHORT;
	if (first == IOTX_COAP_MARKER)
		return IOTX_E_END;
	it->cur.off++;
	err = option_read(it, first, opt, diag);
	if (err) {
		it->cur.off = start;
		it->number = number;
	}
	return err;
}

bool iotx_coap_option_find(struct iotx_slice within, u16 number, struct iotx_slice *value)
{
	struct iotx_coap_options it = iotx_coap_options_of(within);
	struct iotx_coap_option opt;

	while (!iotx_coap_option_next(&it, &opt, NULL) && opt.number <= number)
		if (opt.number == number) {
			*value = opt.value;
			return true;
		}
	return false;
}

u32 iotx_coap_uint(struct iotx_slice value)
{
	u32 n = 0;

	for (u32 i = 0; i < value.len; i++)
		n = n << 8 | value.data[i];
	return n;
}

struct iotx_coap_block iotx_coap_block(struct iotx_slice value)
{
	return iotx_coap_block_of(iotx_coap_uint(value));
}

struct iotx_coap_block iotx_coap_block_of(u32 n)
{
	u32 szx = n & 7;

	return (struct iotx_coap_block){
		.num = n >> 4,
		.size = 1u << (szx + 4),
		.more = n & 8,
		.reserved = szx == 7,
	};
}
