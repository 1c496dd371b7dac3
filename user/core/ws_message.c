// SPDX-License-Identifier: GPL-2.0-only
/* Data messages: inflated, put together, and shown or passed on to what they carry. */
#include "base/utf8.h"
#include "core/ws_session.h"

/* What a message may leave allocated for the next one. */
#define KEPT_BETWEEN (16u << 10)

/* --- content ------------------------------------------------------------------------------- */

/* How much more of the message may be kept. */
static u32 room(const struct iotx_ws_work *w)
{
	const struct iotx_engine_config *config = iotx_delivery_config(w->d);
	struct iotx_engine_stats *stats = iotx_delivery_stats(w->d);
	u32 kept = (u32)w->side->content.len;

	if (stats->memory_held > config->held_max) {
		stats->memory_limited++;
		return 0;
	}
	return kept < config->message_max ? config->message_max - kept : 0;
}

/* Keeps up to the limit; beyond it a message has a hole at its end. */
static void keep(const struct iotx_ws_work *w, const u8 *data, u32 n)
{
	struct iotx_ws_side *side = w->side;
	u32 most = side->hole ? 0 : room(w);
	u32 fits = n < most ? n : most;

	if (fits < n && !side->hole)
		side->hole = side->limited = true;
	if (fits && iotx_buf_add(&side->content, data, fits)) {
		side->hole = true;
		fits = 0;
	}
	iotx_delivery_stats(w->d)->memory_held += fits;
	side->msg.skipped += n - fits;
}

/* Bytes of the message as it was before it was compressed. */
static void content(void *arg, const u8 *data, u32 n)
{
	const struct iotx_ws_work *w = arg;

	if (w->side->streaming)
		iotx_ws_inner_bytes(w, data, n);
	else
		keep(w, data, n);
}

/* --- compression --------------------------------------------------------------------------- */

static void drop_inflater(const struct iotx_ws_work *w)
{
	if (!w->side->inflater)
		return;
	iotx_inflater_free(w->side->inflater);
	w->side->inflater = NULL;
	iotx_delivery_stats(w->d)->ws_inflaters--;
}

void iotx_ws_context_lose(const struct iotx_ws_work *w)
{
	w->side->context_lost = true;
	drop_inflater(w);
}

/* The content is not known from here on, and what leans on it neither. */
static void break_off(const struct iotx_ws_work *w)
{
	if (w->side->broken)
		return;
	w->side->broken = true;
	iotx_ws_context_lose(w);
	if (w->side->streaming)
		iotx_ws_inner_missing(w, IOTX_MISSING_UNKNOWN);
}

static bool takes_over(const struct iotx_ws_work *w)
{
	return !w->s->agreed.no_takeover[iotx_ws_role_of(w)];
}

/* The context in which a compressed message is to be read; false: there is none. */
static bool context(const struct iotx_ws_work *w)
{
	struct iotx_engine_stats *stats = iotx_delivery_stats(w->d);
	struct iotx_ws_side *side = w->side;

	if (!w->s->handshake || (side->context_lost && takes_over(w)))
		return false;
	side->context_lost = false;
	if (side->inflater)
		return true;
	if (stats->ws_inflaters < IOTX_WS_INFLATERS_MAX)
		side->inflater = iotx_inflater_new(w->s->agreed.window_bits[iotx_ws_role_of(w)]);
	if (!side->inflater) {
		side->limited = true;
		return false;
	}
	stats->ws_inflaters++;
	return true;
}

/* A message that no longer inflates. */
static void fail(const struct iotx_ws_work *w, enum iotx_err err)
{
	struct iotx_ws_side *side = w->side;

	if (err == IOTX_E_LIMIT)
		side->limited = true;
	else if (side->inflated.far && !takes_over(w))
		iotx_ws_breach(&side->msg_diag, IOTX_WS_RULE_TAKEOVER, 0);
	else
		iotx_ws_breach(&side->msg_diag, IOTX_WS_RULE_INFLATE, 0);
	break_off(w);
}

static void inflate_bytes(const struct iotx_ws_work *w, const u8 *data, u32 n)
{
	struct iotx_ws_side *side = w->side;
	enum iotx_err err;

	side->inflated.arg = (void *)w;
	err = iotx_inflater_push(side->inflater, data, n, &side->inflated);
	if (err)
		fail(w, err);
}

static void inflate_end(const struct iotx_ws_work *w)
{
	struct iotx_ws_side *side = w->side;
	enum iotx_err err;

	side->inflated.arg = (void *)w;
	err = iotx_inflater_end(side->inflater, &side->inflated);
	if (err)
		fail(w, err);
	else if (!takes_over(w))
		drop_inflater(w);
}

/* --- a message ----------------------------------------------------------------------------- */

void iotx_ws_message_begin(const struct iotx_ws_work *w)
{
	struct iotx_ws_side *side = w->side;
	const struct iotx_ws_hdr *h = &side->hdr;

	side->in_message = true;
	side->broken = side->limited = side->refused = side->hole = false;
	iotx_diag_clear(&side->msg_diag);
	side->msg = (struct iotx_ws_msg){
		.opcode = iotx_ws_opcode(h->first),
		.masked = iotx_ws_is_masked(h),
		.key = h->key,
		.compressed = h->first & IOTX_WS_RSV1 && (w->s->agreed.deflate || !w->s->handshake),
	};
	side->inflated = (struct iotx_inflated){
		.bytes = content,
		.max = iotx_delivery_config(w->d)->message_max,
	};
	side->streaming = iotx_ws_inner_streams(w);
	if (side->msg.compressed && !context(w))
		break_off(w);
	if (side->streaming && side->msg.opcode == IOTX_WS_TEXT)
		iotx_ws_breach(&side->msg_diag, IOTX_WS_RULE_MQTT_TEXT, 0);
}

