// SPDX-License-Identifier: GPL-2.0-only
#include "run.h"

#include "base/log.h"
#include "base/stop.h"
#include "core/flow_event.h"
#include "summary.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

/* The limits table of ARCHITECTURE.md names them. */
#define MESSAGE_MAX (1u << 20)
#define REORDER_MAX (64u << 10)
#define CONVERSATIONS_MAX 65536
#define HELD_MAX (256ull << 20)
#define LEARNT_MAX (256ull << 20)

/* However many come: timeout(1) and a terminal send two at once, and the end is orderly. */
static void on_signal(int number)
{
	(void)number;
	iotx_stop = 1;
}

static void catch_signals(void)
{
	const struct sigaction end = { .sa_handler = on_signal };
	struct sigaction hangup;

	sigaction(SIGINT, &end, NULL);
	sigaction(SIGTERM, &end, NULL);
	if (!sigaction(SIGHUP, NULL, &hangup) && hangup.sa_handler != SIG_IGN) /* nohup */
		sigaction(SIGHUP, &end, NULL);
	signal(SIGPIPE, SIG_IGN);
}

static bool count_reached(const struct iotx_run *run)
{
	return run->opt->count && run->events >= run->opt->count;
}

bool iotx_run_over(const struct iotx_run *run)
{
	return iotx_stop || run->sinks.quit || count_reached(run);
}

/* Then an output that shows them on their messages needs those. */
static bool findings_asked(const struct iotx_run *run)
{
	return iotx_event_types_has(run->opt->events, iotx_finding_event.name);
}

static void on_event(void *arg, const struct iotx_event *ev)
{
	struct iotx_run *run = arg;

	iotx_findings_count(&run->findings, ev);
	if (count_reached(run)) {
		run->events_beyond++;
		return;
	}
	if (run->opt->events && !iotx_event_types_has(run->opt->events, ev->cls->name)) {
		run->events_hidden++;
		if (findings_asked(run))
			iotx_sinks_hidden_event(&run->sinks, ev);
		return;
	}
	run->events++;
	iotx_sinks_event(&run->sinks, ev);
}

void iotx_run_frame(struct iotx_run *run, const struct iotx_frame *frame)
{
	bool over = count_reached(run);

	if (!iotx_engine_frame(run->engine, frame) || over)
		return;
	run->frames++;
	run->last_ns = frame->ts_ns;
	iotx_sinks_frame(&run->sinks, frame);
}

/* 0, or the exit status. */
static int open_sinks(struct iotx_run *run)
{
	const struct iotx_sink_options opt = {
		.show_secrets = run->opt->show_secrets,
		.color = !getenv("NO_COLOR"),
		.flows = iotx_event_types_has(run->opt->events, iotx_flow_event.name),
		.append = run->opt->append,
		.findings = iotx_event_types_only(run->opt->events, iotx_finding_event.name),
		.source = run->opt->read_path ? run->opt->read_path : run->opt->ifaces[0],
	};
	int err;

	for (u32 i = 0; i < run->opt->output_count; i++) {
		err = iotx_sinks_add(&run->sinks, run->opt->outputs[i], &opt);
		if (err) {
			iotx_sinks_close(&run->sinks);
			return err == -EINVAL ? 2 : 1;
		}
	}
	return 0;
}

bool iotx_run_wants_flows(const struct iotx_run *run)
{
	iotx_event_types events = run->opt->events;

	return iotx_sinks_want_flows(&run->sinks) &&
	       (!events || iotx_event_types_has(events, iotx_flow_event.name));
}

static int open_engine(struct iotx_run *run)
{
	const struct iotx_engine_config config = {
		.ports = run->opt->live.ports,
		.sample_one_in = run->opt->live.sample_one_in,
		.message_max = MESSAGE_MAX,
		.reorder_max = REORDER_MAX,
		.flows_max = CONVERSATIONS_MAX,
		.held_max = HELD_MAX,
		.flows = iotx_run_wants_flows(run) && run->opt->command == IOTX_CMD_READ,
		.idle = run->opt->live.idle,
		.learnt_max = LEARNT_MAX,
	};

	run->engine = iotx_engine_new(&config, on_event, run);
	return run->engine ? 0 : -ENOMEM;
}

static u64 samples_lost(const struct iotx_ledger *l)
{
	return l->samples_ring_full + l->samples_over_budget + l->samples_unreadable;
}

/* What came of each interface, at the end of what is written about it. */
static void tell_tallies(struct iotx_run *run)
{
	for (const struct iotx_tally *t = run->tallies; t < run->tallies + run->tally_count; t++) {
		const struct iotx_sink_tally tally = {
			.iface = run->opt->command == IOTX_CMD_WATCH ? t->name : NULL,
			.ts_ns = run->last_ns,
			.seen = t->ledger[INGRESS].seen + t->ledger[EGRESS].seen,
			.lost = samples_lost(&t->ledger[INGRESS]) +
				samples_lost(&t->ledger[EGRESS]) + t->records_bad,
		};

		iotx_sinks_tally(&run->sinks, &tally);
	}
}

static void summarise(const struct iotx_run *run)
{
	const struct iotx_summary s = {
		.live = run->opt->command == IOTX_CMD_WATCH,
		.duration_ns = run->duration_ns,
		.tallies = run->tallies,
		.tally_count = run->tally_count,
		.engine = iotx_engine_stats(run->engine),
		.sinks = &run->sinks,
		.frames = run->frames,
		.events_beyond = run->events_beyond,
		.events_hidden = run->events_hidden,
		.findings_asked = findings_asked(run),
		.findings = &run->findings,
	};

	if (run->tally_count && !run->opt->quiet)
		iotx_summary_print(stderr, &s);
}

/* A filter that does not fit the capture's link type is known only when there is a frame. */
static int exit_status(const struct iotx_options *opt, int err)
{
	if (opt->command == IOTX_CMD_READ && err == -EINVAL)
		return 2;
	return err != 0;
}

int iotx_run(const struct iotx_options *opt)
{
	struct iotx_run run = { .opt = opt };
	int err, status;

	iotx_log_quiet(opt->quiet);
	catch_signals();
	status = open_sinks(&run);
	if (status)
		return status;
	err = open_engine(&run);
	if (!err)
		err = opt->command == IOTX_CMD_READ ? iotx_read(&run) : iotx_watch(&run);
	else
		iotx_error("out of memory");
	status = exit_status(opt, err);
	tell_tallies(&run);
	iotx_sinks_flush(&run.sinks);
	if (run.engine)
		summarise(&run);
	if (iotx_sinks_close(&run.sinks))
		status = 1;
	iotx_engine_free(run.engine);
	free(run.tallies);
	return status;
}
