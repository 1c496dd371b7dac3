/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where the last SYNs said that their connections start. A SYN is of no protocol and makes
 * no conversation; what it said is wanted when the first bytes come.
 */
#ifndef IOTXDP_CORE_OPENINGS_H
#define IOTXDP_CORE_OPENINGS_H

#include "base/slice.h"
#include "core/stream.h"

#include <iotxdp/l4.h>

#define IOTX_OPENINGS 4096 /* remembered at once; one takes the place of another */
#define IOTX_OPENING_NEAR (64u << 10) /* from where a segment is one of those that come first */

/* Of one side. */
struct iotx_first {
	u32 seq; /* of the first byte */
	bool known;
	bool begun; /* a segment was seen that starts there, and nothing waits for its rest */
	u8 status;  /* bytes of "HTTP/1.1 101" that its segments hold so far, in order ... */
	u32 next;   /* ... and where the next one starts */
	bool waits; /* one was, and waits for what it answers */
};

struct iotx_openings {
	struct {
		u64 flow; /* hash of the five-tuple */
		u16 client_port;
		struct iotx_first client, server;
	} place[IOTX_OPENINGS];
};

/* Is it a SYN, or the server's answer to the last one? It is remembered then. */
void iotx_openings_learn(struct iotx_openings *o, const struct iotx_l4 *l4);

/* Is this segment the first of the connection that a client's SYN has opened? */
bool iotx_openings_first(const struct iotx_openings *o, const struct iotx_l4 *l4);

/* Of a remembered connection: is it the client's? */
bool iotx_openings_client(const struct iotx_openings *o, const struct iotx_l4 *l4);

/*
 * Of a segment of no conversation: may one that is to come say what it is? It may when the
 * first bytes of its direction have not come, or are `part` of what only its rest tells; and
 * a server's, when those of the client have not come.
 */
bool iotx_openings_waits(struct iotx_openings *o, const struct iotx_l4 *l4, bool part);

/*
 * The next segment of a direction that waits. True when it completes the server's "HTTP/1.1
 * 101", which no segment alone holds: *used bytes of it belong to that.
 */
bool iotx_openings_accepts(struct iotx_openings *o, const struct iotx_l4 *l4,
			   struct iotx_slice payload, u32 *used);

/* Before the first segment of a direction: it may have overtaken others. */
void iotx_openings_start(const struct iotx_openings *o, const struct iotx_l4 *l4,
			 struct iotx_stream *stream);

#endif
