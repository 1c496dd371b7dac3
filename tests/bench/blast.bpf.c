// SPDX-License-Identifier: GPL-2.0-only
/* Sends copies of a frame: run by BPF_PROG_TEST_RUN with BPF_F_TEST_XDP_LIVE_FRAMES. */
#include "blast.h"

char LICENSE[] SEC("license") = "GPL";

struct blast_item item;

static __always_inline void put_be32(struct xdp_md *ctx, u32 off, u32 value)
{
	u8 *p = (u8 *)(long)ctx->data + (off & 127);

	if (p + 4 <= (u8 *)(long)ctx->data_end)
		*(u32 *)p = __builtin_bswap32(value);
}

SEC("xdp")
int blast_send(struct xdp_md *ctx)
{
	if (!item.flow) {
		item.seq += item.sent;
		item.sent = item.payload_len;
	}
	item.flow = (item.flow + 1) & item.flow_mask;
	put_be32(ctx, item.src_off, item.flow_base + item.flow);
	if (item.seq_off)
		put_be32(ctx, item.seq_off, item.seq);
	return (int)bpf_redirect(item.ifindex, 0);
}

/* The least that lets an interface receive what is sent so. */
SEC("xdp")
int blast_pass(struct xdp_md *ctx)
{
	(void)ctx;
	return XDP_PASS;
}
