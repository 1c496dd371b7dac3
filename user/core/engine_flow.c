// SPDX-License-Identifier: GPL-2.0-only
/* Conversations that are over, as events. */
#include "base/table.h"
#include "core/conv.h"
#include "core/engine_self.h"
#include "core/flow_event.h"
#include "core/names.h"
#include "core/track.h"

#include <iotxdp/sample.h>
#include <string.h>

/* As seen by the client: EVE names a flow by who began it. */
static void ends_of(const struct iotx_flow_pair *p, u32 client, struct iotx_endpoints *ends)
{
	struct iotx_l4 l4 = { .ip_version = p->ip_version, .transport = p->key.transport };

	memset(ends, 0, sizeof(*ends));
	memcpy(l4.src, p->key.ip[client], 16);
	memcpy(l4.dst, p->key.ip[!client], 16);
	l4.src_port = p->key.port[client];
	l4.dst_port = p->key.port[!client];
	memcpy(ends->src_ip, l4.src, 16);
	memcpy(ends->dst_ip, l4.dst, 16);
	ends->src_port = l4.src_port;
	ends->dst_port = l4.dst_port;
	ends->ip_version = l4.ip_version;
	ends->transport = l4.transport;
	ends->flow_id = iotx_conv_flow_id(iotx_flow_hash(&l4), 0);
}

void iotx_engine_flow(struct iotx_engine *e, const struct iotx_flow_pair *pair, u64 ts_ns)
{
	const struct iotx_flow_event flow = {
		.pair = pair,
		.client = iotx_flow_pair_client(pair, &e->config.ports),
	};
	const struct iotx_conv *conv = iotx_table_find(e->convs, &pair->key);
	struct iotx_endpoints ends;
	struct iotx_event ev;

	ends_of(pair, flow.client, &ends);
	if (conv) {
		ends.flow_id = conv->ends[0].flow_id;
		ends.vlan_count = conv->ends[0].vlan_count;
		memcpy(ends.vlan, conv->ends[0].vlan, sizeof(ends.vlan));
	}
	ends.src_name = iotx_names_of(e->names, ends.ip_version, ends.src_ip);
	ends.dst_name = iotx_names_of(e->names, ends.ip_version, ends.dst_ip);
	ends.iface = pair->iface;
	iotx_event_start(&ev, &iotx_flow_event, &flow);
	ev.ts_ns = ts_ns;
	ev.frame = e->now_frame;
	ev.ends = &ends;
	ev.weight = 1;
	iotx_engine_emit(e, &ev);
}

/* --- of a file ---------------------------------------------------------------------------- */

static void on_pair(void *arg, const struct iotx_flow_pair *pair)
{
	struct iotx_engine *e = arg;

	iotx_engine_flow(e, pair, e->now_ns);
}

bool iotx_engine_flows_open(struct iotx_engine *e)
{
	const struct iotx_engine_config *c = &e->config;

	if (!c->flows)
		return true;
	/* As many as the tracker has directions, of both IP versions. */
	e->book = iotx_flow_book_new(&c->idle, c->flows_max * 4, on_pair, e);
	return e->book;
}

void iotx_engine_flows_clock(struct iotx_engine *e, const struct iotx_frame *frame)
{
	e->now_ns = frame->ts_ns;
	e->now_frame = frame->number;
	iotx_flow_book_clock(e->book, frame->ts_ns);
}

void iotx_engine_flows_take(struct iotx_engine *e, const struct iotx_frame *frame,
			    const struct iotx_track *t)
{
	struct iotx_flow *flow = iotx_tracker_flow(e->tracker);

	if (flow)
		iotx_flow_book_packet(e->book, t, flow, frame->wire_len);
}
