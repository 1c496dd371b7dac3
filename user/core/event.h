/* SPDX-License-Identifier: GPL-2.0-only */
/* One thing that happened, as the sinks see it. All pointers are borrowed for the call. */
#ifndef IOTXDP_CORE_EVENT_H
#define IOTXDP_CORE_EVENT_H

#include "wire/wire.h"
#include <stddef.h>

/* Who sent it to whom: the source of an event is its sender. */
struct iotx_endpoints {
	u8 src_ip[16], dst_ip[16]; /* network order; IPv4 in the first four */
	u16 src_port, dst_port;    /* host order */
	u8 ip_version;             /* 4 or 6; 0: the event has no packet */
	u8 transport;              /* enum iotx_transport */
	u8 vlan_count;
	u16 vlan[2];
	u64 flow_id;       /* of the connection: equal in both directions, below 2^53 */
	const char *src_name, *dst_name; /* as DNS answers named the addresses; NULL: none did */
	const char *iface; /* NULL when read from a file */
	const char *dir;   /* "ingress" or "egress" of iface; NULL when read from a file */
};

struct iotx_event {
	u64 ts_ns; /* since 1970, of the frame that completed the message */
	u64 frame; /* number of that frame in its capture, from 1; 0: live */
	const struct iotx_endpoints *ends;
	const struct iotx_event_class *cls;
	const void *msg;
	struct iotx_slice raw; /* the message as decoded, as far as kept; empty: none */
	u32 raw_len;           /* of the whole message */
	const char *over; /* what carried it beside TCP and UDP: "websocket"; NULL: nothing */
	enum iotx_err verdict;
	u32 weight;     /* flows that this one stands for; 1 unless sampled */
	u64 dropped;    /* packets of its direction not sampled since the last event */
	bool recognised_late;  /* events of frames behind its own were made before it */
	bool duplicate; /* the same message was seen before */
	bool resync;    /* first message after its direction was lost */
	bool of_last;   /* a finding: the message of the event before it breaks the rule */
	struct iotx_diag diag; /* what the verdict rests on, and all breaches; the largest part */
};

/* An event of a message in order, of which the rest is to be filled in. */
static inline void iotx_event_start(struct iotx_event *ev, const struct iotx_event_class *cls,
				    const void *msg)
{
	memset(ev, 0, offsetof(struct iotx_event, diag));
	iotx_diag_clear(&ev->diag);
	ev->cls = cls;
	ev->msg = msg;
}

/*
 * Shows everything of an event in EVE's order and under EVE's names: timestamp,
 * flow_id, in_iface, event_type, addresses, the class's object, "iotxdp".
 */
void iotx_event_visit(const struct iotx_event *ev, struct iotx_visitor *v);

/* The same in two parts: time, class and endpoints, which messages of one frame share; the rest. */
void iotx_event_visit_head(const struct iotx_event *ev, struct iotx_visitor *v);
void iotx_event_visit_rest(const struct iotx_event *ev, struct iotx_visitor *v);

/* "ok", "malformed", ...: as "iotxdp.verdict" says it. */
const char *iotx_verdict_name(enum iotx_err verdict);

/* "10.9.0.2:1883", "[fd09::2]:5683"; needs IOTX_ENDPOINT_MAX bytes. */
#define IOTX_ENDPOINT_MAX 80
const char *iotx_endpoint_format(char *buf, u8 ip_version, const u8 *ip, u16 port);

#endif
