// SPDX-License-Identifier: GPL-2.0-only
/* Control frames, what answers what, and how a connection ends (RFC 6455, 5.5 and 7). */
#include "core/ws_session.h"

#include <iotxdp/sample.h>

/* A client that has waited so long for the server may close TCP by itself (7.1.1). */
#define SERVER_CLOSES_NS 1000000000ull

static u64 digest_of(struct iotx_slice s)
{
	u64 h = s.len;

	for (u32 i = 0; i < s.len; i++)
		h = iotx_mix64(h ^ s.data[i]);
	return h;
}

static void take_ping(const struct iotx_ws_work *w, const struct iotx_ws_msg *msg)
{
	struct iotx_ws_side *side = w->side;

	if (side->ping_count == IOTX_WS_PINGS) {
		memmove(side->pings, side->pings + 1, sizeof(side->pings) - sizeof(side->pings[0]));
		side->ping_count--;
	}
	side->pings[side->ping_count++] = (struct iotx_ws_ping){
		.digest = digest_of(msg->payload),
		.ts_ns = w->d->ts_ns,
		.frame = w->d->frame_number,
	};
}

/*
 * A pong may answer the latest ping alone (5.5.3), so it answers those before it too. One
 * that nobody asked for is allowed; one that comes while a ping waits has to be its answer.
 */
static void take_pong(const struct iotx_ws_work *w, struct iotx_ws_msg *msg,
		      struct iotx_diag *diag)
{
	struct iotx_ws_side *peer = &w->s->side[!w->d->side];
	u64 digest = digest_of(msg->payload);
	u32 i = peer->ping_count;

	while (i && peer->pings[i - 1].digest != digest)
		i--;
	if (!i) {
		if (peer->ping_count && !peer->ever_lost)
			iotx_ws_breach(diag, IOTX_WS_RULE_PONG, 0);
		return;
	}
	msg->has_rtt = true;
	msg->rtt_ns = w->d->ts_ns - peer->pings[i - 1].ts_ns;
	msg->ping_frame = peer->pings[i - 1].frame;
	peer->ping_count -= i;
	memmove(peer->pings, peer->pings + i, peer->ping_count * sizeof(peer->pings[0]));
}

void iotx_ws_control(const struct iotx_ws_work *w)
{
	struct iotx_ws_side *side = w->side;
	const struct iotx_ws_hdr *h = &side->hdr;
	struct iotx_ws_msg msg = {
		.opcode = iotx_ws_opcode(h->first),
		.fin = h->first & IOTX_WS_FIN,
		.masked = iotx_ws_is_masked(h),
		.key = h->key,
		.frames = 1,
		.length = h->length,
		.payload = iotx_slice(side->control, side->control_len),
		.skipped = h->length - side->control_len,
	};
	struct iotx_event ev = { .cls = &iotx_ws_event, .msg = &msg, .raw = msg.payload };

	if (msg.opcode == IOTX_WS_CLOSE) {
		iotx_ws_read_close(&msg, !side->control_hole, &side->diag);
		side->sent_close = true;
		side->close_ns = w->d->ts_ns;
	} else if (!side->control_hole && msg.opcode == IOTX_WS_PING) {
		take_ping(w, &msg);
	} else if (!side->control_hole && msg.opcode == IOTX_WS_PONG) {
		take_pong(w, &msg, &side->diag);
	}
	ev.diag = side->diag;
	iotx_ws_emit(w, &ev);
}

/* The closing handshake is over, and the server has had no time to close TCP. */
static bool is_early(const struct iotx_ws_work *w)
{
	const struct iotx_ws_side *side = w->side, *peer = &w->s->side[!w->d->side];
	u64 done_ns = side->close_ns > peer->close_ns ? side->close_ns : peer->close_ns;

	return side->sent_close && peer->sent_close && !peer->ended &&
	       w->d->ts_ns - done_ns < SERVER_CLOSES_NS;
}

void iotx_ws_ended(const struct iotx_ws_work *w)
{
	struct iotx_ws_side *side = w->side, *peer = &w->s->side[!w->d->side];

	if (!w->d->closed || side->ended)
		return;
	if (w->s->client_known && iotx_ws_role_of(w) == IOTX_WS_CLIENT && is_early(w))
		iotx_ws_find(w, IOTX_WS_RULE_CLIENT_FIRST, NULL);
	if (peer->sent_close && !side->sent_close && !side->ever_lost &&
	    side->state == IOTX_WS_FRAMES)
		iotx_ws_find(w, IOTX_WS_RULE_CLOSE_UNANSWERED, NULL);
	side->ended = true;
}
