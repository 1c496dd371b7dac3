// SPDX-License-Identifier: GPL-2.0-only
#include "buf.h"

#include <errno.h>
#include <stdlib.h>

#define FIRST_ROOM 256

int iotx_buf_grow(struct iotx_buf *b, size_t n)
{
	size_t room = b->room ? b->room : FIRST_ROOM;
	u8 *data;

	if (n > SIZE_MAX / 4 - b->len)
		return -ENOMEM;
	while (room - b->len < n)
		room *= 2;
	data = realloc(b->data, room);
	if (!data)
		return -ENOMEM;
	b->data = data;
	b->room = room;
	return 0;
}

int iotx_buf_add(struct iotx_buf *b, const void *data, size_t n)
{
	int err = iotx_buf_reserve(b, n);

	if (err || !n)
		return err;
	memcpy(b->data + b->len, data, n);
	b->len += n;
	return 0;
}

void iotx_buf_consume(struct iotx_buf *b, size_t n)
{
	if (n >= b->len) {
		b->len = 0;
		return;
	}
	memmove(b->data, b->data + n, b->len - n);
	b->len -= n;
}

void iotx_buf_free(struct iotx_buf *b)
{
	free(b->data);
	*b = (struct iotx_buf){};
}
