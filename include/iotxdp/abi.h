/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The whole contract between the kernel half and user space: what the maps hold,
 * what a ring record looks like, what can be configured. Members stand in the order
 * and under the names that `bpftool map dump` shows to a person; numbers are in host
 * order; there is no implicit padding (the kernel would hash it).
 */
#ifndef IOTXDP_ABI_H
#define IOTXDP_ABI_H

#include "coap_hdr.h"
#include "framing.h"
#include "mqtt_hdr.h"
#include "mqttsn_hdr.h"
#include "proto.h"

#define IOTX_ABI_VERSION 2

/* Which way a packet went through the interface; also the index into totals and ledger. */
enum iotx_dir { INGRESS, EGRESS };
#define IOTX_DIR_COUNT 2

/* --- flows4 and flows6, one entry per direction of a conversation; slot.h has the table --- */

struct iotx_key4 {
	u8 src_ip[4]; /* printed as [10,9,0,2] */
	u8 dst_ip[4];
	u16 src_port;
	u16 dst_port;
	enum iotx_transport transport;
};
_Static_assert(sizeof(struct iotx_key4) == 16, "no padding in a key");

struct iotx_key6 {
	unsigned __int128 src_ip; /* as a number, so that its hexadecimal form reads in order */
	unsigned __int128 dst_ip;
	u16 src_port;
	u16 dst_port;
	enum iotx_transport transport;
	u64 rsv;
};
_Static_assert(sizeof(struct iotx_key6) == 48, "no padding in a key");

struct iotx_mqtt_count {
#define X(value, id, name) u64 name;
	IOTX_MQTT_TYPES(X)
#undef X
};

/* A message counts once by type and once by kind. */
struct iotx_coap_count {
	u64 con, non, ack, rst;
#define X(id, name) u64 name;
	IOTX_COAP_KINDS(X)
#undef X
};

struct iotx_mqttsn_count {
#define X(value, id, name) u64 name;
	IOTX_MQTTSN_TYPES(X)
#undef X
	u64 reserved;
};

struct iotx_flow {
	enum iotx_proto proto;
	enum iotx_dir dir;
	u64 packets;
	u64 bytes;         /* of whole frames, as on the wire */
	u64 first_seen_ns; /* since 1970 */
	u64 last_seen_ns;
	struct iotx_mqtt_count mqtt;
	struct iotx_coap_count coap; /* over UDP */
	u64 mqttsn_messages;
	u64 tls_records;
	struct iotx_ws_framing ws;
	struct iotx_framing framing;
	u32 peer_seq; /* where the other direction starts, if peer_known */
	u32 peer_known;
	u32 rsv;
};
_Static_assert(sizeof(struct iotx_flow) == 40 + 15 * 8 + 17 * 8 + 16 + 48 + 28 + 12, "no padding");

/* What flows4 and flows6 show, and what not; written by user space, whenever it looks. */
struct iotx_flows {
	u64 shown;     /* entries of both */
	u64 not_shown; /* live flows beyond IOTX_FLOWS_SHOWN of an IP version */
	u64 expired;   /* flow entries taken out because nothing came any more */
	u64 as_of_ns;  /* since 1970 */
};

/* --- totals: what was counted, by direction; per CPU -------------------------------------- */

struct iotx_volume {
	u64 packets;
	u64 bytes;
};

struct iotx_totals {
#define IOTX_PROTO(id, name) struct iotx_volume name;
#include "protos.def"
	struct iotx_mqtt_count mqtt_messages;
	struct iotx_coap_count coap_messages; /* over UDP */
	struct iotx_mqttsn_count mqttsn_messages;
	u64 mqtt_tls_records;
};

/* --- ledger: everything that was not counted as a message, and why; per CPU ---------------- */

#define IOTX_LEDGER(X)                                                                          \
	X(seen, "packets that reached the program")                                             \
	X(seen_bytes, "their bytes on the wire")                                                \
	X(not_iot, "packets of no protocol known here")                                         \
	X(fragments, "packets that are fragments of IP datagrams")                              \
	X(malformed, "packets with a cut or impossible header up to TCP or UDP")                \
	X(flows_created, "flow entries made")                                                   \
	X(flows_refused, "packets whose flow entry could not be made")                          \
	X(flows_busy, "packets whose flow entry another CPU held for too long")                 \
	X(flows_evicted, "flow entries replaced: of those in question, idle for longest")       \
	X(flows_evicted_lost, "of them, not handed over: the ring of ended flows was full")     \
	X(packets_evicted_lost, "packets that those not handed over had counted")               \
	X(samples_wanted, "packets that were to be sampled")                                    \
	X(samples_ring_full, "of them, refused because the ring was full")                      \
	X(samples_over_budget, "of them, refused because their flow had its share")             \
	X(samples_unreadable, "of them, not copied: the kernel lacks the means")                \
	X(samples_shaping_lost, "of those refused, packets that shape a session")               \
	X(sample_bytes_cut, "bytes of sampled packets beyond the snap length")                  \
	X(segments_old, "TCP segments seen before: retransmissions")                            \
	X(segments_far, "TCP segments out of any window, and SYNs of a new connection: ignored")\
	X(segments_gap, "TCP segments before which a message boundary is missing")              \
	X(segments_lost, "TCP segments of a direction whose boundaries are unknown")            \
	X(resyncs, "directions whose boundaries were found again")                              \
	X(headers_bad, "MQTT fixed headers that broke the format")                              \
	X(walks_limited, "TCP segments with more header bytes than one walk takes")             \
	X(ws_not_framed, "TCP segments of compressed WebSocket, which is not looked into")       \
	X(ws_other, "TCP segments of WebSocket that carry something else than MQTT")            \
	X(coap_ignored, "datagrams of CoAP flows that are none: of another version than 1, or cut")\
	X(recognised_late, "CoAP datagrams on other ports, counted as not IoT before one agreed")

