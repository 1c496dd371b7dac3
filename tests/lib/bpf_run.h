/* SPDX-License-Identifier: GPL-2.0-only */
/* The BPF object that ships, loaded as the program loads it, fed by BPF_PROG_TEST_RUN. */
#ifndef IOTXDP_TESTS_BPF_RUN_H
#define IOTXDP_TESTS_BPF_RUN_H

#include <core/flow_record.h>
#include <stddef.h>

enum iotx_bpf_prog {
	IOTX_BPF_XDP_FRAGS,
	IOTX_BPF_XDP,
	IOTX_BPF_TC,
	IOTX_BPF_XDP_PLAIN,
	IOTX_BPF_TC_PLAIN,
	IOTX_BPF_PROG_COUNT
};

struct iotx_bpf_opts {
	enum iotx_bpf_prog prog;
	u32 sample_one_in; /* 0: only session-shaping messages */
	u32 snaplen;       /* 0: everything */
	u32 ring_bytes;    /* 0: the default */
	u32 flows_max;     /* that each table has room for; 0: the default */
	u32 budget;        /* samples a second of a direction; 0: any number */
	char *log;         /* of the verifier, if wanted */
	size_t log_size;
};

struct iotx_bpf;

/* One program with maps of its own. NULL: libbpf has said why. */
struct iotx_bpf *iotx_bpf_open(const struct iotx_bpf_opts *opts);
void iotx_bpf_close(struct iotx_bpf *b);

const char *iotx_bpf_name(enum iotx_bpf_prog prog);
enum iotx_dir iotx_bpf_dir(enum iotx_bpf_prog prog);
int iotx_bpf_pass(enum iotx_bpf_prog prog); /* the verdict that lets a packet go on */
int iotx_bpf_fd(const struct iotx_bpf *b);  /* of the program */

/*
 * Does the kernel take the frame for a test run? None below 14 bytes or beyond a page;
 * for tc none that says IP and is too short for it either.
 */
bool iotx_bpf_takes(enum iotx_bpf_prog prog, const u8 *frame, u32 len);

/* The verdict, or -1000 and below: -errno - 1000 of the test run itself. */
int iotx_bpf_frame(const struct iotx_bpf *b, const void *frame, u32 len);

/* Sums over all CPUs. */
void iotx_bpf_totals(const struct iotx_bpf *b, enum iotx_dir dir, struct iotx_totals *sum);
void iotx_bpf_ledger(const struct iotx_bpf *b, enum iotx_dir dir, struct iotx_ledger *sum);

/* The entry of the packet's direction; false when there is none. */
bool iotx_bpf_flow(const struct iotx_bpf *b, const struct iotx_l4 *l4, struct iotx_flow *flow);

/* Shows every entry of both tables, with a struct iotx_key4 or iotx_key6; returns how many. */
typedef void (*iotx_bpf_flow_fn)(void *arg, u8 ip_version, const void *key,
				 const struct iotx_flow *flow);
u32 iotx_bpf_flows(const struct iotx_bpf *b, iotx_bpf_flow_fn fn, void *arg);

/* Shows every flow that had to make room, since the last call; returns how many. */
typedef void (*iotx_bpf_gone_fn)(void *arg, const struct iotx_flow_record *r);
u32 iotx_bpf_gone(struct iotx_bpf *b, iotx_bpf_gone_fn fn, void *arg);

/* The flow tables, mapped. */
struct iotx_flow_table *iotx_bpf_table(struct iotx_bpf *b);

/* Shows every record that waits in the ring; returns how many. */
typedef void (*iotx_bpf_sample_fn)(void *arg, const struct iotx_sample *sample);
u32 iotx_bpf_drain(struct iotx_bpf *b, iotx_bpf_sample_fn fn, void *arg);

/* Packets that the totals know of any protocol: one side of identity I1. */
u64 iotx_totals_packets(const struct iotx_totals *totals);

#endif
