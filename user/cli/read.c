// SPDX-License-Identifier: GPL-2.0-only
#include "run.h"

#include "input/pcap.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Frames of a file need not be in the order of time. */
struct span {
	u64 first_ns, last_ns;
};

static void span_extend(struct span *s, u64 ts_ns, bool first)
{
	if (first || ts_ns < s->first_ns)
		s->first_ns = ts_ns;
	if (first || ts_ns > s->last_ns)
		s->last_ns = ts_ns;
}

static int tally(struct iotx_run *run)
{
	struct iotx_tally *t = calloc(1, sizeof(*t));

	if (!t)
		return -ENOMEM;
	t->name = strcmp(run->opt->read_path, "-") ? run->opt->read_path : "standard input";
	t->totals[INGRESS] = *iotx_engine_totals(run->engine);
	t->ledger[INGRESS] = *iotx_engine_ledger(run->engine);
	t->flows = iotx_engine_flows(run->engine);
	run->tallies = t;
	run->tally_count = 1;
	return 0;
}

int iotx_read(struct iotx_run *run)
{
	/* Standard input may be another program's live capture: show events as they come. */
	bool prompt = !strcmp(run->opt->read_path, "-");
	struct span span = {};
	struct iotx_frame frame;
	struct iotx_pcap *p;
	int got = iotx_pcap_open(&p, run->opt->read_path), err;

	if (got)
		return got == -EINTR ? 0 : got;
	while (!iotx_run_over(run) && (got = iotx_pcap_next(p, &frame)) > 0) {
		u64 events = run->events;

		span_extend(&span, frame.ts_ns, frame.number == 1);
		iotx_engine_frame(run->engine, &frame);
		if (prompt && run->events != events)
			iotx_sinks_flush(&run->sinks);
	}
	iotx_pcap_close(p);
	iotx_engine_finish(run->engine);
	run->duration_ns = span.last_ns - span.first_ns;
	err = tally(run);
	return got < 0 && got != -EINTR ? got : err;
}
