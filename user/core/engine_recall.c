// SPDX-License-Identifier: GPL-2.0-only
/* Frames that nobody could tell the protocol of, taken again when another one has told it. */
#include "core/engine_self.h"

#include "core/conv_key.h"
#include "core/link.h"
#include "core/openings.h"
#include <iotxdp/late.h>
#include <iotxdp/sample.h>
#include <string.h>

bool iotx_engine_recall_open(struct iotx_engine *e)
{
	e->recall.late = iotx_kept_new(IOTX_LATE_MAX, IOTX_LATE_FRAME_MAX);
	e->recall.early = iotx_kept_new(IOTX_EARLY_MAX, IOTX_EARLY_FRAME_MAX);
	return e->recall.late && e->recall.early;
}

void iotx_engine_recall_free(struct iotx_engine *e)
{
	iotx_kept_free(e->recall.late);
	iotx_kept_free(e->recall.early);
}

/* `told`: what a later frame says that the kept one is. */
static void take_again(struct iotx_engine *e, const struct iotx_frame *frame,
		       const struct iotx_arrival *told)
{
	struct iotx_arrival a = *told;

	a.frame = frame;
	a.path = NULL;
	a.late = IOTX_LATE_NO;
	a.recalled = true;
	if (!iotx_link_locate(frame, &a.payload, &a.l4))
		iotx_engine_take(e, &a);
}

void iotx_engine_take_late(struct iotx_engine *e, const struct iotx_arrival *now)
{
	struct iotx_frame frame;

	if (now->late == IOTX_LATE_NOTED)
		e->stats.late_not_kept +=
			!iotx_kept_put(e->recall.late, now->late_place, now->frame);
	else if (now->wanted && iotx_kept_take(e->recall.late, now->late_place, &frame))
		take_again(e, &frame, now);
}

/* Part of a handshake of WebSocket, which the Upgrade field tells from other HTTP? */
static bool starts_a_head(const struct iotx_engine *e, const struct iotx_arrival *a)
{
	const u8 *ports = e->config.ports.tcp;
	static const char *const heads[] = { "GET ", "HTTP/1.1 101" };
	const u8 *payload = a->frame->data + a->payload.off;
	u32 left = iotx_cur_left(&a->payload);

	if (ports[a->l4.src_port] != WEBSOCKET && ports[a->l4.dst_port] != WEBSOCKET)
		return false;
	for (u32 i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		size_t len = strlen(heads[i]);

		if (left && !memcmp(payload, heads[i], left < len ? left : len))
			return true;
	}
	return false;
}

/* A response that accepts, whose start no segment alone holds, is told by this one. */
static bool accepts(struct iotx_engine *e, struct iotx_arrival *a)
{
	struct iotx_slice payload = iotx_slice(a->frame->data + a->payload.off,
					       iotx_cur_left(&a->payload));
	u32 used;

	if (!iotx_openings_accepts(e->openings, &a->l4, payload, &used))
		return false;
	iotx_tracker_accepted(e->tracker, &a->l4,
			      iotx_slice(payload.data + used, payload.len - used),
			      a->frame->ts_ns);
	a->proto = WEBSOCKET;
	return a->wanted = true;
}

void iotx_engine_keep_early(struct iotx_engine *e, struct iotx_arrival *a)
{
	struct iotx_engine_recall *r = &e->recall;
	struct iotx_conv_key key;
	u32 place = r->early_next;

	if (a->l4.transport != TCP || !a->l4.payload_len || a->sparse ||
	    !iotx_openings_waits(e->openings, &a->l4, starts_a_head(e, a)))
		return;
	if (accepts(e, a)) {
		iotx_engine_take(e, a);
		return;
	}
	r->early_flow[place] = 0;
	if (!iotx_kept_put(r->early, place, a->frame)) {
		e->stats.early_not_kept++;
		return;
	}
	r->early_flow[place] = iotx_flow_hash(&a->l4);
	r->early_side[place] = (u8)iotx_conv_key_set(&key, &a->l4, 0);
	r->early_next = (place + 1) % IOTX_EARLY_MAX;
}

void iotx_engine_take_early(struct iotx_engine *e, const struct iotx_arrival *now, u32 side)
{
	struct iotx_engine_recall *r = &e->recall;
	u64 flow = iotx_flow_hash(&now->l4);
	struct iotx_arrival told = *now;
	struct iotx_frame frame;

	told.start = IOTX_NO_START;
	told.follows = true;
	for (u32 i = 0; i < IOTX_EARLY_MAX; i++) {
		u32 place = (r->early_next + i) % IOTX_EARLY_MAX; /* the oldest one first */

		if (r->early_flow[place] != flow || r->early_side[place] != side)
			continue;
		r->early_flow[place] = 0;
		if (iotx_kept_take(r->early, place, &frame))
			take_again(e, &frame, &told);
	}
}
