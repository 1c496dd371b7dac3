/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whole lines to a file, a pipe or a terminal. What the system has taken is
 * written, what it refused is dropped, and a line that it took only in part is
 * taken back or completed: the file never holds a torn line for longer than a call.
 */
#ifndef IOTXDP_OUTPUT_LINES_H
#define IOTXDP_OUTPUT_LINES_H

#include "base/buf.h"
#include "sink.h"

struct iotx_lines {
	struct iotx_buf buf; /* to append to: one line, then iotx_lines_commit */
	size_t debt; /* bytes at the front that complete a torn line, counted as dropped */
	u64 pending; /* whole lines behind them */
	int fd;
};

/* path NULL: standard output. Tells the sink whether it is. */
int iotx_lines_open(struct iotx_lines *l, struct iotx_sink *s, const char *path);

/* The line that was appended since `mark`, an earlier buf.len, is whole; or, on err, is not. */
int iotx_lines_commit(struct iotx_lines *l, struct iotx_sink *s, size_t mark, int err);
int iotx_lines_flush(struct iotx_lines *l, struct iotx_sink *s);
void iotx_lines_close(struct iotx_lines *l);

#endif
