/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is remembered of one connection in WebSocket (RFC 6455), and what user/core/ws_*.c
 * share. A direction's bytes are an HTTP head, then frames; frames are messages and control
 * frames; messages are what they are, or carry MQTT or CoAP.
 *
 *   ws_session.c    a direction's bytes: head, frames, lost and found again
 *   ws_handshake.c  heads: what is asked for and agreed
 *   ws_frame.c      frames: header, mask, payload
 *   ws_message.c    data messages: inflated, put together or passed on
 *   ws_control.c    close, ping and pong; how the connection ends
 *   ws_inner.c      what messages carry
 */
#ifndef IOTXDP_CORE_WS_SESSION_H
#define IOTXDP_CORE_WS_SESSION_H

#include "base/buf.h"
#include "base/purse.h"
#include "core/session.h"
#include "core/ws_deflate.h"
#include "wire/ws_open.h"

/* Of bytes of one head, also of a request that is kept until it is answered. */
#define IOTX_WS_HEAD_ROOM (16u << 10)

/* Decompression contexts in memory, of all connections together. */
#define IOTX_WS_INFLATERS_MAX 2048

/* Pings of one side that wait for their pong. */
#define IOTX_WS_PINGS 8

/* First messages of a client that may be the beginning of a CONNECT, and their bytes. */
#define IOTX_WS_PROBES 12

enum iotx_ws_state {
	IOTX_WS_START,  /* a head or a frame comes next: its first byte tells */
	IOTX_WS_HEAD,
	IOTX_WS_FRAMES,
	IOTX_WS_LOST,
};

struct iotx_ws_ping {
	u64 digest; /* of its payload */
	u64 ts_ns, frame;
};

struct iotx_ws_side {
	enum iotx_ws_state state;
	bool was_lost;    /* the next message is the first after bytes that were skipped */
	bool ever_lost;
	bool unsure;      /* it may be in the middle of a message */
	u64 held;         /* bytes that wait for the end of their head or frame */
	u64 message_held; /* and those of the frames before, for the end of their message */
	struct iotx_buf head;

	struct iotx_ws_hdr hdr; /* of the frame */
	bool in_payload;
	u64 passed;             /* bytes of its payload that went by */
	u8 control[IOTX_WS_CONTROL_MAX]; /* payload of what is no data frame */
	u32 control_len;
	bool control_hole;
	struct iotx_diag diag;

	bool in_message;
	bool streaming; /* its content goes on to MQTT as it comes */
	bool broken;    /* its content cannot be inflated */
	bool limited;   /* it is longer or denser than this program takes ... */
	bool refused;   /* ... as its length says, so that it has been shown */
	bool hole;      /* its content lacks bytes behind those kept */
	struct iotx_ws_msg msg;
	struct iotx_diag msg_diag;
	struct iotx_buf content;
	struct iotx_inflater *inflater;
	struct iotx_inflated inflated;
	bool context_lost;

	bool sent_close, ended;
	u64 close_ns;
	struct iotx_ws_ping pings[IOTX_WS_PINGS];
	u32 ping_count;

	bool fresh;  /* the inner stream has a boundary where it goes on */
	bool doubt;  /* where its boundaries are is not known */
	bool hurt;   /* it has a hole, which may have cost it its boundaries */
	u32 inner_seq;
};

enum iotx_ws_inner {
	IOTX_WS_UNDECIDED,
	IOTX_WS_PLAIN, /* messages are shown as they are */
	IOTX_WS_MQTT,
	IOTX_WS_COAP,
};

struct iotx_ws_session {
	struct iotx_ws_side side[2];
	bool client_known;
	u32 client;      /* the side that asked for the connection */
	bool refused;    /* no frames are to come, unless it asks again */
	bool handshake;  /* a response has accepted: what was agreed is known */
	struct iotx_buf request; /* head that has no answer yet */
	struct iotx_purse *purse; /* what it and the heads are taken from */
	struct iotx_ws_agreed agreed;
	enum iotx_ws_inner inner;
	void *inner_session;
	struct iotx_buf probe; /* of the client's first messages: maybe a CONNECT */
	u8 probe_len[IOTX_WS_PROBES];
	u32 probe_count;
	bool probing;    /* the client's first message is still to come */
};

