// SPDX-License-Identifier: GPL-2.0-only
#include "sink.h"

#include "base/log.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>

#define IOTX_SINK(name) extern const struct iotx_sink_class iotx_##name##_sink;
#include "sinks.def"
#undef IOTX_SINK

static const struct iotx_sink_class *const classes[] = {
#define IOTX_SINK(name) &iotx_##name##_sink,
#include "sinks.def"
#undef IOTX_SINK
};

#define CLASS_COUNT (sizeof(classes) / sizeof(classes[0]))

void iotx_sinks_help(void (*line)(const char *name, const char *help))
{
	for (u32 i = 0; i < CLASS_COUNT; i++)
		line(classes[i]->name, classes[i]->help);
}

static const struct iotx_sink_class *find_class(const char *spec, size_t name_len)
{
	for (u32 i = 0; i < CLASS_COUNT; i++) {
		if (strlen(classes[i]->name) == name_len &&
		    !memcmp(classes[i]->name, spec, name_len))
			return classes[i];
	}
	return NULL;
}

static int say_unknown(const char *spec, int name_len)
{
	char names[128] = "";
	size_t len = 0;

	for (u32 i = 0; i < CLASS_COUNT && len < sizeof(names); i++)
		len += (size_t)snprintf(names + len, sizeof(names) - len, "%s%s", i ? ", " : "",
					classes[i]->name);
	iotx_error("no output is called '%.*s'; there are: %s", name_len, spec, names);
	return -EINVAL;
}

static int say_failed(const char *spec, const struct iotx_sink_class *cls, int err)
{
	if (err == -EINVAL)
		iotx_error("-o %s: not understood; %s is %s", spec, cls->name, cls->help);
	else if (err == -ELOOP)
		iotx_error("-o %s: a symbolic link; name the file itself", spec);
	else if (err == -EEXIST)
		iotx_error("-o %s: the file exists; --append adds to it", spec);
	else if (err == -EMEDIUMTYPE)
		iotx_error("-o %s: no database that this version of iotxdp has made", spec);
	else
		iotx_error("-o %s: cannot open: %s", spec, strerror(-err));
	return err;
}

static bool use_stdout(const struct iotx_sinks *sinks)
{
	for (u32 i = 0; i < sinks->count; i++) {
		if (sinks->list[i].to_stdout)
			return true;
	}
	return false;
}

int iotx_sinks_add(struct iotx_sinks *sinks, const char *spec, const struct iotx_sink_options *opt)
{
	size_t name_len = strcspn(spec, ":");
	const char *arg = spec[name_len] ? spec + name_len + 1 : NULL;
	struct iotx_sink s = { .cls = find_class(spec, name_len), .reader_fd = -1 };
	int err;

	if (!s.cls)
		return say_unknown(spec, (int)name_len);
	if (sinks->count == IOTX_SINKS_MAX) {
		iotx_error("-o %s: more than %d outputs", spec, IOTX_SINKS_MAX);
		return -EINVAL;
	}
	s.flows = s.cls->event && (s.cls->flows || opt->flows);
	/* A reader that goes away is an error to handle, no reason to die. */
	signal(SIGPIPE, SIG_IGN);
	err = s.cls->open(&s, arg, opt);
	if (err)
		return say_failed(spec, s.cls, err);
	if (s.to_stdout && use_stdout(sinks)) {
		s.cls->close(&s);
		iotx_error("-o %s: another output writes to standard output already", spec);
		return -EINVAL;
	}
	sinks->list[sinks->count++] = s;
	return 0;
}

static void note(struct iotx_sinks *sinks, struct iotx_sink *s, int err)
{
	if (!err || s->err)
		return;
	if (err == -EPIPE && s->reader_fd >= 0) {
		sinks->quit = true;
		return;
	}
	s->err = err;
	iotx_error("-o %s: %s; what cannot be written is dropped and counted", s->cls->name,
		   strerror(-err));
}

static void offer(struct iotx_sinks *sinks, const struct iotx_event *ev, bool hidden)
{
	struct iotx_sink *s = sinks->list;

	for (; s < sinks->list + sinks->count; s++) {
		if (s->cls->remark && ev->cls->of_rules && !hidden)
			s->cls->remark(s, ev);
		if (!s->cls->event || (hidden && !s->cls->with_messages))
			continue;
		s->offered++;
		if (ev->cls->of_flows && !s->flows)
			s->beside++;
		else
			note(sinks, s, s->cls->event(s, ev));
	}
}

void iotx_sinks_event(struct iotx_sinks *sinks, const struct iotx_event *ev)
{
	offer(sinks, ev, false);
}

void iotx_sinks_hidden_event(struct iotx_sinks *sinks, const struct iotx_event *ev)
{
	offer(sinks, ev, true);
}

bool iotx_sinks_want_flows(const struct iotx_sinks *sinks)
{
	for (u32 i = 0; i < sinks->count; i++)
		if (sinks->list[i].flows)
			return true;
	return false;
}

void iotx_sinks_frame(struct iotx_sinks *sinks, const struct iotx_frame *frame)
{
	struct iotx_sink *s = sinks->list;

	for (; s < sinks->list + sinks->count; s++) {
		if (!s->cls->frame)
			continue;
		s->offered++;
		note(sinks, s, s->cls->frame(s, frame));
	}
}

void iotx_sinks_tally(struct iotx_sinks *sinks, const struct iotx_sink_tally *t)
{
	struct iotx_sink *s = sinks->list;

	for (; s < sinks->list + sinks->count; s++)
		if (s->cls->tally)
			note(sinks, s, s->cls->tally(s, t));
}

void iotx_sinks_flush(struct iotx_sinks *sinks)
{
	for (u32 i = 0; i < sinks->count; i++)
		note(sinks, &sinks->list[i], sinks->list[i].cls->flush(&sinks->list[i]));
}

int iotx_sinks_close(struct iotx_sinks *sinks)
{
	int err = 0;

	iotx_sinks_flush(sinks);
	for (u32 i = 0; i < sinks->count; i++) {
		if (!err)
			err = sinks->list[i].err;
		sinks->list[i].cls->close(&sinks->list[i]);
	}
	return err;
}
