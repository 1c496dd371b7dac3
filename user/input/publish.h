/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Keeps flows4 and flows6, which people read, like the table that the kernel half counts
 * in: live flows only, by address, about a second old. What did not change is not written
 * again. With more flows than are shown it is less often, so that it takes less than a
 * twentieth of a CPU.
 */
#ifndef IOTXDP_INPUT_PUBLISH_H
#define IOTXDP_INPUT_PUBLISH_H

#include "flow_table.h"

struct iotx_publish;

/* Adds to a record what is shown with it. */
typedef void (*iotx_publish_give_fn)(void *arg, struct iotx_flow_record *r);

/* `fds` are those of flows4 and flows6; `give` may be NULL. NULL when out of memory. */
struct iotx_publish *iotx_publish_new(const struct iotx_flow_table *table, const int fds[2],
				      iotx_publish_give_fn give, void *arg);
void iotx_publish_free(struct iotx_publish *p);

/* To be called often: looks at the clock, and publishes when it is time. */
bool iotx_publish_tend(struct iotx_publish *p, u64 now_ns);

/* Now, whatever the time. */
void iotx_publish_now(struct iotx_publish *p);

/* What `give` adds has changed: the next time all is written again. */
void iotx_publish_afresh(struct iotx_publish *p);

/* As of the last time. `not_shown`: beyond IOTX_FLOWS_SHOWN of an IP version. */
void iotx_publish_counts(const struct iotx_publish *p, u64 *shown, u64 *not_shown);

#endif
