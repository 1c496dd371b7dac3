/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A rule of a standard that an observer can see broken. Each protocol keeps its own in
 * one table; what breaks one becomes a finding.
 */
#ifndef IOTXDP_WIRE_RULE_H
#define IOTXDP_WIRE_RULE_H

/* How much it matters to the peers. */
enum iotx_severity {
	IOTX_NOTE,    /* allowed, but a receiver may refuse it, or it wastes something */
	IOTX_WARNING, /* a duty of one side is not met; the conversation can go on */
	IOTX_ERROR,   /* the standard asks the receiver to end the conversation, or to reject it */
};

struct iotx_rule {
	const char *id; /* the standard's own: "MQTT-3.3.2-7", "RFC 6455 5.5" */
	enum iotx_severity severity;
	const char *text; /* one sentence for a person */
};

static inline const char *iotx_severity_name(enum iotx_severity severity)
{
	switch (severity) {
	case IOTX_NOTE:
		return "note";
	case IOTX_WARNING:
		return "warning";
	case IOTX_ERROR:
		return "error";
	}
	return "unknown";
}

#endif
