// SPDX-License-Identifier: GPL-2.0-only
#include "run.h"

#include "base/log.h"
#include "base/time.h"
#include "input/live.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#define NS_PER_MS 1000000ull

/*
 * The kernel half wakes nobody, because a wake-up costs ten times a record. So the
 * rings are looked at every WAIT_LEAST_MS, and less often the longer they are empty.
 */
#define WAIT_LEAST_MS 2
#define WAIT_MOST_MS 20

#define GONE_CHECK_MS 250

/* Of outputs, while there is no pause in what comes. */
#define FLUSH_MS 100

struct watch {
	struct iotx_run *run;
	struct iotx_live *live[IOTX_IFACES_MAX];
	bool ended[IOTX_IFACES_MAX]; /* the interface has gone */
	u32 count;
	u32 watching;
};

static void on_frame(void *arg, const struct iotx_frame *frame)
{
	iotx_run_frame(arg, frame);
}

static void on_flow(void *arg, const struct iotx_flow_pair *pair)
{
	const struct iotx_run *run = arg;

	iotx_engine_flow(run->engine, pair, iotx_clock_ns(CLOCK_REALTIME));
}

/* One turn over all rings; returns how many records there were. */
static u32 consume(const struct watch *w)
{
	u32 n = 0;

	for (u32 i = 0; i < w->count; i++)
		n += iotx_live_consume(w->live[i], on_frame, w->run);
	return n;
}

/* Also hears that the reader of an output has gone, though there is nothing to write. */
static void wait_for_records(struct watch *w, int timeout_ms)
{
	struct pollfd fds[IOTX_IFACES_MAX + IOTX_SINKS_MAX];
	struct iotx_sinks *sinks = &w->run->sinks;
	u32 n = w->count;

	for (u32 i = 0; i < n; i++)
		fds[i] = (struct pollfd){ .fd = iotx_live_fd(w->live[i]), .events = POLLIN };
	for (u32 i = 0; i < sinks->count; i++) /* poll() takes no notice of -1 */
		fds[n++] = (struct pollfd){ .fd = sinks->list[i].reader_fd };
	poll(fds, n, timeout_ms);
	for (u32 i = w->count; i < n; i++)
		if (fds[i].revents & POLLERR)
			sinks->quit = true;
}

static void tend(const struct watch *w, u64 now_ns)
{
	for (u32 i = 0; i < w->count; i++)
		if (!w->ended[i])
			iotx_live_tend(w->live[i], now_ns);
}

static void look_for_gone(struct watch *w)
{
	for (u32 i = 0; i < w->count; i++) {
		if (w->ended[i] || !iotx_live_gone(w->live[i]))
			continue;
		iotx_error("%s has gone: it was deleted, or our program was taken off it by force",
			   w->run->opt->ifaces[i]);
		iotx_live_detach(w->live[i]);
		w->ended[i] = true;
		w->watching--;
	}
}

static void loop(struct watch *w)
{
	u64 start = iotx_clock_ns(CLOCK_MONOTONIC), now = start, checked = start, flushed = start;
	u64 duration = w->run->opt->duration_ns;
	int wait_ms = WAIT_LEAST_MS;

	while (!iotx_run_over(w->run) && w->watching && !(duration && now - start >= duration)) {
		if (consume(w)) {
			wait_ms = WAIT_LEAST_MS;
		} else {
			iotx_sinks_flush(&w->run->sinks);
			wait_for_records(w, wait_ms);
			wait_ms = 2 * wait_ms < WAIT_MOST_MS ? 2 * wait_ms : WAIT_MOST_MS;
		}
		now = iotx_clock_ns(CLOCK_MONOTONIC);
		if (now - flushed >= FLUSH_MS * NS_PER_MS) {
			flushed = now;
			iotx_sinks_flush(&w->run->sinks);
		}
		tend(w, now);
		if (now - checked >= GONE_CHECK_MS * NS_PER_MS) {
			checked = now;
			look_for_gone(w);
		}
	}
	w->run->duration_ns = now - start;
}

/* Nothing new can come once all programs are off; then what is in the rings is all. */
static void finish(struct watch *w)
{
	for (u32 i = 0; i < w->count; i++)
		iotx_live_detach(w->live[i]);
	while (consume(w))
		;
	iotx_engine_finish(w->run->engine);
	for (u32 i = 0; i < w->count; i++)
		iotx_live_finish(w->live[i]);
}

static int tally(const struct watch *w)
{
	struct iotx_run *run = w->run;
	int err = 0;

	run->tallies = calloc(w->count, sizeof(*run->tallies));
	if (!run->tallies)
		return -ENOMEM;
	run->tally_count = w->count;
	for (u32 i = 0; !err && i < w->count; i++)
		err = iotx_live_read(w->live[i], &run->tallies[i]);
	if (err)
		iotx_error("cannot read the counters");
	return err;
}

static int open_all(struct watch *w)
{
	const struct iotx_options *opt = w->run->opt;
	struct iotx_live_config config = opt->live;
	int err = 0;

	config.flow = iotx_run_wants_flows(w->run) ? on_flow : NULL;
	config.flow_arg = w->run;
	while (!err && w->count < opt->iface_count) {
		err = iotx_live_open(&w->live[w->count], opt->ifaces[w->count], &config);
		if (!err)
			w->count++;
	}
	w->watching = w->count;
	return err;
}

int iotx_watch(struct iotx_run *run)
{
	struct watch w = { .run = run };
	int err = open_all(&w);

	if (!err) {
		loop(&w);
		finish(&w);
		err = tally(&w);
		if (!w.watching)
			err = -ENODEV;
	}
	for (u32 i = 0; i < w.count; i++)
		iotx_live_close(w.live[i]);
	return err;
}
