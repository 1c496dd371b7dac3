// SPDX-License-Identifier: GPL-2.0-only
#include "core/coap_exchange.h"

#include "core/coap_judge.h"
#include "core/coap_request.h"
#include "wire/coap_code.h"
#include <stdlib.h>

/* RFC 7641 3.4: after so long a notification is fresh whatever its number. */
#define OBSERVE_FRESH_NS (128 * 1000000000ull)
#define OBSERVE_HALF (1u << 23) /* of its sequence numbers */

const char *iotx_coap_role_name(enum iotx_coap_role role)
{
	static const char *const names[] = {
#define X(id, name) name,
		IOTX_COAP_ROLES(X)
#undef X
	};

	return names[role];
}

static bool within_lifetime(u64 then_ns, u64 now_ns)
{
	return now_ns < then_ns || now_ns - then_ns < IOTX_COAP_LIFETIME_NS;
}

/* --- messages by Message ID -------------------------------------------------------------- */

enum recall { BY_MESSAGE_ID, BY_BYTES };

/* Messages of a sender, each the most recent one. */
struct recalled {
	struct iotx_coap_recent *found;
	struct iotx_coap_recent *other; /* had the Message ID, chosen by the sender, before it */
};

static bool chose_id(const struct iotx_coap_recent *r)
{
	return r->type == IOTX_COAP_CON || r->type == IOTX_COAP_NON;
}

/* Is the Message ID among those remembered, or 0? All are looked at: that takes no branches. */
static bool may_hold(const struct iotx_coap_memory *m, u16 message_id)
{
	u16 any = !message_id;

	for (u32 i = 0; i < IOTX_COAP_RECENT_MAX; i++)
		any |= m->message_id[i] == message_id;
	return any;
}

static struct recalled recall(const struct iotx_coap_memory *m, enum recall by,
			      const struct iotx_coap_sight *in)
{
	u16 message_id = in->msg->hdr.message_id;
	u32 count = m->next < m->room ? m->next : m->room;
	struct recalled out = {};

	if (!may_hold(m, message_id))
		return out;
	for (u32 i = 1; i <= count; i++) {
		u32 at = (m->next - i) & (m->room - 1);
		struct iotx_coap_recent *r = &m->recent[at];

		if (m->message_id[at] != message_id || !within_lifetime(r->ts_ns, in->ts_ns))
			continue;
		if (by == BY_MESSAGE_ID || r->digest == in->digest) {
			out.found = r;
			return out;
		}
		if (!out.other && chose_id(r))
			out.other = r;
	}
	return out;
}

/* As soon as it is full; without memory the oldest are overwritten from then on. */
static void grow(struct iotx_coap_memory *m)
{
	u32 room = m->room ? m->room * 2 : 4; /* always a power of two */
	struct iotx_coap_recent *recent;

	if (m->next != m->room || room > IOTX_COAP_RECENT_MAX)
		return;
	recent = realloc(m->recent, room * sizeof(*recent));
	if (!recent)
		return;
	m->recent = recent;
	m->room = room;
}

static void remember(struct iotx_coap_memory *m, const struct iotx_coap_sight *in,
		     const struct iotx_coap_facts *facts, struct iotx_coap_exchange *x)
{
	u32 at;

	grow(m);
	if (!m->room)
		return;
	at = m->next++ & (m->room - 1);
	m->message_id[at] = in->msg->hdr.message_id;
	m->recent[at] = (struct iotx_coap_recent){
		.ts_ns = in->ts_ns,
		.last_ns = in->ts_ns,
		.digest = in->digest,
		.type = in->msg->hdr.type,
		.exchange = x,
		.exchange_id = x ? x->id : 0,
		.role = facts->role,
	};
}

/* Its exchange, if that is still the same. */
static struct iotx_coap_exchange *exchange_of(const struct iotx_coap_recent *r)
{
	return r && r->exchange && r->exchange->id == r->exchange_id ? r->exchange : NULL;
}

static void tell(const struct iotx_coap_exchange *x, struct iotx_coap_facts *facts)
{
	bool asks = facts->role == IOTX_COAP_ROLE_REQUEST || facts->role == IOTX_COAP_ROLE_PING;

	facts->exchange = x->id;
	facts->resource = x->resource;
	facts->uri = iotx_slice(x->uri, x->uri_len);
	facts->uri_cut = x->uri_cut;
	if (!asks || facts->duplicate)
		facts->request_frame = x->request_frame;
}

/* --- requests ------------------------------------------------------------------------------ */

