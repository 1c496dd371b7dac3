// SPDX-License-Identifier: GPL-2.0-only
#include "core/flow_book.h"

#include "base/table.h"
#include <iotxdp/count.h>
#include <stdlib.h>
#include <string.h>

struct pair {
	struct iotx_timer timer; /* first: is found by it */
	struct iotx_flow_book *book;
	u8 ip_version;
	struct {
		struct iotx_flow *flow; /* NULL: nothing came yet */
		u8 ending;              /* IOTX_SLOT_FIN, IOTX_SLOT_RST */
		bool began;             /* with a SYN */
		u32 seq;                /* of the first byte that came, or of that SYN's */
	} side[2];
	u64 ending_ns; /* when one of the sides said so last */
};

struct iotx_flow_book *iotx_flow_book_new(const struct iotx_idle *idle, u32 max,
					  iotx_flow_pair_fn ended, void *arg)
{
	struct iotx_flow_book *b = calloc(1, sizeof(*b));

	if (!b)
		return NULL;
	b->idle = *idle;
	b->ended = ended;
	b->arg = arg;
	b->pairs = iotx_table_new(sizeof(struct iotx_conv_key), sizeof(struct pair), max);
	if (b->pairs)
		return b;
	free(b);
	return NULL;
}

void iotx_flow_book_free(struct iotx_flow_book *b)
{
	if (!b)
		return;
	iotx_timers_free(&b->timers);
	iotx_table_free(b->pairs);
	free(b);
}

/* --- the end ----------------------------------------------------------------------------- */

static void describe(const struct pair *p, struct iotx_flow_pair *out)
{
	memset(out, 0, sizeof(*out));
	out->key = *(const struct iotx_conv_key *)iotx_table_key(p->book->pairs, p);
	out->ip_version = p->ip_version;
	for (u32 i = 0; i < 2; i++) {
		struct iotx_flow_sum *sum = &out->side[i];

		if (!p->side[i].flow)
			continue;
		out->proto = p->side[i].flow->proto;
		iotx_flow_sum_add(sum, p->side[i].flow);
		sum->fin = p->side[i].ending & IOTX_SLOT_FIN;
		sum->rst = p->side[i].ending & IOTX_SLOT_RST;
	}
}

/* What follows is another conversation, but the stream goes on: its framing stays. */
static void start_over(struct iotx_flow *flow)
{
	flow->packets = flow->bytes = 0;
	memset(&flow->mqtt, 0, sizeof(flow->mqtt));
	memset(&flow->coap, 0, sizeof(flow->coap));
	flow->mqttsn_messages = flow->tls_records = 0;
}

static void end(struct pair *p, enum iotx_flow_end why)
{
	struct iotx_flow_book *b = p->book;
	struct iotx_flow_pair out;

	describe(p, &out);
	out.end = why;
	iotx_timer_stop(&b->timers, &p->timer);
	for (u32 i = 0; i < 2; i++)
		if (p->side[i].flow)
			start_over(p->side[i].flow);
	iotx_table_remove(b->pairs, p);
	b->ended(b->arg, &out);
}

/* --- time -------------------------------------------------------------------------------- */

/* When it is over if nothing more comes. */
static u64 deadline(const struct iotx_flow_book *b, const struct iotx_flow_pair *p)
{
	return iotx_flow_pair_last_ns(p) + iotx_flow_pair_limit_ns(p, &b->idle);
}

static void wait_again(struct pair *p)
{
	struct iotx_flow_pair now;

	describe(p, &now);
	if (iotx_timer_set(&p->book->timers, &p->timer, deadline(p->book, &now)))
		end(p, IOTX_FLOW_EVICTED); /* out of memory */
}

