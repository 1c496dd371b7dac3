// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel half: every packet of an interface, in both directions, ends in exactly
 * one counter and goes on its way. Read packet() first: it is the whole story.
 */
#include <iotxdp/count.h>

#include "compat.bpf.h"
#include "flow.bpf.h"
#include "maps.bpf.h"
#include "sample.bpf.h"

char LICENSE[] SEC("license") = "GPL";

/* Which loop walks the header bytes: bpf_loop, or a plain one before 5.17. */
enum loop_kind { LOOP_HELPER, LOOP_PLAIN };

/* What the callback of bpf_loop needs; on the stack, because a map can't hold a context. */
struct walk {
	struct scratch *s;
	struct iotx_cur cur;
};

/* Two callbacks, so that the kind of source is a constant in each. */
static __always_inline long step_xdp(struct walk *w)
{
	w->cur.src.kind = IOTX_SRC_XDP;
	return iotx_track_step(&w->s->track, &w->cur);
}

static __always_inline long step_skb(struct walk *w)
{
	w->cur.src.kind = IOTX_SRC_SKB;
	return iotx_track_step(&w->s->track, &w->cur);
}

static long walk_xdp(u32 index, struct walk *w)
{
	(void)index;
	return step_xdp(w);
}

static long walk_skb(u32 index, struct walk *w)
{
	(void)index;
	return step_skb(w);
}

/*
 * The loops without bpf_loop are functions of their own, so that the many ways out of
 * them look alike to the verifier behind the call.
 */
static __noinline long walk_plain_xdp(struct walk *w)
{
	w->cur.src.kind = IOTX_SRC_XDP;
	for (u32 i = 0; i < PLAIN_WALK_STEPS && !iotx_walk_step(&w->s->track.walk, &w->cur); i++)
		barrier(); /* or values kept in registers make every turn look different */
	return 0;
}

static __noinline long walk_plain_skb(struct walk *w)
{
	w->cur.src.kind = IOTX_SRC_SKB;
	for (u32 i = 0; i < PLAIN_WALK_STEPS && !iotx_walk_step(&w->s->track.walk, &w->cur); i++)
		barrier(); /* or values kept in registers make every turn look different */
	return 0;
}

/* CoAP on a port nobody named: does it agree with a datagram before it? */
static __always_inline void look_back(struct scratch *s)
{
	u32 place = iotx_track_late_place(&s->track);
	struct iotx_late *kept = bpf_map_lookup_elem(&late, &place);

	if (kept)
		iotx_track_late(&s->track, kept);
	IOTX_REREAD();
}

static __always_inline void walk(struct scratch *s, const struct iotx_cur *c, enum loop_kind loop)
{
	struct walk w = { .s = s, .cur = *c };
	bool xdp = c->src.kind == IOTX_SRC_XDP;

	if (loop == LOOP_HELPER)
		xdp ? bpf_loop(IOTX_WALK_STEPS, walk_xdp, &w, 0) :
		      bpf_loop(IOTX_WALK_STEPS, walk_skb, &w, 0);
	else if (s->track.claim.proto == WEBSOCKET)
		iotx_ws_walk_not(&s->track.walk, s->track.claim.how == IOTX_CLAIM_SURE);
	else
		xdp ? walk_plain_xdp(&w) : walk_plain_skb(&w);
}

static __always_inline u8 expected_on(const struct iotx_l4 *l4, u16 port)
{
	return l4->transport == TCP ? ports.tcp[port] : ports.udp[port];
}

/* Settles s->track; returns the packet's flow entry if it has one already. */
static __always_inline struct iotx_flow *follow(struct scratch *s, const struct iotx_cur *c,
						enum loop_kind loop)
{
	struct iotx_track *t = &s->track;
	struct iotx_flow *flow = flow_find(s), *reverse;

	if (flow)
		iotx_track_known(t, flow);
	else if ((reverse = flow_find_reverse(s)))
		iotx_track_reverse(t, reverse);
	else
		iotx_track_new(t, c, expected_on(&t->l4, t->l4.dst_port),
			       expected_on(&t->l4, t->l4.src_port));
	if (iotx_track_unsure(t))
		look_back(s);
	if (iotx_track_begin(t, c))
		walk(s, c, loop);
	iotx_track_end(t);
	return flow;
}

