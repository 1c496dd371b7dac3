// SPDX-License-Identifier: GPL-2.0-only
#include "core/coap_store.h"

#include <iotxdp/sample.h>
#include <stdlib.h>

#define BUCKETS_MIN 8u

/* With its places in the buckets, of which there may be twice as many. */
#define EXCHANGE_BYTES (sizeof(struct iotx_coap_exchange) + 4 * sizeof(void *))

/* --- order of use ---------------------------------------------------------------------- */

static void use_link(struct iotx_coap_store *s, struct iotx_coap_exchange *x)
{
	struct iotx_coap_use *use = &s->use[x->state];

	x->newer = NULL;
	x->older = use->newest;
	if (use->newest)
		use->newest->newer = x;
	else
		use->oldest = x;
	use->newest = x;
	use->count++;
}

static void use_unlink(struct iotx_coap_store *s, struct iotx_coap_exchange *x)
{
	struct iotx_coap_use *use = &s->use[x->state];

	if (x->older)
		x->older->newer = x->newer;
	else
		use->oldest = x->newer;
	if (x->newer)
		x->newer->older = x->older;
	else
		use->newest = x->older;
	use->count--;
}

void iotx_coap_store_use(struct iotx_coap_store *s, struct iotx_coap_exchange *x,
			 enum iotx_coap_state state, u64 now_ns)
{
	use_unlink(s, x);
	x->state = (u8)state;
	x->last_ns = now_ns;
	use_link(s, x);
}

/* --- buckets ----------------------------------------------------------------------------- */

static u32 token_bucket(const struct iotx_coap_store *s, u8 side, const u8 *token, u32 len)
{
	u64 word = 0;

	if (len)
		memcpy(&word, token, len);
	return iotx_mix64(iotx_mix64(word) ^ (len << 1 | side)) & (s->buckets - 1);
}

static u32 mid_bucket(const struct iotx_coap_store *s, u8 side, u16 message_id)
{
	return iotx_mix64((u64)message_id << 1 | side) & (s->buckets - 1);
}

static struct iotx_coap_exchange **token_head(const struct iotx_coap_store *s,
					      const struct iotx_coap_exchange *x)
{
	return &s->by_token[token_bucket(s, x->side, x->token, x->token_length)];
}

static struct iotx_coap_exchange **mid_head(const struct iotx_coap_store *s,
					    const struct iotx_coap_exchange *x)
{
	return &s->by_mid[mid_bucket(s, x->side, x->message_id)];
}

/* The newest first: one that is new goes to the front without a look at the others. */
static void link_buckets(struct iotx_coap_store *s, struct iotx_coap_exchange *x, bool is_new)
{
	struct iotx_coap_exchange **at = token_head(s, x);

	while (!is_new && *at && (*at)->id > x->id)
		at = &(*at)->token_next;
	x->token_next = *at;
	*at = x;
	at = mid_head(s, x);
	while (!is_new && *at && (*at)->id > x->id)
		at = &(*at)->mid_next;
	x->mid_next = *at;
	*at = x;
}

static void unlink_buckets(struct iotx_coap_store *s, struct iotx_coap_exchange *x)
{
	struct iotx_coap_exchange **at = token_head(s, x);

	while (*at != x)
		at = &(*at)->token_next;
	*at = x->token_next;
	at = mid_head(s, x);
	while (*at != x)
		at = &(*at)->mid_next;
	*at = x->mid_next;
}

/* A failed growth only makes chains longer; without any bucket there is no store. */
static bool grow(struct iotx_coap_store *s)
{
	u32 buckets = s->buckets ? s->buckets * 2 : BUCKETS_MIN;
	struct iotx_coap_exchange **heads;

	if (s->count < s->buckets)
		return true;
	heads = calloc(2 * (size_t)buckets, sizeof(*heads));
	if (!heads)
		return s->buckets;
	free(s->by_token);
	s->by_token = heads;
	s->by_mid = heads + buckets;
	s->buckets = buckets;
	for (u32 i = 0; i < IOTX_COAP_STATES; i++)
		for (struct iotx_coap_exchange *x = s->use[i].oldest; x; x = x->newer)
			link_buckets(s, x, false);
	return true;
}

/* --- exchanges --------------------------------------------------------------------------- */