/* What is announced longer than it may be is shown at once: its end may never come. */
static void refuse(const struct iotx_ws_work *w)
{
	struct iotx_ws_side *side = w->side;

	side->limited = side->hole = side->refused = true;
	side->msg.skipped = side->msg.length;
	iotx_ws_message_emit(w, &side->msg, &side->msg_diag);
	iotx_diag_clear(&side->msg_diag);
}

void iotx_ws_message_frame(const struct iotx_ws_work *w)
{
	struct iotx_ws_side *side = w->side;

	side->msg.frames++;
	side->msg.length += side->hdr.length;
	side->msg.fin = side->hdr.first & IOTX_WS_FIN;
	if (side->streaming)
		iotx_ws_report(w, &side->msg_diag, iotx_ws_event.title(&side->msg, NULL));
	else if (side->hdr.length > iotx_delivery_config(w->d)->message_max && !side->refused)
		refuse(w);
}

void iotx_ws_message_bytes(const struct iotx_ws_work *w, const u8 *data, u32 n)
{
	struct iotx_ws_side *side = w->side;

	if (side->broken)
		side->msg.skipped += n;
	else if (side->msg.compressed)
		inflate_bytes(w, data, n);
	else
		content((void *)w, data, n);
}

void iotx_ws_message_missing(const struct iotx_ws_work *w, u32 n)
{
	struct iotx_ws_side *side = w->side;

	if (side->msg.compressed) {
		break_off(w);
		side->msg.skipped += n;
	} else if (side->streaming) {
		iotx_ws_inner_missing(w, n);
	} else {
		side->hole = true;
		side->msg.skipped += n;
	}
}

/* Nothing of it waits any longer. */
static void clear(const struct iotx_ws_work *w)
{
	struct iotx_ws_side *side = w->side;

	side->in_message = side->streaming = side->unsure = false;
	side->message_held = 0;
	iotx_delivery_stats(w->d)->memory_held -= side->content.len;
	side->content.len = 0;
	if (side->content.room > KEPT_BETWEEN)
		iotx_buf_free(&side->content);
}

void iotx_ws_message_drop(const struct iotx_ws_work *w)
{
	struct iotx_engine_stats *stats = iotx_delivery_stats(w->d);
	struct iotx_ws_side *side = w->side;

	iotx_ws_report(w, &side->msg_diag, iotx_ws_event.title(&side->msg, NULL));
	stats->messages_cut += !side->streaming;
	stats->bytes_cut += side->message_held;
	stats->bytes_held -= side->message_held;
	if (side->msg.compressed)
		break_off(w);
	clear(w);
}

void iotx_ws_message_free(struct iotx_ws_side *side)
{
	iotx_inflater_free(side->inflater);
	iotx_buf_free(&side->content);
}

/* --- whole messages ------------------------------------------------------------------------ */

static void judge_text(struct iotx_ws_side *side, struct iotx_slice text)
{
	if (side->msg.opcode == IOTX_WS_TEXT && !side->hole && !side->broken &&
	    iotx_utf8_check(text) == IOTX_UTF8_BAD)
		iotx_ws_breach(&side->msg_diag, IOTX_WS_RULE_TEXT, 0);
}

void iotx_ws_message_emit(const struct iotx_ws_work *w, struct iotx_ws_msg *msg,
			  const struct iotx_diag *diag)
{
	struct iotx_event ev = {
		.cls = &iotx_ws_event,
		.msg = msg,
		.raw = msg->payload,
		.diag = *diag,
	};
	struct iotx_engine_stats *stats = iotx_delivery_stats(w->d);

	stats->ws_messages_limit += w->side->limited;
	stats->messages_truncated += msg->skipped > 0;
	if (!diag->verdict && w->side->limited) {
		ev.verdict = IOTX_E_LIMIT;
		ev.diag.text = "the message is longer or denser than this program takes";
	} else if (!diag->verdict && w->side->broken) {
		ev.verdict = IOTX_E_LOST;
		ev.diag.text = "the context in which the message was compressed is not known";
	}
	iotx_ws_emit(w, &ev);
}

void iotx_ws_message_end(const struct iotx_ws_work *w)
{
	struct iotx_ws_side *side = w->side;
	struct iotx_slice whole;

	if (side->msg.compressed && !side->broken)
		inflate_end(w);
	whole = iotx_slice(side->content.data, (u32)side->content.len);
	side->held += side->message_held;
	side->message_held = 0;
	side->msg.payload = whole;
	if ((side->streaming && !side->broken) || side->refused) {
		clear(w);
		return;
	}
	if (side->broken || side->hole || !iotx_ws_inner_message(w, whole)) {
		judge_text(side, whole);
		iotx_ws_message_emit(w, &side->msg, &side->msg_diag);
	}
	clear(w);
}
