// SPDX-License-Identifier: GPL-2.0-only
#include "json_check.h"

#include "base/slice.h"
#include "base/utf8.h"

#define DEPTH_MAX 64
#define KEYS_MAX 128

struct reader {
	const u8 *at, *end;
	u32 depth;
};

static bool value(struct reader *r);

static bool take(struct reader *r, u8 c)
{
	if (r->at == r->end || *r->at != c)
		return false;
	r->at++;
	return true;
}

static bool word(struct reader *r, const char *w)
{
	while (*w) {
		if (!take(r, (u8)*w++))
			return false;
	}
	return true;
}

static u32 digits(struct reader *r)
{
	u32 n = 0;

	for (; r->at < r->end && *r->at >= '0' && *r->at <= '9'; n++)
		r->at++;
	return n;
}

static bool number(struct reader *r)
{
	take(r, '-');
	if (!take(r, '0') && !digits(r))
		return false;
	if (take(r, '.') && !digits(r))
		return false;
	if (take(r, 'e') || take(r, 'E')) {
		if (!take(r, '+'))
			take(r, '-');
		return digits(r);
	}
	return true;
}

static bool hex4(struct reader *r)
{
	for (u32 i = 0; i < 4; i++, r->at++) {
		if (r->at == r->end || !*r->at || !strchr("0123456789abcdefABCDEF", *r->at))
			return false;
	}
	return true;
}

static bool escape(struct reader *r)
{
	if (take(r, 'u'))
		return hex4(r);
	if (r->at == r->end || !*r->at || !strchr("\"\\/bfnrt", *r->at))
		return false;
	r->at++;
	return true;
}

static bool string(struct reader *r, struct iotx_slice *out)
{
	const u8 *start = r->at + 1;

	if (!take(r, '"'))
		return false;
	while (!take(r, '"')) {
		if (r->at == r->end || *r->at < 0x20)
			return false;
		if (*r->at++ == '\\' && !escape(r))
			return false;
	}
	*out = iotx_slice(start, (u32)(r->at - 1 - start));
	return iotx_utf8_check(*out) != IOTX_UTF8_BAD;
}

static bool is_new(const struct iotx_slice *keys, u32 n, struct iotx_slice key)
{
	for (u32 i = 0; i < n; i++) {
		if (iotx_slice_eq(keys[i], key))
			return false;
	}
	return true;
}

static bool object(struct reader *r)
{
	struct iotx_slice keys[KEYS_MAX];
	u32 n = 0;

	if (take(r, '}'))
		return true;
	do {
		if (n == KEYS_MAX || !string(r, &keys[n]) || !is_new(keys, n, keys[n]))
			return false;
		n++;
		if (!take(r, ':') || !value(r))
			return false;
	} while (take(r, ','));
	return take(r, '}');
}

static bool array(struct reader *r)
{
	if (take(r, ']'))
		return true;
	do {
		if (!value(r))
			return false;
	} while (take(r, ','));
	return take(r, ']');
}

static bool nested(struct reader *r, bool (*inside)(struct reader *r))
{
	bool ok;

	if (r->depth == DEPTH_MAX)
		return false;
	r->depth++;
	ok = inside(r);
	r->depth--;
	return ok;
}

/* No white space between tokens: the writer has no use for it. */
static bool value(struct reader *r)
{
	struct iotx_slice s;

	if (r->at == r->end)
		return false;
	switch (*r->at) {
	case '{':
		r->at++;
		return nested(r, object);
	case '[':
		r->at++;
		return nested(r, array);
	case '"':
		return string(r, &s);
	case 't':
		return word(r, "true");
	case 'f':
		return word(r, "false");
	case 'n':
		return word(r, "null");
	default:
		return number(r);
	}
}

bool iotx_json_check(const void *text, size_t len)
{
	struct reader r = { text, (const u8 *)text + len, 0 };

	return value(&r) && r.at == r.end;
}
