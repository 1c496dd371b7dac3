/* SPDX-License-Identifier: GPL-2.0-only */
/* A view onto a source that moves forward: the next bytes, in one piece, without a copy of each. */
#ifndef IOTXDP_INPUT_WINDOW_H
#define IOTXDP_INPUT_WINDOW_H

#include "source.h"

/* Zero-initialised but for the source. */
struct iotx_window {
	struct iotx_source *source;
	u8 *buf;
	size_t room, start, len; /* len bytes are ready at buf + start */
	u64 offset;              /* of the first of them, in unpacked bytes */
};

/*
 * The next n bytes, until the next call; NULL when fewer are left (`len` of them are
 * ready), the source fails, or memory is out, with errno 0, the source's, or ENOMEM. The
 * buffer grows with what is there, not with what is asked for.
 */
const u8 *iotx_window_fill(struct iotx_window *w, size_t n);
static inline const u8 *iotx_window_need(struct iotx_window *w, size_t n)
{
	return w->len >= n ? w->buf + w->start : iotx_window_fill(w, n);
}

/* Steps over n bytes that are ready. */
static inline void iotx_window_skip(struct iotx_window *w, size_t n)
{
	w->start += n;
	w->len -= n;
	w->offset += n;
}

void iotx_window_free(struct iotx_window *w);

#endif
