/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The seam between protocols and outputs. A protocol shows its fields, once, in
 * order; an output takes what it is shown. JSON nests it, text prints it, a database
 * stores it in columns. Neither knows the other.
 */
#ifndef IOTXDP_BASE_VISITOR_H
#define IOTXDP_BASE_VISITOR_H

#include "slice.h"

/* How much a field matters to a person who reads one line per message. */
enum iotx_weight {
	IOTX_SHOW,   /* belongs on the line */
	IOTX_DETAIL, /* only where there is room for everything */
};

struct iotx_visitor;

/* `name` is NULL for a member of a list. */
struct iotx_visitor_ops {
	void (*u64)(struct iotx_visitor *v, const char *name, u64 value);
	void (*boolean)(struct iotx_visitor *v, const char *name, bool value);
	/* Text in UTF-8; the output replaces what is not, and escapes for its medium. */
	void (*str)(struct iotx_visitor *v, const char *name, struct iotx_slice value);
	/* Octets of no known meaning. JSON: base64 under `name` with "_base64" behind it. */
	void (*bytes)(struct iotx_visitor *v, const char *name, struct iotx_slice value);
	/* A number that has a name: JSON takes the number, text the name if there is one. */
	void (*coded)(struct iotx_visitor *v, const char *name, u64 value, const char *label);
	void (*open)(struct iotx_visitor *v, const char *name); /* an object */
	void (*close)(struct iotx_visitor *v);
	void (*list)(struct iotx_visitor *v, const char *name);
	void (*end)(struct iotx_visitor *v);
};

struct iotx_visitor {
	const struct iotx_visitor_ops *ops;
	enum iotx_weight weight; /* of the fields that come now; set by the protocol */
	bool show_secrets;       /* passwords and authentication data in clear */
};

static inline void v_u64(struct iotx_visitor *v, const char *name, u64 value)
{
	v->ops->u64(v, name, value);
}

static inline void v_bool(struct iotx_visitor *v, const char *name, bool value)
{
	v->ops->boolean(v, name, value);
}

static inline void v_str(struct iotx_visitor *v, const char *name, struct iotx_slice value)
{
	v->ops->str(v, name, value);
}

static inline void v_text(struct iotx_visitor *v, const char *name, const char *value)
{
	v->ops->str(v, name, iotx_slice_str(value));
}

static inline void v_bytes(struct iotx_visitor *v, const char *name, struct iotx_slice value)
{
	v->ops->bytes(v, name, value);
}

static inline void v_coded(struct iotx_visitor *v, const char *name, u64 value, const char *label)
{
	v->ops->coded(v, name, value, label);
}

static inline void v_open(struct iotx_visitor *v, const char *name)
{
	v->ops->open(v, name);
}

static inline void v_close(struct iotx_visitor *v)
{
	v->ops->close(v);
}

static inline void v_list(struct iotx_visitor *v, const char *name)
{
	v->ops->list(v, name);
}

static inline void v_end(struct iotx_visitor *v)
{
	v->ops->end(v);
}

#define IOTX_REDACTED "<redacted>"

/* Text that is shown only on request. */
static inline void v_secret(struct iotx_visitor *v, const char *name, struct iotx_slice value)
{
	v_str(v, name, v->show_secrets ? value : iotx_slice_str(IOTX_REDACTED));
}

#endif
