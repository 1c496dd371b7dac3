/* SPDX-License-Identifier: GPL-2.0-only */
/* What the bench of the kernel half measures: frames, flows, and who is given them. */
#ifndef IOTXDP_BENCH_KERNEL_CASE_H
#define IOTXDP_BENCH_KERNEL_CASE_H

#include "bpf_run.h"
#include "kernel_yard.h"
#include "pkt.h"

enum kernel_frame {
	KERNEL_OTHER_TCP,
	KERNEL_OTHER_UDP,
	KERNEL_MQTT,      /* PUBLISH messages */
	KERNEL_MQTT_BARE, /* a TCP segment without payload, of an MQTT flow */
	KERNEL_COAP,
	KERNEL_WS, /* masked WebSocket frames, each an MQTT PUBLISH */
};

struct kernel_case {
	const char *name;
	enum kernel_frame frame;
	u32 messages; /* in a frame */
	u32 flows;    /* a power of two; 0: every packet is a new one */
	u32 targets;  /* who is measured: bits of enum yard_target */
	u32 repeat;   /* packets of a slice */
	u8 ip_version, vlans;
	u16 tpid[2];
	bool direct; /* the programs by themselves, always the same packet */
	bool serial;
	u32 subject_one_in[2]; /* sampling of SUBJECT and of SUBJECT2; 0: none */
	u32 snaplen;
};

extern const struct kernel_case kernel_cases[];
extern const u32 kernel_case_count;

/* A frame with where in it the flow's number and the sequence number go. */
struct kernel_packet {
	u8 data[4096];
	u32 len, src_off, seq_off, payload_len;
};

/* Frames that open a case's flows, in order; then the one that is measured. */
#define KERNEL_OPENERS 2
u32 kernel_openers(const struct kernel_case *k, struct kernel_packet *openers);
void kernel_frame(const struct kernel_case *k, struct kernel_packet *packet);

/* How often the subject has counted what the case's frames hold. */
u64 kernel_counted(const struct kernel_case *k, const struct iotx_bpf *b);

#endif
