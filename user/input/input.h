/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where frames come from: interfaces (live.h) and files (pcap.h). What both have in
 * common, without a line of libbpf or libpcap.
 */
#ifndef IOTXDP_INPUT_INPUT_H
#define IOTXDP_INPUT_INPUT_H

#include "core/flow_record.h"
#include "core/frame.h"

enum iotx_mode { IOTX_MODE_AUTO, IOTX_MODE_NATIVE, IOTX_MODE_GENERIC };

/* How an interface is watched. */
struct iotx_live_config {
	const char *pin_dir; /* the maps of eth0 are pinned in pin_dir/eth0 */
	enum iotx_mode mode;
	bool ingress_only;
	bool verbose;        /* let libbpf speak */
	u32 sample_one_in;
	u32 snaplen;
	u32 flows_max; /* of each IP version */
	struct iotx_idle idle;
	iotx_flow_pair_fn flow; /* told of conversations that are over; or NULL */
	void *flow_arg;
	u32 ring_bytes;      /* a power of two, of pages */
	u32 budget;          /* samples a second of each direction of a flow; 0: any number */
	struct iotx_ports ports;
};

/* What was counted of one interface or file; the summary prints nothing else of it. */
struct iotx_tally {
	const char *name;
	struct iotx_totals totals[IOTX_DIR_COUNT];
	struct iotx_ledger ledger[IOTX_DIR_COUNT];
	u64 flows;           /* entries of the flow tables; of a file, conversations */
	u64 flows_expired;   /* entries taken out because nothing came any more */
	u64 flows_not_shown; /* live, but not in flows4 and flows6 */
	u64 flows_not_kept;  /* conversations whose counts had to make room */
	u64 packets_live;    /* that the entries of the flow tables have counted */
	u64 packets_left;    /* ... and those that are there no more */
	u64 delivered;       /* records that reached the engine */
	u64 records_bad;     /* records that were none of this version's */
};

#endif
