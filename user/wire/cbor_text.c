// SPDX-License-Identifier: GPL-2.0-only
/* CBOR for people: the diagnostic notation of RFC 8949, section 8. */
#include "cbor.h"

#include "base/decimal.h"
#include "base/digits.h"
#include "base/utf8.h"

static void put(struct iotx_coap_text *t, const char *s)
{
	iotx_coap_text_str(t, s);
}

static void put_number(struct iotx_coap_text *t, u64 value)
{
	char digits[IOTX_U64_DIGITS];

	iotx_coap_text_bytes(t, iotx_slice(digits, iotx_digits_put(digits, value)));
}

/* -1 - value; the largest has 65 bits. */
static void put_negative(struct iotx_coap_text *t, u64 value)
{
	put(t, "-");
	if (value == UINT64_MAX)
		put(t, "18446744073709551616");
	else
		put_number(t, value + 1);
}

static void put_hex(struct iotx_coap_text *t, struct iotx_slice bytes)
{
	if (bytes.len > t->room) /* it does not fit */
		bytes.len = t->room;
	put(t, "h'");
	iotx_coap_text_hex(t, bytes);
	put(t, "'");
}

static void put_char(struct iotx_coap_text *t, struct iotx_slice c, u32 value)
{
	char escape[6] = { '\\', 'u', '0', '0' };

	if (value == IOTX_UTF8_INVALID) {
		put(t, "\xef\xbf\xbd");
	} else if (value == '"' || value == '\\') {
		put(t, "\\");
		iotx_coap_text_bytes(t, c);
	} else if (value < 0x20) {
		iotx_digits_hex(escape + 4, (u8)value);
		iotx_coap_text_bytes(t, iotx_slice(escape, sizeof(escape)));
	} else {
		iotx_coap_text_bytes(t, c);
	}
}

static void put_text(struct iotx_coap_text *t, struct iotx_slice s)
{
	put(t, "\"");
	while (s.len && !t->cut) {
		const u8 *from = s.data;
		u32 c = iotx_utf8_next(&s);

		put_char(t, iotx_slice(from, (u32)(s.data - from)), c);
	}
	put(t, "\"");
}

/* --- numbers with a point ------------------------------------------------------------------- */

/* A number that reads as a whole one gets a point. */
static void put_decimal(struct iotx_coap_text *t, struct iotx_slice s, double value)
{
	bool whole = true;

	if (value != value) {
		put(t, "NaN");
		return;
	}
	if (value - value != 0) {
		put(t, value > 0 ? "Infinity" : "-Infinity");
		return;
	}
	for (u32 i = 0; i < s.len; i++)
		whole &= s.data[i] == '-' || (s.data[i] >= '0' && s.data[i] <= '9');
	iotx_coap_text_bytes(t, s);
	if (whole)
		put(t, ".0");
}

static float float_of(u32 bits)
{
	float value;

	memcpy(&value, &bits, sizeof(value));
	return value;
}

/* The same number with 8 bits of exponent instead of 5 (IEEE 754). */
static float half_of(u32 half)
{
	u32 sign = (half & 0x8000) << 16, exponent = half >> 10 & 31, mantissa = half & 0x3ff;
	float small;

	if (exponent == 31)
		return float_of(sign | 0x7f800000 | mantissa << 13);
	if (exponent)
		return float_of(sign | (exponent + 112) << 23 | mantissa << 13);
	small = (float)mantissa / (1 << 24);
	return sign ? -small : small;
}

static void put_float(struct iotx_coap_text *t, float value)
{
	char buf[IOTX_DECIMAL_MAX];

	put_decimal(t, iotx_decimal_float(buf, value), (double)value);
}

static void put_double(struct iotx_coap_text *t, u64 bits)
{
	char buf[IOTX_DECIMAL_MAX];
	double value;

	memcpy(&value, &bits, sizeof(value));
	put_decimal(t, iotx_decimal_double(buf, value), value);
}

/* --- items ---------------------------------------------------------------------------------- */

static void put_simple(struct iotx_coap_text *t, u64 value)
{
	static const char *const names[] = { "false", "true", "null", "undefined" };

	if (value >= 20 && value <= 23) {
		put(t, names[value - 20]);
		return;
	}
	put(t, "simple(");
	put_number(t, value);
	put(t, ")");
}

static void put_between(struct iotx_coap_text *t, const struct iotx_cbor_item *item)
{
	if (!item->place)
		return;
	put(t, item->in == IOTX_CBOR_MAP && item->place % 2 ? ": " : ", ");
}

static void put_open(struct iotx_coap_text *t, const struct iotx_cbor_item *item)
{
	put(t, item->kind == IOTX_CBOR_ARRAY ? "[" : item->kind == IOTX_CBOR_MAP ? "{" : "(");
	if (item->indefinite)
		put(t, "_ ");
}

static void put_end(struct iotx_coap_text *t, const struct iotx_cbor_item *item)
{
	put(t, item->in == IOTX_CBOR_ARRAY ? "]" : item->in == IOTX_CBOR_MAP ? "}" : ")");
}

static void put_string(struct iotx_coap_text *t, const struct iotx_cbor_item *item)
{
	if (item->indefinite)
		put_open(t, item);
	else if (item->kind == IOTX_CBOR_TEXT)
		put_text(t, item->bytes);
	else
		put_hex(t, item->bytes);
}

static void put_item(struct iotx_coap_text *t, const struct iotx_cbor_item *item)
{
	switch (item->kind) {
	case IOTX_CBOR_UINT:
		put_number(t, item->value);
		break;
	case IOTX_CBOR_NINT:
		put_negative(t, item->value);
		break;
	case IOTX_CBOR_BYTES:
	case IOTX_CBOR_TEXT:
		put_string(t, item);
		break;
	case IOTX_CBOR_ARRAY:
	case IOTX_CBOR_MAP:
		put_open(t, item);
		break;
	case IOTX_CBOR_TAG:
		put_number(t, item->value);
		put(t, "(");
		break;
	case IOTX_CBOR_SIMPLE:
		put_simple(t, item->value);
		break;
	case IOTX_CBOR_HALF:
		put_float(t, half_of((u32)item->value));
		break;
	case IOTX_CBOR_FLOAT:
		put_float(t, float_of((u32)item->value));
		break;
	case IOTX_CBOR_DOUBLE:
		put_double(t, item->value);
		break;
	}
}

static void put_one(struct iotx_cbor_walk *w, struct iotx_coap_text *t)
{
	struct iotx_cbor_item item;

	w->begun = false;
	while (!t->cut && !iotx_cbor_next(w, &item)) {
		if (item.kind == IOTX_CBOR_END) {
			put_end(t, &item);
			continue;
		}
		put_between(t, &item);
		put_item(t, &item);
	}
}

void iotx_cbor_text(struct iotx_slice data, struct iotx_coap_text *out)
{
	struct iotx_cbor_walk w;
	u32 before;

	iotx_cbor_start(&w, data);
	do {
		before = w.cur.off;
		if (before)
			put(out, ", ");
		put_one(&w, out);
	} while (!out->cut && iotx_cur_left(&w.cur) && w.cur.off > before);
}
