// SPDX-License-Identifier: GPL-2.0-only
#include "core/coap_block.h"

#include "wire/coap_code.h"
#include <iotxdp/sample.h>
#include <stdlib.h>

#define AHEAD_MAX 1024 /* blocks held before those in front of them have come */

/* A block, with what tells its transfer from others. */
struct block {
	u64 now_ns;
	u64 resource; /* 0: unknown */
	u64 etag;
	struct iotx_slice token;
	struct iotx_slice bytes;
	u32 off;
	u8 side;    /* of the sender */
	bool last;
	bool in_order; /* its sender waits for an answer to each (RFC 7959, section 2.5) */
	bool whole; /* the bytes are all there and as many as the option says */
};

/* Of a block that came before the one in front of it. */
struct ahead {
	struct ahead *next; /* in order of their offsets */
	u32 off, len;
	u8 data[];
};

struct iotx_coap_transfer {
	struct iotx_coap_transfer *older;
	u64 last_ns, resource, etag;
	u8 token[IOTX_COAP_TOKEN_MAX];
	u8 token_length;
	u8 side;
	bool refused;  /* given up; what still comes of it is passed over */
	bool has_end;
	u32 end;       /* its length, when the last block was seen */
	struct iotx_buf body; /* without a hole from its start */
	struct ahead *ahead;
	u32 ahead_count, ahead_bytes;
};

static void ahead_free(struct iotx_coap_transfer *t, struct iotx_purse *purse)
{
	struct ahead *a = t->ahead;

	t->ahead = a->next;
	t->ahead_count--;
	t->ahead_bytes -= a->len;
	iotx_purse_free(purse, a, sizeof(*a) + a->len);
}

static void empty(struct iotx_coap_transfer *t, struct iotx_purse *purse)
{
	while (t->ahead)
		ahead_free(t, purse);
	t->has_end = false;
	iotx_purse_give(purse, t->body.len);
	iotx_buf_free(&t->body);
}

static void transfer_free(struct iotx_coap_transfer *t, struct iotx_purse *purse)
{
	empty(t, purse);
	iotx_purse_free(purse, t, sizeof(*t));
}

/* --- what a message says ------------------------------------------------------------------- */

/* The option that describes the payload of this message (RFC 7959, section 2.3). */
static bool find_option(const struct iotx_coap_msg *msg, struct iotx_slice *value)
{
	u8 code = msg->hdr.code;

	if (iotx_coap_is_request(code))
		return iotx_coap_find(msg, IOTX_COAP_OPT_BLOCK1, value) ||
		       iotx_coap_find(msg, IOTX_COAP_OPT_Q_BLOCK1, value);
	return iotx_coap_class(code) == 2 &&
	       (iotx_coap_find(msg, IOTX_COAP_OPT_BLOCK2, value) ||
		iotx_coap_find(msg, IOTX_COAP_OPT_Q_BLOCK2, value));
}

static u64 etag_of(const struct iotx_coap_msg *msg)
{
	struct iotx_slice value;
	u64 word = 0;

	if (iotx_coap_is_request(msg->hdr.code) ||
	    !iotx_coap_find(msg, IOTX_COAP_OPT_ETAG, &value))
		return 0;
	memcpy(&word, value.data, value.len < 8 ? value.len : 8);
	return iotx_mix64(word) ^ value.len;
}

static bool is_whole(const struct iotx_coap_msg *msg, u32 size, bool bert, bool last)
{
	u32 len = msg->payload_len;

	if (msg->payload.len < len || (len && bert && !last && len % size))
		return false;
	if (bert)
		return last || len;
	return last ? len <= size : len == size;
}

static bool has_q_block(const struct iotx_coap_msg *msg)
{
	struct iotx_slice value;

	return iotx_coap_find(msg, IOTX_COAP_OPT_Q_BLOCK1, &value);
}

static bool block_of(const struct iotx_coap_sight *in, const struct iotx_coap_facts *facts,
		     struct block *b)
{
	const struct iotx_coap_msg *msg = in->msg;
	struct iotx_coap_block option;
	struct iotx_slice value;
	bool bert;

	if (!in->sound || facts->duplicate || !find_option(msg, &value))
		return false;
	option = iotx_coap_block(value);
	bert = option.reserved && msg->stream;
	if (bert)
		option.size = IOTX_COAP_BERT_SIZE;
	else if (option.reserved)
		return false;
	*b = (struct block){
		.now_ns = in->ts_ns,
		.resource = facts->resource,
		.etag = etag_of(msg),
		.token = msg->token,
		.bytes = msg->payload,
		.off = (option.num & 0xfffff) * option.size, /* below 2^31 */
		.side = (u8)in->side,
		.last = !option.more,
		.in_order = iotx_coap_is_request(msg->hdr.code) && !has_q_block(msg),
		.whole = is_whole(msg, option.size, bert, !option.more),
	};
	return true;
}

