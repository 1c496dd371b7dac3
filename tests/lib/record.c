/* SPDX-License-Identifier: GPL-2.0-only */
#include "record.h"
#include <stdarg.h>
#include <stdio.h>

__attribute__((format(printf, 2, 3))) static void put(struct iotx_record *r, const char *form, ...)
{
	va_list args;
	int n;

	va_start(args, form);
	n = vsnprintf(r->text + r->len, sizeof(r->text) - r->len, form, args);
	va_end(args);
	if (n < 0 || (u32)n >= sizeof(r->text) - r->len)
		r->broken = true;
	else
		r->len += (u32)n;
}

/* False: this field is left out. */
static bool begin(struct iotx_visitor *v, struct iotx_record **out, struct iotx_slice name)
{
	struct iotx_record *r = (struct iotx_record *)v;

	*out = r;
	if (r->brief && v->weight == IOTX_DETAIL)
		return false;
	if (r->comma)
		put(r, ",");
	if (name.data)
		put(r, "\"%.*s\":", (int)name.len, (const char *)name.data);
	r->comma = true;
	return true;
}

static void put_quoted(struct iotx_record *r, struct iotx_slice s)
{
	put(r, "\"");
	for (u32 i = 0; i < s.len; i++)
		put(r, s.data[i] < 0x20 || s.data[i] == '"' ? "\\x%02x" : "%c", s.data[i]);
	put(r, "\"");
}

static void record_u64(struct iotx_visitor *v, struct iotx_slice name, u64 value)
{
	struct iotx_record *r;

	if (begin(v, &r, name))
		put(r, "%llu", (unsigned long long)value);
}

static void record_bool(struct iotx_visitor *v, struct iotx_slice name, bool value)
{
	struct iotx_record *r;

	if (begin(v, &r, name))
		put(r, "%s", value ? "true" : "false");
}

static void record_str(struct iotx_visitor *v, struct iotx_slice name, struct iotx_slice value)
{
	struct iotx_record *r;

	if (begin(v, &r, name))
		put_quoted(r, value);
}

static void record_bytes(struct iotx_visitor *v, struct iotx_slice name, struct iotx_slice value)
{
	struct iotx_record *r;

	if (!begin(v, &r, name))
		return;
	put(r, "<");
	for (u32 i = 0; i < value.len; i++)
		put(r, "%02x", value.data[i]);
	put(r, ">");
}

static void record_coded(struct iotx_visitor *v, struct iotx_slice name, u64 value, const char *label)
{
	struct iotx_record *r;

	if (!begin(v, &r, name))
		return;
	put(r, "%llu", (unsigned long long)value);
	if (label)
		put(r, "(%s)", label);
}

static void go_in(struct iotx_visitor *v, struct iotx_slice name, const char *bracket)
{
	struct iotx_record *r;

	if (!begin(v, &r, name))
		return;
	put(r, "%s", bracket);
	r->comma = false;
	r->depth++;
}

static void go_out(struct iotx_visitor *v, const char *bracket)
{
	struct iotx_record *r = (struct iotx_record *)v;

	if (r->brief && v->weight == IOTX_DETAIL)
		return;
	if (!r->depth--)
		r->broken = true;
	put(r, "%s", bracket);
	r->comma = true;
}

static void record_open(struct iotx_visitor *v, struct iotx_slice name)
{
	go_in(v, name, "{");
}

static void record_close(struct iotx_visitor *v)
{
	go_out(v, "}");
}

static void record_list(struct iotx_visitor *v, struct iotx_slice name)
{
	go_in(v, name, "[");
}

static void record_end(struct iotx_visitor *v)
{
	go_out(v, "]");
}

void iotx_record_init(struct iotx_record *r)
{
	static const struct iotx_visitor_ops ops = {
		.u64 = record_u64,
		.boolean = record_bool,
		.str = record_str,
		.bytes = record_bytes,
		.coded = record_coded,
		.open = record_open,
		.close = record_close,
		.list = record_list,
		.end = record_end,
	};

	memset(r, 0, sizeof(*r));
	r->visitor.ops = &ops;
}

const char *iotx_record_show(struct iotx_record *r, iotx_record_fn show, const void *msg)
{
	r->len = 0;
	r->depth = 0;
	r->comma = false;
	r->text[0] = '\0';
	show(msg, &r->visitor);
	if (r->depth || r->visitor.weight != IOTX_SHOW)
		r->broken = true;
	return r->text;
}
