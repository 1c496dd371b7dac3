// SPDX-License-Identifier: GPL-2.0-only
#include "text_value.h"

#include "base/digits.h"
#include "base/utf8.h"

#define ELLIPSIS "\xe2\x80\xa6"

struct range {
	u32 first, last;
};

/*
 * Code points beyond ASCII that are not seen as themselves: spaces of all kinds,
 * invisible ones, those that change the direction of what follows (Unicode TR 36),
 * private use, tags.
 */
static const struct range unseen[] = {
	{ 0x80, 0xa0 },       { 0xad, 0xad },         { 0x34f, 0x34f },
	{ 0x61c, 0x61c },     { 0x115f, 0x1160 },     { 0x1680, 0x1680 },
	{ 0x17b4, 0x17b5 },   { 0x180b, 0x180f },     { 0x2000, 0x200f },
	{ 0x2028, 0x202f },   { 0x205f, 0x206f },     { 0x2800, 0x2800 },
	{ 0x3000, 0x3000 },   { 0x3164, 0x3164 },     { 0xe000, 0xf8ff },
	{ 0xfdd0, 0xfdef },   { 0xfe00, 0xfe0f },     { 0xfeff, 0xfeff },
	{ 0xffa0, 0xffa0 },   { 0xfff0, 0xfffb },     { 0xfffe, 0xffff },
	{ 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a },   { 0xe0000, 0x10ffff },
};

static bool is_seen(u32 c)
{
	if (c < 0x80)
		return c >= 0x20 && c < 0x7f;
	for (u32 i = 0; i < sizeof(unseen) / sizeof(unseen[0]); i++) {
		if (c >= unseen[i].first && c <= unseen[i].last)
			return false;
	}
	return (c & 0xfffe) != 0xfffe; /* non-characters end every plane */
}

static int put_hex(struct iotx_buf *out, char kind, u32 value, u32 digits)
{
	char text[10] = { '\\', kind };

	for (u32 i = 0; i < digits / 2; i++)
		iotx_digits_hex(text + 2 + 2 * i, (u8)(value >> (8 * (digits / 2 - 1 - i))));
	return iotx_buf_add(out, text, 2 + digits);
}

/* \x1b is a control character or a byte that is no UTF-8, \u202e a code point. */
static int put_escape(struct iotx_buf *out, u32 c)
{
	static const char short_for[0x20] = { ['\t'] = 't', ['\n'] = 'n', ['\r'] = 'r' };
	char letter = c < 0x20 ? short_for[c] : (c == '"' || c == '\\') ? (char)c : 0;
	char text[2] = { '\\', letter };

	if (letter)
		return iotx_buf_add(out, text, 2);
	if (c < 0x80)
		return put_hex(out, 'x', c, 2);
	return c <= 0xffff ? put_hex(out, 'u', c, 4) : put_hex(out, 'U', c, 8);
}

/* One character off the front of s, escaped if a person would not see it. */
static int put_char(struct iotx_buf *out, struct iotx_slice *s)
{
	const u8 *from = s->data;
	u32 c = iotx_utf8_next(s);

	if (c == IOTX_UTF8_INVALID)
		return put_hex(out, 'x', *from, 2);
	if (c == '"' || c == '\\' || !is_seen(c))
		return put_escape(out, c);
	return iotx_buf_add(out, from, (size_t)(s->data - from));
}

static int put_text(struct iotx_buf *out, const char *text)
{
	return iotx_buf_add(out, text, strlen(text));
}

/* What was cut is said: "…(65535 bytes)". */
static int put_cut(struct iotx_buf *out, u32 total)
{
	int err = put_text(out, ELLIPSIS "(");

	if (!err)
		err = iotx_text_u64(out, total);
	return err ? err : put_text(out, " bytes)");
}

/* Characters with a meaning around values are quoted with the value. */
static bool is_bare(u32 c)
{
	return c != IOTX_UTF8_INVALID && is_seen(c) &&
	       (c >= 0x80 || !strchr(" \"\\=,[]{}", (int)c));
}

static bool needs_quotes(struct iotx_slice s)
{
	bool bare = s.len;

	for (u32 i = 0; bare && s.len && i < IOTX_TEXT_CHARS; i++)
		bare = is_bare(iotx_utf8_next(&s));
	return !bare;
}

/* Line breaks between its parts are blanks to whoever reads the notation. */
static int put_notation_char(struct iotx_buf *out, struct iotx_slice *s)
{
	const u8 *from = s->data;

	if (*from == '\n' || *from == '\r' || *from == '\t') {
		*s = iotx_slice(from + 1, s->len - 1);
		return iotx_buf_add(out, " ", 1);
	}
	if (*from != '"' && *from != '\\')
		return put_char(out, s);
	*s = iotx_slice(from + 1, s->len - 1);
	return iotx_buf_add(out, from, 1);
}

int iotx_text_notation(struct iotx_buf *out, struct iotx_slice s)
{
	u32 total = s.len;
	int err = 0;

	for (u32 i = 0; !err && s.len && i < IOTX_TEXT_CHARS; i++)
		err = put_notation_char(out, &s);
	return err || !s.len ? err : put_cut(out, total);
}

int iotx_text_str(struct iotx_buf *out, struct iotx_slice s)
{
	const char *quote = needs_quotes(s) ? "\"" : "";
	u32 total = s.len;
	int err = put_text(out, quote);

	for (u32 i = 0; !err && s.len && i < IOTX_TEXT_CHARS; i++)
		err = put_char(out, &s);
	if (!err)
		err = put_text(out, quote);
	return err || !s.len ? err : put_cut(out, total);
}

int iotx_text_word(struct iotx_buf *out, struct iotx_slice s)
{
	int err = 0;

	for (u32 i = 0; !err && s.len && i < IOTX_TEXT_CHARS; i++)
		err = put_char(out, &s);
	return err;
}

int iotx_text_bytes(struct iotx_buf *out, struct iotx_slice s)
{
	u32 shown = s.len < IOTX_TEXT_BYTES ? s.len : IOTX_TEXT_BYTES;
	char text[2 + 2 * IOTX_TEXT_BYTES] = "0x";
	int err;

	if (!s.len)
		return put_text(out, "\"\"");
	for (u32 i = 0; i < shown; i++)
		iotx_digits_hex(text + 2 + 2 * i, s.data[i]);
	err = iotx_buf_add(out, text, 2 + 2 * shown);
	return err || shown == s.len ? err : put_cut(out, s.len);
}

int iotx_text_u64(struct iotx_buf *out, u64 value)
{
	char text[IOTX_U64_DIGITS];

	return iotx_buf_add(out, text, iotx_digits_put(text, value));
}
