/* SPDX-License-Identifier: GPL-2.0-only */
/* All maps and all configuration of the kernel half. */
#ifndef IOTXDP_MAPS_BPF_H
#define IOTXDP_MAPS_BPF_H

#include <iotxdp/abi.h>
#include <iotxdp/track.h>

/* Sizes are defaults; user space may change them before loading. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, IOTX_FLOWS_DEFAULT);
	__type(key, struct iotx_key4);
	__type(value, struct iotx_flow);
} flows4 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, IOTX_FLOWS_DEFAULT);
	__type(key, struct iotx_key6);
	__type(value, struct iotx_flow);
} flows6 SEC(".maps");

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
	struct iotx_track track;
	struct iotx_flow fresh; /* entry to insert */
	struct iotx_key4 key4;
	u32 wire_len;
	u32 cap_len; /* of the sample */
	u32 way;     /* of the packet's budget in its set */
	u32 flags;   /* of the sample */
	u32 credit;  /* bytes that this CPU may put into the ring before it asks again */
	u64 now_ns;
	struct iotx_key6 key6;
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
};
const volatile struct iotx_ports ports;

#endif