static struct iotx_coap_exchange *start(struct iotx_coap_exchanges *e,
					const struct iotx_coap_sight *in)
{
	const struct iotx_coap_key key = {
		.id = in->stats->coap_exchanges + 1,
		.now_ns = in->ts_ns,
		.token = in->msg->token,
		.message_id = in->msg->hdr.message_id,
		.side = (u8)in->side,
	};
	bool evicted;
	struct iotx_coap_exchange *x = iotx_coap_store_add(&e->store, &key, &evicted);

	if (!x || evicted) {
		in->stats->coap_exchanges_limit++;
		e->forgot = true;
	}
	if (!x)
		return NULL;
	in->stats->coap_exchanges++;
	x->request_frame = in->frame;
	x->digest = in->digest;
	return x;
}

/* A new one, unless it was seen before: also when the memory of its sender ran over. */
static struct iotx_coap_exchange *request(struct iotx_coap_exchanges *e,
					  const struct iotx_coap_sight *in,
					  struct iotx_coap_facts *facts)
{
	struct iotx_coap_exchange *x = NULL;

	facts->role = IOTX_COAP_ROLE_REQUEST;
	if (!in->msg->stream)
		x = iotx_coap_store_mid(&e->store, (u8)in->side, in->msg->hdr.message_id);
	if (x && x->digest == in->digest && within_lifetime(x->first_ns, in->ts_ns)) {
		facts->duplicate = true;
		return x;
	}
	x = start(e, in);
	if (x)
		iotx_coap_request_take(&e->store, x, in->msg);
	return x;
}

static struct iotx_coap_exchange *ping(struct iotx_coap_exchanges *e,
				       const struct iotx_coap_sight *in,
				       struct iotx_coap_facts *facts)
{
	struct iotx_coap_exchange *x = start(e, in);

	facts->role = IOTX_COAP_ROLE_PING;
	if (x)
		x->ping = true;
	return x;
}

/* --- responses ----------------------------------------------------------------------------- */

/* What a response is to its receiver. */
struct answer {
	bool good;     /* 2.xx */
	bool observes; /* has the Observe option */
	u32 sequence;
};

static struct answer answer_of(const struct iotx_coap_msg *msg)
{
	struct answer a = { .good = iotx_coap_class(msg->hdr.code) == 2 };
	struct iotx_slice value;

	a.observes = iotx_coap_find(msg, IOTX_COAP_OPT_OBSERVE, &value);
	if (a.observes)
		a.sequence = iotx_coap_uint(value) & (2 * OBSERVE_HALF - 1);
	return a;
}

/* What the request waited for. */
static void finish(struct iotx_coap_exchanges *e, struct iotx_coap_exchange *x,
		   enum iotx_coap_state state, const struct iotx_coap_sight *in,
		   struct iotx_coap_facts *facts)
{
	if (x->state == IOTX_COAP_WAITING && in->ts_ns >= x->first_ns) {
		facts->has_latency = true;
		facts->latency_ns = x->latency_ns = in->ts_ns - x->first_ns;
	}
	iotx_coap_store_use(&e->store, x, state, in->ts_ns);
}

/* A request that was answered took the token over: what observed with it is over. */
static void supersede(struct iotx_coap_exchanges *e, struct iotx_coap_exchange *x, u64 now_ns)
{
	struct iotx_slice token = iotx_slice(x->token, x->token_length);
	struct iotx_coap_exchange *old = x;

	while ((old = iotx_coap_store_token(&e->store, x->side, token, old)))
		if (old->state == IOTX_COAP_OBSERVING)
			iotx_coap_store_use(&e->store, old, IOTX_COAP_DONE, now_ns);
}

/* RFC 7641 3.4; over TCP nothing overtakes and the number says nothing (RFC 8323 7.1). */
static bool is_fresh(const struct iotx_coap_exchange *x, const struct answer *a,
		     const struct iotx_coap_sight *in)
{
	u32 ahead = (a->sequence - x->fresh) & (2 * OBSERVE_HALF - 1);

	return in->msg->stream || (ahead && ahead < OBSERVE_HALF) ||
	       (in->ts_ns > x->fresh_ns && in->ts_ns - x->fresh_ns > OBSERVE_FRESH_NS);
}

static void end(struct iotx_coap_exchange *x, enum iotx_coap_ended how,
		const struct iotx_coap_sight *in)
{
	x->ended = (u8)how;
	x->ended_ns = in->ts_ns;
}

static void notify(struct iotx_coap_exchanges *e, struct iotx_coap_exchange *x,
		   const struct answer *a, const struct iotx_coap_sight *in,
		   struct iotx_coap_facts *facts)
{
	bool goes_on = a->good && a->observes;

	facts->role = IOTX_COAP_ROLE_NOTIFICATION;
	iotx_coap_store_use(&e->store, x, goes_on ? IOTX_COAP_OBSERVING : IOTX_COAP_DONE,
			    in->ts_ns);
	if (!goes_on) { /* RFC 7641, section 4.2 */
		end(x, IOTX_COAP_ENDED_BY_SERVER, in);
		return;
	}
	facts->observe_stale = !is_fresh(x, a, in);
	if (facts->observe_stale)
		return;
	x->fresh = a->sequence;
	x->fresh_ns = in->ts_ns;
}

