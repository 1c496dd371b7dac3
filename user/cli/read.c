// SPDX-License-Identifier: GPL-2.0-only
#include "run.h"

#include "base/log.h"
#include "input/file.h"
#include "progress.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct reading {
	struct iotx_run *run;
	struct iotx_file *file;
	bool prompt;           /* put out what comes as it comes */
	bool begun;            /* there was a frame */
	u64 first_ns, last_ns; /* frames of a file need not be in the order of time */
};

static void extend_span(struct reading *r, u64 ts_ns)
{
	if (!r->begun || ts_ns < r->first_ns)
		r->first_ns = ts_ns;
	if (!r->begun || ts_ns > r->last_ns)
		r->last_ns = ts_ns;
	r->begun = true;
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

static void deliver(struct reading *r, const struct iotx_frame *frame)
{
	u64 given = r->run->events + r->run->frames;

	extend_span(r, frame->ts_ns);
	iotx_run_frame(r->run, frame);
	if (r->prompt && r->run->events + r->run->frames != given)
		iotx_sinks_flush(&r->run->sinks);
}

/* As iotx_file_next, and delivers the frame if it passes. */
static int take_frame(struct reading *r)
{
	struct iotx_frame frame;
	int got = iotx_file_next(r->file, &frame), passes;

	if (got <= 0)
		return got;
	passes = iotx_file_passes(r->file, &frame);
	if (passes > 0)
		deliver(r, &frame);
	return passes < 0 ? passes : 1;
}

static int read_frames(struct reading *r)
{
	struct iotx_progress progress;
	int got = 1;

	iotx_progress_start(&progress, r->run);
	while (got > 0 && !iotx_run_over(r->run)) {
		got = take_frame(r);
		iotx_progress_step(&progress, r->file);
	}
	iotx_progress_end();
	return got < 0 && got != -EINTR ? got : 0;
}

/* What the filter held back is in no other number. */
static void say_filtered(const struct reading *r)
{
	struct iotx_file_state state;

	iotx_file_state(r->file, &state);
	if (r->run->opt->filter)
		iotx_info("%llu of %llu frames passed the filter",
			  (unsigned long long)state.passed, (unsigned long long)state.frames);
}

int iotx_read(struct iotx_run *run)
{
	/* Standard input may be another program's live capture. */
	struct reading r = { .run = run, .prompt = !strcmp(run->opt->read_path, "-") };
	int err = iotx_file_open(&r.file, run->opt->read_path, run->opt->filter), tally_err;

	if (err)
		return err == -EINTR ? 0 : err;
	err = read_frames(&r);
	iotx_engine_finish(run->engine);
	say_filtered(&r);
	iotx_file_close(r.file);
	run->duration_ns = r.last_ns - r.first_ns;
	tally_err = tally(run);
	return err ? err : tally_err;
}