/* What one call works on. */
struct iotx_ws_work {
	struct iotx_ws_session *s;
	struct iotx_ws_side *side; /* that sent the bytes */
	const struct iotx_delivery *d;
};

/* --- ws_session.c */

/* Bytes that wait, and their end: their head, frame or message is complete. */
void iotx_ws_hold(const struct iotx_ws_work *w, u32 n);
void iotx_ws_settle(const struct iotx_ws_work *w);

/* What the sender was, if it is known. */
enum iotx_ws_role iotx_ws_role_of(const struct iotx_ws_work *w);

/* Emits ev, whose verdict is that of its diag, where that has one. */
void iotx_ws_emit(const struct iotx_ws_work *w, struct iotx_event *ev);

/* The breaches of what makes no event of its own, which are forgotten then. */
void iotx_ws_report(const struct iotx_ws_work *w, struct iotx_diag *diag, const char *message);
void iotx_ws_find(const struct iotx_ws_work *w, enum iotx_ws_rule rule, const char *message);

/* The direction is lost: what was in assembly is cut. */
void iotx_ws_lose(const struct iotx_ws_work *w);

/* Gives a head back that was taken from the purse. */
void iotx_ws_head_free(struct iotx_ws_session *s, struct iotx_buf *head);

/* --- ws_handshake.c */

/* The head in w->side->head is whole. False: it is none of HTTP. */
bool iotx_ws_handshake(const struct iotx_ws_work *w);

/* It goes on behind what there is room for: what is there is shown, and judged by nothing. */
void iotx_ws_head_limit(const struct iotx_ws_work *w);

/* --- ws_frame.c */

/* Takes frames; false when the direction is lost. */
bool iotx_ws_frames(const struct iotx_ws_work *w, struct iotx_piece *piece);

/* n bytes of a frame's payload will never come. False: more than the payload is missing. */
bool iotx_ws_payload_missing(const struct iotx_ws_work *w, u32 n);

/*
 * Whole frames and nothing else, as far as the direction is known, in a piece that starts at
 * `piece`? Then *plain says whether what they carry is binary and not compressed, and the
 * payloads are added to `content`, one behind the other.
 */
bool iotx_ws_whole(const struct iotx_ws_work *w, const struct iotx_piece *piece,
		   struct iotx_buf *content, bool *plain);

/* --- ws_message.c */

void iotx_ws_message_begin(const struct iotx_ws_work *w);
void iotx_ws_message_frame(const struct iotx_ws_work *w); /* another header of it */
void iotx_ws_message_bytes(const struct iotx_ws_work *w, const u8 *data, u32 n);
void iotx_ws_message_missing(const struct iotx_ws_work *w, u32 n);
void iotx_ws_message_end(const struct iotx_ws_work *w);
void iotx_ws_message_drop(const struct iotx_ws_work *w);
void iotx_ws_context_lose(const struct iotx_ws_work *w); /* of compression */
void iotx_ws_message_free(struct iotx_ws_side *side);

/* Shows a message, and what is wrong with it. */
void iotx_ws_message_emit(const struct iotx_ws_work *w, struct iotx_ws_msg *msg,
			  const struct iotx_diag *diag);

/* --- ws_control.c */

void iotx_ws_control(const struct iotx_ws_work *w);
void iotx_ws_ended(const struct iotx_ws_work *w);

/* --- ws_inner.c */

/* What a connection carries whose response was seen. */
void iotx_ws_inner_agreed(const struct iotx_ws_work *w);

/* Does the content of the message that begins go on as it comes? */
bool iotx_ws_inner_streams(const struct iotx_ws_work *w);
void iotx_ws_inner_bytes(const struct iotx_ws_work *w, const u8 *data, u32 n);
void iotx_ws_inner_missing(const struct iotx_ws_work *w, u32 n);
void iotx_ws_inner_end(const struct iotx_ws_work *w);

/* A whole message that was put together. False: it carries nothing, it is to be shown. */
bool iotx_ws_inner_message(const struct iotx_ws_work *w, struct iotx_slice content);

/* A piece that is about to be taken: may it find a lost inner stream again? */
void iotx_ws_inner_look(const struct iotx_ws_work *w, const struct iotx_piece *piece);

/* Whole frames were found in midstream, with this content. */
void iotx_ws_inner_found(const struct iotx_ws_work *w, struct iotx_slice content);
void iotx_ws_inner_close(struct iotx_ws_session *s);

#endif
