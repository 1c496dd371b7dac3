// SPDX-License-Identifier: GPL-2.0-only
#include "json_writer.h"

#include "base/base64.h"
#include "base/digits.h"
#include "base/utf8.h"
#include "base/word.h"
#include "json_refrain.h"

#include <errno.h>

/* Quotes, colon, comma: what a member needs besides its name and value. */
#define PUNCTUATION 8
/* Text is copied by blocks and words: the last one may reach so far beyond its end. */
#define OVERSHOOT IOTX_BLOCK
/* The longest escape: \u001f */
#define ESCAPE_MAX 6

/* Of n bytes of text, should all be quotation marks. */
static size_t room_for(u32 n)
{
	return 2 * (size_t)n + OVERSHOOT + PUNCTUATION;
}

static inline bool reserve(struct iotx_json_writer *w, size_t n)
{
	if (!iotx_buf_reserve(w->out, n))
		return true;
	w->err = -ENOMEM;
	return false;
}

static u8 *tail(struct iotx_json_writer *w)
{
	return w->out->data + w->out->len;
}

static void advance(struct iotx_json_writer *w, const u8 *to)
{
	w->out->len = (size_t)(to - w->out->data);
}

/* Names and words: short, and most of what is written. */
static inline u8 *put_short(u8 *at, struct iotx_slice s)
{
	u32 n = s.len;

	if (n >= 16) {
		for (u32 i = 0; i + 16 < n; i += 16)
			memcpy(at + i, s.data + i, 16);
		memcpy(at + n - 16, s.data + n - 16, 16);
	} else if (n >= 8) {
		memcpy(at, s.data, 8);
		memcpy(at + n - 8, s.data + n - 8, 8);
	} else if (n >= 4) {
		memcpy(at, s.data, 4);
		memcpy(at + n - 4, s.data + n - 4, 4);
	} else if (n) {
		at[0] = s.data[0];
		at[n / 2] = s.data[n / 2];
		at[n - 1] = s.data[n - 1];
	}
	return at + n;
}

/* Makes room for a member, writes its name; where its value of n bytes goes, or NULL. */
static inline u8 *member(struct iotx_json_writer *w, struct iotx_slice name,
			 struct iotx_slice suffix, size_t n)
{
	u8 *at;

	if (!reserve(w, name.len + suffix.len + n + PUNCTUATION + OVERSHOOT))
		return NULL;
	at = tail(w);
	if (w->comma)
		*at++ = ',';
	w->comma = true;
	if (!name.data)
		return at;
	*at++ = '"';
	at = put_short(at, name);
	at = put_short(at, suffix);
	memcpy(at, "\":", 2);
	return at + 2;
}

static const struct iotx_slice no_suffix;

/* --- strings ----------------------------------------------------------------------------- */

static u8 *put_escape(u8 *at, u32 c)
{
	static const char short_for[0x20] = { ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n',
					      ['\f'] = 'f', ['\r'] = 'r' };
	char letter = c < 0x20 ? short_for[c] : 0;

	*at++ = '\\';
	if (letter) {
		*at++ = (u8)letter;
		return at;
	}
	memcpy(at, "u00", 3);
	iotx_digits_hex((char *)at + 3, (u8)c);
	return at + 5;
}

/* The next character, which is not printable ASCII. */
static u8 *put_special(u8 *at, struct iotx_slice *s)
{
	const u8 *start = s->data;
	u32 c = iotx_utf8_next(s);

	if (c == IOTX_UTF8_INVALID) {
		memcpy(at, "\xef\xbf\xbd", 3);
		return at + 3;
	}
	/* Also DEL and the C1 controls: a terminal obeys them. */
	if (c < 0xa0)
		return put_escape(at, c);
	memcpy(at, start, (size_t)(s->data - start));
	return at + (s->data - start);
}

/* A block with a backslash before each byte that is marked; two blocks can be read. */
static inline u8 *put_block(u8 *at, const u8 *block, u32 marks)
{
	memcpy(at, block, IOTX_BLOCK);
	for (; marks; marks &= marks - 1) {
		u32 i = (u32)__builtin_ctz(marks);

		at[i] = '\\';
		memcpy(++at + i, block + i, IOTX_BLOCK);
	}
	return at;
}

/* Text, up to its last bytes; NULL: out of memory. Two blocks can be read wherever it starts. */
static inline u8 *put_text(struct iotx_json_writer *w, u8 *at, struct iotx_slice *s, u32 last)
{
	while (s->len > last) {
		iotx_block block = iotx_block_load(s->data);
		u32 end = 1u << (s->len < IOTX_BLOCK ? s->len : IOTX_BLOCK);
		u32 n = (u32)__builtin_ctz(iotx_block_bits(iotx_block_unprintable(block)) | end);
		u32 marks = iotx_block_bits((iotx_block)(block == '"') |
					    (iotx_block)(block == '\\'));

		at = put_block(at, s->data, marks & ((1u << n) - 1)) + n;
		*s = iotx_slice(s->data + n, s->len - n);
		if (end >> n & 1)
			continue;
		advance(w, at);
		if (!reserve(w, ESCAPE_MAX + room_for(s->len)))
			return NULL;
		at = put_special(tail(w), s);
	}
	return at;
}