struct iotx_ledger {
#define X(name, sentence) u64 name;
	IOTX_LEDGER(X)
#undef X
};

/* Of the hash of the flow tables: chosen anew by each run. */
struct iotx_secret {
	u64 start, factor;
};

/* --- configuration: read-only data, set between open and load ------------------------------ */

struct iotx_cfg {
	u64 clock_offset_ns; /* added to the monotonic clock gives time since 1970 */
	u32 sample_one_in;   /* flows; 1: all, 0: none but session-shaping messages */
	u32 snaplen;         /* bytes of a packet that a sample carries at most */
	u32 ifindex;
	u32 ring_wake_bytes; /* waiting in the ring: wakes the consumer before its time */
	u32 ring_share;      /* bytes of the ring for what is not session-shaping */
	u32 ring_credit;     /* of them, what a CPU may use up before it looks again; 0: none */
	u32 budget_most;     /* tokens of a full bucket; 0: no budget */
	u32 budget_tick;     /* tokens that a tick of the scheduler's clock adds */
	u32 bucket_mask4;    /* buckets of the flow tables, less one; a power of two */
	u32 bucket_mask6;
	u32 age_shift; /* 2^age_shift ticks of the kernel's clock: a unit of age in the tables */
	u32 rsv;
	struct iotx_secret secret;
};

/* --- ring records -------------------------------------------------------------------------- */

#define IOTX_SAMPLE_FLOW 0x01    /* of a flow that is sampled whole */
#define IOTX_SAMPLE_SHAPING 0x02 /* holds bytes of a session-shaping message */

/* A frame, from its Ethernet header on: live and offline share everything behind it. */
struct iotx_sample {
	u16 abi_version;
	u8 dir;   /* enum iotx_dir */
	u8 proto; /* enum iotx_proto */
	u32 ifindex;
	u64 ts_ns;    /* since 1970 */
	u32 wire_len; /* of the frame */
	u32 cap_len;  /* bytes in data[] */
	u32 start;    /* payload offset of the first message that starts here, or IOTX_NO_START */
	u32 weight;   /* flows that this one stands for */
	u32 flags;    /* IOTX_SAMPLE_* */
	u32 dropped;  /* samples of the same direction that were refused since its last one */
	u8 data[];
};
_Static_assert(sizeof(struct iotx_sample) == 40, "no padding");

/*
 * Room for data, by size class: a ring record is reserved with a constant size. The
 * last two hold a packet for segmentation offload, on lo up to 131,032 bytes.
 */
#define IOTX_SAMPLE_CLASSES(X)                                                                  \
	X(64)                                                                                   \
	X(256)                                                                                  \
	X(1560)                                                                                 \
	X(9216)                                                                                 \
	X(32768)                                                                                \
	X(65600)                                                                                \
	X(131200)
#define IOTX_SAMPLE_MAX 131200
#define IOTX_SAMPLE_SMALL 256 /* classes up to it, powers of two, are copied by words */
#define IOTX_RING_HEADER 8    /* what the kernel puts before each record */

/* A budget of n records a second is n tokens of 1/1,024 times that, so that ticks divide. */
#define IOTX_BUDGET_TOKEN 1024
#define IOTX_BUDGET_MAX 1000000
#define IOTX_BUDGET_DEFAULT 50000

/* --- names --------------------------------------------------------------------------------- */

#define IOTX_MAP_FLOWS4 "flows4"
#define IOTX_MAP_FLOWS6 "flows6"
#define IOTX_MAP_FLOWS "flows"
#define IOTX_MAP_TOTALS "totals"
#define IOTX_MAP_LEDGER "ledger"
#define IOTX_PIN_ROOT "/sys/fs/bpf/iotxdp"

#define IOTX_FLOWS_DEFAULT 65536     /* that each flow table has room for */
#define IOTX_FLOWS_SHOWN 65536       /* entries of flows4 and of flows6 at most */
#define IOTX_IDLE_UDP_DEFAULT 300    /* seconds without a packet after which a flow is over */
#define IOTX_IDLE_TCP_DEFAULT 3600
#define IOTX_IDLE_CLOSED 30          /* the same after FIN or RST */
#define IOTX_GONE_DEFAULT (4 << 20)  /* bytes of the ring of evicted flows */
#define IOTX_RING_DEFAULT (16 << 20) /* bytes; a power of two */

#endif