static __always_inline struct iotx_flow *open_flow(struct scratch *s, enum iotx_dir dir,
						   struct iotx_ledger *ledger)
{
	struct iotx_flow *flow;
	bool made;

	__builtin_memset(&s->fresh, 0, sizeof(s->fresh));
	iotx_track_flow(&s->track, dir, s->now_ns, &s->fresh);
	flow = flow_make(s, &made);
	ledger->flows_created += made;
	if (!flow)
		ledger->flows_refused++;
	return flow;
}

static __always_inline void packet(const struct iotx_src *src, u32 wire_len, enum iotx_dir dir,
				   enum loop_kind loop)
{
	u32 index = dir;
	struct iotx_ledger *lg = bpf_map_lookup_elem(&ledger, &index);
	struct iotx_totals *tt = bpf_map_lookup_elem(&totals, &index);
	struct scratch *s = bpf_map_lookup_elem(&scratch, &index);
	struct iotx_cur c = { .src = *src, .end = wire_len };
	struct iotx_flow *flow;
	enum iotx_l4_verdict verdict;

	if (!lg || !tt || !s)
		return;
	lg->seen++;
	lg->seen_bytes += wire_len;

	__builtin_memset(&s->track, 0, sizeof(s->track));
	s->wire_len = wire_len;
	verdict = iotx_frame_locate(&c, wire_len, &s->track.l4);
	if (verdict) {
		iotx_count_unlocated(lg, verdict);
		return;
	}
	IOTX_REREAD();
	c.off = s->track.l4.payload_off;
	c.end = c.off + s->track.l4.payload_len;
	flow = follow(s, &c, loop);
	if (s->track.proto == NOT_IOT) {
		lg->not_iot++;
		return;
	}
	IOTX_REREAD();
	s->now_ns = bpf_ktime_get_ns() + cfg.clock_offset_ns;
	iotx_count_volume(tt, s->track.proto, wire_len);
	iotx_count_tracked(lg, &s->track);
	if (!flow && s->track.claim.how != IOTX_CLAIM_ASIDE)
		flow = open_flow(s, dir, lg);
	if (!flow)
		flow = &s->fresh; /* none, or refused: the totals count it all the same */
	iotx_count_flow(flow, &s->track, wire_len, s->now_ns);
	iotx_count_messages(flow, tt, &s->track);
	sample_packet(src, s, dir, lg);
}

static __always_inline int on_ingress(struct xdp_md *ctx, enum loop_kind loop)
{
	const struct iotx_src src = { .ctx = ctx, .kind = IOTX_SRC_XDP };
	u32 wire_len = ctx->data_end - ctx->data;

	IOTX_OPAQUE(wire_len); /* subtract now, or the compiler spills half a pointer */
	packet(&src, wire_len, INGRESS, loop);
	return XDP_PASS;
}

/* XDP_PASS is 2, which tc takes for TC_ACT_SHOT: mind the verdict. */
static __always_inline int on_egress(struct __sk_buff *ctx, enum loop_kind loop)
{
	const struct iotx_src src = { .ctx = ctx, .kind = IOTX_SRC_SKB };

	packet(&src, ctx->len, EGRESS, loop);
	return TC_ACT_UNSPEC;
}

SEC("xdp")
int iotx_xdp(struct xdp_md *ctx)
{
	return on_ingress(ctx, LOOP_HELPER);
}

SEC("xdp")
int iotx_xdp_plain(struct xdp_md *ctx)
{
	return on_ingress(ctx, LOOP_PLAIN);
}

SEC("tc")
int iotx_tc(struct __sk_buff *ctx)
{
	return on_egress(ctx, LOOP_HELPER);
}

SEC("tc")
int iotx_tc_plain(struct __sk_buff *ctx)
{
	return on_egress(ctx, LOOP_PLAIN);
}
