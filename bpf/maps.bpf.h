/* SPDX-License-Identifier: GPL-2.0-only */
/* All maps and all configuration of the kernel half. */
#ifndef IOTXDP_MAPS_BPF_H
#define IOTXDP_MAPS_BPF_H

#include <iotxdp/slot.h>
#include <iotxdp/track.h>

/* Sizes are defaults; user space may change them before loading. */

#define BUCKETS (2 * IOTX_FLOWS_DEFAULT / IOTX_WAYS)

/* The flow table of an IP version: user space maps the arrays and reads them where they lie. */
#define FLOW_ARRAY(entries, type_of_value)                                              \
	__uint(type, BPF_MAP_TYPE_ARRAY);                                               \
	__uint(map_flags, BPF_F_MMAPABLE);                                              \
	__uint(max_entries, entries);                                                   \
	__type(key, u32);                                                               \
	__type(value, type_of_value)

struct {
	FLOW_ARRAY(BUCKETS, struct iotx_bucket);
} buckets4 SEC(".maps"), buckets6 SEC(".maps");

struct {
	FLOW_ARRAY(BUCKETS * IOTX_WAYS, struct iotx_slot4);
} slots4 SEC(".maps");

struct {
	FLOW_ARRAY(BUCKETS * IOTX_WAYS, struct iotx_slot6);
} slots6 SEC(".maps");

/* By the index of the slot, like what follows. */
struct {
	FLOW_ARRAY(BUCKETS * IOTX_WAYS, struct iotx_counts);
} counts4 SEC(".maps"), counts6 SEC(".maps");

struct {
	FLOW_ARRAY(BUCKETS * IOTX_WAYS, struct iotx_wide);
} wide4 SEC(".maps"), wide6 SEC(".maps");

/* Flows that had to make room: struct iotx_gone. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, IOTX_GONE_DEFAULT);
} gone SEC(".maps");

/* What a person reads: no program touches them, user space fills them from the table. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, IOTX_FLOWS_SHOWN);
	__type(key, struct iotx_key4);
	__type(value, struct iotx_flow);
} flows4 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, IOTX_FLOWS_SHOWN);
	__type(key, struct iotx_key6);
	__type(value, struct iotx_flow);
} flows6 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct iotx_flows);
} flows SEC(".maps");

/* Index: enum iotx_dir. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, IOTX_DIR_COUNT);
	__type(key, u32);
	__type(value, struct iotx_totals);
} totals SEC(".maps");

/* Index: enum iotx_dir. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, IOTX_DIR_COUNT);
	__type(key, u32);
	__type(value, struct iotx_ledger);
} ledger SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, IOTX_RING_DEFAULT);
} samples SEC(".maps");

/* What a direction of a flow may still put into the ring: budget.bpf.h. */
#define BUDGET_SETS 16384
#define BUDGET_WAYS 4

struct budget {
	u32 tag;     /* of the flow; 0: free */
	u32 tick;    /* of the last filling */
	u32 left;    /* IOTX_BUDGET_TOKEN a record */
	u32 dropped; /* records refused since the last one */
};

struct budget_set {
	struct budget way[BUDGET_WAYS];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, BUDGET_SETS);
	__type(key, u32);
	__type(value, struct budget_set);
} budgets SEC(".maps");

/* Datagrams that may be CoAP on a port nobody named, by the hash of their conversation. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, IOTX_LATE_MAX);
	__type(key, u32);
	__type(value, struct iotx_late);
} late SEC(".maps");

/*
 * The packet at hand. It lives in a map because the verifier forgets the values it
 * knew of memory in a map: all paths through the parser look alike behind it.
 */
struct scratch {
	struct iotx_key6 key6; /* first, and whole words: they are compared by the word */
	struct iotx_key4 key4;
	struct iotx_track track;
	struct iotx_flow flow; /* what is known of the packet's flow, or the one to make */
	u32 slot; /* index of the slot that we hold the lock of, plus one; 0: none */
	u32 peer; /* the same of the other direction's, whose lock we do not hold */
	u32 may_back; /* the buckets of a flow without an entry have the other direction's tag */
	u32 busy; /* there is one, and another CPU has not let go of it */
	u32 now;  /* in ticks */
	u32 wire_len;
	u32 cap_len; /* of the sample */
	u32 set;     /* of the packet's bucket, and its place there */
	u32 way;
	u32 flags;   /* of the sample */
	u32 dropped; /* samples of its flow refused since the last one */
	u32 credit;  /* bytes that this CPU may put into the ring before it asks again */
	u64 now_ns;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, IOTX_DIR_COUNT);
	__type(key, u32);
	__type(value, struct scratch);
} scratch SEC(".maps");

const volatile struct iotx_cfg cfg = {
	.sample_one_in = 1,
	.snaplen = IOTX_SAMPLE_MAX,
	.ring_wake_bytes = IOTX_RING_DEFAULT / 4,
	.ring_share = IOTX_RING_DEFAULT,
	.bucket_mask4 = BUCKETS - 1,
	.bucket_mask6 = BUCKETS - 1,
	.age_shift = 6,
	.secret = { 0x243f6a8885a308d3, 0x13198a2e03707345 },
};

/* What is expected on each port, set by user space, and IOTX_PORT_FLOWS, which is ours. */
struct iotx_ports ports;

#endif