/* --- which transfer it is of --------------------------------------------------------------- */

static bool has_token(const struct iotx_coap_transfer *t, const struct block *b)
{
	return iotx_slice_eq(iotx_slice(t->token, t->token_length), b->token);
}

static bool has_offset(const struct iotx_coap_transfer *t, u32 off)
{
	const struct ahead *a = t->ahead;

	while (a && a->off + a->len <= off)
		a = a->next;
	return off < t->body.len || (a && a->off <= off);
}

/* How well a block fits; the best one takes it. */
enum fit { FITS_NOT, FITS_HOLE, FITS_NEXT, FITS_TOKEN };

/*
 * The same thing, of the same sender. Then the token tells, if the transfer keeps it; a
 * client may also take a new one for each block (RFC 7959, section 2.4): then the offset.
 */
static enum fit fit_of(const struct iotx_coap_transfer *t, const struct block *b)
{
	if (t->side != b->side || t->resource != b->resource || t->etag != b->etag ||
	    (b->now_ns > t->last_ns && b->now_ns - t->last_ns > IOTX_COAP_LIFETIME_NS))
		return FITS_NOT;
	if (has_token(t, b))
		return FITS_TOKEN;
	if (!b->resource || t->refused || has_offset(t, b->off))
		return FITS_NOT;
	return b->off == t->body.len && b->off ? FITS_NEXT : FITS_HOLE;
}

static void drop(struct iotx_coap_transfers *ts, struct iotx_coap_transfer **at)
{
	struct iotx_coap_transfer *t = *at;

	*at = t->older;
	ts->count--;
	transfer_free(t, ts->purse);
}

static struct iotx_coap_transfer *add(struct iotx_coap_transfers *ts, const struct block *b,
				      struct iotx_engine_stats *stats)
{
	struct iotx_coap_transfer **at = &ts->newest, *t;

	if (ts->count == IOTX_COAP_TRANSFERS_MAX) {
		while ((*at)->older)
			at = &(*at)->older;
		if (!(*at)->refused && b->now_ns - (*at)->last_ns <= IOTX_COAP_LIFETIME_NS)
			stats->coap_transfers_limit++;
		drop(ts, at);
	}
	t = iotx_purse_calloc(ts->purse, sizeof(*t));
	if (!t) {
		stats->coap_transfers_limit++;
		return NULL;
	}
	t->side = b->side;
	t->resource = b->resource;
	t->etag = b->etag;
	t->older = ts->newest;
	ts->newest = t;
	ts->count++;
	return t;
}

/* Is a transfer of the same thing waiting for just this block, but with another ETag? */
static bool has_new_etag(const struct iotx_coap_transfers *ts, const struct block *b)
{
	for (const struct iotx_coap_transfer *t = ts->newest; t; t = t->older)
		if (t->side == b->side && t->resource && t->resource == b->resource &&
		    t->etag && b->etag && t->etag != b->etag && !t->refused && b->off &&
		    t->body.len == b->off && b->now_ns - t->last_ns <= IOTX_COAP_LIFETIME_NS)
			return true;
	return false;
}

/* The one that it belongs to, moved to the front; or NULL. */
static struct iotx_coap_transfer *find(struct iotx_coap_transfers *ts, const struct block *b)
{
	struct iotx_coap_transfer **best = NULL, *t;
	enum fit best_fit = FITS_NOT;

	for (struct iotx_coap_transfer **at = &ts->newest; *at; at = &(*at)->older) {
		enum fit fit = fit_of(*at, b);

		if (fit > best_fit) {
			best_fit = fit;
			best = at;
		}
	}
	if (!best)
		return NULL;
	t = *best;
	*best = t->older;
	t->older = ts->newest;
	ts->newest = t;
	return t;
}

/* --- what it adds -------------------------------------------------------------------------- */

static bool append(struct iotx_coap_transfer *t, struct iotx_slice bytes, struct iotx_purse *purse)
{
	if (!iotx_purse_take(purse, bytes.len))
		return false;
	if (!iotx_buf_add(&t->body, bytes.data, bytes.len))
		return true;
	iotx_purse_give(purse, bytes.len);
	return false;
}

