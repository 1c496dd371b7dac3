// SPDX-License-Identifier: GPL-2.0-only
/* WebSocket in one TCP connection: each direction is an HTTP head, then frames. */
#include "core/ws_session.h"

#include <stdlib.h>

static void *session_open(void)
{
	return calloc(1, sizeof(struct iotx_ws_session));
}

void iotx_ws_head_free(struct iotx_ws_session *s, struct iotx_buf *head)
{
	iotx_purse_give(s->purse, head->len);
	iotx_buf_free(head);
}

static void session_close(void *session)
{
	struct iotx_ws_session *s = session;

	for (int i = 0; i < 2; i++) {
		iotx_ws_head_free(s, &s->side[i].head);
		iotx_ws_message_free(&s->side[i]);
	}
	iotx_ws_head_free(s, &s->request);
	iotx_buf_free(&s->probe);
	iotx_ws_inner_close(s);
	free(s);
}

/* --- accounts ------------------------------------------------------------------------------ */

void iotx_ws_hold(const struct iotx_ws_work *w, u32 n)
{
	w->side->held += n;
	iotx_delivery_stats(w->d)->bytes_held += n;
}

void iotx_ws_settle(const struct iotx_ws_work *w)
{
	struct iotx_engine_stats *stats = iotx_delivery_stats(w->d);

	stats->bytes_decoded += w->side->held;
	stats->bytes_held -= w->side->held;
	w->side->held = 0;
}

enum iotx_ws_role iotx_ws_role_of(const struct iotx_ws_work *w)
{
	return w->s->client == w->d->side ? IOTX_WS_CLIENT : IOTX_WS_SERVER;
}

/* --- events -------------------------------------------------------------------------------- */

/* Rules of what is carried are the rules of that protocol. */
static const char *protocol_of(const struct iotx_rule *rule)
{
	if (!strncmp(rule->id, "MQTT", 4))
		return "mqtt";
	return strncmp(rule->id, "RFC 8323", 8) ? "websocket" : "coap";
}

static void find(const struct iotx_ws_work *w, const struct iotx_rule *rule, const char *message,
		 u32 off)
{
	const struct iotx_finding finding = {
		.protocol = protocol_of(rule),
		.message = message,
	};

	iotx_delivery_find(w->d, rule, &finding, off);
}

void iotx_ws_find(const struct iotx_ws_work *w, enum iotx_ws_rule rule, const char *message)
{
	find(w, iotx_ws_rule(rule), message, 0);
}

void iotx_ws_report(const struct iotx_ws_work *w, struct iotx_diag *diag, const char *message)
{
	for (u32 i = 0; i < diag->count; i++)
		find(w, diag->breach[i].rule, message, diag->breach[i].off);
	iotx_diag_clear(diag);
}

void iotx_ws_emit(const struct iotx_ws_work *w, struct iotx_event *ev)
{
	if (ev->diag.verdict)
		ev->verdict = ev->diag.verdict;
	ev->resync = w->side->was_lost;
	w->side->was_lost = false;
	iotx_delivery_emit(w->d, ev);
}

/* --- a direction's bytes ------------------------------------------------------------------- */

void iotx_ws_lose(const struct iotx_ws_work *w)
{
	struct iotx_engine_stats *stats = iotx_delivery_stats(w->d);
	struct iotx_ws_side *side = w->side;

	if (side->in_payload && !side->in_message)
		iotx_ws_report(w, &side->diag, NULL);
	if (side->in_message)
		iotx_ws_message_drop(w);
	if (side->held) {
		stats->messages_cut++;
		stats->bytes_cut += side->held;
		stats->bytes_held -= side->held;
	}
	side->held = 0;
	iotx_ws_head_free(w->s, &side->head);
	memset(&side->hdr, 0, sizeof(side->hdr));
	side->in_payload = false;
	iotx_ws_context_lose(w);
	side->ping_count = 0;
	side->was_lost = side->ever_lost = side->unsure = true;
	side->state = IOTX_WS_LOST;
	iotx_ws_inner_missing(w, IOTX_MISSING_UNKNOWN);
}

/* Can this be the first byte of a head? No frame that is in order starts with these. */
static bool starts_head(const struct iotx_piece *piece)
{
	return piece->cap_len && (piece->data[0] == 'G' || piece->data[0] == 'H');
}

/* Until a frame was seen, only the handshake says that frames are to come. */
static void start(const struct iotx_ws_work *w, const struct iotx_piece *piece)
{
	if (starts_head(piece))
		w->side->state = IOTX_WS_HEAD;
	else if (w->s->client_known && !w->s->refused)
		w->side->state = IOTX_WS_FRAMES;
	else
		w->side->state = IOTX_WS_LOST;
}

