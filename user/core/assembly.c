// SPDX-License-Identifier: GPL-2.0-only
#include "core/assembly.h"

#include "core/finding.h"

/* What one call works on. */
struct work {
	const struct iotx_assembly_class *cls;
	struct iotx_assembly *a;
	void *session;
	const struct iotx_delivery *d;
	struct iotx_byte_counts bytes;
};

static struct work work_on(const struct iotx_assembly_class *cls, struct iotx_assembly *a,
			   void *session, const struct iotx_delivery *d)
{
	return (struct work){ cls, a, session, d, iotx_delivery_bytes(d) };
}

/* What a message may leave allocated for the next one. */
#define KEPT_BETWEEN (16u << 10)

static void begin_message(const struct work *w)
{
	struct iotx_assembly *a = w->a;

	iotx_delivery_stats(w->d)->memory_held -= a->kept.len;
	a->hole = false;
	a->len = a->passed = a->delivered = 0;
	a->kept.len = 0;
	if (a->kept.room > KEPT_BETWEEN)
		iotx_buf_free(&a->kept);
}

/* What was kept of a message that will not be completed counts as cut. */
static void lose(const struct work *w)
{
	struct iotx_assembly *a = w->a;

	if (a->passed) {
		iotx_delivery_stats(w->d)->messages_cut++;
		*w->bytes.cut += a->delivered;
		*w->bytes.held -= a->delivered;
	}
	begin_message(w);
	iotx_buf_free(&a->kept);
	a->tracked = false;
	a->was_lost = true;
	if (w->cls->lost)
		w->cls->lost(w->session, w->d);
}

static void emit_finding(const struct work *w)
{
	const struct iotx_finding finding = {
		.protocol = w->cls->protocol,
		.severity = IOTX_ERROR,
	};
	struct iotx_event ev = {
		.cls = &iotx_finding_event,
		.msg = &finding,
		.verdict = IOTX_E_BAD,
		.diag = { .rule = w->cls->rule, .text = w->cls->finding },
	};

	iotx_delivery_emit(w->d, &ev);
}

/* The message in assembly is complete. */
static void complete(const struct work *w)
{
	struct iotx_assembly *a = w->a;

	*w->bytes.decoded += a->delivered;
	*w->bytes.held -= a->delivered;
	w->cls->message(w->session, w->d, a->kept.data, (u32)a->kept.len, a->len);
	begin_message(w);
}

/* Keeps up to the limit; beyond it a message has a hole at its end. */
static void keep(const struct work *w, const u8 *data, u32 n)
{
	struct iotx_assembly *a = w->a;
	const struct iotx_engine_config *config = iotx_delivery_config(w->d);
	struct iotx_engine_stats *stats = iotx_delivery_stats(w->d);
	u32 max = config->message_max;
	u32 room = a->kept.len < max ? max - (u32)a->kept.len : 0;

	if (a->hole)
		return;
	if (stats->memory_held > config->held_max) {
		stats->memory_limited++;
		room = 0;
	}
	if (n > room) {
		a->hole = true;
		n = room;
	}
	if (iotx_buf_add(&a->kept, data, n))
		a->hole = true;
	else
		stats->memory_held += n;
}

/* n bytes of the message went by; they wait for its end. */
static void pass(const struct work *w, u32 n)
{
	w->a->passed += n;
	w->a->delivered += n;
	*w->bytes.held += n;
}

/* Takes header bytes one by one until they say how long the message is. */
static enum iotx_err measure(const struct work *w, struct iotx_piece *piece)
{
	struct iotx_assembly *a = w->a;
	enum iotx_err err = IOTX_E_SHORT;

	while (err == IOTX_E_SHORT && piece->cap_len) {
		if (iotx_buf_add(&a->kept, piece->data, 1))
			return IOTX_E_LIMIT;
		iotx_delivery_stats(w->d)->memory_held++;
		piece->data++;
		piece->cap_len--;
		piece->len--;
		pass(w, 1);
		err = w->cls->measure(a->kept.data, (u32)a->kept.len, &a->len);
	}
	return err;
}

