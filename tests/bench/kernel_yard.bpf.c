// SPDX-License-Identifier: GPL-2.0-only
/*
 * Yardsticks for the kernel half: tiny programs that do one thing each. All of them, and
 * the program that ships, run behind a program that makes the same frame a packet of the
 * next flow; what that costs is in every figure and in that of bare XDP_PASS too, so it
 * cancels.
 */
#include "kernel_yard.h"

#include <iotxdp/track.h>

char LICENSE[] SEC("license") = "GPL";

/* Of map types and flags that the kernel half has no use for. */
enum {
	MAP_TYPE_PROG_ARRAY = 3,
	MAP_TYPE_PERF_EVENT_ARRAY = 4,
	MAP_TYPE_LRU_HASH = 9,
	MAP_MMAPABLE = 1 << 10,
	UPDATE_NOEXIST = 1,
};
#define CURRENT_CPU 0xffffffffull

#define LRU_ENTRIES_DEFAULT 65536
#define RING_BYTES (4 << 20)
#define RECORD 64

struct yard_value {
	u64 packets, bytes, first, last, rsv[4];
};

struct line {
	u64 word[8];
};

struct {
	__uint(type, MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, YARD_COUNT);
	__uint(key_size, sizeof(u32));
	__uint(value_size, sizeof(u32));
} targets SEC(".maps");

struct {
	__uint(type, MAP_TYPE_LRU_HASH);
	__uint(max_entries, LRU_ENTRIES_DEFAULT);
	__type(key, struct iotx_key4);
	__type(value, struct yard_value);
} lru SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, MAP_MMAPABLE); /* page aligned, so that a value is one cache line */
	__uint(max_entries, YARD_LINES);
	__type(key, u32);
	__type(value, struct line);
} lines SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, RING_BYTES);
} ring SEC(".maps");

struct record {
	u64 len;
	u8 data[RECORD];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct record);
} records SEC(".maps");

struct {
	__uint(type, MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, sizeof(u32));
	__uint(value_size, sizeof(u32));
} perf SEC(".maps");

struct yard_cfg yard;
struct yard_state states[YARD_COUNT];
u64 clock, sum;

/*
 * Every flow in turn; once they are open, in an order that no prefetcher and no table knows.
 * Both ways through them end at flow 0, which has the same sequence number as the others.
 */
static __always_inline void next_flow(struct yard_state *s)
{
	if (!s->flow) {
		s->seq += s->sent;
		s->sent = yard.payload_len;
	}
	s->flow = (yard.opening ? s->flow + 1 : s->flow * 1664525 + 1013904223) & yard.flow_mask;
}

static __always_inline void put_be32(struct xdp_md *ctx, u32 off, u32 value)
{
	u8 *p = (u8 *)(long)ctx->data + (off & 127);

	if (p + 4 <= (u8 *)(long)ctx->data_end)
		*(u32 *)p = __builtin_bswap32(value);
}

static __always_inline int vary(struct xdp_md *ctx, enum yard_target target)
{
	struct yard_state *s = &states[target];

	if (yard.serial)
		clock = bpf_ktime_get_ns();
	next_flow(s);
	put_be32(ctx, yard.src_off, s->flow);
	if (yard.seq_off)
		put_be32(ctx, yard.seq_off, s->seq);
	bpf_tail_call_static(ctx, &targets, target);
	return XDP_PASS;
}

#define X(id, name)                                                                                             \
	SEC("xdp") int vary_##name(struct xdp_md *ctx)                                                          \
	{                                                                                                       \
		return vary(ctx, YARD_##id);                                                                    \
	}
YARD_TARGETS(X)
#undef X

SEC("xdp")
int yard_pass(struct xdp_md *ctx)
{
	(void)ctx;
	return XDP_PASS;
}

SEC("xdp")
int yard_lru(struct xdp_md *ctx)
{
	u32 len = ctx->data_end - ctx->data;
	struct iotx_cur c = { .src = { .ctx = ctx, .kind = IOTX_SRC_XDP }, .end = len };
	struct yard_value *value, fresh = {};
	struct iotx_l4 l4 = {};
	struct iotx_key4 key;

	if (!iotx_frame_plain(&c, len, &l4) && iotx_frame_locate(&c, len, &l4))
		return XDP_PASS;
	iotx_key4_set(&key, &l4);
	value = bpf_map_lookup_elem(&lru, &key);
	if (!value) {
		fresh.packets = 1;
		fresh.bytes = fresh.first = fresh.last = len;
		bpf_map_update_elem(&lru, &key, &fresh, UPDATE_NOEXIST);
		return XDP_PASS;
	}
	value->packets++;
	value->bytes += len;
	value->last = l4.seq;
	return XDP_PASS;
}

SEC("xdp")
int yard_read(struct xdp_md *ctx)
{
	u32 index = states[YARD_READ].flow;
	const struct line *l = bpf_map_lookup_elem(&lines, &index);

	(void)ctx;
	if (l)
		sum += l->word[0];
	return XDP_PASS;
}

SEC("xdp")
int yard_load(struct xdp_md *ctx)
{
	u8 bytes[5];

	if (!bpf_xdp_load_bytes(ctx, 54, bytes, sizeof(bytes)))
		sum += bytes[0];
	return XDP_PASS;
}

/*
 * bpf_ringbuf_output takes no packet: its bytes are copied first. Reading the clock is
 * the same for all who write samples, and measured by itself.
 */
SEC("xdp")
int yard_ring(struct xdp_md *ctx)
{
	u32 index = 0;
	struct record *r = bpf_map_lookup_elem(&records, &index);
	u64 len = ctx->data_end - ctx->data;

	if (!r)
		return XDP_PASS;
	r->len = len;
	if (len > yard.snaplen)
		len = yard.snaplen;
	IOTX_OPAQUE(len);
	if (len < 1 || len > RECORD || bpf_xdp_load_bytes(ctx, 0, r->data, len))
		return XDP_PASS;
	bpf_ringbuf_output(&ring, r, sizeof(*r), BPF_RB_NO_WAKEUP);
	return XDP_PASS;
}

SEC("xdp")
int yard_clock(struct xdp_md *ctx)
{
	(void)ctx;
	clock = bpf_ktime_get_ns();
	return XDP_PASS;
}

/* The least that one can do: a record that is there already. */
SEC("xdp")
int yard_ringbare(struct xdp_md *ctx)
{
	u64 record[RECORD / 8] = { ctx->data_end - ctx->data };

	bpf_ringbuf_output(&ring, record, RECORD, BPF_RB_NO_WAKEUP);
	return XDP_PASS;
}

/* As xdpdump does: a few words of its own, and the packet's first bytes by flag. */
SEC("xdp")
int yard_perf(struct xdp_md *ctx)
{
	u64 record[2] = { ctx->data_end - ctx->data, 0 };

	bpf_perf_event_output(ctx, &perf, (u64)RECORD << 32 | CURRENT_CPU, record, sizeof(record));
	return XDP_PASS;
}
