/* SPDX-License-Identifier: GPL-2.0-only */
/* The CoAP exchanges of one conversation: by token, by Message ID, in order of use. */
#ifndef IOTXDP_CORE_COAP_STORE_H
#define IOTXDP_CORE_COAP_STORE_H

#include "base/purse.h"
#include "base/slice.h"
#include <iotxdp/coap_hdr.h>

/* RFC 7252 4.8.2: how long a Message ID must not be used for another message. */
#define IOTX_COAP_LIFETIME_NS (247 * 1000000000ull)

#define IOTX_COAP_EXCHANGES_MAX 1024 /* at once */
#define IOTX_COAP_DONE_MAX 32        /* kept of those that are over, for what comes late */
#define IOTX_COAP_URI_MAX 1024       /* bytes kept of what a request asked for */

enum iotx_coap_state {
	IOTX_COAP_WAITING,   /* for the response */
	IOTX_COAP_OBSERVING, /* notifications come (RFC 7641) */
	IOTX_COAP_DONE,
	IOTX_COAP_STATES
};

enum iotx_coap_ended { IOTX_COAP_NOT_ENDED, IOTX_COAP_ENDED_BY_SERVER, IOTX_COAP_ENDED_BY_RESET };

struct iotx_coap_exchange {
	/* What looking one up touches stands together. */
	struct iotx_coap_exchange *token_next, *mid_next; /* of the same bucket, older */
	u64 id;            /* from 1, in order of the requests; no two of a run are equal */
	u8 token[IOTX_COAP_TOKEN_MAX];
	u16 message_id;    /* of the request; not over TCP */
	u8 side;           /* that asked */
	u8 token_length;
	u8 state;          /* enum iotx_coap_state */
	bool ping;         /* asks for a sign of life */
	bool observes;     /* asks for notifications too */
	bool uri_cut;
	bool confirmable;
	bool acked;        /* by an Empty message */
	bool has_block1, has_q_block;
	u8 ended;          /* enum iotx_coap_ended: its observation */
	u32 block1;        /* the option's value */
	u64 digest;        /* of the request's datagram: tells a repeated one */
	u64 first_ns;      /* its request was first seen */
	u64 last_ns;       /* the last message of it was */
	struct iotx_coap_exchange *older, *newer; /* of the same state, by use */
	u64 request_frame;
	u64 resource;      /* of what it asks for: equal for all blocks of one thing */
	u64 ended_ns;
	u64 latency_ns;    /* of the first response */
	u64 fresh_ns;      /* when the freshest notification came ... */
	u32 fresh;         /* ... and its sequence number */
	u32 uri_len, uri_room;
	char *uri;
};

struct iotx_coap_use {
	struct iotx_coap_exchange *oldest, *newest;
	u32 count;
};

/* Zero-initialised is empty. */
struct iotx_coap_store {
	struct iotx_coap_exchange **by_token, **by_mid; /* one allocation */
	u32 buckets, count;
	struct iotx_purse *purse; /* what all of its memory is taken from */
	struct iotx_coap_use use[IOTX_COAP_STATES];
};

/* What a new exchange is found by. */
struct iotx_coap_key {
	u64 id;
	u64 now_ns;
	struct iotx_slice token; /* at most IOTX_COAP_TOKEN_MAX bytes */
	u16 message_id;
	u8 side;
};

/*
 * A new one, waiting. It may take the place of another: *evicted says that this one could
 * still have gone on. NULL when there is no memory for it. An exchange stays where it is until the
 * store is freed, but then it may be another: ids tell.
 */
struct iotx_coap_exchange *iotx_coap_store_add(struct iotx_coap_store *s,
					       const struct iotx_coap_key *key, bool *evicted);

/* The newest of this token, or the next older one than `after`. */
struct iotx_coap_exchange *iotx_coap_store_token(const struct iotx_coap_store *s, u8 side,
						 struct iotx_slice token,
						 const struct iotx_coap_exchange *after);

/* The newest whose request has this Message ID. */
struct iotx_coap_exchange *iotx_coap_store_mid(const struct iotx_coap_store *s, u8 side,
					       u16 message_id);

/* A message of it was seen, and this is its state now. */
void iotx_coap_store_use(struct iotx_coap_store *s, struct iotx_coap_exchange *x,
			 enum iotx_coap_state state, u64 now_ns);

/* Keeps a copy, as far as the limits allow. */
void iotx_coap_store_uri(const struct iotx_coap_store *s, struct iotx_coap_exchange *x,
			 struct iotx_slice uri, bool cut);

void iotx_coap_store_free(struct iotx_coap_store *s);

#endif
