/* SPDX-License-Identifier: GPL-2.0-only */
/* The bytes of a file, or of standard input; those that gzip has packed come unpacked. */
#ifndef IOTXDP_INPUT_SOURCE_H
#define IOTXDP_INPUT_SOURCE_H

#include <iotxdp/port.h>
#include <sys/types.h>

struct iotx_source;

/*
 * "-" is standard input. On failure says why and returns -errno; -EINTR, without a
 * word, when a signal interrupted it.
 */
int iotx_source_open(struct iotx_source **out, const char *path);
void iotx_source_close(struct iotx_source *s);

const char *iotx_source_name(const struct iotx_source *s); /* for people */

/* The first bytes, before anything is read; fewer than 4 if there are no more. */
u32 iotx_source_peek(const struct iotx_source *s, u8 head[4]);

/*
 * Up to n bytes as soon as there are some; 0 at the end; -1 with errno when it fails,
 * and from then on. Bytes before a failure come first.
 */
ssize_t iotx_source_read(struct iotx_source *s, void *to, size_t n);

/* Why reading failed; NULL when it did not. */
const char *iotx_source_failure(const struct iotx_source *s);

/* Bytes that iotx_source_read has given. */
u64 iotx_source_given(const struct iotx_source *s);

/* Bytes taken from the file as it lies there, and all that it has; 0: unknown. */
u64 iotx_source_taken(const struct iotx_source *s);
u64 iotx_source_size(const struct iotx_source *s);

#endif
