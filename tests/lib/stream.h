/* SPDX-License-Identifier: GPL-2.0-only */
/* One direction of an MQTT connection, with the truth about every byte of it. */
#ifndef IOTXDP_TESTS_STREAM_H
#define IOTXDP_TESTS_STREAM_H

#include "msg.h"

#define IOTX_MARK_START 0x80 /* a fixed header starts with this byte */
#define IOTX_MARK_TYPE 0x0f  /* a fixed header of this type ends with this byte; 0: none */

struct iotx_stream {
	struct iotx_buf bytes;
	struct iotx_buf marks; /* one byte of IOTX_MARK_* for each of bytes */
	struct iotx_buf types; /* the type of the message that each of bytes belongs to */
	u64 count[16];         /* messages by type */
};

void iotx_stream_add(struct iotx_stream *s, struct iotx_rng *r, u8 type, u32 body_len);

/* n messages of random types; bodies of 0 bytes up to body_max, mostly short. */
void iotx_stream_fill(struct iotx_stream *s, struct iotx_rng *r, u32 n, u32 body_max);
void iotx_stream_free(struct iotx_stream *s);

/* Lengths next to where the Remaining Length takes another byte, or any up to max. */
u32 iotx_stream_body_len(struct iotx_rng *r, u32 max);

#endif
