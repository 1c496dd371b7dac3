/* SPDX-License-Identifier: GPL-2.0-only */
/* WebSocket frames and messages (RFC 6455, section 5), and how they are shown. */
#ifndef IOTXDP_WIRE_WS_H
#define IOTXDP_WIRE_WS_H

#include "ws_rule.h"
#include <iotxdp/ws_hdr.h>

/* "text", "close"; NULL when it is reserved. */
const char *iotx_ws_opcode_name(u8 opcode);

/* "Going Away" for 1001; NULL when nobody has registered it. */
const char *iotx_ws_close_name(u16 code);

/* Masks or unmasks the n bytes at src, of which the first has the payload offset `off`. */
void iotx_ws_unmask(u8 *dst, const u8 *src, u32 n, u32 key, u32 off);

/* The sides of a connection, where something is said of each. */
enum iotx_ws_role { IOTX_WS_CLIENT, IOTX_WS_SERVER };

/* What is known where a frame header is judged. */
struct iotx_ws_place {
	bool role_known;
	enum iotx_ws_role role; /* of the sender */
	bool handshake;         /* what was agreed is known ... */
	bool deflate;           /* ... RSV1 means compression */
	bool others;            /* ... other reserved bits may mean anything */
	bool in_message;        /* a message has begun and not ended ... */
	bool unsure;            /* ... or it may have, in bytes that are missing */
	bool closed;            /* the sender has sent a Close */
};

/* What of a complete header breaks a rule; offsets are those in the frame. */
void iotx_ws_judge_header(const struct iotx_ws_hdr *h, const struct iotx_ws_place *place,
			  struct iotx_diag *diag);

/* A message, or a control frame. */
struct iotx_ws_msg {
	u8 opcode;
	bool fin;                  /* its last frame was seen */
	bool masked, compressed;
	u32 key;                   /* of its first frame's mask */
	u32 frames;                /* that it came in */
	u64 length;                /* of its payload, as on the wire */
	struct iotx_slice payload; /* unmasked and inflated, as far as kept */
	u64 skipped;               /* bytes of it that are not */
	bool has_code;             /* Close: */
	u16 code;
	struct iotx_slice reason;
	bool has_rtt;              /* Pong: of the ping that it answers */
	u64 rtt_ns;
	u64 ping_frame;
};

/* Reads the body of a Close and judges it. `whole`: nothing of it is missing. */
void iotx_ws_read_close(struct iotx_ws_msg *msg, bool whole, struct iotx_diag *diag);

extern const struct iotx_event_class iotx_ws_event;

#endif
