/* SPDX-License-Identifier: GPL-2.0-only */
/* What the yardstick programs and the program that runs them must agree on. */
#ifndef IOTXDP_BENCH_KERNEL_YARD_H
#define IOTXDP_BENCH_KERNEL_YARD_H

#include <iotxdp/port.h>

/*
 * What runs behind the program that varies the packet: slots of the tail-call table.
 * SUBJECT is the program that ships; SUBJECT2 is it with another configuration.
 */
#define YARD_TARGETS(X)                                                                                         \
	X(PASS, pass)         /* XDP_PASS, nothing else */                                                      \
	X(LRU, lru)           /* parse, one update of an LRU hash */                                            \
	X(READ, read)         /* one read of memory, at a place that the flow's number names */                 \
	X(LOAD, load)         /* bpf_xdp_load_bytes of five bytes */                                            \
	X(CLOCK, clock)       /* bpf_ktime_get_ns */                                                            \
	X(RING, ring)         /* bpf_ringbuf_output of a packet's 64 bytes */                                   \
	X(RINGBARE, ringbare) /* the same of 64 bytes of its own */                                             \
	X(PERF, perf)         /* bpf_perf_event_output of a packet's 64 bytes */                                \
	X(SUBJECT, subject)                                                                                     \
	X(SUBJECT2, subject2)

enum yard_target {
#define X(id, name) YARD_##id,
	YARD_TARGETS(X)
#undef X
	YARD_COUNT
};

/* Where each target is in its walk through the flows. */
struct yard_state {
	u32 flow; /* number of the last one */
	u32 seq;
	u32 sent; /* payload that each flow has sent since */
};

struct yard_cfg {
	u32 src_off;   /* of the last four bytes of the source address */
	u32 seq_off;   /* of the TCP sequence number; 0: none */
	u32 flow_mask; /* flows - 1; a power of two of them */
	u32 payload_len;
	u32 opening;   /* flows come in order */
	u32 snaplen;   /* of samples */
	/*
	 * Reads the clock before each packet, and the CPU finishes its loads before that:
	 * a packet waits for its memory, as it does where no test run queues up the next.
	 */
	u32 serial;
};

/* Of memory to read. One line of it for a flow. */
#define YARD_LINES (1 << 20)

#endif
