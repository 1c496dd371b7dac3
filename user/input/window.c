// SPDX-License-Identifier: GPL-2.0-only
#include "window.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ROOM_FIRST (256u << 10)

/* Room behind the bytes that are ready: by moving them to the front, or by growing. */
static bool make_room(struct iotx_window *w)
{
	size_t room = w->room ? 2 * w->room : ROOM_FIRST;
	u8 *buf;

	if (w->start) {
		memmove(w->buf, w->buf + w->start, w->len);
		w->start = 0;
	}
	if (w->len < w->room)
		return true;
	buf = realloc(w->buf, room);
	if (!buf)
		return false;
	w->buf = buf;
	w->room = room;
	return true;
}

static ssize_t fill(struct iotx_window *w)
{
	size_t end;
	ssize_t got;

	if (!make_room(w))
		return -1; /* realloc has set errno */
	end = w->start + w->len;
	got = iotx_source_read(w->source, w->buf + end, w->room - end);
	if (got > 0)
		w->len += (size_t)got;
	return got;
}

const u8 *iotx_window_fill(struct iotx_window *w, size_t n)
{
	ssize_t got = 1;

	while (w->len < n && got > 0)
		got = fill(w);
	if (w->len >= n)
		return w->buf + w->start;
	if (!got)
		errno = 0;
	return NULL;
}

void iotx_window_free(struct iotx_window *w)
{
	free(w->buf);
}