static void put_str(struct iotx_visitor *v, struct iotx_slice name, struct iotx_slice s)
{
	struct iotx_json_writer *w = (struct iotx_json_writer *)v;
	u8 *at = member(w, name, no_suffix, room_for(s.len));
	u8 last[4 * IOTX_BLOCK];

	if (!at)
		return;
	*at++ = '"';
	at = put_text(w, at, &s, 2 * IOTX_BLOCK - 1);
	if (!at)
		return;
	put_short(last, s);
	s.data = last;
	at = put_text(w, at, &s, 0);
	if (!at)
		return;
	*at++ = '"';
	advance(w, at);
}

static void put_plain(struct iotx_visitor *v, struct iotx_slice name, struct iotx_slice s)
{
	struct iotx_json_writer *w = (struct iotx_json_writer *)v;
	u8 *at = member(w, name, no_suffix, s.len);

	if (!at)
		return;
	*at++ = '"';
	at = put_short(at, s);
	*at++ = '"';
	advance(w, at);
}

static void put_bytes(struct iotx_visitor *v, struct iotx_slice name, struct iotx_slice s)
{
	struct iotx_json_writer *w = (struct iotx_json_writer *)v;
	u8 *at = member(w, name, iotx_slice_str("_base64"), iotx_base64_len(s.len));

	if (!at)
		return;
	*at++ = '"';
	iotx_base64_put(at, s);
	at += iotx_base64_len(s.len);
	*at++ = '"';
	advance(w, at);
}

/* --- everything else --------------------------------------------------------------------- */

static void put_u64(struct iotx_visitor *v, struct iotx_slice name, u64 value)
{
	struct iotx_json_writer *w = (struct iotx_json_writer *)v;
	u8 *at = member(w, name, no_suffix, IOTX_U64_DIGITS);

	if (at)
		advance(w, at + iotx_digits_put((char *)at, value));
}

static void put_coded(struct iotx_visitor *v, struct iotx_slice name, u64 value, const char *label)
{
	(void)label;
	put_u64(v, name, value);
}

/* A value that is a few characters of our own. */
static inline void put_literal(struct iotx_visitor *v, struct iotx_slice name,
			       struct iotx_slice literal)
{
	struct iotx_json_writer *w = (struct iotx_json_writer *)v;
	u8 *at = member(w, name, no_suffix, literal.len);

	if (at)
		advance(w, put_short(at, literal));
}

static void put_boolean(struct iotx_visitor *v, struct iotx_slice name, bool value)
{
	if (value)
		put_literal(v, name, iotx_slice_str("true"));
	else
		put_literal(v, name, iotx_slice_str("false"));
}

static void put_open(struct iotx_visitor *v, struct iotx_slice name)
{
	put_literal(v, name, iotx_slice_str("{"));
	((struct iotx_json_writer *)v)->comma = false;
}

static void put_list(struct iotx_visitor *v, struct iotx_slice name)
{
	put_literal(v, name, iotx_slice_str("["));
	((struct iotx_json_writer *)v)->comma = false;
}

static void put_closing(struct iotx_json_writer *w, u8 bracket)
{
	w->comma = true;
	if (!reserve(w, 1))
		return;
	w->out->data[w->out->len++] = bracket;
}

static void put_close(struct iotx_visitor *v)
{
	put_closing((struct iotx_json_writer *)v, '}');
}

static void put_end(struct iotx_visitor *v)
{
	put_closing((struct iotx_json_writer *)v, ']');
}

/* What is remembered starts with a comma, or not: behind another field it is another text. */
static void put_refrain(struct iotx_visitor *v, const struct iotx_refrain *refrain)
{
	struct iotx_json_writer *w = (struct iotx_json_writer *)v;
	struct iotx_slice known = {};
	bool remember = w->refrains;
	size_t from = w->out->len;

	if (remember)
		known = iotx_json_refrain_find(w->refrains, refrain);
	if (!known.len || (known.data[0] == ',') != w->comma) {
		refrain->show(refrain->thing, v);
		if (remember && !w->err)
			iotx_json_refrain_keep(w->refrains, refrain, iotx_slice(w->out->data + from,
								     (u32)(w->out->len - from)));
	} else if (reserve(w, known.len)) {
		memcpy(tail(w), known.data, known.len);
		w->out->len += known.len;
		w->comma = true;
	}
}

static const struct iotx_visitor_ops ops = {
	.u64 = put_u64,
	.boolean = put_boolean,
	.str = put_str,
	.plain = put_plain,
	.bytes = put_bytes,
	.coded = put_coded,
	.open = put_open,
	.close = put_close,
	.list = put_list,
	.end = put_end,
	.refrain = put_refrain,
};

void iotx_json_writer_start(struct iotx_json_writer *w, struct iotx_buf *out)
{
	w->visitor.ops = &ops;
	w->visitor.weight = IOTX_SHOW;
	w->out = out;
	w->comma = false;
	w->err = 0;
}

void iotx_json_writer_again(struct iotx_json_writer *w, size_t from, size_t n)
{
	if (!reserve(w, n))
		return;
	memcpy(tail(w), w->out->data + from, n);
	w->out->len += n;
	w->comma = true;
}
