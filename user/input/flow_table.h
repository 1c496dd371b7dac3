/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The flow table of the kernel half (iotxdp/slot.h), mapped: it is read where it lies,
 * without a system call, and what was idle for too long is taken out of it.
 */
#ifndef IOTXDP_INPUT_FLOW_TABLE_H
#define IOTXDP_INPUT_FLOW_TABLE_H

#include "core/flow_record.h"
#include <iotxdp/slot.h>

struct iotxdp_bpf;

/* The kernel's clock of ticks against the time since 1970. */
struct iotx_ticks {
	u64 tick_ns;
	u64 at_ns; /* the monotonic clock */
	u32 at;    /* and its tick */
	u64 offset_ns;
};

/* The table of one IP version. */
struct iotx_flow_part {
	bool six;
	u32 slots; /* a power of two */
	struct iotx_bucket *buckets;
	u8 *records; /* struct iotx_slot4 or iotx_slot6 */
	struct iotx_counts *counts;
	struct iotx_wide *wide;
};

struct iotx_flow_table {
	struct iotx_flow_part part[2]; /* IPv4, IPv6 */
	struct iotx_ticks ticks;
	struct iotx_secret secret;
};

/*
 * Between open and load of the skeleton: room for that many flows of each IP version, in
 * a table that is half full then, or less; a hash that nobody can foresee.
 */
void iotx_flow_table_size(struct iotxdp_bpf *skel, u32 flows4, u32 flows6);

/* After load. 0 or -errno. */
int iotx_flow_table_map(struct iotx_flow_table *t, const struct iotxdp_bpf *skel);
void iotx_flow_table_unmap(struct iotx_flow_table *t);

u32 iotx_ticks_now(const struct iotx_ticks *t);

/* The slot at an index; its key stands before it, at the start of the record. */
struct iotx_slot *iotx_flow_slot(const struct iotx_flow_part *p, u32 index);
const void *iotx_flow_key(const struct iotx_flow_part *p, u32 index);
bool iotx_flow_used(const struct iotx_flow_part *p, u32 index);

/* A consistent copy, though packets come in; false when the slot is free. */
bool iotx_flow_read(const struct iotx_flow_table *t, const struct iotx_flow_part *p, u32 index,
		    struct iotx_flow_record *r);

/* The index that a key has, or -1. */
long iotx_flow_find(const struct iotx_flow_table *t, const struct iotx_flow_part *p,
		   const void *key);

/* Frees the slot unless it was touched since *r was read from it. */
bool iotx_flow_remove(const struct iotx_flow_part *p, u32 index, const struct iotx_flow_record *r);

/* What an evicted flow's slot said last: a struct iotx_gone in the ring. */
void iotx_flow_from_gone(const struct iotx_flow_table *t, const void *record,
			 struct iotx_flow_record *r);

/* How many flows there are, and what packets they have counted. */
u64 iotx_flow_table_live(const struct iotx_flow_table *t, u64 *packets);

#endif
