/* SPDX-License-Identifier: GPL-2.0-only */
/* Two hosts that talk through an engine, and a log of the events that come out. */
#ifndef IOTXDP_TESTS_TALK_H
#define IOTXDP_TESTS_TALK_H

#include <core/engine.h>

struct iotx_talk {
	struct iotx_engine *engine;
	u64 frames;
	u32 seq[2];     /* TCP: of the next byte of each host */
	u64 waited_ns;
	char findings[2048]; /* "id: sentence|", of every finding since the start */
	char offsets[256];   /* "offset ", of each of them */
	char verdicts[256];  /* of messages, and of bytes that are none: "ok malformed " */
	char log[8192]; /* since it was last emptied: "TITLE {fields}", a line for each event */
};

/* Default ports. Running out of memory ends the test program. */
void iotx_talk_start(struct iotx_talk *t);
void iotx_talk_stop(struct iotx_talk *t);

/* An engine of default ports and limits alone. */
struct iotx_engine *iotx_talk_engine(iotx_event_fn take, void *arg);

struct iotx_say {
	u8 from;               /* host 0 or 1; the other one hears it */
	u16 src_port, dst_port;
	const void *data;
	u32 len;
	u32 skip; /* TCP: bytes before it that nobody captured */
	bool multicast; /* to a group instead of the other host */
};

void iotx_talk_udp(struct iotx_talk *t, const struct iotx_say *say);
void iotx_talk_tcp(struct iotx_talk *t, const struct iotx_say *say);

/* Time that passes without a frame, beyond the millisecond between two. */
void iotx_talk_wait(struct iotx_talk *t, u64 ns);

/* The log, which is empty again afterwards. Good until the next call. */
const char *iotx_talk_log(struct iotx_talk *t);

#endif
