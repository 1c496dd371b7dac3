/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A rule of a standard that an observer can see broken. Each protocol keeps its own in
 * one table; what breaks one becomes a finding. A message may break several.
 */
#ifndef IOTXDP_WIRE_RULE_H
#define IOTXDP_WIRE_RULE_H

#include <iotxdp/err.h>
#include <iotxdp/port.h>
#include <string.h>

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

/* Of one message; what it breaks beyond that is only counted. */
#define IOTX_BREACHES_MAX 8

struct iotx_breach {
	const struct iotx_rule *rule;
	u32 off;               /* from the message's first byte */
	enum iotx_err verdict; /* that the rule alone would give: OK for a note */
};

/*
 * What is wrong with a message: what its verdict rests on, which is the first of the worst
 * breaches, and all of them. Zero-initialised is a message in order; so is one of which
 * iotx_diag_clear() was told, which leaves alone what nobody reads.
 */
struct iotx_diag {
	u32 off;          /* from the message's first byte */
	const char *rule; /* the standard's own id: "MQTT-3.3.1-4", "RFC 7252 4.1"; NULL: none */
	const char *text; /* one sentence for a person */
	enum iotx_err verdict;
	u16 count, beyond; /* breaches kept; others */
	struct iotx_breach breach[IOTX_BREACHES_MAX];
};

static inline void iotx_diag_clear(struct iotx_diag *d)
{
	d->off = 0;
	d->rule = d->text = NULL;
	d->verdict = IOTX_OK;
	d->count = d->beyond = 0;
}

/*
 * Records that the message breaks a rule: of each rule the first time. The verdict is
 * E_BAD where the format is broken, OK where the rule is no more than advice.
 */
void iotx_diag_breach(struct iotx_diag *d, const struct iotx_rule *rule, enum iotx_err verdict,
		      u32 off);

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
