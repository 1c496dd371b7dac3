// SPDX-License-Identifier: GPL-2.0-only
#include "cbor.h"

#include "base/utf8.h"

/* --- heads (section 3) ---------------------------------------------------------------------- */

enum { MAJOR_TAG = 6, MAJOR_SIMPLE = 7 };
enum { INFO_U8 = 24, INFO_U16, INFO_U32, INFO_U64, INFO_INDEFINITE = 31 };

struct head {
	u8 major, info;
	u64 value;
};

static enum iotx_err read_value(struct iotx_cur *c, u32 bytes, u64 *value)
{
	enum iotx_err err = IOTX_OK;
	u8 byte;

	*value = 0;
	for (u32 i = 0; i < bytes && !err; i++) {
		err = iotx_cur_u8(c, &byte);
		if (!err)
			*value = *value << 8 | byte;
	}
	return err;
}

static enum iotx_err read_head(struct iotx_cur *c, struct head *h)
{
	enum iotx_err err;
	u8 byte;

	err = iotx_cur_u8(c, &byte);
	if (err)
		return err;
	h->major = byte >> 5;
	h->info = byte & 31;
	h->value = h->info;
	if (h->info < INFO_U8)
		return IOTX_OK;
	if (h->info <= INFO_U64)
		return read_value(c, 1u << (h->info - INFO_U8), &h->value);
	/* Numbers, tags have no end to mark; 28 to 30 are reserved. */
	if (h->info != INFO_INDEFINITE || h->major < 2 || h->major == MAJOR_TAG)
		return IOTX_E_BAD;
	return IOTX_OK;
}

static bool is_longer(const struct head *h)
{
	static const u64 least[] = { 24, 1u << 8, 1u << 16, 1ull << 32 };

	return h->major != MAJOR_SIMPLE && h->info >= INFO_U8 && h->info <= INFO_U64 &&
	       h->value < least[h->info - INFO_U8];
}

/* --- the walk ------------------------------------------------------------------------------- */

void iotx_cbor_start(struct iotx_cbor_walk *w, struct iotx_slice data)
{
	w->cur = iotx_cur_mem(data.data, data.len);
	w->depth = 0;
	w->begun = false;
}

static struct iotx_cbor_level *top(struct iotx_cbor_walk *w)
{
	return w->depth ? &w->level[w->depth - 1] : NULL;
}

static enum iotx_err push(struct iotx_cbor_walk *w, const struct iotx_cbor_item *item, u64 left)
{
	if (w->depth == IOTX_CBOR_DEPTH_MAX)
		return IOTX_E_LIMIT;
	w->level[w->depth++] = (struct iotx_cbor_level){
		.left = left, .kind = item->kind, .indefinite = item->indefinite
	};
	return IOTX_OK;
}

static enum iotx_err end(struct iotx_cbor_walk *w, struct iotx_cbor_item *out)
{
	const struct iotx_cbor_level *l = top(w);

	out->kind = IOTX_CBOR_END;
	out->in = l->kind;
	out->indefinite = l->indefinite;
	out->place = l->place;
	w->depth--;
	return IOTX_OK;
}

/* A "break": where an end is to be marked, of a map behind a value. */
static enum iotx_err read_break(struct iotx_cbor_walk *w, struct iotx_cbor_item *out)
{
	const struct iotx_cbor_level *l = top(w);

	if (!l || !l->indefinite || (l->kind == IOTX_CBOR_MAP && l->place % 2))
		return IOTX_E_BAD;
	return end(w, out);
}

static enum iotx_err read_simple(const struct head *h, struct iotx_cbor_item *out)
{
	switch (h->info) {
	case INFO_U16:
		out->kind = IOTX_CBOR_HALF;
		break;
	case INFO_U32:
		out->kind = IOTX_CBOR_FLOAT;
		break;
	case INFO_U64:
		out->kind = IOTX_CBOR_DOUBLE;
		break;
	default:
		out->kind = IOTX_CBOR_SIMPLE;
		if (h->info == INFO_U8 && h->value < 32) /* section 3.3 */
			return IOTX_E_BAD;
	}
	return IOTX_OK;
}

static enum iotx_err read_string(struct iotx_cbor_walk *w, const struct head *h,
				 struct iotx_cbor_item *out)
{
	if (out->indefinite)
		return push(w, out, 0);
	if (h->value > iotx_cur_left(&w->cur))
		return IOTX_E_SHORT;
	return iotx_cur_slice(&w->cur, (u32)h->value, &out->bytes);
}

/* Every member has a byte at least. */
static enum iotx_err read_container(struct iotx_cbor_walk *w, const struct head *h,
				    struct iotx_cbor_item *out)
{
	u64 left = h->value;

