// SPDX-License-Identifier: GPL-2.0-only
/* Frames of one direction: header, mask and payload. */
#include "core/ws_session.h"

/* Payload is unmasked in steps of this; what comes whole in one goes on whole. */
#define CHUNK (16u << 10)

static void advance(struct iotx_piece *piece, u32 n)
{
	u32 cap = n < piece->cap_len ? n : piece->cap_len;

	piece->data += cap;
	piece->cap_len -= cap;
	piece->len -= n;
}

static bool is_data(const struct iotx_ws_hdr *h)
{
	return iotx_ws_opcode(h->first) <= IOTX_WS_BINARY;
}

/* --- headers ------------------------------------------------------------------------------- */

static struct iotx_ws_place place_of(const struct iotx_ws_work *w)
{
	const struct iotx_ws_session *s = w->s;

	return (struct iotx_ws_place){
		.role_known = s->client_known,
		.role = iotx_ws_role_of(w),
		.handshake = s->handshake,
		.deflate = s->agreed.deflate,
		.others = s->agreed.others,
		.in_message = w->side->in_message,
		.unsure = w->side->unsure,
		.closed = w->side->sent_close,
	};
}

static void begin_data(const struct iotx_ws_work *w, const struct iotx_ws_place *place)
{
	struct iotx_ws_side *side = w->side;
	bool starts = iotx_ws_opcode(side->hdr.first) != IOTX_WS_CONTINUATION;

	if (starts && side->in_message)
		iotx_ws_message_drop(w);
	if (!side->in_message)
		iotx_ws_message_begin(w);
	iotx_ws_judge_header(&side->hdr, place, &side->msg_diag);
	iotx_ws_message_frame(w);
}

/* The header is complete. */
static void begin_frame(const struct iotx_ws_work *w)
{
	struct iotx_ws_side *side = w->side;
	const struct iotx_ws_place place = place_of(w);

	side->in_payload = true;
	side->passed = 0;
	if (is_data(&side->hdr)) {
		begin_data(w, &place);
		return;
	}
	iotx_diag_clear(&side->diag);
	side->control_len = 0;
	side->control_hole = false;
	iotx_ws_judge_header(&side->hdr, &place, &side->diag);
}

static void end_frame(const struct iotx_ws_work *w)
{
	struct iotx_ws_side *side = w->side;

	side->in_payload = false;
	if (!is_data(&side->hdr)) {
		iotx_ws_control(w);
	} else if (side->hdr.first & IOTX_WS_FIN) {
		iotx_ws_message_end(w);
	} else if (!side->streaming) {
		side->message_held += side->held;
		side->held = 0;
	}
	iotx_ws_settle(w);
	side->hdr.read = 0;
}

/* Header bytes, one by one. False: they are of no frame. */
static bool take_header(const struct iotx_ws_work *w, struct iotx_piece *piece)
{
	struct iotx_ws_side *side = w->side;
	enum iotx_err err = IOTX_E_SHORT;

	while (err == IOTX_E_SHORT && piece->cap_len) {
		err = iotx_ws_hdr_push(&side->hdr, piece->data[0]);
		iotx_ws_hold(w, 1);
		advance(piece, 1);
	}
	if (err == IOTX_E_BAD)
		iotx_ws_find(w, IOTX_WS_RULE_LENGTH_BIT, NULL);
	if (err == IOTX_E_SHORT)
		return !piece->len;
	if (!err)
		begin_frame(w);
	return !err;
}

/* --- payload ------------------------------------------------------------------------------- */

static void keep_control(struct iotx_ws_side *side, const u8 *data, u32 n)
{
	u32 room = IOTX_WS_CONTROL_MAX - side->control_len;

	if (n > room) {
		side->control_hole = true;
		n = room;
	}
	if (n)
		memcpy(side->control + side->control_len, data, n);
	side->control_len += n;
}

static void give(const struct iotx_ws_work *w, const u8 *data, u32 n)
{
	if (is_data(&w->side->hdr))
		iotx_ws_message_bytes(w, data, n);
	else
		keep_control(w->side, data, n);
}

static void give_missing(const struct iotx_ws_work *w, u32 n)
{
	w->side->passed += n;
	if (is_data(&w->side->hdr))
		iotx_ws_message_missing(w, n);
	else
		w->side->control_hole = true;
}

