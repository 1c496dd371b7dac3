// SPDX-License-Identifier: GPL-2.0-only
#include "core/track.h"

#include "base/table.h"
#include "core/link.h"
#include <iotxdp/count.h>
#include <stdlib.h>
#include <string.h>

struct entry {
	struct iotx_flow flow; /* first: look-ups by tests are after it */
	struct iotx_path path;
};

struct iotx_tracker {
	const struct iotx_ports *ports;
	struct iotx_table *flows4, *flows6;
	struct iotx_totals totals;
	struct iotx_ledger ledger;
	struct iotx_flow none; /* counts for a packet of no flow, or of one there was no room for */
	struct iotx_path *path; /* of the last frame */
	struct iotx_late late[IOTX_LATE_MAX];
};

struct iotx_tracker *iotx_tracker_new(const struct iotx_ports *ports, u32 flows_max)
{
	struct iotx_tracker *tr = calloc(1, sizeof(*tr));

	if (!tr)
		return NULL;
	tr->ports = ports;
	tr->flows4 = iotx_table_new(sizeof(struct iotx_key4), sizeof(struct entry), flows_max);
	tr->flows6 = iotx_table_new(sizeof(struct iotx_key6), sizeof(struct entry), flows_max);
	if (tr->flows4 && tr->flows6)
		return tr;
	iotx_tracker_free(tr);
	return NULL;
}

void iotx_tracker_free(struct iotx_tracker *tr)
{
	if (!tr)
		return;
	iotx_table_free(tr->flows4);
	iotx_table_free(tr->flows6);
	free(tr);
}

/* The table of a packet's IP version and the packet's key in it. */
struct place {
	struct iotx_table *table;
	union {
		struct iotx_key4 key4;
		struct iotx_key6 key6;
	};
};

static void place_set(const struct iotx_tracker *tr, const struct iotx_l4 *l4, struct place *p)
{
	if (l4->ip_version == 4) {
		p->table = tr->flows4;
		iotx_key4_set(&p->key4, l4);
	} else {
		p->table = tr->flows6;
		iotx_key6_set(&p->key6, l4);
	}
}

static struct iotx_flow *find(const struct place *p)
{
	struct entry *e = iotx_table_find(p->table, &p->key4);

	return e ? &e->flow : NULL;
}

static struct iotx_flow *find_reverse(const struct iotx_tracker *tr, const struct place *p)
{
	struct place other = *p;

	if (p->table == tr->flows4)
		IOTX_KEY_SWAP(&other.key4);
	else
		IOTX_KEY_SWAP(&other.key6);
	return find(&other);
}

static u8 expected_on(const struct iotx_ports *ports, u8 transport, u16 port)
{
	return transport == TCP ? ports->tcp[port] : ports->udp[port];
}

/* The order of follow() in bpf/iotxdp.bpf.c. */
static struct iotx_flow *follow(struct iotx_tracker *tr, const struct place *p,
				const struct iotx_cur *c, struct iotx_track *t)
{
	struct iotx_flow *flow = find(p), *reverse;
	u8 transport = t->l4.transport;

	if (flow)
		iotx_track_known(t, flow);
	else if ((reverse = find_reverse(tr, p)))
		iotx_track_reverse(t, reverse);
	else
		iotx_track_new(t, c, expected_on(tr->ports, transport, t->l4.dst_port),
			       expected_on(tr->ports, transport, t->l4.src_port));
	if (iotx_track_unsure(t))
		iotx_track_late(t, &tr->late[iotx_track_late_place(t)]);
	if (iotx_track_begin(t, c))
		for (u32 i = 0; i < IOTX_WALK_STEPS; i++)
			if (iotx_track_step(t, c))
				break;
	iotx_track_end(t);
	return flow;
}

static struct iotx_flow *open_flow(struct iotx_tracker *tr, const struct place *p,
				   const struct iotx_track *t, u64 now_ns)
{
	struct entry *e = iotx_table_add(p->table, &p->key4);

	if (!e) {
		tr->ledger.flows_refused++;
		return NULL;
	}
	iotx_track_flow(t, INGRESS, now_ns, &e->flow);
	tr->ledger.flows_created++;
	return &e->flow;
}

