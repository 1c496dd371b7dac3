/* SPDX-License-Identifier: GPL-2.0-only */
/* A growable run of bytes with a limit. Zero-initialised is empty. */
#ifndef IOTXDP_BASE_BUF_H
#define IOTXDP_BASE_BUF_H

#include "slice.h"
#include <stddef.h>

struct iotx_buf {
	u8 *data;
	size_t len, room;
};

/* Makes room for n more bytes. 0 or -ENOMEM; the content is kept either way. */
int iotx_buf_grow(struct iotx_buf *b, size_t n);
static inline int iotx_buf_reserve(struct iotx_buf *b, size_t n)
{
	return n <= b->room - b->len ? 0 : iotx_buf_grow(b, n);
}

int iotx_buf_add(struct iotx_buf *b, const void *data, size_t n);

/* Drops the first n bytes. */
void iotx_buf_consume(struct iotx_buf *b, size_t n);
void iotx_buf_free(struct iotx_buf *b);

#endif