static void answered(struct iotx_coap_exchanges *e, struct iotx_coap_exchange *x,
		     const struct answer *a, const struct iotx_coap_sight *in,
		     struct iotx_coap_facts *facts)
{
	bool observed = x->observes && a->good && a->observes;

	if (x->state == IOTX_COAP_OBSERVING) {
		notify(e, x, a, in, facts);
		return;
	}
	if (x->state == IOTX_COAP_DONE) {
		facts->late = true;
		if (x->observes && a->observes)
			facts->role = IOTX_COAP_ROLE_NOTIFICATION;
		return;
	}
	supersede(e, x, in->ts_ns);
	finish(e, x, observed ? IOTX_COAP_OBSERVING : IOTX_COAP_DONE, in, facts);
	x->fresh = a->sequence;
	x->fresh_ns = in->ts_ns;
}

/* Can it be the answer to x, of which a newer exchange has the token or not? */
static bool accepts(const struct iotx_coap_exchange *x, const struct answer *a, bool newest,
		    u64 now_ns)
{
	if (x->ping || x->state == IOTX_COAP_DONE)
		return false;
	if (x->state == IOTX_COAP_OBSERVING)
		return true;
	if (a->observes && a->good && !x->observes)
		return false;
	return newest || within_lifetime(x->first_ns, now_ns);
}

/* Could it be another answer to x, or one that comes late? */
static bool is_over(const struct iotx_coap_exchange *x, const struct answer *a, u64 now_ns)
{
	return !x->ping && x->state == IOTX_COAP_DONE && (x->observes || !a->observes) &&
	       within_lifetime(x->last_ns, now_ns);
}

/* By its token alone; what is over gets only what nothing else wants. */
static struct iotx_coap_exchange *by_token(struct iotx_coap_exchanges *e, const struct answer *a,
					   const struct iotx_coap_sight *in)
{
	struct iotx_coap_exchange *x = NULL, *over = NULL;
	bool newest = true;

	while ((x = iotx_coap_store_token(&e->store, !in->side, in->msg->token, x))) {
		if (accepts(x, a, newest, in->ts_ns))
			return x;
		if (!over && is_over(x, a, in->ts_ns))
			over = x;
		newest = false;
	}
	return over;
}

/* Piggybacked: Message ID and token have to match (RFC 7252, section 5.3.2). */
static struct iotx_coap_exchange *by_both(struct iotx_coap_exchanges *e,
					  const struct iotx_coap_sight *in,
					  struct iotx_coap_facts *facts)
{
	struct iotx_coap_exchange *x =
		iotx_coap_store_mid(&e->store, !in->side, in->msg->hdr.message_id);

	if (!x || x->ping || !within_lifetime(x->last_ns, in->ts_ns))
		return NULL;
	if (iotx_slice_eq(iotx_slice(x->token, x->token_length), in->msg->token))
		return x;
	facts->other_token = true;
	return NULL;
}

static struct iotx_coap_exchange *response(struct iotx_coap_exchanges *e,
					   const struct iotx_coap_sight *in,
					   struct iotx_coap_facts *facts)
{
	bool piggybacked = !in->msg->stream && in->msg->hdr.type == IOTX_COAP_ACK;
	const struct answer a = answer_of(in->msg);
	struct iotx_coap_exchange *x = piggybacked ? by_both(e, in, facts) : by_token(e, &a, in);

	facts->role = IOTX_COAP_ROLE_RESPONSE;
	facts->stray = !x;
	if (x)
		answered(e, x, &a, in, facts);
	else if (!piggybacked && a.observes)
		facts->role = IOTX_COAP_ROLE_NOTIFICATION; /* its request was not seen */
	return x;
}

static struct iotx_coap_exchange *pong(struct iotx_coap_exchanges *e,
				       const struct iotx_coap_sight *in,
				       struct iotx_coap_facts *facts)
{
	struct iotx_coap_exchange *x = NULL;

	facts->role = IOTX_COAP_ROLE_PONG;
	do
		x = iotx_coap_store_token(&e->store, !in->side, in->msg->token, x);
	while (x && (!x->ping || x->state != IOTX_COAP_WAITING));
	facts->stray = !x;
	if (x)
		finish(e, x, IOTX_COAP_DONE, in, facts);
	return x;
}

/* --- Empty messages ------------------------------------------------------------------------ */

