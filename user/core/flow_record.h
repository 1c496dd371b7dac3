/* SPDX-License-Identifier: GPL-2.0-only */
/* One direction of a conversation, as a flow table knew it. */
#ifndef IOTXDP_CORE_FLOW_RECORD_H
#define IOTXDP_CORE_FLOW_RECORD_H

#include <iotxdp/abi.h>

/* Why a table does not have it any more. */
enum iotx_flow_end {
	IOTX_FLOW_IDLE,     /* nothing came for a time */
	IOTX_FLOW_CLOSED,   /* FIN or RST, and nothing since */
	IOTX_FLOW_EVICTED,  /* it had to make room */
	IOTX_FLOW_SHUTDOWN, /* we stopped watching, or the capture ended */
};

struct iotx_flow_record {
	union { /* by ip_version */
		struct iotx_key4 key4;
		struct iotx_key6 key6;
	};
	u8 ip_version;
	bool fin, rst; /* seen, where they were believed */
	struct iotx_flow flow;
};

#endif
