// SPDX-License-Identifier: GPL-2.0-only
#include "json_text.h"

#include "word.h"

/* What is read, and what is open: a bit for each level, set where it is an object. */
struct reader {
	const u8 *at, *end;
	u64 objects;
	u32 depth;
};

static void skip_blanks(struct reader *r)
{
	while (r->at < r->end && *r->at <= ' ' && /* mostly there is none */
	       (*r->at == ' ' || *r->at == '\n' || *r->at == '\t' || *r->at == '\r'))
		r->at++;
}

static bool take(struct reader *r, u8 c)
{
	if (r->at == r->end || *r->at != c)
		return false;
	r->at++;
	return true;
}

/* --- scalars -------------------------------------------------------------------------------- */

static bool is_hex(u8 c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

static bool escape(struct reader *r)
{
	u8 c;

	if (r->at == r->end)
		return false;
	c = *r->at++;
	if (c != 'u')
		return c && strchr("\"\\/bfnrt", c);
	if (r->end - r->at < 4)
		return false;
	for (u32 i = 0; i < 4; i++)
		if (!is_hex(*r->at++))
			return false;
	return true;
}

/* Control characters, the quotation mark and the backslash are marked, in a word and a block. */
static u64 special(u64 x)
{
	return ((x - IOTX_EACH_BYTE(0x20)) | iotx_word_equal(x, '"') | iotx_word_equal(x, '\\')) &
	       ~x & IOTX_EACH_BYTE(0x80);
}

static iotx_block special_of_block(iotx_block x)
{
	return ((iotx_block)(x < 0x20) & (iotx_block)(x >= 0)) | (iotx_block)(x == '"') |
	       (iotx_block)(x == '\\');
}

static void skip_plain(struct reader *r)
{
	u32 n = IOTX_BLOCK;
	u64 marks;

	while (n == IOTX_BLOCK && r->end - r->at >= IOTX_BLOCK) {
		n = iotx_block_first(special_of_block(iotx_block_load(r->at)));
		r->at += n;
	}
	if (n < IOTX_BLOCK)
		return;
	for (; r->at < r->end; r->at += n) {
		n = r->end - r->at < 8 ? (u32)(r->end - r->at) : 8;
		marks = special(iotx_word(r->at, n));
		if (marks) {
			r->at += iotx_word_first(marks);
			return;
		}
	}
}

/* Behind its first quotation mark. */
static bool string(struct reader *r)
{
	for (;;) {
		skip_plain(r);
		if (r->at == r->end)
			return false;
		switch (*r->at++) {
		case '"':
			return true;
		case '\\':
			if (!escape(r))
				return false;
			break;
		default:
			return false;
		}
	}
}

static bool digits(struct reader *r)
{
	const u8 *from = r->at;

	while (r->at < r->end && *r->at >= '0' && *r->at <= '9')
		r->at++;
	return r->at > from;
}

static bool number(struct reader *r)
{
	take(r, '-');
	if (!take(r, '0') && !digits(r))
		return false;
	if (take(r, '.') && !digits(r))
		return false;
	if (!take(r, 'e') && !take(r, 'E'))
		return true;
	if (!take(r, '+'))
		take(r, '-');
	return digits(r);
}

static bool word(struct reader *r, const char *word)
{
	u32 n = (u32)strlen(word);

	if ((size_t)(r->end - r->at) < n || memcmp(r->at, word, n))
		return false;
	r->at += n;
	return true;
}

/* --- values --------------------------------------------------------------------------------- */

static bool push(struct reader *r, bool object)
{
	if (r->depth == IOTX_JSON_DEPTH_MAX)
		return false;
	r->depth++;
	r->objects = r->objects << 1 | object;
	return true;
}

static bool name_of_member(struct reader *r)
{
	skip_blanks(r);
	if (!take(r, '"') || !string(r))
		return false;
	skip_blanks(r);
	return take(r, ':');
}

static bool scalar(struct reader *r, u8 c)
{
	switch (c) {
	case '"':
		r->at++;
		return string(r);
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

/* A scalar, an empty container, or a container and its first member, and so on inwards. */
static bool open_value(struct reader *r)
{
	bool object;

	for (;;) {
		skip_blanks(r);
		if (r->at == r->end)
			return false;
		object = *r->at == '{';
		if (!object && *r->at != '[')
			return scalar(r, *r->at);
		if (!push(r, object))
			return false;
		r->at++;
		skip_blanks(r);
		if (r->at < r->end && *r->at == (object ? '}' : ']'))
			return true; /* the end is taken as any other */
		if (object && !name_of_member(r))
			return false;
	}
}

/* Behind a value: the ends of containers, until another member follows or all are closed. */
static bool more(struct reader *r)
{
	for (; r->depth; r->depth--, r->objects >>= 1) {
		bool object = r->objects & 1;

		skip_blanks(r);
		if (take(r, ','))
			return !object || name_of_member(r);
		if (!take(r, object ? '}' : ']'))
			return false;
	}
	return true;
}

static bool whole_value(struct reader *r)
{
	do {
		if (!open_value(r) || !more(r))
			return false;
	} while (r->depth);
	return true;
}

bool iotx_json_valid(struct iotx_slice text)
{
	struct reader r = { .at = text.data, .end = text.data + text.len };

	if (!text.len || !whole_value(&r))
		return false;
	skip_blanks(&r);
	return r.at == r.end;
}

bool iotx_json_structured(struct iotx_slice text)
{
	u32 n = text.len;

	if (!n)
		return false;
	/* Most text is none, and one look tells. */
	if (text.data[0] > ' ' && text.data[0] != '{' && text.data[0] != '[')
		return false;
	while (n && text.data[n - 1] <= ' ')
		n--;
	if (!n || (text.data[n - 1] != '}' && text.data[n - 1] != ']'))
		return false;
	return iotx_json_valid(text);
}

/* A name and its value, as they stand there. */
static bool member(struct reader *r, struct iotx_slice *name, struct iotx_slice *value)
{
	const u8 *from;

	skip_blanks(r);
	from = r->at + 1;
	if (!take(r, '"') || !string(r))
		return false;
	*name = iotx_slice(from, (u32)(r->at - from) - 1);
	skip_blanks(r);
	if (!take(r, ':'))
		return false;
	skip_blanks(r);
	from = r->at;
	if (!whole_value(r))
		return false;
	*value = iotx_slice(from, (u32)(r->at - from));
	return true;
}

bool iotx_json_member(struct iotx_slice object, const char *wanted, struct iotx_slice *found)
{
	struct reader r = { .at = object.data, .end = object.data + object.len };
	struct iotx_slice name;

	skip_blanks(&r);
	if (!take(&r, '{'))
		return false;
	while (member(&r, &name, found)) {
		if (iotx_slice_eq(name, iotx_slice_str(wanted)))
			return true;
		skip_blanks(&r);
		if (!take(&r, ','))
			return false;
	}
	return false;
}