enum iotx_l4_verdict iotx_tracker_frame(struct iotx_tracker *tr, const struct iotx_frame *frame,
					struct iotx_cur *c, struct iotx_track *t)
{
	enum iotx_l4_verdict verdict;
	struct iotx_flow *flow;
	struct place place;

	memset(&t->l4, 0, sizeof(t->l4));
	iotx_track_reset(t);
	tr->path = NULL;
	tr->ledger.seen++;
	tr->ledger.seen_bytes += frame->wire_len;
	verdict = iotx_link_locate(frame, c, &t->l4);
	if (verdict) {
		iotx_count_unlocated(&tr->ledger, verdict);
		return verdict;
	}
	place_set(tr, &t->l4, &place);
	flow = follow(tr, &place, c, t);
	if (t->proto == NOT_IOT) {
		tr->ledger.not_iot++;
		return IOTX_L4_OK;
	}
	iotx_count_volume(&tr->totals, t->proto, frame->wire_len);
	iotx_count_tracked(&tr->ledger, t);
	if (!flow && t->claim.how != IOTX_CLAIM_ASIDE)
		flow = open_flow(tr, &place, t, frame->ts_ns);
	if (flow)
		tr->path = &((struct entry *)flow)->path;
	else
		flow = &tr->none;
	iotx_count_flow(flow, t, frame->wire_len, frame->ts_ns);
	iotx_count_messages(&tr->totals, t);
	return IOTX_L4_OK;
}

/* As if iotx_track_new() had met the whole response, and the walk had come to its status. */
static void accept(struct iotx_track *t, const struct iotx_l4 *l4, struct iotx_slice rest)
{
	struct iotx_walk *w = &t->walk;
	u32 n = 0;

	iotx_track_reset(t);
	t->l4 = *l4;
	iotx_claim_set(&t->claim, IOTX_CLAIM_SURE, WEBSOCKET);
	iotx_track_framed(t);
	t->proto = WEBSOCKET;
	t->peer_seq = l4->ack;
	t->peer_known = 1;
	iotx_ws_walk_start(&w->ws, false, IN_HEAD);
	w->ws.status = IOTX_WS_STATUS_LEN;
	while (n < rest.len && w->ws.phase == IN_HEAD)
		iotx_ws_walk_head_byte(w, rest.data[n++]);
	iotx_framing_start(&w->framing, n == rest.len ? TRACKED : LOST, l4->seq + l4->payload_len);
}

void iotx_tracker_accepted(struct iotx_tracker *tr, const struct iotx_l4 *l4,
			   struct iotx_slice rest, u64 now_ns)
{
	struct iotx_track t = {};
	struct place place;

	accept(&t, l4, rest);
	place_set(tr, l4, &place);
	if (!find(&place))
		open_flow(tr, &place, &t, now_ns);
}

struct iotx_path *iotx_tracker_path(const struct iotx_tracker *tr)
{
	return tr->path;
}

struct iotx_flow *iotx_tracker_flow(const struct iotx_tracker *tr)
{
	u8 *path = (u8 *)tr->path;

	return path ? &((struct entry *)(path - offsetof(struct entry, path)))->flow : NULL;
}

const struct iotx_totals *iotx_tracker_totals(const struct iotx_tracker *tr)
{
	return &tr->totals;
}

const struct iotx_ledger *iotx_tracker_ledger(const struct iotx_tracker *tr)
{
	return &tr->ledger;
}

const struct iotx_flow *iotx_tracker_flow4(const struct iotx_tracker *tr,
					   const struct iotx_key4 *key)
{
	return iotx_table_find(tr->flows4, key);
}

const struct iotx_flow *iotx_tracker_flow6(const struct iotx_tracker *tr,
					   const struct iotx_key6 *key)
{
	return iotx_table_find(tr->flows6, key);
}
