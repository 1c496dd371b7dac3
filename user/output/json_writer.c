// SPDX-License-Identifier: GPL-2.0-only
#include "json_writer.h"

#include "base/base64.h"
#include "base/digits.h"
#include "base/utf8.h"
#include "base/word.h"

#include <errno.h>

/* Quotes, colon, comma: what a member needs besides its name and value. */
#define PUNCTUATION 8
/* Text is copied by words: the last one may reach so far beyond its end. */
#define OVERSHOOT 7
/* The longest escape: \u001f */
#define ESCAPE_MAX 6

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

/* Makes room for a member, writes its name; where its value of n bytes goes, or NULL. */
static inline u8 *member(struct iotx_json_writer *w, const char *name, const char *suffix, size_t n)
{
	size_t name_len = name ? strlen(name) : 0, suffix_len = strlen(suffix);
	u8 *at;

	if (!reserve(w, name_len + suffix_len + n + PUNCTUATION + OVERSHOOT))
		return NULL;
	at = tail(w);
	if (w->comma)
		*at++ = ',';
	w->comma = true;
	if (!name)
		return at;
	*at++ = '"';
	memcpy(at, name, name_len);
	at += name_len;
	memcpy(at, suffix, suffix_len);
	at += suffix_len;
	memcpy(at, "\":", 2);
	return at + 2;
}

/* --- strings ----------------------------------------------------------------------------- */

/* Marks what cannot stand in a string as it is, or only if it is UTF-8. */
static inline u64 special(u64 x)
{
	return iotx_word_unprintable(x) | iotx_word_equal(x, '"') | iotx_word_equal(x, '\\');
}

/* Copies what needs no escape; returns how much that was. */
static inline u32 copy_plain(u8 *at, struct iotx_slice s)
{
	u64 x, marks;

	for (u32 n = 0; n < s.len; n += 8) {
		x = iotx_word(s.data + n, s.len - n);
		marks = special(x);
		x = htole64(x);
		memcpy(at + n, &x, 8);
		if (marks)
			return n + iotx_word_first(marks);
	}
	return s.len;
}

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

/* One character that is not plain, off the front of s. */
static u8 *put_special(u8 *at, struct iotx_slice *s)
{
	const u8 *from = s->data;
	u32 c;

	if (*from == '"' || *from == '\\') { /* nearly always */
		at[0] = '\\';
		at[1] = *from;
		*s = iotx_slice(from + 1, s->len - 1);
		return at + 2;
	}
	c = iotx_utf8_next(s);
	if (c == IOTX_UTF8_INVALID) {
		memcpy(at, "\xef\xbf\xbd", 3);
		return at + 3;
	}
	/* Also DEL and the C1 controls: a terminal obeys them. */
	if (c < 0xa0)
		return put_escape(at, c);
	memcpy(at, from, (size_t)(s->data - from));
	return at + (s->data - from);
}

static void put_str(struct iotx_visitor *v, const char *name, struct iotx_slice s)
{
	struct iotx_json_writer *w = (struct iotx_json_writer *)v;
	u8 *at = member(w, name, "", s.len);
	u32 plain;

	if (!at)
		return;
	*at++ = '"';
	while (s.len) { /* of an empty one there may be no address */
		plain = copy_plain(at, s);
		at += plain;
		s = iotx_slice(s.data + plain, s.len - plain);
		if (!s.len)
			break;
		advance(w, at);
		if (!reserve(w, s.len + ESCAPE_MAX + 1 + OVERSHOOT))
			return;
		at = put_special(tail(w), &s);
	}
	*at++ = '"';
	advance(w, at);
}

static void put_bytes(struct iotx_visitor *v, const char *name, struct iotx_slice s)
{
	struct iotx_json_writer *w = (struct iotx_json_writer *)v;
	u8 *at = member(w, name, "_base64", iotx_base64_len(s.len));

	if (!at)
		return;
	*at++ = '"';
	iotx_base64_put(at, s);
	at += iotx_base64_len(s.len);
	*at++ = '"';
	advance(w, at);
}

/* --- everything else --------------------------------------------------------------------- */

static void put_u64(struct iotx_visitor *v, const char *name, u64 value)
{
	struct iotx_json_writer *w = (struct iotx_json_writer *)v;
	u8 *at = member(w, name, "", IOTX_U64_DIGITS);

	if (at)
		advance(w, at + iotx_digits_put((char *)at, value));
}

static void put_coded(struct iotx_visitor *v, const char *name, u64 value, const char *label)
{
	(void)label;
	put_u64(v, name, value);
}

/* A value that is a few characters of our own. */
static void put_word(struct iotx_visitor *v, const char *name, const char *word)
{
	struct iotx_json_writer *w = (struct iotx_json_writer *)v;
	size_t len = strlen(word);
	u8 *at = member(w, name, "", len);

	if (!at)
		return;
	memcpy(at, word, len);
	advance(w, at + len);
}

static void put_boolean(struct iotx_visitor *v, const char *name, bool value)
{
	put_word(v, name, value ? "true" : "false");
}

static void put_open(struct iotx_visitor *v, const char *name)
{
	put_word(v, name, "{");
	((struct iotx_json_writer *)v)->comma = false;
}

static void put_list(struct iotx_visitor *v, const char *name)
{
	put_word(v, name, "[");
	((struct iotx_json_writer *)v)->comma = false;
}

static void put_closing(struct iotx_json_writer *w, u8 bracket)
{
	if (iotx_buf_add(w->out, &bracket, 1))
		w->err = -ENOMEM;
	w->comma = true;
}

static void put_close(struct iotx_visitor *v)
{
	put_closing((struct iotx_json_writer *)v, '}');
}

static void put_end(struct iotx_visitor *v)
{
	put_closing((struct iotx_json_writer *)v, ']');
}

static const struct iotx_visitor_ops ops = {
	.u64 = put_u64,
	.boolean = put_boolean,
	.str = put_str,
	.bytes = put_bytes,
	.coded = put_coded,
	.open = put_open,
	.close = put_close,
	.list = put_list,
	.end = put_end,
};

void iotx_json_writer_start(struct iotx_json_writer *w, struct iotx_buf *out)
{
	w->visitor.ops = &ops;
	w->visitor.weight = IOTX_SHOW;
	w->out = out;
	w->comma = false;
	w->err = 0;
}
