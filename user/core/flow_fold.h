/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What conversations had counted whose entries had to make room in a flow table, so that
 * their sums never go backwards when they come back. Bounded: where one has to make room
 * here too, that is its end. Those of which little was seen make room for each other, and
 * never for a flood of them one that lasts.
 */
#ifndef IOTXDP_CORE_FLOW_FOLD_H
#define IOTXDP_CORE_FLOW_FOLD_H

#include "core/flow_record.h"

struct iotx_flow_fold;

struct iotx_flow_fold_config {
	u32 max; /* conversations */
	u32 ifindex;
	const char *iface;
	struct iotx_idle idle;
	/* Is one of its directions in the flow table? Then it stays if it can. */
	bool (*is_live)(void *arg, const struct iotx_flow_pair *pair);
	iotx_flow_pair_fn ended; /* or NULL */
	void *arg;
};

/* NULL when out of memory. */
struct iotx_flow_fold *iotx_flow_fold_new(const struct iotx_flow_fold_config *config);
void iotx_flow_fold_free(struct iotx_flow_fold *f);

/* An entry has left the table. The conversation, or NULL: out of memory, and it has ended. */
struct iotx_flow_pair *iotx_flow_fold_add(struct iotx_flow_fold *f,
					  const struct iotx_flow_record *r);

/* It is over: tells, and forgets it. */
void iotx_flow_fold_end(struct iotx_flow_fold *f, struct iotx_flow_pair *pair,
			enum iotx_flow_end why);

/* Adds to an entry what those before it had counted. */
void iotx_flow_fold_give(const struct iotx_flow_fold *f, struct iotx_flow_record *r);

/* Ends what has not come back for as long as `idle` says. */
void iotx_flow_fold_expire(struct iotx_flow_fold *f, u64 now_ns);

/* Ends all. */
void iotx_flow_fold_finish(struct iotx_flow_fold *f);

/* How many had to make room here. */
u64 iotx_flow_fold_limited(const struct iotx_flow_fold *f);

#endif