/* The body, as far as this piece goes. */
static void assemble(const struct work *w, struct iotx_piece *piece)
{
	struct iotx_assembly *a = w->a;
	u32 want = a->len - a->passed;
	u32 n = want < piece->len ? want : piece->len;
	u32 cap = n < piece->cap_len ? n : piece->cap_len;

	keep(w, piece->data, cap);
	if (cap < n)
		a->hole = true;
	piece->data += cap;
	piece->cap_len -= cap;
	piece->len -= n;
	pass(w, n);
	if (a->passed == a->len)
		complete(w);
}

/* A whole message in one piece is decoded where it lies. */
static bool in_place(const struct work *w, struct iotx_piece *piece)
{
	u32 len;

	if (w->a->passed || w->cls->measure(piece->data, piece->cap_len, &len) ||
	    len > piece->cap_len || len > iotx_delivery_config(w->d)->message_max)
		return false;
	*w->bytes.decoded += len;
	w->cls->message(w->session, w->d, piece->data, len, len);
	piece->data += len;
	piece->cap_len -= len;
	piece->len -= len;
	return true;
}

static bool shown_unmeasured(const struct work *w)
{
	const struct iotx_buf *kept = &w->a->kept;

	return w->cls->unmeasured &&
	       w->cls->unmeasured(w->session, w->d, kept->data, (u32)kept->len);
}

/* One step through a piece; false when the direction is lost in it. */
static bool step(const struct work *w, struct iotx_piece *piece)
{
	enum iotx_err err = IOTX_OK;

	if (in_place(w, piece))
		return true;
	if (!w->a->len)
		err = measure(w, piece);
	if (err == IOTX_E_SHORT && !piece->len)
		return true;
	if (err == IOTX_E_BAD && !shown_unmeasured(w))
		emit_finding(w);
	if (err)
		return false;
	assemble(w, piece);
	return true;
}

/* Moves a lost direction to a boundary, if one lies ahead. */
static bool find_boundary(const struct work *w, struct iotx_piece *piece)
{
	u32 skip = 0;

	if (!w->cls->boundary(w->a, piece, &skip) || skip >= piece->len || skip > piece->cap_len)
		return false;
	*w->bytes.lost += skip;
	piece->data += skip;
	piece->cap_len -= skip;
	piece->len -= skip;
	w->a->tracked = true;
	w->a->was_lost |= skip > 0;
	return true;
}

void iotx_assembly_bytes(const struct iotx_assembly_class *cls, struct iotx_assembly *a,
			 void *session, const struct iotx_delivery *d, const struct iotx_piece *in)
{
	const struct work w = work_on(cls, a, session, d);
	struct iotx_piece piece = *in;

	if (!a->tracked && !find_boundary(&w, &piece)) {
		a->was_lost = true;
		*w.bytes.lost += piece.len;
		return;
	}
	while (piece.len) {
		if (step(&w, &piece))
			continue;
		lose(&w);
		*w.bytes.lost += piece.len;
		return;
	}
}

void iotx_assembly_missing(const struct iotx_assembly_class *cls, struct iotx_assembly *a,
			   void *session, const struct iotx_delivery *d, u32 n)
{
	const struct work w = work_on(cls, a, session, d);

	if (!a->tracked)
		return;
	if (!a->len || n > a->len - a->passed) {
		lose(&w);
		return;
	}
	a->hole = true;
	a->passed += n;
	if (a->passed == a->len)
		complete(&w);
}

void iotx_assembly_end(const struct iotx_assembly_class *cls, struct iotx_assembly *a,
		       void *session, const struct iotx_delivery *d)
{
	const struct work w = work_on(cls, a, session, d);

	lose(&w);
}

bool iotx_assembly_resynced(struct iotx_assembly *a)
{
	bool was_lost = a->was_lost;

	a->was_lost = false;
	return was_lost;
}

void iotx_assembly_free(struct iotx_assembly *a)
{
	iotx_buf_free(&a->kept);
}
