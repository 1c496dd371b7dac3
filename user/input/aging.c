// SPDX-License-Identifier: GPL-2.0-only
#include "aging.h"

#include <iotxdp/track.h>
#include <string.h>

#define NS_PER_S 1000000000ull

struct limits {
	u32 now; /* in ticks, as all here */
	u32 udp, tcp, closed;
};

static u32 seconds_to_ticks(const struct iotx_flow_table *t, u32 seconds)
{
	return (u32)(seconds * NS_PER_S / t->ticks.tick_ns);
}

static u8 transport_of(const struct iotx_flow_part *p, u32 index)
{
	const void *key = iotx_flow_key(p, index);

	return p->six ? (u8)((const struct iotx_key6 *)key)->transport :
			(u8)((const struct iotx_key4 *)key)->transport;
}

static bool idle_for(const struct iotx_flow_part *p, u32 index, const struct limits *l, u32 ticks)
{
	u32 idle = l->now - iotx_flow_slot(p, index)->last_seen;

	return idle >= ticks && idle <= UINT32_MAX / 2; /* else seen after we had read the clock */
}

static bool is_idle(const struct iotx_flow_part *p, u32 index, const struct limits *l)
{
	if (iotx_slot_closed(iotx_flow_slot(p, index)))
		return idle_for(p, index, l, l->closed);
	return idle_for(p, index, l, transport_of(p, index) == UDP ? l->udp : l->tcp);
}

/* Is `other` over, too, when the slot of `index` is? A FIN ends one direction, a RST both. */
static bool is_idle_with(const struct iotx_flow_part *p, long other, u32 index,
			 const struct limits *l)
{
	if (other < 0)
		return false;
	if (iotx_flow_slot(p, index)->proto & IOTX_SLOT_RST)
		return idle_for(p, (u32)other, l, l->closed);
	return is_idle(p, (u32)other, l);
}

/* The index of the other direction, or -1. */
static long other_of(const struct iotx_flow_table *t, const struct iotx_flow_part *p, u32 index)
{
	union {
		struct iotx_key4 key4;
		struct iotx_key6 key6;
	} key;

	memset(&key, 0, sizeof(key));
	if (p->six) {
		memcpy(&key, iotx_flow_key(p, index), sizeof(key.key6));
		IOTX_KEY_SWAP(&key.key6);
	} else {
		memcpy(&key, iotx_flow_key(p, index), sizeof(key.key4));
		IOTX_KEY_SWAP(&key.key4);
	}
	return iotx_flow_find(t, p, &key);
}

static bool take(const struct iotx_flow_table *t, const struct iotx_flow_part *p, long index,
		 struct iotx_flow_record *r)
{
	return index >= 0 && iotx_flow_read(t, p, (u32)index, r) &&
	       iotx_flow_remove(p, (u32)index, r);
}

/* One conversation; returns how many slots became free. */
static u32 expire(const struct iotx_flow_table *t, const struct iotx_flow_part *p, u32 index,
		  const struct limits *l, iotx_flow_ended_fn fn, void *arg)
{
	struct iotx_flow_record r, back;
	long other;
	bool both;

	if (!is_idle(p, index, l))
		return 0;
	other = other_of(t, p, index);
	both = is_idle_with(p, other, index, l);
	if (other >= 0 && !both && !iotx_slot_closed(iotx_flow_slot(p, index)))
		return 0;
	if (!take(t, p, index, &r))
		return 0;
	both = both && take(t, p, other, &back);
	if (fn)
		fn(arg, &r, both ? &back : NULL, IOTX_FLOW_IDLE);
	return 1 + both;
}

u64 iotx_flow_expire(const struct iotx_flow_table *t, const struct iotx_idle *idle,
		     iotx_flow_ended_fn fn, void *arg)
{
	const struct limits l = {
		.now = iotx_ticks_now(&t->ticks),
		.udp = seconds_to_ticks(t, idle->udp_s),
		.tcp = seconds_to_ticks(t, idle->tcp_s),
		.closed = seconds_to_ticks(t, idle->closed_s),
	};
	u64 freed = 0;

	for (u32 i = 0; i < 2; i++) {
		const struct iotx_flow_part *p = &t->part[i];

		for (u32 index = 0; index < p->slots; index++)
			if (iotx_flow_used(p, index))
				freed += expire(t, p, index, &l, fn, arg);
	}
	return freed;
}

/* Of the two slots of a conversation, the later one is shown with the first. */
void iotx_flow_show_all(const struct iotx_flow_table *t, iotx_flow_ended_fn fn, void *arg)
{
	struct iotx_flow_record r, back;

	for (u32 i = 0; i < 2; i++) {
		const struct iotx_flow_part *p = &t->part[i];

		for (u32 index = 0; index < p->slots; index++) {
			long other;

			if (!iotx_flow_read(t, p, index, &r))
				continue;
			other = other_of(t, p, index);
			if (other >= 0 && other < index)
				continue;
			if (other >= 0 && !iotx_flow_read(t, p, (u32)other, &back))
				other = -1;
			fn(arg, &r, other >= 0 ? &back : NULL, IOTX_FLOW_SHUTDOWN);
		}
	}
}
