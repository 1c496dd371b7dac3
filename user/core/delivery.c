// SPDX-License-Identifier: GPL-2.0-only
/* What sessions ask of the engine while a frame is delivered to them. */
#include "core/conv.h"
#include "core/engine_self.h"
#include "core/names.h"

const struct iotx_engine_config *iotx_delivery_config(const struct iotx_delivery *d)
{
	return &d->engine->config;
}

struct iotx_engine_stats *iotx_delivery_stats(const struct iotx_delivery *d)
{
	return &d->engine->stats;
}

struct iotx_purse *iotx_delivery_purse(const struct iotx_delivery *d)
{
	return &d->engine->learnt;
}

struct iotx_names *iotx_delivery_names(const struct iotx_delivery *d)
{
	return d->engine->names;
}

struct iotx_mqtt_brokers *iotx_delivery_brokers(const struct iotx_delivery *d)
{
	return d->engine->brokers;
}

/* The names that its ends have by now. */
static void name_ends(const struct iotx_engine *e, struct iotx_conv *conv)
{
	for (u32 side = 0; side < 2; side++) {
		struct iotx_endpoints *ends = &conv->ends[side];

		ends->src_name = iotx_names_of(e->names, ends->ip_version, ends->src_ip);
		ends->dst_name = iotx_names_of(e->names, ends->ip_version, ends->dst_ip);
	}
	conv->names_version = iotx_names_version(e->names);
}

void iotx_engine_emit(struct iotx_engine *e, const struct iotx_event *ev)
{
	e->stats.events++;
	e->stats.findings += ev->cls->of_rules;
	e->emit(e->arg, ev);
}

static void emit(void *arg, const struct iotx_event *ev)
{
	iotx_engine_emit(arg, ev);
}

void iotx_delivery_emit(const struct iotx_delivery *d, struct iotx_event *ev)
{
	struct iotx_engine *e = d->engine;
	struct iotx_conv *conv = d->conv;

	if (conv->names_version != iotx_names_version(e->names))
		name_ends(e, conv);
	ev->ts_ns = d->ts_ns;
	ev->frame = d->frame_number;
	ev->weight = conv->weight;
	ev->dropped = conv->dropped[d->side];
	conv->dropped[d->side] = 0;
	ev->ends = &conv->ends[d->side];
	ev->over = d->over;
	ev->recognised_late = d->recalled;
	emit(e, ev);
	if (!ev->diag.count && !ev->diag.rule) /* nothing to find */
		return;
	e->stats.findings_limit += ev->diag.beyond;
	iotx_findings_of(ev, emit, e);
}

void iotx_delivery_find(const struct iotx_delivery *d, const struct iotx_rule *rule,
			const struct iotx_finding *f, u32 off)
{
	struct iotx_finding finding = *f;
	struct iotx_event ev = {
		.cls = &iotx_finding_event,
		.msg = &finding,
		.verdict = rule->severity == IOTX_NOTE ? IOTX_OK : IOTX_E_RULE,
		.of_last = f->of_last,
		.diag = { .rule = rule->id, .text = rule->text, .off = off },
	};

	finding.severity = rule->severity;
	iotx_delivery_emit(d, &ev);
}

/* A receiver takes the new octets alone: an attacker may have sent either of both. */
void iotx_delivery_conflicts(const struct iotx_delivery *d, u32 n)
{
	static const struct iotx_rule rule = {
		.id = "RFC 9293 3.10.7.4",
		.severity = IOTX_WARNING,
		.text = "a segment repeats octets with another content, the first are taken",
	};
	static const struct iotx_finding finding = { .protocol = "tcp" };

	if (!n)
		return;
	iotx_delivery_stats(d)->overlap_conflicts++;
	iotx_delivery_find(d, &rule, &finding, 0);
}