static struct ahead *ahead_new(const struct block *b, struct iotx_purse *purse)
{
	struct ahead *a = iotx_purse_calloc(purse, sizeof(*a) + b->bytes.len);

	if (!a)
		return NULL;
	a->off = b->off;
	a->len = b->bytes.len;
	if (b->bytes.len)
		memcpy(a->data, b->bytes.data, b->bytes.len);
	return a;
}

static bool hold(struct iotx_coap_transfer *t, const struct block *b, struct iotx_purse *purse)
{
	struct ahead **at = &t->ahead, *a;

	a = t->ahead_count < AHEAD_MAX ? ahead_new(b, purse) : NULL;
	if (!a)
		return false;
	while (*at && (*at)->off < b->off)
		at = &(*at)->next;
	a->next = *at;
	*at = a;
	t->ahead_count++;
	t->ahead_bytes += a->len;
	return true;
}

/* Blocks that a hole kept waiting; where they overlap, the bytes that were there win. */
static bool catch_up(struct iotx_coap_transfer *t, struct iotx_purse *purse)
{
	bool added = true;

	while (added && t->ahead && t->ahead->off <= t->body.len) {
		struct ahead *a = t->ahead;
		u32 skip = (u32)t->body.len - a->off;

		if (skip < a->len)
			added = append(t, iotx_slice(a->data + skip, a->len - skip), purse);
		ahead_free(t, purse);
	}
	return added;
}

/* False when it cannot be put together any more. */
static bool put(struct iotx_coap_transfer *t, const struct block *b, struct iotx_purse *purse)
{
	u32 len = b->bytes.len;

	if (!b->whole || b->off > IOTX_COAP_BODY_MAX || len > IOTX_COAP_BODY_MAX - b->off ||
	    t->body.len + t->ahead_bytes + len > IOTX_COAP_BODY_MAX)
		return false;
	if (b->last) {
		t->has_end = true;
		t->end = b->off + len;
	}
	if (b->off > t->body.len)
		return hold(t, b, purse);
	return append(t, b->bytes, purse) && catch_up(t, purse);
}

static void refuse(struct iotx_coap_transfer *t, const struct iotx_coap_sight *in)
{
	if (!t->refused)
		in->stats->coap_transfers_limit++;
	empty(t, in->purse);
	t->refused = true;
}

/* The first block of a transfer that has it already, by its token: it starts anew. */
static void restart(struct iotx_coap_transfer *t, const struct block *b, struct iotx_purse *purse)
{
	if (b->off || (!t->refused && !has_offset(t, 0)))
		return;
	empty(t, purse);
	t->refused = false;
}

static struct iotx_coap_transfer *add_new(struct iotx_coap_transfers *ts, const struct block *b,
					  const struct iotx_coap_sight *in)
{
	if (has_new_etag(ts, b))
		iotx_coap_breach(in->judged, IOTX_COAP_RULE_BLOCK_ETAG, 0);
	return add(ts, b, in->stats);
}

void iotx_coap_transfers_see(struct iotx_coap_transfers *ts, const struct iotx_coap_sight *in,
			     const struct iotx_coap_facts *facts, struct iotx_coap_body *body)
{
	struct iotx_coap_transfer *t;
	struct block b;

	if (!block_of(in, facts, &b))
		return;
	ts->purse = in->purse;
	t = find(ts, &b);
	if (t)
		restart(t, &b, in->purse);
	else
		t = add_new(ts, &b, in);
	if (!t)
		return;
	if (b.in_order && t->body.len && b.off > t->body.len)
		iotx_coap_breach(in->judged, IOTX_COAP_RULE_BLOCK1_ORDER, 0);
	t->last_ns = b.now_ns;
	t->token_length = (u8)b.token.len;
	if (b.token.len)
		memcpy(t->token, b.token.data, b.token.len);
	if (t->refused || has_offset(t, b.off))
		return;
	if (!put(t, &b, in->purse)) {
		refuse(t, in);
		return;
	}
	if (!t->has_end || t->body.len != t->end || t->ahead)
		return;
	body->complete = true;
	body->own = t->body;
	body->bytes = iotx_slice(t->body.data, (u32)t->body.len);
	iotx_purse_give(in->purse, t->body.len);
	t->body = (struct iotx_buf){};
	drop(ts, &ts->newest);
}

void iotx_coap_transfers_free(struct iotx_coap_transfers *ts)
{
	while (ts->newest)
		drop(ts, &ts->newest);
}