static void give_unmasked(const struct iotx_ws_work *w, const u8 *data, u32 n)
{
	struct iotx_ws_side *side = w->side;
	u8 clear[CHUNK];

	while (n) {
		u32 step = n < CHUNK ? n : CHUNK;

		iotx_ws_unmask(clear, data, step, side->hdr.key, (u32)side->passed);
		side->passed += step;
		give(w, clear, step);
		data += step;
		n -= step;
	}
}

static void take_payload(const struct iotx_ws_work *w, struct iotx_piece *piece)
{
	struct iotx_ws_side *side = w->side;
	u64 left = side->hdr.length - side->passed;
	u32 n = left < piece->len ? (u32)left : piece->len;
	u32 cap = n < piece->cap_len ? n : piece->cap_len;

	iotx_ws_hold(w, n);
	if (cap && iotx_ws_is_masked(&side->hdr)) {
		give_unmasked(w, piece->data, cap);
	} else if (cap) {
		side->passed += cap;
		give(w, piece->data, cap);
	}
	if (n > cap)
		give_missing(w, n - cap);
	if (side->in_message && side->streaming)
		iotx_ws_settle(w);
	advance(piece, n);
}

bool iotx_ws_frames(const struct iotx_ws_work *w, struct iotx_piece *piece)
{
	struct iotx_ws_side *side = w->side;

	if (!side->in_payload && !take_header(w, piece))
		return false;
	if (!side->in_payload)
		return true;
	take_payload(w, piece);
	if (side->passed == side->hdr.length)
		end_frame(w);
	return true;
}

bool iotx_ws_payload_missing(const struct iotx_ws_work *w, u32 n)
{
	struct iotx_ws_side *side = w->side;

	if (!side->in_payload || n > side->hdr.length - side->passed)
		return false;
	give_missing(w, n);
	if (side->passed == side->hdr.length)
		end_frame(w);
	return true;
}

/* --- found again --------------------------------------------------------------------------- */

/* A side that masks is the client's, and only that. */
static bool mask_fits(const struct iotx_ws_work *w, const struct iotx_ws_hdr *h)
{
	return !w->s->client_known ||
	       iotx_ws_is_masked(h) == (iotx_ws_role_of(w) == IOTX_WS_CLIENT);
}

static bool add_payload(struct iotx_buf *content, const struct iotx_ws_hdr *h, const u8 *data)
{
	u32 n = (u32)h->length;

	if (iotx_buf_reserve(content, n))
		return false;
	if (n)
		iotx_ws_unmask(content->data + content->len, data, n,
			       iotx_ws_is_masked(h) ? h->key : 0, 0);
	content->len += n;
	return true;
}

/* Takes a header and its payload off the front. */
static bool next_whole(struct iotx_piece *piece, struct iotx_ws_hdr *h)
{
	enum iotx_err err = IOTX_E_SHORT;

	*h = (struct iotx_ws_hdr){};
	while (err == IOTX_E_SHORT && piece->len) {
		err = iotx_ws_hdr_push(h, piece->data[0]);
		advance(piece, 1);
	}
	return !err && iotx_ws_plausible(h) && h->length <= piece->len;
}

bool iotx_ws_whole(const struct iotx_ws_work *w, const struct iotx_piece *in,
		   struct iotx_buf *content, bool *plain)
{
	struct iotx_piece piece = *in;
	bool masked = false;

	if (!piece.len || piece.cap_len < piece.len)
		return false;
	*plain = true;
	while (piece.len) {
		bool first = piece.len == in->len;
		struct iotx_ws_hdr h;

		if (!next_whole(&piece, &h) || !mask_fits(w, &h) ||
		    (!first && iotx_ws_is_masked(&h) != masked))
			return false;
		masked = iotx_ws_is_masked(&h);
		if (is_data(&h)) {
			*plain &= iotx_ws_opcode(h.first) != IOTX_WS_TEXT &&
				  !(h.first & IOTX_WS_RSV1) && add_payload(content, &h, piece.data);
		}
		advance(&piece, (u32)h.length);
	}
	if (!w->s->client_known) {
		w->s->client_known = true;
		w->s->client = masked ? w->d->side : !w->d->side;
	}
	return true;
}