	if (out->indefinite)
		return push(w, out, 0);
	if (left > iotx_cur_left(&w->cur))
		return IOTX_E_SHORT;
	return push(w, out, out->kind == IOTX_CBOR_MAP ? 2 * left : left);
}

static enum iotx_err read_item(struct iotx_cbor_walk *w, const struct head *h,
			       struct iotx_cbor_item *out)
{
	out->kind = h->major;
	out->value = h->value;
	out->longer = is_longer(h);
	out->indefinite = h->info == INFO_INDEFINITE;
	switch (h->major) {
	case IOTX_CBOR_BYTES:
	case IOTX_CBOR_TEXT:
		return read_string(w, h, out);
	case IOTX_CBOR_ARRAY:
	case IOTX_CBOR_MAP:
		return read_container(w, h, out);
	case MAJOR_TAG:
		out->kind = IOTX_CBOR_TAG;
		return push(w, out, 1);
	case MAJOR_SIMPLE:
		return read_simple(h, out);
	}
	return IOTX_OK;
}

static bool is_string(u8 kind)
{
	return kind == IOTX_CBOR_BYTES || kind == IOTX_CBOR_TEXT;
}

/* Takes its place in what is open; the chunks of a string are strings of its kind (3.2.3). */
static enum iotx_err take_place(struct iotx_cbor_level *l, const struct head *h,
				struct iotx_cbor_item *out)
{
	out->in = IOTX_CBOR_END;
	out->place = 0;
	if (!l)
		return IOTX_OK;
	out->in = l->kind;
	out->place = l->place++;
	if (!l->indefinite)
		l->left--;
	if (is_string(l->kind) && (h->major != l->kind || h->info == INFO_INDEFINITE))
		return IOTX_E_BAD;
	return IOTX_OK;
}

enum iotx_err iotx_cbor_next(struct iotx_cbor_walk *w, struct iotx_cbor_item *out)
{
	struct iotx_cbor_level *l = top(w);
	enum iotx_err err;
	struct head h;

	*out = (struct iotx_cbor_item){};
	if (l && !l->indefinite && !l->left)
		return end(w, out);
	if (!l && w->begun)
		return IOTX_E_END;
	w->begun = true;
	err = read_head(&w->cur, &h);
	if (err)
		return err;
	if (h.major == MAJOR_SIMPLE && h.info == INFO_INDEFINITE)
		return read_break(w, out);
	err = take_place(l, &h, out);
	return err ? err : read_item(w, &h, out);
}

/* --- what it is ----------------------------------------------------------------------------- */

static enum iotx_err skip_item(struct iotx_cbor_walk *w)
{
	struct iotx_cbor_item item;
	enum iotx_err err;

	w->begun = false;
	do
		err = iotx_cbor_next(w, &item);
	while (!err);
	return err;
}

bool iotx_cbor_valid(struct iotx_slice data, bool sequence)
{
	enum iotx_err err = IOTX_E_END;
	struct iotx_cbor_walk w;
	u32 items = 0;

	iotx_cbor_start(&w, data);
	while (iotx_cur_left(&w.cur) && err == IOTX_E_END && (sequence || !items)) {
		err = skip_item(&w);
		items++;
	}
	return items && err == IOTX_E_END && !iotx_cur_left(&w.cur);
}

static bool is_name(const struct iotx_cbor_item *item)
{
	return item->kind != IOTX_CBOR_END && item->in == IOTX_CBOR_MAP && item->place % 2 == 0;
}

/* What random bytes hardly ever are. */
static bool is_careful(const struct iotx_cbor_item *item)
{
	if (item->longer)
		return false;
	if (item->kind == IOTX_CBOR_TEXT && iotx_utf8_check(item->bytes) == IOTX_UTF8_BAD)
		return false;
	return !is_name(item) || item->kind == IOTX_CBOR_UINT || item->kind == IOTX_CBOR_NINT ||
	       item->kind == IOTX_CBOR_TEXT;
}

bool iotx_cbor_evident(struct iotx_slice data)
{
	bool says_so = false, names = false;
	struct iotx_cbor_walk w;
	struct iotx_cbor_item item;
	enum iotx_err err;
	u8 first = IOTX_CBOR_END;

	iotx_cbor_start(&w, data);
	for (u32 n = 0; !(err = iotx_cbor_next(&w, &item)); n++) {
		if (!n) {
			first = item.kind;
			says_so = first == IOTX_CBOR_TAG && item.value == IOTX_CBOR_SELF_DESCRIBED;
		}
		if (!n && !says_so && first != IOTX_CBOR_MAP && first != IOTX_CBOR_ARRAY)
			return false;
		if (n == 1 && first == IOTX_CBOR_ARRAY && item.kind != IOTX_CBOR_MAP)
			return false;
		if (!is_careful(&item))
			return false;
		names |= is_name(&item);
	}
	return err == IOTX_E_END && !iotx_cur_left(&w.cur) && (names || says_so);
}