void iotx_flow_book_due(struct iotx_flow_book *b, u64 now_ns)
{
	struct iotx_flow_pair now;
	struct iotx_timer *t;

	while ((t = iotx_timers_next(&b->timers, now_ns))) {
		struct pair *p = (struct pair *)t;

		describe(p, &now);
		if (deadline(b, &now) > now_ns)
			wait_again(p);
		else
			end(p, iotx_flow_pair_closed(&now) ? IOTX_FLOW_CLOSED : IOTX_FLOW_IDLE);
	}
}

/* --- packets ------------------------------------------------------------------------------- */

/* The SYN that opens another connection is counted already, but is not of this one. */
static void end_before(struct pair *p, struct iotx_flow *flow, u32 wire_len)
{
	u64 now_ns = flow->last_seen_ns;

	flow->packets--;
	flow->bytes -= wire_len;
	flow->last_seen_ns = p->ending_ns;
	end(p, IOTX_FLOW_REUSED);
	flow->packets = 1;
	flow->bytes = wire_len;
	flow->last_seen_ns = now_ns;
}

/* A SYN of this very connection, late: it opens no other one. */
static bool comes_again(const struct pair *p, u32 side, const struct iotx_track *t)
{
	return p->side[side].flow && p->side[side].seq == t->l4.seq;
}

static bool is_closed(const struct pair *p)
{
	struct iotx_flow_pair now;

	describe(p, &now);
	return iotx_flow_pair_closed(&now);
}

static void take(struct pair *p, u32 side, const struct iotx_track *t, struct iotx_flow *flow)
{
	bool known = p->side[side].flow, opens = t->l4.tcp_flags & IOTX_TCP_SYN;
	const struct iotx_slot before = { .proto = p->side[side].ending };

	p->side[side].flow = flow;
	p->side[side].ending = iotx_slot_ending(&before, t);
	if (flow->packets == 1)
		flow->first_seen_ns = flow->last_seen_ns;
	if (!known) {
		p->side[side].began = opens;
		p->side[side].seq = t->l4.seq;
	}
	if (p->side[side].ending != before.proto)
		p->ending_ns = flow->last_seen_ns;
	if (!p->timer.place || p->side[side].ending != before.proto)
		wait_again(p);
}

static bool matters(const struct iotx_track *t, const struct iotx_flow *flow)
{
	return flow->packets == 1 ||
	       t->l4.tcp_flags & (IOTX_TCP_SYN | IOTX_TCP_FIN | IOTX_TCP_RST);
}

void iotx_flow_book_packet(struct iotx_flow_book *b, const struct iotx_track *t,
			   struct iotx_flow *flow, u32 wire_len)
{
	bool opens = (t->l4.tcp_flags & (IOTX_TCP_SYN | IOTX_TCP_ACK)) == IOTX_TCP_SYN;
	struct iotx_conv_key key;
	struct pair *p;
	u32 side;

	if (!matters(t, flow))
		return;
	side = iotx_conv_key_set(&key, &t->l4, 0);
	p = iotx_table_find(b->pairs, &key);
	if (p && opens && !comes_again(p, side, t) && is_closed(p)) {
		end_before(p, flow, wire_len);
		p = NULL;
	}
	if (!p) {
		p = iotx_table_add(b->pairs, &key);
		if (!p)
			return;
		p->book = b;
		p->ip_version = t->l4.ip_version;
	}
	take(p, side, t, flow);
}

void iotx_flow_book_reused(struct iotx_flow_book *b, const struct iotx_l4 *l4)
{
	struct iotx_conv_key key;
	u32 side = iotx_conv_key_set(&key, l4, 0);
	struct pair *p = iotx_table_find(b->pairs, &key);

	if (p && !(p->side[side].began && p->side[side].seq == l4->seq))
		end(p, IOTX_FLOW_REUSED);
}

void iotx_flow_book_finish(struct iotx_flow_book *b)
{
	struct pair *p;

	while ((p = iotx_table_oldest(b->pairs)))
		end(p, is_closed(p) ? IOTX_FLOW_CLOSED : IOTX_FLOW_SHUTDOWN);
}
