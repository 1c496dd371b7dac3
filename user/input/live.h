/* SPDX-License-Identifier: GPL-2.0-only */
/* One interface: open, configure, load, attach, pin; frames; detach, count, close. */
#ifndef IOTXDP_INPUT_LIVE_H
#define IOTXDP_INPUT_LIVE_H

#include "input.h"

struct iotx_live;

typedef void (*iotx_frame_fn)(void *arg, const struct iotx_frame *frame);

/*
 * Starts to watch. On failure says why, with the remedy, leaves everything as it was
 * and returns -errno.
 */
int iotx_live_open(struct iotx_live **out, const char *ifname, const struct iotx_live_config *cfg);

/* Hands over the records that are there, a bounded number of them; returns how many. */
u32 iotx_live_consume(struct iotx_live *l, iotx_frame_fn fn, void *arg);

/* To be called often: publishes the flow table, and takes out of it what is over. */
void iotx_live_tend(struct iotx_live *l, u64 now_ns);

/* Readable when the kernel calls for a reader, which it rarely does: poll with a timeout. */
int iotx_live_fd(const struct iotx_live *l);

/* Has the interface gone since we attached? */
bool iotx_live_gone(const struct iotx_live *l);

/* Takes programs and pins away; what was counted and sampled can still be read. */
void iotx_live_detach(struct iotx_live *l);

/* After the last record: every conversation that is left is over. */
void iotx_live_finish(struct iotx_live *l);

/* What was counted so far. 0 or -errno. */
int iotx_live_read(const struct iotx_live *l, struct iotx_tally *tally);

void iotx_live_close(struct iotx_live *l);

#endif
