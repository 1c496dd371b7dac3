// SPDX-License-Identifier: GPL-2.0-only
#include "utf8.h"

#include "word.h"

/* Bytes of the sequence that `lead` starts; 0: none starts so (RFC 3629, section 4). */
static u32 sequence_len(u8 lead)
{
	if (lead < 0x80)
		return 1;
	if (lead < 0xc2) /* a continuation, or an overlong form of ASCII */
		return 0;
	if (lead < 0xe0)
		return 2;
	if (lead < 0xf0)
		return 3;
	return lead < 0xf5 ? 4 : 0; /* 0xf5 would be beyond U+10FFFF */
}

/* The code point of a sequence of n bytes, all present. */
static u32 sequence_value(const u8 *p, u32 n)
{
	static const u8 lead_bits[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	static const u32 smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	u32 c = p[0] & lead_bits[n];

	for (u32 i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return IOTX_UTF8_INVALID;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < smallest[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return IOTX_UTF8_INVALID;
	return c;
}

u32 iotx_utf8_next(struct iotx_slice *s)
{
	u32 n = sequence_len(s->data[0]);
	u32 c = n && n <= s->len ? sequence_value(s->data, n) : IOTX_UTF8_INVALID;

	*s = iotx_slice(s->data + (c == IOTX_UTF8_INVALID ? 1 : n),
			s->len - (c == IOTX_UTF8_INVALID ? 1 : n));
	return c;
}

static enum iotx_utf8_verdict judge(u32 c)
{
	if (c == IOTX_UTF8_INVALID)
		return IOTX_UTF8_BAD;
	if (!c)
		return IOTX_UTF8_NUL;
	/* MQTT 5, section 1.5.4: C0 and C1 controls, and what Unicode calls non-characters. */
	if (c < 0x20 || (c >= 0x7f && c <= 0x9f))
		return IOTX_UTF8_DISCOURAGED;
	if ((c >= 0xfdd0 && c <= 0xfdef) || (c & 0xfffe) == 0xfffe)
		return IOTX_UTF8_DISCOURAGED;
	return IOTX_UTF8_OK;
}

/* Of at least IOTX_BLOCK bytes; the last block may overlap the one before it. */
static u32 printable_blocks(struct iotx_slice s)
{
	u32 last = s.len - IOTX_BLOCK, at = 0, n;

	for (;;) {
		n = iotx_block_first(iotx_block_unprintable(iotx_block_load(s.data + at)));
		if (n < IOTX_BLOCK || at == last)
			return at + n;
		at = last - at < IOTX_BLOCK ? last : at + IOTX_BLOCK;
	}
}

/* How many bytes at the front are printable ASCII: nearly always all. */
static u32 printable_len(struct iotx_slice s)
{
	u64 marks;

	if (s.len >= IOTX_BLOCK)
		return printable_blocks(s);
	for (u32 n = 0; n < s.len; n += 8) {
		marks = iotx_word_unprintable(iotx_word(s.data + n, s.len - n));
		if (marks)
			return n + iotx_word_first(marks);
	}
	return s.len;
}

enum iotx_utf8_verdict iotx_utf8_check(struct iotx_slice s)
{
	enum iotx_utf8_verdict worst = IOTX_UTF8_OK, now;
	u32 n;

	while (n = printable_len(s), n < s.len) {
		s = iotx_slice(s.data + n, s.len - n);
		now = judge(iotx_utf8_next(&s));
		if (now == IOTX_UTF8_BAD)
			return now;
		if (now > worst)
			worst = now;
	}
	return worst;
}
