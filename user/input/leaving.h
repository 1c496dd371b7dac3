/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Flows that leave the table: evicted by the kernel half, idle, or there at the end. What
 * they had counted is kept for when they come back; a conversation of which nothing is left
 * in the table for long enough is over.
 */
#ifndef IOTXDP_INPUT_LEAVING_H
#define IOTXDP_INPUT_LEAVING_H

#include "core/flow_fold.h"
#include "flow_table.h"
#include <stddef.h>

struct iotx_leaving;

struct iotx_leaving_config {
	const struct iotx_flow_table *table;
	struct iotx_idle idle;
	u32 max; /* conversations whose counts are kept */
	u32 ifindex;
	const char *iface;
	iotx_flow_pair_fn ended; /* or NULL */
	void *arg;
};

struct iotx_leaving_counts {
	u64 expired; /* entries taken out because nothing came any more */
	u64 packets; /* of all entries that have left */
	u64 limited; /* conversations that had to make room among those kept */
	u64 bad;     /* records of another version than this */
};

/* NULL when out of memory. */
struct iotx_leaving *iotx_leaving_new(const struct iotx_leaving_config *config);
void iotx_leaving_free(struct iotx_leaving *l);

/* A record of the ring `gone`. */
void iotx_leaving_take(struct iotx_leaving *l, const void *record, size_t size);

/* Since the last question, did what a flow had counted come when it was back already? */
bool iotx_leaving_late(struct iotx_leaving *l);

/* Takes out of the table what is idle. */
void iotx_leaving_expire(struct iotx_leaving *l);

/* Adds to what an entry says what entries before it had counted. */
void iotx_leaving_give(void *leaving, struct iotx_flow_record *r);

/* Ends what is left, and leaves it in the table. */
void iotx_leaving_finish(struct iotx_leaving *l);

void iotx_leaving_counts(const struct iotx_leaving *l, struct iotx_leaving_counts *counts);

#endif
