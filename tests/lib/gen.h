/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Generates traffic for the differential test: conversations in every state, and the
 * frames next to every limit. The same seed gives the same frames.
 */
#ifndef IOTXDP_TESTS_GEN_H
#define IOTXDP_TESTS_GEN_H

#include "pkt.h"
#include "stream.h"

struct iotx_gen_conv;

struct iotx_gen {
	struct iotx_rng rng;
	struct iotx_gen_conv *conv;
	u32 len; /* of the frame */
	u8 frame[IOTX_PKT_ROOM];
	u8 payload[4096];
};

void iotx_gen_init(struct iotx_gen *g, u64 seed);
void iotx_gen_free(struct iotx_gen *g);

/* The next frame: 14 bytes at least, 3,500 at most. */
void iotx_gen_next(struct iotx_gen *g);

#endif
