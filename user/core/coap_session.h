/* SPDX-License-Identifier: GPL-2.0-only */
/* What is remembered of one conversation in CoAP, over UDP or TCP. */
#ifndef IOTXDP_CORE_COAP_SESSION_H
#define IOTXDP_CORE_COAP_SESSION_H

#include "core/assembly.h"
#include "core/coap_event.h"

/* One direction of a connection. */
struct iotx_coap_side {
	struct iotx_assembly assembly;
	bool began;       /* a message was seen ... */
	bool began_well;  /* ... and the first one was its CSM */
	bool joined;      /* bytes were lost of it */
	bool told;        /* that it did not */
	bool aborted;
	bool has_empty;   /* an Empty message was seen ... */
	u8 empty_length;  /* ... with this token */
	u8 empty[IOTX_COAP_TOKEN_MAX];
	bool has_csm;
	u32 message_size; /* the largest message that it can receive, as its CSM says */
	u32 early_size;   /* the largest one that it sent before it knew what the other takes */
};

struct iotx_coap_session {
	struct iotx_coap_exchanges exchanges;
	struct iotx_coap_transfers transfers;
	struct iotx_coap_side side[2]; /* TCP */
};

/*
 * Emits the message with all that is known of it, and a finding for each breach in
 * seen->judged; `digest` is of its datagram, if any.
 */
void iotx_coap_session_emit(struct iotx_coap_session *s, const struct iotx_delivery *d,
			    struct iotx_event *ev, struct iotx_coap_seen *seen, u64 digest);

/* Streams: the calls of struct iotx_session_class. */
void iotx_coap_stream_bytes(void *session, const struct iotx_delivery *d,
			    const struct iotx_piece *piece);
void iotx_coap_stream_missing(void *session, const struct iotx_delivery *d, u32 n);
void iotx_coap_stream_end(void *session, const struct iotx_delivery *d);

/* One message of a stream, of which the first cap_len bytes are at data. */
void iotx_coap_stream_message(void *session, const struct iotx_delivery *d, const u8 *data,
			      u32 cap_len, u32 len);

#endif
