/* SPDX-License-Identifier: GPL-2.0-only */
/* Captures made on the spot, and what is said while they are read. */
#ifndef IOTXDP_TESTS_CAPTURE_H
#define IOTXDP_TESTS_CAPTURE_H

#include <iotxdp/port.h>
#include <stddef.h>

/* Bytes in a new file, whose path is good until the next call. The caller unlinks it. */
const char *iotx_temp_file(const void *bytes, size_t len);

/* Standard error goes into a pipe, from iotx_hear until iotx_heard, which fills `said`. */
struct iotx_hearing {
	int pipe[2], saved;
};

void iotx_hear(struct iotx_hearing *h);
void iotx_heard(struct iotx_hearing *h, char *said, size_t size);

/* What came of reading a capture to its end. Every captured byte has been looked at. */
struct iotx_outcome {
	int status; /* of iotx_file_open, else of the last iotx_file_next */
	u64 frames, passed;
	u64 last_number; /* blocks that are no packet may have numbers too */
	u64 captured, on_wire; /* sums of lengths */
	u64 sum;               /* of all bytes */
	u64 earliest_ns, latest_ns;
	char said[1024];
};

void iotx_read_path(struct iotx_outcome *o, const char *path, const char *filter);
void iotx_read_bytes(struct iotx_outcome *o, const void *bytes, size_t len);

#endif
