// SPDX-License-Identifier: GPL-2.0-only
/* Everything is decoded and counted, nothing is put out. */
#include "sink.h"

#include <errno.h>

static int none_open(struct iotx_sink *s, const char *arg, const struct iotx_sink_options *opt)
{
	(void)s;
	(void)opt;
	return arg ? -EINVAL : 0;
}

static int none_event(struct iotx_sink *s, const struct iotx_event *ev)
{
	(void)ev;
	s->written++;
	return 0;
}

static int none_flush(struct iotx_sink *s)
{
	(void)s;
	return 0;
}

static void none_close(struct iotx_sink *s)
{
	(void)s;
}

const struct iotx_sink_class iotx_none_sink = {
	.name = "none",
	.help = "nothing: decodes and counts only; takes no argument",
	.open = none_open,
	.event = none_event,
	.flush = none_flush,
	.close = none_close,
};
