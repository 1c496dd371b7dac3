/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The seam between protocols and outputs. A protocol shows its fields, once, in
 * order; an output takes what it is shown. JSON nests it, text prints it, a database
 * stores it in columns. Neither knows the other.
 */
#ifndef IOTXDP_BASE_VISITOR_H
#define IOTXDP_BASE_VISITOR_H

#include "json_text.h"
#include "slice.h"

/* How much a field matters to a person who reads one line per message. */
enum iotx_weight {
	IOTX_SHOW,   /* belongs on the line */
	IOTX_DETAIL, /* only where there is room for everything */
};

struct iotx_visitor;

/* Fields that are the same whenever a thing of `size` bytes is the same. */
struct iotx_refrain {
	void (*show)(const void *thing, struct iotx_visitor *v);
	const void *thing;
	u32 size;
	u32 hash; /* of the thing, as far as it is worth it */
};

/* `name` has no data for a member of a list. */
struct iotx_visitor_ops {
	void (*u64)(struct iotx_visitor *v, struct iotx_slice name, u64 value);
	void (*boolean)(struct iotx_visitor *v, struct iotx_slice name, bool value);
	/* Text in UTF-8; the output replaces what is not, and escapes for its medium. */
	void (*str)(struct iotx_visitor *v, struct iotx_slice name, struct iotx_slice value);
	/* Text in printable ASCII without quotation marks and backslashes; NULL: as str. */
	void (*plain)(struct iotx_visitor *v, struct iotx_slice name, struct iotx_slice value);
	/* Octets of no known meaning. JSON: base64 under `name` with "_base64" behind it. */
	void (*bytes)(struct iotx_visitor *v, struct iotx_slice name, struct iotx_slice value);
	/* A number that has a name: JSON takes the number, text the name if there is one. */
	void (*coded)(struct iotx_visitor *v, struct iotx_slice name, u64 value,
		      const char *label);
	void (*open)(struct iotx_visitor *v, struct iotx_slice name); /* an object */
	void (*close)(struct iotx_visitor *v);
	void (*list)(struct iotx_visitor *v, struct iotx_slice name);
	void (*end)(struct iotx_visitor *v);
	/*
	 * Text with brackets and quotation marks of its own, for an output that needs none around
	 * it; NULL: as str.
	 */
	void (*notation)(struct iotx_visitor *v, struct iotx_slice name, struct iotx_slice value);
	/* For an output that keeps what it made of them; NULL: they are shown each time. */
	void (*refrain)(struct iotx_visitor *v, const struct iotx_refrain *refrain);
};

struct iotx_visitor {
	const struct iotx_visitor_ops *ops;
	enum iotx_weight weight; /* of the fields that come now; set by the protocol */
	bool show_secrets;       /* passwords and authentication data in clear */
};

/* The length of a name that stands in the source costs nothing. */
static inline struct iotx_slice iotx_v_name(const char *name)
{
	return name ? iotx_slice_str(name) : (struct iotx_slice){};
}

static inline void v_u64(struct iotx_visitor *v, const char *name, u64 value)
{
	v->ops->u64(v, iotx_v_name(name), value);
}

static inline void v_bool(struct iotx_visitor *v, const char *name, bool value)
{
	v->ops->boolean(v, iotx_v_name(name), value);
}

static inline void v_str(struct iotx_visitor *v, const char *name, struct iotx_slice value)
{
	v->ops->str(v, iotx_v_name(name), value);
}

static inline void v_text(struct iotx_visitor *v, const char *name, const char *value)
{
	v->ops->str(v, iotx_v_name(name), iotx_slice_str(value));
}

/* Numbers and codes as text: nothing in them is to be escaped. */
static inline void v_plain(struct iotx_visitor *v, const char *name, struct iotx_slice value)
{
	if (v->ops->plain)
		v->ops->plain(v, iotx_v_name(name), value);
	else
		v_str(v, name, value);
}

/* A word of the program's own. */
static inline void v_word(struct iotx_visitor *v, const char *name, const char *word)
{
	v_plain(v, name, iotx_slice_str(word));
}

static inline void v_bytes(struct iotx_visitor *v, const char *name, struct iotx_slice value)
{
	v->ops->bytes(v, iotx_v_name(name), value);
}

static inline void v_coded(struct iotx_visitor *v, const char *name, u64 value, const char *label)
{
	v->ops->coded(v, iotx_v_name(name), value, label);
}

static inline void v_open(struct iotx_visitor *v, const char *name)
{
	v->ops->open(v, iotx_v_name(name));
}

static inline void v_close(struct iotx_visitor *v)
{
	v->ops->close(v);
}

static inline void v_list(struct iotx_visitor *v, const char *name)
{
	v->ops->list(v, iotx_v_name(name));
}

static inline void v_end(struct iotx_visitor *v)
{
	v->ops->end(v);
}

static inline void v_refrain(struct iotx_visitor *v, const struct iotx_refrain *refrain)
{
	if (v->ops->refrain)
		v->ops->refrain(v, refrain);
	else
		refrain->show(refrain->thing, v);
}

static inline void v_notation(struct iotx_visitor *v, const char *name, struct iotx_slice value)
{
	if (v->ops->notation)
		v->ops->notation(v, iotx_v_name(name), value);
	else
		v_str(v, name, value);
}

/* Text that may be JSON: where that makes a difference. */
static inline void v_content(struct iotx_visitor *v, const char *name, struct iotx_slice value)
{
	if (v->ops->notation && iotx_json_structured(value))
		v_notation(v, name, value);
	else
		v_str(v, name, value);
}

#define IOTX_REDACTED "<redacted>"

/* Text that is shown only on request. */
static inline void v_secret(struct iotx_visitor *v, const char *name, struct iotx_slice value)
{
	v_str(v, name, v->show_secrets ? value : iotx_slice_str(IOTX_REDACTED));
}

#endif
