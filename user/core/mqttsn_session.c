// SPDX-License-Identifier: GPL-2.0-only
/*
 * MQTT-SN over UDP: a datagram is a message. What is remembered of a client is what its
 * topic ids stand for: the gateway gives them out, so one id means the same in both
 * directions (MQTT-SN 1.2, 6.5 and 6.9). A forwarder speaks for many clients on one pair of
 * ports; they are told apart by their wireless node (5.5).
 */
#include "core/alias.h"
#include "core/mqttsn_judge.h"
#include "core/session.h"
#include "wire/mqttsn.h"
#include <iotxdp/count.h>
#include <stdlib.h>

/* Clients remembered per conversation: the most recent ones. */
#define CLIENTS_MAX 64

/* Bytes of topics and their entries kept per conversation. */
#define TOPIC_BYTES_MAX IOTX_ALIAS_BYTES_MAX

/* Names per client that wait for the id they are to have: the most recent ones. */
#define PENDING_MAX 8

/* A REGISTER or SUBSCRIBE that was not answered yet. */
struct pending {
	u8 answer; /* the type of message that will answer; 0: none is waited for */
	u32 side;  /* who asked */
	u16 message_id;
	u16 topic_id; /* 0: the answer will tell it */
	u32 len;
	u8 *name;
};

struct client {
	struct client *next; /* used longer ago */
	const struct session *session;
	struct iotx_aliases topics;
	struct pending pending[PENDING_MAX];
	u32 pending_next;
	struct iotx_mqttsn_watch watch;
	bool forgotten; /* topic ids were, for want of room */
	u32 node_len;
	u8 node[];
};

struct session {
	struct client *clients; /* in order of use */
	u32 count;
	struct iotx_purse *purse; /* what all of its memory is taken from */
};

static void *session_open(void)
{
	return calloc(1, sizeof(struct session));
}

/* --- clients ------------------------------------------------------------------------------- */

static void pending_clear(struct client *c, struct pending *p)
{
	iotx_purse_give(c->topics.purse, p->len);
	free(p->name);
	memset(p, 0, sizeof(*p));
}

static void client_reset(struct client *c)
{
	for (u32 i = 0; i < PENDING_MAX; i++)
		pending_clear(c, &c->pending[i]);
	iotx_aliases_free(&c->topics);
	c->forgotten = false;
}

static void client_free(struct client *c)
{
	client_reset(c);
	iotx_purse_free(c->topics.purse, c, sizeof(*c) + c->node_len);
}

static void session_close(void *session)
{
	struct session *s = session;

	while (s->clients) {
		struct client *c = s->clients;

		s->clients = c->next;
		client_free(c);
	}
	free(s);
}

static void forget_oldest(struct session *s)
{
	struct client **at = &s->clients;

	while ((*at)->next)
		at = &(*at)->next;
	client_free(*at);
	*at = NULL;
	s->count--;
}

static struct client *client_new(struct session *s, struct iotx_slice node)
{
	struct client *c = iotx_purse_calloc(s->purse, sizeof(*c) + node.len);

	if (!c)
		return NULL;
	c->topics.purse = s->purse;
	if (node.len)
		memcpy(c->node, node.data, node.len);
	c->node_len = node.len;
	c->session = s;
	if (s->count == CLIENTS_MAX)
		forget_oldest(s);
	s->count++;
	return c;
}

/* The client behind a wireless node, at the front of the list; NULL: out of memory. */
static struct client *client_of(struct session *s, struct iotx_slice node)
{
	struct client **at = &s->clients, *c;

	while (*at && !iotx_slice_eq(iotx_slice((*at)->node, (*at)->node_len), node))
		at = &(*at)->next;
	c = *at;
	if (c)
		*at = c->next;
	else
		c = client_new(s, node);
	if (!c)
		return NULL;
	c->next = s->clients;
	s->clients = c;
	return c;
}

/* --- what topic ids stand for --------------------------------------------------------------- */

static u64 bytes_kept(const struct session *s)
{
	u64 bytes = 0;

	for (const struct client *c = s->clients; c; c = c->next)
		bytes += c->topics.bytes;
	return bytes;
}

/* Without room the id is unbound: no name is better than an old one. */
static void bind(struct client *c, const struct iotx_delivery *d, u16 id, struct iotx_slice name)
{
	bool room = bytes_kept(c->session) + name.len <= TOPIC_BYTES_MAX;

	if (!room || iotx_aliases_set(&c->topics, id, name)) {
		iotx_delivery_stats(d)->aliases_limit++;
		c->forgotten = true;
	}
	if (!room && iotx_aliases_get(&c->topics, id).len)
		iotx_aliases_set(&c->topics, id, iotx_slice(NULL, 0));
}

static bool keep_name(struct client *c, struct pending *p, struct iotx_slice name)
{
	if (!iotx_purse_take(c->topics.purse, name.len))
		return false;
	p->len = name.len;
	p->name = malloc(name.len ? name.len : 1);
	if (p->name && name.len)
		memcpy(p->name, name.data, name.len);
	if (!p->name)
		pending_clear(c, p);
	return p->name;
}

