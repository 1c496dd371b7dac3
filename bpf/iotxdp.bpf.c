// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel half: every packet of an interface, in both directions, ends in exactly
 * one counter and goes on its way. Read packet() first: it is the whole story.
 */
#include "compat.bpf.h"
#include "flow.bpf.h"
#include "maps.bpf.h"
#include "quick.bpf.h"
#include "sample.bpf.h"

char LICENSE[] SEC("license") = "GPL";

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

/* A turn of the loop is a call and a return, as dear as a step: so it makes two. */
#define TURN_STEPS 2
_Static_assert(IOTX_WALK_STEPS % (TURN_STEPS * PLAIN_ROUND_TURNS) == 0, "no step too many");

static long walk_xdp(u32 index, struct walk *w)
{
	(void)index;
	if (step_xdp(w))
		return 1;
	IOTX_FORGET();
	return step_xdp(w);
}

static long walk_skb(u32 index, struct walk *w)
{
	(void)index;
	if (step_skb(w))
		return 1;
	IOTX_FORGET();
	return step_skb(w);
}

/* Over the payload: where it is is read again, so that no path knows more of it than others. */
static __always_inline struct iotx_cur payload_of(const struct scratch *s,
						  const struct iotx_src *src)
{
	struct iotx_cur c = { .src = *src };

	IOTX_REREAD();
	c.off = s->track.l4.payload_off;
	c.end = c.off + s->track.l4.payload_len;
	return c;
}

/*
 * Without bpf_loop the verifier is an old one: it follows every turn of a loop and finds
 * paths different that later ones find alike. So what takes long there is a global
 * function, which is verified by itself, whatever is known where it is called.
 */
#define APART(name)                                                                             \
	__noinline int name##_xdp(struct xdp_md *ctx, u32 dir)                                  \
	{                                                                                       \
		const struct iotx_src src = { .ctx = ctx, .kind = IOTX_SRC_XDP };               \
		struct scratch *s = bpf_map_lookup_elem(&scratch, &dir);                        \
                                                                                                \
		return s ? name(s, &src, dir) : 0;                                              \
	}                                                                                       \
	__noinline int name##_skb(struct __sk_buff *ctx, u32 dir)                               \
	{                                                                                       \
		const struct iotx_src src = { .ctx = ctx, .kind = IOTX_SRC_SKB };               \
		struct scratch *s = bpf_map_lookup_elem(&scratch, &dir);                        \
                                                                                                \
		return s ? name(s, &src, dir) : 0;                                              \
	}
