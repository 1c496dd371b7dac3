/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The head of an HTTP/1 message (RFC 9112): its start line and its fields, as far as an
 * upgrade to WebSocket needs them. Nothing is unfolded or copied: slices of the head.
 */
#ifndef IOTXDP_WIRE_HTTP_H
#define IOTXDP_WIRE_HTTP_H

#include "wire.h"

struct iotx_http_head {
	bool response;
	u8 major, minor;           /* of the version */
	u16 status;                /* of a response */
	struct iotx_slice version; /* "HTTP/1.1" */
	struct iotx_slice reason;  /* of a response; may be empty */
	struct iotx_slice method, target; /* of a request */
	struct iotx_slice fields;  /* the lines behind the start line */
};

/*
 * How long the head is whose first n bytes are at data, its empty line included; 0: its end
 * is not among them. Nothing ends before `from`, where an earlier call stopped.
 */
u32 iotx_http_head_len(const u8 *data, u32 n, u32 from);

/* OK or E_BAD: the start line is none of HTTP/1. */
enum iotx_err iotx_http_head_decode(struct iotx_slice head, struct iotx_http_head *h);

/* The value of the first field of this name; names are compared without regard to case. */
bool iotx_http_field(const struct iotx_http_head *h, const char *name, struct iotx_slice *value);

/* The elements of a list (RFC 9110, section 5.6.1) that may stand on several lines. */
struct iotx_http_list {
	const char *name;         /* of the field */
	struct iotx_slice fields; /* lines to come */
	struct iotx_slice line;   /* what is left of the one being read */
};

struct iotx_http_list iotx_http_list(const struct iotx_http_head *h, const char *name);
bool iotx_http_list_next(struct iotx_http_list *l, struct iotx_slice *element);

/* Is this token one of a list? Without regard to case. */
bool iotx_http_has_token(const struct iotx_http_head *h, const char *name, const char *token);

/* One of "name; param; param=value": the name first, then its parameters. */
struct iotx_http_param {
	struct iotx_slice name, value; /* a quoted value without its quotes */
	bool has_value;
};

/* Takes the next one off the front of an element; false at its end. */
bool iotx_http_param_next(struct iotx_slice *rest, struct iotx_http_param *p);

bool iotx_http_same(struct iotx_slice s, const char *word); /* without regard to case */

#endif
