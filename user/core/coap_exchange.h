/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which CoAP messages belong together: by token and by Message ID, in one conversation
 * (RFC 7252, sections 4 and 5; RFC 7641; RFC 8323).
 */
#ifndef IOTXDP_CORE_COAP_EXCHANGE_H
#define IOTXDP_CORE_COAP_EXCHANGE_H

#include "core/coap_store.h"
#include "core/engine.h"
#include "wire/coap.h"

/* Messages remembered per sender, by Message ID: the most recent ones. */
#define IOTX_COAP_RECENT_MAX 64

/* id, name: what a message is in its exchange */
#define IOTX_COAP_ROLES(X)                                                                      \
	X(NONE, NULL)                                                                           \
	X(REQUEST, "request")                                                                   \
	X(RESPONSE, "response")                                                                 \
	X(NOTIFICATION, "notification")                                                         \
	X(ACK, "ack")                                                                           \
	X(RESET, "reset")                                                                       \
	X(PING, "ping")                                                                         \
	X(PONG, "pong")

enum iotx_coap_role {
#define X(id, name) IOTX_COAP_ROLE_##id,
	IOTX_COAP_ROLES(X)
#undef X
};

/* A message, as it was seen. */
struct iotx_coap_sight {
	const struct iotx_coap_msg *msg;
	const u8 *data; /* its first byte */
	bool whole;    /* the other side was seen from its start; over UDP nobody knows */
	bool sound;    /* a receiver would take it: it is not malformed */
	u32 side;      /* that sent it */
	u64 ts_ns;
	u64 frame;     /* 0: live */
	u64 digest;    /* of its datagram, not 0; over TCP unused */
	struct iotx_diag *judged; /* what it breaks together with those before it */
	struct iotx_engine_stats *stats;
	struct iotx_purse *purse; /* what is kept is taken from here */
};

/* What is known of it. */
struct iotx_coap_facts {
	enum iotx_coap_role role;
	u64 exchange;      /* 0: none is known; so is nothing below */
	u64 request_frame; /* 0: live, or this is the request */
	u64 resource;      /* see struct iotx_coap_exchange */
	u64 latency_ns;    /* since the request was first seen */
	bool has_latency;  /* it is what the request waited for */
	bool duplicate;    /* the same datagram was seen before */
	bool stray;        /* it answers nothing that was seen */
	bool other_token;  /* ... but something with another token than its own */
	bool late;         /* what it belongs to is over */
	bool observe_stale; /* older than a notification seen before (RFC 7641, section 3.4) */
	bool uri_cut;
	struct iotx_slice uri; /* of the request, path and query; valid until the next call */
};

struct iotx_coap_recent {
	u64 ts_ns;
	u64 last_ns, gap_ns; /* when it was last repeated, and how long after the time before */
	u64 digest;
	struct iotx_coap_exchange *exchange; /* NULL, or ... */
	u64 exchange_id;                     /* ... this one, unless its place was taken */
	enum iotx_coap_role role;
	u8 type;    /* enum iotx_coap_type */
	u8 repeats; /* copies by the capture left out; up to 255 */
};

/* A ring that grows to its limit. The Message IDs stand apart: each message asks for one. */
struct iotx_coap_memory {
	struct iotx_coap_recent *recent;
	u32 room, next;
	u16 message_id[IOTX_COAP_RECENT_MAX];
};

/* Zero-initialised is empty. */
/* What is known of a conversation's beginning: it was joined when an answer came first. */
enum iotx_coap_began { IOTX_COAP_UNSEEN, IOTX_COAP_BEGAN, IOTX_COAP_JOINED };

struct iotx_coap_exchanges {
	u8 began;    /* enum iotx_coap_began */
	bool forgot; /* an exchange that could have gone on */
	struct iotx_coap_store store;
	struct iotx_coap_memory memory[2]; /* by sender; not over TCP */
};

/* Puts a message into its exchange, or starts one. */
void iotx_coap_exchanges_see(struct iotx_coap_exchanges *x, const struct iotx_coap_sight *in,
			     struct iotx_coap_facts *facts);

void iotx_coap_exchanges_free(struct iotx_coap_exchanges *x);

/* NULL for NONE. */
const char *iotx_coap_role_name(enum iotx_coap_role role);

#endif
