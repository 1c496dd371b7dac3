// SPDX-License-Identifier: GPL-2.0-only
#include "core/openings.h"

#include <iotxdp/sample.h>
#include <iotxdp/ws_hdr.h>

void iotx_openings_learn(struct iotx_openings *o, const struct iotx_l4 *l4)
{
	const struct iotx_first first = { .seq = l4->seq, .known = true };
	u64 flow = iotx_flow_hash(l4);
	u32 i = flow % IOTX_OPENINGS;

	if (!(l4->tcp_flags & IOTX_TCP_SYN))
		return;
	if (!(l4->tcp_flags & IOTX_TCP_ACK)) {
		if (o->place[i].flow == flow && o->place[i].client_port == l4->src_port &&
		    o->place[i].client.seq == l4->seq)
			return; /* it comes again */
		o->place[i].flow = flow;
		o->place[i].client_port = l4->src_port;
		o->place[i].client = first;
		o->place[i].server.known = false;
		return;
	}
	if (o->place[i].flow != flow || o->place[i].client_port != l4->dst_port) {
		o->place[i].flow = flow; /* the client's SYN comes later, or not at all */
		o->place[i].client_port = l4->dst_port;
		o->place[i].client = (struct iotx_first){ .seq = l4->ack, .known = true };
	}
	o->place[i].server = first;
}

static struct iotx_first find(const struct iotx_openings *o, const struct iotx_l4 *l4)
{
	u64 flow = iotx_flow_hash(l4);
	u32 i = flow % IOTX_OPENINGS;

	if (o->place[i].flow != flow)
		return (struct iotx_first){};
	return o->place[i].client_port == l4->src_port ? o->place[i].client : o->place[i].server;
}

bool iotx_openings_client(const struct iotx_openings *o, const struct iotx_l4 *l4)
{
	return find(o, l4).known &&
	       o->place[iotx_flow_hash(l4) % IOTX_OPENINGS].client_port == l4->src_port;
}

bool iotx_openings_waits(struct iotx_openings *o, const struct iotx_l4 *l4, bool part)
{
	struct iotx_first first = find(o, l4), *client, *server;
	u32 i = iotx_flow_hash(l4) % IOTX_OPENINGS;

	if (!first.known || first.begun)
		return false;
	if (part || l4->seq != first.seq)
		return l4->seq - first.seq <= IOTX_OPENING_NEAR;
	client = &o->place[i].client;
	server = &o->place[i].server;
	if (o->place[i].client_port == l4->src_port) {
		client->begun = true;
		server->begun = server->waits;
		return false;
	}
	server->begun = client->begun;
	server->waits = !client->begun;
	return server->waits;
}

bool iotx_openings_accepts(struct iotx_openings *o, const struct iotx_l4 *l4,
			   struct iotx_slice payload, u32 *used)
{
	u64 flow = iotx_flow_hash(l4);
	u32 i = flow % IOTX_OPENINGS, n = 0;
	struct iotx_first *server = &o->place[i].server;

	if (o->place[i].flow != flow || o->place[i].client_port == l4->src_port)
		return false;
	if (l4->seq == server->seq)
		server->status = 0;
	else if (!server->status || l4->seq != server->next)
		return false;
	while (n < payload.len && server->status < IOTX_WS_STATUS_LEN &&
	       payload.data[n] == iotx_ws_status(server->status)) {
		server->status++;
		n++;
	}
	*used = n;
	server->next = l4->seq + n;
	return server->status == IOTX_WS_STATUS_LEN;
}

bool iotx_openings_first(const struct iotx_openings *o, const struct iotx_l4 *l4)
{
	return iotx_openings_client(o, l4) && find(o, l4).seq == l4->seq;
}

void iotx_openings_start(const struct iotx_openings *o, const struct iotx_l4 *l4,
			 struct iotx_stream *stream)
{
	struct iotx_first first;

	if (stream->open)
		return;
	first = find(o, l4);
	if (!first.known || first.begun || l4->seq - first.seq > IOTX_OPENING_NEAR)
		return;
	iotx_stream_open(stream, first.seq);
	/* else the classifier has said it */
	stream->at_first = l4->seq != first.seq || first.waits;
}
