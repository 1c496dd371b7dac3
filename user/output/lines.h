/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whole lines, or records of another form, to a file, a pipe or a terminal. What the
 * system has taken is written, what it refused is dropped, and a line that it took only
 * in part is taken back or completed: the file never holds a torn line for longer than a
 * call.
 */
#ifndef IOTXDP_OUTPUT_LINES_H
#define IOTXDP_OUTPUT_LINES_H

#include "base/buf.h"
#include "sink.h"

/* Where the record at the front ends, 0: not within len; and what it counts for, 0 or 1. */
typedef size_t (*iotx_record_fn)(const u8 *data, size_t len, u64 *count);

struct iotx_lines {
	struct iotx_buf buf; /* to append to: one line, then iotx_lines_commit */
	size_t debt; /* bytes at the front that complete a torn line ... */
	u64 owed;    /* ... which counts for so much, as dropped so far */
	u64 pending; /* whole lines behind them */
	iotx_record_fn record; /* NULL: lines */
	int fd;
};

/* path NULL: standard output. Tells the sink whether it is. */
int iotx_lines_open(struct iotx_lines *l, struct iotx_sink *s, const char *path);

/*
 * The line that was appended since `mark`, an earlier buf.len, is whole; or, on err, is not.
 * Of other records, what was appended counts for one.
 */
int iotx_lines_commit(struct iotx_lines *l, struct iotx_sink *s, size_t mark, int err);
int iotx_lines_flush(struct iotx_lines *l, struct iotx_sink *s);
void iotx_lines_close(struct iotx_lines *l);

#endif
