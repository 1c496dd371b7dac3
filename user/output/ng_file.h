/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A pcapng file that is being written: its interfaces are described when they are first
 * needed. After a write that failed a new section starts, because nobody can tell what of
 * the old one's descriptions has been kept.
 */
#ifndef IOTXDP_OUTPUT_NG_FILE_H
#define IOTXDP_OUTPUT_NG_FILE_H

#include "lines.h"
#include "ng_block.h"

/* 64 interfaces, or the link types of a file. */
#define IOTX_NG_INTERFACES_MAX 72

struct iotx_ng_interface {
	u16 link_type;
	const char *name; /* NULL: a file */
};

struct iotx_ng_file {
	struct iotx_lines lines;
	struct iotx_ng_interface interfaces[IOTX_NG_INTERFACES_MAX];
	u32 interface_count;
	u32 latest;
	bool open; /* the section is */
};

/* For the calls of struct iotx_sink_class; s->state begins with the file. It needs a name. */
int iotx_ng_create(struct iotx_sink *s, const char *path, size_t state_size);
int iotx_ng_write(struct iotx_sink *s, const struct iotx_ng_interface *i, struct iotx_ng_packet *p);
int iotx_ng_tally(struct iotx_sink *s, const struct iotx_sink_tally *t);
int iotx_ng_flush(struct iotx_sink *s);
void iotx_ng_close(struct iotx_sink *s);

/* "ingress" or "egress", or NULL. */
enum iotx_ng_direction iotx_ng_direction_of(const char *dir);

#endif
