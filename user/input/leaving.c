// SPDX-License-Identifier: GPL-2.0-only
#include "leaving.h"

#include "aging.h"
#include "base/time.h"

#include <iotxdp/track.h>
#include <stdlib.h>
#include <string.h>

struct iotx_leaving {
	struct iotx_leaving_config config;
	struct iotx_flow_fold *fold;
	struct iotx_leaving_counts counts;
	bool late; /* what a flow had counted came when it was back already */
};

/* --- is a conversation in the table? -------------------------------------------------------- */

static bool has_side(const struct iotx_flow_table *t, const struct iotx_flow_pair *p, u32 side)
{
	struct iotx_l4 l4 = { .transport = p->key.transport };
	union {
		struct iotx_key4 key4;
		struct iotx_key6 key6;
	} key;

	memcpy(l4.src, p->key.ip[side], 16);
	memcpy(l4.dst, p->key.ip[!side], 16);
	l4.src_port = p->key.port[side];
	l4.dst_port = p->key.port[!side];
	if (p->ip_version == 6)
		iotx_key6_set(&key.key6, &l4);
	else
		iotx_key4_set(&key.key4, &l4);
	return iotx_flow_find(t, &t->part[p->ip_version == 6], &key) >= 0;
}

static bool is_back(const struct iotx_flow_table *t, const struct iotx_flow_record *r)
{
	return iotx_flow_find(t, &t->part[r->ip_version == 6], &r->key6) >= 0;
}

static bool is_live(void *arg, const struct iotx_flow_pair *p)
{
	const struct iotx_leaving *l = arg;

	return has_side(l->config.table, p, 0) || has_side(l->config.table, p, 1);
}

static void on_ended(void *arg, const struct iotx_flow_pair *p)
{
	const struct iotx_leaving *l = arg;

	if (l->config.ended)
		l->config.ended(l->config.arg, p);
}

/* --- the three ways out ---------------------------------------------------------------------- */

struct iotx_leaving *iotx_leaving_new(const struct iotx_leaving_config *config)
{
	struct iotx_leaving *l = calloc(1, sizeof(*l));
	const struct iotx_flow_fold_config fold = {
		.max = config->max,
		.ifindex = config->ifindex,
		.iface = config->iface,
		.idle = config->idle,
		.is_live = is_live,
		.ended = on_ended,
		.arg = l,
	};

	if (!l)
		return NULL;
	l->config = *config;
	l->fold = iotx_flow_fold_new(&fold);
	if (l->fold)
		return l;
	free(l);
	return NULL;
}

void iotx_leaving_free(struct iotx_leaving *l)
{
	if (!l)
		return;
	iotx_flow_fold_free(l->fold);
	free(l);
}

static u16 version_of(const void *record, size_t size)
{
	u16 version = 0;

	if (size >= sizeof(struct iotx_gone))
		memcpy(&version, record, sizeof(version));
	return version;
}

void iotx_leaving_take(struct iotx_leaving *l, const void *record, size_t size)
{
	struct iotx_flow_record r;
	struct iotx_flow_pair *p;

	if (version_of(record, size) != IOTX_ABI_VERSION) {
		l->counts.bad++;
		return;
	}
	iotx_flow_from_gone(l->config.table, record, &r);
	l->counts.packets += r.flow.packets;
	p = iotx_flow_fold_add(l->fold, &r);
	if (!p)
		return;
	p->evictions++;
	if (r.flow.packets > 2) /* not worth a look-up for the mass of a flood */
		l->late |= is_back(l->config.table, &r);
}

bool iotx_leaving_late(struct iotx_leaving *l)
{
	bool late = l->late;

	l->late = false;
	return late;
}

static void end(struct iotx_leaving *l, struct iotx_flow_pair *p, enum iotx_flow_end why)
{
	iotx_flow_fold_end(l->fold, p, iotx_flow_pair_closed(p) ? IOTX_FLOW_CLOSED : why);
}

/* Its other direction may go on, and it is not over then. */
static void on_idle(void *arg, const struct iotx_flow_record *r,
		    const struct iotx_flow_record *back, enum iotx_flow_end why)
{
	struct iotx_leaving *l = arg;
	struct iotx_flow_pair *p = iotx_flow_fold_add(l->fold, r);

	l->counts.packets += r->flow.packets;
	if (back) {
		l->counts.packets += back->flow.packets;
		p = iotx_flow_fold_add(l->fold, back);
	}
	if (p && !is_live(l, p))
		end(l, p, why);
}

void iotx_leaving_expire(struct iotx_leaving *l)
{
	l->counts.expired += iotx_flow_expire(l->config.table, &l->config.idle, on_idle, l);
	iotx_flow_fold_expire(l->fold, iotx_clock_ns(CLOCK_REALTIME));
}

static void on_left(void *arg, const struct iotx_flow_record *r,
		    const struct iotx_flow_record *back, enum iotx_flow_end why)
{
	struct iotx_leaving *l = arg;
	struct iotx_flow_pair *p = iotx_flow_fold_add(l->fold, r);

	if (back)
		p = iotx_flow_fold_add(l->fold, back);
	if (p)
		end(l, p, why);
}

void iotx_leaving_finish(struct iotx_leaving *l)
{
	iotx_flow_show_all(l->config.table, on_left, l);
	iotx_flow_fold_finish(l->fold);
}

/* --- readers ------------------------------------------------------------------------- */

void iotx_leaving_give(void *leaving, struct iotx_flow_record *r)
{
	const struct iotx_leaving *l = leaving;

	iotx_flow_fold_give(l->fold, r);
}

void iotx_leaving_counts(const struct iotx_leaving *l, struct iotx_leaving_counts *counts)
{
	*counts = l->counts;
	counts->limited = iotx_flow_fold_limited(l->fold);
}