/* One that has to give way, if any has; NULL with *evicted set: there is none that could. */
static struct iotx_coap_exchange *giving_way(const struct iotx_coap_store *s, u64 now_ns,
					     bool *evicted)
{
	struct iotx_coap_exchange *done = s->use[IOTX_COAP_DONE].oldest;
	struct iotx_coap_exchange *waiting = s->use[IOTX_COAP_WAITING].oldest;

	if (s->use[IOTX_COAP_DONE].count >= IOTX_COAP_DONE_MAX)
		return done;
	if (waiting && now_ns > waiting->last_ns &&
	    now_ns - waiting->last_ns > IOTX_COAP_LIFETIME_NS)
		return waiting;
	if (s->count < IOTX_COAP_EXCHANGES_MAX && iotx_purse_take(s->purse, EXCHANGE_BYTES))
		return NULL;
	if (done)
		return done;
	*evicted = true;
	return waiting ? waiting : s->use[IOTX_COAP_OBSERVING].oldest;
}

static void set(struct iotx_coap_exchange *x, const struct iotx_coap_key *key)
{
	const struct iotx_coap_exchange old = *x;

	*x = (struct iotx_coap_exchange){
		.id = key->id,
		.first_ns = key->now_ns,
		.last_ns = key->now_ns,
		.message_id = key->message_id,
		.side = key->side,
		.token_length = (u8)key->token.len,
		.uri = old.uri,
		.uri_room = old.uri_room,
	};
	if (key->token.len)
		memcpy(x->token, key->token.data, key->token.len);
}

/* Room for it is taken. */
static struct iotx_coap_exchange *make(struct iotx_coap_store *s)
{
	struct iotx_coap_exchange *x = grow(s) ? calloc(1, sizeof(*x)) : NULL;

	if (!x)
		iotx_purse_give(s->purse, EXCHANGE_BYTES);
	return x;
}

struct iotx_coap_exchange *iotx_coap_store_add(struct iotx_coap_store *s,
					       const struct iotx_coap_key *key, bool *evicted)
{
	struct iotx_coap_exchange *x;

	*evicted = false;
	x = giving_way(s, key->now_ns, evicted);
	if (x) {
		use_unlink(s, x);
		unlink_buckets(s, x);
		s->count--;
	} else if (!*evicted) {
		x = make(s);
	}
	if (!x)
		return NULL;
	set(x, key);
	use_link(s, x);
	link_buckets(s, x, true);
	s->count++;
	return x;
}

struct iotx_coap_exchange *iotx_coap_store_token(const struct iotx_coap_store *s, u8 side,
						 struct iotx_slice token,
						 const struct iotx_coap_exchange *after)
{
	struct iotx_coap_exchange *x = after ? after->token_next : NULL;

	if (!after && s->buckets)
		x = s->by_token[token_bucket(s, side, token.data, token.len)];
	while (x && (x->side != side ||
		     !iotx_slice_eq(iotx_slice(x->token, x->token_length), token)))
		x = x->token_next;
	return x;
}

struct iotx_coap_exchange *iotx_coap_store_mid(const struct iotx_coap_store *s, u8 side,
					       u16 message_id)
{
	struct iotx_coap_exchange *x = NULL;

	if (s->buckets)
		x = s->by_mid[mid_bucket(s, side, message_id)];
	while (x && (x->side != side || x->message_id != message_id))
		x = x->mid_next;
	return x;
}

/* What it does not have room for is cut. */
static u32 make_room(const struct iotx_coap_store *s, struct iotx_coap_exchange *x, u32 len)
{
	char *room;

	if (len <= x->uri_room)
		return len;
	if (!iotx_purse_take(s->purse, len - x->uri_room))
		return x->uri_room;
	room = realloc(x->uri, len);
	if (!room) {
		iotx_purse_give(s->purse, len - x->uri_room);
		return x->uri_room;
	}
	x->uri = room;
	x->uri_room = len;
	return len;
}

void iotx_coap_store_uri(const struct iotx_coap_store *s, struct iotx_coap_exchange *x,
			 struct iotx_slice uri, bool cut)
{
	u32 len = make_room(s, x, uri.len < IOTX_COAP_URI_MAX ? uri.len : IOTX_COAP_URI_MAX);

	if (len)
		memcpy(x->uri, uri.data, len);
	x->uri_len = len;
	x->uri_cut = cut || len < uri.len;
}

void iotx_coap_store_free(struct iotx_coap_store *s)
{
	for (u32 i = 0; i < IOTX_COAP_STATES; i++)
		while (s->use[i].oldest) {
			struct iotx_coap_exchange *x = s->use[i].oldest;

			s->use[i].oldest = x->newer;
			iotx_purse_give(s->purse, EXCHANGE_BYTES + x->uri_room);
			free(x->uri);
			free(x);
		}
	free(s->by_token);
	*s = (struct iotx_coap_store){};
}
