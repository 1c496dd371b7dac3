// SPDX-License-Identifier: GPL-2.0-only
#include "native.h"
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define GUARD_ROOM (256u << 10)

static u8 *guard_map(void)
{
	u8 *p = mmap(NULL, 2 * GUARD_ROOM, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		     0);

	if (p == MAP_FAILED || mprotect(p + GUARD_ROOM, GUARD_ROOM, PROT_NONE))
		abort();
	return p;
}

const u8 *iotx_guard(const void *data, u32 len)
{
	static u8 *room;

	if (!room)
		room = guard_map();
	if (len > GUARD_ROOM)
		abort();
	if (len)
		memcpy(room + GUARD_ROOM - len, data, len);
	return room + GUARD_ROOM - len;
}

struct iotx_cur iotx_guard_cur(const void *data, u32 len)
{
	return (struct iotx_cur){ .src = { .base = iotx_guard(data, len) }, .end = len };
}

bool iotx_native_walk(struct iotx_framing *f, const struct iotx_seg *seg, struct iotx_walk *w,
		      enum iotx_segment *kind)
{
	struct iotx_l4 l4 = { .seq = seg->seq, .payload_len = seg->len,
			      .tcp_flags = seg->tcp_flags };
	struct iotx_cur c = { .src = { .base = seg->data }, .end = seg->len };
	bool stand = true;

	memset(w, 0, sizeof(*w));
	w->framing = *f;
	*kind = iotx_walk_begin(w, &l4);
	if (*kind == IOTX_SEG_WALKED) {
		iotx_walk_fast(w, &c);
		for (u32 i = 0; i < IOTX_WALK_STEPS; i++)
			if (iotx_walk_step(w, &c))
				break;
		stand = iotx_walk_end(w, &l4);
	}
	*f = w->framing;
	return stand;
}