/* Keeps a name until it is answered; a retransmission takes the place of the first. */
static void ask(struct client *c, const struct iotx_delivery *d, u8 answer,
		const struct iotx_mqttsn_msg *msg)
{
	struct pending *p = &c->pending[c->pending_next % PENDING_MAX];

	for (u32 i = 0; i < PENDING_MAX; i++)
		if (c->pending[i].answer == answer && c->pending[i].side == d->side &&
		    c->pending[i].message_id == msg->message_id)
			p = &c->pending[i];
	if (p == &c->pending[c->pending_next % PENDING_MAX])
		c->pending_next++;
	c->forgotten |= p->answer && p->message_id != msg->message_id;
	pending_clear(c, p);
	if (!keep_name(c, p, msg->topic_name)) {
		iotx_delivery_stats(d)->aliases_limit++;
		c->forgotten = true;
		return;
	}
	p->answer = answer;
	p->side = d->side;
	p->message_id = msg->message_id;
	p->topic_id = msg->hdr.type == IOTX_MQTTSN_REGISTER ? msg->topic_id : 0;
	/* The gateway has named the id already (6.10): it holds unless the client refuses. */
	if (p->topic_id)
		bind(c, d, p->topic_id, msg->topic_name);
}

static void answered(struct client *c, const struct iotx_delivery *d,
		     const struct iotx_mqttsn_msg *msg)
{
	for (u32 i = 0; i < PENDING_MAX; i++) {
		struct pending *p = &c->pending[i];

		if (p->answer != msg->hdr.type || p->side == d->side ||
		    p->message_id != msg->message_id)
			continue;
		if (msg->return_code && p->topic_id)
			bind(c, d, p->topic_id, iotx_slice(NULL, 0));
		else if (!msg->return_code && !p->topic_id && msg->topic_id)
			bind(c, d, msg->topic_id, iotx_slice(p->name, p->len));
		pending_clear(c, p);
	}
}

/* A filter that fits many topics has no id: its SUBACK carries 0 (5.4.16). */
static bool has_wildcard(struct iotx_slice name)
{
	return name.len && (memchr(name.data, '+', name.len) || memchr(name.data, '#', name.len));
}

/* A client that says how long it will sleep, or the gateway's answer to that (6.14). */
static bool goes_to_sleep(const struct client *c, const struct iotx_delivery *d,
			  const struct iotx_mqttsn_msg *msg)
{
	return iotx_mqttsn_has(msg, IOTX_MQTTSN_F_DURATION) ||
	       (c->watch.asks_sleep && d->side != c->watch.client);
}

static void learn(struct client *c, const struct iotx_delivery *d,
		  const struct iotx_mqttsn_msg *msg)
{
	switch (msg->hdr.type) {
	case IOTX_MQTTSN_CONNECT:
		if (msg->flags & IOTX_MQTTSN_CLEAN)
			client_reset(c);
		break;
	case IOTX_MQTTSN_DISCONNECT:
		if (!goes_to_sleep(c, d, msg))
			client_reset(c);
		break;
	case IOTX_MQTTSN_REGISTER:
		ask(c, d, IOTX_MQTTSN_REGACK, msg);
		break;
	case IOTX_MQTTSN_SUBSCRIBE:
		if (iotx_mqttsn_has(msg, IOTX_MQTTSN_F_TOPIC_NAME) &&
		    !has_wildcard(msg->topic_name))
			ask(c, d, IOTX_MQTTSN_SUBACK, msg);
		break;
	case IOTX_MQTTSN_REGACK:
	case IOTX_MQTTSN_SUBACK:
		answered(c, d, msg);
		break;
	}
}

/* Predefined ids are agreed upon outside of the protocol, short names need no table. */
static void resolve(const struct client *c, struct iotx_mqttsn_msg *msg)
{
	if (iotx_mqttsn_has(msg, IOTX_MQTTSN_F_TOPIC_ID) && msg->topic_id &&
	    iotx_mqttsn_topic_type(msg) == IOTX_MQTTSN_TOPIC_NORMAL &&
	    msg->hdr.type != IOTX_MQTTSN_REGISTER)
		msg->resolved_topic = iotx_aliases_get(&c->topics, msg->topic_id);
}

static void judge(struct client *c, const struct iotx_delivery *d,
		  const struct iotx_mqttsn_msg *msg, struct iotx_diag *judged)
{
	const struct iotx_mqttsn_turn turn = {
		.msg = msg,
		.side = d->side,
		.ts_ns = d->ts_ns,
		.forgotten = c->forgotten,
	};

	iotx_mqttsn_judge(&c->watch, &turn, judged);
}

static void session_datagram(void *session, const struct iotx_delivery *d,
			     const struct iotx_piece *piece)
{
	struct session *s = session;
	struct iotx_engine_stats *stats = iotx_delivery_stats(d);
	struct iotx_mqttsn_msg msg;
	struct iotx_event ev = { .cls = &iotx_mqttsn_event, .msg = &msg };
	struct iotx_mqttsn_hdr outer;
	struct iotx_diag judged;
	struct client *c;

	s->purse = iotx_delivery_purse(d);
	ev.raw = iotx_slice(piece->data, piece->cap_len);
	ev.raw_len = piece->len;
	ev.verdict = iotx_mqttsn_decode(piece->data, piece->cap_len, piece->len, &msg, &ev.diag);
	if (ev.verdict == IOTX_E_SHORT) {
		stats->messages_cut++;
		return;
	}
	if (piece->cap_len < piece->len)
		stats->messages_truncated++;
	iotx_diag_clear(&judged);
	c = ev.verdict == IOTX_E_BAD ? NULL : client_of(s, msg.node);
	if (c) {
		learn(c, d, &msg);
		resolve(c, &msg);
		judge(c, d, &msg, &judged);
	}
	/* counted as in the kernel, where a forwarded message is an encapsulation */
	if (!iotx_mqttsn_hdr_set(&outer, piece->data, piece->cap_len))
		iotx_count_mqttsn(&stats->mqttsn_messages, outer.type);
	iotx_delivery_emit(d, &ev);
	iotx_delivery_judged(d, &ev, &judged);
}

const struct iotx_session_class iotx_session_mqttsn = {
	.open = session_open,
	.close = session_close,
	.datagram = session_datagram,
};
