// SPDX-License-Identifier: GPL-2.0-only
#include "coap_text.h"

#include "base/digits.h"
#include "base/utf8.h"

struct iotx_coap_text iotx_coap_text(char *buf, u32 room)
{
	return (struct iotx_coap_text){ .data = buf, .room = room };
}

struct iotx_slice iotx_coap_text_slice(const struct iotx_coap_text *t)
{
	return iotx_slice(t->data, t->len);
}

/* Whole or not at all: an escape or a character is never cut in two. */
static void add(struct iotx_coap_text *t, const void *bytes, u32 n)
{
	if (t->cut || n > t->room - t->len) {
		t->cut = true;
		return;
	}
	memcpy(t->data + t->len, bytes, n);
	t->len += n;
}

void iotx_coap_text_str(struct iotx_coap_text *t, const char *s)
{
	add(t, s, (u32)strlen(s));
}

void iotx_coap_text_bytes(struct iotx_coap_text *t, struct iotx_slice bytes)
{
	if (bytes.len)
		add(t, bytes.data, bytes.len);
}

void iotx_coap_text_number(struct iotx_coap_text *t, u32 n)
{
	char digits[IOTX_U64_DIGITS];

	add(t, digits, iotx_digits_put(digits, n));
}

void iotx_coap_text_code(struct iotx_coap_text *t, u8 code)
{
	char s[4];

	iotx_digits_fixed(s, 1, code >> 5);
	s[1] = '.';
	iotx_digits_fixed(s + 2, 2, code & 31);
	add(t, s, sizeof(s));
}

void iotx_coap_text_hex(struct iotx_coap_text *t, struct iotx_slice bytes)
{
	for (u32 i = 0; i < bytes.len; i++) {
		char s[2];

		iotx_digits_hex(s, bytes.data[i]);
		add(t, s, sizeof(s));
	}
}

static void add_escaped(struct iotx_coap_text *t, u8 byte)
{
	static const char digit[] = "0123456789ABCDEF"; /* upper case: RFC 3986, section 2.1 */
	char s[3] = { '%', digit[byte >> 4], digit[byte & 15] };

	add(t, s, sizeof(s));
}

/* How many characters at the front of s are of ASCII and need no escape. */
static u32 plain_len(struct iotx_slice s, char separator)
{
	u32 n = 0;

	while (n < s.len && s.data[n] < 0x80 && s.data[n] != '%' && s.data[n] != (u8)separator)
		n++;
	return n;
}

void iotx_coap_text_component(struct iotx_coap_text *t, struct iotx_slice s, char separator)
{
	u32 plain = plain_len(s, separator);

	if (plain <= t->room - t->len) { /* else as many as fit */
		add(t, s.data, plain);
		s = iotx_slice(s.data + plain, s.len - plain);
	}
	while (s.len && !t->cut) {
		const u8 *at = s.data;
		u32 c = iotx_utf8_next(&s);

		if (c == IOTX_UTF8_INVALID || c == '%' || c == (u8)separator)
			add_escaped(t, *at);
		else
			add(t, at, (u32)(s.data - at));
	}
}
