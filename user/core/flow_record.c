// SPDX-License-Identifier: GPL-2.0-only
#include "core/flow_record.h"

#include <string.h>

#define NS_PER_S 1000000000ull

/* --- counts ---------------------------------------------------------------------------- */

/* What a protocol counts: nothing but u64, at the start of the union of a sum. */
static u64 *counts_of(struct iotx_flow *flow, u32 *n)
{
	*n = 1;
	switch (flow->proto) {
	case COAP:
		*n = sizeof(flow->coap) / sizeof(u64);
		return &flow->coap.con;
	case MQTTSN:
		return &flow->mqttsn_messages;
	case MQTT_TLS:
		return &flow->tls_records;
	default:
		*n = sizeof(flow->mqtt) / sizeof(u64);
		return &flow->mqtt.connect;
	}
}

void iotx_flow_sum_add(struct iotx_flow_sum *sum, const struct iotx_flow *flow)
{
	struct iotx_flow copy = *flow;
	u64 *to = &sum->coap.con, *from;
	u32 n;

	if (!flow->packets)
		return;
	if (!sum->packets || flow->first_seen_ns < sum->first_ns)
		sum->first_ns = flow->first_seen_ns;
	if (flow->last_seen_ns > sum->last_ns)
		sum->last_ns = flow->last_seen_ns;
	sum->packets += flow->packets;
	sum->bytes += flow->bytes;
	from = counts_of(&copy, &n);
	for (u32 i = 0; i < n; i++)
		to[i] += from[i];
}

void iotx_flow_sum_give(const struct iotx_flow_sum *sum, struct iotx_flow *flow)
{
	const u64 *from = &sum->coap.con;
	u64 *to;
	u32 n;

	if (!sum->packets)
		return;
	if (sum->first_ns < flow->first_seen_ns)
		flow->first_seen_ns = sum->first_ns;
	flow->packets += sum->packets;
	flow->bytes += sum->bytes;
	to = counts_of(flow, &n);
	for (u32 i = 0; i < n; i++)
		to[i] += from[i];
}

/* --- keys ------------------------------------------------------------------------------ */

static void put_be128(u8 *to, unsigned __int128 value)
{
	for (u32 i = 16; i-- > 0; value >>= 8)
		to[i] = (u8)value;
}

u32 iotx_flow_record_key(const struct iotx_flow_record *r, u32 ifindex, struct iotx_conv_key *key)
{
	struct iotx_l4 l4 = { .ip_version = r->ip_version };

	if (r->ip_version == 6) {
		put_be128(l4.src, r->key6.src_ip);
		put_be128(l4.dst, r->key6.dst_ip);
		l4.src_port = r->key6.src_port;
		l4.dst_port = r->key6.dst_port;
		l4.transport = (u8)r->key6.transport;
	} else {
		memcpy(l4.src, r->key4.src_ip, 4);
		memcpy(l4.dst, r->key4.dst_ip, 4);
		l4.src_port = r->key4.src_port;
		l4.dst_port = r->key4.dst_port;
		l4.transport = (u8)r->key4.transport;
	}
	return iotx_conv_key_set(key, &l4, ifindex);
}

/* --- both directions ------------------------------------------------------------------- */

bool iotx_flow_pair_closed(const struct iotx_flow_pair *p)
{
	const struct iotx_flow_sum *a = &p->side[0], *b = &p->side[1];

	if (a->rst || b->rst)
		return true;
	return (a->fin || !a->packets) && (b->fin || !b->packets) && (a->fin || b->fin);
}

u64 iotx_flow_pair_last_ns(const struct iotx_flow_pair *p)
{
	u64 a = p->side[0].last_ns, b = p->side[1].last_ns;

	return a > b ? a : b;
}

u64 iotx_flow_pair_limit_ns(const struct iotx_flow_pair *p, const struct iotx_idle *idle)
{
	if (iotx_flow_pair_closed(p))
		return idle->closed_s * NS_PER_S;
	return (p->key.transport == UDP ? idle->udp_s : idle->tcp_s) * NS_PER_S;
}

/* How many messages a side has sent that only a client sends, and only a server. */
static void roles(const struct iotx_flow_pair *p, u32 side, u64 *client, u64 *server)
{
	const struct iotx_mqtt_count *m = &p->side[side].mqtt;
	const struct iotx_coap_count *c = &p->side[side].coap;

	*client = *server = 0;
	if (p->proto == MQTT || p->proto == WEBSOCKET) {
		*client = m->connect + m->subscribe + m->unsubscribe + m->pingreq;
		*server = m->connack + m->suback + m->unsuback + m->pingresp;
	} else if (p->proto == COAP) {
		*client = c->get + c->post + c->put + c->delete + c->fetch + c->patch + c->ipatch;
		*server = c->success + c->client_error + c->server_error;
	}
}

static bool serves(const struct iotx_flow_pair *p, u32 side, const struct iotx_ports *ports)
{
	u16 port = p->key.port[side];

	return (p->key.transport == TCP ? ports->tcp[port] : ports->udp[port]) == p->proto;
}

u32 iotx_flow_pair_client(const struct iotx_flow_pair *p, const struct iotx_ports *ports)
{
	const struct iotx_flow_sum *a = &p->side[0], *b = &p->side[1];
	u64 client[2], server[2];

	for (u32 side = 0; side < 2; side++)
		roles(p, side, &client[side], &server[side]);
	if (client[0] + server[1] != client[1] + server[0])
		return client[0] + server[1] < client[1] + server[0];
	if (serves(p, 0, ports) != serves(p, 1, ports))
		return serves(p, 0, ports);
	return !a->packets || (b->packets && b->first_ns < a->first_ns);
}
