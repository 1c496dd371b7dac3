/* SPDX-License-Identifier: GPL-2.0-only */
/* What the sender and its program must agree on. */
#ifndef IOTXDP_BENCH_BLAST_H
#define IOTXDP_BENCH_BLAST_H

#include <iotxdp/port.h>

/* The frame at hand; the program makes each copy a packet of the next flow. */
struct blast_item {
	u32 src_off;   /* of the last four bytes of the source address */
	u32 seq_off;   /* of the TCP sequence number; 0: none */
	u32 flow_base; /* added to the flow's number: kinds of frames have their own */
	u32 flow_mask; /* flows - 1 */
	u32 flow;      /* number of the last one */
	u32 seq;
	u32 sent; /* payload that each flow has sent since */
	u32 payload_len;
	u32 ifindex;  /* to send out of */
};

#endif
