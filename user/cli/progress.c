// SPDX-License-Identifier: GPL-2.0-only
#include "progress.h"

#include "base/log.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#define EVERY_NS 200000000ull
#define FRAMES_PER_LOOK 64 /* the clock costs as much as a frame */

#define MB(bytes) ((double)(bytes) / 1e6)

static u64 now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (u64)t.tv_sec * 1000000000 + (u64)t.tv_nsec;
}

static bool events_on_terminal(const struct iotx_sinks *sinks)
{
	for (u32 i = 0; i < sinks->count; i++)
		if (sinks->list[i].to_stdout && isatty(STDOUT_FILENO))
			return true;
	return false;
}

void iotx_progress_start(struct iotx_progress *p, const struct iotx_run *run)
{
	memset(p, 0, sizeof(*p));
	p->on = !run->opt->quiet && isatty(STDERR_FILENO) && !events_on_terminal(&run->sinks);
	p->next_ns = now_ns() + EVERY_NS;
}

static void show(const struct iotx_file *file)
{
	struct iotx_file_state s;

	iotx_file_state(file, &s);
	if (s.size)
		iotx_status("%.1f of %.1f MB (%u%%), %llu frames", MB(s.taken), MB(s.size),
			    (u32)(s.taken * 100 / s.size), (unsigned long long)s.frames);
	else
		iotx_status("%.1f MB, %llu frames", MB(s.taken), (unsigned long long)s.frames);
}

void iotx_progress_step(struct iotx_progress *p, const struct iotx_file *file)
{
	u64 now;

	if (!p->on || ++p->frames < FRAMES_PER_LOOK)
		return;
	p->frames = 0;
	now = now_ns();
	if (now < p->next_ns)
		return;
	show(file);
	p->next_ns = now + EVERY_NS;
}

void iotx_progress_end(void)
{
	iotx_status_end();
}