#define CALL_APART(name, src, dir)                                                              \
	((src)->kind == IOTX_SRC_XDP ? name##_xdp((src)->ctx, dir) : name##_skb((src)->ctx, dir))

/* A turn, a round of turns, and the whole walk: the verifier looks at each of them once. */
static __always_inline int turn_plain(struct scratch *s, const struct iotx_src *src, u32 dir)
{
	struct iotx_cur c = payload_of(s, src);

	(void)dir;
	if (iotx_track_step(&s->track, &c))
		return 1;
	IOTX_FORGET();
	return iotx_track_step(&s->track, &c);
}
APART(turn_plain)

static __always_inline int round_plain(struct scratch *s, const struct iotx_src *src, u32 dir)
{
	(void)s;
	for (u32 i = 0; i < PLAIN_ROUND_TURNS; i++)
		if (CALL_APART(turn_plain, src, dir))
			return 1;
	return 0;
}
APART(round_plain)

static __always_inline int walk_plain(struct scratch *s, const struct iotx_src *src, u32 dir)
{
	(void)s;
	for (u32 i = 0; i < IOTX_WALK_STEPS / TURN_STEPS / PLAIN_ROUND_TURNS; i++)
		if (CALL_APART(round_plain, src, dir))
			break;
	return 0;
}

static __always_inline int begin_plain(struct scratch *s, const struct iotx_src *src, u32 dir)
{
	struct iotx_cur c = payload_of(s, src);

	(void)dir;
	return iotx_track_begin(&s->track, &c);
}

static __always_inline int sample_plain(struct scratch *s, const struct iotx_src *src, u32 dir)
{
	struct iotx_ledger *lg = bpf_map_lookup_elem(&ledger, &dir);

	if (lg)
		sample_packet(src, s, dir & 1, lg);
	return 0;
}

APART(walk_plain)
APART(begin_plain)
APART(sample_plain)

/* CoAP on a port nobody named: does it agree with a datagram before it? */
static __always_inline void look_back(struct scratch *s)
{
	u32 place = iotx_track_late_place(&s->track);
	struct iotx_late *kept = bpf_map_lookup_elem(&late, &place);

	if (kept)
		iotx_track_late(&s->track, kept);
	IOTX_REREAD();
}

static __always_inline void walk(struct scratch *s, const struct iotx_src *src,
				 enum iotx_dir dir, enum loop_kind loop)
{
	if (loop == LOOP_HELPER) {
		bool xdp = src->kind == IOTX_SRC_XDP;
		struct walk w = { .s = s, .cur = payload_of(s, src) };

		xdp ? bpf_loop(IOTX_WALK_STEPS / TURN_STEPS, walk_xdp, &w, 0) :
		      bpf_loop(IOTX_WALK_STEPS / TURN_STEPS, walk_skb, &w, 0);
	} else {
		CALL_APART(walk_plain, src, dir);
	}
}

/* By port. */
static __always_inline u8 *expectations(const struct iotx_l4 *l4)
{
	return l4->transport == TCP ? ports.tcp : ports.udp;
}

/* Before 6.8 the verifier has no idea how large a number is whose bytes were swapped. */
static __always_inline u32 port_index(u16 port)
{
	u32 index = port;

	IOTX_OPAQUE(index);
	return index & 0xffff;
}

static __always_inline u8 expected_on(const struct iotx_l4 *l4, u16 port)
{
	return expectations(l4)[port_index(port)] & ~IOTX_PORT_FLOWS;
}

static __always_inline bool begin(struct scratch *s, const struct iotx_src *src,
				  enum iotx_dir dir, enum loop_kind loop)
{
	struct iotx_cur c;

	if (loop == LOOP_PLAIN)
		return CALL_APART(begin_plain, src, dir);
	c = payload_of(s, src);
	return iotx_track_begin(&s->track, &c);
}

/* Settles s->track. */
static __always_inline void follow(struct scratch *s, const struct iotx_src *src,
				   enum iotx_dir dir, enum loop_kind loop)
{
	struct iotx_track *t = &s->track;
	struct iotx_flow *reverse;
	struct iotx_cur c = payload_of(s, src);

	if (s->slot)
		iotx_track_known(t, &s->flow);
	else if ((reverse = flow_find_reverse(s, dir, loop)))
		iotx_track_reverse(t, reverse);
	else
		iotx_track_new(t, &c, expected_on(&t->l4, t->l4.dst_port),
			       expected_on(&t->l4, t->l4.src_port));
	IOTX_FORGET();
	if (iotx_track_unsure(t))
		look_back(s);
	if (begin(s, src, dir, loop))
		walk(s, src, dir, loop);
	IOTX_FORGET();
	iotx_track_end(t);
}

/* Between ports that nobody expects anything of, one of them has to tell of the flow. */
static __always_inline void mark_port(const struct iotx_l4 *l4)
{
	u16 low = l4->src_port < l4->dst_port ? l4->src_port : l4->dst_port;

	if (!expected_on(l4, l4->src_port) && !expected_on(l4, l4->dst_port))
		expectations(l4)[port_index(low)] |= IOTX_PORT_FLOWS;
}

/* Nothing is expected of the ports, they have no flow, and the payload starts none. */
static __always_inline bool is_of_nobody(const struct iotx_l4 *l4, const struct iotx_cur *c)
{
	const u8 *on = expectations(l4);
	u8 b[2];

	if (on[port_index(l4->src_port)] | on[port_index(l4->dst_port)])
		return false;
	if (l4->payload_len < sizeof(b))
		return true;
	return !iotx_cur_peek(c, l4->payload_off, b, sizeof(b)) &&
	       !iotx_claim_possible(l4, b[0], b[1]);
}

static __always_inline void open_flow(struct scratch *s, enum iotx_dir dir, enum loop_kind loop,
				      struct iotx_ledger *ledger)
{
	mark_port(&s->track.l4);
	iotx_track_flow(&s->track, dir, 0, &s->flow);
	if (!flow_make(dir, loop))
		ledger->flows_refused++; /* the totals count it all the same */
}

/* Where the payload is, of a packet that is not plain. */
static __always_inline int locate_again(struct scratch *s, const struct iotx_src *src, u32 dir)
{
	struct iotx_cur c = { .src = *src, .end = s->wire_len };

	(void)dir;
	return iotx_frame_locate(&c, s->wire_len, &s->track.l4);
}
APART(locate_again)

/* A packet that takes some thought. False: it is nothing. */
static __always_inline bool think(struct scratch *s, const struct iotx_src *src,
				  enum iotx_dir dir, enum loop_kind loop, struct iotx_ledger *lg,
				  struct iotx_totals *tt)
{
	bool known = s->slot;

	iotx_track_reset(&s->track);
	follow(s, src, dir, loop);
	lg->flows_busy += s->busy;
	if (s->track.proto == NOT_IOT) {
		flow_drop(s, loop);
		lg->not_iot++;
		return false;
	}
	IOTX_REREAD();
	if (!known && s->track.claim.how != IOTX_CLAIM_ASIDE)
		open_flow(s, dir, loop, lg);
	flow_commit(s, loop);
	IOTX_REREAD();
	iotx_count_volume(tt, s->track.proto, s->wire_len);
	iotx_count_tracked(lg, &s->track);
	iotx_count_messages(tt, &s->track);
	return true;
}

/* A packet that may be something. */
static __always_inline void packet_of_somebody(struct scratch *s, const struct iotx_src *src,
					       enum iotx_dir dir, enum loop_kind loop,
					       struct iotx_ledger *lg)
{
	u32 index = dir;
	struct iotx_totals *tt = bpf_map_lookup_elem(&totals, &index);
	struct iotx_src linear = *src;

	if (!tt)
		return;
	linear.brief = true;
	if (!flow_find(s, &linear, tt, loop) && !think(s, src, dir, loop, lg, tt))
		return;
	if (loop == LOOP_PLAIN)
		CALL_APART(sample_plain, src, dir);
	else
		sample_packet(src, s, dir, lg);
}

static __always_inline void packet(const struct iotx_src *src, u32 wire_len, enum iotx_dir dir,
				   enum loop_kind loop)
{
	u32 index = dir;
	struct iotx_ledger *lg = bpf_map_lookup_elem(&ledger, &index);
	struct scratch *s = bpf_map_lookup_elem(&scratch, &index);
	/* What is linear was on the wire; clang makes of that in tc what no verifier takes. */
	u32 end = src->kind == IOTX_SRC_XDP ? 0xffffffff : wire_len;
	struct iotx_cur c = { .src = *src, .end = end };
	enum iotx_l4_verdict verdict = IOTX_L4_OK;
	bool plain;

	if (!lg || !s)
		return;
	lg->seen++;
	lg->seen_bytes += wire_len;

	c.src.brief = true;
	plain = iotx_frame_plain(&c, wire_len, &s->track.l4);
	if (plain && is_of_nobody(&s->track.l4, &c)) {
		lg->not_iot++;
		return;
	}
	s->wire_len = wire_len;
	s->now = (u32)bpf_jiffies64();
	if (!plain)
		verdict = CALL_APART(locate_again, src, dir);
	if (verdict) {
		iotx_count_unlocated(lg, verdict);
		return;
	}
	IOTX_FORGET();
	packet_of_somebody(s, src, dir, loop, lg);
}

/* Of a packet in one piece. */
static __always_inline u32 linear_len(const struct xdp_md *ctx)
{
	u32 len = ctx->data_end - ctx->data;

	IOTX_OPAQUE(len); /* subtract now, or the compiler spills half a pointer */
	return len;
}

static __always_inline int on_ingress(struct xdp_md *ctx, u32 wire_len, enum loop_kind loop)
{
	const struct iotx_src src = { .ctx = ctx, .kind = IOTX_SRC_XDP };

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
	return on_ingress(ctx, linear_len(ctx), LOOP_HELPER);
}

/* Packets in several pieces: to ask for their length costs a helper call. */
SEC("xdp.frags")
int iotx_xdp_frags(struct xdp_md *ctx)
{
	return on_ingress(ctx, (u32)bpf_xdp_get_buff_len(ctx), LOOP_HELPER);
}

SEC("xdp")
int iotx_xdp_plain(struct xdp_md *ctx)
{
	return on_ingress(ctx, linear_len(ctx), LOOP_PLAIN);
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

u64 clock_ns, clock_ticks;

/* User space runs it once, to learn what the ticks of the flow table mean. */
SEC("xdp")
int iotx_clock(struct xdp_md *ctx)
{
	(void)ctx;
	clock_ns = bpf_ktime_get_ns();
	clock_ticks = bpf_jiffies64();
	return XDP_PASS;
}
