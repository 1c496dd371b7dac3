// SPDX-License-Identifier: GPL-2.0-only
/*
 * flows4 and flows6 as text, for whoever reads a pinned iterator: a line for each entry.
 * An object of its own: where the kernel refuses it, nothing else is missing.
 */
#include <iotxdp/abi.h>

#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "GPL";

/* Directions behind protocols: a table of its own would be one that libbpf 1.1 refuses. */
#define WORD_ROOM 12
#define DIRECTIONS IOTX_PROTO_COUNT
static const char words[IOTX_PROTO_COUNT + IOTX_DIR_COUNT][WORD_ROOM] = {
	[NOT_IOT] = "not_iot",
#define IOTX_PROTO(id, name) [id] = #name,
#include <iotxdp/protos.def>
	[DIRECTIONS + INGRESS] = "in",
	[DIRECTIONS + EGRESS] = "out",
};

static __always_inline const char *proto_word(const struct iotx_flow *flow)
{
	return words[flow->proto < IOTX_PROTO_COUNT ? flow->proto : NOT_IOT];
}

static __always_inline const char *dir_word(const struct iotx_flow *flow)
{
	return words[DIRECTIONS + (flow->dir == EGRESS ? EGRESS : INGRESS)];
}

static __always_inline u64 messages_of(const struct iotx_flow *flow)
{
	const struct iotx_mqtt_count *m = &flow->mqtt;
	const struct iotx_coap_count *c = &flow->coap;
	u64 sum = c->con + c->non + c->ack + c->rst + flow->mqttsn_messages;

#define X(value, id, name) sum += m->name;
	IOTX_MQTT_TYPES(X)
#undef X
	return sum;
}

/* Above the first line. */
static __always_inline void title(const struct bpf_iter_meta *meta)
{
	if (!meta->seq_num)
		BPF_SEQ_PRINTF(meta->seq, "source\tport\tdestination\tport\tprotocol\tdirection\t"
					  "packets\tbytes\tmessages\n");
}

SEC("iter/bpf_map_elem")
int iotx_text4(struct bpf_iter__bpf_map_elem *ctx)
{
	const struct iotx_key4 *key = ctx->key;
	const struct iotx_flow *flow = ctx->value;

	if (!key || !flow) /* the end */
		return 0;
	title(ctx->meta);
	BPF_SEQ_PRINTF(ctx->meta->seq, "%pI4\t%u\t%pI4\t%u\t%s\t%s\t%llu\t%llu\t%llu\n",
		       key->src_ip, key->src_port, key->dst_ip, key->dst_port, proto_word(flow),
		       dir_word(flow), flow->packets, flow->bytes, messages_of(flow));
	return 0;
}

/* In network order again. */
static __always_inline void address(u64 be[2], const unsigned __int128 *ip)
{
	const u64 *half = (const u64 *)ip;

	be[0] = IOTX_FROM_BE(64, half[1]);
	be[1] = IOTX_FROM_BE(64, half[0]);
}

SEC("iter/bpf_map_elem")
int iotx_text6(struct bpf_iter__bpf_map_elem *ctx)
{
	const struct iotx_key6 *key = ctx->key;
	const struct iotx_flow *flow = ctx->value;
	u64 src[2], dst[2];

	if (!key || !flow)
		return 0;
	title(ctx->meta);
	address(src, &key->src_ip);
	address(dst, &key->dst_ip);
	BPF_SEQ_PRINTF(ctx->meta->seq, "%pI6\t%u\t%pI6\t%u\t%s\t%s\t%llu\t%llu\t%llu\n", src,
		       key->src_port, dst, key->dst_port, proto_word(flow), dir_word(flow),
		       flow->packets, flow->bytes, messages_of(flow));
	return 0;
}
