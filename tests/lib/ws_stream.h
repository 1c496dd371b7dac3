/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One direction of MQTT in WebSocket, with the truth about every byte of it. It knows the
 * format of frames by itself.
 */
#ifndef IOTXDP_TESTS_WS_STREAM_H
#define IOTXDP_TESTS_WS_STREAM_H

#include "stream.h"

/* How frames cut the stream of messages. */
enum iotx_ws_cut {
	IOTX_WS_CUT_MESSAGES, /* some whole messages in one frame */
	IOTX_WS_CUT_FIELDS,   /* a few bytes in a frame, as mqtt.js sends a field in one */
	IOTX_WS_CUT_ANY,
	IOTX_WS_CUTS
};

struct iotx_ws_stream {
	struct iotx_buf bytes;
	/* IOTX_MARK_TYPE as in stream.h; IOTX_MARK_START: a frame *and* a message start here */
	struct iotx_buf marks;
	u64 count[16];
	u32 head_len; /* of the HTTP head */
};

void iotx_ws_stream_head(struct iotx_ws_stream *ws, bool client);

/* Frames with all of s in them, and control frames between them; masked from the client. */
void iotx_ws_stream_fill(struct iotx_ws_stream *ws, struct iotx_rng *r,
			 const struct iotx_stream *s, bool client, enum iotx_ws_cut cut);

/* One frame. `first` is its first byte; a client's is masked. */
void iotx_ws_stream_frame(struct iotx_ws_stream *ws, struct iotx_rng *r, u8 first, bool client,
			  const void *payload, u32 len);

void iotx_ws_stream_free(struct iotx_ws_stream *ws);

#endif
