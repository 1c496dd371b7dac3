/* SPDX-License-Identifier: GPL-2.0-only */
/* How far the reading of a capture is, for the person who waits at a terminal. */
#ifndef IOTXDP_CLI_PROGRESS_H
#define IOTXDP_CLI_PROGRESS_H

#include "input/file.h"
#include "run.h"

struct iotx_progress {
	bool on;
	u32 frames; /* since the clock was looked at */
	u64 next_ns;
};

/*
 * Stays silent with -q, when standard error is no terminal, and when events go to one:
 * they show by themselves how far it is.
 */
void iotx_progress_start(struct iotx_progress *p, const struct iotx_run *run);

/* After each frame: now and then says how far it is. */
void iotx_progress_step(struct iotx_progress *p, const struct iotx_file *file);
void iotx_progress_end(void);

#endif
