/* SPDX-License-Identifier: GPL-2.0-only */
/* Takes conversations that are over out of the flow table. */
#ifndef IOTXDP_INPUT_AGING_H
#define IOTXDP_INPUT_AGING_H

#include "flow_table.h"
#include "input.h"

/*
 * A flow that has ended, and why, but for what its packets say (iotx_flow_pair_closed);
 * `back` is the other direction if it ended with it.
 */
typedef void (*iotx_flow_ended_fn)(void *arg, const struct iotx_flow_record *r,
				   const struct iotx_flow_record *back, enum iotx_flow_end end);

/*
 * Frees the slots of conversations of which neither direction was seen for as long as
 * `idle` says. Returns how many slots.
 */
u64 iotx_flow_expire(const struct iotx_flow_table *t, const struct iotx_idle *idle,
		     iotx_flow_ended_fn fn, void *arg);

/* Shows all that are left, each conversation once. */
void iotx_flow_show_all(const struct iotx_flow_table *t, iotx_flow_ended_fn fn, void *arg);

#endif
