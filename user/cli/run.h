/* SPDX-License-Identifier: GPL-2.0-only */
/* One run of the program: the engine between an input and the sinks, and when it ends. */
#ifndef IOTXDP_CLI_RUN_H
#define IOTXDP_CLI_RUN_H

#include "core/engine.h"
#include "findings.h"
#include "options.h"

struct iotx_run {
	const struct iotx_options *opt;
	struct iotx_engine *engine;
	struct iotx_sinks sinks;
	u64 events;        /* given to the sinks */
	u64 events_beyond; /* made after the last one that -c asked for */
	u64 events_hidden; /* of types that were not asked for */
	u64 frames;        /* given to the sinks: those that were sampled */
	struct iotx_findings findings;
	u64 last_ns;       /* when the last frame came */
	u64 duration_ns;   /* watched, or spanned by the capture */
	struct iotx_tally *tallies; /* of each interface or of the file */
	u32 tally_count;
};

/* All of it. The program's exit status. */
int iotx_run(const struct iotx_options *opt);

/* A signal, a reader who has gone, or -c asks for the end. */
bool iotx_run_over(const struct iotx_run *run);

/* Does anybody ask for conversations that are over? */
bool iotx_run_wants_flows(const struct iotx_run *run);

/* A frame on its way to the engine and to the sinks. */
void iotx_run_frame(struct iotx_run *run, const struct iotx_frame *frame);

/* The inputs. 0 or -errno, after saying why; what was counted is in run->tallies. */
int iotx_read(struct iotx_run *run);
int iotx_watch(struct iotx_run *run);

#endif
