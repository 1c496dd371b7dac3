/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Rules of MQTT-SN that take more than one message to see: which topic ids a client may
 * use, and what it and its gateway may do while it sleeps (MQTT-SN 1.2, 6.6 and 6.14).
 * They hold from when a client is seen to begin.
 */
#ifndef IOTXDP_CORE_MQTTSN_JUDGE_H
#define IOTXDP_CORE_MQTTSN_JUDGE_H

#include "wire/mqttsn.h"

/* Zero-initialised is a client of which nothing was seen. */
struct iotx_mqttsn_watch {
	u8 state;         /* of the client */
	bool clean;       /* it asked for a new session ... */
	bool whole;       /* ... and got it: what topic ids stand for was seen */
	bool asks_sleep;  /* and the gateway has not answered */
	u32 client;       /* its side */
	u16 sleep_s;      /* it will be heard of within this time ... */
	u64 since_ns;     /* ... from here */
};

/* A message of a client or to it. */
struct iotx_mqttsn_turn {
	const struct iotx_mqttsn_msg *msg;
	u32 side;       /* that sent it */
	u64 ts_ns;
	bool forgotten; /* topic ids were, for want of room */
};

void iotx_mqttsn_judge(struct iotx_mqttsn_watch *w, const struct iotx_mqttsn_turn *turn,
		       struct iotx_diag *judged);

#endif
