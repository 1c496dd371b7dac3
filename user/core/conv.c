// SPDX-License-Identifier: GPL-2.0-only
#include "core/conv.h"

#include <errno.h>
#include <iotxdp/mqtt_hdr.h>
#include <iotxdp/sample.h>
#include <string.h>

/* EVE's consumers read numbers as doubles: 53 bits are exact. */
#define FLOW_ID_BITS 53

/* A CONNECT so near may be one that was sent, or captured, late. */
#define CONNECT_NEAR (64u << 10)

u32 iotx_conv_key_set(struct iotx_conv_key *key, const struct iotx_l4 *l4, u32 ifindex)
{
	int order = memcmp(l4->src, l4->dst, sizeof(l4->src));
	u32 side = order ? order > 0 : l4->src_port > l4->dst_port;

	memset(key, 0, sizeof(*key));
	memcpy(key->ip[side], l4->src, 16);
	memcpy(key->ip[!side], l4->dst, 16);
	key->port[side] = l4->src_port;
	key->port[!side] = l4->dst_port;
	key->ifindex = ifindex;
	key->transport = l4->transport;
	return side;
}

static void ends_set(struct iotx_endpoints *e, const struct iotx_l4 *l4, bool reverse)
{
	memcpy(e->src_ip, reverse ? l4->dst : l4->src, 16);
	memcpy(e->dst_ip, reverse ? l4->src : l4->dst, 16);
	e->src_port = reverse ? l4->dst_port : l4->src_port;
	e->dst_port = reverse ? l4->src_port : l4->dst_port;
	e->ip_version = l4->ip_version;
	e->transport = l4->transport;
	e->vlan_count = l4->vlan_count;
	memcpy(e->vlan, l4->vlan, sizeof(e->vlan));
}

u64 iotx_conv_flow_id(u64 hash, u64 before)
{
	return iotx_mix64(hash + before) >> (64 - FLOW_ID_BITS);
}

/* Every connection has a number of its own, also where a five-tuple is used again. */
static void name_connection(struct iotx_conv *conv)
{
	u64 id = iotx_conv_flow_id(conv->hash, conv->connections++);

	conv->ends[0].flow_id = id;
	conv->ends[1].flow_id = id;
}

static int session_open(struct iotx_conv *conv, enum iotx_proto proto)
{
	conv->proto = proto;
	conv->cls = iotx_session_class_of(proto);
	name_connection(conv);
	if (!conv->cls || !conv->cls->open)
		return 0;
	conv->session = conv->cls->open();
	return conv->session ? 0 : -ENOMEM;
}

int iotx_conv_open(struct iotx_conv *conv, enum iotx_proto proto, const struct iotx_l4 *l4,
		   u32 side)
{
	conv->weight = 1;
	conv->hash = iotx_flow_hash(l4);
	ends_set(&conv->ends[side], l4, false);
	ends_set(&conv->ends[!side], l4, true);
	return session_open(conv, proto);
}

void iotx_conv_close(struct iotx_conv *conv)
{
	iotx_stream_reset(&conv->stream[0]);
	iotx_stream_reset(&conv->stream[1]);
	memset(conv->opening, 0, sizeof(conv->opening));
	memset(conv->from_first, 0, sizeof(conv->from_first));
	if (conv->session)
		conv->cls->close(conv->session);
	conv->session = NULL;
}

int iotx_conv_reopen(struct iotx_conv *conv, enum iotx_proto proto)
{
	iotx_conv_close(conv);
	return session_open(conv, proto);
}

bool iotx_conv_connects_anew(const struct iotx_conv *conv, u32 side, u32 seq,
			     const struct iotx_cur *payload)
{
	const struct iotx_stream *s = &conv->stream[side];
	struct iotx_head head;

	if (!s->open || seq - s->next_seq + CONNECT_NEAR <= 2 * CONNECT_NEAR || conv->proto != MQTT)
		return false;
	iotx_head_read(payload, &head);
	return !iotx_mqtt_connect_check(&head);
}