/* By the Message ID of what it answers, whoever sent that in which role. */
static struct iotx_coap_exchange *receipt(struct iotx_coap_exchanges *e,
					  const struct iotx_coap_sight *in,
					  struct iotx_coap_facts *facts)
{
	const struct iotx_coap_recent *r = recall(&e->memory[!in->side], BY_MESSAGE_ID, in).found;
	struct iotx_coap_exchange *x = exchange_of(r);
	bool reset = in->msg->hdr.type == IOTX_COAP_RST;

	facts->role = reset ? IOTX_COAP_ROLE_RESET : IOTX_COAP_ROLE_ACK;
	if (!x && !r)
		x = iotx_coap_store_mid(&e->store, !in->side, in->msg->hdr.message_id);
	facts->stray = !x && !r;
	if (!x)
		return NULL;
	x->acked |= !reset;
	if (reset && x->state == IOTX_COAP_OBSERVING)
		end(x, IOTX_COAP_ENDED_BY_RESET, in);
	if (reset && x->ping)
		finish(e, x, IOTX_COAP_DONE, in, facts);
	else /* a Reset ends everything, an observation too (RFC 7641, section 3.6) */
		iotx_coap_store_use(&e->store, x, reset ? IOTX_COAP_DONE : x->state, in->ts_ns);
	return x;
}

/* --- all of them --------------------------------------------------------------------------- */

static struct iotx_coap_exchange *place_signal(struct iotx_coap_exchanges *e,
					       const struct iotx_coap_sight *in,
					       struct iotx_coap_facts *facts)
{
	if (in->msg->hdr.code == IOTX_COAP_CODE_PING)
		return ping(e, in, facts);
	if (in->msg->hdr.code == IOTX_COAP_CODE_PONG)
		return pong(e, in, facts);
	return NULL;
}

/* What breaks RFC 7252 4.2 so that it is neither request nor response stays outside. */
static struct iotx_coap_exchange *place(struct iotx_coap_exchanges *e,
					const struct iotx_coap_sight *in,
					struct iotx_coap_facts *facts)
{
	const struct iotx_coap_hdr *hdr = &in->msg->hdr;
	bool datagram = !in->msg->stream, empty = hdr->code == IOTX_COAP_CODE_EMPTY;

	if (datagram && (hdr->type == IOTX_COAP_RST || (hdr->type == IOTX_COAP_ACK && empty)))
		return receipt(e, in, facts);
	if (datagram && hdr->type == IOTX_COAP_CON && empty)
		return ping(e, in, facts);
	if (iotx_coap_is_response(hdr->code))
		return response(e, in, facts);
	if (iotx_coap_is_request(hdr->code) && !(datagram && hdr->type == IOTX_COAP_ACK))
		return request(e, in, facts);
	return datagram ? NULL : place_signal(e, in, facts);
}

static void note_beginning(struct iotx_coap_exchanges *e, const struct iotx_coap_facts *facts)
{
	bool asks = facts->role == IOTX_COAP_ROLE_REQUEST || facts->role == IOTX_COAP_ROLE_PING;

	if (e->began == IOTX_COAP_UNSEEN && facts->role)
		e->began = asks ? IOTX_COAP_BEGAN : IOTX_COAP_JOINED;
}

static struct iotx_coap_exchange *see_new(struct iotx_coap_exchanges *e,
					  const struct iotx_coap_sight *in,
					  struct iotx_coap_facts *facts,
					  const struct iotx_coap_recent *other)
{
	struct iotx_coap_case c = { .in = in, .facts = facts, .other = other };
	struct iotx_coap_exchange *x;

	if (!in->sound)
		return NULL;
	x = place(e, in, facts);
	note_beginning(e, facts);
	c.x = x;
	iotx_coap_judge(e, &c);
	return x;
}

void iotx_coap_exchanges_see(struct iotx_coap_exchanges *e, const struct iotx_coap_sight *in,
			     struct iotx_coap_facts *facts)
{
	struct iotx_coap_memory *memory = in->msg->stream ? NULL : &e->memory[in->side];
	struct recalled before = {};
	struct iotx_coap_exchange *x;

	*facts = (struct iotx_coap_facts){};
	e->store.purse = in->purse;
	if (memory)
		before = recall(memory, BY_BYTES, in);
	if (before.found) {
		facts->duplicate = true;
		facts->role = before.found->role;
		x = exchange_of(before.found);
		iotx_coap_judge_repeat(in, before.found);
	} else {
		x = see_new(e, in, facts, before.other);
	}
	if (x)
		tell(x, facts);
	if (memory && !before.found)
		remember(memory, in, facts, x);
}

void iotx_coap_exchanges_free(struct iotx_coap_exchanges *e)
{
	iotx_coap_store_free(&e->store);
	free(e->memory[0].recent);
	free(e->memory[1].recent);
	*e = (struct iotx_coap_exchanges){};
}