/* The first bytes of a head, "GET " or "HTTP", where nothing is known of the direction. */
static bool is_head(const struct iotx_piece *piece)
{
	return piece->cap_len >= 4 &&
	       (!memcmp(piece->data, "GET ", 4) || !memcmp(piece->data, "HTTP", 4));
}

/* Moves a lost direction to frames or to a head, if the whole piece shows them. */
static void find_again(const struct iotx_ws_work *w, const struct iotx_piece *piece)
{
	struct iotx_buf content = {};
	bool plain;

	if (is_head(piece)) {
		w->side->state = IOTX_WS_HEAD;
		w->side->was_lost = false;
	} else if (iotx_ws_whole(w, piece, &content, &plain)) {
		w->side->state = IOTX_WS_FRAMES;
		if (plain)
			iotx_ws_inner_found(w, iotx_slice(content.data, (u32)content.len));
	}
	iotx_buf_free(&content);
}

static void advance(struct iotx_piece *piece, u32 n)
{
	piece->data += n;
	piece->cap_len -= n;
	piece->len -= n;
	piece->seq += n;
}

static bool add_to_head(const struct iotx_ws_work *w, const struct iotx_piece *piece, u32 n)
{
	struct iotx_buf *head = &w->side->head;

	if (!iotx_purse_take(w->s->purse, n)) {
		iotx_ws_head_limit(w);
		return false;
	}
	if (!iotx_buf_add(head, piece->data, n))
		return true;
	iotx_purse_give(w->s->purse, n);
	return false;
}

/* Gives back what lies behind the head. */
static void end_head(const struct iotx_ws_work *w, u32 len)
{
	iotx_purse_give(w->s->purse, w->side->head.len - len);
	w->side->head.len = len;
}

/* False: it is longer than there is room for, or its bytes were not captured. */
static bool take_head(const struct iotx_ws_work *w, struct iotx_piece *piece)
{
	struct iotx_buf *head = &w->side->head;
	u32 before = (u32)head->len, room = IOTX_WS_HEAD_ROOM - before;
	u32 n = piece->cap_len < room ? piece->cap_len : room, len;

	if (!add_to_head(w, piece, n))
		return false;
	len = iotx_http_head_len(head->data, before + n, before);
	if (len)
		n = len - before;
	iotx_ws_hold(w, n);
	advance(piece, n);
	if (len) {
		end_head(w, len);
		return iotx_ws_handshake(w);
	}
	if (head->len == IOTX_WS_HEAD_ROOM)
		iotx_ws_head_limit(w);
	return !piece->len && head->len < IOTX_WS_HEAD_ROOM;
}

/* One step through a piece; false when the direction is lost in it. */
static bool step(const struct iotx_ws_work *w, struct iotx_piece *piece)
{
	switch (w->side->state) {
	case IOTX_WS_START:
		start(w, piece);
		if (w->side->state == IOTX_WS_LOST)
			find_again(w, piece);
		return true;
	case IOTX_WS_HEAD:
		return take_head(w, piece);
	case IOTX_WS_FRAMES:
		return iotx_ws_frames(w, piece);
	case IOTX_WS_LOST:
		break;
	}
	iotx_delivery_stats(w->d)->bytes_lost += piece->len;
	advance(piece, piece->cap_len);
	piece->len = 0;
	w->side->was_lost = true;
	return true;
}

static struct iotx_ws_work work_on(void *session, const struct iotx_delivery *d)
{
	struct iotx_ws_session *s = session;

	s->purse = iotx_delivery_purse(d);
	return (struct iotx_ws_work){ s, &s->side[d->side], d };
}

static void session_bytes(void *session, const struct iotx_delivery *d,
			  const struct iotx_piece *in)
{
	const struct iotx_ws_work w = work_on(session, d);
	struct iotx_piece piece = *in;

	if (w.side->state == IOTX_WS_LOST)
		find_again(&w, &piece);
	else
		iotx_ws_inner_look(&w, &piece);
	while (piece.len)
		if (!step(&w, &piece))
			iotx_ws_lose(&w);
}

static void session_missing(void *session, const struct iotx_delivery *d, u32 n)
{
	const struct iotx_ws_work w = work_on(session, d);

	if (w.side->state == IOTX_WS_LOST)
		return;
	if (w.side->state != IOTX_WS_FRAMES || !iotx_ws_payload_missing(&w, n))
		iotx_ws_lose(&w);
}

static void session_end(void *session, const struct iotx_delivery *d)
{
	const struct iotx_ws_work w = work_on(session, d);

	iotx_ws_ended(&w);
	iotx_ws_inner_end(&w);
	if (w.side->state != IOTX_WS_LOST)
		iotx_ws_lose(&w);
}

const struct iotx_session_class iotx_session_websocket = {
	.open = session_open,
	.close = session_close,
	.bytes = session_bytes,
	.missing = session_missing,
	.end = session_end,
};
