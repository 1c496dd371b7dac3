/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A visitor that writes JSON (RFC 8259) behind what a buffer holds. Valid whatever
 * the values are: what is no UTF-8 becomes U+FFFD, control characters are escaped.
 * Names are the program's own words and stand as they are.
 */
#ifndef IOTXDP_OUTPUT_JSON_WRITER_H
#define IOTXDP_OUTPUT_JSON_WRITER_H

#include "base/buf.h"
#include "base/visitor.h"

struct iotx_json_refrains;

struct iotx_json_writer {
	struct iotx_visitor visitor; /* first: its operations are given this struct */
	struct iotx_buf *out;
	struct iotx_json_refrains *refrains; /* their text; NULL: is not kept */
	bool comma; /* stands before the next value */
	int err;    /* -ENOMEM once a value could not be written */
};

/* Starts a new text. The caller opens the outermost object, without a name. */
void iotx_json_writer_start(struct iotx_json_writer *w, struct iotx_buf *out);

/* Writes once more the n bytes from `from` on in the buffer: what an object starts with. */
void iotx_json_writer_again(struct iotx_json_writer *w, size_t from, size_t n);

#endif
