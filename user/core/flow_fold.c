// SPDX-License-Identifier: GPL-2.0-only
#include "core/flow_fold.h"

#include "base/table.h"
#include <stdlib.h>
#include <string.h>

/* Conversations of which no more packets were seen make room among themselves. */
#define BRIEF_PACKETS 2

/* How many that are live are passed over in the search for one that is not. */
#define LOOKS 64

struct iotx_flow_fold {
	struct iotx_flow_fold_config config;
	struct iotx_table *brief, *lasting;
	u32 brief_max, lasting_max;
	u64 limited;
};

struct iotx_flow_fold *iotx_flow_fold_new(const struct iotx_flow_fold_config *config)
{
	struct iotx_flow_fold *f = calloc(1, sizeof(*f));
	u32 key_size = sizeof(struct iotx_conv_key), size = sizeof(struct iotx_flow_pair);

	if (!f)
		return NULL;
	f->config = *config;
	f->brief_max = config->max / 4 + 1;
	f->lasting_max = config->max - config->max / 4;
	f->brief = iotx_table_new(key_size, size, f->brief_max);
	f->lasting = iotx_table_new(key_size, size, f->lasting_max);
	if (f->brief && f->lasting)
		return f;
	iotx_flow_fold_free(f);
	return NULL;
}

void iotx_flow_fold_free(struct iotx_flow_fold *f)
{
	if (!f)
		return;
	iotx_table_free(f->brief);
	iotx_table_free(f->lasting);
	free(f);
}

static bool is_brief(const struct iotx_flow_pair *p)
{
	return p->side[0].packets + p->side[1].packets <= BRIEF_PACKETS ||
	       iotx_flow_pair_closed(p);
}

/* --- room ---------------------------------------------------------------------------------- */

static void tell(const struct iotx_flow_fold *f, struct iotx_flow_pair *p, enum iotx_flow_end why)
{
	p->end = why;
	if (f->config.ended)
		f->config.ended(f->config.arg, p);
}

static void end_in(struct iotx_flow_fold *f, struct iotx_table *t, struct iotx_flow_pair *p,
		   enum iotx_flow_end why)
{
	tell(f, p, why);
	iotx_table_remove(t, p);
}

static void make_room(struct iotx_flow_fold *f, struct iotx_table *t, u32 max)
{
	struct iotx_flow_pair *p = iotx_table_oldest(t);

	if (iotx_table_count(t) < max)
		return;
	for (u32 i = 0; i < LOOKS && f->config.is_live(f->config.arg, p); i++) {
		iotx_table_touch(t, p);
		p = iotx_table_oldest(t);
	}
	f->limited++;
	end_in(f, t, p, IOTX_FLOW_EVICTED);
}

static struct iotx_flow_pair *find(const struct iotx_flow_fold *f, const struct iotx_conv_key *key,
				   struct iotx_table **where)
{
	struct iotx_flow_pair *p = iotx_table_find(f->lasting, key);

	*where = f->lasting;
	if (!p) {
		p = iotx_table_find(f->brief, key);
		*where = f->brief;
	}
	return p;
}

static void settle(const struct iotx_flow_record *r, u32 side, struct iotx_flow_pair *p)
{
	p->ip_version = r->ip_version;
	p->proto = r->flow.proto;
	iotx_flow_sum_add(&p->side[side], &r->flow);
	p->side[side].fin = r->fin;
	p->side[side].rst = r->rst;
}

/* Where it belongs by now. */
static struct iotx_flow_pair *put(struct iotx_flow_fold *f, const struct iotx_flow_pair *p)
{
	struct iotx_table *t = is_brief(p) ? f->brief : f->lasting;
	struct iotx_flow_pair *place;

	make_room(f, t, is_brief(p) ? f->brief_max : f->lasting_max);
	place = iotx_table_add(t, &p->key);
	if (place)
		*place = *p;
	return place;
}

struct iotx_flow_pair *iotx_flow_fold_add(struct iotx_flow_fold *f,
					  const struct iotx_flow_record *r)
{
	struct iotx_flow_pair fresh = { .iface = f->config.iface }, *p;
	u32 side = iotx_flow_record_key(r, f->config.ifindex, &fresh.key);
	struct iotx_table *where;

	p = find(f, &fresh.key, &where);
	if (p && p->proto != r->flow.proto) { /* the ports are another's now */
		end_in(f, where, p, IOTX_FLOW_REUSED);
		p = NULL;
	}
	if (p) {
		settle(r, side, p);
		iotx_table_touch(where, p);
		if (where == f->lasting || is_brief(p))
			return p;
		fresh = *p;
		iotx_table_remove(where, p);
	} else {
		settle(r, side, &fresh);
	}
	p = put(f, &fresh);
	if (!p)
		tell(f, &fresh, IOTX_FLOW_EVICTED);
	return p;
}

void iotx_flow_fold_end(struct iotx_flow_fold *f, struct iotx_flow_pair *pair,
			enum iotx_flow_end why)
{
	struct iotx_table *where;

	find(f, &pair->key, &where);
	end_in(f, where, pair, why);
}

/* --- readers --------------------------------------------------------------------------------- */

void iotx_flow_fold_give(const struct iotx_flow_fold *f, struct iotx_flow_record *r)
{
	struct iotx_table *where;
	struct iotx_conv_key key;
	struct iotx_flow_pair *p;
	u32 side;

	if (!iotx_table_count(f->brief) && !iotx_table_count(f->lasting))
		return;
	side = iotx_flow_record_key(r, f->config.ifindex, &key);
	p = find(f, &key, &where);
	if (p && p->proto == r->flow.proto)
		iotx_flow_sum_give(&p->side[side], &r->flow);
}

/* --- time ------------------------------------------------------------------------------------- */

static void expire_in(struct iotx_flow_fold *f, struct iotx_table *t, u64 now_ns)
{
	struct iotx_flow_pair *p = iotx_table_oldest(t), *next;

	for (; p; p = next) {
		next = iotx_table_newer(t, p);
		if (iotx_flow_pair_last_ns(p) + iotx_flow_pair_limit_ns(p, &f->config.idle) <=
			    now_ns &&
		    !f->config.is_live(f->config.arg, p))
			end_in(f, t, p, iotx_flow_pair_closed(p) ? IOTX_FLOW_CLOSED :
								    IOTX_FLOW_IDLE);
	}
}

void iotx_flow_fold_expire(struct iotx_flow_fold *f, u64 now_ns)
{
	expire_in(f, f->brief, now_ns);
	expire_in(f, f->lasting, now_ns);
}

static void finish_in(struct iotx_flow_fold *f, struct iotx_table *t)
{
	struct iotx_flow_pair *p;

	while ((p = iotx_table_oldest(t)))
		end_in(f, t, p, iotx_flow_pair_closed(p) ? IOTX_FLOW_CLOSED : IOTX_FLOW_SHUTDOWN);
}

void iotx_flow_fold_finish(struct iotx_flow_fold *f)
{
	finish_in(f, f->brief);
	finish_in(f, f->lasting);
}

u64 iotx_flow_fold_limited(const struct iotx_flow_fold *f)
{
	return f->limited;
}
