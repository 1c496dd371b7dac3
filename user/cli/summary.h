/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a run has seen, counted, decoded, lost and put out, and whether it adds up
 * (the identities of ARCHITECTURE.md): for a person, the same for interfaces and files.
 */
#ifndef IOTXDP_CLI_SUMMARY_H
#define IOTXDP_CLI_SUMMARY_H

#include "core/engine.h"
#include "findings.h"
#include "input/input.h"
#include "output/sink.h"

#include <stdio.h>

struct iotx_summary {
	bool live;
	u64 duration_ns;
	const struct iotx_tally *tallies;
	u32 tally_count;
	const struct iotx_engine_stats *engine;
	const struct iotx_sinks *sinks;
	u64 frames;        /* sampled */
	u64 events_beyond; /* made, but beyond what was asked for */
	bool findings_asked; /* of outputs that want the messages with them nothing is hidden */
	u64 events_hidden; /* made, but not of a type that was asked for */
	const struct iotx_findings *findings;
};

void iotx_summary_print(FILE *f, const struct iotx_summary *s);

#endif
