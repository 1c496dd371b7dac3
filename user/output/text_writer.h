/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A visitor that writes fields for a person: " topic=a/b qos=1 will.topic=c
 * topics=[{topic=a qos=1}, {topic=b qos=0}]", those that belong on a line only.
 */
#ifndef IOTXDP_OUTPUT_TEXT_WRITER_H
#define IOTXDP_OUTPUT_TEXT_WRITER_H

#include "base/buf.h"
#include "base/visitor.h"

#define IOTX_TEXT_DEPTH 8    /* objects and lists in one another, before they are left out */
#define IOTX_TEXT_MEMBERS 16 /* of a list, before it is cut */
#define IOTX_TEXT_PREFIX 96

enum iotx_text_level_kind {
	IOTX_TEXT_DOTTED, /* an object whose members are name.member=value */
	IOTX_TEXT_BRACED, /* an object in a list */
	IOTX_TEXT_LISTED,
};

struct iotx_text_level {
	enum iotx_text_level_kind kind;
	u32 prefix_len; /* to go back to */
	u64 members;
};

struct iotx_text_writer {
	struct iotx_visitor visitor; /* first: its operations are given this struct */
	struct iotx_buf *out;
	const char *title; /* an object named like its first word is no news */
	struct iotx_text_level levels[IOTX_TEXT_DEPTH];
	u32 depth;  /* of the innermost level; level 0 is the line */
	u32 hidden; /* objects and lists open that are not shown */
	char prefix[IOTX_TEXT_PREFIX];
	u32 prefix_len;
	int err; /* -ENOMEM once a value could not be written */
};

void iotx_text_writer_start(struct iotx_text_writer *w, struct iotx_buf *out, const char *title);

#endif
