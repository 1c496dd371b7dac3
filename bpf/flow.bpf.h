/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The flow table, behind three calls: find the packet's flow, find the other
 * direction's, make an entry. Nothing else knows what kind of map it is.
 */
#ifndef IOTXDP_FLOW_BPF_H
#define IOTXDP_FLOW_BPF_H

#include "maps.bpf.h"

static __always_inline struct iotx_flow *flow_find(struct scratch *s)
{
	if (s->track.l4.ip_version == 4) {
		iotx_key4_set(&s->key4, &s->track.l4);
		return bpf_map_lookup_elem(&flows4, &s->key4);
	}
	iotx_key6_set(&s->key6, &s->track.l4);
	return bpf_map_lookup_elem(&flows6, &s->key6);
}

/* After flow_find. Leaves the keys as they were. */
static __always_inline struct iotx_flow *flow_find_reverse(struct scratch *s)
{
	struct iotx_flow *flow;

	if (s->track.l4.ip_version == 4) {
		IOTX_KEY_SWAP(&s->key4);
		flow = bpf_map_lookup_elem(&flows4, &s->key4);
		IOTX_KEY_SWAP(&s->key4);
		return flow;
	}
	IOTX_KEY_SWAP(&s->key6);
	flow = bpf_map_lookup_elem(&flows6, &s->key6);
	IOTX_KEY_SWAP(&s->key6);
	return flow;
}

/*
 * Inserts s->fresh; NULL when the table refuses it. An entry that another CPU made
 * meanwhile is as good, but is not ours to count.
 */
static __always_inline struct iotx_flow *flow_make(struct scratch *s, bool *made)
{
	if (s->track.l4.ip_version == 4) {
		/* (int): 6.1 does not extend the sign of a helper's result */
		*made = !(int)bpf_map_update_elem(&flows4, &s->key4, &s->fresh, BPF_NOEXIST);
		return bpf_map_lookup_elem(&flows4, &s->key4);
	}
	*made = !(int)bpf_map_update_elem(&flows6, &s->key6, &s->fresh, BPF_NOEXIST);
	return bpf_map_lookup_elem(&flows6, &s->key6);
}

#endif
