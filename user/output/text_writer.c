// SPDX-License-Identifier: GPL-2.0-only
#include "text_writer.h"

#include "text_value.h"

#include <ctype.h>
#include <strings.h>

static struct iotx_text_writer *self(struct iotx_visitor *v)
{
	return (struct iotx_text_writer *)v;
}

static void note(struct iotx_text_writer *w, int err)
{
	if (err)
		w->err = err;
}

static void put(struct iotx_text_writer *w, const char *text)
{
	note(w, iotx_buf_add(w->out, text, strlen(text)));
}

/* --- what stands before a value ---------------------------------------------------------- */

/* Writes separator and name; false if the field is not to be shown. */
static bool begin(struct iotx_text_writer *w, struct iotx_slice name)
{
	struct iotx_text_level *level = &w->levels[w->depth];

	if (w->hidden || w->visitor.weight != IOTX_SHOW)
		return false;
	if (level->members++ >= IOTX_TEXT_MEMBERS && level->kind == IOTX_TEXT_LISTED)
		return false;
	if (level->kind == IOTX_TEXT_DOTTED) {
		put(w, " ");
		note(w, iotx_buf_add(w->out, w->prefix, w->prefix_len));
	} else if (level->members > 1) {
		put(w, level->kind == IOTX_TEXT_LISTED ? ", " : " ");
	}
	note(w, iotx_buf_add(w->out, name.data, name.len));
	return true;
}

static bool begin_value(struct iotx_text_writer *w, struct iotx_slice name)
{
	bool shown = begin(w, name);

	if (shown && name.data)
		put(w, "=");
	return shown;
}

/* --- objects and lists --------------------------------------------------------------------- */

static void push(struct iotx_text_writer *w, enum iotx_text_level_kind kind)
{
	w->levels[++w->depth] = (struct iotx_text_level){ kind, w->prefix_len, 0 };
}

static bool is_title(const struct iotx_text_writer *w, struct iotx_slice name)
{
	return w->title && !strncasecmp(w->title, (const char *)name.data, name.len) &&
	       !isalnum((unsigned char)w->title[name.len]);
}

static void push_dotted(struct iotx_text_writer *w, struct iotx_slice name)
{
	push(w, IOTX_TEXT_DOTTED);
	if (!name.len || is_title(w, name) || w->prefix_len + name.len + 1 > sizeof(w->prefix))
		return;
	memcpy(w->prefix + w->prefix_len, name.data, name.len);
	w->prefix[w->prefix_len + name.len] = '.';
	w->prefix_len += name.len + 1;
}

static bool must_hide(const struct iotx_text_writer *w)
{
	return w->hidden || w->visitor.weight != IOTX_SHOW || w->depth + 1 == IOTX_TEXT_DEPTH;
}

static void text_open(struct iotx_visitor *v, struct iotx_slice name)
{
	struct iotx_text_writer *w = self(v);

	if (must_hide(w)) {
		w->hidden++;
	} else if (w->levels[w->depth].kind == IOTX_TEXT_DOTTED) {
		push_dotted(w, name);
	} else if (begin_value(w, name)) {
		put(w, "{");
		push(w, IOTX_TEXT_BRACED);
	} else {
		w->hidden++;
	}
}

static void text_list(struct iotx_visitor *v, struct iotx_slice name)
{
	struct iotx_text_writer *w = self(v);

	if (must_hide(w) || !begin_value(w, name)) {
		w->hidden++;
		return;
	}
	put(w, "[");
	push(w, IOTX_TEXT_LISTED);
}

/* "…(984 more)" */
static void put_more(struct iotx_text_writer *w, u64 members)
{
	if (members <= IOTX_TEXT_MEMBERS)
		return;
	put(w, ", \xe2\x80\xa6(");
	note(w, iotx_text_u64(w->out, members - IOTX_TEXT_MEMBERS));
	put(w, " more)");
}

/* Ends an object or a list; the level knows which. */
static void text_close(struct iotx_visitor *v)
{
	struct iotx_text_writer *w = self(v);
	struct iotx_text_level *level = &w->levels[w->depth];

	if (w->hidden) {
		w->hidden--;
		return;
	}
	if (level->kind == IOTX_TEXT_LISTED)
		put_more(w, level->members);
	if (level->kind != IOTX_TEXT_DOTTED)
		put(w, level->kind == IOTX_TEXT_LISTED ? "]" : "}");
	w->prefix_len = level->prefix_len;
	if (w->depth)
		w->depth--;
}

/* --- values ---------------------------------------------------------------------------------- */

static void text_u64(struct iotx_visitor *v, struct iotx_slice name, u64 value)
{
	if (begin_value(self(v), name))
		note(self(v), iotx_text_u64(self(v)->out, value));
}

/* A thing that is so is named; one that is not needs no words. */
static void text_boolean(struct iotx_visitor *v, struct iotx_slice name, bool value)
{
	if (!name.data && begin(self(v), name))
		put(self(v), value ? "true" : "false");
	else if (name.data && value)
		begin(self(v), name);
}

static void text_str(struct iotx_visitor *v, struct iotx_slice name, struct iotx_slice value)
{
	if (begin_value(self(v), name))
		note(self(v), iotx_text_str(self(v)->out, value));
}

static void text_notation(struct iotx_visitor *v, struct iotx_slice name, struct iotx_slice value)
{
	if (begin_value(self(v), name))
		note(self(v), iotx_text_notation(self(v)->out, value));
}

static void text_bytes(struct iotx_visitor *v, struct iotx_slice name, struct iotx_slice value)
{
	if (begin_value(self(v), name))
		note(self(v), iotx_text_bytes(self(v)->out, value));
}

/* The unit of a number is not that of its label: "latency_ns" reads "latency=0.2ms". */
static struct iotx_slice without_unit(struct iotx_slice name)
{
	if (name.len > 3 && !memcmp(name.data + name.len - 3, "_ns", 3))
		name.len -= 3;
	return name;
}

static void text_coded(struct iotx_visitor *v, struct iotx_slice name, u64 value, const char *label)
{
	if (label)
		text_str(v, without_unit(name), iotx_slice_str(label));
	else
		text_u64(v, name, value);
}

static const struct iotx_visitor_ops ops = {
	.u64 = text_u64,
	.boolean = text_boolean,
	.str = text_str,
	.bytes = text_bytes,
	.notation = text_notation,
	.coded = text_coded,
	.open = text_open,
	.close = text_close,
	.list = text_list,
	.end = text_close,
};

void iotx_text_writer_start(struct iotx_text_writer *w, struct iotx_buf *out, const char *title)
{
	w->visitor.ops = &ops;
	w->visitor.weight = IOTX_SHOW;
	w->out = out;
	w->title = title;
	w->levels[0] = (struct iotx_text_level){ .kind = IOTX_TEXT_DOTTED };
	w->depth = 0;
	w->hidden = 0;
	w->prefix_len = 0;
	w->err = 0;
}
