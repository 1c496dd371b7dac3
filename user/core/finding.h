/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A broken rule as an event of its own, so that whoever asks for findings finds all of
 * them in one shape: those of one message, those that take a whole connection to see,
 * and those of bytes that are no message at all.
 */
#ifndef IOTXDP_CORE_FINDING_H
#define IOTXDP_CORE_FINDING_H

#include "core/event.h"
#include "wire/rule.h"

struct iotx_finding {
	const char *protocol;        /* whose rule is broken: "mqtt" */
	const char *message;         /* what breaks it: "PUBLISH"; NULL: no message */
	enum iotx_severity severity;
	bool of_last;                /* the event before it is of that message */
};

extern const struct iotx_event_class iotx_finding_event;

/* Makes an event of each rule that a message breaks by itself. A finding makes none. */
void iotx_findings_of(const struct iotx_event *ev,
		      void (*take)(void *arg, const struct iotx_event *found), void *arg);

#endif
