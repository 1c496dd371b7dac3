/* SPDX-License-Identifier: GPL-2.0-only */
/* What flow tables knew: of one direction of a conversation, and of both together. */
#ifndef IOTXDP_CORE_FLOW_RECORD_H
#define IOTXDP_CORE_FLOW_RECORD_H

#include "core/conv_key.h"
#include <iotxdp/abi.h>

/* After how many seconds without a packet a flow is over. */
struct iotx_idle {
	u32 udp_s, tcp_s;
	u32 closed_s; /* after FIN or RST */
};

/* Why a table does not have it any more. */
enum iotx_flow_end {
	IOTX_FLOW_IDLE,     /* nothing came for a time */
	IOTX_FLOW_CLOSED,   /* FIN or RST, and nothing since */
	IOTX_FLOW_EVICTED,  /* it had to make room */
	IOTX_FLOW_REUSED,   /* another connection has its ports */
	IOTX_FLOW_SHUTDOWN, /* we stopped watching, or the capture ended */
};

/* One direction. */
struct iotx_flow_record {
	union { /* by ip_version */
		struct iotx_key4 key4;
		struct iotx_key6 key6;
	};
	u8 ip_version;
	bool fin, rst; /* seen, where they were believed */
	struct iotx_flow flow;
};

/* What one direction has counted, maybe in several entries of a table one after another. */
struct iotx_flow_sum {
	u64 packets, bytes;
	u64 first_ns, last_ns;
	bool fin, rst;
	union { /* by the protocol */
		struct iotx_mqtt_count mqtt;
		struct iotx_coap_count coap;
		u64 mqttsn_messages;
		u64 tls_records;
	};
};

/* A conversation. Its sides are those of the key. */
struct iotx_flow_pair {
	struct iotx_conv_key key;
	u8 ip_version;
	enum iotx_proto proto;
	enum iotx_flow_end end;
	u32 evictions; /* entries of it that had to make room */
	const char *iface; /* NULL: of a file */
	struct iotx_flow_sum side[2];
};

typedef void (*iotx_flow_pair_fn)(void *arg, const struct iotx_flow_pair *pair);

/* Adds what an entry says of a direction; and back: what was there before, to an entry. */
void iotx_flow_sum_add(struct iotx_flow_sum *sum, const struct iotx_flow *flow);
void iotx_flow_sum_give(const struct iotx_flow_sum *sum, struct iotx_flow *flow);

/* The key of a record's conversation, and which of its sides the record is of. */
u32 iotx_flow_record_key(const struct iotx_flow_record *r, u32 ifindex, struct iotx_conv_key *key);

/* Have both sides, or one for both, said that nothing more comes? */
bool iotx_flow_pair_closed(const struct iotx_flow_pair *p);

u64 iotx_flow_pair_last_ns(const struct iotx_flow_pair *p);

/* How long it may be silent before it is over. */
u64 iotx_flow_pair_limit_ns(const struct iotx_flow_pair *p, const struct iotx_idle *idle);

/* The side that is the client: by what it says, else by the ports, else by who began. */
u32 iotx_flow_pair_client(const struct iotx_flow_pair *p, const struct iotx_ports *ports);

#endif
